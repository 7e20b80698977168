package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// wrongVerdicts is the chance, over all lines of a report together, that any
// of them is called supported or refuted wrongly.
const wrongVerdicts = 0.05

// MinForVerdict is the smallest number of rounds that gives a verdict: below,
// not even rounds that agree without exception could decide one line of 50. Of
// 52 lines and more, it takes one round more.
const MinForVerdict = 10

// maxMore is the largest number of rounds that is worth saying.
const maxMore = 1000

// Line is one prediction: that the centre of a figure lies from Lo to Hi.
//
// All is on a scale on which noise is symmetric, or nearly: logarithms for
// ratios, and for all that varies by factors. (If every line were a lognormal
// figure with a noise of 30%, judged as it is, 6% of reports would have a wrong
// verdict.) The centre is the pseudo-median, the median of the means of two
// values. A figure that takes few values, such as a count, may lie exactly on a
// bound: the bounds belong to the region.
type Line struct {
	Values []float64 // one a round, in the order of the rounds; those that are not finite are left out
	Lo, Hi float64   // Lo ≤ Hi; -Inf or +Inf where the region is open
	// Later is the index of the first value from after the first look at a run.
	// Rounds are shorter from there on. 0: there was no look.
	Later int
}

// Decision is what a line's values say.
type Decision struct {
	Supported, Refuted bool // neither: it is inconclusive
	// Center is what [HodgesLehmann] says of the values.
	Center Interval
	// Wider is Center at the confidence of 1 less the chance of a wrong verdict.
	Wider Interval
	// Corrected is Center with the bounds that decide: the line is supported
	// when they lie within its region, and refuted when they lie outside. They
	// are infinite where so few rounds have none at this level, which is that of
	// the step of Holm's procedure at which the line was tested: it makes the
	// verdicts right together, not the intervals.
	Corrected Interval
	// Level is the confidence of Corrected, at least [Confidence]: 1−2t for a
	// line that was tested at t on either side.
	Level float64
	// P is the smaller p of support and refutation, before the correction.
	P float64
	// Correlated marks a line that would have a verdict if its rounds did not
	// resemble their neighbours; see [Decide].
	Correlated bool
	// More is, for an inconclusive line, about how many rounds in all would
	// likely decide it: half the interval shrinks with the root of the rounds.
	// 0 when that is unknown or above 1000.
	More int
	// Finds is, for an inconclusive line, the smallest distance of the centre from a
	// bound that as many rounds with this noise would have decided, in nine of ten
	// cases; farther by as much as their correlation makes intervals wider. NaN where
	// no distance is.
	Finds float64
}

// Decide judges the lines of one report together, such that the chance of any
// wrong verdict among them is at most wrong: see [WrongAtLook].
//
// Each is tested by Wilcoxon's signed-rank test, one-sided against each of its
// bounds, by counting Walsh averages on either side; the same count gives the
// interval, so a verdict and its Corrected interval always agree. Without ties
// the test is exact. With ties, and values on a bound, an average on the bound
// counts for the region; p is then never too small (Noether, 1967), whereas the
// conditional test with mid-ranks could contradict the interval.
//
// A region with two bounds is supported when both tests say so (Schuirmann,
// 1987), and refuted when either does, with p doubled, because with a narrow
// region both could err.
//
// The correction is Holm's (1979): the line with the smallest p is tested at
// wrong divided by the number of lines, the next by one less, until one
// fails; the others are then held to its level. A line counts once, as its
// centre is in its region or not, and only one of the two verdicts can be wrong.
// Lines with too few rounds for a verdict count too.
//
// The test supposes that rounds are independent. Where [SerialCorrelation] over
// the lines exceeds MaxSerialCorrelation, only those verdicts stay that are
// clear by two steps, a step being the distance from the estimate to the
// nearest bound of Corrected: an interval twice as wide would still decide. The
// values from [Line].Later on are tested by themselves too; where they are
// correlated less than that, a verdict must be clear by as many steps as this makes
// intervals wider.
func Decide(lines []Line, wrong float64) []Decision {
	tests, averages, samples := make([]test, len(lines)), make([]ordered, len(lines)), make([][]float64, len(lines))
	for i, l := range lines {
		if !(l.Lo <= l.Hi) {
			panic(fmt.Sprintf("stats.Decide: a region from %v to %v", l.Lo, l.Hi))
		}
		samples[i] = finite(l.Values)
		averages[i] = walshAverages(slices.Clone(samples[i]))
		tests[i] = newTest(&averages[i], l.Lo, l.Hi)
		tests[i].few = averages[i].n < MinForVerdict
	}
	holm(tests, wrong)
	steps := widening(later(lines))
	if correlated(neighboursOf(samples)) || correlated(neighboursOf(later(lines))) {
		steps = 2
	}
	out := make([]Decision, len(lines))
	for i := range tests {
		out[i] = tests[i].decision(lines[i], &averages[i], steps)
		out[i].Wider = averages[i].interval(min(wrong, 1-Confidence) / 2)
	}
	return out
}

