package chart

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Distribution is how the samples of one thing scatter. All values are in the unit of the axis.
type Distribution struct {
	Name    string
	Tone    Tone
	Label   string   // at the end of the row: what is to be known of its width
	Samples []Sample // at least one
	// Box is the lower end of the whiskers, the quartiles with the median between them, and the upper end; all 0: none.
	Box [5]float64
	// Density is the outline of the samples' density, of any height: X ascending. Empty: none.
	Density []Point
	Tip     string // of the box
}

// Sample is one measured value.
type Sample struct {
	Value  float64
	Hollow bool   // disturbed: to be taken with care
	Tip    string // tooltip; empty: the value
}

// Distributions draws a row for each distribution over one logarithmic axis: half a violin, which is the density scaled
// to the same height in every row, the box, and every sample. Below stands, over the same axis, the share of samples at
// or below each value (ECDF).
func Distributions(t Text, ds []Distribution) (*Figure, error) {
	if len(ds) == 0 {
		return nil, errors.New("chart: spread: no distributions")
	}
	k := distributions{ds: make([]Distribution, len(ds))}
	var tones []Series
	for i, d := range ds {
		d.Name, d.Label, d.Tip = clean(d.Name), shorten(clean(d.Label), nameLimit), shorten(clean(d.Tip), 400)
		if err := d.check(); err != nil {
			return nil, fmt.Errorf("chart: spread: %s: %w", strconv.Quote(shorten(d.Name, nameLimit)), err)
		}
		d.Samples, d.Density = slices.Clone(d.Samples), slices.Clone(d.Density)
		slices.SortStableFunc(d.Samples, func(a, b Sample) int { return cmp.Compare(a.Value, b.Value) })
		k.ds[i] = d
		tones = append(tones, Series{Tone: d.Tone})
	}
	k.ls = looks(tones)
	return &Figure{text: t.cleaned("spread"), kind: k}, nil
}

// check says why d cannot be drawn, if it cannot.
func (d Distribution) check() error {
	if len(d.Samples) == 0 {
		return errors.New("no samples")
	}
	for i, s := range d.Samples {
		if err := coordinate("the value", s.Value, 0, 0); err != nil {
			return fmt.Errorf("sample %d: %w", i+1, err)
		}
	}
	if d.hasBox() {
		if !slices.IsSorted(d.Box[:]) || coordinate("its lower end", d.Box[0], 0, 0) != nil || coordinate("its upper end", d.Box[4], 0, 0) != nil {
			return fmt.Errorf("%v is no box", d.Box)
		}
	}
	for i, p := range d.Density {
		if !finite(p.Y) || p.Y < 0 || coordinate("X", p.X, 0, 0) != nil || i > 0 && p.X <= d.Density[i-1].X {
			return fmt.Errorf("density: point %d, %v at %v, cannot be drawn", i+1, p.Y, p.X)
		}
	}
	return nil
}

func (d Distribution) hasBox() bool { return d.Box != [5]float64{} }

// distributions is the chart. Samples ascend.
type distributions struct {
	ds []Distribution
	ls []look
}

// The parts of a row, from the top: on a narrow drawing the name stands above.
const (
	rowName   = 15
	rowViolin = 24
	rowBox    = 9
	rowDots   = 16
	rowGap    = 7
)

func (distributions) rowHeight(p pen) vg.Length {
	return p.pick(0, rowName) + rowViolin + rowBox + rowDots + rowGap
}

// below is the height of the panel of shares.
func (distributions) below(p pen) vg.Length { return p.pick(96, 100) }

func (k distributions) height(p pen) vg.Length {
	return vg.Length(len(k.ds))*k.rowHeight(p) + axisName + k.below(p) + axisHeight + axisName
}

