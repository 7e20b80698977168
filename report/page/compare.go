package page

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/compare"
	"conpar/report/series"
	"conpar/report/stats"
)

// Comparison is several sides, as they are shown side by side.
type Comparison struct {
	*compare.Result
	Data  *series.Data
	Notes []string // about how the sides were found
}

// section is a part of a comparison: a table with what is said above and below
// it.
type section struct {
	title  string
	above  string
	render func(names int) table.Writer // names of at most so many columns; 0: in full, for Markdown. nil: there is none
	grid   *grid                        // instead of render, where there may be any number of rows
	below  []string
	again  []string // commands of benchstat that show the same figures
	ratios ratioKey // of which chart it is; of the zero value there is none
}

// WriteTerminal writes the comparison, at most 80 columns wide but for names of
// cells and the commands.
func (c *Comparison) WriteTerminal(w io.Writer, color bool) error {
	out := &errWriter{w: w}
	t := Terminal{Color: color}
	for i, s := range c.Sides {
		for j, line := range wrap(fmt.Sprintf("%s  %s", c.name(i), c.describe(s)), columns) {
			if j == 0 {
				line = t.bold(line)
			}
			fmt.Fprintln(out, line)
		}
	}
	for _, s := range c.sections(func(path string) string { return path }) {
		fmt.Fprintf(out, "\n%s\n", t.bold(s.title))
		for _, line := range wrap(s.above, columns) {
			fmt.Fprintln(out, line)
		}
		if s.render != nil {
			fmt.Fprintln(out, t.within(s.render))
		}
		if s.grid != nil {
			s.grid.write(out)
		}
		for _, text := range s.below {
			for _, line := range wrap("- "+text, columns) {
				fmt.Fprintln(out, line)
			}
		}
		for _, command := range s.again {
			fmt.Fprintln(out, "$ "+command)
		}
	}
	return out.err
}

// within renders a table within the columns by shortening names.
func (t Terminal) within(render func(names int) table.Writer) string {
	out := t.table(render(unshortened)).Render()
	if widest(out) <= columns {
		return out
	}
	at := sort.Search(len(shortened)-1, func(i int) bool {
		return widest(t.table(render(shortened[i])).Render()) <= columns
	})
	return t.table(render(shortened[at])).Render()
}

// How many columns a name may take, from the most on; the first with which the
// table fits counts.
var shortened = func() (of []int) {
	const least = 8
	for n := columns / 2; n >= least; n -= 2 {
		of = append(of, n)
	}
	return of
}()

const unshortened = 20 * columns

// grid is a table that may have any number of rows, so none of them is kept.
type grid struct {
	head  []string
	names []int                           // columns whose texts are shortened where room is scarce
	rows  func(yield func([]string) bool) // of which each is good until the next one
}

// write writes the grid within the columns, as [Terminal.within] does.
func (g *grid) write(w io.Writer) {
	widths := make([]int, len(g.head))
	for i, text := range g.head {
		widths[i] = width(text)
	}
	at := make([][]int, len(shortened)) // widths by how names are shortened
	for i := range at {
		at[i] = slices.Clone(widths)
	}
	for row := range g.rows {
		for i, text := range row {
			name := slices.Contains(g.names, i)
			if name {
				text = shorten(text, unshortened)
			}
			full := width(text)
			widths[i] = max(widths[i], full)
			for j, n := range shortened {
				w := full
				if name && full > n {
					w = width(shorten(text, n))
				}
				at[j][i] = max(at[j][i], w)
			}
		}
	}
	total := func(widths []int) int {
		n := 0
		for _, w := range widths {
			n += w + gap
		}
		return n
	}
	most := unshortened
	for i := 0; total(widths) > columns && i < len(at); i++ {
		widths, most = at[i], shortened[i]
	}
	out := lines{bufio.NewWriter(w), widths, -1}
	defer out.Flush() // whose error is w's
	out.head(g.head)
	for row := range g.rows {
		for _, i := range g.names {
			row[i] = shorten(row[i], most)
		}
		out.row(row)
	}
}

// markdown renders the grid with names in full.
func (g *grid) markdown() string {
	tw := table.NewWriter()
	tw.AppendHeader(rowOf(g.head))
	for row := range g.rows {
		for _, i := range g.names {
			row[i] = inCell(row[i])
		}
		tw.AppendRow(rowOf(row))
	}
	return tw.RenderMarkdown()
}

