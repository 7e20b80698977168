package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"conpar/report/chart"
)

// kinds are the constructors in one shape.
var kinds = map[string]func(chart.Text, int, []chart.Series) (*chart.Figure, error){
	"plane":   chart.Plane,
	"speedup": chart.Speedup,
	"gains": func(t chart.Text, cpus int, s []chart.Series) (*chart.Figure, error) {
		return chart.Gains(t, 0, cpus, s)
	},
	"languages": func(t chart.Text, cpus int, s []chart.Series) (*chart.Figure, error) {
		return chart.Gains(t, 8, cpus, s)
	},
	"lines": func(t chart.Text, _ int, s []chart.Series) (*chart.Figure, error) {
		return chart.Lines(t, chart.Point{}, s)
	},
	"cut": func(t chart.Text, cpus int, s []chart.Series) (*chart.Figure, error) {
		n := float64(cpus)
		return chart.Lines(t, chart.Point{X: n, XLo: n / 2, XHi: 3 * n, Label: "the number of CPUs", Tip: t.Alt}, s)
	},
}

// widths are the four ways to write a drawing as SVG.
var widths = map[string]func(*chart.Figure) []byte{
	"wide":          func(f *chart.Figure) []byte { return f.SVG(false) },
	"narrow":        func(f *chart.Figure) []byte { return f.SVG(true) },
	"inline wide":   func(f *chart.Figure) []byte { return f.Inline(false) },
	"inline narrow": func(f *chart.Figure) []byte { return f.Inline(true) },
}

var tones = []string{"computing", "waiting", "mixed", "memory", "sharing", "", "unheard of"}

// hostile is a name as only somebody else's benchmark can have it.
var hostile = "<script>alert(1)</script>&\x00\x07\x1b[31m\u202egnp.exe\u2066\u200b\uffff\xff\"'\n\ttail " + strings.Repeat("x", 80)

// awkward returns data that charts have to cope with, at a number of CPUs.
func awkward() map[string]struct {
	cpus   int
	series []chart.Series
} {
	type data = struct {
		cpus   int
		series []chart.Series
	}
	line := func(name string, tone string, ps ...chart.Point) chart.Series {
		return chart.Series{Name: name, Kind: tone, Points: ps}
	}
	long := "github.com/somebody/project/BenchmarkSomething/size=1048576"
	many := make([]chart.Series, 14)
	for i := range many {
		f := float64(i)
		name := fmt.Sprintf("work%d", i)
		if i%4 == 0 {
			name = fmt.Sprintf("%s/%d", long, i)
		}
		many[i] = line(name, tones[i%len(tones)], point(1, 1, 0), point(2+f, 1.9-.05*f, .02), point(64, 3-.2*f, .05))
	}
	return map[string]data{
		"one point":    {2, []chart.Series{line("primes", "computing", point(1, 1, 0))}},
		"one CPU":      {1, []chart.Series{line("primes", "computing", point(1, .99, .01), point(4, 1, .01))}},
		"equal":        {4, []chart.Series{line("a", "waiting", point(1, 7, 0), point(2, 7, 0)), line("b", "waiting", point(1, 7, 0), point(2, 7, 0))}},
		"same X":       {4, []chart.Series{line("a", "waiting", point(3, 1, .1), point(3, 2, .1))}},
		"extreme":      {64, []chart.Series{line("low", "sharing", point(.01, .01, .5)), line("high", "waiting", point(1000, 1000, .5))}},
		"beyond":       {64, []chart.Series{line("tiny", "sharing", point(1e-12, 1e-12, 0)), line("vast", "waiting", point(1e15, 1e15, 0))}},
		"many":         {2, many},
		"more Ps":      {8, []chart.Series{line("primes", "computing", point(1, 1, 0), point(8, 7.8, .02), point(64, 7.7, .02))}},
		"hostile":      {2, []chart.Series{line(hostile, "mixed", chart.Point{X: 1, Y: 1, Tip: hostile})}},
		"no name":      {2, []chart.Series{line("", "", point(1, 1, 0), point(2, 2, 0))}},
		"some without": {2, []chart.Series{line("gaps", "memory", point(1, 1, .1), chart.Point{X: 2, Y: 2, YLo: math.NaN(), YHi: math.Inf(1)}, point(4, 2, .1), point(8, 2, .1))}},
		"two CPUs": {2, []chart.Series{
			line("primes", "computing", point(1, 1, 0), point(2, 1.98, .01)), line("sha256", "computing", point(1, 1, 0), point(2, 1.97, .01)),
			line("triad", "memory", point(1, 1, 0), point(2, 1.2, .06)), line("tcp", "waiting", point(1, 1, 0), point(2, 1, .03)),
			line("wait", "waiting", point(1, 1, 0), point(2, 1, .01)),
		}},
		"law": {4, []chart.Series{{Name: "fitted", Points: []chart.Point{point(1, 1, .01), point(2, 1.7, .02), point(4, 2.1, .02)},
			Law: []chart.Point{{X: 1, Y: 1}, {X: 2, Y: 1.65}, {X: 3, Y: 1.98}, {X: 4, Y: 9.5}}}}},
		"knees": {4, []chart.Series{
			{Name: "tcp", Kind: "waiting", Knee: 100, Points: []chart.Point{{X: 1, Y: 100}, {X: 8, Y: 800}, {X: 512, Y: 17000}}},
			{Name: "http", Kind: "waiting", Knee: 110, Points: []chart.Point{{X: 1, Y: 90}, {X: 8, Y: 780}, {X: 512, Y: 16000, Hollow: true}}},
		}},
	}
}

