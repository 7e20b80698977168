package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"conpar/report/chart"
	"conpar/report/series"
	"conpar/report/timeline"
	"conpar/report/words"
	"conpar/results"
)

const (
	idKitchen = "kitchen"
	idTraces  = "traces"

	kitchenWork = "kitchen/"
)

// maxLanes is how many goroutines or dishes a panel shows.
const maxLanes = 12

// finest is how many parts of a panel's time are told apart: more than a drawing
// has points.
const finest = 800

// execution is what one trace shows, worked out for a panel.
type execution struct {
	series.Timeline
	work, kind string // "primes", "computing"; the kind may be unknown
	goroutines int    // of its cell
	onOne      bool   // its process was kept to one CPU
	begin      time.Duration
	took       time.Duration
	busy       float64 // CPUs, in the mean
	// overlap says that one was begun before the one before it was done.
	overlap bool
}

// executions returns what can be drawn of the traces of a source, those of the
// kitchen or all others, in the order of their workloads.
func (d *drawing) executions(kitchen bool) []execution {
	s := d.Data.Source(d.source)
	if s == nil || s.Run == nil {
		return nil
	}
	var all []execution
	for _, t := range s.Run.Traces {
		cell, err := results.ParseCell(t.Cell)
		if e, ok := executionOf(t); ok && err == nil && strings.HasPrefix(cell.Work, kitchenWork) == kitchen {
			e.work, e.goroutines, e.kind = cell.Work, cell.N, s.Run.Kinds[cell.Series()]
			e.onOne = cell.CPUs == 1
			all = append(all, e)
		}
	}
	return all
}

// executionOf works out the times of a trace: its begin is that of the first
// lane, its end that of the last.
func executionOf(t series.Timeline) (execution, bool) {
	e := execution{Timeline: t}
	var end, done, running time.Duration
	for i, lane := range t.Lanes {
		if len(lane.Spans) == 0 {
			return e, false
		}
		first, last := lane.Spans[0].From, lane.Spans[len(lane.Spans)-1].To
		if i == 0 {
			e.begin = first
		}
		e.begin, end = min(e.begin, first), max(end, last)
		at := slices.IndexFunc(lane.Spans, func(s series.Span) bool { return s.State != series.Ready })
		if at >= 0 && i > 0 && lane.Spans[at].From < done {
			e.overlap = true
		}
		done = max(done, last)
		for _, s := range lane.Spans {
			if s.State == series.Running {
				running += s.To - s.From
			}
		}
	}
	if e.took = end - e.begin; e.took <= 0 || t.Procs < 1 {
		return e, false
	}
	e.busy = float64(running) / float64(e.took)
	return e, true
}

// panel draws an execution.
func (e execution) panel(name string) chart.Panel {
	p := chart.Panel{
		Name: name, From: e.begin, To: e.begin + e.took,
		Sub:   fmt.Sprintf("%s, GOMAXPROCS %d", words.Count(e.goroutines, "goroutine"), e.Procs),
		Value: fmt.Sprintf("%s · %s CPUs busy", lasting(e.took), words.Number(e.busy)),
	}
	if e.onOne {
		p.Sub += ", one CPU"
	}
	for _, lane := range e.Lanes[:min(maxLanes, len(e.Lanes))] {
		p.Lanes = append(p.Lanes, series.Lane{Name: words.Sanitize(lane.Name),
			Spans: timeline.Coarse(lane.Spans, e.took/finest)})
	}
	if left := len(e.Lanes) - maxLanes; left > 0 {
		p.Left = fmt.Sprintf("and %d more", left)
	} else if idle := e.goroutines - len(e.Lanes); idle > 0 && !strings.HasPrefix(e.work, kitchenWork) {
		p.Left = fmt.Sprintf("and %d more that did not run", idle)
	}
	return p
}

// lasting writes a time with two digits or more, in milliseconds where it can:
// "2104 ms" next to "7.5 ms" is easier to compare than seconds.
func lasting(d time.Duration) string {
	switch ms := float64(d) / float64(time.Millisecond); {
	case ms >= 10_000:
		return rounded(d.Seconds()) + " s"
	case ms < .0995:
		return rounded(1000*ms) + " µs"
	default:
		return rounded(ms) + " ms"
	}
}

