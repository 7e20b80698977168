package fit

import "conpar/report/stats"

// Throughput is that of a law with these parameters.
func Throughput(n, lambda, sigma, kappa float64) float64 {
	l := Law{Lambda: stats.Interval{Mid: lambda}, Sigma: stats.Interval{Mid: sigma}, Kappa: stats.Interval{Mid: kappa}}
	return l.At(n)
}

// Refit is [Bootstrap] with another number of refits.
var Refit = bootstrap

// Solver returns what is done in every refit, to count its allocations.
func Solver(points []Observation, on Scale, params int) (solve func() bool) {
	s := newSystem(points, on)
	return func() bool { return s.solve(params, nil).converged }
}

// PeakInterval is that of a law, whether a peak is claimed or not; NaN where it
// is not bounded.
func PeakInterval(l *Law) (lo, hi float64) { return l.peakInterval() }

// Covariance is that of σ and κ, and the quantile of the intervals.
func Covariance(l *Law) (ss, sk, kk, t float64) { return l.cov[1][1], l.cov[1][2], l.cov[2][2], l.t }

// TailOfF is tested against tables, which no fit gives directly.
var TailOfF = tailOfF
