package page

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"conpar/report/compare"
	"conpar/report/scaling"
	"conpar/report/stats"
	"conpar/report/words"
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
//	  "shares": [{"work", "share": 1, "of": […]}],  likewise, with the same share of the CPUs; where sides have other numbers
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
func (c *Comparison) WriteJSON(w io.Writer) error {
	return writeJSON(w, c.json())
}

type jsonComparison struct {
	Format      int            `json:"format"`
	Sides       []jsonSide     `json:"sides"`
	Notes       []string       `json:"notes"`
	Machines    bool           `json:"machines"`
	Facts       []jsonFact     `json:"facts"`
	Verdicts    []jsonVerdicts `json:"verdicts"`
	Speedups    []jsonScaled   `json:"speedups"`
	Shares      []jsonScaled   `json:"shares"`
	Gains       []jsonGains    `json:"gains"`
	Margin      float64        `json:"margin"`
	Ratios      []jsonRatios   `json:"ratios"`
	Lacking     []jsonLacking  `json:"lacking"`
	Regressions int            `json:"regressions"`
}

type jsonSide struct {
	Label  string            `json:"label"`
	Config map[string]string `json:"config"`
	CPUs   words.Positive    `json:"cpus"`
	Run    *jsonRun          `json:"run"`
}

type jsonFact struct {
	What   string    `json:"what"`
	Differ bool      `json:"differ"`
	Of     []*string `json:"of"`
}

type jsonVerdicts struct {
	ID        string             `json:"id"`
	Subject   string             `json:"subject"`
	Quantity  string             `json:"quantity"`
	Agreement string             `json:"agreement"`
	Of        []*jsonSideVerdict `json:"of"`
}

type jsonSideVerdict struct {
	Outcome  string        `json:"outcome"`
	Measured *jsonInterval `json:"measured"`
	Reason   *string       `json:"reason"`
}

type jsonScaled struct {
	Work  string         `json:"work"`
	P     *int           `json:"p,omitempty"`
	Share *float64       `json:"share,omitempty"`
	Of    []*jsonSpeedup `json:"of"`
}

type jsonSpeedup struct {
	G          *int          `json:"g"`
	P          int           `json:"p"`
	Share      *float64      `json:"share"`
	Speedup    *jsonInterval `json:"speedup"`
	Efficiency *jsonInterval `json:"efficiency"`
	Ratio      *jsonInterval `json:"ratio"`
}

type jsonGains struct {
	Work string      `json:"work"`
	Of   []*jsonGain `json:"of"`
}

type jsonRatios struct {
	Unit   string       `json:"unit"`
	Better string       `json:"better"`
	Work   string       `json:"work"`
	G      *int         `json:"g"`
	P      int          `json:"p"`
	Of     []*jsonRatio `json:"of"`
}

type jsonRatio struct {
	N       int           `json:"n"`
	Median  *jsonInterval `json:"median"`
	Ratio   *jsonInterval `json:"ratio"`
	P       *float64      `json:"p"`
	Holm    *float64      `json:"holm"`
	Verdict *string       `json:"verdict"`
}

type jsonLacking struct {
	Unit string `json:"unit"`
	Work string `json:"work"`
	G    *int   `json:"g"`
	P    int    `json:"p"`
	Has  []bool `json:"has"`
}

func (c *Comparison) json() jsonComparison {
	out := jsonComparison{
		Format: schema, Notes: append([]string{}, c.doubts()...), Machines: c.Machines, Margin: c.Margin, Regressions: c.Regressions(),
		Sides: []jsonSide{}, Facts: []jsonFact{}, Verdicts: []jsonVerdicts{}, Gains: []jsonGains{}, Ratios: []jsonRatios{}, Lacking: []jsonLacking{},
		Speedups: scaledJSON(c.Scaled), Shares: scaledJSON(c.Shares),
	}
	for _, s := range (&Report{Data: c.Data}).data().Sources {
		out.Sides = append(out.Sides, jsonSide{s.Label, s.Config, s.CPUs, s.Run})
	}
	for _, f := range c.Facts {
		j := jsonFact{What: f.What, Differ: f.Differ}
		for _, v := range f.Values {
			j.Of = append(j.Of, nonEmpty(v))
		}
		out.Facts = append(out.Facts, j)
	}
	for _, v := range c.Verdicts {
		j := jsonVerdicts{ID: v.Claim.ID, Subject: v.Claim.Subject, Quantity: v.Claim.Quantity, Agreement: string(v.Agreement)}
		for _, of := range v.Of {
			if of == nil {
				j.Of = append(j.Of, nil)
				continue
			}
			j.Of = append(j.Of, &jsonSideVerdict{string(of.Outcome), jsonIntervalOf(of.Measured, ""), nonEmpty(of.Reason)})
		}
		out.Verdicts = append(out.Verdicts, j)
	}
	out.Gains = append(out.Gains, c.gainsJSON()...)
	for _, l := range c.Lacking {
		out.Lacking = append(out.Lacking, jsonLacking{l.Unit, l.Name, goroutines(l.Goroutines), l.Procs, l.Has})
	}
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			out.Ratios = append(out.Ratios, c.ratiosJSON(t, r))
		}
	}
	return out
}

