package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/report/claims"
	"conpar/report/stats"
)

// verdicts returns what a source's run says about the claims that it set out
// to measure, and how many others there are. A run that measured nothing that a
// claim needs has neither.
func (r *Report) verdicts(source string) (of []claims.Verdict, absent int) {
	for _, v := range r.Verdicts[source] {
		if !v.Absent {
			of = append(of, v)
		}
	}
	if len(of) == 0 {
		return nil, 0
	}
	return of, len(r.Verdicts[source]) - len(of)
}

// scaleOf returns how a claim's figures are written: divided by unit, with
// suffix. Bytes are scaled to the figure near, as one that has an interval
// shares its unit with its bounds.
func scaleOf(c claims.Claim, near float64) (unit float64, suffix string) {
	switch u := c.Of.Unit; {
	case c.Of.Ratio():
		return 1, "×"
	case c.Of.SerialFraction:
		return 0.01, "%"
	case strings.HasSuffix(u, "-%"):
		return 1, "%"
	case strings.HasSuffix(u, "-B") || strings.Contains(u, "-B/"):
		return bytesNear(near)
	}
	return 1, ""
}

// bytesNear returns how bytes are written that are about so many.
func bytesNear(near float64) (unit float64, suffix string) {
	unit, suffix = 1, " B"
	for _, s := range []string{" KiB", " MiB", " GiB"} {
		if math.Abs(near) >= 1024*unit {
			unit, suffix = 1024*unit, s
		}
	}
	return unit, suffix
}

// valueOf writes a figure of a claim in its unit: "63.7×", "2.70 KiB".
func valueOf(c claims.Claim, v float64) string {
	unit, suffix := scaleOf(c, v)
	return bare(v/unit) + suffix
}

// bare writes a number without zeros at its end that say nothing: bounds are
// exact.
func bare(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) >= 1e4 && math.Abs(v) < 1e15 {
		return grouped(int64(v))
	}
	s := number(v)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// grouped writes a whole number with commas: "1,000,000".
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// region writes where a claim's figure is predicted: "≥ 48×", "within 0.9–1.1×".
func region(v claims.Verdict) string {
	h := v.Holds
	lower, upper := "≥ ", "≤ "
	if h.Strict {
		lower, upper = "> ", "< "
	}
	switch {
	case math.IsInf(h.Hi, 1):
		return lower + valueOf(v.Claim, h.Lo)
	case math.IsInf(h.Lo, -1):
		return upper + valueOf(v.Claim, h.Hi)
	case h.Lo == h.Hi:
		return "= " + valueOf(v.Claim, h.Lo)
	}
	unit, suffix := scaleOf(v.Claim, h.Hi)
	return fmt.Sprintf("within %s–%s%s", bare(h.Lo/unit), bare(h.Hi/unit), suffix)
}

// prediction is the quantity with its region, once more in words.
func prediction(v claims.Verdict) string {
	how := map[claims.Rule]string{claims.Always: " in every sample", claims.Once: " at least once", claims.Covers: " within its interval"}
	return v.Quantity + " " + region(v) + how[v.Holds.Rule]
}

// unitCrossover is the unit of a length at which one way overtakes another. Above
// the longest that was tried, which is as far as its claim goes, it only says
// that there is none.
const unitCrossover = "crossover-items"

// length writes a length in two digits, as far as one was found.
func length(items, longest float64) string {
	if items > longest {
		return "none"
	}
	digits := math.Pow(10, math.Floor(math.Log10(items))-1)
	return bare(math.Round(math.Round(items/digits) * digits))
}

// measured writes a claim's figure with an interval: "63.7× (63.6–63.8)".
func measured(v claims.Verdict, i stats.Interval) string {
	if math.IsNaN(i.Mid) {
		return unknown
	}
	unit, suffix := scaleOf(v.Claim, i.Mid)
	write := func(f float64) string { return bound(f / unit) }
	if v.Of.Unit == unitCrossover {
		write = func(f float64) string { return length(f, v.Holds.Hi) }
	}
	out := write(i.Mid) + suffix
	if i.Known() {
		out += fmt.Sprintf(" (%s–%s)", write(i.Lo), write(i.Hi))
	}
	return out
}

// bound writes the end of an interval, which may be open.
func bound(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	}
	return number(v)
}

// mark is a verdict in one character, so that it needs no colour.
func mark(v claims.Verdict) string {
	if v.Definition && v.Outcome == claims.Supported {
		return "≡"
	}
	return map[claims.Outcome]string{claims.Supported: "✓", claims.Refuted: "✗", claims.Inconclusive: "?", claims.NotMeasurable: "–"}[v.Outcome]
}

const marks = "✓ supported  ✗ refuted  ? inconclusive  – not measurable  ≡ by definition"

// inWords is a verdict in words.
func inWords(v claims.Verdict) string {
	if v.Definition && v.Outcome == claims.Supported {
		return "by definition"
	}
	return string(v.Outcome)
}

// tally counts the verdicts: "58 supported, 4 refuted, 7 inconclusive".
func tally(verdicts []claims.Verdict) string {
	n := claims.Counted(verdicts)
	var parts []string
	for _, o := range []claims.Outcome{claims.Supported, claims.Refuted, claims.Inconclusive, claims.NotMeasurable} {
		if n[o] > 0 || o == claims.Refuted {
			parts = append(parts, fmt.Sprintf("%d %s", n[o], o))
		}
	}
	return strings.Join(parts, ", ")
}

