package run_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"conpar/report/run"
	"conpar/results"
)

// computing is work that scales with the processors.
func computing(family, work string, grid ...int) shape {
	return shape{family, work, "computing", grid,
		func(g, p float64) float64 { return 50e3 / min(max(g, 1), p) },
		func(g, p float64) float64 { return min(max(g, 1), p) }, func(g, p float64) float64 { return 0.99 * min(max(g, 1), p) }}
}

// scaled is waiting work with given gains.
func scaled(work string, concurrency, parallelism float64) shape {
	return shape{"IO", work, "waiting", []int{1, 8, 64},
		func(g, p float64) float64 {
			t := 10e6
			if g > 1 {
				t /= concurrency
			}
			if p > 1 {
				t /= parallelism
			}
			return t
		},
		func(g, _ float64) float64 { return g }, func(g, _ float64) float64 { return 0.001 * g }}
}

// hostile is what somebody else's benchmark may be called; a space would end
// the name.
var hostile = []string{
	"<img/src=x/onerror=alert(1)>", "[a](javascript:alert(1))", "a|b|c", "`code`*b*_i_", "a\u202egnp.exe", "a\x1b[31mred", "#head", "&lt;b&gt;",
	strings.Repeat("0123456789", 6), "=HYPERLINK(1)",
}

// foreignText is benchmark text with those names.
func foreignText() string {
	var b strings.Builder
	b.WriteString("goos: linux\ncpu: <b>|CPU|</b>\n")
	for i, name := range hostile {
		for round := range 6 {
			for _, g := range []int{1, 2, 8} {
				for _, p := range []int{1, 2} {
					suffix := ""
					if p > 1 {
						suffix = "-2"
					}
					fmt.Fprintf(&b, "Benchmark%s/goroutines=%d%s 100 %d ns/op\n", name, g, suffix, 1000/min(g, p)+round+i)
				}
			}
		}
	}
	return b.String()
}

// trouble is what somebody may have measured.
type trouble struct {
	name   string
	run    synthetic
	text   string // plain text instead
	golden bool
}

var awkward = []trouble{
	{name: "long-names", run: synthetic{cpus: 2, rounds: 8, noise: .3, shapes: []shape{
		computing("Coordination", "s"+strings.Repeat("ix", 29)+"t", 1, 2, 8), computing("Coordination", "s"+strings.Repeat("ix", 29)+"u", 1, 2, 8),
		scaled("serial/share=20/"+strings.Repeat("a", 30)+"=9.99", 0.05, 123)}}, golden: true},
	{name: "one-sample", run: synthetic{cpus: 2, rounds: 1}},
	{name: "extreme", run: synthetic{cpus: 2, rounds: 8, noise: .01, shapes: []shape{
		scaled("up", 1000, 0.01), scaled("down", 0.01, 1000), scaled("tcp", 1000, 1000), scaled("low", 0.01, 0.01)}}, golden: true},
	{name: "killed", run: synthetic{cpus: 2, rounds: 16, noise: .01, status: results.Running, stop: 31}, golden: true},
	{name: "hostile", text: foreignText(), golden: true},
}

// Nothing that somebody may have measured makes the command crash, hang, or
// show what nobody should see.
func TestAwkwardData(t *testing.T) {
	for _, tt := range awkward {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			source := "run"
			if tt.text != "" {
				source = "bench.txt"
				if err := os.WriteFile(filepath.Join(root, source), []byte(tt.text), 0o644); err != nil {
					t.Fatal(err)
				}
			} else {
				tt.run.write(t, filepath.Join(root, source))
			}
			printed := map[string]string{}
			for _, format := range []string{"text", "markdown", "csv", "json"} {
				args := []string{"-format", format, source}
				if format == "text" {
					args = []string{"-o", "page", source}
				}
				code, stdout, stderr := report(t, root, "", args...)
				if code != run.Fine {
					t.Fatalf("%s: exit code %d: %s", format, code, stderr)
				}
				printed[format] = stdout
				sane(t, format, stdout)
			}
			if tt.golden {
				golden(t, "awkward-"+tt.name+".txt", printed["text"])
			}
			page, err := os.ReadFile("page/report.md")
			if err != nil {
				t.Fatal(err)
			}
			sane(t, "page", string(page))
			checkLinks(t, "page", string(page))
			status := tt.run.status
			for what, text := range map[string]string{"summary": printed["text"], "page": string(page)} {
				if got, want := strings.Contains(text, "Not complete"), status != "" && status != results.Complete; got != want {
					t.Errorf("%s: says that it is not complete: %v", what, got)
				}
			}
			// Values that are all tiny or vast have no place on any chart.
			if noOverlap(t, source) == 0 && tt.name != "tiny-and-vast" {
				t.Error("no chart")
			}
			fits(t, printed["text"])
			parses(t, printed["csv"], printed["json"])
		})
	}
}

// sane holds that text has nothing that a terminal obeys, and no number that
// is none.
func sane(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is not UTF-8", what)
	}
	for _, c := range text {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Errorf("%s holds %U", what, c)
		}
	}
	for _, bad := range []string{"NaN", "Inf", "<nil>", "%!", "<img/", "[a]("} {
		markup := what == "page" || what == "markdown"
		if (markup || bad[0] != '<' && bad[0] != '[') && strings.Contains(text, bad) {
			t.Errorf("%s holds %q", what, bad)
		}
	}
}

// fits holds the summary to a terminal's size: 80 columns and 50 lines.
func fits(t *testing.T, summary string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(summary, "\n"), "\n")
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if len(lines) > 50 {
		t.Errorf("the summary has %d lines, more than 50:\n%s", len(lines), summary)
	}
}

// parses holds that CSV and JSON are read by those who read such things, and
// say the same of as many workloads.
func parses(t *testing.T, text, object string) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		for _, cell := range line {
			if cell != "" && strings.ContainsRune("=+@", rune(cell[0])) {
				t.Errorf("CSV holds the formula %q", cell)
			}
		}
	}
	var data struct {
		Sources []struct{ Gains []map[string]any }
	}
	if err := json.Unmarshal([]byte(object), &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Sources) != 1 || len(data.Sources[0].Gains) != len(lines)-1 {
		t.Errorf("%d lines of CSV, JSON has %+v", len(lines), data)
	}
}
