package round

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conpar/bench/suite"
	"conpar/results"
	"conpar/results/rundir"
	"conpar/workloads"
)

// quiet collects what is said.
type quiet struct{ said []string }

func (q *quiet) Begin(string, int)               {}
func (q *quiet) Step(int, string, time.Duration) {}
func (q *quiet) Say(line string)                 { q.said = append(q.said, line) }
func (q *quiet) End()                            {}

func planned(work string, g, procs int) suite.Planned {
	return suite.Planned{
		Cell:     results.Cell{Family: "CPU", Work: work, Axis: "goroutines", N: g, Procs: procs},
		Workload: workloads.Workload{Name: work, Kind: workloads.Computing},
	}
}

// cells of the runs here, whose processes are played.
var cells = []suite.Planned{planned("a", 1, 1), planned("b", 8, 1), planned("b", 8, 4)}

func plan() results.Plan { return results.Plan{Profile: "quick", Seed: 7, Rounds: 3} }

// config is a run whose processes are played by answer, which says what one
// prints of a cell; an error ends it there.
func config(t *testing.T, answer func(sampleRequest) (string, error)) (Config, *quiet) {
	t.Helper()
	q := &quiet{}
	return Config{
		Machine:  results.Machine{Name: "test", CPU: "x", Logical: 2, Available: 2, CPUs: 2},
		Dir:      filepath.Join(t.TempDir(), "run"),
		Progress: q,
		otherCPU: busyIn(), // never
		exchange: func(ctx context.Context, arg string, _ []int, _ int) ([]byte, time.Duration, error) {
			var req request
			if err := json.Unmarshal([]byte(arg), &req); err != nil {
				return nil, 0, err
			}
			var all []byte
			for _, a := range req.Samples {
				out, err := answer(a)
				if out == "hang" {
					<-ctx.Done()
					return all, 0, errors.New("killed")
				}
				all = append(all, out...)
				if err == errLeaves {
					return all, 0, nil
				}
				if err != nil {
					return all, 0, err
				}
			}
			return all, 0, nil
		},
	}, q
}

// runInNoTime is Run by a clock that stands still as long as anything goes on:
// only what hangs meets its timeout, however busy the machine is.
func runInNoTime(t *testing.T, cfg Config, cells []suite.Planned) (r results.Run, err error) {
	t.Helper()
	synctest.Test(t, func(*testing.T) { r, err = Run(context.Background(), cfg, plan(), cells) })
	return r, err
}

// errLeaves ends a process as if nothing were wrong.
var errLeaves = errors.New("exit 0")

// well answers as a healthy process does.
func well(req sampleRequest) (string, error) {
	if req.Tasks == 0 {
		return tasks(100 * max(1, req.Cell.N)), nil
	}
	return fmt.Sprintf("{\"tasks\":%d,\"timedNs\":40000000,\"runDelay\":null,\"line\":\"%s\\t%d\\t1000 ns/op\"}\n", req.Tasks, req.Cell, req.Tasks), nil
}

// tasks is what a process prints that calibrated.
func tasks(n int) string { return fmt.Sprintf("{\"tasks\":%d}\n", n) }

func TestRunMeasuresEveryCellOncePerRound(t *testing.T) {
	cfg, q := config(t, well)
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != results.Complete || r.Planned != 9 || r.Actual != 9 || r.Failed != 0 || len(q.said) > 0 {
		t.Errorf("%s: planned %d, actual %d, failed %d, said %q", r.Status, r.Planned, r.Actual, r.Failed, q.said)
	}
	count := map[string]int{}
	for i, s := range r.Samples {
		if s.Round != i/3 {
			t.Errorf("sample %d is of round %d", i, s.Round)
		}
		count[fmt.Sprint(s.Round, s.Cell)]++
	}
	if len(count) != 9 {
		t.Errorf("not every cell was measured once per round: %v", count)
	}
	for i, over := range []bool{false, false, true} {
		if r.Plan.Cells[i].Oversubscribed != over {
			t.Errorf("%s oversubscribed: %v", r.Plan.Cells[i].Cell, !over)
		}
	}
}

// The order is one of units, and in each of the cells.
func TestOrderIsShuffledAndRepeatable(t *testing.T) {
	together := make([]string, 40)
	for i := range together {
		if i%3 == 0 {
			together[i] = []string{"java", "python"}[i%2]
		}
	}
	pairs := make([]string, len(together))
	flat := func(seed uint64, round int) []int { return slices.Concat(order(seed, round, together, pairs)...) }
	if !slices.Equal(flat(7, 3), flat(7, 3)) {
		t.Error("the same seed and round gave two orders")
	}
	if slices.Equal(flat(7, 3), flat(7, 4)) || slices.Equal(flat(7, 3), flat(8, 3)) {
		t.Error("two rounds or seeds gave one order")
	}
	grouped := map[string]bool{}
	for _, u := range order(7, 3, together, pairs) {
		for _, i := range u {
			if name := together[i]; name != together[u[0]] || name == "" && len(u) > 1 || name != "" && len(u) != 7 {
				t.Errorf("one process for %v", u)
			}
		}
		if name := together[u[0]]; name != "" && (grouped[name] || slices.IsSorted(u)) {
			t.Errorf("%s has the unit %v; want one, shuffled", name, u)
		}
		grouped[together[u[0]]] = true
	}
	all := flat(7, 3)
	slices.Sort(all)
	for i, v := range all {
		if i != v {
			t.Fatalf("not a permutation: %v", all)
		}
	}
}

