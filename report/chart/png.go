package chart

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"math"
	"slices"

	"git.sr.ht/~sbinet/gg"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// picture is a raster canvas that draws text by itself: vgimg draws each glyph
// by a general transformation of pictures, which takes as long as all the rest
// of a chart. It heeds no transformation: nothing of ours is turned or moved.
type picture struct {
	*vgimg.Canvas
	pixels *image.RGBA
	ink    color.Color // that was set last
}

// dpi makes two pixels a point.
const dpi = 144

// newPicture returns a picture of its ground alone.
func newPicture(w, h vg.Length, ground color.Color) *picture {
	pixels := image.NewRGBA(image.Rect(0, 0, int(w.Dots(dpi)+0.5), int(h.Dots(dpi)+0.5)))
	ctx := gg.NewContextForRGBA(pixels) // vgimg would copy them
	ctx.SetLineCapButt()
	ctx.InvertY()
	c := vgimg.NewWith(vgimg.UseDPI(dpi), vgimg.UseImageWithContext(pixels, ctx))
	draw.Draw(pixels, pixels.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	return &picture{Canvas: c, ink: color.Black, pixels: pixels}
}

func (p *picture) SetColor(c color.Color) {
	p.ink = c
	p.Canvas.SetColor(c)
}

func (p *picture) FillString(f font.Face, at vg.Point, s string) {
	face := f.FontFace(dpi)
	defer face.Close()
	d := xfont.Drawer{Dst: p.pixels, Src: image.NewUniform(p.ink), Face: face, Dot: fixed.Point26_6{
		X: fixed.Int26_6(math.Round(64 * at.X.Dots(dpi))),
		Y: fixed.Int26_6(64*p.pixels.Rect.Dy()) - fixed.Int26_6(math.Round(64*at.Y.Dots(dpi))),
	}}
	d.DrawString(s)
}

// encode writes a picture with a palette of 256 colours. A chart has a dozen
// colours, and some two thousand that arise where their edges are smoothed:
// the rare ones become their nearest neighbours, which cannot be told by eye.
// The file is much smaller, and there is less to compress.
func encode(img *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	// The default takes 2.5 times as long, for files that are 4% smaller.
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, reduced(img))
	return b.Bytes(), err
}

// reduced returns img with its most frequent colours, up to 256. Drawings have
// few runs of equal pixels for their size, so a colour is looked up once a run.
func reduced(img *image.RGBA) *image.Paletted {
	type rgba = [4]byte
	type run struct {
		of     rgba
		pixels int
	}
	var runs []run
	counts := map[rgba]int{}
	for rest := img.Pix; len(rest) > 0; {
		r := run{rgba(rest), equal(rest)}
		runs = append(runs, r)
		counts[r.of] += r.pixels
		rest = rest[4*r.pixels:]
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b rgba) int {
		return cmp.Or(counts[b]-counts[a], bytes.Compare(a[:], b[:])) // the same bytes every time
	})
	out := image.NewPaletted(img.Rect, nil)
	index := map[rgba]uint8{}
	for i, c := range all {
		at := color.RGBA{c[0], c[1], c[2], c[3]}
		if i < 256 {
			out.Palette = append(out.Palette, at)
		}
		index[c] = uint8(out.Palette.Index(at))
	}
	rest := out.Pix
	for _, r := range runs {
		c := index[r.of]
		for i := range rest[:r.pixels] {
			rest[i] = c
		}
		rest = rest[r.pixels:]
	}
	return out
}

// equal returns how many pixels at the beginning are the same. It compares many
// at once with what stands a pixel before them.
func equal(pix []byte) int {
	const block = 256
	i := 4
	for i+block <= len(pix) && bytes.Equal(pix[i:i+block], pix[i-4:i-4+block]) {
		i += block
	}
	for i < len(pix) && bytes.Equal(pix[i:i+4], pix[i-4:i]) {
		i += 4
	}
	return i / 4
}
