package page

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"golang.org/x/perf/benchunit"

	"conpar/report/chart"
	"conpar/report/limiter"
	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// Scale is how benchmarks scale.
type Scale struct {
	Data   *series.Data
	Curves []scaling.Curve
	// InFull are the most curves that are written in full on a terminal; more
	// have a line each.
	InFull int
}

// Brief says that there are so many curves that a terminal shows a line each.
// Then nothing is needed of them that [scaling.Curve.Resample] adds.
func (s *Scale) Brief() bool { return len(s.Curves) > s.InFull }

// WriteTerminal writes a table for each curve, and below it what follows from
// it, at most 80 columns wide.
func (s *Scale) WriteTerminal(w io.Writer, color bool) error {
	out := &errWriter{w: w}
	t := Terminal{Color: color}
	for _, of := range s.sources() {
		for _, line := range t.head(*s.Data.Source(of[0].Source)) {
			fmt.Fprintln(out, line)
		}
		if s.Brief() {
			fmt.Fprintf(out, "\n%s\n", t.overview(of))
			continue
		}
		for i := range of {
			c := &of[i]
			fmt.Fprintln(out)
			for _, line := range wrap(scaleTitle(c), columns) {
				fmt.Fprintln(out, t.bold(line))
			}
			fmt.Fprintln(out, t.curveTable(c))
			t.list(out, scaleLines(c))
		}
	}
	if hints := s.hints(); len(hints) > 0 {
		fmt.Fprintln(out)
		t.list(out, hints)
	}
	return out.err
}

func (t Terminal) list(w io.Writer, lines []string) {
	for _, line := range lines {
		for _, part := range wrap("- "+line, columns) {
			fmt.Fprintln(w, part)
		}
	}
}

// sources returns the curves by source, in order.
func (s *Scale) sources() [][]scaling.Curve {
	var out [][]scaling.Curve
	for i := range s.Curves {
		if i == 0 || s.Curves[i].Source != s.Curves[i-1].Source {
			out = append(out, nil)
		}
		last := &out[len(out)-1]
		*last = append(*last, s.Curves[i])
	}
	return out
}

// Markdown writes the same as a page. A chart that figures has for a curve
// stands below its table; nil are none.
func (s *Scale) Markdown(figures map[*scaling.Curve]*chart.Figure) string {
	var b strings.Builder
	var drawn []*chart.Figure
	source := ""
	for i := range s.Curves {
		c := &s.Curves[i]
		if c.Source != source {
			source = c.Source
			at := s.Data.Source(source)
			fmt.Fprintf(&b, "# How it scales: %s\n\n", markdown.Replace(strings.TrimSpace(plain(at.Label))))
			if m := machine(*at); m != "" {
				fmt.Fprintf(&b, "%s\n\n", markdown.Replace(m))
			}
		}
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", markdown.Replace(strings.TrimSpace(scaleTitle(c))), scaleTable(c, 0).RenderMarkdown())
		for _, line := range scaleLines(c) {
			b.WriteString(item(line))
		}
		b.WriteString("\n")
		if f := figures[c]; f != nil {
			drawn = append(drawn, f)
			b.WriteString(picture(f.Text()))
		}
		if len(c.Fits.Laws) > 0 {
			fmt.Fprintf(&b, "<details><summary>All fits, the chosen one first</summary>\n\n%s\n\n</details>\n\n", fitTable(c).RenderMarkdown())
		}
	}
	for _, hint := range s.hints() {
		b.WriteString(item(hint))
	}
	if len(drawn) > 0 {
		fmt.Fprintf(&b, "\nThe charts as SVG, with a tooltip for every point: %s.\n", svgLinks(drawn))
	}
	return b.String()
}

// hints says what would tell more, of all curves together.
func (s *Scale) hints() []string {
	unknownCPUs, noGauge, shared := false, true, false
	for i := range s.Curves {
		c := &s.Curves[i]
		unknownCPUs = unknownCPUs || c.CPUs == 0 && len(c.Rows) > 1
		noGauge = noGauge && limitLine(c) == ""
		shared = shared || (c.Noisy() || scattered(c)) && s.Data.Source(c.Source).Run == nil
	}
	var hints []string
	if shared {
		hints = append(hints, "noise, or a loss, may be the machine's: with -count, the samples of a number of CPUs stand side by side in time, and whatever changes meanwhile looks like scaling; "+
			"a loop around go test -count 1, on a quiet machine, takes them in turns")
	}
	if unknownCPUs {
		hints = append(hints, "how many CPUs the machine has does not stand in the input: -cpus N says so, and laws are not fitted beyond them")
	}
	if noGauge {
		hints = append(hints, "gauge.Start(b) in the benchmark, before its loop, tells what holds it back (conpar/bench/gauge)")
	}
	return hints
}

