//go:build unix

package iobound

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"conpar/workloads"
)

// A pipe in the place of a file in the cache folder is replaced, and not waited for.
func TestPipeInTheCache(t *testing.T) {
	env := workloads.Env{Dir: t.TempDir(), CPUs: 1}
	path := filepath.Join(env.Dir, "small")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := openReads(t.Context(), source{path, os.OpenFile, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
