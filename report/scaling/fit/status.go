package fit

import (
	"fmt"
	"math"
	"slices"
)

// Status says in a word what a curve is like, within the N that were measured.
//
// It is the first of these that holds, in this order. f is the fitted curve,
// f(N)/(λN) its efficiency.
type Status string

const (
	// NotConverged: least squares have no solution that is finite and positive,
	// or it was not reached. No figure of the curve is to be used.
	NotConverged Status = "not converged"

	// Unidentifiable: the points do not determine the parameters. Either the
	// matrix of the fit is singular; or the interval of σ holds both 0 and 1,
	// so that anything between ideal and no scaling would do, and no peak is
	// claimed; or there are only two different N, and the curve is none of the
	// next three.
	Unidentifiable Status = "unidentifiable"

	// DoesNotScale: f reaches 1.1 λ at no N that was measured.
	DoesNotScale Status = "does not scale"

	// SuperLinear: the efficiency is above 1.05 at some N that was measured,
	// and, where there is an interval, that of the efficiency lies above 1
	// there.
	SuperLinear Status = "super-linear"

	// Linear: the efficiency is at least 0.95 at every N that was measured.
	Linear Status = "linear"

	// Retrograde: throughput falls again. Either a peak is claimed; or both f and
	// what was measured fall, between N that were measured, to less than 0.95 of
	// their largest values before.
	Retrograde Status = "retrograde"

	// Saturated: half of the largest N, or less, had 0.95 of the largest
	// throughput that was measured. What was measured, because neither law can
	// follow a limit that is met at once.
	Saturated Status = "saturated"

	// AmdahlLike: f grows, slower and slower, to the end.
	AmdahlLike Status = "Amdahl-like"
)

// A gain counts from 10% on, and within 5% of the best is as good as the best,
// as everywhere in the report. Both were fixed before any run.
const (
	gains  = 1.1
	asGood = 0.95
)

// Peak is the number of processors with the largest throughput.
type Peak struct {
	N      float64 // N* = √((1−σ)/κ)
	Lo, Hi float64 // its interval; Lo is at least 1
	Best   int     // the best whole number, found by evaluating
	X      float64 // fitted throughput there
}

// A peak is looked for up to this many times the largest N that was measured,
// and claimed when its interval ends within so many times.
const (
	peakWithin     = 2
	intervalWithin = 4
)

// status returns what c is like within what was measured.
func (c *Curve) status(m measured, singular bool) Status {
	if singular {
		return Unidentifiable
	}
	if !c.Solved {
		return NotConverged
	}
	if c.Peak == nil && c.Sigma.Known && c.Sigma.Lo <= 0 && c.Sigma.Hi >= 1 {
		return Unidentifiable
	}
	fitted := make([]float64, len(m.n))
	least, above := math.Inf(1), false
	for i, n := range m.n {
		fitted[i] = c.At(n)
		efficiency := fitted[i] / (c.Lambda.Value * n)
		least = min(least, efficiency)
		above = above || efficiency > 2-asGood && c.surelyAbove(n)
	}
	switch {
	case slices.Max(fitted) < gains*c.Lambda.Value:
		return DoesNotScale
	case above:
		return SuperLinear
	case least >= asGood:
		return Linear
	case len(m.n) < 3:
		return Unidentifiable
	case c.Peak != nil || falls(fitted) && falls(m.x):
		return Retrograde
	case m.saturated():
		return Saturated
	}
	return AmdahlLike
}

// falls says whether a throughput falls below what is as good as the largest
// before it.
func falls(x []float64) bool {
	best := 0.0
	for _, v := range x {
		best = max(best, v)
		if v < asGood*best {
			return true
		}
	}
	return false
}

func (m measured) saturated() bool {
	for i, n := range m.n {
		if 2*n <= m.largest() && m.x[i] >= asGood*slices.Max(m.x) {
			return true
		}
	}
	return false
}

// surelyAbove says whether the interval of the efficiency at n lies above 1:
// that of σ(n−1) + κn(n−1) lies below 0.
func (c *Curve) surelyAbove(n float64) bool {
	u, v := n-1, n*(n-1)
	variance := u*u*c.cov[1][1] + 2*u*v*c.cov[1][2] + v*v*c.cov[2][2]
	return c.Sigma.Value*u+c.Kappa.Value*v+c.t*math.Sqrt(max(variance, 0)) < 0
}

// findPeak claims a peak, or says why there is none. A peak has a bounded
// interval, which ends within 4 × the largest N, and lies between the smallest
// N and 2 × the largest, or the CPUs that there are.
func (c *Curve) findPeak(m measured, cpus int) {
	largest := m.largest()
	if !c.Solved {
		c.PeakWhy = string(NotConverged)
		return
	}
	square := (1 - c.Sigma.Value) / c.Kappa.Value
	switch {
	case !(c.Kappa.Value > 0):
		c.PeakWhy = "the curve has none"
		return
	case !(square > 1):
		c.PeakWhy = "one is best"
		return
	case !positive(c.Sigma.Value, c.Kappa.Value, peakWithin*largest):
		c.PeakWhy = "the curve has no positive throughput on the way"
		return
	case !c.Kappa.Known:
		c.PeakWhy = "no interval: as many parameters as points"
		return
	}
	p := Peak{N: math.Sqrt(square)}
	var bounded bool
	p.Lo, p.Hi, bounded = c.peakInterval()
	p.Lo, p.Hi = min(p.Lo, p.N), max(p.Hi, p.N) // they may be off by rounding
	switch {
	case !bounded:
		c.PeakWhy = "its interval has no upper end"
	case p.Hi > intervalWithin*largest:
		c.PeakWhy = fmt.Sprintf("its interval ends beyond %d times the largest N", intervalWithin)
	case p.N > peakWithin*largest:
		c.PeakWhy = fmt.Sprintf("it lies beyond %d times the largest N", peakWithin)
	case p.N < m.n[0]:
		c.PeakWhy = "it lies below the smallest N"
	case cpus > 0 && p.N > float64(cpus):
		c.PeakWhy = fmt.Sprintf("it lies beyond the %d CPUs available", cpus)
	default:
		p.Best, p.X = c.best(p.N)
		c.Peak = &p
	}
}

// best returns the whole number next to the peak with the larger throughput. It
// is within the limits that the peak is within, as they are whole numbers.
func (c *Curve) best(peak float64) (int, float64) {
	n := math.Floor(peak)
	x := c.At(n)
	if above := c.At(n + 1); above > x {
		n, x = n+1, above
	}
	return int(n), x
}

// peakInterval returns the interval of N* by Fieller's theorem (1954) on
// (1−σ)/κ: the values ρ for which 1−σ−ρκ does not differ from 0. It is bounded
// only if the interval of κ excludes 0.
func (c *Curve) peakInterval() (lo, hi float64, bounded bool) {
	t2 := c.t * c.t
	top, bottom := 1-c.Sigma.Value, c.Kappa.Value
	a := bottom*bottom - t2*c.cov[2][2]
	b := top*bottom + t2*c.cov[1][2]
	d := top*top - t2*c.cov[1][1]
	if !(a > 0) {
		return 0, 0, false
	}
	half := math.Sqrt(max(b*b-a*d, 0))
	hi = math.Sqrt(max((b+half)/a, 1))
	lo = math.Sqrt(max((b-half)/a, 1))
	return lo, hi, finite(lo, hi)
}
