// Package claims holds what people say about concurrency and parallelism as
// predictions that a measurement can refute, and judges them.
//
// A [Claim] is data: an estimate made of one or two cells, and the region in
// which it is predicted to lie. Claims stand in a file a row of the table; they
// were fixed before any run, and none is to be changed so that it passes: a
// refuted claim is a finding. [Judge] gives a [Verdict] on each, with all of
// them in view, so that their number does not make false ones likely.
//
// The package draws and formats nothing. It knows no workload but by the names
// of its cells; what a run lacks is not measurable, with the reason.
package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"conpar/report/mix"
	"conpar/results"
)

// Numbers of goroutines, workers or processors of the runtime that depend on the
// machine, in the N and Procs of a claim's cells, and in the Times and Plus of a
// [Region].
const (
	allCPUs   = -1 // P*, the CPUs worth using
	twiceCPUs = -2
	many      = -3 // goroutines: 8, or twice P* if that is more
	perCall   = -4 // GOMAXPROCS: one for each of 64 blocking calls, or P* if that is more
	oneMore   = -6 // GOMAXPROCS: one above P*
	fourTimes = -7 // GOMAXPROCS: four times P*
	calls     = -5 // blocking calls: 64, or twice P* if that is more
	// serverCPUs are those that a server gets: all but the one of the client on one CPU.
	serverCPUs = -8
	poolByRule = -9  // connections: twice the server's CPUs and one more, of 64 at most
	halfCPUs   = -10 // half of P*, rounded up
	// byRule and what is below it: see [workersByRule].
	byRule = -1000
)

// workersByRule is as many workers as the rule of package mix names, its upper
// number, for tasks that compute for that percentage of their time, times so many
// halves. It counts the CPUs as if none lost anything: a plan is made before it is
// known what they lose.
func workersByRule(halves, percent int) int { return byRule*halves - percent }

// Rule says how a claim is judged from one figure a round.
type Rule int

// The rules.
const (
	Median Rule = iota // the centre of the rounds' figures lies in the region
	Covers             // its interval covers the region's only value, and is not wide
	Always             // every sample's figure does: one counterexample refutes
	Once               // some sample's figure does: one witness supports
)

// bySample says that single samples decide, not an estimate over the rounds.
func (r Rule) bySample() bool { return r == Always || r == Once }

// Region is where an estimate is predicted to lie, bounds included unless
// Strict.
type Region struct {
	Lo, Hi float64 // ∓Inf where open
	Times  int     // both bounds are, or are to be, multiplied by it; 0: they are not
	Plus   int     // and it is added to both
	Strict bool    // the bounds are not part of it
	Rule   Rule
}

func atLeast(lo float64) Region    { return Region{Lo: lo, Hi: math.Inf(1)} }
func atMost(hi float64) Region     { return Region{Lo: math.Inf(-1), Hi: hi} }
func within(lo, hi float64) Region { return Region{Lo: lo, Hi: hi} }
func moreThan(lo float64) Region   { return Region{Lo: lo, Hi: math.Inf(1), Strict: true} }
func lessThan(hi float64) Region   { return Region{Lo: math.Inf(-1), Hi: hi, Strict: true} }
func covers(v float64) Region      { return Region{Lo: v, Hi: v, Rule: Covers} }

func (r Region) times(n int) Region   { r.Times = n; return r }
func (r Region) plus(n int) Region    { r.Plus = n; return r }
func (r Region) always() Region       { r.Rule = Always; return r }
func (r Region) once() Region         { r.Rule = Once; return r }
func (r Region) holds(v float64) bool { return !r.below(v) && !r.above(v) }

func (r Region) below(v float64) bool { return v < r.Lo || r.Strict && v == r.Lo }
func (r Region) above(v float64) bool { return v > r.Hi || r.Strict && v == r.Hi }

// Units of estimates.
const (
	timePerOp = "sec/op"
	// cpuPerTask is the CPU time that the process and, where it has one, its
	// server took for a task, in seconds: CPUs busy × time per task.
	cpuPerTask = "cpu-sec/op"
)

