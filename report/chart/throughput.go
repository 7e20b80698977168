package chart

import (
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Throughput draws tasks per second (Y) over goroutines (X), both logarithmic: proportional growth is a straight line
// at one slope whatever the level, and a limit is a flat one. Intervals are bands; the knee is a diamond.
func Throughput(t Text, s []Series) (*Figure, error) {
	ss, err := check("throughput", s)
	if err != nil {
		return nil, err
	}
	byX(ss)
	return &Figure{text: t.cleaned("throughput"), kind: throughput{ss, looks(ss)}}, nil
}

type throughput struct {
	ss []Series
	ls []look
}

func (throughput) height(p pen) vg.Length { return p.pick(310, 280) }

func (k throughput) plan(p pen, t Text, box vg.Rectangle) plan {
	axes := func(w vg.Length) (x, y axis) { return k.axes(p, t, w) }
	return lines{ss: k.ss, ls: k.ls, rad: 2.8, axes: axes, extra: k.knees}.plan(p, box)
}

// axes returns both for a drawing of the given width.
func (k throughput) axes(p pen, t Text, w vg.Length) (x, y axis) {
	xs := spanOf(withLaws(k.ss), inX).widen(2).pad(.025, .012)
	ys := spanOf(withLaws(k.ss), inY).widen(4).pad(.06, .05)
	rx := p.along(false, true, xs, w-40)
	ry := p.along(true, true, ys, k.height(p)-50)
	x = axis{or(t.X, "goroutines (log scale)"), true, xs.lo, xs.hi, rx.counts(k.ss)}
	y = axis{or(t.Y, "↑ tasks per second (log scale)"), true, ys.lo, ys.hi, ry.first(ry.decimals()...)}
	return x, y
}

// or returns s, or what stands for it where it is empty.
func or(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// knees marks where more goroutines bring no more: a diamond on the line, its number at the axis below.
func (k throughput) knees(f *frame, pl *placer) (under, over []plotter) {
	const r = 5.5
	type knee struct { // written once where series of a kind are near, or any agree
		x     vg.Length
		role  role
		label string
	}
	const apart = 6 // points from which two lines are seen as two
	var known []knee
	under = append(under, func(c draw.Canvas) { f.grid(c, true) })
	for i, s := range k.ss {
		if s.Knee == 0 {
			continue
		}
		at := f.at(s.Knee, s.on(s.Knee))
		l := k.ls[i]
		foot := segment{vg.Point{X: at.X, Y: f.data.Min.Y}, vg.Point{X: at.X, Y: at.Y - r}}
		pl.taken = append(pl.taken, about(at, r+1))
		pl.lines = append(pl.lines, foot)
		name := run{s: number(math.Round(s.Knee)), size: f.tickSize(), semi: true, role: l.role}
		if s.Knee < 10 {
			name.s = number(math.Round(s.Knee*10) / 10)
		}
		places := make([]tag, 0, 12)
		for row := range 6 {
			y := foot.a.Y + 4 + vg.Length(row)*name.size*1.3
			right, left := name, name
			left.align = text.XRight
			places = append(places, tag{run: right, at: vg.Point{X: at.X + 4, Y: y}}, tag{run: left, at: vg.Point{X: at.X - 4, Y: y}})
		}
		where, ok := tag{}, false
		if !slices.ContainsFunc(known, func(k knee) bool {
			return (k.role == l.role || k.label == name.s) && max(k.x-at.X, at.X-k.x) < apart
		}) {
			known = append(known, knee{at.X, l.role, name.s})
			where, ok = pl.anywhere(places...)
		}
		under = append(under, func(c draw.Canvas) {
			c.StrokeLine2(draw.LineStyle{Color: f.ink(l.role), Width: .9, Dashes: dashes[2]}, foot.a.X, foot.a.Y, foot.b.X, foot.b.Y)
		})
		over = append(over, func(c draw.Canvas) {
			tip := "Knee of " + clean(s.Name) + ": " + name.s
			group(c, "pt", shorten(tip, 400), func() {
				c.SetColor(f.ink(roleBG))
				d := polygon(at, regular(4, 0, r)...)
				c.Fill(d)
				c.SetLineStyle(draw.LineStyle{Color: f.ink(l.role), Width: 1.7})
				c.Stroke(d)
			})
			if ok {
				where.draw(f.pen, c)
			}
		})
	}
	return under, over
}

// on returns Y on the line of s, straight between points on logarithmic axes. X is within its points.
func (s Series) on(x float64) float64 {
	ps := s.Points
	for i := 1; i < len(ps); i++ {
		a, b := ps[i-1], ps[i]
		if x <= b.X && b.X > a.X {
			w := math.Log(x/a.X) / math.Log(b.X/a.X)
			return math.Exp((1-w)*math.Log(a.Y) + w*math.Log(b.Y))
		}
	}
	return ps[len(ps)-1].Y
}

// lines is what the charts of lines over a count have in common.
type lines struct {
	ss   []Series
	ls   []look
	rad  vg.Length
	axes func(width vg.Length) (x, y axis)
	// extra draws the grid and what is this chart's own, below the lines and above them. It takes its room from the
	// placer before any label does.
	extra func(f *frame, pl *placer) (under, over []plotter)
}

// marginMax is how much of a wide chart its names may take. Longer ones go to the key row, where they fit.
const marginMax = 150

func (k lines) plan(p pen, box vg.Rectangle) plan {
	if !p.narrow {
		if pl, ok := k.try(p, box, true); ok {
			return pl
		}
	}
	pl, _ := k.try(p, box, false)
	pl.keys = p.keysOf(k.ss, k.ls, true, true)
	return pl
}

// try lays the chart out, with names at the lines' ends or without names, and reports whether they had room.
func (k lines) try(p pen, box vg.Rectangle, direct bool) (plan, bool) {
	rs := p.names(k.ss, k.ls)
	within := box
	if direct {
		margin := k.margin(rs)
		if margin > marginMax {
			return plan{}, false
		}
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
	under, over := k.extra(f, pl)
	var tags []tag
	if direct {
		pl.bounds.Max.X = box.Max.X
		var ok bool
		if tags, ok = f.ends(pl, k.ss, k.ls, rs, k.rad); !ok {
			return plan{}, false
		}
		pl.bounds.Max.X = f.data.Max.X
	}
	tags = append(tags, f.remarks(pl, k.ss, k.ls, k.rad)...)
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
	return plan{draw: func(c draw.Canvas) {
		f.draw(c, slices.Concat(under, []plotter{marks}, over, []plotter{f.tagged(tags)})...)
	}}, true
}

// margin returns the room for the names of the series that reach furthest to the right.
func (k lines) margin(rs []run) vg.Length {
	far := spanOf(k.ss, inX).hi
	var w vg.Length
	for i, s := range k.ss {
		if s.Points[len(s.Points)-1].X > far*.9 {
			w = max(w, rs[i].width())
		}
	}
	return w + rs[0].size*1.1 + 24
}
