// Package bolt has transactions that commit in an embedded database, go.etcd.io/bbolt.
// It has one writer at a time, and has the system sync each commit to the disk.
package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/internal/temporary"
)

// Set holds the workloads of this package.
var Set workloads.Set

var axis = workloads.Axis{Key: "goroutines", Quick: []int{1, 64}, Full: []int{1, 8, 64}}

func init() {
	add("each", "Writes a number to an embedded database, in a transaction that is synced to the disk.", (*bbolt.DB).Update)
	add("batch", "Writes a number to an embedded database, in one transaction with what others write then.", (*bbolt.DB).Batch)
}

type commit func(*bbolt.DB, func(*bbolt.Tx) error) error

func add(how, doc string, c commit) {
	Set.Add(workloads.Workload{
		Name: "bolt/commit=" + how, Doc: doc, Kind: workloads.Waiting, Axis: axis, Blocks: true, ByName: true,
		Sample: 200 * time.Millisecond,
		Open:   func(_ context.Context, env workloads.Env) (workloads.Runner, error) { return open(env.Dir, c) },
	})
}

// store is the Runner: a database in a file of its own.
type store struct {
	*bbolt.DB
	commit commit
	dir    string
}

var bucket = []byte("numbers")

func open(parent string, c commit) (*store, error) {
	dir, err := temporary.Folder(parent, "bolt-")
	if err != nil {
		return nil, err
	}
	db, err := bbolt.Open(filepath.Join(dir, "db"), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, errors.Join(named(err), os.RemoveAll(dir))
	}
	s := &store{db, c, dir}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(bucket)
		return err
	})
	if err != nil {
		return nil, errors.Join(named(err), s.Close())
	}
	return s, nil
}

// named says what failed. Without room on the disk there is nothing to measure.
func named(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return workloads.Unavailable("no room on the disk for a database; free some, or set TMPDIR")
	}
	return fmt.Errorf("bbolt: %w", err)
}

// Run also compares the number of commits, which the database counts, with the tasks.
// A transaction that is under way when ctx ends is finished.
func (s *store) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	before := s.committed()
	result, err := fan.Run(ctx, g, n, func(_, task int) (uint64, error) { return s.write(task) })
	if err != nil && ctx.Err() == nil {
		err = named(err)
	}
	if written := s.committed() - before; err == nil && written != uint64(n) {
		err = fmt.Errorf("bbolt: %d of %d transactions are in the database", written, n)
	}
	return result, err
}

// write writes the number of a task in a place of its kind, and counts it.
func (s *store) write(task int) (uint64, error) {
	kind := uint64(task % kernel.Kinds)
	number := kernel.Mix(kind)
	err := s.commit(s.DB, func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		if _, err := b.NextSequence(); err != nil {
			return err
		}
		return b.Put(binary.BigEndian.AppendUint64(nil, kind), binary.BigEndian.AppendUint64(nil, number))
	})
	return number, err
}

func (s *store) committed() (count uint64) {
	s.View(func(tx *bbolt.Tx) error {
		count = tx.Bucket(bucket).Sequence()
		return nil
	})
	return count
}

func (s *store) Want(n int) uint64 { return kernel.WantMix(n) }

// Close removes the database.
func (s *store) Close() error { return errors.Join(s.DB.Close(), os.RemoveAll(s.dir)) }
