package run_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/report/run"
	"conpar/results"
	"conpar/results/rundir"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shape says how a workload behaves: the time of a task at (g, p), and what
// the gauge sees.
type shape struct {
	family, work, kind string
	grid               []int
	time               func(g, p float64) float64 // ns
	inFlight, cpus     func(g, p float64) float64
}

var shapes = []shape{
	{"CPU", "primes", "computing", []int{0, 1, 2, 8},
		func(g, p float64) float64 { return 50e3 / min(max(g, 1), p) * 1.01 },
		func(g, p float64) float64 { return min(max(g, 1), p) }, func(g, p float64) float64 { return 0.99 * min(max(g, 1), p) }},
	{"CPU", "triad", "memory", []int{0, 1, 2, 8},
		func(g, p float64) float64 { return 40e3 / min(max(g, 1), p, 1.2) },
		func(g, p float64) float64 { return min(max(g, 1), p) }, func(g, p float64) float64 { return 0.99 * min(max(g, 1), p) }},
	{"IO", "tcp", "waiting", []int{0, 1, 8, 64, 512},
		func(g, _ float64) float64 { return 10.2e6/max(g, 1) + 14e3 },
		func(g, _ float64) float64 { return max(g, 1) }, func(g, _ float64) float64 { return 0.002 * max(g, 1) }},
}

// synthetic is a run that was never measured. What is zero has a default.
type synthetic struct {
	cpus, rounds int
	shapes       []shape
	foreign      func(round int, cell string) float64 // the share that others took during a sample
	noise        float64                              // of times, as a share
	status       results.Status                       // Running: it was killed
	stop         int                                  // samples after which it stops; 0: all are taken
	fails        func(round int, cell string) string  // why a sample fails
	started      time.Time
}

// record writes a synthetic run of the three shapes into dir.
func record(t testing.TB, dir string, cpus, rounds int, foreign func(round int, cell string) float64) {
	t.Helper()
	synthetic{cpus: cpus, rounds: rounds, foreign: foreign, noise: 0.01}.write(t, dir)
}

func (s synthetic) write(t testing.TB, dir string) {
	t.Helper()
	if s.shapes == nil {
		s.shapes = shapes
	}
	if s.foreign == nil {
		s.foreign = nobody
	}
	if s.started.IsZero() {
		s.started = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	}
	w, err := rundir.Create(dir, results.Run{
		Started: s.started,
		Machine: results.Machine{Name: "made-up", CPU: "Made-up CPU", OS: "linux", Arch: "amd64", Go: "go1.26", Logical: s.cpus, Available: s.cpus, Physical: s.cpus, CPUs: s.cpus},
		Plan:    results.Plan{Profile: "quick", Seed: 42, Rounds: s.rounds, Cells: s.plan()},
	})
	if err != nil {
		t.Fatal(err)
	}
	samples := s.samples(s.started)
	if s.stop > 0 {
		samples = samples[:s.stop]
	}
	if err := w.Append(samples...); err != nil {
		t.Fatal(err)
	}
	if s.status == results.Running {
		return // killed: its journal is all there is
	}
	if s.status == "" {
		s.status = results.Complete
	}
	share := s.foreign(0, "")
	if _, err := w.Finish(s.status, s.started.Add(time.Minute), &share, nil); err != nil {
		t.Fatal(err)
	}
}

// samples returns what the run measures, in order.
func (s synthetic) samples(at time.Time) []results.Sample {
	var out []results.Sample
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range s.rounds {
		for _, w := range s.shapes {
			for _, c := range w.cells(s.cpus) {
				g, p := float64(c.N), float64(c.Procs)
				ns := w.time(g, p) * (1 + s.noise*rng.NormFloat64())
				line := fmt.Sprintf("%s\t1000\t%.6g ns/op", c, ns)
				if w.inFlight != nil {
					line += fmt.Sprintf("\t%.4f cpus\t%.4f inflight\t%.6g tasks/s", w.cpus(g, p), w.inFlight(g, p), 1e9/ns)
				}
				f := s.foreign(round, c.String())
				sample := results.Sample{Round: round, Cell: c.String(), Start: at, Wall: 50e6, Timed: 40e6, Foreign: &f, Line: line}
				if s.fails != nil {
					if sample.Error = s.fails(round, c.String()); sample.Error != "" {
						sample.Line = ""
					}
				}
				out = append(out, sample)
			}
		}
	}
	return out
}

func (w shape) cells(cpus int) []results.Cell {
	procs := []int{1, cpus}
	if cpus == 1 {
		procs = procs[:1]
	}
	var out []results.Cell
	for _, g := range w.grid {
		for _, p := range procs {
			out = append(out, results.Cell{Family: w.family, Work: w.work, Axis: "goroutines", N: g, Procs: p})
		}
	}
	return out
}

func (s synthetic) plan() []results.PlannedCell {
	var cells []results.PlannedCell
	for _, w := range s.shapes {
		for _, c := range w.cells(s.cpus) {
			cells = append(cells, results.PlannedCell{Cell: c.String(), Kind: w.kind, Tasks: 1000})
		}
	}
	return cells
}

