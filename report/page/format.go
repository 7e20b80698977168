package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/perf/benchunit"

	"conpar/report/stats"
)

// unknown stands where a figure could not be had.
const unknown = "–"

// number writes v with two or three significant digits, and no fewer than
// tell 1.00 from 1.01: "0.012", "1.98", "56.3", "812", "1.00M".
func number(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return unknown
	case a == 0:
		return "0"
	case a < 0.0001 || a >= 1e15:
		return fmt.Sprintf("%.3g", v)
	case a >= 999_500_000_000:
		return number(v/1e12) + "T"
	case a >= 999_500_000:
		return number(v/1e9) + "G"
	case a >= 999_500:
		return number(v/1e6) + "M"
	case a < 0.095:
		// The digits after the point follow from v as rounded: 0.00998 is 0.010.
		digits, _ := strconv.ParseFloat(fmt.Sprintf("%.1e", a), 64)
		return fmt.Sprintf("%.*f", 1-int(math.Floor(math.Log10(digits)+1e-9)), v)
	case a < 9.995:
		return fmt.Sprintf("%.2f", v)
	case a < 99.95:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// withInterval writes "1.98 (1.97–1.99)", without the brackets where no
// interval is known.
func withInterval(i stats.Interval) string {
	if !i.Known() {
		return number(i.Mid)
	}
	return fmt.Sprintf("%s (%s–%s)", number(i.Mid), number(i.Lo), number(i.Hi))
}

// times is withInterval for a factor: "1.98× (1.97–1.99)".
func times(i stats.Interval) string {
	if math.IsNaN(i.Mid) {
		return unknown
	}
	mid, bounds, _ := strings.Cut(withInterval(i), " ")
	return strings.TrimSpace(mid + "× " + bounds)
}

// apart returns a figure and its interval of a text that has both, as
// withInterval writes them, for where the interval stands smaller beside it.
func apart(text string) (figure, interval string) {
	figure, interval, _ = strings.Cut(text, " ")
	return figure, strings.Trim(interval, "()")
}

// percent writes a share: "0.4%".
func percent(share float64) string {
	if math.IsNaN(share) {
		return unknown
	}
	return number(100*share) + "%"
}

// inUnit writes a median in a benchmark unit with its interval as a share:
// "12.3µsec/op ±1%". Without an interval the share is left out.
func inUnit(i stats.Interval, unit string) string {
	if math.IsNaN(i.Mid) {
		return unknown
	}
	text := benchunit.Scale(i.Mid, benchunit.ClassOf(unit))
	if !i.Known() || i.Mid == 0 {
		return text
	}
	half := max(i.Hi-i.Mid, i.Mid-i.Lo) / math.Abs(i.Mid)
	return fmt.Sprintf("%s ±%.0f%%", text, 100*half)
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// plain makes text from a file safe to print: no control characters, which
// could move the cursor, no bidirectional marks, which could turn words round,
// and nothing else that cannot be seen, by which two names could look alike.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if !seen(r) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// seen says whether a reader sees c.
func seen(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= ' ' && c != 0x7f
	}
	return unicode.IsPrint(c) && !unicode.In(c, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// markdown escapes text for a paragraph in Markdown. What GitHub makes a link
// without being asked, an address, is text here like everything else.
var markdown = strings.NewReplacer("\\", "\\\\", "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]",
	"!", "\\!", "|", "\\|", "~", "\\~", "$", "\\$", "@", "\\@", "://", "\\://", "www.", "www\\.", "WWW.", "WWW\\.")

// inCell escapes a name for a table, whose renderer escapes "|" itself but no
// other markup.
func inCell(s string) string { return strings.ReplaceAll(markdown.Replace(s), "\\|", "|") }

// item writes a line of a list in Markdown. At its beginning a text could be a
// heading, a list or a block of code of its own.
func item(s string) string {
	s = markdown.Replace(strings.TrimSpace(s))
	rest := strings.TrimLeft(s, "0123456789")
	switch n := len(s) - len(rest); {
	case n > 0 && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ")")):
		s = s[:n] + "\\" + rest
	case strings.HasPrefix(s, "#"), strings.HasPrefix(s, "+"), strings.HasPrefix(s, "-"):
		s = "\\" + s
	}
	return "- " + s + "\n"
}
