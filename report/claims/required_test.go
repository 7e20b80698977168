package claims_test

import (
	"math"
	"slices"
	"testing"

	"conpar/report/claims"
	"conpar/report/stats"
	"conpar/results"
)

func TestUndecided(t *testing.T) {
	open := claims.Verdict{Outcome: claims.Inconclusive}
	other := open
	other.Holds.Lo = 1
	once, control, definition, absent := open, open, open, open
	once.Holds.Rule, control.Control, definition.Definition, absent.Absent = claims.Once, true, true, true
	disturbed := claims.Verdict{Outcome: claims.NotMeasurable, MostDisturbed: true}
	done := claims.Verdict{Outcome: claims.Supported}
	for name, tt := range map[string]struct {
		verdicts      []claims.Verdict
		open, decided int
	}{
		"decided":                   {[]claims.Verdict{{Outcome: claims.Refuted}}, 0, 1},
		"a claim":                   {[]claims.Verdict{open, other}, 2, 0},
		"disturbed":                 {[]claims.Verdict{disturbed, other}, 2, 0},
		"the same twice":            {[]claims.Verdict{open, other, open}, 2, 0},
		"the same twice, decided":   {[]claims.Verdict{done, other, done}, 1, 1},
		"what rounds do not decide": {[]claims.Verdict{once, control, definition, absent, {Outcome: claims.NotMeasurable}}, 0, 0},
	} {
		if got, decided := claims.Undecided(tt.verdicts); len(got) != tt.open || decided != tt.decided {
			t.Errorf("%s: %d open, want %d; %d decided, want %d", name, len(got), tt.open, decided, tt.decided)
		}
	}
}

// A line needs its cells. One that must be above the noise floor also needs the
// copies by which that is known.
func TestUndecidedNeedsItsCells(t *testing.T) {
	copied := results.Cell{Family: "Control", Work: "x/copy=b", Axis: "goroutines", N: 1, Procs: 1}
	cell := results.Cell{Family: "CPU", Work: "x", Axis: "goroutines", N: 1, Procs: 1}
	far := results.Cell{Family: "IO", Work: "y", Axis: "goroutines", N: 1, Procs: 1}
	same := func(c results.Cell) claims.Verdict {
		return claims.Verdict{Cells: []results.Cell{copied, c}, Claim: claims.Claim{
			Control: true, SameThing: true, Of: claims.Estimate{Num: copied, Den: c}}}
	}
	v := claims.Verdict{Outcome: claims.Inconclusive, Cells: []results.Cell{cell},
		Claim: claims.Claim{Of: claims.Estimate{Num: cell, Den: cell}}}
	for strict, want := range map[bool][]results.Cell{false: {cell}, true: {cell, copied, cell}} {
		v.Holds.Strict = strict
		if open, _ := claims.Undecided([]claims.Verdict{same(cell), same(far), v}); !slices.Equal(open[0].Cells, want) {
			t.Errorf("strict: %v: it needs %v, want %v", strict, open[0].Cells, want)
		}
	}
}

// A line says how many rounds would decide it, and whether it lies on its limit.
func TestUndecidedSaysRounds(t *testing.T) {
	limit := claims.Verdict{Outcome: claims.Inconclusive, Rounds: 24, Corrected: stats.Interval{Mid: 1, Lo: 0.9, Hi: 1.1, N: 24}}
	more, few, open, correlated, covers := limit, limit, limit, limit, limit
	more.More, few.Rounds, open.Corrected.Hi, correlated.Correlated, covers.Holds.Rule = 300, 5, math.Inf(1), true, claims.Covers
	for want, all := range map[int][]claims.Verdict{math.MaxInt: {limit}, 300: {more}, 0: {few, open, correlated, covers}} {
		for i, v := range all {
			if got, _ := claims.Undecided([]claims.Verdict{v}); got[0].Rounds != want {
				t.Errorf("line %d: %d rounds, want %d", i, got[0].Rounds, want)
			}
		}
	}
}

// All lines of a quick run on two CPUs can be decided after 12 rounds, those of a part
// earlier, but not before a verdict is given at all.
func TestFirstLook(t *testing.T) {
	all := func(c results.Cell) bool {
		return !slices.Contains([]string{"Practice", "Service", "Database"}, c.Family)
	}
	none := func(results.Cell) bool { return false }
	for cpus, want := range map[int]int{1: 11, 2: 12, 8: 12} { // there is less to say of one CPU
		if n, few := claims.FirstLook(cpus, true, 3, all), claims.FirstLook(cpus, true, 3, none); n != want || few != 10 {
			t.Errorf("%d CPUs: the first look is after %d rounds, without cells after %d; want %d and 10", cpus, n, few, want)
		}
	}
}

// Of the few cells, ten claims are judged that are named, and no cell is there twice.
func TestFewCells(t *testing.T) {
	for _, cpus := range []int{1, 2, 8} {
		cells := claims.FewCells(cpus, true)
		for i, c := range cells {
			if slices.Contains(cells[:i], c) || !slices.Contains(append(claims.Needs(cpus, true), gains(cpus)...), c) {
				t.Errorf("%d CPUs: %v is there twice, or no claim and none of the four numbers needs it", cpus, c)
			}
		}
	}
	judged := map[string]int{}
	for _, v := range claims.Judge(&newLab(2).Sources[0]) {
		missing := func(c results.Cell) bool { return !slices.Contains(claims.FewCells(2, true), c) }
		if !slices.ContainsFunc(v.Cells, missing) {
			judged[v.ID]++
		}
	}
	for id, want := range map[string]int{"R1": 1, "R2": 1, "U3": 2, "E2": 2, "K5": 1, "K3": 2, "G1": 1} {
		if judged[id] != want {
			t.Errorf("%d of %s are judged, want %d", judged[id], id, want)
		}
	}
}

// gains are the cells of the four numbers.
func gains(cpus int) []results.Cell {
	g := max(2, cpus)
	primes := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines"}
	tcp := results.Cell{Family: "IO", Work: "tcp", Axis: "goroutines"}
	var out []results.Cell
	for _, c := range []struct {
		of             results.Cell
		n, procs, cpus int
	}{
		{primes, 1, 1, 1}, {primes, g, 1, 1}, {primes, g, cpus, 1}, {primes, g, cpus, 0},
		{tcp, 1, 1, 1}, {tcp, 64, 1, 1}, {tcp, 64, cpus, 1}, {tcp, 64, cpus, 0},
	} {
		cell := c.of
		cell.N, cell.Procs, cell.CPUs = c.n, c.procs, c.cpus
		out = append(out, cell)
	}
	return out
}
