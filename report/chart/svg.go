package chart

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	xfont "golang.org/x/image/font"
)

// svg is a vg.Canvas. The stock one writes fixed colours, no tooltips, and places text by its own font's metrics;
// this one writes colours as CSS variables, groups with a title, and text by anchor.
type svg struct {
	h     vg.Length
	buf   bytes.Buffer
	stack []state
	seen  func(s string, box vg.Rectangle) // told of every text and, without text, every point: for tests
}

var _ vg.Canvas = (*svg)(nil)

// state is what Push saves.
type state struct {
	width vg.Length
	dash  []vg.Length
	color color.Color
}

func newSVG(h vg.Length) *svg {
	return &svg{h: h, stack: []state{{width: 1}}}
}

func (s *svg) cur() *state { return &s.stack[len(s.stack)-1] }

func (s *svg) SetLineWidth(w vg.Length)               { s.cur().width = w }
func (s *svg) SetLineDash(d []vg.Length, _ vg.Length) { s.cur().dash = d }
func (s *svg) SetColor(c color.Color)                 { s.cur().color = c }
func (s *svg) Push()                                  { s.stack = append(s.stack, *s.cur()) }
func (s *svg) Pop()                                   { s.stack = s.stack[:len(s.stack)-1] }

// No chart of ours turns, moves or scales what it draws, or holds a picture.

func (s *svg) Rotate(float64)                         { panic("chart: nothing is turned") }
func (s *svg) Translate(vg.Point)                     { panic("chart: nothing is moved") }
func (s *svg) Scale(_, _ float64)                     { panic("chart: nothing is scaled") }
func (s *svg) DrawImage(vg.Rectangle, image.Image)    { panic("chart: no pictures in SVG") }
func (s *svg) FillString(font.Face, vg.Point, string) { panic("chart: text is written by pen.write") }

func (s *svg) Stroke(p vg.Path) {
	st := s.cur()
	if st.width <= 0 || len(p) == 0 {
		return
	}
	s.element(p)
	s.put(` fill="none"`)
	s.paint("stroke")
	if st.width != 1 {
		s.put(` stroke-width="`, st.width, `"`)
	}
	if len(st.dash) > 0 {
		s.put(` stroke-dasharray="`, strings.Trim(fmt.Sprint(st.dash), "[]"), `"`)
	}
	s.put("/>\n")
}

func (s *svg) Fill(p vg.Path) {
	if len(p) == 0 {
		return
	}
	s.element(p)
	s.paint("fill")
	s.put("/>\n")
}

// paint writes the current colour as the attribute name.
func (s *svg) paint(name string) {
	k := s.cur().color.(ink) // charts use no other colours
	s.put(" ", name, `="var(--`, palette[k.role].name, `)"`)
	if k.alpha < 1 {
		s.put(" ", name, `-opacity="`, vg.Length(k.alpha), `"`)
	}
}

// put writes texts as they are, lengths to a hundredth of a point, as finer digits would differ between processors, and
// points as SVG has them, whose vertical axis points down.
func (s *svg) put(parts ...any) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			s.buf.WriteString(p)
		case vg.Length:
			v := math.Round(p.Points()*100)/100 + 0 // not -0
			s.buf.Write(strconv.AppendFloat(s.buf.AvailableBuffer(), v, 'f', -1, 64))
		case vg.Point:
			s.put(p.X, " ", s.h-p.Y)
		}
	}
}

// circle opens a <circle>.
func (s *svg) circle(at vg.Point, r vg.Length) {
	s.put(`<circle cx="`, at.X, `" cy="`, s.h-at.Y, `" r="`, r, `"`)
}

