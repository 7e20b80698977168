package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"conpar/bench/internal/round"
	"conpar/bench/suite"
	reportrun "conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
)

// continueRun completes the run that the options name, or adds rounds to it.
func (s session) continueRun(cfg round.Config) int {
	cfg.Dir = s.resume + s.add // one of them is empty
	cfg.Look = func() (results.Look, error) { return reportrun.Look(cfg.Dir) }
	cfg.Preview = func() string { return reportrun.Preview(cfg.Dir) }
	run, err := rundir.Read(cfg.Dir)
	if err != nil {
		return s.fail(exitForReadError(err), "%v", err)
	}
	if run.Test != nil {
		return s.fail(exitUsage, "%s is a run of bench test; bench test -resume %s continues it", cfg.Dir, cfg.Dir)
	}
	changed := run.Changed(cfg.Machine, cfg.Binary)
	if len(changed) > 0 && !s.force {
		return s.failChanged(cfg.Dir, changed)
	}
	plan, err := s.planToContinue(run)
	if err != nil {
		return s.fail(exitUsage, "%v", err)
	}
	s.sayMissing(cfg.Dir, run, plan)
	ctx, stop := untilSignal()
	defer stop()
	if plan.Samples() == len(run.Samples) && run.Status == results.Complete {
		return s.finish(ctx, cfg.Dir, run, nil)
	}
	r, err := round.Resume(ctx, cfg, change(run, plan, changed))
	if errors.Is(err, rundir.ErrBusy) {
		return s.fail(exitUsage, "%v; wait for it to end", err)
	}
	return s.finish(ctx, cfg.Dir, r, err)
}

// planToContinue returns the plan of a run, with the rounds that -add asks for.
func (s session) planToContinue(run results.Run) (results.Plan, error) {
	if s.add == "" {
		return run.Plan, nil
	}
	return planWithMoreRounds(run, s.options, s.command)
}

// sayMissing says how much of a plan is to be measured.
func (s session) sayMissing(dir string, run results.Run, plan results.Plan) {
	missing := plan.Samples() - len(run.Samples)
	s.say("%s has %d of %d samples; %d are to be taken", dir, len(run.Samples), plan.Samples(), missing)
}

// change returns what continuing a run changes in it: the rounds of the plan that it
// lacks are added, and what -force ignores is recorded.
func change(run results.Run, plan results.Plan, changed []string) func(*results.Run) {
	return func(r *results.Run) {
		// r may have more rounds than run: another process may have had it meanwhile.
		r.Plan.Added = append(r.Plan.Added, plan.Added[len(run.Plan.Added):]...)
		force(r, changed)
	}
}

// failChanged refuses to continue a run.
func (s session) failChanged(dir string, changed []string) int {
	return s.fail(exitUsage, "%s was begun under other conditions, so new samples would not be comparable. "+
		"Changed since:\n  %s\nBegin a new run instead. -force continues this one nevertheless; "+
		"the run and its report then say what changed.", dir, strings.Join(changed, "\n  "))
}

// force records what -force ignores.
func force(r *results.Run, changed []string) {
	if len(changed) > 0 {
		at := time.Now().UTC().Truncate(time.Second)
		r.Forced = append(r.Forced, results.Forced{At: at, Samples: len(r.Samples), Changed: changed})
	}
}

// planWithMoreRounds returns the run's plan with the rounds that o asks for. The
// run must have all its samples: those missing would be taken long after their
// round.
func planWithMoreRounds(run results.Run, o options, command string) (results.Plan, error) {
	plan := run.Plan
	if missing := run.Planned - len(run.Samples); missing > 0 {
		return plan, fmt.Errorf("%s lacks %d samples; complete it first: %s -resume %s", o.add, missing, command, o.add)
	}
	added := results.Added{Rounds: cmp.Or(o.rounds, defaultRounds)}
	for _, c := range plan.Cells {
		if run.Test != nil {
			break // all of them
		}
		cell, err := results.ParseCell(c.Cell)
		if err != nil {
			return plan, err
		}
		if suite.Matches(o.work, cell) {
			added.Cells = append(added.Cells, c.Cell)
		}
	}
	if len(added.Cells) == 0 && run.Test == nil {
		return plan, fmt.Errorf("%s has no workload that matches -work %v; report -cells %s shows its cells",
			o.add, o.work, o.add)
	}
	plan.Added = append(slices.Clip(plan.Added), added)
	return plan, nil
}
