package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
	"conpar/results"
)

// hazards returns those of a run: of its machine when it began, and then those
// of its rounds, each once.
func hazards(s series.Source) []results.Hazard {
	if s.Run == nil {
		return nil
	}
	var out []results.Hazard
	for _, h := range s.Run.Hazards {
		state := results.HazardState(words.Sanitize(string(h.State)))
		out = append(out, results.Hazard{Name: words.Sanitize(h.Name), State: state, Found: words.Sanitize(h.Found)})
	}
	var found []roundHazard
	for _, c := range s.Run.Conditions {
		for _, h := range c.Hazards {
			found = append(found, roundHazard{h, c.Round})
		}
	}
	for _, of := range grouped(found, func(h roundHazard) string { return h.Name }) {
		out = append(out, overRounds(of))
	}
	return out
}

// roundHazard is what was found of a hazard in a round.
type roundHazard struct {
	results.Hazard
	round int
}

// overRounds puts together what was found of a hazard in some rounds: it is as
// bad as in the worst of them.
func overRounds(found []roundHazard) results.Hazard {
	in := func(state results.HazardState) (n, first int) {
		for i, h := range slices.Backward(found) {
			if h.State == state {
				n, first = n+1, i
			}
		}
		return n, first
	}
	h := results.Hazard{Name: words.Sanitize(found[0].Name)}
	warned, w := in(results.Warn)
	unknown, u := in(results.Unknown)
	switch {
	case warned > 0:
		h.State = results.Warn
		h.Found = fmt.Sprintf("in %d of %d rounds; in round %d %s",
			warned, len(found), found[w].round+1, words.Sanitize(found[w].Found))
	case unknown == len(found):
		h.State, h.Found = results.Unknown, words.Sanitize(found[u].Found)
	case unknown > 0:
		h.State, h.Found = results.OK, fmt.Sprintf("unknown in %d of %d rounds", unknown, len(found))
	default:
		h.State, h.Found = results.OK, fmt.Sprintf("fine in each of %d rounds", len(found))
	}
	return h
}

// hazardTable has a line for each hazard.
func hazardTable(list []results.Hazard) table.Table {
	class := map[results.HazardState]string{results.OK: "state good", results.Warn: "state bad"}
	var rows [][]table.Cell
	for _, h := range list {
		state := table.Cell{Text: string(h.State), Class: cmp.Or(class[h.State], "state none")}
		rows = append(rows, []table.Cell{{Text: hazardName(h.Name)}, state, {Text: h.Found}})
	}
	t := table.Of(table.Heads("Hazard", "State", "Found"), rows...)
	t.Class, t.Caption = "plain", "Hazards of the machine"
	return t
}

// hazardName is what readers call a hazard; files keep the names.
func hazardName(name string) string {
	switch name {
	case "foreign CPU":
		return "CPU used by other processes"
	case "steal":
		return "CPU taken by the hypervisor"
	}
	return name
}

// doubts are what must be known about how a run came to its end: remarks on all
// that rests on it.
func doubts(s series.Source) []string {
	r := s.Run
	if r == nil {
		return nil
	}
	var out []string
	for _, h := range hazards(s) {
		if h.State == results.Warn && h.Name != "oversubscribed" { // a remark says more about it
			out = append(out, fmt.Sprintf("hazard: %s: %s", hazardName(h.Name), h.Found))
		}
	}
	for _, f := range r.Forced {
		out = append(out, fmt.Sprintf("resumed after %d samples, although changed: %s; "+
			"what was measured before and after may not be comparable",
			f.Samples, words.Sanitize(strings.Join(f.Changed, "; "))))
	}
	looks, further := len(r.Plan.Looks), r.Further()
	switch {
	case len(r.Plan.Taken) > 0:
		out = append(out, "looked at its results "+strings.Join(each(r.Plan.Taken, func(l results.Look) string {
			return fmt.Sprintf("after %s (at %s)", words.Count(l.Rounds, "round"), words.Percent(l.Level))
		}), ", ")+", and measured on only what undecided lines need; the looks share the 5%, "+
			"and a line that a look decides has the interval of that level")
	case looks > 0:
		out = append(out, fmt.Sprintf("adaptive run, ended at look %d of at most %d: "+
			"so that looking does not raise the chance of a wrong verdict, "+
			"its looks share the 5%%, and this one has %s of it",
			r.Look(), looks, words.Percent(stats.WrongAtLook(r.Look(), looks))))
	}
	if r.Plan.UserAdded() {
		out = append(out, words.Count(further, "round")+" added by hand: "+
			"rounds that are added because of what a report said make wrong verdicts more likely than 5%; "+
			"a run without -rounds allows for that")
	}
	return out
}
