package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"conpar/report/page"
)

func filesIn(t *testing.T, dir string) (all []string) {
	t.Helper()
	for _, pattern := range []string{".*", "*", "charts/.*", "charts/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if name, _ := filepath.Rel(dir, f); name != "charts" && name != "." {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// What a page that was killed has left of its files goes, and whatever else there
// is stays.
func TestReplaceRemovesParts(t *testing.T) {
	if lock := flock.New(t.TempDir(), flock.SetFlag(os.O_RDONLY)); lock.Lock() != nil {
		t.Skip("no folder can be locked here")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "charts", ".plane.svg.7"), 0o700); err != nil {
		t.Fatal(err)
	}
	stays := []string{".report.html", ".report.html.note", ".mine.5", "report.html.5", "charts/.mine.svg.4", ".plane.svg.3"}
	goes := []string{".report.html.123", ".report.md.5", "charts/.plane.svg.4", "charts/.gains-dark.png.1"}
	for _, name := range append(stays, goes...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := []page.File{{Name: "charts/plane.svg"}, {Name: "report.md"}, {Name: "report.html"}}
	if err := replace(t.Context(), dir, files, owned); err != nil {
		t.Fatal(err)
	}
	want := append(stays, "charts/.plane.svg.7", "charts/plane.svg", "report.md", "report.html")
	slices.Sort(want)
	if diff := cmp.Diff(want, filesIn(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// Those who write one page at once do so in turns: none removes what another
// is writing.
func TestReplaceInTurns(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				if err := replace(t.Context(), dir, []page.File{{Name: "charts/plane.svg"}, {Name: "report.html"}}, owned); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff([]string{"charts/plane.svg", "report.html"}, filesIn(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// Who waits for another can be interrupted.
func TestReplaceEnds(t *testing.T) {
	dir := t.TempDir()
	lock := flock.New(dir, flock.SetFlag(os.O_RDONLY))
	if err := lock.Lock(); err != nil {
		t.Skip("no folder can be locked here")
	}
	defer lock.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := replace(ctx, dir, []page.File{{Name: "report.html"}}, owned); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("wrote %q", left)
	}
}

// owned are the charts of a report.
func owned(name string) bool { return page.Owned(page.Main, name) }
