package page

import (
	"fmt"
	"strings"

	"conpar/report/table"
	"conpar/report/words"
)

// practiceSections are what runs of the profile "practice" measured, a table a part
// with a line for each side. A terminal shows them if it is to show all: they are wide.
func (c *SideBySide) practiceSections() (out []sheetSection) {
	r := New(c.Data)
	all := map[string]*practiceLines{}
	var titles []string
	for side := range c.Sides {
		for _, p := range r.practice(c.Sides[side].Label) {
			if all[p.Title] == nil {
				titles = append(titles, p.Title)
				all[p.Title] = &practiceLines{part: p, of: map[string][][]table.Cell{}}
			}
			all[p.Title].add(p, c.name(side))
		}
	}
	for _, title := range titles {
		t := all[title].table()
		out = append(out, sheetSection{Title: title, Says: []string{all[title].part.Says}, Folded: t,
			Brief: fmt.Sprintf("%s: -v shows them, and so does the page.", words.Count(len(all[title].names), "line"))})
	}
	return out
}

// practiceLines are the lines of a part, by what they are of.
type practiceLines struct {
	part  practicePart
	names []string
	of    map[string][][]table.Cell
}

// add gives each line of a side its place behind those of the other sides that are of
// the same.
func (l *practiceLines) add(p practicePart, side string) {
	for row := range p.Table.Rows {
		var of []string
		for _, cell := range row[:p.keys] {
			of = append(of, cell.Text)
		}
		name := strings.Join(of, "\x00")
		if l.of[name] == nil {
			l.names = append(l.names, name)
		}
		line := append(append([]table.Cell{}, row[:p.keys]...), table.Cell{Text: side})
		l.of[name] = append(l.of[name], append(line, row[p.keys:]...))
	}
}

func (l *practiceLines) table() *table.Table {
	keys := l.part.keys
	columns := append(append([]table.Column{}, l.part.Table.Columns[:keys]...), table.Heads("Run")[0])
	columns = append(columns, l.part.Table.Columns[keys:]...)
	var rows [][]table.Cell
	for _, name := range l.names {
		rows = append(rows, l.of[name]...)
	}
	t := table.Of(columns, rows...)
	t.Caption = l.part.Title
	return &t
}
