package scaling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
)

// measured is a curve of a rate over an axis, with noise of each round and of each
// sample, both a fraction.
func measured(rng *rand.Rand, axis string, truth func(n float64) float64, samples int, noise float64, ns ...float64) series.Sweep {
	c := series.Sweep{Axis: axis, Unit: "ops/s", Higher: true, N: ns}
	shared := make([]float64, samples)
	for i := range shared {
		shared[i] = math.Exp(noise * rng.NormFloat64())
	}
	for _, n := range ns {
		procs := 0
		if axis == "gomaxprocs" {
			procs = int(n)
		}
		c.Points = append(c.Points, at(procs, samples, map[string]func(int) float64{"ops/s": func(r int) float64 {
			return truth(n) * shared[r] * math.Exp(noise*rng.NormFloat64())
		}}))
	}
	return c
}

func usl(sigma, kappa float64) func(float64) float64 {
	return func(n float64) float64 { return 1000 * n / (1 + sigma*(n-1) + kappa*n*(n-1)) }
}

func upTo(limit float64) func(float64) float64 {
	return func(n float64) float64 { return 1000 * min(n, limit) }
}

// slowFirst is a truth whose baseline is measured too slow.
func slowFirst(truth func(float64) float64) func(float64) float64 {
	return func(n float64) float64 {
		if n == 1 {
			return truth(n) / 1.6
		}
		return truth(n)
	}
}

func through(xs map[float64]float64) func(float64) float64 {
	return func(n float64) float64 { return xs[n] }
}

var (
	byTwo = []float64{1, 2, 4, 8, 16}
	dense = []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
)

