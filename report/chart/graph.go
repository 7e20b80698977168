package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// graph is a chart of series on two axes.
type graph struct {
	ss      []Series
	rad     vg.Length // of markers
	scatter bool      // points on a plane, joined in their order; else lines over a count
	ground
}

// ground is what graphs differ in.
type ground interface {
	height(p pen) vg.Length
	axes(p pen, width, height vg.Length) (x, y axis)
	// lay adds to a frame the grid and what is this chart's own, with its captions. They take their room before the
	// names of series do.
	lay(f *frame)
}

// marginMax is how much of a wide chart its names may take. Longer ones go to the key row, where they fit.
const marginMax = 150

// plan writes names at the ends of lines, or beside points, where they have room. The key row has the others.
func (k graph) plan(p pen, t Text, box vg.Rectangle) plan {
	ls := looks(k.ss)
	names := p.names(k.ss, ls)
	within, margin := box, k.margin(names)
	direct := !k.scatter && !p.narrow && margin <= marginMax
	if direct {
		within.Max.X -= margin
	}
	x, y := k.axes(p, within.Max.X-within.Min.X-40, k.height(p)-50)
	f := p.newFrame(within, t, x, y)
	for _, s := range k.ss {
		f.block(s, k.rad)
	}
	k.lay(f)
	named := make([]bool, len(k.ss))
	switch {
	case direct:
		f.bounds.Max.X = box.Max.X
		f.ends(k.ss, names, k.rad, named)
	case k.scatter:
		f.beside(k.ss, names, k.rad, named)
	}
	var keys []key
	for i, r := range names {
		if !named[i] {
			keys = append(keys, key{label: r.s, tip: r.tip, look: ls[i], line: len(k.ss[i].Points) > 1, dot: true})
		}
	}
	return plan{keys: keys, draw: func(c draw.Canvas) { f.draw(c, func(c draw.Canvas) { k.marks(f, c, ls) }) }}
}

// marks draws the series: intervals first, then lines, then points.
func (k graph) marks(f *frame, c draw.Canvas, ls []look) {
	for i, s := range k.ss {
		f.intervals(c, s, ls[i], !k.scatter)
	}
	for i, s := range k.ss {
		law, line := ls[i].stroke(f.pen, 1.3), ls[i].stroke(f.pen, 1.8)
		law.Dashes = dashes[2]
		if k.scatter {
			line.Width, line.Color = 1.3, f.ink(ls[i].role).fade(.55)
		}
		f.line(c, s.Name, s.Law, law)
		f.line(c, s.Name, s.Points, line)
	}
	for i, s := range k.ss {
		f.points(c, s, ls[i], k.rad)
	}
}

// margin returns the room for the names of the series that reach furthest to the right.
func (k graph) margin(names []run) vg.Length {
	far := spanOf(k.ss, inX).hi
	var w vg.Length
	for i, s := range k.ss {
		if s.Points[len(s.Points)-1].X > far*.9 {
			w = max(w, names[i].width())
		}
	}
	return w + 24
}
