package page

import (
	"strings"
	"testing"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// The section shows how the rule did, and how long a task took beside what the rule
// says; a run from before there were such cells says that it did not test it.
func TestRuleForMixedWorkIsTested(t *testing.T) {
	cell := func(n int) results.Cell {
		return results.Cell{Family: "Mixed", Work: "blend/compute=10", Axis: "goroutines", N: n, Procs: 2}
	}
	line := func(id string, mid float64, num, den int, outcome claims.Outcome) claims.Verdict {
		v := claims.Verdict{Cells: []results.Cell{cell(num), cell(den)}, Outcome: outcome}
		v.Measured = stats.Interval{Mid: mid, Lo: mid - 0.01, Hi: mid + 0.01, N: 12}
		v.ID, v.Subject, v.Holds = id, "10% computing", claims.Region{Lo: 0.95, Hi: 2}
		v.Of = claims.Estimate{Unit: "sec/op", Num: v.Cells[0], Den: v.Cells[1]}
		return v
	}
	r := &Report{Data: &series.Data{Sources: []series.Source{{Label: "run"}}}}
	if says, _ := r.mixTested("run"); says != "This run did not test the rule." {
		t.Errorf("without verdicts: %s", says)
	}
	r.Verdicts = map[string][]claims.Verdict{"run": {
		line("E4", 0.98, 54, 27, claims.Supported), line("E5", 0.96, 27, 13, claims.Refuted),
	}}
	m := &series.Measurement{Key: series.Key{Name: "Mixed/work=blend/compute=10", Goroutines: 27, Procs: 2}, Rounds: []int{0, 1}}
	m.Units = series.UnitsOf(map[string][]float64{
		"sec/op": {0.25e-3, 0.25e-3}, "inflight": {26, 26}, "compute-sec/op": {0.5e-3, 0.5e-3},
	})
	r.Data.Sources[0].Add(m)
	says, table := r.mixTested("run")
	md := table.Markdown()
	for _, want := range []string{
		"10% computing", "0.98× (0.97–0.99) of that of 54", "0.96× (0.95–0.97) of that of 27", "supported", "refuted",
		"6.5 ms", "6.8 ms by the rule",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is missing in:\n%s\n%s", want, says, md)
		}
	}
	r.Verdicts["run"][1].Absent = true
	if says, table := r.mixTested("run"); says != "This run did not test the rule." || table.Rows != nil {
		t.Errorf("half of it was planned: %s", says)
	}
}
