package timeline

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// A trace is a header and generations, each of about a second. A generation is
// made of batches, and ends with those of its strings; since Go 1.26 a byte
// closes it. (internal/trace/tracev2 of Go has the format.)
const (
	signature = "go 1.%d trace\x00\x00\x00"

	ofEvents        = 1 // as the first byte of a batch
	ofExperiment    = 49
	ofStrings       = 4 // as the first byte of what is in a batch
	endOfGeneration = 52

	mostHeader = 2 + 4*binary.MaxVarintLen64
	mostBatch  = 64 << 10
	mostText   = 64 << 10 // that is looked through for where a trace begins or goes on

	// mostGeneration bounds the memory that reading takes: a generation is read as a
	// whole.
	mostGeneration = 128 << 20
)

const recordOne = "record one with go test -trace or runtime/trace, and Go 1.22 or later"

const endedAtOnce = "its program ended before the first second of the trace was written; " +
	"record it again, with runtime/trace.Stop at the end"

// batches passes on those bytes of a trace that make whole batches, and remembers
// what it leaves out. The runtime writes each batch in one piece, so what a
// program prints into the file of its trace lies between two of them.
type batches struct {
	in    *bufio.Reader
	minor int   // 26 for the format of Go 1.26
	at    int64 // what comes next, in bytes from the begin of the file
	out   []byte
	taken int   // of what comes next, but not yet passed
	ended bool  // nothing comes next
	err   error // of reading

	gen, past uint64 // the generation that is not complete yet, and the one before; 0: none
	size      int    // of gen, as far as it was read
	kind      byte   // of gen's last batch

	texts   int    // that lie between batches
	text    string // the first of them
	last    string
	textAt  int64  // of the first
	textEnd int64  // of the last one
	missing string // why the rest is left out; "": nothing is
}

func newBatches(in io.Reader) *batches {
	return &batches{in: bufio.NewReaderSize(in, 4*mostBatch)}
}

// open reads up to the end of the header.
func (b *batches) open() error {
	head := b.peek(mostText)
	at := max(0, bytes.Index(head, []byte(" trace\x00\x00\x00"))-len("go 1.26"))
	b.minor = version(head[at:])
	switch {
	case b.err != nil:
		return b.err
	case len(head) == 0:
		return errors.New("it is empty: " + endedAtOnce)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return errors.New("it is packed by gzip; unpack it with gunzip")
	case b.minor < 22 || at > 0 && !isText(head[:at]):
		return fmt.Errorf("it begins with %.16q; %s", head, recordOne)
	case at > 0:
		b.quote(head[:at], 0)
	}
	b.taken = at + headerLen
	b.out = head[at:b.taken]
	return nil
}

const headerLen = len(signature) - len("%d") + len("26")

// version returns 26 for the header of a trace in the format of Go 1.26, and 0 for
// what is no header.
func version(data []byte) (minor int) {
	n, err := fmt.Sscanf(string(data[:min(headerLen, len(data))]), signature, &minor)
	if n != 1 || err != nil {
		return 0
	}
	return minor
}

