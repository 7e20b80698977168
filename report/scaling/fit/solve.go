package fit

import (
	"math"

	"conpar/report/stats"
)

// A curve is solved for the coefficients of
//
//	N/X = a + b(N−1) + cN(N−1),    λ = 1/a, σ = b/a, κ = c/a
//
// in which the model of both X and ln X has simple derivatives, and from which
// the start comes in closed form.
type coefficients [3]float64

// observation is a point with what the loop would otherwise compute again and
// again.
type observation struct {
	n, u, v float64 // N, N−1, N(N−1)
	y       float64 // X, or ln(X/N), to be fitted
	h       float64 // X/N
	w       float64
}

// system is the points of a fit.
type system struct {
	on      Scale
	unit    float64 // of X: the largest
	largest float64 // N
	obs     []observation
	exact   float64 // a sum of squares that is nothing but rounding
}

// square is what the squares of residuals are in: the unit of X, or none.
func (s *system) square() float64 {
	if s.on == X {
		return s.unit * s.unit
	}
	return 1
}

// rounding is how far a residual may be off, as a fraction of the throughput, for
// the fit to count as exact.
const rounding = 1e-9

func newSystem(points []Observation, on Scale) *system {
	s := &system{on: on, obs: make([]observation, len(points))}
	for _, p := range points {
		s.unit, s.largest = max(s.unit, p.X), max(s.largest, p.N)
	}
	for i, p := range points {
		x := p.X / s.unit
		o := observation{n: p.N, u: p.N - 1, v: p.N * (p.N - 1), y: x, h: x / p.N, w: 1}
		off := p.X * rounding
		if on == LnX {
			o.y, off = math.Log(o.h), rounding
		}
		s.obs[i] = o
		s.exact += off * off
	}
	return s
}

// equations are those of a step: a symmetric matrix, as its upper
// triangle, and J'Wr.
type equations struct {
	sse                    float64
	aa, ab, ac, bb, bc, cc float64
	ga, gb, gc             float64
}

// add adds a point, whose model has the derivatives slope × (1, u, v).
func (e *equations) add(o *observation, weight, slope, residual float64) {
	e.sse += o.w * residual * residual
	e.aa += weight
	e.ab += weight * o.u
	e.ac += weight * o.v
	e.bb += weight * o.u * o.u
	e.bc += weight * o.u * o.v
	e.cc += weight * o.v * o.v
	g := o.w * slope * residual
	e.ga += g
	e.gb += g * o.u
	e.gc += g * o.v
}

// matrix is which one the equations have.
type matrix int

const (
	gaussNewton matrix = iota // J'WJ, which the standard errors come from
	newton                    // the second derivatives as well
)

// leastCurved keeps the matrix of second derivatives positive definite: a point
// far above the curve bends the other way, and counts at least as this share of
// its part in J'WJ.
const leastCurved = 0.1

// at returns the equations at k. It is not ok where the law has no positive
// throughput for a point, or for one processor.
//
// The second derivatives cost next to nothing here. Without them the steps
// overshoot to and fro for hundreds of rounds where a law fits badly, such as
// Amdahl's to a throughput that falls again.
func (s *system) at(k coefficients, m matrix) (e equations, ok bool) {
	if !(k[0] > 0) {
		return e, false
	}
	for i := range s.obs {
		o := &s.obs[i]
		q := k[0] + k[1]*o.u + k[2]*o.v
		if !(q > 0) {
			return e, false
		}
		slope, residual, curve := -1/q, 0.0, 0.0
		if s.on == LnX {
			residual = o.y + math.Log(q)
			curve = slope * slope
		} else {
			f := o.n / q
			residual = o.y - f
			curve = 2 * f * slope * slope
			slope *= f
		}
		weight := slope * slope
		if m == newton {
			weight = max(weight-residual*curve, leastCurved*weight)
		}
		e.add(o, o.w*weight, slope, residual)
	}
	return e, !math.IsNaN(e.sse) && !math.IsInf(e.sse, 0)
}