func TestFailuresAreNamedCountedAndLeftOut(t *testing.T) {
	bad := planned("b", 8, 4).Cell
	tests := map[string]struct {
		answer func(sampleRequest) (string, error)
		want   string
	}{
		"says why":       {func(sampleRequest) (string, error) { return `{"error":"the checksum is wrong"}`, errors.New("exit 1") }, "the checksum is wrong"},
		"dies":           {func(sampleRequest) (string, error) { return "", errors.New("exit status 2: panic: oh") }, "panic: oh"},
		"hangs":          {func(sampleRequest) (string, error) { return "hang", nil }, "timeout"},
		"prints nothing": {func(sampleRequest) (string, error) { return "", nil }, "unexpected end of JSON"},
		"prints garbage": {func(sampleRequest) (string, error) { return "hello\nworld\n", nil }, "printed no result"},
		"prints half":    {func(r sampleRequest) (string, error) { return "{\"tasks\":10,\"line\":\"" + r.Cell.String(), nil }, "unexpected end of JSON"},
		"another's line": {func(sampleRequest) (string, error) {
			return "{\"tasks\":1,\"line\":\"BenchmarkX\\t1\\t1 ns/op\"}\n", nil
		}, "instead of a result"},
		"prints too much": {func(sampleRequest) (string, error) { return strings.Repeat("x", maxOutput+1), nil }, "more than"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg, q := config(t, func(req sampleRequest) (string, error) {
				if req.Cell == bad && req.Tasks > 0 {
					return tt.answer(req)
				}
				return well(req)
			})
			r, err := runInNoTime(t, cfg, cells)
			if err != nil {
				t.Fatal(err)
			}
			if r.Actual != 6 || r.Failed != 3 || r.Status != results.Complete {
				t.Errorf("%s: actual %d, failed %d", r.Status, r.Actual, r.Failed)
			}
			if len(q.said) != 3 || !strings.Contains(q.said[0], bad.String()) || !strings.Contains(q.said[0], tt.want) {
				t.Errorf("said %q, want the cell and %q", q.said, tt.want)
			}
		})
	}
}

func TestWhatCannotBeCalibratedIsDropped(t *testing.T) {
	cfg, q := config(t, func(req sampleRequest) (string, error) {
		if req.Cell.Work == "a" {
			return `{"error":"opening CPU/work=a: no such luck","unavailable":true}`, errors.New("exit 1")
		}
		return well(req)
	})
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	want := []results.DroppedCell{{Cell: "BenchmarkCPU/work=a/goroutines=1", Reason: "opening CPU/work=a: no such luck", Unavailable: true}}
	if !slices.Equal(r.Plan.Dropped, want) || r.Planned != 6 || r.Actual != 6 || len(q.said) != 1 {
		t.Errorf("dropped %v, planned %d, actual %d, said %q", r.Plan.Dropped, r.Planned, r.Actual, q.said)
	}
}

func TestNothingToMeasure(t *testing.T) {
	cfg, _ := config(t, func(sampleRequest) (string, error) { return "", errors.New("no") })
	if _, err := Run(context.Background(), cfg, plan(), cells); err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("error %v", err)
	}
	if _, err := rundir.Read(cfg.Dir); !errors.Is(err, rundir.ErrNoRun) {
		t.Errorf("a run was left: %v", err)
	}
}

