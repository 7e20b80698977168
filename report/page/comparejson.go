package page

import (
	"io"
	"math"
	"slices"
	"strings"

	"conpar/report/claims"
	"conpar/report/compare"
	"conpar/report/null"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
)

// WriteJSON writes the comparison as one JSON object. Arrays "of" and their like
// have an element a side, in the order of "sides", null where a side has none.
//
//	{
//	  "format": 2,                    of this schema; fields may be added, never changed
//	  "sides": [{"label", "config", "cpus", "oneCPU", "run"}],          as [Report.WriteJSON] documents them
//	  "notes": ["…"],                 doubts about the comparison as a whole
//	  "machines": false,              the sides are of different machines: what differs is hardware
//	  "facts": [{"what": "go", "differ": true, "of": ["go1.25.4", "go1.26.8"]}],
//	  "verdicts": [{"id": "R1", "subject": "tcp", "quantity", "agreement": "disagree", or "differ" or "agree",
//	                "of": [{"outcome": "supported", "measured": {"mid", "lo", "hi"}, "reason"}]}],
//	  "speedups": [{"work", "p": 2, "of": [{"g": 2, "p": 2, "share": 1,           of its CPUs; null unknown
//	                "speedup": {"mid", "lo", "hi"}, "efficiency": {…},
//	                "ratio": {…},                   its efficiency over the first side's; null of the first
//	                "change": {"n", "p", "holm", "verdict", "beyond", "finds", "rounds"}}]}],   of the speed-up, only
//	                                                between sides of bench test; corrected for all speed-ups
//	  "shares": [{"work", "share": 1, "of": […]}],  at one fraction of the CPUs, where sides have other numbers
//	  "gains": [{"work", "of": [{"g", "p", "concurrency": {…}, "gainsFrom", …}]}],  the same gains of all sides
//	  "margin": 0.03,
//	  "geomeans": [{"unit": "sec/op", "better": "lower",                            means of all cells of the unit
//	                "of": [null, {"n": 12, "base": {"mid", "lo", "hi"}, "side": {…}, "ratio": {…}}]}],   null of the first;
//	                                                figures are null where a median is not positive
//	  "ratios": [{"unit": "sec/op", "better": "lower", "work", "g": 1, "p": 2, "c": null,   null where not in the name
//	                                                or, of better, where it is not known
//	              "procs": [16, 4],                 GOMAXPROCS of the sides, matched across; else null
//	              "of": [{"n": 10, "median": {…},
//	                      "ratio": {…},             to the first side; null of the first, where infinite, and of negatives
//	                      "p": 0.0001, "holm": 0.004,                   Mann–Whitney, exact; corrected for all cells
//	                      "benchstat": 0.0001,      p as benchstat has it; where it is another, by the order of the files
//	                      "verdict": "worse"}]}],   "better", "worse", "same", "undecided"; "higher", "lower" where
//	                                                better is null; null on other machines, and of negatives
//	  "lacking": [{"unit", "work", "g", "p", "c", "has": [true, false]}],
//	  "blocks": [false, true],        samples of the side were taken in blocks: drift looks like a difference
//	  "faults": [{…}],                what profiles name, as [Scale.WriteJSON] has it; only with some
//	  "regressions": 1                cells and speed-ups that are worse
//	  "paired": {"control": 2, "doubted": 0}        only of the sides of one run of `bench test`: the side that is a
//	}                                               copy of the first, 0 none, and in how many cells it differs
//
// Those of one run are compared within rounds. Each of theirs has "pPaired" (Wilcoxon) instead of "p",
// "beyond" (the margin), "finds" and "rounds". Of others these two stand where "verdict" is
// "undecided": the smallest difference that would have been found in 9 of 10 runs, null where none,
// and how many rounds, or samples a side, one of the margin (within rounds) or the measured one needs.
// Of a run that looks at its results, those within rounds have "look", the one that decided it, from 1,
// null without, and "confidence", that of the ratio's interval: above 0.95 where a look decided it.
func (c *SideBySide) WriteJSON(w io.Writer) error {
	return writeJSON(w, c.json())
}

func (c *SideBySide) json() null.Object {
	ratios, means := []null.Object{}, []null.Object{}
	for _, t := range c.Tables {
		means = append(means, jsonMeans(t))
		for _, r := range t.Rows {
			ratios = append(ratios, c.jsonFinds(c.jsonRatios(t, r), r))
		}
	}
	out := null.Object{
		"format", schema,
		"sides", each(c.Sides, func(s *series.Source) null.Object { return jsonSource(*s) }),
		"notes", append([]string{}, c.doubts()...), "machines", c.Machines,
		"facts", append([]compare.Fact{}, c.Facts...),
		"verdicts", each(c.Verdicts, jsonVerdicts), "speedups", each(c.Scaled, c.jsonScaled),
		"shares", each(c.Shares, c.jsonScaled), "gains", each(c.Gains, c.jsonGains), "margin", c.Margin,
		"geomeans", means, "ratios", ratios, "lacking", each(c.Lacking, func(l compare.Lacking) null.Object {
			return append(append(null.Object{"unit", l.Unit}, jsonCell(l.Key)...), "has", l.Has)
		}),
		"blocks", each(c.Sides, func(s *series.Source) bool { return s.Blocks }), "regressions", c.Regressions(),
	}
	if len(c.Floors) > 0 {
		out = append(out, "floors", each(c.Floors, jsonFloor))
	}
	if len(c.Named) > 0 {
		out = append(out, "faults", each(c.Named, jsonFault))
	}
	if c.Paired {
		out = append(out, "paired", null.Object{"control", c.Control, "doubted", c.Doubted})
	}
	return out
}