func nobody(int, string) float64 { return 0.004 }

// report runs the command in a folder of its own, so that paths in its output
// are the same everywhere.
func report(t *testing.T, dir, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(dir)
	var out, errs bytes.Buffer
	code = run.Run(context.Background(), strings.NewReader(stdin), &out, &errs, args)
	return code, out.String(), errs.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(testdata, name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-update rewrites it):\n%s", name, diff)
	}
}

var testdata = func() string {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		panic(err)
	}
	return dir
}()

func TestReportOfARun(t *testing.T) {
	tests := []struct {
		name         string
		cpus, rounds int
		foreign      func(int, string) float64
	}{
		{"two-cpus", 2, 16, nobody},
		{"one-cpu", 1, 16, nobody},
		{"few-rounds", 2, 3, nobody},
		{"disturbed-now-and-then", 2, 16, func(round int, _ string) float64 {
			if round == 3 || round == 9 {
				return 0.2
			}
			return 0.001
		}},
		{"neighbours", 2, 16, func(round int, cell string) float64 {
			if strings.Contains(cell, "primes") && round < 10 {
				return 0.31
			}
			return 0.001
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			record(t, filepath.Join(root, "run"), tt.cpus, tt.rounds, tt.foreign)
			code, stdout, stderr := report(t, root, "", "run")
			if code != run.Fine || stderr != "" {
				t.Errorf("exit code %d, stderr %q", code, stderr)
			}
			if n := strings.Count(verdictTable.ReplaceAllString(stdout, ""), "\n"); n > 40 {
				t.Errorf("the summary has %d lines beside the verdicts, more than 40", n)
			}
			golden(t, tt.name+".txt", stdout)
			page, err := os.ReadFile("run/report/report.md")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, tt.name+".md", string(page))
			checkLinks(t, "run/report", string(page))
			if _, err := rundir.Read("run"); err != nil {
				t.Errorf("after the report the run is: %v", err)
			}
		})
	}
}

// verdictTable is what a summary says about the claims, a line each.
var verdictTable = regexp.MustCompile(`(?s)\nVerdicts: .*\n(\nGains )`)

var link = regexp.MustCompile(`(?:src|srcset)="([^"]*)"|\]\((charts/[^)]*)\)`)

// checkLinks holds that whatever the page in dir refers to is there.
func checkLinks(t *testing.T, dir, page string) {
	t.Helper()
	found := 0
	for _, m := range link.FindAllStringSubmatch(page, -1) {
		found++
		if _, err := os.Stat(filepath.Join(dir, m[1]+m[2])); err != nil {
			t.Error(err)
		}
	}
	if charts, _ := filepath.Glob(filepath.Join(dir, "charts", "*")); found != len(charts) {
		t.Errorf("the page refers to %d charts, and there are %d", found, len(charts))
	}
}

// A script can have the verdicts alone, and be told of a refutation.
func TestVerdictsAloneAndStrict(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "run"), 2, 16, nobody) // refutes R5
	record(t, filepath.Join(root, "other"), 2, 16, nobody)
	synthetic{cpus: 2, rounds: 16, noise: .01, shapes: shapes[:1]}.write(t, filepath.Join(root, "fine"))
	if err := os.WriteFile(filepath.Join(root, "bench.txt"), []byte("BenchmarkX 1 5 ns/op\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args     []string
		code     int
		out, err string // what is said
		never    string // on stdout
	}{
		{[]string{"-strict", "run"}, run.Refuted, "✗ R5 tcp", "claims 1, definitions and controls 0", ""},
		{[]string{"-strict", "fine"}, run.Fine, "Verdicts: 1 supported, 0 refuted", "", "R3 primes"},
		{[]string{"-strict", "-v", "fine"}, run.Fine, "✓ R3 primes", "", ""},
		{[]string{"-v", "-format", "csv", "fine"}, run.BadInput, "", "-v is for -format text", ""},
		{[]string{"-strict", "-format", "json", "run"}, run.Refuted, `"refuted"`, "refuted", ""},
		{[]string{"-verdicts", "run"}, run.Fine, "✗ R5 tcp", "", "Gains"},
		{[]string{"-verdicts", "-format", "markdown", "run", "other"}, run.Fine, "| ✗ | R5 |", "", "## Gains"},
		{[]string{"-verdicts", "-format", "csv", "run", "other"}, run.Fine, ",R5,Resource usage,", "", "concurrency.mid"},
		{[]string{"-verdicts", "-format", "json", "run"}, run.Fine, `"id": "R5"`, "", "gainsFrom"},
		{[]string{"-verdicts", "-format", "json", "run", "other"}, run.BadInput, "", "one run", ""},
		{[]string{"-verdicts", "-cells", "run"}, run.BadInput, "", "exclude", ""},
		{[]string{"-cells", "-format", "csv", "bench.txt"}, run.Fine, "label,benchmark,goroutines,gomaxprocs,cpus,unit,n,median,lo,hi\nbench.txt,", "", "concurrency.mid"},
		{[]string{"-verdicts", "bench.txt"}, run.BadInput, "", "no verdicts", ""},
		{[]string{"-strict", "bench.txt"}, run.BadInput, "", "no verdicts", ""},
		{[]string{"-verdicts", "-format", "json", "."}, run.BadInput, "", "one run", ""},
	} {
		code, stdout, stderr := report(t, root, "", tt.args...)
		if code != tt.code || !strings.Contains(stdout, tt.out) || !strings.Contains(stderr, tt.err) || (tt.err == "") != (stderr == "") {
			t.Errorf("%v: exit code %d, stdout %q, stderr %q", tt.args, code, stdout, stderr)
		}
		if tt.never != "" && strings.Contains(stdout, tt.never) {
			t.Errorf("%v: stdout has %q", tt.args, tt.never)
		}
	}
}

