package chart

import (
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// strip is the part of a verdict's line that has the axis. From left to right: a column for zero, if there is one, what
// lies below the axis, the axis, what lies beyond it.
type strip struct {
	pen
	room
	left  vg.Length // of the axis
	zero  vg.Length // middle of the column for zero
	half  vg.Length // of the height of a band
	ticks []float64
	none  string // name of the column for zero, if there is one
}

const (
	zeroHalf    = 10 // half the width of the column for zero
	zeroGap     = 5  // between it and what lies below the axis
	beyondWidth = 16 // on either side of the axis
	verdictSize = 3.4
)

// newStrip lays a strip out between two places.
func (k verdicts) newStrip(p pen, left, right vg.Length) strip {
	s := strip{pen: p, left: left + beyondWidth, half: p.pick(5.5, 6), ticks: k.scale, none: k.zeroName}
	if k.zeroName != "" {
		s.zero = left + zeroHalf
		s.left += 2*zeroHalf + zeroGap
	}
	s.room = room{log: true, span: span{k.scale[0], k.scale[len(k.scale)-1]}, length: right - beyondWidth - s.left}
	return s
}

func (s strip) right() vg.Length { return s.left + s.length }

// at returns where a value of a line with the given unit is drawn, and on which side it lies beyond the axis, if it does:
// -1 below, 1 above. It is then drawn at the strip's edge.
func (s strip) at(v, unit float64) (x vg.Length, beyond int) {
	switch r := v / unit; {
	case v <= 0 || r < s.span.lo:
		return s.left - beyondWidth, -1
	case r > s.span.hi: // also what is divided by 0
		return s.right() + beyondWidth, 1
	default:
		return s.left + s.pos(r), 0
	}
}

// band shades a region between two places, around a height.
func (s strip) band(c draw.Canvas, a, b, y vg.Length) {
	c.SetColor(s.ink(roleC3).fade(bandFade))
	c.Fill(vg.Rectangle{Min: vg.Point{X: a, Y: y - s.half}, Max: vg.Point{X: b, Y: y + s.half}}.Path())
}

const bandFade = .15

// bound marks an end of a region.
func (s strip) bound(c draw.Canvas, x, y vg.Length) {
	c.StrokeLine2(draw.LineStyle{Color: s.ink(roleFaint), Width: 1.3}, x, y-s.half, x, y+s.half)
}

// ground draws what the mark of a line stands on: its region, and the grid, which reaches up and down that far.
func (s strip) ground(c draw.Canvas, v Verdict, y, reach vg.Length) {
	if s.none != "" && v.allowsZero() {
		s.band(c, s.zero-zeroHalf, s.zero+zeroHalf, y)
	}
	var bounds []vg.Length
	if v.Hi > 0 {
		const least = 1.5 // half the width of a region that is one value
		lo, below := s.at(v.Lo, v.unit())
		hi, above := s.at(v.Hi, v.unit())
		if below == 0 {
			bounds = append(bounds, lo)
		}
		if above == 0 && hi != lo {
			bounds = append(bounds, hi)
		}
		if hi-lo < 2*least {
			lo, hi = (lo+hi)/2-least, (lo+hi)/2+least
		}
		s.band(c, lo, hi, y)
	}
	for _, t := range s.ticks { // on the shading, which would hide it
		sty := draw.LineStyle{Color: s.ink(roleGrid), Width: .8}
		if t == 1 {
			sty.Color = s.ink(roleAxis)
		}
		x := s.left + s.pos(t)
		c.StrokeLine2(sty, x, y-reach, x, y+reach)
	}
	for _, x := range bounds {
		s.bound(c, x, y)
	}
}

// marks draws the figure of a line with its intervals.
func (s strip) marks(c draw.Canvas, v Verdict, y vg.Length) {
	const inset, arrow, reach = 10.5, 2.6, 3.6 // of a mark beyond the axis from the edge, with an arrowhead between
	l, hollow := v.look()
	x, side := s.at(v.Mid, v.unit())
	if v.Mid <= 0 {
		x, side = s.zero, 0
	}
	at := vg.Point{X: x - vg.Length(side)*inset, Y: y}
	group(c, "pt", v.tip(), func() {
		s.whisker(c, v, v.Outer, side, y, 1)
		s.whisker(c, v, v.Inner, side, y, 3)
		if u := unwrap(c); u != nil {
			u.hit(at, verdictSize+hitExtra)
		}
		if side != 0 {
			head := look{role: l.role, shape: rightward}
			if side < 0 {
				head.shape = leftward
			}
			s.mark(c, head, vg.Point{X: x - vg.Length(side)*reach, Y: y}, arrow, false)
		}
		s.mark(c, l, at, verdictSize, hollow)
	})
}

// whisker draws an interval of a line. An end beyond the axis has an arrowhead, unless the mark has one on that side;
// one beyond zero starts at the mark if that stands there, else at the edge.
func (s strip) whisker(c draw.Canvas, v Verdict, e [2]float64, side int, y, width vg.Length) {
	if !known(e) {
		return
	}
	l, _ := v.look()
	sty := draw.LineStyle{Color: s.ink(l.role), Width: width}
	a, below := s.at(e[0], v.unit())
	b, above := s.at(e[1], v.unit())
	if v.Mid <= 0 && e[0] <= 0 {
		a, below = s.zero, 0
		if e[1] <= 0 {
			return
		}
	}
	if below == above && below != 0 {
		return // all of it
	}
	c.StrokeLine2(sty, a, y, b, y)
	const tip = 3
	end := func(x vg.Length, beyond int) {
		sty := draw.LineStyle{Color: sty.Color, Width: 1}
		switch d := vg.Length(beyond) * tip; {
		case beyond == 0 && width == 1 && x != s.zero:
			c.StrokeLine2(sty, x, y-tip, x, y+tip)
		case beyond != 0 && beyond != side:
			c.StrokeLines(sty, []vg.Point{{X: x - d, Y: y - tip}, {X: x, Y: y}, {X: x - d, Y: y + tip}})
		}
	}
	end(a, below)
	end(b, above)
}

// known reports whether there is an interval to draw.
func known(e [2]float64) bool { return e[0] <= e[1] && e != [2]float64{} }

// axis draws the axis at a height, with its labels below or above.
func (s strip) axis(c draw.Canvas, y vg.Length, below bool) {
	const tick = 3.5
	size := s.tickSize()
	end, base := y+tick, y+tick+2.5
	if below {
		end, base = y-tick, y-tick-2.5-size*capHeight
	}
	sty := draw.LineStyle{Color: s.ink(roleAxis), Width: .8}
	label := func(x vg.Length, name string) {
		c.StrokeLine2(sty, x, y, x, end)
		s.write(c, run{s: name, size: size, role: roleMuted, align: text.XCenter}, vg.Point{X: x, Y: base})
	}
	c.StrokeLine2(sty, s.left, y, s.right(), y)
	for _, t := range s.ticks {
		label(s.left+s.pos(t), ratio(t)+"×")
	}
	if s.none != "" {
		c.StrokeLine2(sty, s.zero-zeroHalf, y, s.zero+zeroHalf, y)
		label(s.zero, s.none)
	}
}

// cells are the texts of a line.
type cells struct{ id, label, prediction, figure, interval run }

func (p pen) cells(v Verdict) cells {
	fg := roleFG
	if v.Definition || !v.measured() {
		fg = roleMuted
	}
	size := p.labelSize()
	return cells{
		id:         run{s: v.ID, size: size, role: fg, semi: true},
		label:      run{s: v.Label, size: size, role: fg},
		prediction: run{s: v.Prediction, size: p.tickSize(), role: roleMuted},
		figure:     run{s: v.Measured, size: size, role: fg, semi: true, align: text.XRight},
		interval:   run{s: v.Range, size: p.tickSize(), role: roleMuted},
	}
}

// columns are the widths that the texts of all lines get on a wide drawing.
type columns struct{ id, label, prediction, figure, interval vg.Length }

const (
	columnGap  = 11
	idGap      = 6
	stripLeast = 215
)

// The names of columns.
const (
	headPrediction = "predicted"
	headFigure     = "measured"
	headInterval   = "95% interval"
)

// columns fits the columns to their texts within limits, and the labels to what the others and the strip leave.
func (k verdicts) columns(p pen, width vg.Length) columns {
	head := func(s string) vg.Length { return run{s: s, size: p.tickSize()}.width() }
	w := columns{prediction: head(headPrediction), figure: head(headFigure)}
	for _, v := range k.lines {
		t := p.cells(v)
		w.id = max(w.id, t.id.width())
		w.label = max(w.label, t.label.width())
		w.prediction = max(w.prediction, t.prediction.width())
		w.figure = max(w.figure, t.figure.width())
		if v.Range != "" {
			w.interval = max(w.interval, t.interval.width(), head(headInterval))
		}
	}
	w.id, w.prediction, w.figure, w.interval = min(w.id, 44), min(w.prediction, 80), min(w.figure, 62), min(w.interval, 82)
	w.label = min(w.label, width-w.id-w.prediction-w.figure-w.interval-idGap-4*columnGap-stripLeast)
	return w
}

// table is the chart as laid out.
type table struct {
	verdicts
	strip
	w          columns
	x          run // name of the axis
	box        vg.Rectangle
	labels     vg.Length // left end of the column
	prediction vg.Length // right ends of the columns
	figure     vg.Length
}

func (k verdicts) plan(p pen, t Text, box vg.Rectangle) plan {
	full := box.Max.X - box.Min.X
	tb := table{verdicts: k, box: box, w: k.columns(p, full)}
	tb.labels = box.Min.X + tb.w.id + idGap
	tb.prediction = tb.labels + tb.w.label + columnGap + tb.w.prediction
	tb.figure = box.Max.X
	if tb.w.interval > 0 {
		tb.figure -= tb.w.interval + columnGap
	}
	if p.narrow {
		tb.strip = k.newStrip(p, box.Min.X, box.Max.X)
	} else {
		tb.strip = k.newStrip(p, tb.prediction+columnGap, tb.figure-tb.w.figure-columnGap)
	}
	tb.x = run{s: or(t.X, "measured ÷ predicted (log scale)"), size: p.tickSize(), role: roleMuted, align: text.XCenter}.fit(full)
	return plan{keys: tb.keys(), draw: tb.draw}
}

func (tb table) draw(c draw.Canvas) {
	y := tb.box.Max.Y
	if !tb.narrow {
		tb.heading(c, y-tb.tickSize())
		y -= axisName
	}
	if tb.tall(tb.pen) {
		y -= axisHeight
		tb.axis(c, y, false)
	}
	h := tb.lineHeight(tb.pen)
	for i, v := range tb.lines {
		if tb.heads(i) {
			r := run{s: v.Group, size: tb.labelSize(), role: roleFG, semi: true}
			tb.write(c, r.fit(tb.box.Max.X-tb.box.Min.X), vg.Point{X: tb.box.Min.X, Y: y - groupHeight + 6})
			y -= groupHeight
		}
		if tb.narrow {
			tb.narrowLine(c, v, y)
		} else {
			tb.wideLine(c, v, y-h/2)
		}
		y -= h
	}
	tb.axis(c, y, true)
	half := tb.x.width() / 2
	mid := min(max((tb.left+tb.right())/2, tb.box.Min.X+half), tb.box.Max.X-half)
	tb.write(c, tb.x, vg.Point{X: mid, Y: tb.box.Min.Y + tb.x.size*descender})
}

// heading names the columns.
func (tb table) heading(c draw.Canvas, y vg.Length) {
	r := run{size: tb.tickSize(), role: roleMuted, align: text.XRight}
	r.s = headPrediction
	tb.write(c, r, vg.Point{X: tb.prediction, Y: y})
	r.s = headFigure
	tb.write(c, r, vg.Point{X: tb.figure, Y: y})
	if tb.w.interval > 0 {
		r.s, r.align = headInterval, text.XLeft
		tb.write(c, r, vg.Point{X: tb.figure + columnGap, Y: y})
	}
}

// wideLine draws a line around a height: texts, strip, texts.
func (tb table) wideLine(c draw.Canvas, v Verdict, y vg.Length) {
	t := tb.cells(v)
	t.prediction.align = text.XRight
	put := func(r run, x, width vg.Length) {
		tb.write(c, r.fit(width), vg.Point{X: x, Y: y - tb.labelSize()*capHeight/2})
	}
	put(t.id, tb.box.Min.X, tb.w.id)
	put(t.label, tb.labels, tb.w.label)
	put(t.prediction, tb.prediction, tb.w.prediction)
	put(t.figure, tb.figure, tb.w.figure)
	put(t.interval, tb.figure+columnGap, tb.w.interval)
	right := tb.right() + beyondWidth
	if v.Measured == "" && v.Range == "" {
		right = tb.box.Max.X
	}
	tb.place(c, v, y, tb.lineHeight(tb.pen)/2, right)
}

// narrowLine draws a line below a height: two lines of text, then the strip.
func (tb table) narrowLine(c draw.Canvas, v Verdict, top vg.Length) {
	t := tb.cells(v)
	left, right := tb.box.Min.X, tb.box.Max.X
	width := right - left
	put := func(r run, x, y vg.Length) { tb.write(c, r, vg.Point{X: x, Y: y}) }
	const leading = 12.5
	y := top - leading
	t.figure, t.id = t.figure.fit(width/2), t.id.fit(width/4)
	labels := left
	if v.ID != "" {
		labels += t.id.width() + idGap
	}
	put(t.id, left, y)
	put(t.label.fit(right-t.figure.width()-columnGap-labels), labels, y)
	put(t.figure, right, y)
	y -= leading
	if v.Prediction != "" {
		t.prediction.s = headPrediction + " " + v.Prediction
	}
	t.interval.align = text.XRight
	put(t.prediction.fit(width/2), left, y)
	put(t.interval.fit(width/2-columnGap), right, y)
	tb.place(c, v, y-4.5-tb.half, tb.half, right)
}

// place draws the mark of a line on its ground or, where there is none, a dash and the reason, as far as the given end.
func (tb table) place(c draw.Canvas, v Verdict, y, reach, right vg.Length) {
	if v.measured() {
		tb.ground(c, v, y, reach)
		tb.marks(c, v, y)
		return
	}
	r := run{s: "– " + or(v.Reason, string(v.Outcome)), size: tb.tickSize(), role: roleMuted, tip: v.tip()}
	x := tb.left - beyondWidth
	if tb.none != "" {
		x = tb.zero - zeroHalf
	}
	tb.write(c, r.fit(right-x), vg.Point{X: x, Y: y - r.size*capHeight/2})
}

// keys explains what there is to see.
func (tb table) keys() []key {
	has := func(of func(v Verdict) bool) bool {
		return slices.ContainsFunc(tb.lines, func(v Verdict) bool { return v.measured() && of(v) })
	}
	if !has(func(Verdict) bool { return true }) {
		return nil
	}
	var out []key
	for _, o := range []Outcome{Supported, Refuted, Inconclusive} {
		if has(func(v Verdict) bool { return v.Outcome == o && !v.Definition }) {
			l, hollow := Verdict{Outcome: o}.look()
			out = append(out, key{label: string(o), look: l, dot: true, hollow: hollow})
		}
	}
	if has(func(v Verdict) bool { return v.Definition }) {
		l, _ := Verdict{Definition: true}.look()
		out = append(out, key{label: "by definition", look: l, dot: true})
	}
	inner := has(func(v Verdict) bool { return known(v.Inner) })
	outer := has(func(v Verdict) bool { return known(v.Outer) })
	if inner || outer {
		out = append(out, tb.whiskerKey(inner, outer))
	}
	return append(out, key{label: "predicted", sample: func(c draw.Canvas, at vg.Point) {
		tb.band(c, at.X, at.X+keySample, at.Y)
		tb.bound(c, at.X, at.Y)
	}})
}

// whiskerKey explains the intervals that there are.
func (s strip) whiskerKey(inner, outer bool) key {
	label := "corrected interval"
	if inner {
		label = headInterval
		if outer {
			label = "95% and corrected interval"
		}
	}
	l := look{role: roleC6}
	return key{label: label, sample: func(c draw.Canvas, at vg.Point) {
		if outer {
			c.StrokeLine2(l.stroke(s.pen, 1), at.X, at.Y, at.X+keySample, at.Y)
		}
		if inner {
			c.StrokeLine2(l.stroke(s.pen, 3), at.X+6, at.Y, at.X+keySample-6, at.Y)
		}
	}}
}
