package input

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"golang.org/x/perf/benchfmt"

	"conpar/report/series"
)

// A file may hold hundreds of thousands of cells. So there is little for each
// of them, what they have in common is shared, and a further sample of a cell
// takes nothing but room for its values.

// cells finds the cells of a file.
type cells struct {
	groups map[groupKey]*group
	order  []*group
	byKey  map[string]*point
	last   *point // that was found
	name   []byte // by which it was
	of     *group // in which it was
	saw    int32  // by which GOMAXPROCS
	before *point // the newest cell but one
	alike  bool   // it has as many samples as the one before it
	newest *point
	spare  []point
	kept   []series.Measurement
	key    []byte // as it is looked for

	// The rounds and shares of plain text, the same for all cells.
	rounds  []int
	foreign []float64

	scratch []float64
}

// group is the cells of one package in one source, under the same settings.
type group struct {
	groupKey
	number uint64
	config []benchfmt.Config
	passed map[string][]string // values of settings that tell no groups apart
}

type groupKey struct {
	source   *part
	pkg      string
	settings string
}

// point is a cell whose samples are still coming, and whose name is not final
// yet.
type point struct {
	*series.Measurement // it stays when all of this goes
	history
	of     *group
	units  *unitSet
	n      int       // samples
	values []float64 // of the first one in all units; then of the others, in those where they differ
	same   uint64    // by place of a unit: all samples have the same value so far
	next   *point    // that came after it the last time: in rounds it does again
}

// unitSet is the units of cells in the order in which they came.
type unitSet struct {
	names []string
	with  map[string]*unitSet // one unit more

	sorted []string // names; nil until it is asked for
}

func newCells() cells { return cells{groups: map[groupKey]*group{}, byKey: map[string]*point{}} }

func (c *cells) group(source *part, pkg, settings string, config []benchfmt.Config) *group {
	key := groupKey{source, pkg, settings}
	at := c.groups[key]
	if at == nil {
		at = &group{groupKey: key, number: uint64(len(c.groups)), config: config}
		c.groups[key] = at
		c.order = append(c.order, at)
	}
	return at
}

// cell returns the cell of a result line, or says why it has no cell.
func (p *parser) cell(res *benchfmt.Result) (at *point, why string) {
	of, why := p.group(res)
	if why != "" {
		return nil, why
	}
	c, saw := &p.cells, takeSaw(res)
	if c.of == of && c.saw == saw && bytes.Equal(c.name, res.Name) { // as with -count
		return c.last, ""
	}
	var k series.Key
	c.key, k = appendName(c.key[:0], res.Name, p.curves != nil, p.suffixed)
	name := len(c.key)
	if next := c.after(of, k, c.key); next != nil && next.saw == saw {
		c.last, c.of, c.saw, c.name = next, of, saw, append(c.name[:0], res.Name...)
		return next, ""
	}
	c.key = append(c.key, 0) // which is in no name
	c.key = binary.AppendUvarint(c.key, of.number)
	c.key = binary.AppendVarint(c.key, int64(k.Goroutines))
	c.key = binary.AppendVarint(c.key, int64(k.Procs))
	c.key = binary.AppendVarint(c.key, int64(k.CPUs))
	c.key = binary.AppendVarint(c.key, int64(saw))
	at = c.byKey[string(c.key)]
	if at == nil {
		price := ofCell
		switch {
		case p.curves != nil:
			price = ofCurve
		case k.Goroutines >= 0:
			price = ofWork
		}
		if !p.fits(price + 4*(name+len(of.pkg))) {
			return nil, noRoom
		}
		key := string(c.key)
		k.Name = key[:name]
		at = c.add(series.Measurement{Key: k}, of, &p.noUnits)
		at.saw = saw
		c.byKey[key] = at
	}
	if c.last != nil {
		c.last.next = at
	}
	c.last, c.of, c.saw, c.name = at, of, saw, append(c.name[:0], res.Name...)
	return at, ""
}

// unitSaw is the unit in which a gauge tells the GOMAXPROCS that it saw.
const unitSaw = "gomaxprocs"

// takeSaw takes the GOMAXPROCS that a benchmark saw out of a result; 0: it does not
// tell.
func takeSaw(res *benchfmt.Result) int32 {
	for i, v := range res.Values {
		whole := v.Value >= 1 && v.Value == math.Trunc(v.Value) && v.Value < 1<<20
		if v.Unit == unitSaw && len(res.Values) > 1 && whole {
			res.Values = slices.Delete(res.Values, i, i+1)
			return int32(v.Value)
		}
	}
	return 0
}

