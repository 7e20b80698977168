package fit

import (
	"cmp"
	"math"
	"slices"

	"conpar/report/stats"
)

// Row is what was measured with one N, without any law.
type Row struct {
	N          float64
	Throughput stats.Interval // median
	// Speedup is the throughput over that with the smallest N, within rounds.
	Speedup stats.Interval
	// Efficiency is Speedup over the ideal, which is N over the smallest N.
	Efficiency stats.Interval
	// SerialFraction is that of Karp and Flatt (1990). It is known for N above
	// 1 where the smallest N is 1.
	SerialFraction stats.Interval
	Step           Step
}

// Step says what became of throughput from the N before to this one. It is ""
// for the smallest N, and where there is no interval.
type Step string

const (
	Gain    Step = "gain"    // the interval of the ratio lies above 1
	Regress Step = "regress" // it lies below 1
	Plateau Step = "plateau" // it includes 1, and ends below half of what ideal growth brings
	Unclear Step = "unclear" // it includes 1, and more
)

// Rows returns the figures that need no law, by ascending N. Each figure is
// NaN where it is not known, as everywhere in [stats]: intervals below
// [stats.MinForInterval] rounds. Samples that are not finite and positive do
// not count, nor do N that are not whole numbers from 1 on; see [Curves], which
// lists both.
func Rows(s Samples) []Row {
	type column struct {
		n float64
		x []float64
	}
	var columns []column
	for i, n := range s.N {
		c := s.column(i)
		for round, x := range c {
			if (Options{}).unfit(Point{N: n, X: x}) != "" {
				c[round] = math.NaN()
			}
		}
		if slices.ContainsFunc(c, func(x float64) bool { return x > 0 }) {
			columns = append(columns, column{n, c})
		}
	}
	slices.SortStableFunc(columns, func(a, b column) int { return cmp.Compare(a.n, b.n) })
	var rows []Row
	for i, c := range columns {
		base := columns[0]
		r := Row{N: c.n, Throughput: stats.Median(c.x), Speedup: stats.Ratio(c.x, base.x)}
		ideal := c.n / base.n
		r.Efficiency = scaled(r.Speedup, 1/ideal)
		r.SerialFraction = stats.Median(nil)
		if base.n == 1 && c.n > 1 {
			r.SerialFraction = serialFraction(r.Speedup, c.n)
		}
		if i > 0 {
			before := columns[i-1]
			r.Step = stepOf(stats.Ratio(c.x, before.x), c.n/before.n)
		}
		rows = append(rows, r)
	}
	return rows
}

func scaled(i stats.Interval, by float64) stats.Interval {
	i.Mid, i.Lo, i.Hi = i.Mid*by, i.Lo*by, i.Hi*by
	return i
}

// KarpFlatt returns the experimentally determined serial fraction of a speed-up
// ψ with p processors (Karp and Flatt, 1990): e = (1/ψ − 1/p) / (1 − 1/p). It
// is 0 for a speed-up of p, 1 for one of 1, and negative for one above p; p is
// above 1.
func KarpFlatt(speedup, p float64) float64 {
	return (1/speedup - 1/p) / (1 - 1/p)
}

func serialFraction(speedup stats.Interval, p float64) stats.Interval {
	return stats.Interval{
		Mid: KarpFlatt(speedup.Mid, p),
		Lo:  KarpFlatt(speedup.Hi, p),
		Hi:  KarpFlatt(speedup.Lo, p),
		N:   speedup.N,
	}
}

func stepOf(ratio stats.Interval, ideal float64) Step {
	switch {
	case !ratio.Known():
		return ""
	case ratio.Lo > 1:
		return Gain
	case ratio.Hi < 1:
		return Regress
	case ratio.Hi < 1+(ideal-1)/2:
		return Plateau
	}
	return Unclear
}

// Cost is the configuration that outperforms a single thread (McSherry, Isard
// and Murray, Scalability! But at what COST?, 2015).
type Cost struct {
	N     float64        // 0: never
	Over  stats.Interval // its throughput over that of the plain loop
	Known bool           // any N had an interval
}

// COST returns the smallest N whose throughput is above that of the plain loop:
// the interval of the ratio within rounds lies above 1. The loop's throughputs
// are by round, NaN where there is none.
func COST(plain []float64, s Samples) Cost {
	rounds := min(len(plain), len(s.X))
	var c Cost
	for i, n := range s.N {
		over := stats.Ratio(s.column(i)[:rounds], plain[:rounds])
		if !over.Known() || (Options{}).unfit(Point{N: n, X: 1}) != "" {
			continue
		}
		c.Known = true
		if over.Lo > 1 && (c.N == 0 || n < c.N) {
			c.N, c.Over = n, over
		}
	}
	return c
}
