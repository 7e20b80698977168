package page

import (
	"fmt"
	"math"
	"path"
	"slices"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/series"
	"conpar/results"
)

// trust is what a reader must know before believing the figures.
type trust struct {
	Facts      []fact
	Hazards    []results.Hazard
	Controls   []verdictLine // that the measurement was checked by
	Unmeasured []string      // what could not be measured here, and why
	Remarks    []string      // failures, disturbed rounds, doubts
	Warnings   []string      // about what was read
}

// maxListed is how many remarks of a kind the page lists.
const maxListed = 100

func (r *Report) trust(s series.Source) trust {
	points := r.points(s.Label)
	t := trust{Hazards: hazards(s)}
	add := func(name, text string) { t.Facts = append(t.Facts, fact{name, text}) }
	if run := s.Run; run != nil {
		add("Rounds", fmt.Sprintf("%d planned; %d of %d samples taken, %d failed", run.Plan.Rounds, run.Actual, run.Planned, run.Failed))
		add("Disturbed samples", disturbed(points))
		add("Taken by other programs", percent(run.Foreign)+" of the machine, over the whole run")
		add("Taken by the hypervisor", percent(run.Steal))
	}
	if n := noise(points); n >= 0 {
		add("Noisiest cell", fmt.Sprintf("its samples scatter by %s (median absolute deviation, scaled)", percent(n)))
	}
	of, _ := r.verdicts(s.Label)
	lacking := map[string][]string{} // claims by reason
	var reasons []string
	for _, v := range of {
		switch {
		case v.Outcome == claims.NotMeasurable:
			reason, claim := plain(v.Reason), v.ID+" "+v.Subject
			if lacking[reason] == nil {
				reasons = append(reasons, reason)
			}
			if !slices.Contains(lacking[reason], claim) {
				lacking[reason] = append(lacking[reason], claim)
			}
		case v.Control:
			t.Controls = append(t.Controls, verdictLineOf(v, chart.Strip{}))
		}
	}
	for _, reason := range reasons {
		t.Unmeasured = append(t.Unmeasured, listed(lacking[reason], maxListed)+": "+reason)
	}
	for _, remark := range r.remarks(s.Label) {
		t.Remarks = append(t.Remarks, remark.line(maxListed))
	}
	for _, w := range r.Data.Warnings {
		text := plain(w.Text)
		if w.File != "" {
			text = plain(path.Base(w.File)) + ": " + text
		}
		t.Warnings = append(t.Warnings, text)
	}
	t.Remarks, t.Warnings = first(t.Remarks), first(t.Warnings)
	return t
}

// first returns the first lines of a list, and says how many follow.
func first(lines []string) []string {
	if len(lines) <= maxListed {
		return lines
	}
	return append(lines[:maxListed:maxListed], fmt.Sprintf("and %d more", len(lines)-maxListed))
}

// disturbed counts the samples during which others took too much.
func disturbed(points []*series.Point) string {
	n, unclear, all := 0, 0, 0
	for _, p := range points {
		for i := range p.Rounds {
			all++
			if p.Disturbed(i) {
				n++
			}
			if math.IsNaN(p.Foreign[i]) {
				unclear++
			}
		}
	}
	text := fmt.Sprintf("%d of %d: others took more than %.0f%% of the machine", n, all, 100*results.DisturbedAbove)
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
		add("Samples", fmt.Sprintf("One process each. A round takes one sample of every cell, in an order shuffled from seed %d", s.Run.Plan.Seed))
		if s.Run.Plan.Like != "" {
			add("Tasks a sample", "As many as in the run "+s.Run.Plan.Like+" where that fits, so that the two compare")
		}
		add("Ratios", "Taken within rounds, so that what drifts between rounds cancels out")
		add("Intervals", "95%, over rounds: Hodges–Lehmann estimates with exact signed-rank bounds")
		add("Verdicts", "Predictions were fixed before the run; Holm's correction for all lines together")
	}
	for _, k := range configKeys {
		if v := s.Config[k]; v != "" {
			add(configNames[k], plain(v))
		}
	}
	return out
}

var configNames = map[string]string{"machine": "Machine", "cpu": "CPU", "goos": "Operating system", "goarch": "Architecture", "go": "Go", "pkg": "Package"}

// command is one to type, and what it does.
type command struct{ What, Line string }

// commands are those that run it again and compare.
func (r *Report) commands(s series.Source) []command {
	out := []command{}
	if s.Run != nil {
		line := "go run ./bench"
		if s.Run.Plan.Rounds > 0 {
			line += fmt.Sprintf(" -rounds %d", s.Run.Plan.Rounds)
		}
		out = append(out, command{"Measure it on your machine:", line})
	}
	if s.Path == "" || s.Path == stdin {
		return out
	}
	bench := place(s.Path)
	at := argument(bench)
	out = append(out, command{"Make this page again:", "go run ./report " + at})
	if s.Run != nil && s.Run.Status == running {
		return out // the journal of a run is no benchmark text
	}
	if s.Run != nil {
		bench = path.Join(bench, "bench.txt")
	}
	return append(out,
		command{"Compare it with another run, machine or file:", "scripts/compare.sh " + at + " OTHER"},
		command{"Look at it with benchstat:", fmt.Sprintf("go tool benchstat -col '/gomaxprocs@(\"\" %d)' %s", max(2, r.cpus(s.Label)), argument(bench))})
}

// term is an entry of the glossary.
type term struct{ Name, Text string }

// terms are the twelve words that the page cannot do without.
var terms = []term{
	{"Goroutine", "A function that runs beside others. Go starts thousands of them and shares the processors among them."},
	{"GOMAXPROCS, P", "How many goroutines may run at the same instant. At 1 they take turns, however many there are."},
	{"Concurrency", "Many tasks in progress at once. It needs no second processor: while one task waits, another goes on."},
	{"Parallelism", "Several tasks running at the same instant. It needs several processors."},
	{"Concurrency gain", "How much faster G goroutines are than one, both at GOMAXPROCS 1: T(1,1) / T(G,1), where T(G,P) is the time per task."},
	{"Parallelism gain", "How much faster the same goroutines are with all CPUs than with one: T(G,1) / T(G,P)."},
	{"Tasks in flight", "How many tasks are in progress on average: the sum of their residence times over the wall time (Little's law)."},
	{"CPUs busy", "How many CPUs work on average: the CPU time of the process over the wall time."},
	{"Round", "One sample of every cell, in a shuffled order. Ratios are taken within a round, since its samples share the machine's mood."},
	{"95% interval", "The range that holds the true value in 95 of 100 such measurements. A verdict uses a wider one, corrected for the number of claims."},
	{"Inconclusive", "Neither supported nor refuted: the interval includes a bound of the prediction. More rounds may decide it."},
	{"Disturbed", "A sample during which other programs took more than 5% of the machine. It is marked, never deleted."},
}
