package chart_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"conpar/report/chart"
)

var inf, nan = math.Inf(1), math.NaN()

// figure is a line whose figure has an interval of some share of it either way, and a corrected one twice as wide.
func figure(lo, hi, mid, share float64, outcome chart.Outcome) chart.Verdict {
	return chart.Verdict{
		ID: "R1", Label: "wait", Prediction: "≥ 54.4×", Measured: "63.7×", Range: "63.6–63.8",
		Lo: lo, Hi: hi, Mid: mid, Outcome: outcome,
		Inner: [2]float64{mid * (1 - share), mid * (1 + share)}, Outer: [2]float64{mid * (1 - 2*share), mid * (1 + 2*share)},
	}
}

var outcomes = []chart.Outcome{chart.Supported, chart.Refuted, chart.Inconclusive}

// awkwardVerdicts returns lines that the chart has to cope with.
func awkwardVerdicts() map[string][]chart.Verdict {
	with := func(change func(v *chart.Verdict)) chart.Verdict {
		v := figure(1, inf, 1.2, .05, chart.Supported)
		change(&v)
		return v
	}
	none := with(func(v *chart.Verdict) {
		v.Outcome, v.Mid, v.Lo, v.Hi, v.Measured, v.Range, v.Reason = chart.NotMeasurable, nan, nan, nan, "", "", "no g++"
	})
	all := map[string][]chart.Verdict{
		"one line":           {figure(1, inf, 1.2, .05, chart.Supported)},
		"nothing measurable": {none, none},
		"no reason":          {with(func(v *chart.Verdict) { v.Outcome, v.Mid = chart.NotMeasurable, nan })},
		"no texts":           {{Lo: 1, Hi: inf, Mid: 2, Outcome: chart.Supported}, {Outcome: chart.NotMeasurable}},
		"hostile": {with(func(v *chart.Verdict) {
			v.ID, v.Label, v.Group, v.Prediction, v.Measured, v.Range, v.Reason = hostile, hostile, hostile, hostile, hostile, hostile, hostile
		}), with(func(v *chart.Verdict) {
			v.Outcome, v.Reason, v.Measured, v.Range = chart.NotMeasurable, hostile, "", ""
		})},
		"zeros": {
			figure(-inf, 0, 0, 0, chart.Supported), figure(-inf, 0, 3, .1, chart.Refuted), figure(0, inf, 3, .1, chart.Supported),
			figure(0, 0, 0, 0, chart.Supported), figure(0, 2, 1, .1, chart.Supported), figure(1, inf, 0, 0, chart.Refuted),
			with(func(v *chart.Verdict) { v.Mid, v.Inner, v.Outer = 0, [2]float64{0, .5}, [2]float64{-1, 7} }),
			with(func(v *chart.Verdict) { v.Strict, v.Lo, v.Mid = true, 0, 0 }),
		},
		"negative": {
			figure(-1, 1, -.5, 0, chart.Supported), figure(-3, -2, 1, 0, chart.Refuted), figure(-inf, -2, -3, 0, chart.Supported),
			figure(-2, inf, -3, 0, chart.Refuted),
		},
		"infinite": {
			with(func(v *chart.Verdict) { v.Outer = [2]float64{-inf, inf} }), with(func(v *chart.Verdict) { v.Outer = [2]float64{0, inf} }),
			with(func(v *chart.Verdict) { v.Mid, v.Inner, v.Outer = inf, [2]float64{1, inf}, [2]float64{1, inf} }),
			with(func(v *chart.Verdict) { v.Mid, v.Inner, v.Outer = -inf, [2]float64{-inf, 1}, [2]float64{-inf, 1} }),
		},
		"not numbers": {
			with(func(v *chart.Verdict) { v.Inner, v.Outer = [2]float64{nan, nan}, [2]float64{nan, 2} }),
			with(func(v *chart.Verdict) { v.Outcome, v.Mid, v.Measured, v.Range = chart.Inconclusive, nan, "", "" }),
		},
		"extreme": {
			figure(1, inf, 1e-9, .1, chart.Refuted), figure(1, inf, 1e9, .1, chart.Supported), figure(1e-9, inf, 1e9, .1, chart.Supported),
			figure(1e9, inf, 1e-9, .1, chart.Refuted), figure(1e-9, 1e9, 1, .1, chart.Supported), figure(5e-324, inf, 1e308, 0, chart.Supported),
			figure(1e308, 1.7e308, 5e-324, 0, chart.Refuted),
		},
		"one value": {figure(7, 7, 7, .1, chart.Supported), figure(.05, .05, .08, .1, chart.Inconclusive), figure(1e-9, 1e-9, 1e9, 0, chart.Refuted)},
	}
	for range 90 {
		i := len(all["ninety lines"])
		v := figure(1, inf, .3+.05*float64(i), .1, outcomes[i%3])
		v.ID, v.Label, v.Definition = fmt.Sprint("R", i), strings.Repeat("sixty characters ", 4)[:60], i%7 == 0
		v.Group = fmt.Sprint("group ", i/13)
		if i%11 == 0 {
			v.Outcome, v.Reason, v.Measured = chart.NotMeasurable, strings.Repeat("neighbours took it ", 9), ""
		}
		all["ninety lines"] = append(all["ninety lines"], v)
	}
	return all
}

