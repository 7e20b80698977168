package input_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/report/input"
	"conpar/report/series"
	"conpar/results"
	"conpar/results/rundir"
)

var started = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func share(f float64) *float64 { return &f }

// aRun is a run with two cells and three rounds, in which one sample failed.
func aRun() results.Run {
	return results.Run{
		Started: started,
		Machine: results.Machine{Name: "desk", CPU: "Example CPU", OS: "linux", Arch: "amd64", Go: "go1.26", CPUs: 2},
		Plan: results.Plan{Profile: "quick", Seed: 7, Rounds: 3, Cells: []results.PlannedCell{
			{Cell: "BenchmarkCPU/work=primes/goroutines=1", Kind: "computing", Tasks: 10},
			{Cell: "BenchmarkCPU/work=primes/goroutines=4-2", Kind: "computing", Tasks: 10},
			{Cell: "BenchmarkPool/work=chan/workers=4-2", Kind: "sharing", Tasks: 10},
		}},
	}
}

func sampleOf(round int, cell, values string, foreign *float64) results.Sample {
	return results.Sample{Round: round, Cell: cell, Line: cell + "\t10\t" + values, Foreign: foreign}
}

var samples = []results.Sample{
	sampleOf(0, "BenchmarkCPU/work=primes/goroutines=4-2", "50 ns/op\t1.9 cpus", share(0.01)),
	sampleOf(0, "BenchmarkCPU/work=primes/goroutines=1", "100 ns/op\t1 cpus", nil),
	sampleOf(0, "BenchmarkPool/work=chan/workers=4-2", "7 ns/op", nil),
	sampleOf(1, "BenchmarkCPU/work=primes/goroutines=1", "102 ns/op\t1 cpus", share(0.3)),
	{Round: 1, Cell: "BenchmarkCPU/work=primes/goroutines=4-2", Error: "killed\nby \x1b[31mhand"},
	sampleOf(2, "BenchmarkCPU/work=primes/goroutines=4-2", "NaN ns/op", share(0)),
	sampleOf(2, "BenchmarkCPU/work=primes/goroutines=1", "101 ns/op\t1 cpus", share(0)),
}

// writeRun writes a run into dir and leaves it going on if status says so.
func writeRun(t *testing.T, dir string, status results.Status, run results.Run, samples []results.Sample) {
	t.Helper()
	w, err := rundir.Create(dir, run)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(samples...); err != nil {
		t.Fatal(err)
	}
	if status == results.Running {
		return
	}
	if _, err := w.Finish(status, started.Add(time.Minute), share(0.02), nil); err != nil {
		t.Fatal(err)
	}
}

