//go:build unix

package run_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"conpar/report/run"
)

// systemCorpus is what a file system may hold instead of a file.
var systemCorpus = []trial{
	{name: "missing", args: []string{"none.txt"}, code: run.IO},
	{name: "one-of-two-is-missing", text: three, args: []string{"none.txt", "in.txt"}, code: run.BadInput},
	{name: "pipe-without-writer", setup: pipe("pipe"), args: []string{"pipe"}, code: run.BadInput},
	{name: "pipe-in-a-folder", setup: pipe("bench.txt"), args: []string{"."}, code: run.BadInput},
	{name: "pipe-in-a-run", setup: func(t *testing.T, dir string) {
		put(t, dir, "run/run.json", "{}")
		pipe("run/SHA256SUMS")(t, dir)
	}, args: []string{"run"}, code: run.BadInput},
	{name: "device", args: []string{"/dev/zero"}, code: run.BadInput},
	{name: "symlink-loop", setup: func(t *testing.T, dir string) { symlink(t, dir, "b", "a"); symlink(t, dir, "a", "b") }, args: []string{"a"}, code: run.IO},
	{name: "symlink-loop-of-folders", setup: func(t *testing.T, dir string) { put(t, dir, "d/x", ""); symlink(t, dir, "..", "d/up") }, args: []string{"d"}, code: run.BadInput},
	{name: "unreadable", setup: func(t *testing.T, dir string) {
		put(t, dir, "x.txt", three)
		if err := os.Chmod(filepath.Join(dir, "x.txt"), 0); err != nil {
			t.Fatal(err)
		}
		if f, err := os.Open(filepath.Join(dir, "x.txt")); err == nil {
			f.Close()
			t.Skip("this user may read everything")
		}
	}, args: []string{"x.txt"}, code: run.IO},
	{name: "read-error", setup: func(t *testing.T, _ string) {
		if runtime.GOOS != "linux" {
			t.Skip("no file here fails on reading")
		}
	}, args: []string{"/proc/self/mem"}, code: run.IO},
}

func pipe(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Skip(err)
		}
	}
}

func symlink(t *testing.T, dir, to, name string) {
	if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
		t.Skip(err)
	}
}