// spot returns the middle of the text, or of the mark with that number where the text is empty.
func spot(t *testing.T, f *chart.Figure, w chart.Width, text string, n int) float64 {
	t.Helper()
	boxes, _, _ := f.Boxes(w, false)
	for _, b := range boxes {
		if b.Text == text {
			if n == 0 {
				return (b.X0 + b.X1) / 2
			}
			n--
		}
	}
	t.Fatalf("%q is not drawn", text)
	return 0
}

func verdicts(t *testing.T, lines ...chart.Verdict) *chart.Figure {
	t.Helper()
	f, err := chart.Verdicts(chart.Text{ID: "verdicts", Title: "A title"}, lines)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestVerdictsPlaces holds marks to the labels of the axis: each line is divided by its own prediction.
func TestVerdictsPlaces(t *testing.T) {
	lines := []chart.Verdict{
		figure(54.4, inf, 54.4, 0, chart.Supported), figure(-inf, 4096, 4096, 0, chart.Supported), figure(.8, 1.25, 1, 0, chart.Supported),
		figure(0, 5, 5, 0, chart.Supported), figure(7, 7, 7, 0, chart.Supported), // at what was predicted
		figure(30, inf, 60, 0, chart.Supported), figure(-inf, 1, 2, 0, chart.Refuted), figure(9, 16, 24, 0, chart.Refuted), // at twice
		figure(1<<20, inf, 1<<19, 0, chart.Refuted), figure(4, 9, 3, 0, chart.Refuted), // at half
		figure(1, inf, 0, 0, chart.Refuted), figure(-inf, 0, 0, 0, chart.Supported), figure(1, inf, -1e-9, 0, chart.Refuted), // at zero
	}
	at := []string{"1×", "1×", "1×", "1×", "1×", "2×", "2×", "2×", "0.5×", "0.5×", "≤ 0", "≤ 0", "≤ 0"}
	f := verdicts(t, lines...)
	for _, w := range []chart.Width{chart.Wide, chart.Narrow} {
		for i, label := range at {
			if got, want := spot(t, f, w, "", i), spot(t, f, w, label, 0); math.Abs(got-want) > .01 {
				t.Errorf("width %d, line %d: at %v, want %v, at %s", w, i+1, got, want, label)
			}
		}
		if spot(t, f, w, "≤ 0", 0) >= spot(t, f, w, "0.5×", 0) {
			t.Errorf("width %d: zero is not before the axis", w)
		}
	}
}

// TestVerdictsAxis holds the axis to the regions and most of the marks.
func TestVerdictsAxis(t *testing.T) {
	near, far := figure(1, inf, 1.9, 0, chart.Supported), figure(1, inf, 2.1, 0, chart.Supported)
	for name, c := range map[string]struct {
		lines []chart.Verdict
		ends  [2]string
	}{
		"near":             {[]chart.Verdict{near, figure(1, inf, .55, 0, chart.Refuted)}, [2]string{"0.5×", "2×"}},
		"one of four far":  {[]chart.Verdict{near, near, near, far}, [2]string{"0.5×", "2×"}},
		"one of three far": {[]chart.Verdict{near, near, far}, [2]string{"0.25×", "4×"}},
		"wide region":      {[]chart.Verdict{near, near, near, near, figure(1, 4.1, 2, 0, chart.Supported)}, [2]string{"0.25×", "4×"}},
		"zero counts not":  {[]chart.Verdict{near, figure(0, inf, 9, 0, chart.Supported), figure(1, inf, 0, 0, chart.Refuted)}, [2]string{"0.5×", "2×"}},
		"nothing in it":    {[]chart.Verdict{figure(1, inf, 1e6, 0, chart.Supported)}, [2]string{"0.25×", "4×"}},
	} {
		boxes, _, _ := verdicts(t, c.lines...).Boxes(chart.Wide, false)
		var labels []string
		for _, b := range boxes {
			if strings.HasSuffix(b.Text, "×") && b.Text != near.Measured && b.Text != near.Prediction {
				labels = append(labels, b.Text)
			}
		}
		if got := [2]string{labels[0], labels[len(labels)-1]}; got != c.ends {
			t.Errorf("%s: an axis from %v, want %v", name, got, c.ends)
		}
	}
}

// TestVerdictsBeyond places what no axis has beside it, without squeezing the rest.
func TestVerdictsBeyond(t *testing.T) {
	f := verdicts(t, figure(1, inf, 1e9, 0, chart.Supported), figure(10, inf, 1e-9, 0, chart.Refuted), figure(1, inf, inf, 0, chart.Supported),
		figure(0, inf, 5, 0, chart.Supported), figure(1, inf, 1, 0, chart.Supported))
	for _, w := range []chart.Width{chart.Wide, chart.Narrow} {
		low, high := spot(t, f, w, "0.25×", 0), spot(t, f, w, "4×", 0)
		for i, beyond := range []bool{true, false, true, true} {
			if x := spot(t, f, w, "", i); beyond && x <= high || !beyond && x >= low {
				t.Errorf("width %d, line %d: at %v, the axis from %v to %v", w, i+1, x, low, high)
			}
		}
	}
}

var bandPath = regexp.MustCompile(`<path d="M([\d.]+) ([\d.]+)L[\d.]+ [\d.]+L([\d.]+) ([\d.]+)L[^"]*" fill="var\(--c3\)" fill-opacity="0.15"/>`)

// TestVerdictsShading draws at random: a mark stands on the shading of its line if, and only if, it was predicted there.
func TestVerdictsShading(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	drawn := map[bool]int{}
	for range 400 {
		c, wide := math.Exp(20*rng.Float64()-10), math.Exp(rng.Float64())
		mid := c * math.Exp(2*rng.NormFloat64()*rng.Float64())
		if rng.IntN(8) == 0 {
			mid = 0
		}
		regions := [][2]float64{{c, inf}, {-inf, c}, {c, c * wide}, {-inf, 0}, {0, inf}, {0, c}}
		r := regions[rng.IntN(len(regions))]
		v := figure(r[0], r[1], mid, 0, chart.Inconclusive)
		v.Strict = rng.IntN(2) == 0
		want := mid >= v.Lo && mid <= v.Hi
		if v.Strict {
			want = mid > v.Lo && mid < v.Hi
		}
		f := verdicts(t, v)
		x, got := spot(t, f, chart.Wide, "", 0), false
		bands := bandPath.FindAllSubmatch(f.Inline(chart.Wide), -1)
		for _, b := range bands[1:] { // the first is the key's
			x0, _ := strconv.ParseFloat(string(b[1]), 64)
			x1, _ := strconv.ParseFloat(string(b[3]), 64)
			got = got || x > min(x0, x1) && x < max(x0, x1)
		}
		if got != want {
			t.Errorf("%v in %v to %v (strict %v): shaded %v", v.Mid, v.Lo, v.Hi, v.Strict, got)
		}
		drawn[got]++
	}
	if drawn[true] < 50 || drawn[false] < 50 {
		t.Errorf("%v: says nothing", drawn)
	}
}

// TestVerdictsShapes holds every outcome to a shape of its own, for those who cannot tell the colours.
func TestVerdictsShapes(t *testing.T) {
	seen := map[string]string{}
	mark := regexp.MustCompile(`(?s)pointer-events="all"/>\n(.*?)</g>`)
	number := regexp.MustCompile(`-?[\d.]+`)
	role := regexp.MustCompile(`--c\w|--muted`) // after the digits
	for _, v := range []chart.Verdict{
		figure(1, inf, 1, 0, chart.Supported), figure(1, inf, 1, 0, chart.Refuted), figure(1, inf, 1, 0, chart.Inconclusive),
		{Lo: 1, Hi: inf, Mid: 1, Outcome: chart.Supported, Definition: true},
	} {
		m := mark.FindSubmatch(verdicts(t, v).Inline(chart.Wide))
		if m == nil {
			t.Fatal("no mark")
		}
		name := fmt.Sprint(v.Outcome, v.Definition)
		shape := role.ReplaceAllString(number.ReplaceAllString(string(m[1]), "n"), "colour")
		if other, ok := seen[shape]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[shape] = name
	}
}

// TestVerdictsTips finds all that is known of a line in its tooltip, also of a label too long to be drawn.
func TestVerdictsTips(t *testing.T) {
	v := figure(1, inf, 1.2, .1, chart.Refuted)
	v.Label, v.Reason, v.Definition = strings.Repeat("abcdefghi ", 9)+"end", "as the test has it", true
	none := chart.Verdict{ID: "G2", Prediction: "≥ 3×", Outcome: chart.NotMeasurable, Reason: "no g++"}
	for _, w := range []chart.Width{chart.Wide, chart.Narrow} {
		svg := string(verdicts(t, v, none).SVG(w))
		for _, tip := range []string{
			"R1 " + v.Label + ": 63.7× (63.6–63.8), predicted ≥ 54.4×: refuted, by definition; as the test has it",
			"G2, predicted ≥ 3×: not measurable; no g++",
		} {
			if !strings.Contains(svg, "<title>"+tip+"</title>") {
				t.Errorf("width %d: no tooltip %q", w, tip)
			}
		}
		if !strings.Contains(svg, ">– no g++</text>") {
			t.Errorf("width %d: the reason is not drawn", w)
		}
	}
}

// TestVerdictsArrowheads counts the open arrowheads of intervals, which a mark beyond the same side does without.
func TestVerdictsArrowheads(t *testing.T) {
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
		v := chart.Verdict{Lo: 1, Hi: inf, Mid: c.mid, Outer: c.outer, Outcome: chart.Inconclusive}
		if got := len(head.FindAll(verdicts(t, v).Inline(chart.Wide), -1)); got != c.want {
			t.Errorf("%v in %v: %d arrowheads, want %d", c.mid, c.outer, got, c.want)
		}
	}
}

