package round

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"conpar/bench/suite"
	"conpar/results"
)

// A run keeps the numbers of tasks of an earlier one, unless its samples would
// take less than a quarter or more than four times as long as they should, and
// not only by one unlucky calibration.
func TestCountsOfAnEarlierRun(t *testing.T) {
	cell := cells[0]
	tests := map[string]struct {
		like       int
		calibrated []int // by one attempt after another
		want       int
		says       string
	}{
		"no earlier run":      {0, []int{100}, 100, ""},
		"the same":            {100, []int{100}, 100, ""},
		"a little apart":      {70, []int{100}, 70, ""},
		"just within":         {400, []int{100}, 400, ""},
		"stalled once":        {1000, []int{20, 900}, 1000, ""},
		"the work is faster":  {10, []int{100, 110}, 110, "1 of the 2 cells that the-other has"},
		"the work is slower":  {900, []int{100, 90}, 90, "1 of the 2 cells that the-other has"},
		"the second one dies": {900, []int{100, 0}, 100, "1 of the 2 cells that the-other has"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			attempt := 0
			cfg, q := config(t, func(a sampleRequest) (string, error) {
				if a.Tasks > 0 || a.Cell != cell.Cell {
					return well(a)
				}
				n := tt.calibrated[attempt]
				attempt++
				if n == 0 {
					return "", errLeaves
				}
				return tasks(n), nil
			})
			cfg.Like = Like{Run: "the-other", Tasks: map[string]int{cell.String(): tt.like, cells[2].String(): 808}}
			r, err := Run(context.Background(), cfg, plan(), cells)
			if err != nil {
				t.Fatal(err)
			}
			if r.Plan.Like != "the-other" {
				t.Errorf("it is like %q", r.Plan.Like)
			}
			if got := r.Plan.Cells[0].Tasks; got != tt.want || attempt != len(tt.calibrated) {
				t.Errorf("%d tasks after %d attempts, want %d after %d", got, attempt, tt.want, len(tt.calibrated))
			}
			if a, b := r.Plan.Cells[1].Tasks, r.Plan.Cells[2].Tasks; a != 800 || b != 808 {
				t.Errorf("the other cells do %d and %d tasks, want 800 and 808", a, b)
			}
			if said := strings.Join(q.said, "\n"); !strings.HasPrefix(said, tt.says) || tt.says == "" && said != "" {
				t.Errorf("said %q, want %q", said, tt.says)
			}
		})
	}
}

// A run that keeps nothing of an earlier one is like none, and a cell that cannot
// be calibrated is left out, whatever the other run has of it.
func TestNothingIsKept(t *testing.T) {
	cfg, q := config(t, func(a sampleRequest) (string, error) {
		if a.Cell == cells[0].Cell {
			return `{"error":"no such luck"}`, errors.New("exit 1")
		}
		return well(a)
	})
	cfg.Like = Like{Run: "the-other", Tasks: map[string]int{cells[0].String(): 100, cells[1].String(): 1}}
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if r.Plan.Like != "" || len(r.Plan.Dropped) != 1 || r.Plan.Cells[0].Tasks != 800 || len(q.said) != 2 {
		t.Errorf("like %q, dropped %v, %d tasks, said %q", r.Plan.Like, r.Plan.Dropped, r.Plan.Cells[0].Tasks, q.said)
	}
}

// What this program has calibrated on this machine is kept, with any numbers.
func TestCalibrationIsKept(t *testing.T) {
	var asked []string
	cfg, q := config(t, func(a sampleRequest) (string, error) {
		if a.Tasks == 0 {
			asked = append(asked, a.Cell.String())
		}
		return well(a)
	})
	cfg.Like = Like{Run: "mine", Tasks: map[string]int{cells[0].String(): 9, cells[1].String(): 70_000}, Same: true}
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, c := range r.Plan.Cells {
		got = append(got, c.Tasks)
	}
	if want := []int{9, 70_000, 800}; !slices.Equal(got, want) || r.Plan.Like != "mine" || len(q.said) > 0 {
		t.Errorf("%v tasks like %q, said %q; want %v", got, r.Plan.Like, q.said, want)
	}
	if want := []string{cells[2].String()}; !slices.Equal(asked, want) {
		t.Errorf("calibrated %v, want %v", asked, want)
	}
}

