package page

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"conpar/report/chart"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/timeline"
	"conpar/report/words"
)

// Traced is an execution trace that the user named.
type Traced struct {
	Name   string // of the file
	Region string // the type of the regions that are drawn; "": its goroutines are drawn
	Trace  *timeline.Summary
}

// idFiles is the stem of the chart of named traces.
const idFiles = "timeline"

// mostGroups is how many functions are listed.
const mostGroups = 12

// WriteTraced sums up a trace in at most 80 columns.
func (t Terminal) WriteTraced(w io.Writer, of Traced) error {
	trace := of.Trace
	procs := "an unknown GOMAXPROCS"
	if trace.Procs > 0 {
		procs = fmt.Sprintf("GOMAXPROCS %d", trace.Procs)
	}
	var b strings.Builder
	for _, line := range words.Wrap(fmt.Sprintf("%s: %s at %s, %s", words.Sanitize(of.Name),
		lasting(trace.Duration), procs, words.Count(trace.Goroutines(), "goroutine")), columns) {
		b.WriteString(t.bold(line) + "\n")
	}
	fmt.Fprintf(&b, "%s CPUs busy; at most %s ran at the same instant\n", words.Number(trace.CPUsBusy()),
		words.Count(len(trace.Share)-1, "goroutine"))
	var shares []string
	for k, share := range trace.Share {
		shares = append(shares, fmt.Sprintf("%s with %d", shareText(share), k))
	}
	const most = 16 // of the numbers of goroutines
	if len(shares) > most {
		shares = append(shares[:most], fmt.Sprintf("%s with more", shareText(total(trace.Share[most:]))))
	}
	wrapped(&b, "- running at once: of the time, "+strings.Join(shares, ", "))
	b.WriteString("\n" + groupTable(trace.Groups).String(columns) + "\n")
	if left := len(trace.Groups) - mostGroups; left > 0 {
		fmt.Fprintf(&b, "and %s that ran for less\n", words.Count(left, "further function"))
	}
	b.WriteString("ready: it could run, but no processor was free. The runtime's own are included.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func total(shares []float64) float64 {
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	return sum
}

// shareText writes a share so that one that is neither 0 nor 1 does not look so.
func shareText(share float64) string {
	switch {
	case share > 0 && share < .005:
		return "<1%"
	case share >= .995 && share < 1:
		return ">99%"
	}
	return fmt.Sprintf("%.0f%%", 100*share)
}

func groupTable(groups []timeline.Group) table.Table {
	t := table.Table{Columns: table.Heads("goroutines that began with", "n", "running", "ready", "waiting",
		"system calls")}
	t.Columns[0].Least, t.Columns[1].Right = leastName, true
	var rows [][]table.Cell
	for _, g := range groups[:min(mostGroups, len(groups))] {
		texts := []string{cmp.Or(words.Sanitize(g.Func), "(not known)"), strconv.Itoa(g.N)}
		for _, state := range []series.State{series.Running, series.Ready, series.Waiting, series.Syscall} {
			text := words.Unknown
			if d := g.Times[state]; d > 0 {
				text = lasting(d)
			}
			texts = append(texts, text)
		}
		rows = append(rows, table.Texts(texts...))
	}
	return table.Of(t.Columns, rows...)
}

// TracedMain is the drawing that a reader opens, below the folder.
const TracedMain = chartDir + "/" + idFiles + vector

// parts is how many parts of a panel are told apart, of so many panels: a
// drawing of more marks would be slow to look at.
func parts(panels int) int { return min(600, 20_000/(2*maxLanes*panels)) }

// TracedFiles draws the timelines of traces, a panel each, in every form.
func TracedFiles(ctx context.Context, all []Traced) ([]File, error) {
	var panels []chart.Panel
	for _, of := range all {
		panels = append(panels, of.panel(parts(len(all))))
	}
	title := "When each goroutine ran, and on which processor"
	if len(all) == 1 {
		title = fmt.Sprintf("%s: %s CPUs busy, at most %d at once", words.Sanitize(path.Base(all[0].Name)),
			words.Number(all[0].Trace.CPUsBusy()), len(all[0].Trace.Share)-1)
	}
	f, err := chart.Timeline(around(idFiles, title,
		"Each row is a goroutine, or a region of one · a block: it runs, on that processor; a line: it does not",
		"A timeline: for each goroutine, when it ran on which processor, waited, or was ready while no processor "+
			"was free.",
		"By the runtime's own account: whether the operating system gave the thread a CPU meanwhile is not in a trace.",
		fmt.Sprintf("Neighbours that are both shorter than a %dth of their trace are joined, and drawn as the "+
			"longer one.",
			parts(len(all)))), panels)
	if err != nil {
		return nil, err
	}
	return draw(ctx, []*chart.Figure{f})
}

func (of Traced) panel(parts int) chart.Panel {
	trace := of.Trace
	grain := trace.Duration / time.Duration(parts)
	var lanes []series.Lane
	left, what := 0, "goroutine"
	if of.Region != "" {
		lanes = trace.Regions(of.Region, grain)
		left, what = max(0, len(lanes)-maxLanes), "region"
		lanes = lanes[:len(lanes)-left]
	} else {
		lanes, left = trace.Busiest(maxLanes, grain)
	}
	p := chart.Panel{
		Name: words.Sanitize(path.Base(of.Name)), Sub: fmt.Sprintf("GOMAXPROCS %d", trace.Procs), To: trace.Duration,
		Value: fmt.Sprintf("%s · %s CPUs busy", lasting(trace.Duration), words.Number(trace.CPUsBusy())),
	}
	for _, lane := range lanes {
		// The package's folders say little.
		lane.Name = words.Sanitize(lane.Name[strings.LastIndexByte(lane.Name, '/')+1:])
		p.Lanes = append(p.Lanes, lane)
	}
	if left > 0 {
		p.Left = "and " + words.Count(left, "further "+what)
	}
	return p
}
