package scaling_test

import (
	"fmt"
	"math"
	"testing"

	"conpar/report/scaling"
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
		{"what does not count", steady(1, []float64{1, 2, 3}, []float64{100, math.NaN(), 150}), []string{
			"1: 1 1 NaN ", "3: 1.5 0.5 0.5 ",
		}},
		{"nothing", fit.Samples{}, nil},
	} {
		var got []string
		for _, r := range scaling.RowsOf(test.s) {
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
	r := scaling.RowsOf(s)[1]
	if !(r.Speedup.Lo < 1.6 && 1.6 < r.Speedup.Hi) || r.Throughput.N != 6 || !(r.Throughput.Mid > 160) {
		t.Errorf("%+v", r)
	}
	e := r.SerialFraction
	if !(e.Lo < e.Mid && e.Mid < e.Hi) || e.Lo != stats.KarpFlatt(r.Speedup.Hi, 2) || r.Efficiency.Hi != r.Speedup.Hi/2 {
		t.Errorf("%+v", r)
	}
	// From 15 to 16 nothing is decided by an interval of some percent.
	s.N = []float64{15, 16}
	for round := range s.X {
		s.X[round] = []float64{100, 100 * (1 + .05*float64(round%3-1))}
	}
	if r := scaling.RowsOf(s)[1]; r.Step != "unclear" {
		t.Errorf("%+v", r)
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
		{"too few rounds", loop(5, 100), steady(5, ns, []float64{400, 220, 140, 70}), 0, false},
		{"missing", append(loop(6, 100), math.NaN()), steady(7, ns, []float64{400, math.NaN(), 140, 70}), 2, true},
	} {
		got := scaling.CostOf(test.plain, test.s)
		if got.N != test.n || got.Known != test.known || (got.N > 0) != (got.Over.Lo > 1) {
			t.Errorf("%s: %+v, want %v, known %v", test.name, got, test.n, test.known)
		}
	}
}
