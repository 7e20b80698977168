package page

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// hazardous is a run with hazards of each state, in its machine and its rounds.
func hazardous() series.Source {
	round := func(n int, steal, psi, swap results.Hazard) results.RoundHazards {
		steal.Name, psi.Name, swap.Name = "steal", "CPU pressure", "swapping"
		return results.RoundHazards{Round: n, Hazards: []results.Hazard{steal, psi, swap}}
	}
	ok, unknown := results.Hazard{State: "ok", Found: "0.1%"}, results.Hazard{State: "unknown", Found: "no file"}
	return series.Source{Label: "r", Run: &series.Run{
		Foreign: math.NaN(), Steal: math.NaN(),
		Run: results.Run{
			Status: "complete", Machine: results.Machine{CPUs: 2}, Plan: results.Plan{Rounds: 3},
			Hazards: []results.Hazard{{Name: "battery", State: "warn", Found: "on battery"}, {Name: "turbo", State: "unknown", Found: "no file"}},
			Conditions: []results.RoundHazards{
				round(0, ok, unknown, unknown),
				round(1, results.Hazard{State: "warn", Found: "7%"}, unknown, ok),
				round(2, results.Hazard{State: "warn", Found: "9%"}, unknown, ok),
			},
		}}}
}

func TestHazards(t *testing.T) {
	got := hazards(hazardous())
	want := []results.Hazard{
		{Name: "battery", State: "warn", Found: "on battery"},
		{Name: "turbo", State: "unknown", Found: "no file"},
		{Name: "steal", State: "warn", Found: "in 2 of 3 rounds; in round 2 7%"},
		{Name: "CPU pressure", State: "unknown", Found: "no file"},
		{Name: "swapping", State: "ok", Found: "unknown in 1 of 3 rounds"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	const line = "| battery | warn | on battery |"
	if text := hazardTable(got).Markdown(); !strings.Contains(text, line) {
		t.Errorf("%q is not in %s", line, text)
	}
	if got := hazards(series.Source{}); got != nil {
		t.Errorf("plain text has hazards: %v", got)
	}
}

// What casts doubt on a run is said in the terminal and on the page.
func TestDoubtsAreSaid(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*series.Run)
		want   []string
	}{
		"hazards": {func(*series.Run) {}, []string{"hazard: battery: on battery", "hazard: CPU taken by the hypervisor: in 2 of 3 rounds"}},
		"forced":  {func(r *series.Run) { r.Forced = []results.Forced{{Samples: 7, Changed: []string{"Go: a then, b now"}}} }, []string{"resumed after 7 samples", "may not be comparable"}},
		"adaptive": {func(r *series.Run) {
			r.Plan.Looks, r.Plan.Added = []int{3, 4, 5}, []results.Added{{Rounds: 1, Look: 1}}
		}, []string{"ended at look 2 of at most 3", "1.50%"}},
		"looks": {func(r *series.Run) {
			r.Plan.Looks, r.Plan.Added = []int{3, 4, 5}, []results.Added{{Rounds: 1, Look: 1}}
			r.Plan.Taken = []results.Look{{Rounds: 3, Level: 0.025}, {Rounds: 4, Level: 0.015}}
		}, []string{"after 3 rounds (at 2.50%), after 4 rounds (at 1.50%)", "the looks share the 5%"}},
		"by hand":  {func(r *series.Run) { r.Plan.Added = []results.Added{{Rounds: 4}} }, []string{"4 rounds added by hand", "3 rounds and 4 further"}},
		"repeated": {func(r *series.Run) { r.Plan.Added = []results.Added{{Rounds: 1, Repeats: new(int)}} }, []string{"3 rounds, 1 repeated"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := hazardous()
			tt.change(s.Run)
			r := New(&series.Data{Sources: []series.Source{s}})
			var terminal strings.Builder
			if err := r.WriteTerminal(&terminal, Terminal{Verbose: true}); err != nil {
				t.Fatal(err)
			}
			markdown := r.Markdown("r", nil)
			for _, want := range tt.want {
				// The terminal wraps its lines.
				if !strings.Contains(strings.Join(strings.Fields(terminal.String()), " "), want) || !strings.Contains(markdown, want) {
					t.Errorf("%q is missing in\n%s\nor\n%s", want, &terminal, markdown)
				}
			}
		})
	}
}

// A line that stopped early is marked, and wherever its interval stands it is said
// what that is.
func TestStoppedEarlyIsSaid(t *testing.T) {
	cell := results.Cell{Family: "X", Work: "y", Axis: "goroutines", N: 1, Procs: 1}
	v := claims.Verdict{
		Claim:    claims.Claim{ID: "R1", Row: "Row", Subject: "y", Of: claims.Estimate{Unit: "cpus", Num: cell}},
		Measured: stats.Interval{Mid: 2, Lo: 1.9, Hi: 2.1, N: 12}, Outcome: claims.Supported, Rounds: 12,
		Confidence: 0.975, Look: 1, Early: true, Reason: "stopped early, at look 1; 97.5% interval",
	}
	s := hazardous()
	r := New(&series.Data{Sources: []series.Source{s}})
	r.Verdicts[s.Label] = []claims.Verdict{v}
	var terminal strings.Builder
	if err := r.WriteTerminal(&terminal, Terminal{Verbose: true}); err != nil {
		t.Fatal(err)
	}
	html, err := r.HTML(s.Label, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"terminal": terminal.String(), "markdown": r.Markdown(s.Label, nil), "page": string(html),
	} {
		for _, want := range []string{"stopped early", "at 97.5% or 98.5%"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("%s does not say %q:\n%s", name, want, text)
			}
		}
	}
	if !strings.Contains(string(html), "97.5% interval") || !strings.Contains(terminal.String(), "2.00 (1.90–2.10) early") {
		t.Errorf("the interval is not named:\n%s", &terminal)
	}
}
