package mixed

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }

func open(t testing.TB, name string) workloads.Runner {
	t.Helper()
	r, err := workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{CPUs: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// metrics runs n tasks and returns the metrics by unit.
func metrics(t testing.TB, r workloads.Runner, g, n int) map[string]float64 {
	t.Helper()
	result, err := r.Run(t.Context(), g, n)
	if err != nil || result.Sum != r.Want(n) {
		t.Fatalf("%d goroutines, %d tasks: sum %d, %v; want %d", g, n, result.Sum, err, r.Want(n))
	}
	byUnit := map[string]float64{}
	for _, m := range result.Metrics {
		byUnit[m.Unit] = m.Value
	}
	return byUnit
}

// The answer to task n is what it adds to the sum.
func TestTasksOfDifferentKindsDiffer(t *testing.T) {
	for _, w := range Set.All() {
		r := open(t, w.Name)
		answers := map[uint64]bool{}
		for n := range 1000 {
			answers[r.Want(n+1)-r.Want(n)] = true
		}
		if len(answers) != kernel.Kinds || answers[0] {
			t.Errorf("%s: %d different answers of %d kinds", w.Name, len(answers), kernel.Kinds)
		}
	}
}

func TestBound(t *testing.T) {
	for _, c := range []struct {
		name                      string
		chop, oven, plate         time.Duration
		n, cooks, underWay, ovens int
		want                      time.Duration
	}{
		{"one after another", 3, 10, 2, 7, 1, 1, 0, 7 * 15},
		{"one after another in four ovens", 3, 10, 2, 7, 1, 1, 4, 7 * 15},
		{"the cook is busy all the time", 3, 10, 2, 7, 1, 7, 0, 7 * 5},
		{"two cooks are", 3, 10, 2, 20, 2, 20, 0, 20 * 5 / 2},
		{"the last dish is still in the oven", 3, 100, 2, 7, 1, 7, 0, 7*3 + 100 + 2},
		{"two cooks, and the last dish", 3, 100, 2, 8, 2, 8, 0, 8*3/2 + 100 + 2},
		{"two ovens, seven dishes", 3, 100, 2, 7, 2, 7, 2, 3 + 4*100 + 2},
		{"as many ovens as dishes", 3, 100, 2, 7, 7, 7, 7, 3 + 100 + 2},
		{"fewer goroutines than dishes", 3, 100, 2, 9, 8, 4, 0, 3 * 105},
		{"fewer goroutines than ovens", 3, 100, 2, 8, 8, 2, 4, 4 * 105},
		{"salads", 3, 0, 2, 8, 2, 8, 0, 8 * 5 / 2},
		{"salads by more cooks than goroutines", 3, 0, 2, 8, 4, 2, 0, 4 * 5},
		{"salads by more cooks than dishes", 3, 0, 2, 2, 4, 8, 0, 5},
	} {
		r := recipe{c.chop, c.oven, c.plate}
		if got := r.bound(c.n, c.cooks, c.underWay, c.ovens); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// In a bubble of synctest, time passes only while everything sleeps: computing
// takes none, and the time of a kitchen whose cooks take none is its bound.
func TestKitchenReachesItsBoundWhereCookingIsFree(t *testing.T) {
	for _, ovens := range []int{0, 1, 4} {
		for _, c := range [][2]int{{0, 5}, {1, 5}, {2, 5}, {3, 4}, {8, 24}, {64, 64}, {64, 10}} {
			g, n := c[0], c[1]
			synctest.Test(t, func(t *testing.T) {
				k := &kitchen{chop: 10, plate: 5, oven: 10 * time.Millisecond, ovens: ovens}
				start := time.Now()
				m := metrics(t, k, g, n)
				wall, bound := time.Since(start), m["bound-ns/op"]
				if float64(wall) != bound*float64(n) || m["over-bound"] != 1 {
					t.Errorf("%d ovens, %d goroutines: %d dishes took %v, the bound is %v a dish, and exceeded %v times",
						ovens, g, n, wall, time.Duration(bound), m["over-bound"])
				}
			})
		}
	}
}

// Nothing is baked or waited for longer than needed before a sample.
func TestWarmingUpWaitsBriefly(t *testing.T) {
	for _, name := range []string{"kitchen/menu=oven", "kitchen/menu=both", "blend/compute=10"} {
		r := open(t, name).(workloads.Warmer)
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			if err := r.Warm(t.Context(), 8); err != nil || time.Since(start) != workloads.BriefWait {
				t.Errorf("%s: it took %v, error %v", name, time.Since(start), err)
			}
		})
	}
}

// What is measured when a kitchen is opened is its cooking.
func TestKitchensAreCalibrated(t *testing.T) {
	for _, menu := range []string{"chop", "oven", "oven/ovens=4", "both", "stew"} {
		k := open(t, "kitchen/menu="+menu).(*kitchen)
		if r := k.recipe; r.chop <= 0 || r.plate <= 0 || r.oven != 0 || (r.chop > r.plate) != (k.chop > k.plate) {
			t.Errorf("menu %s: %+v", menu, r)
		}
	}
}

// A dish that queues for an oven leaves when the context ends, and only those
// in the ovens are waited for.
func TestCancelledKitchenDoesNotServeItsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("closing time")
		ctx, cancel := context.WithCancelCause(t.Context())
		defer time.AfterFunc(25*time.Millisecond, func() { cancel(cause) }).Stop()
		start := time.Now()
		k := &kitchen{oven: 10 * time.Millisecond, ovens: 4}
		_, err := k.Run(ctx, 64, 1000)
		if wall := time.Since(start); err != cause || wall != 30*time.Millisecond {
			t.Errorf("error %v after %v, want %v after 30ms", err, wall, cause)
		}
	})
}

