package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// maxSamples is how many samples of a cell the chart of spread shows. Of more
// it shows so many of evenly spaced rank, the outermost among them.
const maxSamples = 100

// scatter is a row of the chart of spread: the samples of a workload at the
// cell of its gains, as shares of their median.
type scatter struct {
	gain      scaling.Gain
	point     *series.Point
	samples   []chart.Sample // ascending; at most maxSamples
	relative  []float64      // of all samples
	deviation float64        // half of them lie within it
}

// spread shows how the samples of a few cells scatter.
func (d *drawing) spread() (*chart.Figure, error) {
	rows := d.scatters()
	if len(rows) == 0 {
		return nil, nil
	}
	var ds []chart.Distribution
	var thinned []string
	least, most := math.MaxInt, 0
	for _, s := range rows {
		ds = append(ds, s.drawn())
		n := len(s.relative)
		least, most = min(least, n), max(most, n)
		if len(s.samples) < n {
			thinned = append(thinned, short(s.gain.Name))
		}
	}
	taken := plural(most, "sample") + " each"
	if least < most {
		taken = fmt.Sprintf("%d to %d samples each", least, most)
	}
	note := "The box reaches from quartile to quartile, the whiskers to the outermost sample within 1.5 box widths of it. Shown are the headline workloads, the first one of each other kind, and the noisiest, each at the cell of its gains."
	few := ""
	if least < stats.MinForInterval {
		few = fmt.Sprintf("Fewer than %d samples have neither curve nor box.", stats.MinForInterval)
	}
	if len(thinned) > 0 {
		few += fmt.Sprintf(" Of %s, %d samples of evenly spaced rank are drawn.", strings.Join(thinned, ", "), maxSamples)
	}
	title := spreadTitle(rows)
	return chart.Distributions(chart.Text{
		ID: idSpread, Title: title,
		Sub:  "Time per task, divided by the median of its cell · " + taken,
		Note: strings.TrimSpace(note + " " + strings.TrimSpace(few)), // not how many of all: it chooses for itself
		Alt:  title + ". Half-violins, boxes and every sample, a row a workload, and below them the cumulative share of the samples.",
		X:    "time per task ÷ its median (log scale)",
	}, ds)
}

// scatters chooses the rows: the headline workloads, the first one of each
// other kind, and the noisiest of all.
func (d *drawing) scatters() []scatter {
	of := d.Data.Source(d.source)
	cellOf := func(g scaling.Gain) *series.Point { return of.Work(g.Name).Cell(g.G, g.P) }
	var out []scatter
	var noisiest *scatter
	kinds := map[string]bool{}
	add := func(g scaling.Gain) bool {
		s, ok := scatterOf(g, cellOf(g))
		if ok {
			out = append(out, s)
			kinds[g.Kind] = true
		}
		return ok
	}
	for _, g := range d.headline(d.source) {
		add(g)
	}
	for _, g := range d.of(d.source) {
		if !kinds[g.Kind] {
			add(g)
		}
		s, ok := scatterOf(g, cellOf(g))
		if ok && (noisiest == nil || s.deviation > noisiest.deviation) {
			noisiest = &s
		}
	}
	if noisiest != nil && !slices.ContainsFunc(out, func(s scatter) bool { return s.gain.Name == noisiest.gain.Name }) {
		out = append(out, *noisiest)
	}
	return out
}

// scatterOf makes a row; false where there are not two samples, or one of them
// cannot be drawn.
func scatterOf(g scaling.Gain, p *series.Point) (scatter, bool) {
	if p == nil {
		return scatter{}, false
	}
	s := scatter{gain: g, point: p}
	times := p.Units.Of("sec/op")
	median := stats.Middle(times)
	for i, v := range times {
		r := v / median
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			continue
		case (chart.Point{X: 1, Y: r}).Check() != nil:
			return scatter{}, false
		}
		s.relative = append(s.relative, r)
		tip := fmt.Sprintf("%s, sample %d: %s× the median", short(g.Name), p.Rounds[i]+1, number3(r))
		if p.Disturbed(i) {
			tip += ", disturbed"
		}
		s.samples = append(s.samples, chart.Sample{Value: r, Hollow: p.Disturbed(i), Tip: tip})
	}
	if len(s.samples) < 2 {
		return scatter{}, false
	}
	slices.SortStableFunc(s.samples, func(a, b chart.Sample) int { return cmp.Compare(a.Value, b.Value) })
	s.samples = thinned(s.samples)
	s.deviation = halfWithin(s.relative)
	return s, true
}

