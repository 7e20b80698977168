package input

import (
	"bufio"
	"bytes"
	"io"
	"slices"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxLine is the length up to which a line is read, in bytes. benchfmt gives
// up the whole file at 64 KiB, its line end included.
const maxLine = 64<<10 - 2

// maxHead is how much of the beginning of a file is kept, to tell what it is
// if it holds no results. Longer than a line: JSON may be all one line.
const maxHead = maxLine + 2

// lines reads a text into records, in a goroutine of its own and some batches
// ahead of the parser, since that takes about as long as to file them under
// their cells. They come in the order of their lines, what is to be noted about
// lines among them.
//
// It takes only the lines that matter, and copes with a byte-order mark, line
// ends of any system, overlong lines, bytes that are not text, UTF-16, log lines
// that look like configuration, and what go test -json makes of a line. Its
// memory is bounded, however long the input.
type lines struct {
	in      *bufio.Reader // UTF-8
	chunk   []byte        // of in: what has been read and not been cut
	size    int           // of the chunk as it was read
	cut     splitter
	line    int                // that was read last, from 1
	plain   stream             // of what is not JSON
	tests   map[string]*stream // by package: of go test -json; until the package has ended
	order   []string           // keys of tests as they came
	from    *stream            // whose configuration the parser has
	event   bool               // a line was an event of go test -json
	repeats repeats
	base    string  // what stood before the first results of benchmarks that stand behind something else too
	logs    *stream // what a log in JSON quotes
	said    bool    // that something stands before results
	form    string  // "": text; else what keeps results in a form of its own
	zero    int     // the first line with a zero byte
	any     bool    // a line was not blank
	unlike  bool    // as in [series.Source]
	head    []byte  // the beginning of the input
	err     error   // what ended the input; io.EOF at its end

	results   resultParser
	units     benchfmt.Reader // of Unit lines: it knows when they contradict each other
	unitLines int

	batch []record // that is being filled
	full  chan []record
	free  chan []record
}

// newLines begins to read. Its caller must take all batches until full is
// closed, and give each back; all else is the goroutine's until then.
func newLines(in io.Reader) *lines {
	text, translated := decoded(in)
	l := &lines{
		in: text, unlike: translated, tests: map[string]*stream{},
		results: resultParser{units: map[string]unit{}}, repeats: newRepeats(),
		full: make(chan []record, batches), free: make(chan []record, batches),
	}
	l.plain = stream{lines: l, config: map[string]string{}, block: &block{}}
	for range batches {
		l.free <- nil
	}
	go l.read()
	return l
}

func (l *lines) read() {
	defer close(l.full)
	l.batch = <-l.free
	if !l.history() {
		for l.err == nil {
			l.next()
		}
	}
	l.full <- l.batch
}

// record returns the record to be filled.
func (l *lines) record() *record {
	if r := &l.repeats; r.at >= 0 {
		return r.hold(l.line)
	}
	n := len(l.batch)
	if n == perBatch {
		l.full <- l.batch
		l.batch, n = (<-l.free)[:0], 0
	}
	if n == cap(l.batch) {
		l.batch = append(l.batch, record{})
	}
	l.batch = l.batch[:n+1]
	at := &l.batch[n]
	*at = record{line: l.line, name: at.name[:0], values: at.values[:0]}
	return at
}

// note notes something about a line that takes no result away.
func (l *lines) note(line int, text string) {
	at := l.record()
	at.line, at.note = line, text
}

// lose notes that something of a line is not used, or that there is reason to
// think that something is missing there.
func (l *lines) lose(line int, text string) {
	at := l.record()
	at.line, at.note, at.lost = line, text, true
}

// result makes a record of a result line of s; false says that it is a note.
func (l *lines) result(s *stream, line []byte) bool {
	s.resultComes()
	at := l.place(s, line)
	at.block = s.block
	l.results.parse(line, at)
	fine := at.note == ""
	l.unlike = l.unlike || fine && (s.part || !bytes.Equal(trimEnd(l.cut.line), line))
	if !fine && l.again(line, at) {
		fine, l.unlike = true, true
	}
	if fine {
		l.tell(s, at)
	}
	l.filed()
	return fine
}

// tell gives a result its configuration, if that is another one than before.
func (l *lines) tell(s *stream, at *record) {
	if l.from == s && !s.changed {
		return
	}
	l.from, s.changed = s, false
	at.config = &benchfmt.Result{}
	for _, key := range slices.Concat(knownKeys, s.extra) {
		if value := s.config[key]; value != "" {
			at.config.Config = append(at.config.Config, benchfmt.Config{Key: key, Value: []byte(value), File: true})
		}
	}
}

// again reads a line that begins as a result and goes on as none: with markup
// between its fields, or with another benchmark's result. It changes the record
// if that succeeds.
func (l *lines) again(line []byte, at *record) bool {
	text := withoutMarkup(line)
	if found := inside().FindIndex(text); found != nil && (found[0] > 0 || !bytes.Equal(text, line)) {
		second := record{line: at.line, block: at.block}
		if l.results.parse(text[found[0]:], &second); second.note == "" {
			*at = second
			return true
		}
	}
	if bytes.Count(line, []byte(benchmarkWord)) > 1 && len(inside().FindAllIndex(line, 2)) > 1 {
		at.note = "left out: two results in one line, which may be of two sides; give report the two files, or diff -u of them"
	}
	return false
}

// unit makes records of a Unit line.
func (l *lines) unit(line []byte) {
	if l.unitLines++; l.unitLines > maxUnitLines {
		return
	}
	l.units.Reset(bytes.NewReader(line), "")
	for l.units.Scan() {
		switch rec := l.units.Result().(type) {
		case *benchfmt.UnitMetadata:
			l.record().unit = rec
		case *benchfmt.SyntaxError:
			l.note(l.line, "left out: "+rec.Msg)
		}
	}
}

// next reads a line.
func (l *lines) next() {
	for {
		if len(l.chunk) == 0 && !l.fill() {
			return
		}
		n, complete := l.cut.push(l.chunk)
		l.chunk = l.chunk[n:]
		if complete {
			l.line++
			l.take(false)
			return
		}
	}
}

// fill reads the next chunk. It returns false at the end of the input.
func (l *lines) fill() bool {
	_, _ = l.in.Discard(l.size) // of what is buffered
	l.size = 0
	if _, err := l.in.Peek(1); err != nil {
		l.end(err)
		return false
	}
	l.chunk, _ = l.in.Peek(l.in.Buffered())
	l.size = len(l.chunk)
	return true
}

// end ends the input, whose last line may have no end.
func (l *lines) end(err error) {
	l.err = err
	if len(l.cut.rest()) > 0 {
		l.line++
		l.take(true)
	}
	l.decide()
	l.plain.end()
	if l.logs != nil {
		l.logs.end()
	}
	for _, name := range l.order {
		if s := l.tests[name]; s != nil {
			s.unfinished()
		}
	}
}

// take deals with the line in cut; cutOff says that it has no end.
func (l *lines) take(cutOff bool) {
	line := bytes.TrimPrefix(l.cut.line, bom)
	l.any = l.any || len(bytes.TrimSpace(line)) > 0
	if room := maxHead - len(l.head); room > 0 {
		l.head = append(l.head, line[:min(room-1, len(line))]...)
		l.head = append(l.head, '\n')
	}
	if at := eventAt(line); at >= 0 && l.eventLine(line[at:], cutOff) {
		return
	}
	l.plain.take(&l.cut, cutOff)
}

// decoded returns a reader of in as UTF-8: of UTF-16 text, as PowerShell's >
// writes it, its translation, and in itself of all other text.
func decoded(in io.Reader) (text *bufio.Reader, translated bool) {
	b := bufio.NewReaderSize(in, maxLine)
	if start, _ := b.Peek(2); string(start) == "\xff\xfe" || string(start) == "\xfe\xff" {
		utf16 := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
		return bufio.NewReader(transform.NewReader(b, utf16.NewDecoder())), true
	}
	return b, false
}

var bom = []byte("\xef\xbb\xbf")

// splitter cuts text into lines. A line ends with LF, CRLF or CR.
type splitter struct {
	line []byte // without its end; the first maxLine bytes of it. It may be a part of what was pushed last
	own  []byte // holds a line that came in several parts
	long bool   // the line is longer
	zero bool   // the line has a zero byte
	odd  bool   // the line has more than tabs and what ASCII can print
	bare bool   // a CR alone has ended a line

	done bool // the line is complete, and the next byte begins another one
	cr   bool // a CR ended it, so an LF belongs to that
}

// push takes what follows, up to the end of the line if that is there. It
// returns how many bytes it took, and whether the line is complete.
func (s *splitter) push(p []byte) (n int, complete bool) {
	if len(p) == 0 {
		return 0, false
	}
	skip := 0
	if s.done {
		if s.cr && p[0] == '\n' {
			skip = 1
		}
		s.bare = s.bare || s.cr && skip == 0
		s.line, s.long, s.zero, s.odd, s.done, s.cr = nil, false, false, false, false, false
	}
	p = p[skip:]
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		end = len(p)
	}
	if !isASCII(p[:end]) {
		s.odd = true
		if cr := bytes.IndexByte(p[:end], '\r'); cr >= 0 {
			end = cr
		}
		s.zero = s.zero || bytes.IndexByte(p[:end], 0) >= 0
	}
	room := maxLine - len(s.line)
	part := p[:min(end, room)]
	if len(s.line) == 0 && end < len(p) {
		s.line = part // as nearly always: nothing is copied
	} else {
		s.own = append(s.own[:len(s.line)], part...)
		s.line = s.own
	}
	s.long = s.long || end > room
	if end == len(p) {
		return skip + end, false
	}
	s.done, s.cr = true, p[end] == '\r'
	return skip + end + 1, true
}

// rest returns the line that has begun and not ended.
func (s *splitter) rest() []byte {
	if s.done {
		return nil
	}
	return s.line
}