// scattered says that the interval of a throughput is wide.
func scattered(c *scaling.Curve) bool {
	const wide = .2
	return slices.ContainsFunc(c.Rows, func(r scaling.Row) bool {
		t := r.Throughput
		return max(t.Hi-t.Mid, t.Mid-t.Lo) > wide*t.Mid
	})
}

// overview has a line for each curve.
func (t Terminal) overview(curves []scaling.Curve) string {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{"benchmark", "over", "up to", "speed-up", "status", "enough"})
	names := 0
	for i := range curves {
		names = max(names, text.StringWidth(curveName(&curves[i])))
	}
	for {
		tw.ResetRows()
		for i := range curves {
			c := &curves[i]
			last := c.Rows[c.Last()]
			speedup := times(last.Speedup)
			if c.Last() == 0 {
				speedup = unknown
			}
			tw.AppendRow(table.Row{shorten(curveName(c), names), shorten(plain(c.Axis), leastName), int(last.N), speedup, character(c), enough(c)})
		}
		out := t.table(tw).Render()
		over := widest(out) - columns
		if over <= 0 || names <= leastName {
			return out
		}
		names = max(names-over, leastName)
	}
}

// character says in a word how a curve scales.
func character(c *scaling.Curve) string {
	switch {
	case len(c.Rows) < 2:
		return "one value"
	case c.Noisy():
		return "noisy"
	case len(c.Fits.Laws) > 0:
		return string(c.Fits.Laws[0].Status)
	case c.Knee.N > 0:
		return "knee at " + number(c.Knee.N)
	}
	return cmp.Or(c.Rows[c.Last()].Step, unknown)
}

// enough writes how much of the axis is worth using: "2", or "1–4".
func enough(c *scaling.Curve) string {
	switch {
	case len(c.Rows) < 2:
		return unknown
	case c.Best.From < c.Best.Enough:
		return fmt.Sprintf("%d–%d", c.Best.From, c.Best.Enough)
	}
	return strconv.Itoa(c.Best.Enough)
}

func curveName(c *scaling.Curve) string {
	if c.Facet != "" {
		return plain(c.Line) + " [" + plain(c.Facet) + "]"
	}
	return plain(c.Line)
}

// scaleTitle names a curve: "Sort over gomaxprocs, from sec/op, 10 samples".
func scaleTitle(c *scaling.Curve) string {
	return fmt.Sprintf("%s over %s, from %s, %s", curveName(c), plain(c.Axis), plain(c.Unit), samplesOf(c))
}

func samplesOf(c *scaling.Curve) string {
	rounds := 0
	for _, r := range c.Rows {
		rounds = max(rounds, r.Throughput.N)
	}
	return plural(rounds, "sample")
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

// scaleColumns are those of the table of a curve.
var scaleColumns = []struct {
	head  func(*scaling.Curve) string
	spare int // left out from this lack of room on; 0: never
	value func(c *scaling.Curve, row int) any
}{
	{func(c *scaling.Curve) string { return shorten(plain(c.Axis), 2*leastName) }, 0,
		func(c *scaling.Curve, row int) any { return int(c.Rows[row].N) }},
	{rateUnit, 0, func(c *scaling.Curve, row int) any { return rate(c, c.Rows[row].Throughput) }},
	{called("speed-up"), 0, func(c *scaling.Curve, row int) any { return ofFirst(row, times(c.Rows[row].Speedup)) }},
	{called("efficiency"), 3, func(c *scaling.Curve, row int) any { return ofFirst(row, withInterval(c.Rows[row].Efficiency)) }},
	{called("serial"), 2, func(c *scaling.Curve, row int) any { return number(c.Rows[row].SerialFraction.Mid) }},
	{called("CPUs"), 1, func(c *scaling.Curve, row int) any { return number(c.Busy[row].Mid) }},
	{called("step"), 0, func(c *scaling.Curve, row int) any { return cmp.Or(c.Rows[row].Step, unknown) }},
}

func called(head string) func(*scaling.Curve) string {
	return func(*scaling.Curve) string { return head }
}

const mostSpare = 3

// ofFirst writes a ratio to the first row, which in that row is 1 by definition.
func ofFirst(row int, ratio string) string {
	if row == 0 {
		return "1"
	}
	return ratio
}

// scaleTable has a line for each N. A lack of room leaves columns out: first
// that of CPUs, then more.
func scaleTable(c *scaling.Curve, lack int) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(scaleRow(lack, func(i int) any { return scaleColumns[i].head(c) }))
	for row := range c.Rows {
		tw.AppendRow(scaleRow(lack, func(i int) any { return scaleColumns[i].value(c, row) }))
	}
	return tw
}

