// Package fit fits laws of scalability to throughputs, and says how far the
// fits can be trusted.
//
// Its model is a list of [Point], a throughput X with N processors (or
// workers), of which [Curves] fits the Universal Scalability Law and Amdahl's,
// or a table of [Samples], rounds × N, which [Bootstrap] fits again and again.
// [Rows] gives the figures that need no law: speed-up, efficiency and the
// serial fraction. It knows no file, benchmark or unit, it neither formats nor
// draws, and it predicts nothing beyond twice the largest N.
//
// A sweep of goroutines over a fixed number of processors follows none of these
// laws: see the package above for its knee.
package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"conpar/report/stats"
)

// Throughput returns what n processors do by the Universal Scalability Law
// (Gunther, 1993; Guerrilla Capacity Planning, 2007, chapter 6):
//
//	X(n) = λn / (1 + σ(n−1) + κn(n−1))
//
// λ is the throughput with one; σ is what waits for what is shared
// (contention); κ is what is exchanged between every two (coherence). With κ=0
// it is Amdahl's law (1967), whose limit is λ/σ, and with σ=0 too it is the
// ideal λn.
func Throughput(n, lambda, sigma, kappa float64) float64 {
	return lambda * n / (1 + sigma*(n-1) + kappa*n*(n-1))
}

// Model is a law.
type Model string

const (
	Amdahl Model = "amdahl"
	USL    Model = "usl" // the Universal Scalability Law
)

// Scale is that of the residuals.
type Scale string

const (
	// LnX is for noise that is a share of the throughput, as that of
	// benchmarks is, and what an empty Scale means.
	LnX Scale = "lnx"
	// X is for noise that is equally large at every N, and for what others
	// published: large throughputs count most.
	X Scale = "x"
)

// Point is a throughput that was measured. Several with the same N are samples
// of it.
type Point struct {
	N      float64 // processors: a whole number from 1 on
	X      float64 // throughput: positive, in any unit
	Weight float64 // of its squared residual; 0 stands for 1
}

// Options are what a fit takes. The zero value is ready to use.
type Options struct {
	On     Scale   // on which scale the chosen curve is fitted; LnX by default
	Free   bool    // choose among the curves in which κ may be negative
	Level  float64 // of the intervals, above 0 and up to 0.9999; 0 stands for 0.95
	CPUs   int     // how many there are: points with more are left out. 0 unknown
	Model  Model   // of [Bootstrap]; USL by default
	Refits int     // of [Bootstrap]; 0 stands for 2000
	Seed   uint64  // of [Bootstrap]
}

// LeftOut is a point that no curve was fitted to.
type LeftOut struct {
	Point Point
	Why   string
}

// Result is what [Curves] returns. None of its figures is ever NaN or infinite.
type Result struct {
	// Curves are all that the points allow, the chosen one first: two laws,
	// each on both scales, bounded and free.
	Curves  []Curve
	Points  []Point // that were fitted, by ascending N
	LeftOut []LeftOut
	Note    string // what so few different N cannot say; "" for four and more
}

// Param is a parameter of a curve.
type Param struct {
	Value float64
	// SE is the standard error, and Lo to Hi the interval, of Student's t with
	// the degrees of freedom that the points leave. They are known where there
	// is at least one. They suppose that the noise of one point tells nothing of
	// another's: where samples share it, see [Bootstrap].
	SE, Lo, Hi float64
	Known      bool
}

