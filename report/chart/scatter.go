package chart

import (
	"gonum.org/v1/plot/vg/draw"
)

// scatter is what the charts of points on a plane have in common.
type scatter struct {
	ss []Series
	ls []look
}

// scatterRadius is that of a marker.
const scatterRadius = 3.8

// plan lays the points out on a ground, which takes its room from the placer before any label does. Points of a series
// are joined in their order.
func (k scatter) plan(f *frame, ground func(*frame, *placer) plotter) plan {
	pl := &placer{bounds: grow(f.data, -2)}
	for _, s := range k.ss {
		pl.block(f, s, scatterRadius)
	}
	below := ground(f, pl)
	tags, named := k.names(f, pl)
	return plan{keys: f.keysOf(k.ss, k.ls, named), draw: func(c draw.Canvas) {
		marks := func(c draw.Canvas) {
			for i, s := range k.ss {
				sty := k.ls[i].stroke(f.pen, 1.3)
				sty.Color = f.ink(k.ls[i].role).fade(.55)
				f.line(c, s, sty)
				for _, q := range s.Points {
					f.bar(c, q, k.ls[i])
				}
			}
			for i, s := range k.ss {
				f.points(c, s, k.ls[i], scatterRadius)
			}
		}
		f.draw(c, below, marks, f.tagged(tags))
	}}
}

// names writes each series' name beside one of its points, the last if possible, and reports which found room.
func (k scatter) names(f *frame, pl *placer) (tags []tag, named []bool) {
	named = make([]bool, len(k.ss))
	for i, r := range f.names(k.ss, k.ls) {
		ps := k.ss[i].Points
		for j := len(ps) - 1; j >= 0 && !named[i] && r.width() <= marginMax; j-- {
			t := pl.put(around(r, f.at(ps[j].X, ps[j].Y), scatterRadius, 60), throughName)
			tags, named[i] = append(tags, t...), t != nil
		}
	}
	return tags, named
}
