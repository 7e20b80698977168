package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/perf/benchmath"

	"conpar/report/stats"
)

// lognormals draws values around a median, with a noise.
func lognormals(rng *rand.Rand, n int, median, noise float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = median * math.Exp(noise*rng.NormFloat64())
	}
	return out
}

// trials is how many samples are drawn and compared with what another
// implementation says of them. The build tag system makes them more.
var trials = 300

// The p beside ours is benchmath's, whatever the values; medians and intervals
// are too.
func TestCompareAsBenchmath(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var pairs []stats.Pair
	for i := range trials / 2 {
		n, m := 1+rng.IntN(60), 1+rng.IntN(60)
		if i%2 == 0 { // of so few some resemble each other, and are not tested twice
			n, m = 1+rng.IntN(5), 1+rng.IntN(5)
		}
		p := stats.Pair{A: lognormals(rng, n, 10, 0.1), B: lognormals(rng, m, 10.5, 0.1)}
		if rng.IntN(2) == 0 { // with ties
			for _, s := range [][]float64{p.A, p.B} {
				for i := range s {
					s[i] = math.Round(s[i])
				}
			}
		}
		pairs = append(pairs, p)
	}
	for i, c := range stats.Compare(pairs, 0.03) {
		p := pairs[i]
		a := benchmath.NewSample(slices.Clone(p.A), &benchmath.DefaultThresholds)
		b := benchmath.NewSample(slices.Clone(p.B), &benchmath.DefaultThresholds)
		if want := min(1, benchmath.AssumeNothing.Compare(a, b).P); math.Abs(c.Benchstat-want) > 1e-9*want {
			t.Errorf("%v: P %v, want %v", p, c.Benchstat, want)
		}
		if want := benchmath.AssumeNothing.Summary(b, 0.95); c.B.Mid != want.Center || c.B.Known() && (c.B.Lo != want.Lo || c.B.Hi != want.Hi) {
			t.Errorf("n=%d: median %v, want %v", len(p.B), c.B, want)
		}
	}
}

// The interval's bounds are those ratios at which the test, made on samples of
// which one is scaled by them, just does not reject.
func TestCompareIntervalInvertsTest(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	p := func(pair stats.Pair, ratio float64) float64 {
		b := make([]float64, len(pair.B))
		for i, v := range pair.B {
			b[i] = v / ratio
		}
		return stats.Compare([]stats.Pair{{A: pair.A, B: b}}, 0)[0].P
	}
	for range 100 {
		pair := stats.Pair{A: lognormals(rng, 4+rng.IntN(10), 1, 0.2), B: lognormals(rng, 4+rng.IntN(10), 2, 0.2)}
		r := stats.Compare([]stats.Pair{pair}, 0)[0].Ratio
		for _, at := range []struct {
			ratio  float64
			inside bool
		}{{r.Lo * (1 - 1e-9), false}, {r.Lo * (1 + 1e-9), true}, {r.Hi * (1 - 1e-9), true}, {r.Hi * (1 + 1e-9), false}} {
			if got := p(pair, at.ratio); (got > 0.05) != at.inside {
				t.Errorf("n=%d+%d %v: p %v at %v", len(pair.A), len(pair.B), r, got, at.ratio)
			}
		}
		if got := p(pair, r.Mid); got < 0.9 && len(pair.A)*len(pair.B)%2 == 0 {
			t.Errorf("n=%d+%d: p %v at the estimate", len(pair.A), len(pair.B), got)
		}
	}
}

// Against all pairs, one by one.
func TestCompareRatioIsMedianOfAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		pair := stats.Pair{A: lognormals(rng, 1+rng.IntN(9), 1, 0.5), B: lognormals(rng, 1+rng.IntN(9), 1, 0.5)}
		var all []float64
		for _, a := range pair.A {
			for _, b := range pair.B {
				all = append(all, math.Log(b)-math.Log(a))
			}
		}
		want := math.Exp(stats.Median(all))
		if got := stats.Compare([]stats.Pair{pair}, 0)[0].Ratio.Mid; math.Abs(got/want-1) > 1e-12 {
			t.Errorf("%d+%d: %v, want %v", len(pair.A), len(pair.B), got, want)
		}
	}
}

