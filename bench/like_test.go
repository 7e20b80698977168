package main

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"conpar/bench/suite"
	"conpar/results"
)

// Of a machine's runs that one is chosen whose numbers of tasks serve most of
// the new run's cells.
func TestEarlierRun(t *testing.T) {
	here := results.Machine{Name: "mine", CPU: "Fast", CPUs: 2, Available: 2}
	slower := here
	slower.CPU = "Slow"
	out := t.TempDir()
	record := func(name string, m results.Machine, tasks ...int) {
		t.Helper()
		run := results.Run{Machine: m, Plan: results.Plan{Rounds: 1}}
		for i, n := range tasks {
			run.Plan.Cells = append(run.Plan.Cells, results.PlannedCell{Cell: one(i + 1).String(), Kind: "computing", Tasks: n})
		}
		w, err := results.Create(filepath.Join(out, "mine", name), run)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Finish(results.Interrupted, machineTime, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	cells := []suite.Planned{{Cell: one(1)}, {Cell: one(2)}}
	check := func(like, name string, tasks ...int) {
		t.Helper()
		want := map[string]int{}
		for i, n := range tasks {
			want[one(i+1).String()] = n
		}
		got, err := earlier(options{out: out, like: like}, here, cells)
		if err != nil || got.name != name || !maps.Equal(got.tasks, want) {
			t.Errorf("-like %q takes %v (%v), want %s with %v", like, got, err, name, want)
		}
	}
	check("", "")
	record("20260101T000000Z", here, 11, 12)
	check("", "20260101T000000Z", 11, 12)
	record("20260102T000000Z", here, 21, 22, 23)
	check("", "20260102T000000Z", 21, 22)
	record("20260103T000000Z", here, 31)       // one cell only
	record("20260104T000000Z", slower, 41, 42) // another machine by the same name
	record("20260105T000000Z", here, 51, 52)   // to be damaged
	if err := os.WriteFile(filepath.Join(out, "mine", "20260105T000000Z", "run.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	check("", "20260102T000000Z", 21, 22)
	check("none", "")
	check(filepath.Join(out, "mine", "20260103T000000Z"), "20260103T000000Z", 31)
	check(filepath.Join(out, "mine", "20260104T000000Z"), "20260104T000000Z", 41, 42) // it was named
	t.Chdir(filepath.Join(out, "mine", "20260101T000000Z"))
	check(".", "20260101T000000Z", 11, 12)
	if _, err := earlier(options{like: filepath.Join(out, "mine", "20260105T000000Z")}, here, cells); err == nil {
		t.Error("a damaged run was taken")
	}
}

// one is the cell of primes over n goroutines.
func one(n int) results.Cell {
	return results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: n, Procs: 1}
}
