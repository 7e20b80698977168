package page

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
)

// Terminal says how a summary is to be written.
type Terminal struct {
	Color bool // w is a terminal, and its user did not ask for NO_COLOR
	Cells bool // every cell's medians too

	Verdicts bool // nothing but what was measured where, and the verdicts
	Verbose  bool // every verdict, gain and remark, on as many lines as they need
}

// The summary's size: what a terminal shows at once.
const (
	columns   = 80
	screen    = 50 // lines, the two that name the page included
	fullRows  = 20 // of gains, beside verdicts
	mostRows  = 30 // of gains, without verdicts
	leastSaid = 4  // lines of remarks, beside verdicts
	leastName = 12 // columns that are left to names, however wide the figures are
)

// WriteTerminal writes the summary of every source, at most 80 columns wide and, unless
// it is to be verbose, at most 50 lines long with the line that names the page. Medians
// of cells come on top.
func (r *Report) WriteTerminal(w io.Writer, t Terminal) error {
	out := bufio.NewWriter(w) // Flush tells of all writes
	for i, s := range r.Data.Sources {
		if i > 0 {
			fmt.Fprintln(out)
		}
		r.terminalSource(out, t, s)
	}
	return out.Flush()
}

// Head is the table with which the summary of a source begins; "" without one.
func (r *Report) Head(source string) string {
	head, ok := r.headTable(source)
	if !ok {
		return ""
	}
	return strings.TrimRight(Terminal{}.render(head), "\n")
}

func (r *Report) terminalSource(w io.Writer, t Terminal, s series.Source) {
	lines := t.head(s)
	if head, ok := r.headTable(s.Label); ok && !t.Verdicts {
		lines = append(append(lines, ""), strings.Split(t.render(head), "\n")...)
	}
	verdicts, _ := r.verdicts(s.Label)
	gains := r.of(s.Label)
	switch {
	case t.Verdicts:
		lines = append(lines, t.verdicts(r, s.Label)...)
	case t.Verbose:
		lines = append(append(lines, t.verdicts(r, s.Label)...), t.gains(gains, len(gains))...)
		lines = append(lines, remarkLines(r.remarks(s.Label), math.MaxInt)...)
	default:
		rows := mostRows
		if len(verdicts) > 0 {
			rows = fullRows
		}
		below := t.gains(gains, rows)
		const page = 2 // lines that follow with the page's name
		room := screen - page - len(lines) - len(below)
		said := remarkLines(r.remarks(s.Label), max(leastSaid, room-len(t.doubtful(verdicts, room))))
		lines = append(append(append(lines, t.doubtful(verdicts, room-len(said))...), below...), said...)
	}
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
	if !t.Verdicts && (t.Cells || len(gains) == 0) {
		fmt.Fprintf(w, "\n%s with 95%% intervals\n", t.bold("Medians"))
		points := r.points(s.Label)
		cellTable(points, units(points)).WriteBlocks(w, columns, 3) // w keeps its error
	}
}

// gains are the lines of the gains tables, of so many workloads at most.
func (t Terminal) gains(gains []scaling.Gain, most int) []string {
	if len(gains) == 0 {
		return nil
	}
	shown := gains[:min(most, len(gains))]
	lines := []string{"", t.bold("Gains") + " in throughput: medians of ratios within rounds, with 95% intervals"}
	text := ""
	for _, table := range gainsTables(shown) {
		text += t.render(table)
		lines = append(lines, strings.Split(t.render(table), "\n")...)
	}
	if left := len(gains) - len(shown); left > 0 {
		lines = append(lines, words.Count(left, "further workload")+": report -v PATH")
	}
	return append(lines, gainsKey(text, shown)...)
}

// doubtful are the lines of the verdicts that deserve a look, in at most so many lines:
// those refuted, then those inconclusive, controls last. The others are counted.
func (t Terminal) doubtful(verdicts []claims.Verdict, most int) []string {
	if len(verdicts) == 0 {
		return nil
	}
	lines := append([]string{""}, words.Wrap("Verdicts: "+tally(verdicts), columns)...)
	lines[1] = t.bold("Verdicts") + strings.TrimPrefix(lines[1], "Verdicts")
	var row []claims.Verdict
	for _, v := range verdicts {
		if v.Outcome == claims.Refuted || v.Outcome == claims.Inconclusive {
			row = append(row, v)
		}
	}
	slices.SortStableFunc(row, func(a, b claims.Verdict) int {
		urgency := func(v claims.Verdict) int {
			switch {
			case v.Outcome == claims.Refuted:
				return 0
			case v.Control:
				return 2
			}
			return 1
		}
		return urgency(a) - urgency(b)
	})
	const below = 3 // lines below the table, at most
	shown := row[:max(0, min(len(row), most-len(lines)-below))]
	if len(shown) > 0 {
		lines = append(lines, strings.Split(t.render(verdictTable(shown)), "\n")...)
	}
	var key []string
	if slices.ContainsFunc(shown, func(v claims.Verdict) bool { return needs(v) != "" }) {
		key = append(key, "→ rounds that would likely decide it")
	}
	if slices.ContainsFunc(shown, func(v claims.Verdict) bool { return sees(v) != "" }) {
		key = append(key, "± distance found in 9 of 10 such runs")
	}
	if len(key) > 0 {
		lines = append(lines, strings.Join(key, "; "))
	}
	says := furtherDoubts(row[len(shown):]) + "All lines, and what they teach: report -v PATH"
	wrapped := words.Wrap(says, columns)
	return append(lines, wrapped[:min(len(wrapped), below-1)]...)
}

