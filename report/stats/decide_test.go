package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

// signed returns n values of the magnitudes 1 … n, of which those listed are
// negative, so that the signed-rank statistic about 0 is their sum. Small and
// large ones alternate, as neighbours must not resemble each other.
func signed(n int, negative ...int) []float64 {
	v := make([]float64, n)
	for i := range v {
		magnitude := i/2 + 1
		if i%2 == 1 {
			magnitude = n - i/2
		}
		v[i] = float64(magnitude)
		if slices.Contains(negative, magnitude) {
			v[i] *= -1
		}
	}
	return v
}

// positive is the prediction that the centre of values is 0 or more.
func positive(values []float64) stats.Line {
	return stats.Line{Values: values, Lo: 0, Hi: inf}
}

// constant returns n times the value v.
func constant(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

func outcomes(lines ...stats.Line) []stats.Outcome {
	var out []stats.Outcome
	for _, d := range stats.Decide(lines, stats.WrongVerdicts) {
		out = append(out, d.Outcome())
	}
	return out
}

// One-sided chances of the signed-rank statistic, as tabulated (Wilcoxon, Katti,
// Wilcox, 1970; Hollander, Wolfe, 1973, table A.4), which R's psignrank(v, n)
// gives too.
func TestSignedRankP(t *testing.T) {
	for _, test := range []struct {
		n, v int
		want float64
	}{
		{5, 0, .0313}, {6, 2, .0469}, {6, 0, .0156}, {7, 3, .0391}, {7, 2, .0234}, {7, 0, .0078},
		{8, 5, .0391}, {8, 3, .0195}, {8, 1, .0078}, {8, 0, .0039}, {9, 8, .0488}, {9, 5, .0195},
		{9, 3, .0098}, {9, 1, .0039}, {10, 10, .0420}, {10, 8, .0244}, {10, 5, .0098}, {10, 3, .0049},
		{11, 13, .0415}, {11, 10, .0210}, {11, 7, .0093}, {11, 5, .0049}, {12, 17, .0461}, {12, 13, .0212},
		{12, 9, .0081}, {12, 7, .0046}, {13, 21, .0471}, {13, 17, .0239}, {13, 12, .0085}, {13, 9, .0040},
		{14, 25, .0453}, {14, 21, .0247}, {14, 15, .0083}, {14, 12, .0043}, {15, 30, .0473}, {15, 25, .0240},
		{15, 19, .0090}, {15, 15, .0042}, {16, 35, .0467}, {16, 29, .0222}, {16, 23, .0091}, {16, 19, .0046},
	} {
		if got := stats.SignedRankP(test.n, test.v); math.Abs(got-test.want) > 0.00005001 {
			t.Errorf("n=%d: P(V ≤ %d) = %.6f, want %.4f", test.n, test.v, got, test.want)
		}
	}
	// The normal limit takes over without a jump, relatively, even far out.
	n := stats.ExactUpTo
	for _, tail := range []float64{0.025, 0.001, 0.0005} {
		exact, normal := stats.SignedRankP(n, stats.SignedRankOrder(n, tail)), stats.SignedRankP(n+1, stats.SignedRankOrder(n+1, tail))
		if math.Abs(normal/exact-1) > 0.05 {
			t.Errorf("at %v: exact %v, by the normal limit %v", tail, exact, normal)
		}
	}
}

// A line's p is the share of all 2ⁿ assignments of signs that are as far out:
// exactly without ties, and with ties and zeros the share with a p as small is
// never larger than p, in whichever direction a verdict would be wrong.
func TestPByEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 5; n <= 10; n++ {
		byEnumeration(t, signed(n), true)
		for range 20 {
			v := make([]float64, n)
			for i := range v {
				v[i] = float64(rng.IntN(4))
			}
			byEnumeration(t, v, false)
		}
	}
}

func byEnumeration(t *testing.T, magnitudes []float64, exact bool) {
	t.Helper()
	n := len(magnitudes)
	// With the centre at 0, the first region is true and the second is not.
	regions := map[stats.Outcome]stats.Line{stats.Refuted: {Lo: 0, Hi: inf}, stats.Supported: {Lo: 1e-9, Hi: inf}}
	for wrong, line := range regions {
		var ps []float64
		for set := range 1 << n {
			line.Values = slices.Clone(magnitudes)
			for i := range line.Values {
				if set>>i&1 == 1 {
					line.Values[i] *= -1
				}
			}
			if likely, p := stats.Likely(line); likely == wrong && p < 0.5 {
				ps = append(ps, p)
			}
		}
		slices.Sort(ps)
		for i, p := range ps {
			if i+1 < len(ps) && ps[i+1] == p {
				continue
			}
			share := math.Ldexp(float64(i+1), -n)
			if share > p*(1+1e-12) || exact && !same(share, p) {
				t.Errorf("magnitudes %v, %s: p ≤ %v in %v of assignments", magnitudes, wrong, p, share)
			}
		}
		if exact && len(ps) == 0 {
			t.Errorf("magnitudes %v, %s: no p below one half", magnitudes, wrong)
		}
	}
}

