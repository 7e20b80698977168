//go:build system

package fleet_test

import "testing"

// Of fleets that are all alike, at most 5% have a false accusation, of any size. Among 15
// siblings a machine that is 5% slower in a kind of work is found in 95% of fleets, with
// the noise of the recorded run, 12 rounds and siblings that differ by 0.5% themselves.
// Memory-bound work has few cells, which scatter more: how much is found there is only
// logged.
func TestFleetsSimulatedLong(t *testing.T) {
	for _, nodes := range []int{4, 8, 16, 40} {
		fleets := 2000 / nodes
		got := play(plan{nodes: nodes, rounds: 12}, fleets, uint64(nodes))
		t.Logf("%d machines: false accusations in %d of %d fleets", nodes, got.accused, fleets)
		if got.accused > wrongly(fleets) {
			t.Errorf("%d machines: false accusations in %d of %d fleets", nodes, got.accused, fleets)
		}
	}
	for _, kind := range []string{"computing", "waiting", "sharing", "memory"} {
		for _, speed := range []float64{.97, .95, .9} {
			fleets := 20
			if speed == .95 {
				fleets = 60
			}
			got := play(plan{nodes: 16, rounds: 12, kind: kind, slow: map[int]float64{2: speed}}, fleets, 3)
			t.Logf("%s at %v: found in %d of %d fleets, false accusations in %d", kind, speed, got.found, fleets, got.accused)
			if missed := kind != "memory" && speed <= .95 && got.found < 57*fleets/60; missed || got.accused > wrongly(fleets) {
				t.Errorf("%s at %v: too few are found, or too many accused", kind, speed)
			}
		}
	}
}
