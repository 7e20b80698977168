package page

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"conpar/report/scaling"
	"conpar/report/scaling/fit"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
	"conpar/results/lazy"
)

// Scale is how benchmarks scale.
type Scale struct {
	Data   *series.Data
	Curves []scaling.Curve
	// InFull are the most curves that are written in full on a terminal; more
	// have a line each.
	InFull int
	Floors []Floor
	Named  []Fault  // by profiles
	Faults []string // the same in words
	// Commands show what Faults are about.
	Commands []string
}

// Brief says that there are so many curves that a terminal shows a line each.
// Then nothing is needed of them that [scaling.Curve.Resample] adds.
func (s *Scale) Brief() bool { return len(s.Curves) > s.InFull }

// WriteTerminal writes a table for each curve, and below it what follows from
// it, at most 80 columns wide.
func (s *Scale) WriteTerminal(w io.Writer, color bool) error {
	out := bufio.NewWriter(w) // Flush tells of all writes
	t := Terminal{Color: color}
	for _, of := range s.sources() {
		for _, line := range t.head(*s.Data.Source(of[0].Source)) {
			fmt.Fprintln(out, line)
		}
		if s.Brief() {
			fmt.Fprintf(out, "\n%s\n", overviewTable(of, 0).String(columns))
			continue
		}
		for i := range of {
			c := &of[i]
			fmt.Fprintln(out)
			for _, line := range words.Wrap(scaleTitle(c), columns) {
				fmt.Fprintln(out, t.bold(line))
			}
			fmt.Fprintln(out, scaleTable(c).String(columns))
			list(out, scaleLines(c))
		}
	}
	for _, part := range floorSection(s.Floors) {
		fmt.Fprintf(out, "\n%s\n", t.bold(part.Title))
		wrapped(out, part.Says...)
		part.Table.Write(out, columns) // out keeps the error
		list(out, part.Notes)
	}
	if hints := s.hints(); len(hints) > 0 {
		fmt.Fprintln(out)
		list(out, hints)
	}
	for _, command := range s.Commands {
		fmt.Fprintln(out, "$ "+command)
	}
	return out.Flush()
}

func list(w io.Writer, lines []string) {
	for _, line := range lines {
		wrapped(w, "- "+line)
	}
}

// wrapped writes texts in lines that a terminal has room for.
func wrapped(w io.Writer, texts ...string) {
	for _, text := range texts {
		for _, line := range words.Wrap(text, columns) {
			fmt.Fprintln(w, line)
		}
	}
}

// sources returns the curves by source, in order.
func (s *Scale) sources() [][]scaling.Curve {
	return grouped(s.Curves, func(c scaling.Curve) string { return c.Source })
}

