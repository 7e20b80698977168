// Package cgroup makes control groups of Linux with a quota of CPU time, of version 2 or
// 1, and starts processes in them. What it makes it removes; what a killed process left
// behind [RemoveLeftovers] removes.
//
// It changes no group but its own, and mounts nothing.
package cgroup

import (
	"sync"
	"time"

	"conpar/workloads"
)

// Period is the time for which a quota holds: that of containers, and the kernel's own.
// A group that has used its quota up stands still until the period ends.
const Period = 100 * time.Millisecond

// Throttled is how often and for how long a group stood still, since it was made. The
// time is that of all CPUs together.
type Throttled struct {
	Periods, Stopped int // in which it ran, and in which it used its quota up
	For              time.Duration
}

// Minus returns what came since an earlier reading.
func (t Throttled) Minus(earlier Throttled) Throttled {
	return Throttled{t.Periods - earlier.Periods, t.Stopped - earlier.Stopped, t.For - earlier.For}
}

// Meter counts what is done in each period. Whether a group does its work at the
// beginning of a period or all over it makes no difference to whole periods, and up to
// half of one to anything else.
type Meter struct {
	start time.Time
	mu    sync.Mutex // guards done
	done  []int
}

// NewMeter returns a Meter that begins now.
func NewMeter() *Meter { return &Meter{start: time.Now()} }

// Done counts one thing as done now.
func (m *Meter) Done() { m.at(time.Since(m.start)) }

func (m *Meter) at(since time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for period := int(since / Period); len(m.done) <= period; {
		m.done = append(m.done, 0)
	}
	m.done[since/Period]++
}

// Rate returns how much was done a second in whole periods. It leaves the first out, in
// which work begins, and the last, which was not whole when the last thing was done. With
// nothing between them it is 0.
func (m *Meter) Rate() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.done) < 3 {
		return 0
	}
	sum := 0
	for _, n := range m.done[1 : len(m.done)-1] {
		sum += n
	}
	return float64(sum) / (time.Duration(len(m.done)-2) * Period).Seconds()
}

// Metrics returns what a sample tells of its group, and the GOMAXPROCS that it had.
func Metrics(t Throttled, procs int) []workloads.Metric {
	return []workloads.Metric{
		{Unit: "procs", Value: float64(procs)},
		{Unit: "periods", Value: float64(t.Periods)},
		{Unit: "throttled", Value: float64(t.Stopped)},
		{Unit: "throttled-ns", Value: float64(t.For)},
	}
}
