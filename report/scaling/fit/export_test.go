package fit

// TQuantile is tested against a table, which no curve gives directly.
var TQuantile = tQuantile

// Solver returns what is done in every refit, to count its allocations.
func Solver(points []Point, on Scale, params int) (solve func() bool) {
	s := newSystem(points, on)
	return func() bool { return s.solve(params, nil).converged }
}

// PeakInterval is that of a curve, whether a peak is claimed or not.
func PeakInterval(c *Curve) (lo, hi float64, bounded bool) { return c.peakInterval() }

// Covariance is that of σ and κ, and the quantile of the intervals.
func Covariance(c *Curve) (ss, sk, kk, t float64) { return c.cov[1][1], c.cov[1][2], c.cov[2][2], c.t }
