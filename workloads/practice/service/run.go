package service

import (
	"context"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// latest is how late a generator may be, for 99 of 100 requests. A later one would
// measure itself.
const latest = time.Millisecond

// Run sends n requests at so many percent of the capacity. Beside the metrics of send it
// tells what the service counted in progress over what the client has waited: by
// J. Little's law (1961) they are the same, but for what is between the two.
func (s *service) Run(ctx context.Context, load, n int) (workloads.Result, error) {
	if err := s.Prepare(ctx, load); err != nil {
		return workloads.Result{}, err
	}
	r, sum, err := s.send(ctx, s.capacity*float64(max(load, 1))/100, n)
	if err != nil {
		return workloads.Result{}, fmt.Errorf("the service under %d%% load: %w", load, err)
	}
	r.Metrics = append(r.Metrics, workloads.Metric{Unit: "little", Value: float64(sum) / float64(max(r.Residence, 1))})
	return r, nil
}

// send sends n requests, so many a second. The metrics are quantiles of latency, how late
// the generator was, and whether that is little. sum is that of times in progress, as the
// service counted them.
func (s *service) send(ctx context.Context, rate float64, n int) (r workloads.Result, sum time.Duration, err error) {
	before, err := s.done()
	if err != nil {
		return r, 0, err
	}
	o, err := s.open(ctx, rate, n)
	if err != nil {
		return r, 0, err
	}
	after, err := s.done()
	if err != nil {
		return r, 0, err
	}
	late, punctual := quantile(o.late, 99), 0.0
	if late <= float64(latest) {
		punctual = 1
	}
	s.procs = after.procs
	return workloads.Result{
		Sum: o.sum, Residence: o.asking, OtherCPU: after.cpu - before.cpu,
		Metrics: []workloads.Metric{
			{Unit: "p50-ns", Value: quantile(o.latency, 50)},
			{Unit: "p99-ns", Value: quantile(o.latency, 99)},
			{Unit: "late-ns", Value: late},
			{Unit: "punctual", Value: punctual},
			{Unit: "requests/s", Value: rate},
		},
	}, after.sum - before.sum, nil
}

// account is what the service has used and counted so far, and its GOMAXPROCS.
type account struct {
	cpu, sum time.Duration
	procs    int
}

// done asks the service for its account.
func (s *service) done() (a account, err error) {
	reply, err := s.Ask("done")
	if err == nil {
		_, err = fmt.Sscan(reply, &a.cpu, &a.sum, &a.procs)
	}
	if err != nil {
		err = fmt.Errorf("asking the service what it has done: %w", err)
	}
	return a, err
}

func (s *service) Want(n int) uint64 { return kernel.Want(n, s.iterations) }

// Close ends the service.
func (s *service) Close() error {
	s.generator.close()
	_, err := s.Stop()
	return err
}