// start returns the weighted linear fit of N/X with as many coefficients as
// give a law that is positive everywhere. The weights (X/N)² make it a fit of
// the relative deviations, near enough to either scale.
func (s *system) start(params int) coefficients {
	var e equations
	for i := range s.obs {
		o := &s.obs[i]
		e.add(o, o.w*o.h*o.h, o.h, 1)
	}
	for p := params; p > 1; p-- {
		if k, ok := e.solve(p, 0); ok {
			if _, ok := s.at(k, newton); ok {
				return k
			}
		}
	}
	return coefficients{e.ga / e.aa, 0, 0}
}

// root is the Cholesky root of the matrix whose diagonal was scaled to 1, as
// Marquardt did, with 1+damping instead; and the scale.
type root struct {
	sa, sb, sc             float64
	aa, ba, ca, bb, cb, cc float64
}

// singular is the smallest share of a column's length that the columns before
// it must leave.
const singular = 1e-7

// factor returns the root for so many parameters, if the matrix has one.
func (e *equations) factor(params int, damping float64) (r root, ok bool) {
	r.sa, r.sb = 1/math.Sqrt(e.aa), 1/math.Sqrt(e.bb)
	d := 1 + damping
	r.aa = math.Sqrt(d)
	r.ba = e.ab * r.sa * r.sb / r.aa
	r.bb = math.Sqrt(d - r.ba*r.ba)
	if !(r.bb > singular) || math.IsInf(r.sa, 0) || math.IsInf(r.sb, 0) {
		return r, false
	}
	if params < 3 {
		r.cc = 1 // and sc is 0: what is in c is left alone
		return r, true
	}
	r.sc = 1 / math.Sqrt(e.cc)
	r.ca = e.ac * r.sa * r.sc / r.aa
	r.cb = (e.bc*r.sb*r.sc - r.ca*r.ba) / r.bb
	r.cc = math.Sqrt(d - r.ca*r.ca - r.cb*r.cb)
	return r, r.cc > singular && !math.IsInf(r.sc, 0)
}

// solve returns the step of Levenberg (1944) and Marquardt (1963).
func (e *equations) solve(params int, damping float64) (coefficients, bool) {
	r, ok := e.factor(params, damping)
	if !ok {
		return coefficients{}, false
	}
	return r.solve(e.ga, e.gb, e.gc), true
}

func (r *root) solve(a, b, c float64) coefficients {
	ya := a * r.sa / r.aa
	yb := (b*r.sb - r.ba*ya) / r.bb
	yc := (c*r.sc - r.ca*ya - r.cb*yb) / r.cc
	zc := yc / r.cc
	zb := (yb - r.cb*zc) / r.bb
	za := (ya - r.ba*zb - r.ca*zc) / r.aa
	return coefficients{za * r.sa, zb * r.sb, zc * r.sc}
}

// solution is where the loop ended.
type solution struct {
	k                   coefficients
	e                   equations
	converged, singular bool
}

const (
	steps       = 200
	leastDamp   = 1e-9
	mostDamp    = 1e12
	converged   = 1e-11 // largest change of a fitted throughput, as a share
	onlyRounded = 1e-7  // changes below move the sum of squares by less than its rounding
)

// solve minimises the sum of squares by the method of Levenberg and Marquardt,
// from the given start or its own. It has converged when a step that is hardly
// damped changes no fitted throughput by more than a tiny share.
//
// Its end is decided on the steps, not on the sum of squares, which is flat to
// rounding long before κ has its last digits.
func (s *system) solve(params int, from *coefficients) solution {
	var sol solution
	if from != nil {
		sol.k = *from
	} else {
		sol.k = s.start(params)
	}
	var ok bool
	if sol.e, ok = s.at(sol.k, newton); !ok {
		return sol
	}
	damping, last := 1e-4, math.Inf(1)
	for range steps {
		step, ok := sol.e.solve(params, damping)
		size := math.Inf(1)
		var k coefficients
		var e equations
		if ok {
			size = s.change(&sol.k, &step)
			k = coefficients{sol.k[0] + step[0], sol.k[1] + step[1], sol.k[2] + step[2]}
			e, ok = s.at(k, newton)
		}
		tiny := size < onlyRounded && damping <= 1
		switch {
		case ok && (e.sse < sol.e.sse || tiny && size < last/2):
			sol.k, sol.e = k, e
			damping = max(damping/10, leastDamp)
		case tiny:
			sol.converged = true // the steps have become rounding themselves
		default:
			damping = damping * 10
		}
		if last = size; sol.converged || tiny && size <= converged {
			sol.converged = true
			break
		}
		if damping > mostDamp {
			break
		}
	}
	sol.e, _ = s.at(sol.k, gaussNewton)
	_, ok = sol.e.factor(params, 0)
	sol.singular = !ok
	return sol
}

