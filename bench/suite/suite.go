// Package suite holds the benchmarks: every cell as a leaf that `go test
// -bench` and the runner run alike, with the same names, metrics and checks.
//
// The op is one task. A leaf runs b.N tasks, rounded up to a multiple of the
// goroutines, and reports beside ns/op what package gauge measures.
package suite

import (
	"fmt"
	"regexp"
	"slices"

	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/coord"
	"conpar/workloads/cpu"
	"conpar/workloads/iobound"
	"conpar/workloads/mixed"
)

// Family is a set of workloads.
type Family struct {
	Name string
	Set  *workloads.Set
	// OnDemand says that its workloads are measured when they are asked for by
	// name only. The others have a Go benchmark, named Benchmark<Name>.
	OnDemand bool
}

// Families returns all families in the order in which they are reported.
func Families() []Family {
	return []Family{
		{"CPU", &cpu.Set, false},
		{"IO", &iobound.Set, false},
		{"Mixed", &mixed.Set, true},
		{"Coord", &coord.Set, true},
	}
}

// Profile says how much is measured.
type Profile string

// The profiles. Quick takes at most two minutes on two CPUs, Full sweeps.
const (
	Quick Profile = "quick"
	Full  Profile = "full"
)

// Selection says which cells to measure.
type Selection struct {
	Profile Profile
	Work    *regexp.Regexp // matched against "CPU/work=primes"; nil: all but those on demand
	Procs   []int          // values of GOMAXPROCS; nil: the profile's
	CPUs    int            // P*
}

// Planned is a cell with the workload behind it.
type Planned struct {
	results.Cell
	Workload workloads.Workload
	Lesser   bool // no gain is taken at it: it may be measured less often
}

// Plan returns the cells of a selection, in order of family, workload,
// position on the axis and GOMAXPROCS.
func Plan(s Selection) []Planned {
	procs := s.Procs
	if procs == nil {
		procs = DefaultProcs(s.Profile, s.CPUs)
	}
	var plan []Planned
	for _, f := range Families() {
		for _, w := range f.Set.All() {
			cell := results.Cell{Family: f.Name, Work: w.Name, Axis: w.Axis.Key}
			if s.Work == nil && f.OnDemand || s.Work != nil && !s.Work.MatchString(cell.Series()) {
				continue
			}
			axis := values(w.Axis, s.Profile, s.CPUs)
			fixed := gainsAt(w.Kind, axis, s.CPUs)
			for _, cell.N = range axis {
				for _, cell.Procs = range procs {
					gains := cell.N == 1 && cell.Procs == 1 || cell.N == fixed && (cell.Procs == 1 || cell.Procs == s.CPUs)
					plan = append(plan, Planned{cell, w, !gains && s.Profile == Quick})
				}
			}
		}
	}
	return plan
}

// gainsAt returns the value of an axis at which the gains of work of kind k
// are taken: for work that waits the largest up to 64, for other work the
// smallest that can occupy all CPUs.
func gainsAt(k workloads.Kind, axis []int, cpus int) int {
	at := 0
	for _, n := range axis {
		switch waits := k == workloads.Waiting || k == workloads.Mixed; {
		case waits && n <= 64:
			at = n
		case !waits && n >= max(2, cpus):
			return n
		}
	}
	return at
}

func values(a workloads.Axis, p Profile, cpus int) []int {
	if p == Full {
		return workloads.Resolve(a.Full, cpus)
	}
	return workloads.Resolve(a.Quick, cpus)
}

// DefaultProcs returns a profile's values of GOMAXPROCS on a machine with the
// given number of CPUs: 1 and all of them; in the full profile the powers of
// two between as well, and twice as many as there are.
func DefaultProcs(p Profile, cpus int) []int {
	procs := []int{1, cpus}
	if p == Full {
		procs = append(Doubling(cpus), 2*cpus)
	}
	slices.Sort(procs)
	return slices.Compact(procs)
}

// Doubling returns 1, 2, 4 … up to cpus, and cpus.
func Doubling(cpus int) []int {
	var procs []int
	for p := 1; p < cpus; p *= 2 {
		procs = append(procs, p)
	}
	return append(procs, cpus)
}

// find returns the workload behind a cell.
func find(c results.Cell) (workloads.Workload, error) {
	for _, f := range Families() {
		for _, w := range f.Set.All() {
			if f.Name == c.Family && w.Name == c.Work && w.Axis.Key == c.Axis {
				return w, nil
			}
		}
	}
	return workloads.Workload{}, fmt.Errorf("no workload is behind %s", c)
}
