//go:build system

package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/stats"
)

func init() { trials = 2000 }

// The promises of Decide are held here, over 16 rounds, which is what a quick
// run has, and stats.SimulatedLines lines.
const rounds = 16

var (
	lognormal = noise{"lognormal", func(r *rand.Rand) float64 { return math.Exp(0.3 * r.NormFloat64()) }}
	bimodal   = noise{"bimodal", func(r *rand.Rand) float64 {
		return 1 + 0.1*float64(r.IntN(2)) + 0.01*r.NormFloat64()
	}}
	// Every tenth sample meets a neighbour, and takes half as long again or so.
	contaminated = noise{"contaminated", func(r *rand.Rand) float64 {
		v := 1 + 0.02*r.NormFloat64()
		if r.IntN(10) == 0 {
			v *= 1 + 0.5*r.ExpFloat64()
		}
		return v
	}}
	noises = []noise{normal, lognormal, bimodal, contaminated}
)

// figures returns one cell's figures in n rounds.
func (n noise) figures(rng *rand.Rand, rounds int, drift float64) []float64 {
	out := make([]float64, rounds)
	for i := range out {
		out[i] = n.cell(rng) * (1 + drift*(float64(i)/float64(rounds-1)-0.5))
	}
	return out
}

// center returns the pseudo-median of one cell's figures, the median of the
// mean of two, which is what the Hodges–Lehmann estimate estimates: with skewed
// noise it is neither the median nor the mean.
func (n noise) center() float64 {
	rng := rand.New(rand.NewPCG(99, 100))
	means := make([]float64, 200_000)
	for i := range means {
		means[i] = (n.cell(rng) + n.cell(rng)) / 2
	}
	return stats.Median(means)
}

func (s share) err() float64 { return math.Sqrt(s.value() * (1 - s.value()) / float64(s.of)) }

// upper is the upper end of the share's 95% interval.
func (s share) upper() float64 { return s.value() + 1.96*s.err() }

func (s share) String() string {
	return fmt.Sprintf("%.2f%% ±%.2f of %d", 100*s.value(), 196*s.err(), s.of)
}

// atMost holds the upper end to a limit.
func (s share) atMost(t *testing.T, what string, limit float64) {
	t.Helper()
	t.Logf("%s: %v", what, s)
	if s.upper() > limit {
		t.Errorf("%s: %v, want at most %v", what, s, limit)
	}
}

// onBound returns a prediction about values whose centre lies on one of its
// bounds: one-sided or two-sided in turns of i.
func onBound(values []float64, center float64, i int) stats.Line {
	l := stats.Line{Values: values, Lo: center, Hi: inf}
	switch i % 3 {
	case 1:
		l.Lo, l.Hi = -inf, center
	case 2:
		l.Hi = center + math.Log(1.1/0.9)
	}
	return l
}

// verdicts says which verdicts occur at all.
func verdicts(lines []stats.Line) map[stats.Outcome]bool {
	out := map[stats.Outcome]bool{}
	for _, d := range stats.Decide(lines, stats.WrongVerdicts) {
		out[d.Outcome()] = true
	}
	return out
}

// At most 5% of reports have any wrong verdict, even if every line's truth is
// on its bound. Where it belongs to the region, a refutation is wrong; where it
// is just outside, support is: the same values make two reports. Four lines of
// five are ratios and one is a figure of one cell, as in the report.
func TestWrongVerdicts(t *testing.T) {
	shares := make([]share, 2*len(noises))
	t.Run("each", func(t *testing.T) {
		for i := range shares {
			n, drift := noises[i/2], 0.03*float64(i%2)
			t.Run(fmt.Sprintf("%s/drift=%v", n.name, drift), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(1, uint64(i)))
				center := n.center()
				lines := make([]stats.Line, stats.SimulatedLines)
				for range 1200 {
					for k := range lines {
						if k%5 == 4 {
							lines[k] = onBound(n.figures(rng, rounds, drift), center, k)
						} else {
							lines[k] = onBound(n.ratios(rng, rounds, 1.7, drift), math.Log(1.7), k)
						}
					}
					got := verdicts(lines)
					shares[i].add(got[stats.Refuted])
					shares[i].add(got[stats.Supported])
				}
				shares[i].atMost(t, "wrong", 0.06)
			})
		}
	})
	var all share
	for _, s := range shares {
		all.hits += s.hits
		all.of += s.of
	}
	all.atMost(t, "over all noises", stats.WrongVerdicts)
}

