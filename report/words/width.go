package words

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Width is how many columns of a terminal s takes. The text is sanitized.
func Width(s string) int {
	n := 0
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf:
			n++
		case c < '\u0300' || c >= '\u2010' && c <= '\u2027': // no marks, which go together with a letter
			n += text.RuneWidth(c)
		default:
			return text.StringWidth(s)
		}
	}
	return n
}

// Wrap breaks s at spaces into lines of at most w columns; further lines of an
// item of a list are indented. A word that is wider is broken too.
func Wrap(s string, w int) []string {
	indent := ""
	if strings.HasPrefix(s, "- ") {
		indent = "  "
	}
	var lines []string
	line := ""
	for _, word := range strings.Split(s, " ") {
		next := line + " " + word
		if line == "" {
			next = word
		}
		if Width(next) > w && line != "" && line != "-" {
			lines = append(lines, line)
			next = indent + word
		}
		for head := cut(next, w); len(head) < len(next); head = cut(next, w) {
			lines = append(lines, head)
			next = indent + next[len(head):]
		}
		line = next
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut returns the beginning of s that is at most w columns wide, and at least
// a character.
func cut(s string, w int) string {
	for i, c := range s {
		if w -= text.RuneWidth(c); w < 0 && i > 0 {
			return s[:i]
		}
	}
	return s
}

// Begin cuts s at its end to at most w columns: a sentence says the most
// important first.
func Begin(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	return cut(s, w-1) + "…"
}

// Shorten cuts s in its middle to at most w columns: names of one family share
// their beginnings, and often their ends tell them apart.
func Shorten(s string, w int) string {
	most := 8 * (w + 1) // letters that are looked at
	if utf8.RuneCountInString(s) <= most && Width(s) <= w {
		return s
	}
	ends := func(rs []rune, n int) string { return string(rs[:(n+1)/2]) + "…" + string(rs[len(rs)-n/2:]) }
	rs := []rune(s)
	if len(rs) == len(s) { // a column each
		return ends(rs, max(w-1, 1))
	}
	// Marks have no width, so more letters than columns may have room. Of a
	// text that is longer than any word, only the ends are looked at.
	if len(rs) > most {
		rs = slices.Concat(rs[:most/2], rs[len(rs)-most/2:])
	}
	wide := sort.Search(len(rs)-1, func(n int) bool { return Width(ends(rs, n+1)) > w })
	return ends(rs, max(wide, 1))
}
