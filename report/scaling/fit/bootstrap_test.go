package fit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/scaling/fit"
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
	for _, o := range []fit.Options{{}, {On: fit.X}, {Model: fit.Amdahl}, {Model: fit.Amdahl, On: fit.X}, {Free: true}} {
		s := fit.Samples{N: []float64{1, 2, 4, 8, 16, 24}}
		for range 6 {
			s.X = append(s.X, []float64{100, 187, 329, 471, 530, 498})
		}
		got := fit.Bootstrap(s, o)
		model, scale := fit.USL, fit.LnX
		if o.Model != "" {
			model = o.Model
		}
		if o.On != "" {
			scale = o.On
		}
		c := find(t, fit.Curves(s.Points(), o), model, scale, !o.Free)
		for _, p := range []struct {
			what string
			got  fit.Range
			want float64
		}{{"λ", got.Lambda, c.Lambda.Value}, {"σ", got.Sigma, c.Sigma.Value}, {"κ", got.Kappa, c.Kappa.Value}} {
			known := p.what != "κ" || model == fit.USL
			if p.got.Known != known || known && (!near(p.got.Lo, p.want, 1e-8) || !near(p.got.Hi, p.want, 1e-8)) {
				t.Errorf("%+v: %s %+v, want %v", o, p.what, p.got, p.want)
			}
		}
		if got.Rounds != 6 || got.Refits != 2000 || got.Failed != 0 || got.Why != "" || got.Peak.Known != (model == fit.USL) {
			t.Errorf("%+v: %+v", o, got)
		}
	}
}

