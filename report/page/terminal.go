package page

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// Terminal says how a summary is to be written.
type Terminal struct {
	Color bool // w is a terminal, and its user did not ask for NO_COLOR
	Cells bool // every cell's medians too

	Verdicts bool // nothing but what was measured where, and the verdicts
}

// The summary's size: what a terminal shows at once.
const (
	columns   = 80
	maxLines  = 40 // for a source with up to fullRows workloads
	fullRows  = 20
	leastName = 12 // columns that are left to names, however wide the figures are
	gap       = 1  // between columns
)

// WriteTerminal writes the summary of every source, at most 80 columns wide,
// and with up to 20 workloads at most 40 lines long, the line that names the
// page included and the verdict table, a line a claim, not.
func (r *Report) WriteTerminal(w io.Writer, t Terminal) error {
	out := &errWriter{w: w}
	for i, s := range r.Data.Sources {
		if i > 0 {
			fmt.Fprintln(out)
		}
		r.terminalSource(out, t, s)
	}
	return out.err
}

func (r *Report) terminalSource(w io.Writer, t Terminal, s series.Source) {
	lines := t.head(s)
	add := func(text string) { lines = append(lines, strings.Split(text, "\n")...) }
	if head := r.headline(s.Label); len(head) > 0 && !t.Verdicts {
		add("\n" + t.table(headTable(head, false)).Render())
	}
	limit := maxLines
	if verdicts, absent := r.verdicts(s.Label); len(verdicts) > 0 {
		table := t.verdictLines(verdicts, absent, r.traced(s.Label))
		lines = append(lines, table...)
		limit += len(table)
	}
	if t.Verdicts {
		for _, line := range lines {
			fmt.Fprintln(w, line)
		}
		return
	}
	gains := r.of(s.Label)
	if len(gains) > 0 {
		add("\n" + t.bold("Gains") + " in throughput: medians of ratios within rounds, with 95% intervals")
		table := t.gains(gains)
		add(table)
		if strings.ContainsAny(table, sparks) {
			add("G: goroutines of the gains. Over G: throughput. G*: fewest within 5% of best.")
		} else {
			add("G: goroutines that the gains are taken at. G*: fewest within 5% of the best.")
		}
		if strings.Contains(table, "?") || strings.Contains(table, "−") {
			add("Gains from: ? perhaps, − loses.")
		}
	}
	const page = 2 // lines that follow with the page's name
	lines = append(lines, remarkLines(r.remarks(s.Label), limit+max(0, len(gains)-fullRows)-page-len(lines))...)
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
	if t.Cells || len(gains) == 0 {
		fmt.Fprintf(w, "\n%s with 95%% intervals\n", t.bold("Medians"))
		t.cells(w, r.points(s.Label))
	}
}

// head says what was measured, where, and how it went.
func (t Terminal) head(s series.Source) []string {
	label, where := wrap(plain(s.Label), columns), machine(s)
	last := len(label) - 1
	one := width(label[last])+2+width(where) <= columns
	for i := range label {
		label[i] = t.bold(label[i])
	}
	switch {
	case where == "":
	case one:
		label[last] += "  " + where
	default:
		label = append(label, wrap(where, columns)...)
	}
	label = append(label, wrap(course(s), columns)...)
	for _, line := range wrap(incomplete(s), columns-2) {
		label = append(label, t.alert(line))
	}
	return label
}

// remarkLines writes remarks in at most so many lines, but not in none.
func remarkLines(remarks []remark, most int) []string {
	var lines []string
	for i, r := range remarks {
		for j := range r.names {
			r.names[j] = shorten(r.names[j], 28)
		}
		next := wrap("- "+r.line(5), columns)
		rest := len(remarks) - i - 1
		if room := most - len(lines); len(next) > room || rest > 0 && len(next) == room {
			return append(lines, fmt.Sprintf("- %s more: see the page, or -format markdown", plural(rest+1, "remark")))
		}
		lines = append(lines, next...)
	}
	return lines
}

