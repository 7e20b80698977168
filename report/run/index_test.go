package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/run"
	"conpar/results/rundir"
)

func TestIndex(t *testing.T) {
	recorded, err := filepath.Abs("../../results")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copied := filepath.Join(dir, "results")
	if err := os.CopyFS(copied, os.DirFS(recorded)); err != nil {
		t.Fatal(err)
	}
	pages, _ := filepath.Glob(filepath.Join(copied, "*", "*", rundir.ReportDir)) // of the reader's own runs
	for _, p := range pages {
		if err := os.RemoveAll(p); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	code, stdout, stderr := report(t, ".", "", "index")
	if code != run.Fine || !strings.Contains(stdout, filepath.Join("results", "index.html")) {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	text, err := os.ReadFile("results/index.html")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "amd-epyc-2cpu") || strings.Contains(string(text), `href="./`) {
		t.Error("lacks the run, or links to a page that is not there")
	}
	// A page that is there is linked to, from wherever the index stands.
	runs, _ := filepath.Glob("results/*/*/run.json")
	for _, r := range runs {
		r = filepath.Dir(r)
		if err := os.MkdirAll(filepath.Join(r, "report"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r, "report", "report.html"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, stderr := report(t, ".", "", "index", "-o", "other.html", "results"); code != run.Fine {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err = os.ReadFile("other.html")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), `href="./results/`); n != len(runs) {
		t.Errorf("%d links to %d runs", n, len(runs))
	}
}

func TestIndexRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("bench.txt", []byte("BenchmarkA 1 1 ns/op\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("empty", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"index", "-h"}, run.Fine, ""},
		{[]string{"index", "-x"}, run.BadInput, "report index -h"},
		{[]string{"index"}, run.IO, "results"},
		{[]string{"index", "empty"}, run.BadInput, "empty"},
		{[]string{"index", "bench.txt"}, run.BadInput, "-o FILE"},
		{[]string{"index", "-o", "x.html", "bench.txt"}, run.BadInput, "no run of this suite"},
	} {
		code, _, stderr := report(t, ".", "", test.args...)
		if code != test.code || !strings.Contains(stderr, test.says) {
			t.Errorf("%q: exit code %d, want %d; %s", test.args, code, test.code, stderr)
		}
	}
	if _, err := os.Stat("x.html"); err == nil {
		t.Error("a page was written all the same")
	}
}
