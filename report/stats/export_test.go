package stats

import "fmt"

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
const SimulatedLines = 80

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
