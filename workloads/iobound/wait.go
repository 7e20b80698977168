package iobound

import (
	"context"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var _ = Set.AddReady("wait", "Sleeps for 10 ms.", workloads.Waiting, network, wait{})

// wait is the purest waiting: a timer, and nothing else. It is time.Sleep that
// waits: a time.Timer of the worker's own is no more precise (both 0.2 ms late
// on a quiet machine, 0.4 to 0.7 ms with 512 goroutines).
type wait struct{}

// Run lets a sleep end by itself when ctx ends: it takes 10 ms at most.
func (wait) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	return sleep(ctx, g, n, delay)
}

// Warm does the same with short sleeps.
func (wait) Warm(ctx context.Context, g int) error {
	_, err := sleep(ctx, g, max(g, 1), workloads.BriefWait)
	return err
}

func sleep(ctx context.Context, g, n int, d time.Duration) (workloads.Result, error) {
	slept := make([]time.Duration, max(g, 1)) // by each worker
	result, err := fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		start := time.Now()
		time.Sleep(d)
		slept[worker] += time.Since(start)
		return kernel.Mix(uint64(task % kernel.Kinds)), nil
	})
	var all time.Duration
	for _, d := range slept {
		all += d
	}
	result.Metrics = meanDelay(all, n)
	return result, err
}

func (wait) Want(n int) uint64 { return kernel.WantMix(n) }

func (wait) Close() error { return nil }