// span returns the range of the axis: of all samples, boxes and densities.
func (k distributions) span() span {
	sp := span{math.Inf(1), math.Inf(-1)}
	for _, d := range k.ds {
		for _, s := range d.Samples {
			sp = sp.with(s.Value)
		}
		for _, q := range d.Density {
			sp = sp.with(q.X)
		}
		if d.hasBox() {
			sp = sp.with(d.Box[0]).with(d.Box[4])
		}
	}
	return sp.widen(1.01).pad(.03, .03)
}

// nearOne returns sets of values from dense to sparse, evenly spaced around 1.
func (r room) nearOne() [][]float64 {
	var sets [][]float64
	for e := -5; e <= 0; e++ {
		for _, d := range []float64{1, 2, 5} {
			step := decimal(d, e)
			from, to := math.Ceil((r.span.lo-1)/step), math.Floor((r.span.hi-1)/step)
			const most = 40
			if to-from > most {
				continue
			}
			var s []float64
			for i := from; i <= to; i++ {
				v, _ := strconv.ParseFloat(strconv.FormatFloat(1+i*step, 'f', 6, 64), 64) // not 1.0799999999999998
				s = append(s, v)
			}
			sets = append(sets, s)
		}
	}
	return sets
}

// aroundOne chooses the labels of a logarithmic axis of ratios: evenly spaced ones where it is short, else decimals.
func (r room) aroundOne() []float64 {
	if r.span.hi/r.span.lo < 4 {
		return r.first(append(r.nearOne(), r.decimals()...)...)
	}
	return r.first(r.decimals()...)
}

// ratio writes the label of a value on an axis around 1, where a thousandth may matter: "1.005".
func ratio(v float64) string {
	if v > .1 && v < 10 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return number(v)
}

// spreadSheet is the chart as laid out.
type spreadSheet struct {
	distributions
	pen
	room
	box    vg.Rectangle
	left   vg.Length // of the axis
	labels vg.Length // left end of the column at the right
	ticks  []float64
	x      run
}

func (k distributions) plan(p pen, t Text, box vg.Rectangle) plan {
	s := spreadSheet{distributions: k, pen: p, box: box}
	full := box.Max.X - box.Min.X
	tick := func(s string) vg.Length { return run{s: s, size: p.tickSize()}.width() }
	names, labels := tick(shares[len(shares)-1].name)+4, vg.Length(0)
	for i := range k.ds {
		if !p.narrow {
			names = max(names, min(s.name(i).width(), full/4)+columnGap)
			labels = max(labels, min(s.label(i).width(), full/4)+columnGap+.01) // or it may not fit for a last bit
		}
	}
	s.left = box.Min.X + names
	s.room = p.along(false, true, k.span(), full-names-max(labels, 12))
	s.labels = box.Max.X - labels + columnGap
	s.ticks = s.aroundOne()
	s.x = run{s: or(t.X, "sample ÷ median (log scale)"), size: p.tickSize(), role: roleMuted, align: text.XCenter}.fit(full)
	return plan{keys: s.keys(), draw: s.draw}
}

func (s spreadSheet) name(i int) run {
	r := s.names([]Series{{Name: s.ds[i].Name}}, s.ls[i:i+1])[0]
	r.glyph = &s.ls[i]
	return r
}

func (s spreadSheet) label(i int) run {
	return run{s: s.ds[i].Label, size: s.tickSize(), role: roleMuted}
}

// keys names the curves, which differ by dash too, and explains hollow samples.
func (s spreadSheet) keys() []key {
	var out []key
	for i := range s.ds {
		if len(s.ds) == 1 {
			break // its row names it
		}
		r := s.name(i)
		out = append(out, key{label: r.s, tip: r.tip, look: s.ls[i], line: true, dot: true})
	}
	if slices.ContainsFunc(s.ds, func(d Distribution) bool {
		return slices.ContainsFunc(d.Samples, func(q Sample) bool { return q.Hollow })
	}) {
		out = append(out, key{label: "disturbed sample", look: look{role: roleC6}, dot: true, hollow: true})
	}
	return out
}

func (s spreadSheet) at(v float64) vg.Length { return s.left + s.pos(v) }

