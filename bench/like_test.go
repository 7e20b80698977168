package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/rundir"
)

// Of a machine's runs that one is chosen whose numbers of tasks serve most of
// the new run's cells.
func TestLike(t *testing.T) {
	here := results.Machine{Name: "mine", CPU: "Fast", CPUs: 2, Available: 2}
	slower := here
	slower.CPU = "Slow"
	out := t.TempDir()
	var foreign *float64
	record := func(name string, m results.Machine, tasks ...int) {
		t.Helper()
		run := results.Run{Machine: m, Plan: results.Plan{Rounds: 1}}
		for i, n := range tasks {
			run.Plan.Cells = append(run.Plan.Cells, results.PlannedCell{Cell: one(i + 1).String(), Kind: "computing", Tasks: n})
		}
		w, err := rundir.Create(filepath.Join(out, "mine", name), run)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Finish(results.Interrupted, machineTime, foreign, nil); err != nil {
			t.Fatal(err)
		}
	}
	cells := []suite.Planned{{Cell: one(1)}, {Cell: one(2)}}
	check := func(named, name string, tasks ...int) {
		t.Helper()
		want := map[string]int{}
		for i, n := range tasks {
			want[one(i+1).String()] = n
		}
		if name != "" {
			name = "mine/" + name
		}
		got, err := like(options{out: out, like: named}, here, "", cells)
		if err != nil || got.Run != name || !maps.Equal(got.Tasks, want) {
			t.Errorf("-like %q takes %v (%v), want %s with %v", named, got, err, name, want)
		}
	}
	check("", "")
	record("20260101T000000Z", here, 11, 12)
	check("", "20260101T000000Z", 11, 12)
	record("20260102T000000Z", here, 21, 22, 23)
	check("", "20260102T000000Z", 21, 22)
	newer := here
	newer.Go = "go1.99"
	for binary, m := range map[string]results.Machine{"": here, "other": here, "newer": newer} {
		got, err := like(options{out: out}, m, strings.TrimSuffix(binary, "newer"), cells)
		if err != nil || got.Same != (binary == "") || got.Run == "" {
			t.Errorf("program %q, %s: %+v (%v); a run is the same if program and Go are", binary, m.Go, got, err)
		}
	}
	record("20260103T000000Z", here, 31)       // one cell only
	record("20260104T000000Z", slower, 41, 42) // another machine by the same name
	record("20260105T000000Z", here, 51, 52)   // to be damaged
	if err := os.WriteFile(filepath.Join(out, "mine", "20260105T000000Z", "run.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	busy := 0.2
	foreign = &busy
	record("20260106T000000Z", here, 61, 62) // others had a fifth of the machine
	check("", "20260102T000000Z", 21, 22)
	check("none", "")
	check(filepath.Join(out, "mine", "20260103T000000Z"), "20260103T000000Z", 31)
	check(filepath.Join(out, "mine", "20260104T000000Z"), "20260104T000000Z", 41, 42) // it was named
	t.Chdir(filepath.Join(out, "mine", "20260101T000000Z"))
	check(".", "20260101T000000Z", 11, 12)
	if _, err := like(options{like: filepath.Join(out, "mine", "20260105T000000Z")}, here, "", cells); err == nil {
		t.Error("a damaged run was taken")
	}
	others := []suite.Planned{{Cell: one(7)}}
	if _, err := like(options{like: "."}, here, "", others); err == nil {
		t.Error("a run without any of the cells was taken")
	}
}

// one is the cell of primes over n goroutines.
func one(n int) results.Cell {
	return results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: n, Procs: 1}
}
