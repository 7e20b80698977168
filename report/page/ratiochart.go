package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/compare"
	"conpar/report/series"
	"conpar/report/stats"
)

// CompareMain is the file of a comparison's page that a reader opens; beside it
// stands the same as Markdown.
const (
	CompareMain     = "compare.html"
	compareMarkdown = "compare.md"
)

// idRatios begins the ID of a chart of ratios.
const idRatios = "ratios-"

// maxRatios is how many cells a chart of ratios shows.
const maxRatios = 40

// howRatios says how to read a chart of ratios.
const howRatios = "Each line is one cell: the dot is how much there is of it on the one side for each one on the other. " +
	"On the line at 1 both are alike; equal factors up and down lie equally far from it. " +
	"A dot says little without its whiskers: only where the thin one lies outside the shaded margin is the difference shown, and only where it lies inside are both shown to be the same."

// howRatiosOfMachines is the same where nothing is judged.
const howRatiosOfMachines = "Each line is one cell: the dot is how much there is of it on the one machine for each one on the other, the whisker its 95% interval. " +
	"On the line at 1 both are alike; equal factors up and down lie equally far from it."

// Files prepares the page with everything that it refers to, as [Report.Files]
// does: the page itself last.
func (c *Comparison) Files(ctx context.Context) ([]File, error) {
	figures, err := c.charts()
	if err != nil {
		return nil, err
	}
	var inOrder []*chart.Figure
	for _, t := range c.Tables {
		for side := range c.Sides {
			if f := figures[ratioKey{t.Unit, side}]; f != nil {
				inOrder = append(inOrder, f)
			}
		}
	}
	files, err := draw(ctx, inOrder)
	if err != nil {
		return nil, err
	}
	csv, err := bytesOf(c.WriteCSV)
	if err != nil {
		return nil, err
	}
	json, err := bytesOf(c.WriteJSON)
	if err != nil {
		return nil, err
	}
	html, err := c.html(figures)
	if err != nil {
		return nil, err
	}
	return append(files, File{"compare.csv", csv}, File{"compare.json", json},
		File{compareMarkdown, []byte(c.markdown(figures))}, File{CompareMain, html}), nil
}

// OwnedByComparison is to a comparison's page what [Owned] is to a report.
func OwnedByComparison(name string) bool {
	dir, base := path.Split(name)
	return dir == chartDir+"/" && numbered(base, idRatios)
}

// numbered says whether a chart's file has an ID made of a stem and a number.
func numbered(base, id string) bool {
	rest, ok := strings.CutPrefix(base, id)
	stem, _, _ := strings.Cut(rest, ".")
	stem = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(stem, "-narrow"), "-dark"), "0123456789")
	ext := path.Ext(base)
	return ok && stem == "" && (ext == vector || ext == lightPNG)
}

// ratioKey says of which table and side a chart is.
type ratioKey struct {
	unit string
	side int
}

// charts draws the ratios of each side to the first, in each unit, as far as
// there are any and their number stays below [maxDrawn].
func (c *Comparison) charts() (map[ratioKey]*chart.Figure, error) {
	figures := map[ratioKey]*chart.Figure{}
	var errs []error
	for _, t := range c.Tables {
		for side := 1; side < len(c.Sides) && len(figures) < maxDrawn; side++ {
			f, err := c.ratioChart(t, side, len(figures)+1)
			if err != nil {
				errs = append(errs, err)
			} else if f != nil {
				figures[ratioKey{t.Unit, side}] = f
			}
		}
	}
	return figures, errors.Join(errs...)
}