// An uneven number of samples by N weighs them as Curves does.
func TestBootstrapWithMissing(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	s := rounds(rng, doubling, 12, law(100, .05, .002), .02)
	s.X[0][1], s.X[3][4], s.X[5][0] = nan, 0, inf // as good as missing
	s.X[7] = s.X[7][:3]
	s.X[8] = nil
	b := fit.Bootstrap(s, fit.Options{})
	if b.Rounds != 11 || b.Why != "" || b.Failed != 0 {
		t.Fatalf("%+v", b)
	}
	c := find(t, fit.Curves(s.Points(), fit.Options{}), fit.USL, fit.LnX, true)
	for _, p := range []struct {
		r fit.Range
		v fit.Param
	}{{b.Lambda, c.Lambda}, {b.Sigma, c.Sigma}, {b.Kappa, c.Kappa}} {
		if !(p.r.Lo < p.v.Value && p.v.Value < p.r.Hi) {
			t.Errorf("%+v does not hold %v", p.r, p.v.Value)
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
	o := fit.Options{Model: fit.Amdahl}
	weighed := find(t, fit.Curves(s.Points(), o), fit.Amdahl, fit.LnX, true).Sigma.Value
	alike := find(t, fit.Curves(pairs(1, 100, 2, 187, 4, 329, 8, 360), o), fit.Amdahl, fit.LnX, true).Sigma.Value
	b := fit.Bootstrap(s, o)
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
	only := fit.Options{Model: fit.USL}
	for _, test := range []struct {
		name string
		s    fit.Samples
		o    fit.Options
		want string
	}{
		{"nothing", fit.Samples{}, only, "fewer different N than parameters"},
		{"two N", rounds(rng, []float64{1, 2}, 8, f, .02), only, "fewer different N than parameters"},
		{"two N, Amdahl", rounds(rng, []float64{1, 2}, 8, f, .02), fit.Options{Model: fit.Amdahl}, ""},
		{"five rounds", rounds(rng, doubling, 5, f, .02), only, "too few rounds"},
		{"six rounds", rounds(rng, doubling, 6, f, .02), only, ""},
		{"above the CPUs", rounds(rng, doubling, 6, f, .02), fit.Options{CPUs: 2}, "fewer different N than parameters"},
		{"twice the same N", rounds(rng, []float64{1, 2, 2}, 6, f, .02), only, "fewer different N than parameters"},
		{"an N in too few rounds", once, only, "too many refits without solution"},
		{"no solution", rounds(rng, []float64{2, 4}, 6, func(n float64) float64 { return 4.1 - .55*n }, .001), fit.Options{Model: fit.Amdahl}, "not converged"},
	} {
		if got := fit.Bootstrap(test.s, test.o); got.Why != test.want || got.Sigma.Known != (test.want == "") {
			t.Errorf("%s: %+v, want %q", test.name, got, test.want)
		}
	}
}

func TestBootstrapIsRepeatable(t *testing.T) {
	s := rounds(rand.New(rand.NewPCG(2, 2)), doubling, 10, law(100, .05, .002), .02)
	a, b, c := fit.Bootstrap(s, fit.Options{}), fit.Bootstrap(s, fit.Options{}), fit.Bootstrap(s, fit.Options{Seed: 1})
	if a != b || a == c {
		t.Errorf("%+v, again %+v, with another seed %+v", a, b, c)
	}
}

// With κ negative, the interval of κ is cut at 0 and the others hold the bounded
// estimates.
func TestBootstrapBound(t *testing.T) {
	s := rounds(rand.New(rand.NewPCG(2, 2)), doubling, 10, law(100, .3, -.005), .005)
	bounded, free := fit.Bootstrap(s, fit.Options{}), fit.Bootstrap(s, fit.Options{Free: true})
	c := find(t, fit.Curves(s.Points(), fit.Options{}), fit.USL, fit.LnX, true)
	if free.Kappa.Hi >= 0 || bounded.Kappa != (fit.Range{Known: true}) {
		t.Errorf("κ free %+v, bounded %+v", free.Kappa, bounded.Kappa)
	}
	if bounded.Sigma.Lo > c.Sigma.Value*(1+1e-9) || bounded.Sigma.Hi < c.Sigma.Value || bounded.Sigma.Hi < free.Sigma.Hi {
		t.Errorf("σ %v, %+v, free %+v", c.Sigma.Value, bounded.Sigma, free.Sigma)
	}
	if bounded.Peak.Known || free.Peak.Known {
		t.Errorf("peaks %+v, %+v", bounded.Peak, free.Peak)
	}
}

// The loop over refits does not allocate.
func TestBootstrapAllocatesOnce(t *testing.T) {
	s := rounds(rand.New(rand.NewPCG(2, 2)), doubling, 10, law(100, .05, .002), .02)
	allocs := func(refits int) float64 {
		return testing.AllocsPerRun(5, func() { fit.Bootstrap(s, fit.Options{Refits: refits}) })
	}
	if few, many := allocs(100), allocs(1000); few != many {
		t.Errorf("%v allocations of 100 refits, %v of 1000", few, many)
	}
}

func BenchmarkBootstrap(b *testing.B) {
	for _, scale := range []fit.Scale{fit.X, fit.LnX} {
		for _, n := range []int{4, 8, 16, 32} {
			s := rounds(rand.New(rand.NewPCG(1, 1)), grid(n), 16, law(100, .05, .001), .02)
			b.Run(fmt.Sprintf("on=%s/points=%d/refits=2000", scale, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					fit.Bootstrap(s, fit.Options{On: scale})
				}
			})
		}
	}
}

func ExampleBootstrap() {
	rng := rand.New(rand.NewPCG(1, 2))
	s := fit.Samples{N: []float64{1, 2, 4, 8, 16}}
	for range 10 {
		var row []float64
		for _, n := range s.N {
			row = append(row, fit.Throughput(n, 100, 0.05, 0.002)*(1+0.01*rng.NormFloat64()))
		}
		s.X = append(s.X, row)
	}
	b := fit.Bootstrap(s, fit.Options{})
	fmt.Printf("σ [%.3f, %.3f], peak [%.0f, %.0f] over %d rounds\n", b.Sigma.Lo, b.Sigma.Hi, b.Peak.Lo, b.Peak.Hi, b.Rounds)
	// Output:
	// σ [0.045, 0.051], peak [20, 22] over 10 rounds
}
