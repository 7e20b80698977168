package iobound

import (
	"os"
	"syscall"
)

// openDirect opens a file whose reads and writes leave nothing in the cache.
func openDirect(path string, flag int, perm os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_NOCACHE, 1); errno != 0 {
		f.Close()
		return nil, &os.PathError{Op: "fcntl F_NOCACHE", Path: path, Err: errno}
	}
	return f, nil
}

func refusal(err error) error { return err }

// fromDisk calls do: this system does not count what is read from a disk.
func fromDisk(_ int64, do func() error) error { return do() }
