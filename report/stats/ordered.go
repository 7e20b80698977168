package stats

import (
	"math"
	"slices"
	"sort"
)

// ordered is numbers around the centre of a sample, or of two: Walsh averages,
// or ratios. As many of them lie above a point as a rank statistic about that
// point says (Tukey, 1949). Hence the same numbers give the estimate, the
// interval and the test, which cannot contradict each other. Of many, only those
// are made that are asked for: the ratios of two samples of 10,000 values would
// take 800 MB.
type ordered struct {
	n           int       // values, or pairs of values, that they come from
	all         []float64 // ascending; empty where they are many
	count       int
	least, most float64
	counted     func(x float64) int // how many are at most x
	of          distribution        // of how many lie on the one side of the centre
}

// walshAverages are the means of every two values, each with itself included.
// It sorts the values and keeps them.
func walshAverages(values []float64) ordered {
	const sortUpTo = 32 // values, up to which sorting all averages is faster than looking for some
	slices.Sort(values)
	o := ordered{n: len(values), count: len(values) * (len(values) + 1) / 2, of: signedRank(len(values))}
	if o.n <= sortUpTo {
		o.all = make([]float64, 0, o.count)
		for i := len(values) - 1; i >= 0; i-- {
			o.all = insert(o.all, values[i], values[i:])
		}
		return o
	}
	o.least, o.most = values[0], values[o.n-1]
	o.counted = func(x float64) int {
		count, j := 0, len(values)-1
		for i := range values {
			for j >= i && (values[i]+values[j])/2 > x {
				j--
			}
			if j < i {
				break
			}
			count += j - i + 1
		}
		return count
	}
	return o
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

// atMost returns how many numbers are at most x, and below how many are less.
func (o *ordered) atMost(x float64) int {
	if len(o.all) > 0 || o.count == 0 {
		return sort.Search(len(o.all), func(i int) bool { return o.all[i] > x })
	}
	return o.counted(x)
}

func (o *ordered) below(x float64) int { return o.atMost(math.Nextafter(x, math.Inf(-1))) }

// kth returns the k-th smallest number; k counts from 1. Where they are many it
// halves the range of floats until one is left.
func (o *ordered) kth(k int) float64 {
	if len(o.all) > 0 {
		return o.all[k-1]
	}
	return bisect(o.least, o.most, func(x float64) bool { return o.atMost(x) >= k })
}

// interval returns the median number, which is the estimate of Hodges and
// Lehmann, with the bounds beyond which the centre lies with a chance of at most
// tail on either side. They are infinite where even the smallest and the largest
// number do not bound it so surely.
func (o *ordered) interval(tail float64) Interval {
	if o.count == 0 {
		return Interval{Mid: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1)}
	}
	out := Interval{Mid: o.kth((o.count + 1) / 2), Lo: math.Inf(-1), Hi: math.Inf(1), N: o.n}
	// Halved first, as the logarithms of zeros are infinite.
	if upper := o.kth(o.count/2 + 1); upper != out.Mid {
		out.Mid = out.Mid/2 + upper/2
	}
	if k := o.of.order(tail); k > 0 {
		out.Lo, out.Hi = o.kth(k), o.kth(o.count-k+1)
	}
	return out
}

// center is the interval at Confidence; bounds that do not exist are NaN.
func (o *ordered) center() Interval {
	out := o.interval((1 - Confidence) / 2)
	if o.of.order((1-Confidence)/2) == 0 {
		out.Lo, out.Hi = math.NaN(), math.NaN()
	}
	return out
}

// bisect returns the smallest float from lo to hi for which reached holds, by
// halving their range. It holds for hi, and for all above one for which it does.
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
