//go:build unix

package atomicfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"conpar/results/atomicfile"
)

// A new file follows the umask, a replaced one keeps its mode.
func TestModes(t *testing.T) {
	before := syscall.Umask(0o027)
	defer syscall.Umask(before)
	path := filepath.Join(t.TempDir(), "file")
	mode := func(want os.FileMode) {
		t.Helper()
		if err := atomicfile.Write(path, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%v, %v, want %v", info.Mode(), err, want)
		}
	}
	mode(0o640)
	for _, kept := range []os.FileMode{0o600, 0o664} {
		if err := os.Chmod(path, kept); err != nil {
			t.Fatal(err)
		}
		mode(kept)
	}
}

// What is no regular file is not replaced.
func TestNoRegularFile(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	for name, create := range map[string]func(path string) error{
		"pipe":    func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"symlink": func(path string) error { return os.Symlink(target, path) },
		"folder":  func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		path := filepath.Join(dir, name)
		if err := create(path); err != nil {
			t.Fatal(err)
		}
		before, _ := os.Lstat(path)
		err := atomicfile.Write(path, []byte("x"))
		after, _ := os.Lstat(path)
		if err == nil || !strings.Contains(err.Error(), path) || !os.SameFile(before, after) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("the target of a link was written")
	}
}
