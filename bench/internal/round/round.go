// Package round measures cells in rounds: a round is one sample of every cell
// in a freshly shuffled order, and a sample is one measurement in a process
// of its own. Cells that cost more to open than to measure share a process,
// each those of its kind (see workloads.Workload.ShareProcess): a process has its
// place in the round's order, and in it the cells are shuffled as well.
//
// Rounds are what makes the numbers comparable. Measured one after another in
// one process, the samples of a cell share its memory layout and the
// machine's mood of that minute, and both look like effects.
package round

import (
	"context"
	"fmt"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/reexec"
)

// Config says how to measure, and where.
type Config struct {
	Machine  results.Machine
	Binary   string // digest of this program
	Env      workloads.Env
	Dir      string           // the run's folder
	Budget   time.Duration    // no round begins that would end after it; 0: none
	Timeout  time.Duration    // of a process with one cell, and a tenth for each further one; 0: 30 s
	Repeat   bool             // rounds that others disturbed
	Hazards  []results.Hazard // of the machine
	Like     Like             // of a new run
	Progress Progress
	// Look says why the run in Dir, as it is so far, does not suffice; "" that
	// it does. A plan with looks needs it.
	Look func() (string, error)

	// long is what a unit must take for a failure to be one that counts as
	// hopeless; 0: 5 s. Tests have their own.
	long time.Duration

	// foreign is what others took of the machine during a sample; nil: as
	// measured. Tests have their own.
	foreign func(results.Sample) *float64

	// exchange runs one process; tests have their own.
	exchange func(ctx context.Context, role, arg string, limit int) (out []byte, cpu time.Duration, err error)
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
	kinds, together := map[string]workloads.Kind{}, map[string]string{}
	var names []string
	for _, c := range cells {
		plan.Cells = append(plan.Cells, results.PlannedCell{Cell: c.String(), Every: every(c, rounds)})
		kinds[c.String()], together[c.String()] = c.Workload.Kind, c.Workload.ShareProcess
		names = append(names, c.String())
	}
	expected := func(cells []string) (total time.Duration) {
		opened := map[string]bool{"": true}
		for _, cell := range cells {
			total += Expected(kinds[cell])
			if name := together[cell]; !opened[name] {
				opened[name] = true
				total += openTogether
			}
		}
		return total
	}
	total := 2 * expected(names) // calibrating them
	for _, due := range plan.Due() {
		total += expected(due)
	}
	return plan.Samples(), total
}

// openTogether is about how long it takes to open what cells share a process
// for: a peer in another language starts and warms up in 0.1 to 0.5 s of CPU
// time.
const openTogether = 300 * time.Millisecond

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
	watch *host.Watch
	out   *results.Writer
	begun time.Time                // of the first round
	cpu   time.Duration            // that the sample processes took
	last  map[string]time.Duration // each cell's latest wall time
	hung  map[string][]error       // why each unit gave nothing for long, the last times in a row
}

func newRunner(cfg Config) *runner {
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.exchange == nil {
		cfg.exchange = exchange
	}
	if cfg.long == 0 {
		cfg.long = 5 * time.Second
	}
	return &runner{cfg: cfg, clock: host.NewClock(), watch: host.NewWatch(), last: map[string]time.Duration{}, hung: map[string][]error{}}
}

// Run calibrates the cells, measures the rounds, and returns the finished run
// as read back from the disk. Of plan, the profile, the seed, the rounds, the
// looks and the precision are the caller's; the rest is filled in. When ctx ends before, what was
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
		Started: started.UTC().Truncate(time.Second), Machine: cfg.Machine, Hazards: cfg.Hazards, Binary: cfg.Binary, Plan: plan,
	})
	if err != nil {
		return results.Run{}, err
	}
	return r.measure(ctx)
}

// Resume goes on with the run in cfg.Dir: it takes exactly the samples that its
// plan still lacks. change is as in [results.Reopen].
func Resume(ctx context.Context, cfg Config, change func(*results.Run)) (results.Run, error) {
	r := newRunner(cfg)
	var err error
	if r.out, err = results.Reopen(cfg.Dir, change); err != nil {
		return results.Run{}, err
	}
	for _, c := range r.out.Run().Plan.Cells {
		r.last[c.Cell] = Expected(workloads.Kind(c.Kind))
	}
	return r.measure(ctx)
}

