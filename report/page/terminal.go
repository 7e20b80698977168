package page

import (
	"fmt"
	"io"
	"maps"
	"slices"

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
}

// WriteTerminal writes the summary of every source, at most 80 columns wide
// where names allow.
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
	fmt.Fprintf(w, "%s  %s\n", t.bold(plain(s.Label)), machine(s))
	if c := course(s); c != "" {
		fmt.Fprintln(w, c)
	}
	if head := r.headline(s.Label); len(head) > 0 {
		fmt.Fprintln(w)
		fmt.Fprintln(w, t.table(headTable(head)).Render())
	}
	gains := r.of(s.Label)
	if len(gains) > 0 {
		fmt.Fprintln(w)
		fmt.Fprintln(w, t.bold("Gains")+" in throughput: medians of ratios within rounds, with 95% intervals")
		fmt.Fprintln(w, t.table(gainsTable(gains, asIs)).Render())
		fmt.Fprintln(w, "G: goroutines that the gains are taken at. G*: fewest within 5% of the best.")
	}
	for _, line := range r.remarks(s.Label) {
		fmt.Fprintln(w, "- "+line)
	}
	if points := r.points(s.Label); t.Cells || len(gains) == 0 {
		fmt.Fprintln(w)
		fmt.Fprintln(w, t.bold("Medians")+" with 95% intervals")
		fmt.Fprintln(w, t.table(cellTable(points, asIs)).Render())
	}
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

// headTable shows the four numbers.
func headTable(rows []scaling.Gain) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{"throughput", "with more goroutines", "", "with more CPUs", ""})
	for _, g := range rows {
		kind := "computing"
		if g.Name == headWaiting {
			kind = "waiting"
		}
		tw.AppendRow(table.Row{
			fmt.Sprintf("%s (%s)", kind, short(g.Name)),
			times(g.Concurrency), fmt.Sprintf("1 → %d", g.G),
			times(g.Parallelism), fmt.Sprintf("1 → %d", g.P),
		})
	}
	return tw
}

// gainsTable is the gains table; esc makes names fit where it is rendered.
func gainsTable(rows []scaling.Gain, esc func(string) string) table.Writer {
	tw := table.NewWriter()
	tw.AppendHeader(table.Row{"work", "G", "concurrency", "parallelism", "total", "G*", "in\nflight", "CPUs\nbusy", "gains from"})
	for _, g := range rows {
		f := format(g)
		tw.AppendRow(table.Row{esc(f.work), f.goroutines, f.concurrency, f.parallelism, f.total, f.best, f.inFlight, f.cpus, f.from})
	}
	right := func(n int) table.ColumnConfig {
		return table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight}
	}
	tw.SetColumnConfigs([]table.ColumnConfig{right(2), right(5), right(6), right(7), right(8), {Number: 9, WidthMax: 14, WidthMaxEnforcer: text.WrapSoft}})
	return tw
}

// cellTable shows every cell's medians, a column a unit.
func cellTable(points []*series.Point, esc func(string) string) table.Writer {
	us := units(points)
	tw := table.NewWriter()
	head := table.Row{"benchmark", "cell", "n"}
	for _, u := range us {
		head = append(head, esc(plain(u)))
	}
	tw.AppendHeader(head)
	for _, p := range points {
		row := table.Row{esc(short(p.Name)), cell(p), len(p.Rounds)}
		for _, u := range us {
			row = append(row, inUnit(stats.Median(p.Values(u)), u))
		}
		tw.AppendRow(row)
	}
	return tw
}

func (r *Report) points(source string) []*series.Point {
	var out []*series.Point
	for _, p := range r.Data.Points {
		if p.Source == source {
			out = append(out, p)
		}
	}
	return out
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
