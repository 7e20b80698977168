package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's parts
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
)

//go:embed page.gohtml
var pageText string

//go:embed page.css
var styleText string

//go:embed page.js
var scriptText string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(parsedSheet().New("page").Funcs(template.FuncMap{
		"count": words.Count, "hazards": hazardTable, "look": lookOf, "rank": rankOf, "region": region,
		"rule": rule, "figure": figureOfVerdict,
		"category": category, "evidence": evidence, "again": again, "sanitize": words.Sanitize,
	}).Parse(pageText))
})

// style is the page's only style sheet: the colours of both schemes and the
// fonts stand in it, so that the page asks for nothing.
var style = sync.OnceValue(func() string {
	return strings.NewReplacer(
		"/*light*/", chart.Palette(false),
		"/*dark*/", chart.Palette(true),
		"/*fonts*/", chart.WebFonts(),
	).Replace(styleText)
})

// policyOf is the Content-Security-Policy of a page with this style sheet.
// Nothing may be loaded, and of what stands in the page only its own style
// sheet and script, known by their digests, may do anything: a name in the data
// stays text. The fonts stand in the style sheet as data.
func policyOf(style string) string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; font-src data:; "+
		"base-uri 'none'; form-action 'none'", digest(style), digest(scriptText))
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// frame is what every page has.
type frame struct {
	Policy string
	Style  template.CSS
	Script template.JS
	Name   string // of the window
}

// frameOf is the frame of a page that needs more styles than all have.
func frameOf(name, more string) frame {
	style := style() + more
	return frame{policyOf(style), template.CSS(style), template.JS(scriptText), name}
}

// HTML writes the page of one source as a single file that needs nothing else,
// no script either. The figures are those of [Report.Charts].
func (r *Report) HTML(source string, figures []*chart.Figure) ([]byte, error) {
	s := r.Data.Source(source)
	if s == nil {
		return nil, fmt.Errorf("page: there is no source %q", words.Sanitize(source))
	}
	v, err := r.view(*s, figures)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, v); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return b.Bytes(), nil
}

// view is what the template shows. Its texts are plain; the template escapes
// them.
type view struct {
	frame
	*linker
	Label    string
	Facts    []string
	Started  string // "2026-11-24T17:21:12Z"
	Date     string // "24 November 2026"
	Headline string
	Alert    string
	Numbers  []headNumber
	Sure     string // the second of them is
	Words    []term
	Ran      *ranView
	Covered  *coveredView // on a page that shows nothing that was measured
	Verdicts *verdictView
	First    []figureView // that stand before the gains table
	Figures  []figureView
	Gains    []gainsView
	Advice   *adviceView
	Practice []practicePart
	Cells    table.Table
	N        int    // of cells that are shown
	Left     string // cells that are not
	CellsSay string
	Trust    trust
	Method   []fact
	Commands []command
}

// gainsView is a gains table with what is said about it.
type gainsView struct {
	Says string
	table.Table
}

// gainsLabels tell the parts of a gains table apart.
var gainsLabels = [2]string{"Gains of all workloads", "Gains of workloads that were not kept to one CPU"}

// adviceView is the advice with what is said about it.
type adviceView struct {
	Says, Limits string
	Which        string // workloads gain from what
	Works        table.Table
	Mixed        *mixedWork
}

// ranView is what was run.
type ranView struct {
	Says         string
	Main, Others table.Table
	N            int // of the others
}

// figureView is a chart with what is said about it.
type figureView struct {
	*linker
	ID, Short, Title, Sub, Note, How string
	Wide, Narrow                     template.HTML
}

// verdictView is the verdicts: a table of those that deserve a look, and one of
// the rest for each row of the table of claims.
type verdictView struct {
	Tally   string
	Adds    string // how the lines add up
	Differ  string // why a figure may differ from that of the gains table
	Filters []filter
	Open    *claimsView // nil: no line is
	Folded  []claimsView
	Lessons []string
	Further string // how many claims the run did not set out to measure
	Early   string // what the intervals are of lines that stopped early
}

// filter is a category by which the tables can be filtered.
type filter struct {
	Word, Class string
	N           int
}

// claimsView is a table of verdicts.
type claimsView struct {
	*linker
	Caption, Title string
	Axis           template.HTML // of the strips
	Groups         []verdictGroup
}

// verdictGroup is a row of the table of claims, with a line a claim.
type verdictGroup struct {
	Row, Tally string
	Lines      []verdictLine
}

type verdictLine struct {
	claims.Verdict
	Strip template.HTML
	Ratio string // to the prediction, to sort by; "" unknown
}

// viewOf is what a page shows before anything that was measured.
func (r *Report) viewOf(s series.Source) *view {
	v := &view{linker: &linker{map[string]bool{}}, Label: words.Sanitize(s.Label), Words: glossary()}
	if m := machine(s); m != "" {
		v.Facts = strings.Split(m, " · ")
	}
	if s.Run != nil {
		v.Started, v.Date = startedAs(s, time.RFC3339), day(s)
	}
	if main, others, n := r.ran(s); main.Rows != nil {
		v.Ran = &ranView{ranSays, main, others, n}
	}
	return v
}

