package fit

import (
	"math"
	"slices"

	"conpar/report/stats"
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
	// claimed; or there are only two different N, and the law is not one of the
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

// Peak is the number of processors with the largest throughput.
type Peak struct {
	N    stats.Interval // N* = √((1−σ)/κ); its lower end is at least 1
	Best int            // the best whole number, found by evaluating
	X    float64        // fitted throughput there
}

// A peak is looked for up to this many times the largest N that was measured,
// and claimed when its interval ends within so many times.
const (
	peakWithin     = 2
	intervalWithin = 4
)

// status returns what l is like within what was measured.
func (l *Law) status(m measured, singular bool) Status {
	if singular {
		return Unidentifiable
	}
	if !l.Solved {
		return NotConverged
	}
	if l.Peak == nil && l.Sigma.Lo <= 0 && l.Sigma.Hi >= 1 {
		return Unidentifiable
	}
	fitted := make([]float64, len(m.n))
	least, above := math.Inf(1), false
	for i, n := range m.n {
		fitted[i] = l.At(n)
		efficiency := fitted[i] / (l.Lambda.Mid * n)
		least = min(least, efficiency)
		above = above || efficiency > 2-stats.AsGood && l.surelyAbove(n)
	}
	switch {
	case slices.Max(fitted) < stats.CountsAsGain*l.Lambda.Mid:
		return DoesNotScale
	case above:
		return SuperLinear
	case least >= stats.AsGood:
		return Linear
	case len(m.n) < 3:
		return Unidentifiable
	case l.Peak != nil || falls(fitted) && falls(m.x):
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
		if v < stats.AsGood*best {
			return true
		}
	}
	return false
}

func (m measured) saturated() bool {
	for i, n := range m.n {
		if 2*n <= m.largest() && m.x[i] >= stats.AsGood*slices.Max(m.x) {
			return true
		}
	}
	return false
}

// surelyAbove says whether the interval of the efficiency at n lies above 1:
// that of σ(n−1) + κn(n−1) lies below 0.
func (l *Law) surelyAbove(n float64) bool {
	u, v := n-1, n*(n-1)
	variance := u*u*l.cov[1][1] + 2*u*v*l.cov[1][2] + v*v*l.cov[2][2]
	return l.Sigma.Mid*u+l.Kappa.Mid*v+l.t*math.Sqrt(max(variance, 0)) < 0
}

// peak returns the peak, or nil where none is claimed. A peak has a bounded
// interval, which ends within 4 × the largest N. It lies between the smallest N
// and 2 × the largest, or the CPUs that there are. On the way to there the law
// has a positive throughput.
func (l *Law) peak(m measured, cpus int) *Peak {
	largest := m.largest()
	square := (1 - l.Sigma.Mid) / l.Kappa.Mid
	if !l.Solved || !(l.Kappa.Mid > 0) || !(square > 1) || !positive(l.Sigma.Mid, l.Kappa.Mid, peakWithin*largest) {
		return nil
	}
	n := math.Sqrt(square)
	lo, hi := l.peakInterval()
	lo, hi = min(lo, n), max(hi, n) // they may be off by rounding
	if !(hi <= intervalWithin*largest) || n > peakWithin*largest || n < m.n[0] || cpus > 0 && n > float64(cpus) {
		return nil
	}
	// The best is within the limits that the peak is within, as those are whole
	// numbers.
	best := math.Floor(n)
	if l.At(best+1) > l.At(best) {
		best++
	}
	return &Peak{N: stats.Interval{Mid: n, Lo: lo, Hi: hi, N: l.Kappa.N}, Best: int(best), X: l.At(best)}
}

// peakInterval returns the interval of N* by Fieller's theorem (1954) on
// (1−σ)/κ: the values ρ for which 1−σ−ρκ does not differ from 0. It is bounded
// only if the interval of κ excludes 0, and NaN if not.
func (l *Law) peakInterval() (lo, hi float64) {
	t2 := l.t * l.t
	top, bottom := 1-l.Sigma.Mid, l.Kappa.Mid
	a := bottom*bottom - t2*l.cov[2][2]
	b := top*bottom + t2*l.cov[1][2]
	d := top*top - t2*l.cov[1][1]
	if !(a > 0) || !l.Kappa.Known() {
		return math.NaN(), math.NaN()
	}
	half := math.Sqrt(max(b*b-a*d, 0))
	return math.Sqrt(max((b-half)/a, 1)), math.Sqrt(max((b+half)/a, 1))
}
