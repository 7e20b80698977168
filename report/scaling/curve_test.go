package scaling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"conpar/report/limiter"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// at is a point of a curve, of so many rounds, whose values come from a function
// of the round.
func at(procs, rounds int, units map[string]func(round int) float64) *series.Measurement {
	p := &series.Measurement{Key: series.Key{Goroutines: -1, Procs: procs}}
	values := map[string][]float64{}
	for r := range rounds {
		p.Rounds, p.Foreign = append(p.Rounds, r), append(p.Foreign, 0)
		for u, f := range units {
			values[u] = append(values[u], f(r))
		}
	}
	p.Units = series.UnitsOf(values)
	return p
}

// takes is a time per op, with the noise of its round.
func takes(seconds float64) func(int) float64 {
	return func(round int) float64 { return seconds * wobble(1, 1, round) }
}

// over is a curve over GOMAXPROCS 1, 2, 4 …, of 10 rounds, with times as long.
func over(seconds ...float64) series.Sweep {
	c := series.Sweep{Line: "A", Axis: "gomaxprocs", Unit: "sec/op"}
	for i, s := range seconds {
		c.N = append(c.N, float64(int(1)<<i))
		c.Points = append(c.Points, at(1<<i, 10, map[string]func(int) float64{"sec/op": takes(s)}))
	}
	return c
}

// swept is a sweep of n over 2 processors that grows in proportion up to knee,
// with noise of each round and of each sample.
func swept(rng *rand.Rand, rounds int, knee float64, ns ...float64) series.Sweep {
	c := series.Sweep{Axis: "workers", Unit: "sec/op", N: ns}
	shared := make([]float64, rounds)
	for i := range shared {
		shared[i] = math.Exp(.03 * rng.NormFloat64())
	}
	for _, n := range ns {
		c.Points = append(c.Points, at(2, rounds, map[string]func(int) float64{"sec/op": func(r int) float64 {
			return shared[r] * math.Exp(.02*rng.NormFloat64()) / min(n, knee)
		}}))
	}
	return c
}

// The interval of the knee holds the true one about as often as it says.
func TestKneeIntervalCovers(t *testing.T) {
	const sweeps, knee = 400, 100.
	rng := rand.New(rand.NewPCG(1, 2))
	covered, known := 0, 0
	for range sweeps {
		c := scaling.Analyse(swept(rng, 16, knee, 1, 8, 64, 512), 2)
		c.Resample()
		if k := c.Knee; k.Lo <= k.N && k.N <= k.Hi {
			known++
			if k.Lo <= knee && knee <= k.Hi {
				covered++
			}
		}
	}
	t.Logf("the interval was known in %d of %d sweeps, and held the knee in %d", known, sweeps, covered)
	if share := float64(covered) / sweeps; known < sweeps || share < .93 || share > .995 {
		t.Errorf("of %d intervals, %.1f%% hold the knee", known, 100*share)
	}
}

