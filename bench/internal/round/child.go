package round

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"conpar/bench/internal/host"
	"conpar/results"
	"conpar/results/lazy"
	"conpar/workloads/child"
	"conpar/workloads/reexec"
)

// outcome is what became of one request.
type outcome struct {
	rec    record
	sample results.Sample
	err    error // says in one line why there is no result
	lost   bool  // the process ended before it answered
}

// child runs one sample process and watches the machine meanwhile. It returns an
// outcome for each request.
func (r *runner) child(ctx context.Context, requests []sampleRequest) []outcome {
	clock, cpus := r.clock, r.cfg.Machine.Logical
	onOne := requests[0].Cell.CPUs > 0
	if onOne {
		clock, cpus = r.one, 1
	}
	w := openWindow(clock, cpus)
	reply, err := r.process(ctx, request{Samples: requests}, maxOutput*len(requests))
	got, perr := parseOutput(reply.out, requests)
	ours := reply.cpu
	if onOne && len(got) > 0 { // its servers ran on other CPUs
		ours -= got[len(got)-1].rec.Servers
	}
	wall, otherCPU := w.close(ours)

	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.Is(err, errTimeout):
	case len(got) == len(requests) && got[len(got)-1].err != nil:
		err = nil // its own words are better than its exit code
	case err == nil:
		err = perr
	}
	all := outcomes(requests, got, err)
	divide(all, w.start, wall, reply.cpu)
	for i := range all {
		all[i].sample.Foreign = otherCPU
		disturb(&all[i].sample, stoodStill("the runner", reply.stood))
		if all[i].err == nil {
			r.others(&all[i], requests[i].Cell)
		}
	}
	return all
}

// others records what else may have disturbed a sample: that it could use other CPUs
// than were planned, or more or less of their time, and that it stood still.
func (r *runner) others(o *outcome, c results.Cell) {
	planned := cmp.Or(c.CPUs, r.cfg.Machine.Available)
	for _, n := range o.rec.CPUs {
		if o.sample.CPUs = n; n > 0 && n != planned {
			disturb(&o.sample, fmt.Sprintf("CPUs: %d instead of %d", n, planned))
			break
		}
	}
	now, then := allowance(host.Quota(), r.cfg.Machine), allowance(r.quota, r.cfg.Machine)
	if now != then {
		disturb(&o.sample, fmt.Sprintf("CPU quota: %.3g CPUs instead of %.3g", now, then))
	}
	disturb(&o.sample, stoodStill("it", o.rec.Stood))
}

// allowance is how many CPUs a quota leaves a process.
func allowance(quota *float64, m results.Machine) float64 {
	if quota == nil {
		return float64(m.Available)
	}
	return min(*quota, float64(m.Available))
}

// disturb records what else than other processes disturbed a sample; "" is nothing.
func disturb(s *results.Sample, by string) {
	if s.DisturbedBy != "" && by != "" {
		by = s.DisturbedBy + "; " + by
	}
	s.DisturbedBy = cmp.Or(by, s.DisturbedBy)
}

// stoodStill says that a process could not run for some time.
func stoodStill(who string, d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%s stood still for %v", who, d.Round(10*time.Millisecond))
}

// reply is what one process printed and used, and for how long we stood still
// meanwhile.
type reply struct {
	out        []byte
	cpu, stood time.Duration
}

// process runs one process of ours until it ends, ctx ends or it has hung. The
// error says which of them, if it did not end well by itself.
func (r *runner) process(ctx context.Context, req request, limit int) (reply, error) {
	req.Env = r.cfg.Env
	var cpus []int
	if req.Samples[0].Cell.CPUs > 0 {
		if r.cfg.Machine.OneCPU == nil {
			return reply{}, fmt.Errorf("no sample on one CPU can be taken: %s", r.cfg.Machine.WhyOneCPU)
		}
		cpus = []int{*r.cfg.Machine.OneCPU}
	}
	arg, err := json.Marshal(req)
	if err != nil {
		panic(err) // nothing in it can fail
	}
	within := child.Within(ctx, patience(r.cfg.Timeout, len(req.Samples)), errTimeout)
	out, cpu, err := r.cfg.exchange(within, string(arg), cpus, limit)
	switch {
	case err == nil:
	case within.Err() != nil:
		err = context.Cause(within)
	case cpus != nil && errors.Is(err, syscall.EINVAL): // of sched_setaffinity
		err = fmt.Errorf("CPU %d, to which it is to be kept, was taken away from this process: %w", cpus[0], err)
	}
	return reply{out, cpu, within.Stop()}, err
}

