package run

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"conpar/results"
	"conpar/results/rundir"
)

// A run that still goes on is looked at through its journal. An undecided line needs
// its cells; when it is decided, they are stopped, and the look says why.
func TestLookAtARunThatGoesOn(t *testing.T) {
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
			look, err := Look(dir)
			open := 0
			if round < 10 {
				open = 2
			}
			if err != nil || len(look.Needed) != open || (len(look.Undecided) > 0) != (open > 0) || look.Level != 0.025 ||
				look.Rounds != 16 || len(look.Needed)+len(look.Stopped) != 2 || look.Lines == 0 {
				t.Errorf("after %d rounds: %+v, error %v; want %d cells needed", round, look, err, open)
			}
			for _, s := range look.Stopped {
				if !strings.Contains(s.Reason, "R2 tcp: supported") && !strings.Contains(s.Reason, "tcp: supported") {
					t.Errorf("%s is stopped: %q", s.Cell, s.Reason)
				}
			}
		}
		for cell, ns := range times {
			line := fmt.Sprintf("%s\t64\t%v ns/op", cell, ns*(1+float64(round%5)/1000))
			if err := w.Append(results.Sample{Round: round, Cell: cell, Line: line}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if look, err := Look(filepath.Join(dir, "nothing")); err == nil {
		t.Errorf("where no run is, there is a look: %+v", look)
	}
}
