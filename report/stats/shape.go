package stats

import (
	"math"
	"slices"

	flynn "github.com/montanaflynn/stats"
)

// Box is what a box plot shows of some values.
type Box struct {
	Q1, Median, Q3 float64
	// Lo and Hi are the outermost values that lie within 1.5 times Q3 − Q1 of
	// the quartiles: where the whiskers end (Tukey, 1977).
	Lo, Hi float64
}

// BoxOf returns the box of the finite values; false for fewer than
// [MinForInterval], of which a box would show more than is known. A quartile is
// the median of the values below or above the median.
func BoxOf(values []float64) (Box, bool) {
	v := finite(values)
	if len(v) < MinForInterval {
		return Box{}, false
	}
	q, err := flynn.Quartile(v)
	if err != nil {
		return Box{}, false
	}
	b := Box{Q1: q.Q1, Median: q.Q2, Q3: q.Q3, Lo: q.Q1, Hi: q.Q3}
	reach := 1.5 * (q.Q3 - q.Q1)
	for _, x := range v {
		if x >= q.Q1-reach {
			b.Lo = min(b.Lo, x)
		}
		if x <= q.Q3+reach {
			b.Hi = max(b.Hi, x)
		}
	}
	return b, true
}

// TypicalDeviation returns the distance from their median within which half of
// the finite values lie, as a share of the median: unscaled, unlike [Spread].
// NaN for fewer than two values or a median that is not positive.
func TypicalDeviation(values []float64) float64 { return Spread(values) / normalMAD }

// densitySteps is how many places a density is computed at: enough for a
// drawing of a hundred points' width.
const densitySteps = 64

// densityReach is how many bandwidths beyond the outermost values a density is
// computed: a normal kernel is a hundredth of its height there.
const densityReach = 3

// Density estimates the density of the finite values at evenly spaced places,
// ascending, which reach 3 bandwidths beyond the outermost values: with normal
// kernels, whose bandwidth is 0.9·min(s, IQR/1.34)·n^(−1/5) (Silverman, 1986,
// equation 3.31). Where the quartiles are equal, s alone counts. The heights are
// per unit of the values. Nil of fewer than [MinForInterval] values, of which a
// density would be invented, and of equal ones, which have none.
func Density(values []float64) (at, heights []float64) {
	v := finite(values)
	b, ok := BoxOf(v)
	if !ok {
		return nil, nil
	}
	lo, hi := slices.Min(v), slices.Max(v)
	scale, err := flynn.StandardDeviationSample(v)
	if err != nil || lo == hi || !(scale > 0) || math.IsInf(scale, 1) {
		return nil, nil
	}
	if byRange := (b.Q3 - b.Q1) / 1.34; byRange > 0 {
		scale = min(scale, byRange)
	}
	n := float64(len(v))
	h := 0.9 * scale * math.Pow(n, -0.2)
	lo, hi = lo-densityReach*h, hi+densityReach*h
	for i := range densitySteps + 1 {
		x := lo + (hi-lo)*float64(i)/densitySteps
		sum := 0.0
		for _, c := range v {
			z := (x - c) / h
			sum += math.Exp(-z * z / 2)
		}
		at, heights = append(at, x), append(heights, sum/(n*h*math.Sqrt(2*math.Pi)))
	}
	return at, heights
}
