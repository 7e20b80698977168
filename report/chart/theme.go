package chart

import (
	_ "embed" // the fonts
	"fmt"
	"image/color"
	"strings"
	"sync"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// A role names a colour by what it is for. In SVG it is written as a CSS variable, so that one file serves both
// colour schemes.
type role uint8

const (
	roleBG role = iota
	roleFG
	roleMuted // secondary text
	roleFaint // lines that stand back; too pale for text
	roleGrid
	roleAxis
	rolePanel
	roleC1
	roleC2
	roleC3
	roleC4
	roleC5
	roleC6
)

// palette holds the colours. Those of text have a contrast of at least 4.5 against everything that they stand on, in
// both schemes; the tones can be told apart by readers who lack one kind of cones too. Tests measure both.
var palette = [...]struct {
	name        string
	light, dark uint32
}{
	roleBG:    {"bg", 0xffffff, 0x14181f},
	roleFG:    {"fg", 0x1b2430, 0xe6eaf0},
	roleMuted: {"muted", 0x566273, 0xa3afbf},
	roleFaint: {"faint", 0x8a95a5, 0x778393},
	roleGrid:  {"grid", 0xe6e9ee, 0x2a313c},
	roleAxis:  {"axis", 0xb4bcc8, 0x4c5664},
	rolePanel: {"panel", 0xf5f7fa, 0x1b212a},
	roleC1:    {"c1", 0x0b67cd, 0x33a4ff},
	roleC2:    {"c2", 0xbd4500, 0xff8a45},
	roleC3:    {"c3", 0x107959, 0x30cfa4},
	roleC4:    {"c4", 0xa23c90, 0xd792c6},
	roleC5:    {"c5", 0x4e3c00, 0xf5d860},
	roleC6:    {"c6", 0x4b5563, 0xcdd9e6},
}

// Palette returns the theme of one scheme as CSS declarations, "--bg:#ffffff;--fg:…", for a page that pastes Inline
// drawings and so has to define their colours.
func Palette(dark bool) string {
	var b strings.Builder
	for r := range palette {
		fmt.Fprintf(&b, "--%s:#%06x;", palette[r].name, rgb(role(r), dark))
	}
	return b.String()
}

func rgb(r role, dark bool) uint32 {
	if dark {
		return palette[r].dark
	}
	return palette[r].light
}

// ink is a colour that remembers its role.
type ink struct {
	role  role
	alpha float64
	dark  bool
}

func (k ink) RGBA() (r, g, b, a uint32) {
	v := rgb(k.role, k.dark)
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: uint8(k.alpha*255 + .5)}.RGBA()
}

func (k ink) fade(alpha float64) ink {
	k.alpha = alpha
	return k
}

// kinds are the colours of the kinds of work that the suite predicts. Any other kind has the neutral roleC6.
var kinds = map[string]role{
	"computing": roleC1, // blue
	"waiting":   roleC2, // vermillion
	"mixed":     roleC3, // green
	"memory":    roleC4, // purple
	"sharing":   roleC5, // ochre
}

// role returns the colour of s.
func (s Series) role() role {
	if r, ok := kinds[s.Kind]; ok {
		return r
	}
	return roleC6
}

//go:embed fonts/Inter-Regular.ttf
var regularTTF []byte

//go:embed fonts/Inter-SemiBold.ttf
var semiBoldTTF []byte

// fontStack is what SVG asks for: the reader's Inter if there is one, as metrics and PNG are Inter's.
const fontStack = "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

// capHeight is Inter's height of capitals in em, by which text is centred; descender is the room below the baseline.
const (
	capHeight = .727
	descender = .24
)

// typeface is what is known of the two fonts. It is not changed once loaded, so drawings share it.
type typeface struct {
	regular, semi        font.Face
	advance, advanceSemi map[rune]float64 // in em
}

// inter parses the fonts when first asked. Every sample process of the suite links this package and never draws.
var inter = sync.OnceValue(func() *typeface {
	t := new(typeface)
	t.regular.Font = font.Font{Typeface: "Inter", Weight: xfont.WeightNormal}
	t.regular.Face, t.advance = parse(regularTTF)
	t.semi.Font = font.Font{Typeface: "Inter", Weight: xfont.WeightBold} // the nearest weight that gonum/plot looks up
	t.semi.Face, t.advanceSemi = parse(semiBoldTTF)
	return t
})

