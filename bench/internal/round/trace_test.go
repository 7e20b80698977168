package round

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
)

const aTrace = "go 1.26 trace\x00\x00\x00"

// ofWork is a planned cell of a workload.
func ofWork(family, work string) suite.Planned {
	return suite.Planned{
		Cell:     results.Cell{Family: family, Work: work, Axis: "goroutines", N: 64, Procs: 1},
		Workload: workloads.Workload{Name: work, Kind: workloads.Computing},
	}
}

// recording is config for a run with a workload that is traced; the process that
// records it is played by record.
func recording(t *testing.T, record func(context.Context) ([]byte, error)) (Config, *quiet, []suite.Planned) {
	cfg, q := config(t, well)
	played := cfg.exchange
	cfg.exchange = func(ctx context.Context, arg string, cpus []int, limit int) ([]byte, time.Duration, error) {
		if limit != maxTrace {
			return played(ctx, arg, cpus, limit)
		}
		out, err := record(ctx)
		return out, 0, err
	}
	return cfg, q, append(cells[:1:1], ofWork("Mixed", "steps"))
}

func TestRunRecordsOneTrace(t *testing.T) {
	recorded := 0
	cfg, q, cells := recording(t, func(context.Context) ([]byte, error) { recorded++; return []byte(aTrace), nil })
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(cfg.Dir, "steps.trace"))
	if err != nil || string(data) != aTrace || len(q.said) > 0 {
		t.Errorf("trace %q, error %v, said %q", data, err, q.said)
	}
	p := r.Plan
	p.Added = append(p.Added, results.Added{Rounds: 1, Cells: []string{cells[0].String()}})
	again, err := Resume(context.Background(), cfg, func(r *results.Run) { r.Plan = p })
	if err != nil || again.Actual != 7 || len(again.Traces) != 1 || again.Traces[0] != r.Traces[0] || recorded != 1 {
		t.Errorf("gone on with: traces %v, error %v, recorded %d times; it had %v", again.Traces, err, recorded, r.Traces)
	}
}

// A run has the traces of the work that it measures, and those that failed or
// were not reached are recorded when it is gone on with.
func TestRunRecordsTracesOfItsWork(t *testing.T) {
	works := map[string][]string{ // names of traces by series
		"Mixed/work=steps":             {"steps"},
		"Mixed/work=kitchen/menu=oven": {"kitchen-sequential", "kitchen-concurrent", "kitchen-parallel"},
		"CPU/work=primes":              {"primes-one", "primes-all"},
		"IO/work=tcp":                  {"tcp-one", "tcp-all"},
	}
	for series, want := range works {
		fails := true
		cfg, q, _ := recording(t, func(context.Context) ([]byte, error) {
			if fails {
				fails = false
				return nil, errors.New("panic: oh")
			}
			return []byte(aTrace), nil
		})
		family, work, _ := strings.Cut(series, "/work=")
		r, err := Run(context.Background(), cfg, plan(), []suite.Planned{ofWork(family, work)})
		if err != nil || len(r.Traces) != len(want)-1 || len(q.said) != 1 {
			t.Fatalf("%s: traces %v, error %v, said %q", series, r.Traces, err, q.said)
		}
		r, err = Resume(context.Background(), cfg, func(*results.Run) {})
		var got []string
		for _, trace := range r.Traces {
			got = append(got, strings.TrimSuffix(trace.Name, ".trace"))
		}
		slices.Sort(got)
		slices.Sort(want)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: traces %v, want %v, error %v", series, got, want, err)
		}
	}
}

func TestInterruptedRecordingSaysNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cfg, q, cells := recording(t, func(context.Context) ([]byte, error) { cancel(); return nil, errors.New("killed") })
	if r, err := Run(ctx, cfg, plan(), cells); err != nil || r.Actual != 6 || len(r.Traces) > 0 || len(q.said) > 0 {
		t.Errorf("%d samples, traces %v, error %v, said %q", r.Actual, r.Traces, err, q.said)
	}
}

