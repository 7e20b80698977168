package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Change is what became of something between two measurements.
type Change string

// The changes that can be drawn.
const (
	Improved  Change = "better"     // a filled dot
	Worsened  Change = "worse"      // a cross
	Unchanged Change = "the same"   // a filled square
	Open      Change = "undecided"  // a hollow dot
	Unjudged  Change = "not judged" // a filled dot without a meaning, as of other machines
)

// changes are all of them, in the order of the key row.
var changes = []Change{Worsened, Improved, Unchanged, Open, Unjudged}

// Ratio is a line of a chart of ratios.
type Ratio struct {
	Label        string
	Mid          float64
	Inner, Outer [2]float64 // its 95% and its corrected interval. An end of Outer may be 0 or infinite; NaN or both 0: none
	Text         string     // the ratio as it is written
	Change       Change
	Tip          string // tooltip; empty: label and text
}

// Ratios draws a line for each ratio: a dot with its intervals on one logarithmic axis. Ratios between 1/(1+margin) and
// 1+margin, which is shaded, count as the same; a margin of 0 is none. Names overrides what changes are called in the
// keys: "slower".
func Ratios(t Text, margin float64, names map[Change]string, lines []Ratio) (*Figure, error) {
	if len(lines) == 0 {
		return nil, errors.New("chart: ratios: no lines")
	}
	if !(margin >= 0 && margin <= 1) {
		return nil, fmt.Errorf("chart: ratios: a margin of %v", margin)
	}
	k := ratios{lines: slices.Clone(lines), margin: 1 + margin, names: map[Change]string{}}
	for _, c := range changes {
		k.names[c] = or(shorten(clean(names[c]), nameLimit), string(c))
	}
	for i := range k.lines {
		l := &k.lines[i]
		for _, s := range []*string{&l.Label, &l.Text, &l.Tip} {
			*s = shorten(clean(*s), 400)
		}
		if err := l.check(); err != nil {
			return nil, fmt.Errorf("chart: ratios: line %d, %s: %w", i+1, strconv.Quote(shorten(l.Label, nameLimit)), err)
		}
	}
	return &Figure{text: t.cleaned("ratios"), kind: k}, nil
}

// check says why l cannot be drawn, if it cannot.
func (l Ratio) check() error {
	if err := coordinate("the ratio", l.Mid, l.Inner[0], l.Inner[1]); err != nil {
		return err
	}
	if l.Outer[0] > l.Outer[1] {
		return fmt.Errorf("%v to %v is no interval", l.Outer[0], l.Outer[1])
	}
	if !slices.Contains(changes, l.Change) {
		return fmt.Errorf("the change %q is unknown", shorten(clean(string(l.Change)), nameLimit))
	}
	return nil
}

// ratios is the chart. Its lines are in order, and clean.
type ratios struct {
	lines  []Ratio
	margin float64 // as a ratio above 1; 1: none
	names  map[Change]string
}

// lineHeight is that of a line. On a narrow drawing it has a line of text above its marks.
func (ratios) lineHeight(p pen) vg.Length { return p.pick(17, 30) }

// tall reports whether there are so many lines that the axis has to stand above them too.
func (k ratios) tall(p pen) bool { return vg.Length(len(k.lines)) > p.pick(25, 12) }

func (k ratios) height(p pen) vg.Length {
	h := vg.Length(len(k.lines))*k.lineHeight(p) + axisHeight + axisName + 4
	if k.tall(p) {
		h += axisHeight
	}
	return h
}

// reach returns the range of the axis: that of all ratios and 95% intervals, with 1 and the margin. Corrected intervals,
// which may reach from 0 to infinity, are cut off there.
func (k ratios) reach() span {
	sp := span{1 / k.margin, k.margin}
	for _, l := range k.lines {
		sp = sp.with(l.Mid)
		if lo, hi, ok := interval(l.Inner[0], l.Inner[1]); ok {
			sp = sp.with(lo).with(hi)
		}
	}
	return sp.widen(1.05).pad(.06, .06)
}

