package scaling_test

import (
	"math"
	"testing"

	"conpar/report/scaling"
	"conpar/report/stats"
)

func TestWide(t *testing.T) {
	gain := func(lo, hi float64, why string) scaling.Gain {
		i := stats.Interval{Mid: 2, Lo: lo, Hi: hi}
		return scaling.Gain{Why: why, ByGoroutines: scaling.Factor{Interval: i}, ByProcs: scaling.Factor{Interval: i, Why: "one CPU"}}
	}
	for name, tt := range map[string]struct {
		gains []scaling.Gain
		want  int
	}{
		"narrow":         {[]scaling.Gain{gain(1.95, 2.05, "")}, 0},
		"wide":           {[]scaling.Gain{gain(1.9, 2.1, ""), gain(1.99, 2.01, "")}, 1},
		"without bounds": {[]scaling.Gain{gain(math.NaN(), math.NaN(), "")}, 1},
		"not measurable": {[]scaling.Gain{gain(1, 3, "neighbours took 31%")}, 0},
	} {
		got := 0
		for _, g := range tt.gains {
			got += g.Wide(0.03)
		}
		if got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