// window is a span of time in which the CPU time of all processes is watched, on
// the CPUs of a clock.
type window struct {
	clock     host.Clock
	cpus      int
	start     time.Time
	busy, own time.Duration // of these CPUs, and of this process
	known     bool
}

func openWindow(clock host.Clock, cpus int) window {
	busy, known := clock.Read()
	own, _ := reexec.CPUTime()
	return window{clock, cpus, time.Now(), busy, own, known}
}

// close returns how long a window was open, and the fraction of its CPUs that
// processes other than this one and its children used; nil where it is unknown.
// children is the CPU time of the latter there.
func (w window) close(children time.Duration) (wall time.Duration, otherCPU *float64) {
	wall = time.Since(w.start)
	own, _ := reexec.CPUTime()
	if busy, known := w.clock.Read(); known && w.known {
		f := w.clock.OtherCPU(busy-w.busy, children+own-w.own, wall, w.cpus)
		otherCPU = &f
	}
	return wall, otherCPU
}

var errTimeout = errors.New("it hung and was ended (timeout)")

// patience is how long a process may take for its samples. Most of the time for
// one sample is for opening the workload.
func patience(one time.Duration, samples int) time.Duration {
	return one + one/10*time.Duration(samples-1)
}

// outcomes returns what became of each request, from the replies of a process and
// from how it ended. The failure of the process belongs to the first request
// without a reply. If all have one it belongs to the last, whose reply comes after
// everything is closed.
func outcomes(requests []sampleRequest, got []outcome, failure error) []outcome {
	reached := len(got)
	if failure != nil {
		reached = min(reached, len(requests)-1)
	}
	all := got[:reached]
	for i, a := range requests[reached:] {
		err := failure
		if i > 0 {
			err = fmt.Errorf("not reached, for %s: %w", requests[reached].Cell, failure)
		}
		all = append(all, outcome{sample: results.Sample{Cell: a.Cell.String()}, err: err, lost: true})
	}
	return all
}

// divide divides the time of a process among its samples: each lasted until its
// reply, the last one until the process ended, and those not reached took none.
// The CPU time is known for the whole process only.
func divide(all []outcome, start time.Time, wall, cpu time.Duration) {
	var from time.Duration // since the start
	for i := range all {
		to := wall
		if i < len(all)-1 && !all[i].lost {
			// The other process' clock need not agree with ours.
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

// exchange starts a process of ours, which may use these CPUs only, nil for all. It
// returns what the process printed, up to a limit and a byte, and the CPU time that
// the process and its servers used. The process ends with ctx.
func exchange(ctx context.Context, arg string, cpus []int, limit int) ([]byte, time.Duration, error) {
	p, err := reexec.StartOn(ctx, cpus, role, arg)
	if err != nil {
		return nil, 0, err
	}
	out, rerr := io.ReadAll(io.LimitReader(p.Stdout, int64(limit)+1))
	if len(out) > limit {
		p.Kill() // it would wait for ever for a reader
	}
	state, err := p.Wait()
	if state.Success() && ctx.Err() != nil {
		err = nil // it had ended before we came to end it
	}
	awaitSameSignal(ctx, state)
	return out, state.UserTime() + state.SystemTime(), errors.Join(err, rerr)
}

// ends are the signals that end a run, and may be sent to a whole group.
var ends = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// behind is how much later than a child we may receive the same signal.
const behind = time.Second

// awaitSameSignal waits for ctx to end if a signal for a whole group of processes,
// such as that of Ctrl-C, ended a child: the sample was interrupted, and has not
// failed, even if the child got the signal first.
func awaitSameSignal(ctx context.Context, ended *os.ProcessState) {
	status, ok := ended.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || !slices.Contains(ends, status.Signal()) {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(behind):
	}
}

var noLoopback = lazy.Regexp(`(127\.0\.0\.1|\[::1\]):\d+: .*(network is unreachable|assign requested address)`)

// OneLine turns an error, which may hold what a process wrote to stderr, into one
// line that may be published. It keeps both ends of a long text: either may say
// why.
func OneLine(err error) string {
	const head, tail = 250, 150
	text := private(strings.Join(strings.Fields(err.Error()), " "))
	if noLoopback().MatchString(text) { // each time by another port
		return "this machine reaches itself by no network: bring loopback up (ip link set lo up)"
	}
	if len(text) > head+tail {
		text = text[:head] + " … " + text[len(text)-tail:]
	}
	return strings.ToValidUTF8(text, "")
}
