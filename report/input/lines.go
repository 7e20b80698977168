package input

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxLine is the length up to which a line is read, in bytes. benchfmt gives
// up the whole file at 64 KiB, its line end included.
const maxLine = 64<<10 - 2

// maxHead is how much of the beginning of a file is kept, to tell what it is
// if it holds no results. Longer than a line: JSON may be all one line.
const maxHead = maxLine + 2

// lines makes of the input what a [feed] hands to benchfmt.Reader.
//
// It leaves only the lines that matter, and repairs what benchfmt trips over:
// a byte-order mark, line ends of any system, overlong lines, bytes that are
// not text, UTF-16, log lines that look like configuration, and what
// go test -json makes of a line. Its memory is bounded, however long the input.
type lines struct {
	in    *bufio.Reader
	chunk []byte // of in: what has been read and not been cut
	size  int    // of the chunk as it was read
	cut   splitter
	notes *notes
	line  int                // that was read last, from 1
	plain stream             // of what is not JSON
	tests map[string]*stream // by package: of go test -json; until the package has ended
	order []string           // keys of tests as they came
	from  *stream            // whose configuration the parser has
	told  map[string]string  // that configuration
	tells int                // how often it was given one
	given int                // lines for the parser
	units int                // Unit lines for the parser
	event bool               // a line was an event of go test -json
	zero  int                // the first line with a zero byte
	any   bool               // a line was not blank
	head  []byte             // the beginning of the input
	out   *block             // takes what the lines become
	err   error              // what ended the input; io.EOF at its end
}

func newLines(in io.Reader) *lines {
	l := &lines{in: decoded(in), tests: map[string]*stream{}, told: map[string]string{}}
	l.notes = &notes{pass: func(line int, text string, lost bool) {
		l.out.places = append(l.out.places, place{line: line, note: text, lost: lost})
	}}
	l.plain = stream{lines: l, config: map[string]string{}}
	l.from = &l.plain
	return l
}

// next reads a line, and appends to out what the parser is to see of it.
func (l *lines) next(out *block) {
	l.out = out
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
	l.cut.clean = isClean(l.chunk)
	return true
}

// end ends the input, whose last line may have no end.
func (l *lines) end(err error) {
	l.err = err
	if len(l.cut.rest()) > 0 {
		l.line++
		l.take(true)
	}
	l.plain.end()
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
	if bytes.HasPrefix(line, []byte("{")) && l.eventLine(line, cutOff) {
		return
	}
	l.plain.take(&l.cut, cutOff)
}

// hand gives a line of s to the parser, behind what of the configuration of s
// is another one than it has; unit says that it is a Unit line.
func (l *lines) hand(s *stream, line []byte, unit bool) {
	text := l.out.text
	if l.from != s || s.changed {
		for _, key := range knownKeys {
			if value := s.config[key]; value != l.told[key] {
				text = fmt.Appendf(text, "%s: %s\n", key, value)
				l.told[key] = value
				l.given++
			}
		}
		l.from, s.changed = s, false
		l.tells++
	}
	l.given++
	l.out.text = append(append(text, line...), '\n')
	if n := len(l.out.places); n > 0 && l.out.places[n-1].goesOn(l.line, l.given, unit) {
		l.out.places[n-1].lines++
		return
	}
	l.out.places = append(l.out.places, place{lines: 1, line: l.line, given: l.given, tells: l.tells, unit: unit})
}

var bom = []byte("\xef\xbb\xbf")

// splitter cuts text into lines. A line ends with LF, CRLF or CR.
type splitter struct {
	line []byte // without its end; the first maxLine bytes of it. It may be a part of what was pushed last
	own  []byte // holds a line that came in several parts
	long bool   // the line is longer
	zero bool   // the line has a zero byte

	clean bool // what is pushed now is, as isClean has it; false where nobody has looked
	plain bool // the line is clean
	done  bool // the line is complete, and the next byte begins another one
	cr    bool // a CR ended it, so an LF belongs to that
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
		s.line, s.long, s.zero, s.done, s.cr = nil, false, false, false, false
	}
	s.plain = s.clean && (s.plain || len(s.line) == 0)
	p = p[skip:]
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		end = len(p)
	}
	if !s.clean {
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
