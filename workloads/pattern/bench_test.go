package pattern

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"conpar/workloads"
)

// group does what runBounded does, by an errgroup with a limit.
func group(ctx context.Context, g, n int) (workloads.Result, error) {
	var sum atomic.Uint64
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(g)
	for task := range n {
		if ctx.Err() != nil {
			break
		}
		tasks.Go(func() error {
			sum.Add(compute(task, poolIterations))
			return nil
		})
	}
	err := tasks.Wait()
	return workloads.Result{Sum: sum.Load()}, err
}

// limiters bound the same work, so that they can be compared.
func limiters() map[string]workloads.Runner {
	return map[string]workloads.Runner{
		"semaphore": computed(poolIterations, runBounded),
		"errgroup":  computed(poolIterations, group),
		"pool":      computed(poolIterations, pooled(1, 128)),
	}
}

// One that loses tasks would win.
func TestLimitersDoEveryTask(t *testing.T) {
	for _, r := range limiters() {
		for _, g := range []int{0, 1, 2, 8} {
			run(t, r, g, 1000)
		}
	}
}

// BenchmarkLimit compares the semaphore with errgroup's SetLimit, and with a pool
// whose buffer is 128. ns/op is of a task of 10 µs.
func BenchmarkLimit(b *testing.B) {
	for by, r := range limiters() {
		for _, g := range []int{1, 2, 8} {
			b.Run(fmt.Sprintf("by=%s/goroutines=%d", by, g), func(b *testing.B) { run(b, r, g, b.N) })
		}
	}
}