func TestVerdictsRefusals(t *testing.T) {
	for name, v := range map[string]chart.Verdict{
		"no outcome":          {Lo: 1, Hi: inf, Mid: 1},
		"unknown outcome":     figure(1, inf, 1, 0, "perhaps"),
		"supported, no mark":  figure(1, inf, nan, 0, chart.Supported),
		"refuted, no mark":    figure(1, inf, nan, 0, chart.Refuted),
		"open":                figure(-inf, inf, 1, 0, chart.Supported),
		"reversed":            figure(2, 1, 1, 0, chart.Refuted),
		"region not a number": figure(nan, 1, 1, 0, chart.Supported),
		"bound infinite":      figure(inf, inf, 1, 0, chart.Refuted),
		"interval reversed":   figure(1, inf, 1, -.1, chart.Supported),
	} {
		v.ID, v.Label = "bad", ""
		f, err := chart.Verdicts(chart.Text{}, []chart.Verdict{figure(1, inf, 1, 0, chart.Supported), v})
		if err == nil || f != nil {
			t.Errorf("%s: not refused", name)
		} else if !strings.Contains(err.Error(), `line 2, "bad"`) {
			t.Errorf("%s: %v does not name the line", name, err)
		}
	}
	if _, err := chart.Verdicts(chart.Text{}, nil); err == nil {
		t.Error("no lines: not refused")
	}
}