func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk", "1")
	writeRun(t, dir, results.Interrupted, aRun(), samples)
	d, err := input.Read([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const label = "desk/2026-03-01T10:00:00Z"
	want := "source " + label + "\n" +
		label + "|CPU/work=primes|1|1|cpus [1 1 1]; sec/op [1e-07 1.02e-07 1.01e-07]\n" +
		label + "|CPU/work=primes|4|2|cpus [1.9]; sec/op [5e-08]\n" +
		label + "|Pool/work=chan/workers=4|-1|2|sec/op [7e-09]\n" +
		"! " + filepath.Join(dir, "bench.txt") + ":13: left out: a value of NaN ns/op\n"
	if got := dump(d); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	text, err := os.ReadFile(filepath.Join(dir, "bench.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if line := strings.Split(string(text), "\n")[12]; !strings.Contains(line, "NaN") {
		t.Errorf("line 13 of bench.txt is %q", line)
	}
	one := d.Source(label).Find(series.Key{Name: "CPU/work=primes", Goroutines: 1, Procs: 1})
	if !slices.Equal(one.Rounds, []int{0, 1, 2}) || !math.IsNaN(one.Foreign[0]) || one.Foreign[1] != 0.3 || one.Foreign[2] != 0 {
		t.Errorf("rounds %v, foreign %v", one.Rounds, one.Foreign)
	}
	run := *d.Sources[0].Run
	kinds := fmt.Sprint(run.Kinds)
	if want := "map[CPU/work=primes:computing Pool/work=chan/workers=4:sharing]"; kinds != want {
		t.Errorf("kinds %s, want %s", kinds, want)
	}
	want = "[BenchmarkCPU/work=primes/goroutines=4-2, round 2: killed by hand]"
	if got := fmt.Sprint(run.Failures); got != want {
		t.Errorf("failures %s, want %s", got, want)
	}
	if !math.IsNaN(run.Steal) || run.Foreign != 0.02 {
		t.Errorf("steal %v, foreign %v", run.Steal, run.Foreign)
	}
	if p := run.Plan; !run.Started.Equal(started) || run.Status != results.Interrupted || p.Profile != "quick" || p.Seed != 7 || p.Rounds != 3 ||
		run.Look() != 1 || run.Planned != 9 || run.Actual != 6 || run.Failed != 1 || run.Machine.CPUs != 2 || run.Samples != nil {
		t.Errorf("got run\n%+v", run)
	}
	if c := d.Sources[0].Config; c["machine"] != "desk" || c["go"] != "go1.26" || c["cpu"] != "Example CPU" || c["pkg"] != "conpar/bench" {
		t.Errorf("config %v", c)
	}
}

// A run that goes on is read from its journal; warnings name its lines. Rounds
// come out in order whatever order they were taken in.
func TestRunningRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "1")
	mixed := slices.Concat(samples[3:], samples[:3])
	writeRun(t, dir, results.Running, aRun(), mixed)
	d, err := input.Read([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	one := d.Sources[0].Find(series.Key{Name: "CPU/work=primes", Goroutines: 1, Procs: 1})
	if !slices.Equal(one.Rounds, []int{0, 1, 2}) || one.Foreign[1] != 0.3 {
		t.Errorf("rounds %v, foreign %v", one.Rounds, one.Foreign)
	}
	journal := filepath.Join(dir, "journal.jsonl")
	want := []series.Warning{
		{File: journal, Line: 4, Text: "left out: a value of NaN ns/op", Lost: true},
	}
	if !slices.Equal(d.Warnings, want) {
		t.Errorf("warnings %v, want %v", d.Warnings, want)
	}
	if d.Sources[0].Run.Status != "running" {
		t.Errorf("status %q", d.Sources[0].Run.Status)
	}
}

// A run, and its bench.txt read as plain text, hold the same values.
func TestRunEqualsItsText(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "1")
	writeRun(t, dir, results.Complete, aRun(), samples)
	d, err := input.Read([]string{dir, filepath.Join(dir, "bench.txt")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Sources) != 2 || len(d.Sources[0].Cells()) != len(d.Sources[1].Cells()) {
		t.Fatalf("got\n%s", dump(d))
	}
	for _, p := range d.Sources[0].Cells() {
		if q := d.Sources[1].Find(p.Key); q == nil || written(p.Units) != written(q.Units) {
			t.Errorf("the run has %+v, its text %+v", p, q)
		}
	}
}

func TestFolderOfRuns(t *testing.T) {
	root := t.TempDir()
	later := aRun()
	later.Started = started.Add(time.Hour)
	writeRun(t, filepath.Join(root, "desk", "1"), results.Complete, aRun(), samples)
	writeRun(t, filepath.Join(root, "desk", "2"), results.Complete, later, samples)
	writeRun(t, filepath.Join(root, "desk", "3-copy"), results.Complete, later, samples)
	writeRun(t, filepath.Join(root, "desk", "4-damaged"), results.Complete, later, samples)
	write(t, filepath.Join(root, "desk", "4-damaged", "bench.txt"), "cut")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Skip(err)
	}
	d, err := input.Read([]string{link, filepath.Join(root, "desk", "2")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, s := range d.Sources {
		labels = append(labels, s.Label)
	}
	want := []string{"desk/2026-03-01T10:00:00Z", "desk/2026-03-01T11:00:00Z", "desk/2026-03-01T11:00:00Z #2"}
	if !slices.Equal(labels, want) {
		t.Errorf("labels %q, want %q", labels, want)
	}
	if got, want := d.Sources[1].Path, filepath.Join(link, "desk", "2"); got != want {
		t.Errorf("path %q, want %q", got, want)
	}
	var texts []string
	for _, w := range d.Warnings {
		if w.Line == 0 {
			texts = append(texts, w.Text)
		}
	}
	wantTexts := []string{
		"left out: the run is damaged: bench.txt does not match SHA256SUMS; restore the folder from a copy, or measure again",
		"named twice; read once",
	}
	if !slices.Equal(texts, wantTexts) {
		t.Errorf("warnings %q, want %q", texts, wantTexts)
	}
}

func TestBadRuns(t *testing.T) {
	root := t.TempDir()
	failed := samples[4]
	failed.Error = "no gcc"
	writeRun(t, filepath.Join(root, "failed"), results.Complete, aRun(), []results.Sample{failed})
	writeRun(t, filepath.Join(root, "damaged"), results.Complete, aRun(), samples)
	write(t, filepath.Join(root, "damaged", "run.json"), "{}")
	writeRun(t, filepath.Join(root, "lines"), results.Running, aRun(), samples[:1])
	journal := filepath.Join(root, "lines", "journal.jsonl")
	text, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	write(t, journal, strings.Replace(string(text), `50 ns/op`, `50 ns/op\nBenchmarkB 1 1 x`, 1))
	write(t, filepath.Join(root, "killed", "journal.jsonl"), "")
	write(t, filepath.Join(root, "none", "bench.txt"), good)
	for name, test := range map[string]struct {
		want  string
		cause error
	}{
		"failed":  {"no sample gave a result; the first one: BenchmarkCPU/work=primes/goroutines=4-2, round 2: no gcc; measure again", nil},
		"damaged": {"the run is damaged: run.json does not match SHA256SUMS; restore the folder from a copy, or measure again", rundir.ErrDamaged},
		"lines":   {"the run is damaged: journal.jsonl line 2: it does not match its digest; restore the folder from a copy, or measure again", rundir.ErrDamaged},
		"killed":  {"no run here: it was killed before its first sample; name a folder that the runner has written, or a file with results", rundir.ErrNoRun},
		"none":    {"no run here; name a folder that the runner has written, or a file with results", rundir.ErrNoRun},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(root, name)
			d, err := input.Read([]string{path}, nil)
			if d != nil || !errors.Is(err, input.ErrBadInput) || test.cause != nil && !errors.Is(err, test.cause) {
				t.Fatalf("got %v, error %v", d, err)
			}
			if err.Error() != path+": "+test.want {
				t.Errorf("got\n%v\nwant\n%s: %s", err, path, test.want)
			}
		})
	}
	if _, err := input.Read([]string{root}, nil); !errors.Is(err, input.ErrBadInput) {
		t.Errorf("nothing but bad runs: %v", err)
	}
}
