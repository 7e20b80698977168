package chart

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
)

// encode writes a picture with a palette of 256 colours. A chart has a dozen
// colours, and some two thousand that arise where their edges are smoothed:
// the rare ones become their nearest neighbours, which cannot be told by eye.
// The file is a third as large, and takes no longer: there is less to compress.
func encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if rgba, ok := img.(*image.RGBA); ok {
		img = reduced(rgba)
	}
	// Best compression takes ten times longer for two percent.
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// reduced returns img with its most frequent colours, up to 256.
func reduced(img *image.RGBA) *image.Paletted {
	const most = 256
	counts := map[[3]uint8]int{}
	runs(img, func(c [3]uint8, n int) { counts[c] += n })
	all := slices.SortedFunc(maps.Keys(counts), func(a, b [3]uint8) int {
		return cmp.Or(counts[b]-counts[a], slices.Compare(a[:], b[:])) // the same bytes every time
	})
	kept := all[:min(most, len(all))]
	index := map[[3]uint8]uint8{}
	var palette color.Palette
	for i, c := range kept {
		index[c] = uint8(i)
		palette = append(palette, color.RGBA{c[0], c[1], c[2], 255})
	}
	for _, c := range all[len(kept):] {
		index[c] = nearest(kept, c)
	}
	out := image.NewPaletted(img.Rect, palette)
	at := 0
	runs(img, func(c [3]uint8, n int) {
		k := index[c]
		for range n {
			out.Pix[at] = k
			at++
		}
	})
	return out
}

// runs calls f for every run of equal pixels, in order. Drawings have few
// runs for their size. The ground is opaque, so there is no alpha to heed.
func runs(img *image.RGBA, f func(c [3]uint8, n int)) {
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		last, n := [3]uint8(row), 0
		for ; len(row) > 0; row = row[4:] {
			if c := [3]uint8(row); c != last {
				f(last, n)
				last, n = c, 0
			}
			n++
		}
		f(last, n)
	}
}

// nearest returns the index of the colour of kept that is nearest to c.
func nearest(kept [][3]uint8, c [3]uint8) uint8 {
	best, least := 0, 1<<30
	for i, k := range kept {
		d := 0
		for j := range k {
			diff := int(k[j]) - int(c[j])
			d += diff * diff
		}
		if d < least {
			best, least = i, d
		}
	}
	return uint8(best)
}
