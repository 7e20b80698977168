package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Heat draws a panel of coloured cells for each series: Value is how many times
// as fast work is with X goroutines at GOMAXPROCS Y as where both are 1. A
// colour means the same factor in every panel of every chart, so that machines
// can be compared. The rows and columns are the values that were measured,
// evenly spaced; a place that was not measured is an empty frame.
func Heat(t Text, s []Series) (*Figure, error) {
	ss, err := check("heat", 1, s)
	if err != nil {
		return nil, err
	}
	k := heat{look: gainLook}
	for _, s := range ss {
		p := heatPanel{name: clean(s.Name), cells: map[[2]int]Point{}}
		for _, c := range s.Points {
			x, y := int(c.X), int(c.Y)
			place := [2]int{x, y}
			if _, twice := p.cells[place]; twice || float64(x) != c.X || float64(y) != c.Y {
				err = fmt.Errorf("no place for a cell at %v, %v", c.X, c.Y)
			} else {
				err = coordinate("the value", c.Value, 0, 0)
			}
			if err != nil {
				return nil, fmt.Errorf("chart: heat: series %s: %w", strconv.Quote(shorten(p.name, nameLimit)), err)
			}
			p.cells[place] = c
			p.xs, p.ys = append(p.xs, x), append(p.ys, y)
		}
		slices.Sort(p.xs)
		slices.Sort(p.ys)
		p.xs, p.ys = slices.Compact(p.xs), slices.Compact(p.ys)
		k.panels = append(k.panels, p)
	}
	return &Figure{t.cleaned("heat", "goroutines →", "↑ GOMAXPROCS"), k}, nil
}

type heat struct {
	panels []heatPanel
	look   heatLook
}

// heatLook is what tells kinds of heat maps apart.
type heatLook struct {
	shades     []shade
	cell       func(v float64) string
	best       string   // what a frame says
	rows, cols []string // their names, from 1; nil: numbers
	most       vg.Length
	tall       vg.Length
}

var gainLook = heatLook{
	shades: shades[:], cell: factor, best: "best, and what ties with it", most: cellMax, tall: cellHeight,
}

// name returns that of a row or column.
func name(names []string, i int) string {
	if names == nil {
		return number(float64(i))
	}
	return names[i-1]
}

// Deviations draws how a row of things differs from its kind, one a column: Value is
// how many times as fast it is in a row as the others are. Points stand at their
// column X and row Y, counted from 1 and from the top. Framed is what was shown to
// differ.
func Deviations(t Text, rows, columns []string, points []Point) (*Figure, error) {
	ss, err := check("deviations", 1, []Series{{Name: "all", Points: points}})
	if err != nil {
		return nil, err
	}
	look := heatLook{shades: deviations[:], cell: percent, best: "shown to differ", most: cellMax, tall: 17}
	for _, n := range columns {
		look.cols = append(look.cols, shorten(clean(n), nameLimit))
	}
	for _, n := range slices.Backward(rows) { // they are drawn upwards
		look.rows = append(look.rows, shorten(clean(n), nameLimit))
	}
	p := heatPanel{cells: map[[2]int]Point{}}
	for _, c := range ss[0].Points {
		x, y := int(c.X), int(c.Y)
		if float64(x) != c.X || float64(y) != c.Y || x > len(columns) || y > len(rows) {
			return nil, fmt.Errorf("chart: deviations: no place for a cell at %v, %v", c.X, c.Y)
		}
		if err := coordinate("the value", c.Value, 0, 0); err != nil {
			return nil, fmt.Errorf("chart: deviations: %w", err)
		}
		p.cells[[2]int{x, len(rows) + 1 - y}] = c
	}
	for x := range columns {
		p.xs = append(p.xs, x+1)
	}
	for y := range rows {
		p.ys = append(p.ys, y+1)
	}
	return &Figure{t.cleaned("deviations", "", ""), heat{[]heatPanel{p}, look}}, nil
}