// With a mixture of effects, most of them clear, Holm's correction lets those
// near a bound be tested at a higher level; still few reports go wrong.
func TestWrongVerdictsAmongTrueEffects(t *testing.T) {
	for i, n := range noises {
		t.Run(n.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(2, uint64(i)))
			var s share
			lines := make([]stats.Line, stats.SimulatedLines)
			for range 500 {
				for k := range lines {
					lines[k] = onBound(n.ratios(rng, rounds, 1.7, 0.03), math.Log(1.7), k)
					switch k % 5 {
					case 0, 1:
						lines[k].Lo, lines[k].Hi = math.Log(1), inf
					case 2, 3:
						lines[k].Lo, lines[k].Hi = math.Log(2.5), math.Log(4)
					}
				}
				got := [5]map[stats.Outcome]bool{{}, {}, {}, {}, {}}
				for k, d := range stats.Decide(lines, stats.WrongVerdicts) {
					got[k%5][d.Outcome()] = true
				}
				wrong := got[0][stats.Refuted] || got[1][stats.Refuted] || got[2][stats.Supported] || got[3][stats.Supported]
				s.add(wrong || got[4][stats.Refuted])
				s.add(wrong || got[4][stats.Supported])
			}
			s.atMost(t, "wrong", 0.06)
		})
	}
}

// A region without width can be left on either side, so that a refutation has
// two ways to be wrong.
func TestWrongVerdictsOnPoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	var doubled, single share
	lines := make([]stats.Line, stats.SimulatedLines)
	for range 4000 {
		for k := range lines {
			lines[k] = stats.Line{Values: normal.ratios(rng, rounds, 1, 0)}
		}
		wrong, once := false, false
		for _, d := range stats.Decide(lines, stats.WrongVerdicts) {
			wrong = wrong || d.Outcome() == stats.Refuted
			once = once || d.P/2 <= stats.WrongVerdicts/stats.SimulatedLines
		}
		doubled.add(wrong)
		single.add(once)
	}
	doubled.atMost(t, "wrong", 0.06)
	t.Logf("without doubling p: %v", single)
	if single.value() < 0.06 {
		t.Errorf("without doubling p %v are wrong: why double it?", single)
	}
}

// A line alone, its truth on a bound, gets either wrong verdict rarely.
func TestWrongVerdictsOfOneLine(t *testing.T) {
	for i, n := range noises {
		t.Run(n.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(4, uint64(i)))
			var within, without, point share
			for range 60_000 {
				values, at := n.ratios(rng, rounds, 1.7, 0), math.Log(1.7)
				got := verdicts([]stats.Line{onBound(values, at, 0)})
				within.add(got[stats.Refuted])
				without.add(got[stats.Supported])
				point.add(verdicts([]stats.Line{{Values: values, Lo: at, Hi: at}})[stats.Refuted])
			}
			within.atMost(t, "refuted", 0.05)
			without.atMost(t, "supported", 0.05)
			point.atMost(t, "refuted of a point", 0.05)
		})
	}
}

// Sixteen clean rounds decide what is 14% beyond its bound, although most other
// lines stay open.
func TestDecidesClearEffects(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	var decided share
	for range 1000 {
		lines := make([]stats.Line, stats.SimulatedLines)
		for k := range lines {
			truth := 1.7
			if k < 10 {
				truth = 1.97
			}
			lines[k] = stats.Line{Values: normal.ratios(rng, rounds, truth, 0), Lo: math.Log(1.7), Hi: inf}
		}
		for _, d := range stats.Decide(lines, stats.WrongVerdicts)[:10] {
			decided.add(d.Outcome() == stats.Supported)
		}
	}
	t.Logf("decided: %v", decided)
	if decided.value() < 0.99 {
		t.Errorf("decided: %v, want 99%%", decided)
	}
}

