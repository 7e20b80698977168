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
func ComparePaired(pairs []Pair, margin float64) []Comparison {
	out := make([]Comparison, len(pairs))
	differ, same := make([]test, len(pairs)), make([]test, len(pairs))
	averages, logs := make([]ordered, len(pairs)), make([][]float64, len(pairs))
	reach := math.Log1p(margin)
	for i, p := range pairs {
		p.check()
		if len(p.A) != len(p.B) {
			panic("stats.ComparePaired: samples of different lengths")
		}
		logs[i] = logRatios(p)
		averages[i] = walshAverages(slices.Clone(logs[i]))
		o := &averages[i]
		if differ[i] = newTest(o, 0, 0); !differ[i].refutes {
			differ[i] = test{refutes: true, p: 1, ways: 2}
		}
		if same[i] = newTest(o, -reach, reach); same[i].refutes {
			same[i] = test{p: 1, ways: 1}
		}
		out[i] = Comparison{
			A: MedianInterval(p.A), B: MedianInterval(p.B),
			Ratio: o.center().exp(), P: differ[i].both(), Benchstat: math.NaN(),
			Equal: !slices.ContainsFunc(slices.Concat(p.A, p.B), func(v float64) bool { return v != p.A[0] }),
		}
	}
	holmP(out)
	holm(differ, wrongVerdicts)
	holm(same, wrongVerdicts)
	resemble := correlated(neighboursOf(logs))
	for i := range out {
		c := &out[i]
		c.Correlated = resemble
		stands := func(t test, margin float64) bool {
			c.Corrected = averages[i].interval(t.tail).exp()
			return t.decided && (!resemble || c.clear(t, 1+margin))
		}
		if stands(same[i], margin) {
			c.Same = true
		} else if stands(differ[i], 0) {
			c.Higher, c.Lower = differ[i].above, !differ[i].above
			c.Beyond = c.Corrected.Lo > 1+margin || c.Corrected.Hi < 1/(1+margin)
		} else {
			c.noise = noise{of: &pairs[i], paired: true, tail: differ[i].tail}
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