// shapes are curves whose truth is known, and what is to be said of them in at
// least so many of 100 trials; never says what is not to be said in more than 2.
var shapes = []struct {
	name    string
	truth   func(float64) float64
	ns      []float64
	samples int
	noise   float64
	want    string
	least   int
	never   []string
}{
	{"in proportion", usl(0, 0), byTwo, 8, .01, "linear", 98, []string{"super-linear", "saturated", "retrograde"}},
	{"in proportion, densely", usl(0, 0), dense, 8, .01, "linear", 95, []string{"super-linear", "saturated", "retrograde"}},
	{"in proportion, few samples", usl(0, 0), byTwo, 3, .01, "linear", 95, []string{"super-linear", "saturated", "retrograde"}},
	{"in proportion, one sample", usl(0, 0), byTwo, 1, .01, "linear", 80, []string{"super-linear", "saturated", "retrograde"}},
	{"in proportion, two numbers", usl(0, 0), []float64{1, 2}, 8, .01, "linear", 98, []string{"super-linear", "does not scale"}},
	{"in proportion, from 4 on", usl(0, 0), []float64{4, 8, 16}, 8, .01, "linear", 98, []string{"super-linear", "saturated", "retrograde"}},

	{"flat", upTo(1), byTwo, 8, .01, "does not scale", 98, []string{"retrograde", "saturated"}},
	{"flat, one sample", upTo(1), byTwo, 1, .02, "does not scale", 95, []string{"retrograde", "super-linear"}},
	{"flat, two numbers", upTo(1), []float64{1, 2}, 8, .01, "does not scale", 98, nil},
	{"flat, noisily", upTo(1), byTwo, 8, .3, "noisy", 80, []string{"retrograde", "super-linear", "linear", "saturated"}},
	{"worse and worse", usl(.9, .3), []float64{1, 2, 4}, 8, .01, "does not scale", 98, nil},

	{"in proportion, then flat", upTo(8), byTwo, 8, .01, "saturated", 98, []string{"super-linear", "retrograde", "linear"}},
	{"in proportion, then flat, 2%", upTo(8), byTwo, 10, .02, "saturated", 98, []string{"super-linear", "retrograde", "linear"}},
	{"in proportion, then flat, three samples", upTo(8), byTwo, 3, .01, "saturated", 98, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, one sample", upTo(8), byTwo, 1, .01, "saturated", 95, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, three numbers", upTo(8), []float64{4, 8, 16}, 8, .01, "saturated", 98, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, three numbers once", upTo(8), []float64{4, 8, 16}, 1, .01, "saturated", 98, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, briefly", upTo(8), []float64{1, 2, 4, 8, 10}, 8, .005, "saturated", 90, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, densely", upTo(8), dense, 8, .01, "saturated", 98, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, noisily", upTo(8), byTwo, 8, .035, "saturated", 90, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, two noisy samples", upTo(8), byTwo, 2, .025, "saturated", 70, []string{"super-linear", "retrograde"}},
	{"in proportion, then flat, densely and noisily", upTo(8), dense, 3, .025, "saturated", 80, []string{"super-linear"}},
	{"in proportion, then flat, four numbers once", upTo(4), []float64{1, 2, 4, 8}, 1, .03, "saturated", 80, []string{"super-linear"}},
	{"a limit at 1.9 of 2", upTo(1.9), []float64{1, 2, 4, 8}, 8, .01, "saturated", 98, []string{"super-linear", "retrograde"}},
	{"a knee far out", upTo(100), []float64{1, 8, 64, 512, 1024}, 8, .02, "saturated", 98, []string{"super-linear", "retrograde"}},

	{"Amdahl's law", usl(.1, 0), byTwo, 8, .01, "Amdahl-like", 90, []string{"super-linear", "retrograde", "saturated"}},
	{"Amdahl's law, densely", usl(.1, 0), dense, 8, .01, "Amdahl-like", 90, []string{"super-linear", "retrograde", "saturated"}},
	{"Amdahl's law, few samples", usl(.1, 0), byTwo, 3, .02, "Amdahl-like", 85, []string{"super-linear", "retrograde", "saturated"}},
	{"Amdahl's law, one sample", usl(.1, 0), byTwo, 1, .02, "Amdahl-like", 90, []string{"super-linear", "retrograde", "saturated"}},
	{"Amdahl's law, two numbers", usl(.2, 0), []float64{1, 2}, 8, .01, "sub-linear", 98, []string{"super-linear", "retrograde", "saturated"}},
	{"the USL, before its peak", usl(.05, .001), byTwo, 8, .01, "Amdahl-like", 90, []string{"super-linear", "retrograde", "saturated"}},
	{"a root, which no law is", func(n float64) float64 { return 1000 * math.Sqrt(n) }, []float64{1, 2, 4, 8, 16, 32, 64}, 8, .005, "sub-linear", 95, []string{"Amdahl-like", "retrograde"}},

	{"the USL, past its peak", usl(.05, .02), byTwo, 8, .01, "retrograde", 98, []string{"super-linear", "saturated"}},
	{"the USL, past its peak, 3%", usl(.05, .02), byTwo, 10, .03, "retrograde", 95, []string{"super-linear"}},
	{"the USL, at its peak", usl(.05, .0037), byTwo, 8, .01, "Amdahl-like", 0, []string{"super-linear", "retrograde"}},
	{"the USL, past its peak, one sample", usl(.05, .02), []float64{1, 2, 3, 4, 6, 8, 12, 16}, 1, .01, "retrograde", 90, []string{"super-linear"}},
	{"a limit, then a fall", through(map[float64]float64{1: 100, 2: 200, 4: 400, 8: 410, 16: 300}), byTwo, 8, .01, "retrograde", 98, []string{"super-linear"}},
	{"a fall by one in a hundred", through(map[float64]float64{1: 100, 2: 200, 4: 400, 8: 405, 16: 401}), byTwo, 20, .001, "saturated", 98, []string{"retrograde"}},
	{"a fall that two samples cannot tell", through(map[float64]float64{1: 100, 2: 190, 4: 300, 8: 280}), []float64{1, 2, 4, 8}, 2, .02, "saturated", 0, []string{"super-linear"}},

	{"a slow baseline", slowFirst(usl(0, 0)), byTwo, 8, .01, "super-linear", 98, nil},
	{"a slow baseline, then a limit", slowFirst(upTo(8)), byTwo, 8, .01, "super-linear", 98, nil},
	{"a slow baseline, two numbers", slowFirst(usl(0, 0)), []float64{1, 2}, 8, .01, "super-linear", 98, nil},
	{"a slow baseline, two numbers once", slowFirst(usl(0, 0)), []float64{1, 2}, 1, .01, "linear", 98, []string{"super-linear"}},
	{"a power", func(n float64) float64 { return math.Pow(n, 1.2) }, byTwo, 8, .01, "super-linear", 98, nil},
	{"a power, one sample", func(n float64) float64 { return math.Pow(n, 1.2) }, byTwo, 1, .01, "super-linear", 80, nil},
	{"above by 3%", func(n float64) float64 { return n * (1 + .03*min(n-1, 1)) }, byTwo, 10, .005, "linear", 98, []string{"super-linear"}},

	{"a dip", through(map[float64]float64{1: 100, 2: 200, 4: 150, 8: 500, 16: 900}), byTwo, 8, .01, "uneven", 98, []string{"retrograde", "saturated", "linear"}},
	{"a dip, once", through(map[float64]float64{1: 100, 2: 200, 4: 150, 8: 500, 16: 900}), byTwo, 1, .01, "uneven", 98, []string{"retrograde", "saturated", "linear"}},
	{"up and down", through(map[float64]float64{1: 100, 2: 200, 4: 120, 8: 260, 16: 110}), byTwo, 8, .01, "retrograde", 0, []string{"linear", "super-linear", "saturated"}},
	{"noise alone", usl(.2, 0), byTwo, 8, .5, "noisy", 80, []string{"super-linear", "retrograde"}},
	{"one number", usl(0, 0), []float64{4}, 8, .01, "", 100, nil},
}

func TestStatus(t *testing.T) {
	for _, tt := range shapes {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(11, 12))
			got, high := map[string]int{}, 0
			for range 100 {
				c := scaling.Analyse(measured(rng, "threads", tt.truth, tt.samples, tt.noise, tt.ns...), 0)
				got[c.Status]++
				if len(c.Fits.Laws) == 0 {
					continue
				}
				best := 0.0
				for _, r := range c.Rows {
					best = max(best, r.Throughput.Mid)
				}
				l := c.Fits.Laws[0]
				if l.Peak != nil && l.Doubt != "" {
					t.Errorf("%s has a peak %+v", l.Doubt, l.Peak)
				}
				if l.Peak != nil && l.Peak.X > 1.04*best {
					high++
				}
			}
			if strings.Contains(tt.name, "then flat") && high > 2 {
				t.Errorf("%d times a peak is above all that was measured", high)
			}
			if got[tt.want] < tt.least {
				t.Errorf("%v, want %s", got, tt.want)
			}
			for _, never := range tt.never {
				if got[never] > 2 {
					t.Errorf("%v, not %s", got, never)
				}
			}
		})
	}
}

