package page

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"conpar/report/claims"
	"conpar/report/compare"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
)

// IndexFile is the name of the page over all runs of a folder.
const IndexFile = "index.html"

// maxSideBySide is how many runs have their verdicts side by side. More columns
// cannot be compared by eye, and report compare takes any two runs.
const maxSideBySide = 8

// Index writes a page over all runs, the newest first: where and when each was
// measured, its four numbers, and the verdicts side by side. For runs by their
// label, pages holds the page of each relative to this one, with slashes. Plain
// benchmark text is no run, and is left out.
func (r *Report) Index(pages map[string]string) ([]byte, error) {
	var runs []series.Source
	machines := map[string]bool{}
	for _, s := range r.Data.Sources {
		if s.Run != nil {
			runs = append(runs, s)
			machines[s.Config["machine"]] = true
		}
	}
	slices.SortStableFunc(runs, func(a, b series.Source) int { return b.Run.Started.Compare(a.Run.Started) })
	page := sheet{
		Name:     "conpar: runs",
		Facts:    []string{words.Count(len(runs), "run"), words.Count(len(machines), "machine")},
		Headline: "Concurrency and parallelism, run by run",
		Lede:     "A figure of one machine says little about another; what holds on all of them says more.",
		Foot:     "Made by conpar from the samples of the runs in this folder; it asks for nothing.",
	}
	page.Sections = append(page.Sections, r.runSection(runs, pages))
	if section, ok := r.verdictsSideBySide(runs); ok {
		page.Sections = append(page.Sections, section)
	}
	return page.html()
}

// runSection has a line for each run.
func (r *Report) runSection(runs []series.Source, pages map[string]string) sheetSection {
	columns := []table.Column{
		{Head: "Measured"}, {Head: "Machine"}, {Head: "CPUs", Right: true}, {Head: "Go"},
		{Head: "Waiting (tcp): goroutines", Right: true}, {Head: "Computing (primes): CPUs or GOMAXPROCS", Right: true},
		{Head: "Verdicts"}, {Head: "Rounds", Right: true}, {Head: "Used by others", Right: true}, {Head: "Status"},
	}
	const title = "All runs"
	var rows [][]table.Cell
	for _, s := range runs {
		config := func(keys ...string) string {
			var parts []string
			for _, key := range keys {
				parts = append(parts, s.Config[key])
			}
			return words.Sanitize(strings.TrimSpace(strings.Join(parts, " ")))
		}
		waiting, computing := noGain, noGain
		if g := r.gain(s.Label, headWaiting); g != nil {
			waiting = gainCell(g.ByGoroutines, "")
		}
		if g := r.gain(s.Label, headComputing); g != nil {
			computing = gainCell(g.Last().Factor, lastKnob(*g))
		}
		rows = append(rows, []table.Cell{
			{Text: day(s), Small: hour(s), By: startedAs(s, time.RFC3339), Href: hrefOf(pages[s.Label])},
			{Text: config("machine"), Small: config("cpu")},
			{Text: strconv.Itoa(s.Run.Machine.CPUs)},
			{Text: config("go"), Small: config("goos", "goarch")},
			waiting, computing, r.tallyCell(s.Label),
			{Text: strconv.Itoa(s.Run.Plan.Rounds)},
			{Text: words.Percent(s.Run.Foreign), By: table.SortKey(s.Run.Foreign)},
			{Text: words.Sanitize(string(s.Run.Status))},
		})
	}
	t := table.Of(columns, rows...)
	t.Sortable = true
	says := "The newest first. Gains are ratios of throughput within rounds, with 95% intervals: " +
		"of 64 goroutines over one at GOMAXPROCS 1 for waiting work, " +
		"and for computing work of all CPUs over one, with the same goroutines and GOMAXPROCS; " +
		"in runs that kept nothing to one CPU, of a GOMAXPROCS of all CPUs over 1."
	return sheetSection{ID: "runs", Short: "Runs", Title: title, Says: []string{says}, Table: sheetTableOf(title, t)}
}

// day is when a run began: "24 November 2026".
func day(s series.Source) string { return startedAs(s, "2 January 2006") }

func hour(s series.Source) string { return startedAs(s, "15:04 UTC") }

