// Package position tests whether the figures of a run depend on when in its round a
// sample was taken, or on what was measured just before it. The order of each round is
// shuffled so that they need not; this is whether they do.
package position

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Sample is one of a round, in the order in which they were taken.
type Sample struct {
	Cell  string
	Kind  string  // what it may do to the next one: its family
	Value float64 // larger ones are not better or worse
}

// Result is what the test says. A chance below 5% is a reason for doubt.
type Result struct {
	Rounds int     // with two samples and more
	Late   float64 // by how much the later half of a round ranks above the earlier one: −1 … 1
	Place  float64 // the chance of so much without any dependence on the place
	Before float64 // the same for what was measured before
}

// The least that says something.
const (
	minValues = 6 // of a cell, for them to be ranked
	MinRounds = 6 // they have 2⁶ orders
)

// Of tests a run. Values are ranked within their cells. A round counts as one
// observation, because samples near in time err alike: the test reverses the order of
// rounds at random, which keeps neighbours together. If nothing depends on the order, a
// run with reversed rounds is as likely as the run itself. Then the first samples of a
// round rank as the last ones do, and a sample after one of a kind as one before it.
func Of(rounds [][]Sample) Result {
	ranks := ranked(rounds)
	kinds := map[string]int{}
	var slopes []float64
	var after [][]float64 // by round and kind: ranks after samples of the kind, less those before
	var r Result
	for i, round := range rounds {
		if len(round) < 2 {
			continue
		}
		r.Rounds++
		slope, of := 0.0, make([]float64, len(kinds), len(kinds)+len(round))
		at := func(kind string) *float64 {
			k, known := kinds[kind]
			if !known {
				k = len(kinds)
				kinds[kind] = k
			}
			for len(of) <= k {
				of = append(of, 0)
			}
			return &of[k]
		}
		for j, s := range round {
			slope += ranks[i][j] * (2*float64(j)/float64(len(round)-1) - 1)
			if j > 0 {
				*at(round[j-1].Kind) += ranks[i][j]
				*at(s.Kind) -= ranks[i][j-1]
			}
		}
		slopes, after = append(slopes, slope/float64(len(round))), append(after, of)
	}
	if r.Rounds < MinRounds {
		return Result{Rounds: r.Rounds, Place: 1, Before: 1}
	}
	for _, s := range slopes {
		r.Late += 6 * s / float64(r.Rounds) // 1 if all rank as they stand
	}
	r.Place, r.Before = reversed(slopes, after, len(kinds))
	return r
}

// reversed returns the chances: how often rounds that are reversed at random have as
// large a sum of slopes, and as large sums by kind.
func reversed(slopes []float64, after [][]float64, kinds int) (place, before float64) {
	const times = 2000
	weights := make([]float64, kinds) // so that each kind counts alike
	for _, of := range after {
		for k, v := range of {
			weights[k] += v * v
		}
	}
	signs, sums := make([]float64, len(slopes)), make([]float64, kinds)
	statistics := func() (slope, byKind float64) {
		clear(sums)
		for i, sign := range signs {
			slope += sign * slopes[i]
			for k, v := range after[i] {
				sums[k] += sign * v
			}
		}
		for k, sum := range sums {
			if weights[k] > 0 {
				byKind += sum * sum / weights[k]
			}
		}
		return slope * slope, byKind
	}
	for i := range signs {
		signs[i] = 1
	}
	slope, byKind := statistics()
	rng := rand.New(rand.NewPCG(1, uint64(len(slopes)))) // the same for the same run
	asFar, asKind := 1, 1
	const rounding = 1 - 1e-9
	for range times {
		for i := range signs {
			signs[i] = float64(2*rng.IntN(2) - 1)
		}
		s, k := statistics()
		if s >= slope*rounding {
			asFar++
		}
		if k >= byKind*rounding {
			asKind++
		}
	}
	return float64(asFar) / (times + 1), float64(asKind) / (times + 1)
}

// ranked returns the rank of each value within its cell, from −½ to ½; 0 of cells with
// few values.
func ranked(rounds [][]Sample) [][]float64 {
	type place struct {
		round, at int
		value     float64
	}
	cells := map[string][]place{}
	out := make([][]float64, len(rounds))
	for i, round := range rounds {
		out[i] = make([]float64, len(round))
		for j, s := range round {
			cells[s.Cell] = append(cells[s.Cell], place{i, j, s.Value})
		}
	}
	for _, all := range cells {
		if len(all) < minValues {
			continue
		}
		slices.SortFunc(all, func(a, b place) int { return cmp.Compare(a.value, b.value) })
		for from := 0; from < len(all); {
			to := from + 1
			for to < len(all) && all[to].value == all[from].value {
				to++
			}
			for _, p := range all[from:to] { // equal ones share the mean of their ranks
				out[p.round][p.at] = float64(from+to-1)/2/float64(len(all)-1) - 0.5
			}
			from = to
		}
	}
	return out
}
