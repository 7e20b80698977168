package input

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"

	"conpar/report/series"
)

const (
	// Results under different values of these are different sources.
	splitBy = "machine,cpu,goos,goarch,go"

	maxUnits = 64 // a cell; keeps memory linear in the input
)

// Of all configuration lines only these are kept. Any log line of the form
// "word: text" looks like one.
var knownKeys = []string{"goos", "goarch", "pkg", "cpu", "machine", "go", "note"}

// part is what a file holds under one configuration: a source to be.
type part struct {
	label, path, suffix string
	run                 *series.Run
	config              map[string]string
	key                 benchproc.Key
	points              []*point
	pkgs                map[string]bool
}

// point is a cell whose names are not final yet.
type point struct {
	series.Point
	pkg string
}

// sample says which sample a result line is.
type sample struct {
	line    int     // of the file, for warnings
	round   int     // countRounds: the next one of its cell
	foreign float64 // NaN unknown
}

const countRounds = -1

// parser reads the text of one file.
type parser struct {
	shown string // names the file in warnings and errors
	notes notes

	// at maps a line of the text to its sample; nil for plain text.
	at func(line int) sample

	bySource *benchproc.Projection
	parts    []*part
	sources  map[benchproc.Key]*part
	cells    map[cellKey]*point
	json     bool // see lines
	any      bool
}

type cellKey struct {
	source *part
	pkg    string
	series.Key
}

func newParser(shown string) *parser {
	var pp benchproc.ProjectionParser
	bySource, err := pp.Parse(splitBy, nil)
	if err != nil {
		panic(err) // splitBy is a constant
	}
	return &parser{
		shown: shown, notes: notes{file: shown}, bySource: bySource,
		sources: map[benchproc.Key]*part{}, cells: map[cellKey]*point{},
	}
}

// read reads all of in.
func (p *parser) read(in io.Reader) error {
	l := newLines(in, &p.notes)
	r := benchfmt.NewReader(l, p.shown)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			p.result(rec)
		case *benchfmt.SyntaxError:
			p.notes.add(p.sample(rec.Line).line, "left out: "+rec.Msg)
		case *benchfmt.UnitMetadata:
			// What is better, and what to assume, is settled elsewhere.
		}
	}
	p.json, p.any = p.json || l.json, p.any || l.any
	var notText errNotText
	if errors.As(r.Err(), &notText) {
		return bad(p.shown, notText.Error())
	}
	return r.Err()
}

func (p *parser) sample(line int) sample {
	if p.at == nil {
		return sample{line: line, round: countRounds, foreign: math.NaN()}
	}
	return p.at(line)
}

// result files one result line under its cell.
func (p *parser) result(res *benchfmt.Result) {
	_, line := res.Pos()
	s := p.sample(line)
	if why := unusable(res); why != "" {
		p.notes.add(s.line, "left out: "+why)
		return
	}
	var k series.Key
	k.Name, k.Goroutines, k.Procs = splitName(res.Name)
	if k.Name == "" {
		p.notes.add(s.line, "left out: a result without a name")
		return
	}
	part := p.part(res)
	pkg := res.GetConfig("pkg")
	part.pkgs[pkg] = true
	ck := cellKey{part, pkg, k}
	c := p.cells[ck]
	if c == nil {
		c = &point{Point: series.Point{Key: k, Units: map[string][]float64{}}, pkg: pkg}
		p.cells[ck] = c
		part.points = append(part.points, c)
	}
	n := len(c.Rounds)
	if s.round == countRounds {
		s.round = n
	}
	if n > 0 && s.round <= c.Rounds[n-1] {
		p.notes.add(s.line, fmt.Sprintf("left out: a second sample of its cell in round %d", s.round))
		return
	}
	c.Rounds = append(c.Rounds, s.round)
	c.Foreign = append(c.Foreign, s.foreign)
	if why := c.add(res.Values); why != "" {
		p.notes.add(s.line, why)
	}
}