// Holm's procedure with the p-values .0049, .0098, .032 and .042 at 5%: the
// first is at most .05/4, the second at most .05/3, the third exceeds .05/2, so
// that the fourth, though below .05, is not looked at.
func TestHolm(t *testing.T) {
	lines := []stats.Line{
		positive(signed(10, 9)),
		positive(signed(10, 3)),
		positive(signed(10, 10)),
		positive(signed(10, 5)),
	}
	got := stats.Decide(lines, stats.WrongVerdicts)
	for i, want := range []struct {
		outcome stats.Outcome
		p       float64
		tail    float64
	}{
		{stats.Inconclusive, 33. / 1024, .05 / 2},
		{stats.Supported, 5. / 1024, .05 / 4},
		{stats.Inconclusive, 43. / 1024, .05 / 2},
		{stats.Supported, 10. / 1024, .05 / 3},
	} {
		if d := got[i]; d.Outcome() != want.outcome || !same(d.P, want.p) || !same(d.Level, 1-2*want.tail) {
			t.Errorf("line %d: %s, p %v, level %v; want %+v", i, d.Outcome(), d.P, d.Level, want)
		}
	}
	// Refuted from the other side; the order of the lines does not matter.
	slices.Reverse(lines)
	for i := range lines {
		lines[i].Lo, lines[i].Hi = -inf, 0
	}
	want := []stats.Outcome{stats.Refuted, stats.Inconclusive, stats.Refuted, stats.Inconclusive}
	if got := outcomes(lines...); !slices.Equal(got, want) {
		t.Errorf("turned round: %v, want %v", got, want)
	}
}

// Unanimous rounds have p = 2⁻ⁿ, which decides 51 lines of 10 rounds and not
// one of 52; nor may one of them disagree.
func TestFewRounds(t *testing.T) {
	for _, test := range []struct {
		lines, rounds int
		negative      []int
		want          stats.Outcome
	}{
		{51, 10, nil, stats.Supported},
		{52, 10, nil, stats.Inconclusive},
		{78, 10, nil, stats.Inconclusive},
		{78, 11, nil, stats.Supported},
		{51, 10, []int{1}, stats.Inconclusive},
		{102, 11, nil, stats.Supported},
		{103, 11, nil, stats.Inconclusive},
		{78, 12, []int{1}, stats.Supported},
		// 16 rounds leave room for two that disagree a little, but not for one
		// that disagrees more than all others agree.
		{78, 16, []int{4, 5}, stats.Supported},
		{78, 16, []int{9}, stats.Supported},
		{78, 16, []int{16}, stats.Inconclusive},
		{19, 16, []int{16}, stats.Supported},
		{20, 16, []int{16}, stats.Inconclusive},
		{78, 9, nil, stats.Inconclusive},
		{1, 9, nil, stats.Inconclusive},
	} {
		t.Run(fmt.Sprint(test.lines, "lines", test.rounds, "rounds", test.negative), func(t *testing.T) {
			line := positive(signed(test.rounds, test.negative...))
			for _, d := range stats.Decide(slices.Repeat([]stats.Line{line}, test.lines), stats.WrongVerdicts) {
				if d.Outcome() != test.want || d.Correlated {
					t.Fatalf("%+v, want %s", d, test.want)
				}
			}
		})
	}
}

func TestDecideByRounds(t *testing.T) {
	for _, test := range []struct {
		rounds        int
		known, finite bool
		outcome       stats.Outcome
	}{
		{0, false, false, stats.Inconclusive},
		{1, false, false, stats.Inconclusive},
		{5, false, false, stats.Inconclusive},
		{6, true, true, stats.Inconclusive},
		{9, true, true, stats.Inconclusive},
		{10, true, true, stats.Supported},
	} {
		d := stats.Decide([]stats.Line{positive(constant(test.rounds, 3))}, stats.WrongVerdicts)[0]
		finite := !math.IsInf(d.Corrected.Lo, 0) && !math.IsInf(d.Corrected.Hi, 0)
		if d.Center.Known() != test.known || finite != test.finite || d.Outcome() != test.outcome {
			t.Errorf("%d rounds: %+v", test.rounds, d)
		}
		if d.Center.N != test.rounds || d.Corrected.N != test.rounds || math.IsNaN(d.P) || math.IsNaN(d.Level) {
			t.Errorf("%d rounds: %+v", test.rounds, d)
		}
	}
	if got := stats.Decide(nil, stats.WrongVerdicts); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	// What is not finite is no round, and the values stay as they are.
	values := append([]float64{nan, inf, -inf}, signed(16)...)
	slices.Reverse(values)
	before := slices.Clone(values)
	if d := stats.Decide([]stats.Line{positive(values)}, stats.WrongVerdicts)[0]; d.Center.N != 16 || d.Outcome() != stats.Supported {
		t.Errorf("%+v", d)
	}
	if fmt.Sprint(values) != fmt.Sprint(before) {
		t.Errorf("the values were changed to %v", values)
	}
}

