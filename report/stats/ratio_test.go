package stats_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

// logRatio gives Ratio the log ratios themselves and returns the logarithms
// of its figures.
func logRatio(logs []float64) stats.Interval {
	num, den := make([]float64, len(logs)), make([]float64, len(logs))
	for i, l := range logs {
		num[i], den[i] = math.Exp(l), 1
	}
	r := stats.Ratio(num, den)
	return stats.Interval{Mid: math.Log(r.Mid), Lo: math.Log(r.Lo), Hi: math.Log(r.Hi), N: r.N}
}

// Nine patients' depression before and after a tranquilliser: example 3.1 of
// Hollander, Wolfe (1973), also in R's help for wilcox.test. Their estimate is
// -0.46 (example 3.3), their 96.1% interval from -0.786 to -0.010 (3.4).
func TestRatioPublished(t *testing.T) {
	before := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	after := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	num, den := make([]float64, len(before)), make([]float64, len(before))
	for i := range before {
		num[i], den[i] = math.Exp(after[i]), math.Exp(before[i])
	}
	r := stats.Ratio(num, den)
	got := fmt.Sprintf("%.3f %.3f %.3f", math.Log(r.Mid), math.Log(r.Lo), math.Log(r.Hi))
	if want := "-0.460 -0.786 -0.010"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func walshAverages(v []float64) []float64 {
	var out []float64
	for i := range v {
		for j := range i + 1 {
			out = append(out, (v[i]+v[j])/2)
		}
	}
	slices.Sort(out)
	return out
}

// lowerTail returns P(V ≤ v) of the signed-rank statistic of n values, by
// looking at each of the 2ⁿ equally likely sets of signs.
func lowerTail(n, v int) float64 {
	count := 0
	for set := range uint64(1) << n {
		sum := 0
		for s := set; s != 0; s &= s - 1 {
			sum += bits.TrailingZeros64(s) + 1
		}
		if sum <= v {
			count++
		}
	}
	return math.Ldexp(float64(count), -n)
}

// For every n the bounds are the innermost Walsh averages that still cover
// 95%, found by brute force.
func TestRatioByEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 18; n++ {
		logs := make([]float64, n)
		for i := range logs {
			logs[i] = rng.NormFloat64() / 10
		}
		walsh := walshAverages(logs)
		m := len(walsh)
		want := stats.Interval{Mid: (walsh[(m-1)/2] + walsh[m/2]) / 2, Lo: nan, Hi: nan, N: n}
		if n >= stats.MinForInterval {
			// The k-th average from each end covers 1 − 2·P(V ≤ k−1).
			k := 1
			for 1-2*lowerTail(n, k) >= stats.Confidence {
				k++
			}
			want.Lo, want.Hi = walsh[k-1], walsh[m-k]
		}
		got := logRatio(logs)
		for _, d := range []float64{got.Mid - want.Mid, got.Lo - want.Lo, got.Hi - want.Hi} {
			if math.Abs(d) > 1e-12 || got.N != n || got.Known() != want.Known() {
				t.Errorf("n=%d: got %+v, want %+v", n, got, want)
				break
			}
		}
	}
}

// One more than the tabulated two-sided 5% critical values of Wilcoxon's
// signed-rank test, which is R's qsignrank(0.025, n).
func TestSignedRankOrder(t *testing.T) {
	for n, want := range map[int]int{6: 1, 7: 3, 8: 4, 9: 6, 10: 9, 12: 14, 15: 26, 16: 30, 20: 53, 24: 82, 30: 138, 50: 435} {
		if got := stats.SignedRankOrder(n, 0.025); got != want {
			t.Errorf("order for n=%d: %d, want %d", n, got, want)
		}
	}
	// The normal limit takes over without a jump.
	for n := 60; n <= stats.ExactUpTo; n++ {
		if exact, normal := stats.SignedRankOrder(n, 0.025), stats.NormalOrder(n, 0.025); max(exact-normal, normal-exact) > 1 {
			t.Errorf("n=%d: order %d, by the normal limit %d", n, exact, normal)
		}
	}
}

