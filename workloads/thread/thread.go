// Package thread has the workloads that compare goroutines with threads:
// creating one, switching from one to another, and the memory of those that
// are parked.
//
// Threads are those of a C++ program, which answers requests
// ([conpar/workloads/peer]). A goroutine that is locked to a thread is no
// substitute: a switch between two such goroutines goes through the Go
// scheduler and a thread of its own for each, and took 3 to 8 times as long on
// a machine with 2 CPUs as one between two threads. It is shown beside the
// others as what it is, a locked goroutine.
//
// All of the workloads are exhibits: nothing is gained by more of them. An op
// is one creation, one switch, or, of the parked ones, a whole exhibit.
package thread

import "conpar/workloads"

// Set holds the workloads of this package.
var Set workloads.Set

// one returns an axis with a single value.
func one(key string, value int) workloads.Axis {
	return workloads.Axis{Key: key, Quick: []int{value}, Full: []int{value}}
}

// want returns the sum of the numbers 1 … n, of which each creation or switch
// adds one.
func want(n int) uint64 {
	a, b := uint64(n), uint64(n)+1
	if a%2 == 0 {
		return a / 2 * b
	}
	return b / 2 * a
}
