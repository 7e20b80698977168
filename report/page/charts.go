package page

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// Some of the charts' IDs. They are also the stems of the files.
const (
	idGains      = "gains"
	idPlane      = "plane"
	idThroughput = "throughput"
	idSpeedup    = "speedup"
)

// maxDrawn is how many workloads a chart shows. More lines could not be told
// apart, and anybody's benchmark output may hold thousands.
const maxDrawn = 24

// Charts draws what a source's data allow, the gains first. A chart that has
// nothing to show is left out; the error is of charts that should have been
// drawn and could not.
func (r *Report) Charts(source string) ([]*chart.Figure, error) {
	d := &drawing{Report: r, source: source, rows: r.of(source)}
	if n := len(d.rows); n > maxDrawn {
		slices.SortStableFunc(d.rows, headFirst) // titles speak of them
		d.note = fmt.Sprintf("Drawn are %d of %d workloads.", maxDrawn, n)
		d.rows = d.rows[:maxDrawn]
	}
	var figures []*chart.Figure
	var errs []error
	for _, draw := range []func() (*chart.Figure, error){
		d.kitchen, d.traces, d.gains, d.plane, d.throughput, d.speedup, d.heat, d.coordination, d.memory, d.sum,
		d.languages,
		d.mapped, d.ceiling, d.pool, d.latency,
	} {
		switch f, err := draw(); {
		case f != nil:
			figures = append(figures, f)
		case err != nil && !errors.Is(err, chart.ErrEmpty):
			errs = append(errs, err)
		}
	}
	return figures, errors.Join(errs...)
}

func isHead(g scaling.Gain) bool { return g.Name == headWaiting || g.Name == headComputing }

// headFirst orders headline rows before others.
func headFirst(a, b scaling.Gain) int {
	switch {
	case isHead(a) == isHead(b):
		return 0
	case isHead(a):
		return -1
	}
	return 1
}

// drawing is what the charts of one source have in common.
type drawing struct {
	*Report
	source string
	rows   []scaling.Gain
	note   string // about all of them
}

// cpus is the number of CPUs that charts of a source mark.
func (r *Report) cpus(source string) int {
	for _, g := range r.of(source) {
		return g.CPUs
	}
	return 1
}

// bands explains the bands of a chart of lines, if it has any.
func bands(ss []chart.Series) string {
	for _, s := range ss {
		for _, p := range s.Points {
			if p.YLo < p.Y || p.YHi > p.Y { // false of NaN
				return "bands are 95% intervals"
			}
		}
	}
	return "too few rounds for intervals, or no noise"
}

// text is what stands around a chart of workloads.
func (d *drawing) text(id, title, sub, alt string, notes ...string) chart.Text {
	return around(id, title, sub, alt, append(notes, d.note)...)
}

// around is what stands around a chart. Alt says what kind of chart it is.
func around(id, title, sub, alt string, notes ...string) chart.Text {
	notes = slices.DeleteFunc(notes, func(s string) bool { return s == "" })
	return chart.Text{ID: id, Title: title, Sub: sub, Note: strings.Join(notes, " "), Alt: title + ". " + alt}
}

// at is a point with an interval in Y.
func at(x float64, y stats.Interval, tip string, args ...any) chart.Point {
	return chart.Point{X: x, Y: y.Mid, YLo: y.Lo, YHi: y.Hi, Tip: fmt.Sprintf(tip, args...)}
}

// on is a point on a plane, with intervals in both directions.
func on(x, y stats.Interval, tip string, args ...any) chart.Point {
	p := at(x.Mid, y, tip, args...)
	p.XLo, p.XHi = x.Lo, x.Hi
	return p
}

// drawable returns the points that can be drawn. Anybody's data may hold a value
// that is zero or too far out for a logarithmic axis; it stands in the tables
// all the same. Where only an interval reaches down to zero, the point is drawn
// without.
func drawable(all ...chart.Point) (points []chart.Point) {
	for _, p := range all {
		if p.Check() != nil {
			p.XLo, p.XHi, p.YLo, p.YHi = 0, 0, 0, 0
		}
		if p.Check() == nil {
			points = append(points, p)
		}
	}
	return points
}

