package page

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"conpar/report/claims"
)

// VerdictSection writes the verdicts in Markdown, a table for each row, and
// where each verdict comes from. It is empty for a source that has none.
func (r *Report) VerdictSection(source string) string {
	of, absent := r.verdicts(source)
	if len(of) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## Verdicts\n\n**%s** of what is said about concurrency and parallelism. %s\n\n", tally(of), verdictIntro)
	for _, row := range byRow(of) {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", row[0].Row, verdictTable(row).RenderMarkdown())
	}
	for _, lesson := range append(lessons(of), r.traced(source)...) {
		b.WriteString(item(lesson))
	}
	if absent > 0 {
		fmt.Fprintf(&b, "- %s\n", further(absent))
	}
	fmt.Fprintf(&b, "\n<details><summary>Where each verdict comes from</summary>\n\n%s\n\n</details>\n\n", evidenceTable(of).RenderMarkdown())
	return b.String()
}

const verdictIntro = "Each was fixed before the run, and is judged by the rounds: *supported* or *refuted* if exact signed-rank tests say so, " +
	"with Holm's correction for all lines together; else *inconclusive*. Intervals are 95% ones; the corrected interval, by which a line is judged, is wider. " +
	"What cannot fail by construction is a definition, and counts nowhere; controls are about the measurement."

// verdictTable is a row of the table, a line a claim.
func verdictTable(row []claims.Verdict) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{"", "", "claim", "with", "predicted", "measured", "verdict"})
	for _, v := range row {
		verdict := inWords(v)
		if v.Outcome != claims.Supported && v.Reason != "" {
			verdict += ": " + v.Reason
		}
		tw.AppendRow(table.Row{mark(v), v.ID, inCell(v.Says), inCell(v.Subject), inCell(prediction(v)), inCell(measured(v, v.Measured)), inCell(plain(verdict))})
	}
	return tw
}

// evidenceTable names what each verdict rests on, and how to have it again.
func evidenceTable(verdicts []claims.Verdict) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{"", "with", "predicted", "corrected interval", "rounds", "cells", "measure it again"})
	for _, v := range verdicts {
		var cells []string
		for _, c := range v.Cells {
			cells = append(cells, "`"+c.String()+"`")
		}
		corrected := unknown
		if v.Corrected.Known() {
			corrected = measured(v, v.Corrected)
		}
		tw.AppendRow(table.Row{v.ID, inCell(v.Subject), inCell(prediction(v)), corrected, rounds(v), strings.Join(cells, ", "), "`" + again(v) + "`"})
	}
	return tw
}

// rounds says how many rounds a verdict rests on, and both readings where
// disturbed ones were set aside.
func rounds(v claims.Verdict) string {
	out := fmt.Sprint(v.Rounds)
	switch {
	case v.Undisturbed:
		out += fmt.Sprintf("; with the %d disturbed: %s", v.Disturbed, measured(v, v.AllRounds))
	case v.Disturbed > 0:
		out += fmt.Sprintf(", %d of them disturbed", v.Disturbed)
	}
	return out
}

// again is the command that measures what a verdict rests on.
func again(v claims.Verdict) string {
	var names []string
	for _, s := range v.Series() {
		names = append(names, regexp.QuoteMeta(s))
	}
	return fmt.Sprintf("go run ./bench -work '^(%s)$'", strings.Join(names, "|"))
}

// jsonVerdict is an element of verdicts.json; [Report.WriteVerdicts] documents
// it.
type jsonVerdict struct {
	ID         string   `json:"id"`
	Row        string   `json:"row"`
	Claim      string   `json:"claim"`
	Prediction string   `json:"prediction"`
	Subject    string   `json:"subject"`
	Unit       string   `json:"unit"`
	Region     jsonPair `json:"region"`
	Measured   *float64 `json:"measured"`
	Lo         *float64 `json:"lo"`
	Hi         *float64 `json:"hi"`
	Corrected  jsonPair `json:"corrected"`
	Verdict    string   `json:"verdict"`
	Definition bool     `json:"definition"`
	Control    bool     `json:"control"`
	Reason     *string  `json:"reason"`
	Rounds     int      `json:"rounds"`
	Disturbed  int      `json:"disturbed"`
	SetAside   bool     `json:"setAside"`
	AllRounds  jsonPair `json:"allRounds"`
	Cells      []string `json:"cells"`
	Chart      string   `json:"chart"`
	Again      string   `json:"again"`
}

// jsonPair is an interval or region without an estimate.
type jsonPair struct {
	Lo *float64 `json:"lo"`
	Hi *float64 `json:"hi"`
}

