package round

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"conpar/bench/suite"
	"conpar/results"
)

// Like is an earlier run. A new run keeps its numbers of tasks where they fit, so
// that the two can be compared. All tasks of a sample share what is paid once,
// such as starting goroutines or compiling by a JIT: in samples of another length
// a task would seem to cost something else.
type Like struct {
	Run   string         // its machine and its folder's name; "" without one
	Tasks map[string]int // by cell
	// Same says that this program measured it on this machine: its cells are not
	// calibrated again.
	Same bool
}

// fit says whether samples with the earlier run's number of tasks would last about
// as long as they should: between a quarter of the calibrated number and four times
// as many. known says that the run has the cell.
func (l Like) fit(cell string, calibrated int) (fits, known bool) {
	n := l.Tasks[cell]
	return n > 0 && math.Abs(math.Log2(float64(n)/float64(calibrated))) <= 2, n > 0
}

// calibrate fixes how many tasks a sample of each cell does, once for all
// rounds: as many as take the target's time, or as the earlier run did.
func (r *runner) calibrate(ctx context.Context, plan *results.Plan, cells []suite.Planned) {
	shared, opened := make([]string, len(cells)), make([]string, len(cells))
	for i, c := range cells {
		shared[i] = c.Workload.ShareProcess
		opened[i] = cmp.Or(shared[i], fmt.Sprintf("%s on %d", c.Series(), c.CPUs))
	}
	groups, outcomes := group(shared), make([]outcome, len(cells))
	if r.cfg.Like.Same {
		r.keep(cells, outcomes)
	}
	known := func(i int) bool { return outcomes[i].sample.Cell != "" }
	// What is opened takes longer than a calibration, so that a process has all cells of a
	// workload. If it ends early, those that it did not reach are asked for alone.
	var lacking [][]int
	for _, g := range group(opened) {
		if shared[g[0]] == "" {
			g = slices.DeleteFunc(g, known)
		}
		if slices.ContainsFunc(g, func(i int) bool { return !known(i) }) {
			lacking = append(lacking, g)
		}
	}
	r.count(ctx, "cells calibrated", cells, lacking, outcomes)
	r.count(ctx, "cells calibrated alone", cells, notReached(lacking, shared, outcomes), outcomes)
	// Other processes, or code that was not compiled yet, may have slowed the work
	// down. A second attempt decides whether it has changed, in a process of the same
	// cells.
	misfit := func(i int) bool { return r.misfit(outcomes[i]) }
	groups = slices.DeleteFunc(groups, func(g []int) bool { return !slices.ContainsFunc(g, misfit) })
	r.count(ctx, "cells calibrated once more", cells, groups, outcomes)
	if ctx.Err() == nil {
		r.plan(plan, cells, outcomes)
	}
}

// notReached returns the cells, each alone, that a process ended before, after it had
// failed at another one, and forgets their outcomes. Those that share a process always
// do.
func notReached(groups [][]int, shared []string, outcomes []outcome) (alone [][]int) {
	for _, g := range groups {
		failed := slices.IndexFunc(g, func(i int) bool { return outcomes[i].lost })
		if failed < 0 || shared[g[0]] != "" {
			continue
		}
		for _, i := range g[failed+1:] {
			outcomes[i] = outcome{}
			alone = append(alone, []int{i})
		}
	}
	return alone
}

// keep enters the earlier run's numbers of tasks as what was calibrated.
func (r *runner) keep(cells []suite.Planned, outcomes []outcome) {
	for i, c := range cells {
		name := c.String()
		if n := r.cfg.Like.Tasks[name]; n > 0 {
			outcomes[i] = outcome{rec: record{Tasks: n}, sample: results.Sample{Cell: name}}
			r.last[name] = Expected(c.Workload)
		}
	}
}

// misfit says whether a calibration contradicts the earlier run.
func (r *runner) misfit(o outcome) bool {
	fits, known := r.cfg.Like.fit(o.sample.Cell, o.rec.Tasks)
	return o.err == nil && known && !fits
}

