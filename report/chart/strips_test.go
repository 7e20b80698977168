package chart_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"conpar/report/chart"
)

var inf, nan = math.Inf(1), math.NaN()

// predicted is a row whose figure was predicted to lie in a region, with an interval of some share of it either way and a
// corrected one twice as wide.
func predicted(lo, hi, mid, share float64, mark chart.Mark) chart.Row {
	return chart.Row{
		Label: "R1", Lo: lo, Hi: hi, Mid: mid, Mark: mark,
		Inner: [2]float64{mid * (1 - share), mid * (1 + share)}, Outer: [2]float64{mid * (1 - 2*share), mid * (1 + 2*share)},
	}
}

// drawStrips returns the axis and the strips of rows.
func drawStrips(t *testing.T, rows ...chart.Row) (axis string, strips []string) {
	t.Helper()
	a, all, err := chart.Strips(rows)
	if err != nil || len(all) != len(rows) {
		t.Fatal(len(all), err)
	}
	for _, s := range all {
		strips = append(strips, string(s.SVG))
	}
	return string(a), strips
}

var (
	hitDisc  = regexp.MustCompile(`<circle cx="([-\d.]+)"[^>]* pointer-events="all"/>`)
	axisText = regexp.MustCompile(`<text x="([-\d.]+)"[^>]*>([^<]*)</text>`)
)

func float(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// markAt returns where the mark of a strip is.
func markAt(t *testing.T, strip string) float64 {
	t.Helper()
	m := hitDisc.FindStringSubmatch(strip)
	if m == nil {
		t.Fatalf("no mark in %s", strip)
	}
	return float(t, m[1])
}

// labelsOf returns the labels of an axis, in order, and where they are.
func labelsOf(t *testing.T, axis string) (names []string, at map[string]float64) {
	t.Helper()
	at = map[string]float64{}
	for _, m := range axisText.FindAllStringSubmatch(axis, -1) {
		names = append(names, m[2])
		at[m[2]] = float(t, m[1])
	}
	return names, at
}

// A strip is the mark of one row, on an axis that all rows share.
func TestStrips(t *testing.T) {
	rows := []chart.Row{
		{Label: "R1 <tcp>", Lo: 48, Hi: inf, Mid: 60, Inner: [2]float64{59, 61}, Outer: [2]float64{58, 62}, Mark: chart.Good},
		{Label: "R2", Lo: 1, Hi: inf, Mid: nan},
		{Label: "R3 lost", Lo: -inf, Hi: 0, Mid: 3, Mark: chart.Bad},
	}
	axis, strips, err := chart.Strips(rows)
	if err != nil || len(strips) != len(rows) {
		t.Fatal(len(strips), err)
	}
	if strips[0].Ratio != 1.25 || !math.IsNaN(strips[1].Ratio) || !math.IsInf(strips[2].Ratio, 1) {
		t.Errorf("ratios %v, %v, %v", strips[0].Ratio, strips[1].Ratio, strips[2].Ratio)
	}
	if strips[1].SVG != nil {
		t.Error("something is drawn of what was not measured")
	}
	if !strings.Contains(string(axis), ">1×</text>") || !strings.Contains(string(strips[0].SVG), "<title>R1 &lt;tcp&gt;</title>") {
		t.Errorf("axis %s\nstrip %s", axis, strips[0].SVG)
	}
	for _, svg := range [][]byte{axis, strips[0].SVG, strips[2].SVG} {
		if strings.Contains(string(svg), "id=") {
			t.Errorf("a strip has an id, which may stand on the page twice: %s", svg)
		}
		for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v: %s", err, svg)
			}
		}
	}
}

