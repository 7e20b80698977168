package pattern

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
)

var (
	_ = Set.AddReady("singleflight/work=none", "Asks for what costs nothing to get.",
		workloads.Sharing, scaled, flown(func() {}))
	_ = Set.AddReady("singleflight/work=wait", "Asks for what takes 5 ms to get, as do the seven tasks beside it.",
		workloads.Waiting, waiting, flown(func() { time.Sleep(shortWait) }))
)

// flown is a runner whose tasks ask, eight at a time, for the same. Its metric
// shared-% is the share of tasks that got what another one asked for.
func flown(work func()) runner {
	const together = 8
	get := func(task int) uint64 {
		work()
		return number(task % 1024 / together)
	}
	var answers [1024]uint64
	for i := range answers {
		answers[i] = number(i / together)
	}
	return runner{
		plain: get,
		run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			var flights Flight[int, uint64]
			var shared atomic.Int64
			result, err := fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
				value, others, err := flights.Do(ctx, task/together, func() (uint64, error) { return get(task), nil })
				if others {
					shared.Add(1)
				}
				return value, err
			})
			percent := 100 * float64(shared.Load()) / float64(max(n, 1))
			result.Metrics = []workloads.Metric{{Unit: "shared-%", Value: percent}}
			return result, err
		},
		want: func(n int) uint64 { return workloads.CyclicSum(answers[:], n) },
	}
}

// Flight lets callers who ask for the same thing at the same time share one
// call. Its zero value is ready. It is no cache: who asks after the call has
// ended begins another.
type Flight[K comparable, V any] struct {
	mu    sync.Mutex
	calls map[K]*flight[V] // that are under way
}

type flight[V any] struct {
	landed chan struct{} // closed when the answer is there
	answer answer[V]
}

// errCrashed is the error of those who waited for a call that panicked or ended
// its goroutine instead of returning.
var errCrashed = errors.New("pattern: the shared call did not return")

// Do returns f's answer, or that of the call for the same key that is under way,
// and says whether it was another caller's. Who waits for another's leaves when
// ctx ends, with its cause; f is called in the goroutine of its caller and has to
// look at a context by itself.
func (t *Flight[K, V]) Do(ctx context.Context, key K, f func() (V, error)) (value V, shared bool, err error) {
	t.mu.Lock()
	if c, ok := t.calls[key]; ok {
		t.mu.Unlock()
		select {
		case <-c.landed:
			return c.answer.value, true, c.answer.err
		case <-ctx.Done():
			return value, true, context.Cause(ctx)
		}
	}
	c := &flight[V]{landed: make(chan struct{}), answer: answer[V]{err: errCrashed}}
	if t.calls == nil {
		t.calls = map[K]*flight[V]{}
	}
	t.calls[key] = c
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.calls, key)
		t.mu.Unlock()
		close(c.landed)
	}()
	c.answer = answerOf(f())
	return c.answer.value, false, c.answer.err
}
