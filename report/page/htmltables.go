package page

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// verdictView is the verdict table.
type verdictView struct {
	Tally   string
	Axis    template.HTML // of the strips
	Filters []filter
	Groups  []verdictGroup
	Lessons []string
	Further string // how many claims the run did not set out to measure
}

// filter is an outcome by which the table can be filtered.
type filter struct {
	Word, Class string
	N           int
}

// verdictGroup is a row of the table of claims, with a line a claim.
type verdictGroup struct {
	Row, Tally string
	Lines      []verdictLine
}

type verdictLine struct {
	ID, Says, Subject     string
	Quantity, Region, How string // the prediction
	Measured, Interval    string
	Word, Mark, Class     string
	Reason                string // beside the verdict
	Strip                 template.HTML
	Ratio                 string // to the prediction, to sort by; "" unknown
	Rank                  int    // of the verdict, to sort by: what deserves a look first
	Evidence              []fact
	Again                 string // the command
}

// outcomes are the verdicts' words in the order in which they deserve a look,
// each with its class of the style sheet.
var outcomes = []struct{ word, class string }{
	{string(claims.Refuted), "bad"}, {string(claims.Inconclusive), "open"}, {string(claims.NotMeasurable), "none"},
	{string(claims.Supported), "good"}, {"by definition", "defined"},
}

func (r *Report) verdictView(source string, of []claims.Verdict, absent int) (*verdictView, error) {
	v := &verdictView{Tally: tally(of), Lessons: append(lessons(of), r.traced(source)...)}
	if absent > 0 {
		v.Further = further(absent)
	}
	axis, strips, err := chart.Strips(stripRows(of))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	v.Axis = template.HTML(axis)
	strip := map[string]chart.Strip{}
	count := map[string]int{}
	for i, verdict := range of {
		strip[lineKey(verdict)] = strips[i]
		count[inWords(verdict)]++
	}
	for _, o := range outcomes {
		if count[o.word] > 0 {
			v.Filters = append(v.Filters, filter{o.word, o.class, count[o.word]})
		}
	}
	for _, row := range byRow(of) {
		group := verdictGroup{Row: row[0].Row, Tally: tallyOfRow(row)}
		for _, verdict := range row {
			group.Lines = append(group.Lines, verdictLineOf(verdict, strip[lineKey(verdict)]))
		}
		v.Groups = append(v.Groups, group)
	}
	return v, nil
}

// lineKey tells a claim from every other.
func lineKey(v claims.Verdict) string {
	return strings.Join([]string{v.ID, v.Subject, v.Says, prediction(v), fmt.Sprint(v.Cells)}, "\x00")
}

func verdictLineOf(v claims.Verdict, s chart.Strip) verdictLine {
	word := inWords(v)
	rank := slices.IndexFunc(outcomes, func(o struct{ word, class string }) bool { return o.word == word })
	figure, interval, _ := strings.Cut(measured(v, v.Measured), " (")
	line := verdictLine{
		ID: v.ID, Says: v.Says, Subject: v.Subject,
		Quantity: v.Quantity, Region: region(v), How: strings.TrimPrefix(prediction(v), v.Quantity+" "+region(v)),
		Measured: figure, Interval: strings.TrimSuffix(interval, ")"),
		Word: word, Mark: mark(v), Class: outcomes[rank].class, Rank: rank,
		Strip: template.HTML(s.SVG), Ratio: sortable(s.Ratio), Again: again(v),
	}
	if v.Outcome == claims.NotMeasurable {
		line.Measured, line.Interval = unknown, ""
	}
	if v.Outcome != claims.Supported {
		line.Reason = plain(v.Reason)
	}
	line.Evidence = evidence(v)
	return line
}

