//go:build system

package rundir_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"conpar/results/rundir"
)

// Every file of a finished run: cut before every byte, and every bit of it
// flipped.
func TestEveryBitOfARunIsGuarded(t *testing.T) {
	dir, _ := finished(t)
	cuts, flips := 0, 0
	noticed := func(what string, args ...any) {
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
			t.Errorf("%s: error %v", fmt.Sprintf(what, args...), err)
		}
	}
	names := []string{rundir.BenchFile, rundir.RunFile, rundir.SumsFile, "steps.trace"}
	if there, _ := filepath.Glob(filepath.Join(dir, "*")); len(there) != len(names) {
		t.Fatalf("the run is of %v", there)
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		everyCut(t, path, func(at int) { cuts++; noticed("%s cut at %d", name, at) })
		everyFlip(t, path, func(at, bit int) { flips++; noticed("%s, bit %d of byte %d", name, bit, at) })
	}
	if _, err := rundir.Read(dir); err != nil {
		t.Errorf("restored: %v", err)
	}
	t.Logf("%d truncations and %d flipped bits were tried", cuts, flips)
}