// A count that is the same in every round may lie exactly on a bound, which
// belongs to the region.
func TestOnTheBound(t *testing.T) {
	two := constant(16, 2)
	got := outcomes(
		stats.Line{Values: two, Lo: 2, Hi: inf},
		stats.Line{Values: two, Lo: -inf, Hi: 2},
		stats.Line{Values: two, Lo: 2, Hi: 2},
		stats.Line{Values: two, Lo: 2.5, Hi: 3},
		stats.Line{Values: two, Lo: math.Nextafter(2, 3), Hi: inf},
		stats.Line{Values: two, Lo: -inf, Hi: inf},
	)
	want := []stats.Outcome{stats.Supported, stats.Supported, stats.Supported, stats.Refuted, stats.Refuted, stats.Supported}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A verdict and its corrected interval never disagree, in any mixture of
// lines, with and without ties, and the interval is never inside Center's.
func TestVerdictAgreesWithInterval(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	seen := map[stats.Outcome]int{}
	for range 2000 {
		var lines []stats.Line
		for range 1 + rng.IntN(20) {
			lines = append(lines, anyLine(rng))
		}
		for i, d := range stats.Decide(lines, stats.WrongVerdicts) {
			l := lines[i]
			want := stats.Inconclusive
			switch c := d.Corrected; {
			case len(l.Values) < stats.MinForVerdict || d.Correlated:
			case l.Lo <= c.Lo && c.Hi <= l.Hi:
				want = stats.Supported
			case c.Hi < l.Lo || l.Hi < c.Lo:
				want = stats.Refuted
			}
			if d.Outcome() != want {
				t.Fatalf("%+v: %+v, but the interval says %s", l, d, want)
			}
			if d.Corrected.Lo > d.Center.Lo || d.Corrected.Hi < d.Center.Hi || d.Level < stats.Confidence {
				t.Fatalf("%+v is narrower than the 95%% interval", d)
			}
			seen[want]++
		}
	}
	for _, o := range []stats.Outcome{stats.Supported, stats.Refuted, stats.Inconclusive} {
		if seen[o] < 1000 {
			t.Errorf("%s was seen %d times only: nothing is shown", o, seen[o])
		}
	}
}

// anyLine returns any number of values of any kind of noise, and any region.
func anyLine(rng *rand.Rand) stats.Line {
	l := stats.Line{Values: make([]float64, 6+rng.IntN(30)), Lo: -inf, Hi: inf}
	step := []float64{0, 0, 1, 2}[rng.IntN(4)]
	for i := range l.Values {
		l.Values[i] = rng.NormFloat64()
		if step > 0 {
			l.Values[i] = step * math.Round(l.Values[i]/step)
		}
	}
	at := float64(rng.IntN(9)-4) / 2
	switch rng.IntN(3) {
	case 0:
		l.Lo = at
	case 1:
		l.Hi = at
	default:
		l.Lo, l.Hi = at, at+float64(rng.IntN(5))
	}
	return l
}

func TestDecidePanics(t *testing.T) {
	for _, l := range []stats.Line{{Lo: 1, Hi: 0}, {Lo: nan, Hi: 0}, {Lo: 0, Hi: nan}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for a region from %v to %v", l.Lo, l.Hi)
				}
			}()
			stats.Decide([]stats.Line{l}, stats.WrongVerdicts)
		}()
	}
}

