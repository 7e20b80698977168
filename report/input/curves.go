package input

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"

	"conpar/report/series"
	"conpar/report/words"
)

// Query says what curves to make of benchmarks, in the language of benchproc,
// which benchstat has as well. Its zero value asks for all of them over
// GOMAXPROCS.
type Query struct {
	// X is the axis: a key of names, "/gomaxprocs" (the default) or "/goroutines"; a
	// pattern over names with one group, which is the number, "With(\\d+)"; or a unit
	// that was measured, "inflight".
	X      string
	Line   string // what makes a curve: ".fullname" by default, without X
	Facet  string // what is kept apart beside it, such as "pkg,machine"
	Filter string // which results: "*" by default
	Unit   string // measured: by default "sec/op", or else the first rate, "…/s"
}

// ProcsAxis is the key of GOMAXPROCS, which stands in names as a suffix.
const ProcsAxis = "/gomaxprocs"

// fullName is the line of a curve by default.
const fullName = ".fullname"

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
	axis    axis
	x       *benchproc.Projection // of a key; nil of other axes
	line    *benchproc.Projection
	facet   *benchproc.Projection
	all     map[curveKey]*curve
	order   []*curve
	loops   map[loopKey]*series.Measurement // of the curves of no goroutines, at GOMAXPROCS 1
	keys    map[string]map[string]bool      // of names, with some of their values
	seen    int                             // results that the filter lets pass
	without int                             // of those, results without a value of the axis
	other   map[string]bool                 // values of the axis that are no numbers
	want    string                          // the unit that was asked for, tidied
	units   map[string]bool                 // as they were written
	lacking bool                            // a curve was left out for want of a unit
}

type curveKey struct {
	source      *part
	pkg         string
	line, facet benchproc.Key
}

type curve struct {
	key curveKey
	at  map[place]*point
}

// place is where a point stands on a curve: at an N, or, while that is still being
// measured, under a name.
type place struct {
	n    float64
	name string
}

// The bounds of what is remembered for messages alone.
const (
	maxKeys   = 100
	maxValues = 100
)

