// Package gauge lets a benchmark measure how concurrent and how parallel it
// was. One line adopts it, for any benchmark:
//
//	func BenchmarkAnything(b *testing.B) {
//		gauge.Start(b) // right before the loop: reports "cpus"
//		for range b.N {
//			…
//		}
//	}
//
// It reports
//
//	cpus      CPU time of the process / wall time: how many processors were
//	          busy on average, so how parallel it was
//	inflight  sum of the tasks' residence times / wall time: how many tasks
//	          were in progress on average (Little, 1961), so how concurrent
//	tasks/s   tasks / wall time
//
// the latter two only where tasks are told to it. CPU time is user and system
// time of the whole process, garbage collection included; processes that it
// started do not count. A window should last 10 ms or more: the operating
// system accounts for CPU time in steps of up to 4 ms.
package gauge

import (
	"time"

	"conpar/workloads/self"
)

// B is what a gauge needs of a *testing.B.
type B interface {
	Cleanup(func())
	ReportMetric(n float64, unit string)
}

// Gauge measures one window of time. Its methods must be called from one
// goroutine at a time.
type Gauge struct {
	clock     clock
	wall, cpu time.Duration // at the start, then of the window
	cpuErr    error
	stopped   bool
	tasks     int
	residence time.Duration
}

// clock is where a Gauge reads time; tests have their own.
type clock struct {
	now func() time.Duration
	cpu func() (time.Duration, error)
}

var epoch = time.Now()

var real = clock{
	now: func() time.Duration { return time.Since(epoch) },
	cpu: self.CPUTime,
}

// Start opens a window, which ends at Stop or when the benchmark function has
// returned, and reports its figures to b. Call it after what must not be
// measured; b.ResetTimer neither moves nor clears it.
func Start(b B) *Gauge { return start(b, real) }

func start(b B, c clock) *Gauge {
	g := &Gauge{clock: c}
	b.Cleanup(func() { g.report(b) })
	g.cpu, g.cpuErr = c.cpu()
	g.wall = c.now()
	return g
}

// Stop ends the window. Only the first call counts.
func (g *Gauge) Stop() {
	if g.stopped {
		return
	}
	g.stopped = true
	g.wall = g.clock.now() - g.wall
	cpu, err := g.clock.cpu()
	g.cpu = cpu - g.cpu
	if g.cpuErr == nil {
		g.cpuErr = err
	}
}

// Tasks tells the gauge that n tasks were done within the window, and the sum
// of the times that each was in progress. A residence of 0 means that it was
// not counted; inflight is not reported then. Calls add up.
func (g *Gauge) Tasks(n int, residence time.Duration) {
	g.tasks += n
	g.residence += residence
}

func (g *Gauge) report(b B) {
	g.Stop()
	if g.wall <= 0 {
		return
	}
	if g.cpuErr == nil {
		b.ReportMetric(float64(g.cpu)/float64(g.wall), "cpus")
	}
	if g.tasks > 0 {
		b.ReportMetric(float64(g.tasks)/g.wall.Seconds(), "tasks/s")
	}
	if g.residence > 0 {
		b.ReportMetric(float64(g.residence)/float64(g.wall), "inflight")
	}
}
