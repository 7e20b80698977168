package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// The help that most people read fits a terminal; every flag stands in the full
// one; and each example of either is one that parses.
func TestHelp(t *testing.T) {
	code, short, _ := command("-h")
	if n := strings.Count(short, "\n"); code != exitFine || n > 24 {
		t.Errorf("-h: code %d, %d lines", code, n)
	}
	for line := range strings.Lines(short) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	_, full, _ := command("-h", "full")
	source, err := os.ReadFile("options.go")
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`fs\.[A-Z]\w+\([^"\n]*"([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(flags) < 19 {
		t.Fatalf("%d flags are found", len(flags))
	}
	for _, f := range flags {
		if !regexp.MustCompile(`(?m)^  -` + f[1] + `\b`).MatchString(full) {
			t.Errorf("-h full does not explain -%s", f[1])
		}
	}
	examples := regexp.MustCompile(`(?m)^  go run \./bench(.*?)(?:  .*)?$`).FindAllStringSubmatch(short+full, -1)
	if len(examples) < 10 {
		t.Fatalf("%d examples are found", len(examples))
	}
	for _, e := range examples {
		args := strings.Fields(strings.ReplaceAll(e[1], "'", ""))
		if strings.Contains(e[1], "-resume") {
			args[1] = t.TempDir() // there is no such run: that is said, and no fault of the flags
			if code, _, said := command(args...); !strings.Contains(said, "no run here") {
				t.Errorf("%s: code %d: %s", e[0], code, said)
			}
			continue
		}
		if code, _, said := command(append(args, "-dry-run")...); code != exitFine {
			t.Errorf("%s: code %d: %s", e[0], code, said)
		}
	}
}

// The binary says what it is, and is the report command as well.
func TestOneBinary(t *testing.T) {
	if code, said, _ := command("-version"); code != exitFine || !regexp.MustCompile(`^conpar .*, go1\.\d+.* \w+/\w+\n$`).MatchString(said) {
		t.Errorf("-version: code %d: %q", code, said)
	}
	code, said, errs := command("report", "-verdicts", "../results/amd-turin-2cpu/20261130T205142Z")
	if code != 0 || !strings.Contains(said, "supported") {
		t.Errorf("report: code %d: %s%s", code, said, errs)
	}
	if code, _, _ := command("report", "nosuchfile"); code != 3 {
		t.Errorf("report of a missing file: code %d, want 3", code)
	}
}
