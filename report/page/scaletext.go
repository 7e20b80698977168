package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"conpar/report/limiter"
	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/stats"
	"conpar/report/words"
)

// scaleLines says what follows from a curve, a sentence a line.
func scaleLines(c *scaling.Curve) []string {
	var lines []string
	add := func(text string) {
		if text != "" {
			lines = append(lines, words.Sanitize(text))
		}
	}
	for _, d := range c.Doubts {
		add("beware: " + d.Text)
	}
	if c.Void {
		add("so no law is fitted, and nothing is advised")
		return lines
	}
	if len(c.Rows) > 1 {
		add(statusLine(c))
		add(lawLine(c))
	}
	add(baselineLine(c))
	add(kneeLine(c))
	add(costLine(c))
	if text := limitLine(c); text != "" && len(c.Rows) > 1 {
		add(text)
	} else {
		add(noGainLine(c))
	}
	add(beyondLine(c))
	add(blockedLine(c))
	add(collectorLine(c))
	add(worth(c))
	if c.Look > 0 {
		add(fmt.Sprintf("measured up to look %d at the run: speed-ups and steps have intervals at %s%%", c.Look,
			words.Exact(100*c.Confidence)))
	}
	if len(c.Lacking) > 0 {
		add(fmt.Sprintf("left out, without a value of %s above zero: %s %s", c.Unit, c.Axis, someOf(c.Lacking)))
	}
	if c.Disturbed > 0 {
		used := "all of them used"
		if c.SetAside {
			used = "set aside"
		}
		add(fmt.Sprintf("%s disturbed by others (over %s), %s", words.Count(c.Disturbed, "sample"),
			disturbedLimit(c.Points), used))
	}
	return lines
}

// someOf writes the first of some numbers of the axis.
func someOf(ns []float64) string { return words.List(each(ns, onAxis), 12) }

// meanings says in words what a status means, unless [meaning] has more to say.
var meanings = map[string]string{
	"linear":      "in proportion, within 5%",
	"Amdahl-like": "each one more brings less",
	"sub-linear":  "it grows by less than in proportion",
	"saturated":   "it has met a limit",
	"uneven": "it falls and comes back, which no law does: look for what disturbed it, or for numbers that " +
		"divide the work badly",
	"retrograde":   "from some point on, more make it slower",
	"super-linear": "more than in proportion, which is rarely the code",
}

// statusLine says what a curve is like, by what was measured.
func statusLine(c *scaling.Curve) string {
	if c.Status == "" {
		return ""
	}
	text := c.Status + ": " + meaning(c)
	if c.End().N < c.Rows[len(c.Rows)-1].N {
		text += fmt.Sprintf("; this is up to the %s", words.Count(c.CPUs, "CPU"))
	}
	return text
}

func meaning(c *scaling.Curve) string {
	last, first := c.End(), c.Rows[0]
	switch best := onAxis(c.Best.From); {
	case c.Status == "noisy":
		r, _ := c.Unclear()
		return fmt.Sprintf("at %s the speed-up is anything from %s× to %s×", onAxis(r.N), words.Number(r.Speedup.Lo),
			words.Number(r.Speedup.Hi))
	case c.Status == "does not scale" && slower(last):
		return fmt.Sprintf("more make it slower, %s at %s", words.Times(last.Speedup), onAxis(last.N))
	case c.Status == "does not scale" && c.Gained():
		return fmt.Sprintf("more bring less than a tenth, %s at %s", words.Times(last.Speedup), onAxis(last.N))
	case c.Status == "does not scale":
		return "more bring nothing"
	case c.Status == "linear" && last.Efficiency.Mid > 1.05:
		return fmt.Sprintf("in proportion at least; an efficiency of %s at %s is not sure to be above 1",
			words.Interval(last.Efficiency), onAxis(last.N))
	case c.Status == "saturated" && c.Best.From < last.N:
		return fmt.Sprintf("it has met a limit; from %s %s on, more bring less than 5%%", words.Sanitize(c.Axis), best)
	case c.Status == "sub-linear" && last.N > first.N && len(c.Rows) > 2:
		return fmt.Sprintf("it grows by less than in proportion, %s at %s", words.Times(last.Speedup), onAxis(last.N))
	}
	return meanings[c.Status]
}

