package stats

import (
	"math"
	"slices"
)

// ComparePaired compares samples whose values belong together: A[i] and B[i] were
// taken one right after the other, in one round. What slows the machine down for a
// while then slows both, and leaves their ratio.
//
// P is that of Wilcoxon's signed-rank test of whether the ratios lie about 1, and the
// ratio is as [Ratio] has it. A pair is Higher or Lower if they do not, after Holm's
// correction over all pairs, and Beyond if the corrected interval lies beyond the
// margin. It is the Same if the ratio is tested to lie within the margin, as in
// [Compare], with a correction of its own: then a difference may be sure, but does not
// count. So the chance that any pair is wrongly called Higher or Lower is 5%, and so is
// the chance that any one is wrongly called the Same. (One correction for both would
// not do: a pair can be found to be the Same by far, which leaves the others a level
// that is not theirs.) The rest is as in [Compare].
//
// A run that looks at its pairs, and measures on with those that are undecided, has
// levels: the chances of a wrong verdict that its looks may have, see [WrongAtLook].
// They are taken one after the other, each at the pairs that are still open, as they
// were then: [Pair].Earlier. A pair that is the Same, or Beyond the margin, is decided,
// and counts in no later correction. Others are judged anew at the next look.
func ComparePaired(pairs []Pair, margin float64, levels ...float64) []Comparison {
	if len(levels) == 0 {
		levels = []float64{wrongVerdicts}
	}
	out := make([]Comparison, len(pairs))
	open := make([]int, len(pairs))
	for i := range open {
		open[i] = i
	}
	for _, p := range pairs {
		p.check()
	}
	for k, level := range levels {
		then := make([]Pair, len(open))
		for j, i := range open {
			if then[j] = pairs[i]; k < len(pairs[i].Earlier) {
				then[j] = pairs[i].Earlier[k]
			}
		}
		var left []int
		for j, c := range compareAt(then, margin, level) {
			if c.Same || c.Higher || c.Lower {
				c.Look = k + 1
			}
			if !c.Same && !c.Beyond {
				left = append(left, open[j])
			}
			out[open[j]] = c
		}
		open = left
	}
	return out
}

// compareAt compares the pairs that are open at a look.
func compareAt(pairs []Pair, margin, level float64) []Comparison {
	out := make([]Comparison, len(pairs))
	differ, same := make([]test, len(pairs)), make([]test, len(pairs))
	averages, logs, later := make([]ordered, len(pairs)), make([][]float64, len(pairs)), [][]float64(nil)
	reach := math.Log1p(margin)
	for i, p := range pairs {
		if len(p.A) != len(p.B) {
			panic("stats.ComparePaired: samples of different lengths")
		}
		logs[i] = logRatios(p)
		if p.Later > 0 {
			later = append(later, logs[i][p.Later:])
		}
		averages[i] = walshAverages(slices.Clone(logs[i]))
		o := &averages[i]
		if differ[i] = newTest(o, 0, 0); !differ[i].refutes {
			differ[i] = test{refutes: true, p: 1, ways: 2}
		}
		if same[i] = newTest(o, -reach, reach); same[i].refutes {
			same[i] = test{p: 1, ways: 1}
		}
		out[i] = Comparison{
			A: MedianInterval(p.A), B: MedianInterval(p.B), Confidence: Confidence,
			Ratio: o.center().exp(), P: differ[i].both(), Benchstat: math.NaN(),
			Equal: !slices.ContainsFunc(slices.Concat(p.A, p.B), func(v float64) bool { return v != p.A[0] }),
		}
	}
	holmP(out)
	holm(differ, level)
	holm(same, level)
	steps := widening(later)
	if correlated(neighboursOf(logs)) || correlated(neighboursOf(later)) {
		steps = 2
	}
	for i := range out {
		c := &out[i]
		c.Correlated = steps == 2
		stands := func(t test, margin float64) bool {
			c.Corrected = averages[i].interval(t.tail).exp()
			return t.decided && c.clear(t, 1+margin, steps)
		}
		if stands(same[i], margin) {
			c.Same = true
		} else if stands(differ[i], 0) {
			c.Higher, c.Lower = differ[i].above, !differ[i].above
			c.Beyond = c.Corrected.Lo > 1+margin || c.Corrected.Hi < 1/(1+margin)
		} else {
			c.noise = noise{of: &pairs[i], paired: true, tail: differ[i].tail}
			continue
		}
		if c.Confidence = max(Confidence, 1-level); c.Confidence > Confidence {
			c.Ratio = averages[i].interval(level / 2).exp()
		}
	}
	return out
}

// endless stands for the logarithm of an infinite ratio: means of it are finite.
const endless = math.MaxFloat64 / 4

// logRatios returns the logarithms of B[i]/A[i]. That of two zeros is 0.
func logRatios(p Pair) []float64 {
	logs := make([]float64, len(p.A))
	for i, a := range p.A {
		if b := p.B[i]; a != b {
			logs[i] = max(-endless, min(math.Log(b)-math.Log(a), endless))
		}
	}
	return logs
}
