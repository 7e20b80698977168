package page

import (
	"fmt"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/words"
)

// maxSections is how many curves a page shows one after the other; the files
// beside it have all.
const maxSections = 100

// Markdown writes all curves as a page without charts: their files would not be
// there.
func (s *Scale) Markdown() string { return s.sheet(len(s.Curves)).markdown() }

// sheet is a page with a section for each of the first curves.
func (s *Scale) sheet(most int) sheet {
	shown := s.Curves[:min(len(s.Curves), most)]
	page := sheet{
		Name:     "conpar: how it scales",
		Headline: scaleHeadline(s.Curves),
		Foot: "Made by conpar from benchmark output: this file needs nothing else, and asks for nothing. " +
			"Beside it stand scale.md, the charts, and the figures as CSV and JSON.",
	}
	for _, of := range s.sources() {
		source := s.Data.Source(of[0].Source)
		fact := words.Sanitize(source.Label)
		if m := machine(*source); m != "" {
			fact += ": " + m
		}
		page.Facts = append(page.Facts, fact)
	}
	overview := scaleOverview(s.Curves, len(shown))
	overview.Notes, overview.Commands = s.hints(), s.Commands
	page.Sections = append(append(page.Sections, overview), floorSection(s.Floors)...)
	for i := range shown {
		c := &shown[i]
		name, says := curveName(c), capital(measuredOver(c))
		if len(page.Facts) > 1 {
			says += ", of " + words.Sanitize(c.Source)
		}
		section := sheetSection{
			ID: fmt.Sprint("curve-", i+1), Short: words.Shorten(name, 40), Title: name,
			Says:  []string{says + "."},
			draw:  func(number int) (*chart.Figure, error) { return scaleChart(c, number) },
			Table: sheetTableOf("Figures of "+name, scaleTable(c)), Notes: scaleLines(c),
		}
		if len(c.Fits.Laws) > 0 {
			section.Folded = sheetTableOf(allFits, fitTable(c))
		}
		page.Sections = append(page.Sections, section)
	}
	return page
}

// axisOf is what an axis counts.
func axisOf(c *scaling.Curve) string {
	if c.Axis == "gomaxprocs" {
		return "CPUs"
	}
	return words.Sanitize(c.Axis)
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
		last := c.End()
		return fmt.Sprintf("%s gains from more %s: %s at %s", curveName(c), axisOf(c),
			words.Times(last.Speedup), onAxis(last.N))
	case len(curves) == 1:
		return fmt.Sprintf("%s over %s", curveName(&curves[0]), words.Sanitize(curves[0].Axis))
	}
	all := words.Count(len(curves), "benchmark")
	return fmt.Sprintf("Of %s, %s gain from more %s", all, orNone(gain), axisOf(&curves[0]))
}

func scaleOverview(curves []scaling.Curve, shown int) sheetSection {
	t := sheetTableOf("All benchmarks", overviewTable(curves[:min(len(curves), maxCells)], shown))
	t.Sortable = true
	says := []string{"Speed-up is the throughput at the most that was measured, no more than there are CPUs, " +
		"over that at the least, within rounds, with its 95% interval; " +
		"enough are the fewest within 5% of the best throughput."}
	if shown < len(curves) {
		text := fmt.Sprintf("There are %d; the first %d follow in full, and scale.csv has all.", len(curves), shown)
		says = append(says, text)
	}
	return sheetSection{ID: "overview", Short: "Overview", Title: "At a glance", Says: says, Table: t}
}
