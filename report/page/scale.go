package page

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"golang.org/x/perf/benchunit"

	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/series"
	"conpar/report/stats"
)

// Scale is how benchmarks scale.
type Scale struct {
	Data   *series.Data
	Curves []scaling.Curve
}

// WriteTerminal writes a table for each curve, and below it what follows from
// it, at most 80 columns wide.
func (s *Scale) WriteTerminal(w io.Writer, color bool) error {
	out := &errWriter{w: w}
	t := Terminal{Color: color}
	source := ""
	for i := range s.Curves {
		c := &s.Curves[i]
		if c.Source != source {
			source = c.Source
			for _, line := range t.head(*s.Data.Source(source)) {
				fmt.Fprintln(out, line)
			}
		}
		fmt.Fprintln(out)
		for _, line := range wrap(scaleTitle(c), columns) {
			fmt.Fprintln(out, t.bold(line))
		}
		fmt.Fprintln(out, t.table(scaleTable(c)).Render())
		for _, line := range scaleLines(c) {
			for _, part := range wrap("- "+line, columns) {
				fmt.Fprintln(out, part)
			}
		}
	}
	return out.err
}

// Markdown writes the same as a page.
func (s *Scale) Markdown() string {
	var b strings.Builder
	source := ""
	for i := range s.Curves {
		c := &s.Curves[i]
		if c.Source != source {
			source = c.Source
			at := s.Data.Source(source)
			fmt.Fprintf(&b, "# How it scales: %s\n\n", markdown.Replace(plain(at.Label)))
			if m := machine(*at); m != "" {
				fmt.Fprintf(&b, "%s\n\n", markdown.Replace(m))
			}
		}
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", markdown.Replace(scaleTitle(c)), scaleTable(c).RenderMarkdown())
		for _, line := range scaleLines(c) {
			fmt.Fprintf(&b, "- %s\n", markdown.Replace(line))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// scaleTitle names a curve: "Sort over gomaxprocs, sec/op, 10 rounds".
func scaleTitle(c *scaling.Curve) string {
	rounds := 0
	for _, r := range c.Rows {
		rounds = max(rounds, r.Throughput.N)
	}
	name := plain(c.Line)
	if c.Facet != "" {
		name += " [" + plain(c.Facet) + "]"
	}
	return fmt.Sprintf("%s over %s, from %s, %s", name, plain(c.Axis), plain(c.Unit), plural(rounds, "sample"))
}

// rateUnit is the unit of a curve's throughput.
func rateUnit(c *scaling.Curve) string {
	switch {
	case c.Higher:
		return plain(c.Unit)
	case c.Unit == "sec/op":
		return "op/s"
	}
	return "1/(" + plain(c.Unit) + ")"
}

// scaleTable has a line for each N.
func scaleTable(c *scaling.Curve) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{plain(c.Axis), rateUnit(c), "speed-up", "efficiency", "serial", "CPUs", "step"})
	for i, r := range c.Rows {
		speedup, efficiency := times(r.Speedup), withInterval(r.Efficiency)
		if i == 0 {
			speedup, efficiency = "1", "1"
		}
		serial := unknown
		if !math.IsNaN(r.SerialFraction.Mid) {
			serial = number(r.SerialFraction.Mid)
		}
		tw.AppendRow(table.Row{int(r.N), rate(c, r.Throughput), speedup, efficiency, serial, number(c.Busy[i].Mid), step(r.Step)})
	}
	return tw
}

// rate writes a throughput with its interval as a share.
func rate(c *scaling.Curve, x stats.Interval) string {
	if math.IsNaN(x.Mid) {
		return unknown
	}
	text := benchunit.Scale(x.Mid, benchunit.ClassOf(rateUnit(c)))
	if !x.Known() || x.Mid == 0 {
		return text
	}
	return fmt.Sprintf("%s ±%.0f%%", text, 100*max(x.Hi-x.Mid, x.Mid-x.Lo)/x.Mid)
}

func step(s fit.Step) string {
	if s == "" {
		return unknown
	}
	return string(s)
}

// scaleLines says what follows from a curve, a sentence a line.
func scaleLines(c *scaling.Curve) []string {
	var lines []string
	add := func(text string) {
		if text != "" {
			lines = append(lines, plain(text))
		}
	}
	add(law(c))
	for _, l := range c.Fits.LeftOut {
		add(fmt.Sprintf("not fitted: %s = %d: %s", c.Axis, int(l.Point.N), l.Why))
		break // the others are left out for the same reason, once a sample
	}
	add(kneeLine(c))
	add(costLine(c))
	if limit := c.Limit(); limit != "" && len(c.Rows) > 1 {
		add("held back " + limit)
	}
	add(worth(c))
	if c.Disturbed > 0 {
		used := "all of them used"
		if c.SetAside {
			used = "set aside"
		}
		add(fmt.Sprintf("%s disturbed by others (over %.0f%% of the machine), %s", plural(c.Disturbed, "sample"), 100*series.DisturbedAbove, used))
	}
	return lines
}

// law describes the chosen fit.
func law(c *scaling.Curve) string {
	if len(c.Fits.Curves) == 0 {
		return "no law fitted: " + c.Fits.Note
	}
	chosen := c.Fits.Curves[0]
	name := "Amdahl's law"
	if chosen.Model == fit.USL {
		name = "USL"
	}
	on := "ln X"
	if chosen.On == fit.X {
		on = "X"
	}
	text := fmt.Sprintf("%s: %s, fitted to %s", chosen.Status, name, on)
	if chosen.Solved {
		text += ": σ " + param(chosen.Sigma, c.Spread.Sigma)
		if chosen.Model == fit.USL {
			text += ", κ " + param(chosen.Kappa, c.Spread.Kappa)
		}
	}
	if p := chosen.Peak; p != nil {
		text += fmt.Sprintf("; peak of %s at %d (%s, %s–%s)", benchunit.Scale(p.X, benchunit.ClassOf(rateUnit(c))), p.Best, number(p.N), number(p.Lo), number(p.Hi))
	}
	if c.Fits.Note != "" {
		text += "; " + c.Fits.Note
	}
	return text
}

// param writes a parameter with its interval over rounds, or else that of the
// fit.
func param(p fit.Param, over fit.Range) string {
	switch {
	case over.Known:
		return fmt.Sprintf("%s (%s–%s over rounds)", number(p.Value), number(over.Lo), number(over.Hi))
	case p.Known:
		return fmt.Sprintf("%s (%s–%s)", number(p.Value), number(p.Lo), number(p.Hi))
	}
	return number(p.Value)
}

func kneeLine(c *scaling.Curve) string {
	k := c.Knee
	var text string
	if k.N > 0 {
		text = "knee at " + number(k.N)
		if !math.IsNaN(k.Lo) {
			text += fmt.Sprintf(" (%s–%s)", number(k.Lo), number(k.Hi))
		}
		text += ": more bring no more"
	}
	if math.IsNaN(k.Predicted) {
		return text
	}
	predicted := fmt.Sprintf("a task costs %s of CPU time, so the CPUs should be busy from %s on", benchunit.Scale(k.CPUPerOp, benchunit.Decimal)+"s", number(k.Predicted))
	if text == "" {
		return predicted
	}
	return text + "; " + predicted
}

func costLine(c *scaling.Curve) string {
	switch {
	case c.Plain == nil || !c.COST.Known:
		return ""
	case c.COST.N == 0:
		return "COST: none beats the plain loop"
	}
	return fmt.Sprintf("COST: from %s = %d on it beats the plain loop, by %s", plain(c.Axis), int(c.COST.N), times(c.COST.Over))
}

// worth is the advice.
func worth(c *scaling.Curve) string {
	if len(c.Rows) < 2 {
		return "one value of " + plain(c.Axis) + " says nothing about scaling: measure more"
	}
	text := fmt.Sprintf("worth here: %s %d is within 5%% of the best that was measured (at %d)", plain(c.Axis), c.Best.Enough, c.Best.At)
	if c.Axis == "gomaxprocs" {
		switch {
		case c.Best.Efficient > 1:
			text += fmt.Sprintf("; up to %d the processors are used by 70%% or more", c.Best.Efficient)
		case c.Rows[len(c.Rows)-1].Speedup.Known():
			text += "; a second processor is not surely used by 70%"
		}
	}
	return text
}

// jsonCurve is a series of scale's JSON; see [Scale.WriteJSON].
type jsonCurve struct {
	Name   string      `json:"name"`
	Source string      `json:"source"`
	Facet  string      `json:"facet"`
	Axis   string      `json:"axis"`
	Unit   string      `json:"unit"`
	Points []jsonScale `json:"points"`
	Fits   []jsonFit   `json:"fits"`
	Knee   jsonKnee    `json:"knee"`
	Cost   *float64    `json:"cost"`
	Best   jsonAdvice  `json:"advice"`
	Note   *string     `json:"note"`
}

type jsonScale struct {
	N          int         `json:"n"`
	Throughput *float64    `json:"throughput"`
	Lo         *float64    `json:"lo"`
	Hi         *float64    `json:"hi"`
	Speedup    *float64    `json:"speedup"`
	SpeedupIn  jsonPair    `json:"speedupInterval"`
	Efficiency *float64    `json:"efficiency"`
	EffIn      jsonPair    `json:"efficiencyInterval"`
	Serial     *float64    `json:"serialFraction"`
	CPUs       *float64    `json:"cpusBusy"`
	Step       *string     `json:"step"`
	Limits     []jsonLimit `json:"limits"`
}

type jsonLimit struct {
	Name     string   `json:"name"`
	Share    *float64 `json:"share"`
	Evidence *string  `json:"evidence"`
	Advice   *string  `json:"advice"`
}

type jsonFit struct {
	Model   string   `json:"model"`
	On      string   `json:"on"`
	Bounded bool     `json:"bounded"`
	Sigma   *float64 `json:"sigma"`
	Kappa   *float64 `json:"kappa"`
	Lambda  *float64 `json:"lambda"`
	SigmaIn jsonPair `json:"sigmaInterval"`
	KappaIn jsonPair `json:"kappaInterval"`
	SSE     *float64 `json:"sse"`
	AICc    *float64 `json:"aicc"`
	Status  string   `json:"status"`
	PeakN   *float64 `json:"peakN"`
	PeakX   *float64 `json:"peakX"`
	Best    *int     `json:"peakWhole"`
}

type jsonKnee struct {
	N         *float64 `json:"n"`
	Lo        *float64 `json:"lo"`
	Hi        *float64 `json:"hi"`
	Predicted *float64 `json:"predicted"`
	CPUPerOp  *float64 `json:"cpuSecondsPerOp"`
}

type jsonAdvice struct {
	Enough    *int `json:"enough"`
	Efficient *int `json:"efficient"`
	At        *int `json:"best"`
}

// WriteJSON writes the curves as one JSON object:
//
//	{"series": [{
//	  "name":   "Sort/goroutines=8",     the benchmark, without the axis
//	  "source": "bench.txt", "facet": "",
//	  "axis":   "gomaxprocs",
//	  "unit":   "sec/op",                that was measured; throughputs are its inverse, unless higher is better
//	  "points": [{
//	    "n": 4,
//	    "throughput": 5.1e4, "lo": 5.0e4, "hi": 5.2e4,              median and its 95% interval
//	    "speedup": 3.6, "speedupInterval": {"lo": 3.5, "hi": 3.7},  over the smallest n, within rounds
//	    "efficiency": 0.9, "efficiencyInterval": {…},               speed-up over ideal
//	    "serialFraction": 0.037,                                    Karp–Flatt
//	    "cpusBusy": 3.9, "step": "gain",                            or "plateau", "regress", "unclear"
//	    "limits": [{"name", "share", "evidence", "advice"}]         what holds it back, the greatest share first
//	  }],
//	  "fits": [{                         all that the points allow, the chosen one first
//	    "model": "usl",                  or "amdahl"
//	    "on": "lnx",                     what the residuals are of: ln X, or "x"
//	    "bounded": true,                 κ ≥ 0
//	    "sigma": 0.027, "kappa": 0.0008, "lambda": 995.6, "sse": 0.01, "aicc": -80.1,   kappa is null in Amdahl's law
//	    "sigmaInterval": {…}, "kappaInterval": {…},                 95%, Student's t
//	    "status": "retrograde",          or "linear", "Amdahl-like", "super-linear", "saturated", "does not scale", "unidentifiable", "not converged"
//	    "peakN": 35.6, "peakX": 12300.0, "peakWhole": 36            the peak, where one is claimed; the best whole number
//	  }],
//	  "knee": {"n": 512, "lo": 480, "hi": 530, "predicted": 700, "cpuSecondsPerOp": 2.8e-5},
//	  "cost": 2,                         the smallest n that surely beats the plain loop; 0: none; null: not known
//	  "advice": {"enough": 4, "efficient": 4, "best": 8},
//	  "note": null                       what so few different n cannot say
//	}]}
//
// Every field is always there; what is not known is null. Intervals need 6
// rounds, or samples. Fields may be added, never changed.
func (s *Scale) WriteJSON(w io.Writer) error {
	out := struct {
		Series []jsonCurve `json:"series"`
	}{[]jsonCurve{}}
	for i := range s.Curves {
		out.Series = append(out.Series, jsonCurveOf(&s.Curves[i]))
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(append(inert(text), '\n'))
	return err
}

func jsonCurveOf(c *scaling.Curve) jsonCurve {
	j := jsonCurve{
		Name: c.Line, Source: c.Source, Facet: c.Facet, Axis: c.Axis, Unit: c.Unit, Points: []jsonScale{}, Fits: []jsonFit{},
		Knee: jsonKnee{nonZero(c.Knee.N), full(c.Knee.Lo), full(c.Knee.Hi), full(c.Knee.Predicted), full(c.Knee.CPUPerOp)},
		Best: jsonAdvice{positive(c.Best.Enough), positive(c.Best.Efficient), positive(c.Best.At)},
		Note: nonEmpty(c.Fits.Note),
	}
	if c.Plain != nil && c.COST.Known {
		j.Cost = full(c.COST.N)
	}
	for i, r := range c.Rows {
		p := jsonScale{
			N: int(r.N), Throughput: full(r.Throughput.Mid), Lo: full(r.Throughput.Lo), Hi: full(r.Throughput.Hi),
			Speedup: full(r.Speedup.Mid), SpeedupIn: pair(r.Speedup), Efficiency: full(r.Efficiency.Mid), EffIn: pair(r.Efficiency),
			Serial: full(r.SerialFraction.Mid), CPUs: full(c.Busy[i].Mid), Step: nonEmpty(string(r.Step)), Limits: []jsonLimit{},
		}
		for _, l := range c.Limits[i] {
			p.Limits = append(p.Limits, jsonLimit{l.Name, full(l.Share), nonEmpty(l.Evidence), nonEmpty(l.Advice)})
		}
		j.Points = append(j.Points, p)
	}
	for _, f := range c.Fits.Curves {
		j.Fits = append(j.Fits, jsonFitOf(f))
	}
	return j
}

func jsonFitOf(f fit.Curve) jsonFit {
	j := jsonFit{Model: string(f.Model), On: string(f.On), Bounded: f.Bounded, Status: string(f.Status)}
	if !f.Solved {
		return j
	}
	j.Sigma, j.Lambda, j.SSE = full(f.Sigma.Value), full(f.Lambda.Value), full(f.SSE)
	j.SigmaIn = range95(f.Sigma)
	if f.Model == fit.USL {
		j.Kappa, j.KappaIn = full(f.Kappa.Value), range95(f.Kappa)
	}
	if f.AICcKnown {
		j.AICc = full(f.AICc)
	}
	if f.Peak != nil {
		j.PeakN, j.PeakX, j.Best = full(f.Peak.N), full(f.Peak.X), &f.Peak.Best
	}
	return j
}

func range95(p fit.Param) jsonPair {
	if !p.Known {
		return jsonPair{}
	}
	return jsonPair{full(p.Lo), full(p.Hi)}
}

func pair(i stats.Interval) jsonPair { return jsonPair{full(i.Lo), full(i.Hi)} }

// full returns v with all its digits, for programs that go on computing; nil
// where it is not known.
func full(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func nonZero(v float64) *float64 {
	if v == 0 {
		return nil
	}
	return full(v)
}

// scaleCSV names the columns after the fields of [Scale.WriteJSON].
var scaleCSV = []string{"source", "facet", "name", "axis", "unit", "n", "throughput", "lo", "hi", "speedup", "speedup.lo", "speedup.hi",
	"efficiency", "efficiency.lo", "efficiency.hi", "serialFraction", "cpusBusy", "step", "limit"}

// WriteCSV writes a line for each point of each curve, after one with the
// names of the columns. What is not known is empty.
func (s *Scale) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(scaleCSV) // Error tells of all writes
	for i := range s.Curves {
		j := jsonCurveOf(&s.Curves[i])
		for _, p := range j.Points {
			line := []string{cellText(j.Source), cellText(j.Facet), cellText(j.Name), cellText(j.Axis), cellText(j.Unit), strconv.Itoa(p.N)}
			for _, v := range []*float64{p.Throughput, p.Lo, p.Hi, p.Speedup, p.SpeedupIn.Lo, p.SpeedupIn.Hi,
				p.Efficiency, p.EffIn.Lo, p.EffIn.Hi, p.Serial, p.CPUs} {
				line = append(line, optional(v))
			}
			out.Write(append(line, optional(p.Step), cellText(p.Limits[0].Name)))
		}
	}
	out.Flush()
	return out.Error()
}
