// Package series is the model that the rooms of report speak: what was
// measured, in plain slices, without any notion of a file format.
package series

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"conpar/report/position"
	"conpar/report/stats"
	"conpar/results"
)

// Data is everything that one report is made from.
type Data struct {
	Sources  []Source
	Warnings []Warning // what could not be read, or is doubtful
}

// Source is one run or file.
type Source struct {
	Label string // names it in tables; unique within Data
	Path  string // as the user gave it
	// Unlike says that benchstat would not read of the file what stands here: it is
	// JSON, a log with prefixes, a diff, a table or the like.
	Unlike bool
	Run    *Run // nil for plain benchmark text
	// The configuration lines in force at its first result: "goos", "cpu",
	// "machine", "go" and so on.
	Config map[string]string
	// Higher says of units whether higher values are better, as far as the input
	// does, in lines such as "Unit tasks/s better=higher".
	Higher map[string]bool
	// Blocks says that the samples of a cell were mostly taken one after the other,
	// by one process, so that drift looks like a difference between cells.
	Blocks bool
	Works  []*Work // in order of first appearance; [Source.Add] adds to them

	byName *lookup
}

// lookup finds works. There may be hundreds of thousands, and most reports look for none of them.
type lookup struct {
	once sync.Once
	of   map[string]*Work
}

// Work is one benchmark of a source.
type Work struct {
	Name  string         // [Key.Name] of its cells
	Cells []*Measurement // by goroutines, then by GOMAXPROCS, then by CPUs
}

// OpenLoad says whether tasks came at a rate that was chosen, so that their throughput
// says nothing of the work: their generator says how late it was.
func (w *Work) OpenLoad() bool {
	return w != nil && slices.ContainsFunc(w.Cells, func(c *Measurement) bool {
		return slices.ContainsFunc(c.Values("late-sec"), func(late float64) bool { return late >= 0 })
	})
}

// Run is a recorded run, without its samples. Its texts may be shown as they
// are: package input escapes what a terminal would obey.
type Run struct {
	results.Run
	Foreign, Steal float64           // as in [results.Run]; NaN unknown
	Traces         []Timeline        // with what they show
	Kinds          map[string]string // predicted kind by benchmark name, "CPU/work=primes": "computing"
	Cells          map[Key]int       // tasks a sample of what was planned; nil unknown
	Failures       []Failure         // in the order of the samples
	SetAside       []Failure         // samples with a result that is not used; see [Measurement.SetAside]
	// Position says whether figures depend on when in its round a sample was taken.
	Position position.Result
	// Dropped holds the reason by cell, "BenchmarkCPU/work=a/goroutines=1", of
	// what could not even be begun, or failed in every round.
	Dropped map[string]string
}

// Failure is a sample that gave no result.
type Failure struct {
	Cell   string // "BenchmarkCPU/work=primes/goroutines=8-2"
	Round  int    // from 0
	Reason string
}

func (f Failure) String() string { return fmt.Sprintf("%s, round %d: %s", f.Cell, f.Round+1, f.Reason) }

// Look returns which look at the run, from 1, it ended at; 1 for a run that
// never looks.
func (r *Run) Look() int { return r.Plan.Looked() + 1 }

// Looks returns the looks to judge the run by: those that it took, and one at all its
// rounds if it has more or took none.
func (r *Run) Looks() []results.Look {
	taken := slices.Clip(r.Plan.Taken)
	if n := len(taken); n > 0 && taken[n-1].Rounds >= len(r.Plan.Due()) {
		return taken
	}
	level := stats.WrongAtLook(r.Plan.Looked()+1, len(r.Plan.Looks))
	return append(taken, results.Look{Rounds: math.MaxInt, Level: level})
}

// LookAt returns which of [Run.Looks], from 1, was the last one that points with samples
// up to a round were measured for, and how sure it is to be; 0 of a run that never looks.
func (r *Run) LookAt(round int) (look int, confidence float64) {
	if len(r.Plan.Looks) == 0 {
		return 0, stats.Confidence
	}
	all := r.Looks()
	i := slices.IndexFunc(all, func(l results.Look) bool { return round < l.Rounds })
	return i + 1, 1 - all[i].Level
}

