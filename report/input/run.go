package input

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"conpar/report/series"
	"conpar/results"
)

// run reads the run in dir, whose warnings and errors call it shown.
func (r *reader) run(dir, shown string) error {
	run, err := results.Read(dir)
	if err != nil {
		return explain(dir, shown, err)
	}
	p := r.parser(shown)
	if err := p.read(strings.NewReader(p.join(&run))); err != nil {
		return err
	}
	if len(p.parts) == 0 {
		return bad(shown, "no sample gave a result"+firstFailure(run.Samples)+"; measure again")
	}
	described := describe(&run)
	for _, at := range p.parts {
		at.run = described
	}
	machine := Printable(run.Machine.Name)
	return r.add(p, shown, fmt.Sprintf("%s/%s", machine, described.Started))
}

// join returns the run's benchmark text, rounds ascending, and makes p give
// each line its sample.
func (p *parser) join(run *results.Run) string {
	type lineOf struct {
		*results.Sample
		line int
	}
	head := results.ConfigText(run.Machine)
	first := strings.Count(head, "\n") + 2 // after the Unit line
	p.notes.file = filepath.Join(p.shown, results.BenchFile)
	if run.Status == results.Running {
		p.notes.file = filepath.Join(p.shown, results.JournalFile)
	}
	var ok []lineOf
	for i := range run.Samples {
		s := &run.Samples[i]
		if s.Error != "" {
			continue
		}
		line := first + len(ok)
		if run.Status == results.Running {
			line = i + 2 // after the run itself
		}
		ok = append(ok, lineOf{s, line})
	}
	// Rounds ascend, and within a round the plan's order, not the shuffled
	// one, is what readers see.
	position := map[string]int{}
	for i, c := range run.Plan.Cells {
		position[c.Cell] = i
	}
	slices.SortStableFunc(ok, func(a, b lineOf) int {
		return cmp.Or(a.Round-b.Round, position[a.Cell]-position[b.Cell])
	})
	var b strings.Builder
	b.WriteString(head)
	for _, s := range ok {
		b.WriteString(s.Line + "\n")
	}
	at := func(line int) lineOf {
		if i := line - first + 1; i >= 0 && i < len(ok) {
			return ok[i]
		}
		return lineOf{Sample: &results.Sample{}}
	}
	p.at = func(line int) sample { return sample{round: at(line).Round, foreign: orNaN(at(line).Foreign)} }
	p.notes.at = func(line int) int { return at(line).line }
	return b.String()
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// describe returns what the run knows beyond its benchmark text.
func describe(run *results.Run) *series.Run {
	out := &series.Run{
		Started: run.Started.UTC().Format(time.RFC3339),
		Status:  Printable(string(run.Status)),
		Profile: Printable(run.Plan.Profile),
		Seed:    run.Plan.Seed,
		Like:    Printable(run.Plan.Like),
		Rounds:  run.Plan.Rounds,
		Planned: run.Planned,
		Actual:  run.Actual,
		Failed:  run.Failed,
		CPUs:    run.Machine.CPUs,
		Foreign: orNaN(run.Foreign),
		Steal:   orNaN(run.Steal),
		Kinds:   map[string]string{},
		Cells:   map[series.Key]int{},
		Dropped: map[string]string{},
	}
	course(out, run)
	for _, t := range run.Traces {
		out.Traces = append(out.Traces, series.Trace{File: t.Name, Cell: Printable(t.Cell)})
	}
	for _, c := range run.Plan.Cells {
		name, goroutines, procs := splitName(benchfmt.Name(printable([]byte(strings.TrimPrefix(c.Cell, "Benchmark")))))
		out.Kinds[name] = Printable(c.Kind)
		out.Cells[series.Key{Name: name, Goroutines: goroutines, Procs: procs}] = c.Tasks
	}
	for _, c := range run.Plan.Dropped {
		cell, reason := Printable(c.Cell), Printable(c.Reason)
		out.Dropped[cell] = reason
		out.Failures = append(out.Failures, fmt.Sprintf("%s, left out: %s", cell, reason))
	}
	fine := map[string]bool{}
	for _, s := range run.Samples {
		fine[s.Cell] = fine[s.Cell] || s.Error == ""
	}
	for _, s := range run.Samples {
		if s.Error == "" {
			continue
		}
		out.Failures = append(out.Failures, failure(s))
		if !fine[s.Cell] {
			out.Dropped[Printable(s.Cell)] = "every sample failed: " + reason(s)
		}
	}
	return out
}

// course describes how the run grew, and what the machine was like meanwhile.
func course(out *series.Run, run *results.Run) {
	out.Looks, out.Look = len(run.Plan.Looks), run.Plan.Looked()+1
	out.Repeated, out.Precision = len(run.Plan.Repeated()), run.Plan.Precision
	for _, a := range run.Plan.Added {
		if a.Repeats == nil {
			out.Further += a.Rounds
		}
	}
	out.Hazards = hazards(run.Hazards)
	for _, c := range run.Conditions {
		out.Conditions = append(out.Conditions, series.Conditions{Round: c.Round, Hazards: hazards(c.Hazards)})
	}
	for _, f := range run.Forced {
		out.Forced = append(out.Forced, fmt.Sprintf("after %d samples, although changed: %s", f.Samples, Printable(strings.Join(f.Changed, "; "))))
	}
}

func hazards(list []results.Hazard) []series.Hazard {
	var out []series.Hazard
	for _, h := range list {
		out = append(out, series.Hazard{Name: Printable(h.Name), State: Printable(string(h.State)), Found: Printable(h.Found)})
	}
	return out
}

func failure(s results.Sample) string {
	return fmt.Sprintf("%s, round %d: %s", Printable(s.Cell), s.Round+1, reason(s))
}

func reason(s results.Sample) string {
	return Printable(strings.Join(strings.Fields(s.Error), " "))
}

func firstFailure(samples []results.Sample) string {
	for _, s := range samples {
		if s.Error != "" {
			return "; the first one: " + failure(s)
		}
	}
	return ""
}
