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
	for _, machine := range []struct {
		cpus int
		one  bool
	}{{1, false}, {1, true}, {2, false}, {2, true}, {4, true}, {64, true}, {64, false}} {
		needs := append(reportrun.RequiredCells(machine.cpus, machine.one), reportrun.PracticeCells(machine.cpus, machine.one)...)
		planned := map[results.Cell]bool{}
		plan := suite.Selection{Profile: suite.Quick, CPUs: machine.cpus, OneCPU: machine.one, Needed: needs}
		for _, c := range suite.Plan(plan) {
			planned[c.Cell] = true
			if c.N < 1 || c.Procs < 1 {
				planned[c.Cell] = c.N == 0 && c.Procs >= 1 // the plain loop
			}
		}
		for _, c := range needs {
			if !planned[c] {
				t.Errorf("%+v: %s is needed, and no workload is behind it", machine, c)
			}
		}
	}
}
