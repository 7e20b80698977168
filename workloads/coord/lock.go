package coord

import (
	"context"
	"sync"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

func init() {
	addShares("lock", "Computes for 1 ms, %d%% of it under a mutex that all share.",
		func(share int) workloads.Runner { return newLock(share) }, 5, 20, 50, 100)
}

// A task's part under the mutex, 50 µs or more, is long against waking up a
// goroutine that waits for it. With tasks of 0.1 ms the speed-up for a share of
// 50% was 1.2 on two CPUs, with these 1.5 to 1.7.
const lockIterations = 1_000_000

// lock looks like serial, and does not follow Amdahl's law: while one goroutine
// holds the mutex, others have their other part to do. They fall out of step,
// and hardly wait as long as the mutex is not held all the time: the speed-up
// goes up to the number of processors, or to the share's inverse if that is
// less, where waking up those who do wait takes its part.
type lock struct{ locked, free int } // iterations

func newLock(share int) lock {
	locked := lockIterations / 100 * share
	return lock{locked, lockIterations - locked}
}

func (l lock) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	var mu sync.Mutex
	return fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		x := kernel.Seed(task)
		if g > 0 { // the plain loop locks no one out
			mu.Lock()
		}
		x = kernel.Churn(x, l.locked)
		if g > 0 {
			mu.Unlock()
		}
		return kernel.Churn(x, l.free), nil
	})
}

func (l lock) Want(n int) uint64 { return kernel.Want(n, l.locked+l.free) }

func (l lock) Close() error { return nil }
