package round

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/results"
	"conpar/results/gotest"
)

func TestResultLine(t *testing.T) {
	b := gotest.Benchmark{Package: "p", Name: "BenchmarkA/x=1", Procs: 2, Side: "new"}
	const head = "goos: linux\ngoarch: amd64\npkg: p\ncpu: x\n"
	for out, want := range map[string]string{
		head + "BenchmarkA/x=1-2         \t     100\t    120.5 ns/op\t  0 B/op\t  0 allocs/op\nPASS\n":                "100\t    120.5 ns/op\t  0 B/op\t  0 allocs/op",
		head + "BenchmarkA/x=1-2 \thello      100\t  120 ns/op\nPASS\n":                                               "100\t  120 ns/op",
		head + "BenchmarkA/x=1-2 \tline 1\nline 2\n     100\t  120 ns/op\nPASS\nbye 7\t8\n":                           "100\t  120 ns/op",
		head + "BenchmarkA/x=1-2 \t     100\t         7.000 things\nPASS\n":                                           "100\t         7.000 things",
		head + "BenchmarkA/x=1-2 \t1\t1 ns/op\n       1\t 1e+09 ns/op\t     NaN x/y\n--- BENCH: BenchmarkA\n a log\n": "1\t 1e+09 ns/op\t     NaN x/y",
		"      1\t2 ns/op  \r\n": "",
	} {
		line, _, err := resultLine([]byte(out), b)
		if want != "" && (err != nil || line != "BenchmarkA/x=1-2\t"+want) {
			t.Errorf("%q: %q, %v; want %q", out, line, err, want)
		}
		if wrong := (results.Sample{Cell: b.String(), Line: line}).Check(map[string]string{}); wrong != nil && err == nil {
			t.Errorf("%q: %v", out, wrong)
		}
	}
	if _, timed, _ := resultLine([]byte("BenchmarkA/x=1-2 \t100\t 120 ns/op\n"), b); timed != 12*time.Microsecond {
		t.Errorf("timed %v", timed)
	}
	for out, says := range map[string]string{
		head + "BenchmarkA/x=1-2 \tPASS\n":                                        "skips itself",
		head + "BenchmarkA/x=1-2 \t       0\t         NaN ns/op\t 0 B/op\nPASS\n": "skips itself", // later than its first op
		"PASS\n": "no benchmark of that name ran at GOMAXPROCS 2",
		"":       "no benchmark of that name",
	} {
		if line, _, err := resultLine([]byte(out), b); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, %v; want %q", out, line, err, says)
		}
	}
}

// benchTest is a run of `bench test` whose processes are shell scripts.
func benchTest(t *testing.T, script func(gotest.Benchmark) string) (Config, results.Plan, *gotest.Test, *quiet) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	q := &quiet{}
	cfg := Config{
		Machine: results.Machine{Name: "test", CPU: "x", Logical: 2, Available: 2, CPUs: 2},
		Dir:     filepath.Join(t.TempDir(), "run"), Progress: q, otherCPU: busyIn(), Timeout: time.Minute,
		Command: func(of ...gotest.Benchmark) *exec.Cmd { return exec.Command("sh", "-c", script(of[0])) },
	}
	plan := results.Plan{Profile: "test", Seed: 7, Rounds: 3}
	for _, side := range []string{"old", "new"} {
		for _, name := range []string{"BenchmarkA", "BenchmarkB/n-10", "BenchmarkC"} {
			b := gotest.Benchmark{Package: "example.com/m", Name: name, Procs: 1, Side: side}
			plan.Cells = append(plan.Cells, results.PlannedCell{Cell: b.String(), Expect: time.Millisecond})
		}
	}
	of := &gotest.Test{Packages: []string{"."}, Bench: ".", Sides: []gotest.Side{{Name: "old", Go: "go1"}, {Name: "new", Go: "go1"}}}
	return cfg, plan, of, q
}