// Estimate is the figure that a claim is about, one a round: the ratio of a
// unit's values in two cells, or one cell's value.
type Estimate struct {
	Unit string       // as the report reads it: "sec/op", "cpus", "lost-%"
	Num  results.Cell // N and Procs may be symbols
	Den  results.Cell // zero: the figure is Num's own
	// Best has the figure taken to the best of the cells 2, 4, 8 … Den.N on the axis.
	Best bool
	// SerialFraction turns the ratio ψ of the times at one CPU and at P
	// into e = (1/ψ − 1/P) / (1 − 1/P) (A. Karp and H. Flatt, 1990): with two
	// numbers of CPUs, the fit of G. Amdahl's law (1967).
	SerialFraction bool
}

// Ratio says whether the figure is a ratio of two cells, without a unit.
func (e Estimate) Ratio() bool { return e.Den != results.Cell{} && !e.SerialFraction }

// Claim is one prediction.
type Claim struct {
	ID       string // "R1"; claims of one ID differ in their Subject
	Row      string // of the table
	Subject  string // what it is measured with: "tcp"
	Says     string // the claim in words, a sentence without its full stop
	Quantity string // what is measured: "gain of 64 goroutines"
	Of       Estimate
	Holds    Region

	Least      int           // CPUs that it needs; with fewer, its cells are one or are another line's
	Practice   bool          // a run measures it only in the profile "practice"
	Definition bool          // it is true by construction: shown, but not counted
	Control    bool          // about the measurement, not about the world
	SameThing  bool          // both cells measure the same: their difference is noise (A/A)
	Slower     bool          // the first cell has more to do on purpose, which is to be found
	Time       time.Duration // that a sample of each cell must take; 0: any
	Given      string        // a metric of each cell that must be above zero, or the claim does not apply
	Otherwise  string        // the reason why it does not apply then
	Teaches    string        // what to learn if it is refuted; a sentence, or ""
	// Blocked is the cell in which [limiter.BlockedCalls] must be what holds back
	// most for Teaches to be said, as it names them. Their figures are added to it.
	Blocked results.Cell
	Beside  []Shown
}

// Shown is a figure that stands beside a verdict, and is not judged.
type Shown struct {
	Name string // "parallelism"
	Of   Estimate
}

// rows are those of the table, in its order, and what is said beside it.
var rows = sync.OnceValue(func() []row {
	return []row{
		{"Definition", definition()}, {"Example", example()}, {"Resource usage", resources()}, {"Typical use", use()},
		{"Coordination", coordination()}, {"Example language", language()}, {"Said of goroutines", goroutines()},
		{inPractice, slices.Concat(mapped(), practice())}, {"Controls", controls()},
	}
})

type row struct {
	name   string
	claims []Claim
}

// All returns every claim, in the order of a report: by rows, and definitions
// first within a row.
func All() []Claim {
	var all []Claim
	for _, r := range rows() {
		for _, c := range r.claims {
			c.Row, c.Control = r.name, strings.HasPrefix(c.ID, "C")
			all = append(all, c)
		}
	}
	return all
}

// resolve puts the machine's numbers in the place of symbols.
func resolve(n, cpus int) int {
	switch n {
	case allCPUs:
		return cpus
	case twiceCPUs:
		return 2 * cpus
	case fourTimes:
		return 4 * cpus
	case halfCPUs:
		return (cpus + 1) / 2
	case many:
		return max(8, 2*cpus)
	case perCall:
		return max(64, cpus)
	case oneMore:
		return cpus + 1
	case calls:
		return max(64, 2*cpus)
	case serverCPUs:
		return max(1, cpus-1)
	case poolByRule:
		return min(64, 2*resolve(serverCPUs, cpus)+1)
	}
	if n <= byRule {
		halves, percent := n/byRule, n%byRule
		tasks := mix.Mix{Wait: time.Duration(100 + percent), Compute: time.Duration(-percent)}
		return halves * tasks.On(cpus, 1).Most / 2
	}
	return n
}