// add adds s to ss with the points that can be drawn, if there are at least so
// many.
func add(ss []chart.Series, s chart.Series, least int) []chart.Series {
	if s.Points = drawable(s.Points...); len(s.Points) < least {
		return ss
	}
	return append(ss, s)
}

// gains places each workload by what it gains on one CPU and by what all CPUs
// add; in a run without cells on one CPU, by its gains of goroutines and of
// GOMAXPROCS. Rows that lack one have no place; the note names them.
func (d *drawing) gains() (*chart.Figure, error) {
	var ss []chart.Series
	var drawn []scaling.Gain
	var missing []string
	known, oneCPU := true, slices.ContainsFunc(d.rows, func(g scaling.Gain) bool { return g.OneCPU })
	for _, g := range d.rows {
		x, y := g.Before, g.Last()
		how := "from %s"
		if g.OneCPU {
			how = fmt.Sprintf("on one CPU from %%s at GOMAXPROCS %d", g.P)
		}
		place := drawable(on(x.Interval, y.Interval, "%s: %s "+how+", %s from %s", short(g.Name),
			words.Times(x.Interval),
			words.Count(g.G, "goroutine"), words.Times(y.Interval), lastKnob(g)))
		if x.Why != "" || y.Why != "" || g.OneCPU != oneCPU || len(place) == 0 {
			missing = append(missing, short(g.Name))
			continue
		}
		ss = append(ss, chart.Series{Name: short(g.Name), Kind: g.Kind, Points: place})
		drawn = append(drawn, g)
		known = known && x.Known() && y.Known()
	}
	sub := "One point a workload, crosses are 95% intervals · both axes logarithmic"
	if !known {
		sub = "One point a workload, a cross where its 95% interval is known · both axes logarithmic"
	}
	note := ""
	if len(missing) > 0 {
		note = "Not measurable here, and so without a place: " + words.List(missing, 12) + "."
	}
	alt := "Scatter chart of what is gained on one CPU against the gain from more CPUs."
	if !oneCPU {
		alt = "Scatter chart of the gain from more goroutines against the gain from a higher GOMAXPROCS."
	}
	t := d.text(idGains, gainsTitle(drawn), sub, alt,
		"Shaded is where work is predicted to lie: waiting work gains from goroutines, computing work from CPUs.", note)
	if !oneCPU {
		t.X, t.Y = "more goroutines, GOMAXPROCS 1 (×) →", "↑ higher GOMAXPROCS, same goroutines (×)"
	}
	return chart.Gains(t, 0, d.cpus(d.source), ss)
}

// plane places cells by tasks in flight and CPUs busy. Waiting work stands
// there with every cell, a line for each GOMAXPROCS. Computing work only with
// one goroutine at GOMAXPROCS 1 and with as many as there are CPUs: in between it
// is preempted in the middle of tasks, so that its tasks in flight depend on
// how long a sample is.
func (d *drawing) plane() (*chart.Figure, error) {
	var ss []chart.Series
	source := d.Data.Source(d.source)
	line := func(g scaling.Gain, name string, in func(*series.Measurement) bool) {
		s := chart.Series{Name: name, Kind: g.Kind}
		for _, pt := range source.Work(g.Name).Free() {
			if pt.Goroutines < 1 || !in(pt) {
				continue
			}
			x, y := stats.MedianInterval(pt.Values("inflight")), stats.MedianInterval(pt.Values("cpus"))
			s.Points = append(s.Points, on(x, y, "%s, %s: %s in flight, %s CPUs busy",
				short(g.Name), cell(pt), words.Number(x.Mid), words.Number(y.Mid)))
		}
		slices.SortStableFunc(s.Points, func(a, b chart.Point) int { return cmp.Compare(a.X, b.X) })
		ss = add(ss, s, 1)
	}
	for _, g := range d.rows {
		if g.Kind != "waiting" && g.Kind != "mixed" {
			line(g, short(g.Name), func(p *series.Measurement) bool {
				return p.Goroutines == 1 && p.Procs == 1 || p.Goroutines == g.G && p.Procs == g.CPUs && g.CPUs > 1
			})
			continue
		}
		for _, procs := range slices.Compact([]int{1, g.CPUs}) {
			line(g, fmt.Sprintf("%s, P=%d", short(g.Name), procs),
				func(p *series.Measurement) bool { return p.Procs == procs })
		}
	}
	return chart.Plane(d.text(idPlane, d.planeTitle(d.source),
		"Tasks in flight and CPUs busy in each cell, medians over rounds · both axes logarithmic",
		"Scatter chart of mean tasks in flight against mean CPUs busy.",
		"Tasks in flight = sum of the tasks' residence times ÷ wall time (Little's law).",
		"CPUs busy = CPU time of the process ÷ wall time. Lines join cells that differ in goroutines only.",
	), d.cpus(d.source), ss)
}