func TestRatioLeavesOut(t *testing.T) {
	num := []float64{2, 4, 0, 8, nan, 2, inf, 2, -1}
	den := []float64{1, 2, 1, 4, 1, 0, 1, inf, -1}
	want := stats.Interval{Mid: 2, Lo: nan, Hi: nan, N: 3}
	if got := stats.Ratio(num, den); !sameInterval(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if num[0] != 2 || den[1] != 2 {
		t.Error("the input was changed")
	}
	if got := stats.Ratio(nil, nil); !sameInterval(got, stats.MedianInterval(nil)) {
		t.Errorf("of nothing: %+v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("different lengths: no panic")
		}
	}()
	stats.Ratio(num, den[1:])
}

func TestRatioExtremes(t *testing.T) {
	equal := []float64{3, 3, 3, 3, 3, 3, 3}
	if got, want := stats.Ratio(equal, equal), (stats.Interval{Mid: 1, Lo: 1, Hi: 1, N: 7}); got != want {
		t.Errorf("of equals: %+v, want %+v", got, want)
	}
	big := []float64{1e308, 1e308, 1e308, 1e308, 1e308, 1e308}
	tiny := []float64{1e-300, 1e-300, 1e-300, 1e-300, 1e-300, 1e-300}
	if got := stats.Ratio(tiny, tiny); !same(got.Mid, 1) {
		t.Errorf("of tiny values: %+v", got)
	}
	if got := stats.Ratio(big, tiny); got.N != 6 || math.IsNaN(got.Mid) {
		t.Errorf("beyond the largest float: %+v", got)
	}
}

// Many values cost neither quadratic time nor memory, and turning the ratio
// round turns the interval round.
func TestRatioOfMany(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	n := 100_000
	num, den := make([]float64, n), make([]float64, n)
	for i := range num {
		num[i], den[i] = math.Exp(0.1*rng.NormFloat64()), math.Exp(0.1*rng.NormFloat64())
	}
	r, back := stats.Ratio(num, den), stats.Ratio(den, num).Inverse()
	if r.Lo >= 1 || r.Hi <= 1 || r.Hi-r.Lo > 0.003 {
		t.Errorf("%+v does not hold 1 narrowly", r)
	}
	if math.Abs(r.Mid-back.Mid)+math.Abs(r.Lo-back.Lo)+math.Abs(r.Hi-back.Hi) > 1e-12 {
		t.Errorf("%+v, turned round %+v", r, back)
	}
}

// The interval covers the true ratio as often as it says.
func TestRatioCoverage(t *testing.T) {
	noises := map[string]func(*rand.Rand) float64{
		"normal":    func(r *rand.Rand) float64 { return 1 + 0.02*r.NormFloat64() },
		"lognormal": func(r *rand.Rand) float64 { return math.Exp(0.3 * r.NormFloat64()) },
		"bimodal": func(r *rand.Rand) float64 {
			return 1 + 0.1*float64(r.IntN(2)) + 0.01*r.NormFloat64()
		},
	}
	const trials, truth = 10_000, 1.7
	for name, noise := range noises {
		for _, n := range []int{10, 16} {
			t.Run(fmt.Sprintf("%s/n=%d", name, n), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(11, uint64(n)))
				num, den := make([]float64, n), make([]float64, n)
				covered := 0
				for range trials {
					for i := range num {
						num[i], den[i] = truth*noise(rng), noise(rng)
					}
					if r := stats.Ratio(num, den); r.Lo <= truth && truth <= r.Hi {
						covered++
					}
				}
				share := float64(covered) / trials
				t.Logf("covered %.2f%%", 100*share)
				if share < 0.93 || share > 0.97 {
					t.Errorf("covered %.2f%%, want 93%% to 97%%", 100*share)
				}
			})
		}
	}
}

func BenchmarkRatio(b *testing.B) {
	for _, n := range []int{16, 1000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			v, w := make([]float64, n), make([]float64, n)
			for i := range v {
				v[i], w[i] = float64(i+1), float64(n-i)
			}
			for b.Loop() {
				stats.Ratio(v, w)
			}
		})
	}
}

// Two cells over eight rounds: the machine got slower on the way, but the
// ratio within the rounds hardly moved.
func ExampleRatio() {
	one := []float64{10.0, 10.4, 10.9, 11.2, 12.0, 12.3, 12.8, 13.1}
	two := []float64{5.1, 5.2, 5.5, 5.7, 6.0, 6.1, 6.5, 6.6}
	r := stats.Ratio(one, two)
	fmt.Printf("%.2f [%.2f, %.2f]\n", r.Mid, r.Lo, r.Hi)
	// Output: 1.98 [1.97, 2.00]
}

func TestKarpFlatt(t *testing.T) {
	for _, test := range []struct{ speedup, p, want float64 }{
		{4, 4, 0}, {1, 4, 1}, {2, 4, 1. / 3}, {5, 4, -1. / 15}, {8 / (1 + .07*7), 8, .07}, // the last is σ of Amdahl's law
	} {
		if got := stats.KarpFlatt(test.speedup, test.p); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%v with %v: %v, want %v", test.speedup, test.p, got, test.want)
		}
	}
}
