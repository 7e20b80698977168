// Package coord has the workloads that coordinate: goroutines that count
// together, read what others write, wait for one another at a barrier, or take
// turns at a lock; and, for comparison, those that have nothing to share.
//
// Computing is counted in iterations: see package kernel.
package coord

import "conpar/workloads"

// Set holds the workloads of this package.
var Set workloads.Set

// The axis. Many more goroutines than processors are there to show what a queue
// at a lock does.
var goroutines = workloads.Axis{
	Key:   "goroutines",
	Quick: []int{workloads.AllCPUs, 1, 2, 8},
	Full:  []int{workloads.AllCPUs, 0, 1, 2, 8, 64},
}
