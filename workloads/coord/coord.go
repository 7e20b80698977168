// Package coord has the workloads that coordinate: goroutines that count
// together, read what others write, wait for one another at a barrier, or take
// turns at a lock; and, for comparison, those that have nothing to share.
//
// Computing is counted in iterations of an integer kernel of about 1 ns each,
// so that times in this package's comments are those of such a machine.
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

// lineLen is the length of a cache line, or of two that are fetched together:
// what is that far apart is not falsely shared.
const lineLen = 128

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

// The kernel is a congruential generator (D. Knuth's MMIX, TAOCP vol. 2,
// 3.3.4): each iteration needs the one before, and nothing but a processor.
const (
	multiplier = 6364136223846793005
	increment  = 1442695040888963407
)

// churn makes the given number of iterations from x on. It is not inlined, so
// that it is the same machine code wherever it is called.
//
//go:noinline
func churn(x uint64, iterations int) uint64 {
	for range iterations {
		x = x*multiplier + increment
	}
	return x
}

// jump returns what churn does, in as many steps as the number has binary
// digits (F. Brown, "Random number generation with arbitrary strides", 1994).
func jump(x uint64, iterations int) uint64 {
	a, b := uint64(multiplier), uint64(increment) // x becomes ax + b
	for n := iterations; n > 0; n /= 2 {
		if n%2 == 1 {
			x = a*x + b
		}
		a, b = a*a, a*b+b
	}
	return x
}

// kinds is the number of different tasks of a workload that computes: task i is
// of kind i mod kinds.
const kinds = 16

// seed is what a task's iterations begin with.
func seed(task int) uint64 { return uint64(task%kinds) + 1 }

// want returns the sum of what n tasks of so many iterations come to.
func want(n, iterations int) uint64 {
	var answers [kinds]uint64
	for kind := range answers {
		answers[kind] = jump(seed(kind), iterations)
	}
	return workloads.CyclicSum(answers[:], n)
}
