package chart_test

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"conpar/report/chart"
)

var update = flag.Bool("update", false, "write the drawings of the examples to testdata")

// golden compares a drawing with the one in testdata, byte by byte.
func golden(f *chart.Figure) {
	name := filepath.ToSlash(filepath.Join("testdata", f.Text().ID+".svg"))
	got := f.SVG(false)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	switch {
	case err != nil:
		fmt.Println(err)
	case !bytes.Equal(got, want):
		fmt.Println("not", name, "any more: run with -update, and look at it")
	default:
		fmt.Println(name)
	}
}

// point is a measurement of Y with an interval of some share of it either way.
func point(x, y, share float64) chart.Point {
	return chart.Point{X: x, Y: y, YLo: y * (1 - share), YHi: y * (1 + share)}
}

func ExamplePlane() {
	f, err := chart.Plane(chart.Text{
		ID:    "plane",
		Title: "Waiting is concurrent, computing is parallel",
		Sub:   "Mean tasks in flight against mean CPUs busy · 2 CPUs",
		Note:  "Tasks in flight: sum of residence times over wall time (Little's law).",
		Alt:   "Scatter plot: tcp moves right with more goroutines, primes up with more processors.",
	}, 2, []chart.Series{
		{Name: "tcp", Kind: "waiting", Points: []chart.Point{
			point(1, .01, .1), point(8, .06, .1), {X: 64, Y: .3},
		}},
		{Name: "primes", Kind: "computing", Points: []chart.Point{{X: 1, Y: .99}, {X: 2, Y: 1.98}}},
		{Name: "sha256", Kind: "computing", Points: []chart.Point{{X: 1, Y: .99}, {X: 2, Y: 1.97}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/plane.svg
}

func ExampleGains() {
	gain := func(name string, tone string, x, y float64) chart.Series {
		return chart.Series{Name: name, Kind: tone, Points: []chart.Point{{
			X: x, XLo: x * .97, XHi: x * 1.03, Y: y, YLo: y * .96, YHi: y * 1.04,
		}}}
	}
	f, err := chart.Gains(chart.Text{
		ID:    "gains",
		Title: "tcp gains 58× on one CPU, primes 2× from two",
		Sub:   "One point a workload · crosses are 95% intervals · 2 CPUs",
		Alt:   "Scatter plot of the gains: waiting work far right, computing work at the top left.",
	}, 0, 2, []chart.Series{
		gain("tcp", "waiting", 58, 1.04), gain("wait", "waiting", 63.5, 1),
		gain("primes", "computing", .99, 1.98), gain("sha256", "computing", 1, 1.97),
		gain("triad", "memory", 1.02, 1.2), gain("kitchen", "mixed", 2, 1.9),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/gains.svg
}

func ExampleDeviations() {
	var points []chart.Point
	for x, speeds := range [][3]float64{{1, .91, 1.01}, {.99, 1.02, 1}, {1.03, 1.06, .97}} {
		for y, v := range speeds {
			points = append(points, chart.Point{X: float64(x + 1), Y: float64(y + 1), Value: v, Best: v == .91})
		}
	}
	f, err := chart.Deviations(chart.Text{
		ID:    "deviations",
		Title: "n17 is slow in memory-bound work",
		Sub:   "Speed over that of the middle machine · a column a machine, a row a workload",
		Alt:   "Heat map: all cells are within 6%, but that of n17 and triad.",
	}, []string{"primes", "triad", "tcp"}, []string{"n17", "n3", "n4"}, points)
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/deviations.svg
}

func ExampleLines() {
	f, err := chart.Lines(chart.Text{
		ID:    "throughput",
		Title: "Waiting tasks scale to hundreds of goroutines, computing tasks to two",
		Sub:   "GOMAXPROCS = 2 · bands are 95% intervals",
		Note:  "Diamonds mark the knee: more goroutines than that bring no more.",
		Alt:   "Line chart: tcp rises in proportion to 230 goroutines, primes and triad to two.",
	}, chart.Point{}, []chart.Series{
		{Name: "tcp", Kind: "waiting", Knee: 230, Points: []chart.Point{
			point(1, 95, .02), point(8, 750, .03), point(64, 5600, .04), point(512, 17000, .1),
		}},
		{Name: "primes", Kind: "computing", Knee: 2, Points: []chart.Point{
			point(1, 17000, .02), point(2, 33000, .02), point(8, 33500, .02),
		}},
		{Name: "triad", Kind: "memory", Points: []chart.Point{
			point(1, 20000, .05), point(2, 24000, .08), point(8, 24100, .08),
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/throughput.svg
}

func ExampleSpeedup() {
	one := chart.Point{X: 1, Y: 1}
	f, err := chart.Speedup(chart.Text{
		ID:    "speedup",
		Title: "Two CPUs give 2.0×; asking for more gives nothing",
		Sub:   "Speed-up over GOMAXPROCS=1 · bands are 95% intervals",
		Alt:   "Line chart: primes and sha256 reach 2 at two CPUs and stay there, triad reaches 1.2.",
	}, 2, []chart.Series{
		{Name: "primes", Kind: "computing", Points: []chart.Point{one, point(2, 1.98, .01), point(4, 1.95, .02)}},
		{Name: "sha256", Kind: "computing", Points: []chart.Point{one, point(2, 1.97, .01), point(4, 1.96, .02)}},
		{Name: "triad", Kind: "memory", Points: []chart.Point{one, point(2, 1.2, .06), point(4, 1.18, .06)}},
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/speedup.svg
}

// A law is dotted, and where the CPUs are unknown none are marked.
func ExampleSpeedup_law() {
	one := chart.Series{Name: "measured", Points: []chart.Point{
		{X: 1, Y: 1}, point(2, 1.7, .03), point(4, 2.6, .03), point(8, 3.2, .04), point(16, 3.1, .04),
	}}
	for n := 1.0; n <= 16; n += .25 {
		one.Law = append(one.Law, chart.Point{X: n, Y: n / (1 + .15*(n-1) + .006*n*(n-1))})
	}
	f, err := chart.Speedup(chart.Text{
		ID:    "speedup-law",
		Title: "Throughput falls again beyond eight processors",
		Sub:   "Speed-up over GOMAXPROCS=1 · dotted: the fitted law",
		Alt:   "Line chart: speed-up rises to 3.2 at eight processors and falls to 3.1 at sixteen; the law follows it.",
	}, 0, []chart.Series{one})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/speedup-law.svg
}

func ExampleHeat() {
	grid := func(name string, value func(g, p float64) float64, best func(g, p int) bool) chart.Series {
		out := chart.Series{Name: name}
		for _, p := range []int{1, 2, 4} {
			for _, g := range []int{1, 2, 8, 64} {
				if p == 4 && g < 8 {
					continue // not measured
				}
				out.Points = append(out.Points, chart.Point{X: float64(g), Y: float64(p), Value: value(float64(g), float64(p)), Best: best(g, p)})
			}
		}
		return out
	}
	f, err := chart.Heat(chart.Text{
		ID:    "heat",
		Title: "Best measured: primes 2.0× at 2 CPUs, tcp 61× with 64 goroutines",
		Sub:   "Speed-up over one goroutine at GOMAXPROCS 1",
		Note:  "Framed: the best cell and all that are not shown to be slower.",
		Alt:   "Two heat maps: primes is best where both are at least 2, tcp with 64 goroutines.",
	}, []chart.Series{
		grid("primes", func(g, p float64) float64 { return .99 * min(g, p, 2) }, func(g, p int) bool { return min(g, p) >= 2 }),
		grid("tcp", func(g, p float64) float64 { return .96 * g / math.Sqrt(p) }, func(g, p int) bool { return g == 64 && p == 1 }),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/heat.svg
}

func ExampleLines_cut() {
	line := func(name string, tone string, share float64, ns ...float64) chart.Series {
		s := chart.Series{Name: name, Kind: tone}
		for i, v := range ns {
			s.Points = append(s.Points, point(math.Pow(10, float64(i+2)), v, share))
		}
		return s
	}
	f, err := chart.Lines(chart.Text{
		ID:    "lines",
		Title: "On 2 CPUs two goroutines sum faster than one loop from about 50,000 items on",
		Sub:   "Time per item over length · bands are 95% intervals",
		Alt:   "Line chart: the loop takes .3 ns an item at any length; two goroutines fall below it near 50,000 items.",
		X:     "items in the slice (log scale)", Y: "↑ time per item, ns (log scale)",
	}, chart.Point{X: 50_000, XLo: 30_000, XHi: 90_000, Label: "crossover: 50,000"}, []chart.Series{
		line("one loop", "", .01, .32, .3, .3, .3, .3),
		line("two goroutines, P=1", "waiting", .03, 7.8, 1.1, .38, .31, .3),
		line("two goroutines, P=2", "computing", .08, 9, 1.3, .4, .21, .17),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/lines.svg
}

func ExampleGains_languages() {
	gain := func(name string, tone string, x, y float64) chart.Series {
		return chart.Series{Name: name, Kind: tone, Points: []chart.Point{{
			X: x, XLo: x * .97, XHi: x * 1.02, Y: y, YLo: y * .96, YHi: y * 1.03,
		}}}
	}
	f, err := chart.Gains(chart.Text{
		ID:    "languages",
		Title: "C++, Go and Java gain both ways; Python only while tasks wait",
		Sub:   "One point a language · crosses are 95% intervals · 2 CPUs",
		Alt:   "Scatter plot: C++, Go and Java at the top right, Python at the lower right.",
		X:     "gain of 8 workers, waiting tasks (×) →", Y: "↑ gain of a worker a CPU, computing tasks (×)",
	}, 8, 2, []chart.Series{
		gain("C++", "mixed", 8, 1.98), gain("Go", "mixed", 7.9, 1.95), gain("Java", "mixed", 7.1, 1.9),
		gain("Python", "waiting", 8, .98),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/languages.svg
}

func ExampleRatios() {
	line := func(label string, mid, share float64, mark chart.Mark) chart.Row {
		return chart.Row{Label: label, Mid: mid, Mark: mark,
			Inner: [2]float64{mid * (1 - share), mid * (1 + share)}, Outer: [2]float64{mid * (1 - 2*share), mid * (1 + 2*share)},
			Text: fmt.Sprintf("%.2f× (%.2f–%.2f)", mid, mid*(1-share), mid*(1+share))}
	}
	few := line("filesync G=64", .97, .2, chart.Open)
	few.Outer = [2]float64{0, math.Inf(1)}
	f, err := chart.Ratios(chart.Text{
		ID:    "ratios",
		Title: "after ÷ before: of 4 cells, 1 is slower and 1 faster",
		Sub:   "Time per task, after over before",
		Alt:   "Dot and whisker chart: sort is slower by a half, primes faster by a quarter, the others are the same or undecided.",
		X:     "← faster · time, after ÷ before (log scale) · slower →",
	}, .03, markNames, []chart.Row{
		line("sort G=8 P=2", 1.5, .04, chart.Bad), line("tcp G=64", 1.002, .006, chart.Same), few, line("primes G=2 P=2", .8, .02, chart.Good),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/ratios.svg
}
