package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"conpar/bench/internal/round"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/rundir"
)

// searched is how many of a machine's newest runs [like] considers.
const searched = 10

// like returns the run that -like names. Without -like it returns the one with
// most of the cells among this machine's newest runs; of equal ones the newest.
// It skips runs that can't be read, come from other hardware, or were disturbed:
// their calibration is not to be trusted. One of this program, binary, need not be
// calibrated again.
func like(o options, m results.Machine, binary string, cells []suite.Planned) (round.Like, error) {
	if o.like == "none" {
		return round.Like{}, nil
	}
	if o.like != "" {
		run, err := rundir.Read(o.like)
		if err != nil {
			return round.Like{}, err
		}
		l := tasksOf(o.like, run, cells)
		if len(l.Tasks) == 0 {
			return l, fmt.Errorf("%s: %w", o.like, errNoCell)
		}
		return l, nil
	}
	parent := filepath.Join(o.out, m.Name)
	entries, _ := os.ReadDir(parent) // a missing folder has no runs
	slices.Reverse(entries)          // their names are times
	var best round.Like
	for read := 0; len(entries) > 0 && read < searched; entries = entries[1:] {
		dir := filepath.Join(parent, entries[0].Name())
		run, err := rundir.Read(dir)
		if err != nil {
			continue
		}
		read++
		now := m
		now.Go = run.Machine.Go // may differ: versions of Go are compared in this way
		disturbed := run.Foreign != nil && *run.Foreign > results.DisturbedAbove
		if l := tasksOf(dir, run, cells); !disturbed && len(run.Changed(now, run.Binary)) == 0 &&
			len(l.Tasks) > len(best.Tasks) {
			l.Same = len(run.Changed(m, binary)) == 0
			best = l
		}
	}
	return best, nil
}

var errNoCell = errors.New("the run has no cell that is to be measured")

// tasksOf returns the numbers of tasks that a run has for the cells.
func tasksOf(dir string, run results.Run, cells []suite.Planned) round.Like {
	l := round.Like{Tasks: map[string]int{}}
	for _, c := range run.Plan.Cells {
		wanted := func(p suite.Planned) bool { return p.String() == c.Cell }
		if c.Tasks > 0 && slices.ContainsFunc(cells, wanted) {
			l.Tasks[c.Cell] = c.Tasks
		}
	}
	if len(l.Tasks) > 0 {
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs // "." has no name
		}
		l.Run = run.Machine.Name + "/" + filepath.Base(dir)
	}
	return l
}