// AfterFirstLook returns the index of the first of the ascending rounds that the
// first look did not have; 0 without a look or such a round.
func (r *Run) AfterFirstLook(rounds []int) int {
	taken := r.Plan.Taken
	if len(taken) == 0 {
		return 0
	}
	return max(0, slices.IndexFunc(rounds, func(n int) bool { return n >= taken[0].Rounds }))
}

// Further returns how many rounds were added because a look at the run or the
// user asked for them.
func (r *Run) Further() int {
	n := 0
	for _, a := range r.Plan.Added {
		if a.Repeats == nil {
			n += a.Rounds
		}
	}
	return n
}

// Timeline is what an execution trace shows of a cell: how many of its steps ran
// at once, or what its dishes or goroutines went through.
type Timeline struct {
	results.Trace
	Steps      int           // that it holds; 0: it was not read
	RunningMax int           // the most that ran at the same instant
	Makespan   time.Duration // from the begin of the first step to the end of the last

	Procs int    // GOMAXPROCS, by the trace
	Lanes []Lane // a kitchen's dishes, or the goroutines of other tasks, as they began; none for steps
}

// Key identifies a cell of a source. It is comparable.
type Key struct {
	Name       string // benchmark name without prefix, goroutines, GOMAXPROCS and CPUs: "CPU/work=primes"
	Goroutines int    // value of the goroutines key; -1 where the name has none; 0 is the plain loop
	Procs      int    // GOMAXPROCS
	CPUs       int    // that it was kept to; 0: all that the run may use
}

// Measurement is one cell with its samples. All slices have one element a sample;
// points may share those of rounds and shares, which are not to be changed.
type Measurement struct {
	Key
	// Rounds holds each sample's round, ascending and without repetition.
	// Plain text has no rounds; there samples count 0, 1, 2 … in their order.
	Rounds []int
	// Foreign is the share of the machine that others took during each
	// sample, 0 … 1, NaN where unknown.
	Foreign []float64
	// SetAside says by what samples of a run were disturbed other than the CPU use of
	// other processes, by round. They are not among those below and above.
	SetAside map[int]string
	// Units holds the samples' values in tidied units ("sec/op", "tasks/s",
	// "inflight", "cpus"); NaN where a sample lacks the unit.
	Units Units
}

// Disturbed says whether sample i is known to have been disturbed.
func (p *Measurement) Disturbed(i int) bool { return p.Foreign[i] > results.DisturbedAbove }

// Values returns the finite values of a unit, in order. The slice is not to be
// changed: where all are finite, it is not a copy.
func (p *Measurement) Values(unit string) []float64 {
	of := p.Units.Of(unit)
	infinite := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	if !slices.ContainsFunc(of, infinite) {
		return of
	}
	return slices.DeleteFunc(slices.Clone(of), infinite)
}

// Sweep is one benchmark over the values of one key of its names, all else
// being equal: how it scales.
type Sweep struct {
	Source string // [Source.Label]
	Facet  string // what was asked to be kept apart, "sec=1 len=5"; "" when nothing was
	Line   string // names the curve: the benchmark's name without the axis
	Axis   string // the key, "gomaxprocs" or "workers"; of a pattern the word in it
	Unit   string // that is measured, tidied: "sec/op", "tasks/s"
	// Higher says that higher values of the unit are better: it is a rate.
	Higher bool
	// Plain is the competent sequential version, without any goroutine of its
	// own; nil without one.
	Plain *Measurement
	N     []float64 // values of the axis, ascending
	// Points holds the samples of each N in all their units. Goroutines is -1,
	// and Procs is 0 where it is not one value.
	Points []*Measurement
	Doubts []Doubt
	// SideBySide says that the samples of an N were taken one after the other, as
	// -count does, and not in rounds.
	SideBySide bool
	// Look is the look at the run, from 1, that its rounds ended at, and Confidence that
	// of the intervals of ratios then; 0 where the run never looks: [stats.Confidence].
	Look       int
	Confidence float64
}

