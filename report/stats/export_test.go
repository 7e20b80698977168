package stats

import (
	"fmt"
	"slices"
)

// The order of the bounds and the chances are tested against published tables,
// which the intervals alone would show only indirectly.
func SignedRankOrder(n int, tail float64) int { return signedRank(n).order(tail) }
func SignedRankP(n, v int) float64            { return signedRank(n).p(v) }

// NormalOrder is SignedRankOrder by the normal limit.
func NormalOrder(n int, tail float64) int {
	d := signedRank(n)
	d.chances = nil
	return d.order(tail)
}

const (
	ExactUpTo     = exactUpTo
	WrongVerdicts = wrongVerdicts
	Looks         = len(lookShares)
)

// SimulatedLines is the number of lines with which the tests hold [Decide] to
// its promises by simulation. A test of report/claims holds the lines of the
// report to it.
const SimulatedLines = 90

// Outcome is a decision, or a likely one, in a word.
type Outcome string

const (
	Supported    Outcome = "supported"
	Refuted      Outcome = "refuted"
	Inconclusive Outcome = "inconclusive"
)

func (d Decision) Outcome() Outcome {
	switch {
	case d.Supported && !d.Refuted:
		return Supported
	case d.Refuted && !d.Supported:
		return Refuted
	case d.Supported:
		panic(fmt.Sprintf("supported and refuted: %+v", d))
	}
	return Inconclusive
}

// Likely returns the verdict that a line alone tends to, and its one-sided p.
func Likely(l Line) (Outcome, float64) {
	o := walshAverages(finite(l.Values))
	t := newTest(&o, l.Lo, l.Hi)
	return Decision{Supported: !t.refutes, Refuted: t.refutes}.Outcome(), t.p
}

// Difference is what a comparison says in a word.
type Difference string

const (
	Higher    Difference = "higher"
	Lower     Difference = "lower"
	Same      Difference = "same"
	Undecided Difference = "undecided"
)

func (c Comparison) Verdict() Difference {
	switch [3]bool{c.Higher, c.Lower, c.Same} {
	case [3]bool{true, false, false}:
		return Higher
	case [3]bool{false, true, false}:
		return Lower
	case [3]bool{false, false, true}:
		return Same
	case [3]bool{}:
		return Undecided
	}
	panic(fmt.Sprintf("several verdicts: %+v", c))
}

// Kth returns the k-th smallest ratio of a pair as it is found among many, and as
// it stands in the order of all of them, both as logarithms.
func (p Pair) Kth(k int) (found, sorted float64) {
	r := newRatios()
	r.set(p)
	var all []float64
	for i := range r.logA {
		for j := range r.logB {
			all = append(all, r.log(j, i))
		}
	}
	slices.Sort(all)
	if len(r.all) > 0 && !slices.Equal(r.all, all) {
		panic(fmt.Sprintf("not in order: %v", r.all))
	}
	r.all = nil
	return r.kth(k), all[k-1]
}

// KthWalsh is [Pair.Kth] of Walsh averages.
func KthWalsh(values []float64, k int) (found, sorted float64) {
	o := walshAverages(slices.Clone(values))
	var all []float64
	for i, v := range values {
		for _, w := range values[i:] {
			all = append(all, (v+w)/2)
		}
	}
	slices.Sort(all)
	return o.kth(k), all[k-1]
}
