package suite

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"conpar/bench/gauge"
	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/affinity"
)

// Suite holds the opened workloads of a process. It opens each when it is first
// needed, and keeps it open: testing calls a benchmark function several times,
// and a server should start once. It must be used by one goroutine at a time.
type Suite struct {
	// OneCPU is to which CPU [Suite.Bench] keeps this process in benchmarks named
	// cpus=1; nil: it has no such benchmarks.
	OneCPU *int

	env   workloads.Env
	open  map[string]workloads.Runner // by series
	begun map[string]bool             // benchmarks of [Suite.Bench], by name
}

// forEver is the context of all tasks: as it never ends, no loop has to check it.
var forEver = context.Background()

// Open returns an empty suite for the machine that env describes.
func Open(env workloads.Env) *Suite {
	return &Suite{env: env, open: map[string]workloads.Runner{}, begun: map[string]bool{}}
}

// Close closes every opened workload.
func (s *Suite) Close() error {
	var errs []error
	for name, r := range s.open {
		if err := r.Close(); err != nil {
			errs = append(errs, fmt.Errorf("closing %s: %w", name, err))
		}
	}
	clear(s.open)
	return errors.Join(errs...)
}

func (s *Suite) runner(series string, w workloads.Workload) (workloads.Runner, error) {
	if r, ok := s.open[series]; ok {
		return r, nil
	}
	r, err := w.Open(forEver, s.env)
	if err != nil {
		return nil, err // the caller names the cell
	}
	s.open[series] = r
	return r, nil
}

// Bench runs a family for `go test -bench`: a sub-benchmark for each workload, and
// in it one for each value of its axis, on all CPUs; those of its gains on one CPU
// too. Families that are not swept run only at the value where gains are taken, if
// there is one, so that a bare -bench . takes minutes. There is no limit: -timeout
// does not end benchmarks, so a workload that hangs does so for ever. GOMAXPROCS
// comes from -cpu.
func (s *Suite) Bench(b *testing.B, family string) {
	if !slices.ContainsFunc(Families(), func(f Family) bool { return f.Name == family }) {
		b.Fatalf("no family is called %s", family)
	}
	for f, w := range all() {
		if f.Name != family {
			continue
		}
		b.Run("work="+w.Name, func(b *testing.B) {
			axis := s.brief(f, w)
			s.benchAxis(b, cellOf(f, w), w, axis)
			if f.OneCPU && s.OneCPU != nil {
				one := cellOf(f, w)
				one.CPUs = 1
				ofGains := []int{1, gainsAt(w.Kind, axis, s.env.CPUs)}
				axis = slices.DeleteFunc(axis, func(n int) bool { return !slices.Contains(ofGains, n) })
				b.Run("cpus=1", func(b *testing.B) { s.benchAxis(b, one, w, axis) })
			}
		})
	}
}

func (s *Suite) benchAxis(b *testing.B, at results.Cell, w workloads.Workload, axis []int) {
	for _, n := range axis {
		at.N = n
		b.Run(w.Axis.Key+"="+strconv.Itoa(n), func(b *testing.B) { s.bench(b, at, w) })
	}
}

// brief returns the values of w's axis for [Suite.Bench].
func (s *Suite) brief(f Family, w workloads.Workload) []int {
	axis := values(w.Axis, Quick, s.env.CPUs)
	fixed := gainsAt(w.Kind, axis, s.env.CPUs)
	if f.Swept || w.Axis.Key != "goroutines" || w.Kind == workloads.Exhibit || fixed == 0 {
		return axis
	}
	return []int{fixed}
}