// widening is how much wider than intervals of independent values those of an
// autoregressive noise are that has the samples' correlation r: √((1+r)/(1−r)); at
// least 1. After the first look rounds are short, and r = 0.1, which a test can't tell
// from chance, would make more than 5% of reports wrong.
func widening(samples [][]float64) float64 {
	r := serialCorrelation(neighboursOf(samples))
	if !(r > 0) {
		return 1
	}
	r = min(r, 0.6) // the widening takes 2 of it
	return math.Sqrt((1 + r) / (1 - r))
}

// later returns the values from after the first look.
func later(lines []Line) (samples [][]float64) {
	for _, l := range lines {
		if l.Later > 0 {
			samples = append(samples, finite(l.Values[l.Later:]))
		}
	}
	return samples
}

// minForSerial is how many values lines must have for their correlation to
// count. By chance it exceeds MaxSerialCorrelation once in 40 times with 100 of
// them, but once in 5 with the 16 of a single line.
const minForSerial = 100

// correlated says whether the values of samples resemble those before them.
func correlated(samples []neighbours) bool {
	n := 0
	for _, s := range samples {
		n += s.n
	}
	return n >= minForSerial && serialCorrelation(samples) > MaxSerialCorrelation
}

// test is a verdict under test, the likelier one of two: that a centre lies in a
// region, or outside.
type test struct {
	refutes bool
	above   bool    // what lies outside lies rather above the region than below
	p       float64 // one-sided, of the verdict
	ways    float64 // on how many sides of the region the verdict could be wrong
	few     bool    // there are too few values for a verdict
	tail    float64 // the level of either side after the correction
	decided bool    // p is at most tail, and so were those before it
}

// newTest counts the numbers outside. Few of them, on the worse side, support;
// few others refute. On an open side none are outside.
func newTest(o *ordered, lo, hi float64) test {
	below, above := o.below(lo), o.count-o.atMost(hi)
	outside := max(below, above)
	t := test{p: o.of.p(outside), ways: 1, above: above >= below}
	if p := o.of.p(o.count - outside); p < t.p {
		t.refutes, t.p = true, p
		if !math.IsInf(lo, 0) && !math.IsInf(hi, 0) {
			t.ways = 2
		}
	}
	return t
}

// both is the p of the verdict, for both sides on which it may err.
func (t *test) both() float64 { return min(1, t.ways*t.p) }

// holm decides the tests that have enough values, and gives each its level.
func holm(tests []test, wrong float64) {
	var order []*test
	for i := range tests {
		if !tests[i].few {
			order = append(order, &tests[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *test) int { return cmp.Compare(a.both(), b.both()) })
	left := len(tests)
	// The last one is held to the interval that is printed nevertheless.
	tail := func(t *test) float64 { return min(wrong/float64(left)/t.ways, min(wrong, 1-Confidence)/2) }
	for _, t := range order {
		if t.p > tail(t) {
			break
		}
		t.tail, t.decided = tail(t), true
		left--
	}
	for i := range tests {
		if t := &tests[i]; !t.decided {
			t.tail = tail(t)
		}
	}
}

func (t *test) decision(l Line, o *ordered, steps float64) Decision {
	d := Decision{Center: o.center(), Corrected: o.interval(t.tail), Level: 1 - 2*t.tail, P: t.both(),
		Finds: math.NaN()}
	if t.decided && (steps == 1 || t.distance(l, d.Corrected) >= steps) {
		d.Supported, d.Refuted = !t.refutes, t.refutes
		return d
	}
	d.Correlated = t.decided
	d.More = t.more(l, d.Center, steps)
	if !t.few {
		d.Finds = steps * newInRounds(finite(l.Values), d.Center.Mid).finds(o.n, t.tail)
	}
	return d
}

// distance returns how far the estimate lies from the nearest bound that
// decides, in steps: 1 where the interval just reaches it, not positive where
// the estimate lies on the wrong side.
func (t *test) distance(l Line, i Interval) float64 {
	steps := func(d, step float64) float64 {
		if step == 0 && d >= 0 {
			return math.Inf(1)
		}
		return d / step
	}
	switch {
	case !t.refutes:
		return min(steps(i.Mid-l.Lo, i.Mid-i.Lo), steps(l.Hi-i.Mid, i.Hi-i.Mid))
	case i.Mid < l.Lo:
		return steps(l.Lo-i.Mid, i.Hi-i.Mid)
	default:
		return steps(i.Mid-l.Hi, i.Mid-i.Lo)
	}
}

// more returns the rounds that decide the line in four of five cases if the
// centre is where the estimate is, assuming nearly normal noise.
func (t *test) more(l Line, center Interval, steps float64) int {
	const fourOfFive = 0.8416212335729143 // Φ⁻¹(0.8)
	distance := t.distance(l, center)
	if !center.Known() || distance <= 0 {
		return 0
	}
	shrink := (steps*normalQuantile(t.tail) + fourOfFive) / (normalQuantile((1-Confidence)/2) * distance)
	n := float64(center.N)
	// Unanimous rounds have p = 2⁻ⁿ.
	rounds := max(math.Ceil(n*shrink*shrink), math.Ceil(-math.Log2(t.tail)), n+1, MinForVerdict)
	if rounds > maxMore {
		return 0
	}
	return int(rounds)
}
