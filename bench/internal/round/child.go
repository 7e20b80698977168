package round

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"conpar/results"
	"conpar/workloads/reexec"
)

// outcome is what became of one ask.
type outcome struct {
	rec    record
	sample results.Sample
	err    error // says in one line why there is no result
	lost   bool  // the process was gone before it had answered
}

// child runs one sample process and watches what the machine does meanwhile.
// It returns an outcome for each ask.
func (r *runner) child(ctx context.Context, asks []ask) []outcome {
	arg, err := json.Marshal(request{asks, r.cfg.Env})
	if err != nil {
		panic(err) // nothing in it can fail
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience(r.cfg.Timeout, len(asks)), errTimeout)
	defer cancel()

	busy0, known0 := r.clock.Read()
	own0, _ := reexec.CPUTime()
	start := time.Now()
	out, cpu, err := r.cfg.exchange(ctx, role, string(arg), maxOutput*len(asks))
	wall := time.Since(start)
	own1, _ := reexec.CPUTime()
	busy1, known1 := r.clock.Read()

	got, perr := parseOutput(out, asks)
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case len(got) == len(asks) && got[len(got)-1].err != nil:
		err = nil // its own words are better than its exit code
	case err == nil:
		err = perr
	}
	all := outcomes(asks, got, err)
	divide(all, start, wall, cpu)
	if known0 && known1 {
		f := r.clock.OtherCPU(busy1-busy0, cpu+own1-own0, wall, r.cfg.Machine.Logical)
		for i := range all {
			all[i].sample.Foreign = &f
		}
	}
	return all
}

var errTimeout = errors.New("it hung and was ended (timeout)")

// patience is how long a process may take for its samples: opening, which may
// be long, is most of what the time of one allows for.
func patience(one time.Duration, samples int) time.Duration {
	return one + one/10*time.Duration(samples-1)
}

// outcomes tells from what a process answered, and from how it ended, what
// became of each ask. What the process failed by befell the first ask that has
// no answer, and, when all have one, the last: it answers that one when all is
// closed.
func outcomes(asks []ask, got []answered, failure error) []outcome {
	reached := len(got)
	if failure != nil {
		reached = min(reached, len(asks)-1)
	}
	all := make([]outcome, len(asks))
	for i, a := range asks {
		o := &all[i]
		o.sample.Cell = a.Cell.String()
		switch {
		case i < reached:
			g := got[i]
			o.rec, o.err = g.rec, g.err
			if g.err == nil {
				o.sample.Timed, o.sample.RunDelay, o.sample.Line = g.rec.Timed, g.rec.RunDelay, g.line
			}
		case i == reached:
			o.err, o.lost = failure, true
		default:
			o.err, o.lost = fmt.Errorf("not reached, for %s: %w", asks[reached].Cell, failure), true
		}
	}
	return all
}

// divide divides the time of a process among its samples: each lasted until it
// had answered, the last one until the process was gone. So what was not
// reached took none. CPU time is known of the whole process only.
func divide(all []outcome, start time.Time, wall, cpu time.Duration) {
	var from time.Duration // since the start
	for i := range all {
		to := wall
		if i < len(all)-1 && !all[i].lost {
			// By another process' clock, which need not agree with ours.
			to = min(max(from, all[i].rec.Ended.Sub(start)), wall)
		}
		s := &all[i].sample
		s.Start, s.Wall = start.Add(from).UTC(), to-from
		if wall > 0 {
			s.CPU = time.Duration(float64(cpu) * float64(s.Wall) / float64(wall))
		}
		from = to
	}
}

// exchange starts a process of ours and returns what it printed, up to a limit
// and a byte, and the CPU time that it and its servers took. When ctx ends, so
// does the process.
func exchange(ctx context.Context, role, arg string, limit int) ([]byte, time.Duration, error) {
	p, err := reexec.Start(ctx, role, arg)
	if err != nil {
		return nil, 0, err
	}
	out, rerr := io.ReadAll(io.LimitReader(p.Stdout, int64(limit)+1))
	if len(out) > limit {
		p.Kill() // it would wait for ever for somebody to read on
	}
	state, err := p.Wait()
	awaitOurs(ctx, state)
	return out, state.UserTime() + state.SystemTime(), errors.Join(err, rerr)
}

// behind is how long our own signal may be behind that of a process of ours.
const behind = time.Second

// awaitOurs waits, where a signal ended a process of ours that is meant for all
// of a group, such as that of Ctrl-C, for ctx to be ended by the same: whoever
// is told first, the sample was interrupted, and has not failed.
func awaitOurs(ctx context.Context, ended *os.ProcessState) {
	status, ok := ended.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGINT && status.Signal() != syscall.SIGTERM {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(behind):
	}
}

// oneLine makes an error, which may hold what a process wrote to stderr, fit
// for a line of a log and a field of a record, which gets published. Of a long
// one both ends are kept: either may say why.
func oneLine(err error) string {
	const head, tail = 250, 150
	text := private(strings.Join(strings.Fields(err.Error()), " "))
	if len(text) > head+tail {
		text = text[:head] + " … " + text[len(text)-tail:]
	}
	return strings.ToValidUTF8(text, "")
}
