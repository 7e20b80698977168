// Package fit fits laws of scalability to throughputs, and says how far the
// fits can be trusted.
//
// Its model is a list of [Observation], a throughput X with N processors (or
// workers, or tasks in flight). [Laws] fits the Universal Scalability Law and
// Amdahl's law to it, and refuses a law that misses what was measured. [Bootstrap] takes a table of [Samples], rounds × N, and fits a law again and
// again. The package knows no file, benchmark or unit. It neither formats nor
// draws, and it predicts nothing beyond twice the largest N.
//
// A sweep of goroutines over a fixed number of processors follows none of these
// laws: see the package above for its knee.
package fit

import (
	"cmp"
	"math"
	"slices"

	"conpar/report/stats"
)

// Model is a law of scalability.
type Model string

const (
	Amdahl Model = "amdahl"
	USL    Model = "usl" // the Universal Scalability Law
)

// parameters is how many parameters a model has.
func (m Model) parameters() int {
	if m == Amdahl {
		return 2
	}
	return 3
}

// Scale is that of the residuals.
type Scale string

const (
	LnX Scale = "lnx" // for noise that is a fraction of the throughput, as that of benchmarks is
	// For noise that is equally large at every N, and for published fits: large throughputs count most.
	X Scale = "x"
)

// Observation is a measured throughput. Several with the same N are samples
// of it.
type Observation struct {
	N float64 // processors, or other things: above 0, and it need not be whole
	X float64 // throughput: positive, in any unit
}

// Result is what [Laws] returns.
type Result struct {
	// Laws are all that the points allow, the chosen one first: two models,
	// each on both scales, bounded and free.
	Laws    []Law
	Points  []Observation // that were fitted, by ascending N
	LeftOut []Observation // that were not: beyond the CPUs, or no throughputs
	Note    string        // what so few different N cannot say; "" for four and more
}

// Law is a model fitted to points by least squares.
type Law struct {
	Model   Model
	On      Scale
	Bounded bool // κ ≥ 0; σ may be negative either way, which is super-linear

	// Solved says that the figures below mean something.
	Solved bool
	// The intervals are those of Student's t with the degrees of freedom that
	// the points leave. They are known where there is at least one. They assume
	// that the noise of different points is independent: where samples share
	// it, see [Bootstrap].
	Lambda, Sigma, Kappa stats.Interval
	// KappaHeld says that κ, fitted freely, would be negative: it is held at 0,
	// and the intervals are those of the free law.
	KappaHeld bool

	SSE float64 // sum of squared residuals, in units of On
	DF  int     // degrees of freedom: points less parameters
	// AICc is Akaike's criterion as Hurvich and Tsai (1989) corrected it for
	// few points: smaller is better, between laws on the same scale. The
	// variance counts as a parameter. NaN below two points more than those.
	AICc float64

	Lack LackOfFit // how far the samples contradict the law
	// Doubt says why the law is not to be used; "" where it may be:
	//   - "not converged": least squares have no solution that is finite and
	//     positive, or it was not reached; there are no figures
	//   - "unidentifiable": the points do not determine the parameters. Either the
	//     matrix of the fit is singular; or the interval of σ holds both 0 and 1, so
	//     that anything between ideal and no scaling would do, and no peak is claimed
	//   - "refused": it misses what was measured; see [LackOfFit]
	Doubt string
	Peak  *Peak // nil where none is claimed

	cov [3][3]float64 // of λ, σ, κ; zero where there are no intervals
	t   float64       // quantile of the intervals
}

// At returns what n processors do by the Universal Scalability Law (Gunther,
// 1993; Guerrilla Capacity Planning, 2007, chapter 6):
//
//	X(n) = λn / (1 + σ(n−1) + κn(n−1))
//
// λ is the throughput with one; σ is the cost of waiting for what is shared
// (contention); κ is that of exchange between every two (coherence). With κ=0
// it is Amdahl's law (1967), whose limit is λ/σ, and with σ=0 too it is the
// ideal λn.
func (l *Law) At(n float64) float64 {
	return l.Lambda.Mid * n / (1 + l.Sigma.Mid*(n-1) + l.Kappa.Mid*n*(n-1))
}

// Points beyond these are no throughputs and no numbers of processors, and
// their squares would leave the range of float64.
const (
	smallestN = 1e-3
	largestN  = 1e9
	largestX  = 1e60
)

// usable says whether p can be fitted. With 0 CPUs their number is unknown.
func (p Observation) usable(cpus int) bool {
	return p.N >= smallestN && p.N <= largestN && (cpus == 0 || p.N <= float64(cpus)) &&
		p.X >= 1/largestX && p.X <= largestX
}

