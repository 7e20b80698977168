package cgroup

import (
	"math"
	"runtime"

	"conpar/workloads"
)

// Limit is a quota that work is tried under.
type Limit struct {
	Name, Doc string
	cpus      func(all int) float64
}

// Limits are all of them.
var Limits = []Limit{
	{"0.5", "half a CPU", func(int) float64 { return 0.5 }},
	{"one", "one CPU", func(int) float64 { return 1 }},
	{"half", "half of the CPUs", func(all int) float64 { return float64(all) / 2 }},
}

// Axis is the GOMAXPROCS of a process in such a group: 0 leaves it to Go.
var Axis = workloads.Axis{Key: "procs", Quick: []int{workloads.AllCPUs, 0, 1}, Full: []int{workloads.AllCPUs, 0, 1, 2}}

// CPUs returns the quota on a machine of so many CPUs.
func (l Limit) CPUs(all int) float64 { return l.cpus(all) }

// New makes a group with the quota. It is unavailable where the quota is no limit, or is
// another of them.
func (l Limit) New(all int, behind bool) (*Group, error) {
	switch cpus := l.CPUs(all); {
	case cpus >= float64(all):
		return nil, workloads.Unavailable("a quota of one CPU is no limit for one CPU")
	case l.Name == "half" && cpus <= 1:
		return nil, workloads.Unavailable("half of the CPUs is one CPU, which is a limit of its own")
	default:
		return New(cpus, behind)
	}
}

// Rounded returns the GOMAXPROCS that a quota stands for: a fraction of a processor of
// the runtime does not exist.
func Rounded(cpus float64) int { return max(1, int(math.Ceil(cpus))) }

// SetProcs sets GOMAXPROCS to a value of the axis.
func SetProcs(procs int) {
	if procs > 0 {
		runtime.GOMAXPROCS(procs)
	} else {
		runtime.SetDefaultGOMAXPROCS()
	}
}
