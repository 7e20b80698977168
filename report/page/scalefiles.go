package page

import (
	"context"
	"fmt"
	"math"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/words"
)

// ScaleMain is the file of a page on scaling that a reader opens; beside it
// stands the same as Markdown.
const (
	ScaleMain     = "scale.html"
	scaleMarkdown = "scale.md"
)

// idScale begins the ID of the chart of a curve.
const idScale = "scale-"

// Files prepares the page with everything that it refers to, as
// [Report.Files] does: the page itself last. The first [maxDrawn] curves of at
// least two points have charts.
func (s *Scale) Files(ctx context.Context) ([]File, error) {
	all := s.sheet(len(s.Curves))
	figures, err := all.draw()
	if err != nil {
		return nil, err
	}
	page := s.sheet(maxSections)
	for i := range page.Sections {
		page.Sections[i].figure = all.Sections[i].figure
	}
	html, err := page.html()
	if err != nil {
		return nil, err
	}
	return pageFiles(ctx, figures, []dataFile{{"scale.csv", s.WriteCSV}, {"scale.json", s.WriteJSON}},
		File{scaleMarkdown, []byte(all.markdown())}, File{ScaleMain, html})
}

// scaleChart draws a curve: the speed-up over processors, with the ideal and
// the fitted law, or the throughput over anything else, with the knee. It
// returns nil where there are no two points that can be drawn.
func scaleChart(c *scaling.Curve, number int) (*chart.Figure, error) {
	over := c.Axis == "gomaxprocs"
	s := chart.Series{Name: "measured", Kind: "computing", Law: lawPoints(c, over)}
	for i, r := range c.Rows {
		y, what := r.Throughput, words.InUnit(r.Throughput, rateUnit(c))
		if over {
			// Where GOMAXPROCS 1 was not measured, the smallest counts as ideal.
			y, what = r.Speedup, "1"
			if i > 0 {
				what = words.Times(r.Speedup).String()
			}
			y.Mid, y.Lo, y.Hi = c.Rows[0].N*y.Mid, c.Rows[0].N*y.Lo, c.Rows[0].N*y.Hi
		}
		tip := fmt.Sprintf("%s %s: %s", words.Sanitize(c.Axis), onAxis(r.N), what)
		s.Points = append(s.Points, chart.Point{X: r.N, Y: y.Mid, YLo: y.Lo, YHi: y.Hi, Tip: tip})
	}
	ss := add(nil, s, 2)
	if len(ss) == 0 {
		return nil, nil
	}
	if len(ss[0].Points) == len(c.Rows) {
		ss[0].Knee = c.Knee.N // else it may lie where nothing is drawn
	}
	text := chart.Text{ID: fmt.Sprintf("%s%d", idScale, number), Title: curveName(c)}
	var sub []string
	if len(s.Law) > 0 {
		sub = append(sub, fmt.Sprintf("dotted: %s, %s", lawName(c.Fits.Laws[0].Model), c.Status))
	}
	if over {
		ss[0].Knee = 0
		if c.Rows[0].N == 1 {
			text.Sub = "Speed-up over GOMAXPROCS 1"
		} else {
			text.Sub = fmt.Sprintf("Speed-up over GOMAXPROCS %s, which counts as ideal", onAxis(c.Rows[0].N))
		}
		if c.Last() < len(c.Rows)-1 {
			text.Note = "Hollow: GOMAXPROCS is above the number of CPUs."
		}
	} else {
		text.X, text.Y = words.Sanitize(c.Axis)+" (log scale)", "↑ "+rateUnit(c)+" (log scale)"
		text.Sub = fmt.Sprintf("Throughput over %s", words.Sanitize(c.Axis))
		if ss[0].Knee > 0 {
			text.Note = fmt.Sprintf("Beyond the diamond, more %s bring little.", words.Sanitize(c.Axis))
		}
	}
	text.Sub = strings.Join(append([]string{text.Sub, bands(ss)}, sub...), " · ")
	text.Alt = fmt.Sprintf("Line chart of %s. %s.", text.Title, text.Sub)
	if over {
		return chart.Speedup(text, c.CPUs, ss)
	}
	return chart.Lines(text, chart.Point{}, ss)
}

// lawPoints returns the chosen law over what it was fitted to, in units of the
// chart; nil where none should be seen: one in doubt, or one of so few N that any
// law fits them.
func lawPoints(c *scaling.Curve, speedup bool) []chart.Point {
	if len(c.Fits.Laws) == 0 || c.Fits.Laws[0].Doubt != "" || len(c.Rows) < 3 {
		return nil
	}
	const steps = 64
	law, points := &c.Fits.Laws[0], c.Fits.Points
	from, to := points[0].N, points[len(points)-1].N
	unit := 1.0
	if speedup {
		unit = c.Rows[0].Throughput.Mid / c.Rows[0].N
	}
	var out []chart.Point
	for i := range steps + 1 {
		n := from * math.Pow(to/from, float64(i)/steps)
		p := chart.Point{X: n, Y: law.At(n) / unit}
		if p.Check() != nil {
			return nil
		}
		out = append(out, p)
	}
	return out
}
