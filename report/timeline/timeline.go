// Package timeline reads execution traces of Go: which goroutine ran when, on
// which processor, and for how long it waited, or was ready while no processor
// was free ([Load]); and how many regions of a type ran at the same instant
// ([Read]).
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
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/exp/trace"
)

// Limit is the size, in bytes, from which on a trace is not read: reading takes
// a multiple of it in memory.
const Limit = 64 << 20

// ErrBadTrace is wrapped by every error about the content of a trace.
var ErrBadTrace = errors.New("no usable execution trace")

// Summary is what a trace tells of the regions of one type.
type Summary struct {
	Procs    int           // the largest GOMAXPROCS that it saw; 0 unknown
	Regions  int           // how many began
	Makespan time.Duration // from the first one's begin to the last one's end
	// RunningMax is the most that ran at the same instant. A goroutine counts
	// once, however many it has begun inside each other.
	RunningMax int
	// Share[k] is the share of the makespan, 0 … 1, with k of them running: k is
	// 0 … RunningMax, and all come to 1.
	Share []float64
}

// Read reads a trace, as Go 1.22 and later write it, to its end and sums up
// the regions of the given type. A trace that is cut or damaged is an error, as
// is one without such a region. Errors wrap [ErrBadTrace], or are r's.
func Read(r io.Reader, regionType string) (Summary, error) {
	return guarded(r, func(in io.Reader) (Summary, error) { return read(in, regionType) })
}

// guarded calls read with what is up to [Limit] of r, and tells errors about
// the content of a trace from those of r.
func guarded[T any](r io.Reader, read func(io.Reader) (T, error)) (T, error) {
	var none T
	in := &bounded{r: r, left: Limit}
	s, err := read(in)
	switch {
	case in.err != nil:
		return none, fmt.Errorf("reading a trace: %w", in.err)
	case err != nil:
		return none, fmt.Errorf("%w: %w", ErrBadTrace, err)
	}
	return s, nil
}

func read(in io.Reader, regionType string) (Summary, error) {
	c := newCount(regionType)
	err := each(in, func(e trace.Event) int { c.add(e); return c.running })
	if err != nil {
		return Summary{}, err
	}
	return c.sum()
}

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
// tests here do not try, and which nobody needs any more.
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

// count follows the goroutines through a trace.
type count struct {
	regionType string
	others     map[string]bool // other types, for the error
	procs      int
	regions    int
	goroutines map[trace.GoID]goroutine
	tally
	begin, end trace.Time // of the makespan, as far as it is known
	until      []int64    // what with was at end
}

// tally counts how long how many run.
type tally struct {
	running int
	at      trace.Time // until here it has counted
	with    []int64    // ns with k running
}

func (t *tally) count(now trace.Time) {
	for t.running >= len(t.with) {
		t.with = append(t.with, 0)
	}
	t.with[t.running] += int64(now - t.at)
	t.at = now
}

// shares returns with as shares of the whole.
func shares(with []int64, whole time.Duration) []float64 {
	out := make([]float64, len(with))
	for k, ns := range with {
		out[k] = float64(ns) / float64(whole)
	}
	return out
}

// goroutine is what is known of one: whether it runs, and how many regions of
// the type it is in.
type goroutine struct {
	running bool
	in      int
}

func newCount(regionType string) *count {
	return &count{regionType: regionType, others: map[string]bool{}, goroutines: map[trace.GoID]goroutine{}}
}

func (c *count) add(e trace.Event) {
	switch e.Kind() {
	case trace.EventMetric:
		c.procs = max(c.procs, gomaxprocs(e.Metric()))
	case trace.EventRegionBegin, trace.EventRegionEnd:
		if name := e.Region().Type; name == c.regionType {
			c.region(e)
		} else if len(c.others) < 5 {
			c.others[name] = true
		}
	case trace.EventStateTransition:
		t := e.StateTransition()
		if t.Resource.Kind != trace.ResourceGoroutine {
			return
		}
		id := t.Resource.Goroutine()
		g := c.goroutines[id]
		_, to := t.Goroutine()
		g.running = to == trace.GoRunning
		if to == trace.GoNotExist {
			g.in = 0
		}
		c.set(id, g, e.Time())
	}
}

// gomaxprocs returns what a metric says of it; 0 if it is another metric.
func gomaxprocs(m trace.Metric) int {
	if m.Name != "/sched/gomaxprocs:threads" || m.Value.Kind() != trace.ValueUint64 {
		return 0
	}
	return int(min(m.Value.Uint64(), mostProcs))
}

// region begins or ends one. Only running goroutines do that, so its goroutine
// is taken to be running. An end whose begin is not in the trace is none.
func (c *count) region(e trace.Event) {
	g := c.goroutines[e.Goroutine()]
	g.running = true
	if e.Kind() == trace.EventRegionBegin {
		if c.regions == 0 {
			c.begin, c.at = e.Time(), e.Time()
		}
		c.regions++
		g.in++
	} else if g.in > 0 {
		g.in--
	}
	c.set(e.Goroutine(), g, e.Time())
}

// set makes g what is known of a goroutine from now on.
func (c *count) set(id trace.GoID, g goroutine, now trace.Time) {
	was := c.goroutines[id]
	if c.regions > 0 {
		c.count(now)
	}
	if is := g.running && g.in > 0; is != (was.running && was.in > 0) {
		if is {
			c.running++
		} else {
			c.running--
		}
	}
	if was.in > g.in {
		c.end, c.until = now, append(c.until[:0], c.with...)
	}
	if g == (goroutine{}) {
		delete(c.goroutines, id)
	} else {
		c.goroutines[id] = g
	}
}

func (c *count) sum() (Summary, error) {
	makespan := time.Duration(c.end - c.begin)
	switch {
	case c.regions == 0 && len(c.others) == 0:
		return Summary{}, errors.New("it has no regions; mark what is to be counted with trace.StartRegion")
	case c.regions == 0:
		return Summary{}, fmt.Errorf("it has no region of the type %q, but of %q", c.regionType, slices.Sorted(maps.Keys(c.others)))
	case makespan <= 0:
		return Summary{}, fmt.Errorf("none of its regions of the type %q ends", c.regionType)
	}
	return Summary{Procs: c.procs, Regions: c.regions, Makespan: makespan, RunningMax: len(c.until) - 1, Share: shares(c.until, makespan)}, nil
}
