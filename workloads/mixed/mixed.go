// Package mixed has the workloads whose tasks compute and wait by turns, or
// compute and yield: a kitchen, a blend with a set share of each, and steps.
// They are where more goroutines and more processors each have something to
// give, and where the one can be told from the other.
//
// Computing is counted in iterations of an integer kernel, never spun until a
// clock says so: a goroutine that is preempted, or shares its processor, has
// as much to do as any other. An iteration takes about 1 ns, so that times in
// this package's comments are those of such a machine. Waiting is time.Sleep,
// for 1 ms or more, since shorter ones are not what they say.
package mixed

import (
	"math"
	"time"

	"conpar/workloads"
)

// Set holds the workloads of this package.
var Set workloads.Set

// kinds is the number of different tasks of a workload: task i is of kind
// i mod kinds.
const kinds = 16

// The axes: computing is that of work that never waits, as in package cpu;
// waiting that of work that does.
var (
	computing = workloads.Axis{
		Key:   "goroutines",
		Quick: []int{workloads.AllCPUs, 1, 2, 8},
		Full:  []int{workloads.AllCPUs, 0, 1, 2, 8, 64},
	}
	waiting = workloads.Axis{
		Key:   "goroutines",
		Quick: []int{1, 8, 64},
		Full:  []int{0, 1, 2, 4, 8, 16, 64},
	}
)

// The kernel is a congruential generator (D. Knuth's MMIX, TAOCP vol. 2,
// 3.3.4): each iteration needs the one before, and nothing but a processor.
const (
	multiplier = 6364136223846793005
	increment  = 1442695040888963407
)

// churn makes the given number of iterations from x on. It is not inlined, so
// that it is the same machine code wherever it is called, and calibrated.
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
		x = churn(x, iterations)
		least = min(least, time.Since(start))
	}
	return float64(least) / iterations
}
