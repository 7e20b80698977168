package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"conpar/report/page"
	"conpar/results"
)

// charts is the folder of a page's charts, within the page's own.
const charts = "charts"

// patience is how long one who writes a page waits for another who does.
const patience = time.Minute

// replace replaces the files of a folder one by one, and removes those that an
// earlier page owned and this one has not. Of two that do so at once, one waits
// for the other.
func replace(ctx context.Context, dir string, files []page.File, owned func(name string) bool) error {
	written := map[string]bool{}
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, filepath.FromSlash(f.Name))), 0o755); err != nil {
			return err
		}
		written[f.Name] = true
	}
	lock := flock.New(dir, flock.SetFlag(os.O_RDONLY))
	defer lock.Close()
	soon, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	locked, _ := lock.TryLockContext(soon, 20*time.Millisecond)
	switch {
	case soon.Err() != nil:
		return errors.Join(ctx.Err(), fmt.Errorf("%s: another process is writing a page there; wait for it to end", dir))
	case locked: // a folder cannot be, on Windows: what is a part there may be in use
		if err := removeParts(dir, func(name string) bool { return written[name] || owned(name) }); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := results.WriteFile(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data); err != nil {
			return err
		}
	}
	return removeStale(dir, written, owned)
}

// removeParts removes what is left of files that were being replaced when a
// process was killed.
func removeParts(dir string, ours func(name string) bool) error {
	for _, within := range []string{"", charts} {
		err := results.RemoveParts(filepath.Join(dir, within), func(name string) bool { return ours(path.Join(within, name)) })
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// removeStale removes the charts that an earlier page had and this one has
// not. Anything else in the folder is somebody's own.
func removeStale(dir string, written map[string]bool, owned func(name string) bool) error {
	entries, err := os.ReadDir(filepath.Join(dir, charts))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was drawn
	}
	for _, e := range entries {
		name := path.Join(charts, e.Name())
		if written[name] || !e.Type().IsRegular() || !owned(name) {
			continue
		}
		err = errors.Join(err, os.Remove(filepath.Join(dir, charts, e.Name())))
	}
	return err
}
