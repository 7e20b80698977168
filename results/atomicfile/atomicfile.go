// Package atomicfile replaces files in one step.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"conpar/results/lazy"
)

// Write replaces the file at path by data in one step: readers see the old
// content or the new one, never a part, also after a crash. The file keeps its mode;
// that of a new one follows the umask. What is no regular file, such as a device or a
// link, is refused.
func Write(path string, data []byte) error {
	old, err := Old(path)
	if err != nil {
		return err
	}
	tmp, err := create(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if now, e := tmp.Stat(); old != nil && e == nil && now.Mode() != old.Mode() {
		err = errors.Join(err, tmp.Chmod(old.Mode()))
	}
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return SyncDir(filepath.Dir(path))
}

// Old returns the file that [Write] would replace; nil for a missing one.
func Old(path string) (fs.FileInfo, error) {
	old, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err == nil && !old.Mode().IsRegular():
		err = fmt.Errorf("%s is not a regular file, and is not replaced; name another", path)
	}
	return old, err
}

// create creates a file to be renamed. [os.CreateTemp] would not follow the umask.
func create(dir, name string) (*os.File, error) {
	for {
		path := filepath.Join(dir, fmt.Sprintf(".%s.%d", name, rand.Uint32()))
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// RemoveParts removes from dir what a killed [Write] left there: parts of files
// that are the caller's, as ours says by their name. No other process may be
// writing them meanwhile.
func RemoveParts(dir string, ours func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if of := part().FindStringSubmatch(e.Name()); of != nil && e.Type().IsRegular() && ours(of[1]) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// part is the name of a file that Write has not finished.
var part = lazy.Regexp(`^\.(.+)\.[0-9]+$`)

// SyncDir makes a rename in dir durable. Windows cannot sync folders, and an
// unreadable folder cannot be opened: then it does nothing.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
