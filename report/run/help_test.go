package run_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"conpar/report/run"
)

// helpNames are the commands as -h is asked of them; "" is report itself.
var helpNames = []string{"", "scale", "compare", "timeline", "index", "fleet"}

// help asks a command for its help.
func help(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	args = append(append(strings.Fields(name), "-h"), args...)
	if code := run.Run(context.Background(), nil, &out, &errs, args); code != run.Fine || errs.Len() > 0 {
		t.Fatalf("%v: exit code %d, %s", args, code, &errs)
	}
	return out.String()
}

// The help fits on a screen of 24 lines and 80 columns. -h full begins with the
// same and names every flag and exit code.
func TestHelp(t *testing.T) {
	for _, name := range helpNames {
		screen, full := help(t, name), help(t, name, "full")
		if n := strings.Count(screen, "\n"); n > 24 {
			t.Errorf("report %s -h: %d lines", name, n)
		}
		for line := range strings.Lines(screen + full) {
			if utf8.RuneCountInString(line) > 81 {
				t.Errorf("report %s -h: more than 80 columns: %q", name, line)
			}
		}
		if i := strings.LastIndex(screen, "\n\nreport"); i > 0 {
			screen = screen[:i]
		}
		if !strings.HasPrefix(full, screen) || !strings.Contains(full, "Examples:") || !strings.Contains(full, "Exit codes") {
			t.Errorf("report %s -h full lacks something:\n%s", name, full)
		}
	}
	for name, flags := range map[string]string{
		"": "format o exercise cells verdicts strict", "scale": "x unit filter line facet cpus format o all higher",
		"compare": "unit margin strict format o filter match higher", "timeline": "o region format", "index": "o",
		"fleet": "margin format o",
	} {
		for _, f := range strings.Fields(flags) {
			if !regexp.MustCompile(`(?m)^  -` + f + ` `).MatchString(help(t, name, "full")) {
				t.Errorf("report %s -h full does not explain -%s", name, f)
			}
		}
	}
}

// Every example of every command works as it is written. Files have the names
// that the examples give them, and what a pipe would send comes from a file.
func TestHelpExamples(t *testing.T) {
	root := t.TempDir()
	for from, to := range map[string]string{
		"../../results/amd-epyc-2cpu":                   "results/amd-epyc-2cpu other/results/amd-epyc-2cpu",
		"../../results/amd-epyc-2cpu/20261124T172112Z":  "results/laptop",
		"../../results/amd-turin-2cpu/20261130T205142Z": "results/server",
		"../timeline/testdata/kitchen-parallel.trace":   "sort.trace kitchen-parallel.trace",
		"../testdata/foreign/strings.txt":               "old.txt newer.txt new.txt",
	} {
		for _, name := range strings.Fields(to) {
			copyTo(t, from, filepath.Join(root, name))
		}
	}
	workers := bench{name: "Work", axis: "workers", ns: []int{1, 2, 4, 8}, samples: 6, time: func(n float64) float64 { return 1e6 / n }}
	if err := os.WriteFile(filepath.Join(root, "bench.txt"), []byte(workers.text()), 0o644); err != nil {
		t.Fatal(err)
	}
	piped, err := os.ReadFile("../testdata/foreign/strings.txt")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	for _, name := range helpNames {
		_, examples, _ := strings.Cut(help(t, name), "Examples:\n")
		examples, _, _ = strings.Cut(examples, "\n\n")
		n := 0
		for _, command := range strings.Split(strings.ReplaceAll(examples, "|\n", "| "), "\n") {
			if at := strings.Index(command, "go run ./report "); at >= 0 {
				n++
				args, _, _ := strings.Cut(command[at+len("go run ./report "):], "   ") // what it shows
				example(t, words(t, args), piped)
			}
		}
		if n < 2 {
			t.Errorf("report %s -h has %d examples", name, n)
		}
	}
}

// words splits a command like a shell.
func words(t *testing.T, command string) (words []string) {
	t.Helper()
	for _, word := range strings.Fields(command) {
		found, err := filepath.Glob(word)
		if err != nil {
			t.Fatal(err)
		}
		if word = strings.Trim(word, "'"); len(found) == 0 {
			found = []string{word}
		}
		words = append(words, found...)
	}
	return words
}

func example(t *testing.T, args []string, stdin []byte) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run.Run(t.Context(), bytes.NewReader(stdin), &out, &errs, args)
	strict := slices.Contains(args, "-strict")
	if code != run.Fine && !(strict && code == run.Refuted) || out.Len() == 0 {
		t.Errorf("report %v: exit code %d, %s", args, code, &errs)
	}
}

// copyTo copies a file or a folder.
func copyTo(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err == nil && info.IsDir() {
		err = os.CopyFS(to, os.DirFS(from))
	} else if err == nil {
		var data []byte
		if data, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(to, data, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