// slower says whether more make it slower, surely or, without an interval, by more
// than a tenth.
func slower(r scaling.Row) bool {
	return r.Speedup.Hi < 1 || !r.Speedup.Known() && r.Speedup.Mid < 1/stats.CountsAsGain
}

// baselineLine says of more than proportional growth where to look first.
func baselineLine(c *scaling.Curve) string {
	if c.Status != "super-linear" {
		return ""
	}
	text := fmt.Sprintf("suspect the baseline first: what was measured at %s may be too slow, from warm-up, drift, "+
		"or a mislabelled first value of a -cpu list", onAxis(c.Rows[0].N))
	if c.Rebased != "" {
		text += fmt.Sprintf("; without it, from %s on, the curve is %s", onAxis(c.Rows[1].N), c.Rebased)
	}
	return text + ". Otherwise it may be a cache that now fits"
}

// noGainLine says what a benchmark needs to gain from more CPUs, where it surely
// gains nothing.
func noGainLine(c *scaling.Curve) string {
	if c.Axis != "gomaxprocs" || c.Status != "does not scale" || c.Gained() || slower(c.End()) {
		return ""
	}
	if !c.End().Speedup.Known() {
		return fmt.Sprintf("whether more CPUs help is not sure: an interval needs %d samples", stats.MinForInterval)
	}
	return "no gain from more CPUs was seen; a benchmark can have one if it starts goroutines (b.RunParallel, or " +
		"its own), or if it allocates: the garbage collector runs beside it on another CPU"
}

// beyondLine says that more processors of the runtime than CPUs still gain, and why
// that may be.
func beyondLine(c *scaling.Curve) string {
	if c.Best.Beyond == 0 {
		return ""
	}
	return fmt.Sprintf("it gains beyond the %s: %s at %s over %s. So work waits, and keeps its processor of the "+
		"runtime, which does not see that wait: a page fault of a mapped file, or a system call "+
		"(perf stat -e major-faults counts such faults, strace -c -f the calls); or the machine has more CPUs than "+
		"that",
		words.Count(c.CPUs, "CPU"), words.Times(c.Best.Gain), onAxis(c.Best.Beyond), onAxis(c.Rows[c.Last()].N))
}

// limitLine says what holds a curve back, and what to do about it.
func limitLine(c *scaling.Curve) string {
	n, l := c.Limit()
	switch l.Name {
	case limiter.NotKnown:
		return ""
	case limiter.NoneFound:
		return fmt.Sprintf("nothing found that holds it back at %s: %s", onAxis(n), l.Evidence)
	}
	text := fmt.Sprintf("held back at %s: %s: %s", onAxis(n), l.Name, l.Evidence)
	if l.Advice != "" {
		text += ". Advice: " + l.Advice
	}
	return text
}

// holdsProcessor says that a limiter is work that blocks, and so keeps its processor of
// the runtime.
func holdsProcessor(l limiter.Limiter) bool {
	return l.Name == limiter.BlockedCalls || l.Name == limiter.PageFaults
}

// blockedLine says where below the largest N work that blocks held a curve back most:
// what it gains from there may be a gain of GOMAXPROCS, for which one CPU would do.
func blockedLine(c *scaling.Curve) string {
	at := slices.IndexFunc(c.Limits[:c.Last()], func(found []limiter.Limiter) bool {
		return holdsProcessor(found[0])
	})
	if _, last := c.Limit(); at < 0 || holdsProcessor(last) {
		return ""
	}
	limit := c.Limits[at][0]
	text := fmt.Sprintf("held back at %s: %s: %s", onAxis(c.Rows[at].N), limit.Name, limit.Evidence)
	if c.Axis == "gomaxprocs" {
		text += "; a gain from there on may be one of GOMAXPROCS, for which one CPU would do"
	}
	return text
}

