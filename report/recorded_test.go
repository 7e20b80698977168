//go:build !race

// What runs at once here does so in the tests of report/run, which the race
// detector sees.

package main

import (
	"bytes"
	"context"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/claims"
	"conpar/report/run"
)

// recorded is the reference run, from the top of the project. Its page is
// golden; the READMEs show its charts and tables.
const (
	recorded   = "results/intel-xeon-2cpu/20261128T171340Z"
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