// TestVerdictsNoOverlapAtRandom draws what nobody thought of.
func TestVerdictsNoOverlapAtRandom(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 2))
		text := func(most int) string { return strings.Repeat("m1 ", rng.IntN(most)) }
		lines := make([]chart.Verdict, 1+rng.IntN(40))
		for i := range lines {
			v := figure(1, inf, math.Exp(rng.NormFloat64()), .1*rng.Float64(), outcomes[rng.IntN(3)])
			if rng.IntN(9) == 0 {
				v.Mid, v.Inner, v.Outer = -float64(rng.IntN(2)), [2]float64{}, [2]float64{}
			}
			if rng.IntN(9) == 0 {
				v.Outcome = chart.NotMeasurable
			}
			v.Group, v.ID, v.Label, v.Prediction = text(3), text(5), text(20), text(9)
			v.Measured, v.Range, v.Reason = text(6), text(9), text(30)
			lines[i] = v
		}
		for _, o := range verdicts(t, lines...).Overlaps() {
			t.Errorf("seed %d: %s", seed, o)
		}
	}
}

// TestVerdictsCopied changes the lines after the figure was made.
func TestVerdictsCopied(t *testing.T) {
	lines := []chart.Verdict{figure(1, inf, 1.2, .1, chart.Supported)}
	f := verdicts(t, lines...)
	want := f.SVG(chart.Wide)
	lines[0].Mid = nan
	if !bytes.Equal(f.SVG(chart.Wide), want) {
		t.Error("the figure changed with the caller's lines")
	}
}

