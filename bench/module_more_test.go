//go:build system

package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"conpar/results"
	"conpar/results/rundir"
)

// What fails costs itself only; what cannot be measured is said after the build.
func TestModuleFailures(t *testing.T) {
	module(t, map[string]string{
		"a_test.go": benchmarks(`
func BenchmarkFine(b *testing.B) { for range b.N { } }
func BenchmarkSkips(b *testing.B) { b.Skip("no network") }
func BenchmarkLater(b *testing.B) { if b.N > 1 { b.Fatal("only at first") }; for range b.N { } }
`),
		"bad/a_test.go": "package bad\n\nimport \"testing\"\n\nfunc BenchmarkBad(b *testing.B) { undefined() }\n",
	})
	stdout, stderr := testCommand(t, exitUsage, "-cpu", "1", "-benchtime", "1ms", "-rounds", "1", "-repeat=false", "-out", t.TempDir(), "./...")
	has(t, stdout, "Fine")
	has(t, stderr, "left out: example.com/m/bad: it does not build", "left out: example.com/m BenchmarkSkips: a_test.go:7: no network",
		"failed: example.com/m BenchmarkLater P=1 new in round 1: BenchmarkLater a_test.go:8: only at first", "1 of 2 samples failed and 1 cells were left out")
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"-bench", "Nothing"}, "no package has a benchmark that matches -bench Nothing"},
		{[]string{"./bad"}, "no benchmark can be measured"},
		{[]string{"-floor", "Fine>=5@8", "-cpu", "1,2"}, "Fine was not measured at GOMAXPROCS 8; it was at 1, 2"},
		{[]string{"-floor", "Other>=5@2", "-cpu", "1,2"}, "no benchmark is called Other; there are Fine, Later"},
		{[]string{"-floor", "Fine>=1@1", "-cpu", "1,2"}, "GOMAXPROCS 1 is the smallest"},
	} {
		refused(t, tt.says, tt.args...)
	}
	stdout, _ = testCommand(t, exitFine, "-dry-run", "-rounds", "3", "-cpu", "2,1")
	has(t, stdout, "example.com/m BenchmarkFine P=1 new\nexample.com/m BenchmarkFine P=2 new\n", "12 samples: about")
	_, stderr = testCommand(t, exitIO, "-rounds", "1", "-bench", "Fine", "-out", "a_test.go")
	has(t, stderr, "cannot write results below a_test.go", "-out DIR")
}

// A speed-up that is surely below its floor is an exit code; what an op takes is said.
func TestModuleFloors(t *testing.T) {
	module(t, map[string]string{"a_test.go": "package m\n\nimport (\n\t\"runtime\"\n\t\"testing\"\n)\n" + `
func BenchmarkGains(b *testing.B) {
	b.Run("half", func(b *testing.B) { for range b.N { }; b.ReportMetric(1000/float64(runtime.GOMAXPROCS(0)), "ns/op") })
	b.Run("half-4", func(b *testing.B) { for range b.N { }; b.ReportMetric(1000/float64(runtime.GOMAXPROCS(0)), "ns/op") })
}
`})
	args := []string{"-cpu", "1,2", "-benchtime", "1ms", "-rounds", "10", "-out", t.TempDir(), "-strict", "-floor"}
	stdout, _ := testCommand(t, exitFine, append(args, "Gains>=1.9@2")...)
	has(t, stdout, "2 floors: 0 below, 2 reached", "Gains/half over gomaxprocs", "Gains/half-4 over gomaxprocs")
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	stdout, stderr := testCommand(t, exitFailed, append(args, "Gains/half>=3@2", "-format", "github")...)
	has(t, stdout, "| Gains/half | 2 | ≥ 3× |", "::error title=below its floor%3A Gains/half::", "The comment: ")
	has(t, stderr, "below its floor: 1 of 1 speed-up")
	_, stderr = testCommand(t, exitUsage, "-format", "yaml")
	has(t, stderr, "use text, markdown")
}

