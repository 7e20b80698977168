package stats

import (
	"fmt"
	"math"
	"slices"
)

// Ratio returns the typical ratio num[i]/den[i], where index i is one round.
//
// The estimate is that of Hodges and Lehmann (1963) on the logarithms: the
// median of the Walsh averages, which are the means of every two log ratios,
// each with itself included. The interval is the one that belongs to
// Wilcoxon's signed-rank test (Hollander, Wolfe, Chicken: Nonparametric
// Statistical Methods, 3.2–3.4; Tukey, 1949), exact up to exactUpTo pairs.
// Both go back through the exponential function. It supposes that the noise of
// the log ratios is symmetric, no more; order statistics would not even need
// that, but are a third wider.
//
// Pairs with a value that is not finite and positive are left out. Ratio
// panics when the slices differ in length.
func Ratio(num, den []float64) Interval {
	if len(num) != len(den) {
		panic(fmt.Sprintf("stats.Ratio: %d numerators, %d denominators", len(num), len(den)))
	}
	logs := make([]float64, 0, len(num))
	for i := range num {
		if positive(num[i]) && positive(den[i]) {
			logs = append(logs, math.Log(num[i])-math.Log(den[i]))
		}
	}
	i := hodgesLehmann(logs)
	return Interval{Mid: math.Exp(i.Mid), Lo: math.Exp(i.Lo), Hi: math.Exp(i.Hi), N: i.N}
}

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 1) }

// hodgesLehmann returns the estimate of the centre of v, with its interval. It
// sorts v.
func hodgesLehmann(v []float64) Interval {
	n := len(v)
	if n == 0 {
		return unknown(0)
	}
	slices.Sort(v)
	averages := n * (n + 1) / 2
	out := unknown(n)
	out.Mid = (walsh(v, (averages+1)/2) + walsh(v, averages/2+1)) / 2
	if n >= MinForInterval {
		k := signedRankOrder(n)
		out.Lo, out.Hi = walsh(v, k), walsh(v, averages-k+1)
	}
	return out
}

// walsh returns the k-th smallest Walsh average (v[i]+v[j])/2, i ≤ j, of the
// sorted values v; k counts from 1. It halves the range of floats until one is
// left, counting the averages below each time, so it needs neither the memory
// nor the time for all n²/2 of them.
func walsh(v []float64, k int) float64 {
	lo, hi := ordinal(v[0]), ordinal(v[len(v)-1])
	for lo < hi {
		mid := lo + (hi-lo)/2
		if countWalsh(v, fromOrdinal(mid)) >= k {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return fromOrdinal(lo)
}

// countWalsh returns how many Walsh averages of the sorted values v are at
// most x.
func countWalsh(v []float64, x float64) int {
	count, j := 0, len(v)-1
	for i := range v {
		for j >= i && (v[i]+v[j])/2 > x {
			j--
		}
		if j < i {
			break
		}
		count += j - i + 1
	}
	return count
}

// ordinal numbers the floats in their order; fromOrdinal is its inverse.
func ordinal(f float64) uint64 {
	b := math.Float64bits(f)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

func fromOrdinal(o uint64) float64 {
	if o>>63 == 1 {
		return math.Float64frombits(o &^ (1 << 63))
	}
	return math.Float64frombits(^o)
}

// exactUpTo is the number of pairs up to which the distribution of the
// signed-rank statistic is computed; above, its normal limit is as good.
const exactUpTo = 100

// signedRankOrder returns k such that the k-th smallest and the k-th largest
// Walsh average of n values bound an interval of at least 95%: the 2.5%
// quantile of the signed-rank statistic, R's qsignrank(0.025, n), and at
// least 1.
func signedRankOrder(n int) int {
	const tail = (1 - Confidence) / 2
	if n > exactUpTo {
		return normalOrder(n)
	}
	below := 0.0
	for k, p := range signedRank(n) {
		if below += p; below >= tail {
			return max(k, 1)
		}
	}
	panic("stats: the signed-rank distribution does not sum to 1")
}

// normalOrder is signedRankOrder by the normal limit, with continuity
// correction.
func normalOrder(n int) int {
	const z = 1.959963984540054 // Φ⁻¹(0.975)
	f := float64(n)
	mean, sd := f*(f+1)/4, math.Sqrt(f*(f+1)*(2*f+1)/24)
	return int(math.Ceil(mean-z*sd+0.5)) - 1
}

// signedRank returns the distribution of Wilcoxon's signed-rank statistic of n
// values without ties: element v is the probability that a random subset of
// the ranks 1 … n sums to v. Each rank is in the subset or not, with equal
// chances.
func signedRank(n int) []float64 {
	p := make([]float64, n*(n+1)/2+1)
	p[0] = 1
	for rank := 1; rank <= n; rank++ {
		for v := rank * (rank + 1) / 2; v >= 0; v-- {
			p[v] /= 2
			if v >= rank {
				p[v] += p[v-rank] / 2
			}
		}
	}
	return p
}
