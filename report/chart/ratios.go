package chart

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Ratios draws a line for each row: a dot with its intervals on one logarithmic
// axis. Ratios between 1/(1+margin) and 1+margin, which is shaded, count as the
// same; a margin of 0 is not drawn. Names says what marks are called in the
// keys: "slower". Those without a name have no key.
func Ratios(t Text, margin float64, names map[Mark]string, rows []Row) (*Figure, error) {
	if len(rows) == 0 {
		return nil, errors.New("chart: ratios: no lines")
	}
	if !(margin >= 0 && margin <= 1) {
		return nil, fmt.Errorf("chart: ratios: a margin of %v", margin)
	}
	k := ratios{margin: 1 + margin, names: map[Mark]string{}}
	for m, name := range names {
		k.names[m] = shorten(clean(name), nameLimit)
	}
	for i, r := range rows {
		r = r.cleaned()
		r.Lo, r.Hi = 1, 1 // a ratio is its own unit
		if err := checkRow("ratios", i, r, Row.checkRatio); err != nil {
			return nil, err
		}
		k.rows = append(k.rows, r)
	}
	return &Figure{t.cleaned("ratios", "ratio (log scale)", ""), k}, nil
}

func (r Row) checkRatio() error { return coordinate("the ratio", r.Mid, r.Inner[0], r.Inner[1]) }

// ratios is the chart. Its rows are in order, and clean.
type ratios struct {
	rows   []Row
	margin float64 // as a ratio above 1; 1: none
	names  map[Mark]string
}

const columnGap = 11 // between texts and marks

// rowHeight is that of a row. On a narrow drawing it has a line of text above its marks.
func (ratios) rowHeight(p pen) vg.Length { return p.pick(17, 30) }

// tall reports whether there are so many rows that the axis has to stand above them too.
func (k ratios) tall(p pen) bool { return vg.Length(len(k.rows)) > p.pick(25, 12) }

func (k ratios) height(p pen) vg.Length {
	h := vg.Length(len(k.rows))*k.rowHeight(p) + axisHeight + axisName + 4
	if k.tall(p) {
		h += axisHeight
	}
	return h
}

// reach returns the range of the axis: that of all ratios and 95% intervals,
// with 1 and the margin. Corrected intervals, which may reach from 0 to
// infinity, are cut off there.
func (k ratios) reach() span {
	sp := span{1 / k.margin, k.margin}
	for _, r := range k.rows {
		sp = sp.with(r.Mid)
		if lo, hi, ok := interval(r.Inner[0], r.Inner[1]); ok {
			sp = sp.with(lo).with(hi)
		}
	}
	return sp.widen(1.05).pad(.06, .06)
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
		for _, r := range k.rows {
			labels = max(labels, s.label(r).width())
			texts = max(texts, s.value(r).width())
		}
		s.labels = box.Min.X + min(labels, full*.42) + .01
		left, right = s.labels+columnGap, box.Max.X-min(texts, full*.25)-columnGap-.01
	}
	s.left = left
	s.room = p.along(false, true, k.reach(), right-left)
	s.ticks = s.aroundOne()
	if !slices.Contains(s.ticks, 1) {
		s.ticks = s.greedy(append([]float64{1}, s.ticks...)...)
	}
	s.x = p.caption(t.X, text.XCenter).fit(full)
	return plan{keys: s.keys(), draw: s.draw}
}

func (s ratioSheet) label(r Row) run {
	return run{s: r.Label, size: s.labelSize(), role: roleFG, align: text.XRight}
}

func (s ratioSheet) value(r Row) run {
	out := run{s: r.Text, size: s.tickSize(), role: roleFG}
	if r.Mark == Open || r.Mark == Same {
		out.role = roleMuted
	}
	return out
}

func (s ratioSheet) draw(c draw.Canvas) {
	y := s.box.Max.Y
	if s.tall(s.pen) {
		y -= axisHeight
		s.axis(c, y, false)
	}
	h := s.rowHeight(s.pen)
	bottom := y - vg.Length(len(s.rows))*h
	if !s.narrow {
		s.under(c, bottom, y)
	}
	for _, r := range s.rows {
		s.row(c, r, y)
		y -= h
	}
	s.axis(c, bottom, true)
	s.writeCentred(c, s.x, (s.left+s.right())/2, s.box)
}

// under draws what marks between two heights stand on: the margin, and the grid.
func (s ratioSheet) under(c draw.Canvas, bottom, top vg.Length) {
	if s.margin > 1 {
		s.shade(c, rectangle(s.left+s.pos(1/s.margin), bottom, s.left+s.pos(s.margin), top))
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

// shade draws what counts as the same.
func (s ratioSheet) shade(c draw.Canvas, b vg.Rectangle) {
	s.fill(c, roleC6, .12, b.Path())
}

// row draws a row below a height.
func (s ratioSheet) row(c draw.Canvas, r Row, top vg.Length) {
	label, value := s.label(r), s.value(r)
	y := top - s.rowHeight(s.pen)/2
	if s.narrow {
		full := s.box.Max.X - s.box.Min.X
		value.align, label.align = text.XRight, text.XLeft
		value = value.fit(full / 2)
		base := top - label.size - 1
		s.write(c, label.fit(full-value.width()-columnGap), vg.Point{X: s.box.Min.X, Y: base})
		s.write(c, value, vg.Point{X: s.box.Max.X, Y: base})
		y = top - s.rowHeight(s.pen) + 8
		s.under(c, y-8, y+8) // not behind the texts
	} else {
		base := y - label.size*capHeight/2
		s.write(c, label.fit(s.labels-s.box.Min.X), vg.Point{X: s.labels, Y: base})
		s.write(c, value.fit(s.box.Max.X-s.right()-columnGap), vg.Point{X: s.right() + columnGap, Y: base})
	}
	s.figure(c, r, y)
}

// keys explains what there is to see.
func (s ratioSheet) keys() []key {
	has := func(of func(r Row) bool) bool { return slices.ContainsFunc(s.rows, of) }
	var out []key
	for _, m := range []Mark{Bad, Good, Same, Open, Plain} {
		if s.names[m] != "" && has(func(r Row) bool { return r.Mark == m }) {
			out = append(out, key{label: s.names[m], look: Row{Mark: m}.look(), dot: true})
		}
	}
	if s.margin > 1 {
		label := "within " + number(100*(s.margin-1)) + "%"
		out = append(out, key{label: label, sample: func(c draw.Canvas, b vg.Rectangle) { s.shade(c, b) }})
	}
	inner := has(func(r Row) bool { return known(r.Inner) })
	outer := has(func(r Row) bool { return known(r.Outer) })
	if !inner && !outer {
		return out
	}
	label := "corrected interval"
	if inner {
		label = "95% interval"
		if outer {
			label = "95% and corrected interval"
		}
	}
	return append(out, key{label: label, sample: func(c draw.Canvas, b vg.Rectangle) {
		y, l := (b.Min.Y+b.Max.Y)/2, look{role: roleC6}
		if outer {
			c.StrokeLine2(l.stroke(s.pen, 1), b.Min.X, y, b.Max.X, y)
		}
		if inner {
			c.StrokeLine2(l.stroke(s.pen, 3), b.Min.X+6, y, b.Max.X-6, y)
		}
	}})
}
