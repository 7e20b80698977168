package input

import (
	"cmp"
	"math"
	"path/filepath"
	"reflect"
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
	described := describe(run)
	if len(p.parts) == 0 {
		first := ""
		if len(described.Failures) > 0 {
			first = "; the first one: " + described.Failures[0].String()
		}
		return bad(shown, "no sample gave a result"+first+"; measure again")
	}
	for _, at := range p.parts {
		at.run = described
	}
	return r.add(p, shown, described.Machine.Name+"/"+described.Started.UTC().Format(time.RFC3339))
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

// describe returns the run without its samples, with what is derived from them
// and from its plan. All texts become printable.
func describe(run results.Run) *series.Run {
	samples := run.Samples
	run.Samples = nil
	sanitize(reflect.ValueOf(&run))
	out := &series.Run{
		Run: run, Foreign: orNaN(run.Foreign), Steal: orNaN(run.Steal),
		Kinds: map[string]string{}, Cells: map[series.Key]int{}, Dropped: map[string]string{},
	}
	for _, t := range run.Traces {
		out.Traces = append(out.Traces, series.Trace{Trace: t})
	}
	for _, c := range run.Plan.Cells {
		name, goroutines, procs := splitName(benchfmt.Name(strings.TrimPrefix(c.Cell, "Benchmark")))
		out.Kinds[name] = c.Kind
		out.Cells[series.Key{Name: name, Goroutines: goroutines, Procs: procs}] = c.Tasks
	}
	for _, c := range run.Plan.Dropped {
		out.Dropped[c.Cell] = c.Reason
	}
	fine := map[string]bool{}
	for _, s := range samples {
		fine[s.Cell] = fine[s.Cell] || s.Error == ""
	}
	for _, s := range samples {
		if s.Error == "" {
			continue
		}
		reason := Printable(strings.Join(strings.Fields(s.Error), " "))
		f := series.Failure{Cell: Printable(s.Cell), Round: s.Round, Reason: reason}
		out.Failures = append(out.Failures, f)
		if !fine[s.Cell] {
			out.Dropped[f.Cell] = "every sample failed: " + reason
		}
	}
	return out
}

// sanitize makes all texts that v holds printable.
func sanitize(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(Printable(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			sanitize(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			sanitize(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() { // those of a [time.Time] are not
				sanitize(v.Field(i))
			}
		}
	}
}
