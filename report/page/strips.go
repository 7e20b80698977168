package page

import (
	"fmt"
	"math"

	"conpar/report/chart"
	"conpar/report/claims"
)

// stripRows makes the verdicts' strips.
func stripRows(of []claims.Verdict) []chart.Row {
	var rows []chart.Row
	for _, v := range of {
		row := chart.Row{
			Label: v.ID + " " + v.Subject + ": " + v.Quantity, Mid: v.Measured.Mid,
			Inner: [2]float64{v.Measured.Lo, v.Measured.Hi}, Outer: [2]float64{v.Corrected.Lo, v.Corrected.Hi},
			Lo: v.Holds.Lo, Hi: v.Holds.Hi, Strict: v.Holds.Strict, Muted: v.Definition,
		}
		switch v.Outcome {
		case claims.Supported:
			row.Mark = chart.Good
		case claims.Refuted:
			row.Mark = chart.Bad
		case claims.Inconclusive:
			row.Mark = chart.Open
		case claims.NotMeasurable:
			row.Mid = math.NaN()
		}
		row.Tip = fmt.Sprintf("%s: %s, predicted %s: %s", v.ID, measured(v, v.Measured), region(v), v.Outcome)
		if v.Definition {
			row.Tip += ", by definition"
		}
		rows = append(rows, row)
	}
	return rows
}
