package thread

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var (
	_ = Set.AddReady("switch/of=goroutine",
		"Hands a number on to another goroutine over an unbuffered channel, and waits for the next.",
		workloads.Exhibit, one("goroutines", 2), ring{})
	_ = Set.AddReady("switch/of=locked",
		"Hands a number on to another goroutine, each being locked to a thread of its own.",
		workloads.Exhibit, one("goroutines", 2), ring{locked: true})
)

// ring is the Runner: goroutines that hand a number round, two of them back
// and forth. All but one are waiting at any time, so each number that is
// received is a switch.
type ring struct{ locked bool }

func (r ring) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if g < 2 {
		return workloads.Result{}, fmt.Errorf("there is nothing to switch between for %d goroutines", g)
	}
	channels := make([]chan uint64, g)
	for i := range channels {
		channels[i] = make(chan uint64)
	}
	sums := make([]uint64, g)
	var wg sync.WaitGroup
	for i := range g {
		wg.Go(func() {
			if r.locked {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
			}
			sums[i] = handOn(ctx, channels[i], channels[(i+1)%g], uint64(n))
		})
	}
	if n > 0 {
		channels[0] <- 1
	} else {
		close(channels[0])
	}
	wg.Wait()
	var result workloads.Result
	for _, sum := range sums {
		result.Sum += sum
	}
	if ctx.Err() != nil {
		return result, context.Cause(ctx)
	}
	return result, nil
}

// handOn receives numbers and sends each one's successor on, and returns the
// sum of what it received. The one that receives the last number, or sees ctx end,
// closes what it sends on, and so does the next: every channel is closed once,
// the last one by the goroutine before the first, which no longer listens.
func handOn(ctx context.Context, from <-chan uint64, to chan<- uint64, last uint64) (sum uint64) {
	defer close(to)
	canEnd := ctx.Done() != nil
	for number := range from {
		sum += number
		if number == last || canEnd && ctx.Err() != nil {
			break
		}
		to <- number + 1
	}
	return sum
}

func (ring) Want(n int) uint64 { return kernel.Triangle(n) }

func (ring) Close() error { return nil }