// Markdown writes the same as a page, without charts: their files would not be
// there.
func (c *Comparison) Markdown() string { return c.markdown(nil) }

func (c *Comparison) markdown(figures map[ratioKey]*chart.Figure) string {
	var b strings.Builder
	var drawn []*chart.Figure
	b.WriteString("# Side by side\n\n")
	for i, s := range c.Sides {
		fmt.Fprintf(&b, "- **%s** %s\n", markdown.Replace(c.name(i)), markdown.Replace(c.describe(s)))
	}
	for _, s := range c.sections(place) {
		fmt.Fprintf(&b, "\n## %s\n\n", markdown.Replace(s.title))
		if s.above != "" {
			fmt.Fprintf(&b, "%s\n\n", markdown.Replace(s.above))
		}
		if f := figures[s.ratios]; f != nil {
			how := howRatios
			if c.Machines {
				how = howRatiosOfMachines
			}
			fmt.Fprintf(&b, "%s\n\n%s", how, picture(f.Text()))
			drawn = append(drawn, f)
		}
		if s.render != nil {
			fmt.Fprintf(&b, "%s\n", s.render(0).RenderMarkdown())
		}
		if s.grid != nil {
			fmt.Fprintf(&b, "%s\n", s.grid.markdown())
		}
		for i, text := range s.below {
			b.WriteString(inTurn(i, "\n") + item(text))
		}
		for i, command := range s.again {
			b.WriteString(inTurn(i, "\n") + "- " + code(command) + "\n")
		}
	}
	if len(drawn) > 0 {
		fmt.Fprintf(&b, "\nThe charts as SVG, with a tooltip for every point: %s.\n", svgLinks(drawn))
	}
	return b.String()
}

// name is what a side is called in tables: its label where that is short, and
// else a letter.
func (c *Comparison) name(side int) string {
	const long, letters = 12, 26
	for _, s := range c.Sides {
		if text.StringWidth(plain(s.Label)) > long {
			if side < letters {
				return string(rune('A' + side))
			}
			return fmt.Sprintf("side %d", side+1)
		}
	}
	return plain(c.Sides[side].Label)
}

// describe says what a side is, behind its name.
func (c *Comparison) describe(s *series.Source) string {
	where := machine(*s)
	label := plain(s.Label)
	if label == c.name(c.index(s)) {
		return where
	}
	return strings.TrimSpace(label + "  " + where)
}

func (c *Comparison) index(s *series.Source) int { return slices.Index(c.Sides, s) }

// sections returns the parts in their order; path shows where a source is.
func (c *Comparison) sections(path func(string) string) []section {
	all := []section{c.factSection()}
	if len(c.Verdicts) > 0 {
		all = append(all, c.verdictSection())
	}
	if len(c.Scaled) > 0 {
		all = append(all, c.scaledSection("Speed-up with more processors", c.Scaled, path))
	}
	if len(c.Shares) > 0 {
		all = append(all, c.scaledSection("Speed-up with the same share of the CPUs", c.Shares, path))
	}
	if len(c.Gains) > 0 {
		all = append(all, c.gainSection(path))
	}
	if len(c.Lacking) > 0 {
		all = append(all, c.lackingSection())
	}
	for _, t := range c.Tables {
		for side := 1; side < len(c.Sides); side++ {
			all = append(all, c.ratioSection(t, side, path))
		}
	}
	return all
}

func (c *Comparison) factSection() section {
	s := section{title: "What differs besides the figures", below: c.doubts()}
	var rows []compare.Fact
	for _, f := range c.Facts {
		if f.Differ {
			rows = append(rows, f)
		}
	}
	if len(rows) == 0 {
		s.above = "Nothing that is known."
		return s
	}
	s.render = func(names int) table.Writer {
		tw := table.NewWriter()
		tw.AppendHeader(c.header(""))
		for _, f := range rows {
			row := table.Row{f.What}
			for _, v := range f.Values {
				if v == "" {
					v = unknown
				}
				row = append(row, fitted(v, names))
			}
			tw.AppendRow(row)
		}
		return tw
	}
	return s
}

