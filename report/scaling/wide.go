package scaling

import "math"

// Wide returns how many gains have an interval whose half exceeds a fraction of
// them.
func Wide(rows []Gain, precision float64) int {
	n := 0
	for _, g := range rows {
		for _, gain := range g.Steps() {
			// Not measurable is not wide; without bounds, for want of rounds, is.
			if g.Why == "" && gain.Why == "" && !math.IsNaN(gain.Mid) && !(gain.Hi-gain.Lo <= 2*precision*gain.Mid) {
				n++
			}
		}
	}
	return n
}
