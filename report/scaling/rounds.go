package scaling

import (
	"math"
	"slices"

	"conpar/report/series"
)

// joined is the times of some cells, side by side by round.
type joined struct {
	series.Rounds
	times [][]float64 // by cell, then by round used: seconds per task
}

// join puts the times of the cells side by side. A round in which a cell has
// no positive time is not among them.
func join(points ...*series.Measurement) joined {
	timed := func(p *series.Measurement, sample int) bool {
		t := p.Units.Of(unitTime)
		return sample < len(t) && t[sample] > 0 && !math.IsInf(t[sample], 1)
	}
	j := joined{series.Join(timed, points...), make([][]float64, len(points))}
	for i, p := range points {
		for _, sample := range j.At[i] {
			j.times[i] = append(j.times[i], p.Units.Of(unitTime)[sample])
		}
	}
	return j
}

// in returns the values of a unit in the given rounds, which ascend.
func in(p *series.Measurement, unit string, rounds []int) []float64 {
	values := p.Units.Of(unit)
	var out []float64
	for i, round := range p.Rounds {
		if _, ok := slices.BinarySearch(rounds, round); ok && i < len(values) {
			out = append(out, values[i])
		}
	}
	return out
}
