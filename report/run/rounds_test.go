package run

import (
	"fmt"
	"path/filepath"
	"testing"

	"conpar/results"
	"conpar/results/rundir"
)

// A run that still goes on is looked at through its journal.
func TestMoreRoundsReasonOfARunThatGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	plan := results.Plan{Profile: "quick", Rounds: 16, Looks: []int{16, 24, 32}}
	times := map[string]float64{"BenchmarkIO/work=tcp/goroutines=1": 1e7, "BenchmarkIO/work=tcp/goroutines=64": 1.6e5}
	for cell := range times {
		plan.Cells = append(plan.Cells, results.PlannedCell{Cell: cell, Kind: "waiting", Tasks: 64})
	}
	w, err := rundir.Create(dir, results.Run{Machine: results.Machine{Name: "m", CPU: "c", Logical: 2, CPUs: 2}, Plan: plan})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for round := range 16 {
		// Gains of 62 with 64 goroutines: at least 48, as predicted. Few rounds
		// do not say so yet.
		if round == 6 || round == 15 {
			reason, err := MoreRoundsReason(dir)
			if want := round < 10; err != nil || (reason != "") != want {
				t.Errorf("after %d rounds: reason %q, error %v; want one: %v", round, reason, err, want)
			}
		}
		for cell, ns := range times {
			line := fmt.Sprintf("%s\t64\t%v ns/op", cell, ns*(1+float64(round%5)/1000))
			if err := w.Append(results.Sample{Round: round, Cell: cell, Line: line}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if reason, err := MoreRoundsReason(filepath.Join(dir, "nothing")); err == nil {
		t.Errorf("where no run is, there is a reason: %q", reason)
	}
}