// parse reads one embedded font, and the advance of each of its characters: measuring a string through the font takes
// a hundred times longer than adding them up, and the fonts have no kerning.
func parse(ttf []byte) (*opentype.Font, map[rune]float64) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("chart: embedded font: " + err.Error())
	}
	var buf sfnt.Buffer
	em := fixed.Int26_6(f.UnitsPerEm())
	adv := make(map[rune]float64)
	for r := rune(' '); r < 0x2300; r++ { // the fonts hold Latin, Greek, and some punctuation and arrows
		g, err := f.GlyphIndex(&buf, r)
		if err != nil || g == 0 {
			continue
		}
		if a, err := f.GlyphAdvance(&buf, g, em, xfont.HintingNone); err == nil {
			adv[r] = float64(a) / float64(em)
		}
	}
	return f, adv
}

// measure returns the width of s in em. A character that the font lacks counts as a full em: an ideograph or emoji
// that the reader's own font will supply.
func (t *typeface) measure(s string, semi bool) float64 {
	adv := t.advance
	if semi {
		adv = t.advanceSemi
	}
	var w float64
	for _, r := range s {
		a, ok := adv[r]
		if !ok {
			a = 1
		}
		w += a
	}
	return w
}

// pen is what every mark of one drawing has to know: scheme and room. It is passed along, never global.
type pen struct {
	dark, narrow bool
}

func (p pen) ink(r role) ink { return ink{role: r, alpha: 1, dark: p.dark} }

// fill paints the inside of a path; outline draws around it.
func (p pen) fill(c vg.Canvas, r role, alpha float64, path vg.Path) {
	c.SetColor(p.ink(r).fade(alpha))
	c.Fill(path)
}

func (p pen) outline(c vg.Canvas, r role, width vg.Length, path vg.Path) {
	c.SetColor(p.ink(r))
	c.SetLineWidth(width)
	c.SetLineDash(nil, 0)
	c.Stroke(path)
}

// Sizes of text. A narrow drawing is shown at about one CSS pixel a point, a wide one larger, hence the larger numbers.
func (p pen) tickSize() vg.Length  { return p.pick(9, 10) }
func (p pen) labelSize() vg.Length { return p.pick(9.5, 10.5) }

// pick returns the value for the room that there is.
func (p pen) pick(wide, narrow vg.Length) vg.Length {
	if p.narrow {
		return narrow
	}
	return wide
}

// run is one line of text in one style. Its tip, if any, shows on hovering.
type run struct {
	s     string
	size  vg.Length
	semi  bool
	role  role
	align text.XAlignment
	tip   string
	glyph *look // a marker before the text, where the marker it names is hard to tell from others
}

func (r run) width() vg.Length {
	return vg.Length(inter().measure(r.s, r.semi))*r.size + r.indent()
}

// indent is the room of the glyph.
func (r run) indent() vg.Length {
	if r.glyph == nil {
		return 0
	}
	return r.size * 1.1
}

// fit shortens r in its middle until it is at most w wide: names of one family share their beginnings, and often
// their ends tell them apart. The full text becomes its tip.
func (r run) fit(w vg.Length) run {
	if r.width() <= w {
		return r
	}
	if r.tip == "" {
		r.tip = r.s
	}
	rs := []rune(r.s)
	for n := len(rs) - 1; n > 0 && r.width() > w; n-- {
		r.s = string(rs[:(n+1)/2]) + "…" + string(rs[len(rs)-n/2:])
	}
	return r
}

// write draws r with its baseline at the given height.
func (p pen) write(c vg.Canvas, r run, at vg.Point) {
	if r.s == "" {
		return
	}
	t := inter()
	face := t.regular
	if r.semi {
		face = t.semi
	}
	face.Font.Size = r.size
	draw := func() {
		w := r.width()
		if r.glyph != nil {
			at.X += w * vg.Length(r.align)
			r.align = text.XLeft
			p.mark(c, *r.glyph, vg.Point{X: at.X + r.size*.42, Y: at.Y + r.size*capHeight/2}, r.size*.28, false)
			at.X += r.indent()
			w -= r.indent()
		}
		c.SetColor(p.ink(r.role))
		if v := unwrap(c); v != nil { // by anchor, as the reader's font may differ from the one that was measured
			v.text(face.Font, at, r.s, r.align, w)
			return
		}
		at.X += w * vg.Length(r.align)
		c.FillString(face, at, r.s)
	}
	if r.tip == "" {
		draw()
		return
	}
	group(c, "tx", r.tip, draw)
}

// writeCentred writes a name of an axis at the lower end of a box: around x, unless it would leave the box there.
func (p pen) writeCentred(c vg.Canvas, r run, x vg.Length, box vg.Rectangle) {
	half := r.width() / 2
	p.write(c, r, vg.Point{X: min(max(x, box.Min.X+half), box.Max.X-half), Y: box.Min.Y + r.size*descender})
}
