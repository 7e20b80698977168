package chart

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shape is the form of a marker. The first are those of the kinds of work, in the order of their colours.
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
	var used [shapes]bool
	for _, s := range ss {
		used[s.role()-roleC1] = true
	}
	count := map[role]int{}
	next := circle
	var out []look
	for _, s := range ss {
		r := s.role()
		l := look{role: r, shape: shape(r - roleC1), dash: dashes[count[r]%len(dashes)]}
		l.hollow = len(s.Points) > 0 && !slices.ContainsFunc(s.Points, func(p Point) bool { return !p.Hollow })
		if count[r]++; count[r] > 1 {
			for n := 0; n < int(shapes) && used[next]; n++ {
				next = (next + 1) % shapes
			}
			l.shape, used[next] = next, true
			next = (next + 1) % shapes
		}
		out = append(out, l)
	}
	return out
}

func (l look) stroke(p pen, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: p.ink(l.role), Width: width, Dashes: l.dash}
}

// polygon returns the closed path through points given as angle (degrees, anticlockwise from the right) and radius in
// units of r.
func polygon(at vg.Point, r vg.Length, polar ...[2]float64) vg.Path {
	var corners []vg.Point
	for _, q := range polar {
		sin, cos := math.Sincos(q[0] * math.Pi / 180)
		corners = append(corners, at.Add(vg.Point{X: vg.Length(cos), Y: vg.Length(sin)}.Scale(r*vg.Length(q[1]))))
	}
	return poly(corners...)
}

// regular returns n corners, the first at the given angle. Radii take turns.
func regular(n int, first float64, radii ...float64) [][2]float64 {
	out := make([][2]float64, n)
	for i := range out {
		out[i] = [2]float64{first + 360*float64(i)/float64(n), radii[i%len(radii)]}
	}
	return out
}

// outlines are the regular shapes: how many corners, the angle of the first, and radii that take turns. Each looks as
// large as a circle of radius 1.
var outlines = map[shape]struct {
	corners int
	first   float64
	radii   []float64
}{
	square: {4, 45, []float64{1.25}}, triangle: {3, 90, []float64{1.38}}, nabla: {3, 270, []float64{1.38}},
	leftward: {3, 180, []float64{1.38}}, rightward: {3, 0, []float64{1.38}}, pentagon: {5, 90, []float64{1.18}},
	star: {10, 90, []float64{1.55, .7}}, plus: {12, -15, fat}, cross: {12, 30, fat},
}

// fat are the radii of a plus sign: two corners at the end of each arm, one between two arms.
var fat = []float64{1.43, 1.43, .64}

// path returns the outline of a marker.
func (s shape) path(at vg.Point, r vg.Length) vg.Path {
	if s == circle {
		var p vg.Path
		p.Move(vg.Point{X: at.X + r, Y: at.Y})
		p.Arc(at, r, 0, 2*math.Pi)
		p.Close()
		return p
	}
	o := outlines[s]
	return polygon(at, r, regular(o.corners, o.first, o.radii...)...)
}

// mark draws one marker with a halo that parts it from lines and neighbours.
func (p pen) mark(c vg.Canvas, l look, at vg.Point, r vg.Length, hollow bool) {
	path := l.shape.path(at, r)
	if !hollow && !l.hollow {
		p.outline(c, roleBG, 2.2, path)
		p.fill(c, l.role, 1, path)
		return
	}
	p.outline(c, roleBG, 3.4, path)
	p.fill(c, roleBG, 1, path)
	p.outline(c, l.role, 1.5, path)
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

// line joins points of a series.
func (f *frame) line(c draw.Canvas, name string, ps []Point, sty draw.LineStyle) {
	if len(ps) < 2 {
		return
	}
	group(c, "ln", shorten(clean(name), 400), func() { c.StrokeLines(sty, f.path(ps)) })
}

// path returns where points are drawn.
func (f *frame) path(ps []Point) []vg.Point {
	pts := make([]vg.Point, len(ps))
	for i, q := range ps {
		pts[i] = f.at(q.X, q.Y)
	}
	return pts
}

// intervals shades those in Y of neighbouring points as a band, if there may be any, and draws a bar where a point with
// an interval has no neighbour with one.
func (f *frame) intervals(c draw.Canvas, s Series, l look, bands bool) {
	var run []Point
	flush := func() {
		switch {
		case len(run) > 1 && bands:
			var pts []vg.Point
			for _, q := range run {
				pts = append(pts, f.at(q.X, q.YLo))
			}
			for i := len(run) - 1; i >= 0; i-- {
				pts = append(pts, f.at(run[i].X, run[i].YHi))
			}
			c.FillPolygon(f.ink(l.role).fade(.17), pts)
		default:
			for _, q := range run {
				f.bar(c, q, l)
			}
		}
		run = run[:0]
	}
	for _, q := range s.Points {
		if _, _, ok := interval(q.YLo, q.YHi); ok || !bands {
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
