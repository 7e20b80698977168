package chart

import (
	"fmt"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Mark is a place on the horizontal axis of [Lines], such as where two lines cross.
type Mark struct {
	X      float64 // 0: none
	Lo, Hi float64 // its interval, as in [Point]
	Label  string
	Tip    string // tooltip; empty: the label
}

// Lines draws any quantity over any count, both axes logarithmic, and named by the text. Intervals are bands, or bars at
// points of which neighbours have none; a series' law is dotted. The mark is a dashed upright line in a band.
func Lines(t Text, m Mark, s []Series) (*Figure, error) {
	ss, err := check("lines", s)
	if err != nil {
		return nil, err
	}
	if m != (Mark{}) {
		if err := coordinate("the mark", m.X, m.Lo, m.Hi); err != nil {
			return nil, fmt.Errorf("chart: lines: %w", err)
		}
	}
	byX(ss)
	return &Figure{text: t.cleaned("lines"), kind: marked{throughput{ss, looks(ss)}, m}}, nil
}

// marked is the lines of throughput with a mark of their own in place of knees.
type marked struct {
	throughput
	mark Mark
}

func (k marked) plan(p pen, t Text, box vg.Rectangle) plan {
	axes := func(w vg.Length) (x, y axis) {
		with := k.throughput
		if k.mark.X > 0 { // within the range, whatever the lines are
			mid := k.ss[0].Points[0].Y
			with.ss = append(with.ss[:len(with.ss):len(with.ss)], Series{Points: []Point{{X: k.mark.X, Y: mid}}})
		}
		x, y = with.axes(p, t, w)
		room := p.along(false, true, span{x.lo, x.hi}, w-40)
		x.ticks = room.counts(k.ss)
		return x, y
	}
	return lines{ss: k.ss, ls: k.ls, rad: 2.8, axes: axes, extra: k.upright}.plan(p, box)
}

// markFade is how much of its colour the band of a mark has.
const markFade = .12

// upright draws the grid and the mark, with its label beside its upper end.
func (k marked) upright(f *frame, pl *placer) (under, over []plotter) {
	under = append(under, func(c draw.Canvas) { f.grid(c, true) })
	if k.mark.X == 0 {
		return under, nil
	}
	x := f.x(k.mark.X)
	pl.lines = append(pl.lines, segment{vg.Point{X: x, Y: f.data.Min.Y}, vg.Point{X: x, Y: f.data.Max.Y}})
	label := f.remark(k.mark.Label, roleFG)
	label.semi = true
	var places []tag
	for row := range 8 {
		y := f.data.Max.Y - label.size*(1.1+1.4*vg.Length(row))
		right, left := label, label
		left.align = text.XRight
		places = append(places, tag{run: right, at: vg.Point{X: x + 5, Y: y}}, tag{run: left, at: vg.Point{X: x - 5, Y: y}})
	}
	var tags []tag
	if t, ok := pl.anywhere(places...); ok && label.s != "" {
		tags = append(tags, t)
	}
	band := func(c draw.Canvas) {
		tip := shorten(clean(or(k.mark.Tip, k.mark.Label)), 400)
		group(c, "pt", tip, func() {
			if lo, hi, ok := interval(k.mark.Lo, k.mark.Hi); ok {
				c.SetColor(f.ink(roleFaint).fade(markFade))
				c.Fill(vg.Rectangle{
					Min: vg.Point{X: max(f.x(lo), f.data.Min.X), Y: f.data.Min.Y},
					Max: vg.Point{X: min(f.x(hi), f.data.Max.X), Y: f.data.Max.Y},
				}.Path())
			}
			c.StrokeLine2(draw.LineStyle{Color: f.ink(roleFG), Width: 1.1, Dashes: dashes[1]}, x, f.data.Min.Y, x, f.data.Max.Y)
		})
	}
	return append([]plotter{band}, under...), []plotter{f.tagged(tags)}
}
