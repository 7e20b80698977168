package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/compare"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
)

// sections returns the parts in their order; path shows where a source is.
func (c *SideBySide) sections(path func(string) string) []sheetSection {
	all := append([]sheetSection{c.factSection()}, floorSection(c.Floors)...)
	if len(c.Verdicts) > 0 {
		all = append(all, c.verdictSection())
	}
	all = append(all, c.practiceSections()...)
	if c.JudgesSpeedups() {
		all = append(all, c.changeSection(path))
	} else if len(c.Scaled) > 0 {
		all = append(all, c.scaledSection("Speed-up with a higher GOMAXPROCS", c.Scaled, path))
	}
	if len(c.Shares) > 0 {
		all = append(all, c.scaledSection("Speed-up with the same fraction of the CPUs", c.Shares, path))
	}
	for _, oneCPU := range []bool{true, false} {
		if s := c.gainSection(oneCPU, path); s.Table != nil {
			all = append(all, s)
		}
	}
	if len(c.Lacking) > 0 {
		all = append(all, sheetSection{Title: "Cells that not all sides have", Table: c.lackingTable()})
	}
	for _, t := range c.Tables {
		for side := 1; side < len(c.Sides) && (len(t.Rows) > 0 || !c.Paired); side++ {
			all = append(all, c.ratioSection(t, side, path))
		}
	}
	return asParts(all)
}

// leastShared is how many columns of a terminal are left to a text beside the
// figures of all sides.
const leastShared = 8

// headed returns a table whose columns have these heads. A narrow terminal
// shortens the texts of the named ones.
func headed(heads []string, names ...int) *table.Table {
	t := &table.Table{Columns: table.Heads(heads...)}
	for _, i := range names {
		t.Columns[i].Least = leastShared
	}
	return t
}

// names are what the sides are called.
func (c *SideBySide) names() []string {
	var names []string
	for i := range c.Sides {
		names = append(names, c.name(i))
	}
	return names
}