// look returns how a change is drawn.
func (c Change) look() (l look, hollow bool) {
	switch c {
	case Improved:
		return look{role: roleC3, shape: circle}, false
	case Worsened:
		return look{role: roleC2, shape: cross}, false
	case Unchanged:
		return look{role: roleC6, shape: square}, false
	case Open:
		return look{role: roleC6, shape: circle}, true
	}
	return look{role: roleC1, shape: circle}, false
}

// ratioSheet is the chart as laid out.
type ratioSheet struct {
	ratios
	strip
	box    vg.Rectangle
	labels vg.Length // right end of the labels, of a wide drawing
	x      run
}

func (k ratios) plan(p pen, t Text, box vg.Rectangle) plan {
	full := box.Max.X - box.Min.X
	s := ratioSheet{ratios: k, box: box}
	s.pen = p
	left, right := box.Min.X+8, box.Max.X-8
	if !p.narrow {
		var labels, texts vg.Length
		for _, l := range k.lines {
			labels = max(labels, s.label(l).width())
			texts = max(texts, s.value(l).width())
		}
		s.labels = box.Min.X + min(labels, full*.42) + .01
		left, right = s.labels+columnGap, box.Max.X-min(texts, full*.25)-columnGap-.01
	}
	s.left, s.half = left, p.pick(5.5, 5)
	s.room = p.along(false, true, k.reach(), right-left)
	s.ticks = s.aroundOne()
	if !slices.Contains(s.ticks, 1) {
		s.ticks = s.greedy(append([]float64{1}, s.ticks...)...)
	}
	s.x = run{s: or(t.X, "ratio (log scale)"), size: p.tickSize(), role: roleMuted, align: text.XCenter}.fit(full)
	return plan{keys: s.keys(), draw: s.draw}
}

func (s ratioSheet) label(l Ratio) run {
	return run{s: l.Label, size: s.labelSize(), role: roleFG}
}

func (s ratioSheet) value(l Ratio) run {
	r := run{s: l.Text, size: s.tickSize(), role: roleFG}
	if l.Change == Open || l.Change == Unchanged {
		r.role = roleMuted
	}
	return r
}

func (s ratioSheet) draw(c draw.Canvas) {
	y := s.box.Max.Y
	if s.tall(s.pen) {
		y -= axisHeight
		s.axis(c, y, false)
	}
	h := s.lineHeight(s.pen)
	bottom := y - vg.Length(len(s.lines))*h
	if !s.narrow {
		s.under(c, bottom, y)
	}
	for _, l := range s.lines {
		s.line(c, l, y)
		y -= h
	}
	s.axis(c, bottom, true)
	half := s.x.width() / 2
	mid := min(max((s.left+s.right())/2, s.box.Min.X+half), s.box.Max.X-half)
	s.write(c, s.x, vg.Point{X: mid, Y: s.box.Min.Y + s.x.size*descender})
}

// under draws what marks between two heights stand on: the margin, and the grid.
func (s ratioSheet) under(c draw.Canvas, bottom, top vg.Length) {
	if s.margin > 1 {
		c.SetColor(s.ink(roleC6).fade(.12))
		c.Fill(vg.Rectangle{Min: vg.Point{X: s.left + s.pos(1/s.margin), Y: bottom}, Max: vg.Point{X: s.left + s.pos(s.margin), Y: top}}.Path())
	}
	for _, t := range s.ticks {
		sty := draw.LineStyle{Color: s.ink(roleGrid), Width: .8}
		if t == 1 {
			sty = draw.LineStyle{Color: s.ink(roleFaint), Width: 1.1}
		}
		x := s.left + s.pos(t)
		c.StrokeLine2(sty, x, bottom, x, top)
	}
}

