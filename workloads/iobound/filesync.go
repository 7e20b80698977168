package iobound

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/internal/temporary"
)

var _ = Set.Add(workloads.Workload{
	Name: "filesync", Kind: workloads.Waiting, Axis: files, Blocks: true,
	Doc: "Writes 4 KiB to a file and has the system sync it to the disk.",
	Open: func(_ context.Context, env workloads.Env) (workloads.Runner, error) {
		dir, err := temporary.Folder(env.Dir, "filesync-")
		if err != nil {
			return nil, err
		}
		return &syncs{dir: dir}, nil
	},
})

// syncs has a file for each worker, of a page for each kind of task, in a
// folder that goes with it. What was written is read back outside of what is
// timed, before the next Run or at the end.
type syncs struct {
	dir   string
	files []*pages
}

// Prepare reads back what the last Run has written, and makes the files that
// are missing for g goroutines. They have their full size at once, so that a
// task changes nothing but content.
func (s *syncs) Prepare(ctx context.Context, g int) error {
	g = max(g, 1)
	if err := checkDescriptors(g); err != nil {
		return fmt.Errorf("filesync: %w", err)
	}
	if err := s.readBack(); err != nil {
		return err
	}
	made := make([]*pages, max(0, g-len(s.files)))
	_, err := fan.Run(ctx, min(64, len(made)), len(made), func(_, i int) (_ uint64, err error) {
		made[i], err = makePages(s.dir)
		return 0, err
	})
	for _, p := range made {
		if p != nil {
			s.files = append(s.files, p)
		}
	}
	return err
}

// Run lets a task end by itself when ctx ends.
func (s *syncs) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if len(s.files) < max(g, 1) {
		if err := s.Prepare(ctx, g); err != nil {
			return workloads.Result{}, err
		}
	}
	return fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		return s.files[worker].write(task)
	})
}

func (s *syncs) Want(n int) uint64 { return kernel.WantMix(n) }

// Close fails, too, if something that was written cannot be read back.
func (s *syncs) Close() error {
	errs := []error{s.readBack()}
	for _, p := range s.files {
		errs = append(errs, p.file.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

func (s *syncs) readBack() error {
	for _, p := range s.files {
		if err := p.readBack(); err != nil {
			return err
		}
	}
	return nil
}

// pages is the file of one worker: task i is written to page i mod kinds.
type pages struct {
	file    *os.File
	written [kernel.Kinds]int // the last task of each page, and 1; 0: nothing to be read back
	buf     [pageBytes]byte
}

func makePages(dir string) (*pages, error) {
	file, err := os.CreateTemp(dir, "")
	if err != nil {
		return nil, err
	}
	_, err = file.Write(make([]byte, kernel.Kinds*pageBytes))
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &pages{file: file}, nil
}

// set fills the buffer with what is written for a task.
func (p *pages) set(task int) {
	binary.LittleEndian.PutUint64(p.buf[:], kernel.Mix(uint64(task%kernel.Kinds)))
	binary.LittleEndian.PutUint64(p.buf[pageBytes-8:], uint64(task))
}

func (p *pages) write(task int) (uint64, error) {
	p.set(task)
	if _, err := p.file.WriteAt(p.buf[:], int64(task%kernel.Kinds)*pageBytes); err != nil {
		return 0, err
	}
	p.written[task%kernel.Kinds] = task + 1
	return kernel.Mix(uint64(task % kernel.Kinds)), p.file.Sync()
}

func (p *pages) readBack() error {
	var got [pageBytes]byte
	for kind, next := range p.written {
		if next == 0 {
			continue
		}
		if _, err := p.file.ReadAt(got[:], int64(kind)*pageBytes); err != nil {
			return err
		}
		if p.set(next - 1); !bytes.Equal(got[:], p.buf[:]) {
			return fmt.Errorf("filesync: task %d was not written as it should be", next-1)
		}
		p.written[kind] = 0
	}
	return nil
}