// The wait is as long as the share wants it beside what the iterations take here.
func TestBlendWaitsForItsShare(t *testing.T) {
	const ms = time.Millisecond
	const ns = 2.0 // an iteration
	for percent, wait := range map[int]time.Duration{10: 9 * ms, 25: 7500 * time.Microsecond, 50: 5 * ms, 75: 2500 * time.Microsecond, 100: 0} {
		b := open(t, fmt.Sprintf("blend/compute=%d", percent)).(*blend)
		if b.iterations != percent*50_000 || (b.wait > 0) != (percent < 100) {
			t.Errorf("%d%%: %d iterations, and it waits for %v", percent, b.iterations, b.wait)
		}
		b.share(percent, ns)
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			computes := metrics(t, b, 2, 4)["compute-ns/op"]
			if computes != ns*float64(b.iterations) {
				t.Errorf("%d%%: computes for %v ns", percent, computes)
			}
			if wall := time.Since(start).Round(time.Microsecond); wall != 2*wait {
				t.Errorf("%d%%: two tasks wait for %v, want %v", percent, wall, 2*wait)
			}
		})
	}
	if b := open(t, "blend/compute=0").(*blend); b.iterations != 0 || b.wait != 5*ms {
		t.Errorf("0%%: %d iterations, and it waits for %v", b.iterations, b.wait)
	}
}

func TestStepsCountsThoseThatRun(t *testing.T) {
	for _, g := range []int{1, 2, 8} {
		if most := metrics(t, steps{}, g, 3*g)["running-max"]; most < 1 || most > float64(g) {
			t.Errorf("%d goroutines: at most %v tasks were executing at once", g, most)
		}
	}
	if m := metrics(t, steps{}, 0, 3); len(m) != 0 {
		t.Errorf("the plain loop counted: %v", m)
	}
}

func TestTasksDoNotAllocate(t *testing.T) {
	for _, r := range []workloads.Runner{steps{}, &kitchen{chop: 100, plate: 100}, &blend{iterations: 100}} {
		allocs := func(tasks int) float64 {
			return testing.AllocsPerRun(5, func() {
				if _, err := r.Run(context.Background(), 1, tasks); err != nil {
					t.Fatal(err)
				}
			})
		}
		if few, many := allocs(1), allocs(100); many > few+10 {
			t.Errorf("%T: %v allocations for one task, %v for 100", r, few, many)
		}
	}
}

// BenchmarkTask shows what one task costs.
func BenchmarkTask(b *testing.B) {
	for _, w := range Set.All() {
		for _, g := range []int{1, 8} {
			b.Run(fmt.Sprintf("work=%s/goroutines=%d", w.Name, g), func(b *testing.B) {
				r := open(b, w.Name)
				b.ResetTimer()
				for unit, value := range metrics(b, r, g, b.N) {
					b.ReportMetric(value, unit)
				}
			})
		}
	}
}

// BenchmarkOpen shows what every sample's process pays before it measures.
func BenchmarkOpen(b *testing.B) {
	for _, w := range Set.All() {
		b.Run("work="+w.Name, func(b *testing.B) {
			for range b.N {
				r, err := w.Open(b.Context(), workloads.Env{CPUs: 2})
				if err != nil {
					b.Fatal(err)
				}
				r.Close()
			}
		})
	}
}
