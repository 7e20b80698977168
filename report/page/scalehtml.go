package page

import (
	"fmt"

	"conpar/report/chart"
	"conpar/report/scaling"
)

// maxSections is how many curves a page shows one after the other; the files
// beside it have all.
const maxSections = 100

// HTML writes the same as [Scale.Markdown] as a page that needs nothing else.
func (s *Scale) HTML(figures map[*scaling.Curve]*chart.Figure) ([]byte, error) {
	shown := s.Curves[:min(len(s.Curves), maxSections)]
	page := sheet{
		Name:     "conpar: how it scales",
		Headline: scaleHeadline(s.Curves),
		Foot:     "Made by conpar from benchmark output: this file needs nothing else, and asks for nothing. Beside it stand scale.md, the charts, and the figures as CSV and JSON.",
	}
	for _, of := range s.sources() {
		source := s.Data.Source(of[0].Source)
		fact := plain(source.Label)
		if m := machine(*source); m != "" {
			fact += ": " + m
		}
		page.Facts = append(page.Facts, fact)
	}
	overview := scaleOverview(s.Curves, len(shown))
	overview.Notes = s.hints()
	page.Sections = append(page.Sections, overview)
	for i := range shown {
		c := &shown[i]
		section := sheetSection{
			ID: fmt.Sprint("curve-", i+1), Short: shorten(curveName(c), 40), Title: curveName(c),
			Says: []string{fmt.Sprintf("Over %s, from %s, %s.", plain(c.Axis), plain(c.Unit), samplesOf(c))}, Table: scaleSheet(c), Notes: scaleLines(c),
		}
		if f := figures[c]; f != nil {
			section.Figure = figureOf(f)
		}
		if rows := fitRows(c); len(rows) > 0 {
			section.Folded = textTable("All fits, the chosen one first", fitHead, rows)
		}
		page.Sections = append(page.Sections, section)
	}
	return page.html()
}

// axisOf is what an axis counts.
func axisOf(c *scaling.Curve) string {
	if c.Axis == "gomaxprocs" {
		return "CPUs"
	}
	return plain(c.Axis)
}

// scaleHeadline says how much was found to scale.
func scaleHeadline(curves []scaling.Curve) string {
	gain := 0
	for i := range curves {
		if c := &curves[i]; len(c.Rows) > 1 && c.Gained() && !c.Noisy() {
			gain++
		}
	}
	switch {
	case len(curves) == 1 && gain == 1:
		c := &curves[0]
		return fmt.Sprintf("%s gains from more %s: %s at %d", curveName(c), axisOf(c), times(c.Rows[c.Last()].Speedup), int(c.Rows[c.Last()].N))
	case len(curves) == 1:
		return fmt.Sprintf("%s over %s", curveName(&curves[0]), plain(curves[0].Axis))
	}
	return fmt.Sprintf("Of %s, %s gain from more %s", plural(len(curves), "benchmark"), orNone(gain), axisOf(&curves[0]))
}

func scaleOverview(curves []scaling.Curve, shown int) sheetSection {
	t := &sheetTable{Caption: "All benchmarks", Sorted: true, Head: []sheetHead{
		{"Benchmark", false}, {"Up to", true}, {"Speed-up", true}, {"How it scales", false}, {"Enough", true},
	}}
	for i := range curves[:min(len(curves), maxCells)] {
		c := &curves[i]
		last := c.Rows[c.Last()]
		speedup, interval := apart(times(last.Speedup))
		if c.Last() == 0 {
			speedup, interval = unknown, ""
		}
		name := sheetCell{Text: curveName(c)}
		if i < shown {
			name.Href = fmt.Sprint("#curve-", i+1)
		}
		t.Rows = append(t.Rows, []sheetCell{
			name, {Text: fmt.Sprint(int(last.N)), Number: true},
			{Text: speedup, Small: interval, By: sortable(last.Speedup.Mid), Number: true},
			{Text: character(c)}, {Text: enough(c), By: fmt.Sprint(c.Best.Enough), Number: true},
		})
	}
	says := []string{"Speed-up is the throughput at the most that was measured, no more than there are CPUs, over that at the least, within rounds, with its 95% interval; " +
		"enough are the fewest within 5% of the best throughput."}
	if shown < len(curves) {
		says = append(says, fmt.Sprintf("There are %d; the first %d follow in full, and scale.csv has all.", len(curves), shown))
	}
	return sheetSection{ID: "overview", Short: "Overview", Title: "At a glance", Says: says, Table: t}
}

func scaleSheet(c *scaling.Curve) *sheetTable {
	t := &sheetTable{Caption: "Figures of " + curveName(c)}
	for _, col := range scaleColumns {
		t.Head = append(t.Head, sheetHead{Text: col.head(c), Number: true})
	}
	for row := range c.Rows {
		var cells []sheetCell
		for _, col := range scaleColumns {
			text, interval := apart(fmt.Sprint(col.value(c, row)))
			cells = append(cells, sheetCell{Text: text, Small: interval, Number: true})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func textTable(caption string, head []string, rows [][]string) *sheetTable {
	t := &sheetTable{Caption: caption}
	for _, h := range head {
		t.Head = append(t.Head, sheetHead{Text: h})
	}
	for _, row := range rows {
		var cells []sheetCell
		for _, text := range row {
			cells = append(cells, sheetCell{Text: text})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
