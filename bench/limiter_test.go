package main

import (
	"errors"
	"flag"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"conpar/bench/gauge"
	"conpar/bench/internal/host"
	"conpar/report/limiter"
	"conpar/report/series"
	"conpar/results"
	"conpar/workloads"
)

// samplesOfLimiter is how many samples figures are medians of: with 5, two that
// were disturbed do not decide.
const samplesOfLimiter = 5

// tries is how often something is measured that neighbours may prevent from
// showing.
const tries = 3

// keepSettings undoes at the end of a test what measuring sets.
func keepSettings(t *testing.T) {
	procs, benchtime := runtime.GOMAXPROCS(0), lookup("test.benchtime")
	t.Cleanup(func() {
		runtime.GOMAXPROCS(procs)
		if err := flag.Set("test.benchtime", benchtime); err != nil {
			t.Error(err)
		}
	})
}

// take measures cells in turn, and returns a point for each.
func take(t *testing.T, cells ...results.Cell) []*series.Point {
	t.Helper()
	var points []*series.Point
	var tasks []int
	for _, c := range cells {
		n, err := shared.Calibrate(c, 60*time.Millisecond)
		if _, lacking := errors.AsType[workloads.Unavailable](err); lacking {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		// The runtime records one wait in eight: on a busy machine, too, some of
		// each goroutine's are to be among them.
		tasks = append(tasks, max(n, 20*c.N))
		points = append(points, newPoint(c.Procs))
	}
	for range samplesOfLimiter {
		for i, c := range cells {
			r, err := shared.Measure(c, tasks[i])
			if err != nil {
				t.Fatal(err)
			}
			add(points[i], r.Extra)
		}
	}
	return points
}

func newPoint(procs int) *series.Point {
	return &series.Point{Key: series.Key{Procs: procs}, Units: map[string][]float64{}}
}

// add adds a sample, as the report reads it from a benchmark's line.
func add(p *series.Point, extra map[string]float64) {
	p.Rounds = append(p.Rounds, len(p.Rounds))
	p.Foreign = append(p.Foreign, math.NaN())
	for unit, v := range extra {
		if unit == "ns/op" {
			unit, v = "sec/op", v/1e9
		}
		p.Units[unit] = append(p.Units[unit], v)
	}
}

// cellAt is a cell of a workload whose axis is goroutines.
func cellAt(family, work string, goroutines, procs int) results.Cell {
	return results.Cell{Family: family, Work: work, Axis: "goroutines", N: goroutines, Procs: procs}
}

// limiterNames returns the names of the limiters, in their order.
func limiterNames(found []limiter.Limiter) []string {
	var out []string
	for _, l := range found {
		out = append(out, l.Name)
	}
	return out
}

// Each limiter is found in the workload of this suite that shows it. What is
// asserted holds however busy the machine is: neighbours make more of the tasks'
// time a wait for a processor, but neither locks nor garbage of it, and take
// neither tasks from those that wait nor CPUs from the machine's number.
func TestLimitersOfTheSuite(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	keepSettings(t)
	cpus := host.Facts("").CPUs
	tests := []struct {
		limiter string
		cell    results.Cell
		needs   int      // CPUs
		first   bool     // it explains most
		not     []string // limiters that the workload cannot have
	}{
		{"waiting", cellAt("IO", "wait", 64, 2), 1, true, []string{"lock wait", "garbage collection", "system time", "too few tasks"}},
		{"lock wait", cellAt("Coord", "lock/share=100", 8, 2), 2, false, []string{"garbage collection", "too few tasks"}},
		{"too few tasks", cellAt("CPU", "primes", 1, 2), 2, false, []string{"lock wait", "garbage collection"}},
		{"oversubscription", cellAt("CPU", "primes", 8, 2*cpus), 1, false, []string{"lock wait", "garbage collection"}},
		{"scheduler latency", cellAt("Mixed", "steps", 8, 1), 2, true, []string{"lock wait", "garbage collection", "too few tasks"}},
		{"system time", cellAt("IO", "fileread/cache=page", 8, 2), 1, false, []string{"lock wait", "garbage collection"}},
	}
	for _, tt := range tests {
		t.Run(tt.limiter, func(t *testing.T) {
			if cpus < tt.needs {
				t.Skipf("%d CPUs, needs %d", cpus, tt.needs)
			}
			found := limiter.Find(limiter.Of(take(t, tt.cell)[0], nil, cpus))
			got := limiterNames(found)
			if !slices.Contains(got, tt.limiter) || tt.first && got[0] != tt.limiter {
				t.Errorf("%s: found %+v", tt.cell, found)
			}
			for _, name := range tt.not {
				if slices.Contains(got, name) {
					t.Errorf("%s: found %s: %+v", tt.cell, name, found)
				}
			}
			t.Logf("%s: %s", tt.cell, found[0].Evidence)
		})
	}
}

// Two limiters show only while all processors are busy, which neighbours may
// prevent.
func TestStallsOfTheSuite(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	keepSettings(t)
	cpus := host.Facts("").CPUs
	if cpus < 2 {
		t.Skip("needs two CPUs")
	}
	for _, tt := range []struct {
		limiter      string
		family, work string
		ifGain       func(gain float64) bool // what the machine has to show
	}{
		{"memory bandwidth", "CPU", "triad", func(gain float64) bool { return gain > 0.9 && gain < 0.8*float64(cpus) }},
		{"contention", "Coord", "counter/by=atomic", func(gain float64) bool { return gain < 0.9 }},
	} {
		t.Run(tt.limiter, func(t *testing.T) {
			for range tries {
				p := take(t, cellAt(tt.family, tt.work, cpus, 1), cellAt(tt.family, tt.work, cpus, cpus))
				f := limiter.Of(p[1], p[0], cpus)
				if f.Busy < 0.9*float64(cpus) || !tt.ifGain(f.Gain) {
					t.Logf("%.2f of %d processors were busy, gain %.2f", f.Busy, cpus, f.Gain)
					continue
				}
				if found := limiter.Find(f); found[0].Name != tt.limiter {
					t.Errorf("found %+v", found)
				}
				return
			}
			t.Skip("neighbours left no CPU idle, or the machine does not show it")
		})
	}
}

// No workload of the suite allocates much, so this one is for garbage collection.
func TestLimiterOfTrees(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	keepSettings(t)
	runtime.GOMAXPROCS(1)
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // as who is short of memory sets it
	if err := flag.Set("test.benchtime", "1x"); err != nil {
		t.Fatal(err)
	}
	for range tries {
		p := newPoint(1)
		for range samplesOfLimiter {
			add(p, testing.Benchmark(benchmarkTrees).Extra)
		}
		f := limiter.Of(p, nil, 0)
		if f.Busy < 0.3 {
			t.Logf("%.2f processors were busy", f.Busy)
			continue
		}
		found := limiter.Find(f)
		if got := limiterNames(found); !slices.Contains(got, "garbage collection") || slices.Contains(got, "lock wait") {
			t.Errorf("found %+v", found)
		}
		return
	}
	t.Skip("neighbours left hardly any of a CPU")
}

// benchmarkTrees has two goroutines make trees and drop them, while a large one
// is kept.
func benchmarkTrees(b *testing.B) {
	kept := grow(16)
	b.ResetTimer()
	gauge.Start(b)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range b.N * 300 {
				if grow(10).depth() != 10 {
					b.Error("a tree is not as deep as it was made")
				}
			}
		})
	}
	wg.Wait()
	runtime.KeepAlive(kept)
}

type twig struct{ left, right *twig }

func grow(depth int) *twig {
	if depth == 0 {
		return &twig{}
	}
	return &twig{grow(depth - 1), grow(depth - 1)}
}

func (t *twig) depth() int {
	if t.left == nil {
		return 0
	}
	return 1 + max(t.left.depth(), t.right.depth())
}
