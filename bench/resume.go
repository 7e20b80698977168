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
	plan := run.Plan
	if s.add != "" {
		if plan, err = planWithMoreRounds(run, s.options); err != nil {
			return s.fail(exitUsage, "%v", err)
		}
	}
	missing := plan.Samples() - len(run.Samples)
	s.say("%s has %d of %d samples; %d are to be taken", cfg.Dir, len(run.Samples), plan.Samples(), missing)
	ctx, stop := untilSignal()
	defer stop()
	if missing == 0 && run.Status == results.Complete {
		return s.finish(ctx, cfg.Dir, run, nil)
	}
	change := func(r *results.Run) {
		// r may have more rounds than run: another process may have had it meanwhile.
		r.Plan.Added = append(r.Plan.Added, plan.Added[len(run.Plan.Added):]...)
		force(r, changed)
	}
	r, err := round.Resume(ctx, cfg, change)
	if errors.Is(err, rundir.ErrBusy) {
		return s.fail(exitUsage, "%v; wait for it to end", err)
	}
	return s.finish(ctx, cfg.Dir, r, err)
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
func planWithMoreRounds(run results.Run, o options) (results.Plan, error) {
	plan := run.Plan
	if missing := run.Planned - len(run.Samples); missing > 0 {
		return plan, fmt.Errorf("%s lacks %d samples; complete it first: bench -resume %s", o.add, missing, o.add)
	}
	var cells []string
	for _, c := range plan.Cells {
		cell, err := results.ParseCell(c.Cell)
		if err != nil {
			return plan, err
		}
		if suite.Matches(o.work, cell) {
			cells = append(cells, c.Cell)
		}
	}
	if len(cells) == 0 {
		return plan, fmt.Errorf("%s has no workload that matches -work %v; report -cells %s shows its cells",
			o.add, o.work, o.add)
	}
	plan.Added = append(slices.Clip(plan.Added), results.Added{Rounds: cmp.Or(o.rounds, defaultRounds), Cells: cells})
	return plan, nil
}
