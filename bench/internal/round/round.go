// Package round measures cells in rounds. A round is one sample of every cell in
// a freshly shuffled order. A sample is one measurement in a process of its own.
// Cells that take longer to open than to measure share a process (see
// workloads.Workload.ShareProcess): the processes of a round are shuffled, and the
// cells within each.
//
// Rounds make the numbers comparable. The samples of a cell that are taken one
// after another in one process share its memory layout and the state of the
// machine in that minute, and both look like effects.
package round

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/rundir"
	"conpar/workloads"
)

// Config says how to measure, and where.
type Config struct {
	Machine  results.Machine
	Binary   string // digest of this program
	Env      workloads.Env
	Dir      string           // the run's folder
	Budget   time.Duration    // no round begins that would end after it; 0: none
	Timeout  time.Duration    // of a process with one cell, and a tenth more for each further one; 0: 30 s
	Repeat   bool             // repeat disturbed rounds
	Hazards  []results.Hazard // of the machine
	Like     Like             // of a new run
	Progress Progress
	// Command returns the process that takes a sample of each of some cells of `bench
	// test`, which have a package and a side in common. It prints what `go test -bench`
	// does; runs of the suite need none.
	Command func(...gotest.Benchmark) *exec.Cmd
	// Profile is Command with a profile of a kind, and the file that it comes into.
	Profile func(b gotest.Benchmark, kind string) (cmd *exec.Cmd, file string)
	// Look looks at the results of the run in Dir. Plans with looks need it.
	Look func() (results.Look, error)
	// Preview says what the first rounds of the run in Dir show, "" if nothing; nil: it
	// is not to be said.
	Preview func() string

	// long is how long a process group must take for its failure to be hopeless; 0:
	// 5 s. Tests have their own.
	long time.Duration

	// otherCPU is the fraction of the machine that other processes used during a
	// sample; nil: as measured. Tests have their own.
	otherCPU func(results.Sample) *float64

	// wallClock is the time of day; nil: the system's. Tests have their own.
	wallClock func() time.Time

	// exchange runs one process, kept to some CPUs; tests have their own.
	exchange func(ctx context.Context, arg string, cpus []int, limit int) (out []byte, cpu time.Duration, err error)
}

// Progress is told how a run goes on.
type Progress interface {
	// Begin announces a stage of n steps with a name, such as "cells calibrated".
	Begin(what string, n int)
	// Step reports how many steps are done and which one comes now; left is the time
	// for the rest, 0 while unknown.
	Step(done int, now string, left time.Duration)
	// Say prints a line that must not be missed.
	Say(line string)
	// End closes the stage.
	End()
}

// Targets of a sample's duration. Waiting work needs longer: its tasks take 10 ms
// each, and few of them give a coarse figure. Those that block in the kernel take
// less, and their samples grow until they have settled.
const (
	targetBusy    = 40 * time.Millisecond
	targetWaiting = 70 * time.Millisecond
)

// roundsForHalf is the number of rounds from which on cells of lesser weight are
// measured in every second round only: half as many are enough for an interval.
const roundsForHalf = 12

// Samples returns how many samples the cells need in so many rounds, and about how
// long they take, calibration included; looks says that these are the rounds before
// the first look, after which lines that are undecided need more.
func Samples(cells []suite.Planned, rounds int, looks bool) (int, time.Duration) {
	plan := results.Plan{Rounds: rounds}
	of := map[string]workloads.Workload{}
	var names, later []string
	for _, c := range cells {
		p := weighted(c, rounds, looks)
		plan.Cells = append(plan.Cells, p)
		if p.Later {
			later = append(later, p.Cell)
		}
		of[c.String()] = c.Workload
		names = append(names, c.String())
	}
	if len(later) > 0 {
		plan.Added = []results.Added{{Rounds: 2 * samplesLater, Halves: later, Look: 1}}
	}
	var total time.Duration
	for _, due := range append(plan.Due(), names) { // calibrating takes about as long as a round
		opened := map[string]bool{"": true}
		for _, cell := range due {
			w := of[cell]
			total += Expected(w)
			if !opened[w.ShareProcess] {
				opened[w.ShareProcess] = true
				total += openShared
			}
		}
	}
	return plan.Samples(), total
}

