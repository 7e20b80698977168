//go:build unix && system

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"conpar/results/gotest"
	"conpar/results/rundir"
)

// Sides are compared within rounds, and a regression is an exit code.
func TestModuleAgainst(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("a history needs git")
	}
	// What an op takes is said, not measured.
	const costs = `
func BenchmarkSpin(b *testing.B) { for range b.N { }; b.ReportMetric(cost, "ns/op") }
func BenchmarkRun(b *testing.B) { for range b.N { }; b.ReportMetric(3*cost, "ns/op") }

const cost = 1000
`
	module(t, map[string]string{"a_test.go": benchmarks(costs)})
	git := func(args ...string) {
		t.Helper()
		all := append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)
		if out, err := exec.Command("git", all...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", "-A")
	git("commit", "-q", "-m", "one")
	args := []string{"-cpu", "1", "-benchtime", "1ms", "-rounds", "10", "-out", t.TempDir(), "-strict"}
	stdout, stderr := testCommand(t, exitFine, append(args, "-against", "main")...)
	has(t, stdout, "Identical on main and new, and not measured: example.com/m.",
		"\nNothing changed: every test binary is the same on all sides.\n", "sec/op: main-copy over main")
	has(t, stderr, "identical on main and new")
	writeFiles(t, ".", map[string]string{"a_test.go": benchmarks(strings.Replace(costs, "1000", "1040", 1))})
	_, _ = testCommand(t, exitFine, append(args, "-against", "HEAD", "-margin", "5%")...)
	stdout, stderr = testCommand(t, exitFailed, append(args, "-against", "HEAD", "-side", "gc:env=GOGC=50")...)
	has(t, stdout, "sec/op: new over HEAD", "2 slower", "sec/op: gc over HEAD", "GOGC=50", ", changed", "go tool benchstat -col side")
	has(t, stderr, "confirmed regression: 4 of the cells")
	_, stderr = testCommand(t, exitUsage, "-against", "nosuch")
	has(t, stderr, "side nosuch: nosuch is no commit of this repository")
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"-side", "a b"}, "no name for a side"},
		{[]string{"-side", "a", "-side", "a"}, "two sides are called a"},
		{[]string{"-strict"}, "-strict needs two sides"},
		{[]string{"-margin", "x", "-against", "main"}, "-margin"},
		{[]string{"-against", "main", "-against", "main"}, "twice"},
		{[]string{"-resume", "x", "-side", "a"}, "-side cannot be given"},
	} {
		_, stderr := testCommand(t, exitUsage, tt.args...)
		has(t, stderr, tt.says)
	}
}

// Ctrl-C ends the process of a sample with all that it started, keeps the samples,
// and removes the copies of the files.
func TestSignalEndsModule(t *testing.T) {
	module(t, map[string]string{"a_test.go": "package m\n\nimport (\n\t\"os/exec\"\n\t\"testing\"\n)\n" + `
func BenchmarkStarts(b *testing.B) {
	if err := exec.Command("sleep", "60").Start(); err != nil { b.Fatal(err) }
	for range b.N { }
}
`})
	mark := fmt.Sprintf("%d-module", os.Getpid())
	out := t.TempDir()
	cmd, said, dir := launchWith(t, out, mark, "test", "-cpu", "1", "-rounds", "500", "-out", out)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("exit code %d:\n%s", got, said)
	}
	has(t, said.String(), "kept in "+dir, "bench test -resume "+dir)
	gone(t, mark)
}

// Profiles are taken after the rounds, once, kept in the run, and read by the report.
func TestModulePprof(t *testing.T) {
	module(t, map[string]string{"a_test.go": benchmarks(`
var mu sync.Mutex

func hold() { mu.Lock(); for n := range 10_000 { sink += n ^ sink }; mu.Unlock() }

var sink int

func BenchmarkLock(b *testing.B) { b.RunParallel(func(pb *testing.PB) { for pb.Next() { hold() } }) }
`)})
	text, _ := os.ReadFile("a_test.go")
	writeFiles(t, ".", map[string]string{"a_test.go": strings.Replace(string(text), `"testing"`, "\"sync\"\nimport \"testing\"", 1)})
	out := t.TempDir()
	stdout, _ := testCommand(t, exitFine, "-dry-run", "-pprof", "-cpu", "1,2,8")
	has(t, stdout, "3 cells, 12 rounds", "and up to 48 rounds of what is undecided then", "; then profiles, about 1") // six of 1.6 s and the starts
	stdout, _ = testCommand(t, exitFine, "-pprof", "-cpu", "1,2,8", "-benchtime", "1ms", "-rounds", "1", "-out", out, "-machine", "m")
	dirs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	has(t, stdout, "Lock: goroutines wait in sync.(*Mutex).Lock, called from m.hold: on", "$ go tool pprof -peek '^sync",
		"'"+dirs[0]+"/block-0002.pprof'")
	r, err := rundir.Read(dirs[0])
	if err != nil || len(r.Profiles) != 6 || r.Profiles[5].Cell != "example.com/m BenchmarkLock P=8 new" {
		t.Errorf("%v, %+v", err, r.Profiles)
	}
	again, _ := testCommand(t, exitFine, "-resume", dirs[0])
	has(t, again, "Lock: goroutines wait in sync.(*Mutex).Lock, called from m.hold: on")
	if err := os.WriteFile(dirs[0]+"/cpu-0001.pprof", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := rundir.Read(dirs[0]); !errors.Is(err, rundir.ErrDamaged) {
		t.Errorf("an altered profile: %v", err)
	}
}

// A run that goes on is judged as it was to be when it began, unless a flag says otherwise
// now.
func TestJudgedAsBegun(t *testing.T) {
	begun := &gotest.Test{Margin: "5%", Strict: true, Floors: []string{"A>=2@2"}}
	for flags, want := range map[string]string{
		"":              "5% true [A>=2@2]",
		"-margin=3%":    "3% true [A>=2@2]",
		"-strict=false": "5% false [A>=2@2]",
		"-floor=B>=3@4": "5% true [B>=3@4]",
	} {
		_, o, err := parseTest(append([]string{"-resume", "run"}, strings.Fields(flags)...))
		if err != nil {
			t.Fatal(err)
		}
		s := testSession{testOptions: o}
		s.judgeAgain(begun)
		if got := fmt.Sprint(s.margin, " ", s.strict, " ", s.floors); got != want {
			t.Errorf("%q: judged by %s, want %s", flags, got, want)
		}
	}
	old := testSession{testOptions: testOptions{margin: "3%"}}
	if old.judgeAgain(&gotest.Test{}); old.margin != "3%" || old.strict || old.floors != nil {
		t.Errorf("a run that says nothing: %+v", old.testOptions)
	}
}
