package page

import (
	"fmt"
	"html"
	"path"
	"strings"

	"conpar/report/chart"
	"conpar/report/series"
	"conpar/report/words"
)

// document is a page in Markdown that is being written.
type document struct{ strings.Builder }

// say writes a paragraph, a heading or a table.
func (d *document) say(format string, args ...any) { fmt.Fprintf(d, format+"\n\n", args...) }

// fold writes a text that a reader has to open.
func (d *document) fold(title, text string) {
	d.say("<details><summary>%s</summary>\n\n%s\n\n</details>", title, text)
}

// list writes lines as a list.
func (d *document) list(lines ...string) {
	for _, line := range lines {
		d.WriteString(item(line))
	}
}

// Markdown writes the page of one source; figures stand beside it in charts/.
// Without figures it is complete in itself, for a pipe.
func (r *Report) Markdown(source string, figures []*chart.Figure) string {
	s := r.Data.Source(source)
	if s == nil {
		return ""
	}
	var d document
	d.say("# %s", words.Markdown(r.Headline(source)))
	title := "**" + words.Markdown(strings.TrimSpace(words.Sanitize(s.Label))) + "**"
	if m := machine(*s); m != "" {
		title += " · " + words.Markdown(m)
	}
	d.say("%s", title)
	if how := incomplete(*s); how != "" {
		// An alert on GitHub, a quotation elsewhere.
		d.say("> [!WARNING]\n> %s What follows rests on the rounds that were measured.", words.Markdown(how))
	}
	if head, ok := r.headTable(source); ok {
		d.say("%s", head.Markdown())
	}
	r.teach(&d, *s)
	r.worth(&d, source, figures)
	// The gains go together with their table, most others follow.
	var rest []*chart.Figure
	for _, f := range figures {
		switch id := f.Text().ID; {
		case id == idKitchen || id == idGains:
			d.WriteString(picture(f.Text()))
		case !ofPractice(id):
			rest = append(rest, f)
		}
	}
	if gains := r.of(source); len(gains) > 0 {
		d.say("## Gains")
		for _, t := range gainsTables(gains) {
			d.say("%s", words.Markdown(t.Caption))
			d.say("%s", t.Markdown())
		}
	}
	d.WriteString(r.VerdictSection(source))
	if len(rest) > 0 {
		d.say("## Charts")
		for _, f := range rest {
			d.WriteString(picture(f.Text()))
		}
		d.say("As SVG, with a tooltip for every point: %s.", svgLinks(figures))
	}
	sure, remarks := r.sure(source), r.remarkTexts(source)
	if sure != "" || len(remarks) > 0 {
		d.say("## Can it be trusted?\n\n%s", words.Markdown(sure))
		d.list(remarks...)
		d.WriteString("\n")
	}
	d.say("## How it was measured")
	r.method(&d, *s)
	d.say("\n## Every cell")
	table, left := r.pageCells(source)
	text := table.Markdown()
	if left != "" {
		text += "\n\n" + left
	}
	d.fold("Medians with 95% intervals", text)
	return strings.TrimSuffix(d.String(), "\n")
}

// teach writes the words, folded, and what was run.
func (r *Report) teach(d *document, s series.Source) {
	main, others, n := r.ran(s)
	if main.Rows == nil {
		return // of another project, which has words of its own
	}
	var list document
	for _, t := range glossary() {
		list.WriteString(item(t.Name + ": " + t.Text))
	}
	d.fold(words.Count(len(glossary()), "word"), strings.TrimSuffix(list.String(), "\n"))
	d.say("## What was run\n\n%s\n\n%s", words.Markdown(ranSays), main.Markdown())
	if n > 0 {
		d.fold(words.Count(n, "further workload")+", from which only claims are judged", others.Markdown())
	}
}

// worth writes what the work is worth, and what was measured of practice.
func (r *Report) worth(d *document, source string, figures []*chart.Figure) {
	if works := r.advice(source); len(works) > 0 {
		d.say("## What it is worth here\n\n%s\n\n%s\n\n%s\n\n%s", words.Markdown(whichGain(works, 6)), adviceSays,
			adviceTable(works).Markdown(), adviceLimits)
		if m := r.mixed(source); m != nil {
			d.say("### Mixed work\n\n%s\n\n%s\n\n%s", m.Says, m.Table.Markdown(), m.Tested)
			if m.Tests.Rows != nil {
				d.say("%s", m.Tests.Markdown())
			}
		}
	}
	if practice := r.practiceMarkdown(source, figures); practice != "" {
		d.say("## In practice\n\n%s", strings.TrimSuffix(practice, "\n\n"))
	}
}