// What is looked for among many is what stands there when all are sorted, to the
// bit, with ties, zeros and values far apart.
func TestKth(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	draw := func(kind, n int) []float64 {
		out := lognormals(rng, n, 100, []float64{0.001, 0.2, 20}[rng.IntN(3)])
		for i, v := range out {
			switch {
			case kind == 1:
				out[i] = math.Round(v)
			case kind == 2 && rng.IntN(3) == 0:
				out[i] = 0
			case kind == 3:
				out[i] = 7
			}
		}
		return out
	}
	for i := range trials {
		p := stats.Pair{A: draw(i%4, 1+rng.IntN(60)), B: draw(i/4%4, 1+rng.IntN(60))}
		for _, k := range []int{1, 1 + rng.IntN(len(p.A)*len(p.B)), len(p.A) * len(p.B)} {
			if found, sorted := p.Kth(k); found != sorted {
				t.Fatalf("%v: ratio %d is %v, want %v", p, k, found, sorted)
			}
		}
		values := draw(i%4, 33+rng.IntN(60))
		k := 1 + rng.IntN(len(values)*(len(values)+1)/2)
		if found, sorted := stats.KthWalsh(values, k); found != sorted {
			t.Fatalf("%v: average %d is %v, want %v", values, k, found, sorted)
		}
	}
}

// BenchmarkCompare is on 2 CPUs, a pair an op.
func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{4, 10, 30, 100, 1000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(31, 32))
			pairs := make([]stats.Pair, 10_000/n)
			for i := range pairs {
				pairs[i] = stats.Pair{A: lognormals(rng, n, 1, 0.01), B: lognormals(rng, n, 1.001, 0.01)}
			}
			for b.Loop() {
				stats.Compare(pairs, 0.03)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(pairs)), "ns/pair")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func repeat(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }

func TestCompareVerdicts(t *testing.T) {
	inf := math.Inf(1)
	near := []float64{100, 100.1, 100.2, 100.3, 100.4, 100.5, 100.6, 100.7, 100.8, 100.9}
	twice := make([]float64, len(near))
	for i, v := range near {
		twice[i] = 2 * v
	}
	wide := []float64{60, 70, 80, 90, 100, 110, 120, 130, 140, 150}
	for _, test := range []struct {
		name    string
		pair    stats.Pair
		want    stats.Difference
		mid     float64
		bounded bool
	}{
		{"twice as much", stats.Pair{A: near, B: twice}, stats.Higher, 2, true},
		{"half as much", stats.Pair{A: twice, B: near}, stats.Lower, 0.5, true},
		{"the same sample", stats.Pair{A: near, B: near}, stats.Same, 1, true},
		{"too noisy to say", stats.Pair{A: wide, B: wide}, stats.Undecided, 1, true},
		{"one value each", stats.Pair{A: near[:1], B: twice[:1]}, stats.Undecided, 2, false},
		{"three values each have no interval", stats.Pair{A: near[:3], B: twice[:3]}, stats.Undecided, 2, false},
		{"four values each do", stats.Pair{A: near[:4], B: twice[:4]}, stats.Higher, 2, true}, // p is .029
		{"unequal numbers", stats.Pair{A: near[:6], B: twice}, stats.Higher, 2, true},
		{"equal values", stats.Pair{A: repeat(5, 10), B: repeat(5, 10)}, stats.Same, 1, true},
		{"constants that differ", stats.Pair{A: repeat(5, 10), B: repeat(6, 10)}, stats.Higher, 1.2, true},
		{"zeros", stats.Pair{A: repeat(0, 10), B: repeat(0, 10)}, stats.Same, 1, true},
		{"from zero", stats.Pair{A: repeat(0, 10), B: repeat(2, 10)}, stats.Higher, inf, true},
		{"to zero", stats.Pair{A: repeat(2, 10), B: repeat(0, 10)}, stats.Lower, 0, true},
	} {
		c := stats.Compare([]stats.Pair{test.pair}, 0.03)[0]
		if c.Verdict() != test.want || c.Ratio.Known() != test.bounded || c.Ratio.Mid != test.mid && math.Abs(c.Ratio.Mid/test.mid-1) > 0.01 {
			t.Errorf("%s: %s, ratio %v", test.name, c.Verdict(), c.Ratio)
		}
		if equal := test.name == "equal values" || test.name == "zeros"; c.Equal != equal {
			t.Errorf("%s: Equal is %v", test.name, c.Equal)
		}
	}
}

