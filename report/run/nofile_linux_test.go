//go:build system

package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"conpar/report/run"
)

// An output onto a device, a pipe, as of a process substitution, or a link is refused
// before anything is written, and waits for nobody.
func TestOutputOntoWhatIsNoFile(t *testing.T) {
	recorded, err := filepath.Abs(recordedRun)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	one := filepath.Join(root, "runs/a/20260102T030405Z")
	record(t, one, 2, 6, nobody)
	member{alias: "a", cells: 20}.write(t, filepath.Join(root, "fleet"), 1)
	kitchen(t, root, "kitchen-parallel.trace")
	at := func(name string) string { return filepath.Join(root, name) }
	if err := os.WriteFile(at("target"), []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{syscall.Mkfifo(at("pipe"), 0o600), os.Symlink("target", at("link")), os.Symlink("nowhere", at("dangling"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, onto := range []string{"/dev/null", "/dev/stdout", fmt.Sprint("/dev/fd/", w.Fd()), at("pipe"), at("link"), at("dangling")} {
		before, err := os.Lstat(onto)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range [][]string{
			{"-o", onto, one}, {"-exercise", onto, recorded}, {"compare", "-o", onto, "runs", "runs"}, {"scale", "-o", onto, "runs"},
			{"scale", "-format", "github", "-o", onto, "runs"}, {"fleet", "-o", onto, "fleet"},
			{"timeline", "-o", onto, "kitchen-parallel.trace"}, {"index", "-o", onto, "runs"},
		} {
			code, _, stderr := report(t, root, "", command...)
			if code != run.IO || !strings.Contains(stderr, onto) {
				t.Errorf("%q: exit code %d: %s", command, code, stderr)
			}
			if after, err := os.Lstat(onto); err != nil || after.Mode() != before.Mode() || !os.SameFile(before, after) {
				t.Errorf("%q: %v became %v, %v", command, before, after, err)
			}
		}
	}
	if text, err := os.ReadFile(at("target")); err != nil || string(text) != "theirs" {
		t.Errorf("the target of a link: %q, %v", text, err)
	}
	if _, err := os.Lstat(at("nowhere")); err == nil {
		t.Error("the target of a link was made")
	}
}