// The interval covers the truth as often as it says, that of a ratio and that
// of a figure of one cell.
func TestCoverage(t *testing.T) {
	for i, n := range noises {
		for _, drift := range []float64{0, 0.03} {
			t.Run(fmt.Sprintf("%s/drift=%v", n.name, drift), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(6, uint64(i)))
				covers := func(i stats.Interval, truth float64) bool { return i.Lo <= truth && truth <= i.Hi }
				center := n.center()
				var ratio, figure share
				for range 6000 {
					ratio.add(covers(stats.HodgesLehmann(n.ratios(rng, rounds, 1.7, drift)), math.Log(1.7)))
					figure.add(covers(stats.HodgesLehmann(n.figures(rng, rounds, drift)), center))
				}
				t.Logf("ratio %v, figure %v", ratio, figure)
				for what, s := range map[string]share{"ratio": ratio, "figure": figure} {
					if s.value() < 0.93 || s.value() > 0.97 {
						t.Errorf("the interval of a %s covers %v, want 93%% to 97%%", what, s)
					}
				}
			})
		}
	}
}

// If neighbouring rounds are correlated by .5, verdicts are wrong in four of
// five reports, unless they must be clear by two steps. Other steps were tried:
// two attainable values of the statistic leave 71% wrong, and setting aside the
// two rounds that favour the verdict most leaves 51%.
func TestWrongVerdictsOfCorrelatedRounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	var s, plain share
	for range 1000 {
		lines := make([]stats.Line, stats.SimulatedLines)
		for k := range lines {
			lines[k] = stats.Line{Values: autoregressive(rng, rounds, 0.5, 0), Lo: 0, Hi: inf}
		}
		refuted, withoutSteps := false, false
		for _, d := range stats.Decide(lines, stats.WrongVerdicts) {
			refuted = refuted || d.Outcome() == stats.Refuted
			withoutSteps = withoutSteps || d.Corrected.Hi < 0
		}
		s.add(refuted)
		plain.add(withoutSteps)
	}
	t.Logf("without steps: %v", plain)
	s.atMost(t, "wrong", 0.06)
	if plain.value() < 0.3 {
		t.Errorf("without steps %v are wrong: what are they for?", plain)
	}
}

// As many rounds as More says decide most lines of which few were decided.
func TestMoreDecides(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	decided := func(rounds int) (s share, more float64) {
		var mores []float64
		for range 100 {
			lines := make([]stats.Line, stats.SimulatedLines)
			for k := range lines {
				truth := 1.7
				if k < 10 {
					truth = 1.73
				}
				lines[k] = stats.Line{Values: normal.ratios(rng, rounds, truth, 0), Lo: math.Log(1.7), Hi: inf}
			}
			for _, d := range stats.Decide(lines, stats.WrongVerdicts)[:10] {
				s.add(d.Outcome() == stats.Supported)
				if d.Outcome() == stats.Inconclusive {
					mores = append(mores, float64(d.More))
				}
			}
		}
		return s, stats.Median(mores)
	}
	few, more := decided(rounds)
	enough, _ := decided(int(more))
	t.Logf("%d rounds decide %v, %.0f rounds %v", rounds, few, more, enough)
	if few.value() > 0.5 || enough.value() < 0.6 || enough.value() > 0.97 {
		t.Errorf("%d rounds decide %v, %.0f rounds %v", rounds, few, more, enough)
	}
}