// openShared is about how long it takes to open what cells share a process for, beside
// what their samples would take alone: a peer in Python or Java starts slowly, one in Go or
// C++ saves as much.
const openShared = 75 * time.Millisecond

// weighted returns a cell with when it is measured: if it is of lesser weight, after
// the first look, or in every second round of many.
func weighted(c suite.Planned, rounds int, looks bool) results.PlannedCell {
	p := results.PlannedCell{Cell: c.String(), Every: 1}
	switch {
	case c.Lesser && looks:
		p.Later = true
	case c.Lesser && rounds >= roundsForHalf:
		p.Every = 2
	}
	return p
}

// target is how long a sample of w is to take.
func target(w workloads.Workload) time.Duration {
	switch {
	case w.Sample > 0:
		return w.Sample
	case w.Kind == workloads.Waiting && !w.Blocks:
		return targetWaiting
	}
	return targetBusy
}

// beside is about how long a sample's process takes beside the target of its measurement,
// by kind: it starts, prepares, calibrates what it has to, warms up and ends. These are
// the means of a recorded run on two CPUs, to 5 ms. Work that blocks in the kernel measures
// longer than its target, until it has settled.
var beside = map[workloads.Kind]time.Duration{
	workloads.Computing: 40 * time.Millisecond,
	workloads.Sharing:   35 * time.Millisecond,
	workloads.Mixed:     70 * time.Millisecond,
	workloads.Waiting:   70 * time.Millisecond,
	workloads.Memory:    195 * time.Millisecond,
	workloads.Exhibit:   150 * time.Millisecond,
}

const besideBlocking = 155 * time.Millisecond

// Expected is about how long a sample of w takes, including the start
// of the process and the warm-up.
func Expected(w workloads.Workload) time.Duration {
	if w.Blocks {
		return target(w) + besideBlocking
	}
	return target(w) + beside[w.Kind]
}

type runner struct {
	cfg   Config
	clock host.Clock // of all CPUs
	one   host.Clock // of Machine.OneCPU
	watch *host.Watch
	quota *float64 // of CPUs, when this session began
	out   *rundir.Writer
	begun time.Time                // of the first round
	cpu   time.Duration            // that the sample processes used
	since time.Time                // when this session began, to which all times are related
	step  time.Duration            // of the wall clock since then
	wall  func() time.Time         // the wall clock, without the monotonic one
	last  map[string]time.Duration // each cell's latest wall time
	hung  map[string][]error       // why each process group gave nothing for long, the last times in a row
}

func newRunner(cfg Config) *runner {
	cfg.Timeout = cmp.Or(cfg.Timeout, 30*time.Second)
	cfg.long = cmp.Or(cfg.long, 5*time.Second)
	if cfg.exchange == nil {
		cfg.exchange = exchange
	}
	if cfg.wallClock == nil {
		cfg.wallClock = time.Now
	}
	r := &runner{
		cfg: cfg, clock: host.NewClock(), watch: host.NewWatch(), quota: host.Quota(),
		since: time.Now(), wall: cfg.wallClock,
		last: map[string]time.Duration{}, hung: map[string][]error{},
	}
	if cfg.Machine.OneCPU != nil {
		r.one = host.NewClockOf(*cfg.Machine.OneCPU)
	}
	return r
}

// ErrNothing is the error of a run without a sample, as each cell was left out.
var ErrNothing = errors.New("no cell can be measured here")

// Run calibrates the cells, measures the rounds, and returns the finished run as
// read back from the disk. In plan, the caller sets the profile, the seed, the
// rounds, the looks and the precision. When ctx ends before, Run finishes what was
// measured as interrupted and returns it without an error. Samples that failed are
// counted in the run, not returned as errors.
func Run(ctx context.Context, cfg Config, plan results.Plan, cells []suite.Planned) (results.Run, error) {
	r := newRunner(cfg)
	started := time.Now()
	r.calibrate(ctx, &plan, cells)
	if ctx.Err() != nil {
		return results.Run{}, fmt.Errorf("ended before the first sample: %w", context.Cause(ctx))
	}
	if len(plan.Cells) == 0 {
		return results.Run{}, fmt.Errorf("%w; the first one: %s", ErrNothing, plan.Dropped[0].Reason)
	}
	return r.create(ctx, results.Run{Started: started, Plan: plan})
}