func startedAs(s series.Source, layout string) string {
	if s.Run.Started.IsZero() {
		return words.Unknown
	}
	return s.Run.Started.UTC().Format(layout)
}

// hrefOf makes a link of a path relative to the page.
func hrefOf(path string) string {
	if path == "" {
		return ""
	}
	return "./" + (&url.URL{Path: path}).EscapedPath()
}

// noGain stands where there is no gain, and sorts last.
var noGain = table.Cell{Text: words.Unknown, By: table.SortKey(math.Inf(1))}

// gainCell is a gain with what it comes from, or the reason why it was not
// measured.
func gainCell(gain scaling.Factor, by string) table.Cell {
	if gain.Why != "" {
		none := noGain
		none.Small = words.Sanitize(gain.Why)
		return none
	}
	c := table.Figure(words.Times(gain.Interval), gain.Mid)
	if by != "" {
		c.Small = strings.TrimPrefix(c.Small+", "+by, ", ")
	}
	return c
}

func (r *Report) tallyCell(label string) table.Cell {
	of, _ := r.verdicts(label)
	if len(of) == 0 {
		return table.Cell{Text: words.Unknown}
	}
	first, rest, _ := strings.Cut(tally(of), ", ")
	return table.Cell{Text: first, Small: rest}
}

// verdictsSideBySide has a line for each claim that any of the newest runs has
// judged, those first on which runs disagree.
func (r *Report) verdictsSideBySide(runs []series.Source) (sheetSection, bool) {
	var judged []series.Source
	for _, s := range runs {
		if of, _ := r.verdicts(s.Label); len(of) > 0 {
			judged = append(judged, s)
		}
	}
	shown := judged[:min(len(judged), maxSideBySide)]
	if len(shown) == 0 {
		return sheetSection{}, false
	}
	columns := table.Heads("Claim", "Predicted")
	for _, s := range shown {
		columns = append(columns, table.Column{Head: words.Sanitize(s.Config["machine"]) + ", " + day(s)})
	}
	var of [][]claims.Verdict
	for _, s := range shown {
		of = append(of, r.Verdicts[s.Label])
	}
	var rows [][]table.Cell
	disagree := 0
	for _, v := range compare.Claims(of, 1) {
		row := []table.Cell{{Text: v.Claim.ID + " " + v.Claim.Says, Small: v.Claim.Subject}, {}}
		for _, of := range v.Of {
			if of == nil {
				row = append(row, table.Cell{Small: "not set out to measure"})
				continue
			}
			row[1].Text = prediction(*of)
			row = append(row, verdictCell(*of))
		}
		if v.Agreement == compare.Disagree {
			disagree++
		}
		rows = append(rows, row)
	}
	says := []string{fmt.Sprintf("%s, with the figures that they rest on. %s", marks, agreement(disagree, len(shown)))}
	if len(shown) < len(judged) {
		says = append(says, fmt.Sprintf("Shown are the newest %d of %d runs; "+
			"report compare sets any others side by side.",
			len(shown), len(judged)))
	}
	t := table.Of(columns, rows...)
	t.Sortable = true
	const title = "Verdicts side by side"
	table := sheetTableOf(title, t)
	return sheetSection{ID: "verdicts", Short: "Verdicts", Title: title, Says: says, Table: table}, true
}

func agreement(disagree, runs int) string {
	switch {
	case runs == 1:
		return "There is one run."
	case disagree == 0:
		return "No claim is supported by one run and refuted by another."
	case disagree == 1:
		return "One claim is supported by one run and refuted by another; it stands first."
	}
	return fmt.Sprintf("%d claims are supported by one run and refuted by another; they stand first.", disagree)
}

// verdictCell is a verdict as the index shows it.
func verdictCell(v claims.Verdict) table.Cell {
	look := lookOf(v)
	cell := table.Cell{Mark: look.Mark, Small: look.Word, Class: look.Class}
	if v.Outcome != claims.NotMeasurable {
		figure := measuredFigure(v, v.Measured)
		cell.Text = figure.Mid
		if figure.Interval != "" {
			cell.Small += ", " + figure.Interval
		}
	}
	return cell
}
