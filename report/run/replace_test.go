package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	goes := []string{".report.html.123", ".report.md.5", "charts/.plane.svg.4", "charts/.gains-dark.png.1", ".report.sha256.9"}
	for _, name := range append(stays, goes...) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := []page.File{{Name: "charts/plane.svg"}, {Name: "report.md"}, {Name: "report.html"}}
	if err := sumsOf([]page.File{{Name: "charts/gains-dark.png"}}).write(filepath.Join(dir, "report.sha256")); err != nil {
		t.Fatal(err)
	}
	if err := (output{dir: dir, main: page.Main}).replace(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	want := append(stays, "charts/.plane.svg.7", "report.sha256", "charts/plane.svg", "report.md", "report.html")
	slices.Sort(want)
	if diff := cmp.Diff(want, filesIn(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// Those who write one page at once do so in turns: none removes what another
// is writing.
func TestReplaceInTurns(t *testing.T) {
	dir := t.TempDir()
	o := output{dir: dir, main: page.Main}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				if err := o.replace(t.Context(), []page.File{{Name: "charts/plane.svg"}, {Name: "report.html"}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if diff := cmp.Diff([]string{"charts/plane.svg", "report.html", "report.sha256"}, filesIn(t, dir)); diff != "" {
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
	if err := (output{dir: dir, main: page.Main}).replace(ctx, []page.File{{Name: "report.html"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("wrote %q", left)
	}
}

// Files of others stay, and so do files of ours that somebody changed: nothing at all
// is written then.
func TestReplaceNothingOfOthers(t *testing.T) {
	o := output{main: page.Main}
	files := func(text string) []page.File {
		return []page.File{{Name: "charts/plane.png", Data: []byte(text)}, {Name: "gains.csv", Data: []byte(text)}, {Name: page.Main, Data: []byte(text + signs[0])}}
	}
	write := func(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }
	list := func(path string) error { return os.Remove(filepath.Join(path, "..", "report.sha256")) }
	for name, tt := range map[string]struct {
		file string
		put  func(path string) error
		ours bool
	}{
		"as it was":                {"gains.csv", func(string) error { return nil }, true},
		"deleted":                  {"gains.csv", os.Remove, true},
		"emptied":                  {"gains.csv", func(path string) error { return write(path, "") }, true},
		"an earlier version's":     {"gains.csv", func(path string) error { return errors.Join(list(path), write(path, "older")) }, true},
		"edited":                   {"gains.csv", func(path string) error { return write(path, "old, and more") }, false},
		"a chart of theirs":        {"charts/plane.png", func(path string) error { return write(path, "theirs") }, false},
		"a page of theirs":         {page.Main, func(path string) error { return errors.Join(list(path), write(path, "theirs")) }, false},
		"a list of theirs":         {"report.sha256", func(path string) error { return write(path, "theirs") }, false},
		"a list that leads out":    {"report.sha256", func(path string) error { return write(path, strings.Repeat("0", 64)+"  ../x\n") }, false},
		"a folder":                 {"gains.csv", func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, false},
		"a link":                   {"gains.csv", func(path string) error { return errors.Join(os.Remove(path), os.Symlink("elsewhere", path)) }, false},
		"a link, and no list":      {"gains.csv", func(path string) error { return errors.Join(list(path), os.Remove(path), os.Symlink("x", path)) }, false},
		"a link in a list's place": {"report.sha256", func(path string) error { return errors.Join(os.Remove(path), os.Symlink("x", path)) }, false},
	} {
		o.dir = t.TempDir()
		if err := o.replace(t.Context(), files("old")); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(o.dir, filepath.FromSlash(tt.file))
		if err := tt.put(path); err != nil {
			t.Fatal(err)
		}
		before := contents(t, o.dir)
		err := o.replace(t.Context(), files("new"))
		if tt.ours && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !tt.ours && (err == nil || !strings.Contains(err.Error(), path)) {
			t.Errorf("%s: error %v", name, err)
		}
		if diff := cmp.Diff(before, contents(t, o.dir)); (diff == "") == tt.ours {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// contents are the files in a folder with what is in them, or what they are.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range filesIn(t, dir) {
		path := filepath.Join(dir, name)
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if all[name] = info.Mode().Type().String(); info.Mode().IsRegular() {
			text, _ := os.ReadFile(path)
			all[name] = string(text)
		}
	}
	return all
}

// A chart that an earlier page had goes with it, unless somebody changed it.
func TestStaleChartsGo(t *testing.T) {
	o := output{dir: t.TempDir(), main: page.Main}
	if err := o.replace(t.Context(), []page.File{{Name: "charts/a.svg"}, {Name: "charts/b.svg"}, {Name: "gains.csv"}, {Name: page.Main}}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.dir, "charts/b.svg"), []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := o.replace(t.Context(), []page.File{{Name: page.Main}}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"charts/b.svg", "gains.csv", page.Main, "report.sha256"}, filesIn(t, o.dir)); diff != "" {
			t.Error(diff)
		}
	}
}