// evidence is what a verdict rests on.
func evidence(v claims.Verdict) []fact {
	var out []fact
	add := func(name, text string) {
		if text != "" {
			out = append(out, fact{name, text})
		}
	}
	if v.Outcome != claims.NotMeasurable {
		add("95% interval", measured(v, v.Measured))
		if v.Corrected.Known() {
			add("Corrected interval, by which it is judged", measured(v, v.Corrected))
		}
		add("Rounds", rounds(v))
	}
	if v.Reason != "" {
		add("Note", plain(v.Reason))
	}
	if v.Outcome == claims.Refuted {
		add("What it teaches", v.Teaches)
	}
	var cells []string
	for _, c := range v.Cells {
		cells = append(cells, c.String())
	}
	add("Cells", strings.Join(cells, ", "))
	return out
}

// sortable writes a number for a script to sort by; "" for none. Infinity
// sorts last.
func sortable(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 0):
		v = math.Copysign(math.MaxFloat64, v)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// class is the style sheet's name of a tone, whatever a file calls its kinds.
func class(t chart.Tone) string {
	switch t {
	case chart.Computing, chart.Waiting, chart.Mixed, chart.Memory, chart.Sharing:
		return string(t)
	}
	return string(chart.Neutral)
}

// gainLine is a row of the gains table.
type gainLine struct {
	Work, Kind, Class string
	Parts             []string // of Work, between which a line may break
	Cells             []numberCell
	From              string
}

// numberCell is a figure in a table: its interval stands smaller beside it, and
// By is what the column is sorted by.
type numberCell struct{ Text, Interval, By string }

// gainHead names the columns of figures in the gains table.
var gainHead = []string{"G", "Concurrency gain", "Parallelism gain", "Total", "G*", "In flight", "CPUs busy"}

func gainLineOf(g scaling.Gain) gainLine {
	f := format(g)
	line := gainLine{Work: f.work, Parts: strings.SplitAfter(f.work, "/"), Kind: plain(g.Kind), Class: class(tone(g)), From: f.from}
	for _, c := range []struct {
		text string
		by   float64
	}{
		{f.goroutines, float64(g.G)}, {f.concurrency, g.Concurrency.Mid}, {f.parallelism, g.Parallelism.Mid}, {f.total, g.Total.Mid},
		{f.best, float64(g.Best)}, {f.inFlight, g.InFlight.Mid}, {f.cpus, g.CPUs.Mid},
	} {
		if c.text == unknown {
			c.by = math.NaN()
		}
		text, interval := apart(c.text)
		line.Cells = append(line.Cells, numberCell{text, interval, sortable(c.by)})
	}
	return line
}

// cellView is the table of every cell's medians.
type cellView struct {
	Units []string
	Lines []cellLine
	Left  string // what is not shown
}

type cellLine struct {
	Name, Cell, N string
	Medians       []string
}

// maxCells is how many cells and how many workloads the page lists; anybody's
// file may have any number, and the page is to be read on a phone. The files
// beside it and the terminal (-cells) have all.
const maxCells = 400

// maxUnits is how many units it lists.
const maxUnits = 12

// listable returns as many of the points, and of their units, as a page lists,
// and says what is left out.
func listable(points []*series.Point) (shown []*series.Point, us []string, left string) {
	us = units(points)
	cells, most := min(len(points), maxCells), min(len(us), maxUnits)
	if cells < len(points) || most < len(us) {
		left = fmt.Sprintf("Shown are %d of %s in %d of %s; report -cells prints all.", cells, plural(len(points), "cell"), most, plural(len(us), "unit"))
	}
	return points[:cells], us[:most], left
}

func (r *Report) cellView(source string) *cellView {
	points, us, left := listable(r.points(source))
	v := &cellView{Left: left}
	for _, u := range us {
		v.Units = append(v.Units, plain(u))
	}
	for _, p := range points {
		line := cellLine{Name: short(p.Name), Cell: cell(p), N: fmt.Sprint(len(p.Rounds))}
		for _, u := range us {
			line.Medians = append(line.Medians, inUnit(stats.MedianInterval(p.Values(u)), u))
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}