// RunTest is [Run] of `bench test`, whose plan holds all cells, with how long their
// samples will take.
func RunTest(ctx context.Context, cfg Config, plan results.Plan, of *gotest.Test) (results.Run, error) {
	r := newRunner(cfg)
	r.expectPlanned(plan)
	return r.create(ctx, results.Run{Started: time.Now(), Plan: plan, Test: of})
}

// create begins the run in its folder, and measures it.
func (r *runner) create(ctx context.Context, run results.Run) (out results.Run, err error) {
	run.Started = run.Started.UTC().Truncate(time.Second)
	run.Machine, run.Hazards, run.Binary = r.cfg.Machine, r.cfg.Hazards, r.cfg.Binary
	if r.out, err = rundir.Create(r.cfg.Dir, run); err != nil {
		return results.Run{}, err
	}
	return r.measure(ctx)
}

// Resume continues the run in cfg.Dir: it takes exactly the samples that are
// missing. change is as in [rundir.Reopen].
func Resume(ctx context.Context, cfg Config, change func(*results.Run)) (results.Run, error) {
	r := newRunner(cfg)
	var err error
	if r.out, err = rundir.Reopen(cfg.Dir, change); err != nil {
		return results.Run{}, err
	}
	r.expectPlanned(r.out.Run().Plan)
	return r.measure(ctx)
}

// expectPlanned sets how long samples will take that were not taken yet.
func (r *runner) expectPlanned(plan results.Plan) {
	for _, c := range plan.Cells {
		r.last[c.Cell] = cmp.Or(c.Expect, Expected(workloads.Workload{Kind: workloads.Kind(c.Kind)}))
	}
}

// measure takes all missing samples, records the traces and profiles, and finishes the run.
func (r *runner) measure(ctx context.Context) (results.Run, error) {
	defer func() { _ = r.out.Close() }() // the journal of an unfinished run stays
	earlier := r.out.Run()
	steal0, knownSteal := host.Steal()
	w := openWindow(r.clock, r.cfg.Machine.Logical)
	r.begun = w.start
	status, err := r.all(ctx)
	switch {
	case errors.Is(err, errNoProcess):
		return results.Run{}, err
	case err != nil:
		return results.Run{}, fmt.Errorf("writing a sample: %w", err)
	}
	wall, otherCPU := w.close(r.cpu)
	var steal *float64
	if steal1, ok := host.Steal(); ok && knownSteal && wall > 0 {
		s := float64(steal1-steal0) / float64(wall) / float64(max(1, r.cfg.Machine.Logical))
		s = min(1, max(0, s)) // the counter of some hypervisors goes back
		steal = &s
	}
	if err := r.trace(ctx); err != nil {
		return results.Run{}, fmt.Errorf("writing a trace: %w", err)
	}
	if err := r.profile(ctx); err != nil {
		return results.Run{}, fmt.Errorf("writing a profile: %w", err)
	}
	n, m := len(earlier.Samples), len(r.out.Run().Samples)
	return r.out.Finish(status, r.ended(earlier.Started),
		mean(earlier.Foreign, otherCPU, n, m-n), mean(earlier.Steal, steal, n, m-n))
}

// ended is when a run ends that began then, by the clock of this session: somebody may
// have set the wall clock back meanwhile.
func (r *runner) ended(started time.Time) time.Time {
	now := r.at(time.Now()).Truncate(time.Second)
	if now.Before(started) {
		return started
	}
	return now
}

// at returns a time as the wall clock would have shown it if it had not been set since
// this session began.
func (r *runner) at(t time.Time) time.Time { return r.since.Add(t.Sub(r.since)).UTC() }

