package chart

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// segment is part of a line that labels should not cross.
type segment struct{ a, b vg.Point }

// placer finds places for labels: none on another or on a marker, none out of bounds, as few as possible across lines.
// Candidates around the anchor are tried in rings. A label that ends up far away gets a leader.
type placer struct {
	bounds vg.Rectangle
	taken  []vg.Rectangle
	lines  []segment
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
	return vg.Rectangle{Min: vg.Point{X: r.Min.X - by, Y: r.Min.Y - by}, Max: vg.Point{X: r.Max.X + by, Y: r.Max.Y + by}}
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
func (pl *placer) block(f *frame, s Series, r vg.Length) {
	pts := f.path(s)
	for i, p := range pts {
		pl.taken = append(pl.taken, about(p, r+1.5))
		if i > 0 {
			pl.lines = append(pl.lines, segment{pts[i-1], p})
		}
		pl.lines = append(pl.lines, f.barEnds(s.Points[i])...)
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
var directions = [...]struct {
	x, y vg.Length
	cost float64
}{
	{1, 0, 0}, {.8, .6, .2}, {.8, -.6, .25}, {0, 1, .4}, {0, -1, .5}, {-.8, .6, .6}, {-.8, -.6, .7}, {-1, 0, .5},
	{.4, .92, .5}, {.4, -.92, .55}, {-.4, .92, .8}, {-.4, -.92, .9},
}

// crossingsMax is how many lines may run through a label beside a point that has no better place.
const crossingsMax = 2

// beside finds the best place for r around a marker of radius rad, at most reach away and across at most
// so many lines, and takes it. Where markers crowd, every label has a leader.
func (pl *placer) beside(r run, at vg.Point, rad, reach vg.Length, crowd bool, most int) (tag, bool) {
	best, found := math.Inf(1), tag{}
	ring, led := 0, 2
	if crowd {
		led = 0
	}
	for d := vg.Length(3); d <= reach && best > float64(ring); d += 6 {
		if crowd && ring == 0 {
			d += 5
		}
		for _, dir := range directions {
			from := at.Add(vg.Point{X: dir.x * (rad + d), Y: dir.y * (rad + d)})
			c := r
			base := vg.Point{X: from.X, Y: from.Y - r.size*capHeight*(1-dir.y)/2}
			switch {
			case dir.x > .2:
				c.align = text.XLeft
			case dir.x < -.2:
				c.align = text.XRight
			default:
				c.align = text.XCenter
			}
			b := c.box(base)
			over := pl.crossings(b)
			if over > most || !pl.free(b) {
				continue
			}
			t := tag{run: c, at: base}
			if ring >= led {
				start := at.Add(vg.Point{X: dir.x * (rad + 1), Y: dir.y * (rad + 1)})
				if pl.blocked(segment{start, from}, about(at, rad+2)) {
					continue
				}
				t.leader = []vg.Point{start, from}
			}
			if cost := float64(ring) + dir.cost + 6*float64(over); cost < best {
				best, found = cost, t
			}
		}
		ring++
	}
	if math.IsInf(best, 1) {
		return tag{}, false
	}
	pl.take(found)
	return found, true
}

// blocked reports whether a leader would run through anything but what stands at its own marker.
func (pl *placer) blocked(s segment, own vg.Rectangle) bool {
	for _, t := range pl.taken {
		if !overlap(t, own) && s.meets(t) {
			return true
		}
	}
	return false
}

func (pl *placer) take(t tag) {
	pl.taken = append(pl.taken, t.run.box(t.at))
	if len(t.leader) > 1 {
		pl.lines = append(pl.lines, segment{t.leader[0], t.leader[len(t.leader)-1]})
	}
}

// anywhere takes the first free one of some places without lines through it, else the first free one. It returns that
// one, or nothing.
func (pl *placer) anywhere(places []tag) []tag {
	for _, crossed := range []bool{false, true} {
		for _, t := range places {
			if b := t.run.box(t.at); pl.free(b) && (crossed || pl.crossings(b) == 0) {
				pl.take(t)
				return []tag{t}
			}
		}
	}
	return nil
}

// spread moves heights apart until they are at least gap from each other and within lo and hi, moving them as little
// as possible in the sum of squares. It reports false where there is no room. (Isotonic regression by its min-max
// formula; pushing pairs apart repeatedly, as the usual loop does, may not settle.)
func spread(ys []vg.Length, gap, lo, hi vg.Length) ([]vg.Length, bool) {
	n := len(ys)
	hi -= vg.Length(n-1) * gap
	if hi < lo {
		return nil, false
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ys[a], ys[b]) })
	sums := make([]vg.Length, n+1) // of the heights, each less its place
	for i, k := range order {
		sums[i+1] = sums[i] + ys[k] - gap*vg.Length(i)
	}
	out := make([]vg.Length, n)
	for i, k := range order {
		y := lo
		for from := range i + 1 {
			least := hi
			for to := i + 1; to <= n; to++ {
				least = min(least, (sums[to]-sums[from])/vg.Length(to-from))
			}
			y = max(y, least)
		}
		out[k] = y + gap*vg.Length(i)
	}
	return out, true
}

// stack writes labels to the right of points that share their X, one below the other, with a leader to each that
// could not stay at its point's height. Room reports whether every label found a free place; nothing is taken if not.
func (pl *placer) stack(rs []run, at []vg.Point, x vg.Length) ([]tag, bool) {
	ys := make([]vg.Length, len(at))
	for i, p := range at {
		ys[i] = p.Y
	}
	gap := rs[0].size * 1.25
	half := rs[0].size * .7
	ys, ok := spread(ys, gap, pl.bounds.Min.Y+half, pl.bounds.Max.Y-half)
	if !ok {
		return nil, false
	}
	moved := vg.Length(0)
	for i := range ys {
		moved = max(moved, vg.Length(math.Abs(float64(ys[i]-at[i].Y))))
	}
	indent := vg.Length(4)
	if moved > 3 {
		indent = 16 // for the leaders
	}
	tags := make([]tag, len(rs))
	for i, r := range rs {
		t := tag{run: r, at: vg.Point{X: x + indent, Y: ys[i] - r.size*capHeight/2}}
		if b := r.box(t.at); !pl.free(b) || pl.crossings(b) > 0 {
			return nil, false
		}
		if moved > 3 {
			t.leader = []vg.Point{{X: x + 1, Y: at[i].Y}, {X: x + indent - 3, Y: ys[i]}}
		}
		tags[i] = t
	}
	for _, t := range tags {
		pl.take(t)
	}
	return tags, true
}

// draw writes a label and its leader.
func (t tag) draw(p pen, c draw.Canvas) {
	if len(t.leader) > 1 {
		c.StrokeLines(draw.LineStyle{Color: p.ink(t.run.role).fade(.55), Width: .8}, t.leader)
	}
	p.write(c, t.run, t.at)
}

// names returns the drawn name of every series, in its colour.
func (p pen) names(ss []Series, ls []look) []run {
	out := make([]run, len(ss))
	for i, s := range ss {
		full := clean(s.Name)
		short := shorten(full, nameLimit)
		out[i] = run{s: short, size: p.labelSize(), semi: true, role: ls[i].role}
		if short != full {
			out[i].tip = shorten(full, 400)
		}
	}
	return out
}

// keysOf returns a key for every series that is not named in the chart itself.
func (p pen) keysOf(ss []Series, ls []look, named []bool) []key {
	var out []key
	for i, r := range p.names(ss, ls) {
		if !named[i] {
			out = append(out, key{label: r.s, tip: r.tip, look: ls[i], line: len(ss[i].Points) > 1, dot: true})
		}
	}
	return out
}

// ends writes the names of series at the right ends of their lines: those that end together in one stack, the
// rightmost ones in the margin. It notes which found room.
func (f *frame) ends(pl *placer, ss []Series, ls []look, rs []run, rad vg.Length, named []bool) []tag {
	const together = 3
	order := make([]int, len(ss))
	ends := make([]vg.Point, len(ss))
	for i, s := range ss {
		order[i] = i
		q := s.Points[len(s.Points)-1]
		ends[i] = f.at(q.X, q.Y)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ends[b].X, ends[a].X) })
	var tags []tag
	for len(order) > 0 {
		n := 1
		for n < len(order) && ends[order[0]].X-ends[order[n]].X <= together {
			n++
		}
		group := order[:n]
		crowd := slices.ContainsFunc(group, func(i int) bool { return f.crowded(ss, i, ends[i], rad) })
		var names []run
		var at []vg.Point
		for _, i := range group {
			if crowd {
				rs[i].glyph = &ls[i]
			}
			names, at = append(names, rs[i]), append(at, ends[i])
		}
		stacked, ok := pl.stack(names, at, ends[group[0]].X+rad+2)
		tags = append(tags, stacked...)
		for k, i := range group {
			named[i] = ok
			if ok {
				continue
			}
			var t tag
			if t, named[i] = pl.beside(names[k], at[k], rad, 50, crowd, 0); named[i] {
				tags = append(tags, t)
			}
		}
		order = order[n:]
	}
	return tags
}

// remarks writes the labels of single points where there is room beside them.
func (f *frame) remarks(pl *placer, ss []Series, ls []look, rad vg.Length) []tag {
	var tags []tag
	for i, s := range ss {
		for _, q := range s.Points {
			r := f.remark(q.Label, ls[i].role)
			if r.s == "" {
				continue
			}
			if t, ok := pl.beside(r, f.at(q.X, q.Y), rad, 12, false, crossingsMax); ok {
				tags = append(tags, t)
			}
		}
	}
	return tags
}

func (p pen) remark(s string, r role) run {
	return run{s: shorten(clean(s), nameLimit), size: p.tickSize(), role: r}
}

// tagged writes labels.
func (f *frame) tagged(tags []tag) plotter {
	return func(c draw.Canvas) {
		for _, t := range tags {
			t.draw(f.pen, c)
		}
	}
}
