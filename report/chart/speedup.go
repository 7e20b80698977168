package chart

import (
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"conpar/report/words"
)

// Speedup draws the speed-up over GOMAXPROCS=1 (Y) over GOMAXPROCS (X), both linear, with the ideal: as many times as
// fast as there are Ps, up to the CPUs. Beyond them the ground is shaded and points are hollow, as more Ps than CPUs
// measure the scheduler, not the work. 0 CPUs are unknown ones: none are marked, and the ideal has no bend.
func Speedup(t Text, cpus int, s []Series) (*Figure, error) {
	known := float64(cpus)
	if cpus == 0 {
		known, cpus = math.Inf(1), 1
	}
	ss, err := check("speedup", cpus, s)
	if err != nil {
		return nil, err
	}
	byX(ss)
	for _, s := range ss {
		for j := range s.Points {
			if s.Points[j].X > known {
				s.Points[j].Hollow = true
			}
		}
	}
	return &Figure{t.cleaned("speedup", "GOMAXPROCS", "↑ speed-up (×)"), graph{ss, 3.2, false, speedup{ss, known}}}, nil
}

type speedup struct {
	ss   []Series
	cpus float64
}

func (speedup) height(p pen) vg.Length { return p.pick(310, 270) }

func (k speedup) axes(p pen, width, height vg.Length) (x, y axis) {
	rx, ry := p.along(false, false, k.xs(), width), p.along(true, false, k.ys(), height)
	return axis{rx, k.ticks(rx)}, axis{ry, ry.first(ry.even()...)}
}

// xs returns the range of GOMAXPROCS: from 1, with room at both sides for markers.
func (k speedup) xs() span {
	d := spanOf(k.ss, inX).with(1)
	if d.hi == d.lo {
		d.hi++
	}
	w := d.hi - d.lo
	return span{d.lo - .03*w, d.hi + .012*w}
}

// ys returns the range of the speed-up: from 0. The ideal is within it unless that would press the data into the lower
// half.
func (k speedup) ys() span {
	d := spanOf(k.ss, inY)
	top := max(d.hi, 1)
	if ideal := min(k.cpus, spanOf(k.ss, inX).hi); ideal <= 2*top {
		top = max(top, ideal)
	} else {
		top *= 1.35
	}
	return span{0, top * 1.08}
}

// ticks prefers the ends, the CPUs, and the measured numbers.
func (k speedup) ticks(r room) []float64 {
	xs := distinct(k.ss)
	slices.Reverse(xs)
	if len(xs) == 0 {
		xs = r.first(r.even()...)
	}
	return r.greedy(append([]float64{1, spanOf(k.ss, inX).hi, k.cpus}, xs...)...)
}

// lay draws what the lines stand on: the region beyond the CPUs, the CPUs, the ideal.
func (k speedup) lay(f *frame) {
	top, right := f.ys.span.hi, f.xs.span.hi
	ideal := []vg.Point{f.at(1, 1)}
	if bend := min(k.cpus, right); bend <= top {
		ideal = append(ideal, f.at(bend, bend), f.at(right, bend))
	} else {
		ideal = append(ideal, f.at(top, top))
	}
	for _, v := range f.ys.ticks { // no caption on a grid line
		f.lines = append(f.lines, f.across(v))
	}
	f.avoid(ideal...)
	if k.cpus < right {
		line := f.upright(k.cpus)
		f.lines = append(f.lines, line)
		f.under = append(f.under, func(c draw.Canvas) {
			if k.beyondCPUs() {
				f.fill(c, rolePanel, 1, f.area(k.cpus, 0, right, top))
			}
			f.rule(c, line, false)
		})
	}
	f.under = append(f.under, func(c draw.Canvas) {
		f.grid(c, false) // on the shading, which would hide it
		c.StrokeLines(draw.LineStyle{Color: f.ink(roleFaint), Width: 1.2, Dashes: dashes[2]}, ideal)
	})
	f.put(k.cpuPlaces(f), throughText)
	f.put(k.idealPlaces(f, ideal), throughText)
}

func (k speedup) beyondCPUs() bool { return spanOf(k.ss, inX).hi > k.cpus }

// cpuPlaces returns where the caption of the line at the CPUs may stand, best first.
func (k speedup) cpuPlaces(f *frame) []tag {
	if k.cpus > f.xs.span.hi {
		return nil
	}
	x, right := f.x(k.cpus), f.data.Max.X
	caption, bottom, high := f.caption("", text.XLeft), f.data.Min.Y+5, f.data.Max.Y-f.tickSize()-1
	if k.beyondCPUs() {
		return caption.places([]string{"more Ps than CPUs", "Ps > CPUs"}, []vg.Length{high, bottom},
			leftOf(right-5), rightOf(x+5))
	}
	return caption.places([]string{words.Count(int(k.cpus), "CPU")},
		[]vg.Length{bottom, high, (bottom + high) / 2}, leftOf(x-5))
}

// idealPlaces returns where the caption of the ideal may stand: left of the slope, higher first.
func (k speedup) idealPlaces(f *frame, ideal []vg.Point) []tag {
	a, slope := ideal[0], ideal[1].Sub(ideal[0])
	var out []tag
	for _, w := range []vg.Length{.97, .9, .8, .7, .6, .5, .4, .3} {
		p := a.Add(slope.Scale(w))
		out = append(out, tag{run: f.caption("ideal", text.XRight), at: vg.Point{X: p.X - 6, Y: p.Y}},
			tag{run: f.caption("ideal", text.XRight), at: vg.Point{X: p.X - 9, Y: p.Y + 4}})
	}
	return out
}

// caption is small text about the ground.
func (p pen) caption(s string, align text.XAlignment) run {
	return run{s: s, size: p.tickSize(), role: roleMuted, align: align}
}

// bold is a caption in a colour.
func (p pen) bold(r role) run { return run{size: p.tickSize(), semi: true, role: r} }