// clockStep says whether the wall clock was set since the last call, or the machine was
// suspended: then it goes on and the monotonic one does not.
func (r *runner) clockStep() results.Hazard {
	const most = time.Second
	now := r.wall().Sub(r.since.Round(0)) - time.Since(r.since)
	by := (now - r.step).Round(100 * time.Millisecond)
	r.step = now
	h := results.Hazard{Name: "wall clock", State: results.OK, Found: "as the monotonic one"}
	switch {
	case by > most:
		h.State, h.Found = results.Warn, fmt.Sprintf("set forward by %v, or the machine was suspended for so long", by)
	case by < -most:
		h.State, h.Found = results.Warn, fmt.Sprintf("set back by %v", -by)
	}
	return h
}

// mean joins the fractions of two parts of a run by their numbers of samples. It is
// unknown if either is.
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

// all measures what is due, and then what the run grows by. Its error is one of
// writing.
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

// rounds measures what is due, and returns how that ended. what names the samples
// on the display.
func (r *runner) rounds(ctx context.Context, what string) (results.Status, error) {
	rounds := todo(r.out.Run())
	total := len(cellsOf(rounds...))
	r.cfg.Progress.Begin(what, total)
	defer r.cfg.Progress.End()
	done := 0
	for i, groups := range rounds {
		if i > 0 && !r.affords(r.expect(cellsOf(groups))) {
			r.say("the budget of %v is used up after %d of %d samples", r.cfg.Budget, done, total)
			return results.OutOfBudget, nil
		}
		r.watch.Round() // what was before does not count
		later := r.expect(cellsOf(rounds[i+1:]...))
		for k, g := range groups {
			r.cfg.Progress.Step(done, g.String(), r.expect(cellsOf(groups[k:]))+later)
			if err := r.samples(ctx, g); err != nil || ctx.Err() != nil {
				return results.Interrupted, err
			}
			done += len(g.cells)
		}
		if err := r.conditions(groups[0].round); err != nil {
			return "", err
		}
		r.preview(groups[0].round)
	}
	r.cfg.Progress.Step(done, "done", 0)
	return results.Complete, nil
}

// forPreview is the number of rounds that have intervals, so that there is something
// to see long before the report.
const forPreview = 6

// preview says what there is to see after a round.
func (r *runner) preview(round int) {
	if round != forPreview-1 || r.cfg.Preview == nil || r.out.Run().Plan.Rounds <= forPreview {
		return
	}
	if text := r.cfg.Preview(); text != "" {
		r.say("after %d rounds, preliminary:\n%s", forPreview, text)
	}
}

func (r *runner) say(format string, args ...any) { r.cfg.Progress.Say(fmt.Sprintf(format, args...)) }

// affords says whether the budget allows for something that takes so long.
func (r *runner) affords(d time.Duration) bool {
	return r.cfg.Budget == 0 || time.Since(r.begun)+d <= r.cfg.Budget
}

// conditions records what the machine was like during a round.
func (r *runner) conditions(round int) error {
	samples := r.out.Run().Samples
	hazards := append(r.watch.Round(), host.OtherCPU(otherCPU(samples, round)), r.cpusOf(samples, round), r.clockStep())
	return r.out.AddConditions(results.RoundHazards{Round: round, Hazards: hazards})
}

// cpusOf says whether the samples of a round could use the CPUs that were planned.
func (r *runner) cpusOf(samples []results.Sample, round int) results.Hazard {
	h := results.Hazard{Name: "CPUs", State: results.Unknown, Found: "this system does not say"}
	for _, s := range samples {
		planned := r.cfg.Machine.Available
		if s.OneCPU != nil {
			planned = 1
		}
		if s.Round != round || s.CPUs == 0 || h.State == results.Warn {
			continue
		}
		h.State, h.Found = results.OK, "as planned"
		if s.CPUs != planned {
			h.State, h.Found = results.Warn, fmt.Sprintf("%d instead of %d", s.CPUs, planned)
		}
	}
	return h
}

