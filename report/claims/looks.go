package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"conpar/report/stats"
	"conpar/results"
)

// atLooks judges those of the claims with these indices together, at one look
// after the other. A look is at the lines that are still open, and at no others.
func (r reading) atLooks(all []Claim, verdicts []Verdict, which []int) {
	recorded := len(r.Run.Plan.Taken) > 0
	for k, look := range r.Run.Looks() {
		at := r
		at.rounds = look.Rounds
		decide(at.lines(all, verdicts, which, recorded), look.Level)
		floors := sync.OnceValue(func() map[string]float64 { return at.noiseFloors(all) })
		var open []int
		for _, i := range which {
			v := &verdicts[i]
			v.aboveNoise(floors)
			switch {
			case !v.decided():
				open = append(open, i)
			case recorded:
				v.decidedAt(k+1, look, k+1 < len(r.Run.Plan.Looks))
			}
		}
		which = open
	}
}

// decidedAt records which look decided a verdict. Where lines stop early near their
// bound, intervals at 95% would cover too rarely: that of the look is wider.
func (v *Verdict) decidedAt(number int, look results.Look, early bool) {
	v.Look, v.Confidence, v.Early, v.Measured = number, 1-look.Level, early, v.wider
	if early {
		v.Reason = strings.TrimPrefix(fmt.Sprintf("%s; stopped early, at look %d; %.3g%% interval",
			v.Reason, number, 100*v.Confidence), "; ")
	}
}

func (v *Verdict) decided() bool { return v.Outcome == Supported || v.Outcome == Refuted }

// line is what is tested once: figures, and the verdicts that rest on them.
type line struct {
	verdicts []*Verdict
	figures  []float64
}

// lines measures those of the claims with these indices, and returns a line for
// each that is measurable. Claims that predict the same of the same figure share
// one if join is set; runs without recorded looks were judged without that.
func (r reading) lines(all []Claim, verdicts []Verdict, which []int, join bool) []line {
	var lines []line
	for _, i := range which {
		v := &verdicts[i]
		var figures []float64
		if *v, figures = r.measure(all[i]); v.Outcome != "" {
			continue
		}
		twin := -1
		if join {
			twin = slices.IndexFunc(lines, func(l line) bool { return sameLine(l.verdicts[0].Claim, all[i]) })
		}
		if twin < 0 {
			twin, lines = len(lines), append(lines, line{figures: figures})
		}
		lines[twin].verdicts = append(lines[twin].verdicts, v)
	}
	return lines
}

func sameLine(a, b Claim) bool { return a.Of == b.Of && a.Holds == b.Holds }

// decide judges the lines together, with so great a chance of any wrong verdict.
// Where rounds resemble their neighbours, [stats.Decide] lets only clear verdicts
// pass; of a rule Covers, which supports by what it cannot reject, none.
func decide(lines []line, wrong float64) {
	var tested, later []stats.Line
	for _, l := range lines {
		v := l.verdicts[0]
		to, h := v.Of.scale(), v.Holds
		t := stats.Line{Values: each(l.figures, to), Lo: to(h.Lo), Hi: to(h.Hi), Later: v.later}
		if h.Strict { // a bound that is not part of the region
			t.Lo, t.Hi = math.Nextafter(t.Lo, math.Inf(1)), math.Nextafter(t.Hi, math.Inf(-1))
		}
		tested = append(tested, t)
		if v.later > 0 {
			later = append(later, stats.Line{Values: t.Values[v.later:]})
		}
	}
	correlated := stats.SerialCorrelation(tested) > stats.MaxSerialCorrelation ||
		stats.SerialCorrelation(later) > stats.MaxSerialCorrelation
	for k, decision := range stats.Decide(tested, wrong) {
		for _, v := range lines[k].verdicts {
			v.take(decision)
			if v.Holds.Rule == Covers && v.Rounds >= stats.MinForVerdict && v.Outcome != Refuted {
				v.cover(correlated)
			}
			if v.Outcome == Inconclusive {
				v.Reason = v.undecided(len(lines))
			}
		}
	}
}