// TestVerdictsPNG looks at the outermost rows of pixels, which drawings of most heights cover only in part.
func TestVerdictsPNG(t *testing.T) {
	lines := awkwardVerdicts()["zeros"]
	for _, n := range []int{1, 2, len(lines)} {
		f, err := chart.Verdicts(chart.Text{Title: "A title", Note: strings.Repeat("A note ", 30*(n%2))}, lines[:n])
		if err != nil {
			t.Fatal(err)
		}
		for _, dark := range []bool{false, true} {
			b, err := f.PNG(dark)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			for _, y := range []int{0, img.Bounds().Dy() - 1} {
				if l := luminance(img.At(0, y)); dark && l > .01 || !dark && l < 1 {
					t.Errorf("%d lines, dark %v: row %d has a luminance of %.2f", n, dark, y, l)
				}
			}
		}
	}
}

// TestVerdictsContrast holds marks to WCAG 2.2, 1.4.11: 3 against what is behind them.
func TestVerdictsContrast(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, p := range chart.Marks(dark) {
			a, b := luminance(p.Text), luminance(p.On)
			if r := (max(a, b) + .05) / (min(a, b) + .05); r < 3 {
				t.Errorf("dark %v: %s: %.2f", dark, p.Name, r)
			}
		}
	}
}

func BenchmarkVerdicts(b *testing.B) {
	f, err := chart.Verdicts(chart.Text{ID: "verdicts"}, awkwardVerdicts()["ninety lines"])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f.SVG(chart.Wide)
	}
}
