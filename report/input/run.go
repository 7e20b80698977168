package input

import (
	"cmp"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"conpar/report/position"
	"conpar/report/series"
	"conpar/results"
	"conpar/results/gotest"
	"conpar/results/rundir"
)

// run reads the run in dir, whose warnings and errors call it shown.
func (r *reader) run(dir, shown string) error {
	run, err := rundir.Read(dir)
	if err != nil {
		return explain(dir, shown, err)
	}
	p := r.parser(shown)
	described := describe(run)
	p.samples(&run, rundir.RunHead(described.Run))
	if len(p.parts) == 0 {
		first, what := "", "no sample gave a result"
		if len(described.Failures) > 0 {
			first = "; the first one: " + described.Failures[0].String()
		}
		if len(described.SetAside) > 0 {
			what += " that can be used"
			first += "; the first that is set aside: " + described.SetAside[0].String()
		}
		return bad(shown, what+first+"; measure again")
	}
	for _, at := range p.parts {
		at.run = described
	}
	if run.Test != nil {
		order := func(at *part) int {
			return slices.IndexFunc(run.Test.Sides, func(s gotest.Side) bool { return s.Name == at.config["side"] })
		}
		slices.SortStableFunc(p.parts, func(a, b *part) int { return order(a) - order(b) })
	}
	return r.add(p, shown, described.Machine.Name+"/"+described.Started.UTC().Format(time.RFC3339))
}

// samples files the run's samples under their cells, rounds ascending.
func (p *parser) samples(run *results.Run, config string) {
	type taken struct {
		*results.Sample
		line int
	}
	first := strings.Count(config, "\n") + 1
	p.notes.file = filepath.Join(p.shown, rundir.BenchFile)
	if run.Status == results.Running {
		p.notes.file = filepath.Join(p.shown, rundir.JournalFile)
	}
	fine := measured(run.Samples)
	var all []taken
	for i := range run.Samples {
		s := taken{&run.Samples[i], first + len(all)}
		if run.Status == results.Running {
			s.line = i + 2 // after the run itself
		}
		if s.Error == "" && fine[s.Cell] {
			all = append(all, s)
		}
	}
	order := run.Plan.Order()
	slices.SortStableFunc(all, func(a, b taken) int { return order(*a.Sample, *b.Sample) })
	p.config, p.lines = &benchfmt.Result{}, &lines{any: true}
	for line := range strings.Lines(config) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok { // not the Unit line
			p.config.Config = append(p.config.Config, benchfmt.Config{Key: key, Value: []byte(value), File: true})
		}
	}
	text := resultParser{units: map[string]unit{}}
	var r record
	var buf []byte
	head := p.config.Config
	var last gotest.Benchmark
	p.suffixed = run.Test != nil
	for _, s := range all {
		p.sample = s.Sample
		line := s.Line
		if b, ok := benchmarkOf(run, s.Cell); ok {
			if b.Package != last.Package || b.Side != last.Side {
				p.config, p.grouped, last = &benchfmt.Result{Config: testConfig(head, run.Test, b)}, false, b
			}
			if b.Procs == 1 { // or a name that ends in -4 would be taken for another one at GOMAXPROCS 4
				line = b.Printed() + "-1" + strings.TrimPrefix(line, b.Printed())
			}
		}
		r = record{line: s.line, name: r.name[:0], values: r.values[:0]} // without a block
		buf = append(buf[:0], line...)
		text.parse(printable(buf), &r)
		p.record(&r)
	}
}

// benchmarkOf returns what a cell of `bench test` is of; false of other runs.
func benchmarkOf(run *results.Run, cell string) (gotest.Benchmark, bool) {
	if run.Test == nil {
		return gotest.Benchmark{}, false
	}
	b, err := gotest.ParseBenchmark(cell)
	return b, err == nil
}

// testConfig returns the configuration of a sample of `bench test`: what holds for
// all of them, and its own.
func testConfig(head []benchfmt.Config, t *gotest.Test, b gotest.Benchmark) []benchfmt.Config {
	config := slices.DeleteFunc(slices.Clone(head), func(c benchfmt.Config) bool { return c.Key == "go" })
	add := func(key, value string) {
		config = append(config, benchfmt.Config{Key: key, Value: []byte(value), File: true})
	}
	add("pkg", b.Package)
	if len(t.Sides) > 1 {
		add("side", b.Side)
	}
	for _, s := range t.Sides {
		if s.Name == b.Side {
			add("go", s.Go)
		}
	}
	return config
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
	if run.Test == nil {
		out.Position = position.Of(inOrder(samples))
	}
	for _, t := range run.Traces {
		out.Traces = append(out.Traces, series.Timeline{Trace: t})
	}
	for _, c := range run.Plan.Cells {
		if run.Test != nil {
			break // its samples are of no number of tasks
		}
		key := splitName(benchfmt.Name(strings.TrimPrefix(c.Cell, "Benchmark")))
		out.Kinds[key.Name] = c.Kind
		out.Cells[key] = c.Tasks
	}
	for _, c := range run.Plan.Dropped {
		out.Dropped[c.Cell] = c.Reason
	}
	fine := measured(samples)
	for _, s := range samples {
		to, what, why := &out.Failures, "failed", s.Error
		if s.Error == "" {
			to, what, why = &out.SetAside, "was disturbed", s.DisturbedBy
		}
		if why == "" {
			continue
		}
		f := series.Failure{Cell: Printable(s.Cell), Round: s.Round,
			Reason: Printable(strings.Join(strings.Fields(why), " "))}
		*to = append(*to, f)
		if !fine[s.Cell] {
			out.Dropped[f.Cell] = "every sample " + what + ": " + f.Reason
		}
	}
	return out
}

// measured says which cells have a sample that can be used.
func measured(samples []results.Sample) map[string]bool {
	fine := map[string]bool{}
	for _, s := range samples {
		fine[s.Cell] = fine[s.Cell] || s.Error == "" && s.DisturbedBy == ""
	}
	return fine
}

// inOrder returns the times per task of each round, in the order in which they were
// taken. What may matter to the next sample is the family.
func inOrder(samples []results.Sample) [][]position.Sample {
	sorted := make([]*results.Sample, len(samples))
	for i := range samples {
		sorted[i] = &samples[i]
	}
	slices.SortFunc(sorted, func(a, b *results.Sample) int { return cmp.Or(a.Round-b.Round, a.Start.Compare(b.Start)) })
	var rounds [][]position.Sample
	last := -1
	for _, s := range sorted {
		before, _, _ := strings.Cut(s.Line, " ns/op")
		ns, err := strconv.ParseFloat(strings.TrimSpace(before[strings.LastIndexByte(before, '\t')+1:]), 64)
		if err != nil || s.DisturbedBy != "" {
			continue // it failed, or is not used
		}
		if s.Round != last {
			rounds, last = append(rounds, nil), s.Round
		}
		family, _, _ := strings.Cut(s.Cell, "/")
		of := &rounds[len(rounds)-1]
		*of = append(*of, position.Sample{Cell: s.Cell, Kind: family, Value: ns})
	}
	return rounds
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