func scaleRow(lack int, value func(column int) any) table.Row {
	var row table.Row
	for i, col := range scaleColumns {
		if col.spare == 0 || lack < col.spare {
			row = append(row, value(i))
		}
	}
	return row
}

// curveTable renders the table of a curve, with as many columns as have room.
func (t Terminal) curveTable(c *scaling.Curve) string {
	for lack := 0; ; lack++ {
		out := t.table(scaleTable(c, lack)).Render()
		if widest(out) <= columns || lack == mostSpare {
			return out
		}
	}
}

// fitHead names the columns of the fits.
var fitHead = []string{"law", "fitted to", "bound", "σ", "κ", "λ", "residuals²", "AICc", "status"}

// fitRows lists the fits, the chosen one first.
func fitRows(c *scaling.Curve) [][]string {
	var rows [][]string
	for _, f := range c.Fits.Laws {
		row := []string{lawName(f.Model), scaleName(f.On), "none"}
		switch {
		case f.Model == fit.Amdahl && !f.Bounded:
			continue // without κ it is the same curve again
		case f.Model == fit.Amdahl:
			row[2] = unknown
		case f.Bounded:
			row[2] = "κ ≥ 0"
		}
		if !f.Solved {
			rows = append(rows, append(row, unknown, unknown, unknown, unknown, unknown, string(f.Status)))
			continue
		}
		kappa := unknown
		if f.Model == fit.USL {
			kappa = withInterval(f.Kappa)
		}
		rows = append(rows, append(row, withInterval(f.Sigma), kappa, number(f.Lambda.Mid), number(f.SSE), number(f.AICc), string(f.Status)))
	}
	return rows
}

func fitTable(c *scaling.Curve) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(rowOf(fitHead))
	for _, row := range fitRows(c) {
		tw.AppendRow(rowOf(row))
	}
	return tw
}

func rowOf(texts []string) table.Row {
	var row table.Row
	for _, text := range texts {
		row = append(row, text)
	}
	return row
}

func lawName(m fit.Model) string {
	if m == fit.USL {
		return "USL"
	}
	return "Amdahl's law"
}

