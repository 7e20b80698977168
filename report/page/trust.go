package page

import (
	"fmt"
	"math"
	"path"
	"strings"

	"conpar/report/claims"
	"conpar/report/position"
	"conpar/report/series"
	"conpar/report/words"
	"conpar/results"
)

// trust is what a reader must know before believing the figures.
type trust struct {
	Facts      []fact
	Hazards    []results.Hazard
	Controls   []claims.Verdict // by which the measurement was checked
	Unmeasured []string         // what could not be measured here, and why
	Remarks    []string         // failures, disturbed rounds, doubts
	Warnings   []string         // about what was read
}

// maxListed is how many remarks of a kind a page lists: a file may give cause
// for thousands.
const maxListed = 100

func (r *Report) trust(s series.Source) trust {
	points := r.points(s.Label)
	t := trust{Hazards: hazards(s), Remarks: r.remarkTexts(s.Label)}
	add := func(name, text string) { t.Facts = append(t.Facts, fact{name, text}) }
	if run := s.Run; run != nil {
		add("Rounds", fmt.Sprintf("%d planned; %d of %d samples taken, %d failed",
			run.Plan.Rounds, run.Actual, run.Planned, run.Failed))
		add("Disturbed samples", disturbed(points))
		if one := run.Machine.OneCPU; one != nil {
			add("One CPU", fmt.Sprintf("samples of cells with C=1 were kept to CPU %d: %s", *one,
				words.Sanitize(run.Machine.WhyOneCPU)))
		}
		if run.Position.Rounds >= position.MinRounds {
			add("Place in the round", placed(run.Position))
		}
		add("Used by other processes", words.Percent(run.Foreign)+" of the machine, over the whole run")
		add("Used by the hypervisor", words.Percent(run.Steal))
	}
	if n := noise(points); n >= 0 {
		add("Noisiest cell", "its samples scatter by "+words.Percent(n)+" (median absolute deviation, scaled)")
	}
	judged, _ := r.verdicts(s.Label)
	missing := remarkList{}
	for _, v := range judged {
		switch {
		case v.Outcome == claims.NotMeasurable:
			missing.add(v.ID+" "+v.Subject, true, v.Reason)
		case v.Control:
			t.Controls = append(t.Controls, v)
		}
	}
	t.Facts = append(t.Facts, checks(t.Controls)...)
	t.Unmeasured = missing.texts()
	for _, w := range r.Data.Warnings {
		text := words.Sanitize(w.Text)
		if w.File != "" {
			text = words.Sanitize(path.Base(w.File)) + ": " + text
		}
		t.Warnings = append(t.Warnings, text)
	}
	t.Warnings = first(t.Warnings)
	return t
}

// checks says how rarely the run calls noise a difference, and what it sees.
func checks(controls []claims.Verdict) []fact {
	of := map[claims.Outcome]int{}
	var seen []string
	for _, v := range controls {
		switch {
		case v.SameThing:
			of[v.Outcome]++
		case v.Slower:
			found := "not found"
			if v.Outcome == claims.Supported {
				found = "found"
			}
			seen = append(seen, fmt.Sprintf("%s: %s, at %s", v.Subject, found, measured(v, v.Measured)))
		}
	}
	var out []fact
	if n := of[claims.Supported] + of[claims.Refuted] + of[claims.Inconclusive]; n > 0 {
		text := fmt.Sprintf("%d of %d were found to differ by more than 5%%", of[claims.Refuted], n)
		if open := of[claims.Inconclusive]; open > 0 {
			text += fmt.Sprintf("; %d undecided", open)
		}
		out = append(out, fact{"Identical copies", text})
	}
	if len(seen) > 0 {
		out = append(out, fact{"Slower on purpose", strings.Join(seen, "; ")})
	}
	return out
}

// placed says whether figures depend on the order within rounds. Both tests together
// are wrong in at most one of twenty runs.
func placed(r position.Result) string {
	const doubtful = 0.05 / 2
	place, before := "times do not show it", "nor what was measured just before"
	if r.Place < doubtful {
		than := "faster"
		if r.Late > 0 {
			than = "slower"
		}
		place = fmt.Sprintf("doubtful: late samples are %s than early ones, by %.2f in rank, from 0 to 1", than,
			math.Abs(r.Late))
	}
	if r.Before < doubtful {
		before = "doubtful: times depend on what was measured just before"
	} else if r.Place < doubtful {
		before = "they do not show what was measured just before"
	}
	return fmt.Sprintf("%s (p = %.3f), %s (p = %.3f), by a permutation test that reverses %d rounds at random",
		place, r.Place, before, r.Before, r.Rounds)
}

// first returns the first lines of a list, and says how many follow.
func first(lines []string) []string {
	if len(lines) <= maxListed {
		return lines
	}
	return append(lines[:maxListed:maxListed], fmt.Sprintf("and %d more", len(lines)-maxListed))
}

// disturbedSamples counts the samples that other processes disturbed, those
// that lack the figure, and all.
func disturbedSamples(points []*series.Measurement) (n, unclear, all int) {
	for _, p := range points {
		all += len(p.Rounds)
		for i := range p.Rounds {
			if p.Disturbed(i) {
				n++
			}
			if math.IsNaN(p.Foreign[i]) {
				unclear++
			}
		}
	}
	return n, unclear, all
}

func disturbed(points []*series.Measurement) string {
	n, unclear, all := disturbedSamples(points)
	text := fmt.Sprintf("%d of %d: other processes used more than %s", n, all, disturbedLimit(points))
	if unclear > 0 {
		text += fmt.Sprintf("; unknown of %d", unclear)
	}
	return text
}

// facts says how the source came about.
func (r *Report) facts(s series.Source) []fact {
	var out []fact
	add := func(name, text string) { out = append(out, fact{name, text}) }
	if c := course(s); c != "" {
		add("Run", c)
		add("Samples", fmt.Sprintf("One process each. A round takes one sample of every cell, "+
			"in an order shuffled from seed %d", s.Run.Plan.Seed))
		if s.Run.Plan.Like != "" {
			add("Tasks a sample", "As many as in the run "+s.Run.Plan.Like+" where that fits, so that the two compare")
		}
		add("Ratios", "Taken within rounds, so that what drifts between rounds cancels out")
		add("Intervals", "95%, over rounds: Hodges–Lehmann estimates with exact signed-rank bounds")
		add("Verdicts", "Predictions were fixed before the run; Holm's correction for all lines together")
	}
	for _, k := range configKeys {
		if v := s.Config[k]; v != "" {
			add(configNames[k], words.Sanitize(v))
		}
	}
	return out
}

var configNames = map[string]string{
	"machine": "Machine", "cpu": "CPU", "goos": "Operating system", "goarch": "Architecture",
	"go": "Go", "pkg": "Package",
}
