//go:build system

package main

import (
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

	"github.com/google/go-cmp/cmp"

	"conpar/bench/internal/host"
	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/rundir"
)

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
// swept, each measures some cells that the other does not; and go test measures on
// one CPU what the gains need, but on all CPUs at GOMAXPROCS 1 too.
func TestBothWaysMeasureTheSame(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	code, stdout, stderr := command("-rounds", "1", "-repeat=false", "-cpu", "1,2", "-out", out)
	if code == exitFailed { // on a busy machine a connection may break
		t.Log(stderr)
		out = t.TempDir()
		code, stdout, stderr = command("-rounds", "1", "-repeat=false", "-cpu", "1,2", "-out", out)
	}
	if code != exitFine {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	runs, err := rundir.Find(out)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, %v", runs, err)
	}
	if _, err := os.Stat(filepath.Join(runs[0], rundir.ReportDir, "report.md")); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(runs[0], rundir.BenchFile))
	if err != nil {
		t.Fatal(err)
	}
	// A cluster of PostgreSQL for each cell, and a group for each quota, take minutes. A
	// service comes behind all others, and has hardly a CPU beside these tests.
	const slow = "^BenchmarkDatabase$/work=postgres|^BenchmarkPractice$/work=quota|^BenchmarkService$"
	test, err := exec.Command(os.Args[0], "-test.run", "^$", "-test.bench", ".", "-test.skip", slow, "-test.benchtime", "2x",
		"-test.cpu", "1,2").Output()
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
		of, both := units1[name]
		if strings.Contains(name, "/cpus=1/") { // go test knows of all CPUs, from before it was kept to one
			of = strings.Replace(of, "oversubscribed ", "", 1)
		}
		short := strings.NewReplacer("second-half ", "") // two tasks may be too few to have halves
		if of, units = short.Replace(of), short.Replace(units); both && of != units {
			t.Errorf("%s: the runner measures %s, go test %s", name, of, units)
		}
	}
	for _, f := range suite.Families() {
		if !families["Benchmark"+f.Name] && !f.Beside && f.Name != "Service" { // the programs of Beside may not be installed
			t.Errorf("go test measures nothing of %s", f.Name)
		}
	}
	run, err := rundir.Read(runs[0])
	if err != nil {
		t.Fatal(err)
	}
	unavailable := map[string]bool{} // here, which both must find
	for _, d := range run.Plan.Dropped {
		unavailable[d.Cell] = d.Unavailable
	}
	machine := host.Facts("")
	for _, c := range suite.Plan(suite.Selection{
		Profile: suite.Quick, Procs: []int{1, 2}, CPUs: machine.CPUs, OneCPU: machine.OneCPU != nil,
	}) {
		name := c.String()
		inTest := units2[name] != "" || c.CPUs == 1 && c.Lesser
		if (units1[name] == "") != unavailable[name] || !inTest != unavailable[name] {
			t.Errorf("%s: the runner measures %q, go test %q", name, units1[name], units2[name])
		}
	}
}

// benchstat reads a run as it is, and the column that README names has both
// values of GOMAXPROCS.
func TestBenchstatReadsARun(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if code, _, stderr := command("-rounds", "2", "-cpu", "1,2", "-work", "primes", "-out", out); code != exitFine {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	runs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	bench := filepath.Join(runs[0], rundir.BenchFile)
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

// A run that was begun is completed, and grows, as a user would do it.
func TestResumeAndAdd(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	code, stdout, stderr := command("-rounds", "3", "-budget", "1ms", "-cpu", "1", "-work", "CPU/work=(primes|sha256)", "-out", out, "-report=false")
	if code != exitFine {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	runs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	dir := runs[0]
	if _, err := os.Stat(filepath.Join(dir, rundir.ReportDir)); !errors.Is(err, fs.ErrNotExist) || stdout != "The run: "+dir+"\n" {
		t.Errorf("without a report: %v, says %q", err, stdout)
	}
	expect := func(status results.Status, actual, planned int) results.Run {
		t.Helper()
		r, err := rundir.Read(dir)
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
	if runs, err = rundir.Find(other); err != nil {
		t.Fatal(err)
	}
	if r, err := rundir.Read(runs[0]); err != nil || r.Plan.Like != name {
		t.Errorf("like %q (%v), want %s", r.Plan.Like, err, name)
	}
}

// A run that asks for a precision that no machine has goes on to its last look,
// and its report says how that came about.
func TestRunWithLooks(t *testing.T) {
	out := t.TempDir()
	code, stdout, stderr := command("-rounds", "1", "-precision", "0.1%", "-repeat=false", "-work", "CPU/work=primes", "-out", out)
	if code == exitFine && strings.Contains(stdout, "neighbours took") {
		t.Skip("neighbours disturb this machine, so that no look can ask for more")
	}
	if code != exitFine || !strings.Contains(stderr, "after 1 rounds") || !strings.Contains(stderr, "going on to 4") {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	runs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rundir.Read(runs[0])
	if err != nil || r.Actual != r.Planned || len(r.Plan.Taken) != 3 || len(r.Conditions) != 4 || len(r.Hazards) == 0 {
		t.Errorf("%d of %d samples, looked %d times, %d rounds and %d hazards, %v",
			r.Actual, r.Planned, len(r.Plan.Taken), len(r.Conditions), len(r.Hazards), err)
	}
	for _, l := range r.Plan.Taken {
		if !strings.Contains(strings.Join(l.Undecided, "\n"), "CPU/work=primes") {
			t.Errorf("a look at %d rounds left open: %q", l.Rounds, l.Undecided)
		}
	}
	if !strings.Contains(strings.Join(strings.Fields(stdout), " "), "1 round and 3 further") || !strings.Contains(stdout, "looked at its results") {
		t.Errorf("the report does not say how it ended:\n%s", stdout)
	}
}
