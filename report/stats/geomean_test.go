package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

func ExampleGeometricMean() {
	half := stats.Interval{Mid: 0.5, Lo: 0.4, Hi: 0.625, N: 10}
	g := stats.GeometricMean(slices.Values([]stats.Interval{half, half, half, half}))
	fmt.Printf("%.3f (%.3f to %.3f) of %d\n", g.Mid, g.Lo, g.Hi, g.N)
	// Output:
	// 0.500 (0.447 to 0.559) of 4
}

// The interval holds the true mean in at least 95% of cases. It is on the wide
// side, as those of medians are.
func TestGeometricMeanCovers(t *testing.T) {
	const trials = 2000
	rng := rand.New(rand.NewPCG(18, 11))
	for _, test := range []struct{ cells, samples int }{{2, 6}, {5, 10}, {30, 10}, {10, 20}} {
		holds, width := 0, 0.0
		for range trials {
			var of []stats.Interval
			for i := range test.cells {
				noise := 0.02 * float64(1+i%3)
				a, b := lognormals(rng, test.samples, 1, noise), lognormals(rng, test.samples, 1.1, noise)
				of = append(of, stats.Quotient(stats.MedianInterval(b), stats.MedianInterval(a)))
			}
			g := stats.GeometricMean(slices.Values(of))
			if g.Lo <= 1.1 && 1.1 <= g.Hi {
				holds++
			}
			width += math.Log(g.Hi/g.Lo) / trials
		}
		t.Logf("%d cells of %d samples: holds in %.1f%%, width %.3f", test.cells, test.samples, 100*float64(holds)/trials, width)
		if holds < trials*95/100 {
			t.Errorf("%d cells of %d samples: only %d of %d intervals hold the true mean", test.cells, test.samples, holds, trials)
		}
	}
}

// Where there is no mean, or no bounds, there are none.
func TestGeometricMeanOfNothing(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	two := stats.GeometricMean(slices.Values([]stats.Interval{{Mid: 2, Lo: 2, Hi: 2, N: 6}, {Mid: 8, Lo: 8, Hi: 8, N: 6}}))
	if want := 4.0; math.Abs(two.Mid/want-1) > 1e-12 || math.Abs(two.Hi/want-1) > 1e-12 {
		t.Errorf("of 2 and 8: %v", two)
	}
	one, open := stats.Interval{Mid: 1, Lo: 1, Hi: 1}, stats.Interval{Mid: 2, Lo: nan, Hi: nan}
	zero := stats.MedianInterval(repeat(0, 10))
	for _, of := range [][]stats.Interval{
		nil, {one, {Mid: 0}}, {one, {Mid: inf}}, {{Mid: 0}, {Mid: inf}}, {one, {Mid: -1, Lo: -2, Hi: 1}}, {{Mid: nan}},
		{stats.Quotient(one, zero)}, {stats.Quotient(zero, one)},
	} {
		if g := stats.GeometricMean(slices.Values(of)); !math.IsNaN(g.Mid) || g.Known() {
			t.Errorf("of %v: %v", of, g)
		}
	}
	if g := stats.GeometricMean(slices.Values([]stats.Interval{one, open})); math.Abs(g.Mid-math.Sqrt2) > 1e-12 || g.Known() {
		t.Errorf("of an estimate without bounds: %v", g)
	}
	if q := stats.Quotient(zero, zero); q.Mid != 1 || q.Lo != 1 || q.Hi != 1 {
		t.Errorf("zero over zero: %v", q)
	}
	wide := stats.Interval{Mid: 2, Lo: 0, Hi: 3, N: 6} // a zero among the values
	if g := stats.GeometricMean(slices.Values([]stats.Interval{one, wide})); g.Lo != 0 || !(g.Hi > g.Mid) {
		t.Errorf("with a bound of zero: %v", g)
	}
}
