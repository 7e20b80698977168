package round

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"conpar/results"
	"conpar/results/gotest"
	"conpar/workloads/child"
)

// benchmark takes a sample of `bench test`: it runs one process and watches the
// machine meanwhile.
func (r *runner) benchmark(ctx context.Context, cell string) outcome {
	o := outcome{sample: results.Sample{Cell: cell, Start: time.Now().UTC()}}
	b, err := gotest.ParseBenchmark(cell)
	if err != nil { // the journal will refuse it
		o.err = err
		return o
	}
	return r.command(ctx, b, r.cfg.Command(b))
}

// command runs a process that measures b.
func (r *runner) command(ctx context.Context, b gotest.Benchmark, cmd *exec.Cmd) outcome {
	o := outcome{sample: results.Sample{Cell: b.String(), Start: time.Now().UTC()}}
	w := openWindow(r.clock, r.cfg.Machine.Logical)
	limited, cancel := context.WithTimeoutCause(ctx, r.cfg.Timeout, errTimeout)
	defer cancel()
	own := peakOfThis()
	out, err := runBenchmark(limited, cmd)
	s := &o.sample
	if state := cmd.ProcessState; state != nil {
		s.CPU, s.Process = state.UserTime()+state.SystemTime(), usage(state, own)
	}
	s.Wall, s.Foreign = w.close(s.CPU)
	switch {
	case ctx.Err() != nil:
		o.err, o.lost = context.Cause(ctx), true
	case limited.Err() != nil:
		o.err = fmt.Errorf("no result within %v: it hung and was ended; -timeout allows for more", r.cfg.Timeout)
	case err != nil:
		o.err = failure(out, err)
	default:
		s.Line, s.Timed, o.err = resultLine(out, b)
	}
	return o
}

// runBenchmark returns the end of what a process printed to stdout. Its stdin is at
// its end from the start, as under go test.
func runBenchmark(ctx context.Context, cmd *exec.Cmd) (out []byte, err error) {
	p, err := child.Start(ctx, "the benchmark", cmd, 0, true)
	if err != nil {
		return nil, err
	}
	p.EndInput()
	stop := context.AfterFunc(ctx, p.Abandon)
	defer stop()
	out, err = tail(p.Stdout, maxOutput)
	_, failed := p.Wait()
	return out, errors.Join(failed, err)
}

// tail reads all of r and returns its last bytes, up to twice n of them: benchmarks
// may print a line for each op.
func tail(r io.Reader, n int) ([]byte, error) {
	kept, buf := []byte(nil), make([]byte, n)
	for {
		m, err := r.Read(buf)
		if kept = append(kept, buf[:m]...); len(kept) > 2*n {
			kept = append(kept[:0], kept[len(kept)-n:]...)
		}
		if err == io.EOF {
			return kept, nil
		}
		if err != nil {
			return kept, err
		}
	}
}

// failure says why a process failed. The testing package says it on stdout, after
// the name of the benchmark, and what crashes says it on stderr.
func failure(out []byte, err error) error {
	_, text, found := bytes.Cut(out, []byte("--- FAIL: "))
	if !found {
		return err
	}
	text, _, _ = bytes.Cut(text, []byte("\nexit status"))
	return errors.New(strings.TrimSuffix(strings.TrimSpace(string(text)), "\nFAIL"))
}

// resultEnd is the end of a result line: the number of iterations, then values and
// their units. What the benchmark printed without an end of line stands before it.
var resultEnd = regexp.MustCompile(`(?m)([0-9]+)((?:\t *[-+.0-9A-Za-z]+ [^\s]+)+)[ \t]*$`)

// resultLine finds the result of b in what a process printed, and returns it as the
// testing package prints it when a benchmark prints nothing; and how long the
// measurement took, 0 where the line does not tell.
func resultLine(out []byte, b gotest.Benchmark) (line string, timed time.Duration, err error) {
	all := resultEnd.FindAllSubmatch(out, -1)
	switch {
	case len(all) == 0 && bytes.Contains(out, []byte(b.Printed())):
		return "", 0, errors.New("it printed no result: it skips itself here, or ends before its time")
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