// measure takes all samples that are due and not there yet, records the traces,
// and finishes the run.
func (r *runner) measure(ctx context.Context) (results.Run, error) {
	defer func() { _ = r.out.Close() }() // what could not be finished is kept as the journal
	earlier := r.out.Run()
	busy0, knownBusy := r.clock.Read()
	steal0, knownSteal := host.Steal()
	own0, _ := reexec.CPUTime()
	r.begun = time.Now()
	status, err := r.all(ctx)
	if err != nil {
		return results.Run{}, fmt.Errorf("writing a sample: %w", err)
	}
	wall := time.Since(r.begun)
	own1, _ := reexec.CPUTime()
	var foreign, steal *float64
	if busy1, ok := r.clock.Read(); ok && knownBusy {
		f := r.clock.OtherCPU(busy1-busy0, r.cpu+own1-own0, wall, r.cfg.Machine.Logical)
		foreign = &f
	}
	if steal1, ok := host.Steal(); ok && knownSteal && wall > 0 {
		s := float64(steal1-steal0) / float64(wall) / float64(max(1, r.cfg.Machine.Logical))
		steal = &s
	}
	if err := r.trace(ctx); err != nil {
		return results.Run{}, fmt.Errorf("writing a trace: %w", err)
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

// all measures what is due, and then what the run grows by. Its error is one
// of writing.
func (r *runner) all(ctx context.Context) (results.Status, error) {
	what := "samples measured"
	for {
		status, err := r.rounds(ctx, what)
		if err != nil || status != results.Complete {
			return status, err
		}
		if what, err = r.grow(); err != nil || what == "" {
			return status, err
		}
	}
}

// rounds measures what is due, and says how that ended. what names the samples
// on the display.
func (r *runner) rounds(ctx context.Context, what string) (results.Status, error) {
	rounds := todo(r.out.Run())
	total := 0
	for _, units := range rounds {
		total += samplesOf(units)
	}
	r.cfg.Progress.Begin(what, total)
	defer r.cfg.Progress.End()
	done := 0
	for i, units := range rounds {
		if i > 0 && !r.affords(r.expect(units)) {
			r.cfg.Progress.Say(fmt.Sprintf("the budget of %v is used up after %d of %d samples", r.cfg.Budget, done, total))
			return results.OutOfBudget, nil
		}
		r.watch.Round() // what was before does not count
		for k, u := range units {
			r.cfg.Progress.Step(done, u.String(), r.expect(units[k:])+r.expectAll(rounds[i+1:]))
			err := r.samples(ctx, u)
			if ctx.Err() != nil {
				return results.Interrupted, err
			}
			if err != nil {
				return "", err
			}
			done += len(u.cells)
		}
		if err := r.conditions(units[0].round); err != nil {
			return "", err
		}
	}
	r.cfg.Progress.Step(done, "done", 0)
	return results.Complete, nil
}

// affords says whether the budget allows for something that takes so long.
func (r *runner) affords(d time.Duration) bool {
	return r.cfg.Budget == 0 || time.Since(r.begun)+d <= r.cfg.Budget
}

// conditions records what the machine was like during a round.
func (r *runner) conditions(round int) error {
	hazards := append(r.watch.Round(), host.OtherCPU(foreign(r.out.Run().Samples, round)))
	return r.out.AddConditions(results.RoundHazards{Round: round, Hazards: hazards})
}

// tries is after how many rounds in a row that took Config.long, and gave
// nothing, a unit is not tried again: were a peer to hang in every round, a run
// of minutes would take an hour.
const tries = 2

// try takes the samples of a unit, unless it has proved hopeless.
func (r *runner) try(ctx context.Context, u unit, asks []ask) []outcome {
	if failures := r.hung[u.String()]; len(failures) >= tries {
		all := make([]outcome, len(asks))
		for i, a := range asks {
			all[i].sample.Cell, all[i].sample.Start = a.Cell.String(), time.Now().UTC()
			all[i].err = fmt.Errorf("not tried again after %d rounds: %w", tries, failures[0])
		}
		return all
	}
	all := r.child(ctx, asks)
	var took time.Duration
	var failures []error
	for _, o := range all {
		took += o.sample.Wall
		if o.err != nil {
			failures = append(failures, o.err)
		}
	}
	if len(failures) < len(all) || took < r.cfg.long {
		delete(r.hung, u.String())
	} else {
		r.hung[u.String()] = append(r.hung[u.String()], failures[0])
	}
	return all
}

// remember keeps how long a process took, as an equal share for each of its
// cells: which of them bore the opening is chance.
func (r *runner) remember(all []outcome) {
	var wall time.Duration
	for _, o := range all {
		if o.lost {
			return
		}
		wall += o.sample.Wall
	}
	for _, o := range all {
		r.last[o.sample.Cell] = wall / time.Duration(len(all))
	}
}

// expect estimates how long units will take, from how long the same cells took
// last.
func (r *runner) expect(units []unit) time.Duration {
	var sum time.Duration
	for _, u := range units {
		for _, c := range u.cells {
			sum += r.last[c.Cell]
		}
	}
	return sum
}

func (r *runner) expectAll(rounds [][]unit) time.Duration {
	var sum time.Duration
	for _, units := range rounds {
		sum += r.expect(units)
	}
	return sum
}

// samples takes and writes the samples of a unit. Those that ctx ended are not
// written.
func (r *runner) samples(ctx context.Context, u unit) error {
	asks := make([]ask, len(u.cells))
	for i, c := range u.cells {
		cell, err := results.ParseCell(c.Cell)
		if err != nil {
			return err
		}
		asks[i] = ask{Cell: cell, Tasks: c.Tasks}
	}
	all := r.try(ctx, u, asks)
	r.remember(all)
	for _, o := range all {
		s := o.sample
		r.cpu += s.CPU
		if o.lost && ctx.Err() != nil {
			continue
		}
		s.Round = u.round
		if r.cfg.foreign != nil {
			s.Foreign = r.cfg.foreign(s)
		}
		if o.err != nil {
			s.Error = oneLine(o.err)
			r.cfg.Progress.Say(fmt.Sprintf("failed: %s in round %d: %s", s.Cell, s.Round+1, s.Error))
		}
		if err := r.out.Append(s); err != nil {
			return err
		}
	}
	return nil
}