// ofSides converts what each side has; what is nil stays nil, which is null in
// JSON.
func ofSides[T any](of []*T, convert func(side int, v *T) null.Object) []null.Object {
	out := make([]null.Object, len(of))
	for i, v := range of {
		if v != nil {
			out[i] = convert(i, v)
		}
	}
	return out
}

func jsonVerdicts(v compare.Verdicts) null.Object {
	return null.Object{
		"id", v.Claim.ID, "subject", v.Claim.Subject, "quantity", v.Claim.Quantity, "agreement", v.Agreement,
		"of", ofSides(v.Of, func(_ int, v *claims.Verdict) null.Object {
			measured := null.Estimate(v.Measured)
			return null.Object{"outcome", v.Outcome, "measured", measured, "reason", null.Text(v.Reason)}
		}),
	}
}

func (c *SideBySide) jsonGains(r compare.Gains) null.Object {
	return null.Object{"work", r.Name, "of", ofSides(r.Of, func(_ int, g *scaling.Gain) null.Object {
		return jsonGain(*g, scaling.Recommendations(c.Data, []scaling.Gain{*g})[0])
	})}
}

// goroutines is null where a name has none; the plain loop has 0.
func goroutines(n int) any {
	if n < 0 {
		return nil
	}
	return n
}

func jsonCell(k series.Key) null.Object {
	return null.Object{"work", k.Name, "g", goroutines(k.Goroutines), "p", k.Procs, "c", null.Positive(k.CPUs)}
}

// jsonScaled has the number by which the sides are put together: of GOMAXPROCS,
// or the share of their CPUs.
func (c *SideBySide) jsonScaled(r compare.Scaled) null.Object {
	out := null.Object{"work", r.Name}
	if r.P != 0 {
		out = append(out, "p", r.P)
	}
	if r.CPUs != 0 {
		out = append(out, "share", null.Float(r.CPUs))
	}
	return append(out, "of", ofSides(r.Of, func(side int, s *compare.Speedup) null.Object {
		var ratio null.Object
		if r.Ratios[side] != nil {
			ratio = null.Estimate(*r.Ratios[side])
		}
		of := null.Object{
			"g", goroutines(s.G), "p", s.P, "share", null.Float(s.CPUs), "speedup", null.Estimate(s.Speedup),
			"efficiency", null.Estimate(s.Efficiency), "ratio", ratio,
		}
		if change := s.Change; change != nil {
			of = append(of, "change", append(null.Object{
				"n", min(change.A.N, change.B.N), "p", null.Float(change.P), "holm", null.Float(change.Holm),
				"verdict", s.Judged, "beyond", change.Beyond, "finds", null.Float(change.Finds()),
				"rounds", null.Positive(change.Rounds(c.margin())),
			}, c.jsonLook(change)...))
		}
		return of
	}))
}

func (c *SideBySide) jsonRatios(t compare.Table, r compare.Row) null.Object {
	of := make([]null.Object, len(r.Compared))
	for i := range r.Compared {
		if v := r.Median(i); v.N > 0 {
			of[i] = jsonRatio(v, r.Compared[i], r.Judged[i])
			if c.Paired {
				of[i] = append(jsonPaired(of[i], r.Compared[i]), c.jsonLook(r.Compared[i])...)
			}
		}
	}
	out := append(null.Object{"unit", t.Unit, "better", jsonBetter(t)}, jsonCell(r.Key)...)
	return append(out, "procs", r.Procs, "of", of)
}

// jsonBetter is null where it is not known which values are better.
func jsonBetter(t compare.Table) null.Text {
	switch {
	case !t.Known:
		return ""
	case t.Higher:
		return "higher"
	}
	return "lower"
}

func jsonMeans(t compare.Table) null.Object {
	of := make([]null.Object, len(t.Means))
	for i, m := range t.Means {
		if m.A.N > 0 {
			of[i] = null.Object{"n", m.A.N, "base", null.Estimate(m.A), "side", null.Estimate(m.B), "ratio",
				null.Estimate(m.Ratio)}
		}
	}
	return null.Object{"unit", t.Unit, "better", jsonBetter(t), "of", of}
}

