// Package workloadtest is the conformance suite that every set of workloads
// passes: right sums for any number of goroutines and processors, runs
// that end when they are told to, and nothing left behind.
//
// It asserts nothing about how long anything takes, but gives up on what
// hangs. It refuses to judge whether a workload is what its Kind says: that is
// for a measurement.
package workloadtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"conpar/workloads"
	"conpar/workloads/reexec"
)

// hang is how long a run may take before it is given up: many times what any
// of the suite's runs needs on a slow and busy machine.
const hang = time.Minute

// endless is a number of tasks that takes hours.
const endless = 1 << 30

// Main is the TestMain of a package whose workloads start children: it plays
// the role that this process may have been started for, and runs the tests.
func Main(m *testing.M) {
	reexec.Init()
	// With the race detector every child would sleep for a second at its exit.
	if err := os.Setenv("GORACE", strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0")); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// Find returns the workload of that name, without which the test cannot go on.
func Find(t testing.TB, set *workloads.Set, name string) workloads.Workload {
	t.Helper()
	for _, w := range set.All() {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("no workload %q", name)
	return workloads.Workload{}
}

// Run tests every workload of set, in a subtest each, skipping those that this
// machine cannot run. It changes GOMAXPROCS meanwhile, so no other test may
// run beside it. With the build tag system it tries more values of everything.
func Run(t *testing.T, set *workloads.Set) {
	all := set.All()
	if len(all) == 0 {
		t.Error("the set is empty")
	}
	for _, w := range all {
		t.Run(w.Name, func(t *testing.T) {
			s := suite{w: w, env: workloads.Env{
				Dir:        t.TempDir(),
				CPUs:       runtime.NumCPU(),
				CacheBytes: 1 << 20, // what holds caches at bay stays small
			}}
			s.sweeps, s.tasks = []sweep{{2, tried(w.Axis, w.Axis.Quick, 5)}}, []int{3}
			if full {
				s.sweeps = []sweep{{1, tried(w.Axis, w.Axis.Quick, 3, 5)}, {4, tried(w.Axis, w.Axis.Full, 3, 5)}}
				s.tasks = []int{1, 3}
			}
			if err := s.check(t.Context()); errors.As(err, new(workloads.Unavailable)) {
				t.Skip(err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// tried returns values of the axis, where a value that is on no axis stands for
// AllCPUs, and more such values where the axis is one of goroutines.
func tried(axis workloads.Axis, values []int, more ...int) []int {
	const oddCPUs = 3
	values = workloads.Resolve(values, oddCPUs)
	if axis.Key == "goroutines" {
		values = append(values, more...)
	}
	return values
}

// suite is what one workload is tried with.
type suite struct {
	w      workloads.Workload
	env    workloads.Env
	sweeps []sweep
	tasks  []int // numbers of tasks, beside one more than the value; not of exhibits
}

// sweep is a GOMAXPROCS, and the values of the axis that are tried with it.
type sweep struct {
	processors int
	values     []int
}

// check returns the first thing that is wrong with the workload, nil if it
// conforms, and an error that holds an Unavailable if it cannot be run.
func (s *suite) check(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	if err := checkDescription(s.w); err != nil {
		return err
	}
	before, children := goleak.IgnoreCurrent(), childCount()
	if err := s.checkOpened(ctx); err != nil {
		return err
	}
	if err := goleak.Find(before); err != nil {
		return fmt.Errorf("after Close: %w", err)
	}
	if n := childCount(); n > children {
		return fmt.Errorf("after Close: %d child processes are left", n-children)
	}
	return nil
}

func checkDescription(w workloads.Workload) error {
	kinds := []workloads.Kind{workloads.Computing, workloads.Waiting, workloads.Mixed,
		workloads.Memory, workloads.Sharing, workloads.Exhibit}
	switch {
	case !slices.Contains(kinds, w.Kind):
		return fmt.Errorf("unknown kind %q", w.Kind)
	case !strings.HasSuffix(w.Doc, ".") || strings.Contains(w.Doc, "\n"):
		return fmt.Errorf("the doc is not one sentence: %q", w.Doc)
	case !ascending(w.Axis.Quick) || !ascending(w.Axis.Full):
		return fmt.Errorf("the axis does not ascend: %v, %v", w.Axis.Quick, w.Axis.Full)
	}
	for _, value := range w.Axis.Quick {
		if !slices.Contains(w.Axis.Full, value) {
			return fmt.Errorf("%s=%d is in the quick axis, but not in the full one", w.Axis.Key, value)
		}
	}
	return nil
}

// ascending reports whether values are strictly ascending, from AllCPUs on.
func ascending(values []int) bool {
	return slices.Equal(values, workloads.Resolve(values, workloads.AllCPUs)) && values[0] >= workloads.AllCPUs
}

// checkOpened checks two Runners of the workload, one inside the life of the
// other, as a sweep and a test may have them.
func (s *suite) checkOpened(ctx context.Context) (err error) {
	r, err := s.w.Open(ctx, s.env)
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	defer func() { err = errors.Join(err, closing(r)) }()
	if err := s.checkWant(r); err != nil {
		return err
	}
	for _, sweep := range s.sweeps {
		runtime.GOMAXPROCS(sweep.processors)
		err := s.checkSums(ctx, r, sweep.values)
		if err == nil {
			err = s.checkCancelled(ctx, r, sweep.values)
		}
		if err != nil {
			return fmt.Errorf("GOMAXPROCS=%d: %w", sweep.processors, err)
		}
	}
	second, err := s.w.Open(ctx, s.env)
	if err != nil {
		return fmt.Errorf("opening a second time: %w", err)
	}
	defer func() { err = errors.Join(err, closing(second)) }()
	for _, r := range []workloads.Runner{second, r} {
		if err := s.checkSum(ctx, r, s.sweeps[0].values[0], 2); err != nil {
			return fmt.Errorf("opened twice: %w", err)
		}
	}
	return nil
}

func closing(r workloads.Runner) error {
	if err := r.Close(); err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	return nil
}

// checkWant looks for a checksum that would not notice a lost task.
func (s *suite) checkWant(r workloads.Runner) error {
	for n := range 100 {
		if a, b := r.Want(n), r.Want(n); a != b {
			return fmt.Errorf("the wanted sum of %d tasks is now %#x, now %#x", n, a, b)
		}
		if s.w.Kind != workloads.Exhibit && r.Want(n) == r.Want(n+1) {
			return fmt.Errorf("%d and %d tasks have the same wanted sum: a lost task would not be noticed", n, n+1)
		}
	}
	return nil
}

// checkSums checks sums for fewer tasks than goroutines, for more, and for a
// number that no number of goroutines from two on divides.
func (s *suite) checkSums(ctx context.Context, r workloads.Runner, values []int) error {
	for _, g := range values {
		if err := s.checkWarm(ctx, r, g); err != nil {
			return err
		}
		tasks := []int{2} // of an exhibit, whose tasks are not shared out, and last
		if s.w.Kind != workloads.Exhibit {
			tasks = append(slices.Clone(s.tasks), g+1)
		}
		for _, n := range tasks {
			if err := s.checkSum(ctx, r, g, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWarm checks that warming up counts nowhere: the sum of the next run is right.
func (s *suite) checkWarm(ctx context.Context, r workloads.Runner, g int) error {
	w, ok := r.(workloads.Warmer)
	if !ok {
		return nil
	}
	if err := workloads.Prepare(ctx, r, g); err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	if err := w.Warm(ctx, g); err != nil {
		return fmt.Errorf("warming up: %w", err)
	}
	return nil
}

func (s *suite) checkSum(ctx context.Context, r workloads.Runner, g, n int) error {
	cell := fmt.Sprintf("%s=%d, %d tasks", s.w.Axis.Key, g, n)
	start := time.Now()
	result, err := run(ctx, r, g, n)
	wall := time.Since(start)
	if err != nil {
		return fmt.Errorf("%s: %w", cell, err)
	}
	if want := r.Want(n); result.Sum != want {
		return fmt.Errorf("%s: the sum is %#x, want %#x", cell, result.Sum, want)
	}
	counted := !slices.Contains([]workloads.Kind{workloads.Sharing, workloads.Exhibit}, s.w.Kind)
	if result.Residence < 0 || counted && result.Residence == 0 {
		return fmt.Errorf("%s: the residence is %v", cell, result.Residence)
	}
	if most := wall * time.Duration(max(g, 1)); s.w.Axis.Key == "goroutines" && result.Residence > most {
		return fmt.Errorf("%s: a residence of %v in %v is more than one task a goroutine", cell, result.Residence, wall)
	}
	if result.OtherCPU < 0 {
		return fmt.Errorf("%s: a CPU time of %v", cell, result.OtherCPU)
	}
	for _, m := range result.Metrics {
		if m.Unit == "" || strings.ContainsAny(m.Unit, " \t\n") || math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
			return fmt.Errorf("%s: metric %q is %v", cell, m.Unit, m.Value)
		}
	}
	return nil
}

// checkCancelled cancels a run before it begins and one that would never end,
// and then asks the Runner for a right sum all the same.
func (s *suite) checkCancelled(ctx context.Context, r workloads.Runner, values []int) error {
	for _, g := range values {
		for _, after := range []time.Duration{0, 5 * time.Millisecond} {
			if after > 0 && g > 64 && s.w.Kind != workloads.Waiting {
				// With the race detector, whose scheduler is a fair one, the
				// timer waits its turn behind them all: up to 5 s.
				continue
			}
			if err := cancelled(ctx, r, g, after); err != nil {
				return fmt.Errorf("%s=%d: cancelled after %v: %w", s.w.Axis.Key, g, after, err)
			}
		}
		if err := s.checkSum(ctx, r, g, 2); err != nil {
			return fmt.Errorf("after a cancelled run: %w", err)
		}
	}
	return nil
}

func cancelled(ctx context.Context, r workloads.Runner, g int, after time.Duration) error {
	if err := workloads.Prepare(ctx, r, g); err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if after == 0 {
		cancel()
	} else {
		defer time.AfterFunc(after, cancel).Stop()
	}
	if _, err := timed(ctx, r, g, endless); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("error %v, want %v", err, context.Canceled)
	}
	return goleak.Find(before, ofConnection)
}

// ofConnection is a goroutine of pgx that a write which took long starts: it waits until
// the server says something, and the connection keeps it.
var ofConnection = goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgconn/internal/bgreader.(*BGReader).bgRead")

// run does what a benchmark does: prepare, then run.
func run(ctx context.Context, r workloads.Runner, g, n int) (workloads.Result, error) {
	if err := workloads.Prepare(ctx, r, g); err != nil {
		return workloads.Result{}, fmt.Errorf("preparing: %w", err)
	}
	return timed(ctx, r, g, n)
}

// timed runs r, and gives up when it hangs: the goroutine is then lost, but
// the test fails with a reason.
func timed(ctx context.Context, r workloads.Runner, g, n int) (workloads.Result, error) {
	var result workloads.Result
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		result, err = r.Run(ctx, g, n)
	}()
	select {
	case <-done:
		return result, err
	case <-time.After(hang):
		return workloads.Result{}, fmt.Errorf("the run hangs: no end within %v", hang)
	}
}

// childCount returns the number of this process's children, the dead that
// were not waited for included; 0 where the system doesn't tell.
func childCount() int {
	n := 0
	files, _ := filepath.Glob("/proc/self/task/*/children")
	for _, file := range files {
		list, _ := os.ReadFile(file)
		n += len(strings.Fields(string(list)))
	}
	return n
}
