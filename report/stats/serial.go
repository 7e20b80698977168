package stats

import (
	"math"
	"slices"
)

// MaxSerialCorrelation is the largest [SerialCorrelation] with which rounds
// pass as independent.
const MaxSerialCorrelation = 0.2

// SerialCorrelation returns how much a round resembles the round before it: the
// rank correlation of neighbours (Wald and Wolfowitz, 1943), pooled over lines
// in proportion to their rounds; 0 when rounds are independent, up to about 1.
// Each line's values are ranked within the line, so that neither units nor
// single wild values count. In a line of n independent values the plain
// correlation is -1/n on average, which is put right.
//
// NaN when the lines have fewer than [MinForVerdict] rounds altogether; lines
// below [MinForInterval], and those whose values are all equal, say nothing.
func SerialCorrelation(lines []Line) float64 {
	var samples [][]float64
	for _, l := range lines {
		samples = append(samples, finite(l.Values))
	}
	return serialCorrelation(neighboursOf(samples))
}

// neighbours is how much the values of a sample resemble those before them.
type neighbours struct {
	n           int     // values
	correlation float64 // NaN: they say nothing
}

func neighboursOf(samples [][]float64) []neighbours {
	out := make([]neighbours, len(samples))
	var sorted []float64
	for i, v := range samples {
		sorted = append(sorted[:0], v...)
		slices.Sort(sorted)
		out[i] = neighboursIn(v, sorted)
	}
	return out
}

// neighboursIn takes the values of a sample, and the same in ascending order.
func neighboursIn(v, sorted []float64) neighbours {
	of := neighbours{len(v), math.NaN()}
	if len(v) < MinForInterval {
		return of
	}
	own, next, last := 0.0, 0.0, 0.0
	for _, x := range v {
		r := rank(x, sorted) - float64(len(v)+1)/2
		own, next, last = own+r*r, next+last*r, r
	}
	if own > 0 {
		of.correlation = next/own + 1/float64(len(v))
	}
	return of
}

func serialCorrelation(samples []neighbours) float64 {
	sum, rounds := 0.0, 0.0
	for _, s := range samples {
		if n := float64(s.n); !math.IsNaN(s.correlation) {
			sum += n * s.correlation
			rounds += n
		}
	}
	if rounds < MinForVerdict {
		return math.NaN()
	}
	return sum / rounds
}

// rank returns the rank of a value among all values, ascending, counted from 1;
// equal values share the mean of theirs.
func rank(x float64, sorted []float64) float64 {
	const countUpTo = 32 // values, up to which to count them is faster
	if len(sorted) > countUpTo {
		below, _ := slices.BinarySearch(sorted, x)
		equal, _ := slices.BinarySearch(sorted[below:], math.Nextafter(x, math.Inf(1)))
		return float64(2*below+equal+1) / 2
	}
	twice := 1
	for _, v := range sorted {
		if v < x {
			twice++
		}
		if v <= x {
			twice++
		}
	}
	return float64(twice) / 2
}