// change returns the largest relative change that step makes to a fitted
// throughput, that of one processor included.
func (s *system) change(k, step *coefficients) float64 {
	most := math.Abs(step[0] / k[0])
	for i := range s.obs {
		o := &s.obs[i]
		most = max(most, math.Abs((step[0]+step[1]*o.u+step[2]*o.v)/(k[0]+k[1]*o.u+k[2]*o.v)))
	}
	return most
}

// parameters returns λ, σ and κ.
func (k coefficients) parameters(unit float64) [3]float64 {
	return [3]float64{unit / k[0], k[1] / k[0], k[2] / k[0]}
}

// take fills in the figures of l from a solution. It is not ok where one of
// them would not be finite, nor where throughput would not be positive.
func (l *Law) take(s *system, sol solution) bool {
	l.SSE = sol.e.sse * s.square()
	n, p := float64(len(s.obs)), float64(l.Model.parameters()+1)
	if n > p+1 {
		l.AICc = n*math.Log(max(l.SSE, s.exact)/n) + 2*p + 2*p*(p+1)/(n-p-1)
	}
	root, known := sol.e.factor(l.Model.parameters(), 0)
	if known = known && l.DF > 0; known {
		l.covariance(&root, s, sol)
	}
	ok := finite(l.SSE) && !math.IsInf(l.AICc, 0)
	for i, to := range []*stats.Interval{&l.Lambda, &l.Sigma, &l.Kappa} {
		*to = stats.Interval{Mid: sol.k.parameters(s.unit)[i], Lo: math.NaN(), Hi: math.NaN(), N: len(s.obs)}
		if known && i < l.Model.parameters() {
			half := l.t * math.Sqrt(max(l.cov[i][i], 0))
			to.Lo, to.Hi = to.Mid-half, to.Mid+half
			ok = ok && finite(to.Lo, to.Hi)
		}
		ok = ok && finite(to.Mid)
	}
	return ok && positive(l.Sigma.Mid, l.Kappa.Mid, s.largest)
}

// covariance fills in the covariance of the parameters, from s²(J'WJ)⁻¹ by the
// delta method, and the quantile.
func (l *Law) covariance(r *root, s *system, sol solution) {
	inverse := [3]coefficients{r.solve(1, 0, 0), r.solve(0, 1, 0), r.solve(0, 0, 1)}
	a, b, k := sol.k[0], sol.k[1], sol.k[2]
	// Derivatives of λ, σ, κ by a, b, c.
	to := [3][3]float64{{-s.unit / (a * a), 0, 0}, {-b / (a * a), 1 / a, 0}, {-k / (a * a), 0, 1 / a}}
	variance := sol.e.sse / float64(l.DF)
	for i := range to {
		for j := range to {
			sum := 0.0
			for m := range to {
				for n := range to {
					sum += to[i][m] * inverse[n][m] * to[j][n]
				}
			}
			l.cov[i][j] = variance * sum
		}
	}
	l.t = TQuantile((1+stats.Confidence)/2, l.DF)
}

// positive says whether a law has a positive throughput with any number of
// processors from 1 to largest. The fit sees to it for those that were measured.
func positive(sigma, kappa, largest float64) bool {
	lowest := largest // N where the denominator is
	if kappa > 0 {
		lowest = min(max((kappa-sigma)/(2*kappa), 1), largest)
	}
	return 1+sigma*(lowest-1)+kappa*lowest*(lowest-1) > 0
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