func TestPlainText(t *testing.T) {
	var text strings.Builder
	text.WriteString("goos: linux\ncpu: X\n")
	for i := range 6 {
		fmt.Fprintf(&text, "BenchmarkSort/size=1000 \t 100\t %d ns/op\t 16 B/op\nBenchmarkSort/size=1000-4 \t 100\t %d ns/op\t 16 B/op\n", 1000+i, 300+i)
	}
	code, stdout, stderr := report(t, t.TempDir(), text.String()+"PASS\n", "-")
	if code != run.Fine || stderr != "" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	golden(t, "plain.txt", stdout)
}

func TestGainsOfPlainText(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "run"), 2, 8, nobody)
	code, stdout, _ := report(t, root, "", "run/bench.txt")
	if code != run.Fine {
		t.Errorf("exit code %d", code)
	}
	golden(t, "plain-gains.txt", stdout)
	if _, err := os.Stat("run/report"); err == nil {
		t.Error("plain text got a page that nobody asked for")
	}
	if code, _, _ := report(t, root, "", "-o", "page", "run/bench.txt"); code != run.Fine {
		t.Errorf("-o: exit code %d", code)
	}
	if _, err := os.Stat("page/charts/throughput.svg"); err != nil {
		t.Error(err)
	}
}

func TestBadInput(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "damaged"), 2, 2, nobody)
	bench := filepath.Join(root, "damaged", rundir.BenchFile)
	data, err := os.ReadFile(bench)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bench, data[:len(data)-40], 0o644); err != nil {
		t.Fatal(err)
	}
	record(t, filepath.Join(root, "one"), 2, 2, nobody)
	record(t, filepath.Join(root, "two"), 2, 2, nobody)
	for name, text := range map[string]string{
		"empty": "", "prose": "Dear reader,\nthere is nothing here.\n", "binary": "\x7fELF\x00\x01\x02",
		"nan": "BenchmarkX 1 NaN ns/op\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "nothing"), 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args []string
		code int
		says string
	}{
		{nil, run.BadInput, "no PATH"},
		{[]string{"-nonsense"}, run.BadInput, "-nonsense"},
		{[]string{"-format", "html", "one"}, run.BadInput, "html"},
		{[]string{"-format", "json", "-cells", "one"}, run.BadInput, "-cells"},
		{[]string{"-format", "json", "-o", "page", "one", "two"}, run.BadInput, "-o"},
		{[]string{"empty"}, run.BadInput, "empty"},
		{[]string{"prose"}, run.BadInput, "prose"},
		{[]string{"binary"}, run.BadInput, "binary"},
		{[]string{"nan"}, run.BadInput, "nan"},
		{[]string{"nothing"}, run.BadInput, "nothing"},
		{[]string{"damaged"}, run.BadInput, "damaged"},
		{[]string{"damaged/bench.txt"}, run.BadInput, "damaged"},
		{[]string{"one/run.json"}, run.BadInput, "name its folder"},
		{[]string{"missing"}, run.IO, "missing"},
		{[]string{"-o", "page", "one", "two"}, run.BadInput, "-o"},
		{[]string{"-o", "empty", "one"}, run.IO, "-o"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			code, _, stderr := report(t, root, "", tt.args...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			last := strings.TrimSpace(stderr[strings.LastIndex("\n"+strings.TrimSpace(stderr), "\n"):])
			if !strings.Contains(last, tt.says) {
				t.Errorf("says %q, want one line with %q", stderr, tt.says)
			}
		})
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left on device") }

func TestFullDiskIsNoticed(t *testing.T) {
	root := t.TempDir()
	record(t, filepath.Join(root, "run"), 2, 2, nobody)
	t.Chdir(root)
	var errs bytes.Buffer
	if code := run.Run(context.Background(), nil, full{}, &errs, []string{"run"}); code != run.IO {
		t.Errorf("exit code %d, stderr %q", code, errs.String())
	}
	if _, err := os.Stat("run/report/report.md"); err != nil {
		t.Errorf("the page, whose disk has room, was not written: %v", err)
	}
}
