package chart

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Strip is the drawing of one line of a table that has its texts in cells of its own.
type Strip struct {
	SVG   []byte  // inline, without ids; nil where nothing was measured
	Ratio float64 // of the figure to its prediction, which is its place on the axis; NaN where there is none
}

const (
	stripWidth  = 176
	stripHeight = 15
)

// Strips draws the marks of [Verdicts], each on its own, and the axis that all of them share. They repeat what the texts of a
// line say, so they are hidden from a reader who cannot see them. The page has to define the colours; see Palette.
func Strips(lines []Verdict) (axis []byte, strips []Strip, err error) {
	clean := make([]Verdict, len(lines))
	for i, v := range lines {
		clean[i] = v.cleaned()
		if err := clean[i].check(); err != nil {
			return nil, nil, fmt.Errorf("chart: strips: line %d, %s: %w", i+1, strconv.Quote(shorten(clean[i].name(), nameLimit)), err)
		}
	}
	k := verdicts{lines: clean, scale: scaleOf(clean), zeroName: zeroOf(clean)}
	s := k.newStrip(pen{}, 0, stripWidth)
	labelled := s
	s.ticks = []float64{1} // a grid in every line of a table is too much
	for _, v := range clean {
		out := Strip{Ratio: math.NaN()}
		if v.measured() {
			out.Ratio = v.Mid / v.unit() // +Inf where there is nothing to divide by
			out.SVG = inStrip(stripHeight, func(c draw.Canvas) {
				s.ground(c, v, stripHeight/2, stripHeight/2)
				s.marks(c, v, stripHeight/2)
			})
		}
		strips = append(strips, out)
	}
	axis = inStrip(axisHeight, func(c draw.Canvas) { labelled.axis(c, axisHeight-.5, true) })
	return axis, strips, nil
}

// inStrip draws on a canvas that is as wide as a strip.
func inStrip(height vg.Length, paint func(draw.Canvas)) []byte {
	c := newSVG(height)
	paint(draw.NewCanvas(c, stripWidth, height))
	head := fmt.Sprintf(`<svg class="strip" aria-hidden="true" viewBox="0 0 %d %v">`+"\n", stripWidth, height.Points())
	return append(append([]byte(head), c.buf.Bytes()...), "</svg>"...)
}
