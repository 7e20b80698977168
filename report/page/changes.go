package page

import (
	"fmt"
	"slices"

	"conpar/report/compare"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
)

// eachChange yields the speed-ups that are judged, with their row and side.
func (c *SideBySide) eachChange(yield func(r compare.Scaled, side int, s *compare.Speedup)) {
	for _, r := range c.Scaled {
		for side, s := range r.Of {
			if s != nil && s.Change != nil {
				yield(r, side, s)
			}
		}
	}
}

// scalingOf is what a change of scaling is about: "Encode: speed-up at 8".
func (c *SideBySide) scalingOf(r compare.Scaled) string {
	name := c.short(r.Name)
	if g := r.Of[0].G; g >= 0 {
		name = fmt.Sprintf("%s G=%d", name, g)
	}
	return fmt.Sprintf("%s: speed-up at %d", name, r.P)
}

// fromTo is a change of a speed-up: "6.1× → 4×".
func fromTo(r compare.Scaled, s *compare.Speedup) string {
	return words.Number(r.Of[0].Speedup.Mid) + "× → " + words.Number(s.Speedup.Mid) + "×"
}

// changeSection shows which speed-ups changed from the first side to another one.
func (c *SideBySide) changeSection(path func(string) string) sheetSection {
	n := map[compare.Judgement]int{}
	var lines, undecided [][]table.Cell
	var notes []string
	line, last := 0, ""
	c.eachChange(func(r compare.Scaled, side int, s *compare.Speedup) {
		n[s.Judged]++
		if line++; r.Name != last {
			line, last = 0, r.Name
		}
		cells := []table.Cell{
			once(line, c.short(r.Name)),
			{Text: cell(&series.Measurement{Key: series.Key{Goroutines: s.G, Procs: s.P}})},
			{Text: c.name(side)}, {Text: words.Number(r.Of[0].Speedup.Mid) + "×"},
			table.Figure(words.Times(s.Speedup), s.Speedup.Mid),
			table.Figure(words.Ratio(s.Change.Ratio), s.Change.Ratio.Mid), {Text: words.P(s.Change.Holm)},
			c.judgedCell("speed-up", s.Change, s.Judged),
		}
		if s.Judged == compare.Undecided {
			cells[0].Text = c.short(r.Name) // alone
			undecided = append(undecided, cells)
			line = -1
		} else {
			lines = append(lines, cells)
		}
		if s.Judged == compare.Worse || s.Judged == compare.Better {
			why := ""
			if s.Judged == compare.Worse && !c.Regressed(r, side) {
				why = ", though GOMAXPROCS " + fmt.Sprint(r.P) + " was not shown to be slower: no regression"
			}
			notes = append(notes, fmt.Sprintf("%s: %s on %s%s.", c.scalingOf(r), fromTo(r, s), c.name(side), why))
		}
	})
	if more := len(notes) - maxPower; more > 0 {
		notes = append(notes[:maxPower], fmt.Sprintf("So it is with %d more.", more))
	}
	all := words.Count(len(lines)+len(undecided), "speed-up")
	if len(undecided) <= fewUndecided {
		lines, undecided = append(lines, undecided...), nil
	}
	tableOf := func(lines [][]table.Cell) *table.Table {
		if len(lines) == 0 {
			return nil
		}
		t := headed([]string{"work", "", "side", "on " + c.name(0), "speed-up", "ratio", "p", ""}, 0)
		t.Rows = slices.Values(lines)
		return t
	}
	how := "not paired"
	if c.Paired {
		how = "within rounds"
	}
	const title = "Changes of scaling"
	out := sheetSection{Title: title, Table: tableOf(lines), Notes: notes,
		Commands: c.over("/gomaxprocs", c.procs(), path), Says: []string{
			fmt.Sprintf("%s: %d worse, %d better, %d same, %d undecided, with a margin of %s%%, and Holm's correction for all "+
				"of them together, in p too. Speed-up is time at GOMAXPROCS 1 over that at P; the ratio to that of %s is %s, with %s.",
				all, n[compare.Worse], n[compare.Better], n[compare.Same], n[compare.Undecided],
				words.Exact(100*c.Margin), c.name(0), how, c.intervals()),
		}}
	if count := words.Count(len(undecided), "undecided speed-up"); len(undecided) > 0 {
		out.Folded, out.Brief = tableOf(undecided), count+" not shown; -v shows them."
		out.Folded.Caption = count + ". What one sees would have been found in 9 of 10 runs like this."
	}
	return out
}

// changeAnnotations are the speed-ups that became smaller; regressions are errors.
func (c *SideBySide) changeAnnotations() (errs, warnings []Annotation) {
	c.eachChange(func(r compare.Scaled, side int, s *compare.Speedup) {
		if s.Judged != compare.Worse || c.Paired && side == c.Control {
			return
		}
		a := Annotation{
			Error: c.Regressed(r, side), Title: "scales worse: " + c.short(r.Name),
			Text: fmt.Sprintf("%s: %s on %s, %s of that of %s", c.scalingOf(r), fromTo(r, s), c.name(side),
				words.Ratio(s.Change.Ratio), c.name(0)),
		}
		if a.Error {
			errs = append(errs, a)
		} else {
			warnings = append(warnings, a)
		}
	})
	return errs, warnings
}
