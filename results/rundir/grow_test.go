package rundir_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/results"
	"conpar/results/rundir"
)

// A plan may grow while the run goes on, and what a round was like is kept:
// in the journal and in the finished run alike.
func TestGrow(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	w := written(t, dir)
	planned := w.Run().Plan
	zero := 0
	for _, a := range []results.Added{{Rounds: 1, Repeats: &zero}, {Rounds: 2, Look: 1}} {
		if err := w.Grow(a); err != nil {
			t.Fatal(err)
		}
	}
	if len(planned.Added) != 0 {
		t.Error("a plan that was handed out has grown")
	}
	conditions := results.RoundHazards{Round: 1, Hazards: []results.Hazard{{Name: "steal", State: results.Warn, Found: "7%"}}}
	if err := w.AddConditions(conditions); err != nil {
		t.Fatal(err)
	}
	cell := "BenchmarkIO/work=tcp/goroutines=0"
	var samples []results.Sample
	for round := 1; round <= 3; round++ {
		samples = append(samples, results.Sample{Round: round, Cell: cell, Start: start, Line: cell + "\t7\t10200000 ns/op"})
	}
	if err := w.Append(samples...); err != nil {
		t.Fatal(err)
	}
	killed, err := rundir.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.Finish(results.Interrupted, start, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]results.Run{"killed": killed, "finished": done} {
		if r.Planned != 12 || r.Actual != 5 || r.Failed != 1 {
			t.Errorf("%s: planned %d, actual %d, failed %d", name, r.Planned, r.Actual, r.Failed)
		}
		if diff := cmp.Diff([]results.RoundHazards{conditions}, r.Conditions); diff != "" {
			t.Errorf("%s: conditions:\n%s", name, diff)
		}
		if diff := cmp.Diff(map[int]int{0: 1}, r.Plan.Repeated()); diff != "" || r.Plan.Looked() != 1 {
			t.Errorf("%s: looked %d times; repeated:\n%s", name, r.Plan.Looked(), diff)
		}
	}
}

// A repeat measures what its round did, and rounds without a list of cells what
// a round of the plan would.
func TestDueOfAdded(t *testing.T) {
	zero := 0
	p := results.Plan{Rounds: 1, Cells: []results.PlannedCell{{Cell: "a"}, {Cell: "b", Every: 2}, {Cell: "c", Every: 2}},
		Added: []results.Added{{Rounds: 2}, {Rounds: 1, Repeats: &zero}, {Rounds: 1, Cells: []string{"c"}}}}
	var got []string
	for _, cells := range p.Due() {
		got = append(got, strings.Join(cells, ""))
	}
	if diff := cmp.Diff([]string{"ac", "ab", "ac", "ac", "c"}, got); diff != "" {
		t.Error(diff)
	}
}

// A plan that cannot be is damage, and takes no memory.
func TestImpossiblePlans(t *testing.T) {
	one, less := 1, -1
	for name, a := range map[string]results.Added{
		"a repeat of itself":      {Rounds: 1, Repeats: &one},
		"a repeat of nothing":     {Rounds: 1, Repeats: &less},
		"a repeat twice as long":  {Rounds: 2, Repeats: &less},
		"no round":                {},
		"more rounds than a year": {Rounds: 1 << 40},
	} {
		w := written(t, filepath.Join(t.TempDir(), "run"))
		if err := w.Grow(a); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	dir := filepath.Join(t.TempDir(), "run")
	_, err := rundir.Create(dir, results.Run{Plan: results.Plan{Rounds: 1 << 40, Cells: []results.PlannedCell{{Cell: "a"}}}})
	if err == nil || errors.Is(err, rundir.ErrDamaged) {
		t.Errorf("a run of 2^40 rounds: %v", err)
	}
}