func (r Region) on(cpus int) Region {
	if r.Times != 0 {
		r.Times = resolve(r.Times, cpus)
		r.Lo, r.Hi = r.Lo*float64(r.Times), r.Hi*float64(r.Times)
	}
	summand := float64(resolve(r.Plus, cpus))
	r.Lo, r.Hi = r.Lo+summand, r.Hi+summand
	return r
}

// cells returns the cells that the claim needs on a machine with that many CPUs;
// pinned says whether samples can be kept to one of them. Where they cannot,
// GOMAXPROCS 1 is the next best: a gain of all CPUs is then taken from there.
func (c Claim) cells(cpus int, pinned bool) []results.Cell {
	num, den := c.Of.Num, c.Of.Den
	if !pinned && c.lacks(cpus, pinned) == "" {
		if cpus > 1 && c.Of.ofCPUs() {
			num.Procs, den.Procs = 1, allCPUs
		}
		num.CPUs, den.CPUs = 0, 0
	}
	var out []results.Cell
	for _, cell := range []results.Cell{num, den} {
		if cell != (results.Cell{}) {
			cell.N, cell.Procs = resolve(cell.N, cpus), resolve(cell.Procs, cpus)
			out = append(out, cell)
		}
	}
	for n := 2; c.Of.Best && n < out[1].N; n *= 2 {
		between := out[1]
		between.N = n
		out = append(out, between)
	}
	return out
}

// ofCPUs says whether the estimate compares one CPU with all of them.
func (e Estimate) ofCPUs() bool { return e.Den != results.Cell{} && e.Num.CPUs != e.Den.CPUs }

// lacks says why a run has nothing to judge the claim by, or "".
func (c Claim) lacks(cpus int, pinned bool) string {
	switch {
	case cpus < 2 && (c.needsTwo() || c.Least > 1):
		return "one CPU"
	case cpus < c.Least:
		return fmt.Sprintf("with fewer than %d CPUs its GOMAXPROCS, or its quota, is that of another line", c.Least)
	case cpus > 1 && !pinned && c.Of.Den.CPUs == 1 && c.Of.Den.Procs != 1:
		return "no samples on one CPU"
	case c.Of.Num.N == serverCPUs && resolve(serverCPUs, cpus) >= c.Of.Den.N:
		return "the server has more CPUs than the largest pool has connections"
	}
	return ""
}

// needsTwo says whether the claim says something about several CPUs, so that there
// is nothing to it on one.
func (c Claim) needsTwo() bool {
	// By the rule there are more than one, too.
	if p := c.Of.Den.Procs; p == twiceCPUs || p == fourTimes || p == calls || c.Of.Den.N <= byRule {
		return false
	}
	symbolic := func(n int) bool { return n == allCPUs || n == twiceCPUs }
	return c.Of.ofCPUs() ||
		symbolic(c.Of.Num.Procs) || symbolic(c.Of.Den.Procs) || symbolic(c.Of.Num.N) || symbolic(c.Of.Den.N)
}

// Needs returns the cells that the claims and what stands beside them need on a
// machine with that many CPUs, each once, but for the claims of the profile
// "practice"; pinned says whether samples can be kept to one of them.
func Needs(cpus int, pinned bool) []results.Cell {
	return needs(cpus, pinned, func(c Claim) bool { return !c.Practice })
}

// PracticeCells returns the cells of the row "In practice".
func PracticeCells(cpus int, pinned bool) []results.Cell {
	return needs(cpus, pinned, func(c Claim) bool { return c.Row == inPractice })
}

// needs returns the cells of the claims that are picked.
func needs(cpus int, pinned bool, picked func(Claim) bool) []results.Cell {
	var out []results.Cell
	for _, c := range All() {
		if !picked(c) || c.lacks(cpus, pinned) != "" {
			continue
		}
		needed := c.cells(cpus, pinned)
		for _, s := range c.Beside {
			needed = append(needed, Claim{Of: s.Of}.cells(cpus, pinned)...)
		}
		for _, cell := range needed {
			if !slices.Contains(out, cell) {
				out = append(out, cell)
			}
		}
	}
	return out
}

// at is a cell on the axis of goroutines.
func at(family, work string, goroutines, procs int) results.Cell {
	return on(family, work, "goroutines", goroutines, procs)
}

