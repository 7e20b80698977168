// Package round measures cells in rounds: a round is one sample of every cell
// in a freshly shuffled order, and a sample is one measurement in a process
// of its own.
//
// Rounds are what makes the numbers comparable. Measured one after another in
// one process, the samples of a cell share its memory layout and the
// machine's mood of that minute, and both look like effects.
package round

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/self"
)

// Config says how to measure, and where.
type Config struct {
	Machine  results.Machine
	Binary   string // digest of this program
	Env      workloads.Env
	Dir      string        // the run's folder
	Budget   time.Duration // no round begins that would end after it; 0: none
	Timeout  time.Duration // of one process; 0: 30 s
	Progress Progress

	// exchange runs one process; tests have their own.
	exchange func(ctx context.Context, arg string) (out []byte, cpu time.Duration, err error)
}

// Progress is told how a run goes on.
type Progress interface {
	// Begin announces a stage of n steps; what names them: "cells calibrated".
	Begin(what string, n int)
	// Step reports that done steps of the stage are done and what comes now;
	// left is the time that the rest will take, 0 while unknown.
	Step(done int, now string, left time.Duration)
	// Say prints a line that must not be missed.
	Say(line string)
	// End closes the stage.
	End()
}

// Targets of a sample's duration. Waiting work needs longer: its tasks take
// 10 ms each, and few of them would make a coarse figure.
const (
	targetBusy    = 40 * time.Millisecond
	targetWaiting = 70 * time.Millisecond
)

// roundsForHalf is the number of rounds from which on cells of lesser weight
// are measured in every second one: half of it are enough for an interval.
const roundsForHalf = 12

// Samples returns how many samples cells come to in so many rounds, and about
// how long they take, calibration included.
func Samples(cells []suite.Planned, rounds int) (int, time.Duration) {
	plan := results.Plan{Rounds: rounds}
	expected := map[string]time.Duration{}
	var total time.Duration
	for _, c := range cells {
		plan.Cells = append(plan.Cells, results.PlannedCell{Cell: c.String(), Every: every(c, rounds)})
		expected[c.String()] = Expected(c.Workload.Kind)
		total += 2 * Expected(c.Workload.Kind) // its calibration
	}
	for _, due := range plan.Due() {
		for _, cell := range due {
			total += expected[cell]
		}
	}
	return plan.Samples(), total
}

// every says in one of how many rounds a cell is measured.
func every(c suite.Planned, rounds int) int {
	if c.Lesser && rounds >= roundsForHalf {
		return 2
	}
	return 1
}

func target(k workloads.Kind) time.Duration {
	if k == workloads.Waiting {
		return targetWaiting
	}
	return targetBusy
}

// Expected is about how long a sample of work of kind k takes with all that
// is beside the measurement: starting the process and warming up.
func Expected(k workloads.Kind) time.Duration {
	if k == workloads.Waiting {
		return targetWaiting + 25*time.Millisecond // its warm-up waits as well
	}
	return targetBusy + 15*time.Millisecond
}

type runner struct {
	cfg   Config
	clock host.Clock
	out   *results.Writer
	last  map[string]time.Duration // each cell's latest wall time
}

func newRunner(cfg Config) *runner {
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.exchange == nil {
		cfg.exchange = exchange
	}
	return &runner{cfg: cfg, clock: host.NewClock(), last: map[string]time.Duration{}}
}

// Run calibrates the cells, measures the rounds, and returns the finished run
// as read back from the disk. Of plan, the profile, the seed and the rounds
// are the caller's; the rest is filled in. When ctx ends before, what was
// measured is finished as interrupted and returned without an error. Samples
// that failed are counted in the run, not returned as errors.
func Run(ctx context.Context, cfg Config, plan results.Plan, cells []suite.Planned) (results.Run, error) {
	r := newRunner(cfg)
	started := time.Now()
	r.calibrate(ctx, &plan, cells)
	if ctx.Err() != nil {
		return results.Run{}, fmt.Errorf("ended before the first sample: %w", context.Cause(ctx))
	}
	if len(plan.Cells) == 0 {
		return results.Run{}, fmt.Errorf("no cell can be measured here; the first one: %s", plan.Dropped[0].Reason)
	}
	var err error
	r.out, err = results.Create(cfg.Dir, results.Run{
		Started: started.UTC().Truncate(time.Second), Machine: cfg.Machine, Binary: cfg.Binary, Plan: plan,
	})
	if err != nil {
		return results.Run{}, err
	}
	return r.measure(ctx)
}

