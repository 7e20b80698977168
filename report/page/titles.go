package page

import (
	"fmt"
	"strings"

	"conpar/report/scaling"
)

// A title states a finding only where the data carry it: when the rows it is
// about were measured with intervals. Otherwise it says what is drawn.

// findings returns the headline rows whose gains have intervals.
func (r *Report) findings(source string) (waiting, computing *scaling.Gain) {
	for _, g := range r.headline(source) {
		if !g.Concurrency.Known() || g.WhyConcurrency != "" {
			continue
		}
		if g.Name == headWaiting {
			waiting = &g
		} else {
			computing = &g
		}
	}
	return waiting, computing
}

// factor writes a gain for a title: "56×", "1.0×", "0.85×".
func factor(v float64) string {
	switch {
	case v >= 9.95:
		return fmt.Sprintf("%.0f×", v)
	case v >= 0.95:
		return fmt.Sprintf("%.1f×", v)
	}
	return fmt.Sprintf("%.2f×", v)
}

// Headline is the page's first sentence.
func (r *Report) Headline(source string) string {
	w, c := r.findings(source)
	var parts []string
	if w != nil {
		parts = append(parts, "waiting tasks ("+short(w.Name)+") "+gainsFrom(w))
	}
	if c != nil {
		parts = append(parts, "computing tasks ("+short(c.Name)+") "+gainsFrom(c))
	}
	if len(parts) == 0 {
		return "Concurrency and parallelism, as measured"
	}
	text := strings.Join(parts, "; ")
	return strings.ToUpper(text[:1]) + text[1:]
}

func gainsFrom(g *scaling.Gain) string {
	text := fmt.Sprintf("gain %s from %d goroutines", factor(g.Concurrency.Mid), g.G)
	if hasParallelism(g) {
		text += fmt.Sprintf(" and %s from %s", factor(g.Parallelism.Mid), plural(g.P, "CPU"))
	}
	return text
}

func hasParallelism(g *scaling.Gain) bool { return g.Parallelism.Known() && g.WhyParallelism == "" }

func (r *Report) planeTitle(source string) string {
	w, c := r.findings(source)
	if w == nil || c == nil || !w.InFlight.Known() || !c.CPUs.Known() {
		return "Tasks in flight and CPUs busy"
	}
	return fmt.Sprintf("Waiting work keeps %.0f tasks in flight on %s CPUs; computing work keeps %s CPUs busy",
		w.InFlight.Mid, number(w.CPUs.Mid), number(c.CPUs.Mid))
}

func (r *Report) throughputTitle(source string) string {
	w, c := r.findings(source)
	if w == nil || c == nil {
		return "Throughput over goroutines"
	}
	return fmt.Sprintf("With one processor, %d goroutines make waiting tasks %s as fast; %d make computing tasks %s",
		w.G, factor(w.Concurrency.Mid), c.G, factor(c.Concurrency.Mid))
}

func (r *Report) speedupTitle(source string) string {
	w, c := r.findings(source)
	if w == nil || c == nil || !hasParallelism(w) || !hasParallelism(c) {
		return "Speed-up over GOMAXPROCS"
	}
	return fmt.Sprintf("%d CPUs make computing tasks %s as fast; waiting tasks %s",
		c.P, factor(c.Parallelism.Mid), factor(w.Parallelism.Mid))
}
