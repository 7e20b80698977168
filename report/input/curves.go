package input

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"conpar/report/series"
	"conpar/report/words"
)

// Query says what curves to make of benchmarks, in the language of benchproc,
// which benchstat has as well. Its zero value asks for all of them over
// GOMAXPROCS.
type Query struct {
	X      string // the axis, a key of names: "/gomaxprocs" (the default), "/goroutines"
	Line   string // what makes a curve: ".fullname" by default, without X
	Facet  string // what is kept apart beside it, such as "pkg,machine"
	Filter string // which results: "*" by default
	Unit   string // measured: by default "sec/op", or else the first rate, "…/s"
}

// ProcsAxis is the key of GOMAXPROCS, which stands in names as a suffix.
const ProcsAxis = "/gomaxprocs"

// Curves reads all paths as [Read] does, but into curves: the sources of the
// Data hold no work.
func Curves(paths []string, stdin io.Reader, q Query) (*series.Data, []series.Sweep, error) {
	c, err := newCurves(q)
	if err != nil {
		return nil, nil, err
	}
	data, err := read(paths, stdin, c)
	if err != nil {
		return nil, nil, err
	}
	all, err := c.finish(data)
	return data, all, err
}

// curves collects the results of all inputs by curve.
type curves struct {
	query   Query
	filter  *benchproc.Filter
	x       *benchproc.Projection
	line    *benchproc.Projection
	facet   *benchproc.Projection
	all     map[curveKey]*curve
	order   []*curve
	loops   map[loopKey]*series.Measurement // of the curves of no goroutines, at GOMAXPROCS 1
	keys    map[string]map[string]bool      // of names, with some of their values
	seen    int                             // results that the filter lets pass
	without int                             // of those, results without a value of the axis
	other   map[string]bool                 // values of the axis that are no numbers
}

type curveKey struct {
	source      *part
	pkg         string
	line, facet benchproc.Key
}

type curve struct {
	key curveKey
	at  map[int]*point
}

// The bounds of what is remembered for messages alone.
const (
	maxKeys   = 100
	maxValues = 100
)

func newCurves(q Query) (*curves, error) {
	q.X, q.Line, q.Filter = cmp.Or(q.X, ProcsAxis), cmp.Or(q.Line, ".fullname"), cmp.Or(q.Filter, "*")
	c := &curves{
		query: q, all: map[curveKey]*curve{}, keys: map[string]map[string]bool{}, other: map[string]bool{},
	}
	var err error
	bad := func(flag, text string, err error) error {
		return fmt.Errorf("%w: -%s %s: %w", ErrBadInput, flag, text, err)
	}
	if strings.ContainsAny(q.X, ", @()") || !strings.HasPrefix(q.X, "/") || len(q.X) < 2 {
		return nil, bad("x", q.X, errors.New("one key of benchmarks' names is expected, such as /workers"))
	}
	if c.filter, err = benchproc.NewFilter(q.Filter); err != nil {
		return nil, bad("filter", q.Filter, err)
	}
	// One parser, so that .fullname leaves out the keys that stand elsewhere.
	var parser benchproc.ProjectionParser
	for _, p := range []struct {
		flag, text string
		to         **benchproc.Projection
	}{{"x", q.X, &c.x}, {"facet", q.Facet, &c.facet}, {"line", q.Line, &c.line}} {
		if *p.to, err = parser.Parse(p.text, c.filter); err != nil {
			return nil, bad(p.flag, p.text, err)
		}
	}
	return c, nil
}

// point returns the point of a curve that a result line belongs to, or says why
// it has no point; nil and "" if it is not asked for.
func (p *parser) point(res *benchfmt.Result) (at *point, why string) {
	c := p.curves
	group, why := p.group(res)
	if why != "" {
		return nil, why
	}
	if ok, err := c.filter.Apply(res); err != nil || !ok {
		return nil, ""
	}
	c.seen++
	c.remember(res.Name)
	n, ok := c.value(res)
	if !ok {
		return nil, ""
	}
	key := curveKey{group.source, group.pkg, c.line.Project(res), c.facet.Project(res)}
	of := c.all[key]
	if of == nil {
		of = &curve{key: key, at: map[int]*point{}}
		c.all[key] = of
		c.order = append(c.order, of)
	}
	name := splitName(res.Name)
	if at = of.at[n]; at == nil {
		if !p.fits(ofCurve) {
			return nil, noRoom
		}
		at = p.cells.add(series.Measurement{Key: series.Key{Goroutines: -1, Procs: name.Procs, CPUs: name.CPUs}}, group, &p.noUnits)
		of.at[n] = at
	}
	if at.Procs != name.Procs {
		at.Procs = 0
	}
	if at.CPUs != name.CPUs {
		at.CPUs = 0
	}
	return at, ""
}

