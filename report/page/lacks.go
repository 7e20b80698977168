package page

import (
	"math"
	"strings"

	"conpar/report/claims"
	"conpar/report/stats"
)

// Lacks says why a source's run does not suffice: that claims are inconclusive
// which more rounds might decide, or that gains have wider intervals than the
// run was asked for. "" says that it does.
func (r *Report) Lacks(source string) string {
	var lacks []string
	of, _ := r.verdicts(source)
	open := 0
	for _, v := range of {
		bySample := v.Holds.Rule == claims.Always || v.Holds.Rule == claims.Once
		if v.Outcome == claims.Inconclusive && !bySample && !v.Definition && !v.Control {
			open++
		}
	}
	if open > 0 {
		lacks = append(lacks, plural(open, "claim")+" inconclusive")
	}
	if s := r.Data.Source(source); s != nil && s.Run != nil && s.Run.Plan.Precision > 0 {
		if n := r.wide(source, s.Run.Plan.Precision); n > 0 {
			lacks = append(lacks, plural(n, "gain")+" wider than ±"+percent(s.Run.Plan.Precision))
		}
	}
	return strings.Join(lacks, ", ")
}

// wide returns how many gains have an interval whose half exceeds a share of
// them.
func (r *Report) wide(source string, precision float64) int {
	n := 0
	for _, g := range r.of(source) {
		for _, gain := range []struct {
			stats.Interval
			why string
		}{{g.Concurrency, g.WhyConcurrency}, {g.Parallelism, g.WhyParallelism}} {
			// Not measurable is not wide; without bounds, for want of rounds, is.
			if g.Why == "" && gain.why == "" && !math.IsNaN(gain.Mid) && !(gain.Hi-gain.Lo <= 2*precision*gain.Mid) {
				n++
			}
		}
	}
	return n
}
