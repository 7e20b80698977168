package round

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"conpar/results"
	"conpar/workloads/self"
)

// child runs one sample process and watches what the machine does meanwhile.
// An error says in one line why there is no result.
func (r *runner) child(ctx context.Context, req request) (record, results.Sample, error) {
	s := results.Sample{Cell: req.Cell.String(), Start: time.Now().UTC()}
	arg, err := json.Marshal(req)
	if err != nil {
		return record{}, s, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, r.cfg.Timeout, errTimeout)
	defer cancel()

	busy0, known0 := r.clock.Read()
	own0, _ := self.CPUTime()
	start := time.Now()
	out, cpu, err := r.cfg.exchange(ctx, string(arg))
	s.Wall = time.Since(start)
	own1, _ := self.CPUTime()
	busy1, known1 := r.clock.Read()

	s.CPU = cpu
	if known0 && known1 {
		f := r.clock.Foreign(busy1-busy0, cpu+own1-own0, s.Wall, r.cfg.Machine.Logical)
		s.Foreign = &f
	}
	line, rec, perr := parseOutput(out, req)
	switch {
	case ctx.Err() != nil:
		return rec, s, context.Cause(ctx)
	case perr == nil && rec.Error != "":
		return rec, s, errors.New(rec.Error) // its own words are better than its exit code
	case err != nil:
		return rec, s, err
	case perr != nil:
		return rec, s, perr
	case req.Tasks > 0 && !strings.HasPrefix(line, s.Cell+"\t"):
		return rec, s, fmt.Errorf("it printed %.80q instead of a result of its cell", line)
	}
	s.Timed, s.RunDelay, s.Line = rec.Timed, rec.RunDelay, line
	return rec, s, nil
}

var errTimeout = errors.New("it hung and was ended (timeout)")

// exchange starts a sample process and returns what it printed and the CPU
// time that it and its servers took. When ctx ends, so does the process.
func exchange(ctx context.Context, arg string) ([]byte, time.Duration, error) {
	p, err := self.Start(ctx, role, arg)
	if err != nil {
		return nil, 0, err
	}
	out, rerr := io.ReadAll(io.LimitReader(p.Stdout, maxOutput+1))
	if len(out) > maxOutput {
		p.Kill() // it would wait for ever for somebody to read on
	}
	state, err := p.Wait()
	return out, state.UserTime() + state.SystemTime(), errors.Join(err, rerr)
}

// oneLine makes an error, which may hold the end of a process' stderr, fit
// for a line of a log and a field of a record.
func oneLine(err error) string {
	return fmt.Sprintf("%.400s", strings.Join(strings.Fields(err.Error()), " "))
}
