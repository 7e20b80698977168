package chart

import (
	"slices"

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
	tags, ok := k.names(f, pl)
	tags = append(tags, f.remarks(pl, k.ss, k.ls, scatterRadius)...)
	out := plan{draw: func(c draw.Canvas) {
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
	if !ok {
		out.keys = f.keysOf(k.ss, k.ls, true, true)
	}
	return out
}

// names writes each series' name beside one of its points, the last if possible. It reports whether all found room; if
// not, the key row names them, and only series of one point have their names beside it.
func (k scatter) names(f *frame, pl *placer) ([]tag, bool) {
	trial := placer{pl.bounds, slices.Clone(pl.taken), slices.Clone(pl.lines)}
	var tags []tag
	all, single := true, true
	for i, r := range f.names(k.ss, k.ls) {
		ps := k.ss[i].Points
		single = single && len(ps) == 1
		t, ok := tag{}, false
		for j := len(ps) - 1; j >= 0 && !ok && r.width() <= marginMax; j-- {
			at := f.at(ps[j].X, ps[j].Y)
			t, ok = trial.beside(r, at, scatterRadius, 60, f.crowded(k.ss, i, at, scatterRadius))
		}
		if ok {
			tags = append(tags, t)
		}
		all = all && ok
	}
	if !all && !single {
		return nil, false
	}
	*pl = trial
	return tags, all
}