// TestStripPlaces holds marks to the labels of the axis: each row is divided by its own prediction.
func TestStripPlaces(t *testing.T) {
	rows := []chart.Row{
		predicted(54.4, inf, 54.4, 0, chart.Good), predicted(-inf, 4096, 4096, 0, chart.Good), predicted(.8, 1.25, 1, 0, chart.Good),
		predicted(0, 5, 5, 0, chart.Good), predicted(7, 7, 7, 0, chart.Good), // at what was predicted
		predicted(30, inf, 60, 0, chart.Good), predicted(-inf, 1, 2, 0, chart.Bad), predicted(9, 16, 24, 0, chart.Bad), // at twice
		predicted(1<<20, inf, 1<<19, 0, chart.Bad), predicted(4, 9, 3, 0, chart.Bad), // at half
		predicted(1, inf, 0, 0, chart.Bad), predicted(-inf, 0, 0, 0, chart.Good), predicted(1, inf, -1e-9, 0, chart.Bad), // at zero
	}
	axis, strips := drawStrips(t, rows...)
	_, at := labelsOf(t, axis)
	for i, label := range []string{"1×", "1×", "1×", "1×", "1×", "2×", "2×", "2×", "0.5×", "0.5×", "≤ 0", "≤ 0", "≤ 0"} {
		if got, want := markAt(t, strips[i]), at[label]; math.Abs(got-want) > .01 {
			t.Errorf("row %d: at %v, want %v, at %s", i+1, got, want, label)
		}
	}
	if at["≤ 0"] >= at["0.5×"] {
		t.Error("zero is not before the axis")
	}
}

// TestStripAxis holds the axis to the regions and most of the marks.
func TestStripAxis(t *testing.T) {
	near, far := predicted(1, inf, 1.9, 0, chart.Good), predicted(1, inf, 2.1, 0, chart.Good)
	for name, c := range map[string]struct {
		rows []chart.Row
		ends [2]string
	}{
		"near":             {[]chart.Row{near, predicted(1, inf, .55, 0, chart.Bad)}, [2]string{"0.5×", "2×"}},
		"one of four far":  {[]chart.Row{near, near, near, far}, [2]string{"0.5×", "2×"}},
		"one of three far": {[]chart.Row{near, near, far}, [2]string{"0.25×", "4×"}},
		"wide region":      {[]chart.Row{near, near, near, near, predicted(1, 4.1, 2, 0, chart.Good)}, [2]string{"0.25×", "4×"}},
		"zero counts not":  {[]chart.Row{near, predicted(0, inf, 9, 0, chart.Good), predicted(1, inf, 0, 0, chart.Bad)}, [2]string{"0.5×", "2×"}},
		"nothing in it":    {[]chart.Row{predicted(1, inf, 1e6, 0, chart.Good)}, [2]string{"0.25×", "4×"}},
		"nothing measured": {[]chart.Row{predicted(1, inf, nan, 0, chart.Plain)}, [2]string{"0.5×", "2×"}},
	} {
		axis, _ := drawStrips(t, c.rows...)
		names, at := labelsOf(t, axis)
		if len(names) < 5 || at[c.ends[0]] == 0 || at[c.ends[1]] == 0 {
			t.Errorf("%s: an axis of %v, want one from %v", name, names, c.ends)
		}
	}
}

// TestStripBeyond places what no axis has beside it, without squeezing the rest.
func TestStripBeyond(t *testing.T) {
	axis, strips := drawStrips(t, predicted(1, inf, 1e9, 0, chart.Good), predicted(10, inf, 1e-9, 0, chart.Bad), predicted(1, inf, inf, 0, chart.Good),
		predicted(0, inf, 5, 0, chart.Good), predicted(1, inf, 1, 0, chart.Good))
	_, at := labelsOf(t, axis)
	low, high := at["0.25×"], at["4×"]
	for i, beyond := range []bool{true, false, true, true} {
		if x := markAt(t, strips[i]); beyond && x <= high || !beyond && x >= low {
			t.Errorf("row %d: at %v, the axis from %v to %v", i+1, x, low, high)
		}
	}
}

