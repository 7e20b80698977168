package page

import (
	"math"
	"testing"

	"conpar/report/claims"
)

// A limit that is a part of a number of goroutines or CPUs says of which.
func TestShare(t *testing.T) {
	open := math.Inf(1)
	for want, holds := range map[string]claims.Region{
		"85% of 64×, a gain in proportion": {Lo: 54.4, Hi: open, Times: 64},
		"80% of 2×, a gain in proportion":  {Lo: -open, Hi: 1.6, Times: 2},
		"":                                 {Lo: 0.9, Hi: 1.1},
	} {
		if got := share(holds); got != want {
			t.Errorf("%+v: %q, want %q", holds, got, want)
		}
	}
}
