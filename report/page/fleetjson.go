package page

import (
	"io"
	"slices"
	"time"

	"conpar/report/claims"
	"conpar/report/fleet"
	"conpar/report/null"
	"conpar/report/table"
)

// WriteJSON writes the fleet as one JSON object:
//
//	{
//	  "format": 1,                    of this schema; fields may be added, never changed
//	  "margin": 0.01,                 differences up to this fraction are not named
//	  "tests": 80,                    of a machine in a kind of work, for all of which the correction is
//	  "groups": [{"group": "A", "measured": "suite", "cpu", "cpus": 2, "system": "linux/amd64", "go", "features",
//	              "machines": ["n1", "n2"], "binaries": 1,
//	              "work": [{"kind": "memory", "cells": 7,
//	                        "scatter": 0.01,        nineteen of twenty machines agree within this fraction; null unknown
//	                        "finds": 0.04}],        slower by this fraction is found in nine of ten fleets; null unknown
//	              "claims": [{"id": "R1", "subject", "quantity", "agree": 0.94,   of those that decided it, as most did
//	                          "supported": 15, "refuted": 1, "inconclusive": 0, "notMeasurable": 0}],
//	              "gains": [{"work": "IO/work=tcp", "kind", "machines": 16, "from": "goroutines",     on most of them
//	                         "total": {"mid", "lo", "hi"}, "last": {…},   medians over machines; intervals from 6 on
//	                         "efficiency": {…}, "ceiling": {…}, "workers": 64, "gomaxprocs": 2}]}],
//	  "machines": [{"alias": "n17", "group": "A", "path", "started", "status": "complete", "rounds": 12,
//	                "unused": 0,      further runs of it, which are older or not complete
//	                "foreign": 0.01, "steal": 0,
//	                "differs": true, "evidence": "n17: memory-bound work 9% below …",    null where it does not
//	                "work": [{"kind": "memory", "cells": 7, "speed": 0.91, "siblings": 15,  speed over theirs
//	                          "within": 0.01,       nineteen of twenty siblings agree within this fraction
//	                          "z": 7.2, "p": 1e-6, "holm": 8e-5, "differs": true,
//	                          "why": null}],        it is not judged
//	                "cells": [{"work", "g": 1, "p": 2, "c": null, "kind", "speed": 0.9, "z": -4.1}]}],   if it differs
//	  "missing": [{"alias", "state", "reason", "rounds": 0, "tries": 3}],   nodes of the list without a run
//	  "leftOut": ["n3/…: left out: …"]              what could not be read
//	}
func (f *Fleet) WriteJSON(w io.Writer) error {
	var groups, machines []null.Object
	for i := range f.Groups {
		g := &f.Groups[i]
		groups = append(groups, f.jsonGroup(i, g))
		for _, j := range g.Nodes {
			machines = append(machines, f.jsonNode(i, f.Nodes[j]))
		}
	}
	return writeJSON(w, null.Object{
		"format", 1, "margin", f.Margin, "tests", f.Tests, "groups", groups, "machines", machines,
		"missing", each(f.Missing, func(l fleet.Listed) null.Object {
			return null.Object{"alias", l.Alias, "state", null.Text(l.State), "reason", null.Text(l.Reason),
				"rounds", countOf(l.Rounds), "tries", countOf(l.Tries)}
		}),
		"leftOut", append([]string{}, f.LeftOut...),
	})
}

// countOf is a count, null where it is negative.
func countOf(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func (f *Fleet) jsonGroup(i int, g *fleet.Group) null.Object {
	var aliases []string
	for _, j := range g.Nodes {
		aliases = append(aliases, f.Nodes[j].Alias)
	}
	return null.Object{
		"group", f.group(i), "measured", g.Same.What, "cpu", g.Same.CPU, "cpus", g.Same.CPUs, "system", g.Same.System,
		"go", g.Same.Go, "features", null.Text(g.Same.Features), "machines", aliases, "binaries", g.Binaries,
		"work", each(g.Kinds, func(k fleet.Kind) null.Object {
			return null.Object{"kind", k.Name, "cells", k.Cells, "scatter", null.Float(k.Scatter),
				"finds", null.Float(k.Finds)}
		}),
		"claims", each(g.Claims, func(c fleet.Claim) null.Object {
			return null.Object{"id", c.ID, "subject", c.Subject, "quantity", c.Quantity, "agree", null.Float(c.Agree),
				"supported", c.Of[claims.Supported], "refuted", c.Of[claims.Refuted],
				"inconclusive", c.Of[claims.Inconclusive], "notMeasurable", c.Of[claims.NotMeasurable]}
		}),
		"gains", each(g.Gains, func(w fleet.Gains) null.Object {
			return null.Object{"work", w.Name, "kind", null.Text(w.Kind), "machines", w.Nodes,
				"from", null.Text(w.From), "total", null.Estimate(w.Total), "last", null.Estimate(w.Last),
				"efficiency", null.Estimate(w.Efficiency), "ceiling", null.Estimate(w.Ceiling),
				"workers", null.Float(w.Workers), "gomaxprocs", null.Float(w.Procs)}
		}),
	}
}

func (f *Fleet) jsonNode(i int, n fleet.Node) null.Object {
	differs := slices.ContainsFunc(n.Kinds, func(d fleet.Difference) bool { return d.Differs })
	cells := []null.Object{}
	if differs {
		cells = each(n.Cells, func(c fleet.Cell) null.Object {
			return append(jsonCell(c.Key), "kind", c.Kind, "speed", null.Float(c.Speed), "z", null.Float(c.Z))
		})
	}
	return null.Object{
		"alias", n.Alias, "group", f.group(i), "path", n.Path, "started", n.Started.UTC().Format(time.RFC3339),
		"status", string(n.Status), "rounds", n.Rounds, "unused", n.Unused,
		"foreign", null.Float(n.Foreign), "steal", null.Float(n.Steal),
		"differs", differs, "evidence", null.Text(f.evidence(n)),
		"work", each(n.Kinds, jsonDifference), "cells", cells,
	}
}

func jsonDifference(d fleet.Difference) null.Object {
	return null.Object{"kind", d.Kind, "cells", d.Cells, "speed", null.Float(d.Speed), "siblings", d.Siblings,
		"within", null.Float(d.Within), "z", null.Float(d.Z), "p", null.Float(d.P),
		"holm", null.Float(d.Holm), "differs", d.Differs, "why", null.Text(d.Why)}
}

// WriteCSV writes a line for each machine and kind of work.
func (f *Fleet) WriteCSV(w io.Writer) error {
	columns := []string{"machine", "group", "cpu", "cpus", "system", "go", "features", "kind", "cells", "speed",
		"siblings", "within", "z", "p", "holm", "differs", "why"}
	return table.WriteCSV(w, columns, func(yield func(null.Object) bool) {
		for i, g := range f.Groups {
			for _, j := range g.Nodes {
				for _, d := range f.Nodes[j].Kinds {
					record := null.Object{"machine", f.Nodes[j].Alias, "group", f.group(i), "cpu", g.Same.CPU,
						"cpus", g.Same.CPUs, "system", g.Same.System, "go", g.Same.Go,
						"features", null.Text(g.Same.Features)}
					if !yield(append(record, jsonDifference(d)...)) {
						return
					}
				}
			}
		}
	})
}
