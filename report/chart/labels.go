package chart

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// segment is part of a line that labels should not cross.
type segment struct{ a, b vg.Point }

// placer finds places for labels: none on another or on a marker, none out of bounds, as few as possible across lines.
// A label that ends up far from its point gets a leader.
type placer struct {
	bounds vg.Rectangle
	taken  []vg.Rectangle
	lines  []segment
	tags   []tag // that found a place
}

// tag is a label with its place.
type tag struct {
	run    run
	at     vg.Point // of its baseline
	leader []vg.Point
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

func inside(in, r vg.Rectangle) bool {
	return r.Min.X >= in.Min.X && r.Max.X <= in.Max.X && r.Min.Y >= in.Min.Y && r.Max.Y <= in.Max.Y
}

func grow(r vg.Rectangle, by vg.Length) vg.Rectangle {
	return rectangle(r.Min.X-by, r.Min.Y-by, r.Max.X+by, r.Max.Y+by)
}

// rectangle returns the one between two corners.
func rectangle(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

// about returns the square around p.
func about(p vg.Point, r vg.Length) vg.Rectangle {
	return grow(vg.Rectangle{Min: p, Max: p}, r)
}

// meets reports whether s passes through r, by clipping (Liang and Barsky 1984).
func (s segment) meets(r vg.Rectangle) bool {
	t0, t1 := 0., 1.
	dx, dy := float64(s.b.X-s.a.X), float64(s.b.Y-s.a.Y)
	for _, e := range [4][2]float64{
		{-dx, float64(s.a.X - r.Min.X)}, {dx, float64(r.Max.X - s.a.X)},
		{-dy, float64(s.a.Y - r.Min.Y)}, {dy, float64(r.Max.Y - s.a.Y)},
	} {
		p, q := e[0], e[1]
		if p == 0 {
			if q < 0 {
				return false
			}
			continue
		}
		if t := q / p; p < 0 {
			t0 = max(t0, t)
		} else {
			t1 = min(t1, t)
		}
	}
	return t0 <= t1
}

// block keeps labels off the markers of a series, and prefers them off its line and bars.
func (f *frame) block(s Series, r vg.Length) {
	pts := f.path(s.Points)
	f.avoid(pts...)
	f.avoid(f.path(s.Law)...)
	for i, p := range pts {
		f.taken = append(f.taken, about(p, r+1.5))
		f.lines = append(f.lines, f.barEnds(s.Points[i])...)
	}
}

// avoid keeps labels off the line through points, where they can.
func (pl *placer) avoid(pts ...vg.Point) {
	for i := 1; i < len(pts); i++ {
		pl.lines = append(pl.lines, segment{pts[i-1], pts[i]})
	}
}

// box returns the room that r takes when its baseline starts, centres or ends at the given point.
func (r run) box(at vg.Point) vg.Rectangle {
	w := r.width()
	x := at.X + w*vg.Length(r.align)
	return vg.Rectangle{
		Min: vg.Point{X: x - 1, Y: at.Y - r.size*descender},
		Max: vg.Point{X: x + w + 1, Y: at.Y + r.size*.8},
	}
}

// free reports whether a box lies within bounds and on nothing.
func (pl *placer) free(b vg.Rectangle) bool {
	if !inside(pl.bounds, b) {
		return false
	}
	for _, t := range pl.taken {
		if overlap(t, b) {
			return false
		}
	}
	return true
}

// crossings counts the lines through a box.
func (pl *placer) crossings(b vg.Rectangle) int {
	n := 0
	for _, s := range pl.lines {
		if s.meets(b) {
			n++
		}
	}
	return n
}

// directions in which a label may stand from its point, best first.
var directions = [...]vg.Point{
	{X: 1}, {X: .8, Y: .6}, {X: .8, Y: -.6}, {Y: 1}, {Y: -1}, {X: -1}, {X: .4, Y: .92}, {X: .4, Y: -.92},
	{X: -.8, Y: .6}, {X: -.8, Y: -.6}, {X: -.4, Y: .92}, {X: -.4, Y: -.92},
}

// around returns the places for r around a marker of radius rad, at most reach away, the nearest first.
func around(r run, at vg.Point, rad, reach vg.Length) []tag {
	const beside = 6 // up to here it is plain which marker it is; beyond, the label repeats it and has a leader
	var places []tag
	for d := vg.Length(3); d <= reach; d += 6 {
		for _, dir := range directions {
			from := at.Add(dir.Scale(rad + d))
			t := tag{run: r, at: vg.Point{X: from.X, Y: from.Y - r.size*capHeight*(1-dir.Y)/2}}
			switch {
			case dir.X > .2:
				t.run.align = text.XLeft
			case dir.X < -.2:
				t.run.align = text.XRight
			default:
				t.run.align = text.XCenter
			}
			if d > beside {
				t.leader = []vg.Point{at.Add(dir.Scale(rad + 1)), from}
			} else {
				t.run.glyph = nil
			}
			places = append(places, t)
		}
	}
	return places
}

// anchor is where a text starts or ends.
type anchor struct {
	x     vg.Length
	align text.XAlignment
}

func rightOf(x vg.Length) anchor { return anchor{x, text.XLeft} }
func leftOf(x vg.Length) anchor  { return anchor{x, text.XRight} }

// places returns where r may stand: the first wording first, and for each, at every height, every anchor.
func (r run) places(wordings []string, heights []vg.Length, anchors ...anchor) []tag {
	var places []tag
	for _, r.s = range wordings {
		for _, y := range heights {
			for _, a := range anchors {
				r.align = a.align
				places = append(places, tag{run: r, at: vg.Point{X: a.x, Y: y}})
			}
		}
	}
	return places
}

// blocked reports whether a leader would run through anything but what stands at its own marker.
func (pl *placer) blocked(leader []vg.Point) bool {
	if len(leader) == 0 {
		return false
	}
	own := about(leader[0], 3)
	return slices.ContainsFunc(pl.taken, func(t vg.Rectangle) bool {
		return !overlap(t, own) && segment{leader[0], leader[1]}.meets(t)
	})
}

func (pl *placer) take(t tag) {
	pl.tags = append(pl.tags, t)
	pl.taken = append(pl.taken, t.run.box(t.at))
	if len(t.leader) > 1 {
		pl.lines = append(pl.lines, segment{t.leader[0], t.leader[len(t.leader)-1]})
	}
}

// The lines that may run through a name, which has a place in the keys too, and through any other text.
const (
	throughName = 2
	throughText = 8
)

// put takes the place that fewest lines run through, at most so many, and of such the first. It reports whether there
// is one.
func (pl *placer) put(places []tag, most int) bool {
	for crossed := range most + 1 {
		for _, t := range places {
			if b := t.run.box(t.at); pl.free(b) && pl.crossings(b) <= crossed && !pl.blocked(t.leader) {
				pl.take(t)
				return true
			}
		}
	}
	return false
}

// spread moves ascending heights apart until they are at least gap from each other and within lo and hi, moving them
// as little as possible in the sum of squares (isotonic regression, by pooling adjacent violators). It reports false
// where there is no room.
func spread(ys []vg.Length, gap, lo, hi vg.Length) ([]vg.Length, bool) {
	type pile struct{ sum, n vg.Length } // of neighbours that touch: their heights, each less its place
	var piles []pile
	for i, y := range ys {
		p := pile{y - gap*vg.Length(i), 1}
		for n := len(piles); n > 0 && piles[n-1].sum/piles[n-1].n > p.sum/p.n; n-- {
			p.sum, p.n = p.sum+piles[n-1].sum, p.n+piles[n-1].n
			piles = piles[:n-1]
		}
		piles = append(piles, p)
	}
	hi -= gap * vg.Length(len(ys)-1)
	var out []vg.Length
	for _, p := range piles {
		for range int(p.n) {
			out = append(out, max(lo, min(hi, p.sum/p.n))+gap*vg.Length(len(out)))
		}
	}
	return out, lo <= hi
}

// stack writes labels to the right of points that share their X, in ascending order, one above the other, with a leader
// to each that could not stay at its point's height. It reports whether every label found a free place; nothing is
// taken if not.
func (pl *placer) stack(rs []run, at []vg.Point, x vg.Length) bool {
	var own []vg.Length
	for _, p := range at {
		own = append(own, p.Y)
	}
	half := rs[0].size * .7
	ys, ok := spread(own, rs[0].size*1.25, pl.bounds.Min.Y+half, pl.bounds.Max.Y-half)
	moved := vg.Length(0)
	for i := range ys {
		moved = max(moved, ys[i]-own[i], own[i]-ys[i])
	}
	indent := vg.Length(4)
	if moved > 3 {
		indent = 16 // for the leaders
	}
	var tags []tag
	for i, r := range rs {
		if max(ys[i]-own[i], own[i]-ys[i]) <= 3 {
			r.glyph = nil // its marker stands right before it
		}
		t := tag{run: r, at: vg.Point{X: x + indent, Y: ys[i] - r.size*capHeight/2}}
		b := r.box(t.at)
		ok = ok && pl.free(b) && pl.crossings(b) == 0
		if moved > 3 {
			t.leader = []vg.Point{{X: x + 1, Y: own[i]}, {X: x + indent - 3, Y: ys[i]}}
		}
		tags = append(tags, t)
	}
	if ok {
		for _, t := range tags {
			pl.take(t)
		}
	}
	return ok
}

// draw writes a label and its leader.
func (t tag) draw(p pen, c draw.Canvas) {
	if len(t.leader) > 1 {
		c.StrokeLines(draw.LineStyle{Color: p.ink(t.run.role).fade(.55), Width: .8}, t.leader)
	}
	p.write(c, t.run, t.at)
}

// names returns the drawn name of every series, in its colour and beside its marker.
func (p pen) names(ss []Series, ls []look) []run {
	out := make([]run, len(ss))
	for i, s := range ss {
		full := clean(s.Name)
		short := shorten(full, nameLimit)
		out[i] = run{s: short, size: p.labelSize(), semi: true, role: ls[i].role, glyph: &ls[i]}
		if short != full {
			out[i].tip = shorten(full, 400)
		}
	}
	return out
}

// beside writes the name of each series at one of its points, the last if possible. It notes which found room.
func (f *frame) beside(ss []Series, rs []run, rad vg.Length, named []bool) {
	for i, r := range rs {
		for _, q := range slices.Backward(ss[i].Points) {
			if !named[i] && r.width() <= marginMax {
				named[i] = f.put(around(r, f.at(q.X, q.Y), rad, 60), throughName)
			}
		}
	}
}

// ends writes the names of series at the right ends of their lines: those that end together in one stack, the
// rightmost ones in the margin. It notes which found room.
func (f *frame) ends(ss []Series, rs []run, rad vg.Length, named []bool) {
	const together = 3
	order := make([]int, len(ss))
	ends := make([]vg.Point, len(ss))
	for i, s := range ss {
		order[i] = i
		q := s.Points[len(s.Points)-1]
		ends[i] = f.at(q.X, q.Y)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ends[b].X, ends[a].X) })
	for len(order) > 0 {
		n := 1
		for n < len(order) && ends[order[0]].X-ends[order[n]].X <= together {
			n++
		}
		group, x := order[:n], ends[order[0]].X+rad+2
		slices.SortStableFunc(group, func(a, b int) int { return cmp.Compare(ends[a].Y, ends[b].Y) })
		var names []run
		var at []vg.Point
		for _, i := range group {
			names, at = append(names, rs[i]), append(at, ends[i])
		}
		ok := f.stack(names, at, x)
		for _, i := range group {
			named[i] = ok || f.put(around(rs[i], ends[i], rad, 50), 0)
		}
		order = order[n:]
	}
}
