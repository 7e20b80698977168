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
	"io"
	"strings"

	"golang.org/x/exp/trace"
)

// Limit is the size, in bytes, from which on a trace is not read: reading takes
// a multiple of it in memory.
const Limit = 64 << 20

// ErrBadTrace is wrapped by every error about the content of a trace.
var ErrBadTrace = errors.New("no usable execution trace")

// each calls take for every event of a trace. take returns how many goroutines
// run now.
func each(in io.Reader, take func(trace.Event) (running int)) error {
	in, err := modern(in)
	if err != nil {
		return err
	}
	events, err := trace.NewReader(in)
	if err != nil {
		return err
	}
	for {
		e, err := next(events)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is cut or damaged, record it again: %w", err)
		}
		if take(e) > mostProcs {
			return fmt.Errorf("it is damaged, record it again: more than %d goroutines run at once", mostProcs)
		}
	}
}

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

// modern returns a reader of the same bytes if they begin like a trace of the
// format of Go 1.22 and later. Older ones are of another format, which the
// tests here do not try.
func modern(in io.Reader) (io.Reader, error) {
	const like = "go 1.22 trace\x00\x00\x00"
	head := make([]byte, len(like))
	n, err := io.ReadFull(in, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	var minor int
	if _, err := fmt.Sscanf(string(head[:n]), "go 1.%d trace\x00\x00\x00", &minor); err != nil || minor < 22 {
		return nil, fmt.Errorf("it begins with %.16q; record one with go test -trace or runtime/trace, and Go 1.22 or later", head[:n])
	}
	return io.MultiReader(strings.NewReader(string(head)), in), nil
}

// bounded reads up to a limit, and keeps the error that was the reader's own.
type bounded struct {
	r    io.Reader
	left int
	err  error
}

var errTooLarge = fmt.Errorf("it is larger than %d MiB; record a shorter time", Limit>>20)

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		b.err = fmt.Errorf("%w: %w", ErrBadTrace, errTooLarge)
		return 0, b.err
	}
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// gomaxprocs returns what a metric says of it; 0 if it is another metric.
func gomaxprocs(m trace.Metric) int {
	if m.Name != "/sched/gomaxprocs:threads" || m.Value.Kind() != trace.ValueUint64 {
		return 0
	}
	return int(min(m.Value.Uint64(), mostProcs))
}
