package chart

import (
	"fmt"

	"gonum.org/v1/plot/vg"
)

// box is where a text was written or, without text, a point was drawn, from the bottom left.
type box struct {
	text string
	vg.Rectangle
}

// boxes draws f and returns all texts and points with the size of the drawing.
func (f *Figure) boxes(narrow, standalone bool) (out []box, width, height vg.Length) {
	f.svg(narrow, standalone, func(s string, b vg.Rectangle) { out = append(out, box{s, b}) })
	s := f.layout(pen{narrow: narrow}, standalone)
	return out, s.w, s.h
}

// Overlaps draws f at both widths, with its title and without, and lists the
// texts that stand on another or on a point, or that leave the drawing: none, or
// the data are such as the layout was not made for. It is for tests of those who
// make figures.
func (f *Figure) Overlaps() []string {
	const slack = .1
	var out []string
	for _, narrow := range []bool{false, true} {
		for _, standalone := range []bool{true, false} {
			boxes, width, height := f.boxes(narrow, standalone)
			sheet := vg.Rectangle{Max: vg.Point{X: width, Y: height}}
			for i, a := range boxes {
				if a.text != "" && !inside(grow(sheet, slack), a.Rectangle) {
					out = append(out, fmt.Sprintf("%s: narrow %v: %q leaves the drawing", f.text.ID, narrow, a.text))
				}
				for _, b := range boxes[:i] {
					if a.text+b.text != "" && overlap(grow(a.Rectangle, -slack/2), grow(b.Rectangle, -slack/2)) {
						out = append(out, fmt.Sprintf("%s: narrow %v: %q is on %q", f.text.ID, narrow, a.text, b.text))
					}
				}
			}
		}
	}
	return out
}
