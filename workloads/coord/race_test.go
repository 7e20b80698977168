package coord

import (
	"errors"
	"runtime"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

// find returns the workload of that name.
// exhibited returns the metric of n exhibits with that GOMAXPROCS. The test is
// skipped where this build has no such exhibit.
func exhibited(t *testing.T, name string, procs, value, n int, unit string) float64 {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	r, err := workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{CPUs: 2})
	if reason, ok := errors.AsType[workloads.Unavailable](err); ok {
		t.Skip(reason)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	result, err := r.Run(t.Context(), value, n)
	if err != nil || result.Sum != r.Want(n) {
		t.Fatalf("%s: sum %d, %v; want %d", name, result.Sum, err, r.Want(n))
	}
	for _, m := range result.Metrics {
		if m.Unit == unit {
			return m.Value
		}
	}
	t.Fatalf("%s: %v have no %s", name, result.Metrics, unit)
	return 0
}

func TestMutexAndAtomicLoseNothing(t *testing.T) {
	for _, by := range []string{"mutex", "atomic"} {
		for _, procs := range []int{1, 2, 4} {
			if lost := exhibited(t, "race/by="+by, procs, 8, 2, "lost-%"); lost != 0 {
				t.Errorf("%s, GOMAXPROCS=%d: %v%% are lost", by, procs, lost)
			}
		}
	}
}

// With one processor the goroutines take turns.
func TestYieldLosesAllButOneInEach(t *testing.T) {
	for _, g := range []int{2, 8, 64} {
		want := 100 * (1 - 1/float64(g))
		if lost := exhibited(t, "race/by=gosched", 1, g, 1, "lost-%"); lost < want-5 || lost > want+5 {
			t.Errorf("%d goroutines: %v%% are lost, want about %v%%", g, lost, want)
		}
	}
}

// Hardly ever is none of ten exhibits interrupted where it hurts.
func TestOneProcessorDoesNotMakeARaceSafe(t *testing.T) {
	if lost := exhibited(t, "race/by=loadstore", 1, 8, 10, "lost-%"); lost <= 0 || lost >= 100 {
		t.Errorf("%v%% are lost", lost)
	}
}

func TestIncrementIsOneInstruction(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("not on " + runtime.GOARCH)
	}
	if lost := exhibited(t, "race/by=plain", 1, 8, 5, "lost-%"); lost != 0 {
		t.Errorf("%v%% are lost with one processor", lost)
	}
}

// The goroutines of a single exhibit may fail to meet on a busy machine.
func TestIncrementIsNotSafe(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("it takes two CPUs")
	}
	for range 100 {
		if exhibited(t, "race/by=plain", 2, 8, 1, "lost-%") > 0 {
			return
		}
	}
	t.Error("100 exhibits lost nothing with two processors")
}