// tries is after how many rounds in a row, each without a result and longer than
// Config.long, a process group is not tried again: if a peer hung in every round, a
// run of minutes would take an hour.
const tries = 2

// try takes the samples of a process group, unless it has proved hopeless.
func (r *runner) try(ctx context.Context, g processGroup) []outcome {
	name := g.String()
	if failures := r.hung[name]; len(failures) >= tries {
		err := fmt.Errorf("not tried again after %d rounds: %w", tries, failures[0])
		var all []outcome
		for _, c := range g.cells {
			s := results.Sample{Cell: c.Cell, Start: time.Now().UTC()}
			all = append(all, outcome{sample: s, err: err})
		}
		return all
	}
	all := r.take(ctx, g)
	gave := slices.ContainsFunc(all, func(o outcome) bool { return o.err == nil })
	if gave || wall(all) < r.cfg.long {
		delete(r.hung, name)
	} else {
		r.hung[name] = append(r.hung[name], all[0].err)
	}
	return all
}

// take runs the process of a group.
func (r *runner) take(ctx context.Context, g processGroup) []outcome {
	if r.cfg.Command != nil {
		return r.benchmarks(ctx, g.cells)
	}
	requests := make([]sampleRequest, len(g.cells))
	for i, c := range g.cells {
		cell, err := results.ParseCell(c.Cell)
		if err != nil { // the journal will refuse it
			return []outcome{{sample: results.Sample{Cell: c.Cell, Start: time.Now().UTC()}, err: err}}
		}
		requests[i] = sampleRequest{Cell: cell, Tasks: c.Tasks}
		if c.ShareProcess == "" {
			requests[i].Kind = workloads.Kind(c.Kind)
		}
	}
	return r.child(ctx, requests)
}

// wall returns how long a process took for its samples.
func wall(all []outcome) (sum time.Duration) {
	for _, o := range all {
		sum += o.sample.Wall
	}
	return sum
}

// remember keeps how long a process took, in equal parts for its cells: chance
// decides which of them bore the opening.
func (r *runner) remember(all []outcome) {
	if all[len(all)-1].lost {
		return // so is the last one if any is
	}
	for _, o := range all {
		r.last[o.sample.Cell] = wall(all) / time.Duration(len(all))
	}
}

// expect estimates how long cells will take, from how long they took last.
func (r *runner) expect(cells []string) time.Duration {
	var sum time.Duration
	for _, c := range cells {
		sum += r.last[c]
	}
	return sum
}

// errNoProcess ends a run whose limits were lowered: that no process can be started says
// nothing of a cell, and a sample that failed is not taken again.
var errNoProcess = errors.New("no further process can be started")

// starved returns why an outcome is missing if this process may have no further files or
// processes, or no memory for them.
func starved(all []outcome) error {
	for _, o := range all {
		for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.EAGAIN, syscall.ENOMEM} {
			if errors.Is(o.err, e) {
				return o.err
			}
		}
	}
	return nil
}

// starts is how often a process is tried to start, a second after the other.
const starts = 3

// samples takes and writes the samples of a process group, except those that ctx
// interrupted.
func (r *runner) samples(ctx context.Context, g processGroup) error {
	all := r.try(ctx, g)
	for range starts - 1 {
		if starved(all) == nil || ctx.Err() != nil {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
			all = r.try(ctx, g)
		}
	}
	if err := starved(all); err != nil {
		return fmt.Errorf("%w: %w", errNoProcess, err)
	}
	r.remember(all)
	var samples []results.Sample
	for _, o := range all {
		s := o.sample
		r.cpu += s.CPU
		if o.lost && ctx.Err() != nil {
			continue
		}
		s.Round, s.Start = g.round, r.at(s.Start)
		if r.cfg.otherCPU != nil {
			s.Foreign = r.cfg.otherCPU(s)
		}
		if o.err != nil {
			s.Error = OneLine(o.err)
			r.say("failed: %s in round %d: %s", s.Cell, s.Round+1, s.Error)
		}
		samples = append(samples, s)
	}
	return r.out.Append(samples...)
}