// line draws a line below a height.
func (s ratioSheet) line(c draw.Canvas, l Ratio, top vg.Length) {
	label, value := s.label(l), s.value(l)
	y := top - s.lineHeight(s.pen)/2
	if s.narrow {
		value.align = text.XRight
		full := s.box.Max.X - s.box.Min.X
		value = value.fit(full / 2)
		base := top - label.size - 1
		s.write(c, label.fit(full-value.width()-columnGap), vg.Point{X: s.box.Min.X, Y: base})
		s.write(c, value, vg.Point{X: s.box.Max.X, Y: base})
		y = top - s.lineHeight(s.pen) + 8
		s.under(c, y-8, y+8) // not behind the texts
	} else {
		label.align = text.XRight
		base := y - label.size*capHeight/2
		s.write(c, label.fit(s.labels-s.box.Min.X), vg.Point{X: s.labels, Y: base})
		s.write(c, value.fit(s.box.Max.X-s.right()-columnGap), vg.Point{X: s.right() + columnGap, Y: base})
	}
	m, hollow := l.Change.look()
	tip := or(l.Tip, fmt.Sprintf("%s: %s, %s", l.Label, or(l.Text, number(l.Mid)+"×"), s.names[l.Change]))
	group(c, "pt", tip, func() {
		s.ends(c, m, l.Outer, y, 1)
		s.ends(c, m, l.Inner, y, 3)
		at := vg.Point{X: s.left + s.pos(l.Mid), Y: y}
		if v := unwrap(c); v != nil {
			v.hit(at, verdictSize+hitExtra)
		}
		s.mark(c, m, at, verdictSize, hollow)
	})
}

// ends draws an interval around a height, with an arrowhead where it goes on beyond the axis.
func (s ratioSheet) ends(c draw.Canvas, m look, e [2]float64, y, width vg.Length) {
	if !known(e) || math.IsNaN(e[0]) || math.IsNaN(e[1]) {
		return
	}
	sty := draw.LineStyle{Color: s.ink(m.role), Width: width}
	lo, hi := max(e[0], s.room.span.lo), min(e[1], s.room.span.hi)
	if lo > hi {
		return
	}
	a, b := s.left+s.pos(lo), s.left+s.pos(hi)
	c.StrokeLine2(sty, a, y, b, y)
	const tip = 3
	head := draw.LineStyle{Color: sty.Color, Width: 1}
	if e[0] < s.room.span.lo {
		c.StrokeLines(head, []vg.Point{{X: a + tip, Y: y - tip}, {X: a, Y: y}, {X: a + tip, Y: y + tip}})
	}
	if e[1] > s.room.span.hi {
		c.StrokeLines(head, []vg.Point{{X: b - tip, Y: y - tip}, {X: b, Y: y}, {X: b - tip, Y: y + tip}})
	}
}

// keys explains what there is to see.
func (s ratioSheet) keys() []key {
	has := func(of func(l Ratio) bool) bool { return slices.ContainsFunc(s.lines, of) }
	var out []key
	for _, c := range changes {
		if c != Unjudged && has(func(l Ratio) bool { return l.Change == c }) {
			m, hollow := c.look()
			out = append(out, key{label: s.names[c], look: m, dot: true, hollow: hollow})
		}
	}
	if s.margin > 1 {
		out = append(out, key{label: "within " + number(100*(s.margin-1)) + "%", sample: func(c draw.Canvas, at vg.Point) {
			c.SetColor(s.ink(roleC6).fade(.12))
			c.Fill(vg.Rectangle{Min: vg.Point{X: at.X, Y: at.Y - 5}, Max: vg.Point{X: at.X + keySample, Y: at.Y + 5}}.Path())
		}})
	}
	inner := has(func(l Ratio) bool { return known(l.Inner) })
	outer := has(func(l Ratio) bool { return known(l.Outer) })
	if inner || outer {
		out = append(out, s.whiskerKey(inner, outer))
	}
	return out
}
