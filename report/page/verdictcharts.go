package page

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"conpar/report/chart"
	"conpar/report/claims"
)

// verdictCharts draws the verdicts, a chart for each row of the table.
func (r *Report) verdictCharts(source string) ([]*chart.Figure, error) {
	verdicts, _ := r.verdicts(source)
	var figures []*chart.Figure
	var errs []error
	for _, row := range byRow(verdicts) {
		title := row[0].Row + ": " + tallyOfRow(row)
		f, err := chart.Verdicts(chart.Text{
			ID: rowChart(row[0].Row), Title: title,
			Sub:  "Each measured figure as a multiple of its own prediction, logarithmic · thick: 95% interval, thin: corrected for all lines",
			Note: "Shaded is where a figure is predicted to lie: a line is decided where its whole thin interval lies inside or outside. Where there is no thin interval, single samples decide; a fitted share is decided by whether the interval covers it.",
			Alt:  title + ". Dots and whiskers of the measured figures beside their predictions, one line a claim.",
		}, drawn(row))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		figures = append(figures, f)
	}
	return figures, errors.Join(errs...)
}

// tallyOfRow counts the verdicts of a row, definitions and controls among
// them: "7 supported, 1 refuted".
func tallyOfRow(row []claims.Verdict) string {
	n := map[string]int{}
	for _, v := range row {
		n[inWords(v)]++
	}
	var parts []string
	for _, word := range []string{"by definition", string(claims.Supported), string(claims.Refuted), string(claims.Inconclusive), string(claims.NotMeasurable)} {
		if n[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[word], word))
		}
	}
	return strings.Join(parts, ", ")
}

// drawn makes lines of a chart of verdicts.
func drawn(row []claims.Verdict) []chart.Verdict {
	var lines []chart.Verdict
	for _, v := range row {
		figure, interval, _ := strings.Cut(measured(v, v.Measured), " (")
		line := chart.Verdict{
			Group: v.Says, ID: v.ID, Label: v.Subject + ": " + v.Quantity, Prediction: region(v),
			Measured: figure, Range: strings.TrimSuffix(interval, ")"),
			Lo: v.Holds.Lo, Hi: v.Holds.Hi, Strict: v.Holds.Strict, Mid: v.Measured.Mid,
			Inner:   [2]float64{v.Measured.Lo, v.Measured.Hi},
			Outer:   [2]float64{v.Corrected.Lo, v.Corrected.Hi},
			Outcome: chart.Outcome(v.Outcome), Definition: v.Definition, Reason: plain(v.Reason),
		}
		if v.Outcome == claims.NotMeasurable {
			line.Mid, line.Measured, line.Range = math.NaN(), "", ""
		}
		lines = append(lines, line)
	}
	return lines
}