// A verdict of a difference needs Holm's correction of benchstat's own p too,
// whatever else was decided.
func TestCompareHolm(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	pairs := []stats.Pair{{A: []float64{1, 1.01, 1.02, 1.03}, B: []float64{2, 2.01, 2.02, 2.03}}}
	if c := stats.Compare(pairs, 0.03)[0]; c.Verdict() != stats.Higher {
		t.Fatalf("alone: %+v", c)
	}
	for range 10 {
		pairs = append(pairs, stats.Pair{A: lognormals(rng, 12, 1, 0.001), B: lognormals(rng, 12, 1, 0.001)})
	}
	all := stats.Compare(pairs, 0.03)
	if c := all[0]; c.Verdict() != stats.Undecided || math.Abs(c.Holm-11*c.P) > 1e-12 {
		t.Errorf("among ten that are the same: %+v", c)
	}
	if c := all[1]; c.Verdict() != stats.Same {
		t.Errorf("one of the ten: %+v", c)
	}
}

// Samples that resemble those before them need clearer evidence than the same
// values in another order.
func TestCompareCorrelated(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	drift := func(median float64) []float64 { // by 2%
		out := make([]float64, 12)
		for i := range out {
			out[i] = median * (1 + 0.02*float64(i)/11)
		}
		return out
	}
	var slow, shuffled []stats.Pair
	for i := range 6 {
		p := stats.Pair{A: drift(1), B: drift(1.041)}
		if i == 0 {
			p.B = drift(1.5)
		}
		slow = append(slow, p)
		q := stats.Pair{A: slices.Clone(p.A), B: slices.Clone(p.B)}
		for _, s := range [][]float64{q.A, q.B} {
			rng.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		}
		shuffled = append(shuffled, q)
	}
	drifted, mixed := stats.Compare(slow, 0.03), stats.Compare(shuffled, 0.03)
	for i := range slow {
		want := stats.Undecided
		if i == 0 {
			want = stats.Higher
		}
		if c := drifted[i]; !c.Correlated || c.Verdict() != want {
			t.Errorf("in order: %+v", c)
		}
		if c := mixed[i]; c.Correlated || c.Verdict() != stats.Higher {
			t.Errorf("shuffled: %+v", c)
		}
	}
}

// Swapping the samples turns every verdict and every interval round.
func TestCompareMirrors(t *testing.T) {
	opposite := map[stats.Difference]stats.Difference{stats.Higher: stats.Lower, stats.Lower: stats.Higher, stats.Same: stats.Same, stats.Undecided: stats.Undecided}
	rng := rand.New(rand.NewPCG(7, 8))
	var ab, ba []stats.Pair
	for i := range 60 {
		p := stats.Pair{A: lognormals(rng, 10, 1, 0.01), B: lognormals(rng, 8+i%5, 0.9+0.2*rng.Float64(), 0.01)}
		ab, ba = append(ab, p), append(ba, stats.Pair{A: p.B, B: p.A})
	}
	seen := map[stats.Difference]int{}
	one, two := stats.Compare(ab, 0.03), stats.Compare(ba, 0.03)
	for i := range one {
		seen[one[i].Verdict()]++
		if two[i].Verdict() != opposite[one[i].Verdict()] || two[i].P != one[i].P ||
			math.Abs(two[i].Ratio.Lo*one[i].Ratio.Hi-1) > 1e-12 || math.Abs(two[i].Corrected.Mid*one[i].Corrected.Mid-1) > 1e-12 {
			t.Errorf("%d: %+v\nbut %+v", i, one[i], two[i])
		}
	}
	for _, d := range []stats.Difference{stats.Higher, stats.Lower, stats.Same} {
		if seen[d] == 0 {
			t.Errorf("nothing was %s, so this shows little: %v", d, seen)
		}
	}
}

// The interval of the ratio covers it as often as it says.
func TestCompareCoverage(t *testing.T) {
	const samples = 4000
	rng := rand.New(rand.NewPCG(11, 12))
	covered := 0
	for range samples {
		c := stats.Compare([]stats.Pair{{A: lognormals(rng, 10, 1, 0.1), B: lognormals(rng, 12, 2, 0.1)}}, 0.03)[0]
		if c.Ratio.Lo <= 2 && 2 <= c.Ratio.Hi {
			covered++
		}
	}
	if share := float64(covered) / samples; share < 0.94 || share > 0.97 {
		t.Errorf("the interval covers the ratio in %.1f%% of cases", 100*share)
	}
}

// Large samples need no more memory than they have values.
func TestCompareLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	c := stats.Compare([]stats.Pair{{A: lognormals(rng, 10_000, 1, 0.1), B: lognormals(rng, 10_000, 1.1, 0.1)}}, 0.03)[0]
	if c.Verdict() != stats.Higher || math.Abs(c.Ratio.Mid-1.1) > 0.01 || c.Ratio.Hi-c.Ratio.Lo > 0.01 {
		t.Errorf("%+v", c)
	}
}
