package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"conpar/report/run"
)

// recorded is the reference run, from the top of the project. What reports say
// of it is golden, and the README shows its chart and tables.
const (
	recorded   = "results/amd-turin-2cpu/20261130T205142Z"
	goldenPage = "report/testdata/recorded"
)

var update = flag.Bool("update", false, "rewrite the golden page and the generated parts of the READMEs")

// page makes the recorded run's page in a fresh folder and returns its files.
func page(t *testing.T) map[string]string {
	t.Helper()
	t.Chdir("..")
	dir := t.TempDir()
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), nil, &out, &errs, []string{"-o", dir, recorded}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	summary, _, _ := strings.Cut(out.String(), "\nThe report: ") // a folder of this test's
	files := map[string]string{"summary.txt": summary}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// summary is what report prints of a run, without the name of the page.
func summary(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run.Run(t.Context(), nil, &out, &errs, append([]string{"-o", t.TempDir()}, args...)); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	text, _, _ := strings.Cut(out.String(), "\nThe report: ")
	return text
}

// The summary of a run fits a screen of 50 lines with the two that name the page.
// It has each refuted line, the gains, and where the rest stands.
func TestSummaryFitsAScreen(t *testing.T) {
	t.Chdir("..")
	for _, dir := range []string{recorded, "results/amd-epyc-2cpu/20261124T172112Z"} {
		short := summary(t, dir)
		if n := strings.Count(short, "\n") + 2; n > 50 {
			t.Errorf("%s: the summary has %d lines, more than 50:\n%s", dir, n, short)
		}
		if dir != recorded {
			continue
		}
		whole := summary(t, "-v", dir)
		marked := func(text, mark string) int { return strings.Count(text, "\n"+mark+" ") }
		got, want, more := marked(short, "✗"), marked(whole, "✗"), 0
		if _, rest, found := strings.Cut(short, "more refuted or inconclusive: "); found { // there was no room for them
			rest, _, _ = strings.Cut(rest, ".")
			more = len(strings.Split(rest, ", "))
		}
		if want == 0 || got+more < want || more > 0 && strings.Count(short, "\n")+2 < 48 {
			t.Errorf("%s: the summary has %d refuted lines and names %d more, and with -v it has %d", dir, got, more, want)
		}
		_, gains, _ := strings.Cut(whole, "\nGains in throughput")
		gains, _, _ = strings.Cut(gains, "\n- ")
		if gains == "" || !strings.Contains(short, gains) || !strings.Contains(short, "report -v PATH") {
			t.Errorf("%s: the gains, or what names -v, are missing:\n%s", dir, short)
		}
		for _, says := range []string{"✓ R1 ", "\nControls\n", "- refuted: R7."} {
			if !strings.Contains(whole, says) {
				t.Errorf("%s: -v lacks %q:\n%s", dir, says, whole)
			}
		}
		if strings.Contains(whole, "report -v") {
			t.Errorf("%s: -v leaves something out:\n%s", dir, whole)
		}
	}
}

// The texts and tables of the report are golden, and so is the chart that the
// README shows. Package chart has a golden drawing of each kind of chart, and
// the browser test looks at the page.
func TestRecordedRun(t *testing.T) {
	files := page(t)
	files["outline.txt"] = outline(t, files)
	golden := []string{"summary.txt", "report.md", "outline.txt", "gains.json", "gains.csv", "verdicts.json", "verdicts.csv",
		"charts/gains.svg", "charts/gains-narrow.svg"}
	for _, name := range golden {
		path := filepath.Join(goldenPage, name)
		if *update {
			put(t, path, files[name])
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(string(want), files[name]); diff != "" {
			t.Errorf("%s (-update rewrites it):\n%s", name, diff)
		}
	}
	if n := len(files["report.html"]); n > 700_000 {
		t.Errorf("the page has %d bytes: a quick run's is to be no larger than 700,000", n)
	}
	for _, name := range []string{"charts/gains.png", "charts/gains-dark.png"} {
		picture(t, name, files[name])
	}
}

// picture compares a picture with the golden one by its size alone: processors
// draw slightly different pixels, and the SVG is compared.
func picture(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(goldenPage, name)
	if *update {
		put(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	was, err := png.DecodeConfig(bytes.NewReader(want))
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	is, err := png.DecodeConfig(strings.NewReader(got))
	if err != nil || is.Width != was.Width || is.Height != was.Height {
		t.Errorf("%s (-update rewrites it): %d × %d pixels, want %d × %d; %v", name, is.Width, is.Height, was.Width, was.Height, err)
	}
}

// outline says what the page is made of, an element a line: headings, charts,
// and tables with their rows. The files beside the page follow.
func outline(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(files["report.html"]))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		switch n.Data {
		case "section":
			fmt.Fprintf(&b, "\nsection %s\n", attr(n, "id"))
		case "h1", "h2", "h3", "h4", "figcaption", "caption":
			fmt.Fprintf(&b, "%s: %s\n", n.Data, strings.Join(strings.Fields(words(n)), " "))
		case "svg":
			if attr(n, "class") != "strip" {
				fmt.Fprintln(&b, "svg")
			}
		case "table":
			fmt.Fprintf(&b, "table %s: %d rows, %d folded parts, %d strips\n",
				attr(n, "class"), count(n, "tr"), count(n, "details"), count(n, "svg"))
		}
	}
	b.WriteString("\nfiles\n")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(&b, name)
	}
	return b.String()
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func count(n *html.Node, element string) (found int) {
	for d := range n.Descendants() {
		if d.Data == element {
			found++
		}
	}
	return found
}

func put(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}
