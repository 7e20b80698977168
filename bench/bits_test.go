//go:build system

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"conpar/bench/internal/host"
	"conpar/results/rundir"
)

// A run as it was measured, with its trace: no file of it can be cut anywhere,
// and no bit be flipped, without being noticed. Of each byte one bit is flipped,
// and of a trace, which is much longer, every eighth byte is tried; all of them
// where CONPAR_KILLS is set (scripts/kills.sh). Package results tries all of a
// smaller run.
func TestEveryBitOfAMeasuredRun(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	code, _, said := command("-rounds", "1", "-cpu", "1,"+fmt.Sprint(host.Facts("").CPUs), "-work", "Mixed/work=steps", "-repeat=false", "-out", out)
	if code != exitFine {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	dirs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{rundir.BenchFile, rundir.RunFile, rundir.SumsFile, "steps.trace"} {
		noticed(t, dirs[0], name)
	}
}

// noticed alters a file of a run everywhere, and restores it.
func noticed(t *testing.T, dir, name string) {
	t.Helper()
	path := filepath.Join(dir, name)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := os.Getenv("CONPAR_KILLS") != ""
	step := 1
	if !all && filepath.Ext(name) == ".trace" {
		step = 8
	}
	missed := 0
	read := func() {
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
			missed++
		}
	}
	write := func(at int, b ...byte) {
		if _, err := f.WriteAt(b, int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	flips, cuts := 0, 0
	for at := 0; at < len(whole); at += step {
		for bit := range 8 {
			if all || bit == at/step%8 {
				flips++
				write(at, whole[at]^1<<bit)
				read()
			}
		}
		write(at, whole[at])
	}
	for at := len(whole) - 1; at >= 0; at -= step {
		cuts++
		if err := f.Truncate(int64(at)); err != nil {
			t.Fatal(err)
		}
		read()
	}
	write(0, whole...)
	if _, err := rundir.Read(dir); err != nil {
		t.Errorf("restored: %v", err)
	}
	t.Logf("%s: of %d flipped bits and %d truncations %d went unnoticed", name, flips, cuts, missed)
	if missed > 0 {
		t.Fail()
	}
}
