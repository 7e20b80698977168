package input

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes a text from a file, or the name of one, fit for a terminal
// and for a page: see printable. Tabs become spaces.
func Printable(s string) string {
	return strings.ReplaceAll(string(printable([]byte(s))), "\t", " ")
}

// printable writes what a reader could not see, or a terminal would obey, the way
// the testing package writes it in names: "\x1b", "\u202e". That holds for
// control characters, for those that turn the direction of writing or have no
// width, and for bytes that are no UTF-8. So two names that differ stay
// different, and no result is left out for its name. Blanks of any kind become
// spaces; a tab stays. Escape sequences say nothing to a reader: a coloured log is
// read as if it were not.
func printable(line []byte) []byte {
	if isASCII(line) || isPrintable(line) {
		return line
	}
	var b []byte
	for len(line) > 0 {
		if n := escapeLen(line); n > 0 {
			line = line[n:]
			continue
		}
		r, n := utf8.DecodeRune(line)
		switch {
		case r == utf8.RuneError && n == 1:
			b = fmt.Appendf(b, `\x%02x`, line[0])
		case r == '\t' || strconv.IsPrint(r):
			b = append(b, line[:n]...)
		case unicode.IsSpace(r):
			b = append(b, ' ')
		default:
			b = append(b, strings.Trim(strconv.QuoteRuneToASCII(r), "'")...)
		}
		line = line[n:]
	}
	return b
}

// isASCII says whether a text has no more than tabs and what ASCII can print, as
// nearly all have. It looks at eight bytes at once.
func isASCII(text []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		x := binary.LittleEndian.Uint64(text)
		below := ^((x | high) - ' '*ones) // ' ', in the highest bit of each byte
		tab := ^((x ^ '\t'*ones | high) - ones)
		if (x|(x+ones)|below&^tab)&high != 0 { // 0x7f is no such character either
			return false
		}
	}
	return !slices.ContainsFunc(text, func(c byte) bool { return (c < ' ' || c > '~') && c != '\t' })
}

func isPrintable(line []byte) bool {
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && n == 1 || !strconv.IsPrint(r) && r != '\t' {
			return false
		}
		i += n
	}
	return true
}

// escapeLen returns how many bytes long the escape sequence is that b begins
// with (ECMA-48, 5th edition, 1991, and what xterm adds to it); 0 if it begins
// with none, or with one that does not end. One that C1 begins is like ESC and a
// letter; in bytes that are no UTF-8 it must be a whole one with something in it,
// or a strange letter would be taken for it.
func escapeLen(b []byte) int {
	kind, n, bare := byte(0), 2, false
	switch {
	case len(b) < 2:
		return 0
	case b[0] == 0x1b:
		kind = b[1]
	case b[0] == 0xc2 && b[1] >= 0x80 && b[1] < 0xa0 && b[1] != 0x85: // which is a blank
		kind = b[1] - 0x40
	case b[0] >= 0x90 && b[0] < 0xa0:
		kind, n, bare = b[0]-0x40, 1, true
	}
	switch {
	case kind == '[': // colour, cursor
		end := n
		for end < len(b) && b[end] >= ' ' && b[end] <= '?' {
			end++
		}
		if end < len(b) && b[end] >= '@' && b[end] <= '~' && (!bare || end > n) {
			return end + 1
		}
	case bytes.IndexByte([]byte("]PX^_"), kind) >= 0: // titles, links
		return stringEnd(b, n)
	case bare || kind == 0:
	case kind < '0': // character sets
		for n < len(b) && b[n] >= ' ' && b[n] < '0' {
			n++
		}
		if n < len(b) && b[n] >= '0' && b[n] <= '~' {
			return n + 1
		}
	case kind <= '~':
		return n
	}
	return 0
}

// stringEnd returns where an escape sequence ends that holds a text, which begins
// at n: with BEL or ST. 0 if it does not end.
func stringEnd(b []byte, n int) int {
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		switch {
		case r == '\a', r == 0x9c, r == utf8.RuneError && size == 1 && b[n] == 0x9c:
			return n + size
		case r == 0x1b:
			if n+1 < len(b) && b[n+1] == '\\' {
				return n + 2
			}
			return 0
		}
		n += size
	}
	return 0
}
