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
	return serialCorrelation(samples)
}

func serialCorrelation(samples [][]float64) float64 {
	sum, rounds := 0.0, 0.0
	var r, sorted []float64
	for _, v := range samples {
		n := float64(len(v))
		if len(v) < MinForInterval {
			continue
		}
		own, next := 0.0, 0.0
		sorted = append(sorted[:0], v...)
		slices.Sort(sorted)
		r = ranks(r[:0], v, sorted)
		for i := range r {
			r[i] -= (n + 1) / 2
			own += r[i] * r[i]
			if i > 0 {
				next += r[i-1] * r[i]
			}
		}
		if own > 0 {
			sum += n * (next/own + 1/n)
			rounds += n
		}
	}
	if rounds < MinForVerdict {
		return math.NaN()
	}
	return sum / rounds
}

// ranks appends the rank of each value among the sorted ones, counted from 1;
// equal values share the mean of theirs.
func ranks(out, v, sorted []float64) []float64 {
	for _, x := range v {
		first, _ := slices.BinarySearch(sorted, x)
		after, _ := slices.BinarySearch(sorted[first:], math.Nextafter(x, math.Inf(1)))
		out = append(out, float64(2*first+after+1)/2)
	}
	return out
}
