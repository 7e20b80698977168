//go:build system

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// actionlint knows the actions, their inputs, and the syntax of workflows.
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// workflow returns the one that a README shows.
func workflow(t *testing.T, path string) string {
	t.Helper()
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```yaml\n(name: .*?)```").FindSubmatch(readme)
	if shown == nil {
		t.Fatalf("%s shows no workflow", path)
	}
	return string(shown[1])
}

// The READMEs' workflows are such that GitHub would take them.
func TestWorkflowIsLinted(t *testing.T) {
	lint := func(text string) (string, error) {
		cmd := exec.Command("go", "run", actionlint, "-shellcheck=", "-pyflakes=", "-no-color", "-")
		cmd.Stdin = strings.NewReader(text)
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := lint(workflow(t, "../scripts/fleet/README.md")); err != nil {
		t.Errorf("that of fleets: %v: %s", err, out)
	}
	text := workflow(t, "README.md")
	if n := strings.Count(text, "\n"); n > 15 {
		t.Errorf("it has %d lines", n)
	}
	if out, err := lint(text); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	for _, key := range []string{"fetch-depth", "go-version-file", "runs-on"} {
		if out, err := lint(strings.Replace(text, key+":", key+"s:", 1)); err == nil || !strings.Contains(out, key+"s") {
			t.Errorf("%ss is taken: %v %s", key, err, out)
		}
	}
}

// The last command of README's workflow finds a regression on a branch, in a clone
// such as actions/checkout makes, and fails.
func TestWorkflowFindsARegression(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(workflow(t, "README.md")), "\n")
	args := strings.Fields(lines[len(lines)-1])
	if len(args) < 3 || args[1] != "test" {
		t.Fatalf("the last command is %q", args)
	}
	costs := func(cost string) map[string]string {
		return map[string]string{"a_test.go": benchmarks(`
func BenchmarkSpin(b *testing.B) { for range b.N { }; b.ReportMetric(` + cost + `, "ns/op") }
`)}
	}
	module(t, costs("1000"))
	git := func(args ...string) {
		t.Helper()
		args = append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", "-A")
	git("commit", "-q", "-m", "one")
	clone := filepath.Join(t.TempDir(), "clone")
	git("clone", "-q", ".", clone)
	t.Chdir(clone)
	git("checkout", "-q", "-b", "change")
	writeFiles(t, ".", costs("1040"))
	git("commit", "-q", "-a", "-m", "two")
	git("checkout", "-q", "--detach")
	summary := filepath.Join(t.TempDir(), "summary.md")
	t.Setenv("GITHUB_STEP_SUMMARY", summary)
	quick := []string{"-cpu", "1", "-benchtime", "1ms", "-rounds", "10", "-out", t.TempDir()}
	stdout, stderr := testCommand(t, exitFailed, append(quick, args[2:]...)...)
	has(t, stdout, "::error title=", "The comment: ")
	has(t, stderr, "confirmed regression: 1 of the cells")
	text, err := os.ReadFile(summary)
	if err != nil {
		t.Fatal(err)
	}
	has(t, string(text), "Spin", "1.04", "slower")
}
