package fit

import (
	"math"
	"math/rand/v2"
	"slices"

	"conpar/report/stats"
)

// Samples is throughputs by round.
type Samples struct {
	N []float64   // different ones
	X [][]float64 // by round, then as N; NaN, or a shorter row, where there is none
}

// Points returns all samples as points, for [Curves].
func (s Samples) Points() []Point {
	var points []Point
	for _, row := range s.X {
		for i, x := range row[:min(len(row), len(s.N))] {
			if !math.IsNaN(x) {
				points = append(points, Point{N: s.N[i], X: x})
			}
		}
	}
	return points
}

// column returns the throughputs with N[i], by round, NaN where there is none.
func (s Samples) column(i int) []float64 {
	column := make([]float64, len(s.X))
	for round, row := range s.X {
		column[round] = math.NaN()
		if i < len(row) {
			column[round] = row[i]
		}
	}
	return column
}

// Range is an interval, where there is one.
type Range struct {
	Lo, Hi float64
	Known  bool
}

// Spread is what [Bootstrap] returns.
type Spread struct {
	Lambda, Sigma, Kappa Range
	// Peak is of N*. It is not known where refits without a peak reach into the
	// interval, which then has no upper end.
	Peak   Range
	Rounds int // with any sample that can be fitted
	Refits int
	Failed int    // refits without a solution, left out of the intervals
	Why    string // why there are no intervals
}

// mostFailed is the share of refits without a solution above which the others
// say nothing.
const mostFailed = 0.05

// Bootstrap returns intervals of the curve that o names (its model, scale and
// bound), of the same estimates as [Curves] makes from s.Points(): percentiles
// over refits to rounds drawn with replacement (Efron, 1979).
//
// Whole rounds are drawn, for samples of one cell share more than their noise.
// And the percentiles are those of Hesterberg (2015, "expanded percentile
// interval"), because the plain ones of n rounds are too narrow by √((n−1)/n)
// and by what Student's t is wider than the normal distribution: 10 rounds
// would cover 90%, not 95%.
//
// The refits are free. With the bound, the intervals are cut at it and
// stretched to the bounded estimate, as those of [Curves] are: percentiles of
// bounded refits would cover σ in about 91% of cases when κ is 0.
//
// It takes at least [stats.MinForInterval] rounds. The same samples and options
// always give the same intervals.
func Bootstrap(s Samples, o Options) Spread {
	o = o.checked()
	b := newBooter(s, o)
	out := Spread{Rounds: b.rounds}
	switch {
	case len(b.whole.obs) < b.params:
		out.Why = "fewer different N than parameters"
		return out
	case b.rounds < stats.MinForInterval:
		out.Why = "too few rounds"
		return out
	}
	from := b.whole.solve(b.params, nil)
	if !from.converged {
		out.Why = string(NotConverged)
		return out
	}
	refits := b.run(&from.k)
	out.Refits, out.Failed = o.Refits, o.Refits-len(refits[0])
	if float64(out.Failed) > mostFailed*float64(o.Refits) {
		out.Why = "too many refits without solution"
		return out
	}
	n := float64(b.rounds)
	tail := normal(-math.Sqrt(n/(n-1)) * tQuantile((1+o.Level)/2, b.rounds-1))
	for i, r := range []*Range{&out.Lambda, &out.Sigma, &out.Kappa, &out.Peak} {
		*r = percentiles(refits[i], tail)
	}
	switch {
	case o.Model == Amdahl:
		out.Kappa, out.Peak = Range{}, Range{}
	case !o.Free:
		out.bound(b, from.k[2] < 0)
	}
	return out
}

// bound cuts the interval of κ at 0. Where it is held there, it stretches those
// of λ and σ to their estimates.
func (s *Spread) bound(b *booter, held bool) {
	s.Kappa.Lo, s.Kappa.Hi = max(s.Kappa.Lo, 0), max(s.Kappa.Hi, 0)
	if !held {
		return
	}
	amdahl := b.whole.solve(2, nil)
	if !amdahl.converged {
		s.Lambda, s.Sigma = Range{}, Range{}
		return
	}
	s.Lambda.stretch(b.whole.unit / amdahl.k[0])
	s.Sigma.stretch(amdahl.k[1] / amdahl.k[0])
}

func (r *Range) stretch(to float64) { r.Lo, r.Hi = min(r.Lo, to), max(r.Hi, to) }

