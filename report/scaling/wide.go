package scaling

import "math"

// Wide returns how many of a row's gains have an interval whose half exceeds a
// fraction of them.
func (g *Gain) Wide(precision float64) (n int) {
	for _, gain := range g.Steps() {
		// Not measurable is not wide; without bounds, for want of rounds, is.
		if g.Why == "" && gain.Why == "" && !math.IsNaN(gain.Mid) && !(gain.Hi-gain.Lo <= 2*precision*gain.Mid) {
			n++
		}
	}
	return n
}
