//go:build unix

package rundir_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"conpar/results"
	"conpar/results/rundir"
)

// A named pipe that nobody writes, a device without an end and a folder in the
// place of one of a run's files are damage, and nothing waits for them.
func TestWhatIsNoFile(t *testing.T) {
	running := func(t *testing.T) string {
		dir := filepath.Join(t.TempDir(), "test", "run")
		w := written(t, dir)
		addTrace(t, w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	whole := func(t *testing.T) string { dir, _ := finished(t); return dir }
	put := map[string]func(path string) error{
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"device": func(path string) error { return os.Symlink("/dev/zero", path) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
	}
	reopen := func(dir string) error { _, err := rundir.Reopen(dir, func(*results.Run) {}); return err }
	read := func(dir string) error { _, err := rundir.Read(dir); return err }
	for _, tt := range []struct {
		name string
		run  func(*testing.T) string
		do   func(dir string) error
	}{
		{rundir.SumsFile, whole, read},
		{rundir.BenchFile, whole, read},
		{rundir.RunFile, whole, read},
		{"steps.trace", whole, read},
		{rundir.JournalFile, running, read},
		{"steps.trace", running, read},
		{".lock", whole, reopen},
	} {
		for what, make := range put {
			t.Run(what+" "+tt.name, func(t *testing.T) {
				dir := tt.run(t)
				path := filepath.Join(dir, tt.name)
				if err := errors.Join(os.RemoveAll(path), make(path)); err != nil {
					t.Fatal(err)
				}
				err := soon(t, func() error { return tt.do(dir) })
				if !errors.Is(err, rundir.ErrDamaged) || !strings.Contains(err.Error(), tt.name+" is not a regular file") {
					t.Errorf("error %v", err)
				}
			})
		}
	}
}

// soon ends the test where do does not return.
func soon(t *testing.T, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Minute):
		t.Fatal("it waits for what never comes")
		return nil
	}
}
