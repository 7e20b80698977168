//go:build linux && system

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"conpar/bench/internal/round"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/rundir"
	"conpar/workloads"
	"conpar/workloads/affinity"
	"conpar/workloads/mixed"
)

// badVar has a child of this test binary know the bad cells. Others do not: no
// other test meets them.
const badVar = "CONPAR_TEST_BAD"

func init() {
	if os.Getenv(badVar) == "" {
		return
	}
	for name := range badly {
		_ = mixed.Set.Add(badWorkload(name))
	}
}

func badWorkload(name string) workloads.Workload {
	return workloads.Workload{
		Name: "bad/by=" + name, Doc: "Goes wrong.", Kind: workloads.Computing,
		Axis: workloads.Axis{Key: "goroutines", Quick: []int{1}, Full: []int{1}},
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return bad{badly[name]}, nil },
	}
}

// bad is a workload that goes wrong when it is measured, but not yet when it is
// calibrated.
type bad struct{ how func() }

func (b bad) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	var a asked
	if json.Unmarshal([]byte(os.Args[1]), &a) == nil && a.Samples[0].Tasks > 0 {
		b.how()
	}
	time.Sleep(time.Duration(n) * time.Millisecond) // or calibrating would never end
	return workloads.Result{}, nil
}

func (bad) Want(int) uint64 { return 0 }
func (bad) Close() error    { return nil }

// badly are the ways to go wrong.
var badly = map[string]func(){
	"panic":     func() { panic("out of luck") },
	"deep":      func() { deeply(200) },
	"overflow":  func() { debug.SetMaxStack(1 << 20); deepest = overflow(0) },
	"goroutine": func() { go panic("alone"); select {} },
	"hang":      func() { select {} },
	"spin": func() {
		for i := uint(0); ; i++ {
		}
	},
	"exit":   func() { os.Exit(0) },
	"killed": func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} },
	"memory": leakUntilKilled,

	// These go wrong and give a result.
	"standing": standStill,
	"narrowed": func() { _ = affinity.Keep([]int{0}) },
}

func deeply(n int) {
	if n == 0 {
		panic("out of luck")
	}
	deeply(n - 1)
}

// overflow calls itself for as long as there is stack.
func overflow(n int) int {
	if n < 0 {
		return 0
	}
	return 1 + overflow(n+1)
}

var deepest int

// leakUntilKilled leaks memory until the process is killed: not by the system,
// which might take others with it, but by us, at 64 MiB.
func leakUntilKilled() {
	var all [][]byte
	for {
		b := make([]byte, 4<<20)
		for i := range b {
			b[i] = 1
		}
		if all = append(all, b); len(all) == 16 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}
}

// Whatever becomes of a cell's process, its samples are failed ones that say
// why, the other cells are measured, and the exit code shows it.
func TestBadCells(t *testing.T) {
	reasons := map[string]string{
		"panic":     "panic: out of luck",
		"deep":      "panic: out of luck",
		"overflow":  "stack overflow",
		"goroutine": "panic: alone",
		"hang":      "timeout",
		"spin":      "timeout",
		"exit":      "printed no result",
		"killed":    "signal: killed",
		"memory":    "signal: killed",
	}
	t.Setenv(badVar, "1")
	machine := results.Machine{Name: "x", CPU: "x", OS: "linux", Arch: "x", Go: "x", Logical: 2, Available: 2, CPUs: 1}
	for name := range reasons {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: 1, Procs: 1}
			cell := results.Cell{Family: "Mixed", Work: "bad/by=" + name, Axis: "goroutines", N: 1, Procs: 1}
			cells := []suite.Planned{
				{Cell: cell, Workload: badWorkload(name)},
				{Cell: good, Workload: workloads.Workload{Name: "primes", Kind: workloads.Computing}},
			}
			var out, errs bytes.Buffer
			cfg := round.Config{Machine: machine, Env: workloads.Env{Dir: t.TempDir(), CPUs: 1}, Progress: newProgress(&errs)}
			if reasons[name] == "timeout" {
				cfg.Timeout = 3 * time.Second // the others take as long as they must
			}
			dir := t.TempDir()
			code := newSession(options{out: dir, rounds: 1, seed: 1}, &out, &errs).begin(cfg, cells)
			want := "failed: " + cell.String() + " in round 1: "
			if code != exitFailed || !strings.Contains(errs.String(), want) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, exitFailed, want, errs.String())
			}
			dirs, err := filepath.Glob(filepath.Join(dir, "x", "*"))
			if err != nil || len(dirs) != 1 {
				t.Fatal(dirs, err)
			}
			r, err := rundir.Read(dirs[0])
			if err != nil || r.Status != results.Complete || r.Actual != 1 || r.Failed != 1 {
				t.Errorf("%s: %d samples, %d failed, %v", r.Status, r.Actual, r.Failed, err)
			}
			for _, s := range r.Samples {
				if bad := s.Cell == cell.String(); bad != (s.Error != "") || bad && !strings.Contains(s.Error, reasons[name]) {
					t.Errorf("%s: %q, want %q", s.Cell, s.Error, reasons[name])
				}
			}
		})
	}
}
