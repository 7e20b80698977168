package input

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"conpar/report/series"
	"conpar/report/words"
	"conpar/results"
	"conpar/results/lazy"
)

// Results under different values of these are different sources.
var splitBy = [...]string{"machine", "cpu", "goos", "goarch", "go", sideKey}

// sideKey is the key of what tells results of one file apart that no line of
// configuration does: a side of the benchmarks of another module, or of a diff, a
// container, a commit.
const sideKey = "side"

// sourceKey holds the values of splitBy.
type sourceKey [len(splitBy)]string

const (
	maxUnits     = 64     // of a cell
	maxFileUnits = 256    // of all cells in a file: tables have a column or a part for each
	maxSamples   = 10_000 // of a cell: no interval gets better from more
	maxParts     = 100    // configurations in a file: each is reported on by itself
)

// However large the input, the whole report fits into 256 MiB of memory: three quarters
// of them are shared out at these prices, which are what the parts of a report
// were seen to take, all that is made of them and the garbage included.
const (
	maxRoom  = 192 << 20
	ofSource = 64 << 10
	ofCell   = 400 // its place here and among the cells, in the index, in a list

	// A cell of a workload, which becomes rows, text, remarks and charts. It
	// takes a third of that; but what is made of them takes time.
	ofWork  = 15 << 9
	ofCurve = 10 << 10 // a cell of a curve, with its fits

	ofSample = 32 // a sample that may be left out

	ofSet   = 256 // a set of units that cells have
	ofUnit  = 64  // of a set
	ofValue = 8
)

// ownUnits are those that package testing reports of itself.
var ownUnits = [...]string{"sec/op", "B/s", "B/op", "allocs/op"}

// These lines are configuration wherever they stand.
var knownKeys = []string{"goos", "goarch", "pkg", "cpu", "machine", "go", "note", sideKey}

// part is what a file holds under one configuration: a source to be.
type part struct {
	label, path, suffix string
	run                 *series.Run
	config              map[string]string
	higher              map[string]bool
	key                 sourceKey
	of                  *parser
	points              []*point
	pkgs                map[string]bool
}

// parser reads the text of one file.
type parser struct {
	shown string // names the file in warnings and errors
	notes notes

	sample *results.Sample // of a run: that is being filed; nil for plain text

	room    *int    // bytes that may still be filled
	curves  *curves // as in reader
	parts   []*part
	sources map[sourceKey]*part
	cells   cells
	noUnits unitSet
	units   map[string]bool
	higher  map[string]bool   // by unit: as [series.Source] has it
	filter  *benchproc.Filter // lets the results pass that are asked for; nil: all
	barred  int               // results that it did not let pass
	line    int               // that the record comes from
	config  *benchfmt.Result  // the configuration in force; for the rest, the result
	lines   *lines            // when all is read

	values map[string]map[string]bool // of settings, up to a number of them
	apart  []string                   // settings that separate parts
	block  *block                     // that the record comes from; nil of a run
	joins  bool                       // cells may have become the same
	once   map[*point][]sample        // the samples of which [history] has ahead, with 1 iteration, in whole blocks
	told   int                        // warnings of the reader up to this file's

	suffixed bool   // names end in GOMAXPROCS, 1 too
	grouped  bool   // here or why are those of the configuration
	here     *group // that results belong to
	why      string // they belong to no group
}

func (r *reader) parser(shown string) *parser {
	return &parser{
		shown: shown, notes: notes{file: Printable(shown)}, room: &r.room, curves: r.curves, filter: r.filter,
		sources: map[sourceKey]*part{}, cells: newCells(), units: map[string]bool{}, higher: map[string]bool{},
		values: map[string]map[string]bool{}, once: map[*point][]sample{},
	}
}

// read reads all of in. An error of in's is returned only if nothing came
// before it.
func (p *parser) read(in io.Reader) error {
	l := newLines(in)
	for batch := range l.full {
		for i := range batch {
			p.record(&batch[i])
		}
		l.free <- batch
	}
	l.in, l.full, l.free, l.batch, l.repeats = nil, nil, nil, nil, repeats{} // they are large
	p.lines = l
	switch {
	case l.err == nil || l.err == io.EOF:
		return nil
	case len(p.parts) > 0:
		p.notes.lose(l.line, fmt.Sprintf("left out: what follows, since it cannot be read: %v", l.err))
		return nil
	}
	return l.err
}

