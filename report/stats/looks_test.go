package stats_test

import (
	"fmt"
	"math"
	"testing"

	"conpar/report/stats"
)

// The looks' shares are all there is to spend, and a run that never looks has
// it all.
func TestWrongAtLook(t *testing.T) {
	total := 0.0
	for look := 1; look <= stats.Looks; look++ {
		total += stats.WrongAtLook(look, stats.Looks)
	}
	if math.Abs(total-stats.WrongVerdicts) > 1e-12 || stats.WrongAtLook(1, 0) != stats.WrongVerdicts {
		t.Errorf("the looks spend %v, a run without %v", total, stats.WrongAtLook(1, 0))
	}
	if fmt.Sprint(stats.WrongAtLook(9, stats.Looks)) != fmt.Sprint(stats.WrongAtLook(stats.Looks, stats.Looks)) {
		t.Error("a look beyond the last has another share than the last")
	}
}
