package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's parts
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"time"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

//go:embed page.gohtml
var pageText string

//go:embed page.css
var styleText string

//go:embed page.js
var scriptText string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(parsedSheet().New("page").Parse(pageText))
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

// policy is the page's Content-Security-Policy. Nothing may be loaded, and of
// what stands in the page only its own style sheet and script, known by their
// digests, may do anything: whatever a name in the data manages to say, it says
// it as text. The fonts stand in the style sheet as data.
var policy = sync.OnceValue(func() string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; font-src data:; base-uri 'none'; form-action 'none'",
		digest(style()), digest(scriptText))
})

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// HTML writes the page of one source as a single file that needs nothing else,
// no script either. The figures are those of [Report.Charts].
func (r *Report) HTML(source string, figures []*chart.Figure) ([]byte, error) {
	s := r.Data.Source(source)
	if s == nil {
		return nil, fmt.Errorf("page: there is no source %q", plain(source))
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
	Policy   string
	Style    template.CSS
	Script   template.JS
	Name     string // of the window
	Label    string
	Facts    []string
	Started  string // "2026-11-24T17:21:12Z"
	Date     string // "24 November 2026"
	Headline string
	Lede     string
	Alert    string
	Cards    []card
	Verdicts *verdictView
	Figures  []figureView
	GainHead []string
	Gains    []gainLine
	Advice   advised
	Left     string    // gains that are not shown
	Every    *cellView // medians of all cells
	Trust    trust
	Method   []fact
	Commands []command
	Terms    []term
}

// card is one of the four numbers.
type card struct {
	Figure, What, Interval, With string
	Class                        string // of the style sheet: the kind of work
	Faint                        bool   // no gain is shown
}

// fact is a line of a list of facts.
type fact struct{ Name, Text string }

// figureView is a chart with what is said about it.
type figureView struct {
	ID, Short, Title, Sub, Note, How string
	Wide, Narrow                     template.HTML
}

func (r *Report) view(s series.Source, figures []*chart.Figure) (*view, error) {
	v := &view{
		Policy: policy(), Style: template.CSS(style()), Script: template.JS(scriptText),
		Label: plain(s.Label), Headline: r.Headline(s.Label), Alert: incomplete(s),
		Cards: cards(r.headline(s.Label)), Trust: r.trust(s), Method: r.facts(s), Commands: r.commands(s), Terms: terms, GainHead: gainHead,
	}
	const room = 60 // of a window's title
	v.Name = "conpar: " + shorten(v.Label, room)
	if m := machine(s); m != "" {
		v.Facts = strings.Split(m, " · ")
	}
	if s.Run != nil {
		v.Started, v.Date = startedAs(s, time.RFC3339), day(s)
	}
	var err error
	if of, absent := r.verdicts(s.Label); len(of) > 0 {
		v.Lede = tally(of)
		if v.Verdicts, err = r.verdictView(s.Label, of, absent); err != nil {
			return nil, err
		}
	}
	for _, f := range figures {
		if how, ok := howToRead[f.Text().ID]; ok {
			one := figureOf(f)
			one.Short, one.How = how.short, how.text
			v.Figures = append(v.Figures, *one)
		}
	}
	gains := r.of(s.Label)
	if n := len(gains); n > maxCells {
		gains = gains[:maxCells]
		v.Left = fmt.Sprintf("Shown are %d of %s; gains.csv has all.", maxCells, plural(n, "workload"))
	}
	for _, g := range gains {
		v.Gains = append(v.Gains, gainLineOf(g))
	}
	v.Advice = r.advice(s.Label)
	v.Every = r.cellView(s.Label)
	return v, nil
}

// cards are the four numbers, as far as they were measured.
func cards(rows []scaling.Gain) []card {
	var out []card
	for _, g := range rows {
		kind, tone := "Computing", chart.Computing
		if g.Name == headWaiting {
			kind, tone = "Waiting", chart.Waiting
		}
		byGoroutines, byCPUs := g.Helps()
		for _, by := range []struct {
			gain       stats.Interval
			helps      bool
			what, with string
		}{
			{g.Concurrency, byGoroutines, "more goroutines", fmt.Sprintf("1 → %s, one processor", plural(g.G, "goroutine"))},
			{g.Parallelism, byCPUs, "more CPUs", fmt.Sprintf("1 → %s, the same goroutines", plural(g.P, "CPU"))},
		} {
			figure, interval := apart(times(by.gain))
			out = append(out, card{
				Figure: figure, What: fmt.Sprintf("%s (%s), %s", kind, short(g.Name), by.what),
				Interval: interval, With: by.with, Class: class(tone), Faint: !by.helps,
			})
		}
	}
	return out
}

// howToRead says of each chart, in plain words, how to read it, and what it is
// called in the table of contents. Charts that are not in it are not shown.
var howToRead = map[string]struct{ short, text string }{
	idKitchen: {"A kitchen", "Each row is a dish. A block means that a cook, which is a processor, works at it, in the colour of that cook; a thin line, that the dish is in the oven " +
		"and needs nobody; dots, that it could be worked at, but every cook is busy. One cook who switches between dishes is concurrency. Several cooks at work at the same instant are parallelism."},
	idTraces: {"Computing and waiting", "The same picture of one workload that computes and one that waits. Goroutines that compute take turns on a processor, and more processors let more of them run; " +
		"goroutines that wait do so all at once, whatever the number of processors."},
	idGains: {"Two gains", "Each point is one kind of work. The further to the right, the more it gains from goroutines while there is a single processor; " +
		"the higher up, the more the same goroutines gain from all CPUs. Work at the lower left gains from neither."},
	idPlane: {"In flight and busy", "To the right, more tasks are in progress at once: that is concurrency. Upwards, more CPUs work at once: that is parallelism. " +
		"Waiting work moves to the right without using a CPU; computing work moves up, and only as far as there are CPUs."},
	idThroughput: {"Throughput", "How many tasks are done a second when more goroutines share them. A line that climbs gains from each further goroutine; " +
		"where it turns level, more goroutines bring nothing more."},
	idSpeedup: {"Speed-up", "How much faster the same goroutines are when Go may use more processors. The ideal line doubles with every doubling; " +
		"work that stays at 1 waits for something other than a CPU."},
	idHeat: {"Both knobs", "To the right there are more goroutines, upwards Go may use more processors; a number says how many times as fast the work gets done, " +
		"and the darker (on a dark page: the brighter) its cell, the faster. Where columns differ, goroutines matter; where rows differ, processors do. Among framed cells choose by other reasons: nothing shows that one is faster."},
	idCoordination: {"Coordination", "What it takes to add one to a counter when more goroutines do so at the same time; lower is cheaper. Where goroutines have a counter each, " +
		"more of them share the work and a line falls; where they share one, they wait for each other, and it rises."},
	idMemory: {"Goroutines and threads", "How much memory so many goroutines or threads take that do nothing but wait. Filled marks are memory that is really used; hollow ones are addresses " +
		"that are only set aside. The lower a line, the more of them fit into a machine."},
	idSum: {"Goroutines for a sum", "One loop takes the same time for an item of any slice. Two goroutines first have to be started and then to report, which a short slice does not pay back; " +
		"they are worth it where their line runs below that of the loop."},
	idLanguages: {"Languages", "The further to the right, the more a language gains from many workers while tasks wait; the higher up, the more it gains from a worker for each CPU while tasks compute. " +
		"At the top right threads do both; at the lower right they make waiting concurrent and computing not parallel."},
}
