package fit

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/mathx"

	"conpar/report/stats"
)

// LackOfFit is how far samples contradict a law: the F test for lack of fit
// against pure error (N. Draper and H. Smith, Applied Regression Analysis, 1998,
// section 2.1). Pure error is the scatter of samples with the same N, which no
// law explains. The test is approximate, because the laws are not linear in their
// parameters.
type LackOfFit struct {
	// F is the mean square by which the means of each N miss the law, over the
	// pure error. P is how often chance alone misses by as much. Both are NaN where
	// nothing tests the law: no N has two samples, or there are no more N than
	// parameters.
	F, P     float64
	DF, Pure int     // degrees of freedom of the two mean squares
	Miss     float64 // of the mean that misses most, as a fraction of the law: 0.06 is 6% above it
	At       float64 // the N of that mean
	// Limited says that growth in proportion up to a limit follows the points far more
	// closely than the law does, where no N has two samples that would test it: the
	// criterion of Akaike differs by more than 10, which leaves a law essentially no
	// support (K. Burnham and D. Anderson, Model Selection, 2002, section 2.6).
	Limited bool

	// By how much the criterion of Akaike prefers such growth to the law; of fits of
	// ln X, else 0.
	bent float64
}

// Tested says whether there is a test.
func (l LackOfFit) Tested() bool { return !math.IsNaN(l.P) }

// smallMiss is a miss that a law is not refused for, however surely it misses: what
// it says of the points is right within 2%.
const smallMiss = 0.02

// mostFreedom bounds the degrees of freedom that the tail of F is computed for. More
// of them change it by less than a hundredth.
const mostFreedom = 2000

// test fills in Lack. It refuses a law that misses what was measured, and takes
// back a peak that nothing but an untested law tells of.
func (l *Law) test(s *system, m measured) {
	l.Lack = LackOfFit{F: math.NaN(), P: math.NaN()}
	if !l.Solved {
		return
	}
	params := l.Model.parameters()
	if l.KappaHeld {
		params-- // it is Amdahl's law
	}
	sse, pure := 0.0, 0.0
	for i := 0; i < len(s.obs); {
		mean, n := 0.0, s.obs[i].n
		from := i
		for ; i < len(s.obs) && s.obs[i].n == n; i++ {
			mean += s.obs[i].y
		}
		mean /= float64(i - from)
		fitted := l.At(n) / s.unit
		miss := mean/fitted - 1
		if s.on == LnX {
			fitted = math.Log(fitted / n)
			miss = math.Exp(mean-fitted) - 1
		}
		if math.Abs(miss) > math.Abs(l.Lack.Miss) {
			l.Lack.Miss, l.Lack.At = miss, n
		}
		for _, o := range s.obs[from:i] {
			pure += (o.y - mean) * (o.y - mean)
			sse += (o.y - fitted) * (o.y - fitted)
		}
	}
	l.Lack.DF, l.Lack.Pure = max(len(m.n)-params, 0), len(s.obs)-len(m.n)
	if l.Lack.DF > 0 && l.Lack.Pure > 0 {
		if sse -= pure; sse <= s.exact/s.square() {
			sse = 0
		}
		l.Lack.F = sse / float64(l.Lack.DF) / (pure / float64(l.Lack.Pure))
		l.Lack.P = tailOfF(l.Lack.F, l.Lack.DF, l.Lack.Pure)
	}
	if s.on == LnX {
		l.Lack.bent = l.againstLimit(m)
		l.Lack.Limited = l.Lack.Pure == 0 && l.Lack.DF > 0 && l.Lack.bent > noSupport
	}
	if l.Doubt == "" && l.misses(m) {
		l.Doubt = "refused"
	}
	if l.Doubt == "refused" || l.Peak != nil && !l.foretells(m) {
		l.Peak = nil
	}
}

// misses says whether the samples refuse the law.
func (l *Law) misses(m measured) bool {
	return l.Lack.P < 1-stats.Confidence && math.Abs(l.Lack.Miss) > smallMiss || l.Lack.Limited ||
		l.Lack.DF == 0 && l.exceeds(m)
}

