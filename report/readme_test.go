package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/run"
)

// Parts of the READMEs are written by these tests, with -update, between two
// marks. So they show what the code prints, and cannot age.

// generated compares a part of a README with what it should be, or writes it.
// The part must hold a text, without which nothing was measured.
func generated(t *testing.T, file, name, part, must string) {
	t.Helper()
	if !strings.Contains(part, must) {
		t.Fatalf("%s of %s lacks %q: nothing was measured", name, file, must)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(`(?s)(<!-- ` + name + `: begin -->\n).*(<!-- ` + name + `: end -->)`)
	if !place.Match(text) {
		t.Fatalf("%s has no place for %s", file, name)
	}
	want := place.ReplaceAllString(string(text), "${1}"+strings.ReplaceAll(part, "$", "$$")+"${2}")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s (-update rewrites it):\n%s", file, diff)
	}
}

var aPicture = regexp.MustCompile(`(?s)<picture>.*?</picture>\n\n`)

// The README of the house shows the recorded run's four numbers and its chart
// of the two gains; that of results has its gains and verdicts.
func TestReadmesShowTheRecordedRun(t *testing.T) {
	md := page(t)["report.md"]
	chart := strings.ReplaceAll(between(t, md, `<picture>
  <source media="(max-width: 600px)" srcset="charts/gains`, "\n\n"), `"charts/`, `"`+goldenPage+`/charts/`)
	head := strings.Replace(between(t, md, "", "<details>"), "# ", "**A recorded run:** ", 1)
	generated(t, "README.md", "recorded run", chart+"\n\n"+head, "| waiting (tcp) |")

	verdicts := aPicture.ReplaceAllString(between(t, md, "## Verdicts", "<details>"), "")
	verdicts = strings.ReplaceAll(strings.TrimPrefix(verdicts, "## Verdicts\n\n"), "\n### ", "\n#### ")
	part := head + between(t, md, "| work |", "\n\n") + "\n\n### What is said, and what was measured\n\n" + strings.TrimSpace(verdicts) +
		"\n\nRun: " + between(t, md, "quick, ", "\n") + ". Its files are [here](" + strings.TrimPrefix(recorded, "results/") + ").\n"
	generated(t, "results/README.md", "verdicts", part, "✗")
}

// poolRun is the run of the exhibit beside the recorded one.
const poolRun = "results/amd-epyc-2cpu/20261124T172447Z"

// The table of worker pools is made of the figures of their run.
func TestReadmeShowsThePools(t *testing.T) {
	t.Chdir("..")
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), nil, &out, &errs, []string{"-format", "json", poolRun}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var data struct {
		Sources []struct {
			Gains []struct {
				Work       string
				GOMAXPROCS struct{ Mid, Lo, Hi float64 }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &data); err != nil {
		t.Fatal(err)
	}
	table := "| gain of GOMAXPROCS 2 | as many workers as CPUs | twice | four times |\n| --- | --- | --- | --- |\n"
	for _, buffer := range []string{"0", "128"} {
		table += "| buffer of " + buffer + " |"
		for _, per := range []string{"1", "2", "4"} {
			for _, g := range data.Sources[0].Gains {
				if g.Work == "Pattern/work=pool/buffer="+buffer+"/perprocessor="+per {
					p := g.GOMAXPROCS
					table += fmt.Sprintf(" %.2f× (%.2f–%.2f) |", p.Mid, p.Lo, p.Hi)
				}
			}
		}
		table += "\n"
	}
	generated(t, "results/README.md", "pool", table, "| buffer of 128 | 1.")
}

// The runs of two versions of Go, which took turns.
const (
	olderGo = "results/amd-turin-2cpu/20261130T122339Z"
	newerGo = "results/amd-turin-2cpu/20261130T122453Z"
)

// The comparison of two versions of Go is what report compare prints: how
// many cells differ, and those that do.
func TestReadmeShowsGoVersions(t *testing.T) {
	t.Chdir("..")
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), nil, &out, &errs, []string{"compare", "-format", "markdown", "go1.26=" + olderGo, "go1.27=" + newerGo}); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	_, section, found := strings.Cut(out.String(), "\n## sec/op: go1.27 over go1.26\n\n")
	if !found {
		t.Fatal("the comparison has no such section")
	}
	section, _, _ = strings.Cut(section, "\n<details>") // of what is undecided
	part, rows, _ := strings.Cut(section, "\n\n")
	part += "\n\n"
	for line := range strings.Lines(rows) {
		if head := strings.Contains(line, "| ratio |") || strings.Contains(line, "| --- |"); head || strings.Contains(line, " slower |") || strings.Contains(line, " faster |") {
			part += line
		}
	}
	generated(t, "report/README.md", "go", part, "| ratio |")
}

// The walk-through shows what was printed for two benchmarks of package sync,
// measured as it says, in ten rounds, with two CPUs to themselves.
func TestReadmeShowsSync(t *testing.T) {
	t.Chdir("..")
	text, err := os.ReadFile("report/testdata/own/sync.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run.Run(context.Background(), bytes.NewReader(text), &out, &errs, []string{"scale", "-cpus", "2"}); code != run.Fine || errs.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	generated(t, "report/README.md", "own", "```\n"+out.String()+"```\n", "does not scale")
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
