package pattern

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"conpar/workloads"
)

var _ = Set.AddReady("bounded/by=semaphore", "Computes for 10 µs in a goroutine of its own; so many may run at a time.",
	workloads.Sharing, scaled, computed(poolIterations, runBounded))

func runBounded(ctx context.Context, g, n int) (workloads.Result, error) {
	var sum atomic.Uint64
	err := Bounded(ctx, g, numbers(0, n), func(number uint64) {
		sum.Add(compute(int(number-1), poolIterations))
	})
	return workloads.Result{Sum: sum.Load()}, err
}

// Bounded has all tasks done, each in a goroutine of its own, at most limit of
// them at a time, and waits for them. A channel is the semaphore: what is in its
// buffer are the tasks that run, so that a goroutine is only started when there
// is room for it. When ctx ends, tasks that are under way are finished, no others
// begun, and the error is ctx's cause.
func Bounded[T any](ctx context.Context, limit int, tasks iter.Seq[T], do func(task T)) error {
	if limit < 1 {
		panic("pattern: Bounded without room for a task")
	}
	running := make(chan struct{}, limit)
	var wg sync.WaitGroup
	for task := range tasks {
		if ctx.Err() != nil || !send(ctx, running, struct{}{}) {
			break
		}
		wg.Go(func() {
			defer func() { <-running }()
			do(task)
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