// Where cells share a process, all of them are asked again, in the process that
// they share: one by itself would be asked of a peer that has not warmed up.
func TestProcessesAreSharedAgain(t *testing.T) {
	shared := slices.Clone(cells)
	for i := range 2 {
		shared[i].Workload.ShareProcess = "java"
	}
	var asked []string
	cfg, _ := config(t, func(a sampleRequest) (string, error) {
		if a.Tasks == 0 {
			asked = append(asked, a.Cell.String())
		}
		return well(a)
	})
	cfg.Like = Like{Run: "the-other", Tasks: map[string]int{shared[1].String(): 1}}
	if _, err := Run(context.Background(), cfg, plan(), shared); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, i := range []int{0, 1, 2, 0, 1} {
		want = append(want, shared[i].String())
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked for %v, want %v", asked, want)
	}
}

// A process calibrates all cells of a workload. Those that it did not reach, because
// another one ended it, are asked for alone.
func TestUnreachedAreCalibratedAlone(t *testing.T) {
	var asked []string
	cfg, _ := config(t, func(a sampleRequest) (string, error) {
		if a.Tasks > 0 {
			return well(a)
		}
		asked = append(asked, a.Cell.String())
		if a.Cell == cells[1].Cell {
			return "", errLeaves
		}
		return well(a)
	})
	r, err := Run(context.Background(), cfg, plan(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{cells[0].String(), cells[1].String(), cells[2].String()}; !slices.Equal(asked, want) {
		t.Errorf("asked for %v, want %v", asked, want)
	}
	if len(r.Plan.Cells) != 2 || len(r.Plan.Dropped) != 1 || r.Plan.Dropped[0].Cell != cells[1].String() {
		t.Errorf("planned %v, left out %v", r.Plan.Cells, r.Plan.Dropped)
	}
}

// Ended while it calibrates for the second time, a run leaves nothing.
func TestInterruptedSecondCalibration(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("Ctrl-C")
	n := 0
	cfg, _ := config(t, func(a sampleRequest) (string, error) {
		if n++; n == len(cells)+1 {
			cancel(cause)
		}
		return well(a)
	})
	cfg.Like = Like{Run: "the-other", Tasks: map[string]int{cells[0].String(): 1}}
	if _, err := Run(ctx, cfg, plan(), cells); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}

// A control does as many tasks a sample as what it is compared with, so that what
// each sample costs once weighs the same in both.
func TestControlsDoAsManyTasks(t *testing.T) {
	var some []suite.Planned
	for _, name := range []string{"CPU/work=sha256/goroutines=1", "CPU/work=sha256/goroutines=2-2",
		"Control/work=sha256/copy=b/goroutines=2-2", "Control/work=slower/more=10/goroutines=1", "Control/work=tcp/copy=b/goroutines=64"} {
		c, err := results.ParseCell("Benchmark" + name)
		if err != nil {
			t.Fatal(err)
		}
		some = append(some, suite.Planned{Cell: c, Workload: cells[0].Workload})
	}
	cfg, _ := config(t, func(a sampleRequest) (string, error) {
		if a.Tasks > 0 {
			return well(a)
		}
		return tasks(100 * (1 + slices.IndexFunc(some, func(p suite.Planned) bool { return p.Cell == a.Cell }))), nil
	})
	r, err := Run(context.Background(), cfg, plan(), some)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, c := range r.Plan.Cells {
		got = append(got, c.Tasks)
	}
	if want := []int{100, 200, 200, 100, 500}; !slices.Equal(got, want) {
		t.Errorf("samples do %d tasks, want %d", got, want)
	}
}

// What a machine lacks is said in one line, however many cells need it.
func TestOneReasonIsOneLine(t *testing.T) {
	q := &quiet{}
	r := newRunner(Config{Progress: q})
	r.sayLeftOut([]results.DroppedCell{{Cell: "A", Reason: "no loopback"}, {Cell: "B", Reason: "no gcc"}, {Cell: "C", Reason: "no loopback"}, {Cell: "D", Reason: "no loopback"}})
	if want := []string{"left out: A and 2 more cells: no loopback", "left out: B: no gcc"}; !slices.Equal(q.said, want) {
		t.Errorf("%q", q.said)
	}
}