// each runs a test for every kind of chart on every awkward data set.
func each(t *testing.T, test func(t *testing.T, f *chart.Figure)) {
	run := func(kind, name string, draw func(chart.Text) (*chart.Figure, error)) {
		t.Run(kind+"/"+name, func(t *testing.T) {
			f, err := draw(chart.Text{
				ID: kind, Title: "A title that is long enough to be broken on a narrow drawing " + hostile,
				Sub: "Below the title, in smaller type", Note: strings.Repeat("small print ", 20), Alt: "A chart: " + hostile,
			})
			if err != nil {
				t.Fatal(err)
			}
			test(t, f)
		})
	}
	for kind, draw := range kinds {
		for name, d := range awkward() {
			run(kind, name, func(t chart.Text) (*chart.Figure, error) { return draw(t, d.cpus, d.series) })
		}
	}
	for name, lines := range awkwardRatios() {
		run("ratios", name, func(t chart.Text) (*chart.Figure, error) { return chart.Ratios(t, .03, markNames, lines) })
	}
	for name, grids := range awkwardGrids() {
		run("heat", name, func(t chart.Text) (*chart.Figure, error) { return chart.Heat(t, grids) })
	}
	for name, panels := range awkwardPanels() {
		run("timeline", name, func(t chart.Text) (*chart.Figure, error) { return chart.Timeline(t, panels) })
	}
}

// TestSVG parses every drawing: well-formed, nothing that was not meant to be there, no number that is none.
func TestSVG(t *testing.T) {
	each(t, func(t *testing.T, f *chart.Figure) {
		for width, draw := range widths {
			b := draw(f)
			if bytes.Contains(b, []byte("NaN")) || bytes.Contains(b, []byte("Inf")) {
				t.Errorf("%s: a coordinate is not a number", width)
			}
			for _, r := range string(b) {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
					t.Errorf("%s: contains %U", width, r)
				}
			}
			dec := xml.NewDecoder(bytes.NewReader(b))
			for {
				tok, err := dec.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", width, err)
				}
				if e, ok := tok.(xml.StartElement); ok && !slices.Contains([]string{"svg", "title", "desc", "style", "g", "path", "circle", "text"}, e.Name.Local) {
					t.Errorf("%s: element %s", width, e.Name.Local)
				}
			}
			if inline := strings.HasPrefix(width, "inline"); inline == bytes.Contains(b, []byte("<style>")) {
				t.Errorf("%s: style: %v", width, !inline)
			}
		}
	})
}

func TestTooltipHasTheFullName(t *testing.T) {
	name := strings.Repeat("abcdefghi/", 9) + "end"
	f, err := chart.Lines(chart.Text{ID: "x"}, chart.Point{}, []chart.Series{{Name: name, Points: []chart.Point{{X: 1, Y: 2}}}})
	if err != nil {
		t.Fatal(err)
	}
	svg := string(f.SVG(false))
	if !strings.Contains(svg, "<title>"+name+"</title>") {
		t.Error("no tooltip with the full name")
	}
	if strings.Contains(svg, ">"+name+"</text>") {
		t.Error("the full name is drawn")
	}
}

func TestNoOverlap(t *testing.T) {
	each(t, func(t *testing.T, f *chart.Figure) {
		for _, o := range f.Overlaps() {
			t.Error(o)
		}
	})
}

