package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Multiples draws a panel for every series on the same axes, the others in grey behind it: throughput relative to one
// goroutine (Y) over goroutines (X), both logarithmic, unless the text names other axes. The label of a series' last
// point stands at the top right of its panel; without one, its value does. CPUs are drawn as a line in Y: where
// computing work has to stop.
func Multiples(t Text, cpus int, s []Series) (*Figure, error) {
	if err := checkCPUs("multiples", cpus); err != nil {
		return nil, err
	}
	ss, err := check("multiples", s)
	if err != nil {
		return nil, err
	}
	byX(ss)
	ls := looks(ss)
	for i := range ls {
		ls[i].shape, ls[i].dash = circle, nil // a panel has no second series to be told from
	}
	return &Figure{text: t.cleaned("multiples"), kind: multiples{float64(cpus), ss, ls}}, nil
}

type multiples struct {
	cpus float64
	ss   []Series
	ls   []look
}

const (
	panelHead = 15 // height of a panel's heading
	panelGap  = 13 // between panels
)

// grid returns how many columns and rows of panels there are.
func (k multiples) grid(p pen) (cols, rows int) {
	cols = int(p.pick(4, 2))
	n := len(k.ss)
	switch {
	case n < cols:
		cols = n
	case !p.narrow && (n == 5 || n == 6 || n == 9):
		cols = 3
	}
	return cols, (n + cols - 1) / cols
}

func (k multiples) height(p pen) vg.Length {
	cols, rows := k.grid(p)
	h := p.pick(608, 336) / vg.Length(cols) * .68
	h = min(max(h, 90), 220)
	return vg.Length(rows)*(h+panelHead) + vg.Length(rows-1)*panelGap + 2*axisName + 8
}

func (k multiples) plan(p pen, t Text, box vg.Rectangle) plan {
	cols, rows := k.grid(p)
	x, y := k.axes(p, t, (box.Max.X-box.Min.X)/vg.Length(cols)-30, k.height(p)/vg.Length(rows)-2*panelHead-panelGap)
	plots := make([][]*plot.Plot, rows)
	for r := range plots {
		plots[r] = make([]*plot.Plot, cols)
		for c := range plots[r] {
			i := r*cols + c
			if i >= len(k.ss) {
				continue
			}
			px, py := x, y
			pl := p.newPlot(px, py)
			if c > 0 {
				pl.Y.Tick.Marker = unlabelled(y.ticks)
			}
			if i+cols < len(k.ss) { // another panel below
				pl.X.Tick.Marker = unlabelled(x.ticks)
			}
			plots[r][c] = pl
		}
	}
	inner := box
	inner.Min.Y += axisName
	inner.Max.Y -= axisName + 3
	tiles := draw.Tiles{Rows: rows, Cols: cols, PadX: panelGap, PadY: panelGap + panelHead, PadTop: panelHead}
	canvases := plot.Align(plots, tiles, draw.Canvas{Rectangle: inner})
	var panels []*frame
	for i := range k.ss {
		f := &frame{pen: p, p: plots[i/cols][i%cols], box: canvases[i/cols][i%cols].Rectangle}
		f.data = f.p.DataCanvas(draw.Canvas{Rectangle: f.box}).Rectangle
		panels = append(panels, f)
	}
	size := p.tickSize()
	full := box.Max.X - box.Min.X
	xn := run{s: x.name, size: size, role: roleMuted, align: text.XCenter}.fit(full)
	yn := run{s: y.name, size: size, role: roleMuted}.fit(full)
	return plan{keys: k.keys(y), draw: func(c draw.Canvas) {
		p.write(c, yn, vg.Point{X: box.Min.X, Y: box.Max.Y - size})
		p.write(c, xn, vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: box.Min.Y + size*descender})
		for i, f := range panels {
			f.draw(c, func(c draw.Canvas) { k.panel(f, c, i) })
		}
	}}
}

// axes returns the axes that all panels share.
func (k multiples) axes(p pen, t Text, w, h vg.Length) (x, y axis) {
	xs := spanOf(k.ss, inX).widen(2).pad(.03, .05)
	ys := spanOf(k.ss, inY).with(1).widen(4).pad(.08, .08)
	rx := p.along(false, true, xs, w)
	ry := p.along(true, true, ys, h)
	x = axis{or(t.X, "goroutines (log scale)"), true, xs.lo, xs.hi, rx.counts(k.ss)}
	y = axis{or(t.Y, "↑ throughput relative to one goroutine (log scale)"), true, ys.lo, ys.hi, ry.first(ry.decimals()...)}
	return x, y
}

// unlabelled returns ticks without text.
func unlabelled(vs []float64) plot.Ticker {
	var ts plot.ConstantTicks
	for _, v := range vs {
		ts = append(ts, plot.Tick{Value: v})
	}
	return ts
}

// keys explains what the panels do not name.
func (k multiples) keys(y axis) []key {
	var out []key
	if len(k.ss) > 1 {
		out = append(out, key{label: "the other workloads", look: look{role: roleAxis}, line: true})
	}
	out = append(out, key{label: "in proportion to goroutines", look: look{role: roleFaint, dash: dashes[2]}, line: true})
	if k.cpus > 1 && k.cpus < y.hi {
		out = append(out, key{label: count(k.cpus, "CPU"), look: look{role: roleFaint, dash: dashes[1]}, line: true})
	}
	return out
}

// panel draws one series in front of all.
func (k multiples) panel(f *frame, c draw.Canvas, i int) {
	s, l := k.ss[i], k.ls[i]
	f.grid(c, true)
	k.guides(f, c)
	for j, o := range k.ss {
		if j != i && len(o.Points) > 1 {
			c.StrokeLines(draw.LineStyle{Color: f.ink(roleAxis).fade(.6), Width: .8}, f.path(o))
		}
	}
	f.bands(c, s, l)
	f.line(c, s, l.stroke(f.pen, 1.8))
	f.points(c, s, l, 2.5)
	last := s.Points[len(s.Points)-1]
	value := f.remark(last.Label, l.role)
	if value.s == "" {
		value.s = number(last.Y) + "×"
	}
	value.semi, value.align = true, text.XRight
	width := f.data.Max.X - f.data.Min.X
	value = value.fit(width / 2)
	name := f.names(k.ss[i:i+1], k.ls[i:i+1])[0]
	name.role = roleFG
	name = name.fit(width - value.width() - 8)
	base := f.data.Max.Y + 4.5
	f.write(c, name, vg.Point{X: f.data.Min.X, Y: base})
	f.write(c, value, vg.Point{X: f.data.Max.X, Y: base})
}

// guides draws growth in proportion, from 1 at 1, and the CPUs.
func (k multiples) guides(f *frame, c draw.Canvas) {
	lo := max(f.p.X.Min, f.p.Y.Min)
	hi := min(f.p.X.Max, f.p.Y.Max)
	lo = max(lo, min(1, hi))
	if lo < hi {
		a, b := f.at(lo, lo), f.at(hi, hi)
		c.StrokeLine2(draw.LineStyle{Color: f.ink(roleFaint), Width: 1, Dashes: dashes[2]}, a.X, a.Y, b.X, b.Y)
	}
	if k.cpus > 1 && k.cpus < f.p.Y.Max {
		y := f.y(k.cpus)
		c.StrokeLine2(draw.LineStyle{Color: f.ink(roleFaint), Width: .9, Dashes: dashes[1]}, f.data.Min.X, y, f.data.Max.X, y)
	}
}