func TestRunTest(t *testing.T) {
	cfg, plan, of, q := benchTest(t, func(b gotest.Benchmark) string {
		if b.Name == "BenchmarkC" && b.Side == "new" {
			return "echo 'panic: oh' >&2; exit 2"
		}
		return fmt.Sprintf(`cat; printf '%s \t%%s\n' 'hello  100	 1000 ns/op'`, b.Name)
	})
	r, err := RunTest(context.Background(), cfg, plan, of)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != results.Complete || r.Actual != 15 || r.Failed != 3 || r.Test.Sides[1].Name != "new" {
		t.Errorf("%s: actual %d, failed %d, test %+v", r.Status, r.Actual, r.Failed, r.Test)
	}
	if len(q.said) != 3 || !strings.Contains(q.said[0], "panic: oh") {
		t.Errorf("said %q", q.said)
	}
	// The sides of a benchmark stand next to each other in time.
	samples := slices.Clone(r.Samples)
	slices.SortFunc(samples, func(a, b results.Sample) int { return a.Start.Compare(b.Start) })
	firsts, orders := map[string]bool{}, map[string]bool{}
	for i := 0; i < len(samples); i += 2 {
		a, err := gotest.ParseBenchmark(samples[i].Cell)
		b, err2 := gotest.ParseBenchmark(samples[i+1].Cell)
		if err != nil || err2 != nil || a.Pair() != b.Pair() || a.Side == b.Side || samples[i].Round != samples[i+1].Round {
			t.Errorf("%v was taken beside %v", a, b)
		}
		firsts[a.Side] = true
		orders[a.Name] = true
	}
	if len(firsts) != 2 || len(orders) != 3 {
		t.Errorf("first come %v of %v", firsts, orders)
	}
	text, err := os.ReadFile(filepath.Join(cfg.Dir, "bench.txt"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "goos: \ngoarch: \ncpu: x\nmachine: test\ngo: go1\npkg: example.com/m\nside: old\n" +
		"BenchmarkA\t100\t 1000 ns/op\nBenchmarkB/n-10\t100\t 1000 ns/op\nBenchmarkC\t100\t 1000 ns/op\nside: new\nBenchmarkA\t"
	figures := regexp.MustCompile(`\t[0-9.]+ process-cpus-busy\t\d+ process-voluntary-switches\t\d+ process-involuntary-switches` +
		`\t\d+ process-major-faults(\t\d+ process-peak-bytes)?\n`)
	if n := len(figures.FindAll(text, -1)); n != 15 {
		t.Errorf("%d results have figures of their process:\n%s", n, text)
	}
	if text = figures.ReplaceAll(text, []byte("\n")); !strings.HasPrefix(string(text), want) {
		t.Errorf("bench.txt begins with %.300q, want %q", text, want)
	}
	if p := r.Samples[0].Process; p == nil || p.Voluntary == nil || *p.Voluntary < 0 {
		t.Errorf("of the process is known %+v", p)
	}
}

func TestRunTestEndsWhatHangs(t *testing.T) {
	cfg, plan, of, q := benchTest(t, func(gotest.Benchmark) string { return "sleep 60 & sleep 60" })
	cfg.Timeout, plan.Cells, plan.Rounds = 100*time.Millisecond, plan.Cells[:1], 1
	r, err := RunTest(context.Background(), cfg, plan, of)
	if err != nil || r.Failed != 1 || !strings.Contains(q.said[0], "-timeout") {
		t.Errorf("%v, %d failed, said %q", err, r.Failed, q.said)
	}
}

// Profiles are taken of both ends of GOMAXPROCS, without copies; one that fails costs
// only itself, and is tried again when the run goes on.
func TestProfiles(t *testing.T) {
	says := func(b gotest.Benchmark) string { return "printf '" + b.Printed() + `\t1\t5 ns/op\n'` }
	cfg, plan, of, q := benchTest(t, says)
	plan.Cells = nil
	for _, cell := range []string{"p BenchmarkA P=4 new", "p BenchmarkA P=1 new", "p BenchmarkA P=2 new", "p BenchmarkB P=2 new", "p BenchmarkA P=1 c", "p BenchmarkA P=2 c"} {
		plan.Cells = append(plan.Cells, results.PlannedCell{Cell: cell})
	}
	of.Sides = []gotest.Side{{Name: "new"}, {Name: "c", Copy: true}}
	file := filepath.Join(t.TempDir(), "x.pprof")
	fails := "mutex"
	var taken []string
	cfg.Profile = func(b gotest.Benchmark, kind string) (*exec.Cmd, string) {
		taken = append(taken, fmt.Sprint(kind, b.Procs))
		if kind == fails {
			return exec.Command("sh", "-c", says(b)), file // writes none
		}
		return exec.Command("sh", "-c", says(b)+"; echo "+kind+b.Printed()+" > "+file), file
	}
	r, err := RunTest(t.Context(), cfg, plan, of)
	if err != nil || len(r.Profiles) != 4 || r.Status != results.Complete {
		t.Fatalf("%v, %+v", err, r.Profiles)
	}
	for i, want := range []string{"cpu-0001.pprof", "block-0001.pprof", "cpu-0002.pprof", "block-0002.pprof"} {
		if p := r.Profiles[i]; p.Name != want || !strings.HasPrefix(want, p.Kind+"-") || p.Wall <= 0 {
			t.Errorf("%+v, want %s", p, want)
		}
	}
	if got, _ := os.ReadFile(filepath.Join(cfg.Dir, "block-0002.pprof")); string(got) != "blockBenchmarkA-4\n" {
		t.Errorf("%q", got)
	}
	if text := strings.Join(q.said, "\n"); strings.Count(text, "no mutex profile of p BenchmarkA") != 2 {
		t.Error(text)
	}
	fails, taken = "", nil
	r, err = Resume(t.Context(), cfg, func(*results.Run) {})
	if err != nil || len(r.Profiles) != 6 || !slices.Equal(taken, []string{"mutex1", "mutex4"}) {
		t.Errorf("%v, %+v, %v", err, r.Profiles, taken)
	}
}

// A system takes so many names and no more in one command. The rest is asked of a further
// process.
func TestNamesOfManyBenchmarks(t *testing.T) {
	long := gotest.Benchmark{Package: "example.com/m", Name: "Benchmark" + strings.Repeat("x", mostNames/4), Procs: 1, Side: "new"}
	for n, want := range map[int]int{1: 1, 3: 3, 4: 3, 9: 3} {
		if got := inCommand(slices.Repeat([]gotest.Benchmark{long}, n)); got != want {
			t.Errorf("%d of %d names fit, want %d", got, n, want)
		}
	}
	long.Name = strings.Repeat(long.Name, 9)
	if got := inCommand([]gotest.Benchmark{long, long}); got != 1 {
		t.Errorf("%d names fit that are too long alone, want 1", got)
	}
}
