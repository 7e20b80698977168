package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/scaling"
	"conpar/report/table"
	"conpar/report/words"
)

// headNumber is one of the four headline numbers.
type headNumber struct {
	Kind, Work string // "Waiting", "tcp"
	words.Figure
	By    string // "more goroutines"
	N     int    // of them
	With  string // "64 goroutines"
	How   string // what changes, and what does not
	Class string // of the style sheet: the kind of work
	Faint bool   // no gain is shown
	Value string // for the page's script
}

// What the headline numbers come from.
const (
	byGoroutines = "more goroutines"
	byProcs      = "a higher GOMAXPROCS"
	byCPUs       = "more CPUs"
)

// headNumbers are the four numbers, as far as they were measured.
func (r *Report) headNumbers(source string) []headNumber {
	var out []headNumber
	for _, g := range r.headline(source) {
		one := headNumber{Kind: "Computing", Work: short(g.Name), Class: class("computing")}
		if g.Name == headWaiting {
			one.Kind, one.Class = "Waiting", class("waiting")
		}
		two := one
		byG, _, byC := g.Helps()
		one.Figure, one.By, one.N, one.Faint = words.Times(g.ByGoroutines.Interval), byGoroutines, g.G, !byG
		one.Value, two.Value = table.SortKey(g.ByGoroutines.Mid), table.SortKey(g.Last().Mid)
		one.With = words.Count(g.G, "goroutine")
		one.How, two.How = one.Steps()+" goroutines, GOMAXPROCS 1", "same goroutines"
		two.Figure, two.N = words.Times(g.Last().Interval), g.CPUs
		if g.OneCPU {
			one.How += ", one CPU"
			two.By, two.With, two.Faint = byCPUs, words.Count(g.CPUs, "CPU"), !byC
			two.How = fmt.Sprintf("1 → %s, %s", two.With, two.How)
		} else {
			two.By, two.With, two.Faint = byProcs, fmt.Sprint("GOMAXPROCS ", g.CPUs), !g.ByProcs.Helps()
			two.How = fmt.Sprintf("GOMAXPROCS %s, %s", two.Steps(), two.How)
		}
		out = append(out, one, two)
	}
	return out
}

// sure says how sure the second number is, and what would make it surer; "" where
// it has no interval.
func (r *Report) sure(source string) string {
	numbers, gains := r.headNumbers(source), r.headline(source)
	if len(numbers) < 2 || numbers[1].Interval == "" {
		return ""
	}
	n := numbers[1]
	return fmt.Sprintf("The second figure, %s (%s) with %s, is %s, and lies within %s with 95%% confidence, by %s. "+
		"More rounds make it surer, and fewer other processes: with four times as many rounds the interval is about half as wide.",
		strings.ToLower(n.Kind), n.Work, n.By, n.Mid, n.Interval, words.Count(gains[0].Last().N, "round"))
}

// Steps says from how many to how many: "1 → 64".
func (n headNumber) Steps() string { return fmt.Sprintf("1 → %d", n.N) }

// headTable shows the four numbers. In Markdown each says in words what it
// comes from, which takes fewer columns.
func (r *Report) headTable(source string) (t table.Table, ok bool) {
	var rows [][]table.Cell
	var by []string
	for i, n := range r.headNumbers(source) {
		if i%2 == 0 {
			rows = append(rows, table.Texts(fmt.Sprintf("%s (%s)", strings.ToLower(n.Kind), n.Work)))
		} else {
			by = append(by, n.By)
		}
		text, steps := n.Figure.String(), n.Steps()
		cell := table.Cell{Text: fmt.Sprintf("%s with %s", text, n.With), Brief: text}
		if text == words.Unknown {
			cell, steps = table.Cell{Text: text}, ""
		}
		rows[i/2] = append(rows[i/2], cell, table.Cell{Text: steps})
	}
	columns := []table.Column{
		{Head: "throughput"},
		{Head: "with " + byGoroutines}, {Hidden: table.Markdown},
		{Head: "with " + strings.Join(slices.Compact(by), " or ")}, {Hidden: table.Markdown},
	}
	return table.Of(columns, rows...), len(rows) > 0
}

// overG names the column of sparklines, which pages have charts for.
const overG = "over\nG"

// gainsTables are the gains table, in two parts where only some of the work was
// kept to one CPU: the gains have other names then.
func gainsTables(gains []scaling.Gain) []table.Table {
	var out []table.Table
	for _, oneCPU := range []bool{true, false} {
		var rows [][]table.Cell
		for _, g := range gains {
			if g.OneCPU == oneCPU {
				rows = append(rows, gainsRow(g))
			}
		}
		if len(rows) > 0 {
			t := table.Of(gainsColumns(oneCPU), rows...)
			t.Caption = gainsSays[oneCPU]
			out = append(out, t)
		}
	}
	return out
}

