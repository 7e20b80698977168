package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/stats"
)

// inRounds returns samples of two sides that share what slows the machine down in a
// round; b is by this factor higher.
func inRounds(rng *rand.Rand, n int, factor, noise float64) stats.Pair {
	var p stats.Pair
	for range n {
		round := math.Exp(0.3 * rng.NormFloat64())
		p.A = append(p.A, round*math.Exp(noise*rng.NormFloat64()))
		p.B = append(p.B, factor*round*math.Exp(noise*rng.NormFloat64()))
	}
	return p
}

func TestComparePaired(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	equal := stats.Pair{A: []float64{4, 4, 4, 4, 4, 4, 4, 4}, B: []float64{4, 4, 4, 4, 4, 4, 4, 4}}
	none := stats.Pair{A: make([]float64, 12), B: make([]float64, 12)}
	some := stats.Pair{A: make([]float64, 12), B: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}
	for name, test := range map[string]struct {
		pair                        stats.Pair
		same, higher, lower, beyond bool
	}{
		"10% higher":      {inRounds(rng, 20, 1.1, 0.005), false, true, false, true},
		"10% lower":       {inRounds(rng, 20, 1/1.1, 0.005), false, false, true, true},
		"on the margin":   {inRounds(rng, 40, 1.03, 0.005), false, true, false, false},
		"1% higher":       {inRounds(rng, 20, 1.01, 0.005), true, false, false, false},
		"alike":           {inRounds(rng, 20, 1, 0.005), true, false, false, false},
		"alike and noisy": {inRounds(rng, 20, 1, 0.2), false, false, false, false},
		"four rounds":     {inRounds(rng, 4, 2, 0.01), false, false, false, false},
		"equal values":    {equal, true, false, false, false},
		"only zeros":      {none, true, false, false, false},
		"zeros and ones":  {some, false, true, false, true},
	} {
		c := stats.ComparePaired([]stats.Pair{test.pair}, 0.03)[0]
		if c.Same != test.same || c.Higher != test.higher || c.Lower != test.lower || c.Beyond != test.beyond {
			t.Errorf("%s: %+v", name, c)
		}
		mirrored := stats.ComparePaired([]stats.Pair{{A: test.pair.B, B: test.pair.A}}, 0.03)[0]
		if mirrored.Same != c.Same || mirrored.Higher != c.Lower || mirrored.Beyond != c.Beyond || math.Abs(mirrored.P-c.P) > 1e-12 {
			t.Errorf("%s: mirrored %+v, not %+v", name, mirrored, c)
		}
	}
}

// Of many reports on identical sides at most one in twenty has any wrong verdict.
func TestComparePairedIsRarelyWrong(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const reports = 600
	wrong := 0
	for range reports {
		var pairs []stats.Pair
		for range 20 {
			pairs = append(pairs, inRounds(rng, 16, 1, 0.02))
		}
		for _, c := range stats.ComparePaired(pairs, 0.03) {
			if c.Higher || c.Lower {
				wrong++
				break
			}
		}
	}
	if most := 0.05*reports + 3*math.Sqrt(0.05*0.95*reports); float64(wrong) > most {
		t.Errorf("%d of %d reports call something different, want at most %.0f", wrong, reports, most)
	}
}

// onceInRounds is ComparePaired of a run without looks.
func onceInRounds(pairs []stats.Pair, margin float64) []stats.Comparison {
	return stats.ComparePaired(pairs, margin)
}

// atLooks are the levels of a run that looks at its results.
var atLooks = []float64{stats.WrongAtLook(1, 3), stats.WrongAtLook(2, 3), stats.WrongAtLook(3, 3)}

// looked is a pair as a run has it that looks after 12, 24 and 48 rounds, and whose
// later rounds resemble their neighbours as much as r.
func looked(rng *rand.Rand, factor, noise, r float64) (p stats.Pair) {
	err := 0.0
	for i := range 48 {
		if i < 12 {
			err = rng.NormFloat64()
		} else {
			err = r*err + math.Sqrt(1-r*r)*rng.NormFloat64()
		}
		p.A, p.B = append(p.A, 1), append(p.B, factor*math.Exp(noise*err))
	}
	p.Later = 12
	first, second := stats.Pair{A: p.A[:12], B: p.B[:12]}, stats.Pair{A: p.A[:24], B: p.B[:24], Later: 12}
	p.Earlier = []stats.Pair{first, second}
	return p
}

func TestComparePairedAtLooks(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 10))
	pairs := []stats.Pair{
		looked(rng, 1, 0.005, 0), looked(rng, 1.2, 0.01, 0), looked(rng, 1.03, 0.01, 0), looked(rng, 1, 0.2, 0),
	}
	all := stats.ComparePaired(pairs, 0.03, atLooks...)
	for i, want := range []struct {
		look, n    int
		confidence float64
		says       stats.Difference
	}{
		{1, 12, 0.975, stats.Same}, {1, 12, 0.975, stats.Higher}, {3, 48, 0.99, stats.Higher}, {0, 48, 0.95, stats.Undecided},
	} {
		c := all[i]
		if c.Look != want.look || c.Ratio.N != want.n || math.Abs(c.Confidence-want.confidence) > 1e-9 || c.Verdict() != want.says {
			t.Errorf("pair %d: %s at look %d of %d rounds, at %v, want %+v", i, c.Verdict(), c.Look, c.Ratio.N, c.Confidence, want)
		}
	}
	if !all[1].Beyond || all[2].Beyond {
		t.Errorf("20%% more is beyond a margin of 3%%, and 3%% is not: %+v", all)
	}
	// The correction at the last look is for two: the others were decided.
	if c := all[3]; math.Abs(c.Holm-c.P) > 1e-9 && math.Abs(c.Holm-min(1, 2*c.P)) > 1e-9 {
		t.Errorf("p %v, corrected %v", c.P, c.Holm)
	}
}

// wrongAtLooks counts the reports with a wrong verdict: where identical sides are called
// different, or what differs by more than a margin of 3% is called the same.
func wrongAtLooks(reports int, factor float64, noise func(line int) float64, r float64) (s share) {
	rng := rand.New(rand.NewPCG(10, 11))
	for range reports {
		pairs := make([]stats.Pair, 24)
		for i := range pairs {
			pairs[i] = looked(rng, factor, noise(i), r)
		}
		wrong := false
		for _, c := range stats.ComparePaired(pairs, 0.03, atLooks...) {
			wrong = wrong || factor == 1 && (c.Higher || c.Lower) || factor > 1.03 && c.Same
		}
		s.add(wrong)
	}
	return s
}

// Looks do not make it more likely that identical sides are called different, also where
// most pairs are decided at the first look, so that few are left.
func TestLooksAreRarelyWrong(t *testing.T) {
	for _, noise := range []float64{0.022, 0.2} {
		s := wrongAtLooks(120, 1, func(int) float64 { return noise }, 0)
		if s.value() > 0.09 { // the largest of 5% of 120 by chance
			t.Errorf("noise of %v: %d of %d reports call something different", noise, s.hits, s.of)
		}
	}
}
