package practice

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }

func open(t *testing.T, name string) workloads.Runner {
	t.Helper()
	r, err := workloadtest.Find(t, &Set, name).Open(t.Context(), workloads.Env{CPUs: 2})
	if errors.As(err, new(workloads.Unavailable)) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// The points that never escape fill the area of the set, 1.5066 (T. Förstemann, 2012).
// The picture is of one half of it.
func TestPictureHasTheArea(t *testing.T) {
	inside := 0
	for row := range rows {
		for column := range columns {
			if escape(column, row) == mostSteps {
				inside++
			}
		}
	}
	area := 2 * float64(inside) * xPitch * yPitch
	if math.Abs(area-1.5066) > 0.08 {
		t.Errorf("the points inside fill %.3f", area)
	}
}

// Half of the rows have nearly all of the work, or there is nothing to balance.
func TestRowsAreUneven(t *testing.T) {
	cost := func(from, to int) (steps int) {
		for row := from; row < to; row++ {
			for column := range columns {
				steps += escape(column, row)
			}
		}
		return steps
	}
	if low, high := cost(0, rows/2), cost(rows/2, rows); low < 3*high {
		t.Errorf("the lower half costs %d steps, the upper %d", low, high)
	}
}

// Both ways draw the same picture, for any number of goroutines.
func TestStaticBlocksHoldAllRows(t *testing.T) {
	for _, g := range []int{0, 1, 2, 3, 7, rows, rows + 1} {
		for name, draw := range map[string]splitting{"static": static, "dynamic": dynamic} {
			if r, err := draw(context.Background(), g); err != nil || r.Sum != picture() {
				t.Errorf("%s over %d goroutines: %d, %v; want %d", name, g, r.Sum, err, picture())
			}
		}
	}
}

func TestChainAgainstItsJump(t *testing.T) {
	for task := range kernel.Kinds {
		if got, want := ceilingWork["chain"](task), kernel.Jump(kernel.Seed(task), 100_000); got != want {
			t.Errorf("task %d: %d, want %d", task, got, want)
		}
	}
}

// The time of a task within a process does not shrink with their number.
func TestCeilingCountsTimeWithinProcesses(t *testing.T) {
	r := open(t, "ceiling/of=chain")
	result, err := r.Run(t.Context(), 2, 20)
	if err != nil || result.Sum != r.Want(20) {
		t.Fatalf("%+v, %v", result, err)
	}
	each := result.Metrics[0]
	if each.Unit != "process-ns" || each.Value != float64(result.Residence)/20 || result.OtherCPU <= 0 {
		t.Errorf("%+v", result)
	}
}

func TestCeilingRefusesNonsense(t *testing.T) {
	for _, request := range []string{"", "chain", "chain 1", "sleep 0 1", "chain 0 x"} {
		if reply := computeAlone(request); reply != "error: not a request: "+request {
			t.Errorf("%q: %q", request, reply)
		}
	}
}

// A waiter that takes a while, and then fails.
type failing struct{ left int }

var errFailing = errors.New("no answer")

func (f *failing) wait() error {
	if f.left--; f.left < 0 {
		return errFailing
	}
	return nil
}

func (f *failing) Close() error { return nil }

// A wait that fails is an error of the run, and waits that end count once each.
func TestSleepersTellWaits(t *testing.T) {
	s := &sleepers{&failing{left: 3}}
	w := s.until(nil)
	if w.count != 3 || !errors.Is(w.err, errFailing) {
		t.Errorf("%+v", w)
	}
	if _, err := s.Run(t.Context(), 1, 1000); !errors.Is(err, errFailing) {
		t.Errorf("the run: %v", err)
	}
	over := make(chan struct{})
	close(over)
	if w := (&sleepers{timer{}}).until(over); w.count != 1 || w.took < time.Millisecond {
		t.Errorf("a wait that ends after the run: %+v", w)
	}
}

func TestServerOfSleepersIsGone(t *testing.T) {
	w, err := openEcho(t.Context(), workloads.Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.wait(); err != nil {
		t.Fatal(err)
	}
	w.(*echo).server.Kill()
	<-w.(*echo).server.Done()
	if err := w.wait(); err == nil || !strings.Contains(err.Error(), "asking the server of sleepers") {
		t.Errorf("a dead server: %v", err)
	}
}

func TestQuotaRefusesNonsense(t *testing.T) {
	for _, request := range []string{"", "computing", "computing 1", "computing -1 2", "matmul 1 2", "computing x 2"} {
		if reply := workInQuota(request); reply != "error: not a request: "+request {
			t.Errorf("%q: %q", request, reply)
		}
	}
}

// A process that died in the middle of work is named, and started anew.
func TestProcessInQuotaDies(t *testing.T) {
	r := open(t, "quota/of=waiting/limit=0.5").(*quota)
	if err := r.Prepare(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	r.process.Kill()
	<-r.process.Done()
	if _, err := r.Run(t.Context(), 1, 4); err == nil || !strings.Contains(err.Error(), quotaRole) {
		t.Errorf("%v", err)
	}
	result, err := r.Run(t.Context(), 1, 4)
	if err != nil || result.Sum != r.Want(4) {
		t.Errorf("%+v, %v", result, err)
	}
}
