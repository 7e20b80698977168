package round

import (
	"context"
	"fmt"
	"math"

	"conpar/bench/suite"
	"conpar/results"
)

// calibrate fixes how many tasks a sample of each cell does, once for all
// rounds: as many as take the target's time, or, so that two runs can be
// compared, as many as the earlier run did, where these fit. What a sample pays
// once, such as starting its goroutines or a JIT's compiling, is shared by all its
// tasks, and in two runs whose samples differ in length a task would seem to
// cost differently.
func (r *runner) calibrate(ctx context.Context, plan *results.Plan, cells []suite.Planned) {
	outcomes := make([]outcome, len(cells))
	r.count(ctx, "cells calibrated", cells, allOf(cells), outcomes)
	// A stall while one is calibrated, or code not compiled yet, may look like
	// slower work, so that a second attempt decides whether the work has changed.
	var again []int
	for i, c := range cells {
		if n := r.cfg.Like[c.String()]; n > 0 && outcomes[i].err == nil && !fits(n, outcomes[i].rec.Tasks) {
			again = append(again, i)
		}
	}
	if len(again) > 0 && ctx.Err() == nil {
		seconds := make([]outcome, len(cells))
		r.count(ctx, "cells calibrated once more", cells, again, seconds)
		for _, i := range again {
			if seconds[i].err == nil {
				outcomes[i] = seconds[i]
			}
		}
	}
	if ctx.Err() != nil {
		return
	}
	changed := 0
	for i, c := range cells {
		o := outcomes[i]
		if o.err != nil {
			plan.Dropped = append(plan.Dropped, results.DroppedCell{Cell: c.String(), Reason: oneLine(o.err), Unavailable: o.rec.Unavailable})
			r.cfg.Progress.Say(fmt.Sprintf("left out: %s: %s", c, oneLine(o.err)))
			continue
		}
		tasks := o.rec.Tasks
		if n := r.cfg.Like[c.String()]; n > 0 && fits(n, tasks) {
			tasks = n
		} else if n > 0 {
			changed++
		}
		plan.Cells = append(plan.Cells, results.PlannedCell{
			Cell:           c.String(),
			Kind:           string(c.Workload.Kind),
			Tasks:          tasks,
			Every:          every(c, plan.Rounds),
			Oversubscribed: c.Procs > r.cfg.Machine.Available,
			Together:       c.Workload.Together,
		})
	}
	if changed > 0 {
		r.cfg.Progress.Say(fmt.Sprintf("%d of %d cells do other numbers of tasks than in %s, whose samples would be too short or too long now", changed, len(plan.Cells), plan.Like))
	}
}

// fits says whether samples of n tasks take about as long as they should, for
// which calibrated was found: from a quarter of it to four times.
func fits(n, calibrated int) bool {
	return math.Abs(math.Log2(float64(n)/float64(calibrated))) <= 2
}

func allOf(cells []suite.Planned) []int {
	all := make([]int, len(cells))
	for i := range all {
		all[i] = i
	}
	return all
}

// count calibrates those of the cells, into their outcomes. When ctx ends
// before, the rest is left.
func (r *runner) count(ctx context.Context, what string, cells []suite.Planned, those []int, outcomes []outcome) {
	r.cfg.Progress.Begin(what, len(those))
	defer r.cfg.Progress.End()
	together := make([]string, len(those))
	for k, i := range those {
		together[k] = cells[i].Workload.Together
	}
	done := 0
	for _, unit := range group(together) {
		r.cfg.Progress.Step(done, cells[those[unit[0]]].String(), 0)
		asks := make([]ask, len(unit))
		for k, u := range unit {
			c := cells[those[u]]
			asks[k] = ask{Cell: c.Cell, Target: target(c.Workload.Kind)}
		}
		got := r.child(ctx, asks)
		if ctx.Err() != nil {
			return
		}
		r.remember(got)
		for k, u := range unit {
			i := those[u]
			outcomes[i] = got[k]
			if len(unit) == 1 { // calibrating takes a little longer than a sample will
				r.last[cells[i].String()] = min(got[k].sample.Wall, Expected(cells[i].Workload.Kind))
			}
		}
		done += len(unit)
	}
}
