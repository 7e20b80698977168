package pattern

import (
	"context"

	"conpar/workloads"
)

var _ = Set.AddReady("tee", "Passes an item from a generator to two users.", workloads.Sharing, single,
	sideBySide(func(ctx context.Context, from, to int) uint64 {
		a, b := Tee(ctx, Generate(ctx, numbers(from, to)))
		other := make(chan uint64)
		go func() { other <- total(b) }()
		return (total(a) + <-other) / 2 // less if one of them lacks an item
	}))

// Tee sends each value that it receives to both channels. It takes the next one
// when both have got it, so that the slower receiver sets the pace; which of them
// is first is different each time.
func Tee[T any](ctx context.Context, in <-chan T) (<-chan T, <-chan T) {
	a, b := make(chan T), make(chan T)
	go func() {
		defer close(a)
		defer close(b)
		for {
			v, ok := receive(ctx, in)
			if !ok || !sendBoth(ctx, a, b, v) {
				return
			}
		}
	}()
	return a, b
}

// sendBoth sends v to both. A channel that has got it becomes nil, to which
// nothing can be sent.
func sendBoth[T any](ctx context.Context, a, b chan<- T, v T) bool {
	for range 2 {
		select {
		case a <- v:
			a = nil
		case b <- v:
			b = nil
		case <-ctx.Done():
			return false
		}
	}
	return true
}
