//go:build amd64 || arm64 || loong64 || ppc64le || riscv64 || s390x

package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// mapped is a file of known content, mapped into memory. Prepare makes all pages
// cold, outside of what is timed. A run of more tasks than pages has to do that as
// well: when it has handed out one half of the file, it makes that half cold again,
// while the other goroutines read the other half.
type mapped struct {
	file  *os.File
	bytes []byte // of the file
	page  int    // bytes
	order []int  // the pages in the order of the tasks, modulo their number: one half, then the other
}

func openMapped(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
	const looks = 16 // blocks
	m, err := mapFile(ctx, source{filepath.Join(env.Dir, "mapped"), os.OpenFile, fileBlocks, fileBlocks / looks})
	if err != nil {
		return nil, err
	}
	const pages = 16
	var got workloads.Result
	err = m.Prepare(ctx, 0)
	if err == nil {
		err = fromDisk(int64(pages*m.page), func() (err error) {
			got, err = m.Run(ctx, 0, pages)
			return err
		})
	}
	if err == nil && got.Metrics[0].Value < 0.25 {
		err = workloads.Unavailable("cold pages of a mapped file are not measurable here: " +
			"the kernel keeps them, as it took no major page fault for each")
	}
	if err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func mapFile(ctx context.Context, s source) (*mapped, error) {
	r, err := openReads(ctx, s)
	if err != nil {
		return nil, err
	}
	size := s.blocks * blockBytes
	m := &mapped{file: r.file, page: os.Getpagesize()}
	m.bytes, err = syscall.Mmap(int(m.file.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err == nil {
		err = syscall.Madvise(m.bytes, syscall.MADV_RANDOM) // nothing is read ahead
	}
	if err != nil {
		m.Close()
		return nil, fmt.Errorf("mapping %s: %w", s.path, err)
	}
	half := size / m.page / 2
	random := rand.New(rand.NewPCG(1, 1))
	m.order = random.Perm(half)
	for _, page := range random.Perm(half) {
		m.order = append(m.order, half+page)
	}
	return m, nil
}

func (m *mapped) Prepare(context.Context, int) error { return m.cool(m.bytes, 0) }

// cool drops pages from the page cache, which are at that place of the file. The
// kernel keeps what is mapped, so the pages are given back first.
func (m *mapped) cool(pages []byte, at int) error {
	if err := syscall.Madvise(pages, syscall.MADV_DONTNEED); err != nil {
		return os.NewSyscallError("madvise", err)
	}
	const dontNeed = 4 // POSIX_FADV_DONTNEED
	_, _, errno := syscall.Syscall6(
		syscall.SYS_FADVISE64, m.file.Fd(), uintptr(at), uintptr(len(pages)), dontNeed, 0, 0)
	if errno != 0 {
		return os.NewSyscallError("fadvise64", errno)
	}
	return nil
}

// Run lets a read end by itself when ctx ends. At its end it gives all pages back,
// which is little beside reading them: no other Runner could make them cold otherwise.
func (m *mapped) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	half := len(m.order) / 2
	defer syscall.Madvise(m.bytes, syscall.MADV_DONTNEED)
	before := majorFaults()
	result, err := fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		if task%half == 0 && task >= half && task+half < n {
			at := (task/half - 1) % 2 * half * m.page
			if err := m.cool(m.bytes[at:][:half*m.page], at); err != nil {
				return 0, err
			}
		}
		at := m.order[task%len(m.order)] * m.page
		if binary.LittleEndian.Uint64(m.bytes[at:]) != kernel.Mix(uint64(at)/8) {
			return 0, fmt.Errorf("%s, byte %d: %w", m.file.Name(), at, errContent)
		}
		return kernel.Mix(uint64(task % kernel.Kinds)), nil
	})
	each := float64(majorFaults()-before) / float64(max(n, 1))
	result.Metrics = []workloads.Metric{{Unit: "major-faults/op", Value: each}}
	return result, err
}

func (m *mapped) Want(n int) uint64 { return kernel.WantMix(n) }

func (m *mapped) Close() error {
	return errors.Join(os.NewSyscallError("munmap", syscall.Munmap(m.bytes)), m.file.Close())
}