func TestInterruptionKeepsSamples(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	n := 0
	cfg, _ := config(t, func(req sampleRequest) (string, error) {
		if req.Tasks > 0 {
			if n++; n == 5 {
				cancel(errors.New("Ctrl-C"))
			}
		}
		return well(req)
	})
	r, err := Run(ctx, cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != results.Interrupted || r.Actual != 4 || r.Failed != 0 || r.Planned != 9 {
		t.Errorf("%s: actual %d, failed %d of %d", r.Status, r.Actual, r.Failed, r.Planned)
	}
}

func TestInterruptionBeforeTheFirstSample(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("Ctrl-C")
	cfg, _ := config(t, func(req sampleRequest) (string, error) { cancel(cause); return well(req) })
	if _, err := Run(ctx, cfg, plan(), cells); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}

func TestBudgetEndsBetweenRounds(t *testing.T) {
	cfg, q := config(t, well)
	cfg.Budget = time.Nanosecond
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != results.OutOfBudget || r.Actual != 3 || len(q.said) != 1 {
		t.Errorf("%s after %d samples, said %q", r.Status, r.Actual, q.said)
	}
}

// However often a run is interrupted and resumed, in the end each planned
// sample is there once, in the order of a run that was never interrupted.
func TestResumeCompletesExactlyThePlan(t *testing.T) {
	whole, _ := config(t, well)
	want, err := Run(context.Background(), whole, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	var ctx context.Context
	var cancel context.CancelFunc
	renew := func() {
		c, f := context.WithCancel(context.Background())
		t.Cleanup(f)
		ctx, cancel = c, f
	}
	cfg, _ := config(t, func(req sampleRequest) (string, error) {
		if req.Tasks > 0 {
			if taken++; taken%3 == 0 { // two samples a time
				cancel()
			}
		}
		return well(req)
	})
	renew()
	got, err := Run(ctx, cfg, plan(), cells)
	for tries := 0; err == nil && got.Status == results.Interrupted; tries++ {
		if tries > 10 {
			t.Fatalf("still %d of %d samples", got.Actual, got.Planned)
		}
		renew()
		got, err = Resume(ctx, cfg, func(*results.Run) {})
	}
	if err != nil || got.Status != results.Complete || got.Actual != got.Planned {
		t.Fatalf("%s: %d of %d samples, error %v", got.Status, got.Actual, got.Planned, err)
	}
	for i := range want.Samples {
		if a, b := want.Samples[i], got.Samples[i]; a.Round != b.Round || a.Cell != b.Cell || a.Line != b.Line {
			t.Errorf("sample %d is %s of round %d, want %s of round %d", i, b.Cell, b.Round, a.Cell, a.Round)
		}
	}
}

func TestRoundsOfSomeCellsCanBeAdded(t *testing.T) {
	cfg, _ := config(t, well)
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	p := r.Plan
	p.Added = append(p.Added, results.Added{Rounds: 2, Cells: []string{cells[0].String()}})
	r, err = Resume(context.Background(), cfg, func(r *results.Run) { r.Plan = p })
	if err != nil || r.Planned != 11 || r.Actual != 11 || r.Status != results.Complete {
		t.Fatalf("%s: %d of %d samples, error %v", r.Status, r.Actual, r.Planned, err)
	}
	for i, s := range r.Samples[9:] {
		if s.Round != 3+i || s.Cell != cells[0].String() {
			t.Errorf("added %s in round %d", s.Cell, s.Round)
		}
	}
}

// Cells of lesser weight take part in every second round, half of them in
// each, once the rounds are enough for that.
func TestLesserCellsAreMeasuredHalfAsOften(t *testing.T) {
	lesser := slices.Clone(cells)
	lesser[1].Lesser, lesser[2].Lesser = true, true
	for rounds, want := range map[int]int{roundsForHalf - 1: 3 * (roundsForHalf - 1), roundsForHalf: 2 * roundsForHalf} {
		cfg, _ := config(t, well)
		p := plan()
		p.Rounds = rounds
		r, err := Run(context.Background(), cfg, p, lesser)
		if err != nil || r.Actual != want || r.Planned != want {
			t.Errorf("%d rounds: %d of %d samples, error %v; want %d", rounds, r.Actual, r.Planned, err, want)
		}
		if n, _ := Samples(lesser, rounds, false); n != want {
			t.Errorf("%d rounds: announced as %d samples, want %d", rounds, n, want)
		}
		count := map[string]int{}
		for _, s := range r.Samples {
			count[s.Cell]++
		}
		if n := count[cells[0].String()]; n != rounds {
			t.Errorf("%d rounds: the cell of full weight was measured %d times", rounds, n)
		}
	}
}

func FuzzParseOutput(f *testing.F) {
	f.Add([]byte("{\"tasks\":5,\"line\":\"BenchmarkCPU/work=a/goroutines=1\\t5\\t1000 ns/op\"}\n"), 5, 1)
	f.Add([]byte("{\"error\":\"no\"}\n{\"tasks\":5,\"line\":\"BenchmarkCPU/work=a/goroutines=1\\t5\\t1000 ns/op\"}\n"), 5, 2)
	f.Add([]byte(`{"error":"no"}`), 0, 3)
	f.Fuzz(func(t *testing.T, out []byte, tasks, cells int) {
		requests := make([]sampleRequest, 1+max(0, cells)%5)
		for i := range requests {
			requests[i] = sampleRequest{Cell: results.Cell{Family: "CPU", Work: "a", Axis: "goroutines", N: 1, Procs: 1}, Tasks: tasks}
		}
		got, err := parseOutput(out, requests)
		if err == nil && len(got) != len(requests) || len(got) > len(requests) {
			t.Errorf("%d answers to %d requests, error %v", len(got), len(requests), err)
		}
		for _, g := range got {
			if g.err == nil && tasks > 0 && (strings.Contains(g.sample.Line, "\n") || !strings.HasPrefix(g.sample.Line, "Benchmark")) {
				t.Errorf("a result line %q", g.sample.Line)
			}
		}
	})
}
