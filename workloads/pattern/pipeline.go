package pattern

import (
	"context"

	"conpar/workloads"
)

var _ = Set.AddReady("pipeline", "Passes an item from a generator through three stages.", workloads.Sharing, single,
	sideBySide(func(ctx context.Context, from, to int) uint64 {
		// Together they change nothing, but each of them would be missed.
		tripled := Stage(ctx, Generate(ctx, numbers(from, to)), func(v uint64) uint64 { return 3 * v })
		raised := Stage(ctx, tripled, func(v uint64) uint64 { return v + 3 })
		return total(Stage(ctx, raised, func(v uint64) uint64 { return v/3 - 1 }))
	}))

// Stage is one stage of a pipeline: it sends f of each value that it receives,
// in the same order, from a goroutine of its own. A pipeline is made by giving
// one stage's output to the next. Its stages work at the same time, each at
// another item, so that it is as fast as the slowest of them.
func Stage[In, Out any](ctx context.Context, in <-chan In, f func(In) Out) <-chan Out {
	return closing(func(out chan<- Out) {
		for {
			v, ok := receive(ctx, in)
			if !ok || !send(ctx, out, f(v)) {
				return
			}
		}
	})
}
