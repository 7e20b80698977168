package page

import (
	"bytes"
	_ "embed" // its template
	"fmt"
	"html/template"
	"sync"

	"conpar/report/table"
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
	frame
	Name     string // of the window
	Facts    []string
	Headline string
	Lede     string
	Sections []sheetSection
	Foot     string
}

// sheetSection has its parts in the order in which they stand; any may lack.
// Its tables are made by [sheetTableOf].
type sheetSection struct {
	ID, Short, Title string
	Says             []string
	Figure           *figureView
	Table            *table.Table
	Notes            []string
	Commands         []string // that show the same figures
	Folded           *table.Table
}

// sheetTableOf prepares a table for a sheet.
func sheetTableOf(caption string, t table.Table) *table.Table {
	t.Caption, t.Class = caption, "sheet"
	return &t
}

// html writes the page.
func (s sheet) html() ([]byte, error) {
	s.frame = frameOf(s.Name)
	tables := 0
	for _, section := range s.Sections {
		for _, t := range []*table.Table{section.Table, section.Folded} {
			if t != nil { // labels are to differ
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
