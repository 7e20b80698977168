package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"conpar/report/scaling"
)

// advised is what the kinds of work are worth on a machine: a group for each
// kind, in the order in which these first appear.
type advised []advisedKind

// Says tells how the numbers came about.
func (advised) Says() string {
	return "Goroutines: the fewest within 5% of the best throughput with all CPUs; two numbers where the rounds do not tell which. " +
		"GOMAXPROCS: the most at which each processor still does at least 70% of what one does alone."
}

// Limits tells what such advice cannot say.
func (advised) Limits() string {
	return "It names only what was measured, so the least that would do lies between the number named and the one measured before it. " +
		"It holds for this machine, for tasks of this size and for throughput alone: every goroutine in flight takes memory, and makes the others wait longer."
}

// advisedKind is one kind with its workloads. Its figures span theirs.
type advisedKind struct {
	Kind, Class       string
	Goroutines, Procs string
	Lines             []advisedWork
}

// advisedWork is what one workload is worth, each figure with what it rests on.
type advisedWork struct {
	Work, Goroutines, Efficiency, Procs, Throughput string
}

// span is a range of numbers of which the last may be the most that was
// measured, while more brought more.
type span struct {
	from, to int
	open     bool
}

func (s span) String() string {
	text := fmt.Sprint(s.to)
	if s.from < s.to {
		text = fmt.Sprintf("%d–%d", s.from, s.to)
	}
	if s.open {
		text += " or more"
	}
	return text
}

// over returns the span of both.
func (s span) over(o span) span {
	switch {
	case s.to == 0:
		return o
	case o.to == 0:
		return s
	case o.to == s.to:
		return span{min(s.from, o.from), s.to, s.open || o.open}
	case o.to > s.to:
		return span{min(s.from, o.from), o.to, o.open}
	}
	return span{min(s.from, o.from), s.to, s.open}
}

// advice says how many goroutines and which GOMAXPROCS each kind of work of a
// source is worth. Work that neighbours disturbed, or of which no axis was
// measured, is left out, as is what the gains table has no room for.
func (r *Report) advice(source string) advised {
	var out advised
	type spans struct{ goroutines, procs span }
	var of []spans
	index := map[string]int{}
	rows := r.of(source)
	worths := scaling.Worths(r.Data, rows[:min(len(rows), maxCells)])
	for i, worth := range worths {
		g := rows[i]
		line, goroutines, procs := adviceOf(g, worth)
		if goroutines.to == 0 && procs.to == 0 {
			continue
		}
		at, ok := index[g.Kind]
		if !ok {
			at = len(out)
			index[g.Kind] = at
			kind := plain(g.Kind)
			if kind == "" {
				kind = "of no predicted kind"
			}
			out, of = append(out, advisedKind{Kind: kind, Class: class(tone(g))}), append(of, spans{})
		}
		out[at].Lines = append(out[at].Lines, line)
		of[at] = spans{of[at].goroutines.over(goroutines), of[at].procs.over(procs)}
	}
	for i, s := range of {
		out[i].Goroutines, out[i].Procs = spanned(s.goroutines), spanned(s.procs)
	}
	return out
}

func spanned(s span) string {
	if s.to == 0 {
		return unknown
	}
	return s.String()
}

func adviceOf(g scaling.Gain, worth scaling.Worth) (line advisedWork, goroutines, procs span) {
	line = advisedWork{Work: short(g.Name), Goroutines: unknown, Procs: unknown}
	if over := worth.Goroutines; over != nil {
		goroutines = enoughGoroutines(over)
		line.Goroutines, line.Throughput = goroutines.String(), throughputThere(over)
	}
	if on := worth.Procs; on != nil {
		var decides scaling.Row
		procs, decides = enoughProcs(on)
		line.Procs, line.Efficiency = procs.String(), fmt.Sprintf("efficiency at %d: %s", int(decides.N), withInterval(decides.Efficiency))
	}
	return line, goroutines, procs
}

// enoughGoroutines is open where the most that was measured surely did better
// than the number before it.
func enoughGoroutines(c *scaling.Curve) span {
	last := c.Rows[len(c.Rows)-1]
	return span{c.Best.From, c.Best.Enough, c.Best.Enough == int(last.N) && last.Grew()}
}

