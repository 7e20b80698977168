package mixed

import (
	"context"
	"runtime"
	"runtime/trace"
	"sync/atomic"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var _ = Set.AddReady("steps", "Computes ten steps of 20 µs, and yields the processor after each.",
	workloads.Computing, computing, steps{})

// A step is long against a yield (0.1 to 0.2 µs), and short against the 10 ms
// after which the runtime would preempt it.
const (
	stepsOfTask    = 10
	stepIterations = 20_000
)

// steps is the definition: its tasks are all in progress at once, and take
// turns, however few of them execute at the same instant. The metric
// running-max is the most that did. In an execution trace each step is a region
// of the type "step": from that the same is read by what the runtime says.
type steps struct{}

// inStep counts the tasks that are between two yields.
type inStep struct {
	_   [kernel.LineLen]byte
	now atomic.Int64
	_   [kernel.LineLen]byte
}

// mostSeen is the most that one worker saw, on cache lines of its own.
type mostSeen struct {
	tasks int64
	_     [kernel.LineLen - 8]byte
}

// Run counts a task as executing from the beginning of a step to its end, so
// where the system takes the processor away in the midst of a step, for 10 ms
// or more, another task may seem to execute beside it.
func (steps) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if g == 0 {
		return plainSteps(ctx, n)
	}
	running, most := new(inStep), make([]mostSeen, g)
	result, err := fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		x := kernel.Seed(task)
		for range stepsOfTask {
			region := trace.StartRegion(ctx, "step") // costs next to nothing untraced
			most[worker].tasks = max(most[worker].tasks, running.now.Add(1))
			x = kernel.Churn(x, stepIterations)
			running.now.Add(-1)
			region.End()
			runtime.Gosched()
		}
		return x, nil
	})
	var all int64
	for _, m := range most {
		all = max(all, m.tasks)
	}
	result.Metrics = []workloads.Metric{{Unit: "running-max", Value: float64(all)}}
	return result, err
}

// plainSteps neither yields nor counts: there is no other goroutine.
func plainSteps(ctx context.Context, n int) (workloads.Result, error) {
	return fan.Run(ctx, 0, n, func(_, task int) (uint64, error) {
		x := kernel.Seed(task)
		for range stepsOfTask {
			x = kernel.Churn(x, stepIterations)
		}
		return x, nil
	})
}

func (steps) Want(n int) uint64 { return kernel.Want(n, stepsOfTask*stepIterations) }

func (steps) Close() error { return nil }
