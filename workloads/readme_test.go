package workloads_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/coord"
	"conpar/workloads/cpu"
	"conpar/workloads/fio"
	"conpar/workloads/iobound"
	"conpar/workloads/lang"
	"conpar/workloads/mixed"
	"conpar/workloads/pattern"
	"conpar/workloads/practice"
	"conpar/workloads/practice/bolt"
	"conpar/workloads/practice/postgres"
	"conpar/workloads/practice/service"
	"conpar/workloads/thread"
)

var update = flag.Bool("update", false, "write the table of workloads in README.md")

// table has a line for each workload, without the keys after its name.
func table() string {
	var b strings.Builder
	b.WriteString("\n| workload | what one task does | predicted |\n|---|---|---|\n")
	for _, family := range []struct {
		name string
		set  *workloads.Set
	}{
		{"CPU", &cpu.Set}, {"IO", &iobound.Set}, {"Mixed", &mixed.Set}, {"Coord", &coord.Set},
		{"Pattern", &pattern.Set}, {"Thread", &thread.Set}, {"Lang", &lang.Set}, {"Practice", &practice.Set}, {"Service", &service.Set}, {"Database", &bolt.Set}, {"Database", &postgres.Set}, {"Peer", &fio.Set},
	} {
		seen := ""
		for _, w := range family.set.All() {
			base, key, _ := strings.Cut(w.Name, "/")
			if base == seen {
				continue
			}
			if seen = base; key != "" {
				key, _, _ = strings.Cut(key, "=")
				base += "/" + key + "=…"
			}
			fmt.Fprintf(&b, "| `%s/work=%s` | %s | %s |\n", family.name, base, strings.TrimSuffix(w.Doc, "."), w.Kind)
		}
	}
	return b.String() + "\n"
}

func TestReadmeListsTheWorkloads(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), "<!-- workloads: begin -->")
	shown, after, ended := strings.Cut(rest, "<!-- workloads: end -->")
	if !ok || !ended {
		t.Fatal("README.md lacks the markers of the table of workloads")
	}
	if *update {
		text := before + "<!-- workloads: begin -->" + table() + "<!-- workloads: end -->" + after
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if shown != table() {
		t.Error("README.md shows other workloads than there are: run go test ./workloads -update, and read what changed")
	}
}

// longer are the files that need more lines than a workload should, and why.
var longer = map[string]string{
	"coord/counter.go":     "seven ways to count, which differ by a line each",
	"coord/leak.go":        "tells what is left from what the runtime keeps",
	"coord/readers.go":     "three ways to share a map",
	"cpu/triad.go":         "arrays beyond the cache, handed out by chunks",
	"iobound/fileread.go":  "makes the file and proves its content",
	"iobound/filesync.go":  "reads back what was written",
	"mixed/kitchen.go":     "five menus and the bound of each",
	"pattern/crossover.go": "times both ways at many lengths",
	"thread/goroutines.go": "the process that is measured is in it, too",
	"thread/native.go":     "asks a program in C++",
}

// A file that adds a workload to a Set is to be read from the top down.
func TestFilesAreShort(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob("practice/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, below...)
	left := maps.Clone(longer)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || !adds(t, path) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(text, []byte("\n"))
		_, exempt := longer[filepath.ToSlash(path)]
		if lines > 120 && !exempt {
			t.Errorf("%s has %d lines: split what is not the workload off, or give a reason here", path, lines)
		}
		if lines > 120 {
			delete(left, filepath.ToSlash(path))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s needs no exception any more", path)
	}
}

// adds reports whether a file calls a function that adds workloads.
func adds(t *testing.T, path string) (found bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			switch f := call.Fun.(type) {
			case *ast.Ident:
				found = found || strings.HasPrefix(f.Name, "add") && len(f.Name) > 2
			case *ast.SelectorExpr:
				x, ok := f.X.(*ast.Ident)
				found = found || ok && x.Name == "Set" && strings.HasPrefix(f.Sel.Name, "Add")
			}
		}
		return true
	})
	return found
}