// element opens a <circle> or <path>, whose parts are lines and arcs.
func (s *svg) element(p vg.Path) {
	if len(p) >= 2 && p[1].Type == vg.ArcComp && math.Abs(p[1].Angle) >= 2*math.Pi-1e-9 {
		s.circle(p[1].Pos, p[1].Radius)
		return
	}
	s.put(`<path d="`)
	for _, c := range p {
		switch c.Type {
		case vg.MoveComp:
			s.put("M", c.Pos)
		case vg.LineComp:
			s.put("L", c.Pos)
		case vg.ArcComp: // less than half a circle, joined to what came before by a line, as vg has it
			on := func(angle float64) vg.Point {
				sin, cos := math.Sincos(angle)
				return c.Pos.Add(vg.Point{X: c.Radius * vg.Length(cos), Y: c.Radius * vg.Length(sin)})
			}
			s.put("L", on(c.Start), "A", c.Radius, " ", c.Radius, " 0 0 0 ", on(c.Start+c.Angle))
		case vg.CloseComp:
			s.put("Z")
		}
	}
	s.put(`"`)
}

// widthKept is the width from which a text is kept to its measured width; below, fonts hardly differ.
const widthKept = 24

// text writes one line.
func (s *svg) text(f font.Font, at vg.Point, str string, align text.XAlignment, width vg.Length) {
	s.put(`<text x="`, at.X, `" y="`, s.h-at.Y, `"`)
	switch align {
	case text.XCenter:
		s.put(` text-anchor="middle"`)
	case text.XRight:
		s.put(` text-anchor="end"`)
	}
	if f.Weight >= xfont.WeightSemiBold {
		s.put(` font-weight="600"`)
	}
	s.put(` font-size="`, f.Size, `"`)
	if width > widthKept {
		// A font that is wider than the one measured would run labels into each other.
		s.put(` textLength="`, width, `" lengthAdjust="spacingAndGlyphs"`)
	}
	s.paint("fill")
	s.put(">", html.EscapeString(str), "</text>\n")
	if s.seen != nil {
		at.X += width * vg.Length(align)
		s.seen(str, vg.Rectangle{
			Min: vg.Point{X: at.X, Y: at.Y},
			Max: vg.Point{X: at.X + width, Y: at.Y + f.Size*capHeight},
		})
	}
}

// hitExtra is how much further than a marker its tooltip reaches.
const hitExtra = 4

// hit draws a disc around a marker that is not seen, but easier to point at, where the canvas has tooltips.
func hit(c vg.Canvas, p vg.Point, r vg.Length) {
	s := unwrap(c)
	if s == nil {
		return
	}
	s.circle(p, r+hitExtra)
	s.put(` fill="none" pointer-events="all"/>` + "\n")
	if s.seen != nil {
		s.seen("", about(p, r))
	}
}

// group draws with a tooltip, where the canvas has such a thing.
func group(c vg.Canvas, class, tip string, draw func()) {
	s := unwrap(c)
	if s == nil {
		draw()
		return
	}
	s.put(`<g class="`, class, `"><title>`, html.EscapeString(tip), "</title>\n")
	draw()
	s.put("</g>\n")
}

// unwrap finds the SVG below the canvases that gonum/plot nests; nil for any other canvas.
func unwrap(c vg.Canvas) *svg {
	for {
		switch v := c.(type) {
		case *svg:
			return v
		case draw.Canvas:
			c = v.Canvas
		case *draw.Canvas:
			c = v.Canvas
		default:
			return nil
		}
	}
}

// document wraps what was drawn. A stand-alone one carries its size and both colour schemes; their selector has no
// specificity, so that a page that holds the pasted file keeps its own colours.
func (s *svg) document(t Text, id string, w vg.Length, standalone bool) []byte {
	var d svg
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `, w, " ", s.h, `"`)
	if standalone {
		const px = 4. / 3 // CSS pixels in a point
		d.put(` width="`, vg.Length(math.Round(px*w.Points())),
			`" height="`, vg.Length(math.Round(px*s.h.Points())), `"`)
	}
	d.put(` role="img" aria-labelledby="`, id, `-t `, id, `-d" font-family="`, fontStack, `">`+"\n",
		`<title id="`, id, `-t">`, html.EscapeString(t.Title), "</title>",
		`<desc id="`, id, `-d">`, html.EscapeString(t.Alt), "</desc>\n")
	if standalone {
		d.put("<style>:where(:root){", Palette(false),
			"}@media(prefers-color-scheme:dark){:where(:root){", Palette(true), "}}</style>\n")
	}
	d.put(s.buf.String(), "</svg>\n")
	return d.buf.Bytes()
}
