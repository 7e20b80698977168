package chart

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"conpar/report/words"
)

// nameLimit is the number of characters of a name that are drawn; the tooltip has the rest.
const nameLimit = 60

// clean makes text safe to write into a drawing. Names come from any project's benchmarks: control characters are not
// allowed in XML, and what cannot be seen can make a name read as another.
func clean(s string) string { return words.Sanitize(strings.Join(strings.Fields(s), " ")) }

// shorten cuts s after n characters. The last one is then an ellipsis.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	rs := []rune(s)
	return strings.TrimRight(string(rs[:n-1]), " ") + "…"
}

// cleaned returns t as it may be drawn. The ID and the names of axes are those of the kind of chart where t has none.
// The limits are far above what is ever written: they keep a mistake from making a drawing a kilometre high.
func (t Text) cleaned(kind, x, y string) Text {
	return Text{
		ID:    cmp.Or(t.ID, kind),
		Title: shorten(clean(t.Title), 200),
		Sub:   shorten(clean(t.Sub), 500),
		Note:  shorten(clean(t.Note), 2000),
		Alt:   shorten(clean(t.Alt), 4000),
		X:     shorten(clean(cmp.Or(t.X, x)), nameLimit),
		Y:     shorten(clean(cmp.Or(t.Y, y)), nameLimit),
	}
}
