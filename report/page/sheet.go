package page

import (
	"bytes"
	_ "embed" // its template
	"fmt"
	"html/template"
	"sync"

	"conpar/report/chart"
)

//go:embed sheet.gohtml
var sheetText string

var sheetTemplate = sync.OnceValue(parsedSheet)

// parsedSheet is a template of its own at each call: one that has been executed
// takes no further parts, and the report's page shares some with the sheets.
func parsedSheet() *template.Template {
	return template.Must(template.New("sheets").Parse(sheetText))
}

// sheet is a page that is a row of sections with tables, in the looks of the
// report and under its policy. Its texts are plain; the template escapes them.
type sheet struct {
	Policy   string
	Style    template.CSS
	Script   template.JS
	Name     string // of the window
	Facts    []string
	Headline string
	Lede     string
	Sections []sheetSection
	Foot     string
}

// sheetSection has its parts in the order in which they stand; any may lack.
type sheetSection struct {
	ID, Short, Title string
	Says             []string
	Figure           *figureView
	Table            *sheetTable
	Notes            []string
	Commands         []string // that show the same figures
	Folded           *sheetTable
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

// html writes the page.
func (s sheet) html() ([]byte, error) {
	s.Policy, s.Style, s.Script = policy(), template.CSS(style()), template.JS(scriptText)
	tables := 0
	for _, section := range s.Sections {
		for _, t := range []*sheetTable{section.Table, section.Folded} {
			if t != nil {
				tables++
				t.Label = fmt.Sprintf("Table %d: %s", tables, t.Caption)
			}
		}
	}
	var b bytes.Buffer
	if err := sheetTemplate().ExecuteTemplate(&b, "sheet", s); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return b.Bytes(), nil
}

// figureOf is a chart as it stands in a page.
func figureOf(f *chart.Figure) *figureView {
	t := f.Text()
	return &figureView{
		ID: t.ID, Title: t.Title, Sub: t.Sub, Note: t.Note,
		Wide: template.HTML(f.Inline(chart.Wide)), Narrow: template.HTML(f.Inline(chart.Narrow)),
	}
}
