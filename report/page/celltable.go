package page

import (
	"fmt"
	"strconv"

	"conpar/report/series"
	"conpar/report/table"
	"conpar/report/words"
)

// A file may have any number of cells, workloads and units, and a page is to be
// read on a phone: it lists so many of each. The files beside it and the
// terminal (-cells) have all.
const (
	maxCells = 400
	maxUnits = 12
)

// cellTable shows every cell's medians, a column a unit.
func cellTable(points []*series.Measurement, us []string) table.Table {
	t := table.Table{Columns: []table.Column{
		{Head: "benchmark", Long: "Benchmark", Least: leastName}, {Head: "cell", Long: "Cell"},
		{Head: "n", Right: true},
	}}
	for _, u := range us {
		t.Columns = append(t.Columns, table.Column{Head: words.Sanitize(u), Number: true})
	}
	t.Rows = func(yield func([]table.Cell) bool) {
		row := make([]table.Cell, len(t.Columns))
		for _, p := range points {
			row[0].Text, row[1].Text, row[2].Text = short(p.Name), cell(p), strconv.Itoa(len(p.Rounds))
			for i, u := range us {
				row[3+i].Text = median(p, u)
			}
			if !yield(row) {
				return
			}
		}
	}
	return t
}

// pageCells is the table of as many cells and units as a page lists; left says
// what it leaves out.
func (r *Report) pageCells(source string) (t table.Table, left string) {
	points := r.points(source)
	us := units(points)
	cells, most := min(len(points), maxCells), min(len(us), maxUnits)
	if cells < len(points) || most < len(us) {
		left = fmt.Sprintf("Shown are %d of %s in %d of %s; report -cells prints all.",
			cells, words.Count(len(points), "cell"), most, words.Count(len(us), "unit"))
	}
	return cellTable(points[:cells], us[:most]), left
}