// Read implements [io.Reader].
func (b *batches) Read(p []byte) (int, error) {
	for len(b.out) == 0 {
		if b.ended {
			return 0, cmp.Or(b.err, io.EOF)
		}
		b.next()
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// peek returns the next n bytes; fewer where the file ends.
func (b *batches) peek(n int) []byte {
	data, err := b.in.Peek(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return data
}

// next passes the next batch, or leaves something out.
func (b *batches) next() {
	b.in.Discard(b.taken)
	b.at += int64(b.taken)
	b.taken = 0
	head := b.peek(mostHeader)
	h := headOf(head)
	switch {
	case b.err != nil || len(head) == 0:
		b.end("")
	case b.closes(head):
		b.pass(head[:1])
		b.past, b.gen = b.gen, 0
	case b.goesOn(h):
		data := b.peek(h.len + h.size)
		if len(data) == h.len+h.size {
			b.batch(h, data)
			return
		}
		b.quoteEnd(data)
		b.end("it is cut")
	case h.cut:
		b.end("it is cut")
	default:
		b.skip()
	}
}

func (b *batches) pass(data []byte) {
	b.out, b.taken = data, len(data)
	b.size += len(data)
}

func (b *batches) batch(h header, data []byte) {
	if h.gen != b.gen {
		b.past, b.gen, b.size = b.gen, h.gen, 0
	}
	b.kind = 0
	if h.size > 0 && data[0] == ofEvents {
		b.kind = data[h.len]
	}
	if b.pass(data); b.size > mostGeneration {
		b.out = nil
		b.end(fmt.Sprintf("about a second of it takes more than %d MiB: record fewer events", mostGeneration>>20))
	}
}

// header is that of a batch.
type header struct {
	gen       uint64 // 0: before the first
	len, size int    // of the header, and of what is behind it
	cut       bool   // the data end within it
}

func headOf(data []byte) header {
	n := 1
	switch {
	case bytes.HasPrefix(data, []byte{ofExperiment, 1}): // the only one there is
		n = 2
	case len(data) == 0 || data[0] != ofEvents:
		return header{}
	}
	var fields [4]uint64 // generation, thread, time, size
	for i := range fields {
		v, size := binary.Uvarint(data[n:])
		if size <= 0 {
			return header{cut: size == 0}
		}
		fields[i] = v
		n += size
	}
	if fields[3] > mostBatch {
		return header{}
	}
	return header{gen: fields[0], len: n, size: int(fields[3])}
}

// goesOn says whether a batch can be the next one.
func (b *batches) goesOn(h header) bool {
	if b.gen == 0 {
		return h.gen > b.past
	}
	return h.gen == b.gen || b.minor < 26 && h.gen == b.gen+1
}

// closes says whether a generation ends with the next byte.
func (b *batches) closes(data []byte) bool {
	return b.minor >= 26 && b.gen > 0 && b.kind == ofStrings && data[0] == endOfGeneration
}

// skip leaves out what is no batch, up to where the trace goes on.
func (b *batches) skip() {
	data := b.peek(4 * mostBatch)
	n := 0
	for n < min(len(data), mostText) && !b.resumes(data[n:]) {
		n++
	}
	strange := data[:n]
	switch another := version(data[n:]) > 0; {
	case another && (n == 0 || isText(strange)):
		if n > 0 {
			b.quote(strange, 0)
		}
		b.end(fmt.Sprintf("another trace begins at byte %d; cut the file there to read that", b.at+int64(n)))
	case !isText(strange):
		if begin := textual(strange); len(begin) > 3 {
			b.quote(begin, 0)
		} else if n == len(data) {
			b.quoteEnd(data)
		}
		b.end(fmt.Sprintf("it is damaged at byte %d", b.at))
	default:
		b.quote(strange, 0)
		b.taken = n
	}
}

// resumes says whether the trace goes on with data.
func (b *batches) resumes(data []byte) bool {
	switch data[0] {
	case ofEvents, ofExperiment:
		return b.goesOn(headOf(data))
	case endOfGeneration: // or a digit in text: the last one counts, if the next generation is behind it
		rest, _, another := bytes.Cut(data[1:], []byte{endOfGeneration})
		text := len(textual(rest))
		return b.closes(data) && (text == len(rest) && !another || headOf(data[1+text:]).gen > b.gen)
	case signature[0]:
		return version(data) > 0
	}
	return false
}

// end leaves out the rest, for a reason, or because the file ends. A generation that
// is not complete is lost with it.
func (b *batches) end(why string) {
	b.ended, b.missing = true, why
	if b.gen == 0 || b.minor < 26 && b.kind == ofStrings {
		return
	}
	b.missing = cmp.Or(why, "it is cut")
	if b.minor < 26 {
		// The reader of these formats takes what there is of a generation for all of it.
		// A batch of another generation but the next one makes it refuse both.
		b.out = append(binary.AppendUvarint([]byte{ofEvents}, b.gen+2), 0, 0, 0)
	}
}

// quote remembers text, which is so far behind what comes next.
func (b *batches) quote(text []byte, behind int) {
	at := b.at + int64(behind)
	if b.texts == 0 || b.textEnd != at {
		b.texts++
	}
	b.textEnd = at + int64(len(text))
	const most = 60
	b.last = cmp.Or(string(bytes.TrimSpace(text)), string(text))
	if runes := []rune(b.last); len(runes) > most {
		b.last = string(runes[:most]) + "…"
	}
	if b.text == "" {
		b.text, b.textAt = b.last, at
	}
}

// quoteEnd remembers a line with which data end, behind a batch that is not whole.
func (b *batches) quoteEnd(data []byte) {
	text := data
	for len(textual(text)) < len(text) {
		text = text[len(textual(text))+1:]
	}
	if bytes.HasSuffix(text, []byte("\n")) && len(text) > 3 {
		b.quote(text, len(data)-len(text))
	}
}

// isText says whether data can be what a program prints. It may end within a
// character.
func isText(data []byte) bool {
	text := textual(data)
	return len(text) > 0 && !utf8.FullRune(data[len(text):])
}

// textual returns the text with which data begins.
func textual(data []byte) []byte {
	for i := 0; i < len(data); {
		c, n := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && n < 2 || c < ' ' && !bytes.ContainsRune([]byte("\t\n\r\x1b"), c) || c == 0x7f {
			return data[:i]
		}
		i += n
	}
	return data
}
