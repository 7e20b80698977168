package workloadtest

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/reexec"
)

func TestMain(m *testing.M) { Main(m) }

func init() { reexec.Register("stay", func([]string) int { select {} }) }

// fake is a Runner that conforms, but for what a test sets.
type fake struct {
	prepared   int
	preparing  error
	run        func(ctx context.Context, g, n int) (workloads.Result, error) // instead of honest
	afterwards func(*workloads.Result)                                       // spoils an honest result
	want       func(n int) uint64
	closing    func() error
}

func (f *fake) Prepare(_ context.Context, g int) error {
	f.prepared = g
	return f.preparing
}

func (f *fake) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if f.prepared != g {
		return workloads.Result{}, errors.New("Run without Prepare")
	}
	if f.run != nil {
		return f.run(ctx, g, n)
	}
	result, err := honest(ctx, g, n)
	if f.afterwards != nil {
		f.afterwards(&result)
	}
	return result, err
}

func honest(ctx context.Context, g, n int) (workloads.Result, error) {
	return fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		time.Sleep(50 * time.Microsecond)
		return uint64(task%4 + 1), nil
	})
}

func (f *fake) Want(n int) uint64 {
	if f.want != nil {
		return f.want(n)
	}
	return workloads.CyclicSum([]uint64{1, 2, 3, 4}, n)
}

func (f *fake) Close() error {
	if f.closing != nil {
		return f.closing()
	}
	return nil
}

// conforming returns a workload that opens f.
func conforming(f *fake) workloads.Workload {
	return workloads.Workload{
		Name: "fake",
		Doc:  "Sleeps a little.",
		Kind: workloads.Waiting,
		Axis: workloads.Axis{Key: "goroutines", Quick: []int{0, 2}, Full: []int{0, 2, 8}},
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return f, nil },
	}
}

func check(t *testing.T, w workloads.Workload) error {
	t.Helper()
	s := suite{
		w:      w,
		env:    workloads.Env{Dir: t.TempDir(), CPUs: 2},
		sweeps: []sweep{{2, w.Axis.Full}},
		tasks:  []int{1, 7},
	}
	return s.check(t.Context())
}

func TestConformingWorkloadPasses(t *testing.T) {
	if err := check(t, conforming(&fake{})); err != nil {
		t.Error(err)
	}
	var set workloads.Set
	set.Add(conforming(&fake{}))
	Run(t, &set)
}

func TestUnavailableIsTold(t *testing.T) {
	w := conforming(&fake{})
	w.Open = func(context.Context, workloads.Env) (workloads.Runner, error) {
		return nil, workloads.Unavailable("no javac")
	}
	if reason, ok := errors.AsType[workloads.Unavailable](check(t, w)); !ok || reason != "no javac" {
		t.Errorf("reason %q, %v", reason, ok)
	}
}

// brokenRunner is a Runner that must be found broken, by an error that says so.
type brokenRunner struct {
	f    fake
	says string
}

