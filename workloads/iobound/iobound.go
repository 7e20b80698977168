// Package iobound has the workloads that wait, or are said to: what more
// goroutines speed up and more processors hardly do. The measurement decides.
//
// Where something has to answer (tcp, http), it is a server in a process of its
// own, on the loopback interface, which has the default GOMAXPROCS in every
// cell: the same server, however the client is limited. Its CPU time is reported
// apart, as OtherCPU. Its answers, and what wait does, take 10 ms, long against a
// timer's lateness (0.2 ms), and are measured: the metric delay-ns is their true
// mean.
//
// Work on files (fileread, filesync, mapped) waits as long as the disk takes. A system
// call on a file holds a thread, and its processor until the runtime notices, so
// that here more processors of the runtime do help. Nanosleep is that and nothing
// else: a system call that blocks, without a disk. Reading a cold page of a mapped
// file holds the processor to the end.
package iobound

import (
	"time"

	"conpar/workloads"
)

// Set holds the workloads of this package.
var Set workloads.Set

// delay is how long a task waits.
const delay = 10 * time.Millisecond

// network is the axis of what waits without a thread of the system's, files
// that of what holds one meanwhile, as system calls on files do.
var (
	network = workloads.Axis{
		Key: "goroutines", Quick: []int{0, 1, 8, 64, 512}, Full: []int{0, 1, 2, 8, 64, 512, 4096},
	}
	files = workloads.Axis{
		Key: "goroutines", Quick: []int{0, 1, 8, 64}, Full: []int{0, 1, 2, 8, 64, 512},
	}
)

// meanDelay is the metric of the mean of n delays that come to total.
func meanDelay(total time.Duration, n int) []workloads.Metric {
	if n == 0 {
		return nil
	}
	return []workloads.Metric{{Unit: "delay-ns", Value: float64(total) / float64(n)}}
}
