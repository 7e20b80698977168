package chart

import (
	"fmt"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"conpar/report/words"
)

// Gains draws what each workload gained on one CPU (X), from more goroutines and a higher GOMAXPROCS, and from more
// CPUs (Y), both logarithmic, each with its interval as a cross. Where the suite predicts waiting and computing work to
// lie is shaded. A text with axes of its own may place other gains.
//
// Of more than 0 workers it draws what programs in some languages gained from so
// many workers on waiting tasks, and from a worker for each CPU on computing
// tasks. In place of predictions stand the limits: neither gain can exceed its
// number of workers, but for noise.
func Gains(t Text, workers, cpus int, s []Series) (*Figure, error) {
	if workers < 0 || workers == 1 {
		return nil, fmt.Errorf("chart: gains: %d workers", workers)
	}
	ss, err := check("gains", cpus, s)
	if err != nil {
		return nil, err
	}
	t = t.cleaned("gains", "gain on one CPU: more goroutines, a higher GOMAXPROCS (×) →",
		"↑ parallelism gain: all CPUs (×)")
	return &Figure{t, graph{ss, scatterRadius, true, gains{ss, float64(cpus), float64(workers)}}}, nil
}

type gains struct {
	ss      []Series
	cpus    float64
	workers float64 // 0: of workloads
}

func (gains) height(p pen) vg.Length { return p.pick(340, 320) }

// aboutOne is how far from 1 a gain counts as none in the shading, either way. It is drawn, not used for verdicts.
const aboutOne = 1.25

func (k gains) axes(p pen, width, height vg.Length) (x, y axis) {
	xs := spanOf(k.ss, inX).with(1/aboutOne).with(max(4, k.workers*1.1)).pad(.06, .07)
	ys := spanOf(k.ss, inY).with(1/aboutOne).with(k.cpus*1.1).with(1.6).pad(.07, .07)
	rx, ry := p.along(false, true, xs, width), p.along(true, true, ys, height)
	x, y = axis{rx, rx.first(rx.decimals()...)}, axis{ry, ry.cpuTicks(k.cpus)}
	if k.workers > 0 {
		x.ticks = rx.cpuTicks(k.workers)
	}
	return x, y
}

func (k gains) lay(f *frame) {
	if k.workers > 0 {
		k.limits(f)
	} else {
		k.predictions(f)
	}
}

// predictions shades where work is predicted to lie, draws the lines of no gain and of all CPUs, and takes the room of
// their captions.
func (k gains) predictions(f *frame) {
	ceiling, one, none := f.across(k.cpus), f.across(1), f.upright(1)
	f.lines = append(f.lines, ceiling, one, none)
	d, size, right := f.data, f.tickSize(), f.x(aboutOne)+6
	f.put(f.bold(roleC2).places(
		[]string{"WAITING is predicted here: goroutines help", "WAITING is predicted here"},
		[]vg.Length{f.y(1/aboutOne) + 3.5, f.y(aboutOne) - size, f.y(1/aboutOne) - size - 1},
		leftOf(d.Max.X-6), rightOf(right)), throughText)
	if k.cpus > 1 {
		top := ceiling.a.Y
		f.put(f.caption("", text.XLeft).places([]string{"all " + words.Count(int(k.cpus), "CPU")},
			[]vg.Length{top + 4, top - size - 2}, leftOf(d.Max.X-6), rightOf(right)), throughText)
		f.put(k.computingPlaces(f), throughText)
	}
	f.under = append(f.under, func(c draw.Canvas) {
		if k.cpus > 1 {
			f.fill(c, roleC1, .09, f.area(1/aboutOne, min(aboutOne, k.cpus), aboutOne, k.cpus*1.1))
		}
		f.fill(c, roleC2, .08, f.area(aboutOne, 1/aboutOne, f.xs.span.hi, aboutOne))
		f.rule(c, one, false)
		f.rule(c, none, false)
		if k.cpus > 1 {
			f.rule(c, ceiling, true)
		}
	})
}

// computingPlaces returns where the caption of the computing region may stand. The region is too slim for words, so it
// stands beside it, on the side that has more room. An arrow tells which side that is.
func (k gains) computingPlaces(f *frame) []tag {
	left, right := f.x(1/aboutOne)-6, f.x(aboutOne)+6
	side := rightOf(right)
	wordings := []string{"← COMPUTING is predicted here: CPUs help", "← COMPUTING is predicted here"}
	if left-f.data.Min.X > f.data.Max.X-right {
		side = leftOf(left)
		wordings = []string{"COMPUTING is predicted here: CPUs help →", "COMPUTING is predicted here →"}
	}
	low, top, size := f.y(aboutOne), f.y(k.cpus), f.tickSize()
	return f.bold(roleC1).places(wordings,
		[]vg.Length{(low + top) / 2, top - 2*size, low + size, top - 4*size, low + 3*size}, side)
}

// limits draws the lines of no gain and of all that there can be, with their captions.
func (k gains) limits(f *frame) {
	lines := []segment{f.upright(1), f.upright(k.workers), f.across(1), f.across(k.cpus)}
	f.lines = append(f.lines, lines...)
	size := f.tickSize()
	caption := f.caption("", text.XLeft)
	f.put(caption.places([]string{words.Count(int(k.workers), "worker")},
		[]vg.Length{f.data.Min.Y + 5, f.data.Max.Y - size - 2}, leftOf(f.x(k.workers)-5)), throughText)
	if k.cpus > 1 {
		y := f.y(k.cpus)
		f.put(caption.places([]string{"all " + words.Count(int(k.cpus), "CPU")},
			[]vg.Length{y + 4, y - size - 2}, rightOf(f.x(1)+6)), throughText)
	}
	f.under = append(f.under, func(c draw.Canvas) {
		f.grid(c, true)
		for i, l := range lines {
			f.rule(c, l, i%2 == 1)
		}
	})
}