// header names the sides behind some other columns.
func (c *Comparison) header(before ...any) table.Row {
	row := table.Row(before)
	for i := range c.Sides {
		row = append(row, c.name(i))
	}
	return row
}

// fitted shortens a name to some columns, or makes it fit for Markdown, where
// it has room.
func fitted(name string, columns int) string {
	if columns == 0 {
		return inCell(plain(name))
	}
	return shorten(plain(name), columns)
}

// doubts are remarks on the comparison as a whole.
func (c *Comparison) doubts() []string {
	out := slices.Clone(c.Notes)
	runs, oneFile := 0, false
	for i, s := range c.Sides {
		oneFile = oneFile || s.Path == c.Sides[0].Path && c.apart(i) != ""
		if s.Run != nil {
			runs++
			if s.Run.Status != complete {
				out = append(out, fmt.Sprintf("%s is not complete: %s.", c.name(i), plain(string(s.Run.Status))))
			}
		}
		if n, of := disturbedSamples(c.Data, s.Label); n > 0 {
			out = append(out, fmt.Sprintf("Others disturbed %d of %d samples of %s; the ratios below use them all, as benchstat does, and cells of which most samples were disturbed are left undecided.", n, of, c.name(i)))
		}
	}
	if c.Machines {
		out = append(out, "These are different machines: what differs in time is the hardware, so that nothing is called a regression.")
	}
	if oneFile {
		out = append(out, "Sides that are in one file may have been measured in turns, but the format does not say which samples belong together: none are paired.")
	}
	if c.correlated() {
		out = append(out, "Samples resemble those before them, so that intervals are too narrow: a verdict is given only where it would stand with an interval twice as wide.")
	}
	if runs < len(c.Sides) {
		out = append(out, "go test takes all samples of a cell one after the other, in one process. Drift of the machine looks like a difference then, and p is too small: "+
			"measure in turns, some samples a process, or with go run ./bench.")
	}
	return out
}

// correlated says whether any verdict has had to be clearer for that reason.
func (c *Comparison) correlated() bool {
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for _, of := range r.Compared {
				if of != nil && of.Correlated {
					return true
				}
			}
		}
	}
	return false
}

// disturbedSamples counts those of a source that others disturbed, of all.
func disturbedSamples(d *series.Data, source string) (n, of int) {
	for _, p := range d.Source(source).Cells() {
		of += len(p.Rounds)
		for i := range p.Rounds {
			if p.Disturbed(i) {
				n++
			}
		}
	}
	return n, of
}

func (c *Comparison) verdictSection() section {
	n := map[compare.Agreement]int{}
	for _, v := range c.Verdicts {
		n[v.Agreement]++
	}
	return section{
		title: "Verdicts",
		above: fmt.Sprintf("%s: the sides disagree on %d (one supports it, another refutes it), %d are decided on some sides only, and %d are the same on all. %s.",
			plural(len(c.Verdicts), "claim"), n[compare.Disagree], n[compare.Differ], n[compare.Agree], strings.ReplaceAll(marks, "  ", ", ")),
		render: func(names int) table.Writer {
			tw := table.NewWriter()
			tw.AppendHeader(append(c.header("claim", "quantity"), ""))
			for _, v := range c.Verdicts {
				how := string(v.Agreement)
				if v.Agreement == compare.Agree {
					how = ""
				}
				row := table.Row{v.Claim.ID + " " + fitted(v.Claim.Subject, names), fitted(v.Claim.Quantity, names)}
				for _, of := range v.Of {
					row = append(row, sideVerdict(of))
				}
				tw.AppendRow(append(row, how))
			}
			return tw
		},
	}
}

// sideVerdict is a verdict in short: "✓ 63.7×".
func sideVerdict(v *claims.Verdict) string {
	if v == nil {
		return unknown
	}
	figure := v.Measured
	figure.Lo, figure.Hi = math.NaN(), math.NaN()
	return strings.TrimSpace(strings.TrimSuffix(mark(*v)+" "+measured(*v, figure), " "+unknown))
}

// inTurn writes a text in the first of the lines that belong to it only.
func inTurn(i int, s string) string {
	if i > 0 {
		return ""
	}
	return s
}

