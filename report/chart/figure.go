package chart

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a chart that is ready to be drawn: its data has been checked. It is
// not changed by drawing, so one figure may be drawn from several goroutines. It
// is laid out anew for each width, not scaled: a wide drawing has 612 points, or
// 640 with its margins, for a desktop column or a slide; a narrow one 340, for a
// phone.
type Figure struct {
	text Text
	kind kind
}

// kind is what the charts differ in.
type kind interface {
	// height is that of the drawing proper, without title, keys and note.
	height(p pen) vg.Length
	// plan lays the chart out within box. It draws nothing yet: the key row, which decides the height of the
	// whole, is known only once it is clear which labels found room.
	plan(p pen, t Text, box vg.Rectangle) plan
}

// plan is a chart that has been laid out.
type plan struct {
	keys []key
	draw func(c draw.Canvas)
}

// Text returns what stands around the drawing, as cleaned for it.
func (f *Figure) Text() Text { return f.text }

// SVG returns a stand-alone file with title and note drawn in, which follows the reader's colour scheme, also within
// an <img>. For a page that writes the title itself and has its own choice of scheme, see Inline.
func (f *Figure) SVG(narrow bool) []byte { return f.svg(narrow, true, nil) }

// Inline returns the drawing for pasting into a page: keys and chart only, no size, no style. The page has to define
// the colours; see Palette. Its ids are those of SVG with "-wide" or "-narrow", so both may stand on one page.
func (f *Figure) Inline(narrow bool) []byte { return f.svg(narrow, false, nil) }

func (f *Figure) svg(narrow, standalone bool, seen func(string, vg.Rectangle)) []byte {
	s := f.layout(pen{narrow: narrow}, standalone)
	c := newSVG(s.h)
	c.seen = seen
	s.draw(draw.NewCanvas(c, s.w, s.h))
	id := f.text.ID + "-wide"
	if narrow {
		id = f.text.ID + "-narrow"
	}
	return c.document(f.text, id, s.w, standalone)
}

// PNG returns the wide drawing with title and note at two pixels a point, in one of the colour schemes.
func (f *Figure) PNG(dark bool) ([]byte, error) {
	p := pen{dark: dark}
	s := f.layout(p, true)
	c := newPicture(s.w, s.h, p.ink(roleBG))
	s.draw(draw.New(c))
	b, err := encode(c.pixels)
	if err != nil {
		return nil, fmt.Errorf("chart: %s: %w", f.text.ID, err)
	}
	return b, nil
}

// sheet is a laid-out figure.
type sheet struct {
	w, h vg.Length
	draw func(c draw.Canvas)
}

// layout works from the bottom up: note, chart, keys, title. The width is fixed and the height follows, so that a
// long title never squeezes the chart.
func (f *Figure) layout(p pen, standalone bool) sheet {
	margin := vg.Length(2)
	if standalone {
		margin = 16
	}
	width := p.pick(608, 336)
	var lines []placed
	x, y := margin, margin
	write := func(r run, leading vg.Length) { // above what stands there already
		for _, row := range slices.Backward(r.wrap(width)) {
			lines = append(lines, placed{row, vg.Point{X: x, Y: y + r.size*descender}})
			y += r.size * leading
		}
	}
	if standalone && f.text.Note != "" {
		write(run{s: f.text.Note, size: 8.5, role: roleMuted}, 1.35)
		y += 7
	}
	box := vg.Rectangle{Min: vg.Point{X: x, Y: y}, Max: vg.Point{X: x + width, Y: y + f.kind.height(p)}}
	pl := f.kind.plan(p, f.text, box)
	y = box.Max.Y
	keys, h := p.keyRows(pl.keys, vg.Point{X: x, Y: y + 8}, width)
	if len(keys) > 0 {
		y += h + 8
	}
	if standalone {
		y += 10
		write(run{s: f.text.Sub, size: p.pick(10, 10.5), role: roleMuted}, 1.3)
		y += 2
		write(run{s: f.text.Title, size: 14, role: roleFG, semi: true}, 1.3)
		y += 2
	}
	s := sheet{w: width + 2*margin, h: y + margin}
	s.draw = func(c draw.Canvas) {
		if standalone && unwrap(c) != nil { // a picture has its ground already
			p.fill(c, roleBG, 1, c.Rectangle.Path())
		}
		for _, l := range slices.Backward(lines) {
			p.write(c, l.run, l.at)
		}
		for _, k := range keys {
			k.draw(p, c)
		}
		pl.draw(c)
	}
	return s
}

