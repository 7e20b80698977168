package gauge

import (
	"math"
	"runtime"
	"time"

	"conpar/workloads/cputime"
)

// B is what a gauge needs of a *testing.B.
type B interface {
	Cleanup(func())
	ReportMetric(n float64, unit string)
}

// Gauge measures one window of time. Its methods must be called from one
// goroutine at a time.
type Gauge struct {
	source    source
	begin     reading
	end       reading // of a Gauge that is stopped
	stopped   bool
	tasks     int
	residence time.Duration
}

// reading is everything that is read at one moment.
type reading struct {
	wall, user, system time.Duration
	cpuErr             error // user and system are not known
	runtime            counters
}

// source is where a Gauge reads; tests have their own.
type source struct {
	now     func() time.Duration
	cpu     func() (user, system time.Duration, err error)
	runtime func() counters
	procs   func() int // GOMAXPROCS
	cpus    func() int // that the process may use
}

var epoch = time.Now()

var real = source{
	now:     func() time.Duration { return time.Since(epoch) },
	cpu:     cputime.Own,
	runtime: runtimeCounters,
	procs:   func() int { return runtime.GOMAXPROCS(0) },
	cpus:    runtime.NumCPU,
}

// Start opens a window, which ends at Stop or when the benchmark function has
// returned, and reports its figures to b. Call it after what must not be
// measured; b.ResetTimer neither moves nor clears it.
func Start(b B) *Gauge { return start(b, real) }

// start reads the clock last, and Stop reads it first: what reading takes is
// not in the window.
func start(b B, s source) *Gauge {
	g := &Gauge{source: s}
	b.Cleanup(func() { g.report(b) })
	g.begin.runtime = s.runtime()
	g.begin.user, g.begin.system, g.begin.cpuErr = s.cpu()
	g.begin.wall = s.now()
	return g
}

// Stop ends the window. Only the first call counts.
func (g *Gauge) Stop() {
	if g.stopped {
		return
	}
	g.stopped = true
	g.end.wall = g.source.now()
	g.end.user, g.end.system, g.end.cpuErr = g.source.cpu()
	g.end.runtime = g.source.runtime()
}

// Tasks tells the gauge that n tasks were done within the window, and the sum
// of the times that each was in progress. A residence of 0 means that it was
// not counted; inflight is not reported then. Calls add up.
func (g *Gauge) Tasks(n int, residence time.Duration) {
	g.tasks += n
	g.residence += residence
}

// allBusy is the fraction of the CPUs from which on they count as all busy. Work
// that leaves more of them idle waits, and may need a higher GOMAXPROCS.
const allBusy = 0.9

func (g *Gauge) report(b B) {
	g.Stop()
	from, to := g.begin, g.end
	wall := to.wall - from.wall
	if wall <= 0 {
		return
	}
	mean := func(of time.Duration) float64 { return float64(of) / float64(wall) }
	busy := math.NaN()
	known := func(value float64, unit string) {
		if !math.IsNaN(value) {
			b.ReportMetric(max(0, value), unit) // rounding may leave less
		}
	}
	if from.cpuErr == nil && to.cpuErr == nil {
		system := to.system - from.system
		busy = mean(to.user - from.user + system)
		b.ReportMetric(busy, "cpus")
		b.ReportMetric(mean(system), "system-cpus")
		known(busy*gcShare(from.runtime, to.runtime), "gc-cpus")
	}
	known((to.runtime.lockWait-from.runtime.lockWait)/wall.Seconds(), "lock-wait")
	known(waitsFor(from.runtime, to.runtime)/wall.Seconds(), "run-wait")
	if g.tasks > 0 {
		b.ReportMetric(float64(g.tasks)/wall.Seconds(), "tasks/s")
	}
	if g.residence > 0 {
		b.ReportMetric(mean(g.residence), "inflight")
	}
	procs, cpus := g.source.procs(), g.source.cpus()
	b.ReportMetric(float64(procs), "gomaxprocs")
	if procs > cpus && !(busy < allBusy*float64(cpus)) {
		b.ReportMetric(float64(procs)/float64(cpus), "oversubscribed")
	}
}

// gcShare is 0 where nothing moved: no garbage collection ended. Both counters
// move at the same moments, which is why they are compared with each other and
// not with time.
func gcShare(from, to counters) float64 {
	if to.busy == from.busy {
		return 0
	}
	return (to.gc - from.gc) / (to.busy - from.busy)
}