func brokenRunners(release <-chan struct{}) map[string]brokenRunner {
	fickle, broken := uint64(0), false
	return map[string]brokenRunner{
		"wrong sum": {fake{afterwards: func(r *workloads.Result) { r.Sum++ }}, "the sum is"},
		"sum depends on goroutines": {fake{run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			result, err := honest(ctx, g, n)
			result.Sum += uint64(g / 8)
			return result, err
		}}, "the sum is"},
		"loses the remainder": {fake{run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			return honest(ctx, g, n/max(g, 1)*max(g, 1))
		}}, "the sum is"},
		"blind checksum": {fake{want: func(n int) uint64 { return uint64(n / 2) }}, "would not be noticed"},
		"fickle want": {fake{want: func(n int) uint64 {
			fickle++
			return fickle
		}}, "is now"},
		"no residence":            {fake{afterwards: func(r *workloads.Result) { r.Residence = 0 }}, "residence"},
		"residence counted twice": {fake{afterwards: func(r *workloads.Result) { r.Residence *= 20 }}, "residence"},
		"negative CPU time":       {fake{afterwards: func(r *workloads.Result) { r.OtherCPU = -1 }}, "CPU time"},
		"not a number": {fake{afterwards: func(r *workloads.Result) {
			r.Metrics = []workloads.Metric{{Unit: "x", Value: math.NaN()}}
		}}, "metric"},
		"unit with a space": {fake{afterwards: func(r *workloads.Result) {
			r.Metrics = []workloads.Metric{{Unit: "a b"}}
		}}, "metric"},
		"ignores an ended context": {fake{run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			return honest(context.WithoutCancel(ctx), g, min(n, 1000))
		}}, "context canceled"},
		"broken by a cancellation": {fake{run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			result, err := honest(ctx, g, n)
			if err != nil {
				broken = true
			}
			if broken {
				result.Sum++
			}
			return result, err
		}}, "after a cancelled run"},
		"leaves a goroutine behind a run": {fake{run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			result, err := honest(ctx, g, n)
			if err != nil {
				go func() { <-release }()
			}
			return result, err
		}}, "goroutines"},
		"leaves a goroutine behind Close": {fake{closing: func() error {
			go func() { <-release }()
			return nil
		}}, "goroutines"},
		"fails to close":   {fake{closing: func() error { return errors.New("stuck") }}, "closing: stuck"},
		"fails to prepare": {fake{preparing: errors.New("no port")}, "preparing: no port"},
	}
}

func TestBrokenRunnersAreFound(t *testing.T) {
	release := make(chan struct{}) // of the goroutines that are left behind
	defer close(release)
	for name, c := range brokenRunners(release) {
		t.Run(name, func(t *testing.T) {
			err := check(t, conforming(&c.f))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}

// Started without package reexec, so that no goroutine waits for the child, and
// tells of it.
func TestChildLeftBehindIsFound(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system doesn't tell a process's children")
	}
	f := &fake{}
	var left []func()
	f.closing = func() error {
		path, err := os.Executable()
		if err != nil {
			return err
		}
		child := exec.Command(path)
		child.Env = append(os.Environ(), "CONPAR_ROLE=stay")
		stdin, err := child.StdinPipe() // closed by Wait
		if err != nil {
			return err
		}
		left = append(left, func() { stdin.Close(); child.Wait() })
		return child.Start()
	}
	err := check(t, conforming(f))
	for _, end := range left {
		end()
	}
	if err == nil || !strings.Contains(err.Error(), "child processes are left") {
		t.Errorf("error %v", err)
	}
}

func TestFailureToOpenASecondTimeIsFound(t *testing.T) {
	w := conforming(&fake{})
	times := 0
	w.Open = func(context.Context, workloads.Env) (workloads.Runner, error) {
		if times++; times > 1 {
			return nil, errors.New("address in use")
		}
		return &fake{}, nil
	}
	if err := check(t, w); err == nil || !strings.Contains(err.Error(), "second time") {
		t.Errorf("error %v", err)
	}
}

func TestBrokenDescriptionsAreFound(t *testing.T) {
	for name, spoil := range map[string]func(*workloads.Workload){
		"unknown kind":       func(w *workloads.Workload) { w.Kind = "idle" },
		"doc without end":    func(w *workloads.Workload) { w.Doc = "Sleeps" },
		"descending axis":    func(w *workloads.Workload) { w.Axis.Full = []int{0, 8, 2} },
		"repeated value":     func(w *workloads.Workload) { w.Axis.Full = []int{0, 2, 2, 8} },
		"quick beyond full":  func(w *workloads.Workload) { w.Axis.Quick = []int{0, 3} },
		"value out of range": func(w *workloads.Workload) { w.Axis.Full = []int{-2, 0, 2} },
	} {
		t.Run(name, func(t *testing.T) {
			w := conforming(&fake{})
			spoil(&w)
			if err := check(t, w); err == nil {
				t.Error("nothing was found")
			}
		})
	}
}
