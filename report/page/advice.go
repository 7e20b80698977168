package page

import (
	"fmt"
	"slices"

	"conpar/report/scaling"
	"conpar/report/table"
	"conpar/report/words"
)

// adviceSays tells how the numbers came about, and adviceLimits what such
// advice cannot say.
const (
	adviceSays = "Goroutines: the smallest number tried that came within 5% of the best throughput with all CPUs; " +
		"a range where this run cannot tell. " +
		"GOMAXPROCS: the largest at which each processor still does at least 70% of what one does alone, " +
		"or one above the number of CPUs that gains more than 1.1×, where calls block."
	adviceLimits = "The advice names only numbers that were tried: the smallest that would do lies between the one " +
		"named and the one tried before it. It holds for this machine, for tasks of this size, and for throughput " +
		"alone: every goroutine in flight takes memory, and makes the others wait longer."
)

// advisedKind is a kind of work with its workloads. Its figures span theirs.
type advisedKind struct {
	kind, class       string
	goroutines, procs span
	works             []advisedWork
}

// advisedWork is what one workload is worth, each figure with what it rests on.
type advisedWork struct {
	work                   string
	goroutines, procs      span
	throughput, efficiency string
}

// span is a range of numbers. An open one ends with the largest number that was
// tried, and this one was still better than the one before it.
type span struct {
	from, to int // 0: unknown
	open     bool
}

func (s span) String() string {
	text := fmt.Sprint(s.to)
	switch {
	case s.to == 0:
		return words.Unknown
	case s.from < s.to:
		text = fmt.Sprintf("%d–%d", s.from, s.to)
	}
	if s.open {
		text += " or more"
	}
	return text
}

// over returns the span of both.
func (s span) over(o span) span {
	if s.to == 0 || o.to == 0 {
		return span{s.from + o.from, s.to + o.to, s.open || o.open} // one is unknown
	}
	open := s.open && s.to >= o.to || o.open && o.to >= s.to
	return span{min(s.from, o.from), max(s.to, o.to), open}
}

// advice says how many goroutines and which GOMAXPROCS each kind of work of a
// source is worth. It leaves out work that was disturbed, work without a
// measured axis, and what the gains table has no room for.
func (r *Report) advice(source string) []advisedKind {
	var out []advisedKind
	rows := r.of(source)
	for i, worth := range scaling.Recommendations(r.Data, rows[:min(len(rows), maxCells)]) {
		g := rows[i]
		work := advisedOf(g, worth)
		if work.goroutines.to == 0 && work.procs.to == 0 {
			continue
		}
		kind := words.Sanitize(g.Kind)
		if kind == "" {
			kind = "of no predicted kind"
		}
		at := slices.IndexFunc(out, func(a advisedKind) bool { return a.kind == kind })
		if at < 0 {
			at = len(out)
			out = append(out, advisedKind{kind: kind, class: class(g.Kind)})
		}
		k := &out[at]
		k.works = append(k.works, work)
		k.goroutines, k.procs = k.goroutines.over(work.goroutines), k.procs.over(work.procs)
	}
	return out
}

func advisedOf(g scaling.Gain, worth scaling.Recommendation) advisedWork {
	a := advisedWork{work: short(g.Name)}
	if over := worth.Goroutines; over != nil {
		a.goroutines, a.throughput = enoughGoroutines(over), throughputThere(over)
	}
	if on := worth.Procs; on != nil {
		var decides scaling.Row
		a.procs, decides = enoughProcs(on)
		a.efficiency = fmt.Sprintf("efficiency at %d: %s", int(decides.N), words.Interval(decides.Efficiency))
		if n := on.Best.Beyond; n > 0 {
			a.procs = span{int(n), int(n), false}
			a.efficiency = fmt.Sprintf("%s as fast as at %d", words.Times(on.Best.Gain), int(on.Rows[on.Last()].N))
		}
	}
	return a
}

// enoughGoroutines is open where the most that was measured surely did better
// than the number before it.
func enoughGoroutines(c *scaling.Curve) span {
	last := c.Rows[len(c.Rows)-1]
	return span{int(c.Best.From), int(c.Best.Enough), c.Best.Enough == last.N && last.Grew()}
}

// throughputThere says what the advised number of goroutines reaches.
func throughputThere(c *scaling.Curve) string {
	if c.Best.Enough == c.Best.At {
		return fmt.Sprintf("the best of %d to %d", int(c.Rows[0].N), int(c.Rows[len(c.Rows)-1].N))
	}
	return fmt.Sprintf("%s of the best, at %v", words.Interval(c.Best.Share), c.Best.At)
}

// enoughProcs returns the GOMAXPROCS worth having, and the row whose efficiency
// decides it: that of the most there is, or of the first that is not worth it.
func enoughProcs(c *scaling.Curve) (span, scaling.Row) {
	rows := c.Rows[:c.Last()+1]
	least := int(max(c.Best.Efficient, rows[0].N)) // the first row is worth itself
	s := span{from: least, to: least}
	for _, row := range rows {
		if row.MayBeEfficient() {
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

func adviceColumns(head string) []table.Column {
	return []table.Column{{Head: head}, {Head: "Goroutines", Repeat: true}, {Head: "GOMAXPROCS", Repeat: true}}
}

// adviceTables are the two tables of a page: one of kinds, one of workloads.
func adviceTables(kinds []advisedKind) (byKind, byWork table.Table) {
	var of, works [][]table.Cell
	for _, k := range kinds {
		of = append(of, []table.Cell{
			{Text: k.kind, Class: k.class}, {Text: k.goroutines.String()}, {Text: k.procs.String()},
		})
		for _, a := range k.works {
			works = append(works, []table.Cell{
				{Text: a.work, Note: k.kind, Look: "k " + k.class}, {Text: k.kind},
				{Text: a.goroutines.String(), Small: a.throughput}, {Text: a.procs.String(), Small: a.efficiency},
			})
		}
	}
	withKind := slices.Insert(adviceColumns("Work"), 1, table.Column{Head: "Kind", Hidden: table.HTML})
	byKind, byWork = table.Of(adviceColumns("Kind of work"), of...), table.Of(withKind, works...)
	byKind.Class, byKind.Caption = "plain advice kinds", "Goroutines and GOMAXPROCS worth using, by kind of work"
	byWork.Class, byWork.Caption = "plain advice", "Goroutines and GOMAXPROCS worth using, by workload"
	return byKind, byWork
}
