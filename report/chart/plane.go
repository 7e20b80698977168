package chart

import (
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"conpar/report/words"
)

// Plane draws how concurrent and how parallel each configuration was: mean tasks in flight (X) against mean CPUs busy
// (Y), both logarithmic. A task occupies one CPU at most, and there are so many CPUs: what lies above min(X, cpus)
// cannot be reached. Points of a series are joined in the given order.
func Plane(t Text, cpus int, s []Series) (*Figure, error) {
	ss, err := check("plane", cpus, s)
	if err != nil {
		return nil, err
	}
	t = t.cleaned("plane", "mean tasks in flight: more concurrency →", "↑ mean CPUs busy: more parallelism")
	return &Figure{t, graph{ss, scatterRadius, true, plane{ss, float64(cpus)}}}, nil
}

// scatterRadius is that of a marker on a plane.
const scatterRadius = 3.8

type plane struct {
	ss   []Series
	cpus float64
}

func (plane) height(p pen) vg.Length { return p.pick(350, 310) }

func (k plane) axes(p pen, width, height vg.Length) (x, y axis) {
	xs := spanOf(k.ss, inX).with(1).with(2*k.cpus).pad(.045, .05)
	ys := spanOf(k.ss, inY).with(.5).with(k.cpus)
	ys = ys.pad(.05, 0).with(max(1.7*k.cpus, ys.hi*1.1))
	rx, ry := p.along(false, true, xs, width), p.along(true, true, ys, height)
	return axis{rx, rx.first(rx.powers()...)}, axis{ry, ry.cpuTicks(k.cpus)}
}

// poly returns the closed path through points.
func poly(pts ...vg.Point) vg.Path {
	var p vg.Path
	for i, q := range pts {
		if i == 0 {
			p.Move(q)
		} else {
			p.Line(q)
		}
	}
	p.Close()
	return p
}

// lay shades the zones of the plane.
func (k plane) lay(f *frame) {
	left, right, low, high := f.xs.span.lo, f.xs.span.hi, f.ys.span.lo, f.ys.span.hi
	corner := max(left, low) // where the limit of one CPU a task enters
	limit := []vg.Point{f.at(corner, corner), f.at(k.cpus, k.cpus), f.at(right, k.cpus)}
	one := f.across(1)
	f.avoid(limit...)
	f.avoid(f.at(1, 1), one.b)
	k.captions(f)
	f.under = append(f.under, func(c draw.Canvas) {
		beyond := append([]vg.Point{f.at(left, high), f.at(left, corner)}, limit...)
		f.fill(c, rolePanel, 1, poly(append(beyond, f.at(right, high))...))
		if k.cpus > 1 {
			f.fill(c, roleC1, .07, poly(f.at(1, 1), f.at(k.cpus, k.cpus), f.at(right, k.cpus), f.at(right, 1)))
		}
		f.fill(c, roleC2, .06, f.area(1, low, right, 1))
		f.rule(c, one, false)
		c.StrokeLines(draw.LineStyle{Color: f.ink(roleFaint), Width: 1.1, Dashes: dashes[1]}, limit)
	})
}

// captions finds places for the names of the zones. Each has a long form, with what it means, and a short one.
func (k plane) captions(f *frame) {
	d, size, all := f.data, f.tickSize(), f.y(k.cpus)
	put := func(r run, wordings []string, heights []vg.Length, anchors ...anchor) {
		f.put(r.places(wordings, heights, anchors...), throughText)
	}
	busy := "all " + words.Count(int(k.cpus), "CPU") + " busy"
	if k.cpus == 1 {
		busy = "the CPU busy"
	}
	caption := f.caption("", text.XLeft)
	put(caption, []string{busy}, []vg.Length{all + 4, all - size - 2}, leftOf(d.Max.X-5), rightOf(f.x(k.cpus)+4))
	put(caption, []string{"not reachable: at most one CPU a task", "not reachable"},
		[]vg.Length{d.Max.Y - size - 3, all + 4, (all + d.Max.Y) / 2}, rightOf(d.Min.X+5))
	right := leftOf(d.Max.X - 6)
	if k.cpus > 1 {
		put(f.bold(roleC1), []string{"PARALLEL: more than one CPU busy", "PARALLEL"},
			heights(f.y(1)+4, all-size-2, 5), right, rightOf(f.x(k.cpus)+6), leftOf((f.x(k.cpus)+d.Max.X)/2))
	}
	put(f.bold(roleC2), []string{"CONCURRENT, NOT PARALLEL: many tasks, at most one CPU", "CONCURRENT, NOT PARALLEL"},
		heights(d.Min.Y+6, f.y(1)-size-3, 6), right, rightOf(f.x(1)+6))
}

// heights returns n heights between two, the lowest and highest first.
func heights(lo, hi vg.Length, n int) []vg.Length {
	between := steps(lo, (hi-lo)/vg.Length(n-1), n-1)
	return slices.Insert(between, 1, hi)
}
