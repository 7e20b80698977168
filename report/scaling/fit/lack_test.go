package fit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/scaling/fit"
)

// The tail of F is that of published tables of its quantiles.
func TestTailOfF(t *testing.T) {
	for _, tt := range []struct {
		f            float64
		above, below int
		want         float64
	}{
		{161.4476, 1, 1, .05}, {18.5128, 1, 2, .05}, {4.9646, 1, 10, .05}, {4.1028, 2, 10, .05}, {3.0984, 3, 20, .05}, {5.0503, 5, 5, .05},
		{5.3903, 2, 30, .01}, {6.6349, 1, 1e6, .01}, {2.7055, 1, 1e6, .10}, {0, 2, 5, 1}, {inf, 2, 5, 0}, {nan, 2, 5, 1},
	} {
		if got := fit.TailOfF(tt.f, tt.above, tt.below); math.Abs(got-tt.want) > .01*tt.want+1e-9 {
			t.Errorf("F(%d, %d) above %v: %v, want %v", tt.above, tt.below, tt.f, got, tt.want)
		}
	}
}

// sampled returns so many samples of each N, with noise that is a fraction.
func sampled(rng *rand.Rand, f func(n float64) float64, samples int, noise float64, ns ...float64) []fit.Observation {
	var points []fit.Observation
	for range samples {
		for _, p := range on(f, ns...) {
			points = append(points, fit.Observation{N: p.N, X: p.X * math.Exp(noise*rng.NormFloat64())})
		}
	}
	return points
}

// p is below 5% in about 5% of cases where the law is true, and nearly always where
// it is not: for growth up to a limit that is met at once.
func TestLackOfFitIsCalibrated(t *testing.T) {
	limit := func(n float64) float64 { return 100 * min(n, 8) }
	stairs := func(n float64) float64 { return 100 * math.Exp2(.8*math.Floor(math.Log2(n)*2/3)) }
	ns := []float64{1, 2, 4, 8, 16, 32}
	for _, tt := range []struct {
		name     string
		truth    func(float64) float64
		samples  int
		noise    float64
		from, to float64 // the fraction of P < 5%
		refused  float64 // at least, or, below 0, at most
	}{
		{"the USL", law(100, .05, .002), 8, .01, .03, .07, -.07},
		{"the USL, noisy", law(100, .05, .002), 8, .05, .03, .07, -.07},
		{"the USL, two samples", law(100, .05, .002), 2, .02, .02, .08, -.08},
		{"Amdahl's law", law(100, .1, 0), 8, .01, .03, .08, -.08},
		{"linear", law(100, 0, 0), 8, .01, .03, .08, -.08},
		{"a limit", limit, 8, .01, .99, 1, .99},
		{"a limit, 3 samples", limit, 3, .02, .9, 1, .9},
		{"stairs", stairs, 8, .01, .99, 1, .99},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 4))
			const trials = 1000
			low, refused := 0., 0.
			for range trials {
				c := fit.Laws(sampled(rng, tt.truth, tt.samples, tt.noise, ns...), 0).Laws[0]
				if !c.Lack.Tested() {
					t.Fatalf("not tested: %+v", c)
				}
				if c.Lack.P < .05 {
					low++
				}
				if c.Doubt == "refused" {
					refused++
				}
				if c.Doubt == "refused" && c.Peak != nil {
					t.Fatalf("refused, and a peak: %+v", c)
				}
			}
			low, refused = low/trials, refused/trials
			t.Logf("P < 5%% in %.1f%%, refused in %.1f%%", 100*low, 100*refused)
			if low < tt.from || low > tt.to || tt.refused > 0 && refused < tt.refused || tt.refused < 0 && refused > -tt.refused {
				t.Errorf("P < 5%% in %.1f%%, want %.0f to %.0f; refused in %.1f%%", 100*low, 100*tt.from, 100*tt.to, 100*refused)
			}
		})
	}
}

