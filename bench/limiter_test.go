//go:build system

package main

import (
	"errors"
	"flag"
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
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

// alone runs the test that calls it in a process of its own, in which it returns
// false, as the runner does with each sample. What ran before has a part in the
// figures otherwise: memory that is held makes garbage collections rare.
func alone(t *testing.T) bool {
	t.Helper()
	const child = "CONPAR_TEST_ALONE"
	if os.Getenv(child) != "" {
		return false
	}
	var levels []string
	for _, name := range strings.Split(t.Name(), "/") {
		levels = append(levels, "^"+name+"$")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", strings.Join(levels, "/"), "-test.v")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	switch {
	case err != nil:
		t.Error(err)
	case strings.Contains(string(out), "--- SKIP: "+t.Name()+" "):
		t.Skip("skipped")
	case !strings.Contains(string(out), "--- PASS: "+t.Name()+" "):
		t.Error("the test did not run")
	}
	return true
}

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
func take(t *testing.T, cells ...results.Cell) []*series.Measurement {
	t.Helper()
	var points []*series.Measurement
	var tasks []int
	for _, c := range cells {
		// The runtime records one wait in eight: on a busy machine, too, some of
		// each goroutine's are to be among them.
		most := 20 * c.N
		for range 3 { // where it was held up, too few tasks seem to last as long
			n, err := shared.Calibrate(c, 60*time.Millisecond)
			if _, lacking := errors.AsType[workloads.Unavailable](err); lacking {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, n)
		}
		tasks = append(tasks, most)
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

func newPoint(procs int) *series.Measurement {
	return &series.Measurement{Key: series.Key{Procs: procs}}
}

// add adds a sample, as the report reads it from a benchmark's line.
func add(p *series.Measurement, extra map[string]float64) {
	p.Rounds = append(p.Rounds, len(p.Rounds))
	p.Foreign = append(p.Foreign, math.NaN())
	units := map[string][]float64{}
	for _, unit := range p.Units.Names() {
		units[unit] = p.Units.Of(unit)
	}
	for unit, v := range extra {
		if unit == "ns/op" {
			unit, v = "sec/op", v/1e9
		}
		units[unit] = append(units[unit], v)
	}
	p.Units = series.UnitsOf(units)
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
	keepSettings(t)
	cpus := host.Facts("").CPUs
	tests := []struct {
		limiter string
		cell    results.Cell
		needs   int      // CPUs
		busy    float64  // CPUs that neighbours have to leave for it to show
		first   bool     // it explains most
		not     []string // limiters that the workload cannot have
	}{
		{"waiting", cellAt("IO", "wait", 64, 2), 1, 0, true, []string{"lock wait", "garbage collection", "system time", "too few tasks"}},
		{"lock wait", cellAt("Coord", "lock/share=100", 8, 2), 2, 0, false, []string{"garbage collection", "too few tasks"}},
		{"too few tasks", cellAt("CPU", "primes", 1, 2), 2, 0, false, []string{"lock wait", "garbage collection"}},
		{"oversubscription", cellAt("CPU", "primes", 8, 2*cpus), 1, 0.9 * float64(cpus), false, []string{"lock wait", "garbage collection"}},
		{limiter.BlockedCalls, cellAt("IO", "nanosleep", 64, 1), 2, 0, true, []string{"lock wait", "garbage collection", "scheduler latency"}},
		{"scheduler latency", cellAt("Mixed", "steps", 8, 1), 2, 0, true, []string{"lock wait", "garbage collection", "too few tasks"}},
		{"system time", cellAt("IO", "fileread/cache=page", 8, 2), 1, leastBusy, false, []string{"lock wait", "garbage collection"}},
	}
	for _, tt := range tests {
		t.Run(tt.limiter, func(t *testing.T) {
			if tt.limiter == limiter.BlockedCalls && runtime.GOOS != "linux" {
				t.Skip("its system call is one of Linux")
			}
			if cpus < tt.needs {
				t.Skipf("%d CPUs, needs %d", cpus, tt.needs)
			}
			if alone(t) {
				return
			}
			f := figures(t, tt.busy, func() limiter.Figures { return limiter.Of(take(t, tt.cell)[0], nil, cpus) })
			found := limiter.Find(f)
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

// leastBusy is how much of a CPU must have been left for what it did to be told
// from what it waited for.
const leastBusy = 0.3

// figures measures until neighbours have left that many CPUs, or skips the test.
func figures(t *testing.T, busy float64, measure func() limiter.Figures) limiter.Figures {
	t.Helper()
	for range tries {
		f := measure()
		if f.Busy >= busy {
			return f
		}
		t.Logf("%.2f CPUs were busy at GOMAXPROCS %v", f.Busy, f.Procs)
	}
	t.Skip("neighbours left too little of the CPUs")
	panic("unreachable")
}

// Two limiters show only while all processors are busy, which neighbours may
// prevent.
func TestStallsOfTheSuite(t *testing.T) {
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
			if alone(t) {
				return
			}
			f := figures(t, 0.9*float64(cpus), func() limiter.Figures {
				p := take(t, cellAt(tt.family, tt.work, cpus, 1), cellAt(tt.family, tt.work, cpus, cpus))
				return limiter.Of(p[1], p[0], cpus)
			})
			if !tt.ifGain(f.Gain) {
				t.Skipf("a gain of %.2f: this machine does not show it", f.Gain)
			}
			if found := limiter.Find(f); found[0].Name != tt.limiter {
				t.Errorf("found %+v", found)
			}
		})
	}
}

// No workload of the suite allocates much, so this one is for garbage collection.
func TestLimiterOfTrees(t *testing.T) {
	if alone(t) {
		return
	}
	keepSettings(t)
	runtime.GOMAXPROCS(1)
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // as who is short of memory sets it
	if err := flag.Set("test.benchtime", "1x"); err != nil {
		t.Fatal(err)
	}
	f := figures(t, leastBusy, func() limiter.Figures {
		p := newPoint(1)
		for range samplesOfLimiter {
			add(p, testing.Benchmark(benchmarkTrees).Extra)
		}
		return limiter.Of(p, nil, 0)
	})
	found := limiter.Find(f)
	if got := limiterNames(found); !slices.Contains(got, "garbage collection") || slices.Contains(got, "lock wait") {
		t.Errorf("found %+v", found)
	}
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
