//go:build system

package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/run"
)

func TestNoOverlapInRecordedCharts(t *testing.T) {
	runs, err := filepath.Glob("../../results/*/*/run.json")
	if err != nil || len(runs) == 0 {
		t.Fatalf("no recorded run: %v", err)
	}
	for _, run := range runs {
		if noOverlap(t, filepath.Dir(run)) == 0 {
			t.Errorf("%s has no chart", run)
		}
	}
}

// Names of strangers become no markup and no command, and limits are kept at whole lines.
func TestGitHubKeepsLimits(t *testing.T) {
	in(t, t.TempDir())
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	write := func(file string, ns int) {
		var b strings.Builder
		b.WriteString("cpu: X\ngoos: linux\ngoarch: amd64\npkg: p\n")
		for i := range 4000 {
			name := fmt.Sprintf("BenchmarkA/%d%%0A|<details>%s", i, strings.Repeat("x", 200))
			fmt.Fprintf(&b, "%s \t100\t%d ns/op\n", name, ns)
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("old", 1000)
	write("new", 2000)
	code, out, errs := report(t, ".", "", "compare", "-format", "github", "-o", "page", "old", "new")
	if code != run.Fine {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	comment, err := os.ReadFile(filepath.Join("page", "comment.md"))
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(out, "The comment: ")
	for what, of := range map[string]struct {
		text string
		most int
	}{"summary": {out[:at], 1 << 20}, "comment": {string(comment), 64<<10 - 1}} {
		if len(of.text) > of.most || len(of.text) < of.most*9/10 {
			t.Errorf("the %s has %d bytes", what, len(of.text))
		}
		if !strings.HasSuffix(of.text, "*The rest is left out, for want of room.*\n") {
			t.Errorf("the %s ends in %q", what, of.text[len(of.text)-200:])
		}
		opened, closed := strings.Count(of.text, "<details>"), strings.Count(of.text, "</details>")
		if opened != closed {
			t.Errorf("the %s opens %d and closes %d", what, opened, closed)
		}
		for line := range strings.Lines(of.text) {
			if strings.HasPrefix(line, "| A/") && !strings.HasSuffix(line, "|\n") {
				t.Errorf("the %s is cut within %q", what, line)
			}
		}
	}
	if code, out, _ := report(t, ".", "", "compare", "-format", "github", "old", "new"); code != run.Fine || !strings.Contains(out, "No comment is written") {
		t.Errorf("exit code %d: %.200s", code, out)
	}
}
