// Package timeline reads execution traces of Go ([Load]): which goroutine ran
// when, on which processor, and for how long it waited, or was ready while no
// processor was free.
//
// A program marks what it does with regions (runtime/trace.StartRegion). Here
// a region runs while it has begun and not ended, and its goroutine is running
// on a processor: not while it is runnable, waits, or is in a system call. So
// regions that take turns on one processor never run two at a time, though
// they are all in progress.
//
// It is the runtime's view: a processor is one of the GOMAXPROCS, and what the
// operating system makes of the thread behind it is not in the trace. Nothing
// is drawn and nothing judged here.
package timeline

import (
	"errors"
	"fmt"

	"golang.org/x/exp/trace"
)

// ErrBadTrace is wrapped by every error about the content of a trace.
var ErrBadTrace = errors.New("no usable execution trace")

// mostProcs is more than any GOMAXPROCS.
const mostProcs = 1 << 12

// next returns the next event. The reader checks what it reads, and panics where
// it takes something to be impossible: for damaged bytes that is an error too.
func next(events *trace.Reader) (e trace.Event, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("its reader gave up: %v", v)
		}
	}()
	return events.ReadEvent()
}

// gomaxprocs returns what a metric says of it; 0 if it is another metric.
func gomaxprocs(m trace.Metric) int {
	if m.Name != "/sched/gomaxprocs:threads" || m.Value.Kind() != trace.ValueUint64 {
		return 0
	}
	return int(min(m.Value.Uint64(), mostProcs))
}
