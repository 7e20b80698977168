package pattern

import (
	"context"
	"sync/atomic"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// shortWait is a wait that is still what it says.
const shortWait = 5 * time.Millisecond

var _ = Set.AddReady("ratelimit", "Lets an item pass every 5 ms, in each of as many streams as goroutines.",
	workloads.Waiting, waiting, runner{plain: sleeping, run: runLimit, want: kernel.Triangle})

func runLimit(ctx context.Context, g, n int) (workloads.Result, error) {
	var residence atomic.Int64
	sum := inParts(g, n, func(from, to int) uint64 {
		start := time.Now()
		defer func() { residence.Add(int64(time.Since(start))) }()
		return total(Limit(ctx, Generate(ctx, numbers(from, to)), shortWait))
	})
	return workloads.Result{Sum: sum, Residence: time.Duration(residence.Load())}, nil
}

// Limit sends what it receives, one value a tick of a clock. After a pause of
// the sender or the receiver at most one value follows the one before sooner
// than that: a ticker keeps one tick that was not taken, and drops the others.
func Limit[T any](ctx context.Context, in <-chan T, every time.Duration) <-chan T {
	return closing(func(out chan<- T) {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			v, ok := receive(ctx, in)
			if !ok {
				return
			}
			if _, ok := receive(ctx, ticker.C); !ok || !send(ctx, out, v) {
				return
			}
		}
	})
}
