// Command bench measures concurrency and parallelism on this machine: every
// cell of the suite, in rounds, one process per sample. It writes a run below
// results/ and a report of it.
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
	"flag"
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
	"conpar/results/rundir"
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

// untilSignal returns a context that the first SIGINT, SIGTERM or SIGHUP ends. The
// second one ends the process at once. SIGPIPE is caught too: when the reader of
// our output has left (bench | head), writing fails, but the run goes on.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(ch, syscall.SIGHUP)
	}
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

// session is one call of bench.
type session struct {
	options
	stdout, stderr io.Writer

	command string                    // "bench", for advice
	reports func(dir string) []string // the arguments of the report of a run
	failed  int                       // the exit code if some samples failed
}

func newSession(o options, stdout, stderr io.Writer) session {
	reports := func(dir string) []string { return []string{dir} }
	return session{o, stdout, stderr, "bench", reports, exitFailed}
}

func run(stdout, stderr io.Writer, args []string) int {
	if len(args) > 0 && args[0] == "report" {
		return reportrun.Run(context.Background(), os.Stdin, stdout, stderr, args[1:])
	}
	if len(args) > 0 && args[0] == "test" {
		return testModule(stdout, stderr, args[1:])
	}
	o, err := parse(args)
	s := newSession(o, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return s.print(help(o.rest))
	case err != nil:
		return s.fail(exitUsage, "%v (bench -h full explains the flags)", err)
	case s.version:
		return s.print(built() + "\n")
	}
	machine := host.Facts(s.machine)
	if s.list && s.work == nil {
		s.work = regexp.MustCompile("") // also the workloads that no claim needs
	}
	needed := reportrun.RequiredCells
	switch {
	case s.taste:
		needed = reportrun.FewCells
	case s.profile == suite.Practice:
		needed = reportrun.PracticeCells
	}
	cells := suite.Plan(suite.Selection{
		Profile: s.profile, Work: s.work, Procs: s.procs, CPUs: machine.CPUs, OneCPU: machine.OneCPU != nil,
		Needed: needed(machine.CPUs, machine.OneCPU != nil), Only: s.taste || s.profile == suite.Practice,
	})
	if len(cells) == 0 {
		return s.fail(exitUsage, "nothing to measure: no cell of the profile %s is of the workloads and the GOMAXPROCS asked for; "+
			"bench -profile %s -dry-run shows its cells", s.profile, s.profile)
	}
	if s.list {
		return s.print(list(cells))
	}
	if s.dryRun {
		return s.print(s.preview(machine, cells))
	}
	binary, err := programDigest()
	if err != nil {
		return s.fail(exitIO, "reading this program: %v", err)
	}
	env, remove, err := environment(machine)
	if err != nil {
		return s.fail(exitIO, "no folder for the workloads' files: %v", err)
	}
	defer remove()
	cfg := round.Config{
		Machine: machine, Binary: binary, Env: env, Budget: s.budget, Repeat: s.repeat, Progress: newProgress(stderr),
	}
	if s.resume != "" || s.add != "" {
		return s.continueRun(cfg)
	}
	return s.begin(cfg, cells)
}

func (s session) say(format string, args ...any) { fmt.Fprintf(s.stderr, format+"\n", args...) }

// fail says what went wrong, and returns the exit code.
func (s session) fail(code int, format string, args ...any) int {
	s.say("bench: "+format, args...)
	return code
}

// failDir says that the folder of a run cannot be made below out.
func (s session) failDir(out string, err error) int {
	return s.fail(exitIO, "cannot write results below %s: %v\nName another folder with -out DIR.", out, err)
}

// print writes to stdout, and returns the exit code.
func (s session) print(text string) int {
	if _, err := io.WriteString(s.stdout, text); err != nil {
		return s.fail(exitIO, "%v", err)
	}
	return exitFine
}

// exitForReadError returns the exit code for an error of reading a run.
func exitForReadError(err error) int {
	for _, usage := range []error{rundir.ErrNoRun, rundir.ErrDamaged, rundir.ErrFormat, errNoCell} {
		if errors.Is(err, usage) {
			return exitUsage
		}
	}
	return exitIO
}