// record deals with what a line has become.
func (p *parser) record(rec *record) {
	p.line, p.block = rec.line, rec.block
	switch {
	case rec.note != "":
		p.notes.warn(rec.line, rec.note, rec.lost)
	case rec.unit != nil:
		p.unitLine(rec.unit)
	default:
		if rec.config != nil {
			p.config, p.grouped = rec.config, false
		}
		res := p.config
		res.Name, res.Iters, res.Values = rec.name, rec.iters, rec.values
		p.result(res)
	}
}

// unitLine takes what is said of a unit. "assume" changes nothing in a report.
func (p *parser) unitLine(u *benchfmt.UnitMetadata) {
	switch {
	case u.Key != "better" || len(p.higher) == maxFileUnits:
	case u.Value != "higher" && u.Value != "lower":
		p.notes.warn(p.line, fmt.Sprintf("not read: Unit %.40s better=%.40s; it is to be higher or lower",
			u.OrigUnit, u.Value), false)
	default:
		p.higher[u.Unit] = u.Value == "higher"
	}
}

// result files one result line under its cell.
func (p *parser) result(res *benchfmt.Result) {
	if res.Values = p.usable(res); len(res.Values) == 0 {
		return
	}
	if p.filter != nil {
		if ok, err := p.filter.Apply(res); err != nil || !ok {
			p.barred++
			if p.block != nil {
				p.block.last = nil // what follows is another turn
			}
			return
		}
	}
	if p.curves != nil {
		if _, why := p.group(res); why == "" && !p.curves.passes(res) {
			return
		}
	}
	c, why := p.cell(res)
	if why == "" {
		why = p.append(c, res.Iters, res.Values)
	}
	if why != "" {
		p.notes.lose(p.line, "left out: "+why)
	}
}

var noRoom = fmt.Sprintf("results that need more than %d MiB of memory; read fewer of them", maxRoom>>20)

// fits takes so many bytes of the room that there is for results, if there is
// as much. A recorded run is in memory already.
func (p *parser) fits(bytes int) bool {
	if p.sample != nil {
		return true
	}
	if *p.room < bytes {
		return false
	}
	*p.room -= bytes
	return true
}

// usable returns the values of a result line that can be used, and notes what
// is wrong with the others.
func (p *parser) usable(res *benchfmt.Result) []benchfmt.Value {
	if res.Iters <= 0 {
		p.notes.lose(p.line, fmt.Sprintf("left out: %d iterations", res.Iters))
		return nil
	}
	good := func(v float64) bool { return v >= 0 && v <= math.MaxFloat64 } // and no NaN
	// testing prints no negative values in its own units, nor gauge in those of a run.
	signed := func(v benchfmt.Value) bool {
		return p.sample == nil && v.Value < 0 && v.Value >= -math.MaxFloat64 && !slices.Contains(ownUnits[:], v.Unit)
	}
	bad := 0
	for i := range res.Values {
		if !good(res.Values[i].Value) {
			bad++
		}
	}
	if bad == 0 {
		return res.Values
	}
	return slices.DeleteFunc(res.Values, func(v benchfmt.Value) bool {
		if good(v.Value) || signed(v) {
			return false
		}
		written, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			written, unit = v.OrigValue, v.OrigUnit
		}
		p.notes.lose(p.line, fmt.Sprintf("left out: a value of %v %.40s", written, unit))
		return true
	})
}

// group returns the group that res belongs to, or says why it has no group. As
// long as no line of configuration comes it is the same one.
func (p *parser) group(res *benchfmt.Result) (at *group, why string) {
	if !p.grouped {
		p.grouped, p.here = true, nil
		var source *part
		if source, p.why = p.part(res); p.why == "" {
			apart, passes := p.settings(res.Config)
			p.here = p.cells.group(source, res.GetConfig("pkg"), apart, res.Config)
			p.here.pass(passes)
		}
	}
	return p.here, p.why
}

// part returns the source that res belongs to, or says why it has no source.
func (p *parser) part(res *benchfmt.Result) (at *part, why string) {
	var key sourceKey
	for i, k := range splitBy {
		key[i] = res.GetConfig(k)
	}
	if at := p.sources[key]; at != nil {
		return at, ""
	}
	if len(p.parts) == maxParts {
		return nil, fmt.Sprintf("more than %d configurations in one file", maxParts)
	}
	if !p.fits(ofSource) {
		return nil, noRoom
	}
	at = &part{key: key, of: p, config: map[string]string{}, pkgs: map[string]bool{}}
	for _, k := range knownKeys {
		if v := res.GetConfig(k); v != "" {
			at.config[k] = v
		}
	}
	p.sources[key] = at
	p.parts = append(p.parts, at)
	return at, ""
}

