//go:build !race

// What runs at once here does so in the tests of report/run, which the race
// detector sees.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/claims"
	"conpar/report/run"
)

// recorded is the reference run, from the top of the project. Its page is
// golden; README shows a chart and the tables of it.
const (
	recorded   = "results/intel-xeon-2cpu/20261128T171340Z"
	goldenPage = "report/testdata/recorded"
)

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

func TestRecordedRun(t *testing.T) {
	files := page(t)
	pictures := 0
	for name, got := range files {
		if filepath.Ext(name) == ".png" {
			pictures++
			picture(t, name, got, files)
		}
	}
	if want := 2 * (13 + len(claims.Rows())); pictures != want {
		t.Errorf("%d pictures, want %d: thirteen charts and one for each row of the table, in two schemes", pictures, want)
	}
	for name, got := range files {
		if filepath.Ext(name) == ".png" {
			continue
		}
		path := filepath.Join(goldenPage, name)
		if *update {
			put(t, path, got)
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-update rewrites it):\n%s", name, diff)
		}
	}
}

// picture compares a picture with the golden page's by its size alone: pixels
// follow from the drawing, whose SVG is compared, and differ between
// processors. An update rewrites it only together with its drawing, so that
// the project does not fill with pictures that look alike.
func picture(t *testing.T, name, got string, files map[string]string) {
	t.Helper()
	path := filepath.Join(goldenPage, name)
	if *update {
		drawing := strings.TrimSuffix(strings.TrimSuffix(name, ".png"), "-dark") + ".svg"
		old, _ := os.ReadFile(filepath.Join(goldenPage, drawing))
		if _, err := os.Stat(path); err != nil || string(old) != files[drawing] {
			put(t, path, got)
		}
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

func put(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

var aPicture = regexp.MustCompile(`(?s)<picture>.*?</picture>\n\n`)

var readmePart = regexp.MustCompile(`(?s)(<!-- recorded run: begin -->\n).*(<!-- recorded run: end -->)`)

// README shows what the recorded run's page shows, figure by figure.
func TestReadmeShowsTheRecordedRun(t *testing.T) {
	md := page(t)["report.md"]
	head := between(t, md, "", "## Verdicts")
	verdicts := aPicture.ReplaceAllString(between(t, md, "## Verdicts", "<details>"), "")
	verdicts = "### What is said, and what was measured" + strings.ReplaceAll(strings.TrimPrefix(verdicts, "## Verdicts"), "\n### ", "\n#### ")
	chart := strings.ReplaceAll(between(t, md, `<picture>
  <source media="(max-width: 600px)" srcset="charts/gains`, "\n\n"), `"charts/`, `"`+goldenPage+`/charts/`)
	gains := between(t, md, "| work |", "\n\n")
	part := chart + "\n\n" + strings.Replace(head, "# ", "**From a recorded run:** ", 1) + gains + "\n\n" + strings.TrimSpace(verdicts) +
		"\n\nRun: " + between(t, md, "quick, ", "\n") + ".\n" +
		"\nThe run is [`" + recorded + "`](" + recorded + "); its whole page is [here](" + goldenPage + "/report.md).\n"
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := readmePart.ReplaceAllString(string(readme), "${1}"+strings.ReplaceAll(part, "$", "$$")+"${2}")
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !strings.Contains(want, gains) || !strings.Contains(want, "✗") && strings.Contains(md, "✗") {
		t.Fatal("README has no place for the recorded run")
	}
	if diff := cmp.Diff(want, string(readme)); diff != "" {
		t.Errorf("README (-update rewrites it):\n%s", diff)
	}
}

// poolRun is the run of the exhibit that README shows beside the recorded one.
const poolRun = "results/amd-epyc-2cpu/20261124T172447Z"

var poolPart = regexp.MustCompile(`(?s)(<!-- pool: begin -->\n).*(<!-- pool: end -->)`)

// README's table of worker pools is made of the figures of their run.
func TestReadmeShowsThePools(t *testing.T) {
	t.Chdir("..")
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), nil, &out, &errs, []string{"-format", "json", poolRun}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var data struct {
		Sources []struct {
			Gains []struct {
				Work        string
				Parallelism struct{ Mid, Lo, Hi float64 }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &data); err != nil {
		t.Fatal(err)
	}
	table := "| gain of 2 CPUs | as many workers as CPUs | twice | four times |\n| --- | --- | --- | --- |\n"
	for _, buffer := range []string{"0", "128"} {
		table += "| buffer of " + buffer + " |"
		for _, per := range []string{"1", "2", "4"} {
			for _, g := range data.Sources[0].Gains {
				if g.Work == "Pattern/work=pool/buffer="+buffer+"/perprocessor="+per {
					p := g.Parallelism
					table += fmt.Sprintf(" %.2f× (%.2f–%.2f) |", p.Mid, p.Lo, p.Hi)
				}
			}
		}
		table += "\n"
	}
	readmeHas(t, poolPart, table, "| buffer of 128 | 1.")
}

// The runs of two versions of Go, which took turns.
const (
	olderGo = "results/intel-xeon-2cpu/20261128T173110Z"
	newerGo = "results/intel-xeon-2cpu/20261128T173038Z"
)

var goPart = regexp.MustCompile(`(?s)(<!-- go: begin -->\n).*(<!-- go: end -->)`)

// README's comparison of two versions of Go is what report compare prints: how
// many cells differ, and those that do.
func TestReadmeShowsGoVersions(t *testing.T) {
	t.Chdir("..")
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), nil, &out, &errs, []string{"compare", "-format", "markdown", "go1.25=" + olderGo, "go1.26=" + newerGo}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	_, section, found := strings.Cut(out.String(), "\n## sec/op: go1.26 over go1.25\n\n")
	if !found {
		t.Fatal("the comparison has no such section")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	part, rows, _ := strings.Cut(section, "\n\n")
	part += "\n\n"
	for line := range strings.Lines(rows) {
		if head := strings.Contains(line, "| ratio |") || strings.Contains(line, "| --- |"); head || strings.Contains(line, " slower |") || strings.Contains(line, " faster |") {
			part += line
		}
	}
	readmeHas(t, goPart, part, "| ratio |")
}

// readmeHas compares a part of README with what it should be; that must hold a
// text, without which README has no place for it, or nothing was measured.
func readmeHas(t *testing.T, place *regexp.Regexp, part, must string) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := place.ReplaceAllString(string(readme), "${1}"+strings.ReplaceAll(part, "$", "$$")+"${2}")
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !strings.Contains(want, must) {
		t.Fatalf("README lacks %q: it has no place for this part, or it was not measured", must)
	}
	if diff := cmp.Diff(want, string(readme)); diff != "" {
		t.Errorf("README (-update rewrites it):\n%s", diff)
	}
}

// between returns the text from the first begin up to the end that follows.
func between(t *testing.T, text, begin, end string) string {
	t.Helper()
	from := strings.Index(text, begin)
	if from < 0 {
		t.Fatalf("no %q in the page", begin)
	}
	to := strings.Index(text[from:], end)
	if to < 0 {
		t.Fatalf("no %q after %q in the page", end, begin)
	}
	return text[from : from+to]
}
