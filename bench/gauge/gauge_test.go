package gauge

import (
	"errors"
	"maps"
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

// fakeClock is moved by hand.
type fakeClock struct {
	wall, cpu time.Duration
	err       error
}

func (f *fakeClock) clock() clock {
	return clock{
		now: func() time.Duration { return f.wall },
		cpu: func() (time.Duration, error) { return f.cpu, f.err },
	}
}

func TestGauge(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name string
		wall time.Duration
		cpu  time.Duration
		use  func(*Gauge)
		want map[string]float64
	}{
		{"anybody", 200 * ms, 100 * ms, func(*Gauge) {}, map[string]float64{"cpus": 0.5}},
		{"8 goroutines take turns on one CPU", 100 * ms, 100 * ms,
			func(g *Gauge) { g.Tasks(80, 800*ms) },
			map[string]float64{"cpus": 1, "inflight": 8, "tasks/s": 800}},
		{"64 tasks wait", 100 * ms, 0,
			func(g *Gauge) { g.Tasks(640, 6400*ms) },
			map[string]float64{"cpus": 0, "inflight": 64, "tasks/s": 6400}},
		{"residence not counted", 100 * ms, 200 * ms,
			func(g *Gauge) { g.Tasks(10, 0) },
			map[string]float64{"cpus": 2, "tasks/s": 100}},
		{"told in parts", 100 * ms, 100 * ms,
			func(g *Gauge) { g.Tasks(4, 50*ms); g.Tasks(6, 50*ms) },
			map[string]float64{"cpus": 1, "inflight": 1, "tasks/s": 100}},
		{"no time passed", 0, 0, func(g *Gauge) { g.Tasks(4, 50*ms) }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &fakeB{}
			c := &fakeClock{wall: time.Hour, cpu: time.Minute}
			g := start(b, c.clock())
			c.wall += tt.wall
			c.cpu += tt.cpu
			tt.use(g)
			b.end()
			if !maps.Equal(b.metrics, tt.want) {
				t.Errorf("reported %v, want %v", b.metrics, tt.want)
			}
		})
	}
}

func TestStopEndsTheWindow(t *testing.T) {
	b := &fakeB{}
	c := &fakeClock{}
	g := start(b, c.clock())
	c.wall, c.cpu = time.Second, time.Second
	g.Stop()
	c.wall, c.cpu = time.Hour, time.Hour
	g.Stop()
	b.end()
	if b.metrics["cpus"] != 1 {
		t.Errorf("cpus %v, want 1: what follows Stop must not count", b.metrics["cpus"])
	}
}

func TestUnreadableCPUTimeIsNotReported(t *testing.T) {
	b := &fakeB{}
	c := &fakeClock{err: errors.New("no")}
	start(b, c.clock())
	c.wall = time.Second
	b.end()
	if _, ok := b.metrics["cpus"]; ok {
		t.Error("reported cpus without having read CPU time")
	}
}
