package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

const (
	tempPrefix = "conpar-"
	tempLock   = "lock" // in a temporary folder: whose process holds it locked
)

// tempFolder makes a temporary folder for nobody but this process, and removes
// those of runners that were killed, and could not. Whether a runner lives is
// told by a lock, which the system lets go of however a process ends; a process's
// number may be another one's by now.
func tempFolder() (dir string, remove func(), err error) {
	removeLeftovers(os.TempDir())
	for {
		if dir, err = os.MkdirTemp("", tempPrefix); err != nil {
			return "", nil, err
		}
		lock := flock.New(filepath.Join(dir, tempLock))
		ok, err := lock.TryLock()
		if err != nil {
			os.RemoveAll(dir)
			return "", nil, err
		}
		if _, err := os.Stat(lock.Path()); ok && err == nil {
			return dir, func() {
				_ = lock.Close() // first, as Windows removes nothing that is open
				os.RemoveAll(dir)
			}, nil
		}
		_ = lock.Close() // another runner found the lock before it was locked: it removes the folder
	}
}

// removeLeftovers removes temporary folders of this user's that a runner made
// who is dead. What cannot be removed is left: it is no reason not to measure.
func removeLeftovers(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) || !e.IsDir() {
			continue
		}
		dir := filepath.Join(parent, e.Name())
		info, err := e.Info()
		held, noLock := os.Lstat(filepath.Join(dir, tempLock))
		if err != nil || noLock != nil || !ours(info) || !held.Mode().IsRegular() {
			continue // somebody else's, whatever its name
		}
		removeLeftover(dir)
	}
}

// removeLeftover removes a folder whose lock nobody holds. The lock is the last to
// go: with it, what could not be removed is found again.
func removeLeftover(dir string) {
	lock := flock.New(filepath.Join(dir, tempLock), flock.SetFlag(os.O_RDONLY))
	if ok, err := lock.TryLock(); err != nil || !ok {
		return
	}
	defer lock.Close()
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Name() != tempLock && err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	if err == nil && os.RemoveAll(dir) != nil {
		_ = lock.Close() // Windows removes nothing that is open
		os.RemoveAll(dir)
	}
}