// placed is a run with its baseline's place.
type placed struct {
	run run
	at  vg.Point
}

// wrap breaks r at spaces into lines of at most w.
func (r run) wrap(w vg.Length) []run {
	var rows []run
	line := r
	line.s = ""
	for word := range strings.FieldsSeq(r.s) {
		next := line
		if next.s != "" {
			next.s += " "
		}
		next.s += word
		if next.width() > w && line.s != "" {
			rows = append(rows, line)
			next.s = word
		}
		line = next
	}
	if line.s != "" {
		rows = append(rows, line)
	}
	for i := range rows {
		rows[i] = rows[i].fit(w) // a word may be wider than the drawing
	}
	return rows
}

// key is an entry of the row that says what is what, where labels beside the lines have no room.
type key struct {
	label  string
	tip    string
	look   look
	line   bool // with a line, not a marker alone
	dot    bool
	hollow bool     // the dot
	at     vg.Point // of its middle left
	width  vg.Length

	sample func(c draw.Canvas, b vg.Rectangle) // draws what is neither line nor dot
}

const keySample = 22 // width of the sample of a line

func (k key) run(p pen) run {
	return run{s: k.label, tip: k.tip, size: p.labelSize(), role: roleFG, align: text.XLeft}
}

// keyRows spreads keys over as many rows as they need, the last one at the given point. It returns them with the height
// of all rows. Keys of more than two rows stand in columns, if that takes no more than another row.
func (p pen) keyRows(keys []key, at vg.Point, width vg.Length) ([]key, vg.Length) {
	const gap = 15
	widest := vg.Length(0)
	for i := range keys {
		r := keys[i].run(p).fit(width - keySample - 6)
		keys[i].label, keys[i].tip = r.s, r.tip
		keys[i].width = keySample + 6 + r.width()
		widest = max(widest, keys[i].width)
	}
	rows := fill(keys, width, gap)
	even := slices.Clone(keys)
	for i := range even {
		even[i].width = widest
	}
	if columns := fill(even, width, gap); len(rows) > 2 && len(columns) <= len(rows)+1 {
		rows = columns
	}
	rowHeight := p.labelSize() * 1.6
	var out []key
	for i, row := range rows {
		for _, k := range row {
			k.at.X += at.X
			k.at.Y = at.Y + rowHeight*(vg.Length(len(rows)-1-i)+.5)
			out = append(out, k)
		}
	}
	return out, rowHeight * vg.Length(len(rows))
}

// fill puts keys into rows one after the other, each as far to the left as those before it let it.
func fill(keys []key, width, gap vg.Length) [][]key {
	var rows [][]key
	x := width
	for _, k := range keys {
		if x+k.width > width || len(rows) == 0 {
			rows = append(rows, nil)
			x = 0
		}
		k.at.X = x
		rows[len(rows)-1] = append(rows[len(rows)-1], k)
		x += k.width + gap
	}
	return rows
}

func (k key) draw(p pen, c draw.Canvas) {
	if k.line {
		c.StrokeLine2(k.look.stroke(p, 1.8), k.at.X, k.at.Y, k.at.X+keySample, k.at.Y)
	}
	if k.dot {
		p.mark(c, k.look, vg.Point{X: k.at.X + keySample/2, Y: k.at.Y}, 3.2, k.hollow)
	}
	if k.sample != nil {
		k.sample(c, rectangle(k.at.X, k.at.Y-5, k.at.X+keySample, k.at.Y+5))
	}
	r := k.run(p)
	p.write(c, r, vg.Point{X: k.at.X + keySample + 6, Y: k.at.Y - r.size*capHeight/2})
}
