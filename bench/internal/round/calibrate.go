package round

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"conpar/bench/suite"
	"conpar/results"
)

// Like is an earlier run, whose numbers of tasks a sample a new one keeps where
// they fit, so that the two can be compared: what a sample pays once, such as
// starting its goroutines or a JIT's compiling, is shared by all its tasks, and
// in two runs whose samples differ in length a task would seem to cost
// differently.
type Like struct {
	Run   string         // its machine and its folder's name; "": there is none
	Tasks map[string]int // by cell
}

// fit says whether the cell's samples, of the earlier run's number of tasks,
// would take about as long as they should, for which the calibrated number was
// found: from a quarter of it to four times. known says that the run has it.
func (l Like) fit(cell string, calibrated int) (fits, known bool) {
	n := l.Tasks[cell]
	return n > 0 && math.Abs(math.Log2(float64(n)/float64(calibrated))) <= 2, n > 0
}

// calibrate fixes how many tasks a sample of each cell does, once for all
// rounds: as many as take the target's time, or as the earlier run did.
func (r *runner) calibrate(ctx context.Context, plan *results.Plan, cells []suite.Planned) {
	together := make([]string, len(cells))
	for i, c := range cells {
		together[i] = c.Workload.ShareProcess
	}
	units, outcomes := group(together), make([]outcome, len(cells))
	r.count(ctx, "cells calibrated", cells, units, outcomes)
	// Who had the processor meanwhile, or code not compiled yet, may make work
	// look slower than it is, so that a second attempt decides whether it has
	// changed; in a process like the first one, of all its cells.
	misfit := func(i int) bool {
		fits, known := r.cfg.Like.fit(cells[i].String(), outcomes[i].rec.Tasks)
		return outcomes[i].err == nil && known && !fits
	}
	units = slices.DeleteFunc(units, func(unit []int) bool { return !slices.ContainsFunc(unit, misfit) })
	if len(units) > 0 && ctx.Err() == nil {
		second := make([]outcome, len(cells))
		r.count(ctx, "cells calibrated once more", cells, units, second)
		for i := range cells {
			if misfit(i) && second[i].rec.Tasks > 0 && second[i].err == nil {
				outcomes[i] = second[i]
			}
		}
	}
	if ctx.Err() == nil {
		r.plan(plan, cells, outcomes)
	}
}

// count calibrates the cells of the units, by their places, into outcomes. When
// ctx ends before, the rest is left.
func (r *runner) count(ctx context.Context, what string, cells []suite.Planned, units [][]int, outcomes []outcome) {
	total := 0
	for _, unit := range units {
		total += len(unit)
	}
	r.cfg.Progress.Begin(what, total)
	defer r.cfg.Progress.End()
	done := 0
	for _, unit := range units {
		r.cfg.Progress.Step(done, cells[unit[0]].String(), 0)
		asks := make([]ask, len(unit))
		for k, i := range unit {
			asks[k] = ask{Cell: cells[i].Cell, Target: target(cells[i].Workload.Kind)}
		}
		got := r.child(ctx, asks)
		if ctx.Err() != nil {
			return
		}
		r.remember(got)
		for k, i := range unit {
			outcomes[i] = got[k]
			if len(unit) == 1 { // calibrating takes a little longer than a sample will
				r.last[cells[i].String()] = min(got[k].sample.Wall, Expected(cells[i].Workload.Kind))
			}
		}
		done += len(unit)
	}
}

// plan makes the calibrated cells those of the plan, with the earlier run's
// numbers of tasks where they fit.
func (r *runner) plan(plan *results.Plan, cells []suite.Planned, outcomes []outcome) {
	kept, known := 0, 0
	for i, c := range cells {
		o := outcomes[i]
		if o.err != nil {
			plan.Dropped = append(plan.Dropped, results.DroppedCell{Cell: c.String(), Reason: oneLine(o.err), Unavailable: o.rec.Unavailable})
			r.cfg.Progress.Say(fmt.Sprintf("left out: %s: %s", c, oneLine(o.err)))
			continue
		}
		tasks := o.rec.Tasks
		fits, knows := r.cfg.Like.fit(c.String(), tasks)
		if knows {
			known++
		}
		if fits {
			kept++
			tasks = r.cfg.Like.Tasks[c.String()]
			r.last[c.String()] = time.Duration(float64(r.last[c.String()]) * float64(tasks) / float64(o.rec.Tasks))
		}
		plan.Cells = append(plan.Cells, results.PlannedCell{
			Cell:           c.String(),
			Kind:           string(c.Workload.Kind),
			Tasks:          tasks,
			Every:          every(c, plan.Rounds),
			Oversubscribed: c.Procs > r.cfg.Machine.Available,
			ShareProcess:   c.Workload.ShareProcess,
		})
	}
	if kept > 0 {
		plan.Like = r.cfg.Like.Run
	}
	if kept < known {
		r.cfg.Progress.Say(fmt.Sprintf("%d of the %d cells that %s has too do other numbers of tasks, since its samples would be too short or too long now",
			known-kept, known, r.cfg.Like.Run))
	}
}
