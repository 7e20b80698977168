// Package kernel has what the tasks of several packages have in common: the
// work of those that compute, and the answers that all of them should come to.
//
// Computing is counted in iterations of an integer kernel of about 1 ns each,
// never spun until a clock says so: a goroutine that is preempted, or shares
// its processor, has as much to do as any other. Times in the comments of
// workloads are those of a machine on which an iteration takes 1 ns.
package kernel

import "conpar/workloads"

// Kinds is the number of different tasks of a workload: task i is of kind
// i mod Kinds, and its answer depends on the kind alone.
const Kinds = 16

// LineLen is the length of two cache lines in bytes: some processors fetch
// lines in pairs. What is that far apart is not falsely shared.
const LineLen = 128

// The kernel is a congruential generator (D. Knuth's MMIX, TAOCP vol. 2,
// 3.3.4): each iteration needs the one before, and nothing but a processor.
const (
	multiplier = 6364136223846793005
	increment  = 1442695040888963407
)

// Churn makes the given number of iterations from x on. It is not inlined, so
// that it is the same machine code wherever it is called, and calibrated.
//
//go:noinline
func Churn(x uint64, iterations int) uint64 {
	for range iterations {
		x = x*multiplier + increment
	}
	return x
}

// Jump returns what Churn does, in as many steps as the number has binary
// digits (F. Brown, "Random number generation with arbitrary strides", 1994).
func Jump(x uint64, iterations int) uint64 {
	a, b := uint64(multiplier), uint64(increment) // x becomes ax + b
	for n := iterations; n > 0; n /= 2 {
		if n%2 == 1 {
			x = a*x + b
		}
		a, b = a*a, a*b+b
	}
	return x
}

// Seed is what a task's iterations begin with.
func Seed(task int) uint64 { return uint64(task%Kinds) + 1 }

// Want returns the sum of the answers to n tasks of so many iterations.
func Want(n, iterations int) uint64 {
	return Sum(n, func(kind int) uint64 { return Jump(Seed(kind), iterations) })
}

// Mix is the finaliser of splitmix64 (G. Steele, D. Lea, C. Flood, "Fast
// splittable pseudorandom number generators", 2014), begun one step on so that
// it is not 0 at 0. No small number can be mistaken for the mix of another.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// WantMix returns the sum of the answers to n tasks that answer Mix of their kind.
func WantMix(n int) uint64 {
	return Sum(n, func(kind int) uint64 { return Mix(uint64(kind)) })
}

// Sum returns the sum of the answers to n tasks, given that to each kind.
func Sum(n int, answer func(kind int) uint64) uint64 {
	return workloads.CyclicSum(Answers(answer), n)
}

// Answers returns the answer to each kind.
func Answers(answer func(kind int) uint64) []uint64 {
	all := make([]uint64, Kinds)
	for kind := range all {
		all[kind] = answer(kind)
	}
	return all
}

// Triangle returns the sum of the numbers 1 … n, modulo 2^64.
func Triangle(n int) uint64 {
	a, b := uint64(n), uint64(n)+1
	if a%2 == 0 {
		return a / 2 * b
	}
	return b / 2 * a
}
