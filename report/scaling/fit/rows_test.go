package fit_test

import (
	"fmt"
	"math"
	"testing"

	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

// steady returns n rounds of the same throughputs but for a drift, which the
// ratios within rounds do not see.
func steady(n int, ns, xs []float64) fit.Samples {
	s := fit.Samples{N: ns}
	for round := range n {
		row := make([]float64, len(xs))
		for i, x := range xs {
			row[i] = x * (1 + .02*float64(round))
		}
		s.X = append(s.X, row)
	}
	return s
}

func short(i stats.Interval) string {
	if !i.Known() {
		return fmt.Sprintf("%.3g", i.Mid)
	}
	return fmt.Sprintf("%.3g [%.3g, %.3g]", i.Mid, i.Lo, i.Hi)
}

func TestRows(t *testing.T) {
	for _, test := range []struct {
		name string
		s    fit.Samples
		want []string
	}{
		{"six rounds", steady(6, []float64{1, 2, 4, 8}, []float64{100, 180, 180, 96}), []string{
			"1: 1 [1, 1] 1 [1, 1] NaN ",
			"2: 1.8 [1.8, 1.8] 0.9 [0.9, 0.9] 0.111 [0.111, 0.111] gain",
			"4: 1.8 [1.8, 1.8] 0.45 [0.45, 0.45] 0.407 [0.407, 0.407] plateau",
			"8: 0.96 [0.96, 0.96] 0.12 [0.12, 0.12] 1.05 [1.05, 1.05] regress",
		}},
		{"one round, not in order", steady(1, []float64{4, 1}, []float64{200, 100}), []string{
			"1: 1 1 NaN ", "4: 2 0.5 0.333 ",
		}},
		{"from 2 on", steady(6, []float64{2, 4}, []float64{150, 300}), []string{
			"2: 1 [1, 1] 1 [1, 1] NaN ", "4: 2 [2, 2] 1 [1, 1] NaN gain",
		}},
		{"what does not count", steady(1, []float64{1, 2, 2.5, 0, 3}, []float64{100, -5, 7, 7, 150}), []string{
			"1: 1 1 NaN ", "3: 1.5 0.5 0.5 ",
		}},
		{"nothing", fit.Samples{}, nil},
	} {
		var got []string
		for _, r := range fit.Rows(test.s) {
			got = append(got, fmt.Sprintf("%v: %s %s %s %s", r.N, short(r.Speedup), short(r.Efficiency), short(r.SerialFraction), r.Step))
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// Ratios are taken within rounds; throughputs are medians; and the bounds of
// the serial fraction turn round.
func TestRowsInterval(t *testing.T) {
	s := steady(6, []float64{1, 2}, []float64{100, 160})
	for round := range s.X {
		s.X[round][1] *= 1 + .05*float64(round%3-1)
	}
	r := fit.Rows(s)[1]
	if !(r.Speedup.Lo < 1.6 && 1.6 < r.Speedup.Hi) || r.Throughput.N != 6 || !(r.Throughput.Mid > 160) {
		t.Errorf("%+v", r)
	}
	e := r.SerialFraction
	if !(e.Lo < e.Mid && e.Mid < e.Hi) || !near(e.Lo, fit.KarpFlatt(r.Speedup.Hi, 2), 1e-12) || !near(r.Efficiency.Hi, r.Speedup.Hi/2, 1e-12) {
		t.Errorf("%+v", r)
	}
	// From 15 to 16 nothing is decided by an interval of some percent.
	s.N = []float64{15, 16}
	for round := range s.X {
		s.X[round] = []float64{100, 100 * (1 + .05*float64(round%3-1))}
	}
	if r := fit.Rows(s)[1]; r.Step != fit.Unclear {
		t.Errorf("%+v", r)
	}
}

func TestKarpFlatt(t *testing.T) {
	for _, test := range []struct{ speedup, p, want float64 }{
		{4, 4, 0}, {1, 4, 1}, {2, 4, 1. / 3}, {5, 4, -1. / 15},
	} {
		if got := fit.KarpFlatt(test.speedup, test.p); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%v with %v: %v, want %v", test.speedup, test.p, got, test.want)
		}
	}
	// It is σ of Amdahl's law.
	if got := fit.KarpFlatt(fit.Throughput(8, 1, .07, 0), 8); !near(got, .07, 1e-12) {
		t.Errorf("of Amdahl's law: %v", got)
	}
}

func TestCOST(t *testing.T) {
	ns := []float64{8, 4, 2, 1}
	loop := func(n int, x float64) []float64 {
		plain := make([]float64, n)
		for i := range plain {
			plain[i] = x * (1 + .02*float64(i))
		}
		return plain
	}
	mixed := steady(6, ns, []float64{400, 210, 140, 70})
	for round := range mixed.X {
		mixed.X[round][1] *= 1 + .1*float64(round%3-1) // 4 are above 200 in most rounds only
	}
	for _, test := range []struct {
		name  string
		plain []float64
		s     fit.Samples
		n     float64
		known bool
	}{
		{"two beat it", loop(6, 100), steady(6, ns, []float64{400, 220, 140, 70}), 2, true},
		{"one beats it", loop(6, 60), steady(6, ns, []float64{400, 220, 140, 70}), 1, true},
		{"equal does not", loop(6, 140), steady(6, ns, []float64{400, 220, 140, 70}), 4, true},
		{"never", loop(6, 500), steady(6, ns, []float64{400, 220, 140, 70}), 0, true},
		{"not entirely above", loop(6, 200), mixed, 8, true},
		{"too few rounds", loop(5, 100), steady(6, ns, []float64{400, 220, 140, 70}), 0, false},
		{"no loop", nil, steady(6, ns, []float64{400, 220, 140, 70}), 0, false},
		{"missing", append(loop(6, 100), nan), steady(7, ns, []float64{400, nan, 140, 70}), 2, true},
		{"no N", loop(6, 1), steady(6, []float64{0, nan, .5}, []float64{9, 9, 9}), 0, false},
	} {
		got := fit.COST(test.plain, test.s)
		if got.N != test.n || got.Known != test.known || (got.N > 0) != (got.Over.Lo > 1) {
			t.Errorf("%s: %+v, want %v, known %v", test.name, got, test.n, test.known)
		}
	}
}

func ExampleCOST() {
	plain := []float64{100, 101, 99, 100, 102, 100}
	s := fit.Samples{N: []float64{1, 2, 4}}
	for _, x := range plain {
		s.X = append(s.X, []float64{0.6 * x, 0.98 * x, 1.7 * x})
	}
	c := fit.COST(plain, s)
	fmt.Printf("%v, %.1f times the plain loop\n", c.N, c.Over.Mid)
	// Output:
	// 4, 1.7 times the plain loop
}
