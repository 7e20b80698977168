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
)

// searched is how many of a machine's newest runs are looked through for one
// that is like the new one.
const searched = 10

// like returns the run that -like names, or that of this machine's newest runs
// which has most of the cells, of equal ones the newest. One that cannot be read
// is passed over then, as one is that was measured on other hardware, whatever
// its alias, or while others had the processors: what it calibrated is no
// measure.
func like(o options, m results.Machine, cells []suite.Planned) (round.Like, error) {
	if o.like == "none" {
		return round.Like{}, nil
	}
	if o.like != "" {
		run, err := results.Read(o.like)
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
	entries, _ := os.ReadDir(parent) // what is not there has no runs
	slices.Reverse(entries)          // named by their time
	var best round.Like
	left := searched
	for _, e := range entries {
		dir := filepath.Join(parent, e.Name())
		run, err := results.Read(dir)
		if err != nil {
			continue
		}
		now := m
		now.Go = run.Machine.Go // by which versions are compared
		if calm := run.Foreign == nil || *run.Foreign <= results.DisturbedAbove; calm && len(run.Changed(now, run.Binary)) == 0 {
			if l := tasksOf(dir, run, cells); len(l.Tasks) > len(best.Tasks) {
				best = l
			}
		}
		if left--; left == 0 {
			break
		}
	}
	return best, nil
}

var errNoCell = errors.New("the run has no cell that is to be measured")

// tasksOf returns those numbers of a run's tasks that the cells need.
func tasksOf(dir string, run results.Run, cells []suite.Planned) round.Like {
	has := map[string]int{}
	for _, c := range run.Plan.Cells {
		has[c.Cell] = c.Tasks
	}
	l := round.Like{Tasks: map[string]int{}}
	for _, cell := range cells {
		if n := has[cell.String()]; n > 0 {
			l.Tasks[cell.String()] = n
		}
	}
	if len(l.Tasks) > 0 {
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs // also of "."
		}
		l.Run = run.Machine.Name + "/" + filepath.Base(dir)
	}
	return l
}