func (s spreadSheet) draw(c draw.Canvas) {
	bottom := s.box.Min.Y + axisName + axisHeight
	shares := vg.Rectangle{Min: vg.Point{X: s.left, Y: bottom}, Max: vg.Point{X: s.left + s.length, Y: bottom + s.below(s.pen)}}
	for _, t := range s.ticks {
		sty := draw.LineStyle{Color: s.ink(roleGrid), Width: .8}
		if t == 1 {
			sty.Color = s.ink(roleAxis)
		}
		c.StrokeLine2(sty, s.at(t), bottom, s.at(t), shares.Max.Y)
		c.StrokeLine2(sty, s.at(t), shares.Max.Y+axisName, s.at(t), s.box.Max.Y)
	}
	for i := range s.ds {
		s.row(c, i, s.box.Max.Y-vg.Length(i)*s.rowHeight(s.pen))
	}
	s.curves(c, shares)
	s.axis(c, bottom)
}

// row draws a distribution below a height.
func (s spreadSheet) row(c draw.Canvas, i int, y vg.Length) {
	d, l := s.ds[i], s.ls[i]
	name, label := s.name(i), s.label(i)
	full := s.box.Max.X - s.box.Min.X
	if s.narrow {
		base := y - name.size - 1
		label.align = text.XRight
		label = label.fit(full / 2)
		s.write(c, name.fit(full-label.width()-columnGap), vg.Point{X: s.box.Min.X, Y: base})
		s.write(c, label, vg.Point{X: s.box.Max.X, Y: base})
		y -= rowName
	}
	floor := y - rowViolin
	middle := floor - rowBox/2
	if !s.narrow {
		base := middle - name.size*capHeight/2
		s.write(c, name.fit(s.left-s.box.Min.X-columnGap), vg.Point{X: s.box.Min.X, Y: base})
		s.write(c, label.fit(s.box.Max.X-s.labels), vg.Point{X: s.labels, Y: base})
	}
	s.violin(c, d, l, floor)
	s.boxPlot(c, d, l, middle)
	s.dots(c, d, l, floor-rowBox-rowDots/2)
}

// violin draws a density above a height.
func (s spreadSheet) violin(c draw.Canvas, d Distribution, l look, floor vg.Length) {
	top := 0.0
	for _, q := range d.Density {
		top = max(top, q.Y)
	}
	if top == 0 {
		return
	}
	pts := []vg.Point{{X: s.at(d.Density[0].X), Y: floor}}
	for _, q := range d.Density {
		pts = append(pts, vg.Point{X: s.at(q.X), Y: floor + (rowViolin-3)*vg.Length(q.Y/top)})
	}
	pts = append(pts, vg.Point{X: s.at(d.Density[len(d.Density)-1].X), Y: floor})
	c.FillPolygon(s.ink(l.role).fade(.3), pts)
}

// boxPlot draws the quartiles and whiskers around a height.
func (s spreadSheet) boxPlot(c draw.Canvas, d Distribution, l look, y vg.Length) {
	if !d.hasBox() {
		return
	}
	const half = 3.2
	var x [5]vg.Length
	for i, v := range d.Box {
		x[i] = s.at(v)
	}
	draws := func() {
		sty := draw.LineStyle{Color: s.ink(l.role), Width: 1.3}
		c.StrokeLine2(sty, x[0], y, x[1], y)
		c.StrokeLine2(sty, x[3], y, x[4], y)
		in := vg.Rectangle{Min: vg.Point{X: x[1], Y: y - half}, Max: vg.Point{X: x[3], Y: y + half}}.Path()
		c.SetColor(s.ink(roleBG))
		c.Fill(in)
		c.SetLineStyle(sty)
		c.Stroke(in)
		c.StrokeLine2(draw.LineStyle{Color: s.ink(l.role), Width: 2.6}, x[2], y-half, x[2], y+half)
	}
	if d.Tip == "" {
		draws()
		return
	}
	group(c, "pt", d.Tip, draws)
}

