package gauge

import (
	"errors"
	"maps"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fakeB collects what is reported, as testing.B does.
type fakeB struct {
	cleanups []func()
	metrics  map[string]float64
}

func (b *fakeB) Cleanup(f func()) { b.cleanups = append(b.cleanups, f) }
func (b *fakeB) ReportMetric(v float64, unit string) {
	if b.metrics == nil {
		b.metrics = map[string]float64{}
	}
	b.metrics[unit] = v
}
func (b *fakeB) end() {
	for _, f := range b.cleanups {
		f()
	}
}

// fake is moved by hand.
type fake struct {
	wall, user, system time.Duration
	err                error
	runtime            counters
	procs              int
}

func (f *fake) source() source {
	return source{
		now:     func() time.Duration { return f.wall },
		cpu:     func() (user, system time.Duration, err error) { return f.user, f.system, f.err },
		runtime: func() counters { return f.runtime },
		procs:   func() int { return f.procs },
		cpus:    func() int { return 2 },
	}
}

func TestGauge(t *testing.T) {
	const ms = time.Millisecond
	nan := math.NaN()
	tests := []struct {
		name string
		move func(*fake)
		use  func(*Gauge)
		want map[string]float64 // beside zeros
	}{
		{"anybody", func(f *fake) { f.wall, f.user = 200*ms, 100*ms }, nil,
			map[string]float64{"cpus": 0.5}},
		{"8 goroutines take turns on one CPU", func(f *fake) { f.wall, f.user, f.runtime = 100*ms, 100*ms, counters{runWait: 0.7 / 8, waits: 10} },
			func(g *Gauge) { g.Tasks(80, 800*ms) },
			map[string]float64{"cpus": 1, "run-wait": 7, "inflight": 8, "tasks/s": 800}},
		{"64 tasks in goroutines of their own take turns", func(f *fake) {
			f.wall, f.user, f.runtime = 100*ms, 100*ms, counters{runWait: 0.6, waits: 15, created: 64}
		}, nil,
			map[string]float64{"cpus": 1, "run-wait": 6 * 64. / 15}},
		{"half of the waits are of new goroutines", func(f *fake) {
			f.wall, f.user, f.runtime = 100*ms, 100*ms, counters{runWait: 0.1, waits: 15 + 8, created: 64}
		}, nil,
			map[string]float64{"cpus": 1, "run-wait": 128. / 23}},
		{"a Go that does not count goroutines", func(f *fake) {
			f.wall, f.user, f.runtime = 100*ms, 100*ms, counters{runWait: 0.1, waits: 15, created: nan}
		}, nil,
			map[string]float64{"cpus": 1, "run-wait": 8}},
		{"64 tasks wait", func(f *fake) { f.wall = 100 * ms },
			func(g *Gauge) { g.Tasks(640, 6400*ms) },
			map[string]float64{"inflight": 64, "tasks/s": 6400}},
		{"residence not counted", func(f *fake) { f.wall, f.user = 100*ms, 200*ms },
			func(g *Gauge) { g.Tasks(10, 0) },
			map[string]float64{"cpus": 2, "tasks/s": 100}},
		{"told in parts", func(f *fake) { f.wall, f.user = 100*ms, 100*ms },
			func(g *Gauge) { g.Tasks(4, 50*ms); g.Tasks(6, 50*ms) },
			map[string]float64{"cpus": 1, "inflight": 1, "tasks/s": 100}},
		{"the system's part", func(f *fake) { f.wall, f.user, f.system = 100*ms, 50*ms, 150*ms }, nil,
			map[string]float64{"cpus": 2, "system-cpus": 1.5}},
		{"locked out", func(f *fake) { f.wall, f.runtime.lockWait = 500*ms, 1.5 }, nil,
			map[string]float64{"lock-wait": 3}},
		{"a quarter is garbage collection", func(f *fake) {
			f.wall, f.user, f.runtime.gc, f.runtime.busy = 100*ms, 200*ms, 0.03, 0.12
		}, nil,
			map[string]float64{"cpus": 2, "gc-cpus": 0.5}},
		{"idle marking was rounded up", func(f *fake) { f.wall, f.user, f.runtime.gc, f.runtime.busy = 100*ms, 200*ms, -0.01, 0.12 }, nil,
			map[string]float64{"cpus": 2}},
		{"more processors of the runtime than CPUs", func(f *fake) { f.wall, f.user, f.procs = 100*ms, 180*ms, 8 }, nil,
			map[string]float64{"cpus": 1.8, "oversubscribed": 4}},
		{"the same for work that waits", func(f *fake) { f.wall, f.user, f.procs = 100*ms, 178*ms, 8 }, nil,
			map[string]float64{"cpus": 1.78}},
		{"the same where CPU time is not counted", func(f *fake) { f.wall, f.procs, f.err = 100*ms, 8, errors.New("no") }, nil,
			map[string]float64{"cpus": nan, "system-cpus": nan, "gc-cpus": nan, "oversubscribed": 4}},
		{"a Go that counts nothing", func(f *fake) { f.wall, f.user, f.runtime = 100*ms, 100*ms, counters{nan, nan, nan, nan, nan, nan} }, nil,
			map[string]float64{"cpus": 1, "lock-wait": nan, "run-wait": nan, "gc-cpus": nan}},
		{"a system that counts nothing", func(f *fake) { f.wall, f.err = 100*ms, errors.New("no") }, nil,
			map[string]float64{"cpus": nan, "system-cpus": nan, "gc-cpus": nan}},
		{"no time passed", func(*fake) {}, func(g *Gauge) { g.Tasks(4, 50*ms) }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &fakeB{}
			before := fake{wall: time.Hour, user: time.Minute, system: time.Second, runtime: counters{5, 6, 60, 600, 7, 8}, procs: 2}
			f := before
			g := start(b, f.source())
			var d fake
			tt.move(&d)
			f.wall, f.user, f.system = f.wall+d.wall, f.user+d.user, f.system+d.system
			f.runtime = counters{5 + d.runtime.lockWait, 6 + d.runtime.runWait, 60 + d.runtime.waits, 600 + d.runtime.created,
				7 + d.runtime.gc, 8 + d.runtime.busy}
			f.err, f.procs = d.err, max(f.procs, d.procs)
			if tt.use != nil {
				tt.use(g)
			}
			b.end()
			want := map[string]float64{}
			if tt.want != nil {
				want = map[string]float64{"cpus": 0, "system-cpus": 0, "gc-cpus": 0, "lock-wait": 0, "run-wait": 0,
					"gomaxprocs": float64(f.procs)}
			}
			for unit, v := range tt.want {
				if want[unit] = v; math.IsNaN(v) {
					delete(want, unit)
				}
			}
			near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
			if !maps.EqualFunc(b.metrics, want, near) {
				t.Errorf("reported %v, want %v", b.metrics, want)
			}
		})
	}
}

