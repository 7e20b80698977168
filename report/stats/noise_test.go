package stats_test

import (
	"math"
	"math/rand/v2"
)

// noise is how one cell's figure varies from round to round.
type noise struct {
	name string
	cell func(*rand.Rand) float64
}

var normal = noise{"normal", func(r *rand.Rand) float64 { return 1 + 0.02*r.NormFloat64() }}

// ratios returns the log ratios of two cells in n rounds. Both have the same
// noise, so that theirs is symmetric about log(truth) whatever its shape. The
// first drifts by the given share over the run, about its truth in the middle,
// and the second by half of that, as what slows one cell slows the other too.
func (n noise) ratios(rng *rand.Rand, rounds int, truth, drift float64) []float64 {
	out := make([]float64, rounds)
	for i := range out {
		at := drift * (float64(i)/float64(rounds-1) - 0.5)
		out[i] = math.Log(truth) + math.Log(n.cell(rng)/n.cell(rng)) + math.Log1p(at) - math.Log1p(at/2)
	}
	return out
}

// share is how many of some reports, or lines, have a property.
type share struct{ hits, of int }

func (s *share) add(hit bool) {
	s.of++
	if hit {
		s.hits++
	}
}

func (s share) value() float64 { return float64(s.hits) / float64(s.of) }
