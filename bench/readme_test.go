package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readmes returns the README of the house and those of its rooms, by path from
// here.
func readmes(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, path := range append(paths, "../README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = string(text)
	}
	for _, room := range []string{"workloads", "bench", "results", "report"} {
		if all["../"+room+"/README.md"] == "" {
			t.Errorf("%s has no README", room)
		}
	}
	return all
}

// shellBlocks returns the commands of each of a README's sh blocks, one a line.
func shellBlocks(readme string) (blocks [][]string) {
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		var commands []string
		for line := range strings.Lines(block[1]) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				commands = append(commands, line)
			}
		}
		blocks = append(blocks, commands)
	}
	return blocks
}

// The claim that report's README shows is one of the source.
func TestReadmesClaimIsOne(t *testing.T) {
	readme, err := os.ReadFile("../report/README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../report/claims/resources.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Add a claim")
	shown := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(section)
	if shown == nil {
		t.Fatal("README shows no claim")
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if !strings.Contains(words(string(source)), words(shown[1])) {
		t.Errorf("resources.go has no\n%s", shown[1])
	}
}

// What a README links to in the project is there.
func TestReadmeLinks(t *testing.T) {
	for path, readme := range readmes(t) {
		for _, m := range regexp.MustCompile(`(?:\]\(|src(?:set)?=")([^)"#]+)`).FindAllStringSubmatch(readme, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", path, m[1], err)
			}
		}
	}
}

// CI ends with the test command that README names.
func TestCIRunsReadmesTestCommand(t *testing.T) {
	ci, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(ci)), "\n")
	last := lines[len(lines)-1]
	for _, c := range slices.Concat(shellBlocks(string(readme))...) {
		if strings.TrimSpace(strings.Split(c, "  #")[0]) == last {
			return
		}
	}
	t.Errorf("README shows no command %q, with which .ci/run ends", last)
}
