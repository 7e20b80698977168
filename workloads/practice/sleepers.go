package practice

import (
	"context"
	"errors"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// A task computes without a pause, as its goroutine does from task to task. Beside
// the goroutines of the axis, one more waits again and again.
const spinIterations = 100_000

func init() {
	addSleepers("timer", "Computes for 100 µs, while one more goroutine waits 1 ms again and again.",
		func(context.Context, workloads.Env) (waiter, error) { return timer{}, nil })
	addSleepers("loopback", "Computes for 100 µs, while one more goroutine asks a server again and again.", openEcho)
}

func addSleepers(wait, doc string, open func(context.Context, workloads.Env) (waiter, error)) {
	Set.Add(workloads.Workload{
		Name: "sleepers/wait=" + wait, Doc: doc, Kind: workloads.Computing, Sample: 300 * time.Millisecond,
		Axis: workloads.Axis{Key: "goroutines", Quick: []int{workloads.AllCPUs, 1},
			Full: []int{workloads.AllCPUs, 1, 2, 8}},
		Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
			w, err := open(ctx, env)
			return &sleepers{w}, err
		},
	})
}

// waiter is what the one goroutine beside the others waits for.
type waiter interface {
	wait() error
	Close() error
}

type timer struct{}

func (timer) wait() error {
	time.Sleep(time.Millisecond)
	return nil
}

func (timer) Close() error { return nil }

type sleepers struct{ waiter }

// waits is what the one goroutine did.
type waits struct {
	took  time.Duration
	count int
	err   error
}

// Run begins with a wait that counts, and lets the last one end, which does not count
// if there are others: those who compute are then gone.
func (s *sleepers) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	end := make(chan struct{})
	waited := make(chan waits)
	go func() { waited <- s.until(end) }()
	result, err := fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		return kernel.Churn(kernel.Seed(task), spinIterations), nil
	})
	close(end)
	w := <-waited
	if err := errors.Join(err, w.err); err != nil {
		return workloads.Result{}, err
	}
	mean := float64(w.took) / float64(w.count)
	result.Metrics = []workloads.Metric{{Unit: "wait-ns", Value: mean}}
	return result, nil
}

// until waits again and again until the end.
func (s *sleepers) until(end <-chan struct{}) (w waits) {
	for {
		start := time.Now()
		if w.err = s.wait(); w.err != nil {
			return w
		}
		took := time.Since(start)
		select {
		case <-end:
			if w.count == 0 {
				w.took, w.count = took, 1
			}
			return w
		default:
			w.took += took
			w.count++
		}
	}
}

func (s *sleepers) Want(n int) uint64 { return kernel.Want(n, spinIterations) }