var bandPath = regexp.MustCompile(`<path d="M([\d.]+) ([\d.]+)L[\d.]+ [\d.]+L([\d.]+) ([\d.]+)L[^"]*" fill="var\(--c3\)" fill-opacity="0.15"/>`)

// TestStripShading draws at random: a mark stands on the shading of its row if, and only if, it was predicted there.
func TestStripShading(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	drawn := map[bool]int{}
	for range 400 {
		c, wide := math.Exp(20*rng.Float64()-10), math.Exp(rng.Float64())
		mid := c * math.Exp(2*rng.NormFloat64()*rng.Float64())
		if rng.IntN(8) == 0 {
			mid = 0
		}
		regions := [][2]float64{{c, inf}, {-inf, c}, {c, c * wide}, {-inf, 0}, {0, inf}, {0, c}}
		region := regions[rng.IntN(len(regions))]
		r := predicted(region[0], region[1], mid, 0, chart.Open)
		r.Strict = rng.IntN(2) == 0
		want := mid >= r.Lo && mid <= r.Hi
		if r.Strict {
			want = mid > r.Lo && mid < r.Hi
		}
		_, strips := drawStrips(t, r)
		x, got := markAt(t, strips[0]), false
		for _, b := range bandPath.FindAllStringSubmatch(strips[0], -1) {
			x0, x1 := float(t, b[1]), float(t, b[3])
			got = got || x > min(x0, x1) && x < max(x0, x1)
		}
		if got != want {
			t.Errorf("%v in %v to %v (strict %v): shaded %v", r.Mid, r.Lo, r.Hi, r.Strict, got)
		}
		drawn[got]++
	}
	if drawn[true] < 50 || drawn[false] < 50 {
		t.Errorf("%v: says nothing", drawn)
	}
}

// TestMarkShapes holds every mark to a shape of its own, for those who cannot tell the colours.
func TestMarkShapes(t *testing.T) {
	seen := map[string]string{}
	shape := regexp.MustCompile(`(?s)pointer-events="all"/>\n(.*?)</g>`)
	number := regexp.MustCompile(`-?[\d.]+`)
	role := regexp.MustCompile(`--c\w|--muted`) // after the digits
	for name, r := range map[string]chart.Row{
		"good": {Mark: chart.Good}, "bad": {Mark: chart.Bad}, "same": {Mark: chart.Same}, "open": {Mark: chart.Open},
	} {
		r.Lo, r.Hi, r.Mid = 1, inf, 1
		_, strips := drawStrips(t, r)
		m := shape.FindStringSubmatch(strips[0])
		if m == nil {
			t.Fatal("no mark")
		}
		got := role.ReplaceAllString(number.ReplaceAllString(m[1], "n"), "colour")
		if other, ok := seen[got]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[got] = name
	}
}

// TestStripArrowheads counts the open arrowheads of intervals, which a mark beyond the same side does without.
func TestStripArrowheads(t *testing.T) {
	head := regexp.MustCompile(`<path d="M[\d. ]+L[\d. ]+L[\d. ]+" fill="none" stroke=`)
	for _, c := range []struct {
		mid   float64
		outer [2]float64
		want  int
	}{
		{1.2, [2]float64{1, 1.5}, 0},
		{1.2, [2]float64{1, inf}, 1},
		{1.2, [2]float64{0, 1.5}, 1},
		{1.2, [2]float64{-inf, inf}, 2},
		{1.2, [2]float64{.001, 1000}, 2},
		{1.2, [2]float64{nan, inf}, 0},
		{50, [2]float64{1, inf}, 0},
		{50, [2]float64{0, inf}, 1},
		{0, [2]float64{0, 1000}, 1},
	} {
		_, strips := drawStrips(t, chart.Row{Lo: 1, Hi: inf, Mid: c.mid, Outer: c.outer, Mark: chart.Open})
		if got := len(head.FindAllString(strips[0], -1)); got != c.want {
			t.Errorf("%v in %v: %d arrowheads, want %d", c.mid, c.outer, got, c.want)
		}
	}
}

