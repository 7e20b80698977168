package iobound

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"conpar/workloads"
)

// tmpfs is the type of a file system that is nothing but page cache, and yet
// accepts O_DIRECT from Linux 6.6 on: TMPFS_MAGIC in linux/magic.h.
const tmpfs = 0x01021994

// openDirect opens a file whose reads and writes go straight to the disk.
func openDirect(path string, flag int, perm os.FileMode) (*os.File, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &stat); err != nil {
		return nil, os.NewSyscallError("statfs", err)
	}
	if uint32(stat.Type) == tmpfs { // its width differs by architecture
		return nil, unmeasurable("is in memory")
	}
	f, err := os.OpenFile(path, flag|syscall.O_DIRECT, perm)
	return f, refusal(err)
}

// refusal returns Unavailable if err is how a file system says that it has no
// such reads, at the opening or at the first read.
func refusal(err error) error {
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EOPNOTSUPP) {
		return unmeasurable("refuses O_DIRECT")
	}
	return err
}

func unmeasurable(why string) error {
	return workloads.Unavailable("reads past the page cache are not measurable here: the file system of the cache folder " + why)
}
