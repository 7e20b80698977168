package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
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
		{[]string{"-resume", "x", "-adaptive"}, exitUsage, "-adaptive"},
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

// measured is what a benchmark file holds: its configuration lines, and the
// units by name.
func measured(t *testing.T, text string) (config []string, units map[string]string) {
	t.Helper()
	set, units := map[string]bool{}, map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "Benchmark") && len(fields) > 3:
			var u []string
			for i := 3; i < len(fields); i += 2 {
				u = append(u, fields[i])
			}
			slices.Sort(u)
			units[fields[0]] = strings.Join(u, " ")
		case strings.Contains(line, ": ") || strings.HasPrefix(line, "Unit "):
			set[line] = true
		}
	}
	return slices.Sorted(maps.Keys(set)), units
}

// The runner and go test -bench give the same names, units and configuration
// lines, so that their files land in one table. Of the families that are not
// swept, each measures some cells that the other does not.
func TestBothWaysMeasureTheSame(t *testing.T) {
	if testing.Short() || !long {
		t.Skip("measures every cell twice; scripts/long.sh does")
	}
	out := t.TempDir()
	code, stdout, stderr := command("-rounds", "1", "-cpu", "1,2", "-out", out)
	if code != exitFine {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	runs, err := results.Find(out)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, %v", runs, err)
	}
	if _, err := os.Stat(filepath.Join(runs[0], results.ReportDir, "report.md")); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(runs[0], results.BenchFile))
	if err != nil {
		t.Fatal(err)
	}
	test, err := exec.Command(os.Args[0], "-test.run", "^$", "-test.bench", ".", "-test.benchtime", "2x", "-test.cpu", "1,2").Output()
	if err != nil {
		t.Fatal(err)
	}
	config1, units1 := measured(t, string(text))
	config2, units2 := measured(t, string(test))
	if diff := cmp.Diff(config1, config2); diff != "" {
		t.Errorf("configuration lines of the runner and of go test:\n%s", diff)
	}
	families := map[string]bool{}
	for name, units := range units2 {
		family, _, _ := strings.Cut(name, "/")
		families[family] = true
		if of, both := units1[name]; both && of != units {
			t.Errorf("%s: the runner measures %s, go test %s", name, of, units)
		}
	}
	for _, f := range suite.Families() {
		if !families["Benchmark"+f.Name] {
			t.Errorf("go test measures nothing of %s", f.Name)
		}
	}
	run, err := results.Read(runs[0])
	if err != nil {
		t.Fatal(err)
	}
	unavailable := map[string]bool{} // here, which both must find
	for _, d := range run.Plan.Dropped {
		unavailable[d.Cell] = d.Unavailable
	}
	for _, c := range suite.Plan(suite.Selection{Profile: suite.Quick, Procs: []int{1, 2}, CPUs: host.Facts("").CPUs}) {
		if name := c.String(); (units1[name] == "") != unavailable[name] || (units2[name] == "") != unavailable[name] {
			t.Errorf("%s: the runner measures %q, go test %q", name, units1[name], units2[name])
		}
	}
}