// Anything that a claim may have is drawn with numbers that are numbers.
func TestStripExtremes(t *testing.T) {
	with := func(change func(r *chart.Row)) chart.Row {
		r := predicted(1, inf, 1.2, .05, chart.Good)
		change(&r)
		return r
	}
	_, strips := drawStrips(t,
		with(func(r *chart.Row) { r.Label, r.Tip = hostile, hostile }),
		with(func(r *chart.Row) { r.Mid, r.Inner, r.Outer = 0, [2]float64{0, .5}, [2]float64{-1, 7} }),
		with(func(r *chart.Row) { r.Strict, r.Lo, r.Mid = true, 0, 0 }),
		predicted(-1, 1, -.5, 0, chart.Good), predicted(-3, -2, 1, 0, chart.Bad), predicted(-inf, -2, -3, 0, chart.Good),
		with(func(r *chart.Row) { r.Mid, r.Inner, r.Outer = inf, [2]float64{1, inf}, [2]float64{1, inf} }),
		with(func(r *chart.Row) { r.Mid, r.Inner, r.Outer = -inf, [2]float64{-inf, 1}, [2]float64{-inf, 1} }),
		predicted(1e-9, 1e9, 1, .1, chart.Good), predicted(5e-324, inf, 1e308, 0, chart.Good), predicted(1e308, 1.7e308, 5e-324, 0, chart.Bad),
		predicted(1e-9, 1e-9, 1e9, 0, chart.Bad),
	)
	for i, s := range strips {
		if s == "" || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || strings.Contains(s, "<script") {
			t.Errorf("row %d: %s", i+1, s)
		}
	}
}

func TestStripRefusals(t *testing.T) {
	for name, r := range map[string]chart.Row{
		"unknown mark":        predicted(1, inf, 1, 0, 99),
		"good, not measured":  predicted(1, inf, nan, 0, chart.Good),
		"bad, not measured":   predicted(1, inf, nan, 0, chart.Bad),
		"open":                predicted(-inf, inf, 1, 0, chart.Good),
		"reversed":            predicted(2, 1, 1, 0, chart.Bad),
		"region not a number": predicted(nan, 1, 1, 0, chart.Good),
		"bound infinite":      predicted(inf, inf, 1, 0, chart.Bad),
		"interval reversed":   predicted(1, inf, 1, -.1, chart.Good),
	} {
		r.Label = "bad"
		_, strips, err := chart.Strips([]chart.Row{predicted(1, inf, 1, 0, chart.Good), r})
		if err == nil || strips != nil {
			t.Errorf("%s: not refused", name)
		} else if !strings.Contains(err.Error(), `line 2, "bad"`) {
			t.Errorf("%s: %v does not name the row", name, err)
		}
	}
}

// TestMarkContrast holds marks to WCAG 2.2, 1.4.11: 3 against what is behind them.
func TestMarkContrast(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, p := range chart.Marks(dark) {
			a, b := luminance(p.Text), luminance(p.On)
			if r := (max(a, b) + .05) / (min(a, b) + .05); r < 3 {
				t.Errorf("dark %v: %s: %.2f", dark, p.Name, r)
			}
		}
	}
}

// A strip without a figure has no drawing.
func ExampleStrips() {
	_, strips, err := chart.Strips([]chart.Row{
		{Label: "R1 tcp: gain of 64 goroutines", Lo: 48, Hi: inf, Mid: 60, Mark: chart.Good},
		{Label: "R7 thread: resident, each", Lo: 1 << 20, Hi: inf, Mid: 18 << 10, Mark: chart.Bad},
		{Label: "G2 switched: a thread costs more", Lo: 3, Hi: inf, Mid: nan},
	})
	fmt.Println(err)
	for _, s := range strips {
		fmt.Printf("%.2f %v\n", s.Ratio, s.SVG != nil)
	}
	// Output:
	// <nil>
	// 1.25 true
	// 0.02 true
	// NaN false
}
