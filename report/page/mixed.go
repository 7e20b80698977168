package page

import (
	"cmp"
	"fmt"
	"time"

	"conpar/report/claims"
	"conpar/report/mix"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
	"conpar/results"
)

// mixedWork is what the rule of package mix says for this machine, by the efficiency
// that a run measured, and how the rule did in the run.
type mixedWork struct {
	CPUs       int
	Efficiency float64
	Says       string
	Example    string // the first of the common mixes
	Table      table.Table
	Tested     string      // how the rule did, or that the run did not test it
	Tests      table.Table // a row for each mix; none if it did not
}

// commonMixes are waiting and computing times of tasks, for readers without a script.
var commonMixes = []mix.Mix{
	{Wait: 10 * time.Millisecond, Compute: 2 * time.Millisecond},
	{Wait: 100 * time.Millisecond, Compute: time.Millisecond},
	{Wait: 10 * time.Millisecond, Compute: 100 * time.Microsecond}, {Wait: time.Millisecond, Compute: time.Millisecond},
	{Compute: time.Millisecond},
}

func workersOf(w mix.Workers) span { return span{w.Least, w.Most, false} }

// mixed is nil where the efficiency of computing work was not measured.
func (r *Report) mixed(source string) *mixedWork {
	g := r.gain(source, headComputing)
	if g == nil || g.Why != "" || g.CPUs < 1 {
		return nil
	}
	m := &mixedWork{CPUs: g.CPUs, Efficiency: 1}
	gain := "computing work has the one CPU"
	if last := g.Last(); g.CPUs > 1 {
		if !(last.Mid > 0) {
			return nil
		}
		m.Efficiency = min(last.Mid/float64(g.CPUs), 1)
		gain = fmt.Sprintf("computing (primes) gains %s from %s, an efficiency of %s",
			words.Times(last.Interval), lastKnob(*g), words.Number(m.Efficiency))
	}
	m.Says = fmt.Sprintf("For tasks that wait for w and compute for c: GOMAXPROCS %d, and %s × (w + c) ÷ c workers, to a third more. "+
		"They keep the CPUs busy; more of them only lengthen the queue. On this machine %s (1 is the most that counts). "+
		"The rule is arithmetic: it holds where tasks share no lock and the other side can do as many at once.",
		m.CPUs, words.Number(float64(m.CPUs)*m.Efficiency), gain)
	first := commonMixes[0]
	m.Example = fmt.Sprintf("A task that waits for %s and computes for %s: GOMAXPROCS %d and %s workers.",
		lasting(first.Wait), lasting(first.Compute), m.CPUs, workersOf(first.On(m.CPUs, m.Efficiency)))
	var rows [][]table.Cell
	for _, of := range commonMixes {
		w := of.On(m.CPUs, m.Efficiency)
		waits := "0"
		if of.Wait > 0 {
			waits = lasting(of.Wait)
		}
		rows = append(rows, table.Texts(waits, lasting(of.Compute), fmt.Sprint(m.CPUs), workersOf(w).String(),
			rounded(w.Rate), lasting(of.Wait+of.Compute)+" to "+lasting(w.Latency)))
	}
	heads := table.Heads("Waits for", "Computes for", "GOMAXPROCS", "Workers", "Tasks a second, at most",
		"A task takes")
	m.Table = plainTable("Workers and GOMAXPROCS for mixed work", heads, rows)
	m.Tested, m.Tests = r.mixTested(source)
	return m
}

func plainTable(caption string, heads []table.Column, rows [][]table.Cell) table.Table {
	for i := range heads {
		heads[i].Repeat = true
	}
	t := table.Of(heads, rows...)
	t.Class, t.Caption = "plain ran", caption
	return t
}

// mixTested says how the rule did by the verdicts on claims E4 and E5.
func (r *Report) mixTested(source string) (string, table.Table) {
	var enough, half []claims.Verdict
	verdicts, _ := r.verdicts(source)
	for _, v := range verdicts {
		switch v.ID {
		case "E4":
			enough = append(enough, v)
		case "E5":
			half = append(half, v)
		}
	}
	if len(enough) == 0 || len(enough) != len(half) {
		return "This run did not test the rule.", table.Table{}
	}
	var rows [][]table.Cell
	reached := func(v claims.Verdict, than int) table.Cell {
		look := lookOf(v)
		return table.Cell{
			Mark: look.Mark, Text: fmt.Sprintf("%s of that of %d", measured(v, v.Measured), than),
			Small: v.ID + ", predicted " + region(v) + ": " + look.Word, Class: look.Class,
		}
	}
	for i, v := range enough {
		twice, rule := v.Cells[0], v.Cells[1]
		took, says := r.latencyOf(source, rule)
		rows = append(rows, []table.Cell{
			{Text: v.Subject}, {Text: fmt.Sprint(rule.N)}, reached(v, twice.N),
			{Text: fmt.Sprint(half[i].Cells[1].N)}, reached(half[i], rule.N), {Text: took, Small: says},
		})
	}
	heads := table.Heads("Tasks", "Workers by the rule", "Throughput", "Half as many", "Throughput", "A task took")
	return "Claims E4 and E5 test the rule with tasks of about 5 ms, by the upper number of workers at an efficiency of 1.",
		plainTable("The rule for mixed work, tested", heads, rows)
}

// latencyOf says how long a task of mixed work was in progress, by J. Little's law,
// and how long the rule says.
func (r *Report) latencyOf(source string, c results.Cell) (took, says string) {
	s := r.Data.Source(source)
	if s == nil {
		return words.Unknown, ""
	}
	p := s.Find(series.Key{Name: c.Series(), Goroutines: c.N, Procs: c.Procs, CPUs: c.CPUs})
	if p == nil {
		return words.Unknown, ""
	}
	median := func(unit string) float64 { return stats.Median(p.Values(unit)) }
	lasts := func(seconds float64) string { return lasting(time.Duration(seconds * float64(time.Second))) }
	if in := median("inflight") * median("sec/op"); in > 0 {
		took = lasts(in)
	}
	if computes := median("compute-sec/op"); computes > 0 {
		says = lasts(computes*float64(c.N)/float64(c.Procs)) + " by the rule"
	}
	return cmp.Or(took, words.Unknown), says
}
