package iobound

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// blocks is how many a file of these tests has.
const blocks = 16

func small(path string) source { return source{path, os.OpenFile, blocks, 1} }

func TestOrderHasEveryBlockOnce(t *testing.T) {
	r := file(t, filepath.Join(t.TempDir(), "file"))
	var seen [blocks]bool
	inARow := 0
	for i, block := range r.order {
		if seen[block] {
			t.Fatalf("block %d is there twice", block)
		}
		seen[block] = true
		if i > 0 && block == r.order[i-1]+1 {
			inARow++
		}
	}
	if len(r.order) != blocks || inARow > blocks/4 {
		t.Errorf("%d blocks, %d of which follow the one before", len(r.order), inARow)
	}
}

func TestChecksumIsThatOfTheContent(t *testing.T) {
	buf := make([]byte, blockBytes)
	for _, block := range []int{0, 1, 7, blocks - 1} {
		fill(buf, block)
		if got, want := checksum(buf), wantedSum(block); got != want {
			t.Errorf("block %d: %#x, want %#x", block, got, want)
		}
	}
	right := checksum(buf)
	for at := 0; at < blockBytes; at += pageBytes { // a page that was not read
		page := bytes.Clone(buf[at:][:pageBytes])
		clear(buf[at:][:pageBytes])
		if checksum(buf) == right {
			t.Errorf("page %d has no part in the checksum", at/pageBytes)
		}
		copy(buf[at:], page)
	}
}

func TestBuffersAreAligned(t *testing.T) {
	r := &reads{}
	for _, g := range []int{0, 1, 3, 2, 20} {
		if err := r.Prepare(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		if len(r.buffers) < g {
			t.Fatalf("%d buffers for %d goroutines", len(r.buffers), g)
		}
	}
	for i, buf := range r.buffers {
		if uintptr(unsafe.Pointer(&buf[0]))%pageBytes != 0 || len(buf) != blockBytes || cap(buf) != blockBytes {
			t.Errorf("buffer %d: at %p, length %d, capacity %d", i, buf, len(buf), cap(buf))
		}
	}
}

// file opens the file of known content at path, until the end of the test.
func file(t *testing.T, path string) *reads {
	t.Helper()
	r, err := openReads(t.Context(), small(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func stat(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// One file is created, and spoilt in every way.
func TestFileIsKeptWhileItIsRight(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	file(t, path)
	first := stat(t, path)
	again := file(t, path)
	if !os.SameFile(stat(t, path), first) {
		t.Error("a right file was replaced")
	}

	page := make([]byte, pageBytes)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(page, 7*blockBytes+5*pageBytes)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := again.Run(t.Context(), 2, blocks); !errors.Is(err, errContent) {
		t.Errorf("a page has changed: error %v", err)
	}
	again.Close()
	file(t, path)
	second := stat(t, path)
	if os.SameFile(second, first) {
		t.Error("a file with a wrong page was not replaced")
	}

	if err := os.Truncate(path, blocks*blockBytes-1); err != nil {
		t.Fatal(err)
	}
	r := file(t, path)
	if result, err := r.Run(t.Context(), 2, blocks); err != nil || result.Sum != r.Want(blocks) {
		t.Errorf("a file that was too short was not replaced: %v", err)
	}
	if names := list(t, dir); !slices.Equal(names, []string{"file"}) {
		t.Errorf("in the folder are %v", names)
	}
}

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestFileIsCreatedByManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := openReads(t.Context(), small(filepath.Join(dir, "file")))
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if result, err := r.Run(t.Context(), 2, 100); err != nil || result.Sum != r.Want(100) {
				t.Errorf("sum %#x, %v; want %#x", result.Sum, err, r.Want(100))
			}
		})
	}
	wg.Wait()
	if names := list(t, dir); !slices.Equal(names, []string{"file"}) {
		t.Errorf("in the folder are %v", names)
	}
}

func TestFailedCreationLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := openReads(ctx, small(filepath.Join(dir, "file"))); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	full := errors.New("no space left")
	opened := 0
	s := small(filepath.Join(dir, "file"))
	s.open = func(path string, flag int, perm os.FileMode) (*os.File, error) {
		if opened++; opened == 2 {
			return nil, full
		}
		return os.OpenFile(path, flag, perm)
	}
	if _, err := openReads(t.Context(), s); !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
	if names := list(t, dir); len(names) > 0 {
		t.Errorf("%v is left", names)
	}
}

func TestFolderMustExist(t *testing.T) {
	for _, w := range Set.All() {
		if !strings.HasPrefix(w.Name, "file") {
			continue
		}
		r, err := w.Open(t.Context(), workloads.Env{Dir: filepath.Join(t.TempDir(), "none"), CPUs: 1})
		if err == nil {
			r.Close()
			t.Errorf("%s: no error without a folder", w.Name)
		}
	}
}

func TestLostWriteIsFound(t *testing.T) {
	for name, spoil := range map[string]func(*pages) error{
		"an older write": func(p *pages) error {
			p.set(3)
			_, err := p.file.WriteAt(p.buf[:], 3*pageBytes)
			return err
		},
		"no write": func(p *pages) error { return p.file.Truncate(3 * pageBytes) },
	} {
		r := open(t, "filesync").(*syncs)
		for range 2 {
			if _, err := r.Run(t.Context(), 1, kernel.Kinds+4); err != nil {
				t.Fatal(err)
			}
			if err := r.Prepare(t.Context(), 1); err != nil {
				t.Errorf("%s: before it is: %v", name, err)
			}
		}
		if _, err := r.Run(t.Context(), 0, kernel.Kinds+4); err != nil {
			t.Fatal(err)
		}
		if err := spoil(r.files[0]); err != nil {
			t.Fatal(err)
		}
		if err := r.Prepare(t.Context(), 1); err == nil {
			t.Errorf("%s: Prepare is silent", name)
		}
		if err := r.Close(); err == nil {
			t.Errorf("%s: Close is silent", name)
		}
		if _, err := os.Stat(r.dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the files are left: %v", name, err)
		}
	}
}

func TestSyncsHoldAFileForEachGoroutine(t *testing.T) {
	r := open(t, "filesync").(*syncs)
	for _, g := range []int{2, 5, 1} {
		if _, err := r.Run(t.Context(), g, 40); err != nil {
			t.Fatal(err)
		}
	}
	names := list(t, r.dir)
	if len(names) != 5 {
		t.Errorf("%d files for 5 goroutines", len(names))
	}
	for _, name := range names {
		if size := stat(t, filepath.Join(r.dir, name)).Size(); size != kernel.Kinds*pageBytes {
			t.Errorf("a file of %d bytes", size)
		}
	}
}
