package thread

import "testing"

// The figure of a fresh process holds there alone.
func TestRecycledGoroutinesHoldMore(t *testing.T) {
	each := func(work string) map[string]float64 {
		result, err := open(t, named(t, work)).Run(t.Context(), 1000, 1)
		if err != nil {
			t.Fatal(err)
		}
		figures := map[string]float64{}
		for _, m := range result.Metrics {
			figures[m.Unit] = m.Value
		}
		return figures
	}
	fresh, recycled := each("parked/of=goroutine"), each("parked/of=recycled")
	t.Logf("fresh %v, recycled %v", fresh, recycled)
	for _, unit := range []string{"stack-B/each", "resident-B/each"} {
		if _, told := fresh[unit]; told && recycled[unit] < 3*fresh[unit] {
			t.Errorf("a recycled goroutine holds %.0f %s, a fresh one %.0f", recycled[unit], unit, fresh[unit])
		}
	}
}