func newCurves(q Query) (*curves, error) {
	q.X, q.Line, q.Filter = cmp.Or(q.X, ProcsAxis), cmp.Or(q.Line, fullName), cmp.Or(q.Filter, "*")
	c := &curves{
		query: q, all: map[curveKey]*curve{}, keys: map[string]map[string]bool{}, other: map[string]bool{},
		units: map[string]bool{},
	}
	_, c.want = benchunit.Tidy(1, strings.TrimSpace(q.Unit)) // ns/op is sec/op
	var err error
	bad := func(flag, text string, err error) error {
		return fmt.Errorf("%w: -%s %s: %w", ErrBadInput, flag, text, err)
	}
	if c.axis, err = newAxis(q.X); err != nil {
		return nil, bad("x", q.X, err)
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
		if p.to == &c.x && !c.axis.isKey() {
			continue
		}
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
	full := res.Name
	where, line, ok := c.value(res)
	if !ok {
		return nil, ""
	}
	res.Name = line
	key := curveKey{group.source, group.pkg, c.line.Project(res), c.facet.Project(res)}
	res.Name = full
	of := c.all[key]
	if of == nil {
		of = &curve{key: key, at: map[place]*point{}}
		c.all[key] = of
		c.order = append(c.order, of)
	}
	name := splitName(full)
	if at = of.at[where]; at == nil {
		if !p.fits(ofCurve + 4*len(where.name)) {
			return nil, noRoom
		}
		c.rememberUnits(res)
		at = p.cells.add(series.Measurement{Key: series.Key{Goroutines: -1, Procs: name.Procs, CPUs: name.CPUs}}, group, &p.noUnits)
		of.at[where] = at
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

// value returns where on the axis a result stands, and its name without the axis.
// It keeps note of what has no place.
func (c *curves) value(res *benchfmt.Result) (at place, line benchfmt.Name, ok bool) {
	line = res.Name
	if c.axis.unit != "" {
		if _, ok = res.Value(c.axis.unit); !ok {
			c.without++
			c.rememberUnits(res)
		}
		if c.query.Line == fullName {
			line = withoutNumbers(res.Name)
		}
		return place{name: string(res.Name)}, line, ok
	}
	text, rest, found := c.axis.inName(res.Name)
	switch {
	case found:
		line = rest
	case c.x != nil:
		text = c.x.Project(res).Get(c.x.Fields()[0])
	}
	switch {
	case text == "" && c.query.X == ProcsAxis:
		return place{n: 1}, line, true // GOMAXPROCS 1 has no suffix
	case text == "":
		c.without++
		return at, line, false
	}
	n, ok := axisNumber(text)
	if ok && n == 0 && c.query.X+"=0" == plainLoop {
		return at, line, true
	}
	if !ok || n == 0 {
		if len(c.other) < maxValues {
			c.other[text] = true
		}
		return at, line, false
	}
	return place{n: n}, line, true
}

// remember keeps the keys of a name, to say which there are.
func (c *curves) remember(name benchfmt.Name) {
	_, parts := name.Parts()
	for _, part := range parts {
		if part[0] == '-' {
			c.rememberKey(strings.TrimPrefix(ProcsAxis, "/"), string(part[1:]))
			continue
		}
		for of := range strings.SplitSeq(strings.TrimPrefix(string(part), "/"), ",") {
			if key, value, found := strings.Cut(of, "="); found {
				c.rememberKey(key, value)
			}
		}
	}
}

func (c *curves) rememberUnits(res *benchfmt.Result) {
	for _, v := range res.Values {
		if len(c.units) < maxValues {
			c.units[cmp.Or(v.OrigUnit, v.Unit)] = true
		}
	}
}

func (c *curves) rememberKey(key, value string) {
	values := c.keys[key]
	if values == nil && len(c.keys) < maxKeys {
		values = map[string]bool{}
		c.keys[key] = values
	}
	if values != nil && len(values) < maxValues {
		values[value] = true
	}
}

// finish returns the curves, and adds to the warnings what is not on any.
func (c *curves) finish(d *series.Data) ([]series.Sweep, error) {
	warn := func(format string, args ...any) {
		text := Printable(fmt.Sprintf(format, args...))
		d.Warnings = append(d.Warnings, series.Warning{Text: text, Lost: strings.HasPrefix(text, "left out")})
	}
	var out []series.Sweep
	c.joinOneCPU()
	c.findLoops()
	for _, at := range c.order {
		plain := c.plain(at)
		delete(at.at, place{})
		if len(at.at) == 0 {
			continue // a plain loop alone
		}
		one := series.Sweep{
			Source: at.key.source.label, Facet: Printable(at.key.facet.String()), Line: Printable(at.name()),
			Axis: c.axis.name(),
		}
		points, lost := c.points(at)
		if lost > 0 {
			warn("left out: %s: samples whose %s is not above 0: %d", one.Line, c.query.X, lost)
		}
		for _, n := range slices.Sorted(maps.Keys(points)) {
			for _, more := range points[n][1:] {
				warn("left out: %s: samples that have the %s %v, as others have, whose name differs: %d",
					one.Line, c.query.X, n, len(more.Rounds))
			}
			p := points[n][0]
			p.Name = one.Line
			one.N, one.Points = append(one.N, n), append(one.Points, p)
		}
		if len(one.N) == 0 {
			continue
		}
		if one.Plain = plain; plain != nil {
			plain.Name = one.Line
		}
		one.Unit = c.unit(one.Points)
		if one.Unit == "" {
			c.lacking = true
			warn("left out: %s has no unit %s; it has %s", one.Line, cmp.Or(c.query.Unit, "sec/op and no rate"),
				listed(unitsOf(one.Points)))
			continue
		}
		higher, known := at.key.source.higher[one.Unit] // as the input says
		one.Higher = higher || !known && strings.HasSuffix(one.Unit, "/s")
		out = append(out, one)
	}
	if len(c.other) > 0 {
		warn("left out: results whose %s is no number above 0: %s; %s", c.query.X,
			listed(slices.Sorted(maps.Keys(c.other))), spellings)
	}
	if c.without > 0 && len(out) > 0 {
		warn("left out: %s without %s (-filter can leave them out too)", words.Count(c.without, "result"), c.query.X)
	}
	if same := c.alike(); len(same) > 0 {
		warn("a number of %s in several spellings is one point: %s", c.query.X, listed(same))
	}
	if len(out) == 0 {
		return nil, c.nothing()
	}
	if axes := c.axes(2); !slices.ContainsFunc(out, func(o series.Sweep) bool { return len(o.N) > 1 }) && len(axes) > 0 {
		warn("no benchmark has two values of %s; keys with several numbers are %s (-x)", c.query.X, listed(axes))
	}
	return out, nil
}

// alike returns the numbers of the axis that names spell in several ways: "1000
// and 1k".
func (c *curves) alike() []string {
	spelled := map[float64][]string{}
	for _, v := range slices.Sorted(maps.Keys(c.keys[c.axis.name()])) {
		if n, ok := axisNumber(v); ok {
			spelled[n] = append(spelled[n], v)
		}
	}
	var same []string
	for _, n := range slices.Sorted(maps.Keys(spelled)) {
		if len(spelled[n]) > 1 {
			same = append(same, strings.Join(spelled[n], " and "))
		}
	}
	return same
}

// points returns the points of a curve by their N, and how many samples have none.
func (c *curves) points(of *curve) (at map[float64][]*series.Measurement, lost int) {
	at = map[float64][]*series.Measurement{}
	var all []*series.Measurement
	byName := func(x, y place) int { return cmp.Compare(x.name, y.name) }
	for _, where := range slices.SortedFunc(maps.Keys(of.at), byName) {
		p := of.at[where].Measurement
		at[where.n] = []*series.Measurement{p}
		all = append(all, p)
	}
	if c.axis.unit == "" {
		return at, 0
	}
	return c.axis.byUnit(all)
}

// plain returns the plain loop that a curve is to be compared with: the point
// of no goroutines on the axis, or that of the curve of no goroutines, at
// GOMAXPROCS 1.
func (c *curves) plain(of *curve) *series.Measurement {
	if p := of.at[place{}]; p != nil {
		return p.Measurement
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
		one := of.at[place{n: 1}]
		if one == nil || one.CPUs != 1 {
			continue
		}
		all := byName[key(of, onAll(of.name()))]
		if all == nil || all == of || all.at[place{n: 1}] != nil {
			continue
		}
		first := *one // its name will be another
		all.at[place{n: 1}] = &first
		if len(of.at) == 1 {
			delete(of.at, place{n: 1})
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
		if p := at.at[place{n: 1}]; p != nil && strings.Contains(key.name, plainLoop) && (c.loops[key] == nil || p.CPUs == 0) {
			c.loops[key] = p.Measurement
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
	case c.query.Unit != "" && slices.Contains(have, c.want):
		return c.want
	case c.query.Unit != "":
		return ""
	case slices.Contains(have, "sec/op"):
		return "sec/op"
	}
	for _, u := range have {
		if strings.HasSuffix(u, "/s") && u != c.axis.unit {
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
	have := slices.Sorted(maps.Keys(c.units))
	if c.lacking {
		return fmt.Errorf("%w: no benchmark has the unit %s; %s", ErrBadInput,
			Printable(cmp.Or(c.query.Unit, "sec/op, or a rate (…/s)")), Printable(otherUnits(have)))
	}
	return fmt.Errorf("%w: no benchmark has a number as %s; %s", ErrBadInput, Printable(c.query.X), Printable(c.otherAxes()))
}

// otherUnits says which units there are, and how to ask for one: a time of some
// kind is what a curve is most likely of.
func otherUnits(have []string) string {
	if len(have) == 0 {
		return "these have no unit at all"
	}
	best := have[0]
	for _, u := range have {
		if strings.HasSuffix(u, "s/op") && u != "allocs/op" || strings.HasSuffix(u, "-ns") {
			best = u
			break
		}
	}
	return fmt.Sprintf("there are %s: -unit %s takes that", listed(have), best)
}

// otherAxes says which axes there are.
func (c *curves) otherAxes() string {
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
	if c.axis.unit != "" {
		have += "; units are " + listed(slices.Sorted(maps.Keys(c.units)))
	}
	return have
}

// axes returns the keys of names that have at least so many numbers as values.
func (c *curves) axes(least int) []string {
	var axes []string
	for key, values := range c.keys {
		numbers := 0
		for v := range values {
			if n, ok := axisNumber(v); ok && n > 0 {
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
