package chart

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"math"
	"slices"
	"sync"

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

// used are pixels of pictures that are done: to have as many anew takes a
// quarter of a picture's time, most of it the system's.
var used sync.Pool

// newPicture returns a picture of nothing but its ground. Whoever calls it is
// to release it.
func newPicture(w, h vg.Length, ground color.Color) *picture {
	rect := image.Rect(0, 0, int(math.Round(w.Dots(dpi))), int(math.Round(h.Dots(dpi))))
	p := &picture{ink: color.Black}
	if old, ok := used.Get().(*image.RGBA); ok && cap(old.Pix) >= 4*rect.Dx()*rect.Dy() {
		p.pixels = &image.RGBA{Pix: old.Pix[:4*rect.Dx()*rect.Dy()], Stride: 4 * rect.Dx(), Rect: rect}
	} else {
		p.pixels = image.NewRGBA(rect)
	}
	// As vgimg would make it, but for a second copy of the pixels.
	ctx := gg.NewContextForRGBA(p.pixels)
	ctx.SetLineCapButt()
	ctx.InvertY()
	p.Canvas = vgimg.NewWith(vgimg.UseDPI(dpi), vgimg.UseImageWithContext(p.pixels, ctx))
	draw.Draw(p.pixels, rect, image.NewUniform(ground), image.Point{}, draw.Src)
	return p
}

// release gives the pixels to the next picture.
func (p *picture) release() { used.Put(p.pixels) }

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
	pixels := runs(img)
	counts := map[rgba]int{}
	for _, p := range pixels {
		counts[p.colour] += p.n
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b rgba) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) // the same bytes every time
	})
	kept := all[:min(most, len(all))]
	index := map[rgba]uint8{}
	var palette color.Palette
	for i, c := range kept {
		index[c] = uint8(i)
		palette = append(palette, color.RGBA{c.part(0), c.part(1), c.part(2), 255})
	}
	for _, c := range all[len(kept):] {
		index[c] = nearest(kept, c)
	}
	out := image.NewPaletted(img.Rect, palette)
	rest := out.Pix
	for _, p := range pixels {
		k := index[p.colour]
		for i := range rest[:p.n] {
			rest[i] = k
		}
		rest = rest[p.n:]
	}
	return out
}

// rgba is a pixel as it lies in memory. The ground is opaque, so there is no
// alpha to heed.
type rgba uint32

// part returns the red (0), green (1) or blue (2) of c.
func (c rgba) part(i int) uint8 { return uint8(c >> (8 * i)) }

// equal is a run of equal pixels.
type equal struct {
	colour rgba
	n      int
}

// runs returns the runs of img's pixels, in order. Drawings have few for their
// size.
func runs(img *image.RGBA) []equal {
	all := make([]equal, 0, img.Rect.Dx()*img.Rect.Dy()/16) // as many as charts have at most, mostly
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		now := equal{colour: rgba(binary.LittleEndian.Uint32(row))}
		for ; len(row) >= 4; row = row[4:] {
			if c := rgba(binary.LittleEndian.Uint32(row)); c != now.colour {
				all = append(all, now)
				now = equal{colour: c}
			}
			now.n++
		}
		all = append(all, now)
	}
	return all
}

// nearest returns the index of the colour of kept that is nearest to c.
func nearest(kept []rgba, c rgba) uint8 {
	r, g, b := int(c.part(0)), int(c.part(1)), int(c.part(2))
	best, least := 0, 1<<30
	for i, k := range kept {
		dr, dg, db := int(k.part(0))-r, int(k.part(1))-g, int(k.part(2))-b
		if d := dr*dr + dg*dg + db*db; d < least {
			best, least = i, d
		}
	}
	return uint8(best)
}