// count calibrates the cells of the groups, by their indices, into outcomes. What
// is there already stays, unless it is a misfit and this attempt succeeds. It
// stops when ctx ends.
func (r *runner) count(ctx context.Context, what string, cells []suite.Planned, groups [][]int, outcomes []outcome) {
	if len(groups) == 0 || ctx.Err() != nil {
		return
	}
	r.cfg.Progress.Begin(what, len(slices.Concat(groups...)))
	defer r.cfg.Progress.End()
	done := 0
	for _, group := range groups {
		r.cfg.Progress.Step(done, cells[group[0]].String(), 0)
		requests := make([]sampleRequest, len(group))
		for k, i := range group {
			w := cells[i].Workload
			requests[k] = sampleRequest{Cell: cells[i].Cell, Target: target(w)}
		}
		got := r.child(ctx, requests)
		if ctx.Err() != nil {
			return
		}
		r.remember(got)
		for k, i := range group {
			if first := outcomes[i].sample.Cell == ""; first || r.misfit(outcomes[i]) && got[k].err == nil {
				outcomes[i] = got[k]
			}
			name, w := cells[i].String(), cells[i].Workload
			switch {
			case len(group) == 1: // calibrating takes a little longer than a sample will
				r.last[name] = min(got[k].sample.Wall, Expected(w))
			case w.ShareProcess == "": // its samples will be alone
				r.last[name] = Expected(w)
			}
		}
		done += len(group)
	}
}

// plan enters the calibrated cells into the plan, with the earlier run's numbers of
// tasks where they fit.
func (r *runner) plan(plan *results.Plan, cells []suite.Planned, outcomes []outcome) {
	kept, known := 0, 0
	defer func() { r.sayLeftOut(plan.Dropped) }()
	later := len(plan.Looks) > 0 && !r.tooShort(*plan, cells)
	for i, c := range cells {
		o := outcomes[i]
		if o.err != nil {
			reason := OneLine(o.err)
			dropped := results.DroppedCell{Cell: c.String(), Reason: reason, Unavailable: o.rec.Unavailable}
			plan.Dropped = append(plan.Dropped, dropped)
			continue
		}
		tasks := o.rec.Tasks
		fits, knows := r.cfg.Like.fit(c.String(), tasks)
		if knows {
			known++
		}
		if fits {
			kept++
			plan.Like = r.cfg.Like.Run
			tasks = r.cfg.Like.Tasks[c.String()]
		}
		if n := tasksOfOriginal(c, plan.Cells); n > 0 {
			tasks = n
		}
		if tasks != o.rec.Tasks {
			r.last[c.String()] = time.Duration(float64(r.last[c.String()]) * float64(tasks) / float64(o.rec.Tasks))
		}
		p := weighted(c, plan.Rounds, later)
		p.Kind, p.Tasks, p.ShareProcess = string(c.Workload.Kind), tasks, c.Workload.ShareProcess
		p.Oversubscribed = c.Procs > r.cfg.Machine.Available && !c.Workload.Blocks
		plan.Cells = append(plan.Cells, p)
	}
	if kept < known {
		r.say("%d of the %d cells that %s has too do other numbers of tasks: its samples would last too short or too long",
			known-kept, known, r.cfg.Like.Run)
	}
}

// sayLeftOut says which cells are left out and why. Where that is one reason, such as a
// machine without a loopback, it is one line.
func (r *runner) sayLeftOut(all []results.DroppedCell) {
	n, said := map[string]int{}, map[string]bool{}
	for _, d := range all {
		n[d.Reason]++
	}
	for _, d := range all {
		switch more := n[d.Reason] - 1; {
		case said[d.Reason]:
		case more > 0:
			r.say("left out: %s and %d more cells: %s", d.Cell, more, d.Reason)
		default:
			r.say("left out: %s: %s", d.Cell, d.Reason)
		}
		said[d.Reason] = true
	}
}

// tooShort says whether the budget will likely end a run before its first look. Cells of
// lesser weight are not to wait for that then.
func (r *runner) tooShort(plan results.Plan, cells []suite.Planned) bool {
	var round time.Duration
	for _, c := range cells {
		if !c.Lesser {
			round += cmp.Or(r.last[c.String()], Expected(c.Workload))
		}
	}
	return r.cfg.Budget > 0 && round*time.Duration(plan.Rounds) > r.cfg.Budget
}

// tasksOfOriginal returns how many tasks a sample of the cell does that a control is
// compared with; 0 if the cell is no control, or that one is not planned. What every
// sample costs once would else be spread over more tasks in one of the two.
func tasksOfOriginal(c suite.Planned, planned []results.PlannedCell) int {
	for _, p := range planned {
		if of, err := results.ParseCell(p.Cell); err == nil && suite.Compared(c.Cell, of) {
			return p.Tasks
		}
	}
	return 0
}