// Laws fits Amdahl's law and the USL to points by least squares, on ln X and
// on X, with κ ≥ 0 and free. Points beyond the CPUs are left out; 0 CPUs are
// an unknown number.
//
// Three different N allow both models, two allow Amdahl's law, and one allows
// nothing; the note says what that means. The chosen law is on ln X, with κ ≥ 0.
// Of the two models it is the USL if that has the smaller AICc, or if the
// interval of κ excludes 0, or, with three points, which have no interval, if κ
// is positive. The interval has a say because AICc asks for more than the
// interval does with fewer than ten points, and for the impossible with fewer
// than six: of seven points it asks for F = 26, where the level of 95% is at 8.
// A law without solution is never preferred to one with. The chosen law may be
// refused all the same: see [Law.Doubt].
func Laws(points []Observation, cpus int) Result {
	var r Result
	for _, p := range points {
		if p.usable(cpus) {
			r.Points = append(r.Points, p)
		} else {
			r.LeftOut = append(r.LeftOut, p)
		}
	}
	slices.SortStableFunc(r.Points, func(a, b Observation) int { return cmp.Compare(a.N, b.N) })
	m := means(r.Points)
	r.Note = note(len(m.n))
	if len(m.n) > 1 {
		r.Laws = append(laws(r.Points, m, cpus, LnX), laws(r.Points, m, cpus, X)...)
	}
	return r
}

func note(distinct int) string {
	switch distinct {
	case 0:
		return "no point to fit"
	case 1:
		return "one N: no curve"
	case 2:
		return "two N: contention (σ) alone and coherence (κ) alone fit equally exactly"
	case 3:
		return "three N: the USL has as many parameters, so nothing checks it"
	}
	return ""
}

// measured is the mean throughput by N, ascending.
type measured struct{ n, x []float64 }

func means(points []Observation) measured {
	var m measured
	for start, end := 0, 0; start < len(points); start = end {
		sum := 0.0
		for end = start; end < len(points) && points[end].N == points[start].N; end++ {
			sum += points[end].X
		}
		m.n = append(m.n, points[start].N)
		m.x = append(m.x, sum/float64(end-start))
	}
	return m
}

func (m measured) largest() float64 { return m.n[len(m.n)-1] }

// laws fits all models on one scale, the chosen one first.
//
// Where the free fit has a negative κ, the bounded one lies on its bound, and
// is Amdahl's. Amdahl's law has no κ to bound: it is listed as bounded and as
// free, so that a reader finds it as either.
func laws(points []Observation, m measured, cpus int, on Scale) []Law {
	s := newSystem(points, on)
	free := newLaw(s, Amdahl, m, cpus)
	amdahl := free
	amdahl.Bounded = true
	both := []Law{amdahl, free}
	if len(m.n) < 3 {
		both[0].test(s, m)
		both[1].test(s, m)
		return both
	}
	free = newLaw(s, USL, m, cpus)
	usl := free
	if free.Solved && free.Kappa.Mid < 0 {
		usl = amdahl
		usl.hold(&free)
	}
	usl.Bounded = true
	for _, l := range []*Law{&amdahl, &both[0], &both[1], &usl, &free} {
		l.test(s, m)
	}
	if preferUSL(&usl, &amdahl, s) {
		return append([]Law{usl, free}, both...)
	}
	return append(both, usl, free)
}

// hold makes l, which is Amdahl's, the USL on the bound of κ.
//
// Its intervals are those of the free law, cut at the bound and stretched to
// the estimate. The intervals of Amdahl's law assume that κ is 0. Where κ is a
// little above, and held by chance, they cover σ in 80 to 90% of cases for 95.
func (l *Law) hold(free *Law) {
	l.Model, l.KappaHeld = USL, true
	l.cov, l.t, l.DF = free.cov, free.t, free.DF
	for _, p := range []struct{ to, from *stats.Interval }{{&l.Lambda, &free.Lambda}, {&l.Sigma, &free.Sigma},
		{&l.Kappa, &free.Kappa}} {
		p.to.Lo, p.to.Hi = min(p.from.Lo, p.to.Mid), max(p.from.Hi, p.to.Mid)
	}
	l.Kappa.Lo = max(l.Kappa.Lo, 0)
	if l.Solved {
		l.Doubt = l.doubt(false)
	}
}

// preferUSL says whether the USL is chosen over Amdahl's law.
func preferUSL(usl, amdahl *Law, s *system) bool {
	switch {
	case !usl.Solved || usl.KappaHeld || !amdahl.Solved:
		return usl.Solved && !usl.KappaHeld
	case amdahl.SSE <= s.exact:
		return false
	case usl.AICc < amdahl.AICc: // not where it is unknown
		return true
	case usl.Kappa.Known():
		return usl.Kappa.Lo > 0 || usl.Kappa.Hi < 0
	}
	return usl.DF == 0 && usl.Kappa.Mid > 0
}

// newLaw fits one model, with κ free if it has one.
func newLaw(s *system, model Model, m measured, cpus int) Law {
	empty := Law{Model: model, On: s.on, DF: len(s.obs) - model.parameters(), AICc: math.NaN()}
	l := empty
	sol := s.solve(model.parameters(), nil)
	if l.Solved = sol.converged && l.take(s, sol); !l.Solved {
		l = empty
	}
	l.Peak = l.peak(m, cpus)
	l.Doubt = l.doubt(sol.singular)
	return l
}