// What nothing tests is not refused, unless growth up to a limit follows the points
// more closely, or an exact law foretells what was not measured.
func TestUntestedLaws(t *testing.T) {
	limit := func(n float64) float64 { return 100 * min(n, 8) }
	rng := rand.New(rand.NewPCG(3, 4))
	for _, tt := range []struct {
		name   string
		points []fit.Observation
		doubt  string
	}{
		{"cisco", cisco, ""},
		{"specsdm91", specsdm91, ""},
		{"bending", bending, ""},
		{"a limit", sampled(rng, limit, 1, .01, 1, 2, 4, 8, 16), "refused"},
		{"a limit, densely", sampled(rng, limit, 1, .02, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), "refused"},
		{"in proportion", sampled(rng, law(100, 0, 0), 1, .02, 1, 2, 4, 8, 16), ""},
		{"Amdahl's law", sampled(rng, law(100, .2, 0), 1, .02, 1, 2, 4, 8, 16, 32), ""},
		{"a jump", pairs(1, 100, 2, 200, 4, 900, 8, 900), ""},
		{"more than in proportion, of three", pairs(1, 100, 2, 220, 4, 480), ""},
		{"a limit, of three", pairs(4, 71475, 8, 138639, 16, 139300), "refused"},
		{"a limit, of three from 1 on", pairs(1, 100, 2, 192, 4, 196), "refused"},
		{"three samples, of three", sampled(rng, limit, 3, .01, 4, 8, 16), "refused"},
		{"Amdahl's law, of three", pairs(1, 100, 2, 180, 4, 300), ""},
		{"two", pairs(1, 100, 2, 180), ""},
	} {
		c := fit.Laws(tt.points, 0).Laws[0]
		if c.Doubt != tt.doubt || c.Doubt != "" && c.Peak != nil {
			t.Errorf("%s: %q, want %q: %+v", tt.name, c.Doubt, tt.doubt, c)
		}
		if c.Lack.Tested() {
			t.Errorf("%s: tested: %+v", tt.name, c.Lack)
		}
	}
}

// The mean that misses most is named, with its side.
func TestMiss(t *testing.T) {
	points := thrice(law(100, .1, .001), 1, 2, 4, 8, 16, 32)
	for i := range points {
		if points[i].N == 8 {
			points[i].X *= 1.2
		}
	}
	for _, c := range fit.Laws(points, 0).Laws {
		if c.Model == fit.Amdahl {
			continue
		}
		if l := c.Lack; l.At != 8 || l.Miss < .08 || l.Miss > .3 || l.Pure != 12 || l.DF != 3 {
			t.Errorf("%s on %s: %+v", c.Model, c.On, l)
		}
	}
}

// N need not be whole, nor above 1.
func TestFractionalN(t *testing.T) {
	points := on(law(100, .05, .002), .5, .97, 1.3, 4.2, 9.9, 17.5)
	c := find(t, fit.Laws(points, 0), fit.USL, fit.LnX, true)
	if !near(c.Lambda.Mid, 100, 1e-9) || !near(c.Sigma.Mid, .05, 1e-9) || !near(c.Kappa.Mid, .002, 1e-9) {
		t.Errorf("%+v", c)
	}
}

// The interval of the best whole number holds the true one as often as it says, and
// the estimate.
func TestWholePeakCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	truth := law(100, .05, .005) // N* is 13.78
	best := 1
	for n := 2; n < 100; n++ {
		if truth(float64(n)) > truth(float64(best)) {
			best = n
		}
	}
	claimed, covers := 0, 0
	for range 2000 {
		c := find(t, fit.Laws(sampled(rng, truth, 4, .02, 1, 2, 4, 8, 16, 32), 0), fit.USL, fit.LnX, true)
		if c.Peak == nil {
			continue
		}
		claimed++
		if p := c.Peak; p.BestLo > p.Best || p.Best > p.BestHi {
			t.Fatalf("%d is not in %d to %d", p.Best, p.BestLo, p.BestHi)
		} else if p.BestLo <= best && best <= p.BestHi {
			covers++
		}
	}
	t.Logf("claimed %d times, %.1f%% hold %d", claimed, 100*float64(covers)/float64(claimed), best)
	if claimed < 1800 || float64(covers) < .93*float64(claimed) {
		t.Errorf("claimed %d times, %d hold %d", claimed, covers, best)
	}
}
