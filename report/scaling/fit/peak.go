package fit

import (
	"math"

	"conpar/report/stats"
)

// Peak is the number of processors with the largest throughput.
type Peak struct {
	N    stats.Interval // N* = √((1−σ)/κ); its lower end is at least 1
	Best int            // the best whole number
	// BestLo and BestHi are the interval of Best: the best whole numbers where N*
	// lies at the ends of its own.
	BestLo, BestHi int
	X              float64 // fitted throughput with Best
}

// A peak is looked for up to this many times the largest N that was measured,
// and claimed when its interval ends within so many times.
const (
	peakWithin     = 2
	intervalWithin = 4
)

// Past says whether n is surely beyond the peak, whether one is claimed or not.
func (l *Law) Past(n float64) bool {
	_, hi := l.peakInterval()
	return hi < n
}

// doubt returns what of [Law.Doubt] the solution itself gives reason for.
func (l *Law) doubt(singular bool) string {
	switch {
	case singular:
		return "unidentifiable"
	case !l.Solved:
		return "not converged"
	case l.Peak == nil && l.Sigma.Lo <= 0 && l.Sigma.Hi >= 1:
		return "unidentifiable"
	}
	return ""
}

// Above says whether the efficiency at n is surely above 1, and by more than 5%:
// the interval of σ(n−1) + κn(n−1) lies below 0, and growth up to a limit has no
// support beside the law. It needs two degrees of freedom: with one, chance brings the
// law close to all points.
func (l *Law) Above(n float64) bool {
	if !l.Sigma.Known() || l.DF < 2 || l.At(n) <= (2-stats.AsGood)*l.Lambda.Mid*n || l.Lack.bent > -noSupport {
		return false
	}
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
	p := Peak{
		N:    stats.Interval{Mid: n, Lo: lo, Hi: hi, N: l.Kappa.N},
		Best: bestWhole(n), BestLo: bestWhole(lo), BestHi: bestWhole(hi),
	}
	p.X = l.At(float64(p.Best))
	return &p
}

// bestWhole returns the whole number with the largest throughput where the peak
// is at n. n+1 does better than n as long as n(n+1) < (1−σ)/κ, which is N*²: put
// both into the law.
func bestWhole(n float64) int {
	best := math.Floor(n)
	if best*(best+1) < n*n {
		best++
	}
	return int(best)
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
