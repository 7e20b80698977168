// Package workloads is the contract between what is run and how it is
// measured.
//
// A [Workload] describes one kind of task: its name, what is predicted of it,
// and how to open it. Opening gives a [Runner], which runs n of those tasks
// over g goroutines and returns a checksum that depends on n alone, so that
// nothing can be optimised away, lost or done twice without being noticed.
//
// The package and everything below it know nothing of benchmarks, clocks of
// the testing package, or reports.
package workloads

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind is what a workload is predicted to be. The measurement decides; the
// kind only fixes, before anything is measured, at which cells its gains are
// taken.
type Kind string

// The kinds of work.
const (
	Computing Kind = "computing" // needs a processor all the time
	Waiting   Kind = "waiting"   // needs a processor hardly at all
	Mixed     Kind = "mixed"     // both by turns
	Memory    Kind = "memory"    // keeps a processor busy waiting for memory
	Sharing   Kind = "sharing"   // coordinates with other goroutines at every step
	Exhibit   Kind = "exhibit"   // its op is one whole demonstration
)

// Axis is the parameter that a workload is swept over. The value 0 names the
// plain loop, without any goroutine, channel or atomic; [AllCPUs] stands for
// the number of CPUs.
type Axis struct {
	Key   string // "goroutines"; lower case
	Quick []int  // values of the quick profile
	Full  []int  // values of the full profile
}

// AllCPUs is the value on an [Axis] that stands for the number of CPUs.
const AllCPUs = -1

