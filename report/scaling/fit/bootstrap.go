package fit

import (
	"math"
	"math/rand/v2"
	"slices"

	"conpar/report/stats"
)

// Samples are throughputs by round.
type Samples struct {
	N []float64   // different ones
	X [][]float64 // by round, then as N; NaN where one lacks
}

// Points returns all samples as points, for [Laws].
func (s Samples) Points() []Observation {
	var points []Observation
	for _, row := range s.X {
		for i, x := range row {
			if !math.IsNaN(x) {
				points = append(points, Observation{s.N[i], x})
			}
		}
	}
	return points
}

// Spread is what [Bootstrap] returns.
type Spread struct{ Lambda, Sigma, Kappa stats.Interval }

// refits is how many a [Bootstrap] makes.
const refits = 2000

// mostFailed is the fraction of refits without a solution above which the
// others say nothing.
const mostFailed = 0.05

// Bootstrap returns intervals of the law that [Laws] fits to s.Points() on ln X
// with κ ≥ 0: percentiles over refits to rounds drawn with replacement (Efron,
// 1979). They are NaN where they are not known: it takes at least
// [stats.MinForInterval] rounds, a fit that converges, and refits that do.
//
// Whole rounds are drawn, because samples of one cell share more than their
// noise. The percentiles are those of Hesterberg (2015, "expanded percentile
// interval"). The plain ones of n rounds are too narrow by √((n−1)/n), and by
// what Student's t is wider than the normal distribution: 10 rounds would cover
// 90%, not 95%.
//
// The refits are free. The intervals are cut at the bound of κ and stretched to
// the bounded estimate, as those of [Laws] are. Percentiles of bounded refits
// would cover σ in about 91% of cases when κ is 0.
//
// The same samples always give the same intervals.
func Bootstrap(s Samples, model Model, cpus int) Spread { return bootstrap(s, model, cpus, refits) }

func bootstrap(s Samples, model Model, cpus, refits int) Spread {
	none := stats.MedianInterval(nil)
	out := Spread{none, none, none}
	b := newBooter(s, cpus, model.parameters())
	if len(b.whole.obs) < b.params || len(b.y) < stats.MinForInterval {
		return out
	}
	from := b.whole.solve(b.params, nil)
	if !from.converged {
		return out
	}
	estimate, held := from, b.params == 3 && from.k[2] < 0
	if held {
		if estimate = b.whole.solve(2, nil); !estimate.converged {
			return out
		}
	}
	values := b.run(&from.k, refits)
	if float64(refits-len(values[0])) > mostFailed*float64(refits) {
		return out
	}
	n := float64(len(b.y))
	tail := math.Erfc(math.Sqrt(n/(n-1))*TQuantile((1+stats.Confidence)/2, len(b.y)-1)/math.Sqrt2) / 2
	for i, to := range []*stats.Interval{&out.Lambda, &out.Sigma, &out.Kappa}[:b.params] {
		*to = percentiles(values[i], tail)
		to.Mid, to.N = estimate.k.parameters(b.whole.unit)[i], len(b.y)
		if held {
			to.Lo, to.Hi = min(to.Lo, to.Mid), max(to.Hi, to.Mid)
		}
	}
	out.Kappa.Lo, out.Kappa.Hi = max(out.Kappa.Lo, 0), max(out.Kappa.Hi, 0)
	return out
}

// percentiles sorts values.
func percentiles(values []float64, tail float64) stats.Interval {
	slices.Sort(values)
	k := max(int(tail*float64(len(values)+1)), 1) - 1
	return stats.Interval{Lo: values[k], Hi: values[len(values)-1-k]}
}

// booter holds what all refits share. The samples of each N are reduced to
// their mean on the scale of the fit, which has the same least squares.
type booter struct {
	params int
	n      []float64
	y      [][]float64 // by round that has any, then as n: ln(X/N), NaN where one lacks
	whole  *system     // a mean by N, weighted by its samples
	sum    []float64   // as n, of one refit
	count  []float64
}

func newBooter(s Samples, cpus, params int) *booter {
	b := &booter{params: params, n: s.N, sum: make([]float64, len(s.N)), count: make([]float64, len(s.N)),
		whole: &system{on: LnX}}
	for _, p := range s.Points() {
		if p.usable(cpus) {
			b.whole.unit, b.whole.largest = max(b.whole.unit, p.X), max(b.whole.largest, p.N)
		}
	}
	for _, row := range s.X {
		y, any := make([]float64, len(row)), false
		for i, x := range row {
			if y[i] = math.NaN(); (Observation{s.N[i], x}).usable(cpus) {
				y[i], any = math.Log(x/b.whole.unit/s.N[i]), true
			}
		}
		if any {
			b.y = append(b.y, y)
			b.add(len(b.y) - 1)
		}
	}
	b.fill(b.whole)
	return b
}

// add adds a round to the sums.
func (b *booter) add(round int) {
	for i, y := range b.y[round] {
		if !math.IsNaN(y) {
			b.sum[i] += y
			b.count[i]++
		}
	}
}

// fill makes s of the sums, and clears them. An N without a sample is left out.
func (b *booter) fill(s *system) {
	s.obs = s.obs[:0]
	for i, n := range b.n {
		if b.count[i] > 0 {
			y := b.sum[i] / b.count[i]
			s.obs = append(s.obs, observation{n: n, u: n - 1, v: n * (n - 1), y: y, h: math.Exp(y), w: b.count[i]})
		}
		b.sum[i], b.count[i] = 0, 0
	}
}

// run returns λ, σ and κ of the refits that have a solution.
func (b *booter) run(from *coefficients, refits int) [3][]float64 {
	var out [3][]float64
	for i := range out {
		out[i] = make([]float64, 0, refits)
	}
	rng := rand.New(rand.NewPCG(0, 0))
	draw := &system{on: LnX, unit: b.whole.unit, obs: make([]observation, 0, len(b.n))}
	for range refits {
		for range b.y {
			b.add(rng.IntN(len(b.y)))
		}
		b.fill(draw)
		if len(draw.obs) < b.params {
			continue
		}
		sol := draw.solve(b.params, from)
		if !sol.converged || sol.singular {
			continue
		}
		p := sol.k.parameters(b.whole.unit)
		if !finite(p[:]...) || !positive(p[1], p[2], b.whole.largest) {
			continue
		}
		for i, v := range p {
			out[i] = append(out[i], v)
		}
	}
	return out
}
