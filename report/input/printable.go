package input

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// colour is what programs write to a terminal to colour their text. It says
// nothing, so a coloured log is read as if it were not.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

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
// spaces; a tab stays.
func printable(line []byte) []byte {
	if isPrintable(line) {
		return line
	}
	line = colour.ReplaceAll(line, nil)
	var b []byte
	for len(line) > 0 {
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

func isPrintable(line []byte) bool {
	for i := 0; i < len(line); {
		if c := line[i]; c >= ' ' && c <= '~' || c == '\t' { // as nearly all
			i++
			continue
		}
		r, n := utf8.DecodeRune(line[i:])
		if r == utf8.RuneError && n == 1 || !strconv.IsPrint(r) {
			return false
		}
		i += n
	}
	return true
}
