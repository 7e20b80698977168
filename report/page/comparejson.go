package page

import (
	"io"
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
//	  "format": 1,                    of this schema; fields may be added, never changed
//	  "sides": [{"label", "config", "cpus", "run"}],                    as [Report.WriteJSON] documents them
//	  "notes": ["…"],                 doubts about the comparison as a whole
//	  "machines": false,              the sides are of different machines: what differs is hardware
//	  "facts": [{"what": "go", "differ": true, "of": ["go1.25.4", "go1.26.8"]}],
//	  "verdicts": [{"id": "R1", "subject": "tcp", "quantity", "agreement": "disagree", or "differ" or "agree",
//	                "of": [{"outcome": "supported", "measured": {"mid", "lo", "hi"}, "reason"}]}],
//	  "speedups": [{"work", "p": 2, "of": [{"g": 2, "p": 2, "share": 1,           of its CPUs; null unknown
//	                "speedup": {"mid", "lo", "hi"}, "efficiency": {…},
//	                "ratio": {…}}]}],               its efficiency over the first side's; null of the first
//	  "shares": [{"work", "share": 1, "of": […]}],  at one fraction of the CPUs, where sides have other numbers
//	  "gains": [{"work", "of": [{"g", "p", "concurrency": {…}, "parallelism": {…}, "gainsFrom", …}]}],
//	  "margin": 0.03,
//	  "ratios": [{"unit": "sec/op", "better": "lower", "work", "g": 1, "p": 2,    g null where the name has none
//	              "of": [{"n": 10, "median": {…},
//	                      "ratio": {…},             to the first side; null of the first, and where infinite
//	                      "p": 0.0001, "holm": 0.004,                   Mann–Whitney; corrected for all cells
//	                      "verdict": "worse"}]}],   "better", "worse", "same", "undecided"; null on other machines
//	  "lacking": [{"unit", "work", "g", "p", "has": [true, false]}],
//	  "regressions": 1                cells that are worse
//	}
func (c *SideBySide) WriteJSON(w io.Writer) error {
	return writeJSON(w, c.json())
}

type jsonComparison struct {
	Format      int            `json:"format"`
	Sides       []jsonSide     `json:"sides"`
	Notes       []string       `json:"notes"`
	Machines    bool           `json:"machines"`
	Facts       []compare.Fact `json:"facts"`
	Verdicts    []jsonVerdicts `json:"verdicts"`
	Speedups    []jsonScaled   `json:"speedups"`
	Shares      []jsonScaled   `json:"shares"`
	Gains       []jsonGains    `json:"gains"`
	Margin      float64        `json:"margin"`
	Ratios      []jsonRatios   `json:"ratios"`
	Lacking     []jsonLacking  `json:"lacking"`
	Regressions int            `json:"regressions"`
}

type jsonVerdicts struct {
	ID        string             `json:"id"`
	Subject   string             `json:"subject"`
	Quantity  string             `json:"quantity"`
	Agreement compare.Agreement  `json:"agreement"`
	Of        []*jsonSideVerdict `json:"of"`
}

type jsonSideVerdict struct {
	Outcome  claims.Outcome `json:"outcome"`
	Measured *null.Estimate `json:"measured"`
	Reason   null.Text      `json:"reason"`
}

type jsonScaled struct {
	Work  string         `json:"work"`
	P     int            `json:"p,omitempty"`
	Share null.Float     `json:"share,omitempty"`
	Of    []*jsonSpeedup `json:"of"`
}

type jsonSpeedup struct {
	G          *int           `json:"g"`
	P          int            `json:"p"`
	Share      null.Float     `json:"share"`
	Speedup    *null.Estimate `json:"speedup"`
	Efficiency *null.Estimate `json:"efficiency"`
	Ratio      *null.Estimate `json:"ratio"`
}

type jsonGains struct {
	Work string      `json:"work"`
	Of   []*jsonGain `json:"of"`
}

type jsonCell struct {
	Work string `json:"work"`
	G    *int   `json:"g"`
	P    int    `json:"p"`
}

func jsonCellOf(k series.Key) jsonCell { return jsonCell{k.Name, goroutines(k.Goroutines), k.Procs} }

type jsonRatios struct {
	Unit   string `json:"unit"`
	Better string `json:"better"`
	jsonCell
	Of []*jsonRatio `json:"of"`
}

type jsonRatio struct {
	N       int            `json:"n"`
	Median  *null.Estimate `json:"median"`
	Ratio   *null.Estimate `json:"ratio"`
	P       *null.Float    `json:"p"`
	Holm    *null.Float    `json:"holm"`
	Verdict null.Text      `json:"verdict"`
}

type jsonLacking struct {
	Unit string `json:"unit"`
	jsonCell
	Has []bool `json:"has"`
}

func (c *SideBySide) json() jsonComparison {
	out := jsonComparison{
		Format: schema, Machines: c.Machines, Margin: c.Margin, Regressions: c.Regressions(),
		Notes: append([]string{}, c.doubts()...), Facts: append([]compare.Fact{}, c.Facts...),
		Speedups: jsonSpeedups(c.Scaled), Shares: jsonSpeedups(c.Shares), Gains: c.jsonGains(),
		Sides: []jsonSide{}, Verdicts: []jsonVerdicts{}, Ratios: []jsonRatios{}, Lacking: []jsonLacking{},
	}
	for _, s := range c.Sides {
		out.Sides = append(out.Sides, jsonSideOf(*s))
	}
	for _, v := range c.Verdicts {
		of := ofSides(v.Of, func(_ int, v *claims.Verdict) jsonSideVerdict {
			return jsonSideVerdict{v.Outcome, null.EstimateOf(v.Measured), null.Text(v.Reason)}
		})
		claim := v.Claim
		out.Verdicts = append(out.Verdicts, jsonVerdicts{claim.ID, claim.Subject, claim.Quantity, v.Agreement, of})
	}
	for _, l := range c.Lacking {
		out.Lacking = append(out.Lacking, jsonLacking{l.Unit, jsonCellOf(l.Key), l.Has})
	}
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			out.Ratios = append(out.Ratios, jsonRatiosOf(t, r))
		}
	}
	return out
}

