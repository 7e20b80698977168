package stats

import (
	"math"
	"slices"
	"sync"
)

// averages are the Walsh averages of some values: the means of every two, each
// with itself included. Of n values there are n(n+1)/2, and as many of them lie
// above a point as Wilcoxon's signed-rank statistic about that point says
// (Tukey, 1949). Hence the same averages give the estimate, the interval and
// the test, which cannot contradict each other.
type averages struct {
	values []float64 // sorted
	all    []float64 // every average, sorted; nil of more than sortUpTo values
}

// sortUpTo is the number of values up to which sorting all averages is faster
// than looking for those few that are asked for.
const sortUpTo = 32

// walshAverages sorts the values and keeps them.
func walshAverages(values []float64) averages {
	slices.Sort(values)
	a := averages{values: values}
	if len(values) <= sortUpTo {
		a.all = make([]float64, 0, a.count())
		for i := len(values) - 1; i >= 0; i-- {
			a.all = insert(a.all, values[i], values[i:])
		}
	}
	return a
}

// insert merges the means of v and each of the sorted values into the sorted
// averages, whose capacity suffices. It works from the end, and twice as fast as
// to sort everything.
func insert(averages []float64, v float64, values []float64) []float64 {
	i, j := len(averages)-1, len(values)-1
	out := averages[:len(averages)+len(values)]
	for k := len(out) - 1; j >= 0; k-- {
		if mean := (v + values[j]) / 2; i < 0 || averages[i] <= mean {
			out[k] = mean
			j--
		} else {
			out[k] = averages[i]
			i--
		}
	}
	return out
}

func (a averages) n() int { return len(a.values) }

func (a averages) count() int { return a.n() * (a.n() + 1) / 2 }

// p returns the chance that no more than k averages lie on the one side of the
// centre.
func (a averages) p(k int) float64 { return signedRankP(a.n(), k) }

// center returns the estimate of Hodges and Lehmann, which is the median of the
// averages, with its interval at Confidence.
func (a averages) center() Interval {
	out := unknown(a.n())
	if a.n() > 0 {
		out.Mid = (a.kth((a.count()+1)/2) + a.kth(a.count()/2+1)) / 2
	}
	if a.n() >= MinForInterval {
		out.Lo, out.Hi = a.interval((1 - Confidence) / 2)
	}
	return out
}

// interval returns the bounds beyond which the centre lies with a chance of at
// most tail on either side; infinite ones where even the smallest and the
// largest value do not bound it so surely.
func (a averages) interval(tail float64) (lo, hi float64) {
	k := signedRankOrder(a.n(), tail)
	if k == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	return a.kth(k), a.kth(a.count() - k + 1)
}

// kth returns the k-th smallest average; k counts from 1. Where they are many
// it halves the range of floats until one is left, counting the averages below
// each time, so it needs neither the memory nor the time for all of them.
func (a averages) kth(k int) float64 {
	if a.all != nil {
		return a.all[k-1]
	}
	return bisect(a.values[0], a.values[len(a.values)-1], func(x float64) bool { return a.atMost(x) >= k })
}

// bisect returns the smallest float from lo to hi of which reached holds, by
// halving their range; it holds of hi, and of all above one of which it does.
func bisect(lo, hi float64, reached func(float64) bool) float64 {
	from, to := ordinal(lo), ordinal(hi)
	for from < to {
		mid := from + (to-from)/2
		if reached(fromOrdinal(mid)) {
			to = mid
		} else {
			from = mid + 1
		}
	}
	return fromOrdinal(from)
}

// below returns how many averages are less than x.
func (a averages) below(x float64) int { return a.atMost(math.Nextafter(x, math.Inf(-1))) }

// atMost returns how many averages are at most x.
func (a averages) atMost(x float64) int {
	v := a.values
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

// exactUpTo is the number of values up to which the distribution of the
// signed-rank statistic is computed; above, its normal limit is as good.
const exactUpTo = 100

// signedRankP returns the chance that the signed-rank statistic of n values is
// at most v: R's psignrank(v, n).
func signedRankP(n, v int) float64 {
	if n > exactUpTo {
		mean, sd := signedRankNormal(n)
		return math.Erfc((mean-float64(v)-0.5)/(sd*math.Sqrt2)) / 2
	}
	return signedRank(n)[v]
}

// signedRankOrder returns the largest k such that the centre of n values lies
// below their k-th smallest Walsh average, or above the k-th largest, with a
// chance of at most tail; 0 where there is none. It is R's qsignrank(tail, n).
func signedRankOrder(n int, tail float64) int {
	if n > exactUpTo {
		return normalOrder(n, tail)
	}
	k, _ := slices.BinarySearchFunc(signedRank(n), tail, func(p, tail float64) int {
		if p <= tail {
			return -1
		}
		return 1
	})
	return k
}

// normalOrder is signedRankOrder by the normal limit, with continuity
// correction.
func normalOrder(n int, tail float64) int {
	mean, sd := signedRankNormal(n)
	return max(0, int(math.Floor(mean-normalQuantile(tail)*sd+0.5)))
}

func signedRankNormal(n int) (mean, sd float64) {
	f := float64(n)
	return f * (f + 1) / 4, math.Sqrt(f * (f + 1) * (2*f + 1) / 24)
}

// normalQuantile returns z such that a normal value exceeds z standard
// deviations with the chance tail.
func normalQuantile(tail float64) float64 { return math.Sqrt2 * math.Erfcinv(2*tail) }

// signedRanks holds what signedRank has computed.
var signedRanks [exactUpTo + 1]struct {
	once sync.Once
	p    []float64
}

// signedRank returns the distribution of Wilcoxon's signed-rank statistic of n
// values without ties: element v is the chance that a random subset of the
// ranks 1 … n sums to at most v. Each rank is in the subset or not, with equal
// chances.
func signedRank(n int) []float64 {
	s := &signedRanks[n]
	s.once.Do(func() {
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
		for v := 1; v < len(p); v++ {
			p[v] += p[v-1]
		}
		s.p = p
	})
	return s.p
}
