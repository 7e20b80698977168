package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/rundir"
)

// command runs bench in this process; its children are this test binary.
func command(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(&out, &errs, args)
	return code, out.String(), errs.String()
}

func TestBadUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-nonsense"}, exitUsage, "-nonsense"},
		{[]string{"primes"}, exitUsage, "primes"},
		{[]string{"-work", "nosuchthing"}, exitUsage, "nosuchthing"},
		{[]string{"-work", "("}, exitUsage, "-work"},
		{[]string{"-work", "primse"}, exitUsage, "primes"},
		{[]string{"-cpu", "0"}, exitUsage, `"0" for flag -cpu`},
		{[]string{"-cpu", "1,two"}, exitUsage, "two"},
		{[]string{"-cpu", "1,,2"}, exitUsage, "-cpu"},
		{[]string{"-cpu", "99999999999999999999"}, exitUsage, "-cpu"},
		{[]string{"-rounds", "0"}, exitUsage, `"0" for flag -rounds`},
		{[]string{"-rounds", "-3"}, exitUsage, "-rounds"},
		{[]string{"-rounds", "999999999999", "-dry-run"}, exitUsage, "-rounds"},
		{[]string{"-budget", "-1s"}, exitUsage, "-budget"},
		{[]string{"-budget", "soon"}, exitUsage, "soon"},
		{[]string{"-profile", "huge"}, exitUsage, "huge"},
		{[]string{"-machine", "../../etc"}, exitUsage, "-machine"},
		{[]string{"-machine", "a b"}, exitUsage, "-machine"},
		{[]string{"-out", ""}, exitUsage, "-out"},
		{[]string{"-precision", "3"}, exitUsage, "3%"},
		{[]string{"-precision", "0%"}, exitUsage, "0.1%"},
		{[]string{"-precision", "NaN%"}, exitUsage, "0.1%"},
		{[]string{"-force"}, exitUsage, "-resume"},
		{[]string{"-taste", "-work", "primes"}, exitUsage, "-work"},
		{[]string{"-resume", "x", "-taste"}, exitUsage, "-taste"},
		{[]string{"-resume", "x", "-precision", "3%"}, exitUsage, "-precision"},
		{[]string{"-out", file}, exitIO, "-out"},
		{[]string{"-like", "nosuchrun"}, exitUsage, "-like"},
		{[]string{"-resume", "x", "-like", "y"}, exitUsage, "-like cannot"},
		{[]string{"-add", "x", "-like", "y"}, exitUsage, "-like cannot"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, stdout, stderr := command(tt.args...)
			if code != tt.code || stdout != "" || !strings.Contains(stderr, tt.says) {
				t.Errorf("exit code %d, stdout %q, stderr %q; want code %d and %q", code, stdout, stderr, tt.code, tt.says)
			}
			if left, _ := filepath.Glob("*"); len(left) > 0 {
				t.Errorf("left %v behind", left)
			}
		})
	}
}