// Resume goes on with the run in cfg.Dir under plan, which is the run's own
// or has rounds added: it takes exactly the samples that the plan still lacks.
func Resume(ctx context.Context, cfg Config, plan results.Plan) (results.Run, error) {
	r := newRunner(cfg)
	for _, c := range plan.Cells {
		r.last[c.Cell] = Expected(workloads.Kind(c.Kind))
	}
	var err error
	if r.out, err = results.Reopen(cfg.Dir, plan); err != nil {
		return results.Run{}, err
	}
	return r.measure(ctx)
}

// calibrate fixes how many tasks a sample of each cell does, once for all
// rounds.
func (r *runner) calibrate(ctx context.Context, plan *results.Plan, cells []suite.Planned) {
	r.cfg.Progress.Begin("cells calibrated", len(cells))
	defer r.cfg.Progress.End()
	for i, c := range cells {
		r.cfg.Progress.Step(i, c.String(), 0)
		rec, s, err := r.child(ctx, request{Cell: c.Cell, Target: target(c.Workload.Kind), Env: r.cfg.Env})
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			plan.Dropped = append(plan.Dropped, results.DroppedCell{Cell: c.String(), Reason: oneLine(err), Unavailable: rec.Unavailable})
			r.cfg.Progress.Say(fmt.Sprintf("left out: %s: %s", c, oneLine(err)))
			continue
		}
		// The calibration took a little longer than a sample will.
		r.last[c.String()] = min(s.Wall, Expected(c.Workload.Kind))
		plan.Cells = append(plan.Cells, results.PlannedCell{
			Cell:           c.String(),
			Kind:           string(c.Workload.Kind),
			Tasks:          rec.Tasks,
			Every:          every(c, plan.Rounds),
			Oversubscribed: c.Procs > r.cfg.Machine.Available,
		})
	}
}

// measure takes all samples that are due and not there yet, and finishes the
// run.
func (r *runner) measure(ctx context.Context) (results.Run, error) {
	earlier := r.out.Run()
	busy0, knownBusy := r.clock.Read()
	steal0, knownSteal := host.Steal()
	own0, _ := self.CPUTime()
	begin := time.Now()
	status, children, err := r.rounds(ctx)
	if err != nil {
		_ = r.out.Close() // the journal is all that can be kept, and is there
		return results.Run{}, fmt.Errorf("writing a sample (the earlier ones are kept in %s): %w", r.cfg.Dir, err)
	}
	wall := time.Since(begin)
	own1, _ := self.CPUTime()
	var foreign, steal *float64
	if busy1, ok := r.clock.Read(); ok && knownBusy {
		f := r.clock.Foreign(busy1-busy0, children+own1-own0, wall, r.cfg.Machine.Logical)
		foreign = &f
	}
	if steal1, ok := host.Steal(); ok && knownSteal && wall > 0 {
		s := float64(steal1-steal0) / float64(wall) / float64(max(1, r.cfg.Machine.Logical))
		steal = &s
	}
	n, m := len(earlier.Samples), len(r.out.Run().Samples)
	return r.out.Finish(status, time.Now().UTC().Truncate(time.Second), mean(earlier.Foreign, foreign, n, m-n), mean(earlier.Steal, steal, n, m-n))
}

