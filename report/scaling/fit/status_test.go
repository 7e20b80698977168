package fit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

// Each status on both sides of what decides it. Points on a curve have an
// interval without width; of three points there is none.
func TestStatus(t *testing.T) {
	// with returns the curve whose efficiency with 16 is e.
	with := func(e float64) []fit.Observation { return on(law(100, (1/e-1)/15, 0), 1, 2, 4, 8, 16) }
	// gaining returns the curve whose best is x times λ.
	gaining := func(x float64) []fit.Observation { return on(law(100, (4/x-1)/3, 0), 1, 2, 3, 4) }
	for _, test := range []struct {
		name   string
		points []fit.Observation
		want   fit.Status
	}{
		{"ideal", with(1), fit.Linear},
		{"ideal, two", pairs(1, 100, 2, 200), fit.Linear},
		{"95.1%", with(.951), fit.Linear},
		{"94.9%", with(.949), fit.AmdahlLike},
		{"104.9%", with(1.049), fit.Linear},
		{"105.1%", with(1.051), fit.SuperLinear},
		{"105.1%, two", pairs(1, 100, 2, 210.2), fit.SuperLinear},
		{"above, unsure", pairs(1, 80, 2, 230, 4, 350, 8, 1200), fit.Linear},
		{"a power", on(func(n float64) float64 { return math.Pow(n, 1.2) }, 1, 2, 4, 8, 16), fit.SuperLinear},
		{"above, then falls", on(law(100, -.1, .02), 1, 2, 3, 4, 6, 8, 12, 16), fit.SuperLinear},

		{"flat", gaining(1), fit.DoesNotScale},
		{"flat, two", pairs(1, 100, 2, 100), fit.DoesNotScale},
		{"1.09", gaining(1.09), fit.DoesNotScale},
		{"1.11", gaining(1.11), fit.Saturated},
		{"worse and worse", on(law(100, .9, .3), 1, 2, 4, 8), fit.DoesNotScale},

		{"two", pairs(1, 100, 2, 180), fit.Unidentifiable},
		{"two, many times", pairs(1, 100, 1, 101, 2, 180, 2, 181), fit.Unidentifiable},
		{"noise", pairs(1, 100, 2, 310, 4, 160, 8, 390), fit.Unidentifiable},
		{"far from one", pairs(1e9-2, 1, 1e9-1, 1.1, 1e9, 1.2), fit.Unidentifiable},

		{"no positive throughput of one", pairs(2, 3, 4, 1.9), fit.NotConverged},
		{"no positive throughput between two", pairs(5, 1.6666662105, 5, 1.66666624, 36, 1.64091516, 57, 2.7753e-4), fit.NotConverged},

		{"Amdahl", on(law(100, .1, 0), 1, 2, 4, 8, 16), fit.AmdahlLike},
		{"half has 94%", pairs(1, 100, 2, 188, 4, 200), fit.AmdahlLike},
		{"half has 96%", pairs(1, 100, 2, 192, 4, 200), fit.Saturated},
		{"more than half has all", pairs(1, 100, 3, 200, 4, 200), fit.AmdahlLike},
		{"a limit", on(func(n float64) float64 { return 100 * min(n, 4) }, 1, 2, 4, 8, 16, 32), fit.Saturated},

		{"a peak", on(law(100, .05, .002), 1, 2, 4, 8, 16, 32), fit.Retrograde},
		{"a peak ahead", on(law(100, .05, .002), 1, 2, 4, 8, 16), fit.Retrograde},
		{"falls to 96%", pairs(1, 100, 3, 200, 4, 192), fit.AmdahlLike},
		{"falls to 94%", pairs(1, 100, 3, 200, 4, 188), fit.Retrograde},
		{"cisco", cisco, fit.Retrograde},
		{"specsdm91", specsdm91, fit.Retrograde},
	} {
		if got := fit.Laws(test.points, 0).Laws[0]; got.Status != test.want {
			t.Errorf("%s: %s, want %s: %+v", test.name, got.Status, test.want, got)
		}
	}
}

// A curve that is not to be used has no figures, and no peak.
func TestUnusable(t *testing.T) {
	between := find(t, fit.Laws(pairs(5, 1.6666662105, 5, 1.66666624, 36, 1.64091516, 57, 2.7753e-4), 0), fit.USL, fit.X, false)
	for _, c := range append(fit.Laws(pairs(2, 3, 4, 1.9), 0).Laws, between) {
		if c.Solved || c.Lambda != (stats.Interval{}) || c.Sigma != (stats.Interval{}) || c.Kappa != (stats.Interval{}) ||
			c.SSE != 0 || !math.IsNaN(c.AICc) || c.Peak != nil {
			t.Errorf("%+v", c)
		}
	}
}

