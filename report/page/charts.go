package page

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// Charts draws what a source's data allow. A chart that has nothing to show is
// left out; the error is of charts that should have been drawn and could not.
func (r *Report) Charts(source string) ([]*chart.Figure, error) {
	var figures []*chart.Figure
	var errs []error
	for _, draw := range []func(string) (*chart.Figure, error){r.plane, r.throughput, r.speedup} {
		f, err := draw(source)
		if err != nil {
			errs = append(errs, err)
		} else if f != nil {
			figures = append(figures, f)
		}
	}
	return figures, errors.Join(errs...)
}

func tone(g scaling.Gain) chart.Tone {
	if g.Kind == "" {
		return chart.Neutral
	}
	return chart.Tone(g.Kind)
}

// cpus is the number of processors that charts of a source mark.
func (r *Report) cpus(source string) int {
	for _, g := range r.of(source) {
		return g.P
	}
	return 1
}

// median returns a median as coordinates.
func median(p *series.Point, unit string) (mid, lo, hi float64) {
	i := stats.Median(p.Values(unit))
	return i.Mid, i.Lo, i.Hi
}

// plane places cells by tasks in flight and CPUs busy. Waiting work stands
// there with every cell, a line for each GOMAXPROCS. Computing work only with
// one goroutine on one processor and with as many as there are: in between it
// is preempted in the middle of tasks, so that its tasks in flight depend on
// how long a sample is.
func (r *Report) plane(source string) (*chart.Figure, error) {
	var ss []chart.Series
	add := func(g scaling.Gain, name string, in func(*series.Point) bool) {
		s := chart.Series{Name: name, Tone: tone(g)}
		for _, pt := range r.points(source) {
			if pt.Name != g.Name || pt.Goroutines < 1 || !in(pt) {
				continue
			}
			x, xlo, xhi := median(pt, "inflight")
			y, ylo, yhi := median(pt, "cpus")
			if x > 0 && y > 0 { // the axes are logarithmic
				s.Points = append(s.Points, chart.Point{X: x, Y: y, XLo: xlo, XHi: xhi, YLo: ylo, YHi: yhi,
					Tip: fmt.Sprintf("%s, %s: %s in flight, %s CPUs busy", short(g.Name), cell(pt), number(x), number(y))})
			}
		}
		if len(s.Points) > 0 {
			slices.SortStableFunc(s.Points, func(a, b chart.Point) int { return cmp.Compare(a.X, b.X) })
			ss = append(ss, s)
		}
	}
	for _, g := range r.of(source) {
		if g.Kind != "waiting" && g.Kind != "mixed" {
			add(g, short(g.Name), func(p *series.Point) bool {
				return p.Goroutines == 1 && p.Procs == 1 || p.Goroutines == g.G && p.Procs == g.P && g.P > 1
			})
			continue
		}
		for _, procs := range slices.Compact([]int{1, g.P}) {
			add(g, fmt.Sprintf("%s, P=%d", short(g.Name), procs), func(p *series.Point) bool { return p.Procs == procs })
		}
	}
	if len(ss) == 0 {
		return nil, nil
	}
	return chart.Plane(chart.Text{
		ID:    "plane",
		Title: r.planeTitle(source),
		Sub:   "Tasks in flight and CPUs busy in each cell, medians over rounds · both axes logarithmic",
		Note:  "Tasks in flight = sum of the tasks' residence times ÷ wall time (Little's law). CPUs busy = CPU time of the process ÷ wall time. Lines join cells that differ in goroutines only.",
		Alt:   r.planeTitle(source) + ". Scatter chart of mean tasks in flight against mean CPUs busy.",
	}, r.cpus(source), ss)
}

func (r *Report) throughput(source string) (*chart.Figure, error) {
	var ss []chart.Series
	for _, g := range r.of(source) {
		s := chart.Series{Name: short(g.Name), Tone: tone(g)}
		for _, rate := range scaling.Throughput(r.Data, source, g.Name, g.P) {
			t := rate.Throughput
			s.Points = append(s.Points, chart.Point{X: float64(rate.G), Y: t.Mid, YLo: t.Lo, YHi: t.Hi,
				Tip: fmt.Sprintf("%s, %s: %s tasks/s", s.Name, plural(rate.G, "goroutine"), withInterval(t))})
		}
		if len(s.Points) > 0 {
			ss = append(ss, s)
		}
	}
	if len(ss) == 0 {
		return nil, nil
	}
	return chart.Throughput(chart.Text{
		ID:    "throughput",
		Title: r.throughputTitle(source),
		Sub:   fmt.Sprintf("Tasks per second over goroutines at GOMAXPROCS %d · bands are 95%% intervals", r.cpus(source)),
		Note:  "A line that rises with slope 1 gains in full from more goroutines; a level one gains nothing. Heights compare one workload with itself: tasks differ in size.",
		Alt:   r.throughputTitle(source) + ". Line chart of throughput over goroutines.",
	}, ss)
}

func (r *Report) speedup(source string) (*chart.Figure, error) {
	var ss []chart.Series
	for _, g := range r.of(source) {
		s := chart.Series{Name: short(g.Name), Tone: tone(g)}
		for _, step := range scaling.Speedup(r.Data, source, g.Name, g.G) {
			u := step.Speedup
			s.Points = append(s.Points, chart.Point{X: float64(step.P), Y: u.Mid, YLo: u.Lo, YHi: u.Hi, Hollow: step.Oversubscribed,
				Tip: fmt.Sprintf("%s, GOMAXPROCS %d: %s", s.Name, step.P, times(u))})
		}
		if len(s.Points) > 1 {
			ss = append(ss, s)
		}
	}
	if len(ss) == 0 {
		return nil, nil
	}
	return chart.Speedup(chart.Text{
		ID:    "speedup",
		Title: r.speedupTitle(source),
		Sub:   "Speed-up over GOMAXPROCS 1 with the same goroutines · bands are 95% intervals",
		Note:  "Taken at the goroutines of the gains table: 64 for waiting work, at least one a CPU for the rest.",
		Alt:   r.speedupTitle(source) + ". Line chart of speed-up over GOMAXPROCS with the ideal line.",
	}, r.cpus(source), ss)
}
