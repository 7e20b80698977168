package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"conpar/report/chart"
	"conpar/report/compare"
	"conpar/report/stats"
	"conpar/report/words"
)

// idRatios begins the ID of a chart of ratios.
const idRatios = "ratios-"

// maxRatios is how many cells a chart of ratios shows.
const maxRatios = 40

// howRatios says how to read a chart of ratios.
const howRatios = "Each line is one cell: the dot is how much there is of it on the one side " +
	"for each one on the other. " +
	"On the line at 1 both are alike; equal factors up and down lie equally far from it. " +
	"A dot says little without its whiskers: " +
	"only where the thin one lies outside the shaded margin is the difference shown, " +
	"and only where it lies inside are both shown to be the same."

// howRatiosOfMachines is the same where nothing is judged.
const howRatiosOfMachines = "Each line is one cell: the dot is how much there is of it on the one machine " +
	"for each one on the other, the whisker its 95% interval. " +
	"On the line at 1 both are alike; equal factors up and down lie equally far from it."

func (c *SideBySide) howRatios() string {
	if c.Machines {
		return howRatiosOfMachines
	}
	return howRatios
}

// ratioChart draws the ratios of a side to the first, in one unit; nil where
// none can be drawn.
func (c *SideBySide) ratioChart(t compare.Table, side, number int) (*chart.Figure, error) {
	lines, left := c.ratioLines(t, side)
	if len(lines) == 0 {
		return nil, nil
	}
	var note []string
	if n := len(lines); n > maxRatios {
		// The farthest from 1 first, and before them those that are decided.
		slices.SortStableFunc(lines, func(a, b chart.Row) int {
			return cmp.Or(rank(a.Mark)-rank(b.Mark), cmp.Compare(math.Abs(math.Log(b.Mid)), math.Abs(math.Log(a.Mid))))
		})
		lines = lines[:maxRatios]
		note = append(note, fmt.Sprintf("Drawn are %d of %d cells: what is shown to differ first, "+
			"and then those farthest from 1; the table has all.", maxRatios, n))
	}
	if left > 0 {
		note = append(note, fmt.Sprintf("Left out: %s whose ratio is zero, infinite or beyond any drawing.",
			words.Count(left, "cell")))
	}
	slices.SortStableFunc(lines, func(a, b chart.Row) int { return cmp.Compare(b.Mid, a.Mid) })
	what := fmt.Sprintf("%s ÷ %s", c.name(side), c.name(0))
	whiskers, margin := "thick: 95% interval, thin: corrected for all cells", c.Margin
	if c.Machines {
		whiskers, margin = "whiskers: 95% intervals", 0
	}
	low, high := "lower", "higher"
	if t.Unit == "sec/op" {
		low, high = "faster", "slower"
	}
	marks := map[chart.Mark]string{
		chart.Bad: judged(t.Unit, compare.Worse), chart.Good: judged(t.Unit, compare.Better),
		chart.Same: "the same", chart.Open: "undecided",
	}
	if !t.Known {
		marks[chart.Plain] = "shown to differ"
	}
	of := "Ratio of any two samples, "
	if c.Paired {
		of = "Ratio within rounds, "
	}
	text := around(fmt.Sprint(idRatios, number), c.ratioTitle(t, side), of+what+" · "+whiskers,
		"Dots and whiskers of the ratios, one line a cell.", note...)
	text.X = fmt.Sprintf("← %s · %s, %s (log scale) · %s →", low, words.Sanitize(t.Unit), what, high)
	return chart.Ratios(text, margin, marks, lines)
}

// rank orders marks by how much they matter.
func rank(m chart.Mark) int {
	if m == chart.Bad || m == chart.Good || m == chart.Plain {
		return 0
	}
	return 1
}

var markOf = map[compare.Judgement]chart.Mark{
	compare.Better: chart.Good, compare.Worse: chart.Bad, compare.Same: chart.Same,
	compare.Undecided: chart.Open, compare.None: chart.Plain,
	compare.Higher: chart.Plain, compare.Lower: chart.Plain,
}

// ratioLines returns the cells that can be drawn, and how many cannot.
func (c *SideBySide) ratioLines(t compare.Table, side int) (lines []chart.Row, left int) {
	for _, r := range t.Rows {
		of := r.Compared[side]
		if of == nil || of.Signed {
			continue
		}
		if (chart.Point{X: 1, Y: of.Ratio.Mid}).Check() != nil {
			left++
			continue
		}
		name := c.short(r.Name) + " " + rowCell(r, side)
		i := of.Ratio
		l := chart.Row{Label: name, Mid: i.Mid, Text: words.Ratio(i).String(), Mark: markOf[r.Judged[side]]}
		whisker := chart.Point{X: 1, Y: i.Mid, YLo: i.Lo, YHi: i.Hi}
		if i.Known() && whisker.Check() == nil && i.Lo > 0 && !math.IsInf(i.Hi, 1) {
			l.Inner = [2]float64{i.Lo, i.Hi}
		}
		from, to := words.InUnit(of.A, t.Unit), words.InUnit(of.B, t.Unit)
		l.Tip = fmt.Sprintf("%s: %s, from %s to %s", name, l.Text, from, to)
		if !c.Machines {
			l.Outer = [2]float64{of.Corrected.Lo, of.Corrected.Hi}
			l.Tip += ": " + judged(t.Unit, r.Judged[side])
		}
		lines = append(lines, l)
	}
	return lines, left
}

// ratioTitle counts what is shown to differ; between machines, where nothing is
// judged, it says what the median is.
func (c *SideBySide) ratioTitle(t compare.Table, side int) string {
	n := t.Count(side)
	cells := words.Count(cellsIn(n), "cell")
	if c.Machines {
		var mids []float64
		for _, r := range t.Rows {
			if of := r.Compared[side]; of != nil && !of.Signed {
				mids = append(mids, of.Ratio.Mid)
			}
		}
		what := words.Sanitize(t.Unit)
		if t.Unit == "sec/op" {
			what = "time"
		}
		if middle := stats.Median(mids); !math.IsNaN(middle) {
			return fmt.Sprintf("In the median of %s, the %s of %s is %s that of %s",
				cells, what, c.name(side), factor(middle), c.name(0))
		}
		return fmt.Sprintf("%s: %s over %s", what, c.name(side), c.name(0))
	}
	bad, good := compare.Worse, compare.Better
	if !t.Known {
		bad, good = compare.Higher, compare.Lower
	}
	if n[bad]+n[good] == 0 {
		return fmt.Sprintf("%s ÷ %s: of %s, none is shown to differ", c.name(side), c.name(0), cells)
	}
	is := "are"
	if n[bad] < 2 {
		is = "is"
	}
	return fmt.Sprintf("%s ÷ %s: of %s, %s %s %s and %s %s", c.name(side), c.name(0), cells,
		orNone(n[bad]), is, judged(t.Unit, bad), orNone(n[good]), judged(t.Unit, good))
}