// hints says what would tell more, of all curves together.
func (s *Scale) hints() []string {
	unknownCPUs, noGauge, shared, blocked := false, true, false, false
	var single []*scaling.Curve
	for i := range s.Curves {
		c := &s.Curves[i]
		unknownCPUs = unknownCPUs || c.CPUs == 0 && len(c.Rows) > 1
		noGauge = noGauge && limitLine(c) == ""
		_, limit := c.Limit()
		// A run of ours has cells on one CPU already.
		blocked = blocked || holdsProcessor(limit) && c.CPUs != 1 && s.Data.Source(c.Source).Run == nil
		if len(c.Rows) == 1 {
			single = append(single, c)
		}
		shared = shared || (c.Noisy() || scattered(c)) && c.SideBySide
	}
	hints := append(slices.Clone(s.Faults), singleHints(single)...)
	if shared {
		hints = append(hints, "noise, or a loss, may be the machine's: "+
			"with -count, the samples of one number of CPUs are taken one after the other, "+
			"and any change of the machine looks like scaling; a loop around go test -count 1, on a quiet machine, "+
			"takes them in turns")
	}
	if unknownCPUs {
		hints = append(hints, "the input does not say how many CPUs the machine has: "+
			"give them with -cpus N, so that no law is fitted beyond them")
	}
	if blocked {
		hints = append(hints, "where calls block, the same program kept to one CPU (taskset -c 0) hands processors "+
			"over faster, which shows the cause")
	}
	if noGauge {
		hints = append(hints,
			"gauge.Start(b) in the benchmark, before its loop, tells what holds it back (conpar/bench/gauge)")
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

// overviewTable has a line for each curve. The first curves link to their
// sections.
func overviewTable(curves []scaling.Curve, shown int) table.Table {
	t := table.Table{Columns: []table.Column{
		{Head: "benchmark", Long: "Benchmark", Least: leastName}, {Head: "over", Hidden: table.HTML},
		{Head: "up to", Long: "Up to", Right: true}, {Head: "speed-up", Long: "Speed-up", Number: true},
		{Head: "status", Long: "How it scales"}, {Head: "enough", Long: "Enough", Number: true},
	}}
	t.Rows = func(yield func([]table.Cell) bool) {
		for i := range curves {
			c := &curves[i]
			last := c.End()
			name, speedup := table.Cell{Text: curveName(c)}, table.Figure(words.Times(last.Speedup), last.Speedup.Mid)
			if i < shown {
				name.Href = fmt.Sprint("#curve-", i+1)
			}
			if last.N == c.Rows[0].N {
				speedup.Text, speedup.Small = words.Unknown, ""
			}
			axis := words.Shorten(words.Sanitize(c.Axis), leastName)
			if !yield([]table.Cell{name, {Text: axis}, {Text: onAxis(last.N)}, speedup,
				{Text: character(c)}, {Text: enough(c), By: onAxis(c.Best.Enough)}}) {
				return
			}
		}
	}
	return t
}

// character says in a word how a curve scales.
func character(c *scaling.Curve) string {
	switch {
	case len(c.Rows) < 2:
		return "one value"
	case len(c.Fits.Laws) == 0 && c.Knee.N > 0 && !c.Noisy():
		return "knee at " + words.Number(c.Knee.N)
	}
	return cmp.Or(c.Status, words.Unknown)
}

// enough writes how much of the axis is worth using: "2", or "1–4".
func enough(c *scaling.Curve) string {
	switch {
	case len(c.Rows) < 2 || c.Void:
		return words.Unknown
	case c.Best.From < c.Best.Enough:
		return onAxis(c.Best.From) + "–" + onAxis(c.Best.Enough)
	}
	return onAxis(c.Best.Enough)
}

// onAxis writes a number of the axis: a whole one in full, others to four digits.
func onAxis(n float64) string {
	if n == math.Trunc(n) {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'g', 4, 64)
}

func curveName(c *scaling.Curve) string {
	if c.Facet != "" {
		return words.Sanitize(c.Line) + " [" + words.Sanitize(c.Facet) + "]"
	}
	return words.Sanitize(c.Line)
}

// scaleTitle names a curve: "Sort over gomaxprocs, from sec/op, 10 samples".
func scaleTitle(c *scaling.Curve) string { return curveName(c) + " " + measuredOver(c) }

// measuredOver says what a curve is of: "over gomaxprocs, from sec/op, 10 samples".
func measuredOver(c *scaling.Curve) string {
	rounds := 0
	for _, r := range c.Rows {
		rounds = max(rounds, r.Throughput.N)
	}
	unit, samples := words.Sanitize(c.Unit), words.Count(rounds, "sample")
	return fmt.Sprintf("over %s, from %s, %s", words.Sanitize(c.Axis), unit, samples)
}

// rateUnit is the unit of a curve's throughput.
func rateUnit(c *scaling.Curve) string {
	switch {
	case c.Higher:
		return words.Sanitize(c.Unit)
	case c.Unit == "sec/op":
		return "op/s"
	}
	return "1/(" + words.Sanitize(c.Unit) + ")"
}

// scaleTable has a line for each N. In the first, ratios are 1 by definition.
func scaleTable(c *scaling.Curve) table.Table {
	columns := []table.Column{
		{Head: words.Shorten(words.Sanitize(c.Axis), 2*leastName), Right: true}, {Head: rateUnit(c), Number: true},
		{Head: "speed-up", Number: true}, {Head: "efficiency", Spare: 3, Number: true},
		{Head: "serial", Spare: 2, Number: true}, {Head: "CPUs", Spare: 1, Number: true}, {Head: "step"},
	}
	var rows [][]table.Cell
	for i, r := range c.Rows {
		speedup, efficiency := table.Cell{Text: "1"}, table.Cell{Text: "1"}
		if i > 0 {
			speedup = table.Figure(words.Times(r.Speedup), r.Speedup.Mid)
			efficiency = table.Figure(words.Interval(r.Efficiency), r.Efficiency.Mid)
		}
		row := table.Texts(onAxis(r.N), words.InUnit(r.Throughput, rateUnit(c)), "", "",
			words.Number(r.SerialFraction.Mid), words.Number(c.Busy[i].Mid), cmp.Or(r.Step, words.Unknown))
		row[2], row[3] = speedup, efficiency
		rows = append(rows, row)
	}
	return table.Of(columns, rows...)
}

const allFits = "All fits, the chosen one first"

// fitTable lists the fits, the chosen one first.
func fitTable(c *scaling.Curve) table.Table {
	var rows [][]table.Cell
	for _, f := range c.Fits.Laws {
		bound := "none"
		switch {
		case f.Model == fit.Amdahl && !f.Bounded:
			continue // without κ it is the same law again
		case f.Model == fit.Amdahl:
			bound = words.Unknown
		case f.Bounded:
			bound = "κ ≥ 0"
		}
		sigma, kappa, lambda, sse := words.Unknown, words.Unknown, words.Unknown, words.Unknown
		if f.Solved {
			sigma, lambda, sse = words.Interval(f.Sigma).String(), words.Number(f.Lambda.Mid), words.Number(f.SSE)
			if f.Model == fit.USL {
				kappa = words.Interval(f.Kappa).String()
			}
		}
		rows = append(rows, table.Texts(lawName(f.Model), scaleName(f.On), bound,
			sigma, kappa, lambda, sse, words.Number(f.AICc), lackOfFit(f), cmp.Or(f.Doubt, "may hold")))
	}
	heads := table.Heads("law", "fitted to", "bound", "σ", "κ", "λ", "residuals²", "AICc", "lack of fit", "verdict")
	return table.Of(heads, rows...)
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

// lackOfFit writes the test of a law: "p 0.02, misses by 6.1%".
func lackOfFit(f fit.Law) string {
	if !f.Solved {
		return words.Unknown
	}
	text := "not tested"
	if f.Lack.Tested() {
		text = probability(f.Lack.P)
	}
	return text + ", misses by " + words.Percent(math.Abs(f.Lack.Miss))
}

// probability writes "p 0.02", or "p < 0.001".
func probability(p float64) string {
	if p < .001 {
		return "p < 0.001"
	}
	return "p " + words.Number(p)
}

// singleHints says what to do about curves of one point: once for all of them.
func singleHints(single []*scaling.Curve) []string {
	if len(single) == 0 {
		return nil
	}
	var hints []string
	groups := grouped(single, func(c *scaling.Curve) string {
		return strings.Join([]string{c.Source, c.Facet, numbers().ReplaceAllString(c.Line, "#")}, "\x00")
	})
	left := 0
	for _, of := range groups {
		if hint := numberHint(of); hint != "" {
			hints = append(hints, hint)
		} else {
			left += len(of)
		}
	}
	if left > 0 {
		axis := words.Sanitize(single[0].Axis)
		hints = append(hints, fmt.Sprintf("one value of %s says nothing about scaling: measure more (%s)",
			axis, words.Count(left, "benchmark")))
	}
	return hints
}

var numbers = lazy.Regexp(`\d+`)

// numberHint says how to take the number as the axis by which some names differ; ""
// where they differ in none, or in several.
func numberHint(of []*scaling.Curve) string {
	if len(of) < 2 {
		return ""
	}
	first := bare(of[0].Line)
	at := -1 // which number differs
	for _, c := range of[1:] {
		a, b := numbers().FindAllString(first, -1), numbers().FindAllString(bare(c.Line), -1)
		for i := range a {
			if a[i] != b[i] {
				if at >= 0 && at != i {
					return ""
				}
				at = i
			}
		}
	}
	if at < 0 {
		return ""
	}
	place := numbers().FindAllStringIndex(first, -1)[at]
	before, number := first[:place[0]], first[place[0]:place[1]]
	hint := fmt.Sprintf("%d names differ only in a number, %s … %s: ", len(of), first, bare(of[len(of)-1].Line))
	if key, found := strings.CutSuffix(before[strings.LastIndexAny(before, "/,")+1:], "="); found {
		return words.Sanitize(hint + "-x /" + key + " takes it as the axis")
	}
	if len(of) < 3 {
		return "" // SHA1 and SHA256
	}
	word := before[strings.LastIndexFunc(before, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	pattern := regexp.QuoteMeta(word) + `(\d+)`
	if re, err := regexp.Compile(pattern); err != nil || re.FindStringIndex(first)[1] != place[1] {
		pattern = "^" + regexp.QuoteMeta(before) + `(\d+)`
	}
	return words.Sanitize(fmt.Sprintf("%s-x '%s' takes it as the axis, and so does a key in the name: /%s=%s",
		hint, pattern, cmp.Or(strings.ToLower(word), "n"), number))
}

// bare returns a name without its package.
func bare(line string) string { return strings.TrimPrefix(line[strings.LastIndex(line, ": ")+1:], " ") }
