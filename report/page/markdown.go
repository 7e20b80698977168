package page

import (
	"fmt"
	"strings"

	"conpar/report/chart"
	"conpar/report/series"
)

// Markdown writes the page of one source; figures stand beside it in charts/.
func (r *Report) Markdown(source string, figures []*chart.Figure) string {
	s := r.Data.Source(source)
	if s == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", markdown.Replace(r.Headline(source)))
	fmt.Fprintf(&b, "**%s** · %s\n\n", markdown.Replace(plain(s.Label)), markdown.Replace(machine(*s)))
	if head := r.headline(source); len(head) > 0 {
		fmt.Fprintf(&b, "%s\n\n", headTable(head).RenderMarkdown())
	}
	for _, f := range figures {
		t := f.Text()
		fmt.Fprintf(&b, "![%s](%s)\n\n", markdown.Replace(t.Alt), chartPath(t.ID, ".svg"))
	}
	if gains := r.of(source); len(gains) > 0 {
		b.WriteString("## Gains\n\n")
		b.WriteString("Ratios of throughput within rounds, with 95% intervals: **concurrency** is G goroutines over one, still at GOMAXPROCS 1; " +
			"**parallelism** is the same goroutines with all CPUs over one. G\\* is the smallest number of goroutines within 5% of the best throughput.\n\n")
		fmt.Fprintf(&b, "%s\n\n", gainsTable(gains, inCell).RenderMarkdown())
	}
	for _, line := range r.remarks(source) {
		fmt.Fprintf(&b, "- %s\n", markdown.Replace(line))
	}
	b.WriteString("\n## How it was measured\n\n")
	r.method(&b, *s)
	b.WriteString("\n## Every cell\n\n<details><summary>Medians with 95% intervals</summary>\n\n")
	fmt.Fprintf(&b, "%s\n\n</details>\n", cellTable(r.points(source), inCell).RenderMarkdown())
	return b.String()
}

// method says how the source came about and how to see more of it.
func (r *Report) method(b *strings.Builder, s series.Source) {
	if c := course(s); c != "" {
		fmt.Fprintf(b, "- %s\n", markdown.Replace(c))
		fmt.Fprintf(b, "- One process per sample; each round takes one sample of every cell in an order shuffled from seed %d. Ratios are taken within rounds, intervals over rounds (Hodges–Lehmann, exact signed-rank).\n", s.Run.Seed)
	}
	if n := noise(r.points(s.Label)); n >= 0 {
		fmt.Fprintf(b, "- The noisiest cell's samples scatter by %s (median absolute deviation, scaled).\n", percent(n))
	}
	for _, k := range []string{"machine", "cpu", "goos", "goarch", "go", "pkg"} {
		if v := s.Config[k]; v != "" {
			fmt.Fprintf(b, "- %s: %s\n", k, markdown.Replace(plain(v)))
		}
	}
	path := markdown.Replace(plain(s.Path))
	fmt.Fprintf(b, "\nThe numbers again: `go run ./report %s`. With benchstat: `go tool benchstat -col '/gomaxprocs@(\"\" %d)' %s/bench.txt`.\n",
		path, max(2, r.cpus(s.Label)), path)
}
