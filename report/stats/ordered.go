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
	counted     func(x float64) int                           // how many are at most x
	within      func(out []float64, lo, hi float64) []float64 // appends those above lo and at most hi
	few         []float64
	of          distribution // of how many lie on the one side of the centre
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
	o.within = func(out []float64, lo, hi float64) []float64 {
		to := len(values) - 1
		for i := range values {
			for to >= i && (values[i]+values[to])/2 > hi {
				to--
			}
			for j := to; j >= i && (values[i]+values[j])/2 > lo; j-- {
				out = append(out, (values[i]+values[j])/2)
			}
		}
		return out
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
// narrows their range until few are left, with a guess from how many lie below
// either end. Where a guess cuts none off, it halves the range of floats.
func (o *ordered) kth(k int) float64 {
	if len(o.all) > 0 {
		return o.all[k-1]
	}
	const few = 64
	from, to := o.least, o.most // it lies above from, and is to at most
	low, high := o.counted(from), o.count
	if k <= low {
		return from
	}
	for step, halve := 0, false; high-low > few; step++ {
		aim := float64(k - low + few/4 - few/2*(step%2)) // just above it, and then just below
		x := from + (to-from)*(aim/float64(high-low))
		if halve || step%3 == 2 || !(from < x && x < to) {
			if x = between(from, to); x == from {
				return to
			}
		}
		n := o.counted(x)
		halve = n == low || n == high
		if n < k {
			from, low = x, n
		} else {
			to, high = x, n
		}
	}
	o.few = o.within(o.few[:0], from, to)
	slices.Sort(o.few)
	return o.few[k-low-1]
}

// between returns the float in the middle of those from one to another, or the
// first one if no other lies between them.
func between(from, to float64) float64 {
	a, b := ordinal(from), ordinal(to)
	return fromOrdinal(a + (b-a)/2)
}

// interval returns the median number, which is the estimate of Hodges and
// Lehmann, with the bounds beyond which the centre lies with a chance of at most
// tail on either side. They are infinite where even the smallest and the largest
// number do not bound it so surely.
func (o *ordered) interval(tail float64) Interval {
	if o.count == 0 {
		return Interval{Mid: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1)}
	}
	out := Interval{Mid: o.kth((o.count + 1) / 2), N: o.n}
	// Halved first, as the logarithms of zeros are infinite.
	if upper := o.kth(o.count/2 + 1); upper != out.Mid {
		out.Mid = out.Mid/2 + upper/2
	}
	out.Lo, out.Hi = o.bounds(tail)
	return out
}

// bounds returns the bounds of the interval.
func (o *ordered) bounds(tail float64) (lo, hi float64) {
	if k := o.of.order(tail); k > 0 {
		return o.kth(k), o.kth(o.count - k + 1)
	}
	return math.Inf(-1), math.Inf(1)
}

// center is the interval at Confidence, or at another one; bounds that do not exist are
// NaN.
func (o *ordered) center(confidence ...float64) Interval {
	tail := (1 - Confidence) / 2
	if len(confidence) > 0 {
		tail = (1 - confidence[0]) / 2
	}
	out := o.interval(tail)
	if o.of.order(tail) == 0 {
		out.Lo, out.Hi = math.NaN(), math.NaN()
	}
	return out
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
