package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

// looks are the rounds after which an adaptive run of 16 looks.
var looks = []int{16, 24, 32}

// An adaptive run stops when a look decides all its lines, and at its last
// look. However it came to stop, its report has a wrong verdict in at most 5%
// of cases: neither as the rule stops it, nor if it stopped, out of spite,
// wherever a verdict is wrong. Looking three times at the full level would have
// more of them.
//
// All lines are on a bound, so that hardly any run stops before its last look:
// the worst case.
func TestWrongVerdictsOfAdaptiveRuns(t *testing.T) {
	rates := make([]struct{ ruled, spiteful, naive share }, len(noises))
	t.Run("each", func(t *testing.T) {
		for i, n := range noises {
			t.Run(n.name, func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(20, uint64(i)))
				for report := range reports(400) {
					lines := make([]stats.Line, stats.SimulatedLines)
					for k := range lines {
						lines[k] = onBound(n.ratios(rng, looks[len(looks)-1], 1.7, 0), math.Log(1.7), k)
					}
					ruled, spiteful := adaptive(lines, func(look int) float64 { return stats.WrongAtLook(look, len(looks)) })
					rates[i].ruled.add(ruled)
					rates[i].spiteful.add(spiteful)
					if report%4 == 0 { // a contrast needs fewer
						_, naive := adaptive(lines, func(int) float64 { return stats.WrongVerdicts })
						rates[i].naive.add(naive)
					}
				}
			})
		}
	})
	var ruled, spiteful, naive share
	for _, r := range rates {
		for to, from := range map[*share]share{&ruled: r.ruled, &spiteful: r.spiteful, &naive: r.naive} {
			to.hits, to.of = to.hits+from.hits, to.of+from.of
		}
	}
	ruled.atMost(t, "wrong", stats.WrongVerdicts)
	spiteful.atMost(t, "wrong at any look", stats.WrongVerdicts)
	t.Logf("looking at the full level each time: %v", naive)
	if naive.value() <= spiteful.value() {
		t.Errorf("looking at the full level each time: %v, no more than %v: what is the split for?", naive, spiteful)
	}
}

// adaptive says whether a run over these lines ends with a wrong refutation,
// and whether any of its looks has one.
func adaptive(lines []stats.Line, level func(look int) float64) (ruled, any bool) {
	stopped := false
	for i, rounds := range looks {
		seen := slices.Clone(lines)
		for k := range seen {
			seen[k].Values = seen[k].Values[:rounds]
		}
		wrong, open := false, false
		for _, d := range stats.DecideAt(seen, level(i+1)) {
			wrong = wrong || d.Outcome == stats.Refuted
			open = open || d.Outcome == stats.Inconclusive
		}
		any = any || wrong
		if !stopped && (!open || i == len(looks)-1) {
			ruled, stopped = wrong, true
		}
	}
	return ruled, any
}

// The same with few lines and true effects, where runs do stop at each look.
func TestAdaptiveRunsOfFewLines(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 0))
	var wrong share
	ended := map[int]int{}
	for range reports(20_000) {
		on := onBound(normal.ratios(rng, 32, 1.7, 0), math.Log(1.7), 0)
		near := stats.Line{Values: normal.ratios(rng, 32, 1.735, 0), Lo: math.Log(1.7), Hi: inf}
		for i, rounds := range looks {
			a, b := on, near
			a.Values, b.Values = a.Values[:rounds], b.Values[:rounds]
			got := stats.DecideAt([]stats.Line{a, b}, stats.WrongAtLook(i+1, len(looks)))
			// It goes on until the line with an effect is decided: a choice by outcome.
			if got[1].Outcome == stats.Supported || i == len(looks)-1 {
				ended[rounds]++
				wrong.add(got[0].Outcome == stats.Refuted)
				break
			}
		}
	}
	t.Logf("ended after rounds: %v", ended)
	wrong.atMost(t, "wrong", stats.WrongVerdicts)
	for _, rounds := range looks {
		if ended[rounds] == 0 {
			t.Errorf("no run ended after %d rounds", rounds)
		}
	}
}

// The looks' shares are all there is to spend, and a run that never looks has
// it all.
func TestWrongAtLook(t *testing.T) {
	total := 0.0
	for look := 1; look <= stats.Looks; look++ {
		total += stats.WrongAtLook(look, stats.Looks)
	}
	if math.Abs(total-stats.WrongVerdicts) > 1e-12 || stats.WrongAtLook(1, 0) != stats.WrongVerdicts {
		t.Errorf("the looks spend %v, a run without %v", total, stats.WrongAtLook(1, 0))
	}
	if fmt.Sprint(stats.WrongAtLook(9, stats.Looks)) != fmt.Sprint(stats.WrongAtLook(stats.Looks, stats.Looks)) {
		t.Error("a look beyond the last has another share than the last")
	}
}
