package iobound

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"conpar/workloads"
)

func TestRefusedDirectReadsAreUnavailable(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EINVAL, syscall.EOPNOTSUPP} {
		err := refusal(&os.PathError{Op: "read", Path: "file", Err: errno})
		if _, ok := errors.AsType[workloads.Unavailable](err); !ok {
			t.Errorf("error %v, want that it is unavailable", err)
		}
	}
	if err := refusal(os.ErrNotExist); err != os.ErrNotExist {
		t.Errorf("another error became %v", err)
	}
}

func TestMemoryIsNoDisk(t *testing.T) {
	const dir = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || uint32(fs.Type) != tmpfs {
		t.Skip("no file system in memory is at hand")
	}
	for _, w := range Set.All() {
		if w.Name == "fileread/cache=direct" {
			_, err := w.Open(t.Context(), workloads.Env{Dir: dir, CPUs: 1})
			if _, ok := errors.AsType[workloads.Unavailable](err); !ok {
				t.Errorf("error %v, want that it is unavailable", err)
			}
		}
	}
}