// after returns the cell that came after the last one before, if it is the one
// that is looked for; nil if it is not. In rounds that saves the look into the
// index.
func (c *cells) after(of *group, k series.Key, name []byte) *point {
	if c.last == nil || c.last.next == nil {
		return nil
	}
	next := c.last.next
	if next.of != of || next.Goroutines != k.Goroutines || next.Procs != k.Procs || next.CPUs != k.CPUs ||
		next.Name != string(name) {
		return nil
	}
	return next
}

// add adds a cell to those of its group.
func (c *cells) add(p series.Measurement, of *group, none *unitSet) *point {
	if len(c.spare) == 0 {
		c.spare, c.kept = make([]point, 64), make([]series.Measurement, 64)
	}
	at := &c.spare[0]
	at.Measurement, at.of, at.units = &c.kept[0], of, none
	*at.Measurement = p
	c.spare, c.kept = c.spare[1:], c.kept[1:]
	c.alike = c.before != nil && c.before.n == c.newest.n
	c.before, c.newest = c.newest, at
	of.source.points = append(of.source.points, at)
	of.source.pkgs[of.pkg] = true
	return at
}

// append adds a sample to its cell, or says what of it is left out.
func (p *parser) append(c *point, iters int, values []benchfmt.Value) (why string) {
	if c.n == maxSamples {
		return fmt.Sprintf("more than %d samples of one benchmark", maxSamples)
	}
	round := 0 // of a run
	if p.sample != nil {
		round = p.sample.Round
		if n := len(c.Rounds); n > 0 && round <= c.Rounds[n-1] {
			return fmt.Sprintf("a second sample of its cell in round %d", round)
		}
		if by := p.sample.DisturbedBy; by != "" {
			if c.SetAside == nil {
				c.SetAside = map[int]string{}
			}
			c.SetAside[round] = Printable(by)
			return ""
		}
	}
	for i, v := range values {
		if c.units.index(i, v.Unit) >= 0 { // as nearly always
			continue
		}
		why = cmp.Or(p.unit(c, v.Unit), why)
	}
	row := p.cells.row(len(c.units.names))
	for i, v := range values {
		switch j := c.units.index(i, v.Unit); {
		case j < 0: // as was said
		case !math.IsNaN(row[j]):
			why = fmt.Sprintf("unit %.40s a second time", v.Unit)
		default:
			row[j] = v.Value
		}
	}
	if !p.push(c, row) {
		return noRoom
	}
	p.follow(c, iters)
	c.n++
	if p.sample != nil {
		c.Rounds, c.Foreign = append(c.Rounds, round), append(c.Foreign, orNaN(p.sample.Foreign))
	}
	return why
}

// row returns NaN in so many units, to be filled.
func (c *cells) row(units int) []float64 {
	c.scratch = c.scratch[:0]
	for range units {
		c.scratch = append(c.scratch, math.NaN())
	}
	return c.scratch
}

// push adds a row of values to a cell; false if there is no room. Of a unit in
// which all samples are the same, such as allocations, it keeps one value.
func (p *parser) push(c *point, row []float64) bool {
	if c.n == 0 {
		c.same = 1<<len(row) - 1
	}
	same := c.same
	for j, v := range row {
		if c.n > 0 && math.Float64bits(v) != math.Float64bits(c.values[j]) {
			same &^= 1 << j
		}
	}
	if same != c.same && c.n > 1 {
		more := bits.OnesCount64(c.same&^same) * (c.n + c.n/2)
		if !p.fits(ofValue * more) {
			return false
		}
		c.values = c.table(same, cap(c.values)+more)
	}
	c.same = same
	if need := len(c.values) + len(row) - bits.OnesCount64(same); need > cap(c.values) || c.n == 0 {
		// A cell will likely have as many samples as the one before it, which
		// go test -count has finished by then. After that it grows slowly:
		// what is not used of 100,000 cells is much.
		size := need + need/2
		if c.n == 0 {
			size = p.cells.likely(c)
		}
		if !p.fits(ofValue * (size - cap(c.values))) {
			return false
		}
		c.values = append(make([]float64, 0, size), c.values...)
	}
	for j, v := range row {
		if c.n == 0 || same>>j&1 == 0 {
			c.values = append(c.values, v)
		}
	}
	return true
}

