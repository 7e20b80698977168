package chart

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Mark is how the figure of a [Row] looks. Each has a shape of its own, for readers who cannot tell the colours.
type Mark uint8

// The marks.
const (
	Plain Mark   = iota // a filled dot without a meaning
	Good                // a filled dot: better, as predicted
	Bad                 // a cross: worse, not as predicted
	Same                // a filled square: no difference
	Open                // a hollow dot: not decided
	marks = iota        // their number
)

// Row is a figure with its intervals, in a line of [Ratios] or on a strip of its own.
type Row struct {
	Label string
	Mid   float64    // the figure
	Inner [2]float64 // its 95% interval; NaN or both 0: none
	Outer [2]float64 // its corrected interval: an end may be infinite
	Mark  Mark
	Tip   string // tooltip; empty: the label

	Text string // of Ratios: the figure as it is written

	// Of Strips: the region where the figure was predicted, ∓Inf where it is open,
	// and whether its bounds are not part of it, which tells "> 0" from "≥ 0". Muted
	// is drawn in grey: it cannot fail.
	Lo, Hi        float64
	Strict, Muted bool
}

// cleaned returns r with texts that may be drawn.
func (r Row) cleaned() Row {
	r.Tip = shorten(clean(cmp.Or(r.Tip, r.Label)), 1000)
	r.Label, r.Text = shorten(clean(r.Label), 400), shorten(clean(r.Text), 400)
	return r
}

// checkRow names the row in what check finds.
func checkRow(kind string, i int, r Row, check func(Row) error) error {
	err := check(r)
	if err == nil && r.Mark >= marks {
		err = fmt.Errorf("the mark %d is unknown", r.Mark)
	}
	for _, e := range [][2]float64{r.Inner, r.Outer} {
		if err == nil && e[0] > e[1] {
			err = fmt.Errorf("%v to %v is no interval", e[0], e[1])
		}
	}
	if err != nil {
		return fmt.Errorf("chart: %s: line %d, %s: %w", kind, i+1, strconv.Quote(shorten(r.Label, nameLimit)), err)
	}
	return nil
}

// look returns how r is drawn.
func (r Row) look() look {
	l := [marks]look{
		Plain: {role: roleC1, shape: circle},
		Good:  {role: roleC3, shape: circle},
		Bad:   {role: roleC2, shape: cross},
		Same:  {role: roleC6, shape: square},
		Open:  {role: roleC6, shape: circle, hollow: true},
	}[r.Mark]
	if r.Muted {
		l.role = roleMuted
		if r.Mark != Bad { // muted colours are hard to tell from others
			l.shape = square
		}
	}
	return l
}

// checkRegion says why r cannot be drawn on a strip, if it cannot.
func (r Row) checkRegion() error {
	if math.IsNaN(r.Mid) {
		if r.Mark == Good || r.Mark == Bad {
			return fmt.Errorf("judged, but not measured")
		}
		return nil
	}
	open := math.IsInf(r.Lo, -1) && math.IsInf(r.Hi, 1)
	if open || !(r.Lo <= r.Hi) || math.IsInf(r.Lo, 1) || math.IsInf(r.Hi, -1) {
		return fmt.Errorf("%v to %v is no prediction", r.Lo, r.Hi)
	}
	return nil
}

// unit is what r is divided by: the bound where there is one, the geometric
// middle where there are two; 0 where no bound is above zero.
func (r Row) unit() float64 {
	switch open := math.IsInf(r.Hi, 1); {
	case r.Lo > 0 && !open:
		return math.Sqrt(r.Lo) * math.Sqrt(r.Hi)
	case r.Lo > 0:
		return r.Lo
	case r.Hi > 0 && !open:
		return r.Hi
	}
	return 0
}

// allowsZero reports whether 0 is as predicted.
func (r Row) allowsZero() bool {
	if r.Strict {
		return r.Lo < 0 && r.Hi > 0
	}
	return r.Lo <= 0 && r.Hi >= 0
}

// Strip is the drawing of one line of a table that has its texts in cells of its own.
type Strip struct {
	SVG   []byte  // inline, without ids; nil where nothing was measured
	Ratio float64 // of the figure to its prediction, its place on the axis; NaN where nothing was measured
}

const (
	stripWidth  = 176
	stripHeight = 15
	axisHeight  = 16 // of an axis with its labels
)

