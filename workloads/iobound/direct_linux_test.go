package iobound

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
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

// A file system in memory takes O_DIRECT, and so does an overlay of two folders
// of it, whose own type says nothing of memory.
func TestMemoryIsNoDisk(t *testing.T) {
	memory, err := os.MkdirTemp("/dev/shm", "conpar")
	if err != nil {
		t.Skip("no file system in memory is at hand")
	}
	t.Cleanup(func() { os.RemoveAll(memory) })
	t.Run("tmpfs", func(t *testing.T) { inMemory(t, memory) })
	t.Run("overlay", func(t *testing.T) {
		paths := map[string]string{}
		for _, name := range []string{"lower", "upper", "work", "merged"} {
			paths[name] = filepath.Join(memory, name)
			if err := os.Mkdir(paths[name], 0o755); err != nil {
				t.Fatal(err)
			}
		}
		options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", paths["lower"], paths["upper"], paths["work"])
		if err := syscall.Mount("overlay", paths["merged"], "overlay", 0, options); err != nil {
			t.Skip("no overlay can be mounted: ", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(paths["merged"], 0); err != nil {
				t.Error(err)
			}
		})
		inMemory(t, paths["merged"])
	})
}

func inMemory(t *testing.T, dir string) {
	t.Helper()
	for _, name := range fromDisks {
		r, err := openIn(t, name, dir)
		if err == nil {
			r.Close()
		}
		if _, ok := errors.AsType[workloads.Unavailable](err); !ok {
			t.Errorf("%s: error %v, want that it is unavailable", name, err)
		}
	}
}

func TestDiskIsOne(t *testing.T) {
	const ext4, xfs = 0xef53, 0x58465342 // magic numbers in linux/magic.h
	dir := t.TempDir()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || fs.Type != ext4 && fs.Type != xfs {
		t.Skip("the folder for tests is not known to be on a disk")
	}
	for _, name := range fromDisks {
		r, err := openIn(t, name, dir)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
}

var fromDisks = []string{"fileread/cache=direct", "mapped"}

func openIn(t *testing.T, name, dir string) (workloads.Runner, error) {
	t.Helper()
	return workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{Dir: dir, CPUs: 1})
}
