package scaling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/scaling"
	"conpar/report/stats"
)

// sweep returns rates of the throughput x(g).
func sweep(x func(g float64) float64, gs ...int) []scaling.Rate {
	var out []scaling.Rate
	for _, g := range gs {
		out = append(out, scaling.Rate{G: g, Throughput: stats.Interval{Mid: x(float64(g)), Lo: nan, Hi: nan, N: 3}})
	}
	return out
}

func TestKnee(t *testing.T) {
	limit := func(k float64) func(float64) float64 {
		return func(g float64) float64 { return 97 * min(g, k) }
	}
	for _, test := range []struct {
		name string
		x    func(g float64) float64
		gs   []int
		want float64
	}{
		{"limit", limit(100), []int{1, 8, 64, 512}, 100},
		{"two CPUs", limit(1.98), []int{1, 2, 8}, 1.98},
		{"one CPU", limit(1), []int{1, 2, 8}, 1},
		{"within the last step", limit(200), []int{1, 8, 64, 512}, 200},
		{"grows to the end", limit(1e9), []int{1, 8, 64, 512}, 0},
		{"bends too late to be called flat", limit(300), []int{1, 8, 64, 512}, 0},
		{"hyperbola", func(g float64) float64 { return g / (1 + g/40) }, []int{1, 4, 16, 64, 1024}, 1024 / (1 + 1024./40) * (1 + 1./40)},
		{"root", math.Sqrt, []int{1, 8, 64, 512}, 0},
		{"declines beyond its best", func(g float64) float64 { return g / (1 + g*g/900) }, []int{1, 4, 16, 64, 256}, 16 / (1 + 256./900) * (1 + 1./900)},
		{"declines from the start", func(g float64) float64 { return 1 / g }, []int{1, 2, 4}, 1},
		{"faster than linear, then flat", func(g float64) float64 { return min(g*g, 64) }, []int{1, 8, 64, 512}, 64},
		{"beyond the sweep", func(g float64) float64 { return min(g*g*g, 4096) }, []int{1, 16, 64}, 0},
		{"flat, then grows again", func(g float64) float64 { return max(min(g, 2), g-60) }, []int{1, 8, 64, 512}, 0},
		{"two points", limit(1), []int{1, 8}, 0},
		{"without one goroutine", limit(4), []int{2, 4, 8, 16}, 0},
		{"nothing", limit(4), nil, 0},
		{"not a number", func(g float64) float64 { return math.NaN() }, []int{1, 2, 4}, 0},
		{"infinite", func(g float64) float64 { return math.Inf(1) }, []int{1, 2, 4}, 0},
		{"zero", func(g float64) float64 { return 0 }, []int{1, 2, 4}, 0},
	} {
		if got := scaling.Knee(sweep(test.x, test.gs...)); math.Abs(got-test.want) > 1e-9*test.want || math.IsNaN(got) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Whatever the data, a knee lies within them.
func TestKneeIsWithinTheSweep(t *testing.T) {
	found := 0
	for seed := range uint64(5000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		gs := []int{1}
		for range rng.IntN(6) {
			gs = append(gs, gs[len(gs)-1]+1+rng.IntN(100))
		}
		rates := sweep(func(g float64) float64 { return math.Exp(3*rng.NormFloat64()) * math.Pow(g, rng.Float64()) }, gs...)
		knee := scaling.Knee(rates)
		if knee == 0 {
			continue
		}
		found++
		if knee < 1 || knee > float64(gs[len(gs)-1]) {
			t.Fatalf("seed %d: knee %v of %+v", seed, knee, rates)
		}
	}
	if found < 100 {
		t.Errorf("only %d of 5000 had a knee", found)
	}
}

func TestHelpsAndDecided(t *testing.T) {
	i := func(lo, hi float64) stats.Interval { return stats.Interval{Mid: (lo + hi) / 2, Lo: lo, Hi: hi, N: 10} }
	few := stats.Interval{Mid: 2, Lo: nan, Hi: nan, N: 5}
	for _, test := range []struct {
		i              stats.Interval
		why            string
		helps, decided bool
	}{
		{i(1.11, 2), "", true, true},
		{i(0.95, 1.05), "", false, true},
		{i(0.5, 0.8), "", false, true},
		{i(1.05, 1.3), "", false, false},
		{i(1.1, 2), "", false, false},
		{few, "", false, false},
		{i(1.5, 2), "neighbours took 31%", false, false},
	} {
		f := scaling.Factor{Interval: test.i, Why: test.why}
		if f.Helps() != test.helps || f.Decided() != test.decided {
			t.Errorf("%v %q: helps %v, decided %v", test.i, test.why, f.Helps(), f.Decided())
		}
	}
}

func ExampleKnee() {
	rates := []scaling.Rate{
		{G: 1, Throughput: stats.Interval{Mid: 100}},
		{G: 8, Throughput: stats.Interval{Mid: 790}},
		{G: 64, Throughput: stats.Interval{Mid: 2000}},
		{G: 512, Throughput: stats.Interval{Mid: 1990}},
	}
	fmt.Println(scaling.Knee(rates))
	// Output: 20
}
