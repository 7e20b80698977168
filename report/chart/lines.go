package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Lines draws a quantity over a count, both axes logarithmic. Proportional growth is a straight line at one slope, at
// any level; a limit is a flat line. Intervals are bands, or bars at points whose neighbours lack one. A law is dotted,
// and the knee is a diamond. The cut is a place on the horizontal axis, such as where two lines cross: a dashed upright
// line in the band of its interval. The zero value draws no cut.
func Lines(t Text, cut Point, s []Series) (*Figure, error) {
	ss, err := check("lines", s)
	if err != nil {
		return nil, err
	}
	if cut != (Point{}) {
		if err := coordinate("the cut", cut.X, cut.XLo, cut.XHi); err != nil {
			return nil, fmt.Errorf("chart: lines: %w", err)
		}
	}
	byX(ss)
	return &Figure{text: t.cleaned("lines"), kind: lines{ss, looks(ss), cut}}, nil
}

type lines struct {
	ss  []Series
	ls  []look
	cut Point
}

func (lines) height(p pen) vg.Length { return p.pick(310, 280) }

func (k lines) plan(p pen, t Text, box vg.Rectangle) plan {
	axes := func(w vg.Length) (x, y axis) {
		xs := spanOf(withLaws(k.ss), inX)
		if k.cut.X != 0 {
			xs = xs.with(k.cut.X)
		}
		xs = xs.widen(2).pad(.025, .012)
		ys := spanOf(withLaws(k.ss), inY).widen(4).pad(.06, .05)
		rx := p.along(false, true, xs, w-40)
		ry := p.along(true, true, ys, k.height(p)-50)
		x = axis{or(t.X, "goroutines (log scale)"), rx, rx.counts(k.ss)}
		y = axis{or(t.Y, "↑ tasks per second (log scale)"), ry, ry.first(ry.decimals()...)}
		return x, y
	}
	return curves{ss: k.ss, ls: k.ls, rad: 2.8, axes: axes, ground: k.ground}.plan(p, box)
}

// or returns s, or what stands for it where it is empty.
func or(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// ground draws the grid, the cut and the knees.
func (k lines) ground(f *frame, pl *placer) (under, over []plotter) {
	if k.cut.X != 0 {
		under, over = k.upright(f, pl)
	}
	under = append(under, func(c draw.Canvas) { f.grid(c, true) })
	kneesUnder, kneesOver := k.knees(f, pl)
	return append(under, kneesUnder...), append(over, kneesOver...)
}

// cutFade is how much of its colour the band of a cut has.
const cutFade = .12

// upright draws the cut, with its label beside its upper end.
func (k lines) upright(f *frame, pl *placer) (under, over []plotter) {
	line := f.upright(k.cut.X)
	x, low, high := line.a.X, f.data.Min.Y, f.data.Max.Y
	pl.lines = append(pl.lines, line)
	label := f.bold(roleFG)
	name := []string{shorten(clean(k.cut.Label), nameLimit)}
	band := func(c draw.Canvas) {
		tip := shorten(clean(or(k.cut.Tip, k.cut.Label)), 400)
		group(c, "pt", tip, func() {
			if lo, hi, ok := interval(k.cut.XLo, k.cut.XHi); ok {
				c.SetColor(f.ink(roleFaint).fade(cutFade))
				c.Fill(rectangle(max(f.x(lo), f.data.Min.X), low, min(f.x(hi), f.data.Max.X), high).Path())
			}
			c.StrokeLine2(draw.LineStyle{Color: f.ink(roleFG), Width: 1.1, Dashes: dashes[1]}, x, low, x, high)
		})
	}
	ys := steps(high-label.size*1.1, -1.4*label.size, 8)
	tags := pl.put(label.places(name, ys, rightOf(x+5), leftOf(x-5)), throughText)
	return []plotter{band}, []plotter{f.tagged(tags)}
}

// steps returns n heights, each a step from the one before.
func steps(from, step vg.Length, n int) (heights []vg.Length) {
	for i := range n {
		heights = append(heights, from+step*vg.Length(i))
	}
	return heights
}

// knees marks where more goroutines bring no more: a diamond on the line, its number at the axis below.
func (k lines) knees(f *frame, pl *placer) (under, over []plotter) {
	const r = 5.5
	type knee struct { // written once where series of a kind are near, or any agree
		x     vg.Length
		role  role
		label string
	}
	const apart = 6 // points from which two lines are seen as two
	var known []knee
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
		var where []tag
		if !slices.ContainsFunc(known, func(k knee) bool {
			return (k.role == l.role || k.label == name.s) && max(k.x-at.X, at.X-k.x) < apart
		}) {
			known = append(known, knee{at.X, l.role, name.s})
			where = pl.put(name.places([]string{name.s}, steps(foot.a.Y+4, name.size*1.3, 6),
				rightOf(at.X+4), leftOf(at.X-4)), throughText)
		}
		under = append(under, func(c draw.Canvas) {
			sty := draw.LineStyle{Color: f.ink(l.role), Width: .9, Dashes: dashes[2]}
			c.StrokeLine2(sty, foot.a.X, foot.a.Y, foot.b.X, foot.b.Y)
		})
		over = append(over, func(c draw.Canvas) {
			tip := "Knee of " + clean(s.Name) + ": " + name.s
			group(c, "pt", shorten(tip, 400), func() {
				c.SetColor(f.ink(roleBG))
				d := polygon(at, r, regular(4, 0, 1)...)
				c.Fill(d)
				c.SetLineStyle(draw.LineStyle{Color: f.ink(l.role), Width: 1.7})
				c.Stroke(d)
			})
			f.tagged(where)(c)
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
