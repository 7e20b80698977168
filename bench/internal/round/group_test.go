package round

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"conpar/bench/suite"
	"conpar/results"
	"conpar/workloads"
)

// peers are cells that one process measures, apart in the plan, and between
// them one of its own.
func peers() []suite.Planned {
	cells := []suite.Planned{planned("a", 1, 1), planned("alone", 1, 1), planned("b", 1, 1), planned("b", 2, 1), planned("b", 4, 1)}
	for i := range cells {
		if i != 1 {
			cells[i].Workload.ShareProcess = "java"
		}
	}
	return cells
}

// inGroup is config for peers, and notes the cells of each process.
func inGroup(t *testing.T, answer func(sampleRequest) (string, error)) (Config, *quiet, *[][]string) {
	cfg, q := config(t, answer)
	played, processes := cfg.exchange, new([][]string)
	cfg.exchange = func(ctx context.Context, arg string, cpus []int, limit int) ([]byte, time.Duration, error) {
		var req request
		if err := json.Unmarshal([]byte(arg), &req); err != nil {
			return nil, 0, err
		}
		var cells []string
		for _, a := range req.Samples {
			cells = append(cells, fmt.Sprintf("%s/%d", a.Cell.Work, a.Cell.N))
		}
		*processes = append(*processes, cells)
		return played(ctx, arg, cpus, limit)
	}
	return cfg, q, processes
}

func TestGroupIsMeasuredByOneProcess(t *testing.T) {
	cfg, q, processes := inGroup(t, well)
	r, err := Run(context.Background(), cfg, plan(), peers())
	if err != nil {
		t.Fatal(err)
	}
	if r.Actual != 15 || r.Planned != 15 || r.Failed != 0 || r.Status != results.Complete || len(q.said) > 0 {
		t.Errorf("%s: %d of %d samples, %d failed, said %q", r.Status, r.Actual, r.Planned, r.Failed, q.said)
	}
	for i, c := range r.Plan.Cells {
		if want := peers()[i]; c.Cell != want.String() || c.ShareProcess != want.Workload.ShareProcess || c.Tasks < 1 {
			t.Errorf("the plan's cell %d is %+v", i, c)
		}
	}
	orders := map[string]bool{}
	for i, cells := range *processes {
		if len(cells) == 1 {
			continue
		}
		if round := i / 2; round > 0 { // the first two processes calibrate
			orders[strings.Join(cells, " ")] = true
		}
		slices.Sort(cells)
		if want := []string{"a/1", "b/1", "b/2", "b/4"}; !slices.Equal(cells, want) {
			t.Errorf("a process measured %v, want %v", cells, want)
		}
	}
	if len(*processes) != 8 || len(orders) != 3 {
		t.Errorf("%d processes, %d orders in 3 rounds; want 8 and 3", len(*processes), len(orders))
	}
}

// A peer that hangs in every round does not hold up the run for long: its cells
// are failed samples with the reason, and others go on.
func TestWhatHangsIsNotTriedForEver(t *testing.T) {
	cfg, q, processes := inGroup(t, func(a sampleRequest) (string, error) {
		if a.Cell.Work != "alone" && a.Tasks > 0 {
			return "hang", nil
		}
		return well(a)
	})
	cfg.Timeout, cfg.long = 100*time.Millisecond, 10*time.Millisecond
	p := plan()
	p.Rounds = 5
	r, err := Run(context.Background(), cfg, p, peers())
	if err != nil {
		t.Fatal(err)
	}
	if r.Actual != 5 || r.Failed != 20 || r.Status != results.Complete {
		t.Errorf("%s: %d samples, %d failed; want 5 and 20", r.Status, r.Actual, r.Failed)
	}
	hung := 0
	for _, cells := range *processes {
		if len(cells) > 1 {
			hung++
		}
	}
	if hung != 1+tries { // one calibrates
		t.Errorf("the group was tried %d times", hung)
	}
	last := r.Samples[len(r.Samples)-1]
	if last.Cell == peers()[1].String() || !strings.Contains(last.Error, "not tried again after 2 rounds") || !strings.Contains(last.Error, "timeout") {
		t.Errorf("%s: %q", last.Cell, last.Error)
	}
	if n := len(q.said); n != 20 {
		t.Errorf("%d lines are said", n)
	}
}

