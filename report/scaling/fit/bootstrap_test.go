package fit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

// rounds returns samples of a law, each with noise in its logarithm.
func rounds(rng *rand.Rand, ns []float64, n int, f func(float64) float64, noise float64) fit.Samples {
	s := fit.Samples{N: ns}
	for range n {
		row := make([]float64, len(ns))
		for i := range row {
			row[i] = f(ns[i]) * math.Exp(noise*rng.NormFloat64())
		}
		s.X = append(s.X, row)
	}
	return s
}

var doubling = []float64{1, 2, 4, 8, 16, 32}

// The refits make the same estimates as Curves does of all samples: where all
// rounds are alike, the intervals have no width and lie there.
func TestBootstrapEstimatesTheCurve(t *testing.T) {
	for _, model := range []fit.Model{fit.USL, fit.Amdahl} {
		s := fit.Samples{N: []float64{1, 2, 4, 8, 16, 24}}
		for range 6 {
			s.X = append(s.X, []float64{100, 187, 329, 471, 530, 498})
		}
		got := fit.Bootstrap(s, model, 0)
		c := find(t, fit.Laws(s.Points(), 0), model, fit.LnX, true)
		for _, p := range []struct {
			what string
			got  stats.Interval
			want float64
		}{{"λ", got.Lambda, c.Lambda.Mid}, {"σ", got.Sigma, c.Sigma.Mid}, {"κ", got.Kappa, c.Kappa.Mid}} {
			known := p.what != "κ" || model == fit.USL
			if p.got.Known() != known || known && (!near(p.got.Mid, p.want, 1e-8) || !near(p.got.Lo, p.want, 1e-8) || !near(p.got.Hi, p.want, 1e-8)) {
				t.Errorf("%s: %s %+v, want %v", model, p.what, p.got, p.want)
			}
		}
	}
}

// An uneven number of samples by N weighs them as Curves does.
func TestBootstrapWithMissing(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	s := rounds(rng, doubling, 12, law(100, .05, .002), .02)
	s.X[0][1], s.X[3][4], s.X[5][0] = nan, 0, inf // as good as missing
	s.X[8] = slices.Repeat([]float64{nan}, len(doubling))
	b := fit.Bootstrap(s, fit.USL, 0)
	if b.Sigma.N != 11 {
		t.Fatalf("%+v", b)
	}
	c := find(t, fit.Laws(s.Points(), 0), fit.USL, fit.LnX, true)
	for _, p := range []struct {
		r, v stats.Interval
	}{{b.Lambda, c.Lambda}, {b.Sigma, c.Sigma}, {b.Kappa, c.Kappa}} {
		if !(p.r.Lo < p.v.Mid && p.v.Mid < p.r.Hi) {
			t.Errorf("%+v does not hold %v", p.r, p.v.Mid)
		}
		// Independent noise: either interval, of rounds or of samples, does.
		if ratio := (p.r.Hi - p.r.Lo) / (p.v.Hi - p.v.Lo); ratio < .5 || ratio > 2 {
			t.Errorf("%+v is %.2f times as wide as Student's %+v", p.r, ratio, p.v)
		}
	}
}

// An N that was measured in a quarter of the rounds counts a quarter.
func TestBootstrapWeighs(t *testing.T) {
	s := fit.Samples{N: []float64{1, 2, 4, 8}}
	for i := range 40 {
		row := []float64{100, 187, 329, 360}
		if i%4 != 0 {
			row[3] = nan
		}
		s.X = append(s.X, row)
	}
	weighed := find(t, fit.Laws(s.Points(), 0), fit.Amdahl, fit.LnX, true).Sigma.Mid
	alike := find(t, fit.Laws(pairs(1, 100, 2, 187, 4, 329, 8, 360), 0), fit.Amdahl, fit.LnX, true).Sigma.Mid
	b := fit.Bootstrap(s, fit.Amdahl, 0)
	if middle := (b.Sigma.Lo + b.Sigma.Hi) / 2; math.Abs(middle-weighed) > .3*math.Abs(alike-weighed) {
		t.Errorf("σ %+v, by its weight %v, all N alike %v", b.Sigma, weighed, alike)
	}
}

func TestBootstrapRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	f := law(100, .05, .002)
	once := rounds(rng, doubling, 8, f, .02)
	for i := range once.X {
		for j := range doubling {
			if j > 2 || j == 2 && i > 0 {
				once.X[i][j] = nan // the third N in one round of eight
			}
		}
	}
	for _, test := range []struct {
		name  string
		s     fit.Samples
		model fit.Model
		cpus  int
		known bool
	}{
		{"nothing", fit.Samples{}, fit.USL, 0, false},
		{"two N", rounds(rng, []float64{1, 2}, 8, f, .02), fit.USL, 0, false},
		{"two N, Amdahl", rounds(rng, []float64{1, 2}, 8, f, .02), fit.Amdahl, 0, true},
		{"five rounds", rounds(rng, doubling, 5, f, .02), fit.USL, 0, false},
		{"six rounds", rounds(rng, doubling, 6, f, .02), fit.USL, 0, true},
		{"above the CPUs", rounds(rng, doubling, 6, f, .02), fit.USL, 2, false},
		{"an N in too few rounds", once, fit.USL, 0, false},
		{"no solution", rounds(rng, []float64{2, 4}, 6, func(n float64) float64 { return 4.1 - .55*n }, .001), fit.Amdahl, 0, false},
	} {
		if got := fit.Bootstrap(test.s, test.model, test.cpus); got.Sigma.Known() != test.known {
			t.Errorf("%s: %+v, want known %v", test.name, got, test.known)
		}
	}
}

func TestBootstrapIsRepeatable(t *testing.T) {
	s := rounds(rand.New(rand.NewPCG(2, 2)), doubling, 10, law(100, .05, .002), .02)
	if a, b := fit.Bootstrap(s, fit.USL, 0), fit.Bootstrap(s, fit.USL, 0); a != b {
		t.Errorf("%+v, again %+v", a, b)
	}
}

// With κ negative, the interval of κ is cut at 0 and the others hold the bounded
// estimates.
func TestBootstrapBound(t *testing.T) {
	s := rounds(rand.New(rand.NewPCG(2, 2)), doubling, 10, law(100, .3, -.005), .005)
	bounded := fit.Bootstrap(s, fit.USL, 0)
	c := find(t, fit.Laws(s.Points(), 0), fit.USL, fit.LnX, true)
	if bounded.Kappa != (stats.Interval{N: 10}) {
		t.Errorf("κ %+v", bounded.Kappa)
	}
	if bounded.Sigma.Lo > c.Sigma.Mid*(1+1e-9) || bounded.Sigma.Hi < c.Sigma.Mid {
		t.Errorf("σ %v, %+v", c.Sigma.Mid, bounded.Sigma)
	}
}

// The loop over refits does not allocate.
func TestBootstrapAllocatesOnce(t *testing.T) {
	s := rounds(rand.New(rand.NewPCG(2, 2)), doubling, 10, law(100, .05, .002), .02)
	allocs := func(refits int) float64 {
		return testing.AllocsPerRun(5, func() { fit.Refit(s, fit.USL, 0, refits) })
	}
	if few, many := allocs(100), allocs(1000); few != many {
		t.Errorf("%v allocations of 100 refits, %v of 1000", few, many)
	}
}

func BenchmarkBootstrap(b *testing.B) {
	for _, n := range []int{4, 8, 16, 32} {
		s := rounds(rand.New(rand.NewPCG(1, 1)), grid(n), 16, law(100, .05, .001), .02)
		b.Run(fmt.Sprintf("points=%d/refits=2000", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fit.Bootstrap(s, fit.USL, 0)
			}
		})
	}
}

func ExampleBootstrap() {
	rng := rand.New(rand.NewPCG(1, 2))
	s := fit.Samples{N: []float64{1, 2, 4, 8, 16}}
	for range 10 {
		var row []float64
		for _, n := range s.N {
			row = append(row, 100*n/(1+0.05*(n-1)+0.002*n*(n-1))*(1+0.01*rng.NormFloat64()))
		}
		s.X = append(s.X, row)
	}
	b := fit.Bootstrap(s, fit.USL, 0)
	fmt.Printf("σ [%.3f, %.3f] over %d rounds\n", b.Sigma.Lo, b.Sigma.Hi, b.Sigma.N)
	// Output:
	// σ [0.045, 0.051] over 10 rounds
}

// grid returns 1, 2, 4, 8, or 1 to n.
func grid(n int) []float64 {
	if n == 4 {
		return []float64{1, 2, 4, 8}
	}
	ns := make([]float64, n)
	for i := range ns {
		ns[i] = float64(i + 1)
	}
	return ns
}
