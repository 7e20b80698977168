package child

import (
	"context"
	"sync/atomic"
	"time"
)

// often is how often a deadline is looked at, and late how much later than that a
// look may come while this process could run: a busy machine is no standstill.
const (
	often = 250 * time.Millisecond
	late  = 500 * time.Millisecond
)

// Deadline ends a context after some time in which this process could run. While it
// was stopped, its control group frozen or the machine suspended, nothing could be
// read, so that time does not count.
type Deadline struct {
	context.Context
	cancel   context.CancelCauseFunc
	patience time.Duration
	left     atomic.Int64 // of the patience
	stood    chan time.Duration
}

// Within returns a deadline in that much time, whose context has the cause why then.
// Stop must be called.
func Within(parent context.Context, patience time.Duration, why error) *Deadline {
	ctx, cancel := context.WithCancelCause(parent)
	d := &Deadline{Context: ctx, cancel: cancel, patience: patience, stood: make(chan time.Duration, 1)}
	d.Again()
	go d.watch(why)
	return d
}

// Again begins the time anew.
func (d *Deadline) Again() { d.left.Store(int64(d.patience)) }

// Stop ends the watch, and returns for how long this process stood still meanwhile, 0
// if that was less than half a second.
func (d *Deadline) Stop() time.Duration {
	d.cancel(context.Canceled)
	return <-d.stood
}

func (d *Deadline) watch(why error) {
	var stood time.Duration
	last := time.Now()
	look := func() (left time.Duration) {
		gap := time.Since(last)
		last = last.Add(gap)
		if gap > often+late {
			stood += gap
			gap = often
		}
		return time.Duration(d.left.Add(-int64(gap)))
	}
	timer := time.NewTimer(min(often, d.patience))
	defer timer.Stop()
	for {
		select {
		case <-d.Done():
			look()
			d.stood <- stood
			return
		case <-timer.C:
			left := look()
			if left <= 0 {
				d.cancel(why)
			}
			timer.Reset(max(0, min(often, left)))
		}
	}
}
