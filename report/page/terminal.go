package page

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

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
}

// The summary's size: what a terminal shows at once.
const (
	columns   = 80
	maxLines  = 40 // for a source with up to fullRows workloads
	fullRows  = 20
	leastName = 12 // columns that are left to names, however wide the figures are
)

// WriteTerminal writes the summary of every source, at most 80 columns wide.
// With up to 20 workloads it is at most 40 lines long, the line that names the
// page included, and the verdict table not.
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
	add := func(text string) { lines = append(lines, strings.Split(text, "\n")...) }
	if head, ok := r.headTable(s.Label); ok && !t.Verdicts {
		add("\n" + t.render(head))
	}
	verdicts := t.verdicts(r, s.Label)
	lines = append(lines, verdicts...)
	gains := r.of(s.Label)
	if len(gains) > 0 && !t.Verdicts {
		add("\n" + t.bold("Gains") + " in throughput: medians of ratios within rounds, with 95% intervals")
		text := ""
		for _, table := range gainsTables(gains) {
			text += t.render(table)
			add(t.render(table))
		}
		lines = append(lines, gainsKey(text, gains)...)
	}
	if !t.Verdicts {
		const page = 2 // lines that follow with the page's name
		room := maxLines + len(verdicts) + max(0, len(gains)-fullRows) - page - len(lines)
		lines = append(lines, remarkLines(r.remarks(s.Label), room)...)
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
			left := words.Count(rest+1, "remark")
			return append(lines, fmt.Sprintf("- %s more: see the page, or -format markdown", left))
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