// furtherDoubts names those claims, and counts those controls, that have no line.
func furtherDoubts(rest []claims.Verdict) string {
	var ids []string
	open, controls, what := 0, 0, "inconclusive"
	for _, v := range rest {
		if v.Outcome == claims.Refuted {
			what = "refuted or inconclusive"
		}
		if v.Control {
			controls++
			continue
		}
		open++
		ids = append(ids, v.ID)
	}
	says := ""
	if open > 0 {
		says = fmt.Sprintf("%d more %s: %s. ", open, what, strings.Join(slices.Compact(ids), ", "))
	}
	if controls > 0 {
		says += fmt.Sprintf("Controls, %s: %d. ", what, controls)
	}
	return says
}

// gainsKey explains a gains table, as far as it needs it.
func gainsKey(table string, gains []scaling.Gain) []string {
	has := func(of func(g scaling.Gain) bool) bool { return slices.ContainsFunc(gains, of) }
	says := "G: goroutines of the gains."
	if has(func(g scaling.Gain) bool { return g.OneCPU }) {
		says = "On one CPU: concurrency of G goroutines, and blocking by GOMAXPROCS P. On all CPUs: parallelism."
	}
	if strings.ContainsAny(table, sparks) {
		says += " Over G: throughput."
	}
	if strings.Contains(table, "G*") {
		says += " G*: fewest within 5% of best."
	}
	var from []string
	if has(func(g scaling.Gain) bool { return several(g.From) }) {
		from = append(from, "G goroutines, P GOMAXPROCS, C CPUs")
	}
	if strings.ContainsAny(table, "?−") {
		from = append(from, "? perhaps, − loses")
	}
	if len(from) > 0 {
		says += " Gains from: " + strings.Join(from, "; ") + "."
	}
	return words.Wrap(says, columns)
}

// head says what was measured, where, and how it went.
func (t Terminal) head(s series.Source) []string {
	label, where := words.Wrap(words.Sanitize(s.Label), columns), machine(s)
	last := len(label) - 1
	one := words.Width(label[last])+2+words.Width(where) <= columns
	for i := range label {
		label[i] = t.bold(label[i])
	}
	switch {
	case where == "":
	case one:
		label[last] += "  " + where
	default:
		label = append(label, words.Wrap(where, columns)...)
	}
	label = append(label, words.Wrap(course(s), columns)...)
	for _, line := range words.Wrap(incomplete(s), columns-2) {
		label = append(label, t.alert(line))
	}
	return label
}

// verdicts are the lines of the verdict table: a line a claim, under the rows
// of the table. Claims that a part of the suite can say nothing about are
// counted, not listed.
func (t Terminal) verdicts(r *Report, source string) []string {
	verdicts, absent := r.verdicts(source)
	if len(verdicts) == 0 {
		return nil
	}
	lines := []string{"", t.bold("Verdicts") + ": " + tally(verdicts), marks}
	if says := early(verdicts); says != "" {
		lines = append(lines, words.Wrap("early: "+says, columns)...)
	}
	undecided, seen := false, false
	for _, row := range byRow(verdicts) {
		lines = append(append(lines, "", t.bold(row[0].Row)), strings.Split(t.render(verdictTable(row)), "\n")...)
		for _, v := range row {
			undecided, seen = undecided || needs(v) != "", seen || sees(v) != ""
		}
	}
	var below []string
	if undecided {
		below = append(below, "→ rounds in all that would likely decide it (-add DIR takes more).")
	}
	if seen {
		below = append(below, "±: so far from the limit, a figure would be decided in 9 of 10 runs like this.")
	}
	if absent > 0 {
		below = append(below, further(absent))
	}
	for _, lesson := range r.lessons(source) {
		below = append(below, words.Wrap("- "+lesson, columns)...)
	}
	if len(below) > 0 {
		lines = append(append(lines, ""), below...)
	}
	return lines
}

// remarkLines writes remarks in at most so many lines, and at least in one.
func remarkLines(remarks []remark, most int) []string {
	var lines []string
	for i, r := range remarks {
		for j := range r.names {
			r.names[j] = words.Shorten(r.names[j], 28)
		}
		next := words.Wrap("- "+r.line(5), columns)
		rest := len(remarks) - i - 1
		if room := most - len(lines); len(next) > room || rest > 0 && len(next) == room {
			left := words.Count(rest+1, "further remark")
			return append(lines, fmt.Sprintf("- %s: report -v PATH", left))
		}
		lines = append(lines, next...)
	}
	return lines
}

// render writes a table, without a newline at its end.
func (t Terminal) render(of table.Table) string {
	of.Color = t.Color
	return of.String(columns)
}

func (t Terminal) bold(s string) string {
	if !t.Color {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// alert makes a line stand out.
func (t Terminal) alert(s string) string {
	if !t.Color {
		return "! " + s
	}
	return "\x1b[1;33m! " + s + "\x1b[0m"
}
