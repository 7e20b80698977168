package run

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/compare"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
	"conpar/results"
	"conpar/results/gotest"
)

// laterLooks are the numbers of rounds after which a run looks at its results again.
var laterLooks = []int{24, 48}

// practiceLooks are those of the profile "practice". A round of it takes a minute, with
// its databases and services, and all of it is to take 15 minutes at most.
var practiceLooks = []int{20}

// Looks returns the numbers of rounds after which a run of these cells is to look at
// its results; pinned says whether samples can be kept to one CPU.
func Looks(cpus int, pinned, practice bool, cells []results.Cell) []int {
	later := laterLooks
	if practice {
		later = practiceLooks
	}
	planned := func(c results.Cell) bool { return slices.Contains(cells, c) }
	first := claims.FirstLook(cpus, pinned, 1+len(later), planned)
	return append([]int{first}, later...)
}

// Look looks at the run in dir, which goes on: it judges the claims, and says which
// lines are undecided, what they need, and which of the plan's cells need no more
// samples. Gains that are less precise than the plan asks for are undecided too.
func Look(dir string) (results.Look, error) {
	data, err := input.Read([]string{dir}, nil)
	if err != nil {
		return results.Look{}, err
	}
	s := &data.Sources[0]
	if s.Run == nil {
		return results.Look{}, fmt.Errorf("%w: %s is no run", input.ErrBadInput, dir)
	}
	plan := s.Run.Plan
	look := results.Look{
		Rounds: len(plan.Due()), Level: stats.WrongAtLook(len(plan.Taken)+1, len(plan.Looks)),
	}
	verdicts := claims.Judge(s)
	open, decided := claims.Undecided(verdicts)
	look.Lines = decided + len(open)
	needed := map[string]bool{}
	for _, o := range open {
		if len(plan.Taken) > 0 && o.Rounds > farMore(plan) {
			look.Undecided = append(look.Undecided, o.Name+" (too close to its limit)")
			continue
		}
		look.Undecided = append(look.Undecided, o.Name)
		for _, c := range o.Cells {
			needed[c.String()] = true
		}
	}
	wide := map[string]bool{}
	if plan.Precision > 0 {
		for _, g := range scaling.Gains(data) {
			look.Lines += len(g.Steps())
			if n := g.Wide(plan.Precision); n > 0 {
				wide[g.Name] = true
				look.Undecided = append(look.Undecided,
					fmt.Sprintf("%s: %s wider than ±%s", g.Name, words.Count(n, "gain"), words.Percent(plan.Precision)))
			}
		}
	}
	why := reasons(verdicts)
	for _, c := range plan.Cells {
		cell, _ := results.ParseCell(c.Cell)
		switch {
		case needed[c.Cell] || wide[cell.Series()]:
			look.Needed = append(look.Needed, c.Cell)
		case !c.Later:
			reason := strings.Join(why[c.Cell], ", ")
			if reason == "" {
				reason = "no claim needs it"
			}
			look.Stopped = append(look.Stopped, results.DroppedCell{Cell: c.Cell, Reason: reason})
		}
	}
	return look, nil
}

// farMore is ten times the rounds that a run has at most. What needs more than that is
// not measured any longer.
func farMore(plan results.Plan) int { return 10 * plan.Looks[len(plan.Looks)-1] }

// TestLooks returns the numbers of rounds after which a run of bench test is to look at
// its results, if so many cells are compared with others: the first one is the smallest,
// at least 12, with which rounds that all agree would show that any of them differs. With
// 12, some disturbed rounds of later ones can be set aside.
func TestLooks(compared int) []int {
	first := stats.EnoughUndisturbed
	for math.Ldexp(float64(compared), 1-first) > stats.WrongAtLook(1, 1+len(laterLooks)) {
		first++
	}
	return []int{first, 2 * first, 4 * first}
}

// LookAtTest is [Look] at a run of bench test: it judges the times of all cells with this
// margin or, of one side, how each benchmark scales.
func LookAtTest(ctx context.Context, dir string, margin float64) (results.Look, error) {
	data, err := readSides([]side{{path: dir}}, nil, "*")
	if err != nil {
		return results.Look{}, err
	}
	run := data.Sources[0].Run
	if run == nil || run.Test == nil {
		return results.Look{}, fmt.Errorf("%w: %s is no run of bench test", input.ErrBadInput, dir)
	}
	at := run.Looks()
	look := results.Look{Rounds: len(run.Plan.Due()), Level: at[len(at)-1].Level}
	l := lines{of: map[gotest.Benchmark][]string{}, open: map[gotest.Benchmark]bool{}, run: run}
	if len(run.Test.Sides) > 1 {
		l.compared(data, margin)
	} else if err = l.scaled(ctx, dir); err != nil {
		return look, err
	}
	look.Lines, look.Undecided = l.n, append(l.undecided, l.noisy...)
	for _, c := range run.Plan.Cells {
		b, _ := gotest.ParseBenchmark(c.Cell) // the journal has no other
		reason := strings.Join(l.of[b], ", ")
		switch {
		case l.open[b]:
			look.Needed = append(look.Needed, c.Cell)
		default:
			look.Stopped = append(look.Stopped, results.DroppedCell{Cell: c.Cell,
				Reason: cmp.Or(reason, "nothing is compared with it")})
		}
	}
	return look, nil
}