func (c *Comparison) scaledSection(title string, rows []compare.Scaled, path func(string) string) section {
	s := section{title: title, again: c.over("/gomaxprocs", c.procs(), path)}
	s.above = fmt.Sprintf("Time at GOMAXPROCS 1 over that at P, by rounds, and efficiency, which is that over P. The ratio is of a side's efficiency to that of %s, the two unpaired.", c.name(0))
	s.render = func(names int) table.Writer {
		tw := table.NewWriter()
		tw.AppendHeader(table.Row{"work", "", "P/CPUs", "side", "speed-up", "efficiency", "ratio"})
		if !c.unequal() {
			tw.SetColumnConfigs([]table.ColumnConfig{{Name: "P/CPUs", Hidden: true}})
		}
		for _, r := range rows {
			line := 0
			for i, of := range r.Of {
				if of == nil {
					continue
				}
				cells, ratio := cell(&series.Point{Key: series.Key{Goroutines: of.G, Procs: of.P}}), ""
				if r.Ratios[i] != nil {
					ratio = withInterval(*r.Ratios[i])
				}
				tw.AppendRow(table.Row{inTurn(line, fitted(short(r.Name), names)), cells, number(of.CPUs), c.name(i), times(of.Speedup), number(of.Efficiency.Mid), ratio})
				line++
			}
		}
		return tw
	}
	return s
}

// unequal says whether sides are known to have different numbers of CPUs.
func (c *Comparison) unequal() bool {
	return slices.ContainsFunc(c.Facts, func(f compare.Fact) bool { return f.What == "CPUs" && f.Differ })
}

func (c *Comparison) gainSection(path func(string) string) section {
	var gs []int
	s := section{title: "Gains", above: "In throughput, as ratios within rounds, of each side for itself."}
	for _, r := range c.Gains {
		for _, g := range r.Of {
			if g != nil && g.G > 0 && !slices.Contains(gs, g.G) {
				gs = append(gs, g.G)
			}
		}
	}
	if !slices.Contains(gs, 1) {
		gs = append(gs, 1)
	}
	slices.Sort(gs)
	s.again = c.over("/goroutines", gs, path)
	s.render = func(names int) table.Writer {
		tw := table.NewWriter()
		tw.AppendHeader(table.Row{"work", "side", "G", "concurrency", "parallelism", "gains from"})
		for _, r := range c.Gains {
			line := 0
			for i, g := range r.Of {
				if g == nil {
					continue
				}
				f := format(*g)
				from := brief.Replace(f.from)
				if names == 0 {
					from = inCell(f.from)
				}
				if g.Why != "" {
					from = fitted(g.Why, names)
				}
				tw.AppendRow(table.Row{inTurn(line, fitted(short(r.Name), names)), c.name(i), f.goroutines, f.concurrency, f.parallelism, from})
				line++
			}
		}
		return tw
	}
	return s
}

func (c *Comparison) lackingSection() section {
	g := &grid{head: []string{"work", "", "unit", "on", "on, but without it"}, names: []int{0, 2, 3, 4}}
	other := slices.ContainsFunc(c.Lacking, func(l compare.Lacking) bool { return slices.Contains(l.Other, true) })
	if !other {
		g.head, g.names = g.head[:4], g.names[:3]
	}
	all := c.lacking()
	g.rows = func(yield func([]string) bool) {
		for _, l := range all {
			row := []string{short(l.name), l.cells(), plain(l.unit), plain(l.has), plain(l.other)}
			if !yield(row[:len(g.head)]) {
				return
			}
		}
	}
	return section{title: "Cells that not all sides have", grid: g}
}

// lack is cells that differ in their numbers of goroutines only, which the same
// sides lack.
type lack struct {
	lackKey
	goroutines []string
}

type lackKey struct {
	name, unit, has, other string
	procs                  int
}

func (c *Comparison) lacking() []*lack {
	var out []*lack
	known := map[lackKey]*lack{}
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
		key := lackKey{l.Name, l.Unit, strings.Join(has, ", "), strings.Join(other, ", "), l.Procs}
		at := known[key]
		if at == nil {
			at = &lack{lackKey: key}
			known[key] = at
			out = append(out, at)
		}
		if l.Goroutines >= 0 {
			at.goroutines = append(at.goroutines, fmt.Sprint(l.Goroutines))
		}
	}
	return out
}

