package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
)

// Of all that may lie in a folder for temporary files, only what a dead runner of
// this user's left there is removed.
func TestLeftovers(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp) // of Windows
	apart := filepath.Join(t.TempDir(), "apart")
	put := func(mode os.FileMode, names ...string) {
		t.Helper()
		for _, name := range names {
			dir := filepath.Dir(name)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	in := func(name ...string) string { return filepath.Join(append([]string{tmp}, name...)...) }
	put(0o700, in("conpar-1", "lock"), in("conpar-1", "fileread"), in("conpar-1", "sub", "file"))
	put(0o700, in("conpar-2", "lock"))
	put(0o700, in("conpar-lives", "lock"), in("conpar-lives", "file"))
	put(0o700, in("conpar-page", "report.html"), in("other", "lock"), filepath.Join(apart, "lock"), filepath.Join(apart, "file"))
	put(0o700, in("conpar-file"))
	put(0o700, in("conpar-odd", "lock", "file"))
	want := []string{"conpar-file", "conpar-lives", "conpar-odd", "conpar-page", "other"}
	if runtime.GOOS != "windows" {
		put(0o755, in("conpar-shared", "lock"), in("conpar-shared", "file"))
		put(0o711, in("conpar-postgres-1", "lock"), in("conpar-postgres-1", "file")) // its server was another user
		if err := os.Symlink(apart, in("conpar-symlink")); err != nil {
			t.Fatal(err)
		}
		want = append(want, "conpar-shared", "conpar-symlink")
	}
	live := flock.New(in("conpar-lives", "lock"))
	if ok, err := live.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	dir, remove, err := tempFolder()
	if err != nil {
		t.Fatal(err)
	}
	again, removeAgain, err := tempFolder() // this one lives
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, filepath.Base(dir), filepath.Base(again))
	slices.Sort(want)
	if diff := cmp.Diff(want, names(t, tmp)); diff != "" {
		t.Error(diff)
	}
	for name, n := range map[string]int{in("conpar-lives"): 2, in("conpar-page"): 1, in("conpar-odd", "lock"): 1, apart: 2} {
		if got := names(t, name); len(got) != n {
			t.Errorf("%s has %q", name, got)
		}
	}
	if err := live.Close(); err != nil { // as when its process dies
		t.Fatal(err)
	}
	remove()
	removeAgain()
	_, remove, err = tempFolder()
	if err != nil {
		t.Fatal(err)
	}
	remove()
	gone := []string{"conpar-lives", filepath.Base(dir), filepath.Base(again)}
	want = slices.DeleteFunc(want, func(name string) bool { return slices.Contains(gone, name) })
	if diff := cmp.Diff(want, names(t, tmp)); diff != "" {
		t.Errorf("afterwards: %s", diff)
	}
}

// Runners that begin at once have a folder each, which no other takes for a
// leftover.
func TestTempFoldersAtOnce(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				dir, remove, err := tempFolder()
				if err != nil {
					t.Error(err)
					return
				}
				if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
					t.Error(err)
				}
				remove()
			}
		})
	}
	all.Wait()
	if left := names(t, tmp); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}