func TestStopEndsTheWindow(t *testing.T) {
	b := &fakeB{}
	f := &fake{}
	g := start(b, f.source())
	f.wall, f.user, f.runtime.lockWait = time.Second, time.Second, 1
	g.Stop()
	f.wall, f.user, f.runtime.lockWait = time.Hour, time.Hour, 7
	g.Stop()
	b.end()
	if b.metrics["cpus"] != 1 || b.metrics["lock-wait"] != 1 {
		t.Errorf("reported %v, want 1 CPU and 1 waiting: what follows Stop must not count", b.metrics)
	}
}

// gauged returns what is reported of a window in which each goroutine calls do
// once, at GOMAXPROCS=procs.
func gauged(t *testing.T, procs, goroutines int, do func()) map[string]float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	b := &fakeB{}
	var wg sync.WaitGroup
	begin := make(chan bool)
	for range goroutines {
		wg.Go(func() {
			<-begin
			do()
		})
	}
	g := Start(b)
	close(begin)
	wg.Wait()
	g.Stop()
	b.end()
	t.Log(b.metrics)
	return b.metrics
}

// Of 8 goroutines that yield all the time to one processor, one runs and 7 are
// ready, however busy the machine is. Were the runtime to record another share
// of the waits than one in eight, run-wait would be off by that. The bounds are
// wide: few, but long waits come from a machine that is busy.
func TestRunWaitIsKnown(t *testing.T) {
	yield := func() {
		x := uint64(1)
		for range 4000 {
			for range 5000 {
				x = x*6364136223846793005 + 1
			}
			runtime.Gosched()
		}
		sink.Store(x)
	}
	if got := gauged(t, 1, 8, yield)["run-wait"]; got < 2.5 || got > 20 {
		t.Errorf("%v goroutines wait for the processor, want 7", got)
	}
}