// Curve is a law fitted to points by least squares.
type Curve struct {
	Model   Model
	On      Scale
	Bounded bool // κ ≥ 0; σ may be negative either way, which is super-linear

	// Solved says that the figures below mean something. They are 0 otherwise.
	Solved               bool
	Lambda, Sigma, Kappa Param
	// KappaHeld says that κ, fitted freely, would be negative: it is held at 0,
	// and the intervals are those of the free curve.
	KappaHeld bool

	SSE       float64   // weighted sum of squared residuals, in units of On
	Residuals []float64 // measured − fitted, in units of On, by [Result.Points]
	DF        int       // degrees of freedom: points less parameters
	// AICc is Akaike's criterion as Hurvich and Tsai (1989) corrected it for
	// few points: smaller is better, between curves on the same scale. It is
	// known from two points more than parameters, with the variance among them.
	AICc      float64
	AICcKnown bool

	Status  Status
	Peak    *Peak  // nil where none is claimed
	PeakWhy string // why none is

	cov [3][3]float64 // of λ, σ, κ; zero where not Known
	t   float64       // quantile of the intervals
}

// At returns the fitted throughput with n processors.
func (c *Curve) At(n float64) float64 {
	return Throughput(n, c.Lambda.Value, c.Sigma.Value, c.Kappa.Value)
}

// Points beyond these are no throughputs and no numbers of processors, and
// their squares would leave the range of float64.
const (
	largestN = 1e9
	largestX = 1e60
)

// Curves fits Amdahl's law and the USL to points by least squares, on ln X and
// on X, with κ ≥ 0 and free.
//
// Of three different N on it fits both laws, of two only Amdahl's, of one
// nothing; the note says what that means. The chosen curve is on the scale and
// with the bound that o asks for. Of the two laws it is the USL if that has the
// smaller AICc, or if the interval of κ excludes 0, or, with three points, which
// have no interval, if κ is positive. The interval has a say because with fewer
// than ten points AICc asks for more than it: for F = 26 of seven points, where
// the level of 95% is at 8; and with fewer than six for the impossible. A curve
// without solution is never preferred to one with.
//
// It panics when the level is out of range, or the scale or the model is none.
func Curves(points []Point, o Options) Result {
	o = o.checked()
	r := Result{}
	for _, p := range points {
		if why := o.unfit(p); why != "" {
			r.LeftOut = append(r.LeftOut, LeftOut{p, why})
			continue
		}
		if p.Weight == 0 {
			p.Weight = 1
		}
		r.Points = append(r.Points, p)
	}
	slices.SortStableFunc(r.Points, func(a, b Point) int { return cmp.Compare(a.N, b.N) })
	m := means(r.Points)
	r.Note = note(len(m.n))
	if len(m.n) < 2 {
		return r
	}
	other := X
	if o.On == X {
		other = LnX
	}
	r.Curves = append(o.curves(r.Points, m, o.On), o.curves(r.Points, m, other)...)
	return r
}

// mostLevel is as far as a number of refits could go.
const mostLevel = 0.9999

func (o Options) checked() Options {
	o.On = cmp.Or(o.On, LnX)
	o.Level = cmp.Or(o.Level, stats.Confidence)
	o.Model = cmp.Or(o.Model, USL)
	o.Refits = cmp.Or(o.Refits, 2000)
	if !(o.Level > 0 && o.Level <= mostLevel) || o.On != X && o.On != LnX || o.Model != Amdahl && o.Model != USL || o.Refits < 1 {
		panic(fmt.Sprintf("fit: options %+v", o))
	}
	return o
}

