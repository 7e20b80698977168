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
