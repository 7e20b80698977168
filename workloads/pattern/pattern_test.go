package pattern

import (
	"fmt"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

// The suite does some more tasks than the axis' value: of sums, too many of too
// long ones. So it has those shorter.
func TestConformance(t *testing.T) {
	var set workloads.Set
	for _, w := range Set.All() {
		if w.Axis.Key == "length" {
			w.Axis.Quick, w.Axis.Full = []int{10}, []int{1, 2, 10}
		}
		set.Add(w)
	}
	workloadtest.Run(t, &set)
}

func open(t testing.TB, name string) workloads.Runner {
	t.Helper()
	r, err := workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{CPUs: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// run does n tasks and returns the metrics by unit.
func run(t testing.TB, r workloads.Runner, value, n int) map[string]float64 {
	t.Helper()
	if err := workloads.Prepare(t.Context(), r, value); err != nil {
		t.Fatal(err)
	}
	if b, ok := t.(*testing.B); ok {
		b.ResetTimer()
	}
	result, err := r.Run(t.Context(), value, n)
	if err != nil || result.Sum != r.Want(n) {
		t.Fatalf("at %d, %d tasks: sum %d, %v; want %d", value, n, result.Sum, err, r.Want(n))
	}
	byUnit := map[string]float64{}
	for _, m := range result.Metrics {
		byUnit[m.Unit] = m.Value
	}
	return byUnit
}

// BenchmarkTask shows what one task costs.
func BenchmarkTask(b *testing.B) {
	for _, w := range Set.All() {
		for _, value := range workloads.Resolve(w.Axis.Quick, 2) {
			b.Run(fmt.Sprintf("work=%s/%s=%d", w.Name, w.Axis.Key, value), func(b *testing.B) {
				r := open(b, w.Name)
				for unit, x := range run(b, r, value, b.N) {
					b.ReportMetric(x, unit)
				}
			})
		}
	}
}
