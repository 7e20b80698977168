package timeline_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/trace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"
	exptrace "golang.org/x/exp/trace"

	"conpar/report/timeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// record returns a trace of goroutines that each run do once, at the given
// GOMAXPROCS.
func record(t testing.TB, procs, goroutines int, do func()) []byte {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	var data bytes.Buffer
	if err := trace.Start(&data); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(do)
	}
	wg.Wait()
	trace.Stop()
	return data.Bytes()
}

// count spins without a look at a clock.
func count(n int) {
	var x atomic.Int64
	for range n {
		x.Add(1)
	}
}

// steps yields between regions.
func steps() {
	for range 20 {
		region := trace.StartRegion(bg, "step")
		count(2000)
		region.End()
		runtime.Gosched()
	}
}

// together loads a trace, and returns how its regions of a type ran.
func together(t testing.TB, data []byte, kind string) (procs, regions, most int) {
	t.Helper()
	trace, err := timeline.Load(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	regions, most, makespan, err := trace.Together(kind)
	if err != nil || makespan <= 0 || makespan > trace.Duration {
		t.Errorf("%v of %v, error %v", makespan, trace.Duration, err)
	}
	return trace.Procs, regions, most
}

// Eight goroutines are in their regions by turns, but on one processor never
// two of them at a time. Those that wait inside a region don't run either.
func TestOneProcessor(t *testing.T) {
	var turn sync.Mutex
	data := record(t, 1, 8, func() {
		steps()
		trace.WithRegion(bg, "step", func() {
			runtime.Gosched() // so that all are in a region at once
			turn.Lock()
			count(2000)
			runtime.Gosched()
			turn.Unlock()
		})
	})
	if procs, regions, most := together(t, data, "step"); most != 1 || procs != 1 || regions != 8*21 {
		t.Errorf("%d regions, %d running, at GOMAXPROCS %d; want 168, 1, 1", regions, most, procs)
	}
}

// Two goroutines pass a number to and fro, spinning. Were they not running at
// once, that would take as many preemptions as there are turns.
func TestTwoProcessors(t *testing.T) {
	var number, next atomic.Int64
	data := record(t, 2, 2, func() {
		me := next.Add(1) - 1
		region := trace.StartRegion(bg, "pass")
		for turn := me; turn < 200; turn += 2 {
			for number.Load() != turn {
			}
			number.Add(1)
		}
		region.End()
	})
	if procs, regions, most := together(t, data, "pass"); most != 2 || procs != 2 || regions != 2 {
		t.Errorf("%d regions, %d running, at GOMAXPROCS %d; want 2, 2, 2", regions, most, procs)
	}
}

// A trace as the runner records it, of 32 tasks of ten steps at GOMAXPROCS 2.
func TestRecorded(t *testing.T) {
	data, err := os.ReadFile("testdata/steps.trace")
	if err != nil {
		t.Fatal(err)
	}
	if procs, regions, most := together(t, data, "step"); most != 2 || procs != 2 || regions != 320 {
		t.Errorf("%d regions, %d running, at GOMAXPROCS %d; want 320, 2, 2", regions, most, procs)
	}
}

func TestRefuses(t *testing.T) {
	whole := record(t, 1, 2, steps)
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":      {nil, "it is empty"},
		"packed":       {[]byte("\x1f\x8b\x08\x00 and so on"), "gunzip"},
		"text":         {[]byte("goos: linux\ngoarch: amd64\n"), "goos: linux"},
		"another zip":  {[]byte("PK\x03\x04"), "runtime/trace"},
		"an old trace": {[]byte("go 1.21 trace\x00\x00\x00\x81\x02"), "Go 1.22"},
		"a future one": {[]byte("go 1.99 trace\x00\x00\x00\x81\x02"), "1.99"},
		"half":         {whole[:len(whole)/2], "record it again"},
		"header only":  {whole[:16], "runtime/trace.Stop"},
		"part of one":  {whole[:15], "it begins with"},
		"other region": {whole, `no region of the type "nosuch"`},
	} {
		t.Run(name, func(t *testing.T) {
			trace, err := timeline.Load(bytes.NewReader(tt.data))
			if err == nil {
				_, _, _, err = trace.Together("nosuch")
			}
			if !errors.Is(err, timeline.ErrBadTrace) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v; want %q", err, tt.says)
			}
		})
	}
}

