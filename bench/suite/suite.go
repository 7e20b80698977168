// Package suite holds the benchmarks: every cell as a leaf that `go test
// -bench` and the runner run alike, with the same names, metrics and checks.
//
// The op is one task. A leaf runs b.N tasks, rounded up to a multiple of the
// goroutines, and reports beside ns/op what package gauge measures.
package suite

import (
	"cmp"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/coord"
	"conpar/workloads/cpu"
	"conpar/workloads/fio"
	"conpar/workloads/iobound"
	"conpar/workloads/lang"
	"conpar/workloads/mixed"
	"conpar/workloads/pattern"
	"conpar/workloads/practice"
	"conpar/workloads/practice/bolt"
	"conpar/workloads/practice/postgres"
	"conpar/workloads/practice/service"
	"conpar/workloads/thread"
)

// Family is a set of workloads.
type Family struct {
	Name string
	Set  *workloads.Set
	// Swept families are measured at all cells of their axes. From other families a
	// run measures the cells that the claims need, and all cells of workloads that are
	// asked for by name.
	Swept bool
	// Copies families are measured only where a claim compares them with the original.
	Copies bool
	// OneProc families do not depend on GOMAXPROCS, so that 1 is its only value in a run.
	OneProc bool
	// Beside families only stand beside verdicts, which do not rest on them: what is
	// needed of them is of lesser weight.
	Beside bool
	// OneCPU families are measured at GOMAXPROCS 1 on one CPU, where that can be:
	// their tasks then cannot run on another one while they are in system calls.
	// Others have threads beside those of Go's scheduler, which are to use all CPUs.
	OneCPU bool
}

// Families returns all families in the order in which they are reported.
func Families() []Family {
	return []Family{
		{Name: "CPU", Set: &cpu.Set, Swept: true, OneCPU: true},
		{Name: "IO", Set: &iobound.Set, Swept: true, OneCPU: true},
		{Name: "Mixed", Set: &mixed.Set, OneCPU: true},
		{Name: "Coord", Set: &coord.Set, OneCPU: true},
		{Name: "Pattern", Set: &pattern.Set, OneCPU: true},
		{Name: "Thread", Set: &thread.Set},
		{Name: "Lang", Set: &lang.Set, OneProc: true},
		{Name: "Practice", Set: &practice.Set},
		{Name: "Service", Set: &service.Set},
		{Name: "Database", Set: &bolt.Set},
		{Name: "Database", Set: &postgres.Set},
		{Name: "Peer", Set: &fio.Set, OneProc: true, OneCPU: true, Beside: true},
		{Name: "Control", Set: &control, Copies: true},
	}
}

// control holds a copy of one workload of each family under another name, each at
// one value of its axis. A difference between copy and original is noise of that
// family. Beside them it holds work that is slower than its original on purpose.
var control = copies()

func copies() workloads.Set {
	var set workloads.Set
	for _, c := range []struct {
		of   *workloads.Set
		name string
		n    int
	}{
		{&cpu.Set, "sha256", workloads.AllCPUs},
		{&iobound.Set, "tcp", 64},
		{&mixed.Set, "steps", 8},
		{&coord.Set, "counter/by=mutex", 1},
		{&pattern.Set, "channel/buffer=256", 1},
		{&thread.Set, "switch/of=goroutine", 2},
		{&lang.Set, "compute/lang=go", 1},
	} {
		set.Add(copyOf(c.of, c.name, c.n))
	}
	set.Add(cpu.Slower(10))
	set.Add(cpu.Slower(3))
	return set
}

// Compared reports whether a cell of family Control is compared with another cell.
func Compared(control, with results.Cell) bool {
	of := control
	if of.Work = strings.TrimSuffix(of.Work, "/copy=b"); strings.HasPrefix(of.Work, "slower/") {
		of.Work = "sha256"
	}
	of.Family = with.Family
	return control.Family == "Control" && with.Family != "Control" && of == with
}

func copyOf(set *workloads.Set, name string, n int) workloads.Workload {
	for _, w := range set.All() {
		if w.Name == name {
			w.Name += "/copy=b"
			w.Doc = "The same as work=" + name + ", for comparison with it."
			w.Axis.Quick, w.Axis.Full = []int{n}, []int{n}
			return w
		}
	}
	panic("suite: no workload " + name)
}

// Profile says how much is measured.
type Profile string

// The profiles. Quick takes six to nine minutes on two CPUs, Full sweeps. Practice
// measures what its own claims need, and nothing else.
const (
	Quick    Profile = "quick"
	Full     Profile = "full"
	Practice Profile = "practice"
)

// Selection says which cells to measure.
type Selection struct {
	Profile Profile
	Work    *regexp.Regexp // of [ParseWork]; nil: the swept families, and what is needed
	Procs   []int          // values of GOMAXPROCS; nil: the profile's, and what is needed
	CPUs    int            // P*
	OneCPU  bool           // samples can be kept to one CPU
	Needed  []results.Cell // cells that verdicts need
	Only    bool           // those and no others
}

// Planned is a cell with the workload behind it.
type Planned struct {
	results.Cell
	Workload workloads.Workload
	Lesser   bool // neither a gain nor a verdict needs it: it may be measured less often
}

