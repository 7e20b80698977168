package thread

import (
	"context"
	"runtime"
	"sync"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var (
	_ = Set.AddReady("create/of=goroutine", "Starts a goroutine and waits for its end.",
		workloads.Exhibit, one("goroutines", 1), create{})
	_ = Set.AddReady("create/of=locked",
		"Starts a goroutine that locks itself to its thread, which ends with it, and waits for its end.",
		workloads.Exhibit, one("goroutines", 1), create{begin: runtime.LockOSThread})
)

// createBatch is so many creations that handing them out costs nothing beside
// them, and few enough to be done soon when the context ends.
const createBatch = 100

// create is the Runner: g goroutines create one at a time each.
//
// A goroutine that ends while it is locked takes its thread with it, so the
// runtime has to make another to go on with. That is under way when the one
// that waits is woken up, as the end of the thread is: it has its share in the
// mean over many, not in each.
type create struct {
	begin func() // what the created goroutine begins with; nil: nothing
}

func (c create) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	return fan.Batches(ctx, g, n, createBatch, func(_, from, to int) (sum uint64) {
		var wg sync.WaitGroup
		for task := from; task < to; task++ {
			wg.Go(func() {
				if c.begin != nil {
					c.begin()
				}
				sum += uint64(task) + 1
			})
			wg.Wait()
		}
		return sum
	})
}

func (create) Want(n int) uint64 { return kernel.Triangle(n) }

func (create) Close() error { return nil }
