package stats

import (
	"math"
	"slices"
	"sort"
)

// nineOfTen is Φ⁻¹(0.9). What a run "would have found", it finds in nine of ten
// such runs.
const nineOfTen = 1.2815515655446004

// inRounds is the noise of values that are tested by the signed-rank test: their
// residuals, and the same with the other sign, ascending. There is one residual more
// than values, a quarter farther out than all: what so few rounds have not seen. By
// simulation, what is found is right with it for normal noise, and nearly so with
// outliers, of 10 to 80 values; without it, small samples promise too much.
//
// The centre at which the test decides in nine of ten runs could be found by drawing
// rounds from these residuals, again and again (a symmetrised bootstrap). There is no
// need to draw: mean and variance of the number of positive Walsh averages follow from
// three chances (Lehmann, 1975; Hollander, Wolfe, Chicken: Nonparametric Statistical
// Methods, 3.1).
type inRounds []float64

func newInRounds(values []float64, center float64) inRounds {
	if len(values) == 0 {
		return nil
	}
	s, most := make(inRounds, 0, 2*len(values)+2), 0.0
	for _, v := range values {
		s = append(s, v-center, center-v)
		most = max(most, math.Abs(v-center))
	}
	s = append(s, 1.25*most, -1.25*most)
	slices.Sort(s)
	return s
}

// excess returns by how many standard deviations the number of Walsh averages above
// a bound is expected to exceed what decides at tail, if n rounds have their centre
// at this distance above the bound.
func (s inRounds) excess(distance float64, n int, tail float64) float64 {
	of := signedRank(n)
	order := of.order(tail)
	if order == 0 {
		return math.Inf(-1)
	}
	if order == 1 {
		distance /= unanimous
	}
	var one, two, both float64 // chances: of X>0, of X+Y>0, of X+Y>0 and X+Z>0
	above := len(s)
	for _, x := range s {
		for above > 0 && s[above-1]+x > -2*distance {
			above--
		}
		chance := 1 - float64(above)/float64(len(s))
		two += chance
		both += chance * chance
		if x > -distance {
			one++
		}
	}
	all := float64(len(s))
	one, two, both = one/all, two/all, both/all
	f := float64(n)
	mean := f*one + f*(f-1)/2*two
	variance := f*one*(1-one) + f*(f-1)*((one-two)*(one-two)+1.5*two*(1-two)) + f*(f-1)*(f-2)*(both-two*two)
	return standard(mean-(2*of.mean-float64(order)+0.5), variance)
}

// unanimous is by how much farther the centre must lie where all values have to agree:
// then the statistic is far from normal.
const unanimous = 1.2

// finds returns the smallest distance of the centre from a bound that n rounds decide
// in nine of ten cases; NaN if no distance is.
func (s inRounds) finds(n int, tail float64) float64 {
	if n == 0 || len(s) == 0 || signedRank(n).order(tail) == 0 {
		return math.NaN()
	}
	most := 4 * s[len(s)-1]
	return smallest(most, func(d float64) float64 { return s.excess(d, n, tail) })
}

// ofSamples is the noise of two samples that are tested by the test of Mann and
// Whitney: the residuals of either from its own centre, ascending. Mean and variance
// of the statistic follow from three chances (Lehmann, 1975: Nonparametrics, 2.3).
type ofSamples struct {
	a, b []float64
	n, m int // values a side; a and b are quantiles of them
}

// newOfSamples takes the sorted logarithms of two samples, and of their ratio.
func newOfSamples(a, b []float64, ratio float64) ofSamples {
	return ofSamples{a: quantiles(a, 0), b: quantiles(b, ratio), n: len(a), m: len(b)}
}

// quantiles returns sorted values less a constant: those in the middles of at most 256
// equal parts, since more of them would only take longer.
func quantiles(sorted []float64, less float64) []float64 {
	out := make([]float64, min(len(sorted), 256))
	for i := range out {
		out[i] = sorted[(2*i+1)*len(sorted)/(2*len(out))] - less
	}
	return out
}

// mirrored returns the noise for a difference in the other direction.
func (s ofSamples) mirrored() ofSamples {
	turned := func(v []float64) []float64 {
		out := make([]float64, len(v))
		for i, x := range v {
			out[len(v)-1-i] = -x
		}
		return out
	}
	return ofSamples{turned(s.a), turned(s.b), s.n, s.m}
}

