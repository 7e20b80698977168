package mixed

import (
	"context"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// A task of a blend takes about 10 ms on its own, so that a tenth of it is
// still a wait that is true.
const (
	blendTime       = 10 * time.Millisecond
	blendIterations = 10_000_000
)

// A task that computes for milliseconds makes a sample of many goroutines
// long, so the axis ends early.
var blendAxis = workloads.Axis{
	Key: "goroutines", Quick: []int{1, 8}, Full: []int{0, 1, 2, 4, 8, 16},
}

var (
	_ = addBlend(0, workloads.Waiting)
	_ = addBlend(10, workloads.Mixed)
	_ = addBlend(50, workloads.Mixed)
	_ = addBlend(90, workloads.Mixed)
	_ = addBlend(100, workloads.Computing)
)

func addBlend(percent int, kind workloads.Kind) workloads.Workload {
	b := blend{
		iterations: blendIterations / 100 * percent,
		wait:       blendTime / 100 * time.Duration(100-percent),
	}
	return Set.Add(workloads.Workload{
		Name: fmt.Sprintf("blend/compute=%d", percent), Kind: kind, Axis: blendAxis,
		Doc: fmt.Sprintf("Computes for %d%% of 10 ms, and waits for the rest.", percent),
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			opened := b
			opened.computes = time.Duration(iterationNs() * float64(b.iterations))
			return &opened, nil
		},
	})
}

// blend is a task with a set share of computing. Both parts are the same on
// every machine and in every process: were the iterations calibrated to fit the
// time, its error would be one of the measurement. So the share is the name's
// only about, and the metric compute-% says what it is.
type blend struct {
	iterations int
	wait       time.Duration
	computes   time.Duration // how long the iterations take, measured
}

// Run lets a wait end by itself when ctx ends: it takes 10 ms at most.
func (b *blend) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	result, err := fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		x := kernel.Churn(kernel.Seed(task), b.iterations)
		if b.wait > 0 {
			time.Sleep(b.wait)
		}
		return x, nil
	})
	share := float64(b.computes) / float64(b.computes+b.wait)
	result.Metrics = []workloads.Metric{{Unit: "compute-%", Value: 100 * share}}
	return result, err
}

// Warm makes one task a goroutine, with a short wait.
func (b *blend) Warm(ctx context.Context, g int) error {
	brief := *b
	brief.wait = min(b.wait, workloads.BriefWait)
	_, err := brief.Run(ctx, g, max(g, 1))
	return err
}

func (b *blend) Want(n int) uint64 { return kernel.Want(n, b.iterations) }

func (b *blend) Close() error { return nil }
