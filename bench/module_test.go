package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conpar/results/rundir"
)

// module writes a module of somebody else's and goes there. Temporary files go into
// a folder that is to be empty at the end.
func module(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	if files["go.mod"] == "" {
		writeFiles(t, dir, map[string]string{"go.mod": "module example.com/m\n\ngo 1.24\n"})
	}
	writeFiles(t, dir, files)
	t.Chdir(dir)
	t.Cleanup(func() {
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
			t.Errorf("%v is left behind", left)
		}
	})
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// benchmarks is a test file with some functions.
func benchmarks(body string) string { return "package m\n\nimport \"testing\"\n\n" + body }

const spins = `
func BenchmarkSpin(b *testing.B) { for range b.N { spin() } }
func BenchmarkParallel(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) { for pb.Next() { spin() } })
}

var sink int

func spin() int { n := 0; for i := range 1000 { n += i ^ n }; return n }
`

// testCommand runs bench test, which is to end with this code.
func testCommand(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	got, stdout, stderr := command(append([]string{"test"}, args...)...)
	if got != code {
		t.Fatalf("bench test %q: exit code %d, want %d; stdout:\n%s\nstderr:\n%s", args, got, code, stdout, stderr)
	}
	return stdout, stderr
}

// Where a process takes long to start, the benchmarks of a package share one.
func TestModuleTogether(t *testing.T) {
	module(t, map[string]string{"a_test.go": strings.Replace(benchmarks(spins), "\"testing\"", "(\n\"os\"\n\"testing\"\n\"time\"\n)", 1) + `
func TestMain(m *testing.M) { time.Sleep(1050 * time.Millisecond); os.Exit(m.Run()) }
func BenchmarkSkips(b *testing.B) { if b.N > 1 { b.Skip("later") } }
`})
	out := t.TempDir()
	args := []string{"-cpu", "1,2", "-benchtime", "1ms", "-rounds", "1", "-repeat=false", "-report=false", "-out", out}
	_, stderr := testCommand(t, exitUsage, args...)
	has(t, stderr, "Starting example.com/m takes 1.", "Its benchmarks share a process", "-together=false", "is left out where several",
		"BenchmarkSkips P=2 new in round 1: it printed no result: it skips itself", "2 of 6 samples failed")
	dirs, err := rundir.Find(out)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := rundir.Read(dirs[0]); err != nil || r.Actual != 4 || r.Samples[0].Process != nil || r.Plan.Cells[3].ShareProcess != "example.com/m new" {
		t.Errorf("%v, %+v", err, r)
	}
}

// has checks that a text has parts.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

// What is wrong with the flags is said before anything is built.
func TestModuleRefuses(t *testing.T) {
	module(t, nil)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"-bench", "("}, "-bench"},
		{[]string{"-benchtime", "100x"}, "RunParallel"},
		{[]string{".", "-bench", "X"}, "flags go before the packages"},
		{[]string{"-floor", "Fine=5"}, "such as 'Encode>=5@8'"},
		{[]string{"-strict"}, "or a -floor"},
		{[]string{"-force"}, "-force needs -resume or -add"},
		{[]string{"-add", "x", "-resume", "y"}, "-add cannot be given"},
		{[]string{"-add", "x", "-cpu", "1"}, "-add continues a run whose plan is fixed, so -cpu cannot be given"},
		{[]string{"-pprof", "-cpu", "2,2"}, "give two, such as -cpu 1,2"},
		{[]string{"-resume", "x", "-cpu", "1"}, "-cpu cannot be given"},
		{[]string{"-resume", "x", "./..."}, "./... cannot be given"},
		{[]string{"-resume", "x"}, "x"},
	} {
		refused(t, tt.says, tt.args...)
	}
}

// refused runs bench test, which is to say what is wrong with its arguments.
func refused(t *testing.T, says string, args ...string) {
	t.Helper()
	stdout, stderr := testCommand(t, exitUsage, args...)
	if stdout != "" || !strings.Contains(stderr, says) {
		t.Errorf("%q: stdout %q, stderr %s; want %q", args, stdout, stderr, says)
	}
}

// The help explains every flag, in 24 lines or some more of at most 90 columns.
func TestModuleHelp(t *testing.T) {
	help, _ := testCommand(t, exitFine, "-h")
	for line := range strings.Lines(help) {
		if len(line) > 91 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
	var o options
	set := flag.NewFlagSet("", flag.ContinueOnError)
	o.declareRounds(set)
	new(testOptions).declare(set)
	set.VisitAll(func(f *flag.Flag) { has(t, help, "\n  -"+f.Name) })
}

// Whether a run can be kept is found out before anything is built, and nothing is left
// where nothing is measured.
func TestModuleTriesTheFolderFirst(t *testing.T) {
	module(t, map[string]string{"a_test.go": benchmarks("func BenchmarkBad(b *testing.B) { undefined() }\n"), "file": ""})
	if _, says := testCommand(t, exitIO, "-out", "file/runs"); !strings.Contains(says, "cannot write results below file/runs: ") ||
		strings.Contains(says, "undefined") {
		t.Error(says)
	}
	if _, says := testCommand(t, exitUsage, "-out", "new/runs"); !strings.Contains(says, "undefined") {
		t.Error(says)
	}
	if _, err := os.Stat("new"); err == nil {
		t.Error("a folder is left without a run")
	}
}
