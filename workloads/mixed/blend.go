package mixed

import (
	"context"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// A task of a blend takes about 5 ms on its own: its wait is true, as it takes 1 ms
// or more, and a sample of many goroutines still holds several tasks of each.
const (
	blendTime       = 5 * time.Millisecond
	blendIterations = 5_000_000
)

// A task that computes for milliseconds makes a sample of many goroutines
// long, so the axis ends early.
var blendAxis = workloads.Axis{
	Key: "goroutines", Quick: []int{1, 8}, Full: []int{0, 1, 2, 4, 8, 16},
}

var (
	_ = addBlend(0, workloads.Waiting)
	_ = addBlend(10, workloads.Mixed)
	_ = addBlend(25, workloads.Mixed)
	_ = addBlend(50, workloads.Mixed)
	_ = addBlend(75, workloads.Mixed)
	_ = addBlend(100, workloads.Computing)
)

func addBlend(percent int, kind workloads.Kind) workloads.Workload {
	return Set.Add(workloads.Workload{
		Name: fmt.Sprintf("blend/compute=%d", percent), Kind: kind, Axis: blendAxis,
		Doc: fmt.Sprintf("Computes for %d%% of about 5 ms, and waits for the rest.", percent),
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			b := &blend{iterations: blendIterations / 100 * percent}
			b.share(percent, iterationNs())
			return b, nil
		},
	})
}

// blend is a task with a set share of computing. The iterations are the same on every
// machine and in every process. The wait is what fits to the time that they take
// here, so that the share is true on fast machines and slow ones. Work that keeps all
// CPUs busy takes as long for every wait: an error of that time cancels out.
type blend struct {
	iterations     int
	computes, wait time.Duration
}

// share sets the times with which computing is that percentage of a task, where an
// iteration takes so many nanoseconds.
func (b *blend) share(percent int, ns float64) {
	b.computes, b.wait = time.Duration(ns*float64(b.iterations)), blendTime
	if percent > 0 {
		b.wait = b.computes * time.Duration(100-percent) / time.Duration(percent)
	}
}

// Run lets a wait end by itself when ctx ends: it takes some milliseconds. It reports
// how long the computing of a task takes where nothing else is going on.
func (b *blend) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	result, err := fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		x := kernel.Churn(kernel.Seed(task), b.iterations)
		if b.wait > 0 {
			time.Sleep(b.wait)
		}
		return x, nil
	})
	result.Metrics = []workloads.Metric{{Unit: "compute-ns/op", Value: float64(b.computes)}}
	return result, err
}

// Warm makes one task a goroutine, which computes little and waits for a short time.
func (b *blend) Warm(ctx context.Context, g int) error {
	brief := *b
	brief.iterations = min(b.iterations, warmIterations)
	brief.wait = min(b.wait, workloads.BriefWait)
	_, err := brief.Run(ctx, g, max(g, 1))
	return err
}

func (b *blend) Want(n int) uint64 { return kernel.Want(n, b.iterations) }

func (b *blend) Close() error { return nil }
