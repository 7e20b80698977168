package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shape is the form of a marker.
type shape uint8

const (
	circle shape = iota
	square
	triangle
	nabla
	pentagon
	plus
	star
	cross
	leftward
	rightward
	shapes // their number
)

// look is how a series is told apart: colour says what it means, shape and dash which one it is, also to a reader who
// cannot tell the colours.
type look struct {
	role  role
	shape shape
	dash  []vg.Length
	// hollow says that all points of the series are: so are the marks that name it.
	hollow bool
}

// dashes are given out among series of one kind.
var dashes = [...][]vg.Length{nil, {6, 3}, {1.5, 2.5}, {7, 2.5, 1.5, 2.5}}

// looks gives each series its look. The first of a kind has the kind's own shape, so that it looks alike in every
// chart; the next ones have shapes that are not in use yet.
func looks(ss []Series) []look {
	own := map[role]shape{roleC1: circle, roleC2: square, roleC3: triangle, roleC4: nabla, roleC5: pentagon, roleC6: plus}
	var used [shapes]bool
	out := make([]look, len(ss))
	count := make(map[role]int)
	for i, s := range ss {
		r := s.role()
		out[i] = look{role: r, shape: own[r], dash: dashes[count[r]%len(dashes)]}
		used[own[r]] = true
		count[r]++
	}
	clear(count)
	next := circle
	for i, s := range ss {
		out[i].hollow = len(s.Points) > 0 && !slices.ContainsFunc(s.Points, func(p Point) bool { return !p.Hollow })
		r := out[i].role
		count[r]++
		if count[r] == 1 {
			continue
		}
		for n := 0; n < int(shapes) && used[next]; n++ {
			next = (next + 1) % shapes
		}
		out[i].shape = next
		used[next] = true
		next = (next + 1) % shapes
	}
	return out
}

func (l look) stroke(p pen, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: p.ink(l.role), Width: width, Dashes: l.dash}
}

// polygon returns the closed path through points given as angle (degrees, anticlockwise from the right) and radius.
func polygon(at vg.Point, polar ...[2]float64) vg.Path {
	var path vg.Path
	for i, q := range polar {
		sin, cos := math.Sincos(q[0] * math.Pi / 180)
		pt := vg.Point{X: at.X + vg.Length(q[1]*cos), Y: at.Y + vg.Length(q[1]*sin)}
		if i == 0 {
			path.Move(pt)
		} else {
			path.Line(pt)
		}
	}
	path.Close()
	return path
}

// regular returns n corners, the first at the given angle. Radii alternate if a second one is given.
func regular(n int, first float64, radii ...float64) [][2]float64 {
	out := make([][2]float64, n)
	for i := range out {
		out[i] = [2]float64{first + 360*float64(i)/float64(n), radii[i%len(radii)]}
	}
	return out
}

// path returns the outline of a marker that looks as large as a circle of radius r.
func (s shape) path(at vg.Point, r vg.Length) vg.Path {
	f := r.Points()
	switch s {
	case square:
		return polygon(at, regular(4, 45, f*1.25)...)
	case triangle:
		return polygon(at, regular(3, 90, f*1.38)...)
	case nabla:
		return polygon(at, regular(3, 270, f*1.38)...)
	case leftward:
		return polygon(at, regular(3, 180, f*1.38)...)
	case rightward:
		return polygon(at, regular(3, 0, f*1.38)...)
	case pentagon:
		return polygon(at, regular(5, 90, f*1.18)...)
	case star:
		return polygon(at, regular(10, 90, f*1.55, f*.7)...)
	case plus:
		return polygon(at, arms(f, 0)...)
	case cross:
		return polygon(at, arms(f, 45)...)
	}
	var p vg.Path
	p.Move(vg.Point{X: at.X + r, Y: at.Y})
	p.Arc(at, r, 0, 2*math.Pi)
	p.Close()
	return p
}