// What a curve does that is not the chosen one is said of it, not of the points.
func TestStatusOfOtherCurves(t *testing.T) {
	limit := on(func(n float64) float64 { return 100 * min(n, 4) }, 1, 2, 4, 8, 16, 32)
	for _, test := range []struct {
		name   string
		points []fit.Observation
		model  fit.Model
		want   fit.Status
	}{
		{"f falls, the points do not", limit, fit.USL, fit.Saturated},
		{"the points fall, f does not", pairs(1, 100, 2, 190, 4, 348, 8, 593, 16, 914, 32, 850), fit.Amdahl, fit.Saturated},
		{"the points fall, f does", pairs(1, 100, 3, 200, 4, 188), fit.USL, fit.Retrograde},
		{"held at the bound, above but unsure", pairs(1, 97, 2, 213, 4, 422, 8, 971), fit.USL, fit.Linear},
		{"the same, without κ", pairs(1, 97, 2, 213, 4, 422, 8, 971), fit.Amdahl, fit.SuperLinear},
		{"above, σ and κ vary together", pairs(1, 98, 2, 199, 3, 311, 4, 438, 5, 560), fit.USL, fit.SuperLinear},
		{"a peak, but no N near 1", pairs(20, 680, 28, 667, 40, 680, 64, 659, 90, 620), fit.USL, fit.Retrograde},
	} {
		if c := find(t, fit.Laws(test.points, 0), test.model, fit.LnX, true); c.Status != test.want {
			t.Errorf("%s: %s, want %s: %+v", test.name, c.Status, test.want, c)
		}
	}
}

func TestPeak(t *testing.T) {
	peaked := law(100, .05, .002) // at 21.79
	for _, test := range []struct {
		name   string
		points []fit.Observation
		cpus   int
		best   int
	}{
		{"within", on(peaked, 1, 2, 4, 8, 16, 32), 0, 22},
		{"ahead", on(peaked, 1, 2, 4, 8, 12), 0, 22},
		{"too far ahead", on(peaked, 1, 2, 4, 8, 10), 0, 0},
		{"as many CPUs", on(peaked, 1, 2, 4, 8, 16), 22, 22},
		{"before the first", on(peaked, 22, 24, 32, 40), 0, 0},
		{"fewer CPUs", on(peaked, 1, 2, 4, 8, 16), 21, 0},
		{"Amdahl", on(law(100, .1, 0), 1, 2, 4, 8), 0, 0},
		{"one is best", on(law(100, .97, .1), 1, 2, 4, 8), 0, 0},
		{"no throughput on the way", on(law(100, -21./99, 1./99), 1, 2, 4, 8), 0, 0},
		{"three points", on(peaked, 1, 8, 32), 0, 0},
		{"no upper end", pairs(1, 101, 2, 190, 4, 343, 6, 443, 8, 541, 12, 600, 16, 759), 0, 0},
		{"upper end too far", pairs(1, 95, 2, 195, 4, 346, 6, 442, 8, 570, 12, 669, 16, 717), 0, 0},
	} {
		r := fit.Laws(test.points, test.cpus)
		c := find(t, r, fit.USL, fit.LnX, true)
		if test.name == "Amdahl" {
			c = find(t, r, fit.Amdahl, fit.LnX, true)
		}
		if (c.Peak == nil) != (test.best == 0) || c.Peak != nil && c.Peak.Best != test.best {
			t.Errorf("%s: %+v, want %d", test.name, c.Peak, test.best)
		}
	}
}

// The ends of the interval of N* are where Fieller's theorem puts them: 1−σ−ρκ,
// with ρ the square, is as far from 0 as the quantile times its standard error.
func TestPeakInterval(t *testing.T) {
	for _, points := range [][]fit.Observation{cisco, specsdm91, bending} {
		c := find(t, fit.Laws(points, 0), fit.USL, fit.LnX, true)
		lo, hi := fit.PeakInterval(&c)
		if !(lo < c.Peak.N.Mid && c.Peak.N.Mid < hi) {
			t.Errorf("[%v, %v] around %+v", lo, hi, c.Peak)
		}
		ss, sk, kk, quantile := fit.Covariance(&c)
		for _, end := range []float64{lo, hi} {
			rho := end * end
			difference := 1 - c.Sigma.Mid - rho*c.Kappa.Mid
			if want := quantile * math.Sqrt(ss+2*rho*sk+rho*rho*kk); !near(math.Abs(difference), want, 1e-6) {
				t.Errorf("at %v: %v, want %v", end, difference, want)
			}
		}
	}
}

// The best whole number is that of trying all, which rounding N* down, or to
// the nearest, is not.
func TestBestIsBest(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	up, notNearest := 0, 0
	for range 3000 {
		f := law(100, .5*rng.Float64(), math.Exp(-2-4*rng.Float64()))
		c := fit.Laws(on(f, 1, 2, 4, 8, 16, 32), 0).Laws[0]
		if c.Peak == nil {
			continue
		}
		best := 1
		for n := 2; n <= 64; n++ {
			if c.At(float64(n)) > c.At(float64(best)) {
				best = n
			}
		}
		if c.Peak.Best != best || c.Peak.X != c.At(float64(best)) {
			t.Fatalf("best %d of peak %v, want %d", c.Peak.Best, c.Peak.N, best)
		}
		if c.Peak.Best > int(c.Peak.N.Mid) {
			up++
		}
		if c.Peak.Best != int(math.Round(c.Peak.N.Mid)) {
			notNearest++
		}
	}
	if up == 0 || notNearest == 0 {
		t.Errorf("rounded up %d times, other than the nearest %d times", up, notNearest)
	}
}