// unfit says why p cannot be fitted; "" if it can.
func (o Options) unfit(p Point) string {
	switch {
	case !(p.N >= 1):
		return "N below 1"
	case p.N > largestN:
		return "N above any number of processors"
	case p.N != math.Trunc(p.N):
		return "N is not a whole number"
	case o.CPUs > 0 && p.N > float64(o.CPUs):
		return fmt.Sprintf("N above the %d CPUs available", o.CPUs)
	case math.IsNaN(p.X):
		return "no throughput"
	case p.X <= 0:
		return "throughput not positive"
	case p.X > largestX || p.X < 1/largestX:
		return "throughput out of range"
	case !(p.Weight >= 0) || p.Weight > largestX || p.Weight > 0 && p.Weight < 1/largestX:
		return "weight out of range"
	}
	return ""
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

func means(points []Point) measured {
	var m measured
	for start, end := 0, 0; start < len(points); start = end {
		sum, weight := 0.0, 0.0
		for end = start; end < len(points) && points[end].N == points[start].N; end++ {
			sum += points[end].Weight * points[end].X
			weight += points[end].Weight
		}
		m.n = append(m.n, points[start].N)
		m.x = append(m.x, sum/weight)
	}
	return m
}

func (m measured) largest() float64 { return m.n[len(m.n)-1] }

// curves fits all laws on one scale, the chosen one first.
//
// Where the free fit has a negative κ, the bounded one lies on its bound, and
// is Amdahl's. Amdahl's law has no κ to bound: its curve is listed as bounded
// and as free, so that whoever looks for either finds it.
func (o Options) curves(points []Point, m measured, on Scale) []Curve {
	s := newSystem(points, on)
	amdahl := o.curve(s, Amdahl, m)
	if len(m.n) < 3 {
		return both(amdahl, o.Free)
	}
	free := o.curve(s, USL, m)
	bounded := free
	bounded.Bounded = true
	if free.Solved && free.Kappa.Value < 0 {
		bounded = amdahl
		bounded.hold(&free, m)
	}
	laws := []Curve{bounded, free}
	chosen := bounded
	if o.Free {
		laws, chosen = []Curve{free, bounded}, free
	}
	if preferUSL(&chosen, &amdahl, s) {
		return append(laws, both(amdahl, o.Free)...)
	}
	return append(both(amdahl, o.Free), laws...)
}

// hold makes c, which is Amdahl's, the curve of the USL on the bound of κ.
//
// Its intervals are those of the free curve, cut at the bound and stretched to
// the estimate. Those that Amdahl's law has suppose that κ is 0; where it is a
// little above, and held by chance, they cover σ in 80 to 90% of cases for 95.
func (c *Curve) hold(free *Curve, m measured) {
	c.Model, c.Bounded, c.KappaHeld = USL, true, true
	c.cov, c.t, c.DF = free.cov, free.t, free.DF
	for _, p := range []struct{ to, from *Param }{{&c.Lambda, &free.Lambda}, {&c.Sigma, &free.Sigma}, {&c.Kappa, &free.Kappa}} {
		value := p.to.Value
		*p.to = *p.from
		p.to.Value = value
		if p.to.Known {
			p.to.Lo, p.to.Hi = min(p.to.Lo, value), max(p.to.Hi, value)
		}
	}
	c.Kappa.Lo = 0
	if c.Solved {
		c.Status = c.status(m, false)
	}
}

func both(amdahl Curve, free bool) []Curve {
	one, other := amdahl, amdahl
	one.Bounded, other.Bounded = !free, free
	return []Curve{one, other}
}

// preferUSL says whether the USL is chosen over Amdahl's law.
func preferUSL(law, amdahl *Curve, s *system) bool {
	switch {
	case !law.Solved || law.KappaHeld || !amdahl.Solved:
		return law.Solved && !law.KappaHeld
	case amdahl.SSE <= s.exact:
		return false
	case law.AICcKnown && law.AICc < amdahl.AICc:
		return true
	case law.Kappa.Known:
		return law.Kappa.Lo > 0 || law.Kappa.Hi < 0
	}
	return law.DF == 0 && law.Kappa.Value > 0
}

// curve fits one law, with κ free if it has one.
func (o Options) curve(s *system, law Model, m measured) Curve {
	c := Curve{Model: law, On: s.on}
	params := 2
	if law == USL {
		params = 3
	}
	c.DF = len(s.obs) - params
	sol := s.solve(params, nil)
	if c.Solved = sol.converged && c.take(s, sol, params, o.Level); !c.Solved {
		c = Curve{Model: law, On: s.on, DF: c.DF}
	}
	c.findPeak(m, o.CPUs)
	c.Status = c.status(m, sol.singular)
	return c
}
