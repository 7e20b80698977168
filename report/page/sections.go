package page

import (
	"bytes"
	"context"
	_ "embed" // its template
	"fmt"
	"html/template"
	"strings"
	"sync"

	"conpar/report/chart"
	"conpar/report/table"
	"conpar/report/words"
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
	draw             func(number int) (*chart.Figure, error) // nil, or makes nil, where there is no chart
	how              string                                  // to read it
	figure           *chart.Figure
	Table            *table.Table
	Notes            []string
	Commands         []string // that show the same figures
	// Folded is a table that a reader opens. A terminal has Brief in its place, unless it
	// is to show all.
	Folded *table.Table
	Brief  string
}

// Figure is the chart as HTML shows it.
func (s sheetSection) Figure() *figureView {
	if s.figure == nil {
		return nil
	}
	return figureOf(s.figure)
}

// draw draws the charts of the first sections that have one, at most
// [maxDrawn].
func (s sheet) draw() (figures []*chart.Figure, err error) {
	for i := range s.Sections {
		part := &s.Sections[i]
		if part.draw == nil || len(figures) == maxDrawn {
			continue
		}
		if part.figure, err = part.draw(len(figures) + 1); err != nil {
			return nil, err
		}
		if part.figure == nil {
			continue
		}
		figures = append(figures, part.figure)
		if part.how != "" {
			part.Says = append(part.Says, part.how)
		}
	}
	return figures, nil
}

// sheetTableOf prepares a table for a sheet.
func sheetTableOf(caption string, t table.Table) *table.Table {
	t.Caption, t.Class = caption, "sheet"
	return &t
}

// markdown writes the page in Markdown. It leaves out what stands around the
// sections in a window.
func (s sheet) markdown() string {
	var d document
	var drawn []*chart.Figure
	d.say("# %s", words.Markdown(s.Headline))
	if s.Lede != "" {
		d.say("%s", words.Markdown(s.Lede))
	}
	d.list(s.Facts...)
	d.WriteString("\n")
	for _, part := range s.Sections {
		d.say("## %s", words.Markdown(part.Title))
		for _, text := range part.Says {
			d.say("%s", words.Markdown(text))
		}
		if part.figure != nil {
			d.WriteString(picture(part.figure.Text()))
			drawn = append(drawn, part.figure)
		}
		if part.Table != nil {
			d.say("%s", part.Table.Markdown())
		}
		if len(part.Notes) > 0 {
			d.list(part.Notes...)
			d.WriteString("\n")
		}
		for i, command := range part.Commands {
			if d.WriteString("- " + words.Code(command) + "\n"); i == len(part.Commands)-1 {
				d.WriteString("\n")
			}
		}
		if part.Folded != nil {
			d.fold(part.Folded.Caption, part.Folded.Markdown())
		}
	}
	if len(drawn) > 0 {
		d.say("The charts as SVG, with a tooltip for every point: %s.", svgLinks(drawn))
	}
	return strings.TrimRight(d.String(), "\n") + "\n"
}

// html writes the page as a file that needs nothing else.
func (s sheet) html() ([]byte, error) {
	s.frame = frameOf(s.Name, "")
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

// files prepares a page by these names, with its charts and figures: the page itself
// last.
func (s sheet) files(ctx context.Context, markdown, main string, data ...dataFile) ([]File, error) {
	figures, err := s.draw()
	if err != nil {
		return nil, err
	}
	html, err := s.html()
	if err != nil {
		return nil, err
	}
	return pageFiles(ctx, figures, data, File{markdown, []byte(s.markdown())}, File{main, html})
}

// asParts gives sections their places on a page, and their tables captions.
func asParts(all []sheetSection) []sheetSection {
	for i := range all {
		s := &all[i]
		s.ID, s.Short = fmt.Sprint("part-", i+1), s.Title
		if s.Table != nil {
			s.Table = sheetTableOf(s.Title, *s.Table)
		}
		if s.Folded != nil {
			s.Folded = sheetTableOf(s.Folded.Caption, *s.Folded)
		}
	}
	return all
}
