package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gofrs/flock"
)

const (
	tempPrefix = "conpar-"
	tempLock   = "lock" // a file that the process which uses the folder holds locked
)

// tempFolder makes a temporary folder for this process, and removes those that
// runners left behind when they were killed. A lock tells whether a runner
// lives: the system releases it however the process ends. A process number would
// not do: another process may have got it since.
func tempFolder() (dir string, remove func(), err error) {
	removeAllLeftovers()
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
		_ = lock.Close() // another runner took the lock first, and removes the folder
	}
}

// removeAllLeftovers removes what dead runners left, wherever they were told to put it:
// a cron job and a terminal may differ in TMPDIR.
func removeAllLeftovers() {
	places := []string{os.TempDir()}
	if runtime.GOOS != "windows" && places[0] != "/tmp" {
		places = append(places, "/tmp")
	}
	for _, parent := range places {
		removeLeftovers(parent)
	}
}

// removeLeftovers removes temporary folders that dead runners of this user left.
// What cannot be removed stays: measuring is possible all the same.
func removeLeftovers(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) || !e.IsDir() {
			continue
		}
		dir := filepath.Join(parent, e.Name())
		info, err := e.Info()
		lock, noLock := os.Lstat(filepath.Join(dir, tempLock))
		if err == nil && noLock == nil && ownedAndPrivate(info) && lock.Mode().IsRegular() {
			removeLeftover(dir)
		}
	}
}

// removeLeftover removes a folder whose lock is free. The lock goes last: as
// long as it is there, a later call finds what could not be removed.
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