// throughputThere says what the advised number of goroutines reaches.
func throughputThere(c *scaling.Curve) string {
	if c.Best.Enough == c.Best.At {
		return fmt.Sprintf("the best of %d to %d", int(c.Rows[0].N), int(c.Rows[len(c.Rows)-1].N))
	}
	return fmt.Sprintf("%s of the best, at %d", withInterval(c.Best.Share), c.Best.At)
}

// enoughProcs returns the GOMAXPROCS worth having, and the row whose efficiency
// decides it: that of the most there is, or of the first that is not worth it.
func enoughProcs(c *scaling.Curve) (span, scaling.Row) {
	rows := c.Rows[:c.Last()+1]
	least := max(c.Best.Efficient, int(rows[0].N)) // what the others are measured against is worth itself
	s := span{from: least, to: least}
	for _, row := range rows {
		if e := row.Efficiency; e.Hi >= scaling.Efficient || !e.Known() && e.Mid >= scaling.Efficient {
			s.to = max(s.to, int(row.N)) // it may be
		}
	}
	for _, row := range rows {
		if int(row.N) > s.from {
			return s, row
		}
	}
	return s, rows[len(rows)-1]
}

// adviceTable is the advice for Markdown.
func adviceTable(a advised) string {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{"work", "goroutines", "", "GOMAXPROCS", ""})
	for _, kind := range a {
		tw.AppendRow(table.Row{inCell(kind.Kind) + ":", "**" + kind.Goroutines + "**", "", "**" + kind.Procs + "**", ""})
		for _, line := range kind.Lines {
			tw.AppendRow(table.Row{inCell(line.Work), line.Goroutines, line.Throughput, line.Procs, line.Efficiency})
		}
	}
	return tw.RenderMarkdown()
}

// adviceSection is the advice as part of a page in Markdown; "" where there is
// none.
func (r *Report) adviceSection(source string) string {
	a := r.advice(source)
	if len(a) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "## What it is worth here\n\n%s\n\n%s\n\n%s\n\n", a.Says(), adviceTable(a), a.Limits())
	return b.String()
}

// jsonWorth is the advice on one workload; see [Report.WriteJSON].
type jsonWorth struct {
	Goroutines *jsonEnough `json:"goroutines"`
	Procs      *jsonProcs  `json:"gomaxprocs"`
}

type jsonEnough struct {
	From   int           `json:"from"`
	Enough int           `json:"enough"`
	More   bool          `json:"more"`
	Best   int           `json:"best"`
	Share  *jsonInterval `json:"share"`
}

type jsonProcs struct {
	From       int           `json:"from"`
	Enough     int           `json:"enough"`
	At         int           `json:"at"`
	Efficiency *jsonInterval `json:"efficiency"`
}

func jsonWorthOf(w scaling.Worth) jsonWorth {
	var out jsonWorth
	if over := w.Goroutines; over != nil {
		s := enoughGoroutines(over)
		out.Goroutines = &jsonEnough{s.from, s.to, s.open, over.Best.At, jsonIntervalOf(over.Best.Share, "")}
	}
	if on := w.Procs; on != nil {
		s, decides := enoughProcs(on)
		out.Procs = &jsonProcs{s.from, s.to, int(decides.N), jsonIntervalOf(decides.Efficiency, "")}
	}
	return out
}

// columns are the advice's in CSV, empty where there is none.
func (w jsonWorth) columns() []string {
	out := make([]string, 4, 10)
	if g := w.Goroutines; g != nil {
		out = append(out[:0], strconv.Itoa(g.From), strconv.Itoa(g.Enough), strconv.FormatBool(g.More), strconv.Itoa(g.Best))
	}
	p := w.Procs
	if p == nil {
		return append(out, make([]string, 6)...)
	}
	e := p.Efficiency
	if e == nil {
		e = &jsonInterval{}
	}
	return append(out, strconv.Itoa(p.From), strconv.Itoa(p.Enough), strconv.Itoa(p.At), optional(e.Mid), optional(e.Lo), optional(e.Hi))
}
