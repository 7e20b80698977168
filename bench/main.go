// Command bench measures concurrency and parallelism on this machine: every
// cell of the suite, in rounds, one process per sample. It writes a run below
// results/ and ends in a report.
//
//	go run ./bench
//
// The same benchmarks run under go test, for a quick look without rounds:
//
//	go test -run '^$' -bench . ./bench
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/internal/round"
	"conpar/bench/suite"
	reportrun "conpar/report/run"
	"conpar/results"
	"conpar/workloads/reexec"
)

// The exit codes of the built binary. `go run` turns all failures into 1.
const (
	exitFine   = 0
	exitFailed = 1 // some samples failed; the others are kept
	exitUsage  = 2
	exitIO     = 3
	exitSignal = 128 // + the signal's number
)

func main() {
	reexec.Init()
	os.Exit(run(os.Stdout, os.Stderr, os.Args[1:]))
}

// signalled is the cause with which a signal ends a run.
type signalled struct{ syscall.Signal }

func (s signalled) Error() string { return "ended by the signal " + s.Signal.String() }

// untilSignal returns a context that the first SIGINT or SIGTERM ends. The
// second one ends the process at once. When whoever reads us has left (bench |
// head), writing fails, but does not end the process in the midst of a run.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM)
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	go func() {
		if s, ok := <-ch; ok {
			signal.Stop(ch)
			cancel(signalled{s.(syscall.Signal)})
		}
	}()
	return ctx, func() { signal.Stop(pipe); signal.Stop(ch); close(ch) }
}

func run(stdout, stderr io.Writer, args []string) int {
	if len(args) > 0 && args[0] == "report" {
		return reportrun.Run(context.Background(), os.Stdin, stdout, stderr, args[1:])
	}
	o, code, done := parse(stdout, stderr, args)
	if done {
		return code
	}
	machine := host.Facts(o.machine)
	if o.list && o.work == nil {
		o.work = regexp.MustCompile("") // those that no claim needs as well
	}
	cells := suite.Plan(suite.Selection{
		Profile: o.profile, Work: o.work, Procs: o.procs, CPUs: machine.CPUs, Needed: reportrun.Needs(machine.CPUs),
	})
	if len(cells) == 0 {
		fmt.Fprintf(stderr, "bench: -work %v matches no workload; -list shows them all\n", o.work)
		return exitUsage
	}
	if o.list {
		return written(stderr, list(stdout, cells))
	}
	if o.dryRun {
		return written(stderr, dryRun(stdout, o, cells))
	}
	binary, err := digest()
	if err != nil {
		fmt.Fprintf(stderr, "bench: reading this program: %v\n", err)
		return exitIO
	}
	env, remove, err := environment(machine)
	if err != nil {
		fmt.Fprintf(stderr, "bench: no folder for the workloads' files: %v\n", err)
		return exitIO
	}
	defer remove()
	cfg := round.Config{Machine: machine, Binary: binary, Env: env, Budget: o.budget, Repeat: o.repeat, Progress: newProgress(stderr)}
	if o.resume != "" || o.add != "" {
		return goOn(stdout, stderr, o, cfg)
	}
	return begin(stdout, stderr, o, cfg, cells)
}

// written turns the error of writing to stdout into an exit code.
func written(stderr io.Writer, err error) int {
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return exitIO
	}
	return exitFine
}

// begin measures a new run.
func begin(stdout, stderr io.Writer, o options, cfg round.Config, cells []suite.Planned) int {
	var err error
	if cfg.Like, err = like(o, cfg.Machine, cells); err != nil {
		fmt.Fprintf(stderr, "bench: -like: %v\n", err)
		return unread(err)
	}
	dir, err := runDir(o.out, cfg.Machine.Name, time.Now())
	if err != nil {
		fmt.Fprintf(stderr, "bench: cannot write results below %s: %v\nName another folder with -out DIR.\n", o.out, err)
		return exitIO
	}
	ctx, stop := untilSignal()
	defer stop()
	announce(stderr, o, cfg.Machine, cells)
	if l := cfg.Like; l.Run != "" {
		fmt.Fprintf(stderr, "In %d of the %d cells samples do as many tasks as in %s, where that fits, so that the two compare; -like none calibrates afresh.\n",
			len(l.Tasks), len(cells), l.Run)
	}
	cfg.Dir, cfg.Hazards = dir, hazards(stderr, cfg.Machine, cells)
	cfg.Look = func() (string, error) { return reportrun.Lacks(dir) }
	r, err := round.Run(ctx, cfg, results.Plan{
		Profile: string(o.profile), Seed: o.seed, Rounds: o.rounds, Looks: o.looks(), Precision: o.precision,
	}, cells)
	if err != nil {
		_, _ = os.Remove(dir), os.Remove(filepath.Dir(dir)) // if nothing is in them
	}
	return finish(ctx, stdout, stderr, o, dir, r, err)
}

// hazards looks at the machine before a run, and warns of what it finds.
func hazards(stderr io.Writer, m results.Machine, cells []suite.Planned) []results.Hazard {
	var procs []int
	for _, c := range cells {
		procs = append(procs, c.Procs)
	}
	found := host.Hazards(m, procs)
	for _, h := range found {
		if h.State == results.Warn {
			fmt.Fprintf(stderr, "hazard: %s: %s\n", h.Name, h.Found)
		}
	}
	return found
}

// finish says how the run ended, writes its report if there is to be one, and
// chooses the exit code.
func finish(ctx context.Context, stdout, stderr io.Writer, o options, dir string, r results.Run, err error) int {
	var sig signalled
	interrupted := errors.As(context.Cause(ctx), &sig)
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		if r, err := results.Read(dir); err == nil {
			fmt.Fprintf(stderr, "%d of %d samples are kept in %s. Once the cause is mended, bench -resume %s goes on with it.\n", r.Actual, r.Planned, dir, dir)
		}
		if interrupted {
			return exitSignal + int(sig.Signal)
		}
		return exitIO
	}
	if interrupted {
		fmt.Fprintf(stderr, "bench: %v after %d of %d samples, which are kept in %s\n", sig, r.Actual, r.Planned, dir)
		fmt.Fprintf(stderr, "bench -resume %s completes them; report %s shows them as they are.\n", dir, dir)
		return exitSignal + int(sig.Signal)
	}
	if r.Actual == 0 {
		fmt.Fprintf(stderr, "bench: none of the %d samples gave a result; the reasons are named above, and kept in %s\n", r.Planned, dir)
		return exitFailed
	}
	code := exitFine
	if o.report {
		code = reportrun.Run(ctx, nil, stdout, stderr, []string{dir})
	} else if _, err := fmt.Fprintln(stdout, "The run: "+dir); err != nil {
		code = written(stderr, err)
	}
	if errors.As(context.Cause(ctx), &sig) {
		fmt.Fprintf(stderr, "bench: %v while the report was made. The run is whole; report %s reports it.\n", sig, dir)
		return exitSignal + int(sig.Signal)
	}
	if code != 0 {
		return code
	}
	lost := 0
	for _, d := range r.Plan.Dropped {
		if !d.Unavailable {
			lost++
		}
	}
	if r.Failed > 0 || lost > 0 {
		fmt.Fprintf(stderr, "bench: %d of %d samples failed and %d cells were left out, all named above; the others are there\n", r.Failed, r.Planned, lost)
		return exitFailed
	}
	return exitFine
}
