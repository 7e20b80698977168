package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/null"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
)

// Floor is a bound that the speed-up of a benchmark is to reach, and whether it does.
type Floor struct {
	Line, Side string // Side is "" where there is one only
	Procs      int
	Least      float64
	Speedup    stats.Interval // over the smallest GOMAXPROCS
	Decision   stats.Decision // about its logarithm
	Why        string         // nothing is decided; "" if it may be
}

// Below says that the speed-up is surely below the floor.
func (f Floor) Below() bool { return f.Why == "" && f.Decision.Refuted }

// corrected is the interval that decides.
func (f Floor) corrected() stats.Interval {
	c := f.Decision.Corrected
	return stats.Interval{Mid: math.Exp(c.Mid), Lo: math.Exp(c.Lo), Hi: math.Exp(c.Hi), N: c.N}
}

// outcome is the verdict in a word.
func (f Floor) outcome() string {
	switch {
	case f.Below():
		return "below"
	case f.Why == "" && f.Decision.Supported:
		return "reached"
	}
	return "undecided"
}

// open says why a floor is undecided; "" where that is not known.
func (f Floor) open() string {
	switch {
	case f.Why != "":
		return f.Why
	case f.Decision.Center.N < stats.MinForVerdict:
		return fmt.Sprintf("a verdict needs %d rounds", stats.MinForVerdict)
	case f.Decision.Correlated:
		return "rounds resemble those before them"
	case f.Decision.More > 0:
		return fmt.Sprintf("about %d rounds would decide it", f.Decision.More)
	}
	return ""
}

// floorSection shows the floors; nil without any.
func floorSection(floors []Floor) []sheetSection {
	if len(floors) == 0 {
		return nil
	}
	n := map[string]int{}
	var notes []string
	rows := make([][]table.Cell, len(floors))
	for i, f := range floors {
		n[f.outcome()]++
		if why := f.open(); f.outcome() == "undecided" && why != "" {
			name := strings.TrimSpace(words.Sanitize(f.Line) + " " + f.Side)
			notes = append(notes, words.Sanitize(fmt.Sprintf("%s at %d is undecided: %s.", name, f.Procs, why)))
		}
		corrected := f.corrected()
		rows[i] = table.Texts(words.Sanitize(f.Line), f.Side, fmt.Sprint(f.Procs), "≥ "+words.Exact(f.Least)+"×", "",
			words.Bound(corrected.Lo)+"–"+words.Bound(corrected.Hi), f.outcome())
		rows[i][4] = table.Figure(words.Times(f.Speedup), f.Speedup.Mid)
	}
	if more := len(notes) - maxPower; more > 0 {
		notes = append(notes[:maxPower], fmt.Sprintf("%d more are undecided.", more))
	}
	t := headed([]string{"benchmark", "side", "at", "floor", "speed-up", "corrected", "verdict"}, 0)
	if floors[0].Side == "" {
		t.Columns[1].Hidden = table.Terminal | table.Markdown | table.HTML
	}
	t.Rows = slices.Values(rows)
	return []sheetSection{{
		Notes: notes,
		ID:    "floors", Short: "Floors", Title: "Floors of speed-ups", Table: sheetTableOf("Floors of speed-ups", *t),
		Says: []string{fmt.Sprintf("%s: %d below, %d reached, %d undecided. Speed-up is that at this GOMAXPROCS "+
			"over the smallest one, within rounds. It is below if the whole interval is, with Holm's correction for all floors together.",
			words.Count(len(floors), "floor"), n["below"], n["reached"], n["undecided"])},
	}}
}

func jsonFloor(f Floor) null.Object {
	return null.Object{
		"name", f.Line, "side", null.Text(f.Side), "p", f.Procs, "floor", f.Least, "speedup", null.Estimate(f.Speedup),
		"corrected", null.Estimate(f.corrected()), "below", f.Below(), "verdict", f.outcome(),
	}
}