// excess is that of [inRounds], for so many values a side, and b higher by distance.
func (s ofSamples) excess(distance float64, na, nb int, tail float64) float64 {
	order := rankSum(na, nb).order(tail)
	if order == 0 {
		return math.Inf(-1)
	}
	n, m := float64(na), float64(nb)
	// Small samples are less noisy than what they come from; so much makes it right for
	// normal noise, by simulation.
	far := normalQuantile(tail) * (n + m) / (2 * n * m) // over the harmonic mean of n and m
	if distance /= 1 + 0.8*far*far; order == 1 {
		distance /= unanimous
	}
	var one, twoB, twoA float64 // chances: of B>A, of B>A and B'>A, of B>A and B>A'
	all := float64(len(s.a))
	below := 0
	for _, x := range s.a {
		for below < len(s.b) && s.b[below]+distance <= x {
			below++
		}
		chance := 1 - float64(below)/float64(len(s.b))
		one += chance / all
		twoB += chance * chance / all
	}
	below = 0
	for _, x := range s.b {
		for below < len(s.a) && s.a[below] < x+distance {
			below++
		}
		chance := float64(below) / all
		twoA += chance * chance / float64(len(s.b))
	}
	variance := n * m * (one*(1-one) + (m-1)*(twoB-one*one) + (n-1)*(twoA-one*one))
	return standard(n*m*(one-1)+float64(order)-0.5, variance)
}

// finds returns the smallest difference, up or down, that is found in nine of ten
// cases; NaN if none is.
func (s ofSamples) finds(tail float64) float64 {
	if rankSum(s.n, s.m).order(tail) == 0 {
		return math.NaN()
	}
	most := 4 * max(s.b[len(s.b)-1]-s.a[0], s.a[len(s.a)-1]-s.b[0])
	up, down := s, s.mirrored()
	return max(smallest(most, func(d float64) float64 { return up.excess(d, s.n, s.m, tail) }),
		smallest(most, func(d float64) float64 { return down.excess(d, s.n, s.m, tail) }))
}

// standard returns an excess in standard deviations; without any variance it is sure.
func standard(excess, variance float64) float64 {
	if variance <= 0 {
		return math.Copysign(math.Inf(1), excess)
	}
	return excess / math.Sqrt(variance)
}

// smallest returns the smallest distance, up to most, with an excess for nine of ten;
// NaN where no distance has, or where it is not finite.
func smallest(most float64, excess func(distance float64) float64) float64 {
	if most >= endless || !(excess(most) >= nineOfTen) {
		return math.NaN()
	}
	least, low, high := 0.0, excess(0), math.Inf(1)
	for step := range 40 {
		middle := (least + most) / 2
		if step%4 != 3 && !math.IsInf(low, 0) && !math.IsInf(high, 0) { // it is nearly linear
			middle = least + (most-least)*(nineOfTen-low)/(high-low)
		}
		z := excess(middle)
		switch {
		case math.Abs(z-nineOfTen) < 0.001 || most-least < most/1e6:
			return middle
		case z > nineOfTen:
			most, high = middle, z
		default:
			least, low = middle, z
		}
	}
	return most
}

// fewest returns the smallest number of rounds, or of values a side, with an excess for
// nine of ten; 0 where no number has.
func fewest(excess func(n int) float64) int {
	const most = 1 << 20
	n := 1 + sort.Search(most, func(n int) bool { return excess(n+1) >= nineOfTen })
	if n > most {
		return 0
	}
	return n
}

// noise is what the values of a comparison tell about how exact it was.
type noise struct {
	of     *Pair
	paired bool
	tail   float64 // at which it was tested whether the two differ
	reach  float64 // by more than this, as a logarithm
}

// Finds returns, where it was not decided, the smallest difference in either direction
// that so many values with this noise would have shown in nine of ten cases: 0.03
// where that is B = 1.03 A or A = 1.03 B. NaN where no difference would have been, or
// that is not known.
func (c *Comparison) Finds() float64 {
	d := math.NaN()
	switch n := c.noise; {
	case n.of == nil:
	case n.paired:
		d = newInRounds(logRatios(*n.of), math.Log(c.Ratio.Mid)).finds(len(n.of.A), n.tail)
	default:
		d = n.samples(c.Ratio.Mid).finds(n.tail)
	}
	return math.Expm1(c.noise.reach + d)
}

// Rounds returns how many rounds, or how many values a side, would decide about such a
// difference in nine of ten cases. 0 where that is more than a million, or not known,
// as of values so few that their ratio has no interval.
func (c *Comparison) Rounds(difference float64) int {
	n := c.noise
	distance := math.Abs(math.Log1p(difference) - n.reach)
	if n.of == nil || !c.Ratio.Known() || !positive(distance) || !positive(c.Ratio.Mid) {
		return 0
	}
	if n.paired {
		s := newInRounds(logRatios(*n.of), math.Log(c.Ratio.Mid))
		return fewest(func(rounds int) float64 { return s.excess(distance, rounds, n.tail) })
	}
	up := n.samples(c.Ratio.Mid)
	down := up.mirrored()
	return fewest(func(values int) float64 {
		return (up.excess(distance, values, values, n.tail) + down.excess(distance, values, values, n.tail)) / 2
	})
}

func (n *noise) samples(ratio float64) ofSamples {
	r := newRatios()
	r.set(*n.of)
	return newOfSamples(r.logA, r.logB, math.Log(ratio))
}
