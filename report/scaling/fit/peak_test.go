package fit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

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

// thrice returns three samples of each N, 1% apart.
func thrice(f func(n float64) float64, ns ...float64) []fit.Observation {
	var points []fit.Observation
	for _, by := range []float64{.99, 1, 1.01} {
		points = append(points, on(func(n float64) float64 { return by * f(n) }, ns...)...)
	}
	return points
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
		{"above all that three N tell", thrice(peaked, 4, 8, 16), 0, 0},
		{"below what three N tell", thrice(peaked, 1, 22, 64), 0, 22},
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
		if n := math.Sqrt((1 - c.Sigma.Mid) / c.Kappa.Mid); !(lo < n && n < hi) || c.Past(lo) || !c.Past(hi*1.001) {
			t.Errorf("[%v, %v] around %v", lo, hi, n)
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
