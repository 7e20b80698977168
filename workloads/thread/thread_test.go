package thread

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

// The tag system adds the threads of a program in C++.
func TestConformance(t *testing.T) { conform(t, false) }

// conform tests the workloads of threads, or the others. The conformance suite
// does three more tasks than the axis' value, which of the parked would be
// hours: it gets smaller ones.
func conform(t *testing.T, threads bool) {
	t.Helper()
	var set workloads.Set
	for _, w := range Set.All() {
		if strings.HasSuffix(w.Name, "of=thread") != threads {
			continue
		}
		if w.Axis.Key == "parked" {
			w.Axis = one("parked", fewest)
		}
		set.Add(w)
	}
	workloadtest.Run(t, &set)
}

func TestNames(t *testing.T) {
	var names []string
	for _, w := range Set.All() {
		names = append(names, fmt.Sprintf("%s %s=%v", w.Name, w.Axis.Key, w.Axis.Quick))
		if w.Kind != workloads.Exhibit {
			t.Errorf("%s is %s", w.Name, w.Kind)
		}
	}
	want := []string{
		"create/of=goroutine goroutines=[1]", "create/of=locked goroutines=[1]", "create/of=thread threads=[1]",
		"parked/of=goroutine parked=[100000]", "parked/of=locked parked=[1000]",
		"parked/of=recycled parked=[10000]", "parked/of=thread parked=[1000]",
		"switch/of=goroutine goroutines=[2]", "switch/of=locked goroutines=[2]", "switch/of=thread threads=[2]",
	}
	if !slices.Equal(names, want) {
		t.Errorf("workloads %q, want %q", names, want)
	}
}

func named(t testing.TB, name string) workloads.Workload {
	t.Helper()
	for _, w := range Set.All() {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("there is no %s", name)
	panic("unreachable")
}

// open opens a workload, and skips the test where this machine lacks something
// for it.
func open(t testing.TB, w workloads.Workload) workloads.Runner {
	t.Helper()
	r, err := w.Open(t.Context(), workloads.Env{Dir: t.TempDir(), CPUs: runtime.NumCPU()})
	if reason, ok := errors.AsType[workloads.Unavailable](err); ok {
		t.Skip(reason)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// What cannot be done is refused, not done in another way.
func TestRefusedAxisValues(t *testing.T) {
	for _, tt := range []struct {
		r      workloads.Runner
		values []int
	}{
		{create{}, []int{-1}},
		{ring{}, []int{-1, 0, 1}},
		{&native{threads: 1}, []int{0, 2}},
		{&native{threads: 2}, []int{1, 3}},
		{parked{}, []int{-1, 0, 9}},
	} {
		for _, g := range tt.values {
			if _, err := tt.r.Run(t.Context(), g, 1); err == nil {
				t.Errorf("%T: %d: no error", tt.r, g)
			}
		}
	}
}

func TestNoCompiler(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, name := range []string{"create/of=thread", "switch/of=thread", "parked/of=thread"} {
		_, err := named(t, name).Open(t.Context(), workloads.Env{Dir: t.TempDir(), CPUs: 1})
		reason, ok := errors.AsType[workloads.Unavailable](err)
		if !ok || runtime.GOOS == "linux" && !strings.Contains(string(reason), "g++") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