// ofSides converts what each side has; nil, which is null in JSON, stays nil.
func ofSides[T, U any](of []*T, convert func(side int, v *T) U) []*U {
	out := make([]*U, len(of))
	for i, v := range of {
		if v != nil {
			u := convert(i, v)
			out[i] = &u
		}
	}
	return out
}

func (c *SideBySide) jsonGains() []jsonGains {
	out := []jsonGains{}
	for _, r := range c.Gains {
		out = append(out, jsonGains{r.Name, ofSides(r.Of, func(_ int, g *scaling.Gain) jsonGain {
			return jsonOf(*g, scaling.Recommendations(c.Data, []scaling.Gain{*g})[0])
		})})
	}
	return out
}

// goroutines is nil where a name has none; the plain loop has 0.
func goroutines(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func jsonSpeedups(rows []compare.Scaled) []jsonScaled {
	out := []jsonScaled{}
	for _, r := range rows {
		of := ofSides(r.Of, func(side int, s *compare.Speedup) jsonSpeedup {
			j := jsonSpeedup{
				G: goroutines(s.G), P: s.P, Share: null.Float(s.CPUs),
				Speedup: null.EstimateOf(s.Speedup), Efficiency: null.EstimateOf(s.Efficiency),
			}
			if ratio := r.Ratios[side]; ratio != nil {
				j.Ratio = null.EstimateOf(*ratio)
			}
			return j
		})
		out = append(out, jsonScaled{r.Name, r.P, null.Float(r.CPUs), of})
	}
	return out
}

func jsonRatiosOf(t compare.Table, r compare.Row) jsonRatios {
	j := jsonRatios{t.Unit, "lower", jsonCellOf(r.Key), make([]*jsonRatio, len(r.Values))}
	if t.Higher {
		j.Better = "higher"
	}
	for i, v := range r.Values {
		if v.N == 0 {
			continue
		}
		j.Of[i] = &jsonRatio{N: v.N, Median: null.EstimateOf(v), Verdict: null.Text(r.Judged[i])}
		if of := r.Compared[i]; of != nil {
			j.Of[i].Ratio = null.EstimateOf(of.Ratio)
			j.Of[i].P, j.Of[i].Holm = tested(of, of.P), tested(of, of.Holm)
		}
	}
	return j
}

// tested returns the p of a test; nil where one sample cannot be tested.
func tested(c *stats.Comparison, p float64) *null.Float {
	if c.A.N == 1 || c.B.N == 1 {
		return nil
	}
	return (*null.Float)(&p)
}

// compareCSV names the columns of [SideBySide.WriteCSV].
const compareCSV = "unit better work g p base side missing " +
	"base.n=a.n base.mid=a.median.mid base.lo=a.median.lo base.hi=a.median.hi " +
	"side.n=b.n side.mid=b.median.mid side.lo=b.median.lo side.hi=b.median.hi " +
	"ratio.mid=b.ratio.mid ratio.lo=b.ratio.lo ratio.hi=b.ratio.hi p.mannWhitney=b.p p.holm=b.holm verdict=b.verdict"

type csvRatio struct {
	jsonRatios
	Base    string     `json:"base"`
	Side    string     `json:"side"`
	Missing string     `json:"missing"`
	A       *jsonRatio `json:"a"`
	B       *jsonRatio `json:"b"`
}

// WriteCSV writes the ratios, a line for each cell, unit and side but the first,
// with the cells that either lacks: missing names it. What is null in
// [SideBySide.WriteJSON] is empty here.
func (c *SideBySide) WriteCSV(w io.Writer) error {
	return table.WriteCSV(w, strings.Fields(compareCSV), func(yield func(csvRatio) bool) {
		base := c.Sides[0].Label
		for _, t := range c.Tables {
			for _, r := range t.Rows {
				j := jsonRatiosOf(t, r)
				for i, of := range r.Compared {
					if of != nil && !yield(csvRatio{j, base, c.Sides[i].Label, "", j.Of[0], j.Of[i]}) {
						return
					}
				}
			}
		}
		for _, l := range c.Lacking {
			j := jsonRatios{Unit: l.Unit, jsonCell: jsonCellOf(l.Key)}
			for i, s := range c.Sides {
				missing := base
				if l.Has[0] {
					missing = s.Label
				}
				line := csvRatio{jsonRatios: j, Base: base, Side: s.Label, Missing: missing}
				if l.Has[0] != l.Has[i] && !yield(line) {
					return
				}
			}
		}
	})
}