// finish returns what was read, whose names are not decided yet. The error says
// that it was nothing.
func (p *parser) finish() ([]*part, error) {
	for _, at := range p.parts {
		// Of these, all values were left out.
		at.points = slices.DeleteFunc(at.points, func(c *point) bool { return len(c.units.names) == 0 })
	}
	p.parts = slices.DeleteFunc(p.parts, func(at *part) bool { return len(at.points) == 0 && p.curves == nil })
	if len(p.parts) == 0 {
		return nil, p.nothing()
	}
	p.cells.byKey, p.cells.last, p.cells.newest, p.cells.before = nil, nil, nil, nil // what helped to find them may go
	return p.parts, nil
}

// suffixes tells the parts of one file apart by what they differ in.
func (p *parser) suffixes() {
	if len(p.parts) < 2 {
		return
	}
	for _, k := range slices.Concat(splitBy[:], p.apart) {
		if !slices.ContainsFunc(p.parts, func(at *part) bool { return at.config[k] != p.parts[0].config[k] }) {
			continue
		}
		for _, at := range p.parts {
			none := "no " + k
			if k == sideKey {
				none = cmp.Or(p.lines.base, "the rest")
			}
			at.suffix += ", " + cmp.Or(at.config[k], none)
		}
	}
	if p.sample != nil {
		return // the sides of a run
	}
	by := ""
	if len(p.apart) > 0 {
		by = " (by " + listed(p.apart) + ")"
	}
	p.notes.warn(0, fmt.Sprintf("%d configurations in one file; each is a source of its own%s", len(p.parts), by),
		false)
}

// goTestOutput is a line that go test prints, which may stand behind a prefix.
var goTestOutput = lazy.Regexp(`(?m)(^|[ \t])(=== RUN |--- (PASS|FAIL|SKIP): |ok  \t|` +
	`\?   \t\S+\t\[no test files\]|PASS$|testing: warning: no tests to run)`)

// tableOfFigures is a line of a table in Markdown, with figures or units of such.
var tableOfFigures = lazy.Regexp(`(?m)^[ \t]*\|.*\|[ *]*([0-9.,]+ *)?[a-zµ]+/op\b`)

// nothing says why no result was read.
func (p *parser) nothing() error {
	l := p.lines
	tool := ""
	if !l.event && l.form == "" {
		tool = otherTool(l.head)
	}
	switch {
	case !l.any:
		return bad(p.shown, "empty; save what go test -bench prints, or measure again")
	case p.barred > 0:
		return bad(p.shown, fmt.Sprintf("-filter lets none of its %s pass", words.Count(p.barred, "result")))
	case tool != "":
		return bad(p.shown, fmt.Sprintf("this looks like %s; report reads what go test -bench prints", tool))
	case l.zero > 0:
		return bad(p.shown, fmt.Sprintf("not benchmark text: line %d has a zero byte (binary, or UTF-16: save it as "+
			"UTF-8)", l.zero))
	case l.form != "":
		why := "it has none"
		if len(p.notes.kept) > 0 {
			why = p.notes.kept[0].Text
		}
		return bad(p.shown, fmt.Sprintf("%s without results of Go benchmarks: %s", l.form, why))
	case len(p.notes.kept) > 0:
		first := p.notes.kept[0]
		more := ""
		if n := len(p.notes.kept) + p.notes.more; n > 1 {
			more = fmt.Sprintf(" (the first of %d lines)", n)
		}
		return bad(p.shown, fmt.Sprintf("no benchmark results; line %d: %s%s", first.Line, first.Text, more))
	case tableOfFigures().Match(l.head):
		return bad(p.shown, "a table of figures without samples; give report what go test -bench printed for it")
	case l.event:
		return bad(p.shown, "go test -json output without results of benchmarks; run go test with -bench")
	case goTestOutput().Match(l.head):
		return bad(p.shown, "go test output without results of benchmarks; run go test with -bench")
	}
	return bad(p.shown, "no benchmark results; they look like \"BenchmarkEncode-2  1000  1234 ns/op\", as go test "+
		"-bench prints them")
}