func (c *Comparison) gainsJSON() []jsonGains {
	var known []scaling.Gain
	for _, r := range c.Gains {
		for _, g := range r.Of {
			if g != nil {
				known = append(known, *g)
			}
		}
	}
	worths := scaling.Worths(c.Data, known)
	var out []jsonGains
	for _, r := range c.Gains {
		j := jsonGains{Work: r.Name}
		for _, g := range r.Of {
			if g == nil {
				j.Of = append(j.Of, nil)
				continue
			}
			one := jsonOf(*g, worths[0])
			worths = worths[1:]
			j.Of = append(j.Of, &one)
		}
		out = append(out, j)
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

func scaledJSON(rows []compare.Scaled) []jsonScaled {
	out := []jsonScaled{}
	for _, r := range rows {
		j := jsonScaled{Work: r.Name, P: positive(r.P)}
		if r.CPUs > 0 {
			j.Share = finite(r.CPUs)
		}
		for i, s := range r.Of {
			if s == nil {
				j.Of = append(j.Of, nil)
				continue
			}
			one := &jsonSpeedup{goroutines(s.G), s.P, finite(s.CPUs), jsonIntervalOf(s.Speedup, ""), jsonIntervalOf(s.Efficiency, ""), nil}
			if r.Ratios[i] != nil {
				one.Ratio = jsonIntervalOf(*r.Ratios[i], "")
			}
			j.Of = append(j.Of, one)
		}
		out = append(out, j)
	}
	return out
}

func better(t compare.Table) string {
	if t.Higher {
		return "higher"
	}
	return "lower"
}

func (c *Comparison) ratiosJSON(t compare.Table, r compare.Row) jsonRatios {
	j := jsonRatios{Unit: t.Unit, Better: better(t), Work: r.Name, G: goroutines(r.Goroutines), P: r.Procs}
	for i, v := range r.Values {
		if v.N == 0 {
			j.Of = append(j.Of, nil)
			continue
		}
		one := &jsonRatio{N: v.N, Median: jsonIntervalOf(v, "")}
		if of := r.Compared[i]; of != nil {
			one.Ratio = jsonIntervalOf(of.Ratio, "")
			one.P, one.Holm = tested(of, of.P), tested(of, of.Holm)
			one.Verdict = nonEmpty(string(r.Judged[i]))
		}
		j.Of = append(j.Of, one)
	}
	return j
}

// tested returns the p of a test; nil where one sample cannot be tested.
func tested(c *stats.Comparison, p float64) *float64 {
	if c.A.N == 1 || c.B.N == 1 {
		return nil
	}
	return finite(p)
}

var compareHead = []string{
	"unit", "better", "work", "g", "p", "base", "side", "missing",
	"base.n", "base.mid", "base.lo", "base.hi", "side.n", "side.mid", "side.lo", "side.hi",
	"ratio.mid", "ratio.lo", "ratio.hi", "p.mannWhitney", "p.holm", "verdict",
}

// WriteCSV writes the ratios, a line for each cell, unit and side but the first,
// with the cells that either lacks: missing names it. What is null in
// [Comparison.WriteJSON] is empty here.
func (c *Comparison) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(compareHead) // Error tells of all writes
	base := c.Sides[0].Label
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for i, of := range r.Compared {
				if of != nil {
					row := []string{cellText(t.Unit), better(t), cellText(r.Name), optional(goroutines(r.Goroutines)), strconv.Itoa(r.Procs), cellText(base), cellText(c.Sides[i].Label), ""}
					row = append(row, interval(of.A)...)
					row = append(row, interval(of.B)...)
					row = append(row, interval(of.Ratio)[1:]...)
					out.Write(append(row, optional(tested(of, of.P)), optional(tested(of, of.Holm)), string(r.Judged[i])))
				}
			}
		}
	}
	for _, l := range c.Lacking {
		for i := 1; i < len(c.Sides); i++ {
			missing := ""
			switch {
			case l.Has[0] == l.Has[i]:
				continue // compared, or not of these two
			case l.Has[0]:
				missing = c.Sides[i].Label
			default:
				missing = base
			}
			row := []string{cellText(l.Unit), "", cellText(l.Name), optional(goroutines(l.Goroutines)), strconv.Itoa(l.Procs), cellText(base), cellText(c.Sides[i].Label), cellText(missing)}
			out.Write(append(row, make([]string, len(compareHead)-len(row))...))
		}
	}
	out.Flush()
	return out.Error()
}

// interval writes the number of values, and a figure with its bounds.
func interval(i stats.Interval) []string {
	n := ""
	if !math.IsNaN(i.Mid) {
		n = strconv.Itoa(i.N)
	}
	return []string{n, optional(finite(i.Mid)), optional(finite(i.Lo)), optional(finite(i.Hi))}
}
