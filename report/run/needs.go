package run

import (
	"conpar/report/claims"
	"conpar/results"
)

// Needs returns the cells that the claims are judged by, on a machine with that
// many CPUs worth using: whoever measures is to take them.
func Needs(cpus int) []results.Cell { return claims.Needs(cpus) }
