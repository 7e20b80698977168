package stats

import (
	"fmt"
	"math"
)

// Ratio returns the typical ratio num[i]/den[i], where index i is one round.
//
// The estimate is that of Hodges and Lehmann (1963) on the logarithms: the
// median of the Walsh averages, which are the means of every two log ratios,
// each with itself included. The interval is the one that belongs to
// Wilcoxon's signed-rank test (Hollander, Wolfe, Chicken: Nonparametric
// Statistical Methods, 3.2–3.4; Tukey, 1949), exact up to exactUpTo pairs.
// Both go back through the exponential function. It assumes that the noise of
// the log ratios is symmetric, no more; order statistics would not even need
// that, but are a third wider.
//
// Pairs with a value that is not finite and positive are left out. Ratio
// panics when the slices differ in length. A confidence is that of the interval in place
// of [Confidence].
func Ratio(num, den []float64, confidence ...float64) Interval {
	if len(num) != len(den) {
		panic(fmt.Sprintf("stats.Ratio: %d numerators, %d denominators", len(num), len(den)))
	}
	logs := make([]float64, 0, len(num))
	for i := range num {
		if positive(num[i]) && positive(den[i]) {
			logs = append(logs, math.Log(num[i])-math.Log(den[i]))
		}
	}
	o := walshAverages(logs)
	return o.center(confidence...).exp()
}

// HodgesLehmann returns the centre of the finite values as [Ratio] returns that
// of log ratios: the estimate of Hodges and Lehmann with the interval of the
// signed-rank test. It is for figures whose noise is symmetric and may be zero
// or negative. The values are not changed.
func HodgesLehmann(values []float64) Interval {
	o := walshAverages(finite(values))
	return o.center()
}

// KarpFlatt returns the experimentally determined serial fraction of a speed-up
// ψ with p processors (Karp and Flatt, 1990): e = (1/ψ − 1/p) / (1 − 1/p). It
// is 0 for a speed-up of p, 1 for one of 1, and negative for one above p; p is
// above 1.
func KarpFlatt(speedup, p float64) float64 { return (1/speedup - 1/p) / (1 - 1/p) }

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
