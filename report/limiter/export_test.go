package limiter

import "math"

// Unknown returns figures that are all unknown.
func Unknown() Figures {
	nan := math.NaN()
	return Figures{nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, false}
}