func on(family, work, axis string, n, procs int) results.Cell {
	return results.Cell{Family: family, Work: work, Axis: axis, N: n, Procs: procs}
}

// one is the cell on one CPU.
func one(c results.Cell) results.Cell {
	c.CPUs = 1
	return c
}

// oneAtOne is the cell on one CPU if GOMAXPROCS is 1, else on all.
func oneAtOne(c results.Cell) results.Cell {
	if c.Procs == 1 {
		return one(c)
	}
	return c
}

// counter is a cell of as many goroutines as processors of the runtime that count.
func counter(by string, procs int) results.Cell {
	return oneAtOne(at("Coord", "counter/by="+by, procs, procs))
}

// figure is one cell's value of a unit.
func figure(unit string, c results.Cell) Estimate { return Estimate{Unit: unit, Num: c} }

func ratio(unit string, num, den results.Cell) Estimate {
	return Estimate{Unit: unit, Num: num, Den: den}
}

func times(num, den results.Cell) Estimate { return ratio(timePerOp, num, den) }

// concurrency is the gain of g goroutines on one CPU, with GOMAXPROCS 1.
func concurrency(family, work string, g int) Estimate {
	return times(one(at(family, work, 1, 1)), one(at(family, work, g, 1)))
}

// blocking is the further gain of 64 goroutines from a processor of the runtime for
// each, still on one CPU: that of work which blocks in the kernel, where Go cannot
// see it.
func blocking(family, work string) Estimate {
	return times(one(at(family, work, 64, 1)), one(at(family, work, 64, perCall)))
}

// withBlocking is both gains together, which all that one CPU can gain is made of.
func withBlocking(family, work string) Estimate {
	return times(one(at(family, work, 1, 1)), one(at(family, work, 64, perCall)))
}

// parallelism is the gain of all CPUs, with g goroutines, at the same GOMAXPROCS:
// one for each CPU or, for work that blocks in the kernel, perCall.
func parallelism(family, work string, g, procs int) Estimate {
	return times(one(at(family, work, g, procs)), at(family, work, g, procs))
}

// fromOne is the gain of all CPUs together with a GOMAXPROCS that uses them. It is
// for work whose cost on one CPU depends on GOMAXPROCS, as it shares or allocates,
// and where the cell between would not be worth its time.
func fromOne(family, work string, g int) Estimate {
	return times(one(at(family, work, g, 1)), at(family, work, g, allCPUs))
}

// serial is the serial fraction of a workload of family Coord.
func serial(work string) Estimate {
	e := fromOne("Coord", work, allCPUs)
	e.SerialFraction = true
	return e
}

// lost is the percentage of 8 goroutines' updates that are lost.
func lost(by string, procs int) Estimate {
	return figure("lost-%", oneAtOne(at("Coord", "race/by="+by, 8, procs)))
}

// left is the number of goroutines that an operation leaves behind.
func left(by string) Estimate {
	return figure("left-goroutines", one(on("Coord", "leak/by="+by, "operations", 100, 1)))
}

// done is the percentage of tasks that are done when the program exits.
func done(main string) Estimate {
	return figure("done-%", one(on("Coord", "exit/main="+main, "tasks", 100, 1)))
}

// ofThread is how many times as long a thread takes for something as a
// goroutine.
func ofThread(what string, n int) Estimate {
	return times(on("Thread", what+"/of=thread", "threads", n, 1), at("Thread", what+"/of=goroutine", n, 1))
}

// gainOfTwo is the gain of two goroutines over one loop that sums a slice.
func gainOfTwo(length, procs int) Estimate {
	by := func(way string) results.Cell {
		return oneAtOne(on("Pattern", "sum/by="+way, "length", length, procs))
	}
	return times(by("loop"), by("two"))
}

// each applies f to all values.
func each[T, R any](values []T, f func(T) R) []R {
	out := make([]R, len(values))
	for i, v := range values {
		out[i] = f(v)
	}
	return out
}

// What the gains are called in a claim's Quantity.
const gainOfAll = "gain of all CPUs"

func gainOf(goroutines int) string { return fmt.Sprintf("gain of %d goroutines", goroutines) }
