package chart

import (
	"fmt"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Languages draws what programs in some languages gained from so many workers on waiting tasks (X) and from a worker a
// CPU on computing tasks (Y), as [GainsPlane] does for workloads. In place of predictions it has the limits: neither gain
// can exceed its number of workers, but for noise.
func Languages(t Text, workers, cpus int, s []Series) (*Figure, error) {
	if workers < 2 {
		return nil, fmt.Errorf("chart: languages: %d workers", workers)
	}
	if err := checkCPUs("languages", cpus); err != nil {
		return nil, err
	}
	ss, err := check("languages", s)
	if err != nil {
		return nil, err
	}
	return &Figure{text: t.cleaned("languages"), kind: gains{cpus: float64(cpus), workers: float64(workers), ss: ss, ls: looks(ss)}}, nil
}

// limits draws the lines of no gain and of all that there can be, with their captions.
func (k gains) limits(f *frame, pl *placer) plotter {
	d := f.data
	var lines []segment
	for _, v := range []float64{1, k.workers} {
		lines = append(lines, segment{vg.Point{X: f.x(v), Y: d.Min.Y}, vg.Point{X: f.x(v), Y: d.Max.Y}})
	}
	for _, v := range []float64{1, k.cpus} {
		lines = append(lines, segment{vg.Point{X: d.Min.X, Y: f.y(v)}, vg.Point{X: d.Max.X, Y: f.y(v)}})
	}
	pl.lines = append(pl.lines, lines...)
	var tags []tag
	put := func(words string, align text.XAlignment, places ...vg.Point) {
		var ts []tag
		for _, at := range places {
			ts = append(ts, tag{run: f.caption(words, align), at: at})
		}
		if t, ok := pl.anywhere(ts...); ok {
			tags = append(tags, t)
		}
	}
	size := f.tickSize()
	if k.cpus > 1 {
		y := f.y(k.cpus)
		put("all "+count(k.cpus, "CPU"), text.XLeft, vg.Point{X: f.x(1) + 6, Y: y + 4}, vg.Point{X: f.x(1) + 6, Y: y - size - 2})
	}
	x := f.x(k.workers) - 5
	put(count(k.workers, "worker"), text.XRight, vg.Point{X: x, Y: d.Min.Y + 5}, vg.Point{X: x, Y: d.Max.Y - size - 2})
	return func(c draw.Canvas) {
		f.grid(c, true)
		for i, l := range lines {
			sty := draw.LineStyle{Color: f.ink(roleAxis), Width: .9}
			if i%2 == 1 {
				sty = draw.LineStyle{Color: f.ink(roleFaint), Width: 1.1, Dashes: dashes[1]}
			}
			c.StrokeLine2(sty, l.a.X, l.a.Y, l.b.X, l.b.Y)
		}
		f.tagged(tags)(c)
	}
}