func TestEndlessInput(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("go 1.26 trace\x00\x00\x00"), zeros{})
	if _, err := timeline.Load(endless); !errors.Is(err, timeline.ErrBadTrace) || !strings.Contains(err.Error(), "damaged at byte 16") {
		t.Errorf("endless: error %v", err)
	}
	broken := errors.New("the disk is gone")
	in := io.MultiReader(bytes.NewReader(record(t, 1, 2, steps)), iotest.ErrReader(broken))
	if _, err := timeline.Load(in); !errors.Is(err, broken) || errors.Is(err, timeline.ErrBadTrace) {
		t.Errorf("broken: error %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// script makes events, at the times given.
type script struct {
	t      *testing.T
	events []exptrace.Event
}

func (s *script) put(e exptrace.Event, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	s.events = append(s.events, e)
}

func (s *script) region(at exptrace.Time, g exptrace.GoID, kind exptrace.EventKind, name string) {
	s.t.Helper()
	s.put(exptrace.MakeEvent(exptrace.EventConfig[exptrace.Region]{
		Time: at, Kind: kind, Goroutine: g, Thread: 1, Proc: 1, Details: exptrace.Region{Type: name}}))
}

func (s *script) begin(at exptrace.Time, g exptrace.GoID) {
	s.t.Helper()
	s.region(at, g, exptrace.EventRegionBegin, "step")
}

func (s *script) end(at exptrace.Time, g exptrace.GoID) {
	s.t.Helper()
	s.region(at, g, exptrace.EventRegionEnd, "step")
}

func (s *script) state(at exptrace.Time, g exptrace.GoID, from, to exptrace.GoState) {
	s.t.Helper()
	on := exptrace.NoGoroutine
	if from == exptrace.GoRunning || from == exptrace.GoSyscall {
		on = g
	}
	s.put(exptrace.MakeEvent(exptrace.EventConfig[exptrace.StateTransition]{
		Time: at, Kind: exptrace.EventStateTransition, Goroutine: on, Thread: 1, Proc: 1,
		Details: exptrace.MakeGoStateTransition(g, from, to)}))
}

// What runs, waits and takes turns in regions, in nanoseconds.
func TestTogether(t *testing.T) {
	born := func(s *script, g exptrace.GoID) { s.state(0, g, runnable, running) }
	for name, tt := range map[string]struct {
		script        func(*script)
		regions, most int
	}{
		"two at once for half the time": {func(s *script) {
			born(s, 1)
			born(s, 2)
			s.begin(100, 1)
			s.begin(125, 2)
			s.end(175, 2)
			s.end(200, 1)
		}, 2, 2},
		"by turns": {func(s *script) {
			born(s, 1)
			s.begin(100, 1)
			s.state(110, 1, running, runnable)
			s.state(110, 2, runnable, running)
			s.begin(120, 2)
			s.end(130, 2)
			s.state(140, 2, running, runnable)
			s.state(140, 1, runnable, running)
			s.end(200, 1)
		}, 2, 1},
		"begun before the trace, or not ended in it": {func(s *script) {
			born(s, 1)
			born(s, 2)
			s.end(50, 2)
			s.begin(100, 1)
			s.end(200, 1)
			s.begin(210, 1)
			s.begin(220, 2)
		}, 1, 1},
	} {
		s := &script{t: t}
		tt.script(s)
		trace, err := timeline.LoadEvents(s.events)
		if err != nil {
			t.Fatal(err)
		}
		regions, most, makespan, err := trace.Together("step")
		if regions != tt.regions || most != tt.most || makespan != 100 || err != nil {
			t.Errorf("%s: %d regions, %d running, %v, error %v", name, regions, most, makespan, err)
		}
	}
}