// exceeds says whether the law has an efficiency above 1.05, at an N that was
// measured, or contention below -0.05, which makes for one, though no measured one is
// above that of the smallest N by as much. A law that has as many parameters as there
// are N can do so, as nothing holds it.
func (l *Law) exceeds(m measured) bool {
	law, seen := l.Sigma.Mid < stats.AsGood-1, false
	for i, n := range m.n {
		law = law || l.At(n) > (2-stats.AsGood)*l.Lambda.Mid*n
		seen = seen || m.x[i]/n > (2-stats.AsGood)*m.x[0]/m.n[0]
	}
	return law && !seen
}

// noSupport is the difference of Akaike's criterion beyond which the worse of two
// laws has no support.
const noSupport = 10

// againstLimit returns Akaike's criterion of the law less that of growth in
// proportion up to a limit, which has two parameters.
func (l *Law) againstLimit(m measured) float64 {
	n, exact := float64(len(m.n)), float64(len(m.n))*rounding*rounding
	return n*math.Log(max(m.missed(l.At), exact)/max(m.limited(), exact)) + 2*float64(l.Model.parameters()-2)
}

// foretells says whether the law may tell of its peak: it is not above all that
// was measured; or the law was tested, and growth up to a limit, which has no peak,
// has no support beside it. An untested law must have points to spare, too, and
// follow them closely: its peak is above them by less than it misses them, or it
// misses by next to nothing.
func (l *Law) foretells(m measured) bool {
	above := l.Peak.X/m.most() - 1
	switch miss := math.Abs(l.Lack.Miss); {
	case above <= 0:
		return true
	case l.Lack.DF == 0 || l.On == LnX && above > smallMiss && l.Lack.bent > -noSupport:
		return false
	case l.Lack.Tested():
		return true
	case l.Lack.DF == 1:
		return false // chance brings the law close to all points
	default:
		return above <= max(miss, rounding) || miss <= smallMiss
	}
}

// tailOfF returns how often F is larger with these degrees of freedom, above and
// below the fraction.
func tailOfF(f float64, above, below int) float64 {
	switch a, b := float64(min(above, mostFreedom)), float64(min(below, mostFreedom)); {
	case math.IsNaN(f): // no scatter, and no miss
		return 1
	case math.IsInf(f, 1):
		return 0
	default:
		return mathx.BetaInc(b/(b+a*f), b/2, a/2)
	}
}

// missed returns the sum of squares of ln X by which a curve misses the means.
func (m measured) missed(curve func(n float64) float64) float64 {
	sum := 0.0
	for i, n := range m.n {
		off := math.Log(m.x[i] / curve(n))
		sum += off * off
	}
	return sum
}

// bendsWithin is how far off its place, as a fraction, such a curve may bend: by noise.
const bendsWithin = 0.8

// limited returns the sum of squares of the best curve that grows in proportion
// and then stays at a limit, min(λN, C), with two points at least on either part.
// It has a parameter fewer than the USL. It is infinite where no such curve bends
// between its parts.
func (m measured) limited() float64 {
	var grows, stays moments // of ln X/N before the bend, of ln X from it on
	for _, x := range m.x {
		stays.add(math.Log(x), 1)
	}
	least := math.Inf(1)
	for i, n := range m.n {
		if i >= 2 && i+2 <= len(m.n) {
			bend := math.Exp(stays.mean() - grows.mean()) // C/λ
			if bend >= bendsWithin*m.n[i-1] && bendsWithin*bend <= n {
				least = min(least, grows.squares()+stays.squares())
			}
		}
		grows.add(math.Log(m.x[i]/n), 1)
		stays.add(math.Log(m.x[i]), -1)
	}
	return least
}

// moments are the count, the sum and the sum of squares of some numbers.
type moments struct{ n, sum, square float64 }

func (m *moments) add(v, times float64) {
	m.n, m.sum, m.square = m.n+times, m.sum+times*v, m.square+times*v*v
}

func (m *moments) mean() float64 { return m.sum / m.n }

// squares returns the sum of the squared distances from the mean.
func (m *moments) squares() float64 { return max(m.square-m.sum*m.sum/m.n, 0) }

func (m measured) most() float64 { return slices.Max(m.x) }