// ratioChart draws one of them; nil where no ratio can be drawn.
func (c *Comparison) ratioChart(t compare.Table, side, number int) (*chart.Figure, error) {
	lines, left := c.ratioLines(t, side)
	if len(lines) == 0 {
		return nil, nil
	}
	var note []string
	if n := len(lines); n > maxRatios {
		// The farthest from 1 first, and before them those that are decided.
		slices.SortStableFunc(lines, func(a, b chart.Row) int {
			return cmp.Or(cmp.Compare(rank(a.Mark), rank(b.Mark)), -cmp.Compare(math.Abs(math.Log(a.Mid)), math.Abs(math.Log(b.Mid))))
		})
		lines = lines[:maxRatios]
		note = append(note, fmt.Sprintf("Drawn are %d of %d cells: what is shown to differ first, and then those farthest from 1; the table has all.", maxRatios, n))
	}
	if left > 0 {
		note = append(note, fmt.Sprintf("Left out: %s whose ratio is zero, infinite or beyond any drawing.", plural(left, "cell")))
	}
	slices.SortStableFunc(lines, func(a, b chart.Row) int { return cmp.Compare(b.Mid, a.Mid) })
	title := c.ratioTitle(t, side)
	what := fmt.Sprintf("%s ÷ %s", c.name(side), c.name(0))
	sub := "Ratio of any two samples, " + what + " · thick: 95% interval, thin: corrected for all cells"
	margin := c.Margin
	if c.Machines {
		sub, margin = "Ratio of any two samples, "+what+" · whiskers: 95% intervals", 0
	}
	low, high := "lower", "higher"
	if t.Unit == "sec/op" {
		low, high = "faster", "slower"
	}
	return chart.Ratios(chart.Text{
		ID: fmt.Sprintf("%s%d", idRatios, number), Title: title, Sub: sub, Note: strings.Join(note, " "),
		Alt: title + ". Dots and whiskers of the ratios, one line a cell.",
		X:   fmt.Sprintf("← %s · %s, %s (log scale) · %s →", low, plain(t.Unit), what, high),
	}, margin, map[chart.Mark]string{
		chart.Bad: verdictOf(t.Unit, compare.Worse), chart.Good: verdictOf(t.Unit, compare.Better),
		chart.Same: "the same", chart.Open: "undecided",
	}, lines)
}

// rank orders marks by how much they matter.
func rank(m chart.Mark) int {
	if m == chart.Bad || m == chart.Good {
		return 0
	}
	return 1
}

var markOf = map[compare.Judgement]chart.Mark{
	compare.Better: chart.Good, compare.Worse: chart.Bad, compare.Same: chart.Same, compare.Undecided: chart.Open, compare.None: chart.Plain,
}

// ratioLines returns the cells that can be drawn, and how many cannot.
func (c *Comparison) ratioLines(t compare.Table, side int) (lines []chart.Row, left int) {
	for _, r := range t.Rows {
		of := r.Compared[side]
		if of == nil {
			continue
		}
		if (chart.Point{X: 1, Y: of.Ratio.Mid}).Check() != nil {
			left++
			continue
		}
		name := short(r.Name) + " " + cell(&series.Point{Key: r.Key})
		l := chart.Row{Label: name, Mid: of.Ratio.Mid, Text: ratioOf(of.Ratio), Mark: markOf[r.Judged[side]]}
		if i := of.Ratio; i.Known() && (chart.Point{X: 1, Y: i.Mid, YLo: i.Lo, YHi: i.Hi}).Check() == nil && i.Lo > 0 && !math.IsInf(i.Hi, 1) {
			l.Inner = [2]float64{i.Lo, i.Hi}
		}
		l.Tip = fmt.Sprintf("%s: %s, from %s to %s", name, l.Text, inUnit(of.A, t.Unit), inUnit(of.B, t.Unit))
		if !c.Machines {
			l.Outer = [2]float64{of.Corrected.Lo, of.Corrected.Hi}
			l.Tip += ": " + verdictOf(t.Unit, r.Judged[side])
		}
		lines = append(lines, l)
	}
	return lines, left
}

// ratioTitle counts what is shown to differ; between machines, where nothing is
// judged, it says what lies in the middle.
func (c *Comparison) ratioTitle(t compare.Table, side int) string {
	n := map[compare.Judgement]int{}
	var mids []float64
	for _, r := range t.Rows {
		if of := r.Compared[side]; of != nil {
			n[r.Judged[side]]++
			mids = append(mids, of.Ratio.Mid)
		}
	}
	cells := plural(len(mids), "cell")
	if c.Machines {
		what := plain(t.Unit)
		if t.Unit == "sec/op" {
			what = "time"
		}
		if middle := stats.Median(mids); !math.IsNaN(middle) {
			return fmt.Sprintf("In the median of %s, the %s of %s is %s that of %s", cells, what, c.name(side), factor(middle), c.name(0))
		}
		return fmt.Sprintf("%s: %s over %s", what, c.name(side), c.name(0))
	}
	worse, better := n[compare.Worse], n[compare.Better]
	if worse+better == 0 {
		return fmt.Sprintf("%s ÷ %s: of %s, none is shown to differ", c.name(side), c.name(0), cells)
	}
	is := "are"
	if worse < 2 {
		is = "is"
	}
	return fmt.Sprintf("%s ÷ %s: of %s, %s %s %s and %s %s", c.name(side), c.name(0), cells,
		orNone(worse), is, verdictOf(t.Unit, compare.Worse), orNone(better), verdictOf(t.Unit, compare.Better))
}
