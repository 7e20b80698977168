package claims

import (
	"slices"

	"conpar/results"
)

// RequiredCells returns the cells that a report needs on a machine with that
// many CPUs, each once: those of the claims, and the counters on which
// goroutines meet, which a chart shows. pinned says whether samples can be kept to
// one CPU.
func RequiredCells(cpus int, pinned bool) []results.Cell {
	out := Needs(cpus, pinned)
	for _, way := range []string{"atomic", "channel", "mutex"} {
		for _, n := range slices.Compact([]int{cpus, max(cpus, 8)}) {
			c := at("Coord", "counter/by="+way, n, cpus)
			if pinned {
				c = oneAtOne(c)
			}
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// Undecided returns how many verdicts more rounds might decide.
func Undecided(verdicts []Verdict) int {
	n := 0
	for _, v := range verdicts {
		if v.Outcome == Inconclusive && !v.Absent && !v.Holds.Rule.bySample() && !v.Definition && !v.Control {
			n++
		}
	}
	return n
}