// TestNoOverlapAtRandom draws what nobody thought of.
func TestNoOverlapAtRandom(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		cpus := 1 << rng.IntN(7)
		ss := make([]chart.Series, 1+rng.IntN(14))
		for i := range ss {
			s := chart.Series{Name: strings.Repeat("name", 1+rng.IntN(4)) + fmt.Sprint(i), Kind: tones[rng.IntN(len(tones))]}
			level := math.Exp(6*rng.Float64() - 3)
			for j := range 1 + rng.IntN(5) {
				p := point(math.Exp2(float64(j)*math.Ceil(2*rng.Float64())), level*math.Exp(rng.NormFloat64()), .2*rng.Float64())
				s.Points = append(s.Points, p)
			}
			ss[i] = s
		}
		for kind, draw := range kinds {
			f, err := draw(chart.Text{ID: kind, Title: "Random"}, cpus, ss)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, kind, err)
			}
			for _, o := range f.Overlaps() {
				t.Errorf("seed %d, %s: %s", seed, kind, o)
			}
		}
	}
}

// TestRepeats draws every figure again, from several goroutines: the bytes stay the same, and figures share nothing.
func TestRepeats(t *testing.T) {
	each(t, func(t *testing.T, f *chart.Figure) {
		want := make(map[string][]byte)
		for width, draw := range widths {
			want[width] = draw(f)
		}
		var wg sync.WaitGroup
		for range 2 {
			for width, draw := range widths {
				wg.Go(func() {
					if !bytes.Equal(draw(f), want[width]) {
						t.Errorf("%s: not the same bytes again", width)
					}
				})
			}
		}
		wg.Wait()
	})
}

func TestPNG(t *testing.T) {
	d := awkward()["two CPUs"]
	for kind, draw := range kinds {
		f, err := draw(chart.Text{ID: kind, Title: "A title"}, d.cpus, d.series)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, dark := range []bool{false, true} {
			wg.Go(func() {
				b, err := f.PNG(dark)
				if err != nil {
					t.Error(err)
					return
				}
				again, _ := f.PNG(dark)
				if !bytes.Equal(b, again) {
					t.Errorf("%s: not the same bytes again", kind)
				}
				img, err := png.Decode(bytes.NewReader(b))
				if err != nil {
					t.Error(err)
					return
				}
				if w := img.Bounds().Dx(); w != 2*640 {
					t.Errorf("%s: %d pixels wide", kind, w)
				}
				if light := luminance(img.At(1, 1)) > .5; light == dark {
					t.Errorf("%s: dark %v, but the ground is light: %v", kind, dark, light)
				}
			})
		}
		wg.Wait()
	}
}

// TestCallersDataIsCopied changes the data after the figure was made.
func TestCallersDataIsCopied(t *testing.T) {
	ps := []chart.Point{point(4, 2, .1), point(1, 1, .1)}
	f, err := chart.Speedup(chart.Text{ID: "x"}, 2, []chart.Series{{Name: "a", Points: ps}})
	if err != nil {
		t.Fatal(err)
	}
	if ps[0].X != 4 || ps[0].Hollow {
		t.Error("the caller's points were changed")
	}
	want := f.SVG(false)
	ps[0].Y = math.NaN()
	if !bytes.Equal(f.SVG(false), want) {
		t.Error("the figure changed with the caller's points")
	}
}

