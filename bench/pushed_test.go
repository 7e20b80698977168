//go:build linux && system

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"conpar/results/rundir"
)

// sampleOf waits for a process that takes a sample for the marked runner.
func sampleOf(t *testing.T, mark string) int {
	t.Helper()
	for range 2000 {
		for _, dir := range marked(t, mark) {
			line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
			if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil && bytes.Contains(line, []byte(`{"Samples":`)) {
				return pid
			}
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("no sample is being taken")
	return 0
}

// A runner that is stopped, as by Ctrl-Z, loses no sample: what had answered has not
// hung, and the sample says what happened.
func TestRunnerIsStopped(t *testing.T) {
	t.Parallel()
	mark := fmt.Sprintf("%d-stopped", os.Getpid())
	cmd, said, dir := launchPrimes(t, mark)
	sampleOf(t, mark)
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second) // the sample ends meanwhile
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
	r, err := rundir.Read(dir)
	if err != nil || r.Failed > 0 {
		t.Fatalf("%d failed, error %v", r.Failed, err)
	}
	stood := 0
	for _, s := range r.Samples {
		if strings.HasPrefix(s.DisturbedBy, "the runner stood still for ") {
			stood++
		}
	}
	if stood != 1 {
		t.Errorf("%d samples say that the runner stood still, want 1", stood)
	}
}

// launchPrimes starts a run of seconds.
func launchPrimes(t *testing.T, mark string) (*exec.Cmd, *bytes.Buffer, string) {
	t.Helper()
	out := t.TempDir()
	return launchWith(t, out, mark, "-rounds", "12", "-report=false", "-work", "primes", "-like", "none", "-out", out)
}