func TestKneeOfACurve(t *testing.T) {
	flat := func(c series.Sweep) series.Sweep { return c }
	busy := func(client, server float64) func(series.Sweep) series.Sweep {
		return func(c series.Sweep) series.Sweep {
			for i, n := range c.N {
				perOp := .010 / float64(n) // alone it takes 10 ms
				units := map[string]func(int) float64{"sec/op": takes(perOp), "cpus": func(int) float64 { return client / perOp }}
				if server > 0 {
					units["other-cpus"] = func(int) float64 { return server / perOp }
				}
				c.Points[i] = at(2, 10, units)
			}
			return c
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name       string
		ns         []float64
		knee       float64
		with       func(series.Sweep) series.Sweep
		at         float64 // 0: none
		predicted  float64 // NaN: unknown
		cpus       int
		perOpMicro float64
	}{
		{"a knee", []float64{1, 8, 64, 512}, 100, flat, 100, math.NaN(), 2, math.NaN()},
		{"in proportion to the end", []float64{1, 8, 64}, 1000, flat, 0, math.NaN(), 2, math.NaN()},
		{"two values show none", []float64{1, 8}, 2, flat, 0, math.NaN(), 2, math.NaN()},
		{"without one worker none", []float64{2, 8, 64}, 4, flat, 0, math.NaN(), 2, math.NaN()},
		{"predicted by the CPU time of the process", []float64{1, 8, 64}, 0, busy(20e-6, 0), 0, .010 * 2 / 20e-6, 2, 20},
		{"and of its server", []float64{1, 8, 64}, 0, busy(20e-6, 8e-6), 0, .010 * 2 / 28e-6, 2, 28},
		{"a machine with fewer CPUs", []float64{1, 8, 64}, 0, busy(20e-6, 0), 0, .010 / 20e-6, 1, 20},
		{"CPUs unknown: those of GOMAXPROCS", []float64{1, 8, 64}, 0, busy(20e-6, 0), 0, .010 * 2 / 20e-6, 0, 20},
		{"not without the time of one alone", []float64{2, 8, 64}, 0, busy(20e-6, 0), 0, math.NaN(), 2, math.NaN()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := scaling.Analyse(tt.with(swept(rng, 10, tt.knee, tt.ns...)), tt.cpus).Knee
			near := func(got, want float64) bool {
				return math.IsNaN(got) && math.IsNaN(want) || got == want || math.Abs(got/want-1) < .05
			}
			if !near(k.N, tt.at) || !near(k.Predicted, tt.predicted) || !near(1e6*k.CPUPerOp, tt.perOpMicro) {
				t.Errorf("knee %v, predicted %v from %v a task; want %v, %v, %v µs", k.N, k.Predicted, k.CPUPerOp, tt.at, tt.predicted, tt.perOpMicro)
			}
		})
	}
}

// Processors end by themselves: no knee is looked for on their axis.
func TestNoKneeOfProcessors(t *testing.T) {
	if k := scaling.Analyse(over(8, 4, 4, 4), 8).Knee; k.N != 0 {
		t.Errorf("knee at %v", k.N)
	}
}

func TestAdvice(t *testing.T) {
	scattered := func(c series.Sweep, i int, by float64) series.Sweep {
		c.Points[i] = at(int(c.N[i]), 10, map[string]func(int) float64{"sec/op": func(r int) float64 {
			return 2.3 * math.Exp(by*math.Sin(float64(7*r)))
		}})
		return c
	}
	one := over(8, 4, 4.1)
	for _, p := range one.Points {
		p.Units = series.UnitsOf(map[string][]float64{"sec/op": p.Values("sec/op")[:1]})
		p.Rounds, p.Foreign = p.Rounds[:1], p.Foreign[:1]
	}
	for _, tt := range []struct {
		name   string
		curve  series.Sweep
		cpus   int
		want   scaling.Advice
		gained bool
		noisy  bool
	}{
		{"in proportion", over(8, 4, 2), 0, scaling.Advice{From: 4, Enough: 4, Efficient: 4, At: 4}, true, false},
		{"a plateau", over(8, 4, 3.95, 3.9), 0, scaling.Advice{From: 2, Enough: 2, Efficient: 2, At: 8}, true, false},
		{"a loss", over(8, 9, 12), 0, scaling.Advice{From: 1, Enough: 1, Efficient: 1, At: 1}, false, false},
		{"a peak", over(8, 4, 3, 6), 0, scaling.Advice{From: 4, Enough: 4, Efficient: 2, At: 4}, true, false},
		{"more than there are CPUs, which helps calls that block", over(8, 4, 3), 2, scaling.Advice{From: 4, Enough: 4, Efficient: 2, At: 4, Beyond: 4}, true, false},
		{"all beyond the CPUs but the first", over(8, 4, 3), 1, scaling.Advice{From: 4, Enough: 4, Efficient: 1, At: 4, Beyond: 4}, true, false},
		{"within the noise", scattered(over(8, 2.6, 2.6), 2, .5), 0, scaling.Advice{From: 2, Enough: 4, Efficient: 2, At: 4}, true, true},
		{"one sample each", one, 0, scaling.Advice{From: 2, Enough: 2, At: 2}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := scaling.Analyse(tt.curve, tt.cpus)
			if share := c.Best.Share; share.Lo < 0.95 || (share.Mid == 1) != (c.Best.Enough == c.Best.At) {
				t.Errorf("%+v of the best throughput", share)
			}
			c.Best.Share, c.Best.Gain = stats.Interval{}, stats.Interval{}
			if c.Best != tt.want || c.Gained() != tt.gained || c.Noisy() != tt.noisy {
				t.Errorf("%+v, gained %v, noisy %v; want %+v, %v, %v", c.Best, c.Gained(), c.Noisy(), tt.want, tt.gained, tt.noisy)
			}
		})
	}
}

