package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"unsafe"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/internal/temporary"
)

var _ = Set.Add(workloads.Workload{
	Name: "fileread/cache=page", Kind: workloads.Waiting, Axis: files, Blocks: true,
	Doc: "Reads 64 KiB at a random place of a file that is in the page cache; " +
		"predicted to wait, as reading files is said to.",
	Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
		return openReads(ctx, source{filepath.Join(env.Dir, "fileread-page"), os.OpenFile, fileBlocks, 1})
	},
})

// A file is of 64 MiB: it fits in any page cache, and in hardly any processor's.
// Every 8 bytes of it are the mix of their index.
const (
	blockBytes = 64 << 10
	fileBlocks = 1 << 10
	pageBytes  = 4 << 10 // what direct reads and writes are to be aligned to
)

// source says what file to read, and how.
type source struct {
	path   string
	open   func(path string, flag int, perm os.FileMode) (*os.File, error) // os.OpenFile or openDirect
	blocks int
	step   int // every step-th block is looked at at the opening
}

// reads is a file of known content, read by blocks.
type reads struct {
	source
	file    *os.File
	order   []int    // the blocks in the order of the tasks, modulo their number
	answers []uint64 // of each block
	buffers [][]byte // of each worker
}

// openReads opens a file, creating it where it is missing or isn't what it
// should be. What is looked at for that comes into the page cache, unless the
// source prevents it.
func openReads(ctx context.Context, s source) (*reads, error) {
	r := &reads{
		source: s,
		// Any order but that of the file, which would be read ahead.
		order:   rand.New(rand.NewPCG(1, 1)).Perm(s.blocks),
		answers: make([]uint64, s.blocks),
		buffers: aligned(1),
	}
	for block := range r.answers {
		r.answers[block] = wantedSum(block)
	}
	err := r.openFile(ctx)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, errContent) {
		failed := r.create(ctx)
		if err = r.openFile(ctx); err != nil { // unless another process has created it
			err = errors.Join(failed, err)
		}
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (r *reads) openFile(ctx context.Context) (err error) {
	// A pipe would wait for a writer.
	if info, err := os.Stat(r.path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", r.path, errContent)
	}
	if r.file, err = r.open(r.path, os.O_RDONLY, 0); err != nil {
		return err
	}
	_, err = fan.Run(ctx, 0, r.blocks/r.step, func(_, i int) (uint64, error) { return r.read(0, i*r.step) })
	if err != nil {
		r.file.Close()
	}
	return err
}

// errContent is the error of a file that is not what create made.
var errContent = errors.New("not the content that was written: remove the file")

// read reads a block and returns its checksum.
func (r *reads) read(worker, block int) (uint64, error) {
	buf := r.buffers[worker]
	n, err := r.file.ReadAt(buf, int64(block)*blockBytes)
	if n < len(buf) && err != io.EOF {
		return 0, err
	}
	sum := checksum(buf)
	if n < len(buf) || sum != r.answers[block] {
		return 0, fmt.Errorf("%s, block %d: %w", r.file.Name(), block, errContent)
	}
	return sum, nil
}

// checksum is made from 8 bytes of every page, so that it costs little beside
// the read. Within its page each is at another place.
func checksum(buf []byte) (sum uint64) {
	for at := 0; at < len(buf); at += pageBytes + 8 {
		sum = sum*31 + binary.LittleEndian.Uint64(buf[at:])
	}
	return sum
}

// wantedSum is the checksum of what a block should hold.
func wantedSum(block int) (sum uint64) {
	for at := 0; at < blockBytes; at += pageBytes + 8 {
		sum = sum*31 + kernel.Mix(uint64(block*blockBytes+at)/8)
	}
	return sum
}

func fill(buf []byte, block int) {
	for at := 0; at < len(buf); at += 8 {
		binary.LittleEndian.PutUint64(buf[at:], kernel.Mix(uint64(block*blockBytes+at)/8))
	}
}

// create makes the file in another folder first, so that no process ever finds
// half of it. Processes that do this at the same time make the same file.
func (r *reads) create(ctx context.Context) error {
	dir, err := temporary.Folder(filepath.Dir(r.path), filepath.Base(r.path)+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	draft := filepath.Join(dir, "draft")
	file, err := r.open(draft, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	buf := r.buffers[0]
	_, err = fan.Run(ctx, 0, r.blocks, func(_, block int) (uint64, error) {
		fill(buf, block)
		_, err := file.WriteAt(buf, int64(block)*blockBytes)
		return 0, err
	})
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(draft, r.path)
}

// aligned returns n buffers of a block that begin with a page, and whose memory
// the system has handed out already.
func aligned(n int) [][]byte {
	slab := make([]byte, n*blockBytes+pageBytes)
	for at := 0; at < len(slab); at += pageBytes {
		slab[at] = 1
	}
	slab = slab[-uintptr(unsafe.Pointer(&slab[0]))%pageBytes:]
	buffers := make([][]byte, n)
	for i := range buffers {
		buffers[i] = slab[i*blockBytes:][:blockBytes:blockBytes]
	}
	return buffers
}

// Prepare makes the buffers that are missing for g goroutines.
func (r *reads) Prepare(_ context.Context, g int) error {
	if missing := g - len(r.buffers); missing > 0 {
		r.buffers = append(r.buffers, aligned(missing)...)
	}
	return nil
}

// Run lets a read end by itself when ctx ends.
func (r *reads) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if err := r.Prepare(ctx, g); err != nil {
		return workloads.Result{}, err
	}
	return fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		return r.read(worker, r.order[task%r.blocks])
	})
}

func (r *reads) Want(n int) uint64 {
	answers := make([]uint64, r.blocks)
	for i, block := range r.order {
		answers[i] = r.answers[block]
	}
	return workloads.CyclicSum(answers, n)
}

func (r *reads) Close() error { return r.file.Close() }