// Each process of a group opens what it needs: a round is one process, and so is
// calibrating.
func TestOpeningIsAnnounced(t *testing.T) {
	n, grouped := Samples(peers(), 3, false)
	alone := peers()
	for i := range alone {
		alone[i].Workload.ShareProcess = ""
	}
	m, apart := Samples(alone, 3, false)
	if n != 15 || m != 15 || grouped-apart != 4*openShared {
		t.Errorf("%d samples in %v together, %d in %v apart", n, grouped, m, apart)
	}
}

// Whatever becomes of one cell of a group, those before it are kept; those
// after it only if the process lives on. Each failure is named.
func TestGroupLosesNoMoreThanItMust(t *testing.T) {
	bad := planned("b", 2, 1).Cell
	for name, tt := range map[string]struct {
		answer func(sampleRequest) (string, error)
		want   string
		after  bool // those after it are measured
	}{
		"says why": {func(sampleRequest) (string, error) { return "{\"error\":\"the checksum is wrong\"}\n", nil }, "the checksum is wrong", true},
		"another's line": {func(sampleRequest) (string, error) {
			return "{\"tasks\":1,\"line\":\"BenchmarkX\\t1\\t1 ns/op\"}\n", nil
		}, "instead of a result", true},
		"dies": {func(sampleRequest) (string, error) { return "", errors.New("exit status 2: panic: oh") }, "panic: oh", false},
		"dies in a line": {func(a sampleRequest) (string, error) {
			return "{\"tasks\":10,\"line\":\"" + a.Cell.String(), errors.New("signal: killed")
		}, "killed", false},
		"hangs":           {func(sampleRequest) (string, error) { return "hang", nil }, "timeout", false},
		"leaves":          {func(sampleRequest) (string, error) { return "", errLeaves }, "printed no result", false},
		"prints nonsense": {func(sampleRequest) (string, error) { return "hello\nworld\n", nil }, "printed no result", false},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, q, processes := inGroup(t, func(a sampleRequest) (string, error) {
				if a.Cell == bad && a.Tasks > 0 {
					return tt.answer(a)
				}
				return well(a)
			})
			r, err := runInNoTime(t, cfg, peers())
			if err != nil {
				t.Fatal(err)
			}
			reached := map[string]bool{}
			for i, cells := range (*processes)[2:] {
				for k, cell := range cells {
					at := slices.Index(cells, "b/2")
					reached[fmt.Sprint(i/2, cell)] = at < 0 || k < at || k > at && tt.after
				}
			}
			for _, s := range r.Samples {
				cell, err := results.ParseCell(s.Cell)
				if err != nil {
					t.Fatal(err)
				}
				at := fmt.Sprintf("%d%s/%d", s.Round, cell.Work, cell.N)
				if reached[at] != (s.Error == "") || !strings.Contains(s.Error, tt.want) && s.Error != "" {
					t.Errorf("%s in round %d: error %q", s.Cell, s.Round, s.Error)
				}
				if behind := s.Error != "" && cell != bad; behind && (!strings.Contains(s.Error, bad.String()) || s.Wall != 0) {
					t.Errorf("%s, which was not reached, took %v: %s", s.Cell, s.Wall, s.Error)
				}
			}
			if len(r.Samples) != 15 || r.Status != results.Complete || len(q.said) != r.Failed || r.Failed < 3 {
				t.Errorf("%s: %d samples, %d failed, said %q", r.Status, len(r.Samples), r.Failed, q.said)
			}
		})
	}
}

func TestGroupIsDroppedByCell(t *testing.T) {
	cfg, _, _ := inGroup(t, func(a sampleRequest) (string, error) {
		if a.Cell.Work == "b" {
			return "{\"error\":\"no javac\",\"unavailable\":true}\n", nil
		}
		return well(a)
	})
	r, err := Run(context.Background(), cfg, plan(), peers())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Plan.Dropped) != 3 || !r.Plan.Dropped[0].Unavailable || r.Actual != 6 || r.Failed != 0 {
		t.Errorf("dropped %v; %d samples, %d failed", r.Plan.Dropped, r.Actual, r.Failed)
	}
}

