package page

import (
	"fmt"
	"math"
	"strings"

	"conpar/report/scaling"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
)

// headNumber is one of the four headline numbers.
type headNumber struct {
	Kind, Work string // "Waiting", "tcp"
	words.Figure
	By    string // "more goroutines"
	N     int    // of them
	One   string // "goroutine"
	Class string // of the style sheet: the kind of work
	Faint bool   // no gain is shown
}

// headNumbers are the four numbers, as far as they were measured.
func (r *Report) headNumbers(source string) []headNumber {
	var out []headNumber
	for _, g := range r.headline(source) {
		kind, tone, work := "Computing", "computing", short(g.Name)
		if g.Name == headWaiting {
			kind, tone = "Waiting", "waiting"
		}
		byGoroutines, byCPUs := g.Helps()
		concurrency, parallelism := words.Times(g.Concurrency), words.Times(g.Parallelism)
		out = append(out,
			headNumber{kind, work, concurrency, "more goroutines", g.G, "goroutine", class(tone), !byGoroutines},
			headNumber{kind, work, parallelism, "more CPUs", g.P, "CPU", class(tone), !byCPUs})
	}
	return out
}

// Steps says from how many to how many: "1 → 64".
func (n headNumber) Steps() string { return fmt.Sprintf("1 → %d", n.N) }

// headTable shows the four numbers. In Markdown each says in words what it
// comes from, which takes fewer columns.
func (r *Report) headTable(source string) (t table.Table, ok bool) {
	columns := []table.Column{
		{Head: "throughput"},
		{Head: "with more goroutines"}, {Hidden: table.Markdown},
		{Head: "with more CPUs"}, {Hidden: table.Markdown},
	}
	var rows [][]table.Cell
	for i, n := range r.headNumbers(source) {
		if i%2 == 0 {
			rows = append(rows, table.Texts(fmt.Sprintf("%s (%s)", strings.ToLower(n.Kind), n.Work)))
		}
		text, steps := n.Figure.String(), n.Steps()
		cell := table.Cell{Text: fmt.Sprintf("%s with %s", text, words.Count(n.N, n.One)), Brief: text}
		if text == words.Unknown {
			cell, steps = table.Cell{Text: text}, ""
		}
		rows[i/2] = append(rows[i/2], cell, table.Cell{Text: steps})
	}
	return table.Of(columns, rows...), len(rows) > 0
}

// overG names the column of sparklines, which pages have charts for.
const overG = "over\nG"

// gainsColumns are those of the gains table. A narrow terminal leaves some out:
// total is the product of two others, and the page has the rest.
var gainsColumns = []table.Column{
	{Head: "work", Long: "Workload", Least: leastName},
	{Head: "G", Right: true},
	{Head: "concurrency", Long: "Concurrency gain", Number: true},
	{Head: "parallelism", Long: "Parallelism gain", Number: true},
	{Head: "total", Long: "Total", Right: true, Spare: 1},
	{Head: overG, Hidden: table.Markdown | table.HTML, Spare: 4},
	{Head: "G*", Right: true, Spare: 5},
	{Head: "in\nflight", Long: "In flight", Right: true, Spare: 2},
	{Head: "CPUs\nbusy", Long: "CPUs busy", Right: true, Spare: 3},
	{Head: "gains from", Long: "Gains from"},
}

func gainsTable(gains []scaling.Gain) table.Table {
	rows := make([][]table.Cell, len(gains))
	for i, g := range gains {
		rows[i] = gainsRow(g)
	}
	return table.Of(gainsColumns, rows...)
}

// gainsRow is a row of the gains table. A gain that could not be measured is a
// dash; its reason stands among the remarks.
func gainsRow(g scaling.Gain) []table.Cell {
	figure := func(i stats.Interval) table.Cell { return table.Figure(words.Interval(i), i.Mid) }
	middle := func(v float64) table.Cell { return table.Cell{Text: words.Number(v), By: table.SortKey(v)} }
	count := func(n int) table.Cell {
		if n == 0 {
			return table.Cell{Text: words.Unknown}
		}
		return table.Cell{Text: fmt.Sprint(n), By: fmt.Sprint(n)}
	}
	concurrency, parallelism, total := figure(g.Concurrency), figure(g.Parallelism), middle(g.Total.Mid)
	from := strings.TrimPrefix(g.From, "more ") // the column is called "gains from"
	if g.Why != "" {
		none := table.Cell{Text: words.Unknown}
		concurrency, parallelism, total, from = none, none, none, "not measurable"
	}
	work := short(g.Name)
	return []table.Cell{
		{Text: work, By: work, Note: words.Sanitize(g.Kind), Look: "k " + class(g.Kind)},
		count(g.G), concurrency, parallelism, total, {Text: sparkline(g.Sweep)},
		count(g.Best), middle(g.InFlight.Mid), middle(g.CPUs.Mid), {Text: from, Brief: brief.Replace(from)},
	}
}

// brief shortens the words of the column "gains from" for the terminal, where
// a row has one line: "?" is perhaps, "−" loses.
var brief = strings.NewReplacer(
	"not measurable", "see below", // among the remarks
	"neither, loses with both", "−both",
	"neither, loses with more ", "−",
	", loses with more ", ", −",
	"loses with more ", "−",
	"goroutines and CPUs", "both",
	", perhaps goroutines", ", goroutines?",
	", perhaps CPUs", ", CPUs?",
	"perhaps more goroutines", "goroutines?",
	"perhaps more CPUs", "CPUs?",
	"perhaps goroutines", "goroutines?",
	"perhaps CPUs", "CPUs?",
	"not more ", "not ",
	"more ", "",
)

// sparks are the heights of a sparkline (Tufte, 2006).
const sparks = "▁▂▃▄▅▆▇█"

// sparkline draws a sweep's throughputs, a letter each, as heights from zero
// up to the best; "" of fewer than two.
func sparkline(sweep []scaling.Rate) string {
	top := 0.0
	for _, r := range sweep {
		top = max(top, r.Throughput.Mid)
	}
	if len(sweep) < 2 || math.IsInf(top, 0) {
		return ""
	}
	heights := []rune(sparks)
	var b strings.Builder
	for _, r := range sweep {
		b.WriteRune(heights[int(math.Round(r.Throughput.Mid/top*float64(len(heights)-1)))])
	}
	return b.String()
}

// class is the style sheet's name of a kind of work. A file may call its kinds
// anything.
func class(kind string) string {
	switch kind {
	case "computing", "waiting", "mixed", "memory", "sharing":
		return kind
	}
	return "neutral"
}