// benchstat reads a run as it is, and the column that README names has both
// values of GOMAXPROCS.
func TestBenchstatReadsARun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds benchstat")
	}
	t.Parallel()
	out := t.TempDir()
	if code, _, stderr := command("-rounds", "2", "-cpu", "1,2", "-work", "primes", "-out", out); code != exitFine {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	runs, err := results.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	bench := filepath.Join(runs[0], results.BenchFile)
	for _, args := range [][]string{{bench}, {"-col", `/gomaxprocs@("" 2)`, bench}} {
		text, err := exec.CommandContext(context.Background(), "go", append([]string{"tool", "benchstat"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
		for _, want := range []string{"CPU/work=primes/goroutines=8", "tasks/s", "inflight", "cpus"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("benchstat %v shows no %s:\n%s", args, want, text)
			}
		}
		if n := strings.Count(string(text), "goos: "); n != 1 {
			t.Errorf("benchstat %v shows %d tables, want one configuration:\n%s", args, n, text)
		}
	}
}

func TestDryRunMeasuresNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := command("-dry-run", "-work", "primes", "-cpu", "1,2", "-rounds", "4", "-budget", "1ms")
	if code != exitFine || stderr != "" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	for _, want := range []string{"BenchmarkCPU/work=primes/goroutines=1-2  (of lesser weight)\n", "8 cells, 4 rounds, 32 samples", "will end it earlier"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("shows no %q:\n%s", want, stdout)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("left %v behind", left)
	}
}

// A run that was begun is completed, and grows, as a user would do it.
func TestResumeAndAdd(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	t.Parallel()
	out := t.TempDir()
	code, stdout, stderr := command("-rounds", "3", "-budget", "1ms", "-cpu", "1", "-work", "CPU/work=(primes|sha256)", "-out", out, "-report=false")
	if code != exitFine {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	runs, err := results.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	dir := runs[0]
	if _, err := os.Stat(filepath.Join(dir, results.ReportDir)); !errors.Is(err, fs.ErrNotExist) || stdout != "The run: "+dir+"\n" {
		t.Errorf("without a report: %v, says %q", err, stdout)
	}
	expect := func(status results.Status, actual, planned int) results.Run {
		t.Helper()
		r, err := results.Read(dir)
		if err != nil || r.Status != status || r.Actual != actual || r.Planned != planned {
			t.Errorf("%s: %d of %d samples, error %v; want %s: %d of %d", r.Status, r.Actual, r.Planned, err, status, actual, planned)
		}
		return r
	}
	cells := expect(results.OutOfBudget, 8, 24)
	if code, _, stderr := command("-add", dir); code != exitUsage || !strings.Contains(stderr, "-resume") {
		t.Errorf("-add to a run with gaps: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := command("-resume", dir, "-repeat=false"); code != exitFine {
		t.Errorf("-resume: exit code %d\n%s", code, stderr)
	}
	expect(results.Complete, 24, 24)
	if code, _, stderr := command("-resume", dir); code != exitFine || !strings.Contains(stderr, " 0 are to be taken") {
		t.Errorf("-resume of a complete run: exit code %d\n%s", code, stderr)
	}
	after := expect(results.Complete, 24, 24)
	if diff := cmp.Diff(cells.Samples, after.Samples[:8]); diff != "" {
		t.Errorf("samples changed:\n%s", diff)
	}
	if code, _, stderr := command("-add", dir, "-repeat=false", "-work", "primes", "-rounds", "2"); code != exitFine {
		t.Errorf("-add: exit code %d\n%s", code, stderr)
	}
	expect(results.Complete, 32, 32)
	if cells.Plan.Like != "" {
		t.Errorf("the first run is like %s", cells.Plan.Like)
	}
	other := t.TempDir()
	code, _, stderr = command("-like", dir, "-rounds", "1", "-cpu", "1", "-work", "CPU/work=primes", "-out", other, "-report=false", "-repeat=false")
	name := cells.Machine.Name + "/" + filepath.Base(dir)
	if code != exitFine || !strings.Contains(stderr, "as many tasks as in "+name) {
		t.Errorf("-like: exit code %d\n%s", code, stderr)
	}
	if runs, err = results.Find(other); err != nil {
		t.Fatal(err)
	}
	if r, err := results.Read(runs[0]); err != nil || r.Plan.Like != name {
		t.Errorf("like %q (%v), want %s", r.Plan.Like, err, name)
	}
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	machine := host.Facts("")
	machine.Go, machine.CPU = "go1.0", "Another CPU"
	other := filepath.Join(out, "other")
	w, err := results.Create(other, results.Run{Machine: machine, Binary: "00", Plan: results.Plan{Rounds: 1, Cells: []results.PlannedCell{
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
	if r, err := results.Read(other); err != nil || r.Status != results.Interrupted {
		t.Errorf("the run was touched: %s, %v", r.Status, err)
	}
	if testing.Short() {
		return // what follows measures
	}
	// -force goes on; the run keeps what had changed, and the report says it.
	code, stdout, stderr := command("-resume", other, "-force", "-repeat=false")
	r, err := results.Read(other)
	if code != exitFine || err != nil || r.Status != results.Complete || len(r.Forced) != 1 || r.Forced[0].Samples != 0 || len(r.Forced[0].Changed) < 3 {
		t.Errorf("-force: exit code %d, %s, %+v, %v\n%s", code, r.Status, r.Forced, err, stderr)
	}
	if !strings.Contains(strings.Join(strings.Fields(stdout), " "), "gone on with after 0 samples, although changed: program") {
		t.Errorf("the report does not say what had changed:\n%s", stdout)
	}
}

func TestLooksAscend(t *testing.T) {
	for _, tt := range []struct {
		rounds int
		want   []int
	}{{1, []int{1, 2}}, {2, []int{2, 3, 4}}, {15, []int{15, 23, 30}}, {16, []int{16, 24, 32}}} {
		if got := (&options{rounds: tt.rounds, adaptive: true}).looks(); !slices.Equal(got, tt.want) {
			t.Errorf("%d rounds: looks after %v, want %v", tt.rounds, got, tt.want)
		}
	}
	if got := (&options{rounds: 16}).looks(); got != nil {
		t.Errorf("without -adaptive: looks after %v", got)
	}
}

// A run that asks for a precision that no machine has goes on to its last look,
// and its report says how that came about.
func TestAdaptiveRun(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	out := t.TempDir()
	code, stdout, stderr := command("-rounds", "2", "-precision", "0.1%", "-repeat=false", "-work", "CPU/work=primes", "-out", out)
	if code == exitFine && strings.Contains(stdout, "neighbours took") {
		t.Skip("neighbours disturb this machine, so that no look can ask for more")
	}
	if code != exitFine || !strings.Contains(stderr, "after 2 rounds") || !strings.Contains(stderr, "going on to 4") {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	runs, err := results.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	r, err := results.Read(runs[0])
	if err != nil || r.Actual != 4*len(r.Plan.Cells) || r.Plan.Looked() != 2 || len(r.Conditions) != 4 || len(r.Hazards) == 0 {
		t.Errorf("%d samples of %d cells, looked %d times, %d rounds and %d hazards, %v",
			r.Actual, len(r.Plan.Cells), r.Plan.Looked(), len(r.Conditions), len(r.Hazards), err)
	}
	if !strings.Contains(strings.Join(strings.Fields(stdout), " "), "2 rounds and 2 further") || !strings.Contains(stdout, "ended at look 3") {
		t.Errorf("the report does not say how it ended:\n%s", stdout)
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
			w, err := results.Create(dir, results.Run{Machine: host.Facts("x"), Plan: results.Plan{
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
			if code := (session{options{report: true}, &out, &errs}).finish(t.Context(), dir, r, nil); code != tt.code {
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
		dir, err := runDir(out, "m", machineTime)
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