// What is traced can be: its workloads exist, with the tasks as equal shares of
// the goroutines, and each cell is traced once.
func TestTracesAreOfCells(t *testing.T) {
	for _, cpus := range []int{1, 2, 6, 64} {
		names, of := map[string]bool{}, map[results.Cell]bool{}
		onOne := cpus == 2 || cpus == 64
		for _, trace := range traces(cpus, onOne) {
			names[trace.name], of[trace.cell] = true, true
			if trace.tasks%trace.cell.N != 0 || trace.cell.Procs > cpus {
				t.Errorf("%d CPUs: %d tasks of %s", cpus, trace.tasks, trace.cell)
			}
			if pinned := trace.cell.CPUs == 1; pinned != (onOne && trace.cell.Procs == 1) {
				t.Errorf("%d CPUs: %s is kept to one: %v", cpus, trace.cell, pinned)
			}
			found := false
			for _, f := range suite.Families() {
				for _, w := range f.Set.All() {
					found = found || f.Name == trace.cell.Family && w.Name == trace.cell.Work && w.Axis.Key == trace.cell.Axis
				}
			}
			if !found {
				t.Errorf("nothing is behind %s", trace.cell)
			}
		}
		want := 8
		if cpus == 1 {
			want = 5
		}
		if len(names) != want || len(of) != want {
			t.Errorf("%d CPUs: traces %v of %d cells, want %d", cpus, names, len(of), want)
		}
	}
}

func TestRunWithoutTheWorkRecordsNoTrace(t *testing.T) {
	cfg, q, _ := recording(t, func(context.Context) ([]byte, error) { t.Error("recorded"); return nil, nil })
	if r, err := Run(context.Background(), cfg, plan(), cells); err != nil || len(r.Traces) > 0 || len(q.said) > 0 {
		t.Errorf("traces %v, error %v, said %q", r.Traces, err, q.said)
	}
}

// A trace illustrates: without it the run is whole, and the reason is said.
func TestFailingTraceLosesNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		record func(context.Context) ([]byte, error)
		want   string
	}{
		"dies":      {func(context.Context) ([]byte, error) { return []byte(aTrace), errors.New("panic: oh") }, "panic: oh"},
		"nothing":   {func(context.Context) ([]byte, error) { return nil, nil }, "begins with"},
		"nonsense":  {func(context.Context) ([]byte, error) { return []byte("hello"), nil }, "hello"},
		"too large": {func(context.Context) ([]byte, error) { return bytes.Repeat([]byte("go 1."), maxTrace), nil }, "larger than"},
		"hangs":     {func(ctx context.Context) ([]byte, error) { <-ctx.Done(); return nil, errors.New("killed") }, "timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, q, cells := recording(t, tt.record)
			r, err := runInNoTime(t, cfg, cells)
			if err != nil || r.Actual != 6 || r.Status != results.Complete || len(r.Traces) > 0 {
				t.Fatalf("%s: %d samples, traces %v, error %v", r.Status, r.Actual, r.Traces, err)
			}
			if len(q.said) != 1 || !strings.Contains(q.said[0], tt.want) || !strings.Contains(q.said[0], "no execution trace") {
				t.Errorf("said %q, want %q", q.said, tt.want)
			}
		})
	}
}

func TestTracesNameNoFolders(t *testing.T) {
	data := []byte("go 1.26 trace\x00/home/ann/src/conpar/bench/main.go\x00/usr/lib/go/src/runtime/proc.go\x00/home/ann2")
	want := []byte("go 1.26 trace\x00/___________________/bench/main.go\x00/__________/src/runtime/proc.go\x00/home/ann2")
	if got := withoutFolders(data, []string{"/home/ann/src/conpar", "/usr/lib/go"}); !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, folder := range sourceFolders() {
		if _, err := os.Stat(folder); err != nil {
			t.Error(err) // the tests run where they were built
		}
	}
}
