package page

import (
	"fmt"
	"math"
	"strings"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/words"
)

// tallyOfRow counts the verdicts of a row of the table, definitions and
// controls among them: "7 supported, 1 refuted".
func tallyOfRow(row []claims.Verdict) string {
	n := map[string]int{}
	for _, v := range row {
		n[inWords(v)]++
	}
	var parts []string
	for _, word := range []string{"by definition", string(claims.Supported), string(claims.Refuted),
		string(claims.Inconclusive), string(claims.NotMeasurable)} {
		if n[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[word], word))
		}
	}
	return strings.Join(parts, ", ")
}

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
		row.Tip = fmt.Sprintf("%s: %s, predicted %s: %s", row.Label, measured(v, v.Measured), region(v), v.Outcome)
		if v.Definition {
			row.Tip += ", by definition"
		}
		if v.Reason != "" {
			row.Tip += "; " + words.Sanitize(v.Reason)
		}
		rows = append(rows, row)
	}
	return rows
}
