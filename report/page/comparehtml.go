package page

import (
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"conpar/report/chart"
)

// html writes the same as [Comparison.Markdown] as a page that needs nothing
// else. Of tables that may have any number of rows it shows as many as a page
// has room for; the files beside it have all.
func (c *Comparison) html(figures map[ratioKey]*chart.Figure) ([]byte, error) {
	page := sheet{
		Name: "conpar: side by side", Headline: "Side by side", Lede: c.lede(),
		Foot: "Made by conpar: this file needs nothing else, and asks for nothing. Beside it stand compare.md, the charts, and the figures as CSV and JSON.",
	}
	for i, s := range c.Sides {
		page.Facts = append(page.Facts, c.name(i)+": "+c.describe(s))
	}
	for i, s := range c.sections(place) {
		part := sheetSection{ID: fmt.Sprint("part-", i+1), Short: s.title, Title: s.title, Notes: s.below, Commands: s.again}
		if s.above != "" {
			part.Says = []string{s.above}
		}
		var err error
		switch {
		case s.render != nil:
			part.Table, err = tableOf(s.title, s.render(unshortened))
		case s.grid != nil:
			part.Table = s.grid.sheet(s.title)
		}
		if err != nil {
			return nil, err
		}
		if f := figures[s.ratios]; f != nil {
			how := howRatios
			if c.Machines {
				how = howRatiosOfMachines
			}
			part.Says = append(part.Says, how)
			part.Figure = figureOf(f)
		}
		page.Sections = append(page.Sections, part)
	}
	return page.html()
}

// lede says what came of it, where anything is judged.
func (c *Comparison) lede() string {
	switch n := c.Regressions(); {
	case c.Machines:
		return "Different machines: what differs in time is the hardware."
	case n > 0:
		return fmt.Sprintf("Shown to be worse: %s.", plural(n, "cell"))
	}
	return "No cell is shown to be worse."
}

// tableOf is a table as a page shows it. Its writer knows how to leave columns
// out, so it is asked, and not what it was made from.
func tableOf(caption string, tw table.Writer) (*sheetTable, error) {
	rows, err := csv.NewReader(strings.NewReader(tw.RenderCSV())).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("page: the table %s: %v", caption, err)
	}
	return textTable(caption, rows[0], rows[1:]), nil
}

// sheet is the grid as a page shows it.
func (g *grid) sheet(caption string) *sheetTable {
	var rows [][]string
	left := 0
	for row := range g.rows {
		if len(rows) == maxCells {
			left++
			continue
		}
		rows = append(rows, append([]string(nil), row...))
	}
	if left > 0 {
		caption = fmt.Sprintf("%s: the first %d, compare.csv has all %d", caption, len(rows), len(rows)+left)
	}
	return textTable(caption, g.head, rows)
}