// The chance of any wrong verdict, by simulation: of samples of the same
// distribution none may differ, of those that lie right on the margin none may
// lie beyond it, and of those just beyond it none may be the same.
func TestCompareWrongVerdicts(t *testing.T) {
	const reports, lines, margin = 200, 40, 0.03
	// Three standard deviations above 5% of so many reports.
	most := int(reports*0.05 + 3*math.Sqrt(reports*0.05*0.95))
	for _, test := range []struct {
		name         string
		ratio, noise float64
		right        []stats.Difference
	}{
		{"identical", 1, 0.02, []stats.Difference{stats.Same, stats.Undecided}},
		{"identical and noisy", 1, 0.2, []stats.Difference{stats.Same, stats.Undecided}},
		{"on the margin", 1 + margin, 0.005, []stats.Difference{stats.Same, stats.Undecided}},
		{"just beyond it", 1.0301, 0.005, []stats.Difference{stats.Higher, stats.Undecided}},
	} {
		rng := rand.New(rand.NewPCG(9, 10))
		wrong := 0
		for range reports {
			pairs := make([]stats.Pair, lines)
			for i := range pairs {
				pairs[i] = stats.Pair{A: lognormals(rng, 10, 1, test.noise), B: lognormals(rng, 10, test.ratio, test.noise)}
			}
			if slices.ContainsFunc(stats.Compare(pairs, margin), func(c stats.Comparison) bool { return !slices.Contains(test.right, c.Verdict()) }) {
				wrong++
			}
		}
		t.Logf("%s: a wrong verdict in %.1f%% of reports", test.name, 100*float64(wrong)/reports)
		if wrong > most {
			t.Errorf("%s: a wrong verdict in %d of %d reports, at most %d are expected", test.name, wrong, reports, most)
		}
	}
}

var (
	heavy = noise{"heavy tails", func(r *rand.Rand) float64 { // Student's t with 3 degrees of freedom
		a, b, c := r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
		return math.Exp(0.02 * r.NormFloat64() / math.Sqrt((a*a+b*b+c*c)/3))
	}}
	outlying = noise{"outlying", func(r *rand.Rand) float64 { // every fifth value is 20% higher
		return math.Exp(0.02*r.NormFloat64() + 0.2*math.Floor(r.Float64()+0.2))
	}}
)

// What is said to be found in nine of ten cases is found so often with noise of any
// shape, by lines at the level of 70 of them and of 10, within these points of 90%.
func TestFindsNineOfTenInAnyNoise(t *testing.T) {
	for _, test := range []struct {
		noise
		within float64
	}{{normal, 4}, {lognormal, 4}, {bimodal, 10}, {heavy, 10}, {contaminated, 15}, {outlying, 15}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			hold := func(what string, n, level int, r reached) {
				p := 100 * r.power()
				t.Logf("%s, n=%d, one of %d: %.1f%%", what, n, level, p)
				if math.Abs(p-90) > test.within {
					t.Errorf("%s, n=%d, one of %d: %.1f%% are found, want 90%%", what, n, level, p)
				}
			}
			for _, n := range []int{16, 24, 48} {
				for _, level := range []int{10, 70} {
					rng := rand.New(rand.NewPCG(uint64(n), uint64(level)))
					reports := 1400 / level
					hold("lines", n, level, ofLines(rng, test.noise, n, level, reports))
					hold("rounds", n, level, ofPairs(rng, test.noise, n, level, reports, onceInRounds))
					hold("samples", n, level, ofPairs(rng, test.noise, n, level, reports, stats.Compare))
				}
			}
		})
	}
}

// Looks at comparisons within rounds share 5%, also where the later rounds resemble their
// neighbours a little. By far most wrong are reports of noise so great that no pair is
// ever the same.
func TestLooksAtPairs(t *testing.T) {
	mixed := func(line int) float64 { return 0.005 * math.Pow(1.2, float64(line)) } // up to 33%
	for _, test := range []struct {
		name      string
		factor, r float64
		noise     func(line int) float64
	}{
		{"alike", 1, 0, func(int) float64 { return 0.022 }},
		{"alike, noisy", 1, 0, func(int) float64 { return 0.3 }},
		{"alike, noisy, r=.2", 1, 0.2, func(int) float64 { return 0.3 }},
		{"alike, all noises", 1, 0.1, mixed},
		{"just beyond the margin", 1.0301, 0, func(int) float64 { return 0.01 }},
		{"just beyond the margin, all noises", 1.0301, 0.1, mixed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wrongAtLooks(1000, test.factor, test.noise, test.r).atMost(t, "wrong", 0.06)
		})
	}
}