// Strips draws the mark of each row on its own, and the axis that all of them
// share: how many times the predicted value was measured, logarithmic. The
// region of the prediction is shaded. What lies beyond the axis stands beside it
// with an arrowhead. Zero and less have a column of their own, if a row needs
// it. Where no bound is above zero there is nothing to divide by, and what is
// above zero lies beyond the axis. A row whose figure is NaN was not measured.
//
// Strips repeat what the table says, so they are hidden from a reader who cannot see them. The page has to define the
// colours; see Palette.
func Strips(rows []Row) (axis []byte, strips []Strip, err error) {
	clean := make([]Row, len(rows))
	for i, r := range rows {
		clean[i] = r.cleaned()
		if err := checkRow("strips", i, clean[i], Row.checkRegion); err != nil {
			return nil, nil, err
		}
	}
	s := newStrip(pen{}, clean)
	for _, r := range clean {
		out := Strip{Ratio: math.NaN()}
		if !math.IsNaN(r.Mid) {
			out.Ratio = r.Mid / r.unit() // +Inf where there is nothing to divide by
			out.SVG = inStrip(stripHeight, func(c draw.Canvas) {
				s.ground(c, r)
				s.figure(c, r, stripHeight/2)
			})
		}
		strips = append(strips, out)
	}
	return inStrip(axisHeight, func(c draw.Canvas) { s.axis(c, axisHeight-.5, true) }), strips, nil
}

// inStrip draws on a canvas that is as wide as a strip.
func inStrip(height vg.Length, paint func(draw.Canvas)) []byte {
	c := newSVG(height)
	paint(draw.NewCanvas(c, stripWidth, height))
	head := fmt.Sprintf(`<svg class="strip" aria-hidden="true" viewBox="0 0 %d %v">`+"\n", stripWidth, height.Points())
	return append(append([]byte(head), c.buf.Bytes()...), "</svg>"...)
}

// strip is a logarithmic axis on which rows have their marks. From left to
// right: a column for zero, if there is one, what lies below the axis, the axis,
// what lies beyond it.
type strip struct {
	pen
	room
	left   vg.Length // of the axis
	beyond vg.Length // width of what lies on either side
	zero   vg.Length // middle of the column for zero
	ticks  []float64
	none   string // name of the column for zero, if there is one
}

const (
	zeroHalf    = 10  // half the width of the column for zero
	zeroGap     = 5   // between it and what lies below the axis
	bandHalf    = 5.5 // half the height of a band
	verdictSize = 3.4
)

// scales are the axes to choose from: few, so that charts of the same report look alike.
var scales = [][]float64{{.5, .7, 1, 1.4, 2}, {.25, .5, 1, 2, 4}}

// newStrip lays out the axis of strips.
func newStrip(p pen, rows []Row) strip {
	s := strip{pen: p, beyond: 16, ticks: scaleOf(rows), none: zeroOf(rows)}
	s.left = s.beyond
	if s.none != "" {
		s.zero = zeroHalf
		s.left += 2*zeroHalf + zeroGap
	}
	s.room = room{log: true, span: span{s.ticks[0], s.ticks[len(s.ticks)-1]}, length: stripWidth - s.beyond - s.left}
	return s
}

// scaleOf returns the narrowest axis that has all closed regions and three quarters of the marks, else the widest.
func scaleOf(rows []Row) []float64 {
	for _, ticks := range scales {
		axis := span{ticks[0], ticks[len(ticks)-1]}
		all, in, fit := 0, 0, true
		for _, r := range rows {
			unit := r.unit()
			if unit == 0 || !(r.Mid > 0) {
				continue
			}
			all++
			if axis.has(r.Mid / unit) {
				in++
			}
			closed := r.Lo > 0 && !math.IsInf(r.Hi, 1)
			fit = fit && (!closed || axis.has(r.Lo/unit) && axis.has(r.Hi/unit))
		}
		if fit && 4*in >= 3*all {
			return ticks
		}
	}
	return scales[len(scales)-1]
}

// zeroOf names the column before the axis; empty: no row needs it.
func zeroOf(rows []Row) string {
	name := ""
	for _, r := range rows {
		switch {
		case r.Mid < 0:
			return "≤ 0"
		case r.Mid == 0 || r.Mid > 0 && r.unit() == 0:
			name = "0"
		}
	}
	return name
}

func (s strip) right() vg.Length { return s.left + s.length }

// at returns where a value of a row with the given unit is drawn, and on which
// side it lies beyond the axis, if it does:
// -1 below, 1 above. It is then drawn at the strip's edge.
func (s strip) at(v, unit float64) (x vg.Length, beyond int) {
	switch r := v / unit; {
	case v <= 0 || r < s.span.lo:
		return s.left - s.beyond, -1
	case r > s.span.hi: // also what is divided by 0
		return s.right() + s.beyond, 1
	default:
		return s.left + s.pos(r), 0
	}
}