// byRow returns the verdicts of each row of the table, in its order.
func byRow(verdicts []claims.Verdict) [][]claims.Verdict {
	var rows [][]claims.Verdict
	for _, row := range claims.Rows() {
		var of []claims.Verdict
		for _, v := range verdicts {
			if v.Row == row {
				of = append(of, v)
			}
		}
		if len(of) > 0 {
			rows = append(rows, of)
		}
	}
	return rows
}

// verdictLines writes the verdict table for a terminal: a line a claim, under
// the rows of the table. Claims that a part of the suite can say nothing about
// are counted, not listed.
func (t Terminal) verdictLines(verdicts []claims.Verdict, absent int, traced []string) []string {
	lines := []string{"", t.bold("Verdicts") + ": " + tally(verdicts), marks}
	for _, row := range byRow(verdicts) {
		lines = append(lines, "", t.bold(row[0].Row))
		out := t.fit(row)
		lines = append(lines, strings.Split(out, "\n")...)
	}
	var below []string
	if slices.ContainsFunc(verdicts, func(v claims.Verdict) bool { return v.Outcome == claims.Inconclusive && needs(v) != "" }) {
		below = append(below, "→ rounds in all that would likely decide it (-add DIR takes more).")
	}
	if absent > 0 {
		below = append(below, further(absent))
	}
	for _, lesson := range append(lessons(verdicts), traced...) {
		below = append(below, wrap("- "+lesson, columns)...)
	}
	if len(below) > 0 {
		lines = append(append(lines, ""), below...)
	}
	return lines
}

// fit renders a row of the table within the columns: it shortens reasons first,
// and then predictions.
func (t Terminal) fit(row []claims.Verdict) string {
	const least = 20 // columns for a reason
	reasons, predictions := 0, 0
	for _, v := range row {
		if v.Outcome == claims.NotMeasurable {
			reasons = max(reasons, text.StringWidth(plain(v.Reason)))
		}
		predictions = max(predictions, text.StringWidth(v.Quantity+" "+region(v)))
	}
	out := t.verdictRow(row, reasons, predictions)
	if over := widest(out) - columns; over > 0 {
		reasons = max(reasons-over, least)
		out = t.verdictRow(row, reasons, predictions)
	}
	if over := widest(out) - columns; over > 0 {
		out = t.verdictRow(row, reasons, predictions-over)
	}
	return out
}

// verdictRow renders a row of the table, with reasons why nothing was measured
// and predictions of at most so many columns.
func (t Terminal) verdictRow(row []claims.Verdict, reasons, predictions int) string {
	tw := t.table(table.NewWriter())
	for _, v := range row {
		result := measured(v, v.Measured)
		switch v.Outcome {
		case claims.NotMeasurable:
			result = begin(plain(v.Reason), reasons)
		case claims.Inconclusive:
			result += needs(v)
		}
		tw.AppendRow(table.Row{t.tint(v, mark(v)), v.ID, v.Subject, shorten(v.Quantity+" "+region(v), predictions), result})
	}
	return tw.Render()
}

// begin returns the beginning of s in at most w columns: a reason says the most
// important first.
func begin(s string, w int) string {
	if text.StringWidth(s) <= w {
		return s
	}
	return cut(s, w-1) + "…"
}

// needs says in short how many rounds in all would likely decide a verdict.
func needs(v claims.Verdict) string {
	switch {
	case v.Rounds < stats.MinForVerdict:
		return fmt.Sprintf(" → %d", stats.MinForVerdict)
	case v.More > v.Rounds:
		return fmt.Sprintf(" → %d", v.More)
	}
	return ""
}

// further says how many claims a part of the suite said nothing about.
func further(absent int) string {
	return plural(absent, "further claim") + ": the run did not set out to measure what they need."
}

// tint colours a verdict where colours are shown.
func (t Terminal) tint(v claims.Verdict, s string) string {
	if !t.Color {
		return s
	}
	switch v.Outcome {
	case claims.Supported:
		return text.FgGreen.Sprint(s)
	case claims.Refuted:
		return text.FgRed.Sprint(s)
	}
	return s
}

// traced says what the runs' execution traces show beside the verdicts: another
// look at D4.
func (r *Report) traced(source string) []string {
	s := r.Data.Source(source)
	if s == nil || s.Run == nil {
		return nil
	}
	var out []string
	for _, t := range s.Run.Traces {
		if t.Steps > 0 {
			out = append(out, fmt.Sprintf("D4 once more, by the runtime's own account: of the %d steps in %s, %v of %s, at most %d ran at the same instant.",
				t.Steps, plain(t.Name), t.Makespan.Round(10*time.Microsecond), plain(t.Cell), t.RunningMax))
		}
	}
	return out
}

// lessons says what the refutations teach, each claim once.
func lessons(verdicts []claims.Verdict) []string {
	var out, said []string
	lines := map[string][]string{} // of each claim
	last := map[string]claims.Verdict{}
	for _, v := range verdicts {
		if v.Outcome != claims.Refuted {
			continue
		}
		claim := v.ID + ". " + v.Says
		if lines[claim] == nil {
			said = append(said, claim)
		}
		lines[claim] = append(lines[claim], fmt.Sprintf("%s: predicted %s, measured %s", v.Subject, prediction(v), measured(v, v.Measured)))
		last[claim] = v
	}
	for _, claim := range said {
		lesson := fmt.Sprintf("refuted: %s (%s).", claim, strings.Join(lines[claim], "; "))
		if last[claim].Definition {
			lesson += " As this is a definition, doubt the measurement first."
		}
		if teaches := last[claim].Teaches; teaches != "" {
			lesson += " " + teaches
		}
		out = append(out, lesson)
	}
	return out
}
