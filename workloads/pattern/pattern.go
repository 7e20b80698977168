// Package pattern has the patterns of concurrent Go that everybody meets, each
// as a small function or type that can be used as it is, with what it costs as
// a workload beside it; and what they are made of: channels, select, and the
// waking of many by one.
//
// Each file shows one pattern, so the package exports more names than others
// do. They have some manners in common:
//
//   - Directions stand in the types: who is given a <-chan T receives and never
//     closes, and the maker of a channel closes it.
//   - When ctx ends, every goroutine of a pattern ends soon, even without
//     a receiver of what it sends. Items that are under way are then lost. So a
//     pattern needs a ctx that ends where its user may leave early.
//   - A closed input ends a pattern too, after what it has received is passed on.
//   - Channels have no buffer where nothing else is said.
//   - Wrong parameters, such as no workers at all, panic.
//
// The package does not retry, log, or measure time. For work that may fail it
// refers to golang.org/x/sync/errgroup, and for single calls shared by many to
// golang.org/x/sync/singleflight, which know more special cases than an exhibit
// can show.
//
// Computing is counted in iterations: see package kernel.
package pattern

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// Set holds the workloads of this package.
var Set workloads.Set

// The axes: single is that of a pattern whose number of goroutines is its own,
// where more of it run side by side, each by itself; scaled that of one that is
// told how many goroutines to use; waiting that of work that waits.
var (
	single = workloads.Axis{Key: "goroutines", Quick: []int{1}, Full: []int{0, 1}}
	scaled = workloads.Axis{
		Key:   "goroutines",
		Quick: []int{workloads.AllCPUs, 1, 2, 8},
		Full:  []int{workloads.AllCPUs, 0, 1, 2, 8},
	}
	waiting = workloads.Axis{Key: "goroutines", Quick: []int{1, 8}, Full: []int{0, 1, 8, 64}}
)

// runner is the Runner of all workloads but those of sums.
type runner struct {
	plain func(task int) uint64                                         // the answer to a task, without the pattern
	run   func(ctx context.Context, g, n int) (workloads.Result, error) // with it; g is at least 1
	want  func(n int) uint64
}

// Run gives the pattern a context that can end even where ctx can't: to look at
// it is a part of what a pattern costs.
func (r runner) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if g == 0 || ctx.Err() != nil {
		return fan.Run(ctx, 0, n, func(_, task int) (uint64, error) { return r.plain(task), nil })
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	result, err := r.run(inner, g, n)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return result, err
}

func (r runner) Want(n int) uint64 { return r.want(n) }

func (r runner) Close() error { return nil }

// numbered is a runner whose tasks are the numbers 1 … n, which run brings
// through the pattern. It returns the sum of those that arrived.
func numbered(run func(ctx context.Context, g, n int) uint64) runner {
	return runner{
		plain: number,
		run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			return workloads.Result{Sum: run(ctx, g, n)}, nil
		},
		want: kernel.Triangle,
	}
}

func number(task int) uint64 { return uint64(task) + 1 }

// numbers yields the numbers of tasks from … to-1.
func numbers(from, to int) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for task := from; task < to && yield(number(task)); task++ {
		}
	}
}

// sideBySide is a numbered runner that has the pattern g times, each by itself
// with its share of the tasks, from … to-1, in a goroutine of its own.
func sideBySide(pass func(ctx context.Context, from, to int) uint64) runner {
	return numbered(func(ctx context.Context, g, n int) uint64 {
		return inParts(g, n, func(from, to int) uint64 { return pass(ctx, from, to) })
	})
}

// inParts does a share of n tasks in each of g goroutines, waits for them, and
// returns the sum of what they return.
func inParts(g, n int, do func(from, to int) uint64) uint64 {
	var sum atomic.Uint64
	var wg sync.WaitGroup
	begin := func(part int) int { return part*(n/g) + min(part, n%g) }
	for part := range g {
		wg.Go(func() { sum.Add(do(begin(part), begin(part+1))) })
	}
	wg.Wait()
	return sum.Load()
}

// total returns the sum of what comes out of a channel until it is closed.
func total(in <-chan uint64) (sum uint64) {
	for v := range in {
		sum += v
	}
	return sum
}

// computed is a runner whose tasks make so many iterations of the kernel.
func computed(iterations int, run func(ctx context.Context, g, n int) (workloads.Result, error)) runner {
	return runner{
		plain: func(task int) uint64 { return compute(task, iterations) },
		run:   run,
		want:  func(n int) uint64 { return kernel.Want(n, iterations) },
	}
}

func compute(task, iterations int) uint64 { return kernel.Churn(kernel.Seed(task), iterations) }

// padded is a number on cache lines of its own.
type padded struct {
	n uint64
	_ [kernel.LineLen - 8]byte
}

// send sends v to out, and reports whether it did so before ctx ended.
func send[T any](ctx context.Context, out chan<- T, v T) bool {
	select {
	case out <- v:
		return true
	case <-ctx.Done():
		return false
	}
}

// receive returns what comes from in, and whether something came before in was
// closed or ctx ended.
func receive[T any](ctx context.Context, in <-chan T) (v T, ok bool) {
	select {
	case v, ok = <-in:
		return v, ok
	case <-ctx.Done():
		return v, false
	}
}

// forward sends what it receives, until in is closed or ctx ends.
func forward[T any](ctx context.Context, in <-chan T, out chan<- T) {
	for {
		v, ok := receive(ctx, in)
		if !ok || !send(ctx, out, v) {
			return
		}
	}
}

// closing returns a channel that send, in a goroutine of its own, sends to; the
// channel is closed when send returns.
func closing[T any](send func(out chan<- T)) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		send(out)
	}()
	return out
}
