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

// Run sends n requests at so many percent of the capacity. Its metrics are quantiles of
// latency, how late the generator was, whether that is little, and what the service
// counted in progress over what the client has waited: by J. Little's law (1961) they
// are the same, but for what is between the two.
func (s *service) Run(ctx context.Context, load, n int) (workloads.Result, error) {
	if err := s.Prepare(ctx, load); err != nil {
		return workloads.Result{}, err
	}
	cpuBefore, sumBefore, err := s.done()
	if err != nil {
		return workloads.Result{}, err
	}
	rate := s.capacity * float64(max(load, 1)) / 100
	o, err := s.open(ctx, rate, n)
	if err != nil {
		return workloads.Result{}, fmt.Errorf("the service under %d%% load: %w", load, err)
	}
	cpu, sum, err := s.done()
	if err != nil {
		return workloads.Result{}, err
	}
	late, punctual := quantile(o.late, 99), 0.0
	if late <= float64(latest) {
		punctual = 1
	}
	return workloads.Result{
		Sum: o.sum, Residence: o.asking, OtherCPU: cpu - cpuBefore,
		Metrics: []workloads.Metric{
			{Unit: "p50-ns", Value: quantile(o.latency, 50)},
			{Unit: "p99-ns", Value: quantile(o.latency, 99)},
			{Unit: "late-ns", Value: late},
			{Unit: "punctual", Value: punctual},
			{Unit: "little", Value: float64(sum-sumBefore) / float64(max(o.asking, 1))},
			{Unit: "requests/s", Value: rate},
		},
	}, nil
}

// done asks the service for its CPU time, and the sum of its times in progress.
func (s *service) done() (cpu, sum time.Duration, err error) {
	reply, err := s.Ask("done")
	if err == nil {
		_, err = fmt.Sscan(reply, &cpu, &sum)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("asking the service what it has done: %w", err)
	}
	return cpu, sum, nil
}

func (s *service) Want(n int) uint64 { return kernel.Want(n, s.iterations) }

// Close ends the service.
func (s *service) Close() error {
	s.generator.close()
	_, err := s.Stop()
	return err
}
