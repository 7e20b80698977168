package pattern

import (
	"context"

	"conpar/workloads"
)

var _ = Set.AddReady("ordone",
	"Passes an item from a generator to a loop that a context can end.", workloads.Sharing, single,
	sideBySide(func(ctx context.Context, from, to int) uint64 {
		return total(OrDone(ctx, Generate(ctx, numbers(from, to))))
	}))

// OrDone sends what comes from in, until in is closed or ctx ends. So a plain
// range over its channel ends with ctx, even if the sender of in never
// closes it (K. Cox-Buday, Concurrency in Go, 2017).
func OrDone[T any](ctx context.Context, in <-chan T) <-chan T {
	return closing(func(out chan<- T) { forward(ctx, in, out) })
}