// value returns that of a sample in the unit at place j.
func (c *point) value(sample, j int) float64 {
	if sample == 0 || c.same>>j&1 == 1 {
		return c.values[j]
	}
	units := len(c.units.names)
	wide := units - bits.OnesCount64(c.same)
	return c.values[units+(sample-1)*wide+bits.OnesCount64(^c.same&(1<<j-1))]
}

// clone returns a copy, which may get another name.
func (c *point) clone() *point {
	out, m := *c, *c.Measurement
	out.Measurement = &m
	return &out
}

// sample returns the values of a sample, by place of the unit.
func (c *point) sample(i int) []float64 {
	row := make([]float64, len(c.units.names))
	for j := range row {
		row[j] = c.value(i, j)
	}
	return row
}

// choose leaves a cell those of its samples that are named, in that order.
func (p *parser) choose(c *point, samples []int) {
	old := *c
	c.n, c.values = 0, nil
	for _, i := range samples {
		if !p.push(c, old.sample(i)) {
			p.notes.lose(0, "left out: "+noRoom)
			return
		}
		c.n++
	}
}

// table returns a cell's values as they are kept where the units of same have one.
func (c *point) table(same uint64, size int) []float64 {
	units := len(c.units.names)
	out := append(make([]float64, 0, size), c.values[:units]...)
	for i := 1; i < c.n; i++ {
		for j := range units {
			if same>>j&1 == 0 {
				out = append(out, c.value(i, j))
			}
		}
	}
	return out
}

// likely returns how many values a new cell will likely have: as the one before it,
// if that is not very many, or if the one before that has as many samples.
func (c *cells) likely(of *point) int {
	const many = 16
	units, last := len(of.units.names), c.before
	if last == nil || last.units != of.units {
		return units
	}
	samples := max(1, last.n)
	if !c.alike {
		samples = min(samples, many)
	}
	return units + (samples-1)*(units-bits.OnesCount64(last.same))
}

// index returns where in the set a unit is, likely at i; -1 if it is not.
func (u *unitSet) index(i int, unit string) int {
	if i < len(u.names) && u.names[i] == unit {
		return i
	}
	return slices.Index(u.names, unit)
}

// unit gives a cell one more unit, or says why it may not have it.
func (p *parser) unit(c *point, unit string) (why string) {
	old := c.units
	more := old.with[unit]
	if more == nil {
		switch {
		case len(old.names) == maxUnits || !p.units[unit] && len(p.units) == maxFileUnits:
			return fmt.Sprintf("a unit, after %d of this benchmark or %d of the file", maxUnits, maxFileUnits)
		case !p.fits(ofSet + ofUnit*len(old.names) + len(unit)):
			return noRoom
		}
		p.units[unit] = true
		more = &unitSet{names: append(slices.Clip(old.names), unit)}
		if old.with == nil {
			old.with = map[string]*unitSet{}
		}
		old.with[unit] = more
	}
	if c.n > 0 {
		if !p.fits(ofValue) {
			return noRoom
		}
		place := len(old.names)
		c.values, c.same = slices.Insert(c.values, place, math.NaN()), c.same|1<<place
	}
	c.units = more
	return ""
}

// finishCell completes a cell: its values are put in the order of its units' names,
// and in plain text its samples are counted.
func (p *parser) finishCell(c *point) {
	u := c.units
	if u.sorted == nil {
		u.sorted = slices.Sorted(slices.Values(u.names))
	}
	values := p.cells.scratch[:0]
	var same uint64
	for i, name := range u.sorted {
		j := slices.Index(u.names, name)
		samples := c.n
		if c.same>>j&1 == 1 && c.n > 0 {
			same, samples = same|1<<i, 1
		}
		for sample := range samples {
			values = append(values, c.value(sample, j))
		}
	}
	p.cells.scratch = values
	c.Units, c.values = series.NewUnits(&u.sorted, append(c.values[:0], values...), c.n, same), nil
	if p.sample != nil {
		return
	}
	all := &p.cells
	for len(all.rounds) < c.n {
		all.rounds, all.foreign = append(all.rounds, len(all.rounds)), append(all.foreign, math.NaN())
	}
	c.Rounds, c.Foreign = all.rounds[:c.n:c.n], all.foreign[:c.n:c.n]
}
