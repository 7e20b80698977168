package chart

import (
	"fmt"
	"image/color"
	"maps"
	"slices"

	"gonum.org/v1/plot/vg"
)

// Box is where a text was written or, without text, a point was drawn, in points from the bottom left.
type Box struct {
	Text           string
	X0, Y0, X1, Y1 float64
}

// Boxes exposes where everything is drawn, with the size of the drawing.
func (f *Figure) Boxes(narrow, standalone bool) (out []Box, width, height float64) {
	boxes, x, y := f.boxes(narrow, standalone)
	for _, b := range boxes {
		out = append(out, Box{b.text, b.Min.X.Points(), b.Min.Y.Points(), b.Max.X.Points(), b.Max.Y.Points()})
	}
	return out, x.Points(), y.Points()
}

// Pairing is a colour of text and one that it is written on.
type Pairing struct {
	Name     string
	Text, On color.Color
}

// Pairings returns every colour of text on every ground in one scheme.
func Pairings(dark bool) []Pairing {
	p := pen{dark: dark}
	grounds := map[string]color.Color{"bg": p.ink(roleBG), "panel": p.ink(rolePanel)}
	for name, k := range map[string]ink{
		"parallel": p.ink(roleC1).fade(.07), "concurrent": p.ink(roleC2).fade(.06),
		"computing": p.ink(roleC1).fade(.09), "waiting": p.ink(roleC2).fade(.08),
		"cut": p.ink(roleFaint).fade(cutFade),
	} {
		grounds[name] = over(k, p.ink(roleBG))
	}
	var out []Pairing
	for _, r := range []role{roleFG, roleMuted, roleC1, roleC2, roleC3, roleC4, roleC5, roleC6} {
		for name, g := range grounds {
			out = append(out, Pairing{palette[r].name + " on " + name, p.ink(r), g})
		}
	}
	for _, r := range procRoles {
		out = append(out, Pairing{"bg on a block of " + palette[r].name, p.ink(roleBG), p.ink(r)})
	}
	for _, s := range shades {
		ground := over(p.ink(s.fill).fade(s.alpha), p.ink(roleBG))
		if s.over > 0 {
			ground = over(p.ink(roleFG).fade(s.over), p.ink(s.fill))
		}
		out = append(out, Pairing{"a cell of " + s.name, p.ink(s.text), ground})
	}
	return out
}

// Tones returns the colours of the tones on the ground, in one scheme.
func Tones(dark bool) []Pairing {
	p := pen{dark: dark}
	var out []Pairing
	for _, kind := range append(slices.Sorted(maps.Keys(kinds)), "any other") {
		out = append(out, Pairing{kind, p.ink(Series{Kind: kind}.role()), p.ink(roleBG)})
	}
	return out
}

// Marks returns the colours of the marks of rows on what they are drawn on, in one scheme.
func Marks(dark bool) []Pairing {
	p := pen{dark: dark}
	bg := p.ink(roleBG)
	var out []Pairing
	for _, r := range []Row{{Mark: Plain}, {Mark: Good}, {Mark: Bad}, {Mark: Same}, {Mark: Open}, {Muted: true}} {
		l, name := r.look(), fmt.Sprint(r.Mark, r.Muted)
		out = append(out,
			Pairing{name + " on the ground", p.ink(l.role), bg},
			Pairing{name + " on a region", p.ink(l.role), over(p.ink(roleC3).fade(bandFade), bg)})
	}
	return out
}

// over mixes a see-through colour with the one below it.
func over(top ink, below ink) color.Color {
	mix := func(a, b uint32) uint8 {
		return uint8(float64(a>>8)*top.alpha + float64(b>>8)*(1-top.alpha))
	}
	r, g, b, _ := top.fade(1).RGBA()
	r0, g0, b0, _ := below.RGBA()
	return color.RGBA{R: mix(r, r0), G: mix(g, g0), B: mix(b, b0), A: 255}
}

// Spread exposes spread with plain numbers.
func Spread(ys []float64, gap, lo, hi float64) ([]float64, bool) {
	in := make([]vg.Length, len(ys))
	for i, y := range ys {
		in[i] = vg.Length(y)
	}
	out, ok := spread(in, vg.Length(gap), vg.Length(lo), vg.Length(hi))
	plain := make([]float64, len(out))
	for i, y := range out {
		plain[i] = y.Points()
	}
	return plain, ok
}

// Number exposes how values are written.
var Number = number
