package input_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/tools/txtar"

	"conpar/report/input"
)

// TestUnlike reads what people feed report as benchstat does: where a source does
// not say that this differs, benchstat has the same results.
func TestUnlike(t *testing.T) {
	archives, err := filepath.Glob("../run/testdata/people/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("archives: %v, %v", archives, err)
	}
	like := 0
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			path := filepath.Join(t.TempDir(), f.Name)
			if err := os.WriteFile(path, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			data, err := input.Read([]string{path}, nil)
			if err != nil {
				continue
			}
			ours, unlike, lost := 0, false, 0
			for _, s := range data.Sources {
				unlike = unlike || s.Unlike
				for _, c := range s.Cells() {
					ours += len(c.Rounds)
				}
			}
			for _, w := range data.Warnings {
				if w.Lost {
					lost++
				}
			}
			theirs := benchstats(f.Data)
			switch {
			case !unlike && lost == 0 && ours != theirs:
				t.Errorf("%s, %s: %d results, benchstat reads %d", filepath.Base(name), f.Name, ours, theirs)
			case !unlike:
				like++
			}
		}
	}
	if like < 10 {
		t.Errorf("only %d files are such as benchstat reads", like)
	}
}

// benchstats counts the results that benchstat reads.
func benchstats(text []byte) (n int) {
	r := benchfmt.NewReader(bytes.NewReader(text), "")
	for r.Scan() {
		if _, ok := r.Result().(*benchfmt.Result); ok {
			n++
		}
	}
	return n
}