// percent writes by how much a factor is off.
func percent(v float64) string {
	return strings.Replace(fmt.Sprintf("%+.0f%%", 100*(v-1)), "-", "−", 1)
}

type heatPanel struct {
	name   string
	xs, ys []int // of columns and rows, ascending
	cells  map[[2]int]Point
}

// shade is the colour of a range of factors.
type shade struct {
	below float64 // the first factor that is not in it
	name  string
	fill  role
	alpha float64
	over  float64 // how much of roleFG lies on it
	text  role
}

// shades are the colours of factors from below 1 to far above it, made of the theme's own: each is one colour, seen
// through in part, or a full one with some of the text's colour on it, so that both schemes have them. What is written
// on a shade has a contrast of 4.5 to it, which a test measures.
var shades = [...]shade{
	{.6, "below 0.6×", roleC2, .5, 0, roleFG},
	{.9, "0.6–0.9×", roleC2, .28, 0, roleFG},
	{1.1, "about 1×", roleGrid, 1, 0, roleFG},
	{1.6, "1.1–1.6×", roleC1, .2, 0, roleFG},
	{3, "1.6–3×", roleC1, .36, 0, roleFG},
	{8, "3–8×", roleC1, .52, 0, roleFG},
	{24, "8–24×", roleC1, 1, 0, roleBG},
	{64, "24–64×", roleC1, 1, .35, roleBG},
	{math.Inf(1), "64× or more", roleC1, 1, .62, roleBG},
}

// deviations are the same of what should be alike.
var deviations = [...]shade{
	{.9, "more than 10% slower", roleC2, .66, 0, roleFG},
	{.95, "5–10% slower", roleC2, .42, 0, roleFG},
	{.98, "2–5% slower", roleC2, .2, 0, roleFG},
	{1.02, "within 2%", roleGrid, 1, 0, roleFG},
	{1.05, "2–5% faster", roleC1, .2, 0, roleFG},
	{1.1, "5–10% faster", roleC1, .36, 0, roleFG},
	{math.Inf(1), "more than 10% faster", roleC1, .52, 0, roleFG},
}

// shadeOf returns which shade a factor has.
func (l heatLook) shadeOf(v float64) int {
	return slices.IndexFunc(l.shades, func(s shade) bool { return v < s.below })
}

func (s shade) paint(p pen, c draw.Canvas, path vg.Path) {
	p.fill(c, s.fill, s.alpha, path)
	if s.over > 0 {
		p.fill(c, roleFG, s.over, path)
	}
}

const (
	cellHeight = 27
	cellGap    = 2.5
	cellRound  = 3
	cellMax    = 92 // width of a cell that has all room
	heatGap    = 26 // between panels
	panelHead  = 15 // height of a panel's heading
)

// heatPlace is where a panel stands.
type heatPlace struct {
	at   vg.Point  // its top left, relative to that of the drawing, downwards
	cell vg.Length // width of a column
	rows vg.Length // room at the left for the names of its rows
}

// layout puts panels beside each other as long as their cells keep a width, and returns the height of all. All cells
// are alike.
func (k heat) layout(p pen) (places []heatPlace, height vg.Length) {
	var lines [][]heatPanel
	var cell vg.Length
	for n := len(k.panels); n > 0 && cell < p.pick(44, 38); n-- {
		lines, cell = slices.Collect(slices.Chunk(k.panels, n)), k.look.most
		for _, line := range lines {
			cell = min(cell, k.cellWidth(p, line))
		}
	}
	y := vg.Length(0)
	for _, line := range lines {
		tall := 0
		for _, q := range line {
			tall = max(tall, len(q.ys))
		}
		x := vg.Length(0)
		for _, q := range line {
			// Panels stand on one line: their columns are read below.
			drop := vg.Length(tall-len(q.ys)) * (k.look.tall + cellGap)
			places = append(places, heatPlace{vg.Point{X: x, Y: y + drop}, cell, q.rowRoom(p, k.look)})
			x += q.rowRoom(p, k.look) + cell*vg.Length(len(q.xs)) + heatGap
		}
		y += panelHead + 4 + vg.Length(tall)*(k.look.tall+cellGap) + p.tickSize()*1.5 + 10
	}
	return places, y - 10
}

