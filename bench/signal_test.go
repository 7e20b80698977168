//go:build unix && system

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"conpar/results"
	"conpar/results/rundir"
	"conpar/workloads/reexec"
)

// The runner as a process of its own, to be shot at.
func init() {
	reexec.Register("bench", func(args []string) int { return run(os.Stdout, os.Stderr, args) })
}

// launch starts the runner and waits until it has taken some samples.
func launch(t *testing.T, out, mark string) (*exec.Cmd, *bytes.Buffer, string) {
	t.Helper()
	return launchWith(t, out, mark, "-rounds", "500", "-report=false", "-work", "tcp|primes", "-out", out)
}

func launchWith(t *testing.T, out, mark string, args ...string) (*exec.Cmd, *bytes.Buffer, string) {
	t.Helper()
	return launchCommand(t, exec.Command(os.Args[0], args...), out, mark)
}

// launchCommand does so with a command that starts the runner.
func launchCommand(t *testing.T, cmd *exec.Cmd, out, mark string) (*exec.Cmd, *bytes.Buffer, string) {
	t.Helper()
	cmd.Env = append(os.Environ(), "CONPAR_ROLE=bench", "CONPAR_TEST="+mark)
	stdin, err := cmd.StdinPipe() // its end would end the runner
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for range 2400 { // two minutes: building and calibrating take long beside other tests
		time.Sleep(50 * time.Millisecond)
		runs, err := rundir.Find(out)
		if errors.Is(err, rundir.ErrNoRun) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if r, err := rundir.Read(runs[0]); err == nil && r.Actual >= 3 {
			return cmd, &said, runs[0]
		}
	}
	t.Fatalf("the runner took no sample:\n%s", said.String())
	return nil, nil, ""
}

// marked returns the processes whose environment holds the mark.
func marked(t *testing.T, mark string) []string {
	t.Helper()
	if _, err := os.Stat("/proc/self/environ"); errors.Is(err, fs.ErrNotExist) {
		t.Skip("processes can be looked at on Linux only")
	}
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		if env, err := os.ReadFile(f); err == nil && bytes.Contains(env, []byte("CONPAR_TEST="+mark)) {
			found = append(found, filepath.Dir(f))
		}
	}
	return found
}

// gone waits for the marked processes to be gone. They should be within 2 s;
// as no test here asserts on time, it waits for longer than that.
func gone(t *testing.T, mark string) {
	t.Helper()
	var left []string
	for range 100 {
		if left = marked(t, mark); len(left) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("still there: %v", left)
}

func TestSignalsKeepWhatWasMeasured(t *testing.T) {
	t.Parallel()
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		t.Run(sig.String(), func(t *testing.T) {
			if signal.Ignored(sig) {
				t.Skip("these tests were started to ignore it, as nohup does")
			}
			mark := fmt.Sprintf("%d-%d", os.Getpid(), sig)
			cmd, said, dir := launch(t, t.TempDir(), mark)
			if len(marked(t, mark)) == 0 {
				t.Fatal("no process carries the mark, so none could be missed")
			}
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != code {
				t.Errorf("exit code %d, want %d:\n%s", got, code, said)
			}
			r, err := rundir.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			if r.Status != results.Interrupted || r.Actual < 3 || r.Actual >= r.Planned || r.Failed > 0 {
				t.Errorf("%s: %d of %d samples, %d failed", r.Status, r.Actual, r.Planned, r.Failed)
			}
			if !strings.Contains(said.String(), "kept in "+dir) {
				t.Errorf("does not say where the samples are:\n%s", said)
			}
			gone(t, mark)
		})
	}
}

func TestKilledRunnerLeavesSamplesAndNoProcess(t *testing.T) {
	t.Parallel()
	mark := fmt.Sprintf("%d-kill", os.Getpid())
	cmd, _, dir := launch(t, t.TempDir(), mark)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	gone(t, mark)
	r, err := rundir.Read(dir)
	if err != nil || r.Status != results.Running || r.Actual < 3 {
		t.Errorf("%s with %d samples, error %v", r.Status, r.Actual, err)
	}
}
