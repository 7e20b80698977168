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
	got := f.SVG(chart.Wide)
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
		{Name: "tcp", Tone: chart.Waiting, Points: []chart.Point{
			point(1, .01, .1), point(8, .06, .1), {X: 64, Y: .3, Label: "64 goroutines"},
		}},
		{Name: "primes", Tone: chart.Computing, Points: []chart.Point{{X: 1, Y: .99}, {X: 2, Y: 1.98}}},
		{Name: "sha256", Tone: chart.Computing, Points: []chart.Point{{X: 1, Y: .99}, {X: 2, Y: 1.97}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/plane.svg
}

func ExampleGainsPlane() {
	gain := func(name string, tone chart.Tone, x, y float64) chart.Series {
		return chart.Series{Name: name, Tone: tone, Points: []chart.Point{{
			X: x, XLo: x * .97, XHi: x * 1.03, Y: y, YLo: y * .96, YHi: y * 1.04,
		}}}
	}
	f, err := chart.GainsPlane(chart.Text{
		ID:    "gains",
		Title: "tcp gains 58× from goroutines, primes 2× from processors",
		Sub:   "One point a workload · crosses are 95% intervals · 2 CPUs",
		Alt:   "Scatter plot of the two gains: waiting work far right, computing work at the top left.",
	}, 2, []chart.Series{
		gain("tcp", chart.Waiting, 58, 1.04), gain("wait", chart.Waiting, 63.5, 1),
		gain("primes", chart.Computing, .99, 1.98), gain("sha256", chart.Computing, 1, 1.97),
		gain("triad", chart.Memory, 1.02, 1.2), gain("kitchen", chart.Mixed, 2, 1.9),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/gains.svg
}

func ExampleThroughput() {
	f, err := chart.Throughput(chart.Text{
		ID:    "throughput",
		Title: "Waiting tasks scale to hundreds of goroutines, computing tasks to two",
		Sub:   "GOMAXPROCS = 2 · bands are 95% intervals",
		Note:  "Diamonds mark the knee: more goroutines than that bring no more.",
		Alt:   "Line chart: tcp rises in proportion to 230 goroutines, primes and triad to two.",
	}, []chart.Series{
		{Name: "tcp", Tone: chart.Waiting, Knee: 230, Points: []chart.Point{
			point(1, 95, .02), point(8, 750, .03), point(64, 5600, .04), point(512, 17000, .1),
		}},
		{Name: "primes", Tone: chart.Computing, Knee: 2, Points: []chart.Point{
			point(1, 17000, .02), point(2, 33000, .02), point(8, 33500, .02),
		}},
		{Name: "triad", Tone: chart.Memory, Points: []chart.Point{
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
		{Name: "primes", Tone: chart.Computing, Points: []chart.Point{one, point(2, 1.98, .01), point(4, 1.95, .02)}},
		{Name: "sha256", Tone: chart.Computing, Points: []chart.Point{one, point(2, 1.97, .01), point(4, 1.96, .02)}},
		{Name: "triad", Tone: chart.Memory, Points: []chart.Point{one, point(2, 1.2, .06), point(4, 1.18, .06)}},
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

func ExampleMultiples() {
	series := func(name string, tone chart.Tone, limit float64) chart.Series {
		s := chart.Series{Name: name, Tone: tone}
		for _, g := range []float64{1, 8, 64} {
			s.Points = append(s.Points, point(g, math.Min(g, limit), .05))
		}
		return s
	}
	f, err := chart.Multiples(chart.Text{
		ID:    "multiples",
		Title: "Three workloads at a glance",
		Sub:   "Throughput relative to one goroutine, the same axes in every panel",
		Alt:   "Three small line charts: wait grows in proportion, primes stops at 2, kitchen at 4.",
	}, 2, []chart.Series{
		series("wait", chart.Waiting, 64), series("primes", chart.Computing, 2), series("kitchen", chart.Mixed, 4),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/multiples.svg
}

func ExampleHeat() {
	grid := func(name string, value func(g, p float64) float64, best func(g, p int) bool) chart.Grid {
		out := chart.Grid{Name: name}
		for _, p := range []int{1, 2, 4} {
			for _, g := range []int{1, 2, 8, 64} {
				if p == 4 && g < 8 {
					continue // not measured
				}
				out.Cells = append(out.Cells, chart.Cell{X: g, Y: p, Value: value(float64(g), float64(p)), Best: best(g, p)})
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
	}, []chart.Grid{
		grid("primes", func(g, p float64) float64 { return .99 * min(g, p, 2) }, func(g, p int) bool { return min(g, p) >= 2 }),
		grid("tcp", func(g, p float64) float64 { return .96 * g / math.Sqrt(p) }, func(g, p int) bool { return g == 64 && p == 1 }),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/heat.svg
}

func ExampleLines() {
	line := func(name string, tone chart.Tone, share float64, ns ...float64) chart.Series {
		s := chart.Series{Name: name, Tone: tone}
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
	}, chart.Mark{X: 50_000, Lo: 30_000, Hi: 90_000, Label: "crossover: 50,000"}, []chart.Series{
		line("one loop", chart.Neutral, .01, .32, .3, .3, .3, .3),
		line("two goroutines, P=1", chart.Waiting, .03, 7.8, 1.1, .38, .31, .3),
		line("two goroutines, P=2", chart.Computing, .08, 9, 1.3, .4, .21, .17),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/lines.svg
}

func ExampleLanguages() {
	gain := func(name string, tone chart.Tone, x, y float64) chart.Series {
		return chart.Series{Name: name, Tone: tone, Points: []chart.Point{{
			X: x, XLo: x * .97, XHi: x * 1.02, Y: y, YLo: y * .96, YHi: y * 1.03,
		}}}
	}
	f, err := chart.Languages(chart.Text{
		ID:    "languages",
		Title: "C++, Go and Java gain both ways; Python only while tasks wait",
		Sub:   "One point a language · crosses are 95% intervals · 2 CPUs",
		Alt:   "Scatter plot: C++, Go and Java at the top right, Python at the lower right.",
		X:     "gain of 8 workers, waiting tasks (×) →", Y: "↑ gain of a worker a CPU, computing tasks (×)",
	}, 8, 2, []chart.Series{
		gain("C++", chart.Mixed, 8, 1.98), gain("Go", chart.Mixed, 7.9, 1.95), gain("Java", chart.Mixed, 7.1, 1.9),
		gain("Python", chart.Waiting, 8, .98),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/languages.svg
}

func ExampleVerdicts() {
	inf := math.Inf(1)
	line := func(id, label string, mid, share float64) chart.Verdict {
		return chart.Verdict{
			ID: id, Label: label, Mid: mid, Outcome: chart.Supported, Lo: -inf, Hi: inf,
			Inner: [2]float64{mid * (1 - share), mid * (1 + share)}, Outer: [2]float64{mid * (1 - 2*share), mid * (1 + 2*share)},
		}
	}
	wait := line("R1", "wait: gain of 64 goroutines", 63.7, .002)
	wait.Lo, wait.Prediction, wait.Measured, wait.Range = 54.4, "≥ 54.4×", "63.7×", "63.6–63.8"
	http := line("R1", "http: gain of 64 goroutines", 39.3, .06)
	http.Lo, http.Prediction, http.Measured, http.Range = 38.4, "≥ 38.4×", "39.3×", "36.9–41.7"
	http.Outcome, http.Outer = chart.Inconclusive, [2]float64{0, inf}
	cpus := line("R2", "tcp: gain of all CPUs", 1.01, .02)
	cpus.Lo, cpus.Hi, cpus.Prediction, cpus.Measured, cpus.Range = .85, 1.15, "0.85–1.15×", "1.01×", "0.99–1.03"
	small := line("R6", "goroutine: resident, each", 2714, .004)
	small.Hi, small.Prediction, small.Measured, small.Range = 4096, "≤ 4 KiB", "2.65 KiB", "2.64–2.66"
	thread := line("R7", "thread: resident, each", 18<<10, .01)
	thread.Lo, thread.Prediction, thread.Measured, thread.Range = 1<<20, "≥ 1 MiB", "18 KiB", "17.8–18.2"
	thread.Outcome, thread.Group = chart.Refuted, "Threads"
	switched := line("G2", "switched: a thread costs more", math.NaN(), 0)
	switched.Prediction, switched.Outcome, switched.Reason, switched.Group = "≥ 3×", chart.NotMeasurable, "no g++", "Threads"
	once := line("D4", "steps: at once, P=1", 1, 0)
	once.Lo, once.Hi, once.Prediction, once.Measured, once.Definition = .95, 1.05, "0.95–1.05", "1", true
	lost := line("K5", "mutex: updates lost", 0, 0)
	lost.Hi, lost.Prediction, lost.Measured, lost.Reason = 0, "≤ 0%", "0%", "so in all of 32 samples"
	once.Group, lost.Group = "Beside the table", "Beside the table"
	f, err := chart.Verdicts(chart.Text{
		ID:    "verdicts",
		Title: "A thread is smaller than they say; the rest holds, or is open",
		Sub:   "What was measured, divided by what was predicted · 2 CPUs, 16 rounds",
		Note:  "Corrected intervals allow for the number of lines.",
		Alt:   "Dot and whisker chart: five of seven figures lie where they were predicted.",
	}, []chart.Verdict{wait, http, cpus, small, thread, switched, once, lost})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/verdicts.svg
}

func ExampleDistributions() {
	row := func(name string, tone chart.Tone, label string, box [5]float64, values ...float64) chart.Distribution {
		d := chart.Distribution{Name: name, Tone: tone, Label: label, Box: box}
		for i, v := range values {
			d.Samples = append(d.Samples, chart.Sample{Value: v, Hollow: i == 6, Tip: fmt.Sprintf("%s, round %d: %v× the median", name, i+1, v)})
		}
		for x := box[0] - .03; x <= box[4]+.03; x += .002 {
			z := (x - box[2]) / (box[3] - box[1])
			d.Density = append(d.Density, chart.Point{X: x, Y: math.Exp(-z * z)})
		}
		return d
	}
	f, err := chart.Distributions(chart.Text{
		ID:    "spread",
		Title: "Half of the samples lie within 1.5% of their median",
		Sub:   "Time per task of every sample, divided by the median of its cell",
		Note:  "Hollow: others took more than 5% of the machine.",
		Alt:   "Violins, boxes and dots of two workloads, and their cumulative shares: triad scatters more than primes.",
	}, []chart.Distribution{
		row("primes", chart.Computing, "±0.8%", [5]float64{.98, .992, 1, 1.007, 1.02}, .98, .99, .994, 1, 1, 1.006, 1.008, 1.02),
		row("triad", chart.Memory, "±6%", [5]float64{.92, .95, 1, 1.07, 1.15}, .92, .94, .96, 1, 1, 1.06, 1.08, 1.15),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/spread.svg
}

func ExampleRatios() {
	line := func(label string, mid, share float64, change chart.Change) chart.Ratio {
		return chart.Ratio{Label: label, Mid: mid, Change: change,
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
	}, .03, map[chart.Change]string{chart.Worsened: "slower", chart.Improved: "faster"}, []chart.Ratio{
		line("sort G=8 P=2", 1.5, .04, chart.Worsened), line("tcp G=64", 1.002, .006, chart.Unchanged), few, line("primes G=2 P=2", .8, .02, chart.Improved),
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/ratios.svg
}
