package chart

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// GainsPlane draws what each workload gained from more goroutines (X) and from more processors (Y), both logarithmic,
// each with its interval as a cross. Where the suite predicts waiting and computing work to lie is shaded.
func GainsPlane(t Text, cpus int, s []Series) (*Figure, error) {
	if err := checkCPUs("gains", cpus); err != nil {
		return nil, err
	}
	ss, err := check("gains", s)
	if err != nil {
		return nil, err
	}
	return &Figure{text: t.cleaned("gains"), kind: gains{cpus: float64(cpus), ss: ss, ls: looks(ss)}}, nil
}

type gains struct {
	cpus    float64
	workers float64 // above 0: of languages, which have limits in place of predictions
	ss      []Series
	ls      []look
}

func (gains) height(p pen) vg.Length { return p.pick(340, 320) }

// aboutOne is how far from 1 a gain counts as none in the shading, either way. It is drawn, not used for verdicts.
const aboutOne = 1.25

func (k gains) plan(p pen, t Text, box vg.Rectangle) plan {
	xs := spanOf(k.ss, inX).with(1/aboutOne).with(max(4, k.workers*1.1)).pad(.06, .07)
	ys := spanOf(k.ss, inY).with(1/aboutOne).with(k.cpus*1.1).with(1.6).pad(.07, .07)
	rx := p.along(false, true, xs, box.Max.X-box.Min.X-40)
	ry := p.along(true, true, ys, k.height(p)-50)
	ticks := rx.first(rx.decimals()...)
	if k.workers > 0 {
		ticks = rx.cpuTicks(k.workers)
	}
	f := p.newFrame(box,
		axis{or(t.X, "concurrency gain: more goroutines, one processor (×) →"), true, xs.lo, xs.hi, ticks},
		axis{or(t.Y, "↑ parallelism gain: same goroutines, more processors (×)"), true, ys.lo, ys.hi, ry.cpuTicks(k.cpus)})
	pl := &placer{bounds: grow(f.data, -2)}
	for _, s := range k.ss {
		pl.block(f, s, planeRadius)
	}
	ground := k.ground
	if k.workers > 0 {
		ground = k.limits
	}
	below := ground(f, pl)
	tags, ok := k.names(f, pl)
	out := plan{draw: func(c draw.Canvas) {
		marks := func(c draw.Canvas) {
			for i, s := range k.ss {
				for _, q := range s.Points {
					f.bar(c, q, k.ls[i])
				}
			}
			for i, s := range k.ss {
				f.points(c, s, k.ls[i], planeRadius+.4)
			}
		}
		f.draw(c, below, marks, f.tagged(tags))
	}}
	if !ok {
		out.keys = p.keysOf(k.ss, k.ls, false, true)
	}
	return out
}

// names labels every point: with its own label, or the series' name where it is the only one. It reports whether that
// names every series.
func (k gains) names(f *frame, pl *placer) ([]tag, bool) {
	var tags []tag
	all := true
	names := f.names(k.ss, k.ls)
	for i, s := range k.ss {
		all = all && len(s.Points) == 1
		for _, q := range s.Points {
			r := names[i]
			if l := shorten(clean(q.Label), nameLimit); l != "" {
				all = all && l == r.s
				r.s = l
			} else if len(s.Points) > 1 {
				continue
			}
			at := f.at(q.X, q.Y)
			t, ok := tag{}, false
			if r.width() <= marginMax {
				t, ok = pl.beside(r, at, planeRadius+.4, 60, f.crowded(k.ss, i, at, planeRadius))
			}
			if ok {
				tags = append(tags, t)
			}
			all = all && ok
		}
	}
	return tags, all
}

// ground shades the predictions, draws the lines of no gain and of all CPUs, and takes the room of their captions.
func (k gains) ground(f *frame, pl *placer) plotter {
	right := f.p.X.Max
	ceiling := f.y(k.cpus)
	x1, y1 := f.x(1), f.y(1)
	pl.lines = append(pl.lines,
		segment{vg.Point{X: f.data.Min.X, Y: ceiling}, vg.Point{X: f.data.Max.X, Y: ceiling}},
		segment{vg.Point{X: f.data.Min.X, Y: y1}, vg.Point{X: f.data.Max.X, Y: y1}},
		segment{vg.Point{X: x1, Y: f.data.Min.Y}, vg.Point{X: x1, Y: f.data.Max.Y}})
	tags := k.captions(f, pl)
	return func(c draw.Canvas) {
		if k.cpus > 1 {
			c.SetColor(f.ink(roleC1).fade(.09))
			c.Fill(vg.Rectangle{Min: f.at(1/aboutOne, min(aboutOne, k.cpus)), Max: f.at(aboutOne, k.cpus*1.1)}.Path())
		}
		c.SetColor(f.ink(roleC2).fade(.08))
		c.Fill(vg.Rectangle{Min: f.at(aboutOne, 1/aboutOne), Max: f.at(right, aboutOne)}.Path())
		sty := draw.LineStyle{Color: f.ink(roleAxis), Width: .9}
		c.StrokeLine2(sty, f.data.Min.X, y1, f.data.Max.X, y1)
		c.StrokeLine2(sty, x1, f.data.Min.Y, x1, f.data.Max.Y)
		if k.cpus > 1 {
			sty = draw.LineStyle{Color: f.ink(roleFaint), Width: 1.1, Dashes: dashes[1]}
			c.StrokeLine2(sty, f.data.Min.X, ceiling, f.data.Max.X, ceiling)
		}
		f.tagged(tags)(c)
	}
}

// captions finds places for the names of the predictions. That of computing work stands beside its region, which is
// too slim for words.
func (k gains) captions(f *frame, pl *placer) []tag {
	d := f.data
	size := f.tickSize()
	var tags []tag
	put := func(places []tag) {
		if t, ok := pl.anywhere(places...); ok {
			tags = append(tags, t)
		}
	}
	put(f.captionPlaces(roleC2, true, []string{"WAITING is predicted here: goroutines help", "WAITING is predicted here"},
		[]vg.Length{d.Max.X - 6, f.x(aboutOne) + 6}, []vg.Length{f.y(1/aboutOne) + 3.5, f.y(aboutOne) - size, f.y(1/aboutOne) - size - 1}))
	if k.cpus == 1 {
		return tags
	}
	top := f.y(k.cpus)
	put(f.captionPlaces(roleMuted, false, []string{"all " + count(k.cpus, "CPU")},
		[]vg.Length{d.Max.X - 6, f.x(aboutOne) + 6}, []vg.Length{top + 4, top - size - 2}))
	put(k.computingPlaces(f))
	return tags
}

// computingPlaces returns where the caption of the computing region may stand: on the side that has more room. An arrow
// tells which side that is.
func (k gains) computingPlaces(f *frame) []tag {
	left, right := f.x(1/aboutOne)-6, f.x(aboutOne)+6
	words, x, align := []string{"← COMPUTING is predicted here: CPUs help", "← COMPUTING is predicted here"}, right, text.XLeft
	if left-f.data.Min.X > f.data.Max.X-right {
		words, x, align = []string{"COMPUTING is predicted here: CPUs help →", "COMPUTING is predicted here →"}, left, text.XRight
	}
	low, top, size := f.y(aboutOne), f.y(k.cpus), f.tickSize()
	var out []tag
	for _, w := range words {
		for _, y := range []vg.Length{(low + top) / 2, top - 2*size, low + size, top - 4*size, low + 3*size} {
			c := f.caption(w, align)
			c.role, c.semi = roleC1, true
			out = append(out, tag{run: c, at: vg.Point{X: x, Y: y}})
		}
	}
	return out
}
