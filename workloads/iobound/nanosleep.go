package iobound

import (
	"context"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var _ = Set.Add(workloads.Workload{
	Name: "nanosleep", Kind: workloads.Waiting, Axis: files, Blocks: true,
	Doc: "Sleeps for 100 µs inside a system call, where the runtime cannot see that it waits.",
	Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
		return nanosleeps{}, nanosleep(0) // where it cannot be called, that says why
	},
})

// nap is how long a task of nanosleep asks the kernel to sleep. The kernel adds
// its timer slack, which is 50 µs by default. It is as long as a read from a fast disk takes, and
// needs no disk: only the system call that blocks.
const nap = 100 * time.Microsecond

// nanosleeps reports no delay-ns, unlike wait: seen from Go, the end of a system
// call includes the wait for a processor of the runtime.
type nanosleeps struct{}

// Run lets a sleep end by itself when ctx ends.
func (nanosleeps) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	return fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		return kernel.Mix(uint64(task % kernel.Kinds)), nanosleep(nap)
	})
}

func (nanosleeps) Want(n int) uint64 { return kernel.WantMix(n) }

func (nanosleeps) Close() error { return nil }