func (c *SideBySide) factSection() sheetSection {
	s := sheetSection{Title: "What differs besides the figures", Notes: c.doubts(), Commands: c.Commands}
	var rows [][]table.Cell
	for _, f := range c.Facts {
		if !f.Differ {
			continue
		}
		row := table.Texts(f.What)
		for _, v := range f.Values {
			row = append(row, table.Cell{Text: cmp.Or(words.Sanitize(string(v)), words.Unknown)})
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		s.Says = []string{"Nothing that is known."}
		return s
	}
	s.Table = headed(append([]string{""}, c.names()...))
	for i := range c.Sides {
		s.Table.Columns[i+1].Least = leastShared
	}
	s.Table.Rows = slices.Values(rows)
	return s
}

func (c *SideBySide) verdictSection() sheetSection {
	n := map[compare.Agreement]int{}
	var rows [][]table.Cell
	for _, v := range c.Verdicts {
		n[v.Agreement]++
		row := table.Texts(v.Claim.ID+" "+v.Claim.Subject, v.Claim.Quantity)
		for _, of := range v.Of {
			row = append(row, sideVerdict(of))
		}
		if v.Agreement != compare.Agree {
			row = append(row, table.Cell{Text: string(v.Agreement)})
		}
		rows = append(rows, row)
	}
	t := headed(slices.Concat([]string{"claim", "quantity"}, c.names(), []string{""}), 0, 1)
	t.Rows = slices.Values(rows)
	says := fmt.Sprintf("%s: the sides disagree on %d (one supports it, another refutes it), "+
		"%d are decided on some sides only, and %d are the same on all. %s.", words.Count(len(c.Verdicts), "claim"),
		n[compare.Disagree], n[compare.Differ], n[compare.Agree], strings.ReplaceAll(marks, "  ", ", "))
	return sheetSection{Title: "Verdicts", Table: t, Says: []string{says}}
}

// sideVerdict is a verdict in short: "✓ 63.7×".
func sideVerdict(v *claims.Verdict) table.Cell {
	switch {
	case v == nil:
		return table.Cell{Text: words.Unknown}
	case math.IsNaN(v.Measured.Mid):
		return table.Cell{Text: mark(*v)}
	}
	return table.Cell{Mark: mark(*v), Text: measuredFigure(*v, v.Measured).Mid}
}

// once is a name in the first of the lines that belong to it only.
func once(line int, name string) table.Cell {
	if line > 0 {
		return table.Cell{}
	}
	return table.Cell{Text: short(name)}
}

func (c *SideBySide) scaledSection(title string, rows []compare.Scaled, path func(string) string) sheetSection {
	var lines [][]table.Cell
	for _, r := range rows {
		line := 0
		for i, of := range r.Of {
			if of == nil {
				continue
			}
			ratio := table.Cell{}
			if r.Ratios[i] != nil {
				ratio = table.Figure(words.Interval(*r.Ratios[i]), r.Ratios[i].Mid)
			}
			at := cell(&series.Measurement{Key: series.Key{Goroutines: of.G, Procs: of.P}})
			lines = append(lines, []table.Cell{
				once(line, c.short(r.Name)), {Text: at}, {Text: words.Number(of.CPUs)}, {Text: c.name(i)},
				table.Figure(words.Times(of.Speedup), of.Speedup.Mid), {Text: words.Number(of.Efficiency.Mid)}, ratio,
			})
			line++
		}
	}
	t := headed([]string{"work", "", "P/CPUs", "side", "speed-up", "efficiency", "ratio"}, 0)
	t.Rows = slices.Values(lines)
	if !c.unequalCPUs() {
		t.Columns[2].Hidden = table.Terminal | table.Markdown | table.HTML
	}
	says := fmt.Sprintf("Time at GOMAXPROCS 1 over that at P, by rounds, and efficiency, which is that over P. "+
		"The ratio is of a side's efficiency to that of %s, the two unpaired.", c.name(0))
	if slices.ContainsFunc(c.Sides, func(s *series.Source) bool { return s.Run == nil }) {
		says += " No change is judged: a file does not say which samples belong to a round, as runs of bench test do."
	}
	commands := c.over("/gomaxprocs", c.procs(), path)
	return sheetSection{Title: title, Table: t, Commands: commands, Says: []string{says}}
}

// unequalCPUs says whether sides are known to have different numbers of CPUs.
func (c *SideBySide) unequalCPUs() bool {
	return slices.ContainsFunc(c.Facts, func(f compare.Fact) bool { return f.What == "CPUs" && f.Differ })
}

// procs returns the GOMAXPROCS of the rows of speed-ups, and 1.
func (c *SideBySide) procs() []int {
	ps := []int{1}
	for _, r := range c.Scaled {
		ps = append(ps, r.P)
	}
	slices.Sort(ps)
	return slices.Compact(ps)
}

// gainSection has the gains with the names that they have on one CPU, or with the
// others.
func (c *SideBySide) gainSection(oneCPU bool, path func(string) string) (s sheetSection) {
	gs := []int{1}
	var lines [][]table.Cell
	for _, r := range c.Gains {
		line := 0
		for i, g := range r.Of {
			if g == nil || g.OneCPU != oneCPU {
				continue
			}
			if g.G > 0 {
				gs = append(gs, g.G)
			}
			lines = append(lines, c.gainLine(once(line, r.Name), i, *g))
			line++
		}
	}
	if len(lines) == 0 {
		return s
	}
	slices.Sort(gs)
	heads := []string{"work", "side", "G"}
	for _, step := range (scaling.Gain{OneCPU: oneCPU}).Steps() {
		heads = append(heads, step.Name)
	}
	title, from := "Gains of goroutines and of GOMAXPROCS", "gains from"
	if oneCPU {
		title, from = "Gains", "gains\nfrom" // no room for it in one line
	}
	t := headed(append(heads, from), 0, len(heads))
	t.Rows = slices.Values(lines)
	return sheetSection{
		Title: title, Says: []string{gainsSays[oneCPU], "Each side is compared with itself."},
		Table: t, Commands: c.over("/goroutines", slices.Compact(gs), path),
	}
}

// gainLine has the same figures as a line of the gains table.
func (c *SideBySide) gainLine(work table.Cell, side int, g scaling.Gain) []table.Cell {
	row := gainsRow(g)
	from := row[len(row)-1]
	if g.Why != "" {
		from = table.Cell{Text: words.Sanitize(g.Why)}
	}
	line := []table.Cell{work, {Text: c.name(side)}, row[1]}
	return append(append(line, row[firstGain:firstGain+len(g.Steps())]...), from)
}

// lack is cells that differ in their numbers of goroutines only, which the same
// sides lack.
type lack struct {
	name, unit, has, other string
	procs, cpus            int
}

func (c *SideBySide) lackingTable() *table.Table {
	var order []lack
	goroutines := map[lack][]string{}
	without := false
	for _, l := range c.Lacking {
		var has, other []string
		for i := range c.Sides {
			switch {
			case l.Has[i]:
				has = append(has, c.name(i))
			case l.Other[i]:
				other = append(other, c.name(i))
			}
		}
		without = without || len(other) > 0
		key := lack{l.Name, l.Unit, strings.Join(has, ", "), strings.Join(other, ", "), l.Procs, l.CPUs}
		if _, known := goroutines[key]; !known {
			order, goroutines[key] = append(order, key), nil
		}
		if l.Goroutines >= 0 {
			goroutines[key] = append(goroutines[key], fmt.Sprint(l.Goroutines))
		}
	}
	t := headed([]string{"work", "", "unit", "on", "on, but without it"}, 0, 2, 3, 4)
	t.Most, t.Rest = maxCells, compareCSVFile
	if !without {
		t.Columns = t.Columns[:4]
	}
	t.Rows = func(yield func([]table.Cell) bool) {
		for _, l := range order {
			cells := fmt.Sprintf("P=%d", l.procs)
			if gs := goroutines[l]; len(gs) > 0 {
				cells = fmt.Sprintf("G=%s %s", strings.Join(gs, ","), cells)
			}
			if l.cpus > 0 {
				cells += fmt.Sprintf(" C=%d", l.cpus)
			}
			if !yield(table.Texts(short(l.name), cells, words.Sanitize(l.unit), l.has, l.other)) {
				return
			}
		}
	}
	return t
}

// ratioSection is one side against the first.
func (c *SideBySide) ratioSection(t compare.Table, side int, path func(string) string) sheetSection {
	s := sheetSection{
		Title: fmt.Sprintf("%s: %s over %s", words.Sanitize(t.Unit), c.name(side), c.name(0)),
		Says:  c.tally(t, side), Commands: c.against(t.Unit, side, path),
		draw: func(number int) (*chart.Figure, error) { return c.ratioChart(t, side, number) }, how: c.howRatios(),
	}
	if c.Machines {
		s.Title += " (hardware, not code)"
	}
	if len(t.Count(side)) == 0 {
		return s
	}
	n := t.Count(side)
	heads := []string{"work", "", c.name(0), c.name(side), "ratio", "p", "n", ""}
	fold := n[compare.Undecided] > fewUndecided
	if !fold || n[compare.Undecided] < cellsIn(n) {
		s.Table = c.ratioTable(t, side, heads, func(j compare.Judgement) int {
			switch j {
			case compare.Undecided:
				return map[bool]int{true: 0, false: 3}[fold]
			case compare.Same, compare.None:
				return 2
			}
			return 1 // first
		}, 3)
	}
	if n[compare.Undecided] == 0 {
		return s
	}
	count, says := words.Count(n[compare.Undecided], "undecided cell"), c.undecidedSays(t, side, n[compare.Undecided])
	legend := ""
	if says != "" && !c.Paired {
		legend = " → n: about so many samples a side would decide what was measured."
	}
	if !fold {
		if says != "" {
			s.Says = append(s.Says, count+"."+says+legend)
		}
		return s
	}
	s.Brief = count + " not shown; -v shows them." + says
	if c.Paired {
		heads = append(heads, "±"+words.Exact(100*c.margin())+"%\nneeds")
	}
	s.Folded = c.ratioTable(t, side, heads, func(j compare.Judgement) int {
		if j == compare.Undecided {
			return 1
		}
		return 0
	}, 1)
	s.Folded.Caption = count + "." + says + legend
	return s
}

// fewUndecided is how many undecided lines stand below the others; more are folded.
const fewUndecided = 5

// ratioTable has the rows of one side: those with the place 1, then those up to last; 0
// leaves them out.
func (c *SideBySide) ratioTable(t compare.Table, side int, heads []string, place func(compare.Judgement) int,
	last int) *table.Table {
	out := headed(heads, 0)
	if c.Machines {
		out.Columns = out.Columns[:7] // no judgement
	}
	out.Most, out.Rest = maxCells, compareCSVFile
	cells := map[*stats.Comparison][]table.Cell{} // a terminal asks for the rows twice
	out.Rows = func(yield func([]table.Cell) bool) {
		var row []table.Cell
		for at := 1; at <= last; at++ {
			for _, r := range t.Rows {
				of := r.Compared[side]
				if of == nil || place(r.Judged[side]) != at {
					continue
				}
				row = table.AppendTexts(row[:0], c.short(r.Name), rowCell(r, side),
					words.InUnit(of.A, t.Unit), words.InUnit(of.B, t.Unit), "",
					pOf(of), numbersOf(of))
				if _, known := cells[of]; !known {
					cells[of] = []table.Cell{c.judgedCell(t.Unit, of, r.Judged[side])}
					if len(heads) > 8 {
						cells[of] = append(cells[of], table.Cell{Text: someRounds(of.Rounds(c.margin()))})
					}
				}
				row = append(row, cells[of]...)
				row[4] = table.Figure(words.Ratio(of.Ratio), of.Ratio.Mid)
				if !yield(row) {
					return
				}
			}
		}
	}
	return out
}

// someRounds is a number of rounds that would decide something; "" where it is not known.
func someRounds(n int) string {
	if n == 0 {
		return words.Unknown
	}
	return words.Grouped(int64(n))
}

// undecidedSays says what of the undecided cells of a side would have been found; "" of
// very many.
func (c *SideBySide) undecidedSays(t compare.Table, side, undecided int) (out string) {
	if undecided > maxCells {
		return ""
	}
	low, high := math.Inf(1), math.Inf(-1)
	least, most := math.MaxInt, 0
	for _, r := range t.Rows {
		if of := r.Compared[side]; of != nil && r.Judged[side] == compare.Undecided {
			if finds := of.Finds(); !math.IsNaN(finds) {
				low, high = min(low, finds), max(high, finds)
			}
			if n := of.Rounds(c.margin()); n > 0 && c.Paired {
				least, most = min(least, n), max(most, n)
			}
		}
	}
	span := func(from, to string) string {
		if from == to {
			return from
		}
		return from + " to " + to
	}
	if low <= high {
		out = fmt.Sprintf(" What one sees would have been found in 9 of 10 runs like this: %s.",
			span(found(low, words.Number), found(high, words.Number)))
	}
	if most > 0 {
		out += fmt.Sprintf(" ±%s%% needs %s rounds.", words.Exact(100*c.margin()),
			span(someRounds(least), someRounds(most)))
	}
	return out
}

// rowCell names a row's cell; of one that is matched across GOMAXPROCS it has
// both: "P=16→4".
func rowCell(r compare.Row, side int) string {
	out := cell(&series.Measurement{Key: r.Key})
	if r.Procs != nil && r.Procs[0] != r.Procs[side] {
		p := fmt.Sprintf("P=%d", r.Procs[0])
		out = strings.Replace(out, p, fmt.Sprintf("%s→%d", p, r.Procs[side]), 1)
	}
	return out
}

// tally sums a table up.
func (c *SideBySide) tally(t compare.Table, side int) []string {
	n := t.Count(side)
	if len(n) == 0 {
		return []string{"No cell is on both."}
	}
	out := fmt.Sprintf("Medians, and the typical ratio of any two samples, with 95%% intervals; "+
		"p of the Mann–Whitney test%s. %s", c.benchstats(t, side), better(t))
	explains := !c.Paired || side == 1 && t.Unit == c.Tables[0].Unit // once: a run has up to six such tables
	if c.Paired {
		out = better(t)
		if explains {
			out = fmt.Sprintf("Medians, and the typical ratio within rounds, with %s; p of the signed-rank test (Wilcoxon). %s",
				c.intervals(), out)
		}
		if t.Equal > 0 {
			out += fmt.Sprintf(" Left out are cells whose values are all the same: %d.", t.Equal)
		}
	}
	if !c.Machines {
		terms := ""
		if explains {
			terms = fmt.Sprintf(", with a margin of %s%% and Holm's correction for all cells together",
				words.Exact(100*c.Margin))
		}
		out = fmt.Sprintf("%s: %s%s. %s", words.Count(cellsIn(n), "cell"), outcomes(t, n), terms, out)
	}
	if mean := meanText(t, side, cellsIn(n)); mean != "" {
		return []string{out, mean}
	}
	return []string{out}
}

// summary sums up, for each side in a sentence, the first table: "sec/op, new over old:
// 2 slower, 1 faster, 40 same, 300 undecided of 343 cells, with a margin of 3%; geometric
// mean 1.00× (0.99–1.01)."
func (c *SideBySide) summary() (out []string) {
	t := c.Tables[0]
	for side := 1; side < len(c.Sides); side++ {
		n := t.Count(side)
		if len(n) == 0 || c.Paired && side == c.Control {
			continue
		}
		text := fmt.Sprintf("%s, %s over %s: %s of %s, with a margin of %s%%", words.Sanitize(t.Unit), c.name(side),
			c.name(0),
			outcomes(t, n), words.Count(cellsIn(n), "cell"), words.Exact(100*c.Margin))
		if mean := t.Means[side].Ratio; cellsIn(n) > 1 && !math.IsNaN(mean.Mid) {
			text += "; geometric mean " + words.Ratio(mean).String()
		}
		out = append(out, text+".")
	}
	return out
}

// outcomes counts the judgements of a table.
func outcomes(t compare.Table, n map[compare.Judgement]int) string {
	of := []compare.Judgement{compare.Worse, compare.Better, compare.Same, compare.Undecided}
	if !t.Known {
		of = []compare.Judgement{compare.Higher, compare.Lower, compare.Same, compare.Undecided}
	}
	var parts []string
	for _, j := range of {
		parts = append(parts, fmt.Sprintf("%d %s", n[j], judged(t.Unit, j)))
	}
	if n[compare.None] > 0 {
		parts = append(parts, fmt.Sprintf("%d not judged", n[compare.None]))
	}
	return strings.Join(parts, ", ")
}

// better says which values of a unit are better, or how to say so.
func better(t compare.Table) string {
	unit := words.Sanitize(t.Unit)
	switch {
	case !t.Known:
		return fmt.Sprintf("Whether more or less %s is better is not known: -higher %[1]s or -lower %[1]s says it, "+
			"or a line \"Unit %[1]s better=higher\" in the file.", unit)
	case t.Higher:
		return "Higher is better."
	}
	return "Lower is better."
}

// benchstats says what stands in brackets beside p.
func (c *SideBySide) benchstats(t compare.Table, side int) string {
	if slices.ContainsFunc(t.Rows, func(r compare.Row) bool { return othersP(r.Compared[side]) }) {
		return ", exact, and in brackets benchstat's where it is another: that one depends on the order of the files"
	}
	return ""
}

// othersP says whether benchstat prints another p.
func othersP(c *stats.Comparison) bool {
	return c != nil && c.P != c.Benchstat && !math.IsNaN(c.Benchstat) &&
		words.P(c.P) != words.P(c.Benchstat)
}

// meanText says what the geometric mean over several cells is.
func meanText(t compare.Table, side, cells int) string {
	m := t.Means[side]
	switch {
	case cells < 2:
		return ""
	case m.Without > 0 && math.IsNaN(m.Ratio.Mid):
		return fmt.Sprintf("No geometric mean: a median of %s is zero or negative.", words.Count(m.Without, "cell"))
	case math.IsNaN(m.Ratio.Mid):
		return ""
	}
	out := fmt.Sprintf("Geometric mean of the ratios of %d cells: %s", cells, words.Ratio(m.Ratio))
	if !math.IsNaN(m.A.Mid) && !math.IsNaN(m.B.Mid) {
		out += fmt.Sprintf("; of their medians: %s and %s", words.InUnit(m.A, t.Unit), words.InUnit(m.B, t.Unit))
	}
	return out + "."
}

// judgedCell is the judgement of a cell; of an undecided one with what would have been
// found, and about how many samples a side would decide what was measured.
func (c *SideBySide) judgedCell(unit string, of *stats.Comparison, j compare.Judgement) table.Cell {
	out := table.Cell{Text: judged(unit, j)}
	if c.early(of) && j != compare.Undecided {
		out.Text += "*"
	}
	finds := math.NaN()
	if j == compare.Undecided {
		finds = of.Finds()
	}
	if math.IsNaN(finds) {
		return out
	}
	out.Text += ", sees " + found(finds, words.Number)
	out.Brief = "sees " + found(finds, rounded)
	if n := of.Rounds(distance(of.Ratio)); n > of.Ratio.N && !c.Paired {
		out.Text += fmt.Sprintf(" → %d", n)
	}
	return out
}

// looks returns how often the run looks at its results whose sides are compared within
// rounds; 0 without such a run.
func (c *SideBySide) looks() int {
	if !c.Paired {
		return 0
	}
	return len(c.Sides[0].Run.Plan.Looks)
}

// intervals says at what level intervals of ratios are: those of what a look decided have
// that of the look, of which a note says more.
func (c *SideBySide) intervals() string {
	if c.looks() > 0 {
		return "intervals at 95% or at the level of their look"
	}
	return "95% intervals"
}

// early says whether a look before the run's last one decided a comparison.
func (c *SideBySide) early(of *stats.Comparison) bool { return of.Look > 0 && of.Look < c.looks() }

// found writes a difference, up or down, and a large one as a factor: "±4.5%", "13×".
func found(difference float64, number func(float64) string) string {
	if difference < 1 {
		return "±" + number(100*difference) + "%"
	}
	return number(1+difference) + "×"
}

// distance returns how far a ratio is from 1, up or down, as a fraction.
func distance(ratio stats.Interval) float64 { return math.Expm1(math.Abs(math.Log(ratio.Mid))) }

// margin is the difference that notes on undecided cells speak of.
func (c *SideBySide) margin() float64 {
	if c.Margin == 0 {
		return 0.03
	}
	return c.Margin
}

// maxPower is how many undecided cells notes stand of.
const maxPower = 12

func cellsIn(n map[compare.Judgement]int) int {
	all := 0
	for _, of := range n {
		all += of
	}
	return all
}

// judged is a judgement in words; of time they are others.
func judged(unit string, j compare.Judgement) string {
	if unit == "sec/op" {
		switch j {
		case compare.Worse:
			return "slower"
		case compare.Better:
			return "faster"
		}
	}
	return string(j)
}

// pOf writes the p of a test as benchstat does, and its own where that is another.
func pOf(c *stats.Comparison) string {
	switch {
	case c.Equal:
		return "equal"
	case c.A.N == 1 || c.B.N == 1:
		return words.Unknown // one sample cannot show a difference
	case othersP(c):
		return words.P(c.P) + " (" + words.P(c.Benchstat) + ")"
	}
	return words.P(c.P)
}

func numbersOf(c *stats.Comparison) string {
	if c.A.N == c.B.N {
		return fmt.Sprint(c.A.N)
	}
	return fmt.Sprintf("%d+%d", c.A.N, c.B.N)
}
