package input

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLine is the length up to which a line is read, in bytes. benchfmt gives
// up the whole file at 64 KiB, its line end included.
const maxLine = 64<<10 - 2

var bom = []byte("\xef\xbb\xbf")

// lines stands in front of benchfmt.Reader. It is an io.Reader that hands out
// the input one line a call, so that nothing runs ahead of the parser, and
// repairs what benchfmt trips over: a byte-order mark, line ends of any
// system, overlong lines, bytes that are not text. What it leaves out becomes
// an empty line, so the parser's line numbers stay right.
type lines struct {
	in    *bufio.Reader
	notes *notes
	line  int    // of the line that was read last, from 1
	json  bool   // a line looked like go test -json
	any   bool   // a line was not blank
	buf   []byte // of the current line
	rest  []byte // what is still to be handed out
	err   error  // what ended the input; io.EOF at its end
}

func newLines(in io.Reader, n *notes) *lines {
	return &lines{in: bufio.NewReader(in), notes: n}
}

// errNotText is returned for input that no line can be trusted of.
type errNotText string

func (e errNotText) Error() string { return string(e) }

// Read hands out at most the rest of one line.
func (l *lines) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		if l.err == nil {
			l.next()
		}
		if len(l.rest) == 0 {
			return 0, l.err
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// next reads a line and leaves it, repaired and with a line end, in rest.
func (l *lines) next() {
	l.line++
	if l.line == 1 {
		start, _ := l.in.Peek(2)
		if s := string(start); s == "\xff\xfe" || s == "\xfe\xff" {
			l.err = errNotText("this is UTF-16 text, as PowerShell's > writes it; save it as UTF-8")
			return
		}
	}
	long := l.scan()
	if l.err != nil && (l.err != io.EOF || len(l.buf) == 0) {
		return
	}
	line := l.buf
	if long {
		l.notes.add(l.line, fmt.Sprintf("left out: a line longer than %d bytes", maxLine))
		l.any, line = true, nil
	}
	l.rest = append(l.repair(line), '\n')
}

// scan reads into buf up to the next line end, which is LF, CRLF or CR, and
// says whether the line was too long. Of a long line it keeps the beginning.
func (l *lines) scan() (long bool) {
	l.buf = l.buf[:0]
	for {
		c, err := l.in.ReadByte()
		if err != nil {
			l.err = err
			return long
		}
		switch c {
		case '\n':
			return long
		case '\r':
			if next, _ := l.in.Peek(1); len(next) == 1 && next[0] == '\n' {
				_, l.err = l.in.Discard(1)
			}
			return long
		case 0:
			l.err = errNotText(fmt.Sprintf("not benchmark text: line %d has a zero byte (binary, or UTF-16: save it as UTF-8)", l.line))
			return long
		}
		if len(l.buf) < maxLine {
			l.buf = append(l.buf, c)
		} else {
			long = true
		}
	}
}

// repair takes a byte-order mark and trailing blanks off the line, and
// replaces what is not text. A result line with such bytes is left out,
// because two names that differ only in them would become one.
func (l *lines) repair(line []byte) []byte {
	line = bytes.TrimRight(bytes.TrimPrefix(line, bom), " \t")
	l.any = l.any || len(line) > 0
	l.json = l.json || bytes.HasPrefix(line, []byte("{")) && bytes.Contains(line, []byte(`"Action":"`))
	if isText(line) {
		return line
	}
	if bytes.HasPrefix(line, []byte("Benchmark")) {
		l.notes.add(l.line, "left out: a result line with control characters or broken UTF-8")
		return nil
	}
	return printable(line)
}

func isText(line []byte) bool {
	return utf8.Valid(line) && bytes.IndexFunc(line, isControl) < 0
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\t' }

// printable replaces each control character and each broken byte by a
// question mark, so that the line gets no longer.
func printable(line []byte) []byte {
	return []byte(strings.Map(func(r rune) rune {
		if isControl(r) || r == utf8.RuneError {
			return '?'
		}
		return r
	}, string(line)))
}