// collectorLine says where a gain may be the garbage collector's, which needs no
// goroutine of the benchmark: it runs beside the code on another CPU.
func collectorLine(c *scaling.Curve) string {
	const least = 0.1 // of the CPUs busy
	n, gc, busy := c.Collector()
	if c.Axis != "gomaxprocs" || !c.Gained() || !(gc >= least*busy) {
		return ""
	}
	return fmt.Sprintf("of %s CPUs busy at %s the garbage collector used %s: a part of this gain may be its own, "+
		"since it runs beside the code on another CPU; measure with GOGC=off to see the rest",
		words.Number(busy), onAxis(n), words.Number(gc))
}

// lawLine describes the chosen fit, or says why no law fits.
func lawLine(c *scaling.Curve) string {
	left := ""
	if beyond := leftOut(c); len(beyond) > 0 {
		left = fmt.Sprintf("; beyond the CPUs, and so not fitted: %s", someOf(beyond))
	}
	if len(c.Fits.Laws) == 0 {
		if c.Axis != "gomaxprocs" && left != "" {
			return "no law fitted: past the CPUs a sweep follows none of them, it has a knee"
		}
		return "no law fitted: " + c.Fits.Note + left
	}
	chosen := c.Fits.Laws[0]
	name := fmt.Sprintf("%s, fitted to %s", lawName(chosen.Model), scaleName(chosen.On))
	switch {
	case chosen.Doubt == "unidentifiable":
		return "no law: the samples leave open which (" + name + ")" + left
	case chosen.Doubt == "not converged":
		return "no law: none follows these samples (" + name + ")" + left
	case chosen.Lack.Limited:
		return fmt.Sprintf("no law: growth in proportion up to a limit follows the points more closely than %s, "+
			"which misses by %s at %s%s",
			lawName(chosen.Model), words.Percent(math.Abs(chosen.Lack.Miss)), onAxis(chosen.Lack.At), left)
	case chosen.Doubt != "":
		if !chosen.Lack.Tested() {
			return fmt.Sprintf("no law: %s, which has as many parameters as there are N, would tell of more than "+
				"proportional growth, and none was measured%s", lawName(chosen.Model), left)
		}
		return fmt.Sprintf("no law: %s misses by %s at %s, more than the samples scatter (lack of fit, F test: %s)%s",
			lawName(chosen.Model), words.Percent(math.Abs(chosen.Lack.Miss)), onAxis(chosen.Lack.At), probability(chosen.Lack.P), left)
	}
	over := fit.Spread{Sigma: stats.MedianInterval(nil), Kappa: stats.MedianInterval(nil)}
	if c.Spread != nil {
		over = *c.Spread
	}
	text := name + ": contention σ " + param(chosen.Sigma, over.Sigma)
	if chosen.Model == fit.USL {
		text += ", coherence κ " + param(chosen.Kappa, over.Kappa)
	}
	if p := chosen.Peak; p != nil {
		text += fmt.Sprintf("; its peak is %s at %d (%d–%d)", benchunit.Scale(p.X, benchunit.ClassOf(rateUnit(c))),
			p.Best, p.BestLo, p.BestHi)
	}
	return text + "; " + checked(c, chosen) + left
}

// checked says what supports a law that was not refused.
func checked(c *scaling.Curve, l fit.Law) string {
	switch {
	case c.Noisy():
		return "the samples scatter so much that it may be chance"
	case l.Lack.Tested() && l.Lack.P < 1-stats.Confidence:
		return fmt.Sprintf("it surely misses, but by %s at most", words.Percent(math.Abs(l.Lack.Miss)))
	case l.Lack.Tested():
		return fmt.Sprintf("no lack of fit was seen (F test: %s)", probability(l.Lack.P))
	case c.Fits.Note != "":
		return c.Fits.Note
	case l.Lack.DF == 0:
		return "it has as many parameters as there are N, so nothing checks it"
	}
	return "one sample for each number, so nothing checks it"
}

