package pattern

import (
	"context"
	"iter"

	"conpar/workloads"
)

var _ = Set.AddReady("generator", "Passes an item from a generator to its user.", workloads.Sharing, single,
	sideBySide(func(ctx context.Context, from, to int) uint64 {
		return total(Generate(ctx, numbers(from, to)))
	}))

// Generate sends the values of seq, one by one, as they are received. The
// channel is closed after the last of them, or when ctx ends. The values are
// made in a goroutine of their own, one ahead of the receiver.
func Generate[T any](ctx context.Context, seq iter.Seq[T]) <-chan T {
	return closing(func(out chan<- T) {
		for v := range seq {
			if !send(ctx, out, v) {
				return
			}
		}
	})
}