// plainLoop is what names the competent sequential version of a benchmark: no
// goroutine but the caller's.
const plainLoop = "/" + goroutinesKey + "0"

// value returns a result's value of the axis. It keeps note of what has none.
func (c *curves) value(res *benchfmt.Result) (n int, ok bool) {
	text := c.x.Project(res).Get(c.x.Fields()[0])
	switch {
	case text == "" && c.query.X == ProcsAxis:
		return 1, true // GOMAXPROCS 1 has no suffix
	case text == "":
		c.without++
		return 0, false
	}
	n, ok = number([]byte(text))
	if ok && n == 0 && c.query.X+"=0" == plainLoop {
		return 0, true
	}
	if !ok || n < 1 {
		if len(c.other) < maxValues {
			c.other[text] = true
		}
		return 0, false
	}
	return n, true
}

// remember keeps the keys of a name, to say which there are.
func (c *curves) remember(name benchfmt.Name) {
	_, parts := name.Parts()
	for _, part := range parts {
		key, value, found := strings.Cut(strings.TrimPrefix(string(part), "/"), "=")
		switch {
		case part[0] == '-':
			key, value = strings.TrimPrefix(ProcsAxis, "/"), string(part[1:])
		case !found:
			continue
		}
		values := c.keys[key]
		if values == nil && len(c.keys) < maxKeys {
			values = map[string]bool{}
			c.keys[key] = values
		}
		if values != nil && len(values) < maxValues {
			values[value] = true
		}
	}
}

// finish returns the curves, and adds to the warnings what is not on any.
func (c *curves) finish(d *series.Data) ([]series.Sweep, error) {
	warn := func(format string, args ...any) {
		d.Warnings = append(d.Warnings, series.Warning{Text: Printable(fmt.Sprintf(format, args...))})
	}
	var out []series.Sweep
	c.joinOneCPU()
	c.findLoops()
	for _, at := range c.order {
		plain := c.plain(at)
		delete(at.at, 0)
		if len(at.at) == 0 {
			continue // a plain loop alone
		}
		one := series.Sweep{
			Source: at.key.source.label, Facet: Printable(at.key.facet.String()), Line: Printable(at.name()),
			Axis: strings.TrimPrefix(c.query.X, "/"), N: slices.Sorted(maps.Keys(at.at)),
		}
		for _, n := range one.N {
			p := &at.at[n].Measurement
			p.Name = one.Line
			one.Points = append(one.Points, p)
		}
		if one.Plain = plain; plain != nil {
			plain.Name = one.Line
		}
		one.Unit = c.unit(one.Points)
		if one.Unit == "" {
			warn("left out: %s has no unit %s; it has %s", one.Line, cmp.Or(c.query.Unit, "sec/op and no rate"),
				listed(unitsOf(one.Points)))
			continue
		}
		higher, known := at.key.source.higher[one.Unit] // as the input says
		one.Higher = higher || !known && strings.HasSuffix(one.Unit, "/s")
		out = append(out, one)
	}
	if len(c.other) > 0 {
		warn("left out: results whose %s is no whole number from 1 on: %s", c.query.X,
			listed(slices.Sorted(maps.Keys(c.other))))
	}
	if c.without > 0 && len(out) > 0 {
		warn("left out: %d results without %s", c.without, c.query.X)
	}
	if len(out) == 0 {
		return nil, c.nothing()
	}
	if axes := c.axes(2); !slices.ContainsFunc(out, func(o series.Sweep) bool { return len(o.N) > 1 }) && len(axes) > 0 {
		warn("no benchmark has two values of %s; keys with several numbers are %s (-x)", c.query.X, listed(axes))
	}
	return out, nil
}

// plain returns the plain loop that a curve is to be compared with: the point
// of no goroutines on the axis, or that of the curve of no goroutines, at
// GOMAXPROCS 1.
func (c *curves) plain(of *curve) *series.Measurement {
	if p := of.at[0]; p != nil {
		return &p.Measurement
	}
	name := onAll(of.name())
	at := strings.Index(name, "/"+goroutinesKey)
	if c.query.X != ProcsAxis || at < 0 || strings.Contains(name, plainLoop) {
		return nil
	}
	rest := strings.TrimLeft(name[at+1+len(goroutinesKey):], "0123456789")
	other := c.loops[loopKey{of.key.source, of.key.facet, name[:at] + plainLoop + rest}]
	if other == nil {
		return nil
	}
	p := *other // a copy, whose name will be another
	return &p
}