// leftOut returns the N that no law was fitted to.
func leftOut(c *scaling.Curve) []float64 {
	ns := each(c.Fits.LeftOut, func(l fit.Observation) float64 { return l.N })
	slices.Sort(ns)
	return slices.Compact(ns)
}

// param writes a parameter with its interval over rounds, or else that of the
// fit.
func param(p, over stats.Interval) string {
	if over.Known() {
		over.Mid = p.Mid
		return strings.TrimSuffix(words.Interval(over).String(), ")") + " over rounds)"
	}
	return words.Interval(p).String()
}

func kneeLine(c *scaling.Curve) string {
	k := c.Knee
	var text string
	if k.N > 0 {
		text = "knee at " + words.Number(k.N)
		if !math.IsNaN(k.Lo) {
			text += fmt.Sprintf(" (%s–%s)", words.Number(k.Lo), words.Number(k.Hi))
		}
		text += ": there growth in proportion would reach the best throughput"
	}
	if math.IsNaN(k.Predicted) || len(c.Rows) < 2 {
		return text
	}
	predicted := fmt.Sprintf("a task costs %ss of CPU time, so the CPUs should be busy from %s on",
		benchunit.Scale(k.CPUPerOp, benchunit.Decimal), words.Number(k.Predicted))
	switch {
	case text != "":
		return text + "; " + predicted
	case k.Predicted > c.N[len(c.N)-1]:
		return "no knee so far; " + predicted
	}
	return predicted
}

func costLine(c *scaling.Curve) string {
	switch {
	case c.Plain == nil || !c.COST.Known:
		return ""
	case c.COST.N == 0:
		return "COST: none beats the plain loop"
	}
	axis := words.Sanitize(c.Axis)
	return fmt.Sprintf("COST: from %s = %s on it beats the plain loop, by %s", axis, onAxis(c.COST.N),
		words.Times(c.COST.Over))
}

// bends says whether a curve grows in proportion up to its knee. Where it rather
// slopes off, to stop at the knee loses what there is beyond.
func bends(c *scaling.Curve) bool {
	for _, r := range slices.Backward(c.Rows) {
		if r.N <= c.Knee.N {
			return r.Efficiency.Mid >= .9
		}
	}
	return false
}

// worth is the advice.
func worth(c *scaling.Curve) string {
	axis, processors := words.Sanitize(c.Axis), c.Axis == "gomaxprocs"
	if len(c.Rows) < 2 {
		return "" // see singleHints
	}
	last, best := c.End(), c.Best
	text := "enough: " + axis + " "
	switch most := best.Enough == last.N; {
	case best.From < best.Enough:
		text += fmt.Sprintf("from %s to %s, which of them is within the noise", onAxis(best.From), onAxis(best.Enough))
	case most && bends(c):
		text += words.Number(c.Knee.N) + " or some more, which is the knee"
	case most && c.CPUs > 0 && processors && last.N <= float64(c.CPUs):
		text += onAxis(best.Enough) + ", all that there are"
	case most:
		text += onAxis(best.Enough) + ", and more may bring more: it is the most that was measured"
	case best.At == best.Enough:
		text += onAxis(best.Enough) + ", the best"
	default:
		text += fmt.Sprintf("%s; the best, at %s, is within 5%%", onAxis(best.Enough), onAxis(best.At))
	}
	within := c.Rows[c.Last()]
	if !processors || !c.Gained() || !within.Speedup.Known() {
		return text
	}
	const efficient = "each CPU does at least 70% of what one does alone"
	switch {
	case best.Efficient == last.N:
		text += "; " + efficient
	case best.Efficient > c.Rows[0].N:
		text += fmt.Sprintf("; up to %s, %s", onAxis(best.Efficient), efficient)
	}
	return text
}
