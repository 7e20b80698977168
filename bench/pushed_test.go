//go:build linux && system

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"conpar/bench/internal/round"
	"conpar/bench/suite"
	reportrun "conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
	"conpar/workloads"
	"conpar/workloads/affinity"
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
	cmd, said, dir := launchPrimes(t, mark, 12)
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

// standStill stops this process for half a second, as a debugger does.
func standStill() {
	wake := exec.Command("sh", "-c", fmt.Sprintf("sleep 0.6; kill -CONT %d", os.Getpid()))
	if wake.Start() == nil {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
}

// A sample whose process stood still, or could use other CPUs than were planned, says
// so. It is kept, and set aside.
func TestPushedSamples(t *testing.T) {
	t.Setenv(badVar, "1")
	all, err := affinity.Allowed()
	if err != nil || len(all) < 2 {
		t.Skip("one CPU cannot be taken away from it")
	}
	machine := results.Machine{Name: "x", CPU: "x", OS: "linux", Arch: "x", Go: "x", Logical: len(all), Available: len(all), CPUs: 1}
	for name, want := range map[string]string{
		"standing": "it stood still for ",
		"narrowed": fmt.Sprintf("CPUs: 1 instead of %d", len(all)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cell := results.Cell{Family: "Mixed", Work: "bad/by=" + name, Axis: "goroutines", N: 1, Procs: 1}
			var out, errs bytes.Buffer
			cfg := round.Config{
				Machine: machine, Dir: filepath.Join(t.TempDir(), "run"),
				Env: workloads.Env{Dir: t.TempDir(), CPUs: 1}, Progress: newProgress(&errs),
			}
			r, err := round.Run(t.Context(), cfg, results.Plan{Rounds: 1}, []suite.Planned{{Cell: cell, Workload: badWorkload(name)}})
			if err != nil || len(r.Samples) != 1 || r.Actual != 1 || !strings.HasPrefix(r.Samples[0].DisturbedBy, want) {
				t.Errorf("%v, %+v, want it disturbed by %q", err, r.Samples, want)
			}
			dirs := []string{cfg.Dir}
			if code := reportrun.Run(t.Context(), nil, &out, &errs, dirs); code != exitUsage || !strings.Contains(errs.String(), want) {
				t.Errorf("the report of a run without a sample that can be used: %d, %s", code, errs.String())
			}
		})
	}
}

// CPUs that are taken away from a run that goes on, as CPU managers of containers do,
// are noticed in the round in which they are.
func TestCPUsAreTakenAway(t *testing.T) {
	t.Parallel()
	if all, err := affinity.Allowed(); err != nil || len(all) < 2 {
		t.Skip("no CPU can be taken away")
	}
	mark := fmt.Sprintf("%d-cpus", os.Getpid())
	cmd, said, dir := launchPrimes(t, mark, 12)
	keepTo(t, cmd.Process.Pid, 0)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
	otherCPUs(t, dir)
}

// So are CPUs that are added.
func TestCPUsAreAdded(t *testing.T) {
	t.Parallel()
	all, err := affinity.Allowed()
	if err != nil || len(all) < 2 {
		t.Skip("no CPU can be added")
	}
	taskset, err := exec.LookPath("taskset")
	if err != nil {
		t.Skip(err)
	}
	out := t.TempDir()
	one := exec.Command(taskset, append([]string{"-c", fmt.Sprint(all[0]), os.Args[0]}, primesInto(out, 6)...)...)
	cmd, said, dir := launchCommand(t, one, out, fmt.Sprintf("%d-more", os.Getpid()))
	keepTo(t, cmd.Process.Pid, all...)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
	otherCPUs(t, dir)
}

// A cpuset that shrinks leaves no way to the CPU that some samples are kept to: these
// fail by that name, and the others are set aside.
func TestCpusetShrinks(t *testing.T) {
	t.Parallel()
	all, err := affinity.Allowed()
	if err != nil || len(all) < 2 {
		t.Skip("no CPU can be taken away")
	}
	set := controlGroup(t, "cpuset")
	err = errors.Join(set("cpuset.cpus", fmt.Sprintf("%d-%d", all[0], all[len(all)-1])), set("cpuset.mems", 0))
	if err != nil {
		t.Skip("no set of CPUs can be had here: ", err)
	}
	cmd, said, dir := launchPrimes(t, fmt.Sprintf("%d-cpuset", os.Getpid()), 6)
	if err := errors.Join(set("cgroup.procs", cmd.Process.Pid), set("cpuset.cpus", all[0])); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	text := said.String()
	if code := cmd.ProcessState.ExitCode(); code != exitFailed ||
		!strings.Contains(text, ", to which it is to be kept, was taken away from this process") {
		t.Errorf("exit code %d:\n%s", code, text)
	}
	otherCPUs(t, dir)
}

