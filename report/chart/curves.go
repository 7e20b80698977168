package chart

import (
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curves is what the charts of lines over a count have in common.
type curves struct {
	ss   []Series
	ls   []look
	rad  vg.Length
	axes func(width vg.Length) (x, y axis)
	// ground draws the grid and what is this chart's own, below the lines and above them. It takes its room from the
	// placer before any label does.
	ground func(f *frame, pl *placer) (under, over []plotter)
}

// marginMax is how much of a wide chart its names may take. Longer ones go to the key row, where they fit.
const marginMax = 150

// plan writes the names at the lines' ends where they have room. The key row has the others.
func (k curves) plan(p pen, box vg.Rectangle) plan {
	rs := p.names(k.ss, k.ls)
	within, margin := box, k.margin(rs)
	direct := !p.narrow && margin <= marginMax
	if direct {
		within.Max.X -= margin
	}
	x, y := k.axes(within.Max.X - within.Min.X)
	f := p.newFrame(within, x, y)
	pl := &placer{bounds: f.data}
	for _, s := range k.ss {
		pl.block(f, s, k.rad)
		law := f.path(Series{Points: s.Law})
		for i := 1; i < len(law); i++ {
			pl.lines = append(pl.lines, segment{law[i-1], law[i]})
		}
	}
	under, over := k.ground(f, pl)
	var tags []tag
	named := make([]bool, len(k.ss))
	if direct {
		pl.bounds.Max.X = box.Max.X
		tags = f.ends(pl, k.ss, rs, k.rad, named)
		pl.bounds.Max.X = f.data.Max.X
	}
	marks := func(c draw.Canvas) {
		for i, s := range k.ss {
			f.bands(c, s, k.ls[i])
		}
		for i, s := range k.ss {
			law := k.ls[i].stroke(p, 1.3)
			law.Dashes = dashes[2]
			f.line(c, Series{Name: s.Name, Points: s.Law}, law)
			f.line(c, s, k.ls[i].stroke(p, 1.8))
		}
		for i, s := range k.ss {
			f.points(c, s, k.ls[i], k.rad)
		}
	}
	return plan{keys: p.keysOf(k.ss, k.ls, named), draw: func(c draw.Canvas) {
		f.draw(c, slices.Concat(under, []plotter{marks}, over, []plotter{f.tagged(tags)})...)
	}}
}

// margin returns the room for the names of the series that reach furthest to the right.
func (k curves) margin(rs []run) vg.Length {
	far := spanOf(k.ss, inX).hi
	var w vg.Length
	for i, s := range k.ss {
		if s.Points[len(s.Points)-1].X > far*.9 {
			w = max(w, rs[i].width())
		}
	}
	return w + 24
}
