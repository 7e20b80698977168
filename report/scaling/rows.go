package scaling

import (
	"cmp"
	"math"
	"slices"

	"conpar/report/scaling/fit"
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
	// Step says what became of throughput from the N before to this one. It is ""
	// for the smallest N, and where there is no interval.
	Step string
}

// What [Row.Step] says.
const (
	stepGain    = "gain"    // the interval of the ratio lies above 1
	stepRegress = "regress" // it lies below 1
	stepPlateau = "plateau" // it includes 1, and ends below half of what ideal growth brings
	stepUnclear = "unclear" // it includes 1, and more
)

// Grew says whether throughput surely grew from the N before.
func (r Row) Grew() bool { return r.Step == stepGain }

// rowsOf returns the figures that need no law, by ascending N. Each figure is
// NaN where it is not known, as everywhere in [stats]: intervals below
// [stats.MinForInterval] rounds. An N without a sample has no row. Ratios have this
// confidence.
func rowsOf(s fit.Samples, confidence float64) []Row {
	type column struct {
		n float64
		x []float64
	}
	var columns []column
	for i, n := range s.N {
		if x := columnOf(s, i); slices.ContainsFunc(x, func(x float64) bool { return x > 0 }) {
			columns = append(columns, column{n, x})
		}
	}
	slices.SortStableFunc(columns, func(a, b column) int { return cmp.Compare(a.n, b.n) })
	var rows []Row
	for i, c := range columns {
		base := columns[0]
		r := Row{N: c.n, Throughput: stats.MedianInterval(c.x), Speedup: stats.Ratio(c.x, base.x, confidence),
			SerialFraction: stats.MedianInterval(nil)}
		each, p := 1/(c.n/base.n), r.Speedup
		r.Efficiency = stats.Interval{Mid: p.Mid * each, Lo: p.Lo * each, Hi: p.Hi * each, N: p.N}
		if base.n == 1 && c.n > 1 {
			r.SerialFraction = stats.Interval{
				Mid: stats.KarpFlatt(p.Mid, c.n), Lo: stats.KarpFlatt(p.Hi, c.n), Hi: stats.KarpFlatt(p.Lo, c.n),
				N: p.N,
			}
		}
		if i > 0 {
			before := columns[i-1]
			r.Step = stepOf(stats.Ratio(c.x, before.x, confidence), c.n/before.n)
		}
		rows = append(rows, r)
	}
	return rows
}

// columnOf returns the throughputs with N[i], by round.
func columnOf(s fit.Samples, i int) []float64 {
	column := make([]float64, len(s.X))
	for round, row := range s.X {
		column[round] = row[i]
	}
	return column
}

func stepOf(ratio stats.Interval, ideal float64) string {
	switch {
	case !ratio.Known():
		return ""
	case ratio.Lo > 1:
		return stepGain
	case ratio.Hi < 1:
		return stepRegress
	case ratio.Hi < 1+(ideal-1)/2:
		return stepPlateau
	}
	return stepUnclear
}

// Cost is the configuration that outperforms a single thread (McSherry, Isard
// and Murray, Scalability! But at what COST?, 2015).
type Cost struct {
	N     float64        // 0: never
	Over  stats.Interval // its throughput over that of the plain loop
	Known bool           // any N had an interval
}

// costOf returns the smallest N whose throughput is above that of the plain
// loop: the interval of the ratio within rounds lies above 1. The loop's
// throughputs are by round, NaN where one lacks.
func costOf(plain []float64, s fit.Samples) Cost {
	var c Cost
	for i, n := range s.N {
		over := stats.Ratio(columnOf(s, i), plain)
		c.Known = c.Known || over.Known()
		if over.Lo > 1 && (c.N == 0 || n < c.N) {
			c.N, c.Over = n, over
		}
	}
	return c
}

// Floor is the prediction that the speed-up of a row is at least so much, as logarithms
// of the same ratios within rounds.
func (a *Curve) Floor(least float64, row int) stats.Line {
	column := func(row int) []float64 { return columnOf(a.table, slices.Index(a.table.N, a.Rows[row].N)) }
	line, base := stats.Line{Lo: math.Log(least), Hi: math.Inf(1)}, column(0)
	for i, x := range column(row) {
		line.Values = append(line.Values, math.Log(x/base[i])) // NaN where either lacks
	}
	return line
}

// MayBeEfficient says whether the row's processors may be worth their price.
func (r Row) MayBeEfficient() bool {
	e := r.Efficiency
	return e.Hi >= efficient || !e.Known() && e.Mid >= efficient
}
