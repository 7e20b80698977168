package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

func TestSerialCorrelation(t *testing.T) {
	line := func(values ...float64) stats.Line { return stats.Line{Values: values} }
	rising := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, test := range []struct {
		name  string
		lines []stats.Line
		want  float64
	}{
		{"none", nil, nan},
		{"too few rounds", []stats.Line{line(1, 2, 3, 4, 5, 6, 7, 8, 9)}, nan},
		{"too short lines", slices.Repeat([]stats.Line{line(1, 2, 3, 4, 5)}, 9), nan},
		{"equal values", []stats.Line{line(constant(16, 2)...)}, nan},
		// Of the ranks -4.5 … 4.5, products of neighbours sum to 57.75 and
		// squares to 82.5.
		{"rising", []stats.Line{line(rising...)}, 57.75/82.5 + 0.1},
		{"falling, and a wild value", []stats.Line{line(1e9, 9, 8, 7, 6, 5, 4, 3, 2, 1)}, 57.75/82.5 + 0.1},
		{"to and fro", []stats.Line{line(1, 2, 1, 2, 1, 2, 1, 2, 1, 2)}, -0.9 + 0.1},
		{"two lines by their rounds", []stats.Line{line(rising...), line(rising...), line(1, 2, 1, 2, 1, 2, 1, 2, 1, 2)}, (2*0.8 - 0.8) / 3},
		{"what is not finite left out", []stats.Line{line(append([]float64{nan}, rising...)...)}, 0.8},
	} {
		if got := stats.SerialCorrelation(test.lines); !same(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// As it is said: ranks within a line, and their correlation, to the bit.
func TestSerialCorrelationOfRanks(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for range 200 {
		lines, sum, rounds := make([]stats.Line, 1+rng.IntN(5)), 0.0, 0.0
		for i := range lines {
			v := lognormals(rng, 10+rng.IntN(60), 10, 0.3)
			if i%2 == 0 {
				for j := range v {
					v[j] = math.Round(v[j])
				}
			}
			lines[i].Values = v
			n, own, next, last := float64(len(v)), 0.0, 0.0, 0.0
			for _, x := range v {
				below, equal := 0, 0
				for _, y := range v {
					if y < x {
						below++
					} else if y == x {
						equal++
					}
				}
				r := float64(2*below+equal+1)/2 - (n+1)/2
				own, next, last = own+r*r, next+r*last, r
			}
			sum, rounds = sum+n*(next/own+1/n), rounds+n
		}
		if got := stats.SerialCorrelation(lines); got != sum/rounds {
			t.Fatalf("%v: %v, want %v", lines, got, sum/rounds)
		}
	}
}

// Over every order of the same values, independent rounds are 0 on average.
func TestSerialCorrelationUnbiased(t *testing.T) {
	sum, count := 0.0, 0
	var permute func(v []float64, k int)
	permute = func(v []float64, k int) {
		if k == len(v) {
			// Twice, as one line is too short.
			sum += stats.SerialCorrelation([]stats.Line{{Values: v}, {Values: v}})
			count++
		}
		for i := k; i < len(v); i++ {
			v[k], v[i] = v[i], v[k]
			permute(v, k+1)
			v[k], v[i] = v[i], v[k]
		}
	}
	permute([]float64{1, 2, 2, 4, 8, 16, 32}, 0)
	if mean := sum / float64(count); count != 5040 || math.Abs(mean) > 1e-12 {
		t.Errorf("%v on average of %d", mean, count)
	}
}

// Neighbouring rounds that resemble each other break every such test. Where
// they do, a verdict must be clear by two steps.
func TestCorrelatedRounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	lines := make([]stats.Line, 20)
	far, near := 0, 0
	for i := range lines {
		at := 0.045
		if i%2 == 0 {
			at = 0.2
		}
		lines[i] = stats.Line{Values: autoregressive(rng, 16, 0.5, at), Lo: 0, Hi: inf}
	}
	if r := stats.SerialCorrelation(lines); r <= stats.MaxSerialCorrelation {
		t.Fatalf("correlation %v", r)
	}
	for i, d := range stats.Decide(lines, stats.WrongVerdicts) {
		clear := d.Center.Mid-2*(d.Center.Mid-d.Corrected.Lo) > 0
		decided := d.Corrected.Lo > 0
		if (d.Outcome() == stats.Supported) != clear || d.Correlated != (decided && !clear) {
			t.Errorf("line %d: %+v", i, d)
		}
		switch {
		case d.Correlated:
			near++
			if d.More <= 16 {
				t.Errorf("line %d: %d rounds would decide it", i, d.More)
			}
		case clear:
			far++
		}
	}
	if far < 5 || near < 2 {
		t.Errorf("%d lines clear by two steps, %d by less: nothing is shown", far, near)
	}
	// The same values in an order without resemblance are decided as usual.
	for i := range lines {
		rng.Shuffle(16, func(a, b int) {
			v := lines[i].Values
			v[a], v[b] = v[b], v[a]
		})
	}
	for i, d := range stats.Decide(lines, stats.WrongVerdicts) {
		if d.Correlated || (d.Outcome() == stats.Supported) != (d.Corrected.Lo > 0) {
			t.Errorf("shuffled line %d: %+v", i, d)
		}
	}
}

// autoregressive returns log ratios of two cells with a noise of 2% each, whose
// neighbours are correlated by rho.
func autoregressive(rng *rand.Rand, rounds int, rho, center float64) []float64 {
	out := make([]float64, rounds)
	x := rng.NormFloat64()
	for i := range out {
		out[i] = center + 0.02*math.Sqrt2*x
		x = rho*x + math.Sqrt(1-rho*rho)*rng.NormFloat64()
	}
	return out
}