// wrap breaks s at spaces into lines of at most w columns; further lines of an
// item of a list are indented. A word that is wider is broken too.
func wrap(s string, w int) []string {
	indent := ""
	if strings.HasPrefix(s, "- ") {
		indent = "  "
	}
	var lines []string
	line := ""
	for _, word := range strings.Split(s, " ") {
		next := line + " " + word
		if line == "" {
			next = word
		}
		if width(next) > w && line != "" && line != "-" {
			lines = append(lines, line)
			next = indent + word
		}
		for head := cut(next, w); len(head) < len(next); head = cut(next, w) {
			lines = append(lines, head)
			next = indent + next[len(head):]
		}
		line = next
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut returns the beginning of s that is at most w columns wide, and at least
// a character.
func cut(s string, w int) string {
	for i, c := range s {
		if w -= text.RuneWidth(c); w < 0 && i > 0 {
			return s[:i]
		}
	}
	return s
}

// shorten cuts s in its middle to at most w columns: names of one family share
// their beginnings, and often their ends tell them apart.
func shorten(s string, w int) string {
	most := 8 * (w + 1) // letters that are looked at
	if utf8.RuneCountInString(s) <= most && width(s) <= w {
		return s
	}
	ends := func(rs []rune, n int) string { return string(rs[:(n+1)/2]) + "…" + string(rs[len(rs)-n/2:]) }
	rs := []rune(s)
	if len(rs) == len(s) { // a column each
		return ends(rs, max(w-1, 1))
	}
	// Marks have no width, so more letters than columns may have room; but of a
	// text that is longer than any word only the ends are looked at.
	if len(rs) > most {
		rs = slices.Concat(rs[:most/2], rs[len(rs)-most/2:])
	}
	wide := sort.Search(len(rs)-1, func(n int) bool { return width(ends(rs, n+1)) > w })
	return ends(rs, max(wide, 1))
}

// widest returns the width of the widest line of s.
func widest(s string) int {
	w := 0
	for line := range strings.Lines(s) {
		w = max(w, width(strings.TrimSuffix(line, "\n")))
	}
	return w
}

// gains renders the gains table within the columns: it shortens names first,
// and leaves out what can be worked out or looked up in the page where that is
// not enough.
func (t Terminal) gains(rows []scaling.Gain) string {
	names := 0
	for _, g := range rows {
		names = max(names, width(short(g.Name)))
	}
	for without := 0; ; without++ {
		b := brevity{names: names, without: without}
		out := t.table(gainsTable(rows, b)).Render()
		if over := widest(out) - columns; over > 0 {
			b.names = max(names-over, min(leastName, names))
			out = t.table(gainsTable(rows, b)).Render()
		}
		if widest(out) <= columns || without == len(spare) {
			return out
		}
	}
}

// cells writes every cell's medians, the units side by side as far as they
// have room, and below one another from there on. There may be any number of
// cells, so nothing is kept of them: the table writer would keep all of it.
func (t Terminal) cells(w io.Writer, points []*series.Point) {
	us := units(points)
	names, fixed := len("benchmark"), 2*gap
	values, widths := map[string]int{}, make([]int, len(us)) // without and with the column's name
	for _, p := range points {
		names = max(names, width(short(p.Name)))
		fixed = max(fixed, width(cell(p))+len(strconv.Itoa(len(p.Rounds)))+2*gap)
		for _, u := range p.Units.Names() {
			values[u] = max(values[u], width(median(p, u)))
		}
	}
	for i, u := range us {
		widths[i] = max(values[u], width(plain(u)))
	}
	for from := 0; from < len(us); {
		to, room := from+1, columns-min(names, 4*leastName)-fixed-widths[from]-gap
		for to < len(us) && room >= widths[to]+gap {
			room -= widths[to] + gap
			to++
		}
		most := min(names, 4*leastName) + max(room, leastName-4*leastName)
		of := points
		if to-from < len(us) && len(points) > maxCells { // each unit may be of few of them
			has := func(p *series.Point) bool {
				return slices.ContainsFunc(us[from:to], func(u string) bool { return p.Units.Of(u) != nil })
			}
			of = nil
			for _, p := range points {
				if has(p) {
					of = append(of, p)
				}
			}
		}
		block(w, of, us[from:to], values, max(most, leastName))
		from = to
	}
}

// block writes the medians in some units as [cellTable] has them, with names of
// at most so many columns. Of a unit the widest value is known.
func block(w io.Writer, points []*series.Point, us []string, values map[string]int, most int) {
	head := []string{"benchmark", "cell", "n"}
	widths := []int{len(head[0]), len(head[1]), len(head[2])}
	for _, u := range us {
		name := shorten(plain(u), most)
		head, widths = append(head, name), append(widths, max(width(name), values[u], width(unknown)))
	}
	for _, p := range points {
		widths[0] = max(widths[0], width(shorten(short(p.Name), most)))
		widths[1] = max(widths[1], width(cell(p)))
		widths[2] = max(widths[2], len(strconv.Itoa(len(p.Rounds))))
	}
	out := lines{bufio.NewWriter(w), widths, 2}
	defer out.Flush() // whose error is w's
	out.head(head)
	texts := make([]string, len(head))
	for _, p := range points {
		texts[0], texts[1], texts[2] = shorten(short(p.Name), most), cell(p), strconv.Itoa(len(p.Rounds))
		for i, u := range us {
			texts[3+i] = median(p, u)
		}
		out.row(texts)
	}
}

// lines writes a table as [Terminal.table] does, a line at a time: the table
// writer keeps all of it, twice over, and takes ten times as long.
type lines struct {
	*bufio.Writer
	widths []int
	number int // the column that is right-aligned; -1: none is
}

func (l lines) head(texts []string) {
	l.row(texts)
	all := 0
	for _, w := range l.widths {
		all += w + gap
	}
	l.WriteString(strings.Repeat("─", all))
	l.WriteByte('\n')
}

func (l lines) row(texts []string) {
	blank := 0
	for i, text := range texts {
		if text == "" {
			blank += l.widths[i] + gap
			continue
		}
		pad := l.widths[i] - width(text)
		if i == l.number {
			blank, pad = blank+pad, 0
		}
		for range blank {
			l.WriteByte(' ')
		}
		l.WriteString(text)
		blank = pad + gap
	}
	l.WriteByte('\n')
}

// width is how many columns s takes.
func width(s string) int {
	n := 0
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf: // printable: all that is written here has been through plain
			n++
		case c < '\u0300' || c >= '\u2010' && c <= '\u2027': // no marks, which go together with a letter
			n += text.RuneWidth(c)
		default:
			return text.StringWidth(s)
		}
	}
	return n
}

