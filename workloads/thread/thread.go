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
