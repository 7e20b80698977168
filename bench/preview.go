package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/bench/internal/round"
	"conpar/bench/suite"
	"conpar/results"
)

// list returns the table of the workloads behind the cells.
func list(cells []suite.Planned) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"workload", "predicted", "what one task does"})
	last := ""
	for _, c := range cells {
		if c.Series() != last {
			last = c.Series()
			t.AppendRow(table.Row{last, c.Workload.Kind, c.Workload.Doc})
		}
	}
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 3, WidthMax: 46, WidthMaxEnforcer: text.WrapSoft}})
	return fmt.Sprintf("%s\n%d cells. -work picks workloads by name (primes) or by a regular expression.\n",
		t.Render(), len(cells))
}

// preview returns the list of the cells and the time that they will take.
func (s session) preview(m results.Machine, cells []suite.Planned) string {
	w := &strings.Builder{}
	for _, c := range cells {
		weight := ""
		if c.Lesser {
			weight = "  (of lesser weight)"
		}
		fmt.Fprintf(w, "%s%s\n", c, weight)
	}
	plan := s.plan(m, cells)
	n, total := round.Samples(cells, plan.Rounds, plan.Looks != nil)
	fmt.Fprintf(w, "%s\n", extent(plan, len(cells), n, total))
	switch {
	case n == len(cells)*plan.Rounds:
	case plan.Looks != nil:
		fmt.Fprintln(w, "Cells of lesser weight are measured after the first look, six times: no gain and no claim needs them.")
	default:
		fmt.Fprintln(w, "Cells of lesser weight are measured in every second round: no gain and no claim needs them.")
	}
	if s.budget > 0 && total > s.budget {
		fmt.Fprintf(w, "The budget of %v will end it earlier.\n", s.budget)
	}
	return w.String()
}

// extent says how much is measured.
func extent(plan results.Plan, cells, samples int, total time.Duration) string {
	text := fmt.Sprintf("%d cells, %d rounds, %d samples: about %v", cells, plan.Rounds, samples,
		total.Round(time.Second))
	if plan.Looks != nil {
		last := plan.Looks[len(plan.Looks)-1]
		text += fmt.Sprintf(", and up to %d rounds of what is undecided then", last)
	}
	return text
}

// announce says what is going to happen.
func (s session) announce(cfg round.Config, cells []suite.Planned) {
	m := cfg.Machine
	s.say("conpar on %s: %s, %d CPUs used of %d, %s", m.Name, m.CPU, m.CPUs, m.Logical, m.Go)
	plan := s.plan(m, cells)
	n, total := round.Samples(cells, plan.Rounds, plan.Looks != nil)
	s.say("%s profile: %s; seed %d", s.profile, extent(plan, len(cells), n, total), s.seed)
	if l := cfg.Like; l.Same {
		s.say("%d of the %d cells are calibrated as in %s, which this program measured here; -like none calibrates afresh.",
			len(l.Tasks), len(cells), l.Run)
	} else if l.Run != "" {
		s.say("In %d of the %d cells samples do as many tasks as in %s, where that fits, so that the two compare; "+
			"-like none calibrates afresh.", len(l.Tasks), len(cells), l.Run)
	}
}
