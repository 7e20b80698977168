package temporary

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What killed processes left is removed, but not what another may be at.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"draft-1": 2 * staleAfter, "draft-2": staleAfter / 2, "draft": 2 * staleAfter} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "deep"), 0o700); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	own, err := Folder(dir, "draft-")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "draft-1")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left over: %v", err)
	}
	for _, kept := range []string{filepath.Join(dir, "draft-2", "deep"), filepath.Join(dir, "draft", "deep"), own} {
		if _, err := os.Stat(kept); err != nil {
			t.Error(err)
		}
	}
}