const verdictIntro = "Each was fixed before the run, and is judged by the rounds: *supported* or *refuted* if exact " +
	"signed-rank tests say so, with Holm's correction for all lines together; else *inconclusive*. " +
	"Intervals are 95% ones; the corrected interval, by which a line is judged, is wider. " +
	"Definitions are true by construction: they are shown, not counted. Controls test the measurement itself."

// VerdictSection writes the verdicts in Markdown, a table for each row, and
// where each verdict comes from. It is empty for a source without verdicts.
func (r *Report) VerdictSection(source string) string {
	judged, absent := r.verdicts(source)
	if len(judged) == 0 {
		return ""
	}
	var d document
	d.say("## Verdicts\n\n**%s** of what is said about concurrency and parallelism. %s", tally(judged),
		strings.TrimSpace(verdictIntro+" "+differ+" "+early(judged)))
	for _, row := range byRow(judged) {
		d.say("### %s\n\n%s", row[0].Row, verdictTable(row).Markdown())
	}
	d.list(r.lessons(source)...)
	if absent > 0 {
		d.list(further(absent))
	}
	d.WriteString("\n")
	d.fold("Where each verdict comes from", evidenceTable(judged).Markdown())
	return d.String()
}

// item writes a line of a list in Markdown. At its beginning a text could be a
// heading, a list or a block of code of its own.
func item(s string) string {
	s = words.Markdown(strings.TrimSpace(s))
	rest := strings.TrimLeft(s, "0123456789")
	switch n := len(s) - len(rest); {
	case n > 0 && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ")")):
		s = s[:n] + "\\" + rest
	case strings.HasPrefix(s, "#"), strings.HasPrefix(s, "+"), strings.HasPrefix(s, "-"):
		s = "\\" + s
	}
	return "- " + s + "\n"
}

// picture shows a chart in the colour scheme of its surroundings.
//
// On GitHub, an SVG in an <img> follows the scheme of the reader's system by
// its inner style. So it is dark on a light page, or light on a dark one, for a
// reader who chose another theme on GitHub than on the system; its text is set
// in a font of the reader. GitHub turns the media of a <picture> to its
// own theme, and a PNG brings its font, so a pair of PNG it is, and the SVG is
// a link away. On a phone the text of a wide picture would be four pixels high;
// there the narrow drawing stands, which has its own ground in either scheme.
// Renderers that know no <picture> show the <img>, the light one. The width is
// that of the SVG; narrower pages scale it down.
func picture(t chart.Text) string {
	alt := strings.ReplaceAll(html.EscapeString(t.Alt), "[", "&#91;")
	return fmt.Sprintf(`<picture>
  <source media="(max-width: 600px)" srcset="%s">
  <source media="(prefers-color-scheme: dark)" srcset="%s">
  <img src="%s" width="853" alt="%s">
</picture>

`, chartPath(t.ID, narrowSVG), chartPath(t.ID, darkPNG), chartPath(t.ID, lightPNG), alt)
}

// chartPath is where a chart stands relative to the page.
func chartPath(id, suffix string) string { return path.Join(chartDir, id+suffix) }

func svgLinks(figures []*chart.Figure) string {
	var links []string
	for _, f := range figures {
		id := f.Text().ID
		links = append(links, fmt.Sprintf("[%s](%s)", id, chartPath(id, vector)))
	}
	return strings.Join(links, ", ")
}

// method says how the source came about and how to see more of it.
func (r *Report) method(d *document, s series.Source) {
	trust := r.trust(s)
	for _, f := range append(r.facts(s), trust.Facts...) {
		d.list(f.Name + ": " + f.Text)
	}
	d.WriteString("\n")
	if len(trust.Hazards) > 0 {
		d.fold("Hazards of the machine", hazardTable(trust.Hazards).Markdown())
	}
	for _, c := range r.commands(s) {
		fmt.Fprintf(d, "- %s %s\n", c.What, words.Code(c.Line))
	}
}