// table gives tw the terminal's looks: columns, and no lines but one.
func (t Terminal) table(tw table.Writer) table.Writer {
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Box.PaddingLeft, style.Box.PaddingRight = "", " "
	style.Format.Header = text.FormatDefault
	tw.SetStyle(style)
	tw.SuppressTrailingSpaces()
	return tw
}

func (t Terminal) bold(s string) string {
	if !t.Color {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// headTable shows the four numbers. In words, each says what it comes from,
// which takes fewer columns of a table than figures that stand below one
// another.
func headTable(rows []scaling.Gain, inWords bool) table.Writer {
	tw := table.NewWriter()
	if inWords {
		tw.AppendHeader(table.Row{"throughput", "with more goroutines", "with more CPUs"})
	} else {
		tw.AppendHeader(table.Row{"throughput", "with more goroutines", "", "with more CPUs", ""})
	}
	for _, g := range rows {
		kind := "computing"
		if g.Name == headWaiting {
			kind = "waiting"
		}
		row := table.Row{fmt.Sprintf("%s (%s)", kind, short(g.Name))}
		for _, by := range []struct {
			gain stats.Interval
			n    int
			what string
		}{{g.Concurrency, g.G, "goroutine"}, {g.Parallelism, g.P, "CPU"}} {
			switch text := times(by.gain); {
			case !inWords && text == unknown:
				row = append(row, text, "")
			case !inWords:
				row = append(row, text, fmt.Sprintf("1 → %d", by.n))
			case text == unknown:
				row = append(row, text)
			default:
				row = append(row, fmt.Sprintf("%s with %s", text, plural(by.n, by.what)))
			}
		}
		tw.AppendRow(row)
	}
	return tw
}

// alert makes a line stand out.
func (t Terminal) alert(s string) string {
	if !t.Color {
		return "! " + s
	}
	return "\x1b[1;33m! " + s + "\x1b[0m"
}

// column is one of the gains table.
type column struct {
	head  string
	right bool
	value func(figures) string
}

// overG names the column of sparklines, which the page has charts for.
const overG = "over\nG"

var gainsColumns = []column{
	{"work", false, func(f figures) string { return f.work }},
	{"G", true, func(f figures) string { return f.goroutines }},
	{"concurrency", false, func(f figures) string { return f.concurrency }},
	{"parallelism", false, func(f figures) string { return f.parallelism }},
	{"total", true, func(f figures) string { return f.total }},
	{overG, false, func(f figures) string { return f.sweep }},
	{"G*", true, func(f figures) string { return f.best }},
	{"in\nflight", true, func(f figures) string { return f.inFlight }},
	{"CPUs\nbusy", true, func(f figures) string { return f.cpus }},
	{"gains from", false, func(f figures) string { return f.from }},
}

// spare are the columns that the terminal leaves out where room is scarce, one
// by one: total is the product of two others, and the rest is for the page.
var spare = []string{"total", "in\nflight", "CPUs\nbusy", overG, "G*"}

// brevity says how a terminal shortens the gains table.
type brevity struct {
	names   int // columns for names; 0: all that they need, and words in full
	without int // of spare
}

// gainsTable is the gains table, shortened by b.
func gainsTable(rows []scaling.Gain, b brevity) table.Writer {
	tw := table.NewWriter()
	var used []column
	var head table.Row
	var configs []table.ColumnConfig
	for _, c := range gainsColumns {
		if slices.Contains(spare[:b.without], c.head) || c.head == overG && b.names == 0 {
			continue
		}
		used = append(used, c)
		head = append(head, c.head)
		if c.right {
			configs = append(configs, table.ColumnConfig{Number: len(used), Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	tw.AppendHeader(head)
	tw.SetColumnConfigs(configs)
	for _, g := range rows {
		f := format(g)
		if b.names > 0 {
			f.work, f.from = shorten(f.work, b.names), brief.Replace(f.from)
		} else {
			f.work = inCell(f.work)
		}
		var row table.Row
		for _, c := range used {
			row = append(row, c.value(f))
		}
		tw.AppendRow(row)
	}
	return tw
}

// sparks are the heights of a sparkline (Tufte, 2006).
const sparks = "▁▂▃▄▅▆▇█"

// sparkline draws a sweep's throughputs, a letter each, as heights from zero
// up to the best; "" of fewer than two.
func sparkline(sweep []scaling.Rate) string {
	top := 0.0
	for _, r := range sweep {
		top = max(top, r.Throughput.Mid)
	}
	if len(sweep) < 2 || math.IsInf(top, 0) {
		return ""
	}
	heights := []rune(sparks)
	var b strings.Builder
	for _, r := range sweep {
		b.WriteRune(heights[int(math.Round(r.Throughput.Mid/top*float64(len(heights)-1)))])
	}
	return b.String()
}

// median writes the median of a unit's samples.
func median(p *series.Point, unit string) string {
	return inUnit(stats.MedianInterval(p.Units.Of(unit)), unit)
}

// cellTable shows every cell's medians, a column a unit; esc makes names fit
// where the table is rendered.
func cellTable(points []*series.Point, us []string, esc func(string) string) table.Writer {
	tw := table.NewWriter()
	head := table.Row{"benchmark", "cell", "n"}
	for _, u := range us {
		head = append(head, esc(plain(u)))
	}
	tw.AppendHeader(head)
	for _, p := range points {
		row := table.Row{esc(short(p.Name)), cell(p), len(p.Rounds)}
		for _, u := range us {
			row = append(row, median(p, u))
		}
		tw.AppendRow(row)
	}
	return tw
}

// points returns the cells of a source, work by work.
func (r *Report) points(source string) []*series.Point {
	if s := r.Data.Source(source); s != nil {
		return s.Cells()
	}
	return nil
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// errWriter remembers the first error, so that a table may be written line by
// line and a full disk is noticed all the same.
type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) Write(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.w.Write(p)
	e.err = err
	return n, err
}