// So does a quota that is lowered, as a container's limit may be.
func TestQuotaIsLowered(t *testing.T) {
	t.Parallel()
	set := controlGroup(t, "cpu")
	cmd, said, dir := launchPrimes(t, fmt.Sprintf("%d-quota", os.Getpid()), 6)
	if err := set("cgroup.procs", cmd.Process.Pid); err != nil {
		t.Fatal(err)
	}
	if err := set("cpu.cfs_quota_us", 50_000); err != nil && set("cpu.max", "50000 100000") != nil {
		_ = cmd.Process.Kill()
		t.Skip("no quota can be had here: ", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
	var out bytes.Buffer
	reportrun.Run(t.Context(), nil, &out, &out, []string{dir})
	text := strings.Join(strings.Fields(out.String()), " ")
	if !strings.Contains(text, "CPU quota: 0.5 CPUs instead of ") || !strings.Contains(text, "Verdicts: 0 refuted") {
		t.Error(text)
	}
}

// A limit that is lowered, so that no sample can be taken, ends the run: what it has is
// kept, and no sample counts as failed. Then -resume completes it.
func TestLimitIsLowered(t *testing.T) {
	t.Parallel()
	for name, lower := range map[string]func(pid int) error{
		"files": func(pid int) error { return unix.Prlimit(pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 8, Max: 8}, nil) },
		"file size": func(pid int) error {
			return unix.Prlimit(pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 2000, Max: 2000}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, said, dir := launchPrimes(t, fmt.Sprintf("%d-limit-%c", os.Getpid(), name[len(name)-1]), 4)
			if err := lower(cmd.Process.Pid); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != exitIO ||
				!strings.Contains(said.String(), "kept in "+dir+". Remove the cause") {
				t.Errorf("exit code %d:\n%s", code, said)
			}
			if r, err := rundir.Read(dir); err != nil || r.Failed > 0 || r.Actual < 3 || r.Actual == r.Planned {
				t.Errorf("%d of %d samples, %d failed, error %v", r.Actual, r.Planned, r.Failed, err)
			}
			if code, said := (process{}).run(t, "-resume", dir, "-report=false", "-repeat=false"); code != exitFine {
				t.Errorf("resumed: %d:\n%s", code, said)
			}
		})
	}
}

// controlGroup makes a control group of its own, and returns what sets its files.
func controlGroup(t *testing.T, controller string) (set func(file string, value any) error) {
	t.Helper()
	var err error
	for _, root := range []string{"/sys/fs/cgroup/" + controller, "/sys/fs/cgroup"} { // of version 1 and 2
		group := filepath.Join(root, strings.ReplaceAll(t.Name(), "/", "-")+fmt.Sprint(os.Getpid()))
		if err = os.Mkdir(group, 0o755); err == nil {
			t.Cleanup(func() { // once its last process is gone
				for range 100 {
					if os.Remove(group) == nil {
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
			})
			return func(file string, value any) error {
				return os.WriteFile(filepath.Join(group, file), []byte(fmt.Sprint(value)), 0)
			}
		}
	}
	t.Skip("no control group can be made here: ", err)
	return nil
}

// keepTo has all threads of a process use these CPUs only.
func keepTo(t *testing.T, pid int, cpus ...int) {
	t.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	var set unix.CPUSet
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			_ = unix.SchedSetaffinity(id, &set)
		}
	}
}

// otherCPUs checks that a run could use other CPUs than planned from one of its first
// rounds on, and that no verdict rests on that.
func otherCPUs(t *testing.T, dir string) {
	t.Helper()
	r, err := rundir.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	var rounds []int
	for _, c := range r.Conditions {
		for _, h := range c.Hazards {
			if h.Name == "CPUs" && h.State == results.Warn {
				rounds = append(rounds, c.Round)
			}
		}
	}
	if len(rounds) < r.Plan.Rounds-3 || rounds[0] > 2 {
		t.Errorf("another number of CPUs in the rounds %v", rounds)
	}
	var out bytes.Buffer
	reportrun.Run(t.Context(), nil, &out, &out, []string{dir})
	if text := out.String(); !strings.Contains(text, "hazard: CPUs: in") || !strings.Contains(text, "Verdicts: 0 refuted") {
		t.Error(text)
	}
}

// A program that is replaced while a run goes on, as by a build, measures to the end:
// nothing is measured by the new one.
func TestProgramIsReplaced(t *testing.T) {
	t.Parallel()
	program, out := filepath.Join(t.TempDir(), "bench"), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// By another process: what a parallel test starts while this one writes the file
	// would hold it open, and "text file busy" be the answer.
	if said, err := exec.Command("cp", self, program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	cmd := exec.Command(program, small(out, "-work", "primes", "-rounds", "6")...)
	cmd.Env = append(os.Environ(), "CONPAR_ROLE=bench")
	stdin, err := cmd.StdinPipe() // its end would end the runner
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	soon(t, out, 1)
	if err := errors.Join(os.Remove(program), os.WriteFile(program, []byte("#!/bin/sh\nexit 7\n"), 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, said.String())
	}
}

// launchPrimes starts a run of seconds.
func launchPrimes(t *testing.T, mark string, rounds int) (*exec.Cmd, *bytes.Buffer, string) {
	t.Helper()
	out := t.TempDir()
	return launchWith(t, out, mark, primesInto(out, rounds)...)
}

func primesInto(out string, rounds int) []string {
	return []string{"-rounds", fmt.Sprint(rounds), "-report=false", "-work", "primes", "-like", "none", "-out", out}
}
