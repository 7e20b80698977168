package chart

import (
	"image"
	"image/color"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// Text that a picture draws by itself stands where vgimg would have drawn it, and
// is as dark, to a pixel's width.
func TestTextStandsWhereItShould(t *testing.T) {
	canvas := func() *vgimg.Canvas { return vgimg.NewWith(vgimg.UseWH(200, 60), vgimg.UseDPI(dpi)) }
	for _, s := range []string{"Tasks in flight: 63×", "g", "½ AV"} {
		for _, at := range []vg.Point{{X: 10, Y: 20}, {X: 10.3, Y: 33.3}} {
			face := inter().regular
			face.Font.Size = 11
			theirs, ours := canvas(), newPicture(200, 60, color.White)
			for _, c := range []vg.Canvas{theirs, ours} {
				c.SetColor(color.Black)
				c.FillString(face, at, s)
			}
			a, inkA := inked(theirs.Image())
			b, inkB := inked(ours.Image())
			if a.Empty() || !b.In(a.Inset(-1)) || !a.In(b.Inset(-1)) || inkB < .9*inkA || inkB > 1.1*inkA {
				t.Errorf("%q at %v: in %v with %.0f of ink, want in %v with %.0f", s, at, b, inkB, a, inkA)
			}
		}
	}
}

// inked returns what was drawn within, and how many black pixels that comes to.
func inked(img image.Image) (box image.Rectangle, ink float64) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if g := color.GrayModel.Convert(img.At(x, y)).(color.Gray); g.Y < 250 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
				ink += 1 - float64(g.Y)/255
			}
		}
	}
	return box, ink
}
