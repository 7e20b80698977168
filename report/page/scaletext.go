package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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
	last := c.Rows[c.Last()]
	if c.Noisy() {
		add(fmt.Sprintf("noisy: at %d the speed-up is anything from %s× to %s×, and a law that fits may be chance",
			int(last.N), words.Number(last.Speedup.Lo), words.Number(last.Speedup.Hi)))
	}
	add(law(c))
	add(kneeLine(c))
	add(costLine(c))
	if text := limitLine(c); text != "" && len(c.Rows) > 1 {
		add(text)
	} else if len(c.Rows) > 1 && c.Axis == "gomaxprocs" && !c.Gained() && !(last.Speedup.Hi < 1) {
		add("no gain from more CPUs was seen; a benchmark can have one if it starts goroutines (b.RunParallel, or its own), " +
			"or if it allocates: the garbage collector runs beside it on another CPU")
	}
	add(blockedLine(c))
	add(collectorLine(c))
	add(worth(c))
	if len(c.Lacking) > 0 {
		add(fmt.Sprintf("left out, without a value of %s above zero: %s %s", c.Unit, c.Axis, someOf(c.Lacking)))
	}
	if c.Disturbed > 0 {
		used := "all of them used"
		if c.SetAside {
			used = "set aside"
		}
		add(fmt.Sprintf("%s disturbed by others (over %s), %s", words.Count(c.Disturbed, "sample"), disturbedLimit(c.Points), used))
	}
	return lines
}

// someOf writes the first of some numbers.
func someOf(ns []int) string {
	var names []string
	for _, n := range ns {
		names = append(names, strconv.Itoa(n))
	}
	return words.List(names, 12)
}

// meanings says in words what a status means.
var meanings = map[fit.Status]string{
	fit.Linear:         "in proportion, within 5%",
	fit.AmdahlLike:     "each one more brings less",
	fit.Saturated:      "it has met a limit",
	fit.Retrograde:     "from some point on, more make it slower",
	fit.SuperLinear:    "more than in proportion, which is rarely the code: look for drift, or a cache that now fits",
	fit.DoesNotScale:   "more bring nothing",
	fit.Unidentifiable: "the samples leave open which",
	fit.NotConverged:   "no law follows these samples",
}

// meaning says what a status means for a curve: what was measured goes first.
func meaning(c *scaling.Curve, s fit.Status) string {
	switch last := c.Rows[c.Last()]; {
	case s == fit.DoesNotScale && last.Speedup.Hi < 1:
		return fmt.Sprintf("more make it slower, %s at %d", words.Times(last.Speedup), int(last.N))
	case s == fit.Retrograde && !c.Fell() && last.Speedup.Known():
		return "the law has a peak, though no measured step surely went down"
	}
	return meanings[s]
}

// limitLine says what holds a curve back, and what to do about it.
func limitLine(c *scaling.Curve) string {
	n, l := c.Limit()
	switch l.Name {
	case limiter.NotKnown:
		return ""
	case limiter.NoneFound:
		return fmt.Sprintf("nothing found that holds it back at %d: %s", n, l.Evidence)
	}
	text := fmt.Sprintf("held back at %d: %s: %s", n, l.Name, l.Evidence)
	if l.Advice != "" {
		text += ". Advice: " + l.Advice
	}
	return text
}

// blockedLine says where below the largest N blocked calls held a curve back most:
// what it gains from there may be a gain of GOMAXPROCS, for which one CPU would do.
func blockedLine(c *scaling.Curve) string {
	at := slices.IndexFunc(c.Limits[:c.Last()], func(found []limiter.Limiter) bool {
		return found[0].Name == limiter.BlockedCalls
	})
	if _, last := c.Limit(); at < 0 || last.Name == limiter.BlockedCalls {
		return ""
	}
	text := fmt.Sprintf("held back at %d: %s: %s", int(c.Rows[at].N), limiter.BlockedCalls, c.Limits[at][0].Evidence)
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
	return fmt.Sprintf("of %s CPUs busy at %d the garbage collector used %s: a part of this gain may be its own, "+
		"since it runs beside the code on another CPU; measure with GOGC=off to see the rest",
		words.Number(busy), n, words.Number(gc))
}