func (s *Suite) bench(b *testing.B, c results.Cell, w workloads.Workload) {
	if !s.begun[b.Name()] {
		s.begun[b.Name()] = true
		if procs := firstOfList(); procs > 0 {
			runtime.GOMAXPROCS(procs)
		}
	}
	if c.CPUs == 1 {
		all, err := affinity.Allowed()
		if err == nil {
			err = affinity.Keep([]int{*s.OneCPU})
		}
		if err != nil {
			b.Skip(err)
		}
		defer affinity.Keep(all)
	}
	r, err := s.runner(c.Series(), w)
	if err == nil {
		err = leaf(b, b.N, r, w, c.N)
	}
	if lacking, ok := errors.AsType[workloads.Unavailable](err); ok {
		b.Skip(lacking)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// firstOfList returns the first value of -cpu; 0 without one. Package testing calls
// a benchmark first at the last value of the list. It takes that call for the
// first value's result if one task takes -benchtime, or if that is 1x
// (golang/go#49980). All further calls are at the value that they are named after.
func firstOfList() int {
	f := flag.Lookup("test.cpu")
	if f == nil {
		return 0
	}
	first, _, _ := strings.Cut(f.Value.String(), ",")
	procs, _ := strconv.Atoi(strings.TrimSpace(first))
	return procs
}

// stopwatch is what leaf needs of a *testing.B.
type stopwatch interface {
	gauge.B
	ResetTimer()
	StopTimer()
	Elapsed() time.Duration
}

// leaf measures n tasks over g goroutines, for `go test` and for the runner.
func leaf(b stopwatch, n int, r workloads.Runner, w workloads.Workload, g int) error {
	if w.Kind != workloads.Exhibit {
		n = roundUp(n, g)
	}
	if err := workloads.Prepare(forEver, r, g); err != nil {
		return err
	}
	b.ResetTimer()
	m := gauge.Start(b)
	res, err := r.Run(forEver, g, n)
	m.Stop()
	b.StopTimer()
	if err != nil {
		return err
	}
	if want := r.Want(n); res.Sum != want {
		return fmt.Errorf("checksum of %d tasks over %d goroutines is %x, want %x", n, g, res.Sum, want)
	}
	m.Tasks(n, res.Residence)
	elapsed := b.Elapsed()
	b.ReportMetric(float64(elapsed.Nanoseconds())/float64(n), "ns/op")
	if res.OtherCPU > 0 {
		b.ReportMetric(float64(res.OtherCPU)/float64(elapsed), "other-cpus")
	}
	if mayBeUnsettled(w, g) {
		b.ReportMetric(float64(res.NoTask), "no-task")
		if res.SecondHalf > 0 {
			b.ReportMetric(res.SecondHalf, "second-half")
		}
	}
	for _, x := range res.Metrics {
		b.ReportMetric(x.Value, x.Unit)
	}
	return nil
}

// mayBeUnsettled says whether samples of w over g goroutines can be too short for
// all to get going: those that block keep the processors of the runtime, so that
// the others get one late.
func mayBeUnsettled(w workloads.Workload, g int) bool { return w.Blocks && g > 1 }

// roundUp returns the smallest multiple of g that is at least n. With uneven parts
// a few goroutines would do the last tasks while the others have nothing to do.
func roundUp(n, g int) int {
	if g < 2 {
		return n
	}
	return (n + g - 1) / g * g
}

// Calibrate returns how many tasks of c take about as long as target, but at least
// one: a multiple of its goroutines, in exhibits any number. Where goroutines block
// in the kernel it returns more, until a sample has settled or takes longest. It
// leaves GOMAXPROCS at c's.
func (s *Suite) Calibrate(c results.Cell, target time.Duration) (int, error) {
	w, r, err := s.cell(c)
	if err != nil {
		return 0, err
	}
	n, err := calibrate(r, w.Kind, c.N, target)
	if err == nil && mayBeUnsettled(w, c.N) {
		n, err = settle(r, c.N, n)
	}
	return n, err
}

// longest is how long a sample is made so that it settles. That is mostly enough
// where GOMAXPROCS is the number of goroutines. At GOMAXPROCS 1 reads from a disk
// would need a second; a run is not to take that long. What has not settled is
// called so by the report.
const longest = 200 * time.Millisecond

// settle returns how many tasks a sample needs to settle, n at least.
func settle(r workloads.Runner, g, n int) (int, error) {
	for {
		if err := workloads.Prepare(forEver, r, g); err != nil {
			return 0, err
		}
		start := time.Now()
		res, err := r.Run(forEver, g, n)
		if err != nil {
			return 0, err
		}
		took := time.Since(start)
		switch left := float64(longest) / float64(took); {
		case math.Abs(res.SecondHalf-1) <= 0.1 && res.NoTask == 0 || left <= 1:
			return n, nil
		case left <= 2:
			return roundNearest(float64(n)*left, g), nil
		}
		n *= 2
	}
}

func calibrate(r workloads.Runner, kind workloads.Kind, g int, target time.Duration) (int, error) {
	share := max(1, g) // each goroutine has as many tasks
	if kind == workloads.Exhibit {
		share = 1 // its tasks are not divided among goroutines
	}
	n, before := share, 0.0
	for {
		if err := workloads.Prepare(forEver, r, g); err != nil {
			return 0, err
		}
		start := time.Now()
		if _, err := r.Run(forEver, g, n); err != nil {
			return 0, err
		}
		took := max(time.Since(start), time.Microsecond)
		each := float64(took) / float64(n)
		goal := float64(target) / each
		// If a task takes much longer than before, other processes had the processor. To
		// believe it could make samples of a few tasks of nanoseconds, so the same number
		// is tried again, also the first time. Long exhibits are not repeated.
		long := took >= target/2
		if long && (each <= 2*before || kind == workloads.Exhibit && took >= target) {
			return roundNearest(goal, share), nil
		}
		if before = each; !long {
			n = roundUp(int(min(goal, 10*float64(n)))+1, share)
		}
	}
}

// roundNearest returns the multiple of g nearest to x, at least g.
func roundNearest(x float64, g int) int {
	g = max(1, g)
	return max(1, int(x/float64(g)+0.5)) * g
}

// cell returns the workload of a cell and its runner, at the cell's GOMAXPROCS.
func (s *Suite) cell(c results.Cell) (workloads.Workload, workloads.Runner, error) {
	w, err := find(c)
	if err != nil {
		return w, nil, err
	}
	r, err := s.runner(c.Series(), w)
	if err == nil {
		runtime.GOMAXPROCS(c.Procs)
	}
	return w, r, err
}
