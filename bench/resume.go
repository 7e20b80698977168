package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"conpar/bench/internal/round"
	reportrun "conpar/report/run"
	"conpar/results"
)

// goOn completes the run that the options name, or adds rounds to it.
func goOn(stdout, stderr io.Writer, o options, cfg round.Config) int {
	cfg.Dir = o.resume + o.add // one of them is empty
	cfg.Look = func() (string, error) { return reportrun.Lacks(cfg.Dir) }
	run, err := results.Read(cfg.Dir)
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return unread(err)
	}
	changed := run.Changed(cfg.Machine, cfg.Binary)
	if len(changed) > 0 && !o.force {
		fmt.Fprintf(stderr, "bench: %s was begun under other conditions, so what is added would not be comparable. Changed since:\n  %s\n"+
			"Begin a new run instead; with -force it goes on nevertheless, and the run and its report say so.\n",
			cfg.Dir, strings.Join(changed, "\n  "))
		return exitUsage
	}
	plan := run.Plan
	if o.add != "" {
		if plan, err = grown(run, o); err != nil {
			fmt.Fprintf(stderr, "bench: %v\n", err)
			return exitUsage
		}
	}
	lacks := plan.Samples() - len(run.Samples)
	fmt.Fprintf(stderr, "%s has %d of %d samples; %d are to be taken\n", cfg.Dir, len(run.Samples), plan.Samples(), lacks)
	ctx, stop := untilSignal()
	defer stop()
	if lacks == 0 && run.Status == results.Complete {
		return finish(ctx, stdout, stderr, o, cfg.Dir, run, nil)
	}
	change := func(r *results.Run) {
		// As it is by now: who had it until a moment ago may have added rounds.
		r.Plan.Added = append(r.Plan.Added, plan.Added[len(run.Plan.Added):]...)
		if len(changed) > 0 {
			r.Forced = append(r.Forced, results.Forced{At: time.Now().UTC().Truncate(time.Second), Samples: len(r.Samples), Changed: changed})
		}
	}
	r, err := round.Resume(ctx, cfg, change)
	if errors.Is(err, results.ErrBusy) {
		fmt.Fprintf(stderr, "bench: %v; wait for it to end\n", err)
		return exitUsage
	}
	return finish(ctx, stdout, stderr, o, cfg.Dir, r, err)
}

// unread returns the exit code for a run that could not be read, or is of no use.
func unread(err error) int {
	if errors.Is(err, results.ErrNoRun) || errors.Is(err, results.ErrDamaged) || errors.Is(err, errNoCell) {
		return exitUsage
	}
	return exitIO
}

// grown returns the run's plan with the rounds that o asks for. The run must
// have no gaps: their samples would be taken long after their round.
func grown(run results.Run, o options) (results.Plan, error) {
	plan := run.Plan
	if len(run.Samples) < run.Planned {
		return plan, fmt.Errorf("%s lacks %d samples; complete it first: bench -resume %s", o.add, run.Planned-len(run.Samples), o.add)
	}
	var cells []string
	for _, c := range plan.Cells {
		cell, err := results.ParseCell(c.Cell)
		if err != nil {
			return plan, err
		}
		if o.work == nil || o.work.MatchString(cell.Series()) {
			cells = append(cells, c.Cell)
		}
	}
	if len(cells) == 0 {
		return plan, fmt.Errorf("-work %v matches no workload of %s", o.work, o.add)
	}
	plan.Added = append(plan.Added[:len(plan.Added):len(plan.Added)], results.Added{Rounds: o.rounds, Cells: cells})
	return plan, nil
}