// cells writes them in short: "G=1,2,8 P=4".
func (l *lack) cells() string {
	procs := fmt.Sprintf("P=%d", l.procs)
	if len(l.goroutines) == 0 {
		return procs
	}
	return fmt.Sprintf("G=%s %s", strings.Join(l.goroutines, ","), procs)
}

// ratioSection is one side against the first.
func (c *Comparison) ratioSection(t compare.Table, side int, path func(string) string) section {
	s := section{title: fmt.Sprintf("%s: %s over %s", plain(t.Unit), c.name(side), c.name(0))}
	s.ratios = ratioKey{t.Unit, side}
	if c.Machines {
		s.title += " (hardware, not code)"
	}
	s.above = c.tally(t, side)
	s.again = c.against(t.Unit, side, path)
	if !slices.ContainsFunc(t.Rows, func(r compare.Row) bool { return r.Compared[side] != nil }) {
		return s
	}
	g := &grid{head: []string{"work", "", c.name(0), c.name(side), "ratio", "p", "n"}, names: []int{0}}
	if !c.Machines {
		g.head = append(g.head, "")
	}
	g.rows = func(yield func([]string) bool) {
		for _, r := range t.Rows {
			of := r.Compared[side]
			if of == nil {
				continue
			}
			row := []string{short(r.Name), cell(&series.Point{Key: r.Key}), inUnit(of.A, t.Unit), inUnit(of.B, t.Unit), ratioOf(of.Ratio), pOf(of), numbers(of), ""}
			if !c.Machines {
				row[7] = verdictOf(t.Unit, r.Judged[side])
			}
			if !yield(row[:len(g.head)]) {
				return
			}
		}
	}
	s.grid = g
	return s
}

// tally sums a table up.
func (c *Comparison) tally(t compare.Table, side int) string {
	n := map[compare.Judgement]int{}
	all := 0
	for _, r := range t.Rows {
		if r.Compared[side] != nil {
			n[r.Judged[side]]++
			all++
		}
	}
	if all == 0 {
		return "No cell is on both."
	}
	better := "Lower"
	if t.Higher {
		better = "Higher"
	}
	out := "Medians, and the typical ratio of any two samples, with 95% intervals; p as benchstat has it (Mann–Whitney). " + better + " is better."
	if c.Machines {
		return out
	}
	var parts []string
	for _, v := range []compare.Judgement{compare.Worse, compare.Better, compare.Same, compare.Undecided} {
		parts = append(parts, fmt.Sprintf("%d %s", n[v], verdictOf(t.Unit, v)))
	}
	return fmt.Sprintf("%s: %s, with a margin of %s%% and Holm's correction for all cells together. %s", plural(all, "cell"), strings.Join(parts, ", "), bare(100*c.Margin), out)
}

// verdictOf is a verdict in words; of time they are others.
func verdictOf(unit string, v compare.Judgement) string {
	if unit == "sec/op" {
		switch v {
		case compare.Worse:
			return "slower"
		case compare.Better:
			return "faster"
		}
	}
	return string(v)
}

// ratioOf writes a ratio, which is infinite where something comes from zero.
func ratioOf(i stats.Interval) string {
	if !i.Known() {
		return bound(i.Mid) + "×"
	}
	return fmt.Sprintf("%s× (%s–%s)", bound(i.Mid), bound(i.Lo), bound(i.Hi))
}

// pOf writes the p of a test as benchstat does.
func pOf(c *stats.Comparison) string {
	switch {
	case c.Equal:
		return "equal"
	case c.A.N == 1 || c.B.N == 1:
		return unknown // one sample cannot show a difference
	}
	return fmt.Sprintf("%.3f", c.P)
}

func numbers(c *stats.Comparison) string {
	if c.A.N == c.B.N {
		return fmt.Sprint(c.A.N)
	}
	return fmt.Sprintf("%d+%d", c.A.N, c.B.N)
}

// procs returns the GOMAXPROCS of the rows of speed-ups, and 1.
func (c *Comparison) procs() []int {
	ps := []int{1}
	for _, r := range c.Scaled {
		if !slices.Contains(ps, r.P) {
			ps = append(ps, r.P)
		}
	}
	slices.Sort(ps)
	return ps
}
