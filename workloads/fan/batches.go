package fan

import (
	"context"

	"conpar/workloads"
)

// Batches is [Run] for tasks of some nanoseconds: it hands out as many in a row
// as a batch has, from … to-1, or what is left of them. To hand them out one by
// one takes up to 16 ns each at an index that all goroutines share, which would
// drown what is measured. A block for each goroutine, fixed in advance, would do
// too, but the others wait for the one that gets the least of a processor.
func Batches(
	ctx context.Context, goroutines, tasks, batch int, do func(worker, from, to int) uint64,
) (workloads.Result, error) {
	return Run(ctx, goroutines, (tasks+batch-1)/batch, func(worker, b int) (uint64, error) {
		return do(worker, b*batch, min((b+1)*batch, tasks)), nil
	})
}

// Repeat does an exhibit n times, one after another in the caller's goroutine.
// Sums and CPU times are added up; the metrics, which are the same ones each
// time, are means. When ctx ends, the error is [context.Cause] of it.
func Repeat(ctx context.Context, n int, exhibit func() (workloads.Result, error)) (workloads.Result, error) {
	var total workloads.Result
	for range n {
		if ctx.Err() != nil {
			return workloads.Result{}, context.Cause(ctx)
		}
		one, err := exhibit()
		if err != nil {
			return workloads.Result{}, outcome(ctx, err)
		}
		total.Sum += one.Sum
		total.OtherCPU += one.OtherCPU
		if total.Metrics == nil {
			total.Metrics = make([]workloads.Metric, len(one.Metrics))
		}
		for i, m := range one.Metrics {
			total.Metrics[i].Unit = m.Unit
			total.Metrics[i].Value += m.Value
		}
	}
	for i := range total.Metrics {
		total.Metrics[i].Value /= float64(n)
	}
	return total, nil
}