// begin measures a new run.
func (s session) begin(cfg round.Config, cells []suite.Planned) int {
	var err error
	if cfg.Like, err = like(s.options, cfg.Machine, cfg.Binary, cells); err != nil {
		return s.fail(exitForReadError(err), "-like: %v", err)
	}
	cfg.Dir, _, err = runDir(s.out, cfg.Machine.Name, time.Now())
	if err != nil {
		return s.failDir(s.out, err)
	}
	ctx, stop := untilSignal()
	defer stop()
	s.announce(cfg, cells)
	cfg.Hazards = s.hazards(cfg.Machine, cells)
	cfg.Look = func() (results.Look, error) { return reportrun.Look(cfg.Dir) }
	cfg.Preview = func() string { return reportrun.Preview(cfg.Dir) }
	r, err := round.Run(ctx, cfg, s.plan(cfg.Machine, cells), cells)
	return s.finish(ctx, cfg.Dir, r, err)
}

// plan returns what the flags say of a run's plan.
func (s session) plan(m results.Machine, cells []suite.Planned) results.Plan {
	plan := results.Plan{Profile: string(s.profile), Seed: s.seed, Rounds: s.rounds, Precision: s.precision}
	var names []results.Cell
	for _, c := range cells {
		names = append(names, c.Cell)
	}
	if plan.Looks = s.looks(m.CPUs, m.OneCPU != nil, names); plan.Looks != nil {
		plan.Rounds = plan.Looks[0]
	}
	return plan
}

// hazards checks the machine before a run, and warns of what it finds.
func (s session) hazards(m results.Machine, cells []suite.Planned) []results.Hazard {
	var procs []int
	for _, c := range cells {
		if !c.Workload.Blocks { // a thread in a system call needs no CPU
			procs = append(procs, c.Procs)
		}
	}
	found := host.Hazards(m, procs)
	s.warnOf(found)
	return found
}

func (s session) warnOf(found []results.Hazard) {
	for _, h := range found {
		if h.State == results.Warn {
			s.say("hazard: %s: %s", h.Name, h.Found)
		}
	}
}

// finish says how the run in dir ended, writes its report unless the user wants
// none, and chooses the exit code.
func (s session) finish(ctx context.Context, dir string, r results.Run, err error) int {
	sig, interrupted := errors.AsType[signalled](context.Cause(ctx))
	if err != nil {
		s.say("bench: %v", err)
		if moved, is := errors.AsType[rundir.Moved](err); is {
			dir = moved.Dir
		} else {
			_, _ = os.Remove(dir), os.Remove(filepath.Dir(dir)) // if nothing is in them
		}
		if r, err := rundir.Read(dir); err == nil {
			s.say("%d of %d samples are kept in %s. Remove the cause, then complete the run with: %s -resume %s",
				r.Actual, r.Planned, dir, s.command, dir)
		} else if _, err := os.Stat(filepath.Join(dir, rundir.JournalFile)); err == nil { // which can't be opened now
			s.say("What was measured is kept in %s. Remove the cause, then complete the run with: %s -resume %s",
				dir, s.command, dir)
		}
		switch {
		case interrupted:
			return exitSignal + int(sig.Signal)
		case errors.Is(err, round.ErrNothing):
			return exitUsage
		}
		return exitIO
	}
	if interrupted {
		return s.fail(exitSignal+int(sig.Signal), "%v after %d of %d samples, which are kept in %s\n"+
			"%s -resume %s completes them; report %s shows them as they are.",
			sig, r.Actual, r.Planned, dir, s.command, dir, dir)
	}
	if r.Actual == 0 {
		return s.fail(s.failed, "all %d samples failed; the reasons stand above, and in %s", r.Planned, dir)
	}
	code := exitFine
	if s.report {
		code = reportrun.Run(ctx, nil, s.stdout, s.stderr, s.reports(dir))
	} else {
		code = s.print("The run: " + dir + "\n")
	}
	if sig, ok := errors.AsType[signalled](context.Cause(ctx)); ok {
		return s.fail(exitSignal+int(sig.Signal),
			"%v while the report was made. The run is complete; report %s reports it.", sig, dir)
	}
	leftOut := 0
	for _, d := range r.Plan.Dropped {
		if !d.Unavailable {
			leftOut++
		}
	}
	if code == exitFine || code == reportrun.Refuted {
		if r.Failed > 0 || leftOut > 0 {
			return s.fail(s.failed, "%d of %d samples failed and %d cells were left out; the reasons stand above. "+
				"The other samples are kept.", r.Failed, r.Planned, leftOut)
		}
	}
	return code
}