// dots draws every sample around a height, moved up or down where it would lie on another.
func (s spreadSheet) dots(c draw.Canvas, d Distribution, l look, y vg.Length) {
	const rad = 2
	lanes := [...]vg.Length{0, 3.4, -3.4, 6.2, -6.2}
	var last [len(lanes)]vg.Length
	for i := range last {
		last[i] = s.left - 100
	}
	for _, q := range d.Samples {
		x := s.at(q.Value)
		lane := 0
		for i := range lanes {
			if x-last[i] > 2*rad+.4 {
				lane = i
				break
			}
			if last[i] < last[lane] {
				lane = i
			}
		}
		last[lane] = x
		at := vg.Point{X: x, Y: y + lanes[lane]}
		tip := or(shorten(clean(q.Tip), 400), number(q.Value))
		group(c, "pt", tip, func() {
			if v := unwrap(c); v != nil {
				v.tell(at, rad)
			}
			s.dot(c, l, at, rad, q.Hollow)
		})
	}
}

// dot draws a sample: without the halo of a marker, as neighbours may touch.
func (s spreadSheet) dot(c draw.Canvas, l look, at vg.Point, rad vg.Length, hollow bool) {
	path := circle.path(at, rad)
	if !hollow {
		c.SetColor(s.ink(l.role).fade(.75))
		c.Fill(path)
		return
	}
	c.SetColor(s.ink(roleBG))
	c.Fill(path)
	c.SetLineStyle(draw.LineStyle{Color: s.ink(l.role), Width: 1.1})
	c.Stroke(path)
}

// shares are the labels of the panel below the rows.
var shares = []struct {
	share float64
	name  string
}{{0, "0%"}, {.5, "50%"}, {1, "100%"}}

// curves draws, of every distribution, the share of samples at or below each value.
func (s spreadSheet) curves(c draw.Canvas, in vg.Rectangle) {
	size := s.tickSize()
	y := func(share float64) vg.Length { return in.Min.Y + (in.Max.Y-in.Min.Y)*vg.Length(share) }
	s.write(c, run{s: "↑ share of samples at or below", size: size, role: roleMuted}, vg.Point{X: s.box.Min.X, Y: in.Max.Y + 6})
	for _, sh := range shares {
		c.StrokeLine2(draw.LineStyle{Color: s.ink(roleGrid), Width: .8}, in.Min.X, y(sh.share), in.Max.X, y(sh.share))
		s.write(c, run{s: sh.name, size: size, role: roleMuted, align: text.XRight},
			vg.Point{X: in.Min.X - 4, Y: y(sh.share) - size*capHeight/2})
	}
	for i, d := range s.ds {
		var pts []vg.Point
		for j, q := range d.Samples {
			x, n := s.at(q.Value), float64(len(d.Samples))
			pts = append(pts, vg.Point{X: x, Y: y(float64(j) / n)}, vg.Point{X: x, Y: y(float64(j+1) / n)})
		}
		group(c, "ln", shorten(d.Name, 400), func() { c.StrokeLines(s.ls[i].stroke(s.pen, 1.6), pts) })
	}
}

// axis draws the axis at a height, with its labels and its name below.
func (s spreadSheet) axis(c draw.Canvas, y vg.Length) {
	const tick = 3.5
	size := s.tickSize()
	sty := draw.LineStyle{Color: s.ink(roleAxis), Width: .8}
	c.StrokeLine2(sty, s.left, y, s.left+s.length, y)
	for _, t := range s.ticks {
		x := s.at(t)
		c.StrokeLine2(sty, x, y, x, y-tick)
		s.write(c, run{s: ratio(t), size: size, role: roleMuted, align: text.XCenter}, vg.Point{X: x, Y: y - tick - 2.5 - size*capHeight})
	}
	half := s.x.width() / 2
	mid := min(max(s.left+s.length/2, s.box.Min.X+half), s.box.Max.X-half)
	s.write(c, s.x, vg.Point{X: mid, Y: s.box.Min.Y + size*descender})
}
