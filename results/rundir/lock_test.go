package rundir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gofrs/flock"

	"conpar/results"
)

// begun begins a run of two rounds with a sample.
func begun(t *testing.T) (w *Writer, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "machine", "run")
	w, err := Create(dir, results.Run{Plan: results.Plan{Rounds: 3, Cells: []results.PlannedCell{
		{Cell: "BenchmarkCPU/work=a/goroutines=1", Kind: "computing", Tasks: 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	if err := w.Append(sample(0)); err != nil {
		t.Fatal(err)
	}
	return w, dir
}

func sample(round int) results.Sample {
	return results.Sample{Round: round, Cell: "BenchmarkCPU/work=a/goroutines=1", Error: "it hung"}
}

// A clean-up that deletes the lock's file lets no second writer in.
func TestDeletedLock(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("what is open cannot be deleted")
	}
	w, dir := begun(t)
	if err := os.Remove(filepath.Join(dir, lockFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Reopen(dir, func(*results.Run) {}); !errors.Is(err, ErrBusy) {
		t.Errorf("a second writer: %v", err)
	}
	if err := w.Append(sample(1)); err != nil {
		t.Error(err)
	}
}

// Whatever becomes of a run's folder while the run goes on, what was measured is kept,
// the error says where, and nothing is written to what came in its place.
func TestFolderIsTakenAway(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("what is open cannot be moved")
	}
	outside := t.TempDir()
	for name, test := range map[string]struct {
		do    func(dir string) error
		what  string
		where string // "": beside it, or among the temporary ones
	}{
		"deleted":         {os.RemoveAll, "deleted", "run-rescued-"},
		"moved":           {func(dir string) error { return os.Rename(dir, dir+"2") }, "moved", "machine/run2"},
		"journal deleted": {func(dir string) error { return os.Remove(filepath.Join(dir, JournalFile)) }, "journal.jsonl was deleted", "run-rescued-"},
		"journal emptied": {func(dir string) error { return os.WriteFile(filepath.Join(dir, JournalFile), nil, 0o600) }, "altered", "run-rescued-"},
		"symlink": {func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.Symlink(outside, dir))
		}, "replaced", "run-rescued-"},
		"parent is a symlink": {func(dir string) error {
			up := filepath.Dir(dir)
			return errors.Join(os.RemoveAll(up), os.Symlink(outside, up), os.Mkdir(filepath.Join(outside, "run"), 0o700))
		}, "replaced", "run-rescued-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			w, dir := begun(t)
			if err := test.do(dir); err != nil {
				t.Fatal(err)
			}
			err := w.Append(sample(1))
			moved, is := errors.AsType[Moved](err)
			if !is || !strings.Contains(err.Error(), test.what) || !strings.Contains(moved.Dir, test.where) {
				t.Fatalf("%v", err)
			}
			if runtime.GOOS != "linux" && name == "moved" {
				return
			}
			if r, err := Read(moved.Dir); err != nil || len(r.Samples) != 2 {
				t.Errorf("%d samples are kept, %v", len(r.Samples), err)
			}
			if again := w.Append(sample(2)); again == nil || again.Error() != err.Error() {
				t.Errorf("the next sample: %v", again)
			}
			_ = filepath.WalkDir(outside, func(path string, d fs.DirEntry, err error) error {
				if !d.IsDir() {
					t.Errorf("%s was written", path)
				}
				return err
			})
		})
	}
}

// A file system that cannot lock is told of with the path, and nothing is left there.
func TestTry(t *testing.T) {
	dir := t.TempDir()
	empty := func() {
		t.Helper()
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("left there: %v, %v", entries, err)
		}
	}
	if err := Try(dir); err != nil {
		t.Error(err)
	}
	empty()
	before := tryLock
	t.Cleanup(func() { tryLock = before })
	tryLock = func(*flock.Flock) (bool, error) { return false, errors.New("no locks available") }
	if err := Try(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	empty()
}