func jsonVerdictOf(v claims.Verdict) jsonVerdict {
	j := jsonVerdict{
		ID: v.ID, Row: v.Row, Claim: v.Says, Prediction: prediction(v), Subject: v.Subject, Unit: unitOf(v.Claim),
		Region: jsonPair{finite(v.Holds.Lo), finite(v.Holds.Hi)}, Measured: finite(v.Measured.Mid),
		Lo: finite(v.Measured.Lo), Hi: finite(v.Measured.Hi), Corrected: jsonPair{finite(v.Corrected.Lo), finite(v.Corrected.Hi)},
		Verdict: string(v.Outcome), Definition: v.Definition, Control: v.Control, Reason: nonEmpty(plain(v.Reason)),
		Rounds: v.Rounds, Disturbed: v.Disturbed, SetAside: v.Undisturbed,
		AllRounds: jsonPair{finite(v.AllRounds.Lo), finite(v.AllRounds.Hi)}, Cells: []string{}, Chart: chartPath(rowChart(v.Row), vector), Again: again(v),
	}
	for _, c := range v.Cells {
		j.Cells = append(j.Cells, c.String())
	}
	return j
}

// unitOf names the unit of a claim's figures.
func unitOf(c claims.Claim) string {
	if c.Of.Ratio() || c.Of.SerialFraction {
		return "ratio"
	}
	return c.Of.Unit
}

// WriteVerdicts writes the verdicts of a source as a JSON array, an object for
// each claim in the order of the table:
//
//	[{
//	  "id":         "R1",                          claims of one id differ in subject or prediction
//	  "row":        "Resource usage",              of the table; "Said of goroutines", "Controls"
//	  "claim":      "Work that waits gains from goroutines on one processor",
//	  "prediction": "gain of 64 goroutines ≥ 48×", in words, for this machine
//	  "subject":    "tcp",                         what it is measured with
//	  "unit":       "ratio",                       or that of the cell's figure: "cpus", "resident-B/each"
//	  "region":     {"lo": 48, "hi": null},        the prediction; null where open
//	  "measured":   59.5, "lo": 59.1, "hi": 60.0,  Hodges–Lehmann estimate with its 95% interval
//	  "corrected":  {"lo": 58.8, "hi": 60.3},      the interval by which it was judged; null where unbounded
//	  "verdict":    "supported",                   "refuted", "inconclusive" or "not measurable"
//	  "definition": false,                         it cannot fail by construction, and is not to be counted
//	  "control":    false,                         it is about the measurement
//	  "reason":     null,                          why it is not decided, or how it was seen
//	  "rounds":     16,                            that it rests on; samples where one of them decides
//	  "disturbed":  3, "setAside": true,           rounds with a disturbed sample; whether they were left out
//	  "allRounds":  {"lo": 58.0, "hi": 60.1},      the 95% interval with them; null where none were left out
//	  "cells":      ["BenchmarkIO/work=tcp/goroutines=1", "BenchmarkIO/work=tcp/goroutines=64"],
//	  "chart":      "charts/verdicts-resource-usage.svg", drawn by earlier versions; kept for readers of this field
//	  "again":      "go run ./bench -work '^(IO/work=tcp)$'"
//	}]
//
// Every field is always there; what is unknown is null. Where one sample can
// decide, "measured" is the median of the samples, with the interval of benchstat. Claims that the run did
// not set out to measure, since it was of a part of the suite, are left out.
func (r *Report) WriteVerdicts(w io.Writer, source string) error {
	return writeJSON(w, r.jsonVerdicts(source))
}

func (r *Report) jsonVerdicts(source string) []jsonVerdict {
	out := []jsonVerdict{}
	verdicts, _ := r.verdicts(source)
	for _, v := range verdicts {
		out = append(out, jsonVerdictOf(v))
	}
	return out
}

// verdictHead names the columns after the fields of [Report.WriteVerdicts].
var verdictHead = []string{"label", "id", "row", "claim", "prediction", "subject", "unit", "region.lo", "region.hi", "measured", "lo", "hi",
	"corrected.lo", "corrected.hi", "verdict", "definition", "control", "reason", "rounds", "disturbed", "setAside", "allRounds.lo", "allRounds.hi", "cells", "chart", "again"}

// WriteVerdictsCSV writes the verdicts of every source as CSV, a line a claim,
// with the fields of [Report.WriteVerdicts]. What is null there is empty.
func (r *Report) WriteVerdictsCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{verdictHead}
	for _, s := range r.Data.Sources {
		for _, j := range r.jsonVerdicts(s.Label) {
			rows = append(rows, []string{cellText(s.Label), j.ID, j.Row, j.Claim, j.Prediction, j.Subject, j.Unit,
				optional(j.Region.Lo), optional(j.Region.Hi), optional(j.Measured), optional(j.Lo), optional(j.Hi),
				optional(j.Corrected.Lo), optional(j.Corrected.Hi), j.Verdict, fmt.Sprint(j.Definition), fmt.Sprint(j.Control),
				optional(j.Reason), fmt.Sprint(j.Rounds), fmt.Sprint(j.Disturbed), fmt.Sprint(j.SetAside), optional(j.AllRounds.Lo), optional(j.AllRounds.Hi), strings.Join(j.Cells, " "), j.Chart, j.Again})
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}