func TestRefusals(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	with := func(p chart.Point) []chart.Series {
		return []chart.Series{{Name: "good", Points: []chart.Point{{X: 1, Y: 1}}}, {Name: "bad", Points: []chart.Point{{X: 1, Y: 1}, p}}}
	}
	for name, ss := range map[string][]chart.Series{
		"no series":         {},
		"no points":         {{Name: "bad"}},
		"X NaN":             with(chart.Point{X: nan, Y: 1}),
		"Y NaN":             with(chart.Point{X: 1, Y: nan}),
		"X Inf":             with(chart.Point{X: inf, Y: 1}),
		"Y -Inf":            with(chart.Point{X: 1, Y: -inf}),
		"X zero":            with(chart.Point{X: 0, Y: 1}),
		"Y negative":        with(chart.Point{X: 1, Y: -1}),
		"Y vast":            with(chart.Point{X: 1, Y: 1e300}),
		"interval above":    with(chart.Point{X: 1, Y: 1, YLo: 1.1, YHi: 2}),
		"interval below":    with(chart.Point{X: 1, Y: 1, XLo: .1, XHi: .2}),
		"interval from 0":   with(chart.Point{X: 1, Y: 1, YLo: 0, YHi: 2}),
		"interval vast":     with(chart.Point{X: 1, Y: 1, YLo: .5, YHi: 1e300}),
		"knee outside":      {{Name: "bad", Knee: 3, Points: []chart.Point{{X: 1, Y: 1}, {X: 2, Y: 1}}}},
		"law":               {{Name: "bad", Points: []chart.Point{{X: 1, Y: 1}}, Law: []chart.Point{{X: 1, Y: nan}}}},
		"knee not a number": {{Name: "bad", Knee: nan, Points: []chart.Point{{X: 1, Y: 1}}}},
	} {
		for kind, draw := range kinds {
			f, err := draw(chart.Text{ID: kind}, 2, ss)
			if err == nil || f != nil {
				t.Errorf("%s, %s: not refused", kind, name)
			} else if len(ss) > 0 && !strings.Contains(err.Error(), `"bad"`) {
				t.Errorf("%s, %s: %v does not name the series", kind, name, err)
			}
		}
	}
	for kind, cpus := range map[string]int{"plane": 0, "gains": 0, "languages": 0, "speedup": -1} {
		if _, err := kinds[kind](chart.Text{}, cpus, with(chart.Point{X: 1, Y: 1})); err == nil {
			t.Errorf("%s: no CPUs, not refused", kind)
		}
	}
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		x := float64(v) / 65535
		if x <= .04045 {
			return x / 12.92
		}
		return math.Pow((x+.055)/1.055, 2.4)
	}
	return .2126*lin(r) + .7152*lin(g) + .0722*lin(b)
}

// TestContrast holds text to WCAG 2.2, level AA: 4.5 against what it is written on.
func TestContrast(t *testing.T) {
	for _, dark := range []bool{false, true} {
		for _, p := range chart.Pairings(dark) {
			a, b := luminance(p.Text), luminance(p.On)
			if r := (max(a, b) + .05) / (min(a, b) + .05); r < 4.5 {
				t.Errorf("dark %v: %s: %.2f", dark, p.Name, r)
			}
		}
	}
}

// TestPalette holds the page's variables and those of the files together.
func TestPalette(t *testing.T) {
	f, err := chart.Lines(chart.Text{ID: "x"}, chart.Point{}, []chart.Series{{Name: "a", Points: []chart.Point{{X: 1, Y: 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, dark := range []bool{false, true} {
		if !bytes.Contains(f.SVG(false), []byte(chart.Palette(dark))) {
			t.Errorf("dark %v: the file has other colours", dark)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		in, want []float64
	}{
		{[]float64{10, 50}, []float64{10, 50}},
		{[]float64{50, 50}, []float64{45, 55}},
		{[]float64{50, 50, 50}, []float64{40, 50, 60}},
		{[]float64{1, 2}, []float64{0, 10}},
		{[]float64{98, 99, 100}, []float64{80, 90, 100}},
		{[]float64{40, 41, 60}, []float64{35.5, 45.5, 60}},
	} {
		got, ok := chart.Spread(c.in, 10, 0, 100)
		if !ok || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v; want %v", c.in, got, ok, c.want)
		}
	}
	if _, ok := chart.Spread(make([]float64, 12), 10, 0, 100); ok {
		t.Error("twelve labels of 10 in 100")
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1: "1", .015: "0.015", .01: "0.01", 1.984: "1.98", 8: "8", 64: "64", 1000: "1000", 1024: "1024", 17000: "17,000", 131072: "131,072",
		1e6: "1M", 1.5e6: "1.5M", 1e7: "10M", 1e8: "100M", 2e9: "2G", 3e12: "3T", 1e15: "1e+15", 1e-6: "1e-06", 89.83: "89.8",
	} {
		if got := chart.Number(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	for _, data := range []string{"two CPUs", "many"} {
		d := awkward()[data]
		for kind, draw := range kinds {
			b.Run("chart="+kind+"/data="+strings.ReplaceAll(data, " ", "-"), func(b *testing.B) {
				f, err := draw(chart.Text{ID: kind, Title: "A title"}, d.cpus, d.series)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					f.SVG(false)
				}
			})
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	d := awkward()["two CPUs"]
	for kind, draw := range kinds {
		b.Run("chart="+kind, func(b *testing.B) {
			f, err := draw(chart.Text{ID: kind, Title: "A title"}, d.cpus, d.series)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := f.PNG(false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