func (r *Report) view(s series.Source, figures []*chart.Figure) (*view, error) {
	const room = 60 // of a window's title
	v := r.viewOf(s)
	v.CellsSay, v.Headline, v.Alert = cellsSay, r.Headline(s.Label), incomplete(s)
	v.Numbers, v.Sure, v.Trust = r.headNumbers(s.Label), r.sure(s.Label), r.trust(s)
	v.Method, v.Commands, v.N = r.facts(s), r.commands(s), min(len(r.points(s.Label)), maxCells)
	var err error
	var looks shared
	if v.Verdicts, err = r.verdictView(s.Label, v.linker, &looks); err != nil {
		return nil, err
	}
	v.Practice = r.practice(s.Label)
	for _, f := range figures {
		if how, ok := howToRead()[f.Text().ID]; ok {
			one := figureOf(f)
			one.Wide, one.Narrow = looks.pair([]byte(one.Wide), []byte(one.Narrow))
			one.Short, one.How = how[0], how[1]
			if one.ID == idGains && !slices.ContainsFunc(r.of(s.Label), func(g scaling.Gain) bool { return g.OneCPU }) {
				one.How = howToRead()["gains-as-run"][1]
			}
			one.linker = v.linker
			if at := slices.IndexFunc(v.Practice, func(p practicePart) bool { return p.Chart == one.ID }); at >= 0 {
				v.Practice[at].Figure = one
			} else if one.ID == idKitchen || one.ID == idGains {
				v.First = append(v.First, *one)
			} else {
				v.Figures = append(v.Figures, *one)
			}
		}
	}
	if gains := r.of(s.Label); len(gains) > 0 {
		for i, t := range gainsTables(gains) {
			says := t.Caption
			t.Class, t.Caption, t.Label, t.Sortable = "gains", gainsLabels[i], gainsLabels[i], true
			t.Most, t.Rest = maxCells, "gains.csv"
			v.Gains = append(v.Gains, gainsView{says, t})
		}
	}
	if works := r.advice(s.Label); len(works) > 0 {
		v.Advice = &adviceView{Says: adviceSays, Limits: adviceLimits, Which: whichGain(works, 6),
			Works: adviceTable(works), Mixed: r.mixed(s.Label)}
	}
	v.Cells, v.Left = r.pageCells(s.Label)
	v.Cells.Class, v.Cells.Label = "cells", "Medians of every cell"
	v.Cells.Caption, v.Cells.Aligned = "Medians of every cell, with half the 95% interval", true
	v.frame = frameOf("conpar: "+words.Shorten(v.Label, room), looks.css.String())
	return v, nil
}

// verdictView is nil where there are no verdicts.
func (r *Report) verdictView(source string, l *linker, looks *shared) (*verdictView, error) {
	judged, absent := r.verdicts(source)
	if len(judged) == 0 {
		return nil, nil
	}
	axis, strips, err := chart.Strips(stripRows(judged))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	v := &verdictView{Tally: tally(judged), Adds: addsUp(judged), Differ: differ, Lessons: r.lessons(source),
		Early: early(judged)}
	if absent > 0 {
		v.Further = further(absent)
	}
	stand := claimsView{linker: l, Axis: looks.drawing([]byte(axis)),
		Caption: "Claims that the run refutes or leaves undecided"}
	for _, row := range byRow(judged) {
		rest := claimsView{linker: l, Axis: stand.Axis, Caption: "Other verdicts: " + row[0].Row}
		var open, others verdictGroup
		for i, verdict := range row {
			line := verdictLine{verdict, looks.drawing([]byte(strips[i].SVG)), table.SortKey(strips[i].Ratio)}
			if o := verdict.Outcome; o == claims.Refuted || o == claims.Inconclusive {
				open.Lines = append(open.Lines, line)
			} else {
				others.Lines = append(others.Lines, line)
			}
		}
		strips = strips[len(row):]
		if open.named(row[0].Row) {
			stand.Groups = append(stand.Groups, open)
		}
		if others.named(row[0].Row) {
			rest.Groups, rest.Title = []verdictGroup{others}, others.Row+": "+others.Tally
			v.Folded = append(v.Folded, rest)
		}
	}
	if len(stand.Groups) > 0 {
		v.Open = &stand
	}
	for _, c := range categories() {
		n := 0
		for _, verdict := range judged {
			if category(verdict) == c.Word {
				n++
			}
		}
		if c.N = n; n > 0 {
			v.Filters = append(v.Filters, c)
		}
	}
	return v, nil
}

// named names a group and counts its lines; it says whether there are any.
func (g *verdictGroup) named(row string) bool {
	g.Row, g.Tally = row, tallyOfRow(each(g.Lines, func(l verdictLine) claims.Verdict { return l.Verdict }))
	return len(g.Lines) > 0
}

// figureOfVerdict is what was measured; a dash where nothing was.
func figureOfVerdict(v claims.Verdict) words.Figure {
	if v.Outcome == claims.NotMeasurable {
		return words.Figure{Mid: words.Unknown}
	}
	return measuredFigure(v, v.Measured)
}

// figureOf is a chart as it stands in a page.
func figureOf(f *chart.Figure) *figureView {
	t := f.Text()
	return &figureView{
		ID: t.ID, Title: t.Title, Sub: t.Sub, Note: t.Note,
		Wide: template.HTML(f.Inline(wide)), Narrow: template.HTML(f.Inline(narrow)),
	}
}

//go:embed charts.txt
var chartsText string

// howToRead are the lines of charts.txt: for each chart, by its ID, what it is
// called in the table of contents, and in plain words how to read it. A page
// shows no other charts.
var howToRead = sync.OnceValue(func() map[string][2]string {
	how := map[string][2]string{}
	for line := range strings.Lines(chartsText) {
		parts := strings.SplitN(strings.TrimSpace(line), "\t", 3)
		how[parts[0]] = [2]string{parts[1], parts[2]}
	}
	return how
})
