//go:build system

package sides

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// run runs a command in a folder.
func run(t *testing.T, dir string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GIT_AUTHOR_NAME=x", "GIT_AUTHOR_EMAIL=x@example.com", "GIT_COMMITTER_NAME=x",
		"GIT_COMMITTER_EMAIL=x@example.com", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// history makes a repository of a module with a commit of its files.
func history(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("a history needs git")
	}
	dir := module(t, files)
	run(t, dir, "git", "init", "-q", "-b", "main")
	commit(t, dir, "v1", nil)
	return dir
}

func commit(t *testing.T, dir, tag string, files map[string]string) {
	t.Helper()
	write(t, dir, files)
	run(t, dir, "git", "add", "-A")
	run(t, dir, "git", "commit", "-q", "-m", tag)
	run(t, dir, "git", "tag", tag)
}

const (
	fine = "package m\n\nimport \"testing\"\n\nfunc BenchmarkFine(b *testing.B) { for range b.N { work() } }\n"
	work = "package m\n\nfunc work() {}\n"
)

func inPackage(name, text string) string {
	return strings.Replace(text, "package m", "package "+name, 1)
}

func TestHistoryRefuses(t *testing.T) {
	dir := history(t, map[string]string{"m/go.mod": "module example.com/m\n\ngo 1.24\n", "m/a_test.go": fine, "m/work.go": work})
	commit(t, dir, "replaced", map[string]string{"m/go.mod": "module example.com/m\n\ngo 1.24\n\nreplace example.com/x => ../../x\n"})
	commit(t, dir, "fine", map[string]string{"m/go.mod": "module example.com/m\n\ngo 1.24\n\nreplace example.com/x => ../x\n"})
	run(t, dir, "git", "checkout", "-q", "-b", "later")
	commit(t, dir, "last", map[string]string{"new/go.mod": "module example.com/new\n\ngo 1.24\n", "new/a_test.go": fine, "new/work.go": work})
	run(t, dir, "git", "update-ref", "refs/remotes/origin/theirs", "v1")
	shallow := filepath.Join(t.TempDir(), "shallow")
	run(t, dir, "git", "clone", "-q", "--depth", "1", "file://"+dir, shallow)
	outside := t.TempDir()
	write(t, outside, map[string]string{"go.work": "go 1.24\n\nuse " + filepath.Join(dir, "m") + "\n"})
	for _, tt := range []struct {
		dir, rev string
		env      string
		says     string
	}{
		{"m", "nosuch", "", "nosuch is no commit of this repository; git log"},
		{"m", "--help", "", "--help is no commit"},
		{"m", "theirs", "", "did you mean origin/theirs?"},
		{"m", "replaced", "", "go.mod names ../../x, which lies beyond the repository"},
		{"new", "v1", "", "new is no folder in commit"},
		{"m", "v1", "GOWORK=" + filepath.Join(outside, "go.work"), "lies beyond the repository"},
		{shallow + "/m", "v1", "", "fetch-depth: 0"},
		{shallow + "/m", "v1...", "", "git fetch --unshallow"},
	} {
		at := tt.dir
		if !filepath.IsAbs(at) {
			at = filepath.Join(dir, at)
		}
		spec := Spec{Name: "old", Rev: tt.rev}
		if tt.env != "" {
			spec.Env = []string{tt.env}
		}
		_, err := Build(t.Context(), request(t, at, spec, Spec{Name: "new"}))
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("at=%s: %v; want %q", tt.rev, err, tt.says)
		}
	}
}

// The submodules of a commit are those that it names.
func TestSubmodules(t *testing.T) {
	lib := history(t, map[string]string{"go.mod": "module example.com/lib\n\ngo 1.24\n", "lib.go": "package lib\n\nfunc Work() {}\n"})
	dir := history(t, map[string]string{
		"go.mod":    "module example.com/m\n\ngo 1.24\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ./sub/lib\n",
		"work.go":   "package m\n\nimport \"example.com/lib\"\n\nfunc work() { lib.Work() }\n",
		"a_test.go": fine,
	})
	run(t, dir, "git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", lib, "sub/lib")
	commit(t, dir, "with", nil)
	if err := os.RemoveAll(lib); err != nil { // the repository's own clone of it is enough
		t.Fatal(err)
	}
	state := run(t, dir, "sh", "-c", "cat .git/config; ls -R .git | sha256sum")
	p := build(t, request(t, dir, Spec{Name: "old", Rev: "with"}, Spec{Name: "new", Env: []string{"A=1"}}))
	if len(p.names()) != 2 || len(p.Dropped) > 0 {
		t.Errorf("found %q, dropped %v", p.names(), p.Dropped)
	}
	if after := run(t, dir, "sh", "-c", "cat .git/config; ls -R .git | sha256sum"); after != state {
		t.Errorf("the repository was\n%s\nand is\n%s", state, after)
	}
}
