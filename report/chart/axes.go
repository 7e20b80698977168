package chart

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"conpar/report/words"
)

// axis is one axis of a chart: its range and the values written beside it.
type axis struct {
	room
	ticks []float64
}

// span is a range of values.
type span struct{ lo, hi float64 }

// spanOf returns the range of all points and laws in X or Y, with intervals.
func spanOf(ss []Series, of func(Point) (v, lo, hi float64)) span {
	sp := span{math.Inf(1), math.Inf(-1)}
	for _, s := range ss {
		for _, p := range slices.Concat(s.Points, s.Law) {
			v, lo, hi := of(p)
			sp = sp.with(v)
			if lo, hi, ok := interval(lo, hi); ok {
				sp = sp.with(lo).with(hi)
			}
		}
	}
	return sp
}

func inX(p Point) (v, lo, hi float64) { return p.X, p.XLo, p.XHi }
func inY(p Point) (v, lo, hi float64) { return p.Y, p.YLo, p.YHi }

func (sp span) with(v float64) span { return span{min(sp.lo, v), max(sp.hi, v)} }

// widen makes a logarithmic range at least the given factor wide, about its middle: equal values get a range too.
func (sp span) widen(factor float64) span {
	if sp.hi/sp.lo >= factor {
		return sp
	}
	mid := math.Sqrt(sp.lo) * math.Sqrt(sp.hi)
	return span{mid / math.Sqrt(factor), mid * math.Sqrt(factor)}
}

// pad adds a share of a logarithmic range below and above.
func (sp span) pad(below, above float64) span {
	k := math.Log(sp.hi / sp.lo)
	return span{sp.lo * math.Exp(-k*below), sp.hi * math.Exp(k*above)}
}

func (sp span) has(v float64) bool { return v >= sp.lo && v <= sp.hi }

// room is where an axis has to put its labels.
type room struct {
	log    bool
	span   span
	length vg.Length
	gap    vg.Length                    // at least, between labels that we choose
	each   vg.Length                    // of the axis for every such label, on average
	size   func(label string) vg.Length // along the axis
}

// along returns the room of an axis of the given length. On a vertical axis every label is one line high.
func (p pen) along(vertical, log bool, sp span, length vg.Length) room {
	size := p.tickSize()
	r := room{log: log, span: sp, length: length, gap: size * 1.4, each: size * 3}
	r.size = func(label string) vg.Length {
		if vertical {
			return size
		}
		return run{s: label, size: size}.width()
	}
	if !vertical {
		r.gap, r.each = size*2.2, size*6.5
	}
	return r
}

func (r room) pos(v float64) vg.Length { return r.length * vg.Length(r.part(v)) }

// part returns where v lies between 0, the lower end of the range, and 1, the upper one.
func (r room) part(v float64) float64 {
	if r.log {
		return math.Log(v/r.span.lo) / math.Log(r.span.hi/r.span.lo)
	}
	return (v - r.span.lo) / (r.span.hi - r.span.lo)
}