// Resolve puts the number of CPUs in the place of AllCPUs, and returns the
// values in ascending order, each once.
func Resolve(values []int, cpus int) []int {
	out := slices.Clone(values)
	for i, v := range out {
		if v == AllCPUs {
			out[i] = cpus
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Env is what a workload may know of the machine.
type Env struct {
	Dir        string // an existing folder that outlives the process
	CPUs       int    // processors worth using, at least 1
	CacheBytes int64  // last-level cache; 0 where unknown
	ServerCPUs []int  // that servers are kept to, in all cells alike; none: as this process
}

// Workload describes one kind of task.
type Workload struct {
	Name string // "primes"; further keys follow a slash: "serial/share=20"
	Doc  string // one sentence: what one task does
	Kind Kind
	Axis Axis

	// Blocks says that a task blocks in the kernel, where the runtime cannot see
	// it: its goroutine keeps a thread, and a processor of the runtime until the
	// runtime's monitor takes that away.
	Blocks bool

	// Sample is how long a sample is to take where that is longer than for others of
	// its kind: a sample holds few of the waits that it is about. 0: as others.
	Sample time.Duration

	// ByName says that a run measures the workload only when it is asked for by name, or
	// in the full profile, but for the cells that claims need: its samples take long.
	ByName bool

	// ShareProcess is shared by workloads that one process measures in a round, all
	// their cells one after another, because opening them costs more than
	// measuring them. Empty: each sample has a process of its own.
	ShareProcess string

	// Open prepares the workload, outside timing. It may return an error of
	// type [Unavailable] when this machine lacks what the workload needs. The
	// context is that of the opening, not of what was opened.
	Open func(context.Context, Env) (Runner, error)
}

// Runner is an opened workload. What it holds is bounded by the number of
// goroutines, never by the number of tasks. Its methods are called from one
// goroutine at a time.
type Runner interface {
	// Run does tasks 0 … n-1 over g goroutines, or in a plain loop when g is
	// 0, and waits for all of them. It is what gets timed. When ctx ends, Run
	// soon returns an error that wraps ctx's; the Runner can be used again.
	Run(ctx context.Context, g, n int) (Result, error)

	// Want returns the checksum that Run(…, n) must have returned, computed
	// from a few reference answers of a sequential implementation. Untimed.
	Want(n int) uint64

	// Close releases everything and waits until it is gone.
	Close() error
}

// Preparer is implemented by a Runner that needs to set something up for a
// number of goroutines, such as connections.
type Preparer interface {
	Prepare(ctx context.Context, g int) error
}

// Prepare prepares r, if it is a [Preparer], for runs over g goroutines. It is
// called outside timing, before each Run with the same g.
func Prepare(ctx context.Context, r Runner, g int) error {
	if p, ok := r.(Preparer); ok {
		return p.Prepare(ctx, g)
	}
	return nil
}

// Warmer is implemented by a Runner whose tasks wait for long: it can do what a run
// of a task for each goroutine does, with shorter waits.
type Warmer interface {
	Warm(ctx context.Context, g int) error
}

// BriefWait is how long a [Warmer] waits where a task waits longer. A shorter sleep
// takes longer than it says.
const BriefWait = time.Millisecond

// Result is what a Run returns.
type Result struct {
	Sum       uint64        // the checksum
	Residence time.Duration // sum over tasks of the time each was in progress; 0: not counted
	OtherCPU  time.Duration // CPU time spent for the tasks by other processes of ours
	Metrics   []Metric      // further means over the tasks

	// A Run over goroutines had settled if the second half of its tasks was done at
	// the rate of the first, and no goroutine had to wait for its first task until the
	// end. Those that block the processors of the runtime may take a second for it.
	SecondHalf float64 // the rate of the second half over that of the first; 0: not known
	NoTask     int     // goroutines that finished no task
}

// Metric is one further figure about a Run.
type Metric struct {
	Unit  string // "delay-ns"; in the benchmark format's syntax
	Value float64
}

// CyclicSum returns the wrapping sum of the answers to tasks 0 … n-1, where
// task i has the answer answers[i mod len(answers)]: the [Runner] Want of tasks
// that repeat. Its cost does not depend on n.
func CyclicSum(answers []uint64, n int) uint64 {
	rounds, rest := n/len(answers), n%len(answers)
	var sum uint64
	for k, answer := range answers {
		times := rounds
		if k < rest {
			times++
		}
		sum += answer * uint64(times)
	}
	return sum
}

// Unavailable is the reason why a workload, or one value of its axis, cannot be
// run on this machine.
type Unavailable string

// Error returns the reason.
func (u Unavailable) Error() string { return string(u) }

// Set is a collection of workloads. Its zero value is empty and ready; a
// package of workloads has one, and each workload's file adds itself:
//
//	var _ = Set.Add(workloads.Workload{Name: "primes", …})
type Set struct{ all []Workload }

const letters = "abcdefghijklmnopqrstuvwxyz"

// wellFormed says whether name is lower-case words, then key=value parts, such as
// counter/by=mutex. It may not end in -digits, which the benchmark format reads as
// GOMAXPROCS. Each process looks at all names as it starts, which a regular
// expression would make slower.
func wellFormed(name string) bool {
	const more = letters + "0123456789"
	i := -1
	for part := range strings.SplitSeq(name, "/") {
		i++
		key, value, valued := strings.Cut(part, "=")
		if valued != (i > 0) || key == "" || strings.Trim(key[:1], letters) != "" || strings.Trim(key, more) != "" ||
			valued && (value == "" || strings.Trim(value, more+".") != "") {
			return false
		}
	}
	return true
}

// Add adds w and returns it. It panics when w's name is ill-formed or already
// taken, or when w is incomplete: that is a bug of the caller's, met at start-up.
func (s *Set) Add(w Workload) Workload {
	switch {
	case !wellFormed(w.Name):
		panic(fmt.Sprintf("workloads: ill-formed name %q", w.Name))
	case strings.Trim(w.Axis.Key, letters) != "" || w.Axis.Key == "":
		panic(fmt.Sprintf("workloads: %s: ill-formed axis %q", w.Name, w.Axis.Key))
	case w.Open == nil, w.Doc == "", w.Kind == "", len(w.Axis.Quick) == 0, len(w.Axis.Full) == 0:
		panic(fmt.Sprintf("workloads: %s: incomplete", w.Name))
	}
	at, found := slices.BinarySearchFunc(s.all, w.Name, func(x Workload, name string) int {
		return strings.Compare(x.Name, name)
	})
	if found {
		panic(fmt.Sprintf("workloads: %s is there already", w.Name))
	}
	s.all = slices.Insert(s.all, at, w)
	return w
}

// AddReady adds a workload that needs no opening: its Runner has no state, and all
// who open the workload share it.
func (s *Set) AddReady(name, doc string, kind Kind, axis Axis, r Runner) Workload {
	return s.Add(Workload{
		Name: name, Doc: doc, Kind: kind, Axis: axis,
		Open: func(context.Context, Env) (Runner, error) { return r, nil },
	})
}

// All returns the workloads in the order of their names.
func (s *Set) All() []Workload { return slices.Clone(s.all) }
