// Package words turns figures and names into text: numbers with as many digits
// as a reader needs, intervals, percentages, counts, and text from strange files
// that is safe to print.
//
// Texts are plain: [Sanitize] is applied where a text from a file enters a page,
// and the functions for a format ([Markdown], [Code], [Spreadsheet],
// [ShellWord]) where it leaves.
package words

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/perf/benchunit"

	"conpar/report/stats"
)

// Unknown stands where there is no figure.
const Unknown = "–"

// Number writes v with two or three significant digits, and with enough to
// tell 1.00 from 1.01: "0.012", "1.98", "56.3", "812", "1.00M".
func Number(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Unknown
	case a == 0:
		return "0"
	case a < 0.0001 || a >= 1e15:
		return fmt.Sprintf("%.3g", v)
	case a >= 999_500_000_000:
		return Number(v/1e12) + "T"
	case a >= 999_500_000:
		return Number(v/1e9) + "G"
	case a >= 999_500:
		return Number(v/1e6) + "M"
	case a < 0.095:
		// The digits after the point follow from v as rounded: 0.00998 is 0.010.
		digits, _ := strconv.ParseFloat(fmt.Sprintf("%.1e", a), 64)
		return fmt.Sprintf("%.*f", 1-int(math.Floor(math.Log10(digits)+1e-9)), v)
	case a < 9.995:
		return fixed(v, 2)
	case a < 99.95:
		return fixed(v, 1)
	}
	return fixed(v, 0)
}

// fixed writes v with so many digits after the point.
func fixed(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }

// Exact is [Number] for a number that was chosen, not measured: without zeros
// at the end, and in full up to 1e15: "48", "0.9", "1,000,000".
func Exact(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) >= 1e4 && math.Abs(v) < 1e15 {
		return Grouped(int64(v))
	}
	s := Number(v)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Grouped writes a whole number with commas: "1,000".
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bound is [Number] for the end of an interval, which may be infinite.
func Bound(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	}
	return Number(v)
}

// Figure is an estimate and its interval as text. Tables show the two in
// different ways; [Figure.String] is for sentences.
type Figure struct {
	Mid      string // "1.98×"
	Interval string // "1.97–1.99"; "" unknown
}

// String writes "1.98× (1.97–1.99)".
func (f Figure) String() string {
	if f.Interval == "" {
		return f.Mid
	}
	return f.Mid + " (" + f.Interval + ")"
}

// Interval writes an estimate with its interval.
func Interval(i stats.Interval) Figure { return figure(i, "", Number) }

// Times is [Interval] for a factor: "1.98× (1.97–1.99)".
func Times(i stats.Interval) Figure { return figure(i, "×", Number) }

// Ratio is [Times] of what was measured to what it was, where the bounds may be
// infinite. "from 0" is written for an infinite factor.
func Ratio(i stats.Interval) Figure {
	if math.IsInf(i.Mid, 1) {
		return Figure{Mid: "from 0"}
	}
	return figure(i, "×", Bound)
}

// P writes the p of a test, with three decimals: "0.042", "<0.001".
func P(p float64) string {
	if s := fmt.Sprintf("%.3f", p); s != "0.000" {
		return s
	}
	return "<0.001"
}

func figure(i stats.Interval, suffix string, write func(float64) string) Figure {
	if math.IsNaN(i.Mid) {
		return Figure{Mid: Unknown}
	}
	f := Figure{Mid: write(i.Mid) + suffix}
	if i.Known() {
		f.Interval = write(i.Lo) + "–" + write(i.Hi)
	}
	return f
}

// Percent writes a fraction: "0.4%".
func Percent(fraction float64) string {
	if math.IsNaN(fraction) {
		return Unknown
	}
	return Number(100*fraction) + "%"
}

// InUnit writes a figure in a benchmark unit, with half of its interval as a
// percentage: "12.3µsec/op ±1%".
func InUnit(i stats.Interval, unit string) string {
	if math.IsNaN(i.Mid) {
		return Unknown
	}
	text := benchunit.Scale(i.Mid, benchunit.ClassOf(unit))
	if !i.Known() || i.Mid == 0 {
		return text
	}
	half := max(i.Hi-i.Mid, i.Mid-i.Lo) / math.Abs(i.Mid)
	return text + " ±" + fixed(100*half, 0) + "%"
}

// Count writes "1 run", "2 runs".
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// List joins at most so many names: "a, b, c and 17 more".
func List(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
