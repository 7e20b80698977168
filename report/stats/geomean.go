package stats

import (
	"iter"
	"math"
)

// GeometricMean returns the geometric mean of positive estimates, which are made
// of different samples, with an interval. Its bounds come from those of the
// estimates by the method of variance estimates recovery: on the scale of
// logarithms, a bound is as far from the mean as the root of the sum of squares
// of the distances of the single bounds, divided by their number (Zou and Donner,
// Statistics in Medicine 27, 2008). It says how surely the mean of these very
// benchmarks was measured, and nothing of other benchmarks.
//
// The figures are NaN where an estimate is not positive and finite, and the bounds
// are where one has none. N is how many estimates there are.
func GeometricMean(of iter.Seq[Interval]) Interval {
	count := 0
	for range of {
		count++
	}
	n := float64(count)
	mid, below, above := 0.0, 0.0, 0.0
	for i := range of {
		at := math.Log(i.Mid)
		mid += at / n
		below += square(at - math.Log(i.Lo))
		above += square(math.Log(i.Hi) - at)
	}
	if count == 0 || math.IsNaN(mid) || math.IsInf(mid, 0) {
		return unknown(count)
	}
	out := Interval{Mid: mid, Lo: mid - math.Sqrt(below)/n, Hi: mid + math.Sqrt(above)/n, N: count}
	return out.exp()
}

// Quotient returns b/a, of estimates which are made of different samples, with an
// interval by the same method (Donner and Zou, Statistical Methods in Medical
// Research 21, 2012). That of two zeros is 1, as benchstat has it.
func Quotient(b, a Interval) Interval {
	if a.Mid == b.Mid && a.Lo == a.Hi && b.Lo == b.Hi {
		return Interval{Mid: 1, Lo: 1, Hi: 1, N: min(a.N, b.N)}
	}
	at := [2]float64{math.Log(a.Mid), math.Log(b.Mid)}
	mid := at[1] - at[0]
	if a.Mid == b.Mid {
		mid = 0
	}
	out := Interval{Mid: mid, N: min(a.N, b.N)}
	out.Lo = mid - math.Hypot(at[1]-math.Log(b.Lo), math.Log(a.Hi)-at[0])
	out.Hi = mid + math.Hypot(math.Log(b.Hi)-at[1], at[0]-math.Log(a.Lo))
	return out.exp()
}

func square(v float64) float64 { return v * v }