// A run looks at its results, and measures on with what is undecided; -resume takes up the
// looks where the budget ended it.
func TestModuleLooks(t *testing.T) {
	module(t, map[string]string{"a_test.go": "package m\n\nimport (\n\t\"math/rand\"\n\t\"os\"\n\t\"testing\"\n)\n" + `
func says(b *testing.B, new float64) {
	for range b.N { }
	ns := 1000 + 10*rand.Float64()
	if os.Getenv("NEW") != "" { ns *= new }
	b.ReportMetric(ns, "ns/op")
}

func BenchmarkSame(b *testing.B)   { says(b, 1) }
func BenchmarkSlower(b *testing.B) { says(b, 2) }
func BenchmarkNear(b *testing.B)   { says(b, 1.03) }
`})
	out := t.TempDir()
	_, stderr := testCommand(t, exitFine, "-cpu", "1", "-benchtime", "1ms", "-repeat=false", "-side", "old", "-side", "new:env=NEW=1",
		"-budget", "1ns", "-out", out, "-machine", "m")
	has(t, stderr, "9 cells, 12 rounds, 108 samples", "up to 48 rounds of what is undecided then")
	dirs, err := rundir.Find(out)
	if err != nil || len(dirs) != 1 {
		t.Fatal(dirs, err)
	}
	stdout, stderr := testCommand(t, exitFine, "-repeat=false", "-resume", dirs[0])
	has(t, stderr, "after 12 rounds 2 of 3 lines are decided; going on to 24 with 3 of 9 cells, for Near P=1",
		"after 48 rounds ")
	has(t, stdout, "took no more samples", "12 slower*", "12 same*")
	run, err := rundir.Read(dirs[0])
	if err != nil || len(run.Plan.Taken) != 3 || len(run.Samples) != 12*9+36*3 {
		t.Errorf("%d looks, %d samples, %v", len(run.Plan.Taken), len(run.Samples), err)
	}
}

func TestModule(t *testing.T) {
	module(t, map[string]string{"a_test.go": benchmarks(spins)})
	before, _ := exec.Command("ls", "-lA").Output()
	out := t.TempDir()
	// The first round uses up the budget.
	stdout, stderr := testCommand(t, exitFine, "-cpu", "1,2", "-benchtime", "1ms", "-rounds", "6", "-repeat=false", "-budget", "1ns", "-out", out, "-machine", "m")
	has(t, stdout, "4 of 24 samples", "Spin over gomaxprocs", "Parallel over gomaxprocs")
	has(t, stderr, "2 benchmarks of 1 packages, 4 cells, 6 rounds, 24 samples", "The budget of 1ns is enough for about 0 of 6 rounds. An interval needs 6", "The run: "+out)
	dirs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	dir := dirs[0]
	stdout, _ = testCommand(t, exitFine, "-repeat=false", "-resume", dir)
	has(t, stdout, "24 of 24 samples")
	r, err := rundir.Read(dir)
	if err != nil || r.Status != results.Complete || r.Actual != 24 || r.Test.Sides[0].Go != r.Machine.Go {
		t.Errorf("%v, %+v", err, r)
	}
	// More rounds are added to it, once it has all samples.
	stdout, _ = testCommand(t, exitFine, "-repeat=false", "-add", dir, "-rounds", "2")
	has(t, stdout, "32 of 32 samples")
	if after, _ := exec.Command("ls", "-lA").Output(); string(after) != string(before) {
		t.Errorf("the folder was\n%s\nand is\n%s", before, after)
	}
	// Saved as plain text, it is read as well.
	code, stdout, stderr := command("report", "scale", filepath.Join(dir, "bench.txt"))
	if code != exitFine {
		t.Errorf("report scale: exit code %d: %s", code, stderr)
	}
	has(t, stdout, "Spin over gomaxprocs")
	// The suite's runner refuses it, and other files too.
	if code, _, stderr := command("-resume", dir); code != exitUsage || !strings.Contains(stderr, "bench test -resume") {
		t.Errorf("bench -resume: %d, %s", code, stderr)
	}
	writeFiles(t, ".", map[string]string{"b_test.go": benchmarks("func BenchmarkMore(b *testing.B) {}")})
	_, stderr = testCommand(t, exitUsage, "-resume", dir)
	has(t, stderr, "the test binary of example.com/m on new", "-force")
}
