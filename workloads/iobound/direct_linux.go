package iobound

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"conpar/workloads"
)

// openDirect opens a file whose reads and writes go straight to the disk, where
// its file system has one: see fromDisk.
func openDirect(path string, flag int, perm os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, flag|syscall.O_DIRECT, perm)
	return f, refusal(err)
}

// fromDisk calls do, which reads that many bytes, and returns Unavailable if they
// did not come from a disk. A file system may accept O_DIRECT and be memory all
// the same: tmpfs from Linux 6.6 on, an overlay of folders there, ext4 with
// data=journal. The kernel's account of what this process read from disks tells:
// read_bytes of proc(5).
func fromDisk(bytes int64, do func() error) error {
	before, counted := diskBytes()
	if err := do(); err != nil {
		return err
	}
	after, _ := diskBytes()
	switch {
	case !counted:
		return unmeasurable("may be memory, and this kernel does not count what is read from a disk")
	case after-before < bytes:
		return unmeasurable("reads from memory")
	}
	return nil
}

func diskBytes() (bytes int64, counted bool) {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if n, err := fmt.Sscanf(line, "read_bytes: %d", &bytes); n == 1 && err == nil {
			return bytes, true
		}
	}
	return 0, false
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
	return workloads.Unavailable("reads from the disk are not measurable here: the file system of the cache folder " + why)
}