// Plan returns the cells of a selection, in order of family, workload,
// position on the axis and GOMAXPROCS.
func Plan(s Selection) []Planned {
	var plan []Planned
	for f, w := range all() {
		if Matches(s.Work, cellOf(f, w)) {
			plan = append(plan, s.cells(f, w)...)
		}
	}
	return plan
}

// all yields every workload with its family.
func all() iter.Seq2[Family, workloads.Workload] {
	return func(yield func(Family, workloads.Workload) bool) {
		for _, f := range Families() {
			for _, w := range f.Set.All() {
				if !yield(f, w) {
					return
				}
			}
		}
	}
}

// cellOf returns the cell of a workload without its place on the axis.
func cellOf(f Family, w workloads.Workload) results.Cell {
	return results.Cell{Family: f.Name, Work: w.Name, Axis: w.Axis.Key}
}

// cells returns the cells of a workload, in order.
func (s Selection) cells(f Family, w workloads.Workload) []Planned {
	procs := s.Procs
	if procs == nil {
		procs = DefaultProcs(s.Profile, s.CPUs)
	}
	if f.OneProc {
		procs = []int{1}
	}
	var out []Planned
	byName := s.Work != nil && !f.Copies
	if !s.Only && (byName || f.Swept && !(w.ByName && s.Profile == Quick)) {
		out = s.swept(f, w, procs)
	}
	cell := cellOf(f, w)
	for _, c := range s.Needed {
		cell.N, cell.Procs, cell.CPUs = c.N, c.Procs, c.CPUs
		if c != cell || s.Procs != nil && !slices.Contains(procs, c.Procs) {
			continue
		}
		out = slices.DeleteFunc(out, func(o Planned) bool { return o.Cell == c })
		out = append(out, Planned{Cell: c, Workload: w, Lesser: f.Beside})
	}
	slices.SortFunc(out, func(a, b Planned) int { return cmp.Or(a.N-b.N, a.Procs-b.Procs, b.CPUs-a.CPUs) })
	return out
}

// swept returns the cells of a workload's axis at these values of GOMAXPROCS, and
// those of its gains.
//
// At GOMAXPROCS 1 the tasks of an OneCPU family are on one CPU, which changes their
// times by 2% at most unless they block in the kernel: such work is measured there
// on all CPUs, and on one only for its gains. The plain loop is measured at GOMAXPROCS
// 1 only, since no more of it can be of use to it. A quick run of everything leaves
// out plain loops, and what blocks but for the goroutines of its gains.
func (s Selection) swept(f Family, w workloads.Workload, procs []int) []Planned {
	cell := cellOf(f, w)
	one := s.OneCPU && f.OneCPU
	axis := values(w.Axis, s.Profile, s.CPUs)
	fixed := gainsAt(w.Kind, axis, s.CPUs)
	gains := s.gainCells(w, fixed, one)
	var out []Planned
	add := func(at place) {
		cell.N, cell.Procs, cell.CPUs = at.n, at.procs, at.cpus
		out = append(out, Planned{cell, w, s.Profile == Quick && !slices.Contains(gains, at)})
	}
	few := s.Profile == Quick && s.Work == nil
	for _, n := range axis {
		for _, p := range procs {
			switch {
			case n == 0 && (few || p > 1):
			case few && w.Blocks && n != fixed:
			case one && p == 1 && !w.Blocks:
				add(place{n, p, 1})
			default:
				add(place{n, p, 0})
			}
		}
	}
	for _, at := range gains {
		if f.OneProc || !slices.Contains(axis, at.n) {
			continue
		}
		planned := slices.ContainsFunc(out, func(o Planned) bool { return place{o.N, o.Procs, o.CPUs} == at })
		if !planned && (s.Procs == nil || slices.Contains(s.Procs, at.procs)) {
			add(at)
		}
	}
	return out
}

// place is where a workload is measured: on its axis, at what GOMAXPROCS, on how
// many CPUs.
type place struct{ n, procs, cpus int }

// gainCells returns where the gains of w at so many goroutines are taken, on one
// CPU first or on all of them throughout. GOMAXPROCS is enough for all CPUs there,
// and for work that blocks for all goroutines. Work that shares or allocates at
// every step has no cell on one CPU with a higher GOMAXPROCS: what a garbage
// collector does to it there says nothing about its gain from CPUs.
func (s Selection) gainCells(w workloads.Workload, n int, one bool) []place {
	most := s.CPUs
	if w.Blocks && (one || s.CPUs == 1) {
		most = max(n, s.CPUs)
	}
	switch {
	case n == 0:
		return nil
	case !one:
		return []place{{1, 1, 0}, {n, 1, 0}, {n, most, 0}}
	case w.Kind == workloads.Sharing || w.Kind == workloads.Exhibit:
		return []place{{1, 1, 1}, {n, 1, 1}, {n, most, 0}}
	}
	return []place{{1, 1, 1}, {n, 1, 1}, {n, most, 1}, {n, most, 0}}
}

// gainsAt returns the value of an axis at which the gains of work of kind k are
// taken: for waiting work the largest up to 64, for other work the smallest that
// can occupy all CPUs; 0: none.
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
	if p == Full {
		return append(Doubling(cpus), 2*cpus)
	}
	return slices.Compact([]int{1, cpus})
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
	for f, w := range all() {
		if f.Name == c.Family && w.Name == c.Work && w.Axis.Key == c.Axis {
			return w, nil
		}
	}
	return workloads.Workload{}, fmt.Errorf("no workload is behind %s", c)
}
