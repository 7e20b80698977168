package main

import (
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// room is a part of the house, or a package of it.
type room struct {
	name    string
	doc     string   // the first sentence of the package comment
	imports []string // of ours
	lines   int      // of code: no tests, no blank lines, no comments
}

// house lists the packages of the module.
func house(t *testing.T) []room {
	t.Helper()
	const form = "{{.ImportPath}}\t{{.Dir}}\t{{.Doc}}\t{{join .Imports \" \"}}\t{{join .GoFiles \" \"}} {{join .IgnoredGoFiles \" \"}}"
	out, err := exec.Command("go", "list", "-f", form, "conpar/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []room
	for line := range strings.Lines(string(out)) {
		part := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		name := strings.TrimPrefix(part[0], "conpar/")
		r := room{name: name, doc: sentence(strings.TrimSuffix(part[2], "."))}
		for _, imp := range strings.Fields(part[3]) {
			if ours, ok := strings.CutPrefix(imp, "conpar/"); ok {
				r.imports = append(r.imports, ours)
			}
		}
		for _, file := range strings.Fields(part[4]) {
			if !strings.HasSuffix(file, "_test.go") {
				r.lines += codeLines(t, filepath.Join(part[1], file))
			}
		}
		if r.lines > 0 {
			all = append(all, r)
		}
	}
	return all
}

// sentence cuts "Package fit fits laws" to "fits laws".
func sentence(doc string) string {
	words := strings.Fields(doc)
	if len(words) > 2 && (words[0] == "Package" || words[0] == "Command") {
		words = words[2:]
	}
	return strings.Join(words, " ")
}

// codeLines counts the lines of a file that hold anything but blanks and
// comments.
func codeLines(t *testing.T, path string) int {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	file := fset.AddFile(path, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	lines := map[int]bool{}
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return len(lines)
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue
		}
		first := fset.Position(pos).Line
		for i := range 1 + strings.Count(text, "\n") {
			lines[first+i] = true
		}
	}
}

// rounded makes a number of lines that small changes leave as it is.
func rounded(lines int) string {
	if lines < 100 {
		return "under 100"
	}
	n := (lines + 50) / 100 * 100
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// The map of the house stands in the root README, and that of its packages in
// report's: who imports whom, and how much there is to read.
func TestMapOfTheHouse(t *testing.T) {
	packages := house(t)
	t.Chdir("..")
	what := []struct{ name, says string }{
		{"workloads", "what is run; knows nothing of measuring"},
		{"bench", "how it is measured: the runner, and go test -bench"},
		{"results", "what was measured: the file format, recorded runs"},
		{"report", "what it means: statistics, verdicts, charts, pages"},
	}
	within := func(pkg, room string) bool { return pkg == room || strings.HasPrefix(pkg, room+"/") }
	rooms := "```\n"
	for _, w := range what {
		lines, to := 0, map[string]bool{}
		for _, p := range packages {
			if !within(p.name, w.name) {
				continue
			}
			lines += p.lines
			for _, imp := range p.imports {
				if other, _, _ := strings.Cut(imp, "/"); other != w.name {
					to[other] = true
				}
			}
		}
		var arrows []string
		for _, other := range what {
			if to[other.name] {
				arrows = append(arrows, other.name)
			}
		}
		line := fmt.Sprintf("%-10s %-52s %6s lines", w.name, w.says, rounded(lines))
		if len(arrows) > 0 {
			line += "  → " + strings.Join(arrows, ", ")
		}
		rooms += line + "\n"
	}
	generated(t, "README.md", "rooms", rooms+"```\n", "report")

	table := "| package | what it does | lines | imports of ours |\n| --- | --- | ---:| --- |\n"
	slices.SortFunc(packages, func(a, b room) int { return strings.Compare(a.name, b.name) })
	for _, p := range packages {
		table += fmt.Sprintf("| `%s` | %s | %s | %s |\n", p.name, p.doc, rounded(p.lines), strings.Join(p.imports, ", "))
	}
	generated(t, "report/README.md", "packages", table, "report/claims")
}