// law describes the chosen fit.
func law(c *scaling.Curve) string {
	left := ""
	if beyond := leftOut(c); len(beyond) > 0 {
		left = fmt.Sprintf("; beyond the CPUs, and so not fitted: %s", someOf(beyond))
	}
	switch {
	case len(c.Fits.Laws) == 0 && len(c.Rows) < 2:
		return ""
	case len(c.Fits.Laws) == 0 && c.Axis != "gomaxprocs" && left != "":
		return "no law fitted: past the CPUs a sweep follows none of them, it has a knee"
	case len(c.Fits.Laws) == 0:
		return "no law fitted: " + c.Fits.Note + left
	}
	chosen := c.Fits.Laws[0]
	text := string(chosen.Status)
	if !c.Noisy() { // else it may mean nothing
		text += ": " + meaning(c, chosen.Status)
	}
	text += fmt.Sprintf(" (%s, fitted to %s", lawName(chosen.Model), scaleName(chosen.On))
	if chosen.Solved {
		over := fit.Spread{Sigma: stats.MedianInterval(nil), Kappa: stats.MedianInterval(nil)}
		if c.Spread != nil {
			over = *c.Spread
		}
		text += "; contention σ " + param(chosen.Sigma, over.Sigma)
		if chosen.Model == fit.USL {
			text += ", coherence κ " + param(chosen.Kappa, over.Kappa)
		}
	}
	text += ")"
	if p := chosen.Peak; p != nil {
		text += fmt.Sprintf("; its peak is at %s, and %d reach %s", words.Interval(p.N), p.Best,
			benchunit.Scale(p.X, benchunit.ClassOf(rateUnit(c))))
	}
	if c.Fits.Note != "" {
		text += "; " + c.Fits.Note
	}
	return text + left
}

// leftOut returns the N that no law was fitted to.
func leftOut(c *scaling.Curve) []int {
	var ns []int
	for _, l := range c.Fits.LeftOut {
		ns = append(ns, int(l.N))
	}
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
	case k.Predicted > float64(c.N[len(c.N)-1]):
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
	return fmt.Sprintf("COST: from %s = %d on it beats the plain loop, by %s", axis, int(c.COST.N),
		words.Times(c.COST.Over))
}

// worth is the advice.
func worth(c *scaling.Curve) string {
	axis, processors := words.Sanitize(c.Axis), c.Axis == "gomaxprocs"
	if len(c.Rows) < 2 {
		return "one value of " + axis + " says nothing about scaling: measure more"
	}
	last, best := c.Rows[c.Last()], c.Best
	text := "enough: " + axis + " "
	switch most := best.Enough == int(last.N); {
	case best.From < best.Enough:
		text += fmt.Sprintf("from %d to %d, which of them is within the noise", best.From, best.Enough)
	case most && c.Knee.N > 0:
		text += words.Number(c.Knee.N) + " or some more, which is the knee"
	case most && c.CPUs > 0 && processors:
		text += fmt.Sprintf("%d, all that there are", best.Enough)
	case most:
		text += fmt.Sprintf("%d, and more may bring more: it is the most that was measured", best.Enough)
	case best.At == best.Enough:
		text += fmt.Sprintf("%d, the best", best.Enough)
	default:
		text += fmt.Sprintf("%d; the best, at %d, is within 5%%", best.Enough, best.At)
	}
	if !processors || !c.Gained() || !last.Speedup.Known() {
		return text
	}
	const efficient = "each CPU does at least 70% of what one does alone"
	switch {
	case best.Efficient == int(last.N):
		text += "; " + efficient
	case best.Efficient > int(c.Rows[0].N):
		text += fmt.Sprintf("; up to %d, %s", best.Efficient, efficient)
	}
	return text
}
