package table

import (
	_ "embed" // the template
	"fmt"
	"html/template"
	"strings"
)

//go:embed table.gohtml
var htmlText string

var htmlTemplate = template.Must(template.New("table").Parse(htmlText))

// HTML writes the table in HTML. The first cell of a row is its head, unless it
// is empty.
func (t Table) HTML() (template.HTML, error) {
	v := struct {
		Table
		Rows [][]htmlCell
	}{Table: t}
	used, left := t.shown(HTML), 0
	v.Columns = nil
	for _, i := range used {
		v.Columns = append(v.Columns, t.Columns[i])
	}
	for row := range t.Rows {
		if t.Most > 0 && len(v.Rows) == t.Most {
			left++
			continue
		}
		cells := make([]htmlCell, len(used))
		for j, i := range used {
			cells[j] = htmlCell{Cell: at(row, i), Column: t.Columns[i]}
		}
		v.Rows = append(v.Rows, cells)
	}
	if left > 0 {
		v.Caption = fmt.Sprintf("%s: the first %d, %s has all %d", t.Caption, len(v.Rows), t.Rest, len(v.Rows)+left)
	}
	var b strings.Builder
	if err := htmlTemplate.Execute(&b, v); err != nil {
		return "", fmt.Errorf("table: %w", err)
	}
	return template.HTML(b.String()), nil
}

// htmlCell is a cell with its column.
type htmlCell struct {
	Cell
	Column Column
}

// Parts are the parts of the text between which a line may break: names of
// benchmarks are long, and have no blanks.
func (c htmlCell) Parts() []string { return strings.SplitAfter(c.Text, "/") }