// Doubt is why a curve may not show what it seems to.
type Doubt struct {
	Text string
	// Void says that nothing follows from the curve. Else that holds only if its
	// throughput does not grow.
	Void bool
	// Flat says that the first N may have been measured at the last one: it need not
	// be said if throughput grows well from one to the other, or surely falls.
	Flat bool
}

// Warning is something that a reader of the report should know about its
// input. File and Line are empty where it concerns no line.
type Warning struct {
	File string
	Line int
	Text string
	// Lost says that results which the input holds, or seems to have held, are
	// not among the points: a bad line, a package that failed, a file that ends
	// too early. What is merely not understood, a log line, is not lost.
	Lost bool
}

// Source returns the source with the given label, or nil.
func (d *Data) Source(label string) *Source {
	for i := range d.Sources {
		if d.Sources[i].Label == label {
			return &d.Sources[i]
		}
	}
	return nil
}

// Add adds cells to the works of their names. It keeps the slice.
func (s *Source) Add(cells ...*Measurement) {
	s.byName = &lookup{}
	of := byName(s.Works, len(cells))
	var spare []Work // there may be hundreds of thousands, each with one cell
	for i, c := range cells {
		w := of[c.Name]
		if w == nil {
			if len(spare) == 0 {
				spare = make([]Work, min(64, len(cells)-i))
			}
			w, spare = &spare[0], spare[1:]
			w.Name, w.Cells = c.Name, cells[i:i:i+1]
			of[c.Name], s.Works = w, append(s.Works, w)
		}
		at, _ := w.at(c.Key)
		w.Cells = slices.Insert(w.Cells, at, c)
	}
}

// Work returns the work of a name, or nil. A nil source has none.
func (s *Source) Work(name string) *Work {
	if s == nil || s.byName == nil {
		return nil
	}
	s.byName.once.Do(func() { s.byName.of = byName(s.Works, 0) })
	return s.byName.of[name]
}

// byName returns works by their names, with room for more.
func byName(works []*Work, more int) map[string]*Work {
	of := make(map[string]*Work, len(works)+more)
	for _, w := range works {
		of[w.Name] = w
	}
	return of
}

// Find returns the cell with key k, or nil.
func (s *Source) Find(k Key) *Measurement { return s.Work(k.Name).find(k) }

// Cells returns all cells, work by work.
func (s *Source) Cells() []*Measurement {
	var all []*Measurement
	for _, w := range s.Works {
		all = append(all, w.Cells...)
	}
	return all
}

// Cell returns the cell with so many goroutines and so great a GOMAXPROCS on all
// CPUs, or nil. A run measures some work at GOMAXPROCS 1 on one CPU only, where
// that makes no difference: then it is that cell. A nil work has none.
func (w *Work) Cell(goroutines, procs int) *Measurement {
	c := w.On(0, goroutines, procs)
	if c == nil && procs == 1 {
		c = w.On(1, goroutines, procs)
	}
	return c
}

// On is [Work.Cell] on exactly so many CPUs, 0 for all.
func (w *Work) On(cpus, goroutines, procs int) *Measurement {
	return w.find(Key{Goroutines: goroutines, Procs: procs, CPUs: cpus})
}

// Free returns the cells that [Work.Cell] returns, in order: the work as it is
// usually run, on all CPUs.
func (w *Work) Free() []*Measurement {
	if w == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(w.Cells), func(c *Measurement) bool {
		return c != w.Cell(c.Goroutines, c.Procs)
	})
}

func (w *Work) find(k Key) *Measurement {
	if w == nil {
		return nil
	}
	if at, found := w.at(k); found {
		return w.Cells[at]
	}
	return nil
}

// at returns where a cell stands among those of w, or would stand. All CPUs come
// after any number of them.
func (w *Work) at(k Key) (at int, found bool) {
	return slices.BinarySearchFunc(w.Cells, k, func(c *Measurement, k Key) int {
		return cmp.Or(c.Goroutines-k.Goroutines, c.Procs-k.Procs, cmp.Compare(uint(c.CPUs-1), uint(k.CPUs-1)))
	})
}