func scaleName(s fit.Scale) string {
	if s == fit.X {
		return "X"
	}
	return "ln X"
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

// scaleLines says what follows from a curve, a sentence a line.
func scaleLines(c *scaling.Curve) []string {
	var lines []string
	add := func(text string) {
		if text != "" {
			lines = append(lines, plain(text))
		}
	}
	last := c.Rows[c.Last()]
	if c.Noisy() {
		add(fmt.Sprintf("noisy: at %d the speed-up is anything from %s× to %s×, and a law that fits may be chance", int(last.N), number(last.Speedup.Lo), number(last.Speedup.Hi)))
	}
	add(law(c))
	add(kneeLine(c))
	add(costLine(c))
	if text := limitLine(c); text != "" && len(c.Rows) > 1 {
		add(text)
	} else if len(c.Rows) > 1 && c.Axis == "gomaxprocs" && !c.Gained() && !(last.Speedup.Hi < 1) {
		add("no gain from more CPUs was seen; only a benchmark that starts goroutines (b.RunParallel, or its own) can have one")
	}
	add(worth(c))
	if len(c.Lacking) > 0 {
		add(fmt.Sprintf("left out, without a value of %s above zero: %s %s", c.Unit, c.Axis, someOf(c.Lacking)))
	}
	if c.Disturbed > 0 {
		used := "all of them used"
		if c.SetAside {
			used = "set aside"
		}
		add(fmt.Sprintf("%s disturbed by others (over %.0f%% of the machine), %s", plural(c.Disturbed, "sample"), 100*results.DisturbedAbove, used))
	}
	return lines
}

// someOf writes the first of some numbers.
func someOf(ns []int) string {
	var names []string
	for _, n := range ns {
		names = append(names, strconv.Itoa(n))
	}
	return listed(names, 12)
}

// meanings says in words what a status means.
var meanings = map[fit.Status]string{
	fit.Linear:         "in proportion, within 5%",
	fit.AmdahlLike:     "each one more brings less",
	fit.Saturated:      "it has met a limit",
	fit.Retrograde:     "from some point on, more make it slower",
	fit.SuperLinear:    "more than in proportion, which is rarely the code: look for drift, or a cache that now fits",
	fit.DoesNotScale:   "more bring nothing",
	fit.Unidentifiable: "the samples leave open which",
	fit.NotConverged:   "no law follows these samples",
}

// meaning says what a status means for a curve: what was measured goes first.
func meaning(c *scaling.Curve, s fit.Status) string {
	switch last := c.Rows[c.Last()]; {
	case s == fit.DoesNotScale && last.Speedup.Hi < 1:
		return fmt.Sprintf("more make it slower, %s at %d", times(last.Speedup), int(last.N))
	case s == fit.Retrograde && !c.Fell() && last.Speedup.Known():
		return "the law has a peak, though no measured step surely went down"
	}
	return meanings[s]
}

// limitLine says what holds a curve back, and what to do about it.
func limitLine(c *scaling.Curve) string {
	n, l := c.Limit()
	switch l.Name {
	case limiter.NotKnown:
		return ""
	case limiter.NoneFound:
		return fmt.Sprintf("nothing found that holds it back at %d: %s", n, l.Evidence)
	}
	text := fmt.Sprintf("held back at %d: %s: %s", n, l.Name, l.Evidence)
	if l.Advice != "" {
		text += ". Advice: " + l.Advice
	}
	return text
}

// law describes the chosen fit.
func law(c *scaling.Curve) string {
	left := ""
	if beyond := leftOut(c); len(beyond) > 0 {
		left = fmt.Sprintf("; beyond the CPUs, and so not fitted: %s", someOf(beyond))
	}
	switch {
	case len(c.Fits.Laws) == 0 && len(c.Rows) < 2:
		return ""
	case len(c.Fits.Laws) == 0 && c.Axis != "gomaxprocs" && left != "":
		return "no law fitted: past the CPUs a sweep follows none of them, it has a knee"
	case len(c.Fits.Laws) == 0:
		return "no law fitted: " + c.Fits.Note + left
	}
	chosen := c.Fits.Laws[0]
	text := string(chosen.Status)
	if !c.Noisy() { // else it may mean nothing
		text += ": " + meaning(c, chosen.Status)
	}
	text += fmt.Sprintf(" (%s, fitted to %s", lawName(chosen.Model), scaleName(chosen.On))
	if chosen.Solved {
		over := fit.Spread{Sigma: stats.MedianInterval(nil), Kappa: stats.MedianInterval(nil)}
		if c.Spread != nil {
			over = *c.Spread
		}
		text += "; contention σ " + param(chosen.Sigma, over.Sigma)
		if chosen.Model == fit.USL {
			text += ", coherence κ " + param(chosen.Kappa, over.Kappa)
		}
	}
	text += ")"
	if p := chosen.Peak; p != nil {
		text += fmt.Sprintf("; its peak is %s at %d (%s–%s)", benchunit.Scale(p.X, benchunit.ClassOf(rateUnit(c))), p.Best, number(p.N.Lo), number(p.N.Hi))
	}
	if c.Fits.Note != "" {
		text += "; " + c.Fits.Note
	}
	return text + left
}

// leftOut returns the N that no law was fitted to.
func leftOut(c *scaling.Curve) []int {
	var ns []int
	for _, l := range c.Fits.LeftOut {
		ns = append(ns, int(l.N))
	}
	slices.Sort(ns)
	return slices.Compact(ns)
}

// param writes a parameter with its interval over rounds, or else that of the
// fit.
func param(p, over stats.Interval) string {
	if over.Known() {
		return fmt.Sprintf("%s (%s–%s over rounds)", number(p.Mid), number(over.Lo), number(over.Hi))
	}
	return withInterval(p)
}

func kneeLine(c *scaling.Curve) string {
	k := c.Knee
	var text string
	if k.N > 0 {
		text = "knee at " + number(k.N)
		if !math.IsNaN(k.Lo) {
			text += fmt.Sprintf(" (%s–%s)", number(k.Lo), number(k.Hi))
		}
		text += ": there growth in proportion would reach the best throughput"
	}
	if math.IsNaN(k.Predicted) || len(c.Rows) < 2 {
		return text
	}
	predicted := fmt.Sprintf("a task costs %s of CPU time, so the CPUs should be busy from %s on", benchunit.Scale(k.CPUPerOp, benchunit.Decimal)+"s", number(k.Predicted))
	switch {
	case text != "":
		return text + "; " + predicted
	case k.Predicted > float64(c.N[len(c.N)-1]):
		return "no knee so far; " + predicted
	}
	return predicted
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
	axis := plain(c.Axis)
	if len(c.Rows) < 2 {
		return "one value of " + axis + " says nothing about scaling: measure more"
	}
	var text string
	switch {
	case c.Best.From < c.Best.Enough:
		text = fmt.Sprintf("enough: %s from %d to %d, which of them is within the noise", axis, c.Best.From, c.Best.Enough)
	case c.Best.Enough == int(c.Rows[c.Last()].N) && c.Knee.N > 0:
		text = fmt.Sprintf("enough: %s %s or some more, which is the knee", axis, number(c.Knee.N))
	case c.Best.Enough == int(c.Rows[c.Last()].N):
		text = fmt.Sprintf("enough: %s %d, and more may bring more: it is the most that was measured", axis, c.Best.Enough)
		if c.CPUs > 0 && c.Axis == "gomaxprocs" {
			text = fmt.Sprintf("enough: %s %d, all that there are", axis, c.Best.Enough)
		}
	default:
		text = fmt.Sprintf("enough: %s %d; the best, at %d, is within 5%%", axis, c.Best.Enough, c.Best.At)
		if c.Best.At == c.Best.Enough {
			text = fmt.Sprintf("enough: %s %d, the best", axis, c.Best.Enough)
		}
	}
	if last := c.Rows[c.Last()]; c.Axis == "gomaxprocs" && c.Gained() && last.Speedup.Known() {
		switch {
		case c.Best.Efficient == int(last.N):
			text += "; each CPU does at least 70% of what one does alone"
		case c.Best.Efficient > int(c.Rows[0].N):
			text += fmt.Sprintf("; up to %d, each CPU does at least 70%% of what one does alone", c.Best.Efficient)
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
	From      *int `json:"enoughFrom"`
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
//	  "advice": {"enoughFrom": 3, "enough": 4, "efficient": 4, "best": 8},   the fewest that may be, and that surely are, within 5% of the best
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
	return writeJSON(w, out)
}

func jsonCurveOf(c *scaling.Curve) jsonCurve {
	j := jsonCurve{
		Name: c.Line, Source: c.Source, Facet: c.Facet, Axis: c.Axis, Unit: c.Unit, Points: []jsonScale{}, Fits: []jsonFit{},
		Knee: jsonKnee{nonZero(c.Knee.N), full(c.Knee.Lo), full(c.Knee.Hi), full(c.Knee.Predicted), full(c.Knee.CPUPerOp)},
		Best: jsonAdvice{positive(c.Best.From), positive(c.Best.Enough), positive(c.Best.Efficient), positive(c.Best.At)},
		Note: nonEmpty(c.Fits.Note),
	}
	if c.Plain != nil && c.COST.Known {
		j.Cost = full(c.COST.N)
	}
	for i, r := range c.Rows {
		p := jsonScale{
			N: int(r.N), Throughput: full(r.Throughput.Mid), Lo: full(r.Throughput.Lo), Hi: full(r.Throughput.Hi),
			Speedup: full(r.Speedup.Mid), SpeedupIn: pair(r.Speedup), Efficiency: full(r.Efficiency.Mid), EffIn: pair(r.Efficiency),
			Serial: full(r.SerialFraction.Mid), CPUs: full(c.Busy[i].Mid), Step: nonEmpty(r.Step), Limits: []jsonLimit{},
		}
		for _, l := range c.Limits[i] {
			p.Limits = append(p.Limits, jsonLimit{l.Name, full(l.Share), nonEmpty(l.Evidence), nonEmpty(l.Advice)})
		}
		j.Points = append(j.Points, p)
	}
	for _, f := range c.Fits.Laws {
		j.Fits = append(j.Fits, jsonFitOf(f))
	}
	return j
}

func jsonFitOf(f fit.Law) jsonFit {
	j := jsonFit{Model: string(f.Model), On: string(f.On), Bounded: f.Bounded, Status: string(f.Status)}
	if !f.Solved {
		return j
	}
	j.Sigma, j.Lambda, j.SSE, j.AICc = full(f.Sigma.Mid), full(f.Lambda.Mid), full(f.SSE), full(f.AICc)
	j.SigmaIn = pair(f.Sigma)
	if f.Model == fit.USL {
		j.Kappa, j.KappaIn = full(f.Kappa.Mid), pair(f.Kappa)
	}
	if f.Peak != nil {
		j.PeakN, j.PeakX, j.Best = full(f.Peak.N.Mid), full(f.Peak.X), &f.Peak.Best
	}
	return j
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
