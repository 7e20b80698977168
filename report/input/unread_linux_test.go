package input_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"conpar/report/input"
	"conpar/results"
)

// asNobody has this goroutine look at files as another user does until the test ends: root
// may read everything.
func asNobody(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	runtime.LockOSThread()
	if err := unix.Setfsuid(65534); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if unix.Setfsuid(0) == nil {
			runtime.UnlockOSThread()
		}
	})
}

// A folder that may not be read, such as lost+found, or a run whose files are pipes, is
// told of; the good runs beside it are read.
func TestUnreadBesideGoodRuns(t *testing.T) {
	root := t.TempDir()
	writeRun(t, filepath.Join(root, "good"), results.Complete, aRun(), samples)
	if err := os.Chmod(filepath.Dir(root), 0o755); err != nil {
		t.Fatal(err)
	}
	lost := filepath.Join(root, "lost+found")
	if err := errors.Join(os.Mkdir(lost, 0), os.Mkdir(filepath.Join(root, "pipes"), 0o755),
		syscall.Mkfifo(filepath.Join(root, "pipes", "journal.jsonl"), 0o644)); err != nil {
		t.Fatal(err)
	}
	asNobody(t)
	d, err := input.Read([]string{root}, nil)
	if err != nil || len(d.Sources) != 1 {
		t.Fatalf("%v, error %v", d, err)
	}
	want := map[string]string{lost: "permission denied", filepath.Join(root, "pipes"): "not a regular file"}
	for _, w := range d.Warnings {
		if text := want[w.File]; text != "" && w.Lost && strings.Contains(w.Text, text) {
			delete(want, w.File)
		}
	}
	if len(want) > 0 {
		t.Errorf("not told of %v: %v", want, d.Warnings)
	}
	if _, err := input.Read([]string{lost}, nil); !errors.Is(err, os.ErrPermission) {
		t.Errorf("nothing else: %v", err)
	}
}
