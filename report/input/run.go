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
	p := newParser(shown)
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
	machine := printable([]byte(run.Machine.Name))
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
	p.at = func(line int) sample {
		i := line - first + 1
		if i < 0 || i >= len(ok) {
			return sample{foreign: math.NaN()}
		}
		return sample{line: ok[i].line, round: ok[i].Round, foreign: orNaN(ok[i].Foreign)}
	}
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
		Status:  string(run.Status),
		Profile: run.Plan.Profile,
		Seed:    run.Plan.Seed,
		Rounds:  run.Plan.Rounds,
		Planned: run.Planned,
		Actual:  run.Actual,
		Failed:  run.Failed,
		CPUs:    run.Machine.CPUs,
		Foreign: orNaN(run.Foreign),
		Steal:   orNaN(run.Steal),
		Kinds:   map[string]string{},
		Cells:   map[series.Key]bool{},
		Dropped: map[string]string{},
	}
	course(out, run)
	for _, t := range run.Traces {
		out.Traces = append(out.Traces, series.Trace{File: t.Name, Cell: t.Cell})
	}
	for _, c := range run.Plan.Cells {
		name, goroutines, procs := splitName(benchfmt.Name(strings.TrimPrefix(c.Cell, "Benchmark")))
		out.Kinds[name] = c.Kind
		out.Cells[series.Key{Name: name, Goroutines: goroutines, Procs: procs}] = true
	}
	for _, c := range run.Plan.Dropped {
		reason := string(printable([]byte(c.Reason)))
		out.Dropped[c.Cell] = reason
		out.Failures = append(out.Failures, fmt.Sprintf("%s, left out: %s", c.Cell, reason))
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
			out.Dropped[s.Cell] = "every sample failed: " + reason(s)
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
		out.Forced = append(out.Forced, fmt.Sprintf("after %d samples, although changed: %s", f.Samples, printable([]byte(strings.Join(f.Changed, "; ")))))
	}
}

func hazards(list []results.Hazard) []series.Hazard {
	var out []series.Hazard
	for _, h := range list {
		out = append(out, series.Hazard{Name: string(printable([]byte(h.Name))), State: string(printable([]byte(h.State))), Found: string(printable([]byte(h.Found)))})
	}
	return out
}

func failure(s results.Sample) string {
	return fmt.Sprintf("%s, round %d: %s", s.Cell, s.Round+1, reason(s))
}

func reason(s results.Sample) string {
	return string(printable([]byte(strings.Join(strings.Fields(s.Error), " "))))
}

func firstFailure(samples []results.Sample) string {
	for _, s := range samples {
		if s.Error != "" {
			return "; the first one: " + failure(s)
		}
	}
	return ""
}
