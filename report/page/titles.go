package page

import (
	"fmt"
	"math"
	"strconv"

	"conpar/report/scaling"
	"conpar/report/words"
)

// A title states a finding only where the data carry it: every figure in it
// was measured with an interval, and where it says that something helps, it is
// decided whether it does. Otherwise it says what is drawn. Titles are made of
// fixed words and rounded figures, so that they take two lines at most, on a
// phone too.

// findings returns the headline rows whose gain of goroutines is decided.
func (r *Report) findings(source string) (waiting, computing *scaling.Gain) {
	return r.heads(source, func(g scaling.Gain) bool { return g.ByGoroutines.Decided() })
}

// heads returns the headline rows that a condition allows.
func (r *Report) heads(source string, allowed func(scaling.Gain) bool) (waiting, computing *scaling.Gain) {
	of := func(name string) *scaling.Gain {
		if g := r.gain(source, name); g != nil && g.Why == "" && allowed(*g) {
			return g
		}
		return nil
	}
	return of(headWaiting), of(headComputing)
}

// factor writes a gain for a title: "56×", "1.0×", "0.85×".
func factor(v float64) string { return rounded(v) + "×" }

// rounded writes v with two significant digits or so: "56", "1.0", "0.85".
func rounded(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.1g", v)
	case v >= 9.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 0.95:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.095:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.1g", v)
}

// Headline is the page's first sentence. Its gains from goroutines are those
// at GOMAXPROCS 1.
func (r *Report) Headline(source string) string {
	w, c := r.findings(source)
	computing := c != nil && c.Last().Decided()
	switch {
	case w != nil && computing:
		return fmt.Sprintf("%d goroutines raise the throughput of waiting (tcp) %s; %s that of computing (primes) %s",
			w.G, factor(w.ByGoroutines.Mid), lastKnob(*c), factor(c.Last().Mid))
	case w != nil && c != nil:
		return fmt.Sprintf("At GOMAXPROCS 1, %d goroutines raise the throughput of waiting (tcp) %s; %d that of computing (primes) %s",
			w.G, factor(w.ByGoroutines.Mid), c.G, factor(c.ByGoroutines.Mid))
	case w != nil:
		return fmt.Sprintf("%d goroutines raise the throughput of waiting (tcp) %s", w.G, factor(w.ByGoroutines.Mid))
	case computing:
		verb := "raise"
		if !c.OneCPU {
			verb = "raises"
		}
		return fmt.Sprintf("%s %s the throughput of computing (primes) %s", lastKnob(*c), verb, factor(c.Last().Mid))
	}
	return "Concurrency and parallelism, as measured"
}

// lastKnob is what the last gain of a row comes from: "2 CPUs", "GOMAXPROCS 2".
func lastKnob(g scaling.Gain) string {
	if g.OneCPU {
		return words.Count(g.CPUs, "CPU")
	}
	return fmt.Sprint("GOMAXPROCS ", g.P)
}

// gainsTitle counts the gains among the rows that are drawn, all with the same
// knobs. A row counts by the rule of the table, so "perhaps" never does; without
// intervals nothing could count, and the title says nothing about it.
func gainsTitle(rows []scaling.Gain) string {
	oneCPU := len(rows) > 0 && rows[0].OneCPU
	first, second := "from "+byGoroutines, "from "+byProcs
	if oneCPU {
		first, second = "on one CPU", "from "+byCPUs
	}
	var before, after int
	for _, g := range rows {
		if !g.Before.Known() || !g.Last().Known() {
			return fmt.Sprintf("Gains %s and %s", first, second)
		}
		_, _, byCPUs := g.Helps()
		if g.Before.Helps() {
			before++
		}
		if oneCPU && byCPUs || !oneCPU && g.ByProcs.Helps() {
			after++
		}
	}
	gain := "gain"
	if before < 2 {
		gain = "gains"
	}
	return fmt.Sprintf("Of %s, %s %s %s, %s %s",
		words.Count(len(rows), "workload"), orNone(before), gain, first, orNone(after), second)
}

func orNone(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

func (r *Report) planeTitle(source string) string {
	w, c := r.heads(source, func(g scaling.Gain) bool { return g.Busy.Known() })
	if w == nil || c == nil || !w.InFlight.Known() {
		return "Tasks in flight and CPUs busy"
	}
	return fmt.Sprintf("Waiting: %s tasks in flight on %s CPUs; computing: %s CPUs busy",
		rounded(w.InFlight.Mid), words.Number(w.Busy.Mid), words.Number(c.Busy.Mid))
}

// throughputTitle says how far more goroutines bring more, at the GOMAXPROCS
// that is drawn.
func throughputTitle(waiting, computing []scaling.Rate) string {
	w, c := reach(waiting), reach(computing)
	if w == "" || c == "" {
		return "Throughput over goroutines"
	}
	return fmt.Sprintf("tcp %s; primes %s", w, c)
}

// reach describes a sweep: "gains up to about 230 goroutines" where it has a
// knee, "still gains at 512 goroutines" where the last step's intervals lie apart. Of anything
// else it says nothing: "".
func reach(rates []scaling.Rate) string {
	n := len(rates)
	if n < 2 {
		return ""
	}
	for _, r := range rates {
		if !r.Throughput.Known() {
			return ""
		}
	}
	last, before := rates[n-1], rates[n-2]
	knee := scaling.Knee(rates)
	switch {
	case knee > 0 && whole(knee) == "1":
		return "gains nothing from more goroutines"
	case knee > 0:
		return fmt.Sprintf("gains up to about %s goroutines", whole(knee))
	case last.Throughput.Lo > before.Throughput.Hi:
		return fmt.Sprintf("still gains at %d goroutines", last.G)
	}
	return ""
}

// whole writes a knee as the number of goroutines that it is: "2", "230". A
// fraction would read as a gain.
func whole(knee float64) string {
	step := math.Pow(10, max(math.Floor(math.Log10(knee))-1, 0))
	return strconv.FormatFloat(max(math.Round(knee/step), 1)*step, 'f', -1, 64)
}

func (r *Report) speedupTitle(source string) string {
	w, c := r.findings(source)
	if w == nil || c == nil || !w.Both.Decided() || !c.Both.Decided() {
		return "Speed-up over GOMAXPROCS"
	}
	return fmt.Sprintf("GOMAXPROCS %d: computing (primes) %s, waiting (tcp) %s",
		c.P, factor(c.Both.Mid), factor(w.Both.Mid))
}
