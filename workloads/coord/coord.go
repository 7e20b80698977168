// Package coord has the workloads that coordinate: goroutines that count
// together, read what others write, wait for one another at a barrier, or take
// turns at a lock; and, for comparison, those that have nothing to share.
//
// Computing is counted in iterations: see package kernel.
package coord

import (
	"context"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// Set holds the workloads of this package.
var Set workloads.Set

// The axis. Many more goroutines than processors are there to show what a queue
// at a lock does.
var goroutines = workloads.Axis{
	Key:   "goroutines",
	Quick: []int{workloads.AllCPUs, 1, 2, 8},
	Full:  []int{workloads.AllCPUs, 0, 1, 2, 8, 64},
}

// inBatches does tasks 0 … n-1. It hands do as many in a row as a batch has,
// from … to-1, or what is left of them. It is for tasks of some nanoseconds: to
// hand them out one by one takes up to 16 ns each at an index that all
// goroutines share, which would drown what is measured. A block for each
// goroutine, fixed in advance, would do too, but the others wait for the one
// that gets the least of a processor.
func inBatches(ctx context.Context, g, n, batch int, do func(worker, from, to int) uint64) (fan.Total, error) {
	batches := (n + batch - 1) / batch
	return fan.Run(ctx, g, batches, func(worker, b int) (uint64, error) {
		return do(worker, b*batch, min((b+1)*batch, n)), nil
	})
}
