package thread

import (
	"runtime"
	"testing"

	"conpar/workloads"
)

// BenchmarkOp measures every workload at the values of its quick axis.
func BenchmarkOp(b *testing.B) {
	for _, w := range Set.All() {
		b.Run(w.Name, func(b *testing.B) {
			r, err := w.Open(b.Context(), workloads.Env{Dir: b.TempDir(), CPUs: runtime.NumCPU()})
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			b.ResetTimer()
			result, err := r.Run(b.Context(), w.Axis.Quick[0], b.N)
			b.StopTimer()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(result.OtherCPU)/float64(b.N), "other-cpu-ns/op")
			for _, m := range result.Metrics {
				b.ReportMetric(m.Value, m.Unit)
			}
		})
	}
}