// jsonRatio has no p where one sample cannot be tested.
func jsonRatio(v stats.Interval, c *stats.Comparison, judged compare.Judgement) null.Object {
	ratio, p, holm, benchstats := null.Object(nil), math.NaN(), math.NaN(), math.NaN()
	if c != nil {
		ratio = null.Estimate(c.Ratio)
		if c.A.N > 1 && c.B.N > 1 {
			p, holm, benchstats = c.P, c.Holm, c.Benchstat
		}
	}
	return null.Object{
		"n", v.N, "median", null.Estimate(v), "ratio", ratio, "p", null.Float(p), "holm", null.Float(holm),
		"benchstat", null.Float(benchstats), "verdict", null.Text(judged),
	}
}

// jsonPaired says of a comparison within rounds what that of unpaired samples has not:
// its p is not that of Mann and Whitney.
func jsonPaired(o null.Object, c *stats.Comparison) null.Object {
	if c == nil {
		return o
	}
	p := o.Get("p")
	o = slices.Clone(o)
	o[slices.Index(o, any("p"))+1] = null.Float(math.NaN())
	return append(o, "pPaired", p, "beyond", c.Beyond)
}

// jsonLook says which look at the run decided a comparison within rounds, and how sure
// its interval is to be; only of a run that looks.
func (c *SideBySide) jsonLook(of *stats.Comparison) null.Object {
	if of == nil || c.looks() == 0 {
		return nil
	}
	return null.Object{"look", null.Positive(of.Look), "confidence", null.Float(of.Confidence)}
}

// jsonFinds adds what the sides of a row could have found. CSV has not got it, and
// it takes its time.
func (c *SideBySide) jsonFinds(ratios null.Object, r compare.Row) null.Object {
	of := ratios.Get("of").([]null.Object)
	for i, compared := range r.Compared {
		if compared == nil || !c.Paired && r.Judged[i] != compare.Undecided {
			continue
		}
		difference := c.margin()
		if !c.Paired {
			difference = distance(compared.Ratio)
		}
		of[i] = append(of[i], "finds", null.Float(compared.Finds()), "rounds",
			null.Positive(compared.Rounds(difference)))
	}
	return ratios
}

// compareCSV names the columns of [SideBySide.WriteCSV]; those of a run that looks come after
// them.
const compareCSV = "unit better work g p c base side missing " +
	"base.n=a.n base.mid=a.median.mid base.lo=a.median.lo base.hi=a.median.hi " +
	"side.n=b.n side.mid=b.median.mid side.lo=b.median.lo side.hi=b.median.hi " +
	"ratio.mid=b.ratio.mid ratio.lo=b.ratio.lo ratio.hi=b.ratio.hi p.mannWhitney=b.p p.holm=b.holm verdict=b.verdict " +
	"p.benchstat=b.benchstat procs geomean.mid=m.ratio.mid geomean.lo=m.ratio.lo geomean.hi=m.ratio.hi"

// WriteCSV writes the ratios, a line for each cell, unit and side but the first,
// with the cells that either lacks: missing names it. What is null in
// [SideBySide.WriteJSON] is empty here.
func (c *SideBySide) WriteCSV(w io.Writer) error {
	columns := compareCSV
	if c.looks() > 0 {
		columns += " look=b.look confidence=b.confidence"
	}
	return table.WriteCSV(w, strings.Fields(columns), func(yield func(null.Object) bool) {
		base := c.Sides[0].Label
		for _, t := range c.Tables {
			means := jsonMeans(t).Get("of").([]null.Object)
			for _, r := range t.Rows {
				row := c.jsonRatios(t, r)
				of := row.Get("of").([]null.Object)
				for i, compared := range r.Compared {
					sides := null.Object{"base", base, "side", c.Sides[i].Label, "a", of[0], "b", of[i], "m", means[i]}
					if compared != nil && !yield(slices.Concat(row, sides)) {
						return
					}
				}
			}
		}
		c.eachChange(func(r compare.Scaled, side int, s *compare.Speedup) {
			yield(null.Object{
				"unit", "speed-up", "better", "higher", "work", r.Name, "g", goroutines(s.G), "p", s.P,
				"base", base, "side", c.Sides[side].Label, "a",
				null.Object{"n", r.Of[0].Speedup.N, "median", null.Estimate(r.Of[0].Speedup)},
				"b", append(null.Object{
					"n", s.Speedup.N, "median", null.Estimate(s.Speedup), "ratio", null.Estimate(s.Change.Ratio),
					"p", null.Float(math.NaN()), "holm", null.Float(s.Change.Holm), "verdict", s.Judged,
				}, c.jsonLook(s.Change)...),
			})
		})
		for _, l := range c.Lacking {
			for i, s := range c.Sides {
				missing := base
				if l.Has[0] {
					missing = s.Label
				}
				line := null.Object{"unit", l.Unit, "base", base, "side", s.Label, "missing", missing}
				if l.Has[0] != l.Has[i] && !yield(append(line, jsonCell(l.Key)...)) {
					return
				}
			}
		}
	})
}