// cellWidth returns the width that the cells of panels beside each other can have.
func (k heat) cellWidth(p pen, line []heatPanel) vg.Length {
	room, cols := p.pick(608, 336)+heatGap, 0
	for _, q := range line {
		room, cols = room-q.rowRoom(p, k.look)-heatGap, cols+len(q.xs)
	}
	return room / vg.Length(cols)
}

// rowRoom is the width of the names of a panel's rows.
func (q heatPanel) rowRoom(p pen, l heatLook) vg.Length {
	var w vg.Length
	for _, y := range q.ys {
		w = max(w, run{s: name(l.rows, y), size: p.tickSize()}.width())
	}
	return min(w, p.pick(220, 130)) + 6
}

func (k heat) height(p pen) vg.Length {
	_, h := k.layout(p)
	return h + 2*axisName + 4
}

func (k heat) plan(p pen, t Text, box vg.Rectangle) plan {
	places, _ := k.layout(p)
	size := p.tickSize()
	full := box.Max.X - box.Min.X
	yn := run{s: t.Y, size: size, role: roleMuted}.fit(full)
	xn := run{s: t.X, size: size, role: roleMuted}.fit(full)
	return plan{keys: k.keys(p), draw: func(c draw.Canvas) {
		p.write(c, yn, vg.Point{X: box.Min.X, Y: box.Max.Y - size})
		p.write(c, xn, vg.Point{X: box.Min.X + places[len(places)-1].rows, Y: box.Min.Y + size*descender})
		for i, q := range k.panels {
			at := vg.Point{X: box.Min.X + places[i].at.X, Y: box.Max.Y - axisName - 4 - places[i].at.Y}
			q.draw(p, c, at, places[i], k.look)
		}
	}}
}

// draw draws a panel below and to the right of a point.
func (q heatPanel) draw(p pen, c draw.Canvas, at vg.Point, place heatPlace, l heatLook) {
	size := p.tickSize()
	left := at.X + place.rows
	title := run{s: shorten(q.name, nameLimit), size: p.labelSize(), semi: true, role: roleFG, tip: q.name}
	if title.s == q.name {
		title.tip = ""
	}
	p.write(c, title.fit(place.cell*vg.Length(len(q.xs))+place.rows), vg.Point{X: at.X, Y: at.Y - title.size*.9})
	top := at.Y - panelHead - 4
	for r := range q.ys {
		y := q.ys[len(q.ys)-1-r]
		low := top - vg.Length(r+1)*(l.tall+cellGap) + cellGap
		p.write(c, run{s: name(l.rows, y), size: size, role: roleMuted, align: text.XRight}.fit(place.rows-6+.01),
			vg.Point{X: left - 6, Y: low + (l.tall-size*capHeight)/2})
		for i, x := range q.xs {
			b := vg.Rectangle{Min: vg.Point{X: left + vg.Length(i)*place.cell, Y: low}}
			b.Max = vg.Point{X: b.Min.X + place.cell - cellGap, Y: low + l.tall}
			q.cell(p, c, b, x, y, l)
		}
	}
	below := top - vg.Length(len(q.ys))*(l.tall+cellGap) - size*.9
	end := at.X
	for i, x := range q.xs {
		r := run{s: name(l.cols, x), size: size, role: roleMuted, align: text.XCenter}
		mid := left + (vg.Length(i)+.5)*place.cell - cellGap/2
		if mid-r.width()/2 < end { // columns are narrower than their names
			continue
		}
		end = mid + r.width()/2 + 4
		p.write(c, r, vg.Point{X: mid, Y: below})
	}
}

