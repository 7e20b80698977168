package input_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/report/input"
)

// Files come out in the order in which they were named: sources, points,
// warnings, and the first error.
func TestFilesKeepTheirOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	var paths []string
	want := ""
	points, warnings := "", ""
	for i := range 12 {
		path := fmt.Sprintf("%d.txt", i)
		text := strings.Repeat(fmt.Sprintf("BenchmarkA%d 1 1 x\n", i), 1+100*(12-i)) // the first are the longest
		switch i % 4 {
		case 1:
			text = ""
			warnings += fmt.Sprintf("! %s:0: left out: empty; save what go test -bench prints, or measure again\n", path)
		case 2:
			text = fmt.Sprintf("BenchmarkA%d 1 1 x\nBenchmarkB 0 1 x\n", i)
			warnings += fmt.Sprintf("! %s:2: left out: 0 iterations\n", path)
		}
		if text != "" {
			want += fmt.Sprintf("source %s\n", path)
			points += fmt.Sprintf("%s A%d %d\n", path, i, strings.Count(text, "\nBenchmarkA")+1)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	warnings = "missing.txt: no such file\n" + warnings
	for range 20 {
		d, err := input.Read(append([]string{"missing.txt"}, paths...), nil)
		if err != nil {
			t.Fatal(err)
		}
		got, gotPoints, gotWarnings := "", "", "missing.txt: no such file\n"
		for _, s := range d.Sources {
			got += fmt.Sprintf("source %s\n", s.Label)
			for _, c := range s.Cells() {
				gotPoints += fmt.Sprintf("%s %s %d\n", s.Label, c.Name, len(c.Rounds))
			}
		}
		for _, w := range d.Warnings[1:] {
			gotWarnings += fmt.Sprintf("! %s:%d: %s\n", w.File, w.Line, w.Text)
		}
		if got != want || gotPoints != points || gotWarnings != warnings || d.Warnings[0].File != "missing.txt" {
			t.Fatalf("%s%s%s\nwant\n%s%s%s", got, gotPoints, gotWarnings, want, points, warnings)
		}
	}
	_, err := input.Read([]string{"5.txt", "1.txt"}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "5.txt: empty") {
		t.Errorf("of two bad files: %v, want what is wrong with the first", err)
	}
}

// Files that have not room enough together are used as far as there is room, in
// their order.
func TestFilesShareTheRoom(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	const cells = 12_000
	for f := range 4 {
		var b strings.Builder
		for i := range cells {
			fmt.Fprintf(&b, "BenchmarkA%d/goroutines=1 1 1 x\n", i)
		}
		paths = append(paths, filepath.Join(dir, fmt.Sprintf("%d.txt", f)))
		if err := os.WriteFile(paths[f], []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// What stdin takes is no longer there for files.
	stdin, err := os.Open(paths[3])
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	if d, err := input.Read([]string{input.Stdin, paths[0], paths[1]}, stdin); err != nil || len(cellsOf(d)) >= 3*cells || len(cellsOf(d)) <= 2*cells {
		t.Errorf("of stdin and two files %d cells are used, %v", len(cellsOf(d)), err)
	}
	first := ""
	for range 3 {
		d, err := input.Read(paths, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, s := range d.Sources {
			n[s.Label] = len(s.Cells())
		}
		got := fmt.Sprint(n)
		if n["0.txt"] != cells || n["1.txt"] != cells || n["2.txt"] == 0 || n["2.txt"] == cells || n["3.txt"] != 0 || first != "" && got != first {
			t.Errorf("cells used: %s; before: %s", got, first)
		}
		first = got
	}
}
