package series

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Units holds the values of some samples by unit, as many of each. It is no
// map, since there is one a cell, and a map of three units takes 400 bytes.
type Units struct {
	names  []string  // ascending; cells of the same units share them
	values []float64 // of the first unit, one a sample; then those of the second …
}

// NewUnits returns the values in the units of names, which ascend: those of the
// first unit, one a sample, then those of the second, and so on. It keeps both
// slices.
func NewUnits(names []string, values []float64) Units {
	if len(names) > 0 && len(values)%len(names) != 0 || len(names) == 0 && len(values) > 0 {
		panic(fmt.Sprintf("series: %d values in %d units", len(values), len(names)))
	}
	return Units{names, values}
}

// UnitsOf returns the values of a map. A unit with fewer values than another
// one has NaN for the rest.
func UnitsOf(values map[string][]float64) Units {
	samples := 0
	for _, v := range values {
		samples = max(samples, len(v))
	}
	u := Units{names: slices.Sorted(maps.Keys(values))}
	for _, name := range u.names {
		u.values = append(u.values, values[name]...)
		for range samples - len(values[name]) {
			u.values = append(u.values, math.NaN())
		}
	}
	return u
}

// Names returns the units, ascending. The slice is not to be changed.
func (u Units) Names() []string { return u.names }

// Of returns the samples' values in a unit, not a copy of them; nil where no
// sample has it.
func (u Units) Of(unit string) []float64 {
	for i, name := range u.names {
		if name == unit {
			n := len(u.values) / len(u.names)
			return u.values[i*n : (i+1)*n : (i+1)*n]
		}
	}
	return nil
}