func (d *drawing) throughput() (*chart.Figure, error) {
	var ss []chart.Series
	knee := ""
	head := map[string][]scaling.Rate{}
	for _, g := range d.rows {
		rates := scaling.Throughput(d.Data, d.source, g.Name, g.CPUs)
		head[g.Name] = rates
		s := chart.Series{Name: short(g.Name), Kind: g.Kind, Knee: scaling.Knee(rates)}
		for _, rate := range rates {
			t := rate.Throughput
			s.Points = append(s.Points, at(float64(rate.G), t, "%s, %s: %s tasks/s", s.Name,
				words.Count(rate.G, "goroutine"), words.Interval(t)))
		}
		if s.Points = drawable(s.Points...); len(s.Points) < len(rates) {
			s.Knee = 0 // it may lie where nothing is drawn
		}
		if s.Knee > 0 {
			knee = "Beyond a diamond, more goroutines bring little."
		}
		ss = add(ss, s, 1)
	}
	return chart.Lines(d.text(idThroughput, throughputTitle(head[headWaiting], head[headComputing]),
		fmt.Sprintf("Tasks per second over goroutines at GOMAXPROCS %d · %s", d.cpus(d.source), bands(ss)),
		"Line chart of throughput over goroutines.", knee,
		"A line that climbs at slope 1 gains in full from more goroutines; a level line gains nothing.",
		"Compare each workload with itself only: tasks differ in size.",
	), chart.Point{}, ss)
}

func (d *drawing) speedup() (*chart.Figure, error) {
	var ss []chart.Series
	hollow := ""
	for _, g := range d.rows {
		s := chart.Series{Name: short(g.Name), Kind: g.Kind}
		for _, step := range scaling.Speedup(d.Data, d.source, g.Name, g.G) {
			p := at(float64(step.P), step.Speedup, "%s, GOMAXPROCS %d: %s", s.Name, step.P, words.Times(step.Speedup))
			if p.Hollow = step.P > g.CPUs; p.Hollow {
				hollow = "Hollow: GOMAXPROCS is above the number of CPUs."
			}
			s.Points = append(s.Points, p)
		}
		ss = add(ss, s, 2)
	}
	ceiling := d.ceilings()
	if len(ss) == 0 {
		ceiling = nil
	}
	says := ""
	if len(ceiling) > 0 {
		says = "As many processes as CPUs show the machine's ceiling: what they lose, the hardware loses."
	}
	return chart.Speedup(d.text(idSpeedup, d.speedupTitle(d.source),
		"Speed-up over GOMAXPROCS 1 with the same goroutines · "+bands(ss),
		"Line chart of speed-up over GOMAXPROCS with the ideal line.",
		"Taken at the goroutines of the gains table: 64 for waiting work, at least one for each CPU for the rest.",
		hollow, says,
	), d.cpus(d.source), append(ss, ceiling...))
}