// gainsSays tells what the figures of a gains table are, by whether it has gains
// on one CPU.
var gainsSays = map[bool]string{
	true: "Ratios of throughput within rounds, with 95% intervals. " +
		"Concurrency: G goroutines over one, on one CPU with GOMAXPROCS 1. " +
		"Blocking: GOMAXPROCS P over 1 with these goroutines, still on that CPU, " +
		"so that tasks held up inside the operating system don't hold up the others. " +
		"Parallelism: the same program on all CPUs over one. " + bestSays,
	false: "Ratios of throughput within rounds, with 95% intervals. " +
		"Goroutines: G of them over one, with GOMAXPROCS 1. " +
		"GOMAXPROCS: one for each CPU over 1, with the same goroutines. These cells were not kept to one CPU, " +
		"so that the second gain may come from CPUs or from blocked calls that no longer hold up others; " +
		"the CPUs busy tell which. " + bestSays,
}

const bestSays = "G* is the smallest number of goroutines within 5% of the best throughput."

// gainsColumns are those of the gains table. A narrow terminal leaves some out:
// total is the product of the others, and the page has the rest.
func gainsColumns(oneCPU bool) []table.Column {
	columns := []table.Column{
		{Head: "work", Long: "Workload", Least: leastName - 1}, // P has room then, beside three gains
		{Head: "G", Right: true}, {Head: "P", Right: true, Spare: 6},
	}
	if !oneCPU {
		columns[2].Hidden = table.Terminal | table.Markdown | table.HTML // it is the same everywhere
	}
	for _, s := range (scaling.Gain{OneCPU: oneCPU}).Steps() {
		columns = append(columns, table.Column{Head: s.Name, Long: gainNames[s.Name], Number: true})
	}
	return append(columns,
		table.Column{Head: "total", Long: "Total", Right: true, Spare: 1},
		table.Column{Head: overG, Hidden: table.Markdown | table.HTML, Spare: 4},
		table.Column{Head: "G*", Right: true, Spare: 5},
		table.Column{Head: "rounds", Long: "Rounds", Right: true, Hidden: table.Terminal},
		table.Column{Head: "in\nflight", Long: "In flight", Right: true, Spare: 2},
		table.Column{Head: "CPUs\nbusy", Long: "CPUs busy", Right: true, Spare: 3},
		table.Column{Head: "gains from", Long: "Gains from"},
	)
}

// gainNames are what the gains are called where there is room.
var gainNames = map[string]string{
	"concurrency": "Concurrency gain", "blocking": "Blocking gain", "parallelism": "Parallelism gain",
	"goroutines": "Gain of goroutines", "GOMAXPROCS": "Gain of GOMAXPROCS",
}

// firstGain is the column of the first of a row's gains.
const firstGain = 3

// gainsRow is a row of the gains table. A gain that could not be measured is a
// dash; its reason stands among the remarks.
func gainsRow(g scaling.Gain) []table.Cell {
	middle := func(v float64) table.Cell { return table.Cell{Text: words.Number(v), By: table.SortKey(v)} }
	count := func(n int) table.Cell {
		if n == 0 {
			return table.Cell{Text: words.Unknown}
		}
		return table.Cell{Text: fmt.Sprint(n), By: fmt.Sprint(n)}
	}
	work := short(g.Name)
	row := []table.Cell{
		{Text: work, By: work, Note: words.Sanitize(g.Kind), Look: "k " + class(g.Kind)}, count(g.G), count(g.P),
	}
	for _, s := range g.Steps() {
		if g.Why != "" {
			row = append(row, table.Cell{Text: words.Unknown})
			continue
		}
		row = append(row, table.Figure(words.Interval(s.Interval), s.Mid))
	}
	total, from := middle(g.Total.Mid), table.Cell{Text: g.From, Brief: brief(g.From)}
	if g.Why != "" {
		total = table.Cell{Text: words.Unknown}
		from = table.Cell{Text: "not measurable", Brief: "see below"} // among the remarks
	}
	return append(row, total, table.Cell{Text: sparkline(g.Sweep)},
		count(g.Best), count(g.Rounds), middle(g.InFlight.Mid), middle(g.Busy.Mid), from)
}

// brief shortens the words of the column "gains from" for the terminal, where
// a row has one line: "?" is perhaps, "−" loses. Several knobs are letters.
func brief(from string) string {
	from = strings.TrimPrefix(from, "nothing, ")
	if several(from) {
		from = knobs.Replace(strings.Replace(from, " and ", ", ", 1))
	}
	return marked.Replace(from)
}

// several says whether words from [scaling.Gain] name several knobs.
func several(from string) bool {
	n := 0
	for _, knob := range []string{"goroutines", "GOMAXPROCS", "CPUs"} {
		n += strings.Count(from, knob)
	}
	return n > 1
}

var (
	knobs  = strings.NewReplacer("goroutines", "G", "GOMAXPROCS", "P", "CPUs", "C")
	marked = strings.NewReplacer(
		"loses with ", "−", "perhaps goroutines", "goroutines?", "perhaps GOMAXPROCS", "GOMAXPROCS?",
		"perhaps CPUs", "CPUs?", "perhaps G", "G?", "perhaps P", "P?", "perhaps C", "C?",
	)
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