// mean joins the shares of two parts of a run by their numbers of samples. It
// is unknown if that of either is.
func mean(a, b *float64, n, m int) *float64 {
	switch {
	case n == 0:
		return b
	case m == 0:
		return a
	case a == nil || b == nil:
		return nil
	}
	v := (*a*float64(n) + *b*float64(m)) / float64(n+m)
	return &v
}

// task is one sample that is to be taken.
type task struct {
	round int
	cell  results.PlannedCell
}

// todo returns the samples that the run lacks, round by round, each round in
// its own order.
func todo(run results.Run) [][]task {
	type key struct {
		round int
		cell  string
	}
	have := map[key]bool{}
	for _, s := range run.Samples {
		have[key{s.Round, s.Cell}] = true
	}
	cells := map[string]results.PlannedCell{}
	for _, c := range run.Plan.Cells {
		cells[c.Cell] = c
	}
	var rounds [][]task
	for n, due := range run.Plan.Due() {
		var tasks []task
		for _, i := range order(run.Plan.Seed, n, len(due)) {
			if !have[key{n, due[i]}] {
				tasks = append(tasks, task{n, cells[due[i]]})
			}
		}
		if len(tasks) > 0 {
			rounds = append(rounds, tasks)
		}
	}
	return rounds
}

// order returns the order of the cells in a round: a permutation that the
// seed and the round determine.
func order(seed uint64, round, cells int) []int {
	return rand.New(rand.NewPCG(seed, uint64(round))).Perm(cells)
}

// rounds measures what is due. It returns how the run ended and how much CPU
// time the sample processes took; its error is one of writing.
func (r *runner) rounds(ctx context.Context) (results.Status, time.Duration, error) {
	rounds := todo(r.out.Run())
	total := 0
	for _, tasks := range rounds {
		total += len(tasks)
	}
	r.cfg.Progress.Begin("samples measured", total)
	defer r.cfg.Progress.End()
	var cpu time.Duration
	begin, done := time.Now(), 0
	for i, tasks := range rounds {
		if r.cfg.Budget > 0 && i > 0 && time.Since(begin)+r.expect(tasks) > r.cfg.Budget {
			r.cfg.Progress.Say(fmt.Sprintf("the budget of %v is used up after %d of %d samples", r.cfg.Budget, done, total))
			return results.OutOfBudget, cpu, nil
		}
		for k, t := range tasks {
			r.cfg.Progress.Step(done, t.cell.Cell, r.expect(tasks[k:])+r.expectAll(rounds[i+1:]))
			used, err := r.sample(ctx, t)
			cpu += used
			if ctx.Err() != nil {
				return results.Interrupted, cpu, nil
			}
			if err != nil {
				return "", cpu, err
			}
			done++
		}
	}
	r.cfg.Progress.Step(done, "done", 0)
	return results.Complete, cpu, nil
}

// expect estimates how long tasks will take, from how long the same cells
// took last.
func (r *runner) expect(tasks []task) time.Duration {
	var sum time.Duration
	for _, t := range tasks {
		sum += r.last[t.cell.Cell]
	}
	return sum
}

func (r *runner) expectAll(rounds [][]task) time.Duration {
	var sum time.Duration
	for _, tasks := range rounds {
		sum += r.expect(tasks)
	}
	return sum
}

// sample takes and writes one sample. A sample that ctx ended is not written.
func (r *runner) sample(ctx context.Context, t task) (time.Duration, error) {
	cell, err := results.ParseCell(t.cell.Cell)
	if err != nil {
		return 0, err
	}
	_, s, err := r.child(ctx, request{Cell: cell, Tasks: t.cell.Tasks, Env: r.cfg.Env})
	if ctx.Err() != nil {
		return s.CPU, nil
	}
	s.Round = t.round
	if err != nil {
		s.Error = oneLine(err)
		r.cfg.Progress.Say(fmt.Sprintf("failed: %s in round %d: %s", s.Cell, t.round+1, s.Error))
	} else {
		r.last[s.Cell] = s.Wall
	}
	return s.CPU, r.out.Append(s)
}
