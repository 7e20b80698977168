package table

import (
	"cmp"
	_ "embed" // the template
	"fmt"
	"html/template"
	"strings"
	"sync"
)

//go:embed table.gohtml
var htmlText string

var htmlTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("table").Parse(htmlText))
})

// HTML writes the table in HTML. The first cell of a row is its head, unless it
// is empty.
func (t Table) HTML() (template.HTML, error) {
	v := struct {
		Table
		Rows [][]htmlCell
		Note string
	}{Table: t}
	used, n := t.shown(HTML), 0
	v.Columns = nil
	for _, i := range used {
		c := t.Columns[i]
		c.Head, c.Right = cmp.Or(c.Long, c.Head), (c.Right || c.Number) && !t.Aligned
		v.Columns = append(v.Columns, c)
	}
	for row := range t.Rows {
		if n++; t.Most > 0 && n > t.Most {
			continue
		}
		cells := make([]htmlCell, len(used))
		for j, i := range used {
			cells[j] = htmlCell{Cell: at(row, i), Column: v.Columns[j]}
		}
		v.Rows = append(v.Rows, cells)
	}
	if n > len(v.Rows) {
		v.Note = fmt.Sprintf("Shown are %d of %d rows; %s has all.", len(v.Rows), n, t.Rest)
	}
	var b strings.Builder
	if err := htmlTemplate().Execute(&b, v); err != nil {
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
