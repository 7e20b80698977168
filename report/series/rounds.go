package series

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"conpar/report/stats"
)

// Rounds is the samples of some points, side by side by round.
type Rounds struct {
	Used        []int     // the rounds, ascending
	At          [][]int   // by point, then by round used: the sample's index
	Available   int       // rounds in which every point has a sample that counts
	Disturbed   int       // of those, with a disturbed sample
	Undisturbed bool      // the disturbed ones were set aside
	Foreign     []float64 // shares that others took of the disturbed samples
	SetAside    int       // rounds that are not available for something else; see [Measurement.SetAside]
	by          string    // what that was, in the first of them
	disturbed   map[int]bool
}

// Join puts the samples of points side by side: the rounds in which each has a
// sample that counts.
func Join(counts func(p *Measurement, sample int) bool, points ...*Measurement) Rounds {
	at := make([]map[int]int, len(points)) // index of the sample by round
	for i, p := range points {
		at[i] = map[int]int{}
		for sample, round := range p.Rounds {
			if counts(p, sample) {
				at[i][round] = sample
			}
		}
	}
	r := Rounds{Used: common(at), At: make([][]int, len(points)), disturbed: map[int]bool{}}
	for _, round := range r.Used {
		for i, p := range points {
			s := at[i][round]
			r.At[i] = append(r.At[i], s)
			if p.Disturbed(s) {
				r.disturbed[round] = true
				r.Foreign = append(r.Foreign, p.Foreign[s])
			}
		}
	}
	r.Available, r.Disturbed = len(r.Used), len(r.disturbed)
	r.SetAside, r.by = setAside(points)
	return r
}

// setAside returns in how many rounds a sample of points is set aside, and by what the
// first of them was disturbed.
func setAside(points []*Measurement) (rounds int, by string) {
	all := map[int]string{}
	for _, p := range points {
		maps.Copy(all, p.SetAside)
	}
	if len(all) > 0 {
		by = all[slices.Min(slices.Collect(maps.Keys(all)))]
	}
	return len(all), by
}

// TooFew says why nothing may be said about the points: most of their rounds were
// disturbed. "": enough were not. A single sample may decide some lines: they use
// those that only other processes disturbed.
func (r Rounds) TooFew(bySample bool) string {
	bad, all := r.SetAside, r.Available+r.SetAside
	if !bySample {
		bad += r.Disturbed
	}
	switch {
	case 2*bad <= all:
		return ""
	case r.SetAside > bad-r.SetAside:
		return r.by
	}
	return fmt.Sprintf("neighbours took %.0f%%", 100*stats.Median(r.Foreign))
}

// Quiet sets disturbed rounds aside if at least [stats.EnoughUndisturbed] others
// remain; else all are used. Whether a round is disturbed never depends on what
// was measured in it.
func (r Rounds) Quiet() Rounds {
	if r.Disturbed == 0 || r.Available-r.Disturbed < stats.EnoughUndisturbed {
		return r
	}
	used, at := r.Used, r.At
	r.Used, r.At, r.Undisturbed = nil, make([][]int, len(at)), true
	for k, round := range used {
		if r.disturbed[round] {
			continue
		}
		r.Used = append(r.Used, round)
		for i := range at {
			r.At[i] = append(r.At[i], at[i][k])
		}
	}
	return r
}

// Before returns the samples of the rounds before one, with which a look at the run
// judged. The slices are shared.
func (p *Measurement) Before(round int) *Measurement {
	n, _ := slices.BinarySearch(p.Rounds, round)
	if n == len(p.Rounds) {
		return p
	}
	out := *p
	out.Rounds, out.Foreign, out.Units = p.Rounds[:n:n], p.Foreign[:n:n], p.Units.first(n)
	return &out
}

// JoinTimes is [Join], and then [Rounds.Quiet], for the rounds in which every point has a time above
// zero. It returns the times as well: by point, then by round used.
func JoinTimes(points ...*Measurement) (r Rounds, times [][]float64) {
	const time = "sec/op"
	r = Join(func(p *Measurement, sample int) bool {
		t := p.Units.Of(time)
		return sample < len(t) && t[sample] > 0 && !math.IsInf(t[sample], 1)
	}, points...).Quiet()
	times = make([][]float64, len(points))
	for i, p := range points {
		for _, sample := range r.At[i] {
			times[i] = append(times[i], p.Units.Of(time)[sample])
		}
	}
	return r, times
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