// cell draws one place of a panel.
func (q heatPanel) cell(p pen, c draw.Canvas, b vg.Rectangle, x, y int, l heatLook) {
	v, measured := q.cells[[2]int{x, y}]
	if !measured {
		tip := fmt.Sprintf("%s: not measured", q.at(x, y, l))
		group(c, "tx", shorten(tip, 400), func() { p.missing(c, b) })
		return
	}
	s := l.shades[l.shadeOf(v.Value)]
	tip := clean(v.Tip)
	if tip == "" {
		tip = fmt.Sprintf("%s: %s×", q.at(x, y, l), number(v.Value))
	}
	group(c, "pt", shorten(tip, 400), func() {
		s.paint(p, c, rounded(b, cellRound))
		if v.Best {
			inset := vg.Length(2.6)
			if b.Max.X-b.Min.X < cellHeight/2 { // most of the colour would be hidden
				inset = .6
			}
			p.outline(c, s.text, min(1.6, 2*inset), rounded(grow(b, -inset), cellRound-1))
		}
		r := run{s: l.cell(v.Value), size: p.labelSize(), semi: v.Best, role: s.text, align: text.XCenter}
		room := b.Max.X - b.Min.X - 6
		if r.width() > room {
			r.size -= 1.5
		}
		if r.width() <= room { // else the tooltip has it
			p.write(c, r, vg.Point{X: (b.Min.X + b.Max.X) / 2, Y: (b.Min.Y + b.Max.Y - r.size*capHeight) / 2})
		}
	})
}

// at names a place.
func (q heatPanel) at(x, y int, l heatLook) string {
	if l.rows != nil {
		return name(l.cols, x) + ", " + name(l.rows, y)
	}
	return fmt.Sprintf("%s: %d, %d", q.name, x, y)
}

// factor writes a factor of a cell, so that those beside each other have as many decimals.
func factor(v float64) string {
	if v >= .095 && v < 9.995 {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return number(v)
}

// missing draws a place that was not measured.
func (p pen) missing(c draw.Canvas, b vg.Rectangle) {
	c.SetLineStyle(draw.LineStyle{Color: p.ink(roleAxis), Width: .8, Dashes: dashes[2]})
	c.Stroke(rounded(grow(b, -.4), cellRound))
}

// rounded returns a rectangle with round corners.
func rounded(b vg.Rectangle, r vg.Length) vg.Path {
	var path vg.Path
	path.Move(vg.Point{X: b.Min.X + r, Y: b.Min.Y})
	for i, corner := range []vg.Point{
		{X: b.Max.X - r, Y: b.Min.Y + r}, {X: b.Max.X - r, Y: b.Max.Y - r},
		{X: b.Min.X + r, Y: b.Max.Y - r}, {X: b.Min.X + r, Y: b.Min.Y + r},
	} {
		path.Arc(corner, r, (float64(i)-1)*math.Pi/2, math.Pi/2)
	}
	path.Close()
	return path
}

// keys explains the shades that occur, the frame, and the places that were not measured.
func (k heat) keys(p pen) []key {
	used := make([]bool, len(k.look.shades))
	var best, missing bool
	for _, q := range k.panels {
		for _, c := range q.cells {
			used[k.look.shadeOf(c.Value)] = true
			best = best || c.Best
		}
		missing = missing || len(q.cells) < len(q.xs)*len(q.ys)
	}
	var out []key
	for i, s := range k.look.shades {
		if used[i] {
			out = append(out, key{label: s.name, sample: func(c draw.Canvas, b vg.Rectangle) {
				s.paint(p, c, rounded(b, 2))
			}})
		}
	}
	if best {
		out = append(out, key{label: k.look.best, sample: func(c draw.Canvas, b vg.Rectangle) {
			p.outline(c, roleFG, 1.6, rounded(grow(b, -.8), 2))
		}})
	}
	if missing {
		out = append(out, key{label: "not measured", sample: func(c draw.Canvas, b vg.Rectangle) { p.missing(c, b) }})
	}
	return out
}
