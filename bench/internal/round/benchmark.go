package round

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/lazy"
	"conpar/workloads/child"
)

// benchmarks takes the samples of a process group of `bench test`, in the order of the
// plan, which is that of the binary. One that ends the process costs only itself: a
// further process measures those that it did not come to.
func (r *runner) benchmarks(ctx context.Context, cells []results.PlannedCell) (all []outcome) {
	var left []gotest.Benchmark
	for _, c := range cells {
		b, err := gotest.ParseBenchmark(c.Cell)
		if err != nil { // the journal will refuse it
			return []outcome{{sample: results.Sample{Cell: c.Cell, Start: time.Now().UTC()}, err: err}}
		}
		left = append(left, b)
	}
	for silent := 0; len(left) > 0; {
		now := left[:inCommand(left)]
		got, began := r.command(ctx, r.cfg.Command(now...), now)
		all, left = append(all, got...), left[len(got):]
		if silent++; began {
			silent = 0
		}
		if last := got[len(got)-1]; silent == tries || ctx.Err() != nil {
			return append(all, unreached(left, last.err)...)
		}
	}
	return all
}

// mostNames is how many bytes the names of a process' benchmarks have at most: Linux refuses
// an argument of 128 KiB, Windows a command of 32 KiB, and names are quoted in it.
const mostNames = 20 << 10

// inCommand returns how many of these benchmarks, one at least, one process can be asked
// for.
func inCommand(all []gotest.Benchmark) int {
	bytes := 0
	for i, b := range all {
		if bytes += len(b.Name); i > 0 && bytes > mostNames {
			return i
		}
	}
	return len(all)
}

// unreached are the outcomes of benchmarks that no process came to.
func unreached(left []gotest.Benchmark, why error) (all []outcome) {
	for _, b := range left {
		s := results.Sample{Cell: b.String(), Start: time.Now().UTC()}
		all = append(all, outcome{sample: s, err: fmt.Errorf("not reached: %w", why), lost: true})
	}
	return all
}

// command runs a process that measures benchmarks in this order, and watches the machine
// meanwhile. It returns the outcomes of those up to the one that ended the process, or of
// all, and whether any began.
func (r *runner) command(ctx context.Context, cmd *exec.Cmd, of []gotest.Benchmark) (all []outcome, began bool) {
	w := openWindow(r.clock, r.cfg.Machine.Logical)
	own, cpus := peakOfThis(), allowed()
	out, stood, err := runBenchmark(ctx, cmd, len(of), r.cfg.Timeout)
	var cpu time.Duration
	var process *gotest.Process
	if state := cmd.ProcessState; state != nil {
		cpu = state.UserTime() + state.SystemTime()
		if len(of) == 1 { // of several, they are of none
			process = usage(state, own)
		}
	}
	wall, otherCPU := w.close(cpu)
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.Is(err, errTimeout):
		err = fmt.Errorf("no result within %v: it hung and was ended; -timeout allows for more", r.cfg.Timeout)
	}
	all, began = out.outcomes(of, err)
	now := [2]int{cpus, allowed()} // of this process; the other one has what this has
	divide(all, w.start, wall, cpu)
	for i := range all {
		all[i].sample.Foreign, all[i].sample.Process = otherCPU, process
		all[i].rec.CPUs = now
		r.others(&all[i], results.Cell{})
		disturb(&all[i].sample, stoodStill("the runner", stood))
		all[i].lost = all[i].err != nil && ctx.Err() != nil
		if process != nil && all[i].err == nil {
			all[i].sample.Line += process.Units(cpu, wall)
		}
	}
	return all, began
}

// runBenchmark runs a process that measures n benchmarks, and returns the end of what
// it printed to stdout, and for how long we stood still meanwhile. Its stdin is at its
// end from the start, as under go test. One that ends no line for so long has hung, and
// so has one that takes that long for each benchmark.
func runBenchmark(
	ctx context.Context, cmd *exec.Cmd, n int, patience time.Duration,
) (out printed, stood time.Duration, err error) {
	all := child.Within(ctx, time.Duration(n)*patience, errTimeout)
	defer all.Stop()
	line := child.Within(all, patience, errTimeout)
	p, err := child.Start(ctx, "the benchmark", cmd, 0, true, nil)
	if err != nil {
		return out, line.Stop(), err
	}
	p.EndInput()
	stop := context.AfterFunc(line, p.Abandon)
	defer stop()
	out.most = n * maxOutput
	err = out.read(p.Stdout, line.Again)
	late := context.Cause(line)
	_, failed := p.Wait()
	if err = errors.Join(failed, err); err != nil && late != nil {
		err = late
	}
	return out, line.Stop(), err
}

// resultEnd is the end of a result line: the number of iterations, 0 of what skips itself
// or panics, then values and their units. What the benchmark printed without an end of
// line stands before it.
var resultEnd = lazy.Regexp(`(?m)([1-9][0-9]*)((?:\t *[-+.0-9A-Za-z]+ [^\s]+)+)[ \t]*$`)

// errNoResult is also of a panic, if the testing package is faster: then the process ends
// with 0 and does not print it.
var errNoResult = errors.New("it printed no result: it skips itself here, panics, or ends before its time")

// resultLine finds the result of b in what a process printed, and returns it as the
// testing package prints it when a benchmark prints nothing; and how long the
// measurement took, 0 where the line does not tell.
func resultLine(out []byte, b gotest.Benchmark) (line string, timed time.Duration, err error) {
	all := resultEnd().FindAllSubmatch(out, -1)
	switch {
	case len(all) == 0 && bytes.Contains(out, []byte(b.Printed())):
		return "", 0, errNoResult
	case len(all) == 0:
		return "", 0, fmt.Errorf("no benchmark of that name ran at GOMAXPROCS %d: its name may depend on it, "+
			"or on what was measured before", b.Procs)
	}
	last := all[len(all)-1]
	line = b.Printed() + "\t" + string(last[1]) + string(last[2])
	n, _ := strconv.ParseFloat(string(last[1]), 64)
	for value := range strings.SplitSeq(string(last[2]), "\t") {
		if ns, found := strings.CutSuffix(value, " ns/op"); found {
			v, _ := strconv.ParseFloat(strings.TrimSpace(ns), 64)
			timed = time.Duration(min(n*v, math.MaxInt64/2))
		}
	}
	return line, max(0, timed), nil
}