// lines are what a look at a run of bench test judges.
type lines struct {
	run       *series.Run
	n         int
	undecided []string
	noisy     []string                      // undecided for good
	of        map[gotest.Benchmark][]string // what is known of a cell
	open      map[gotest.Benchmark]bool     // it takes more samples
}

// add enters a line about cells.
func (l *lines) add(name, known string, open bool, cells ...gotest.Benchmark) {
	l.n++
	if open {
		l.undecided = append(l.undecided, name)
	}
	for _, b := range cells {
		l.of[b] = append(l.of[b], known)
		l.open[b] = l.open[b] || open
	}
}

// compared judges the times of the cells. The copy of the first side takes samples as
// long as its original does.
func (l *lines) compared(data *series.Data, margin float64) {
	c, err := compare.Of(data, compare.Options{Margin: margin})
	if err != nil {
		return // nothing has a result on two sides
	}
	type cell struct {
		series.Key
		side string
	}
	cells := map[cell]gotest.Benchmark{}
	for _, planned := range l.run.Plan.Cells {
		b, _ := gotest.ParseBenchmark(planned.Cell)
		k := input.KeyOf(b)
		cells[cell{k, b.Side}] = b
		k.Name = b.Package + ": " + k.Name // as it is where there are several
		cells[cell{k, b.Side}] = b
	}
	for _, row := range c.Tables[0].Rows {
		for i, of := range row.Compared {
			if of == nil || i == c.Control {
				continue
			}
			var measured []gotest.Benchmark
			for _, side := range []int{0, i, c.Control} {
				if b, found := cells[cell{row.Key, c.Sides[side].Config["side"]}]; found &&
					!slices.Contains(measured, b) {
					measured = append(measured, b)
				}
			}
			on := c.Sides[i].Config["side"]
			name := fmt.Sprintf("%s P=%d", row.Name, row.Key.Procs)
			if len(c.Sides) > 3 || len(c.Sides) > 2 && c.Control == 0 {
				name += " on " + on
			}
			known, open := fmt.Sprintf("%s: %s, %s", on, row.Judged[i], words.Ratio(of.Ratio)), c.Open(row, i)
			if open && l.hopeless(of, margin) {
				open, known = false, known+", and too noisy for more rounds to decide it"
				l.noisy = append(l.noisy, name+" (too noisy)")
			}
			l.add(name, known, open, measured...)
		}
	}
}

// hopeless says whether a comparison is so noisy that even ten times the rounds that a
// run has at most would not decide about the margin, nor about what was measured.
func (l *lines) hopeless(of *stats.Comparison, margin float64) bool {
	far := func(difference float64) bool {
		n := of.Rounds(difference)
		return n == 0 || n > farMore(l.run.Plan)
	}
	return !of.Higher && !of.Lower && of.Ratio.Known() && far(margin) &&
		far(math.Expm1(math.Abs(math.Log(of.Ratio.Mid))))
}

// scaled judges how the benchmarks scale over GOMAXPROCS.
func (l *lines) scaled(ctx context.Context, dir string) error {
	data, sweeps, err := input.Curves([]string{dir}, nil, input.Query{X: input.ProcsAxis, Filter: "*"})
	if err != nil {
		return err
	}
	cells := map[string][]gotest.Benchmark{}
	for _, planned := range l.run.Plan.Cells {
		b, _ := gotest.ParseBenchmark(planned.Cell)
		name := strings.TrimPrefix(b.Name, "Benchmark")
		for _, line := range []string{name, b.Package + ": " + name} {
			cells[line] = append(cells[line], b)
		}
	}
	for _, c := range analyse(ctx, data, sweeps, 0) {
		if len(c.Rows) > 1 {
			l.add(c.Line, c.Status, c.Open(), cells[c.Line]...)
		}
	}
	return context.Cause(ctx)
}

// Preview returns what a reader wants to know first of the run in dir, which goes on:
// the gains of a work that computes and one that waits, as a table for a terminal; ""
// if it has none, or can't be read.
func Preview(dir string) string {
	data, err := input.Read([]string{dir}, nil)
	if err != nil {
		return ""
	}
	return page.New(data).Head(data.Sources[0].Label)
}

// reasons says of each cell which claims rest on it, and what is known of them.
func reasons(verdicts []claims.Verdict) map[string][]string {
	why := map[string][]string{}
	for _, v := range verdicts {
		for _, c := range v.Cells {
			text := fmt.Sprintf("%s %s: %s", v.ID, v.Subject, v.Outcome)
			if name := c.String(); !slices.Contains(why[name], text) {
				why[name] = append(why[name], text)
			}
		}
	}
	return why
}
