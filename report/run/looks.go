package run

import (
	"fmt"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/scaling"
	"conpar/report/stats"
	"conpar/report/words"
	"conpar/results"
)

// laterLooks are the numbers of rounds after which a run looks at its results again.
var laterLooks = []int{24, 48}

// Looks returns the numbers of rounds after which a run of these cells is to look at
// its results; pinned says whether samples can be kept to one CPU.
func Looks(cpus int, pinned bool, cells []results.Cell) []int {
	planned := func(c results.Cell) bool { return slices.Contains(cells, c) }
	first := claims.FirstLook(cpus, pinned, 1+len(laterLooks), planned)
	return append([]int{first}, laterLooks...)
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
