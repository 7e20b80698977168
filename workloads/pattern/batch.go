package pattern

import (
	"context"
	"time"

	"conpar/workloads"
)

var _ = Set.AddReady("batch/size=16", "Passes an item from a generator on in a batch of 16.", workloads.Sharing, single,
	sideBySide(func(ctx context.Context, from, to int) (sum uint64) {
		for batch := range Batch(ctx, Generate(ctx, numbers(from, to)), 16, time.Minute) {
			for _, v := range batch {
				sum += v
			}
		}
		return sum
	}))

// Batch sends what it receives in slices of size values, which are the
// receiver's to keep, and sends fewer where the first of them would otherwise
// wait for longer than that, or in is closed. When ctx ends, what was gathered
// is lost.
func Batch[T any](ctx context.Context, in <-chan T, size int, wait time.Duration) <-chan []T {
	if size < 1 {
		panic("pattern: Batch of nothing")
	}
	return closing(func(out chan<- []T) {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		for {
			batch, more := gather(ctx, in, size, wait, timer)
			if len(batch) > 0 && !send(ctx, out, batch) || !more {
				return
			}
		}
	})
}

// gather returns the next batch, and whether another one may follow.
func gather[T any](
	ctx context.Context, in <-chan T, size int, wait time.Duration, timer *time.Timer,
) (batch []T, more bool) {
	first, ok := receive(ctx, in)
	if !ok {
		return nil, false
	}
	batch = append(make([]T, 0, size), first)
	timer.Reset(wait) // drops what it has sent before
	for len(batch) < size {
		select {
		case v, ok := <-in:
			if !ok {
				return batch, false
			}
			batch = append(batch, v)
		case <-timer.C:
			return batch, true
		case <-ctx.Done():
			return nil, false
		}
	}
	return batch, true
}
