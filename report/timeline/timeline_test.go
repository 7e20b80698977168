package timeline_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/trace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
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

func checkShares(t testing.TB, s timeline.Summary) {
	t.Helper()
	var sum float64
	for _, share := range s.Share {
		if share < 0 {
			t.Errorf("a share of %v", share)
		}
		sum += share
	}
	if math.Abs(sum-1) > 1e-9 || len(s.Share) != s.RunningMax+1 || s.Makespan <= 0 || s.RunningMax < 1 {
		t.Errorf("%+v: the shares come to %v", s, sum)
	}
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
	s, err := timeline.Read(bytes.NewReader(data), "step")
	if err != nil {
		t.Fatal(err)
	}
	if s.RunningMax != 1 || s.Procs != 1 || s.Regions != 8*21 {
		t.Errorf("%+v; want 168 regions, at most 1 running, at GOMAXPROCS 1", s)
	}
	checkShares(t, s)
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
	s, err := timeline.Read(bytes.NewReader(data), "pass")
	if err != nil {
		t.Fatal(err)
	}
	if s.RunningMax != 2 || s.Procs != 2 || s.Regions != 2 || s.Share[2] == 0 {
		t.Errorf("%+v; want 2 regions, 2 running, at GOMAXPROCS 2", s)
	}
	checkShares(t, s)
}

// A trace as the runner records it, of 32 tasks of ten steps at GOMAXPROCS 2.
func TestRecorded(t *testing.T) {
	f, err := os.Open("testdata/steps.trace")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := timeline.Read(f, "step")
	if err != nil {
		t.Fatal(err)
	}
	if s.Procs != 2 || s.Regions != 320 || s.RunningMax != 2 {
		t.Errorf("%+v; want 320 regions, 2 running, at GOMAXPROCS 2", s)
	}
	checkShares(t, s)
}

func TestRefuses(t *testing.T) {
	whole := record(t, 1, 2, steps)
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":      {nil, "go test -trace"},
		"text":         {[]byte("goos: linux\ngoarch: amd64\n"), "goos: linux"},
		"another zip":  {[]byte("PK\x03\x04"), "runtime/trace"},
		"an old trace": {[]byte("go 1.21 trace\x00\x00\x00\x81\x02"), "Go 1.22"},
		"a future one": {[]byte("go 1.99 trace\x00\x00\x00\x81\x02"), "1.99"},
		"half":         {whole[:len(whole)/2], "record it again"},
		"header only":  {whole[:16], ""},
		"other region": {whole, `"nosuch", but of ["step"]`},
		"no region":    {record(t, 1, 1, func() { count(10) }), "trace.StartRegion"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := timeline.Read(bytes.NewReader(tt.data), "nosuch")
			if !errors.Is(err, timeline.ErrBadTrace) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%+v, error %v; want %q", s, err, tt.says)
			}
		})
	}
}

func TestInputIsBounded(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("go 1.26 trace\x00\x00\x00"), zeros{})
	if _, err := timeline.Read(io.LimitReader(endless, 2*timeline.Limit), "step"); !errors.Is(err, timeline.ErrBadTrace) {
		t.Errorf("endless: error %v", err)
	}
	broken := errors.New("the disk is gone")
	in := io.MultiReader(bytes.NewReader(record(t, 1, 2, steps)), iotest.ErrReader(broken))
	if _, err := timeline.Read(in, "step"); !errors.Is(err, broken) || errors.Is(err, timeline.ErrBadTrace) {
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

func (s *script) region(at exptrace.Time, g exptrace.GoID, kind exptrace.EventKind) {
	s.t.Helper()
	s.put(exptrace.MakeEvent(exptrace.EventConfig[exptrace.Region]{
		Time: at, Kind: kind, Goroutine: g, Thread: 1, Proc: 1, Details: exptrace.Region{Type: "step"}}))
}

func (s *script) begin(at exptrace.Time, g exptrace.GoID) {
	s.t.Helper()
	s.region(at, g, exptrace.EventRegionBegin)
}

func (s *script) end(at exptrace.Time, g exptrace.GoID) {
	s.t.Helper()
	s.region(at, g, exptrace.EventRegionEnd)
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

func TestStates(t *testing.T) {
	for name, tt := range map[string]struct {
		script func(*script)
		want   timeline.Summary
	}{
		"two at once for half the time": {func(s *script) {
			s.begin(100, 1)
			s.begin(125, 2)
			s.end(175, 2)
			s.end(200, 1)
		}, timeline.Summary{Regions: 2, Makespan: 100, RunningMax: 2, Share: []float64{0, .5, .5}}},
		"not while runnable, waiting or in a system call": {func(s *script) {
			s.begin(100, 1)
			s.state(110, 1, running, runnable)
			s.state(120, 1, runnable, running)
			s.state(130, 1, running, waiting)
			s.state(150, 1, waiting, runnable)
			s.state(160, 1, runnable, running)
			s.state(170, 1, running, syscall)
			s.state(190, 1, syscall, running)
			s.end(200, 1)
		}, timeline.Summary{Regions: 1, Makespan: 100, RunningMax: 1, Share: []float64{.6, .4}}},
		"by turns": {func(s *script) {
			s.begin(100, 1)
			s.state(110, 1, running, runnable)
			s.begin(120, 2)
			s.end(130, 2)
			s.state(140, 1, runnable, running)
			s.end(200, 1)
		}, timeline.Summary{Regions: 2, Makespan: 100, RunningMax: 1, Share: []float64{.2, .8}}},
		"inside each other": {func(s *script) {
			s.begin(100, 1)
			s.begin(110, 1)
			s.end(120, 1)
			s.end(200, 1)
		}, timeline.Summary{Regions: 2, Makespan: 100, RunningMax: 1, Share: []float64{0, 1}}},
		"a goroutine that ends in its region": {func(s *script) {
			s.begin(100, 1)
			s.state(150, 1, running, gone)
			s.begin(190, 2)
			s.end(200, 2)
		}, timeline.Summary{Regions: 2, Makespan: 100, RunningMax: 1, Share: []float64{.4, .6}}},
		"begun before the trace, or not ended in it": {func(s *script) {
			s.end(50, 3)
			s.begin(100, 1)
			s.end(200, 1)
			s.begin(210, 1)
			s.begin(220, 2)
		}, timeline.Summary{Regions: 3, Makespan: 100, RunningMax: 1, Share: []float64{0, 1}}},
	} {
		s := &script{t: t}
		tt.script(s)
		got, err := timeline.Sum("step", s.events)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v\n%s", name, err, diff)
		}
	}
}

func TestRegionsThatDoNotEnd(t *testing.T) {
	s := &script{t: t}
	s.begin(100, 1)
	s.begin(110, 2)
	if got, err := timeline.Sum("step", s.events); err == nil || !strings.Contains(err.Error(), "none of its regions") {
		t.Errorf("%+v, error %v", got, err)
	}
}