// Disturbed samples are set aside only where enough others remain of each N.
func TestDisturbedSamplesOfACurve(t *testing.T) {
	for _, tt := range []struct {
		disturbed int // of 16 samples of N=2, that are twice as slow
		aside     bool
		speedup   float64
	}{{0, false, 2}, {3, true, 2}, {15, false, 1}} {
		slow := func(r int) float64 {
			if r < tt.disturbed {
				return 8 * wobble(1, 1, r)
			}
			return 4 * wobble(1, 1, r)
		}
		c := series.Sweep{Axis: "gomaxprocs", Unit: "sec/op", N: []float64{1, 2}, Points: []*series.Measurement{
			at(1, 16, map[string]func(int) float64{"sec/op": takes(8)}), at(2, 16, map[string]func(int) float64{"sec/op": slow})}}
		for r := range tt.disturbed {
			c.Points[1].Foreign[r] = .3
		}
		a := scaling.Analyse(c, 2)
		if got := a.Rows[1].Speedup.Mid; a.Disturbed != tt.disturbed || a.SetAside != tt.aside || math.Abs(got-tt.speedup) > .05 {
			t.Errorf("%d disturbed: %d were seen, set aside %v, speed-up %v, want %v, %v", tt.disturbed, a.Disturbed, a.SetAside, got, tt.aside, tt.speedup)
		}
	}
}

