package page

import (
	"fmt"
	"math"
	"strings"

	"conpar/report/claims"
	"conpar/report/table"
	"conpar/report/words"
)

// verdictTable is a row of the table of claims, a line a claim. On a terminal,
// why nothing could be measured takes the room that the other columns leave.
func verdictTable(row []claims.Verdict) table.Table {
	const least = 20 // columns for a reason
	widths, room := verdictLines(row, columns).Widths(), columns
	for _, i := range []int{0, 1, 3, 4} { // the columns before it that a terminal shows
		room -= widths[i] + 1
	}
	return verdictLines(row, max(room, least))
}

func verdictLines(row []claims.Verdict, reasons int) table.Table {
	var lines [][]table.Cell
	for _, v := range row {
		verdict, result := inWords(v), measured(v, v.Measured)+needs(v)
		switch {
		case v.Outcome != claims.Supported && v.Reason != "":
			verdict += ": " + words.Sanitize(v.Reason)
		case v.Early:
			verdict += ", " + stoppedEarly
		}
		if finds := sees(v); finds != "" {
			verdict += "; would have found " + finds + " in 9 of 10 runs"
			result += " " + finds
		}
		if v.Outcome == claims.NotMeasurable {
			result = words.Begin(words.Sanitize(v.Reason), reasons)
		}
		lines = append(lines, []table.Cell{
			{Text: mark(v), Paint: looks[rankOf(v)].Paint}, {Text: v.ID}, {Text: v.Says}, {Text: v.Subject},
			{Text: prediction(v), Brief: v.Quantity + " " + region(v)},
			{Text: measured(v, v.Measured), Brief: result}, {Text: verdict},
		})
	}
	t := table.Of([]table.Column{
		{}, {}, {Head: "claim", Hidden: table.Terminal}, {Head: "with"},
		{Head: "predicted", Least: 1}, {Head: "measured"}, {Head: "verdict", Hidden: table.Terminal},
	}, lines...)
	t.NoHead = true
	return t
}

// evidenceTable names what each verdict rests on, and how to measure it again.
func evidenceTable(verdicts []claims.Verdict) table.Table {
	var lines [][]table.Cell
	for _, v := range verdicts {
		corrected := words.Unknown
		if v.Corrected.Known() {
			corrected = measured(v, v.Corrected)
		}
		lines = append(lines, []table.Cell{
			{Text: v.ID}, {Text: v.Subject}, {Text: prediction(v)}, {Text: corrected}, {Text: rounds(v)},
			{Text: strings.Join(cells(v), ", "), Code: true}, {Text: again(v), Code: true},
		})
	}
	heads := table.Heads("", "with", "predicted", "corrected interval", "rounds", "cells", "measure it again")
	return table.Of(heads, lines...)
}

// fact is a line of a list of facts.
type fact struct{ Name, Text string }

// evidence is what a verdict rests on, as a list.
func evidence(v claims.Verdict) []fact {
	var out []fact
	add := func(name, text string) {
		if text != "" {
			out = append(out, fact{name, text})
		}
	}
	add("Limit", share(v.Holds))
	if v.Outcome != claims.NotMeasurable {
		add(fmt.Sprintf("%.3g%% interval", 100*v.Confidence), measured(v, v.Measured))
		if v.Corrected.Known() {
			add("Corrected interval, by which it is judged", measured(v, v.Corrected))
		}
		add("Rounds", rounds(v))
	}
	if finds := sees(v); finds != "" {
		add("Would have found", finds+" from the predicted limit, in 9 of 10 runs like this")
	}
	add("Note", words.Sanitize(v.Reason))
	if v.Outcome == claims.Refuted {
		add("What it teaches", v.Teaches)
	}
	add("Cells", strings.Join(cells(v), ", "))
	return out
}

// share says of how many times a limit is a part: "85% of 64×, a gain in proportion";
// "" of one that stands for itself.
func share(h claims.Region) string {
	limit := h.Lo
	if math.IsInf(limit, -1) {
		limit = h.Hi
	}
	if h.Times == 0 || math.IsInf(limit, 0) {
		return ""
	}
	return fmt.Sprintf("%s%% of %d×, a gain in proportion", words.Exact(math.Round(100*limit/float64(h.Times))),
		h.Times)
}