// loopKey is how plain finds the curve of no goroutines.
type loopKey struct {
	source *part
	facet  benchproc.Key
	name   string
}

// joinOneCPU lets curves over GOMAXPROCS begin on one CPU, where work that does
// not block is measured there only: see [series.Work.Cell].
func (c *curves) joinOneCPU() {
	if c.query.X != ProcsAxis {
		return
	}
	key := func(of *curve, name string) loopKey { return loopKey{of.key.source, of.key.facet, name} }
	byName := map[loopKey]*curve{}
	for _, of := range c.order {
		byName[key(of, of.name())] = of
	}
	for _, of := range c.order {
		one := of.at[1]
		if one == nil || one.CPUs != 1 {
			continue
		}
		all := byName[key(of, onAll(of.name()))]
		if all == nil || all == of || all.at[1] != nil {
			continue
		}
		first := *one // its name will be another
		all.at[1] = &first
		if len(of.at) == 1 {
			delete(of.at, 1)
		}
	}
}

// onAll returns a name of ours without what says that it was kept to one CPU.
func onAll(name string) string {
	before, after, found := strings.Cut(name, "/cpus=1/")
	if !found || !strings.Contains(before, "/work=") {
		return name
	}
	return before + "/" + after
}

// findLoops fills loops.
func (c *curves) findLoops() {
	c.loops = map[loopKey]*series.Measurement{}
	for _, at := range c.order {
		key := loopKey{at.key.source, at.key.facet, onAll(at.name())}
		if p := at.at[1]; p != nil && strings.Contains(key.name, plainLoop) && (c.loops[key] == nil || p.CPUs == 0) {
			c.loops[key] = &p.Measurement
		}
	}
}

// name is what the curve is called: the value of its line, and its package
// where the source has several.
func (c *curve) name() string {
	name := c.key.line.StringValues()
	if len(c.key.source.pkgs) > 1 && c.key.pkg != "" {
		name = c.key.pkg + ": " + name
	}
	return name
}

// unit returns the unit that is measured: the one that was asked for, or time,
// or the first rate. "" if the points have none of these.
func (c *curves) unit(points []*series.Measurement) string {
	have := unitsOf(points)
	switch {
	case c.query.Unit != "" && slices.Contains(have, c.query.Unit):
		return c.query.Unit
	case c.query.Unit != "":
		return ""
	case slices.Contains(have, "sec/op"):
		return "sec/op"
	}
	for _, u := range have {
		if strings.HasSuffix(u, "/s") {
			return u
		}
	}
	return ""
}

func unitsOf(points []*series.Measurement) []string {
	have := map[string]bool{}
	for _, p := range points {
		for _, u := range p.Units.Names() {
			have[u] = true
		}
	}
	return slices.Sorted(maps.Keys(have))
}

// nothing says why there is no curve, and which axes there are.
func (c *curves) nothing() error {
	if c.seen == 0 {
		return fmt.Errorf("%w: -filter %s lets no result pass", ErrBadInput, Printable(c.query.Filter))
	}
	if c.without == 0 && len(c.other) == 0 {
		return fmt.Errorf("%w: no benchmark has the unit %s", ErrBadInput,
			Printable(cmp.Or(c.query.Unit, "sec/op, or a rate (…/s)")))
	}
	axes := c.axes(1)
	have := "these names have no keys (key=value)"
	if all := c.axes(0); len(all) > 0 {
		have = "no key has numbers as values: the keys are " + listed(all)
	}
	if len(axes) > 0 {
		have = "keys with numbers are " + listed(axes)
		if near := nearest(c.query.X, axes); near != "" {
			have += "; did you mean " + near + "?"
		}
	}
	return fmt.Errorf("%w: no benchmark has a number as %s; %s", ErrBadInput, Printable(c.query.X), Printable(have))
}

// axes returns the keys of names that have at least so many numbers as values.
func (c *curves) axes(least int) []string {
	var axes []string
	for key, values := range c.keys {
		numbers := 0
		for v := range values {
			if n, ok := number([]byte(v)); ok && n > 0 {
				numbers++
			}
		}
		if numbers >= least {
			axes = append(axes, "/"+key)
		}
	}
	slices.Sort(axes)
	return axes
}

// listed joins the first of some names.
func listed(names []string) string { return words.List(names, 12) }

// nearest returns which of some names is most like another one, by the number
// of edits (V. Levenshtein, 1966); "" if none is alike.
func nearest(to string, names []string) string {
	best, least := "", float64(len(to))/2
	for _, name := range names {
		if d := float64(levenshtein.ComputeDistance(to, name)); d < math.Max(least, 1) {
			best, least = name, d
		}
	}
	return best
}
