package chart

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"conpar/report/words"
)

// axis is one axis of a chart: its range and the values written beside it.
type axis struct {
	name   string
	log    bool
	lo, hi float64
	ticks  []float64
}

// span is a range of values.
type span struct{ lo, hi float64 }

// spanOf returns the range of all points in X or Y with their intervals.
func spanOf(ss []Series, of func(Point) (v, lo, hi float64)) span {
	sp := span{math.Inf(1), math.Inf(-1)}
	for _, s := range ss {
		for _, p := range s.Points {
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

func (r room) pos(v float64) vg.Length {
	if r.log {
		return r.length * vg.Length(math.Log(v/r.span.lo)/math.Log(r.span.hi/r.span.lo))
	}
	return r.length * vg.Length((v-r.span.lo)/(r.span.hi-r.span.lo))
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

// powers returns sets of powers of two, from dense to sparse, in whole steps from 1.
func (r room) powers() [][]float64 {
	var sets [][]float64
	for step := 1.; step <= 10; step++ {
		var s []float64
		for e := math.Floor(math.Log2(r.span.lo)/step) * step; e <= math.Log2(r.span.hi); e += step {
			s = append(s, math.Exp2(e))
		}
		sets = append(sets, s)
	}
	return sets
}

// decimals returns sets of round decimal values, from dense to sparse.
func (r room) decimals() [][]float64 {
	lo, hi := int(math.Floor(math.Log10(r.span.lo))), int(math.Ceil(math.Log10(r.span.hi)))
	var sets [][]float64
	for _, digits := range [][]float64{{1, 1.5, 2, 3, 5}, {1, 2, 5}, {1, 3}} {
		if hi-lo > 6 {
			break
		}
		var s []float64
		for e := lo; e <= hi; e++ {
			for _, d := range digits {
				s = append(s, decimal(d, e))
			}
		}
		sets = append(sets, s)
	}
	for step := 1; step <= 12; step++ {
		var s []float64
		for e := lo - mod(lo, step); e <= hi; e += step {
			s = append(s, decimal(1, e))
		}
		sets = append(sets, s)
	}
	return sets
}

// decimal returns d × 10^e, rounded as the literal would be.
func decimal(d float64, e int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(d, 'f', -1, 64)+"e"+strconv.Itoa(e), 64)
	return v
}

func mod(a, n int) int { return (a%n + n) % n }

// linear returns sets of evenly spaced round values from 0, from dense to sparse.
func (r room) linear() [][]float64 {
	var sets [][]float64
	e := int(math.Floor(math.Log10(r.span.hi))) - 1
	for ; e <= int(math.Ceil(math.Log10(r.span.hi))); e++ {
		for _, d := range []float64{1, 2, 2.5, 5} {
			step := decimal(d, e)
			if n := r.span.hi / step; n < 8 {
				var s []float64
				for i := 0.; i <= n; i++ {
					s = append(s, decimal(d*i, e))
				}
				sets = append(sets, s)
			}
		}
	}
	return sets
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
	if xs := r.within(distinct(ss)); len(xs) > 1 && r.fits(xs, tight) {
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

// nearOne returns sets of values from dense to sparse, evenly spaced around 1.
func (r room) nearOne() [][]float64 {
	var sets [][]float64
	for e := -5; e <= 0; e++ {
		for _, d := range []float64{1, 2, 5} {
			step := decimal(d, e)
			from, to := math.Ceil((r.span.lo-1)/step), math.Floor((r.span.hi-1)/step)
			const most = 40
			if to-from > most {
				continue
			}
			var s []float64
			for i := from; i <= to; i++ {
				v, _ := strconv.ParseFloat(strconv.FormatFloat(1+i*step, 'f', 6, 64), 64) // not 1.0799999999999998
				s = append(s, v)
			}
			sets = append(sets, s)
		}
	}
	return sets
}

// aroundOne chooses the labels of a logarithmic axis of ratios: evenly spaced ones where it is short, else decimals.
func (r room) aroundOne() []float64 {
	if r.span.hi/r.span.lo < 4 {
		return r.first(append(r.nearOne(), r.decimals()...)...)
	}
	return r.first(r.decimals()...)
}

// ratio writes the label of a value on an axis around 1, where a thousandth may matter: "1.005".
func ratio(v float64) string {
	if v > .1 && v < 10 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return number(v)
}

// frame is the axes of a chart in their box. The names of the axes are written by us, because gonum/plot turns that of
// the vertical one and makes room for that of a logarithmic one at the arithmetic middle of its range.
type frame struct {
	pen
	p      *plot.Plot
	box    vg.Rectangle // of plot and labels of the ticks
	data   vg.Rectangle // between the axes
	titles []placed     // names of the axes
}

// axisName is the height of the line above and below a plot that names its axis.
const axisName = 15

// newFrame lays out axes within box, leaving room at the right for labels.
func (p pen) newFrame(box vg.Rectangle, x, y axis) *frame {
	f := &frame{pen: p, p: p.newPlot(x, y), box: box}
	f.box.Min.Y += axisName
	f.box.Max.Y -= axisName + 3
	d := f.p.DataCanvas(draw.Canvas{Rectangle: f.box})
	f.data = d.Rectangle
	size := p.tickSize()
	full := box.Max.X - box.Min.X
	xn := run{s: x.name, size: size, role: roleMuted, align: text.XCenter}.fit(full)
	mid := (f.data.Min.X + f.data.Max.X) / 2
	mid = min(max(mid, box.Min.X+xn.width()/2), box.Max.X-xn.width()/2)
	yn := run{s: y.name, size: size, role: roleMuted}.fit(full)
	f.titles = []placed{
		{yn, vg.Point{X: box.Min.X, Y: box.Max.Y - size}},
		{xn, vg.Point{X: mid, Y: box.Min.Y + size*descender}},
	}
	return f
}

// newPlot returns an empty plot in our style.
func (p pen) newPlot(x, y axis) *plot.Plot {
	pl := plot.New()
	pl.BackgroundColor = nil
	h := inter().handler
	pl.TextHandler = h
	for _, a := range []struct {
		to   *plot.Axis
		from axis
	}{{&pl.X, x}, {&pl.Y, y}} {
		a.to.Min, a.to.Max = a.from.lo, a.from.hi
		if a.from.log {
			a.to.Scale = plot.LogScale{}
		}
		var ts plot.ConstantTicks
		for _, v := range a.from.ticks {
			ts = append(ts, plot.Tick{Value: v, Label: number(v)})
		}
		a.to.Tick.Marker = ts
		a.to.Padding = 0
		a.to.LineStyle = draw.LineStyle{Color: p.ink(roleAxis), Width: .8}
		a.to.Tick.LineStyle = a.to.LineStyle
		a.to.Tick.Length = 3.5
		a.to.Tick.Label.Font = font.From(inter().regular.Font, p.tickSize())
		a.to.Tick.Label.Color = p.ink(roleMuted)
		a.to.Tick.Label.Handler = h
		a.to.Label.TextStyle = a.to.Tick.Label // measured even where it is empty
	}
	pl.Y.LineStyle.Width, pl.Y.Tick.LineStyle.Width, pl.Y.Tick.Length = 0, 0, 0
	return pl
}

// at returns where a point of the data is drawn.
func (f *frame) at(x, y float64) vg.Point { return vg.Point{X: f.x(x), Y: f.y(y)} }

func (f *frame) x(v float64) vg.Length {
	return f.data.Min.X + (f.data.Max.X-f.data.Min.X)*vg.Length(f.p.X.Norm(v))
}

func (f *frame) y(v float64) vg.Length {
	return f.data.Min.Y + (f.data.Max.Y-f.data.Min.Y)*vg.Length(f.p.Y.Norm(v))
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
	c.StrokeLine2(sty, l.a.X, l.a.Y, l.b.X, l.b.Y)
}

// plotter lets a function take part in a plot.
type plotter func(c draw.Canvas)

// Plot is gonum/plot's Plotter. The function has the frame, which knows the data's place already.
func (fn plotter) Plot(c draw.Canvas, _ *plot.Plot) { fn(c) }

// grid draws lines at the ticks.
func (f *frame) grid(c draw.Canvas, upright bool) {
	sty := draw.LineStyle{Color: f.ink(roleGrid), Width: .8}
	for _, t := range f.p.Y.Tick.Marker.Ticks(f.p.Y.Min, f.p.Y.Max) {
		y := f.y(t.Value)
		c.StrokeLine2(sty, f.data.Min.X, y, f.data.Max.X, y)
	}
	if !upright {
		return
	}
	for _, t := range f.p.X.Tick.Marker.Ticks(f.p.X.Min, f.p.X.Max) {
		x := f.x(t.Value)
		c.StrokeLine2(sty, x, f.data.Min.Y, x, f.data.Max.Y)
	}
}

// draw draws the axes, then the marks in order.
func (f *frame) draw(c draw.Canvas, marks ...plotter) {
	for _, m := range marks {
		f.p.Add(m)
	}
	f.p.Draw(draw.Canvas{Canvas: c, Rectangle: f.box})
	for _, n := range f.titles {
		f.write(c, n.run, n.at)
	}
}
