package rundir_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conpar/results"
	"conpar/results/rundir"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// written writes a small run with three samples, one of them failed, and
// returns the writer before it is finished.
func written(t testing.TB, dir string) *rundir.Writer {
	t.Helper()
	quota := 1.5
	w, err := rundir.Create(dir, results.Run{
		Started: start,
		Machine: results.Machine{Name: "test", CPU: "A CPU", OS: "linux", Arch: "amd64", Go: "go1.26", Logical: 2, Quota: &quota, CPUs: 1},
		Plan: results.Plan{Profile: "quick", Seed: 1<<64 - 1, Rounds: 1, Cells: []results.PlannedCell{
			{Cell: "BenchmarkCPU/work=primes/goroutines=8", Kind: "computing", Tasks: 800},
			{Cell: "BenchmarkCPU/work=primes/goroutines=8-2", Kind: "computing", Tasks: 1600, Oversubscribed: true},
			{Cell: "BenchmarkIO/work=tcp/goroutines=0", Kind: "waiting", Tasks: 7},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	foreign, delay := 0.01, int64(12345)
	for _, s := range []results.Sample{
		{Cell: "BenchmarkCPU/work=primes/goroutines=8-2", Start: start, Wall: 48e6, Timed: 40e6, CPU: 88e6, Foreign: &foreign, RunDelay: &delay,
			Line: "BenchmarkCPU/work=primes/goroutines=8-2\t1600\t25000 ns/op"},
		{Cell: "BenchmarkIO/work=tcp/goroutines=0", Start: start, Error: "it hung"},
		{Cell: "BenchmarkCPU/work=primes/goroutines=8", Start: start, Wall: 48e6,
			Line: "BenchmarkCPU/work=primes/goroutines=8\t800\t50000 ns/op"},
	} {
		if err := w.Append(s); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// traced is a cell, and stands for an execution trace of it.
var traced = results.Cell{Family: "Mixed", Work: "steps", Axis: "goroutines", N: 8, Procs: 2}

func addTrace(t *testing.T, w *rundir.Writer) {
	t.Helper()
	if err := w.AddTrace("steps.trace", traced, []byte("go 1.26 trace\x00\x00\x00\n")); err != nil {
		t.Fatal(err)
	}
}

func finished(t *testing.T) (dir string, r results.Run) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "test", "run")
	foreign := 0.02
	w := written(t, dir)
	addTrace(t, w)
	r, err := w.Finish(results.Complete, start.Add(time.Minute), &foreign, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, r
}

func TestWriteThenRead(t *testing.T) {
	dir, finished := finished(t)
	got, err := rundir.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(finished, got); diff != "" {
		t.Errorf("what was read differs from what was finished:\n%s", diff)
	}
	if got.Planned != 3 || got.Actual != 2 || got.Failed != 1 || got.Status != results.Complete {
		t.Errorf("planned %d, actual %d, failed %d, %s", got.Planned, got.Actual, got.Failed, got.Status)
	}
	if got.Plan.Seed != 1<<64-1 {
		t.Errorf("seed %d", got.Plan.Seed)
	}
	bench, err := os.ReadFile(filepath.Join(dir, rundir.BenchFile))
	if err != nil {
		t.Fatal(err)
	}
	want := `goos: linux
goarch: amd64
pkg: conpar/bench
cpu: A CPU
machine: test
go: go1.26
Unit tasks/s better=higher
BenchmarkCPU/work=primes/goroutines=8	800	50000 ns/op
BenchmarkCPU/work=primes/goroutines=8-2	1600	25000 ns/op
`
	if diff := cmp.Diff(want, string(bench)); diff != "" {
		t.Errorf("bench.txt:\n%s", diff)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 4 {
		t.Errorf("the folder holds %v, want four files", names)
	}
	if len(got.Traces) != 1 || got.Traces[0].Name != "steps.trace" || got.Traces[0].Cell != traced.String() {
		t.Errorf("traces %v", got.Traces)
	}
}

// SHA256SUMS is what the usual tool checks.
func TestSumsAreOfAllFiles(t *testing.T) {
	dir, _ := finished(t)
	sums, err := os.ReadFile(filepath.Join(dir, rundir.SumsFile))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		data, err := os.ReadFile(filepath.Join(dir, name))
		if want := fmt.Sprintf("%x", sha256.Sum256(data)); err != nil || sum != want {
			t.Errorf("%s: digest %s, want %s, error %v", name, sum, want, err)
		}
		names = append(names, name)
	}
	if diff := cmp.Diff([]string{rundir.BenchFile, rundir.RunFile, "steps.trace"}, names); diff != "" {
		t.Error(diff)
	}
}

// A trace that only one of run.json and SHA256SUMS knows of is damage as well.
func TestTracesAreListedTwice(t *testing.T) {
	dir, _ := finished(t)
	path := filepath.Join(dir, rundir.SumsFile)
	sums, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(sums), "\n")
	if err := os.Rename(filepath.Join(dir, "steps.trace"), filepath.Join(dir, "other.trace")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"fewer":   lines[0] + lines[1],
		"renamed": strings.Replace(string(sums), "steps", "other", 1),
		"twice":   strings.Replace(string(sums)+lines[2], "steps", "other", 2),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A run that was killed is read from its journal, wherever the kill fell: no
// sample but the last is lost.
func TestJournalCutAnywhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	written(t, dir)
	path := filepath.Join(dir, rundir.JournalFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := strings.Index(string(whole), "\n") + 1
	everyCut(t, path, func(at int) {
		r, err := rundir.Read(dir)
		if at < head {
			if !errors.Is(err, rundir.ErrNoRun) {
				t.Fatalf("cut at %d: error %v", at, err)
			}
			return
		}
		want := strings.Count(string(whole[head:at]), "\n")
		if err != nil || len(r.Samples) != want || r.Status != results.Running {
			t.Fatalf("cut at %d: %d samples, status %q, error %v; want %d", at, len(r.Samples), r.Status, err, want)
		}
	})
}

func TestJournalWithGarbageIsDamaged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	written(t, dir)
	f, err := os.OpenFile(filepath.Join(dir, rundir.JournalFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("{}\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := rundir.Read(dir); !errors.Is(err, rundir.ErrDamaged) {
		t.Errorf("error %v", err)
	}
}

func TestCreateTouchesNoEarlierRun(t *testing.T) {
	dir, _ := finished(t)
	if _, err := rundir.Create(dir, results.Run{}); !errors.Is(err, os.ErrExist) {
		t.Errorf("error %v", err)
	}
	if _, err := rundir.Read(dir); err != nil {
		t.Errorf("the earlier run: %v", err)
	}
}

func TestAddTraceRefuses(t *testing.T) {
	w := written(t, filepath.Join(t.TempDir(), "run"))
	addTrace(t, w)
	for _, name := range []string{"steps.trace", "", "steps", "../steps.trace", "a/b.trace", "Steps.trace", "-steps.trace", "steps-.trace", "a--b.trace", rundir.RunFile} {
		if err := w.AddTrace(name, traced, nil); err == nil {
			t.Errorf("%q: accepted", name)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	w := written(t, filepath.Join(t.TempDir(), "run"))
	for name, s := range map[string]results.Sample{
		"no cell":         {Cell: "BenchmarkX", Line: "BenchmarkX\t1\t1 ns/op"},
		"another's line":  {Cell: "BenchmarkIO/work=tcp/goroutines=0", Line: "BenchmarkIO/work=tcp/goroutines=01\t1\t1 ns/op"},
		"two lines":       {Cell: "BenchmarkIO/work=tcp/goroutines=0", Line: "BenchmarkIO/work=tcp/goroutines=0\t1\t1 ns/op\nx"},
		"neither nor":     {Cell: "BenchmarkIO/work=tcp/goroutines=0"},
		"carriage return": {Cell: "BenchmarkIO/work=tcp/goroutines=0", Line: "BenchmarkIO/work=tcp/goroutines=0\t1\r"},
	} {
		if err := w.Append(s); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAppendWritesWhatIsBeforeARefusedSample(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	cell := func(work string) string { return "BenchmarkCPU/work=" + work + "/goroutines=1" }
	w, err := rundir.Create(dir, results.Run{Plan: results.Plan{Rounds: 1, Cells: []results.PlannedCell{
		{Cell: cell("a"), Kind: "computing", Tasks: 1}, {Cell: cell("b"), Kind: "computing", Tasks: 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	sample := func(work string) results.Sample { return results.Sample{Cell: cell(work), Error: "it hung"} }
	if err := w.Append(sample("a"), sample("a"), sample("b")); err == nil {
		t.Error("a sample that is there twice was accepted")
	}
	if err := w.Append(sample("b")); err != nil {
		t.Error(err)
	}
	if r, err := rundir.Read(dir); err != nil || r.Failed != 2 || len(r.Samples) != 2 {
		t.Errorf("%d samples, %v; want a and b", len(r.Samples), err)
	}
}

// That a folder cannot be locked at all does not mean that somebody has it.
func TestReopenWhereNothingCanBeLocked(t *testing.T) {
	_, err := rundir.Reopen(filepath.Join(t.TempDir(), "nothing"), func(*results.Run) {})
	if !errors.Is(err, os.ErrNotExist) || errors.Is(err, rundir.ErrBusy) {
		t.Errorf("error %v", err)
	}
}

// However many want to go on with a run, one does at a time, also while the
// one before removes its lock.
func TestOneWriterAtATime(t *testing.T) {
	dir, _ := finished(t)
	var writers, most, turns atomic.Int32
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for turns.Load() < 20 {
				w, err := rundir.Reopen(dir, func(*results.Run) {})
				if errors.Is(err, rundir.ErrBusy) {
					runtime.Gosched()
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := writers.Add(1); n > 1 {
					most.Store(n)
				}
				turns.Add(1)
				runtime.Gosched()
				writers.Add(-1)
				if _, err := w.Finish(results.Complete, start, nil, nil); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	if n := most.Load(); n > 0 {
		t.Errorf("%d writers at once", n)
	}
}

// What a kill left half-written is gone when the run is gone on with, and what
// is somebody's own stays.
func TestReopenRemovesParts(t *testing.T) {
	dir, _ := finished(t)
	for _, name := range []string{".bench.txt.123", ".steps.trace.4", ".kitchen-parallel.trace.5", ".run.json.note", "bench.txt.5"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, err := rundir.Reopen(dir, func(*results.Run) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(results.Complete, start, nil, nil); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{".run.json.note", rundir.SumsFile, rundir.BenchFile, "bench.txt.5", rundir.RunFile, "steps.trace"}
	if diff := cmp.Diff(want, left); err != nil || diff != "" {
		t.Errorf("error %v\n%s", err, diff)
	}
}

// A run that cannot be begun leaves its folder as it was.
func TestCreateLeavesNothingWhenItFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := rundir.Create(dir, results.Run{Plan: results.Plan{Rounds: -1}}); err == nil {
		t.Error("no error")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"a/2", "a/1", "b/1"} {
		if _, err := written(t, filepath.Join(root, name)).Finish(results.Complete, start, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	written(t, filepath.Join(root, "b/2")) // still going on
	if err := os.MkdirAll(filepath.Join(root, "a/1", rundir.ReportDir, rundir.RunFile), 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := rundir.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range []string{"a/1", "a/2", "b/1", "b/2"} {
		want = append(want, filepath.Join(root, name))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := rundir.Find(t.TempDir()); !errors.Is(err, rundir.ErrNoRun) {
		t.Errorf("an empty folder: error %v", err)
	}
}

// What a run has is kept when it is gone on with, whether it was finished or
// killed; nothing is there twice, and the plan may grow.
func TestReopen(t *testing.T) {
	for name, finish := range map[string]bool{"finished": true, "killed": false} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			w := written(t, dir)
			addTrace(t, w)
			if finish {
				if _, err := w.Finish(results.Interrupted, start, nil, nil); err != nil {
					t.Fatal(err)
				}
			} else {
				if _, err := rundir.Reopen(dir, func(*results.Run) {}); !errors.Is(err, rundir.ErrBusy) {
					t.Errorf("a run that is being written was gone on with: %v", err)
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
			}
			before, err := rundir.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			cell := "BenchmarkIO/work=tcp/goroutines=0"
			w, err = rundir.Reopen(dir, func(r *results.Run) {
				r.Plan.Added = []results.Added{{Rounds: 1, Cells: []string{cell}}}
			})
			if err != nil {
				t.Fatal(err)
			}
			// A kill now loses nothing.
			if again, err := rundir.Read(dir); err != nil || cmp.Diff(before.Samples, again.Samples) != "" || again.Status != results.Running {
				t.Errorf("reopened: %s, error %v:\n%s", again.Status, err, cmp.Diff(before.Samples, again.Samples))
			}
			if err := w.Append(results.Sample{Round: 1, Cell: cell, Start: start, Line: cell + "\t7\t10200000 ns/op"}); err != nil {
				t.Fatal(err)
			}
			after, err := w.Finish(results.Complete, start, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if after.Planned != 4 || after.Actual != 3 || after.Failed != 1 || len(after.Samples) != 4 {
				t.Errorf("planned %d, actual %d, failed %d, %d samples", after.Planned, after.Actual, after.Failed, len(after.Samples))
			}
			byCell := cmpopts.SortSlices(func(a, b results.Sample) bool { return a.Cell < b.Cell })
			if diff := cmp.Diff(before.Samples, after.Samples[:3], byCell); diff != "" {
				t.Errorf("samples changed:\n%s", diff)
			}
			if diff := cmp.Diff(before.Traces, after.Traces); diff != "" || len(after.Traces) != 1 {
				t.Errorf("traces changed:\n%s", diff)
			}
		})
	}
}

// BenchmarkAppend is what a run waits for between two samples.
func BenchmarkAppend(b *testing.B) {
	cell := "BenchmarkCPU/work=primes/goroutines=8"
	w, err := rundir.Create(filepath.Join(b.TempDir(), "test", "run"), results.Run{
		Started: start, Machine: results.Machine{Name: "test", Logical: 1},
		Plan: results.Plan{Rounds: b.N, Cells: []results.PlannedCell{{Cell: cell, Tasks: 800}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	b.ResetTimer()
	for round := range b.N {
		s := results.Sample{Round: round, Cell: cell, Start: start, Wall: 48e6, Line: cell + "\t800\t50000 ns/op"}
		if err := w.Append(s); err != nil {
			b.Fatal(err)
		}
	}
}
