package page

import (
	"fmt"
	"slices"
	"strings"

	"conpar/report/limiter"
	"conpar/report/scaling"
	"conpar/report/table"
	"conpar/report/words"
)

// adviceSays tells how the numbers came about, and adviceLimits what such
// advice cannot say.
const (
	adviceSays = "Workloads stand together by what they gained here, not by what was predicted of them. " +
		"Goroutines: the smallest number tried that came within 5% of the best throughput with all CPUs; " +
		"a range where this run cannot tell. " +
		"GOMAXPROCS: the largest at which each processor still does at least 70% of what one does alone, " +
		"or one above the number of CPUs that gains more than 1.1×, where calls block. " +
		"Fewer and more: the throughput, over that of the advised number, of the numbers tried next to it."
	adviceLimits = "The advice names only numbers that were tried: the smallest that would do lies between the one " +
		"named and the one tried before it. It holds for this machine, for tasks of this size, and for throughput " +
		"alone: every goroutine in flight takes memory, and makes the others wait longer."
)

// advisedWork is what one workload is worth, each figure with what it rests on.
type advisedWork struct {
	work, gains, class     string // what it gains from, by the measurement
	goroutines, procs      span
	throughput, efficiency string
	fewer, more            string // what becomes of throughput next to the advised number
	limit, limitEvidence   string // what holds it back at the most that was tried
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

type gainKind struct{ says, class string }

// The kinds of work by what was measured, in the order of the table.
var gainedFrom = []gainKind{
	{"goroutines", "waiting"}, {"CPUs", "computing"}, {"goroutines and CPUs", "mixed"},
	{"neither, as far as is shown", "neutral"},
}

// gainedKind is the index of what a row gains from. Blocking calls that gain from
// GOMAXPROCS wait, like others that gain from goroutines.
func gainedKind(g scaling.Gain) int {
	byGoroutines, byProcs, byCPUs := g.Helps()
	switch waits := byGoroutines || byProcs; {
	case waits && byCPUs:
		return 2
	case byCPUs:
		return 1
	case waits:
		return 0
	}
	return 3
}

// advice says how many goroutines and which GOMAXPROCS each workload of a source
// is worth. It leaves out work that was disturbed, work without a measured axis,
// and what the gains table has no room for.
func (r *Report) advice(source string) []advisedWork {
	kinds := make([][]advisedWork, len(gainedFrom))
	rows := r.of(source)
	for i, worth := range scaling.Recommendations(r.Data, rows[:min(len(rows), maxCells)]) {
		work := advisedOf(rows[i], worth)
		if work.goroutines.to == 0 && work.procs.to == 0 {
			continue
		}
		kind := gainedKind(rows[i])
		work.gains, work.class = gainedFrom[kind].says, gainedFrom[kind].class
		kinds[kind] = append(kinds[kind], work)
	}
	return slices.Concat(kinds...)
}

// whichGain says which workloads gain from what, and why, in two sentences. It
// names at most so many of each kind.
func whichGain(works []advisedWork, most int) string {
	var names [4][]string
	for _, w := range works {
		kind := slices.IndexFunc(gainedFrom, func(k gainKind) bool { return k.says == w.gains })
		names[kind] = append(names[kind], w.work)
	}
	list := func(kind int) string {
		if len(names[kind]) == 0 {
			return "none here"
		}
		return words.List(names[kind], most)
	}
	return fmt.Sprintf("From goroutines gains work that waits, as others go on while one waits (%s); from CPUs work that computes, "+
		"as each CPU computes for itself (%s); from both work that does both, or blocks inside the system (%s). "+
		"From neither gains work that goes one task at a time, as under one lock; workloads for which neither gain was shown: %s.",
		list(0), list(1), list(2), list(3))
}

func advisedOf(g scaling.Gain, worth scaling.Recommendation) advisedWork {
	a := advisedWork{work: short(g.Name), fewer: words.Unknown, more: words.Unknown, limit: words.Unknown}
	if over := worth.Goroutines; over != nil {
		a.goroutines, a.throughput = enoughGoroutines(over), throughputThere(over)
		a.fewer, a.more = beside(over)
		a.limitBy(over.Limits[len(over.Limits)-1][0])
	}
	if on := worth.Procs; on != nil {
		var decides scaling.Row
		a.procs, decides = enoughProcs(on)
		a.efficiency = fmt.Sprintf("efficiency at %d: %s", int(decides.N), words.Interval(decides.Efficiency))
		if n := on.Best.Beyond; n > 0 {
			a.procs = span{int(n), int(n), false}
			a.efficiency = fmt.Sprintf("%s as fast as at %d", words.Times(on.Best.Gain), int(on.Rows[on.Last()].N))
		}
		if worth.Goroutines == nil {
			a.limitBy(on.Limits[on.Last()][0])
		}
	}
	return a
}

// limitBy says what limits work where the most was tried.
func (a *advisedWork) limitBy(l limiter.Limiter) {
	a.limit, a.limitEvidence = l.Name, l.Evidence
	switch l.Name {
	case limiter.NoneFound:
		a.limit = "the CPUs do the work"
		a.limitEvidence, _, _ = strings.Cut(l.Evidence, ", and nothing")
	case limiter.NotKnown:
		a.limit, a.limitEvidence = words.Unknown, ""
	}
}

// beside says what the numbers tried next to the advised one reach of its
// throughput.
func beside(c *scaling.Curve) (fewer, more string) {
	fewer, more = words.Unknown, words.Unknown
	at := slices.IndexFunc(c.Rows, func(row scaling.Row) bool { return row.N == c.Best.Enough })
	if at < 0 {
		return fewer, more
	}
	share := func(row scaling.Row) string {
		return fmt.Sprintf("%s× with %d", words.Number(row.Throughput.Mid/c.Rows[at].Throughput.Mid), int(row.N))
	}
	if at > 0 {
		fewer = share(c.Rows[at-1])
	}
	if at < len(c.Rows)-1 {
		more = share(c.Rows[at+1])
	}
	return fewer, more
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

// adviceTable has a line for each workload.
func adviceTable(works []advisedWork) table.Table {
	var rows [][]table.Cell
	for _, a := range works {
		rows = append(rows, []table.Cell{
			{Text: a.work}, {Text: a.gains, Class: a.class},
			{Text: a.goroutines.String(), Small: a.throughput}, {Text: a.procs.String(), Small: a.efficiency},
			{Text: a.fewer}, {Text: a.more}, {Text: a.limit, Small: a.limitEvidence},
		})
	}
	columns := table.Heads("Work", "Gains from", "Goroutines", "GOMAXPROCS", "With fewer", "With more",
		"Limited at the most tried by")
	for i := range columns {
		columns[i].Repeat = i > 0
	}
	t := table.Of(columns, rows...)
	t.Class, t.Caption = "plain advice", "Goroutines and GOMAXPROCS worth using, by workload"
	return t
}