// arms returns a fat plus sign, turned by some degrees.
func arms(f, turn float64) [][2]float64 {
	const long, half = 1.35, .48
	var out [][2]float64
	tip, in := math.Hypot(long, half)*f, half*math.Sqrt2*f
	lean := math.Atan2(half, long) * 180 / math.Pi
	for a := turn; a < turn+360; a += 90 {
		out = append(out, [2]float64{a - lean, tip}, [2]float64{a + lean, tip}, [2]float64{a + 45, in})
	}
	return out
}

// mark draws one marker with a halo that parts it from lines and neighbours.
func (p pen) mark(c vg.Canvas, l look, at vg.Point, r vg.Length, hollow bool) {
	path := l.shape.path(at, r)
	stroke := func(role role, w vg.Length) {
		c.SetColor(p.ink(role))
		c.SetLineWidth(w)
		c.SetLineDash(nil, 0)
		c.Stroke(path)
	}
	if !hollow && !l.hollow {
		stroke(roleBG, 2.2)
		c.SetColor(p.ink(l.role))
		c.Fill(path)
		return
	}
	stroke(roleBG, 3.4)
	c.SetColor(p.ink(roleBG))
	c.Fill(path)
	stroke(l.role, 1.5)
}

// points draws the markers of a series, each with its tooltip.
func (f *frame) points(c draw.Canvas, s Series, l look, r vg.Length) {
	for _, q := range s.Points {
		at := f.at(q.X, q.Y)
		group(c, "pt", q.tip(s.Name), func() {
			hit(c, at, r)
			f.mark(c, l, at, r, q.Hollow)
		})
	}
}

// tip returns the tooltip of a point.
func (p Point) tip(name string) string {
	t := clean(p.Tip)
	if t == "" {
		t = fmt.Sprintf("%s: %s, %s", clean(name), number(p.X), number(p.Y))
	}
	return shorten(t, 400)
}

// line joins the points of a series.
func (f *frame) line(c draw.Canvas, s Series, sty draw.LineStyle) {
	if len(s.Points) < 2 {
		return
	}
	group(c, "ln", shorten(clean(s.Name), 400), func() { c.StrokeLines(sty, f.path(s)) })
}

// path returns where the points of s are drawn.
func (f *frame) path(s Series) []vg.Point {
	pts := make([]vg.Point, len(s.Points))
	for i, q := range s.Points {
		pts[i] = f.at(q.X, q.Y)
	}
	return pts
}

// bands shades the intervals in Y of neighbouring points, and draws a bar where a point with an interval has no
// neighbour with one.
func (f *frame) bands(c draw.Canvas, s Series, l look) {
	var run []Point
	flush := func() {
		switch {
		case len(run) > 1:
			var pts []vg.Point
			for _, q := range run {
				pts = append(pts, f.at(q.X, q.YLo))
			}
			for i := len(run) - 1; i >= 0; i-- {
				pts = append(pts, f.at(run[i].X, run[i].YHi))
			}
			c.FillPolygon(f.ink(l.role).fade(.17), pts)
		case len(run) == 1:
			f.bar(c, run[0], l)
		}
		run = run[:0]
	}
	for _, q := range s.Points {
		if _, _, ok := interval(q.YLo, q.YHi); ok {
			run = append(run, q)
		} else {
			flush()
		}
	}
	flush()
}

// bar draws the intervals of one point as a cross.
func (f *frame) bar(c draw.Canvas, q Point, l look) {
	sty := draw.LineStyle{Color: f.ink(l.role).fade(.6), Width: 1.5}
	for _, e := range f.barEnds(q) {
		c.StrokeLine2(sty, e.a.X, e.a.Y, e.b.X, e.b.Y)
	}
}

// barEnds returns the strokes of bar.
func (f *frame) barEnds(q Point) []segment {
	var out []segment
	if lo, hi, ok := interval(q.XLo, q.XHi); ok {
		out = append(out, segment{f.at(lo, q.Y), f.at(hi, q.Y)})
	}
	if lo, hi, ok := interval(q.YLo, q.YHi); ok {
		out = append(out, segment{f.at(q.X, lo), f.at(q.X, hi)})
	}
	return out
}
