package main

import (
	"testing"

	"conpar/bench/suite"
	reportrun "conpar/report/run"
	"conpar/results"
)

// Every cell that a claim is judged by is planned, whatever the machine: a
// misspelt one fails here, and does not turn up as "not measurable".
func TestEveryClaimsCellsArePlanned(t *testing.T) {
	for _, cpus := range []int{1, 2, 4, 64} {
		needs := reportrun.RequiredCells(cpus)
		planned := map[results.Cell]bool{}
		for _, c := range suite.Plan(suite.Selection{Profile: suite.Quick, CPUs: cpus, Needed: needs}) {
			planned[c.Cell] = true
			if c.N < 1 || c.Procs < 1 {
				planned[c.Cell] = c.N == 0 && c.Procs >= 1 // the plain loop
			}
		}
		for _, c := range needs {
			if !planned[c] {
				t.Errorf("%d CPUs: %s is needed, and no workload is behind it", cpus, c)
			}
		}
	}
}
