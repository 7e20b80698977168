// Package mixed has the workloads whose tasks compute and wait by turns, or
// compute and yield: a kitchen, a blend with a set share of each, and steps.
// They are where more goroutines and more processors each have something to
// give, and where the one can be told from the other.
//
// Computing is counted in iterations: see package kernel. Waiting is time.Sleep,
// for 1 ms or more: a shorter sleep takes longer than it says.
package mixed

import (
	"math"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// Set holds the workloads of this package.
var Set workloads.Set

// The axes: computing is that of work that never waits, as in package cpu;
// waiting that of work that does.
var (
	computing = workloads.Axis{
		Key: "goroutines", Quick: []int{workloads.AllCPUs, 1, 2, 8},
		Full: []int{workloads.AllCPUs, 0, 1, 2, 8, 64},
	}
	waiting = workloads.Axis{
		Key: "goroutines", Quick: []int{1, 8, 64}, Full: []int{0, 1, 2, 4, 8, 16, 64},
	}
)

// warmIterations is how much the tasks compute that warm up a run: opening the workload
// has computed more already. Whole tasks of 64 goroutines took as long as a sample.
const warmIterations = 100_000

// iterationNs measures how long an iteration takes while nothing else of this
// process runs: the least of probes that are short enough to fit between
// disturbances. Beside busy neighbours their median was up to half as long
// again, and the bound made of it was above what the tasks then took.
func iterationNs() float64 {
	const probes, iterations = 40, 50_000
	least := time.Duration(math.MaxInt64)
	x := uint64(1)
	for range probes {
		start := time.Now()
		x = kernel.Churn(x, iterations)
		least = min(least, time.Since(start))
	}
	return float64(least) / iterations
}
