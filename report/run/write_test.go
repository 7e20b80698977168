package run_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conpar/report/run"
	"conpar/results/rundir"
)

// files returns the names of the files below dir, with slashes.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What is printed as data writes no page unless that was asked for.
func TestFormats(t *testing.T) {
	for _, format := range []string{"markdown", "csv", "json"} {
		t.Run(format, func(t *testing.T) {
			root := t.TempDir()
			record(t, filepath.Join(root, "run"), 2, 6, nobody)
			code, stdout, stderr := report(t, root, "", "-format", format, "run")
			if code != run.Fine || stderr != "" {
				t.Fatalf("exit code %d, stderr %q", code, stderr)
			}
			golden(t, "format."+format, stdout)
			if _, err := os.Stat("run/report"); err == nil {
				t.Error("a page was written")
			}
			if format == "markdown" {
				return // in a page it has charts
			}
			code, again, stderr := report(t, root, "", "-format", format, "-o", "page", "run")
			if code != run.Fine || stderr != "" || again != stdout {
				t.Errorf("-o: exit code %d, stderr %q, the same output: %v", code, stderr, again == stdout)
			}
			data, err := os.ReadFile("page/gains." + format)
			if err != nil || string(data) != stdout {
				t.Errorf("the page's file has the same: %v, %v", string(data) == stdout, err)
			}
		})
	}
}

// Data formats take any number of sources.
func TestFormatsOfManySources(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "runs/a"), 2, 6, nobody)
	synthetic{cpus: 4, rounds: 6, shapes: []shape{computing("CPU", "primes", 1, 4)}}.write(t, filepath.Join(root, "runs/b"))
	for format, want := range map[string]int{"csv": 1 + 3 + 1, "json": 2, "markdown": 2, "text": 2} {
		code, stdout, stderr := report(t, root, "", "-format", format, "runs")
		if code != run.Fine || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %q", format, code, stderr)
		}
		got := map[string]int{
			"csv": strings.Count(stdout, "\n"), "json": strings.Count(stdout, `"label"`),
			"markdown": strings.Count("\n"+stdout, "\n# "), "text": strings.Count(stdout, "Gains in throughput"),
		}[format]
		if got != want {
			t.Errorf("%s: %d, want %d:\n%s", format, got, want, stdout)
		}
	}
}

// A page replaces an earlier one: charts of ours that are no longer drawn go,
// and what others put there stays.
func TestPageReplacesPage(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "two"), 2, 6, nobody)
	record(t, filepath.Join(root, "one"), 1, 6, nobody)
	if code, _, stderr := report(t, root, "", "-o", "page", "two"); code != run.Fine {
		t.Fatal(stderr)
	}
	theirs := []string{"notes.txt", "charts/mine.svg", "charts/plane.txt", "charts/speedup2.png"}
	for _, name := range theirs {
		if err := os.WriteFile(filepath.Join("page", name), []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("page/charts/gains-folder.svg", 0o755); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(files(t, "page"), "charts/gains-dark.png") {
		t.Errorf("no gains plane on two CPUs: %v", files(t, "page"))
	}
	if code, _, stderr := report(t, root, "", "-o", "page", "one"); code != run.Fine {
		t.Fatal(stderr)
	}
	after := files(t, "page")
	for _, name := range theirs {
		if !slices.Contains(after, name) {
			t.Errorf("%s is gone", name)
		}
	}
	for _, name := range after {
		if base := filepath.Base(name); strings.HasPrefix(base, "gains.") && strings.HasPrefix(name, "charts/") || strings.HasPrefix(base, "speedup.") {
			t.Errorf("%s is still there", name)
		}
	}
}

// A report that is told to stop leaves the old page as it was.
func TestStoppedWhileDrawing(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "run"), 2, 2, nobody)
	t.Chdir(root)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var errs bytes.Buffer
	if code := run.Run(ctx, nil, new(bytes.Buffer), &errs, []string{"run"}); code != run.IO || !strings.Contains(errs.String(), "canceled") {
		t.Errorf("exit code %d, stderr %q", code, errs.String())
	}
	if _, err := os.Stat(filepath.Join("run", rundir.ReportDir)); err == nil {
		t.Error("part of a page was written")
	}
}