// The ways to cook. What a trace shows decides, not what it was recorded for.
const (
	sequential = iota // one dish after another
	switching         // one cook, several dishes at a time
	together          // several cooks
)

func (e execution) way() int {
	switch {
	case !e.overlap:
		return sequential
	case e.Procs == 1:
		return switching
	}
	return together
}

// cooking says in a sentence how the dishes were made.
func (e execution) cooking() string {
	return [...]string{"one after another", "with one cook switching", "with " + words.Count(e.Procs, "cook")}[e.way()]
}

// traceNote says what execution traces are good for.
const traceNote = "From execution traces, each recorded once and outside the rounds: a look inside, not the " +
	"measurement. A processor is one of GOMAXPROCS; whether the operating system gave its thread a CPU all the " +
	"while is not in a trace."

// kitchen shows the dishes of the kitchen's traces: who cooked which one when.
func (d *drawing) kitchen() (*chart.Figure, error) {
	all := d.executions(true)
	if len(all) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(all, func(a, b execution) int {
		return cmp.Or(cmp.Compare(a.way(), b.way()), cmp.Compare(a.Procs, b.Procs))
	})
	var panels []chart.Panel
	for _, e := range all {
		name := [...]string{"One dish after another", "One cook, many dishes",
			words.Count(e.Procs, "cook") + ", many dishes"}[e.way()]
		panels = append(panels, e.panel(name))
	}
	return chart.Timeline(around(idKitchen, kitchenTitle(all),
		"Each row is a dish · a block: a cook works at it; a thin line: it bakes, and needs no cook; dots: it waits for a cook",
		"A timeline in panels: for each dish, when it was worked at, by which processor, when it baked, "+
			"and when it was ready and waited for a cook.", traceNote), panels)
}

// kitchenTitle says how long the same dishes took in each way. Where the traces
// are not of as many dishes, or two of them in the same way, they are no
// comparison.
func kitchenTitle(all []execution) string {
	var parts []string
	for _, e := range all {
		part := lasting(e.took) + " " + e.cooking()
		another := func(part string) bool { return strings.HasSuffix(part, " "+e.cooking()) }
		if len(e.Lanes) != len(all[0].Lanes) || e.work != all[0].work || slices.ContainsFunc(parts, another) {
			return "Dishes in a kitchen, and who cooked them when"
		}
		parts = append(parts, part)
	}
	dishes := "dishes"
	if len(all[0].Lanes) == 1 {
		dishes = "dish"
	}
	return fmt.Sprintf("Cooking %d %s took %s", len(all[0].Lanes), dishes, strings.Join(parts, ", "))
}

// capital makes s begin with one.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// traces shows the goroutines of the other traces.
func (d *drawing) traces() (*chart.Figure, error) {
	all := d.executions(false)
	if len(all) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(all, func(a, b execution) int {
		return cmp.Or(cmp.Compare(a.work, b.work), cmp.Compare(a.Procs, b.Procs))
	})
	var panels []chart.Panel
	for _, e := range all {
		panels = append(panels, e.panel(words.Sanitize(e.work)))
	}
	return chart.Timeline(around(idTraces, tracesTitle(all),
		"Each row is a goroutine · a block: it runs, on that processor; a line: it does not",
		"A timeline in panels: for each goroutine, when it ran on which processor, waited, "+
			"or was ready while no processor was free.", traceNote), panels)
}

// tracesTitle says how long each took.
func tracesTitle(all []execution) string {
	title := ""
	for i, e := range all {
		name := words.Sanitize(e.work)
		if e.kind != "" {
			name = words.Sanitize(e.kind) + " (" + name + ")"
			if i == 0 {
				name = capital(name)
			}
		}
		switch {
		case i == 0:
			title = name + fmt.Sprintf(" took %s at GOMAXPROCS %d", lasting(e.took), e.Procs)
		case e.work != all[i-1].work:
			title += fmt.Sprintf("; %s %s at %d", name, lasting(e.took), e.Procs)
		default:
			title += fmt.Sprintf(", %s at %d", lasting(e.took), e.Procs)
		}
	}
	return title
}
