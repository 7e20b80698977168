package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

// reached is what comparisons of sides that do not differ say that they would have
// found, and how often that is found: on average over the distances that they name, the
// fraction of limits that lie within it.
type reached struct{ finds, limits []float64 }

func (r *reached) power() float64 {
	slices.Sort(r.limits)
	sum := 0.0
	for _, d := range r.finds {
		below, _ := slices.BinarySearch(r.limits, d)
		sum += float64(below)
	}
	return sum / float64(len(r.finds)) / float64(len(r.limits))
}

// ofLines judges lines whose centre is on their bound.
func ofLines(rng *rand.Rand, n noise, rounds, lines, reports int) (out reached) {
	for range reports {
		all := make([]stats.Line, lines)
		for i := range all {
			all[i] = stats.Line{Values: n.ratios(rng, rounds, 1, 0), Lo: 0, Hi: inf}
		}
		for _, d := range stats.Decide(all, stats.WrongVerdicts) {
			out.limits = append(out.limits, -d.Corrected.Lo)
			if d.Outcome() == stats.Inconclusive {
				out.finds = append(out.finds, d.Finds)
			}
		}
	}
	return out
}

// ofPairs compares samples of the same noise.
func ofPairs(
	rng *rand.Rand, n noise, values, pairs, reports int, compare func([]stats.Pair, float64) []stats.Comparison,
) (out reached) {
	for range reports {
		all := make([]stats.Pair, pairs)
		for i := range all {
			for range values {
				all[i].A, all[i].B = append(all[i].A, n.cell(rng)), append(all[i].B, n.cell(rng))
			}
		}
		for _, c := range compare(all, 0) {
			out.limits = append(out.limits, -math.Log(c.Corrected.Lo))
			if c.Verdict() == stats.Undecided {
				out.finds = append(out.finds, math.Log1p(c.Finds()))
			}
		}
	}
	return out
}

// What lines, pairs of rounds and unpaired samples say that they would have found, they
// find in nine of ten cases, within a few points.
func TestFindsNineOfTen(t *testing.T) {
	for name, r := range map[string]reached{
		"lines":   ofLines(rand.New(rand.NewPCG(1, 1)), normal, 16, 70, 10),
		"rounds":  ofPairs(rand.New(rand.NewPCG(1, 2)), normal, 16, 10, 60, onceInRounds),
		"samples": ofPairs(rand.New(rand.NewPCG(1, 3)), normal, 10, 10, 60, stats.Compare),
	} {
		if p := r.power(); math.Abs(p-0.9) > 0.04 {
			t.Errorf("%s: %.1f%% are found, want 90%%", name, 100*p)
		}
	}
}

// The number of rounds that a difference asks for finds it in nine of ten cases.
func TestRoundsFindNineOfTen(t *testing.T) {
	const times, difference = 300, 0.01
	wide := noise{"wide", func(r *rand.Rand) float64 { return math.Exp(0.03 * r.NormFloat64()) }}
	for name, compare := range map[string]func([]stats.Pair, float64) []stats.Comparison{
		"rounds": onceInRounds, "samples": stats.Compare,
	} {
		rng := rand.New(rand.NewPCG(5, 6))
		pair := func(n int, factor float64) (p stats.Pair) {
			for range n {
				p.A, p.B = append(p.A, wide.cell(rng)), append(p.B, factor*wide.cell(rng))
			}
			return p
		}
		asked := 0
		for range times {
			asked += compare([]stats.Pair{pair(16, 1)}, 0)[0].Rounds(difference)
		}
		found := share{}
		for range times {
			found.add(compare([]stats.Pair{pair(asked/times, 1+difference)}, 0)[0].Verdict() == stats.Higher)
		}
		t.Logf("%s: +1%% was found in %v with %d of them", name, found, asked/times)
		if f := found.value(); f < 0.84 || f > 0.96 {
			t.Errorf("%s: +1%% was found in %.0f%% with %d of them, want about 90%%", name, 100*f, asked/times)
		}
	}
}

// The plain formula for more rounds agrees: half the distance that would have been found
// needs three to four times the rounds.
func TestFindsAgreesWithMore(t *testing.T) {
	const rounds = 24
	rng := rand.New(rand.NewPCG(7, 8))
	var times []float64
	for range 100 {
		values := normal.ratios(rng, rounds, 1, 0)
		centre := stats.HodgesLehmann(values).Mid
		line := func(distance float64) []stats.Line {
			return []stats.Line{{Values: values, Lo: centre - distance, Hi: inf}}
		}
		finds := stats.Decide(line(0), stats.WrongVerdicts)[0].Finds
		if near := stats.Decide(line(finds/2), stats.WrongVerdicts)[0]; near.Outcome() == stats.Inconclusive {
			times = append(times, float64(near.More)/rounds)
		}
	}
	if m := stats.Median(times); len(times) < 90 || m < 2.5 || m > 4.5 {
		t.Errorf("half of what is found needs %.1f times the rounds; in %d of 100 cases it is undecided", m, len(times))
	}
}

func TestFindsNothing(t *testing.T) {
	nine := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for name, c := range map[string]stats.Comparison{
		"few rounds":  stats.ComparePaired([]stats.Pair{{A: nine[:4], B: nine[5:]}}, 0.03)[0],
		"few samples": stats.Compare([]stats.Pair{{A: nine[:3], B: nine[6:]}}, 0.03)[0],
		"zeros":       stats.Compare([]stats.Pair{{A: make([]float64, 9), B: nine}}, 0.03)[0],
		"decided":     stats.Compare([]stats.Pair{{A: nine, B: []float64{91, 92, 93, 94, 95, 96, 97}}}, 0.03)[0],
		"nothing":     {},
	} {
		if f := c.Finds(); !math.IsNaN(f) {
			t.Errorf("%s: would have found %v", name, f)
		}
	}
	for _, d := range stats.Decide([]stats.Line{positive(nine), positive(nil)}, stats.WrongVerdicts) {
		if !math.IsNaN(d.Finds) {
			t.Errorf("would have found %v", d.Finds)
		}
	}
}
