package main

import (
	"os"
	"path/filepath"
	"slices"

	"conpar/bench/suite"
	"conpar/results"
)

// counts are the tasks that the samples of an earlier run do.
type counts struct {
	name  string         // of the run's folder; "" there is none
	tasks map[string]int // by cell
}

// searched is how many of a machine's newest runs are looked through for one
// that is like the new one.
const searched = 10

// earlier returns the counts of the run that -like names, or of this
// machine's run that has most of the cells, of equal ones the newest. A run by
// another CPU, or by other numbers of them, is none of this machine, whatever
// its alias, and one that cannot be read is passed over, unless it was named.
func earlier(o options, m results.Machine, cells []suite.Planned) (counts, error) {
	if o.like == "none" {
		return counts{}, nil
	}
	if o.like != "" {
		run, err := results.Read(o.like)
		if err != nil {
			return counts{}, err
		}
		return countsOf(o.like, run, cells), nil
	}
	parent := filepath.Join(o.out, m.Name)
	entries, _ := os.ReadDir(parent) // what is not there has no runs
	slices.Reverse(entries)          // named by their time
	var best counts
	for _, e := range entries[:min(searched, len(entries))] {
		dir := filepath.Join(parent, e.Name())
		run, err := results.Read(dir)
		if err != nil || run.Machine.CPU != m.CPU || run.Machine.CPUs != m.CPUs || run.Machine.Available != m.Available {
			continue
		}
		if c := countsOf(dir, run, cells); len(c.tasks) > len(best.tasks) {
			best = c
		}
	}
	return best, nil
}

// countsOf returns those counts of a run that the cells need.
func countsOf(dir string, run results.Run, cells []suite.Planned) counts {
	has := map[string]int{}
	for _, c := range run.Plan.Cells {
		has[c.Cell] = c.Tasks
	}
	c := counts{tasks: map[string]int{}}
	for _, cell := range cells {
		if n := has[cell.String()]; n > 0 {
			c.tasks[cell.String()] = n
			c.name = base(dir)
		}
	}
	return c
}

// base returns the name of a folder, also of ".".
func base(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}
