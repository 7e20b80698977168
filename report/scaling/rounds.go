package scaling

import (
	"slices"

	"conpar/report/series"
)

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