// An interruption in the midst of a group keeps what was answered, and going
// on takes the rest and nothing twice.
func TestGroupIsResumedWhereItWasInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	taken, stopAt := 0, 3
	cfg, _, processes := inGroup(t, func(a sampleRequest) (string, error) {
		if a.Tasks > 0 {
			if taken++; taken == stopAt {
				cancel()
				return "hang", nil
			}
		}
		return well(a)
	})
	r, err := Run(ctx, cfg, plan(), peers())
	for tries := 0; err == nil && r.Status == results.Interrupted; tries++ {
		if stopAt > 0 && r.Actual != stopAt-1 || r.Failed > 0 {
			t.Errorf("%d samples, %d failed; want %d", r.Actual, r.Failed, stopAt-1)
		}
		stopAt, ctx = 0, context.Background()
		r, err = Resume(ctx, cfg, func(*results.Run) {})
	}
	if err != nil || r.Actual != 15 || r.Status != results.Complete {
		t.Fatalf("%s: %d samples, error %v", r.Status, r.Actual, err)
	}
	var measured []string
	for _, cells := range (*processes)[2:] {
		measured = append(measured, cells...)
	}
	if parted := (*processes)[4]; len(parted) > 3 || len(measured) > 15+4 {
		t.Errorf("after the interruption %v was measured, in all %d", parted, len(measured))
	}
}

// The time of a process is divided without a gap, whatever its clock says.
func TestTimeIsDivided(t *testing.T) {
	start := time.Now()
	at := func(d time.Duration) record { return record{Ended: start.Add(d)} }
	for name, tt := range map[string]struct {
		all  []outcome
		want []time.Duration
	}{
		"one":                  {[]outcome{{rec: at(70)}}, []time.Duration{100}},
		"three":                {[]outcome{{rec: at(40)}, {rec: at(70)}, {rec: at(90)}}, []time.Duration{40, 30, 30}},
		"clock gone back":      {[]outcome{{rec: at(40)}, {rec: at(-70)}, {}}, []time.Duration{40, 0, 60}},
		"clock ahead":          {[]outcome{{rec: at(1000)}, {rec: at(1001)}, {}}, []time.Duration{100, 0, 0}},
		"died, one unreached":  {[]outcome{{rec: at(40)}, {lost: true}, {lost: true}}, []time.Duration{40, 60, 0}},
		"died at the very end": {[]outcome{{rec: at(40)}, {rec: at(50)}, {lost: true}}, []time.Duration{40, 10, 50}},
	} {
		divide(tt.all, start, 100, 50)
		var wall []time.Duration
		from := start.UTC()
		for _, o := range tt.all {
			if !o.sample.Start.Equal(from) || o.sample.CPU != o.sample.Wall/2 {
				t.Errorf("%s: %+v does not begin where the one before ended, or took other CPU time than its share", name, o.sample)
			}
			from = from.Add(o.sample.Wall)
			wall = append(wall, o.sample.Wall)
		}
		if !slices.Equal(wall, tt.want) {
			t.Errorf("%s: %v, want %v", name, wall, tt.want)
		}
	}
}

// What a real process prints of several cells is read as it was meant.
func TestTakeAnswersEachAsk(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	steps := results.Cell{Family: "Mixed", Work: "steps", Axis: "goroutines", N: 2, Procs: 1}
	primes := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: 1, Procs: 2}
	unknown := planned("nothing", 1, 1).Cell
	requests := []sampleRequest{{Cell: steps, Tasks: 4}, {Cell: unknown, Tasks: 5}, {Cell: primes, Target: time.Millisecond}, {Cell: steps, Tasks: 2}}
	var out bytes.Buffer
	if err := serveRequests(&out, request{Samples: requests, Env: workloads.Env{Dir: t.TempDir(), CPUs: 1}}); err != nil {
		t.Fatal(err)
	}
	got, err := parseOutput(out.Bytes(), requests)
	if err != nil || len(got) != len(requests) {
		t.Fatalf("%d answers, error %v:\n%s", len(got), err, out.String())
	}
	ended := time.Time{}
	for i, g := range got {
		if requests[i].Cell == unknown {
			if g.err == nil || !strings.Contains(g.err.Error(), "no workload") {
				t.Errorf("an unknown cell: error %v", g.err)
			}
		} else if g.err != nil || g.rec.Tasks < 1 || (g.sample.Line == "") != (requests[i].Tasks == 0) {
			t.Errorf("%s: %+v", requests[i].Cell, g)
		}
		if g.rec.Ended.Before(ended) {
			t.Errorf("answer %d ended before the one before", i)
		}
		ended = g.rec.Ended
	}
	if !strings.Contains(got[0].sample.Line, "\t       4\t") || !strings.Contains(got[0].sample.Line, "running-max") {
		t.Errorf("line %q", got[0].sample.Line)
	}
}