func TestHelpAndList(t *testing.T) {
	if code, stdout, stderr := command("-h"); code != exitFine || stderr != "" || !strings.Contains(stdout, "Examples:") {
		t.Errorf("-h: exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	code, stdout, stderr := command("-list")
	if code != exitFine || stderr != "" {
		t.Errorf("-list: exit code %d, stderr %q", code, stderr)
	}
	for _, f := range suite.Families() {
		for _, w := range f.Set.All() {
			if !strings.Contains(stdout, w.Name) {
				t.Errorf("-list does not show %s", w.Name)
			}
		}
	}
}

func TestDryRunMeasuresNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := command("-dry-run", "-work", "primes", "-cpu", "1,2", "-rounds", "4", "-budget", "1ms")
	if code != exitFine || stderr != "" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	cells := strings.Count(stdout, "Benchmark")
	for _, want := range []string{"BenchmarkCPU/work=primes/goroutines=1-2  (of lesser weight)\n",
		fmt.Sprintf("%d cells, 4 rounds, %d samples", cells, 4*cells), "will end it earlier"} {
		if cells < 8 || !strings.Contains(stdout, want) {
			t.Errorf("shows no %q:\n%s", want, stdout)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("left %v behind", left)
	}
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	machine := host.Facts("")
	machine.Go, machine.CPU = "go1.0", "Another CPU"
	other := filepath.Join(out, "other")
	w, err := rundir.Create(other, results.Run{Machine: machine, Binary: "00", Plan: results.Plan{Rounds: 1, Cells: []results.PlannedCell{
		{Cell: "BenchmarkCPU/work=primes/goroutines=1", Kind: "computing", Tasks: 10}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(results.Interrupted, machineTime, nil, nil); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args []string
		says []string
	}{
		{[]string{"-resume", other}, []string{"program", "go1.0 then", "Another CPU then"}},
		{[]string{"-add", other, "-work", "primes"}, []string{"go1.0 then"}},
		{[]string{"-resume", filepath.Join(out, "nothing")}, []string{"nothing"}},
		{[]string{"-resume", ""}, []string{"-resume"}},
		{[]string{"-resume", other, "-rounds", "3"}, []string{"-rounds cannot"}},
		{[]string{"-resume", other, "-add", other}, []string{"cannot"}},
		{[]string{"-add", other, "-cpu", "1"}, []string{"-cpu cannot"}},
	}
	for _, tt := range tests {
		code, _, stderr := command(tt.args...)
		if code != exitUsage {
			t.Errorf("%v: exit code %d, want %d", tt.args, code, exitUsage)
		}
		for _, want := range tt.says {
			if !strings.Contains(stderr, want) {
				t.Errorf("%v says %q, want %q in it", tt.args, stderr, want)
			}
		}
	}
	if r, err := rundir.Read(other); err != nil || r.Status != results.Interrupted {
		t.Errorf("the run was touched: %s, %v", r.Status, err)
	}
	// -force goes on; the run keeps what had changed, and the report says it.
	code, stdout, stderr := command("-resume", other, "-force", "-repeat=false")
	r, err := rundir.Read(other)
	if code != exitFine || err != nil || r.Status != results.Complete || len(r.Forced) != 1 || r.Forced[0].Samples != 0 || len(r.Forced[0].Changed) < 3 {
		t.Errorf("-force: exit code %d, %s, %+v, %v\n%s", code, r.Status, r.Forced, err, stderr)
	}
	if !strings.Contains(strings.Join(strings.Fields(stdout), " "), "resumed after 0 samples, although changed: program") {
		t.Errorf("the report does not say what had changed:\n%s", stdout)
	}
}

// Without -rounds a run looks at its results; -rounds fixes their number, and with
// -precision the first look.
func TestLooks(t *testing.T) {
	for _, tt := range []struct {
		o    options
		want []int
	}{
		{options{}, []int{10, 24, 48}}, {options{rounds: 16}, nil},
		{options{precision: 0.1}, []int{10, 24, 48}}, {options{rounds: 2, precision: 0.1}, []int{2, 4, 8}},
	} {
		if got := tt.o.looks(2, true, nil); !slices.Equal(got, tt.want) {
			t.Errorf("%d rounds, precision %v: looks after %v, want %v", tt.o.rounds, tt.o.precision, got, tt.want)
		}
	}
}

var machineTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// compare.sh says clearly what is wrong, and does not exit 0 then, as
// benchstat does.
func TestCompareScript(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.txt")
	good := filepath.Join(dir, "a=b.txt") // benchstat takes = for a label's end
	for path, text := range map[string]string{empty: "", good: "BenchmarkX 1 5 ns/op\n"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{good, good}, 0, "+ go tool benchstat"},
		{[]string{good, filepath.Join(dir, "missing")}, 2, "missing"},
		{[]string{good, empty}, 2, "no benchmark result"},
		{[]string{dir, good}, 2, "no finished run"},
		{nil, 2, "Usage"},
		{[]string{"-h"}, 0, "Examples"},
	} {
		cmd := exec.Command("bash", append([]string{"../scripts/compare.sh"}, tt.args...)...)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != tt.code || !strings.Contains(string(out), tt.says) {
			t.Errorf("compare.sh %v: exit code %d, want %d and %q:\n%s", tt.args, got, tt.code, tt.says, out)
		}
	}
}

// Whatever failed shows in the exit code, and the others are reported.
func TestFailedSamplesShowInTheExitCode(t *testing.T) {
	cell := "BenchmarkCPU/work=primes/goroutines=1"
	for name, tt := range map[string]struct {
		errs    []string // of the samples
		dropped []results.DroppedCell
		code    int
	}{
		"all well":    {[]string{"", ""}, nil, exitFine},
		"one failed":  {[]string{"", "it hung"}, nil, exitFailed},
		"one dropped": {[]string{""}, []results.DroppedCell{{Cell: "BenchmarkIO/work=tcp/goroutines=1", Reason: "no network"}}, exitFailed},
		"all failed":  {[]string{"it hung", "it hung"}, nil, exitFailed},
		"one lacking": {[]string{""}, []results.DroppedCell{{Cell: "BenchmarkIO/work=tcp/goroutines=1", Reason: "no javac", Unavailable: true}}, exitFine},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			w, err := rundir.Create(dir, results.Run{Machine: host.Facts("x"), Plan: results.Plan{
				Rounds: len(tt.errs), Dropped: tt.dropped, Cells: []results.PlannedCell{{Cell: cell, Kind: "computing", Tasks: 1}}}})
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range tt.errs {
				s := results.Sample{Round: i, Cell: cell, Error: e}
				if e == "" {
					s.Line = cell + "\t1\t1000 ns/op"
				}
				if err := w.Append(s); err != nil {
					t.Fatal(err)
				}
			}
			r, err := w.Finish(results.Complete, machineTime, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			if code := newSession(options{report: true}, &out, &errs).finish(t.Context(), dir, r, nil); code != tt.code {
				t.Errorf("exit code %d, want %d:\n%s%s", code, tt.code, out.String(), errs.String())
			}
			if tt.code == exitFailed && !strings.Contains(errs.String(), "samples") {
				t.Errorf("does not say so: %s", errs.String())
			}
		})
	}
}

func TestRunsOfOneSecondHaveFoldersOfTheirOwn(t *testing.T) {
	out := t.TempDir()
	seen := map[string]bool{}
	for range 3 {
		dir, _, err := runDir(out, "m", machineTime)
		if err != nil || seen[dir] {
			t.Errorf("%s, error %v; earlier ones: %v", dir, err, seen)
		}
		seen[dir] = true
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestFullStdoutIsNoticed(t *testing.T) {
	for _, args := range [][]string{{"-list"}, {"-dry-run"}} {
		var errs bytes.Buffer
		if code := run(full{}, &errs, args); code != exitIO || !strings.Contains(errs.String(), "no space") {
			t.Errorf("%v: exit code %d, says %q", args, code, errs.String())
		}
	}
}

// Without a cache folder that can be written, the workloads' files go into a
// temporary one of our own, which is removed.
func TestEnvironmentWithoutACache(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	file := filepath.Join(t.TempDir(), "file") // a folder cannot be made below it, not even by root
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, cache := range map[string]string{"none": "", "not writable": file} {
		t.Setenv("HOME", cache)
		t.Setenv("XDG_CACHE_HOME", cache)
		env, done, err := environment(results.Machine{CPUs: 2})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(env.Dir)
		if err != nil || !strings.HasPrefix(env.Dir, tmp) || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %s, %v, %v", name, env.Dir, info, err)
		}
		done()
		if left, _ := os.ReadDir(tmp); len(left) > 0 {
			t.Errorf("%s: left %v behind", name, left)
		}
	}
}