// number3 writes a ratio near 1 so that 0.1% can be seen.
func number3(v float64) string {
	if v > 0.1 && v < 10 {
		return fmt.Sprintf("%.3f", v)
	}
	return number(v)
}

// thinned returns at most maxSamples of ascending samples, of evenly spaced
// rank, the first and the last among them.
func thinned(s []chart.Sample) []chart.Sample {
	if len(s) <= maxSamples {
		return s
	}
	var out []chart.Sample
	for i := range maxSamples {
		out = append(out, s[i*(len(s)-1)/(maxSamples-1)])
	}
	return out
}

// halfWithin returns the distance from 1 within which at least half of the
// values lie.
func halfWithin(relative []float64) float64 {
	var off []float64
	for _, r := range relative {
		off = append(off, math.Abs(r-1))
	}
	slices.Sort(off)
	return off[(len(off)-1)/2]
}

// drawn is the row as the chart takes it. Its axis is logarithmic, and so its
// density is that of the logarithms.
func (s *scatter) drawn() chart.Distribution {
	d := chart.Distribution{Name: short(s.gain.Name), Tone: tone(s.gain), Samples: s.samples, Label: "half within " + upTo(s.deviation)}
	if b, ok := stats.BoxOf(s.relative); ok {
		d.Box = [5]float64{b.Lo, b.Q1, b.Median, b.Q3, b.Hi}
		d.Tip = fmt.Sprintf("%s, %s: median %s, half of %d samples from %s× to %s× of it", d.Name, cell(s.point),
			inUnit(stats.Median(s.point.Values("sec/op")), "sec/op"), len(s.relative), number3(b.Q1), number3(b.Q3))
	}
	var logs []float64
	for _, q := range s.samples {
		logs = append(logs, math.Log(q.Value))
	}
	at, heights := stats.Density(logs)
	for i := range at {
		d.Density = append(d.Density, chart.Point{X: math.Exp(at[i]), Y: heights[i]})
	}
	return d
}

// upTo writes a share as percent with two significant digits, rounded up, so
// that "within" stays true.
func upTo(share float64) string {
	if share == 0 {
		return "0%"
	}
	const slack = 1e-9 // of what is a round number but for its last bits
	digits := 1 - int(math.Floor(math.Log10(100*share)+slack))
	step := math.Pow(10, float64(-digits))
	return strconv.FormatFloat(step*math.Ceil(100*share/step-slack), 'f', max(digits, 0), 64) + "%"
}

// spreadTitle says within how much of their median half of all samples lie that
// are drawn, and whose lie widest. Of rows with few samples it says neither.
func spreadTitle(rows []scatter) string {
	var all []float64
	widest, second := 0, -1
	for i, s := range rows {
		if len(s.relative) < stats.MinForInterval {
			return "Every sample beside the median of its cell"
		}
		all = append(all, s.relative...)
		switch {
		case s.deviation > rows[widest].deviation:
			widest, second = i, widest
		case i > 0 && (second < 0 || s.deviation > rows[second].deviation):
			second = i
		}
	}
	half := halfWithin(all)
	text := fmt.Sprintf("Half of these samples lie within %s of their median", upTo(half))
	if half == 0 {
		text = "At least half of these samples equal their median"
		if !slices.ContainsFunc(all, func(r float64) bool { return r != 1 }) {
			return "All of these samples equal their median"
		}
	}
	if second < 0 || upTo(rows[widest].deviation) == upTo(rows[second].deviation) {
		return text
	}
	const room = 26 // of a title's two lines on a phone
	return fmt.Sprintf("%s; widest: %s, %s", text, shorten(short(rows[widest].gain.Name), room), upTo(rows[widest].deviation))
}
