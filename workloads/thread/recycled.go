package thread

import (
	"runtime"
	"sync"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// In a process that has run for a while, few goroutines are new: most get the
// descriptor, and often the stack, of one that has ended.
var _ = Set.AddReady("parked/of=recycled",
	"Parks goroutines with the stacks of others that had called 24 functions deep, "+
		"all at once in a process of their own, and wakes them up.",
	workloads.Exhibit, one("parked", 10_000), parked{stageGoroutines(crowdRole, "recycled")})

// enlarge makes the runtime start goroutines with large stacks: the size is the mean
// of what goroutines used at the last collection, when these are deep. The runtime
// keeps the stack of a goroutine that ends, for another one, if it has that size.
func enlarge() { dive(100, runtime.GC) }

// dive starts goroutines, calls meanwhile when all are deep in their stacks, and
// returns when they are gone.
func dive(goroutines int, meanwhile func()) {
	var down, gone sync.WaitGroup
	up := make(chan struct{})
	down.Add(goroutines)
	for range goroutines {
		gone.Go(func() {
			descend(24, func() { down.Done(); <-up })
		})
	}
	down.Wait()
	meanwhile()
	close(up)
	gone.Wait()
	for !kernel.Settled() {
		time.Sleep(100 * time.Microsecond)
	}
}

// descend calls itself, with 1 KiB of the stack for each call, and then bottom.
//
//go:noinline
func descend(calls int, bottom func()) (sum byte) {
	var frame [1 << 10]byte
	frame[calls] = 1
	if calls > 0 {
		sum = descend(calls-1, bottom)
	} else {
		bottom()
	}
	for _, b := range &frame {
		sum += b
	}
	return sum
}
