package run_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"conpar/report/run"
)

// TestPeoplesFiles gives the command what people have, and looks for what it
// says. Each archive in testdata/people holds files, and above them a script:
//
//	$ report scale -x /threads in.txt    a command; the files are in its folder
//	exit 2                               its exit code, 0 if not said
//	> a regular expression               a line of its output matches
//	! a regular expression               no line matches
//
// Other lines are comments. Standard error is looked at like the output, with
// "2> " before each line.
func TestPeoplesFiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/people/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("archives: %v, %v", archives, err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range a.Files {
				if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(dir)
			follow(t, string(a.Comment))
		})
	}
}

// follow runs the commands of a script and checks what it expects of each.
func follow(t *testing.T, script string) {
	t.Helper()
	command, code, expected, output := "", 0, 0, ""
	ends := func() {
		if code != expected {
			t.Errorf("%s: exit code %d, want %d\n%s", command, code, expected, output)
		}
		expected = 0
	}
	checks := 0
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "$":
			ends()
			command = rest
			code, output = printed(t, strings.Fields(rest)[1:])
		case "exit":
			n, err := strconv.Atoi(rest)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			expected = n
			checks++
		case ">", "!":
			if regexp.MustCompile("(?m)"+rest).MatchString(output) != (mark == ">") {
				t.Errorf("%s\nnot as expected: %s\n%s", command, line, output)
			}
			checks++
		}
	}
	ends()
	if checks == 0 {
		t.Error("the script checks nothing")
	}
}

// printed gives the exit code of a command, and what it printed.
func printed(t *testing.T, args []string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run.Run(t.Context(), nil, &out, &errs, args)
	text := out.String()
	for line := range strings.Lines(errs.String()) {
		text += "2> " + line
	}
	return code, text
}
