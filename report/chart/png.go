package chart

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"iter"
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
	rect := image.Rect(0, 0, int(math.Round(w.Dots(dpi))), int(math.Round(h.Dots(dpi))))
	p := &picture{ink: color.Black, pixels: image.NewRGBA(rect)}
	// As vgimg would make it, but without a second copy of the pixels.
	ctx := gg.NewContextForRGBA(p.pixels)
	ctx.SetLineCapButt()
	ctx.InvertY()
	p.Canvas = vgimg.NewWith(vgimg.UseDPI(dpi), vgimg.UseImageWithContext(p.pixels, ctx)) // fills it with white
	draw.Draw(p.pixels, rect, image.NewUniform(ground), image.Point{}, draw.Src)
	return p
}

func (p *picture) SetColor(c color.Color) {
	p.ink = c
	p.Canvas.SetColor(c)
}

func (p *picture) FillString(f font.Face, at vg.Point, s string) {
	face := f.FontFace(dpi)
	defer face.Close()
	_, h := p.Size()
	d := xfont.Drawer{Dst: p.pixels, Src: image.NewUniform(p.ink), Face: face, Dot: fixed.Point26_6{
		X: fixed.Int26_6(math.Round(64 * at.X.Dots(dpi))),
		Y: fixed.Int26_6(math.Round(64 * (h - at.Y).Dots(dpi))),
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

// reduced returns img with its most frequent colours, up to 256.
func reduced(img *image.RGBA) *image.Paletted {
	const most = 256
	counts := map[rgba]int{}
	for c, n := range runs(img.Pix) {
		counts[c] += n
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b rgba) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) // the same bytes every time
	})
	kept := all[:min(most, len(all))]
	index := map[rgba]uint8{}
	var palette color.Palette
	for i, c := range all {
		if i < most {
			r, g, b := c.parts()
			palette = append(palette, color.RGBA{uint8(r), uint8(g), uint8(b), 255})
			index[c] = uint8(i)
			continue
		}
		index[c] = nearest(kept, c)
	}
	out := image.NewPaletted(img.Rect, palette)
	at := 0
	for c, n := range runs(img.Pix) {
		k := index[c]
		for range n {
			out.Pix[at] = k
			at++
		}
	}
	return out
}

// rgba is a pixel as it lies in memory. The ground is opaque, so alpha says nothing.
type rgba uint32

// parts returns red, green and blue.
func (c rgba) parts() (r, g, b int) { return int(c & 255), int(c >> 8 & 255), int(c >> 16 & 255) }

// runs goes through the runs of equal pixels, with their lengths. Drawings have few for their size.
func runs(pixels []byte) iter.Seq2[rgba, int] {
	return func(yield func(rgba, int) bool) {
		for rest := pixels; len(rest) > 0; {
			first, n := binary.LittleEndian.Uint32(rest), 4
			for n < len(rest) && binary.LittleEndian.Uint32(rest[n:]) == first {
				n += 4
			}
			if !yield(rgba(first), n/4) {
				return
			}
			rest = rest[n:]
		}
	}
}

// nearest returns the index of the colour of kept that is nearest to c.
func nearest(kept []rgba, c rgba) uint8 {
	r, g, b := c.parts()
	best, least := 0, math.MaxInt
	for i, k := range kept {
		kr, kg, kb := k.parts()
		if d := (kr-r)*(kr-r) + (kg-g)*(kg-g) + (kb-b)*(kb-b); d < least {
			best, least = i, d
		}
	}
	return uint8(best)
}
