package suite

import (
	"runtime"
	"testing"

	"conpar/results"
	"conpar/workloads"
)

// Measure runs c once over the given number of tasks, at its GOMAXPROCS. A task for
// each goroutine comes before, to warm up, except for a single task, so that a long
// exhibit runs once. The result's N is tasks.
func (s *Suite) Measure(c results.Cell, tasks int) (testing.BenchmarkResult, error) {
	w, r, err := s.cell(c)
	if err == nil && tasks > 1 {
		err = warmUp(r, w, c.N)
	}
	if err != nil {
		return testing.BenchmarkResult{}, err
	}
	runtime.GC() // as package testing does
	var b sample
	if err := b.run(tasks, r, w, c.N); err != nil {
		return testing.BenchmarkResult{}, err
	}
	return testing.BenchmarkResult{N: tasks, T: b.Elapsed(), Extra: b.extra}, nil
}

// warmUp does a task for each goroutine.
func warmUp(r workloads.Runner, w workloads.Workload, g int) error {
	if warmer, ok := r.(workloads.Warmer); ok {
		if err := workloads.Prepare(forEver, r, g); err != nil {
			return err
		}
		return warmer.Warm(forEver, g)
	}
	var unused sample
	return unused.run(1, r, w, g)
}

// sample is a benchmark that runs once. The functions of package testing would
// collect garbage before the warm-up too, which takes as long as the start of a
// process. The clock is theirs.
type sample struct {
	testing.B
	extra    map[string]float64
	cleanups []func()
}

func (s *sample) ReportMetric(n float64, unit string) { s.extra[unit] = n }

func (s *sample) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *sample) run(n int, r workloads.Runner, w workloads.Workload, g int) error {
	s.extra = map[string]float64{}
	s.StartTimer()
	err := leaf(s, n, r, w, g)
	for _, f := range s.cleanups {
		f()
	}
	return err
}
