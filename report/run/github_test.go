package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/run"
)

// What GitHub reads: a summary that is appended, ten annotations, and a comment.
func TestGitHub(t *testing.T) {
	in(t, t.TempDir())
	sides(t, "run", 16, func(side, name string) float64 {
		if side == "new" {
			return 1.06
		}
		return 1
	})
	step := filepath.Join(t.TempDir(), "summary.md")
	t.Setenv("GITHUB_STEP_SUMMARY", step)
	if err := os.WriteFile(step, []byte("before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, errs := report(t, ".", "", "compare", "-strict", "-format", "github", "-floor", "Sort-4>=3@2", "run")
	if code != run.Refuted {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, want := range []string{
		"::error title=slower%3A m%3A Sort-4 P=2::sec/op: ", "::error title=below its floor%3A example.com/m%3A Sort-4 new::speed-up at GOMAXPROCS 2: ",
		"::warning title=worse%3A", "The comment: " + filepath.Join("run", "comment.md") + "\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if n := strings.Count(out, "\n::") + 1; n != 10 || strings.Contains(out, "| ") {
		t.Errorf("%d annotations:\n%s", n, out)
	}
	text, _ := os.ReadFile(step)
	if !strings.HasPrefix(string(text), "before\n# Side by side\n") || !strings.Contains(string(text), "| m: Sort-4 | P=2 |") {
		t.Errorf("the summary:\n%s", text)
	}
	text, err := os.ReadFile(filepath.Join("run", "comment.md"))
	if err != nil || !strings.HasPrefix(string(text), "### Side by side\n\nShown to be worse: 6 cells.") ||
		!strings.Contains(string(text), "<details><summary>All figures</summary>") {
		t.Errorf("the comment: %v\n%s", err, text)
	}
	// The run is read as before.
	if code, out, errs := report(t, ".", "", "scale", "-format", "github", "run"); code != run.Fine || !strings.HasPrefix(out, "The comment: run") {
		t.Errorf("scale: exit code %d: %s\n%s", code, errs, out)
	}
}

// A percent sign or a newline ends no command.
func TestGitHubEscapes(t *testing.T) {
	in(t, t.TempDir())
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(t.TempDir(), "s"))
	for file, ns := range map[string]int{"old": 1000, "new": 2000} {
		var b strings.Builder
		b.WriteString("cpu: X\ngoos: linux\ngoarch: amd64\npkg: p\n")
		for round := range 10 {
			for _, name := range []string{"A/x,y::error%0A::warning|<b>\x1b[2J", "B/plain"} {
				fmt.Fprintf(&b, "Benchmark%s \t100\t%d ns/op\n", name, ns+round)
			}
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := report(t, ".", "", "compare", "-format", "github", "old", "new")
	want := "::error title=slower%3A A/x%2Cy%3A%3Aerror%250A%3A%3Awarning|<b> P=1::sec/op: 1.005µ ±0%25 on old, "
	if code != run.Fine || !strings.HasPrefix(out, want) {
		t.Errorf("exit code %d, %s:\n%s\nwant %s", code, errs, out, want)
	}
}
