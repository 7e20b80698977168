package claims

import (
	"fmt"
	"math"
	"slices"

	"conpar/report/stats"
	"conpar/results"
)

// RequiredCells returns the cells that a report needs on a machine with that
// many CPUs, each once: those of the claims, and the counters on which
// goroutines meet, which a chart shows. pinned says whether samples can be kept to
// one CPU.
func RequiredCells(cpus int, pinned bool) []results.Cell {
	out := Needs(cpus, pinned)
	for _, way := range []string{"atomic", "channel", "mutex"} {
		for _, n := range slices.Compact([]int{cpus, max(cpus, 8)}) {
			c := at("Coord", "counter/by="+way, n, cpus)
			if pinned {
				c = oneAtOne(c)
			}
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// few are the claims that say most in half a minute: what waits and what computes, in
// a kitchen too, what a race loses, and what goroutines and locks cost.
var few = map[[2]string]bool{
	{"R1", "tcp"}: true, {"R2", "tcp"}: true, {"U3", "matmul"}: true, {"E2", "salads"}: true, {"E2", "roasts"}: true,
	{"K5", "x++"}: true, {"K3", "atomic"}: true, {"K3", "mutex"}: true, {"G1", "created"}: true,
}

// FewCells returns the cells of the ten claims that say most, those by which their
// noise is known, and those of the gains of a work that computes and of one that waits.
func FewCells(cpus int, pinned bool) []results.Cell {
	estimates := []Estimate{
		concurrency("CPU", "primes", max(2, cpus)), parallelism("CPU", "primes", max(2, cpus), allCPUs),
		fromOne("CPU", "primes", max(2, cpus)),
		concurrency("IO", "tcp", 64), parallelism("IO", "tcp", 64, allCPUs), fromOne("IO", "tcp", 64),
	}
	for _, c := range All() {
		if few[[2]string{c.ID, c.Subject}] && c.Quantity != gainOfAll+", G=8" ||
			c.SameThing && c.Of.Den.Family == "Coord" {
			estimates = append(estimates, c.Of)
		}
	}
	var out []results.Cell
	for _, e := range estimates {
		c := Claim{Of: e}
		if c.lacks(cpus, pinned) != "" {
			continue
		}
		for _, cell := range c.cells(cpus, pinned) {
			if !slices.Contains(out, cell) {
				out = append(out, cell)
			}
		}
	}
	return out
}

// Open is a line that more rounds might decide.
type Open struct {
	Name string // "R2 http: gain of 64 goroutines"
	// Cells are those that it rests on, and the A/A controls of their families if it
	// must be above the noise floor.
	Cells []results.Cell
	// Rounds is about how many rounds would decide it. 0: unknown; [math.MaxInt]: it lies
	// on its limit, and hardly any number would.
	Rounds int
}

// Undecided returns the lines that more rounds might decide, and how many are
// decided. Claims that predict the same of the same figure are one line.
func Undecided(verdicts []Verdict) (open []Open, decided int) {
	for i, v := range verdicts {
		twin := func(o Verdict) bool { return sameLine(o.Claim, v.Claim) }
		switch {
		case v.Absent || v.Definition || v.Control || v.Holds.Rule.bySample(), slices.ContainsFunc(verdicts[:i], twin):
		case v.decided():
			decided++
		case v.Outcome == Inconclusive, v.MostDisturbed:
			name := fmt.Sprintf("%s %s: %s", v.ID, v.Subject, v.Quantity)
			open = append(open, Open{name, v.needs(verdicts), v.rounds()})
		}
	}
	return open, decided
}

// rounds is [Open.Rounds]. Of what only few or correlated rounds keep undecided it is
// unknown, and so is what a rule asks of the interval's width.
func (v *Verdict) rounds() int {
	c := v.Corrected
	bounded := c.Known() && c.Lo > 0 && !math.IsInf(c.Lo, 0) && !math.IsInf(c.Hi, 0)
	if v.Outcome == Inconclusive && v.More == 0 && v.Rounds >= stats.MinForVerdict && bounded && !v.Correlated &&
		v.Holds.Rule != Covers {
		return math.MaxInt
	}
	return v.More
}

// needs returns the cells that may decide a verdict.
func (v *Verdict) needs(verdicts []Verdict) []results.Cell {
	cells := slices.Clip(v.Cells)
	if !v.Holds.Strict || !v.Of.Ratio() {
		return cells
	}
	for _, o := range verdicts {
		family := func(c results.Cell) bool { return c.Family == o.Of.Den.Family }
		if o.SameThing && slices.ContainsFunc(v.Cells, family) {
			cells = append(cells, o.Cells...)
		}
	}
	return cells
}

// FirstLook returns after how many rounds a run of so many CPUs is to look at its
// results first: the smallest number with which unanimous rounds decide a line among
// all others. planned says which cells the run measures.
func FirstLook(cpus int, pinned bool, looks int, planned func(results.Cell) bool) int {
	var lines []Claim
	for _, c := range All() {
		missing := func(c results.Cell) bool { return !planned(c) }
		twin := func(o Claim) bool { return sameLine(o, c) }
		if c.Definition || c.Control || c.Holds.Rule.bySample() || c.lacks(cpus, pinned) != "" ||
			slices.ContainsFunc(c.cells(cpus, pinned), missing) || slices.ContainsFunc(lines, twin) {
			continue
		}
		lines = append(lines, c)
	}
	n := stats.MinForVerdict
	for math.Ldexp(float64(len(lines)), -n) > stats.WrongAtLook(1, looks) {
		n++
	}
	return n
}
