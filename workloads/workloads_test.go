package workloads_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"conpar/workloads"
)

// good returns a complete workload of that name.
func good(name string) workloads.Workload {
	return workloads.Workload{
		Name: name,
		Doc:  "Does nothing.",
		Kind: workloads.Computing,
		Axis: workloads.Axis{Key: "goroutines", Quick: []int{0, 1}, Full: []int{0, 1, 2}},
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			return nil, workloads.Unavailable("nothing to open")
		},
	}
}

func TestSetZeroValueIsEmpty(t *testing.T) {
	var set workloads.Set
	if all := set.All(); len(all) != 0 {
		t.Errorf("the zero Set holds %d workloads", len(all))
	}
}

func TestSetIsSortedByName(t *testing.T) {
	var set workloads.Set
	for _, name := range []string{"wait", "serial/share=5", "primes", "serial/share=20", "serial"} {
		if w := set.Add(good(name)); w.Name != name {
			t.Errorf("Add(%q) returned %q", name, w.Name)
		}
	}
	var names []string
	for _, w := range set.All() {
		names = append(names, w.Name)
	}
	want := []string{"primes", "serial", "serial/share=20", "serial/share=5", "wait"}
	if !slices.Equal(names, want) {
		t.Errorf("All: %q, want %q", names, want)
	}
}

func TestAllReturnsACopy(t *testing.T) {
	var set workloads.Set
	set.Add(good("primes"))
	set.All()[0].Name = "changed"
	if name := set.All()[0].Name; name != "primes" {
		t.Errorf("a caller of All changed the Set: %q", name)
	}
}

func TestAddTakesWellFormedNames(t *testing.T) {
	var set workloads.Set
	for _, name := range []string{"sha256", "a", "serial/share=20", "lock/held=1.5/kind=rw", "x2/a1=b2"} {
		set.Add(good(name))
	}
}

func TestAddPanics(t *testing.T) {
	without := func(strip func(*workloads.Workload)) workloads.Workload {
		w := good("other")
		strip(&w)
		return w
	}
	for name, w := range map[string]workloads.Workload{
		"duplicate":          good("primes"),
		"no name":            good(""),
		"trailing -digits":   good("size-10"),
		"digits in a value":  good("serial/share-20"),
		"value with -digits": good("serial/share=a-20"),
		"upper case":         good("Primes"),
		"space":              good("two words"),
		"leading digit":      good("2fast"),
		"empty value":        good("serial/share="),
		"trailing slash":     good("serial/"),
		"part without value": good("serial/share"),
		"newline":            good("primes2\n"),
		"no doc":             without(func(w *workloads.Workload) { w.Doc = "" }),
		"no kind":            without(func(w *workloads.Workload) { w.Kind = "" }),
		"no open":            without(func(w *workloads.Workload) { w.Open = nil }),
		"no axis key":        without(func(w *workloads.Workload) { w.Axis.Key = "" }),
		"ill-formed axis":    without(func(w *workloads.Workload) { w.Axis.Key = "go-2" }),
		"no quick axis":      without(func(w *workloads.Workload) { w.Axis.Quick = nil }),
		"no full axis":       without(func(w *workloads.Workload) { w.Axis.Full = nil }),
	} {
		t.Run(name, func(t *testing.T) {
			var set workloads.Set
			set.Add(good("primes"))
			defer func() {
				if recover() == nil {
					t.Errorf("Add(%q) did not panic", w.Name)
				}
				if n := len(set.All()); n != 1 {
					t.Errorf("the Set holds %d workloads after a refused Add, want 1", n)
				}
			}()
			set.Add(w)
		})
	}
}

func TestUnavailableIsFoundInAChain(t *testing.T) {
	_, err := good("java").Open(t.Context(), workloads.Env{})
	reason, ok := errors.AsType[workloads.Unavailable](err)
	if !ok || reason.Error() != "nothing to open" {
		t.Errorf("got %v, want the reason", err)
	}
}

func TestCyclicSum(t *testing.T) {
	answers := []uint64{1, 10, 1 << 63}
	var want uint64
	for n := range 20 {
		if got := workloads.CyclicSum(answers, n); got != want {
			t.Errorf("CyclicSum of %d tasks: %d, want %d", n, got, want)
		}
		want += answers[n%len(answers)]
	}
}

func TestResolve(t *testing.T) {
	axis := []int{workloads.AllCPUs, 0, 1, 2, 8}
	for cpus, want := range map[int][]int{1: {0, 1, 2, 8}, 2: {0, 1, 2, 8}, 4: {0, 1, 2, 4, 8}, 64: {0, 1, 2, 8, 64}} {
		if got := workloads.Resolve(axis, cpus); !slices.Equal(got, want) {
			t.Errorf("on %d CPUs: %v, want %v", cpus, got, want)
		}
	}
	if axis[0] != workloads.AllCPUs {
		t.Error("the axis was changed")
	}
}
