package pattern

import (
	"context"
	"sync/atomic"

	"conpar/workloads"
)

var (
	_ = Set.AddReady("broadcast/by=close", "Wakes a goroutine that waits, all at once by the closing of a channel.",
		workloads.Sharing, scaled, numbered(func(ctx context.Context, g, n int) uint64 {
			return broadcast(ctx, g, n, func() (<-chan struct{}, func()) {
				c := make(chan struct{})
				return c, func() { close(c) }
			})
		}))
	_ = Set.AddReady("broadcast/by=context", "Wakes a goroutine that waits, all at once by the end of a context.",
		workloads.Sharing, scaled, numbered(func(ctx context.Context, g, n int) uint64 {
			return broadcast(ctx, g, n, func() (<-chan struct{}, func()) {
				inner, cancel := context.WithCancel(context.Background()) // which nothing else ends
				return inner.Done(), cancel
			})
		}))
)

// gate is what goroutines wait at until it opens. What then comes is written
// before.
type gate struct {
	opened  <-chan struct{}
	next    *gate
	waiters int // how many of them, the first ones, are to wait at the next gate
}

// broadcast wakes waiters n times in all, g at a time, and fewer at last. Before
// each gate is opened all have come to it, and as a rule are asleep. A waiter
// adds up the numbers of its wakings.
func broadcast(ctx context.Context, g, n int, newGate func() (opened <-chan struct{}, open func())) uint64 {
	var coming atomic.Int64 // waiters that have not come to the gate yet
	allThere := make(chan struct{}, 1)
	opened, open := newGate()
	first := &gate{opened: opened}
	sums := make(chan uint64, g)
	for i := range g {
		go func() { sums <- wakings(first, i, g, &coming, allThere) }()
	}
	at, left := first, n
	for {
		next := &gate{}
		at.next, at.waiters = next, min(g, left)
		if ctx.Err() != nil {
			at.waiters = 0
		}
		left -= at.waiters
		coming.Store(int64(at.waiters))
		openThis := open
		next.opened, open = newGate()
		openThis()
		if at.waiters == 0 {
			break
		}
		<-allThere
		at = next
	}
	open() // releases a context
	var sum uint64
	for range g {
		sum += <-sums
	}
	return sum
}

// wakings is waiter i of g, which is woken for the tasks i, i+g, i+2g …
func wakings(at *gate, i, g int, coming *atomic.Int64, allThere chan<- struct{}) (sum uint64) {
	<-at.opened // to begin with
	for task := i; i < at.waiters; task += g {
		at = at.next
		if coming.Add(-1) == 0 {
			allThere <- struct{}{}
		}
		<-at.opened
		sum += number(task)
	}
	return sum
}
