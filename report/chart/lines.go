package chart

import (
	"cmp"
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
	ss, err := check("lines", 1, s)
	if err != nil {
		return nil, err
	}
	if cut != (Point{}) {
		if err := coordinate("the cut", cut.X, cut.XLo, cut.XHi); err != nil {
			return nil, fmt.Errorf("chart: lines: %w", err)
		}
	}
	byX(ss)
	t = t.cleaned("lines", "goroutines (log scale)", "↑ tasks per second (log scale)")
	return &Figure{t, graph{ss, 2.8, false, lines{ss, cut}}}, nil
}

type lines struct {
	ss  []Series
	cut Point
}

func (lines) height(p pen) vg.Length { return p.pick(310, 280) }

func (k lines) axes(p pen, width, height vg.Length) (x, y axis) {
	xs := spanOf(k.ss, inX)
	if k.cut.X != 0 {
		xs = xs.with(k.cut.X)
	}
	xs = xs.widen(2).pad(.025, .012)
	ys := spanOf(k.ss, inY).widen(4).pad(.06, .05)
	rx, ry := p.along(false, true, xs, width), p.along(true, true, ys, height)
	return axis{rx, rx.counts(k.ss)}, axis{ry, ry.first(ry.decimals()...)}
}

// lay draws the grid, the cut and the knees.
func (k lines) lay(f *frame) {
	if k.cut.X != 0 {
		k.upright(f)
	}
	f.under = append(f.under, func(c draw.Canvas) { f.grid(c, true) })
	k.knees(f)
}

// cutFade is how much of its colour the band of a cut has.
const cutFade = .12

// upright draws the cut, with its label beside its upper end.
func (k lines) upright(f *frame) {
	line := f.upright(k.cut.X)
	x, low, high := line.a.X, f.data.Min.Y, f.data.Max.Y
	f.lines = append(f.lines, line)
	label := f.bold(roleFG)
	name := []string{shorten(clean(k.cut.Label), nameLimit)}
	f.under = append(f.under, func(c draw.Canvas) {
		tip := shorten(clean(cmp.Or(k.cut.Tip, k.cut.Label)), 400)
		group(c, "pt", tip, func() {
			if lo, hi, ok := interval(k.cut.XLo, k.cut.XHi); ok {
				xs, ys := f.xs.span, f.ys.span
				f.fill(c, roleFaint, cutFade, f.area(max(lo, xs.lo), ys.lo, min(hi, xs.hi), ys.hi))
			}
			c.StrokeLine2(draw.LineStyle{Color: f.ink(roleFG), Width: 1.1, Dashes: dashes[1]}, x, low, x, high)
		})
	})
	ys := steps(high-label.size*1.1, -1.4*label.size, 8)
	f.put(label.places(name, ys, rightOf(x+5), leftOf(x-5)), throughText)
}

// steps returns n heights, each a step from the one before.
func steps(from, step vg.Length, n int) (heights []vg.Length) {
	for i := range n {
		heights = append(heights, from+step*vg.Length(i))
	}
	return heights
}

// knees marks where more goroutines bring no more: a diamond on the line, its number at the axis below.
func (k lines) knees(f *frame) {
	const r = 5.5
	type knee struct { // written once where series of a kind are near, or any agree
		x     vg.Length
		role  role
		label string
	}
	const apart = 6 // points from which two lines are seen as two
	var known []knee
	for _, s := range k.ss {
		if s.Knee == 0 {
			continue
		}
		at := f.at(s.Knee, s.on(s.Knee))
		foot := segment{vg.Point{X: at.X, Y: f.data.Min.Y}, vg.Point{X: at.X, Y: at.Y - r}}
		f.taken = append(f.taken, about(at, r+1))
		f.lines = append(f.lines, foot)
		name := run{s: number(math.Round(s.Knee)), size: f.tickSize(), semi: true, role: s.role()}
		if s.Knee < 10 {
			name.s = number(math.Round(s.Knee*10) / 10)
		}
		if !slices.ContainsFunc(known, func(k knee) bool {
			return (k.role == name.role || k.label == name.s) && max(k.x-at.X, at.X-k.x) < apart
		}) {
			known = append(known, knee{at.X, name.role, name.s})
			f.put(name.places([]string{name.s}, steps(foot.a.Y+4, name.size*1.3, 6),
				rightOf(at.X+4), leftOf(at.X-4)), throughText)
		}
		f.under = append(f.under, func(c draw.Canvas) {
			sty := draw.LineStyle{Color: f.ink(name.role), Width: .9, Dashes: dashes[2]}
			c.StrokeLine2(sty, foot.a.X, foot.a.Y, foot.b.X, foot.b.Y)
		})
		f.over = append(f.over, func(c draw.Canvas) {
			tip := "Knee of " + clean(s.Name) + ": " + name.s
			group(c, "pt", shorten(tip, 400), func() {
				c.SetColor(f.ink(roleBG))
				d := polygon(at, r, regular(4, 0, 1)...)
				c.Fill(d)
				f.outline(c, name.role, 1.7, d)
			})
		})
	}
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