var sink atomic.Uint64

// Of 8 goroutines that are started together and compute one after the other on one
// processor, 3.5 are ready on average, and each waits once: for its start.
func TestRunWaitOfNewGoroutinesIsKnown(t *testing.T) {
	do := func() {
		for range 200 {
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					x := uint64(1)
					for range 100_000 {
						x = x*6364136223846793005 + 1
					}
					sink.Store(x)
				})
			}
			wg.Wait()
		}
	}
	if got := gauged(t, 1, 1, do)["run-wait"]; got < 2 || got > 5 {
		t.Errorf("%v goroutines wait for the processor, want 3.5", got)
	}
}

// Of 8 goroutines one sleeps under the mutex that all need, and 7 wait for it.
func TestLockWaitIsKnown(t *testing.T) {
	var mu sync.Mutex
	hold := func() {
		for range 30 {
			mu.Lock()
			time.Sleep(time.Millisecond)
			mu.Unlock()
		}
	}
	if got := gauged(t, 2, 8, hold)["lock-wait"]; got < 2.5 || got > 20 {
		t.Errorf("%v goroutines wait for the lock, want 7", got)
	}
}

// Garbage collection is a part of the CPUs busy: a large one where little is
// allocated beside what stays, again and again; none where there is no garbage.
func TestGarbageCollectionIsKnown(t *testing.T) {
	for _, tt := range []struct {
		name   string
		do     func()
		lo, hi float64 // share of cpus
	}{
		{"allocate", func() {
			defer debug.SetGCPercent(debug.SetGCPercent(10))
			var list *node
			for range 100_000 {
				list = &node{next: list}
			}
			for range 1_000_000 {
				trash.Store(&node{next: list})
			}
			runtime.KeepAlive(list)
		}, 0.05, 1},
		// The only goroutine waits for it, so that its processor is idle.
		{"wait for it", func() {
			var list *node
			for range 200_000 {
				list = &node{next: list}
			}
			for range 10 {
				runtime.GC()
			}
			runtime.KeepAlive(list)
		}, 0, 0.5},
		{"compute", func() {
			x := uint64(1)
			for range 100_000_000 {
				x = x*6364136223846793005 + 1
			}
			sink.Store(x)
		}, 0, 0},
	} {
		m := gauged(t, 1, 1, tt.do)
		if share := m["gc-cpus"] / m["cpus"]; !(share >= tt.lo && share <= tt.hi) {
			t.Errorf("%s: %v of the CPU time was garbage collection, want %v to %v", tt.name, share, tt.lo, tt.hi)
		}
	}
}

var trash atomic.Pointer[node]

type node struct {
	next *node
	_    [2]uint64
}

// Reading does not allocate, so that -benchmem shows the benchmark's own.
func TestReadingDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { runtimeCounters() }); n > 0 {
		t.Errorf("%v allocations to read what the runtime counts", n)
	}
	f := &Gauge{source: real}
	if n := testing.AllocsPerRun(100, func() { f.stopped = false; f.Stop() }); n > 0 {
		t.Errorf("%v allocations to stop a gauge", n)
	}
}