func TestCostOfACurve(t *testing.T) {
	for _, tt := range []struct {
		name  string
		plain float64 // 0: none
		want  scaling.Cost
	}{
		{"from 2 on", 7, scaling.Cost{N: 2, Known: true}},
		{"from 4 on", 3.5, scaling.Cost{N: 4, Known: true}},
		{"never", 1, scaling.Cost{Known: true}},
		{"no plain loop", 0, scaling.Cost{}},
	} {
		c := over(8, 4, 2)
		if tt.plain > 0 {
			c.Plain = at(1, 10, map[string]func(int) float64{"sec/op": takes(tt.plain)})
		}
		got := scaling.Analyse(c, 4).COST
		if got.N != tt.want.N || got.Known != tt.want.Known {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// Laws are fitted up to the processors that there are, of the machine and of
// GOMAXPROCS, and where these are not known, to all.
func TestFittedUpToTheCPUs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	workers := swept(rng, 10, 3, 1, 2, 4, 8)
	for _, tt := range []struct {
		name  string
		curve series.Sweep
		cpus  int
		want  float64
	}{
		{"CPUs unknown", over(8, 4, 2.2, 2.1), 0, 8}, {"4 CPUs", over(8, 4, 2.2, 2.1), 4, 4}, {"2 CPUs", over(8, 4, 2.2, 2.1), 2, 2},
		{"workers", workers, 0, 8}, {"workers, of 8 CPUs, at GOMAXPROCS 2", workers, 8, 2},
	} {
		points := scaling.Analyse(tt.curve, tt.cpus).Fits.Points
		if got := points[len(points)-1].N; got != tt.want {
			t.Errorf("%s: fitted up to %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A sweep that was kept to one CPU has no other, however many the machine has.
func TestSweepOnOneCPU(t *testing.T) {
	c := over(8, 7.9, 7.8)
	for i := range c.Points {
		c.Points[i].CPUs = 1
	}
	if a := scaling.Analyse(c, 2); a.CPUs != 1 || a.Last() != 0 {
		t.Errorf("%d CPUs, the last point up to them is %d", a.CPUs, a.Last())
	}
	c.Points[2].CPUs = 0
	if a := scaling.Analyse(c, 2); a.CPUs != 2 {
		t.Errorf("%d CPUs, where a point was on all of them", a.CPUs)
	}
}

// Higher values of a rate are better, of everything else lower ones.
func TestHigherIsBetter(t *testing.T) {
	c := over(8, 4)
	c.Higher = true
	if got := scaling.Analyse(c, 2).Rows[1].Speedup.Mid; math.Abs(got-.5) > .01 {
		t.Errorf("a rate that halves has the speed-up %v", got)
	}
}

// What is not above zero is left out and counted; what has nothing else is
// named.
func TestUnusableSamples(t *testing.T) {
	c := over(8, 4, 2)
	c.Points[1].Units.Of("sec/op")[3] = 0
	c.Points[1].Units.Of("sec/op")[4] = -1
	for i := range c.Points[2].Units.Of("sec/op") {
		c.Points[2].Units.Of("sec/op")[i] = math.NaN()
	}
	a := scaling.Analyse(c, 0)
	if a.Unusable != 2 || !reflect.DeepEqual(a.Lacking, []float64{4}) || len(a.Rows) != 2 || a.Rows[1].Throughput.N != 8 {
		t.Errorf("%d unusable, %v lacking, rows %+v", a.Unusable, a.Lacking, a.Rows)
	}
	for i := range c.Points {
		c.Points[i] = at(1, 10, map[string]func(int) float64{"sec/op": func(int) float64 { return 0 }})
	}
	if a := scaling.Analyse(c, 0); len(a.Rows) != 0 || a.Unusable != 30 {
		t.Errorf("of nothing above zero: %+v", a)
	}
}

// One sample of each N is enough for a fit, and for no interval.
func TestOneSampleEach(t *testing.T) {
	c := over(8, 4.4, 2.6, 1.7)
	for i, p := range c.Points {
		c.Points[i] = at(p.Procs, 1, map[string]func(int) float64{"sec/op": func(int) float64 { return p.Values("sec/op")[0] }})
	}
	a := scaling.Analyse(c, 0)
	a.Resample()
	f := a.Fits.Laws[0]
	if !f.Solved || math.Abs(f.Sigma.Mid-.1) > .03 || a.Spread.Sigma.Known() || a.Rows[1].Speedup.Known() {
		t.Errorf("fit %+v, spread %+v", f, a.Spread)
	}
}

// Resampling changes intervals alone, and always to the same.
func TestResample(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	curve := swept(rng, 10, 3, 1, 2, 4, 8)
	a, b := scaling.Analyse(curve, 0), scaling.Analyse(curve, 0)
	if a.Spread != nil || !math.IsNaN(a.Knee.Lo) {
		t.Fatal("there are intervals already")
	}
	a.Resample()
	b.Resample()
	if !a.Spread.Sigma.Known() || *a.Spread != *b.Spread || a.Knee.Lo != b.Knee.Lo || !(a.Knee.Lo <= a.Knee.N && a.Knee.N <= a.Knee.Hi) {
		t.Errorf("%+v and %+v, %+v and %+v", a.Spread, b.Spread, a.Knee, b.Knee)
	}
}

func TestLimit(t *testing.T) {
	with := func(busy, inFlight float64) series.Sweep {
		c := over(8, 4, 4)
		for i, n := range c.N {
			one := func(v float64) func(int) float64 { return func(int) float64 { return v } }
			c.Points[i] = at(int(n), 10, map[string]func(int) float64{"sec/op": takes(8 / n), "cpus": one(busy), "inflight": one(inFlight)})
		}
		return c
	}
	for name, tt := range map[string]struct {
		curve series.Sweep
		cpus  int
		want  string
	}{
		"no gauge":             {over(8, 4), 2, "2 " + limiter.NotKnown},
		"waiting":              {with(.1, 64), 4, "4 waiting"},
		"waiting, of two CPUs": {with(.1, 64), 2, "2 waiting"},
		"too few tasks":        {with(1, 1), 4, "4 too few tasks"},
	} {
		a := scaling.Analyse(tt.curve, tt.cpus)
		n, l := a.Limit()
		if got := fmt.Sprint(n, " ", l.Name); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func BenchmarkAnalyse(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	curve := swept(rng, 16, 3, 1, 2, 4, 8)
	b.Run("without=intervals", func(b *testing.B) {
		for b.Loop() {
			scaling.Analyse(curve, 8)
		}
	})
	b.Run("with=intervals", func(b *testing.B) {
		for b.Loop() {
			a := scaling.Analyse(curve, 8)
			a.Resample()
		}
	})
}
