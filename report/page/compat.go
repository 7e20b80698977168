package page

import (
	"bufio"
	"bytes"
	"html/template"
	"io"
	"maps"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	gopretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"conpar/report/scaling"
	"conpar/report/stats"
	"conpar/report/table"
	"conpar/report/words"
)

// What stands here are the old names of what packages words and table have, for
// files of this package that do not call these yet.

const unknown = words.Unknown

var (
	number   = words.Number
	percent  = words.Percent
	inUnit   = words.InUnit
	plural   = words.Count
	plain    = words.Sanitize
	item     = words.Item
	code     = words.Code
	argument = words.ShellWord
	bound    = words.Bound
	bare     = words.Exact
	wrap     = words.Wrap
	shorten  = words.Shorten
	width    = words.Width
	listed   = words.List
	cellText = words.Spreadsheet
	sortable = table.SortKey
	grouped  = words.Grouped
)

func inCell(s string) string { return strings.ReplaceAll(words.Markdown(s), "\\|", "|") }

var markdown escaper

type escaper struct{}

func (escaper) Replace(s string) string { return words.Markdown(s) }

func withInterval(i stats.Interval) string { return words.Interval(i).String() }
func times(i stats.Interval) string        { return words.Times(i).String() }

func apart(text string) (figure, interval string) {
	figure, interval, _ = strings.Cut(text, " ")
	return figure, strings.Trim(interval, "()")
}

type jsonInterval struct {
	Mid *float64 `json:"mid"`
	Lo  *float64 `json:"lo"`
	Hi  *float64 `json:"hi"`
}

type jsonPair struct {
	Lo *float64 `json:"lo"`
	Hi *float64 `json:"hi"`
}

func jsonIntervalOf(i stats.Interval, why string) *jsonInterval {
	if why != "" || finite(i.Mid) == nil {
		return nil
	}
	return &jsonInterval{finite(i.Mid), finite(i.Lo), finite(i.Hi)}
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return &v
}

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func optional[T int | float64 | string](v *T) string {
	if v == nil {
		return ""
	}
	switch v := any(*v).(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return cellText(v)
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

// sheetTable is a table; the first cell of each row is its head.
type sheetTable struct {
	Caption string
	Label   string // unlike that of every other table of the page
	Head    []sheetHead
	Rows    [][]sheetCell
	Sorted  bool // can be sorted
}

type sheetHead struct {
	Text   string
	Number bool
}

// sheetCell is a cell: Small stands below the text, By is what it is sorted by
// where that is not the text, and Href is a page beside this one.
type sheetCell struct {
	Text, Small, By, Class, Href string
	Number                       bool
}

func (s *sheetTable) HTML() (template.HTML, error) {
	t := table.Table{Caption: s.Caption, Label: s.Label, Class: "sheet", Sortable: s.Sorted}
	for _, h := range s.Head {
		t.Columns = append(t.Columns, table.Column{Head: h.Text, Right: h.Number})
	}
	t.Rows = func(yield func([]table.Cell) bool) {
		for _, row := range s.Rows {
			var cells []table.Cell
			for _, c := range row {
				cells = append(cells, table.Cell{Text: c.Text, Small: c.Small, By: c.By, Class: c.Class, Href: c.Href})
			}
			if !yield(cells) {
				return
			}
		}
	}
	return t.HTML()
}

// figures formats a row of the gains table. A gain that could not be measured
// is a dash; its reason stands among the remarks.
type figures struct{ goroutines, concurrency, parallelism, from string }

func format(g scaling.Gain) figures {
	row := gainsRow(g)
	text := func(i int) string { return words.Figure{Mid: row[i].Text, Interval: row[i].Small}.String() }
	return figures{text(1), text(2), text(3), text(len(row) - 1)}
}

// bytesOf collects what a writer method writes.
func bytesOf(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}

const gap = 1

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

// widest returns the width of the widest line of s.
func widest(s string) int {
	w := 0
	for line := range strings.Lines(s) {
		w = max(w, width(strings.TrimSuffix(line, "\n")))
	}
	return w
}

// table gives tw the terminal's looks: columns, and no lines but one.
func (t Terminal) table(tw gopretty.Writer) gopretty.Writer {
	style := gopretty.StyleLight
	style.Options = gopretty.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Box.PaddingLeft, style.Box.PaddingRight = "", " "
	style.Format.Header = text.FormatDefault
	tw.SetStyle(style)
	tw.SuppressTrailingSpaces()
	return tw
}

// within renders a table within the columns by shortening names.
func (t Terminal) within(render func(names int) gopretty.Writer) string {
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

// fitted shortens a name to some columns, or makes it fit for Markdown, where
// it has room.
func fitted(name string, columns int) string {
	if columns == 0 {
		return inCell(plain(name))
	}
	return shorten(plain(name), columns)
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

func rowOf(texts []string) gopretty.Row {
	var row gopretty.Row
	for _, text := range texts {
		row = append(row, text)
	}
	return row
}
