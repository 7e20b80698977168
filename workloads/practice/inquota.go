package practice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/cgroup"
	"conpar/workloads/reexec"
)

// quota is the Runner, with a process in its group. A process that was killed in the
// middle of a task is started anew.
type quota struct {
	group   *cgroup.Group
	of      string
	want    uint64 // of one task
	process *reexec.Process
}

// Prepare starts the process, if there is none.
func (q *quota) Prepare(ctx context.Context, _ int) error {
	if q.process != nil {
		return nil
	}
	p, err := reexec.StartBy(context.WithoutCancel(ctx), q.group.Start, quotaRole)
	if err != nil {
		return err
	}
	q.process = p
	if _, err := p.ReadLine(); err != nil {
		return errors.Join(err, q.end())
	}
	return nil
}

// Run has the process do n tasks. The metrics are the rate in whole periods, GOMAXPROCS,
// and how often and for how long the group stood still.
func (q *quota) Run(ctx context.Context, procs, n int) (workloads.Result, error) {
	if ctx.Err() != nil {
		return workloads.Result{}, context.Cause(ctx)
	}
	if err := q.Prepare(ctx, procs); err != nil {
		return workloads.Result{}, err
	}
	before, err := q.group.Throttled()
	if err != nil {
		return workloads.Result{}, err
	}
	start := time.Now()
	ended := context.AfterFunc(ctx, q.process.Abandon)
	reply, err := q.process.Ask(fmt.Sprint(q.of, " ", procs, " ", n))
	took := time.Since(start)
	if !ended() {
		q.end() // it was killed
		return workloads.Result{}, context.Cause(ctx)
	}
	var r workloads.Result
	var rate float64
	var used int
	if err == nil {
		if _, err = fmt.Sscan(reply, &r.Sum, &r.Residence, &r.OtherCPU, &rate, &used); err != nil {
			err = fmt.Errorf("%s answered %.80q: %w", quotaRole, reply, err)
		}
	}
	after, failed := q.group.Throttled()
	if err := errors.Join(err, failed); err != nil {
		return workloads.Result{}, errors.Join(err, q.end())
	}
	if rate == 0 { // it was too short for whole periods
		rate = float64(n) / took.Seconds()
	}
	r.Metrics = append([]workloads.Metric{{Unit: "steady/s", Value: rate}},
		cgroup.Metrics(after.Minus(before), used)...)
	return r, nil
}

func (q *quota) Want(n int) uint64 {
	if q.want == 0 {
		r, err := openFor(q.of)
		if err != nil {
			panic(err) // no such work would have been noticed before
		}
		q.want = r.Want(quotaWork[q.of].tasks)
		r.Close()
	}
	return uint64(n) * q.want
}

// end ends the process.
func (q *quota) end() error {
	p := q.process
	if q.process = nil; p == nil {
		return nil
	}
	_, err := p.Stop()
	return err
}

// Close ends the process and removes the group.
func (q *quota) Close() error { return errors.Join(q.end(), q.group.Close()) }
