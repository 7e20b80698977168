package run

import (
	"slices"

	"conpar/report/claims"
	"conpar/report/page"
	"conpar/results"
)

// Needs returns the cells that a report is made of on a machine with that many
// CPUs worth using, beyond the swept ones, each once: those that claims are
// judged by, and those that a chart would lack. Whoever measures is to take
// them.
func Needs(cpus int) []results.Cell {
	out := claims.Needs(cpus)
	for _, c := range page.Draws(cpus) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}
