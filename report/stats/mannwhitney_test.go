package stats_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/perf/benchmath"

	"conpar/report/stats"
)

// pOf returns the p of two samples.
func pOf(a, b []float64) stats.Comparison {
	return stats.Compare([]stats.Pair{{A: a, B: b}}, 0.03)[0]
}

// dealtOut returns p by looking at every way to deal the values out again.
func dealtOut(a, b []float64) float64 {
	twice := func(a, b []float64) (u int) {
		for _, x := range a {
			for _, y := range b {
				switch {
				case x > y:
					u += 2
				case x == y:
					u++
				}
			}
		}
		return u
	}
	all := slices.Concat(a, b)
	mean := float64(len(a) * len(b))
	off := math.Abs(float64(twice(a, b)) - mean)
	far, ways := 0, 0
	for set := range uint64(1) << len(all) {
		if bits.OnesCount64(set) != len(a) {
			continue
		}
		var one, other []float64
		for i, v := range all {
			if set>>i&1 == 1 {
				one = append(one, v)
			} else {
				other = append(other, v)
			}
		}
		ways++
		if math.Abs(float64(twice(one, other))-mean) >= off {
			far++
		}
	}
	return float64(far) / float64(ways)
}

// The published trap: ten equal values against four, of which two are lower.
func TestPDoesNotDependOnTheOrder(t *testing.T) {
	ten, four := repeat(5, 10), []float64{4, 4, 5, 5}
	there, back := pOf(ten, four), pOf(four, ten)
	if fmt.Sprintf("%.3f %.3f", there.P, back.P) != "0.066 0.066" {
		t.Errorf("p is %v, and %v the other way round; 66 of 1001 ways are as far out", there.P, back.P)
	}
	if there.Benchstat == back.Benchstat || there.Benchstat == there.P {
		t.Errorf("benchstat's p is %v and %v: does it not depend on the order any more?", there.Benchstat, back.Benchstat)
	}
}

// Samples of all sizes, with many equal values and without: p is what all ways
// to deal them out give.
func TestPByDealingOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(18, 9))
	for range 400 {
		values := 2 + rng.IntN(8) // that there are
		sample := func() []float64 {
			out := make([]float64, 1+rng.IntN(6))
			for i := range out {
				out[i] = float64(1 + rng.IntN(values))
			}
			return out
		}
		a, b := sample(), sample()
		want := dealtOut(a, b)
		if got := pOf(a, b).P; math.Abs(got-want) > 1e-12 {
			t.Fatalf("p of %v and %v is %v, by dealing out %v", a, b, got, want)
		}
		if got := pOf(b, a).P; math.Abs(got-want) > 1e-12 {
			t.Fatalf("p of %v and %v is %v, and by dealing out the other way round %v", b, a, got, want)
		}
	}
}

// Without equal values, and with samples of the same size, p is benchmath's, for
// any size; with more equal values than can be counted it is as well.
func TestPIsBenchmaths(t *testing.T) {
	rng := rand.New(rand.NewPCG(18, 10))
	for range trials {
		n, values := 1+rng.IntN(60), 1+rng.IntN(100)
		m := n
		if rng.IntN(2) == 0 {
			m, values = 1+rng.IntN(60), 1<<40 // no two are equal
		}
		sample := func(n int) []float64 {
			out := make([]float64, n)
			for i := range out {
				out[i] = float64(1 + rng.IntN(values))
			}
			return out
		}
		a, b := sample(n), sample(m)
		of := func(v []float64) *benchmath.Sample {
			return benchmath.NewSample(slices.Clone(v), &benchmath.DefaultThresholds)
		}
		want := min(1, benchmath.AssumeNothing.Compare(of(a), of(b)).P)
		got := pOf(a, b)
		if math.Abs(got.P-want) > 1e-9*want {
			t.Fatalf("p of %d and %d samples %v %v is %v, benchmath has %v", n, m, a, b, got.P, want)
		}
		if got.Benchstat != got.P {
			t.Fatalf("%d and %d samples: benchstat's p is called %v, beside %v", n, m, got.Benchstat, got.P)
		}
	}
}