// Without its baseline a super-linear curve is what the rest of it is.
func TestRebased(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for _, tt := range []struct {
		truth func(float64) float64
		ns    []float64
		want  string
	}{
		{slowFirst(usl(0, 0)), byTwo, "linear"},
		{slowFirst(upTo(8)), byTwo, "saturated"},
		{slowFirst(usl(.05, .02)), byTwo, "retrograde"},
		{slowFirst(usl(0, 0)), []float64{1, 2}, ""},
		{func(n float64) float64 { return math.Pow(n, 1.3) }, byTwo, "super-linear"},
		{usl(.1, 0), byTwo, ""},
	} {
		c := scaling.Analyse(measured(rng, "threads", tt.truth, 8, .005, tt.ns...), 0)
		if c.Rebased != tt.want {
			t.Errorf("%s, without its baseline %q, want %q", c.Status, c.Rebased, tt.want)
		}
	}
}

// GOMAXPROCS above the CPUs counts where it gains, as it does for work that waits
// where the runtime does not see it.
func TestBeyondTheCPUs(t *testing.T) {
	mapped := through(map[float64]float64{4: 57500, 8: 71900, 16: 86200, 32: 99000, 64: 104700})
	over := []float64{4, 8, 16, 32, 64}
	rng := rand.New(rand.NewPCG(15, 16))
	for _, tt := range []struct {
		name    string
		truth   func(float64) float64
		ns      []float64
		cpus    int
		samples int
		want    string
	}{
		{"mapped file, once", mapped, over, 4, 1, "sub-linear at 64: enough 64 to 64, beyond 32"},
		{"mapped file", mapped, over, 4, 10, "sub-linear at 64: enough 64 to 64, beyond 32"},
		{"mapped file, CPUs unknown", mapped, over, 0, 10, "sub-linear at 64: enough 32 to 64, beyond 0"},
		{"computes", upTo(4), byTwo, 4, 10, "linear at 4: enough 4 to 4, beyond 0"},
		{"computes, with a little more", func(n float64) float64 { return min(n, 4) + .04*max(n-4, 0)/4 }, byTwo, 4, 10, "linear at 4: enough 4 to 4, beyond 0"},
		{"all above", upTo(8), []float64{8, 16, 32}, 4, 10, " at 8: enough 8 to 8, beyond 0"},
		{"falls above", through(map[float64]float64{1: 100, 2: 199, 4: 390, 8: 350, 16: 300}), byTwo, 4, 10, "linear at 4: enough 4 to 4, beyond 0"},
		{"blocks a little", func(n float64) float64 { return 1 + .25*math.Log2(n) }, byTwo, 2, 10, "sub-linear at 16: enough 16 to 16, beyond 16"},
	} {
		noise := .003
		if tt.samples == 1 {
			noise = 0
		}
		c := scaling.Analyse(measured(rng, "gomaxprocs", tt.truth, tt.samples, noise, tt.ns...), tt.cpus)
		got := fmt.Sprintf("%s at %v: enough %v to %v, beyond %v", c.Status, c.End().N, c.Best.From, c.Best.Enough, c.Best.Beyond)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
