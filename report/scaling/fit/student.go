package fit

import "math"

// student is the distribution of Student's t with df degrees of freedom
// (Abramowitz and Stegun, 1964, 26.7.3 and 26.7.4: a finite sum where df is a
// whole number).
func student(t float64, df int) float64 {
	theta := math.Atan2(t, math.Sqrt(float64(df)))
	sin, cos := math.Sincos(theta)
	term, sum := 1.0, 0.0
	for power := df % 2; power <= df-2; power += 2 {
		switch {
		case power == 1:
			term = cos
		case power > 1:
			term *= cos * cos * float64(power-1) / float64(power)
		}
		sum += term
	}
	if df%2 == 0 {
		return 0.5 + sin*sum/2
	}
	return 0.5 + (theta+sin*sum)/math.Pi
}

// TQuantile returns the quantile of Student's t for p above 1/2, by Newton's
// steps from the normal quantile. That is smaller, so that they approach it from
// one side.
func TQuantile(p float64, df int) float64 {
	x, n := -math.Sqrt2*math.Erfcinv(2*p), float64(df)
	if df == 1 { // too heavy a tail for Newton
		return math.Tan(math.Pi * (p - 0.5))
	}
	top, _ := math.Lgamma((n + 1) / 2)
	bottom, _ := math.Lgamma(n / 2)
	scale := math.Exp(top-bottom) / math.Sqrt(n*math.Pi)
	for range 100 {
		step := (p - student(x, df)) / (scale * math.Pow(1+x*x/n, -(n+1)/2))
		x += step
		if math.Abs(step) <= 1e-12*x {
			break
		}
	}
	return x
}