// within returns the values of vs that lie in range, sorted, each once.
func (r room) within(vs []float64) []float64 {
	var out []float64
	for _, v := range vs {
		if r.span.has(v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fits reports whether the labels of all vs, sorted, have room beside each other with some gap.
func (r room) fits(vs []float64, gap vg.Length) bool {
	for i := 1; i < len(vs); i++ {
		a, b := vs[i-1], vs[i]
		if r.pos(b)-r.pos(a) < (r.size(number(a))+r.size(number(b)))/2+gap {
			return false
		}
	}
	return true
}

// tight is the gap between labels whose values are given.
const tight = 8

// greedy keeps each value whose label still has room beside those kept before it: the first ones matter most.
func (r room) greedy(vs ...float64) []float64 {
	var out []float64
	for _, v := range vs {
		if next := r.within(append(slices.Clone(out), v)); r.fits(next, tight) {
			out = next
		}
	}
	return out
}

// fewLabels is how many labels may stand closer than a quiet axis has them.
const fewLabels = 4

// first returns the first of some sets of values that has at least two in range and room for all.
func (r room) first(sets ...[]float64) []float64 {
	var best []float64
	for _, s := range sets {
		vs := r.within(s)
		if len(vs) > fewLabels && vg.Length(len(vs))*r.each > r.length || !r.fits(vs, r.gap) {
			continue
		}
		if len(vs) >= 2 {
			return vs
		}
		if len(best) == 0 {
			best = vs
		}
	}
	if len(best) == 0 {
		best = r.greedy(r.span.lo, r.span.hi)
	}
	return best
}

// powers returns sets of powers of two, from dense to sparse.
func (r room) powers() [][]float64 { return r.logarithmic(math.Exp2, []float64{1}) }

// decimals returns sets of round decimal values, from dense to sparse.
func (r room) decimals() [][]float64 {
	ten := func(e float64) float64 { return math.Pow10(int(e)) }
	return r.logarithmic(ten, []float64{1, 1.5, 2, 3, 5}, []float64{1, 2, 5}, []float64{1, 3}, []float64{1})
}

// logarithmic returns the multiples of all powers, and then the last ones of
// every second power, every third, and so on.
func (r room) logarithmic(power func(e float64) float64, multiples ...[]float64) [][]float64 {
	base := math.Log(power(1))
	lo, hi := math.Floor(math.Log(r.span.lo)/base), math.Ceil(math.Log(r.span.hi)/base)
	var sets [][]float64
	for i := range len(multiples) + 11 {
		step := float64(max(1, i+2-len(multiples)))
		var s []float64
		for e := math.Floor(lo/step) * step; e <= hi; e += step {
			for _, m := range multiples[min(i, len(multiples)-1)] {
				s = append(s, m*power(e))
			}
		}
		sets = append(sets, s)
	}
	return sets
}

// even returns sets of evenly spaced round values, from dense to sparse.
func (r room) even() [][]float64 {
	const most = 12
	var sets [][]float64
	width := r.span.hi - r.span.lo
	e := math.Floor(math.Log10(width)) - 1
	for ; e <= math.Ceil(math.Log10(width)); e++ {
		for _, d := range []float64{1, 2, 2.5, 5} {
			step := d * math.Pow10(int(e))
			if width/step > most {
				continue
			}
			var s []float64
			for i := math.Ceil(r.span.lo / step); i <= math.Floor(r.span.hi/step); i++ {
				s = append(s, i*step)
			}
			sets = append(sets, s)
		}
	}
	return sets
}

// aroundOne chooses the labels of a logarithmic axis of ratios: evenly spaced ones where it is short.
func (r room) aroundOne() []float64 {
	if r.span.hi/r.span.lo < 4 {
		return r.first(append(r.even(), r.decimals()...)...)
	}
	return r.first(r.decimals()...)
}

// cpuTicks chooses the labels of an axis of CPUs or of the gain from them: 1 and all of them first.
func (r room) cpuTicks(cpus float64) []float64 {
	vs := []float64{1, cpus}
	for v := cpus / 2; v > 1 && v == math.Trunc(v); v /= 2 {
		vs = append(vs, v)
	}
	sets := r.decimals()[2:]
	slices.Reverse(sets)
	for _, s := range sets {
		vs = append(vs, s...)
	}
	return r.greedy(append(vs, .5, 1.5)...)
}

// distinct returns the values of X in the data, if they are few enough to be written out.
func distinct(ss []Series) []float64 {
	var xs []float64
	for _, s := range ss {
		for _, p := range s.Points {
			xs = append(xs, p.X)
		}
	}
	slices.SortFunc(xs, cmp.Compare[float64])
	xs = slices.Compact(xs)
	if len(xs) > 12 {
		return nil
	}
	return xs
}

// counts chooses the labels of a logarithmic axis of goroutines: the measured numbers where they fit, else powers.
func (r room) counts(ss []Series) []float64 {
	xs := r.within(distinct(ss))
	if slices.ContainsFunc(xs, func(x float64) bool { return x != math.Trunc(x) }) { // measured, and not chosen
		return r.first(r.decimals()...)
	}
	if len(xs) > 1 && r.fits(xs, tight) {
		return xs
	}
	return r.first(r.powers()...)
}

// number writes a value briefly: 0.015, 4.2, 1,024, 1.5M.
func number(v float64) string {
	s := words.Exact(v)
	if a := math.Abs(v); a >= 1e6 && a < 1e15 {
		s = words.Number(v)
		digits, unit := s[:len(s)-1], s[len(s)-1:]
		if strings.Contains(digits, ".") {
			digits = strings.TrimRight(strings.TrimRight(digits, "0"), ".")
		}
		s = digits + unit
	}
	return s
}

// ratio writes the label of a value on an axis around 1, where a thousandth may matter: "1.005".
func ratio(v float64) string {
	if v > .1 && v < 10 {
		return strconv.FormatFloat(v, 'g', 6, 64) // not 1.0799999999999998
	}
	return number(v)
}

// frame is the axes of a chart in their box.
type frame struct {
	pen
	placer
	xs, ys      axis
	data        vg.Rectangle // between the axes
	texts       []placed     // names of the axes and of their ticks
	under, over []plotter    // what is drawn before and after the series
}

const (
	axisName   = 15 // height of the line above and below a plot that names its axis
	tickLength = 3.5
)

// newFrame lays out axes within box: as far to the left as the labels of the vertical axis let it, and as far to the
// right as those of the horizontal one.
func (p pen) newFrame(box vg.Rectangle, t Text, x, y axis) *frame {
	f := &frame{pen: p, xs: x, ys: y}
	size, full := p.tickSize(), box.Max.X-box.Min.X
	label := func(v float64, align text.XAlignment) run { return p.caption(number(v), align) }
	d := rectangle(box.Min.X, box.Min.Y+axisName+tickLength+size*1.4, box.Max.X, box.Max.Y-axisName-3)
	for _, v := range y.ticks {
		d.Min.X = max(d.Min.X, box.Min.X+label(v, text.XRight).width()+size*.28)
	}
	for _, v := range x.ticks {
		if part := vg.Length(x.part(v)); part > 0 {
			d.Max.X = min(d.Max.X, d.Min.X+(box.Max.X-label(v, text.XCenter).width()/2-d.Min.X)/part)
		}
	}
	f.data, f.bounds = d, grow(d, -1.5)
	put := func(r run, x, y vg.Length) { f.texts = append(f.texts, placed{r, vg.Point{X: x, Y: y}}) }
	for _, v := range x.ticks {
		put(label(v, text.XCenter), f.x(v), d.Min.Y-tickLength-size*1.05)
	}
	for _, v := range y.ticks {
		put(label(v, text.XRight), d.Min.X-size*.28, f.y(v)-size*capHeight/2)
	}
	xn := p.caption(t.X, text.XCenter).fit(full)
	mid := min(max((d.Min.X+d.Max.X)/2, box.Min.X+xn.width()/2), box.Max.X-xn.width()/2)
	put(p.caption(t.Y, text.XLeft).fit(full), box.Min.X, box.Max.Y-size)
	put(xn, mid, box.Min.Y+size*descender)
	return f
}

// at returns where a point of the data is drawn.
func (f *frame) at(x, y float64) vg.Point { return vg.Point{X: f.x(x), Y: f.y(y)} }

func (f *frame) x(v float64) vg.Length {
	return f.data.Min.X + (f.data.Max.X-f.data.Min.X)*vg.Length(f.xs.part(v))
}

func (f *frame) y(v float64) vg.Length {
	return f.data.Min.Y + (f.data.Max.Y-f.data.Min.Y)*vg.Length(f.ys.part(v))
}

// area returns the path around a rectangle of the data.
func (f *frame) area(x0, y0, x1, y1 float64) vg.Path {
	return vg.Rectangle{Min: f.at(x0, y0), Max: f.at(x1, y1)}.Path()
}

// across and upright return the lines through the whole chart at a value.
func (f *frame) across(y float64) segment {
	return segment{vg.Point{X: f.data.Min.X, Y: f.y(y)}, vg.Point{X: f.data.Max.X, Y: f.y(y)}}
}

func (f *frame) upright(x float64) segment {
	return segment{vg.Point{X: f.x(x), Y: f.data.Min.Y}, vg.Point{X: f.x(x), Y: f.data.Max.Y}}
}

// rule draws a line that means something: dashed where it is a limit.
func (f *frame) rule(c draw.Canvas, l segment, limit bool) {
	sty := draw.LineStyle{Color: f.ink(roleAxis), Width: .9}
	if limit {
		sty = draw.LineStyle{Color: f.ink(roleFaint), Width: 1.1, Dashes: dashes[1]}
	}
	l.stroke(c, sty)
}

func (s segment) stroke(c draw.Canvas, sty draw.LineStyle) {
	c.StrokeLine2(sty, s.a.X, s.a.Y, s.b.X, s.b.Y)
}

// plotter draws part of a chart.
type plotter func(c draw.Canvas)

// grid draws lines at the ticks.
func (f *frame) grid(c draw.Canvas, upright bool) {
	sty := draw.LineStyle{Color: f.ink(roleGrid), Width: .8}
	for _, v := range f.ys.ticks {
		f.across(v).stroke(c, sty)
	}
	if upright {
		for _, v := range f.xs.ticks {
			f.upright(v).stroke(c, sty)
		}
	}
}

// draw draws the axes, the marks with what is under and over them, and the labels.
func (f *frame) draw(c draw.Canvas, marks plotter) {
	sty := draw.LineStyle{Color: f.ink(roleAxis), Width: .8}
	low := f.data.Min.Y
	c.StrokeLine2(sty, f.data.Min.X, low, f.data.Max.X, low)
	for _, v := range f.xs.ticks {
		c.StrokeLine2(sty, f.x(v), low, f.x(v), low-tickLength)
	}
	for _, n := range f.texts {
		f.write(c, n.run, n.at)
	}
	for _, part := range slices.Concat(f.under, []plotter{marks}, f.over) {
		part(c)
	}
	for _, t := range f.tags {
		t.draw(f.pen, c)
	}
}
