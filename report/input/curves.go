package input

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"
	"golang.org/x/perf/benchunit"

	"conpar/report/series"
	"conpar/report/words"
	"conpar/results/lazy"
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

	Higher map[string]bool // says of units whether higher values are better; it goes before what the input says
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
	data, err := read(paths, stdin, nil, c)
	if err != nil {
		return nil, nil, err
	}
	all, err := c.finish(data)
	return data, all, err
}

// curves collects the results of all inputs by curve.
type curves struct {
	query   Query
	certain bool // numbers at the ends of names were said to be GOMAXPROCS
	exact   bool // the query mentions GOMAXPROCS
	late    bool // its filter does
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
	key   curveKey
	cells map[place][]*point
	at    map[place]*point // each of all cells there
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
	c := &curves{
		certain: q.X == ProcsAxis, all: map[curveKey]*curve{}, keys: map[string]map[string]bool{},
		other: map[string]bool{}, units: map[string]bool{},
	}
	q.X, q.Line, q.Filter = cmp.Or(q.X, ProcsAxis), cmp.Or(q.Line, fullName), cmp.Or(q.Filter, "*")
	c.query, c.late = q, strings.Contains(q.Filter, ProcsAxis)
	c.exact = c.late || strings.Contains(q.X+" "+q.Line+" "+q.Facet, ProcsAxis)
	_, c.want = benchunit.Tidy(1, strings.TrimSpace(q.Unit)) // ns/op is sec/op
	var err error
	bad := func(flag, text string, err error) error {
		return fmt.Errorf("%w: -%s %s: %w", ErrBadInput, flag, text, err)
	}
	if c.axis, err = newAxis(q.X); err != nil {
		return nil, bad("x", q.X, err)
	}
	if c.filter, err = newFilter(q.Filter); err != nil {
		return nil, err
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

// passes says whether the filter lets a result pass, or some of its values, if that
// does not depend on how names are to be read.
func (c *curves) passes(res *benchfmt.Result) bool {
	if !c.late {
		if ok, err := c.filter.Apply(res); err != nil || !ok {
			return false
		}
	}
	c.remember(res.Name)
	c.rememberUnits(res)
	return true
}

// asks says whether the query mentions a key of configuration.
func (c *curves) asks(key string) bool {
	return slices.Contains(c.mentioned(), key)
}

// mentioned returns the keys that say what keeps curves apart.
func (c *curves) mentioned() []string {
	var keys []string
	for _, p := range []*benchproc.Projection{c.facet, c.line} {
		for _, f := range p.Fields() {
			keys = append(keys, f.Name)
		}
	}
	return keys
}

// knows returns an error if a key that is to keep curves apart is in no result.
func (c *curves) knows(parts []*part) error {
	have := map[string]bool{ProcsAxis: true}
	for key := range c.keys {
		have["/"+key] = true
	}
	for _, at := range parts {
		for _, g := range at.of.cells.order {
			for _, setting := range g.config {
				have[setting.Key] = true
			}
		}
	}
	keys := c.mentioned()
	for _, m := range filterKey().FindAllStringSubmatch(c.query.Filter, -1) {
		keys = append(keys, m[1])
	}
	for _, key := range keys {
		if have[key] || strings.HasPrefix(key, ".") || len(c.keys) == maxKeys {
			continue
		}
		all := slices.Sorted(maps.Keys(have))
		return fmt.Errorf("%w: no result has the key %s; the keys are %s%s", ErrBadInput, Printable(key),
			Printable(listed(all)), didYouMean(key, all))
	}
	return nil
}

// filterKey is a key of configuration in a filter.
var filterKey = lazy.Regexp(`(?:^|[\s(-])([a-z][a-z0-9_.-]*):`)

// didYouMean suggests the one of some names that another one is most like.
func didYouMean(name string, names []string) string {
	if near := nearest(name, names); near != "" {
		return "; did you mean " + Printable(near) + "?"
	}
	return ""
}

// result returns a cell as benchproc is to see it: its whole name, and what it was
// measured under. Where GOMAXPROCS is asked about, the name ends in it.
func (c *curves) result(p *point) *benchfmt.Result {
	name := p.written()
	if c.exact {
		name = p.Name + "-" + strconv.Itoa(p.Procs)
	}
	res := &benchfmt.Result{Config: p.of.config, Name: benchfmt.Name(name), Iters: 1}
	for _, u := range p.units.names {
		res.Values = append(res.Values, benchfmt.Value{Unit: u})
	}
	return res
}

// collect makes the curves of the cells of all inputs.
func (c *curves) collect(parts []*part) error {
	if err := c.knows(parts); err != nil {
		return err
	}
	for _, at := range parts {
		for _, p := range at.points {
			c.seen += p.n
			if p.Procs > 1 {
				c.rememberKey(strings.TrimPrefix(ProcsAxis, "/"), strconv.Itoa(p.Procs))
			}
			c.place(at, p)
		}
	}
	for _, of := range c.order {
		of.at = map[place]*point{}
		for where, cells := range of.cells {
			of.at[where] = of.key.source.of.pool(cells)
		}
	}
	return nil
}

// place puts a cell on its curve, if it is on any.
func (c *curves) place(source *part, p *point) {
	res := c.result(p)
	if c.late {
		if ok, err := c.filter.Apply(res); err != nil || !ok {
			c.seen -= p.n
			return
		}
	}
	where, line, ok := c.value(res, p.n)
	if !ok {
		return
	}
	res.Name = line
	key := curveKey{source, p.of.pkg, c.line.Project(res), c.facet.Project(res)}
	of := c.all[key]
	if of == nil {
		of = &curve{key: key, cells: map[place][]*point{}}
		c.all[key] = of
		c.order = append(c.order, of)
	}
	of.cells[where] = append(of.cells[where], p)
}

// pool makes one point of cells at the same place of a curve. In a run the samples
// stay in rounds, as far as there is one of each.
func (p *parser) pool(cells []*point) *point {
	at := cells[0].clone()
	at.Key = series.Key{Goroutines: -1, Procs: at.Procs, CPUs: at.CPUs}
	for _, c := range cells[1:] {
		if at.Procs != c.Procs {
			at.Procs = 0
		}
		if at.CPUs != c.CPUs {
			at.CPUs = 0
		}
		p.join(at, c)
	}
	if p.sample != nil && len(cells) > 1 {
		p.inRounds(at)
	}
	p.finishCell(at)
	return at
}

// inRounds puts pooled samples of a run in the order of their rounds, and numbers
// those anew that are not the first of their round.
func (p *parser) inRounds(c *point) {
	order := make([]int, c.n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return c.Rounds[a] - c.Rounds[b] })
	p.choose(c, order)
	rounds, foreign := c.Rounds, c.Foreign
	c.Rounds, c.Foreign = nil, nil
	for i, at := range order {
		round := rounds[at]
		if i > 0 {
			round = max(round, c.Rounds[i-1]+1)
		}
		c.Rounds, c.Foreign = append(c.Rounds, round), append(c.Foreign, foreign[at])
	}
}

// plainLoop is what names the competent sequential version of a benchmark: no
// goroutine but the caller's.
const plainLoop = "/" + goroutinesKey + "0"

// value returns where on the axis a cell stands, and its name without the axis. It
// keeps note of samples that have no place.
func (c *curves) value(res *benchfmt.Result, samples int) (at place, line benchfmt.Name, ok bool) {
	line = res.Name
	if c.axis.unit != "" {
		if _, ok = res.Value(c.axis.unit); !ok {
			c.without += samples
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
		c.without += samples
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
		if part[0] == '-' { // which may be a part of the name
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
	var cells []*point
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
			Axis: c.axis.label(),
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
		var known bool
		if one.Higher, known = series.Better(one.Unit, c.query.Higher, at.key.source.higher); !known {
			return nil, fmt.Errorf("%w: -unit %s: whether more or less of it is better is not known; "+
				"say so with -higher %[2]s or -lower %[2]s", ErrBadInput, Printable(one.Unit))
		}
		of := at.sorted()
		for _, p := range of {
			p.Name = one.Line
		}
		one.Doubts = c.doubts(at.key.source, of)
		one.SideBySide = slices.ContainsFunc(of, func(p *point) bool { return p.turns == 1 && p.n > 1 })
		out, cells = append(out, one), append(cells, of...)
	}
	c.remark(cells, warn)
	if len(out) == 0 {
		return nil, c.nothing()
	}
	long := func(o series.Sweep) bool { return len(o.N) > 1 }
	if axes := c.axes(2); len(axes) > 0 && !slices.ContainsFunc(out, long) {
		warn("no benchmark has two values of %s; keys with several numbers are %s (-x)", c.query.X, listed(axes))
	}
	return out, nil
}

// remark warns of what all curves together show, or left out: cells are theirs.
func (c *curves) remark(cells []*point, warn func(format string, args ...any)) {
	for _, text := range doubtSamples(cells) {
		warn("%s", text)
	}
	if len(c.other) > 0 {
		warn("left out: results whose %s is no number above 0: %s; %s", c.query.X,
			listed(slices.Sorted(maps.Keys(c.other))), spellings)
	}
	if c.without > 0 && len(cells) > 0 {
		warn("left out: %s without %s (-filter can leave them out too)", words.Count(c.without, "result"), c.query.X)
	}
	if same := c.alike(); len(same) > 0 {
		warn("a number of %s in several spellings is one point: %s", c.query.X, listed(same))
	}
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

// sorted returns the points of a curve by their place.
func (c *curve) sorted() []*point {
	var out []*point
	for _, where := range slices.SortedFunc(maps.Keys(c.at), func(x, y place) int {
		return cmp.Or(cmp.Compare(x.n, y.n), strings.Compare(x.name, y.name))
	}) {
		out = append(out, c.at[where])
	}
	return out
}

// points returns the points of a curve by their N, and how many samples have none.
func (c *curves) points(of *curve) (at map[float64][]*series.Measurement, lost int) {
	at = map[float64][]*series.Measurement{}
	var all []*series.Measurement
	for where, p := range of.at {
		at[where.n] = []*series.Measurement{p.Measurement}
	}
	for _, p := range of.sorted() {
		all = append(all, p.Measurement)
	}
	if c.axis.unit == "" {
		return at, 0
	}
	at, lost, lacking := c.axis.byUnit(all)
	c.without += lacking
	return at, lost
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
		all.at[place{n: 1}] = one.clone() // its name will be another
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
		p := at.at[place{n: 1}]
		if p != nil && strings.Contains(key.name, plainLoop) && (c.loops[key] == nil || p.CPUs == 0) {
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
		if rate, _ := series.Better(u, c.query.Higher); rate && u != c.axis.unit {
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
	return fmt.Errorf("%w: no benchmark has a number as %s; %s", ErrBadInput, Printable(c.query.X),
		Printable(c.otherAxes()))
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
		have += didYouMean(c.query.X, axes)
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