// unusable says why a result line cannot be used; "" when it can.
func unusable(res *benchfmt.Result) string {
	if res.Iters <= 0 {
		return fmt.Sprintf("%d iterations", res.Iters)
	}
	for _, v := range res.Values {
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value < 0 {
			written, unit := v.Value, v.Unit
			if v.OrigUnit != "" {
				written, unit = v.OrigValue, v.OrigUnit
			}
			return fmt.Sprintf("a value of %v %.40s", written, unit)
		}
	}
	return ""
}

// part returns the source that res belongs to.
func (p *parser) part(res *benchfmt.Result) *part {
	key := p.bySource.Project(res)
	if at := p.sources[key]; at != nil {
		return at
	}
	at := &part{key: key, config: map[string]string{}, pkgs: map[string]bool{}}
	for _, k := range knownKeys {
		if v := res.GetConfig(k); v != "" {
			at.config[k] = v
		}
	}
	p.sources[key] = at
	p.parts = append(p.parts, at)
	return at
}

// add appends a sample's values, whose round is already there. It returns a
// warning about those that it leaves out.
func (c *point) add(values []benchfmt.Value) (warning string) {
	n := len(c.Rounds) - 1
	for _, v := range values {
		// benchfmt leaves the unit of a zero as it was written: "0 ns/op"
		// would be another unit than "1 ns/op".
		value, unit := benchunit.Tidy(v.Value, v.Unit)
		have, known := c.Units[unit]
		switch {
		case !known && len(c.Units) == maxUnits:
			warning = fmt.Sprintf("more than %d units for one benchmark; the others are left out", maxUnits)
		case len(have) > n:
			warning = fmt.Sprintf("unit %.40s twice; the first counts", unit)
		default:
			c.Units[unit] = append(padded(have, n), value)
		}
	}
	return warning
}

// padded appends NaN until there are n values.
func padded(values []float64, n int) []float64 {
	for len(values) < n {
		values = append(values, math.NaN())
	}
	return values
}

// finish returns what was read. The error says that it was nothing.
func (p *parser) finish() ([]*part, error) {
	if len(p.parts) == 0 {
		return nil, p.nothing()
	}
	for _, at := range p.parts {
		for _, c := range at.points {
			for unit, values := range c.Units {
				c.Units[unit] = padded(values, len(c.Rounds))
			}
			if len(at.pkgs) > 1 && c.pkg != "" {
				c.Name = c.pkg + ": " + c.Name
			}
		}
	}
	p.suffixes()
	return p.parts, nil
}

// suffixes tells the parts of one file apart by what they differ in.
func (p *parser) suffixes() {
	if len(p.parts) < 2 {
		return
	}
	var keys []benchproc.Key
	for _, at := range p.parts {
		keys = append(keys, at.key)
	}
	differ := benchproc.NonSingularFields(keys)
	for _, at := range p.parts {
		for _, f := range slices.Backward(differ) {
			v := at.key.Get(f)
			if v == "" {
				v = "no " + f.Name
			}
			at.suffix = ", " + v + at.suffix
		}
	}
	p.notes.add(0, fmt.Sprintf("%d configurations in one file; each is a source of its own", len(p.parts)))
}

// nothing says why no result was read.
func (p *parser) nothing() error {
	switch {
	case p.json:
		return bad(p.shown, "this is go test -json output; run go test without -json and save what it prints")
	case !p.any:
		return bad(p.shown, "empty; save what go test -bench prints, or measure again")
	case len(p.notes.kept) > 0:
		first := p.notes.kept[0]
		return bad(p.shown, fmt.Sprintf("no benchmark results; line %d: %s", first.Line, first.Text))
	}
	return bad(p.shown, "no benchmark results; they look like \"BenchmarkEncode-2  1000  1234 ns/op\", as go test -bench prints them")
}
