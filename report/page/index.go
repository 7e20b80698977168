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
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// IndexFile is the name of the page over all runs of a folder.
const IndexFile = "index.html"

// maxSideBySide is how many runs have their verdicts side by side: more columns
// than that nobody compares by eye, and report compare takes any two.
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
		Facts:    []string{plural(len(runs), "run"), plural(len(machines), "machine")},
		Headline: "Concurrency and parallelism, run by run",
		Lede:     "A figure of one machine says little about another; what holds on all of them says more.",
		Foot:     "Made by conpar from the samples of the runs in this folder; it asks for nothing.",
	}
	page.Sections = append(page.Sections, r.runSection(runs, pages))
	if section, ok := r.verdictsSideBySide(runs, pages); ok {
		page.Sections = append(page.Sections, section)
	}
	return page.html()
}

// runSection has a line for each run.
func (r *Report) runSection(runs []series.Source, pages map[string]string) sheetSection {
	t := &sheetTable{Caption: "All runs", Sorted: true, Head: []sheetHead{
		{"Measured", false}, {"Machine", false}, {"CPUs", true}, {"Go", false}, {"Waiting (tcp): goroutines", true}, {"Computing (primes): CPUs", true},
		{"Verdicts", false}, {"Rounds", true}, {"Others took", true}, {"Status", false},
	}}
	for _, s := range runs {
		t.Rows = append(t.Rows, []sheetCell{
			{Text: day(s), Small: hour(s), By: startedAs(s, time.RFC3339), Href: hrefOf(pages[s.Label])},
			{Text: plain(s.Config["machine"]), Small: plain(s.Config["cpu"])},
			{Text: strconv.Itoa(s.Run.Machine.CPUs), Number: true},
			{Text: plain(s.Config["go"]), Small: strings.TrimSpace(plain(s.Config["goos"] + " " + s.Config["goarch"]))},
			gainCell(r.gain(s.Label, headWaiting), func(g *scaling.Gain) (stats.Interval, string) { return g.Concurrency, g.WhyConcurrency }),
			gainCell(r.gain(s.Label, headComputing), func(g *scaling.Gain) (stats.Interval, string) { return g.Parallelism, g.WhyParallelism }),
			r.tallyCell(s.Label),
			{Text: strconv.Itoa(s.Run.Plan.Rounds), Number: true},
			{Text: percent(s.Run.Foreign), By: sortable(s.Run.Foreign), Number: true},
			{Text: plain(string(s.Run.Status))},
		})
	}
	return sheetSection{ID: "runs", Short: "Runs", Title: "All runs", Table: t, Says: []string{
		"The newest first. Gains are ratios of throughput within rounds, with 95% intervals: of 64 goroutines over one at GOMAXPROCS 1 for waiting work, " +
			"of all CPUs over one with the same goroutines for computing work.",
	}}
}

// day is when a run began: "24 November 2026".
func day(s series.Source) string { return startedAs(s, "2 January 2006") }

func hour(s series.Source) string { return startedAs(s, "15:04 UTC") }

func startedAs(s series.Source, layout string) string {
	if s.Run.Started.IsZero() {
		return unknown
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

func gainCell(g *scaling.Gain, of func(*scaling.Gain) (stats.Interval, string)) sheetCell {
	none := sheetCell{Text: unknown, By: sortable(math.Inf(1)), Number: true}
	if g == nil {
		return none
	}
	gain, why := of(g)
	if why != "" {
		none.Small = plain(why)
		return none
	}
	text, interval := apart(times(gain))
	return sheetCell{Text: text, Small: interval, By: sortable(gain.Mid), Number: true}
}

func (r *Report) tallyCell(label string) sheetCell {
	of, _ := r.verdicts(label)
	if len(of) == 0 {
		return sheetCell{Text: unknown}
	}
	first, rest, _ := strings.Cut(tally(of), ", ")
	return sheetCell{Text: first, Small: rest}
}

// verdictsSideBySide has a line for each claim that any of the newest runs has
// judged, those first on which runs disagree.
func (r *Report) verdictsSideBySide(runs []series.Source, pages map[string]string) (sheetSection, bool) {
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
	t := &sheetTable{Caption: "Verdicts side by side", Sorted: true, Head: []sheetHead{{"Claim", false}, {"Predicted", false}}}
	for _, s := range shown {
		t.Head = append(t.Head, sheetHead{Text: fmt.Sprintf("%s, %s", plain(s.Config["machine"]), day(s))})
	}
	disagree := 0
	for at, claim := range claims.All() {
		row, seen := r.claimRow(at, claim, shown)
		if row == nil {
			continue
		}
		if seen[claims.Supported] && seen[claims.Refuted] {
			t.Rows = slices.Insert(t.Rows, disagree, row)
			disagree++
			continue
		}
		t.Rows = append(t.Rows, row)
	}
	says := []string{fmt.Sprintf("%s, with the figures that they rest on. %s", marks, agreement(disagree, len(shown)))}
	if len(shown) < len(judged) {
		says = append(says, fmt.Sprintf("Shown are the newest %d of %d runs; report compare sets any others side by side.", len(shown), len(judged)))
	}
	return sheetSection{ID: "verdicts", Short: "Verdicts", Title: "Verdicts side by side", Says: says, Table: t}, true
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

// claimRow is nil where no run has judged the claim.
func (r *Report) claimRow(at int, c claims.Claim, runs []series.Source) (row []sheetCell, seen map[claims.Outcome]bool) {
	seen = map[claims.Outcome]bool{}
	row = []sheetCell{{Text: c.ID + " " + c.Says, Small: c.Subject}, {}}
	for _, s := range runs {
		v := r.Verdicts[s.Label]
		if at >= len(v) || v[at].Absent {
			row = append(row, sheetCell{Text: "", Small: "not set out to measure"})
			continue
		}
		seen[v[at].Outcome] = true
		row[1] = sheetCell{Text: prediction(v[at])}
		row = append(row, verdictCell(v[at]))
	}
	if len(seen) == 0 {
		return nil, nil
	}
	return row, seen
}

func verdictCell(v claims.Verdict) sheetCell {
	figure, interval, _ := strings.Cut(measured(v, v.Measured), " (")
	if v.Outcome == claims.NotMeasurable {
		figure, interval = "", ""
	}
	word := inWords(v)
	small := word
	if interval != "" {
		small += ", " + strings.TrimSuffix(interval, ")")
	}
	return sheetCell{Text: strings.TrimSpace(mark(v) + " " + figure), Small: small, Class: lookOf(v).Class}
}
