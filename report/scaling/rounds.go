package scaling

import (
	"math"
	"slices"

	"conpar/report/series"
)

// enoughUndisturbed is how many undisturbed rounds must remain for the
// disturbed ones to be set aside.
const enoughUndisturbed = 10

// joined is the samples of some cells, side by side by round. Rounds in which
// a cell has no positive time are not among them.
type joined struct {
	rounds      []int       // those used, ascending
	times       [][]float64 // by cell, then by round used: seconds per task
	available   int         // rounds in which every cell has a time
	disturbed   int         // of those, with a disturbed sample
	undisturbed bool        // disturbed rounds were set aside
	foreign     []float64   // shares that others took of the disturbed samples
}

// join puts the samples of the cells side by side. Disturbed rounds are set
// aside if at least enoughUndisturbed others remain; else all are used.
// Whether a round is disturbed never depends on how fast it was.
func join(points ...*series.Point) joined {
	at := make([]map[int]int, len(points)) // index of the sample by round
	for i, p := range points {
		at[i] = map[int]int{}
		for sample, round := range p.Rounds {
			if t := p.Units[unitTime]; sample < len(t) && t[sample] > 0 && !math.IsInf(t[sample], 1) {
				at[i][round] = sample
			}
		}
	}
	var j joined
	disturbed := map[int]bool{}
	for _, round := range common(at) {
		j.rounds = append(j.rounds, round)
		for i, p := range points {
			if s := at[i][round]; p.Disturbed(s) {
				disturbed[round] = true
				j.foreign = append(j.foreign, p.Foreign[s])
			}
		}
	}
	j.available, j.disturbed = len(j.rounds), len(disturbed)
	if j.disturbed > 0 && j.available-j.disturbed >= enoughUndisturbed {
		j.undisturbed = true
		j.rounds = slices.DeleteFunc(j.rounds, func(round int) bool { return disturbed[round] })
	}
	j.times = make([][]float64, len(points))
	for i, p := range points {
		for _, round := range j.rounds {
			j.times[i] = append(j.times[i], p.Units[unitTime][at[i][round]])
		}
	}
	return j
}

// common returns the rounds that all maps have, ascending.
func common(at []map[int]int) []int {
	var rounds []int
	for round := range at[0] {
		if !slices.ContainsFunc(at[1:], func(m map[int]int) bool { _, ok := m[round]; return !ok }) {
			rounds = append(rounds, round)
		}
	}
	slices.Sort(rounds)
	return rounds
}

// in returns the values of a unit in the given rounds, which ascend.
func in(p *series.Point, unit string, rounds []int) []float64 {
	values := p.Units[unit]
	var out []float64
	for i, round := range p.Rounds {
		if _, ok := slices.BinarySearch(rounds, round); ok && i < len(values) {
			out = append(out, values[i])
		}
	}
	return out
}
