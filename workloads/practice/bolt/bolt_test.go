package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) {
	var set workloads.Set
	for _, w := range Set.All() {
		w.Axis.Quick, w.Axis.Full = []int{1, 8}, []int{1, 8}
		set.Add(w)
	}
	workloadtest.Run(t, &set)
}

// What was committed is in the file, and the folder is gone in the end.
func TestCommitsAreInTheDatabase(t *testing.T) {
	dir := t.TempDir()
	s, err := open(dir, (*bbolt.DB).Batch)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Run(t.Context(), 4, 20); err != nil || r.Sum != s.Want(20) {
		t.Fatalf("%+v, %v", r, err)
	}
	err = s.View(func(tx *bbolt.Tx) error {
		for kind := range uint64(kernel.Kinds) {
			v := tx.Bucket(bucket).Get(binary.BigEndian.AppendUint64(nil, kind))
			if len(v) != 8 || binary.BigEndian.Uint64(v) != kernel.Mix(kind) {
				return fmt.Errorf("kind %d is %x", kind, v)
			}
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// A transaction that was lost would not go unnoticed.
func TestALostCommitIsNoticed(t *testing.T) {
	s, err := open(t.TempDir(), func(*bbolt.DB, func(*bbolt.Tx) error) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Run(t.Context(), 1, 3); err == nil || err.Error() != "bbolt: 0 of 3 transactions are in the database" {
		t.Errorf("%v", err)
	}
}

func TestAFullDiskIsNotMeasurable(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "db", Err: syscall.ENOSPC}
	s, err := open(t.TempDir(), func(*bbolt.DB, func(*bbolt.Tx) error) error { return full })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Run(t.Context(), 1, 3); !errors.As(err, new(workloads.Unavailable)) {
		t.Errorf("%v", err)
	}
	if _, err := open("no folder", (*bbolt.DB).Update); err == nil {
		t.Error("opened in no folder")
	}
}