// percentiles sorts values.
func percentiles(values []float64, tail float64) Range {
	slices.Sort(values)
	k := max(int(tail*float64(len(values)+1)), 1) - 1
	r := Range{Lo: values[k], Hi: values[len(values)-1-k]}
	r.Known = finite(r.Lo, r.Hi)
	if !r.Known {
		return Range{}
	}
	return r
}

// booter holds what all refits share.
type booter struct {
	o      Options
	params int
	rounds int
	whole  *system   // a mean by N, weighted by its samples
	y      []float64 // by round, then as whole.obs; NaN where there is none
	sum    []float64 // as whole.obs, of one refit
	count  []float64
}

// newBooter reduces the samples with each N to their mean on the scale of the
// fit, which has the same least squares.
func newBooter(s Samples, o Options) *booter {
	b := &booter{o: o, params: 3, whole: &system{on: o.On}}
	if o.Model == Amdahl {
		b.params = 2
	}
	var columns [][]float64
	var ns []float64
	usable := make([]bool, len(s.X))
	for i, n := range s.N {
		column, any := s.column(i), false
		for round, x := range column {
			if o.unfit(Point{N: n, X: x}) != "" {
				column[round] = math.NaN()
				continue
			}
			any, usable[round] = true, true
			b.whole.unit = max(b.whole.unit, x)
		}
		if any && !slices.Contains(ns, n) {
			ns, columns = append(ns, n), append(columns, column)
			b.whole.largest = max(b.whole.largest, n)
		}
	}
	for round, ok := range usable {
		if !ok {
			continue
		}
		b.rounds++
		for i, n := range ns {
			var one observation
			one.set(o.On, n, columns[i][round]/b.whole.unit, 1)
			b.y = append(b.y, one.y)
		}
	}
	b.whole.obs = make([]observation, len(ns))
	b.sum, b.count = make([]float64, len(ns)), make([]float64, len(ns))
	for i, n := range ns {
		b.whole.obs[i].set(o.On, n, 1, 1)
	}
	for round := range b.rounds {
		b.add(round)
	}
	b.fill(b.whole)
	return b
}

// add adds a round to the sums.
func (b *booter) add(round int) {
	for i, y := range b.y[round*len(b.sum):][:len(b.sum)] {
		if y == y { // not NaN
			b.sum[i] += y
			b.count[i]++
		}
	}
}

// fill makes s of the sums, and clears them. An N without a sample is left out.
func (b *booter) fill(s *system) {
	s.obs = s.obs[:0]
	for i := range b.sum {
		if b.count[i] > 0 {
			o := b.whole.obs[:len(b.sum)][i]
			o.y, o.w = b.sum[i]/b.count[i], b.count[i]
			if o.h = o.y / o.n; s.on == LnX {
				o.h = math.Exp(o.y)
			}
			s.obs = append(s.obs, o)
		}
		b.sum[i], b.count[i] = 0, 0
	}
}

// run returns λ, σ, κ and N* of the refits that have a solution.
func (b *booter) run(from *coefficients) [4][]float64 {
	var out [4][]float64
	for i := range out {
		out[i] = make([]float64, 0, b.o.Refits)
	}
	rng := rand.New(rand.NewPCG(b.o.Seed, 0))
	draw := &system{on: b.o.On, unit: b.whole.unit, obs: make([]observation, 0, len(b.sum))}
	for range b.o.Refits {
		for range b.rounds {
			b.add(rng.IntN(b.rounds))
		}
		b.fill(draw)
		if len(draw.obs) < b.params {
			continue
		}
		sol := draw.solve(b.params, from)
		if !sol.converged || sol.singular {
			continue
		}
		lambda, sigma, kappa := b.whole.unit/sol.k[0], sol.k[1]/sol.k[0], sol.k[2]/sol.k[0]
		if !finite(lambda, sigma, kappa) || !positive(sigma, kappa, b.whole.largest) {
			continue
		}
		for i, v := range []float64{lambda, sigma, kappa, peakOf(sigma, kappa)} {
			out[i] = append(out[i], v)
		}
	}
	return out
}

// peakOf returns N*, at least 1; infinite where throughput grows for ever.
func peakOf(sigma, kappa float64) float64 {
	if kappa <= 0 {
		return math.Inf(1)
	}
	return math.Sqrt(max((1-sigma)/kappa, 1))
}
