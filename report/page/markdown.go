package page

import (
	"fmt"
	"html"
	"path"
	"path/filepath"
	"strings"

	"conpar/report/chart"
	"conpar/report/series"
)

// Markdown writes the page of one source; figures stand beside it in charts/.
// Without figures it is complete in itself, for a pipe.
func (r *Report) Markdown(source string, figures []*chart.Figure) string {
	s := r.Data.Source(source)
	if s == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", markdown.Replace(r.Headline(source)))
	fmt.Fprintf(&b, "**%s**", markdown.Replace(strings.TrimSpace(plain(s.Label))))
	if m := machine(*s); m != "" {
		fmt.Fprintf(&b, " · %s", markdown.Replace(m))
	}
	b.WriteString("\n\n")
	if how := incomplete(*s); how != "" {
		// An alert on GitHub, a quotation elsewhere.
		fmt.Fprintf(&b, "> [!WARNING]\n> %s What follows rests on the rounds that were measured.\n\n", markdown.Replace(how))
	}
	if head := r.headline(source); len(head) > 0 {
		fmt.Fprintf(&b, "%s\n\n", headTable(head, true).RenderMarkdown())
	}
	b.WriteString(r.VerdictSection(source))
	// The gains go together with their table, most others follow.
	var rest []*chart.Figure
	for _, f := range figures {
		switch f.Text().ID {
		case idKitchen, idGains:
			b.WriteString(picture(f.Text()))
		default:
			rest = append(rest, f)
		}
	}
	if gains := r.of(source); len(gains) > 0 {
		b.WriteString("## Gains\n\n")
		b.WriteString("Ratios of throughput within rounds, with 95% intervals: **concurrency** is G goroutines over one, still at GOMAXPROCS 1; " +
			"**parallelism** is the same goroutines with all CPUs over one. G\\* is the smallest number of goroutines within 5% of the best throughput.\n\n")
		fmt.Fprintf(&b, "%s\n\n", gainsTable(gains, brevity{}).RenderMarkdown())
	}
	b.WriteString(r.adviceSection(source))
	if remarks := r.remarks(source); len(remarks) > 0 {
		const most = 100 // anybody's file may give cause for thousands
		for i, remark := range remarks {
			if i == most {
				fmt.Fprintf(&b, "- and %d more\n", len(remarks)-most)
				break
			}
			b.WriteString(item(remark.line(most)))
		}
		b.WriteString("\n")
	}
	if len(rest) > 0 {
		b.WriteString("## Charts\n\n")
		for _, f := range rest {
			b.WriteString(picture(f.Text()))
		}
		fmt.Fprintf(&b, "As SVG, with a tooltip for every point: %s.\n\n", svgLinks(figures))
	}
	b.WriteString("## How it was measured\n\n")
	r.method(&b, *s)
	b.WriteString("\n## Every cell\n\n<details><summary>Medians with 95% intervals</summary>\n\n")
	points, us, left := listable(r.points(source))
	fmt.Fprintf(&b, "%s\n\n", cellTable(points, us, inCell).RenderMarkdown())
	if left != "" {
		fmt.Fprintf(&b, "%s\n\n", left)
	}
	b.WriteString("</details>\n")
	return b.String()
}

// Heading writes the label of a source as a heading in Markdown.
func Heading(label string) string { return "# " + markdown.Replace(plain(label)) + "\n\n" }

// picture shows a chart in the colour scheme of its surroundings.
//
// On GitHub, an SVG in an <img> follows the scheme of the reader's system by
// its inner style, and so is dark on a light page, or light on a dark one, for
// whoever chose another theme on GitHub than on the system; its text is set in
// whatever font the reader has. GitHub turns the media of a <picture> to its
// own theme, and a PNG brings its font, so a pair of PNG it is, and the SVG is
// a link away. On a phone the text of a wide picture would be four pixels high;
// there the narrow drawing stands, which has its own ground in either scheme.
// Renderers that know no <picture> show the <img>, the light one. The width is
// that of the SVG; narrower pages scale it down.
func picture(t chart.Text) string {
	return fmt.Sprintf(`<picture>
  <source media="(max-width: 600px)" srcset="%s">
  <source media="(prefers-color-scheme: dark)" srcset="%s">
  <img src="%s" width="853" alt="%s">
</picture>

`, chartPath(t.ID, narrowSVG), chartPath(t.ID, darkPNG), chartPath(t.ID, lightPNG), strings.ReplaceAll(html.EscapeString(t.Alt), "[", "&#91;"))
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
func (r *Report) method(b *strings.Builder, s series.Source) {
	if c := course(s); c != "" {
		b.WriteString(item(c))
		fmt.Fprintf(b, "- One process per sample; each round takes one sample of every cell in an order shuffled from seed %d. Ratios are taken within rounds, intervals over rounds (Hodges–Lehmann, exact signed-rank).\n", s.Run.Plan.Seed)
	}
	if n := noise(r.points(s.Label)); n >= 0 {
		fmt.Fprintf(b, "- The noisiest cell's samples scatter by %s (median absolute deviation, scaled).\n", percent(n))
	}
	if line := hazardLine(hazards(s)); line != "" {
		fmt.Fprintf(b, "- Hazards: %s.\n", markdown.Replace(line))
	}
	for _, k := range configKeys {
		if v := s.Config[k]; v != "" {
			fmt.Fprintf(b, "- %s: %s\n", k, markdown.Replace(plain(v)))
		}
	}
	if s.Path == "" || s.Path == stdin {
		return
	}
	bench := place(s.Path)
	fmt.Fprintf(b, "\nThe numbers again: %s.", code("go run ./report "+argument(bench)))
	if s.Run != nil {
		bench = path.Join(bench, "bench.txt")
	}
	if s.Run == nil || s.Run.Status != running { // the journal of a run is no benchmark text
		fmt.Fprintf(b, " With benchstat: %s.", code(fmt.Sprintf("go tool benchstat -col '/gomaxprocs@(\"\" %d)' %s", max(2, r.cpus(s.Label)), argument(bench))))
	}
	b.WriteString("\n")
}

// stdin is the path that stands for standard input.
const stdin = "-"

// place is where a source is, for a page that gets published: a path that does
// not lie below the current folder would tell where somebody keeps things, so
// that only its last name is left of it.
func place(path string) string {
	if filepath.IsLocal(path) {
		return path
	}
	return "DIR/" + filepath.Base(path)
}

// argument writes a path for a shell.
func argument(path string) string {
	path = plain(path)
	for _, c := range path {
		if !strings.ContainsRune("./-_,:@%+=", c) && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
		}
	}
	return path
}

// code writes a span of code, in which nothing is markup: between more
// backticks than it holds in a row.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