// ground draws what the mark of a strip stands on: the region of its prediction, and the line where both are equal.
func (s strip) ground(c draw.Canvas, r Row) {
	const y, low, high = stripHeight / 2., stripHeight/2. - bandHalf, stripHeight/2. + bandHalf
	band := func(a, b vg.Length) {
		s.fill(c, roleC3, bandFade, rectangle(a, low, b, high).Path())
	}
	if s.none != "" && r.allowsZero() {
		band(s.zero-zeroHalf, s.zero+zeroHalf)
	}
	var bounds []vg.Length
	if r.Hi > 0 {
		const least = 1.5 // half the width of a region that is one value
		lo, below := s.at(r.Lo, r.unit())
		hi, above := s.at(r.Hi, r.unit())
		if below == 0 {
			bounds = append(bounds, lo)
		}
		if above == 0 && hi != lo {
			bounds = append(bounds, hi)
		}
		if hi-lo < 2*least {
			lo, hi = (lo+hi)/2-least, (lo+hi)/2+least
		}
		band(lo, hi)
	}
	one := s.left + s.pos(1)
	c.StrokeLine2(draw.LineStyle{Color: s.ink(roleAxis), Width: .8}, one, 0, one, stripHeight)
	for _, x := range bounds {
		c.StrokeLine2(draw.LineStyle{Color: s.ink(roleFaint), Width: 1.3}, x, low, x, high)
	}
}

const bandFade = .15

// figure draws the mark of a row with its intervals, around a height.
func (s strip) figure(c draw.Canvas, r Row, y vg.Length) {
	const inset, arrow, reach = 10.5, 2.6, 3.6 // of a mark beyond the axis from the edge, with an arrowhead between
	l := r.look()
	x, side := s.at(r.Mid, r.unit())
	if r.Mid <= 0 {
		x, side = s.zero, 0
	}
	at := vg.Point{X: x - vg.Length(side)*inset, Y: y}
	group(c, "pt", r.Tip, func() {
		s.whisker(c, r, r.Outer, side, y, 1)
		s.whisker(c, r, r.Inner, side, y, 3)
		hit(c, at, verdictSize)
		if side != 0 {
			head := look{role: l.role, shape: rightward}
			if side < 0 {
				head.shape = leftward
			}
			s.mark(c, head, vg.Point{X: x - vg.Length(side)*reach, Y: y}, arrow, false)
		}
		s.mark(c, l, at, verdictSize, false)
	})
}

// whisker draws an interval of a row. An end beyond the axis has an arrowhead,
// unless the mark has one on that side; one beyond zero starts at the mark if
// that stands there, else at the edge.
func (s strip) whisker(c draw.Canvas, r Row, e [2]float64, side int, y, width vg.Length) {
	if !known(e) {
		return
	}
	sty := draw.LineStyle{Color: s.ink(r.look().role), Width: width}
	a, below := s.at(e[0], r.unit())
	b, above := s.at(e[1], r.unit())
	if r.Mid <= 0 && e[0] <= 0 {
		a, below = s.zero, 0
		if e[1] <= 0 {
			return
		}
	}
	if below == above && below != 0 {
		return // all of it
	}
	c.StrokeLine2(sty, a, y, b, y)
	const tip = 3
	end := func(x vg.Length, beyond int) {
		sty := draw.LineStyle{Color: sty.Color, Width: 1}
		switch d := vg.Length(beyond) * tip; {
		case beyond == 0 && width == 1 && x != s.zero:
			c.StrokeLine2(sty, x, y-tip, x, y+tip)
		case beyond != 0 && beyond != side:
			c.StrokeLines(sty, []vg.Point{{X: x - d, Y: y - tip}, {X: x, Y: y}, {X: x - d, Y: y + tip}})
		}
	}
	end(a, below)
	end(b, above)
}

// known reports whether there is an interval to draw.
func known(e [2]float64) bool { return e[0] <= e[1] && e != [2]float64{} }

// axis draws the axis at a height, with its labels below or above.
func (s strip) axis(c draw.Canvas, y vg.Length, below bool) {
	const tick = 3.5
	size := s.tickSize()
	end, base := y+tick, y+tick+2.5
	if below {
		end, base = y-tick, y-tick-2.5-size*capHeight
	}
	sty := draw.LineStyle{Color: s.ink(roleAxis), Width: .8}
	label := func(x vg.Length, name string) {
		c.StrokeLine2(sty, x, y, x, end)
		s.write(c, run{s: name, size: size, role: roleMuted, align: text.XCenter}, vg.Point{X: x, Y: base})
	}
	c.StrokeLine2(sty, s.left, y, s.right(), y)
	for _, t := range s.ticks {
		label(s.left+s.pos(t), ratio(t)+"×")
	}
	if s.none != "" {
		c.StrokeLine2(sty, s.zero-zeroHalf, y, s.zero+zeroHalf, y)
		label(s.zero, s.none)
	}
}
