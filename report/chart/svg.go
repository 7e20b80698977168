package chart

import (
	"bytes"
	"html"
	"image"
	"image/color"
	"math"
	"strconv"

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
	return &svg{h: h, stack: []state{{width: 1, color: color.Black}}}
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
func (s *svg) FillString(font.Face, vg.Point, string) { panic("chart: text is written by putString") }

func (s *svg) Stroke(p vg.Path) {
	st := s.cur()
	if st.width <= 0 || len(p) == 0 {
		return
	}
	s.element(p)
	s.buf.WriteString(` fill="none"`)
	s.paint("stroke")
	if st.width != 1 {
		s.attr("stroke-width", st.width.Points())
	}
	if len(st.dash) > 0 {
		s.buf.WriteString(` stroke-dasharray="`)
		for i, d := range st.dash {
			if i > 0 {
				s.buf.WriteByte(' ')
			}
			s.num(d.Points())
		}
		s.buf.WriteByte('"')
	}
	s.buf.WriteString("/>\n")
}

func (s *svg) Fill(p vg.Path) {
	if len(p) == 0 {
		return
	}
	s.element(p)
	s.paint("fill")
	s.buf.WriteString("/>\n")
}

// paint writes the current colour as the attribute name.
func (s *svg) paint(name string) {
	alpha := 1.
	s.buf.WriteString(" " + name + `="`)
	if k, ok := s.cur().color.(ink); ok {
		s.buf.WriteString("var(--" + palette[k.role].name + ")")
		alpha = k.alpha
	} else {
		s.buf.WriteString("currentColor") // nothing of ours; gonum/plot's black
	}
	s.buf.WriteByte('"')
	if alpha < 1 {
		s.attr(name+"-opacity", alpha)
	}
}

func (s *svg) attr(name string, v float64) {
	s.buf.WriteString(" " + name + `="`)
	s.num(v)
	s.buf.WriteByte('"')
}

// num writes v to a hundredth of a point. Finer digits would differ between processors.
func (s *svg) num(v float64) {
	v = math.Round(v*100) / 100
	if v == 0 {
		v = 0 // not -0
	}
	s.buf.Write(strconv.AppendFloat(s.buf.AvailableBuffer(), v, 'f', -1, 64))
}

// point returns where p is in SVG, whose vertical axis points down.
func (s *svg) point(p vg.Point) (x, y float64) { return p.X.Points(), (s.h - p.Y).Points() }

// pair writes a command of a path with one point.
func (s *svg) pair(cmd string, p vg.Point) {
	x, y := s.point(p)
	s.buf.WriteString(cmd)
	s.num(x)
	s.buf.WriteByte(' ')
	s.num(y)
}

// element opens a <circle> or <path>, whose parts are lines and arcs.
func (s *svg) element(p vg.Path) {
	if len(p) >= 2 && p[1].Type == vg.ArcComp && math.Abs(p[1].Angle) >= 2*math.Pi-1e-9 {
		x, y := s.point(p[1].Pos)
		s.buf.WriteString("<circle")
		s.attr("cx", x)
		s.attr("cy", y)
		s.attr("r", p[1].Radius.Points())
		return
	}
	s.buf.WriteString(`<path d="`)
	for _, c := range p {
		switch c.Type {
		case vg.MoveComp:
			s.pair("M", c.Pos)
		case vg.LineComp:
			s.pair("L", c.Pos)
		case vg.ArcComp:
			s.arc(c)
		case vg.CloseComp:
			s.buf.WriteByte('Z')
		}
	}
	s.buf.WriteByte('"')
}

// arc writes part of a circle, joined to what came before by a line, as vg has it.
func (s *svg) arc(c vg.PathComp) {
	on := func(angle float64) vg.Point {
		sin, cos := math.Sincos(angle)
		return c.Pos.Add(vg.Point{X: c.Radius * vg.Length(cos), Y: c.Radius * vg.Length(sin)})
	}
	s.pair("L", on(c.Start))
	s.buf.WriteByte('A')
	s.num(c.Radius.Points())
	s.buf.WriteByte(' ')
	s.num(c.Radius.Points())
	s.buf.WriteString(" 0 0 0") // less than half a circle, upwards in vg
	s.pair(" ", on(c.Start+c.Angle))
}

// widthKept is the width from which a text is kept to its measured width; below, fonts hardly differ.
const widthKept = 24

// text writes one line.
func (s *svg) text(f font.Font, at vg.Point, str string, align text.XAlignment, width vg.Length) {
	x, y := s.point(at)
	s.buf.WriteString("<text")
	s.attr("x", x)
	s.attr("y", y)
	switch align {
	case text.XCenter:
		s.buf.WriteString(` text-anchor="middle"`)
	case text.XRight:
		s.buf.WriteString(` text-anchor="end"`)
	}
	if f.Weight >= xfont.WeightSemiBold {
		s.buf.WriteString(` font-weight="600"`)
	}
	s.attr("font-size", f.Size.Points())
	if width > widthKept {
		// A font that is wider than the one measured would run labels into each other.
		s.attr("textLength", width.Points())
		s.buf.WriteString(` lengthAdjust="spacingAndGlyphs"`)
	}
	s.paint("fill")
	s.buf.WriteByte('>')
	s.buf.WriteString(html.EscapeString(str))
	s.buf.WriteString("</text>\n")
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
	x, y := s.point(p)
	s.buf.WriteString("<circle")
	s.attr("cx", x)
	s.attr("cy", y)
	s.attr("r", (r + hitExtra).Points())
	s.buf.WriteString(` fill="none" pointer-events="all"/>` + "\n")
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
	s.buf.WriteString(`<g class="` + class + `">`)
	if tip != "" {
		s.buf.WriteString("<title>" + html.EscapeString(tip) + "</title>")
	}
	s.buf.WriteByte('\n')
	draw()
	s.buf.WriteString("</g>\n")
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
	d.buf.Grow(s.buf.Len() + 2048)
	d.buf.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `)
	d.num(w.Points())
	d.buf.WriteByte(' ')
	d.num(s.h.Points())
	d.buf.WriteByte('"')
	if standalone {
		const px = 4. / 3 // CSS pixels in a point
		d.attr("width", math.Round(w.Points()*px))
		d.attr("height", math.Round(s.h.Points()*px))
	}
	d.buf.WriteString(` role="img" aria-labelledby="` + id + `-t ` + id + `-d" font-family="` + fontStack + `">` + "\n")
	d.buf.WriteString(`<title id="` + id + `-t">` + html.EscapeString(t.Title) + "</title>")
	d.buf.WriteString(`<desc id="` + id + `-d">` + html.EscapeString(t.Alt) + "</desc>\n")
	if standalone {
		d.buf.WriteString("<style>:where(:root){" + Palette(false) + "}@media(prefers-color-scheme:dark){:where(:root){" +
			Palette(true) + "}}</style>\n")
	}
	d.buf.Write(s.buf.Bytes())
	d.buf.WriteString("</svg>\n")
	return d.buf.Bytes()
}