func TestMore(t *testing.T) {
	alternate := func(n int, center, spread float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = center + spread*float64(1-i%2*2)*float64(1+i/2%3)
		}
		return v
	}
	for _, test := range []struct {
		name  string
		lines int
		line  stats.Line
		want  func(more int) bool
	}{
		{"decided", 1, positive(alternate(16, 10, 1)), func(m int) bool { return m == 0 }},
		{"too few for an interval", 1, positive(alternate(5, 10, 1)), func(m int) bool { return m == 0 }},
		{"preliminary", 1, positive(alternate(6, 10, 1)), func(m int) bool { return m == 10 }},
		{"unanimous, 10 rounds of 78 lines", 78, positive(alternate(10, 10, 1)), func(m int) bool { return m == 11 }},
		{"near the bound", 1, positive(alternate(16, 0.7, 1)), func(m int) bool { return m > 100 && m < 200 }},
		{"the same among others", 75, positive(alternate(16, 0.7, 1)), func(m int) bool { return m > 200 && m < 400 }},
		{"on the bound", 1, positive(alternate(16, 0, 1)), func(m int) bool { return m == 0 }},
		{"as good as on it", 1, positive(alternate(16, 0.01, 1)), func(m int) bool { return m == 0 }},
		{"in the middle of a region", 75, stats.Line{Values: alternate(16, 0, 1), Lo: -1, Hi: 1}, func(m int) bool { return m > 16 && m < 200 }},
		{"above a region", 75, stats.Line{Values: alternate(16, 1, 1), Lo: -1, Hi: 0}, func(m int) bool { return m > 16 && m < 200 }},
		{"below a region", 75, stats.Line{Values: alternate(16, -1, 1), Lo: 0, Hi: 1}, func(m int) bool { return m > 16 && m < 200 }},
	} {
		lines := slices.Repeat([]stats.Line{test.line}, test.lines)
		if d := stats.Decide(lines, stats.WrongVerdicts)[0]; !test.want(d.More) || d.More > 0 && d.More <= d.Center.N {
			t.Errorf("%s: %+v", test.name, d)
		}
	}
}

func TestCenter(t *testing.T) {
	values := []float64{3, nan, 1, 6, 2, inf, 5, 4}
	before := fmt.Sprint(values)
	if got, want := stats.HodgesLehmann(values), (stats.Interval{Mid: 3.5, Lo: 1, Hi: 6, N: 6}); !sameInterval(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if fmt.Sprint(values) != before {
		t.Errorf("the values were changed to %v", values)
	}
	if got, want := stats.HodgesLehmann(nil), stats.MedianInterval(nil); !sameInterval(got, want) {
		t.Errorf("of nothing: %+v", got)
	}
	// It is Ratio on a linear scale, whether or not all averages are sorted.
	rng := rand.New(rand.NewPCG(7, 8))
	for n := 1; n < 60; n++ {
		v, ones := make([]float64, n), constant(n, 1)
		for i := range v {
			v[i] = math.Exp(rng.NormFloat64())
		}
		ratio := stats.Ratio(v, ones)
		for i := range v {
			v[i] = math.Log(v[i])
		}
		c := stats.HodgesLehmann(v)
		if want := (stats.Interval{Mid: math.Exp(c.Mid), Lo: math.Exp(c.Lo), Hi: math.Exp(c.Hi), N: n}); !sameInterval(ratio, want) {
			t.Errorf("n=%d: ratio %+v, by Center %+v", n, ratio, want)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	lines := make([]stats.Line, stats.SimulatedLines)
	for i := range lines {
		lines[i] = stats.Line{Values: normal.ratios(rng, 16, 1.97, 0), Lo: math.Log(1.7), Hi: inf}
	}
	b.ReportAllocs()
	for b.Loop() {
		stats.Decide(lines, stats.WrongVerdicts)
	}
}

// Four speed-ups over twelve rounds, against predictions that were made
// before: the noise is a few percent, so that only what is near a bound stays
// open.
func ExampleDecide() {
	noise := []float64{-.02, .01, .03, -.01, 0, .02, -.03, .01, -.01, .02, -.02, .005}
	speedup := func(of float64) []float64 {
		var logs []float64
		for _, n := range noise {
			logs = append(logs, math.Log(of)+n)
		}
		return logs
	}
	atLeast := math.Log(1.7)
	lo, hi := math.Log(0.9), math.Log(1.1)
	for _, d := range stats.Decide([]stats.Line{
		{Values: speedup(1.97), Lo: atLeast, Hi: math.Inf(1)},
		{Values: speedup(1.69), Lo: atLeast, Hi: math.Inf(1)},
		{Values: speedup(1.02), Lo: lo, Hi: hi},
		{Values: speedup(1.35), Lo: lo, Hi: hi},
	}, stats.WrongVerdicts) {
		c := d.Corrected
		fmt.Printf("%.2f [%.2f, %.2f] %s\n", math.Exp(c.Mid), math.Exp(c.Lo), math.Exp(c.Hi), d.Outcome())
	}
	// Output:
	// 1.97 [1.94, 2.00] supported
	// 1.69 [1.67, 1.72] inconclusive
	// 1.02 [1.00, 1.04] supported
	// 1.35 [1.33, 1.37] refuted
}
