package suite

import (
	"context"
	"errors"
	"flag"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conpar/results"
	"conpar/workloads"
)

// fake is a runner that notes what it was asked for.
type fake struct {
	prepared, ran []int // goroutines, and tasks, of each call
	wrong         bool
	err           error
	slow          time.Duration         // a task
	stalls        map[int]time.Duration // by which call of Run
	settles       int                   // from how many tasks on
}

func (f *fake) Prepare(_ context.Context, g int) error {
	f.prepared = append(f.prepared, g)
	return nil
}
func (f *fake) Run(_ context.Context, g, n int) (workloads.Result, error) {
	f.ran = append(f.ran, n)
	time.Sleep(time.Duration(n)*f.slow + f.stalls[len(f.ran)])
	res := workloads.Result{Sum: uint64(n), Residence: time.Second, OtherCPU: time.Millisecond,
		Metrics: []workloads.Metric{{Unit: "delay-ns", Value: 7}}}
	if f.wrong {
		res.Sum++
	}
	if res.SecondHalf = 1.05; n < f.settles {
		res.SecondHalf = 1.2
	}
	return res, f.err
}
func (f *fake) Want(n int) uint64 { return uint64(n) }
func (f *fake) Close() error      { return nil }

// measure measures n tasks over g goroutines.
func measure(t *testing.T, f *fake, kind workloads.Kind, g, n int) (testing.BenchmarkResult, error) {
	t.Helper()
	s := Open(workloads.Env{CPUs: 1})
	c := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: g, Procs: 1}
	s.open[c.Series()] = f
	return s.Measure(c, n)
}

func TestLeafReports(t *testing.T) {
	f := &fake{}
	res, err := measure(t, f, workloads.Computing, 8, 80)
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range []string{"ns/op", "tasks/s", "inflight", "cpus", "other-cpus", "delay-ns"} {
		if _, ok := res.Extra[unit]; !ok {
			t.Errorf("%s is not reported", unit)
		}
	}
	if want := []int{8, 80}; f.ran[0] != want[0] || f.ran[1] != want[1] || len(f.ran) != 2 {
		t.Errorf("ran %v tasks, want a warm-up of 8 and then 80", f.ran)
	}
	if f.prepared[0] != 8 {
		t.Errorf("prepared for %v goroutines, want 8", f.prepared)
	}
}

// warmed is a fake whose tasks wait.
type warmed struct {
	fake
	warm []int // goroutines, of each call
}

func (w *warmed) Warm(_ context.Context, g int) error {
	w.warm = append(w.warm, g)
	return w.err
}

func TestWhatWaitsIsWarmedUpBriefly(t *testing.T) {
	s := Open(workloads.Env{CPUs: 1})
	c := results.Cell{Family: "IO", Work: "wait", Axis: "goroutines", N: 8, Procs: 1}
	w := &warmed{}
	s.open[c.Series()] = w
	if _, err := s.Measure(c, 80); err != nil || !slices.Equal(w.warm, []int{8}) || !slices.Equal(w.ran, []int{80}) {
		t.Errorf("warmed up over %v goroutines, ran %v tasks, error %v", w.warm, w.ran, err)
	}
	if len(w.prepared) != 2 {
		t.Errorf("prepared for %v goroutines, want it before the warm-up and before the run", w.prepared)
	}
	w.err = errors.New("broken")
	if _, err := s.Measure(c, 80); !errors.Is(err, w.err) || len(w.ran) > 1 {
		t.Errorf("after a warm-up that failed: ran %v tasks, error %v", w.ran, err)
	}
}

// go test calls a benchmark first at the last value of a -cpu list, and may take that
// for the result of the first value.
func TestFirstCallIsAtTheFirstValueOfTheList(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	list, benchtime := flag.Lookup("test.cpu").Value, flag.Lookup("test.benchtime").Value
	defer func(was [2]string) {
		if err := errors.Join(list.Set(was[0]), benchtime.Set(was[1])); err != nil {
			t.Error(err)
		}
	}([2]string{list.String(), benchtime.String()})
	if err := errors.Join(list.Set("2,3"), benchtime.Set("1x")); err != nil {
		t.Fatal(err)
	}
	s := Open(workloads.Env{CPUs: 1})
	c := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: 1}
	s.open[c.Series()] = &fake{}
	w, err := find(c)
	if err != nil {
		t.Fatal(err)
	}
	for call, want := range []float64{2, 3} {
		res := testing.Benchmark(func(b *testing.B) { s.bench(b, c, w) })
		if got := res.Extra["gomaxprocs"]; got != want {
			t.Errorf("call %d ran at GOMAXPROCS %v, want %v", call+1, got, want)
		}
		runtime.GOMAXPROCS(3)
	}
}

// A sample can be too short for all its goroutines to get going only where they
// keep the processors of the runtime.
func TestLeafTellsWhetherItSettled(t *testing.T) {
	for c, want := range map[results.Cell]bool{
		{Family: "IO", Work: "nanosleep", Axis: "goroutines", N: 8, Procs: 1}: true,
		{Family: "IO", Work: "nanosleep", Axis: "goroutines", N: 1, Procs: 1}: false,
		{Family: "IO", Work: "wait", Axis: "goroutines", N: 8, Procs: 1}:      false,
	} {
		s := Open(workloads.Env{CPUs: 1})
		s.open[c.Series()] = &fake{settles: 100}
		res, err := s.Measure(c, 80)
		_, told := res.Extra["no-task"]
		if half := res.Extra["second-half"]; err != nil || told != want || want != (half == 1.2) {
			t.Errorf("%s: a second half of %v, goroutines without a task: %v, error %v", c, half, told, err)
		}
	}
}

func TestTimePerTaskIsOfTheTasksRun(t *testing.T) {
	// 3 tasks over 8 goroutines are rounded up to 8, which share the time.
	f := &fake{slow: time.Millisecond}
	res, err := measure(t, f, workloads.Computing, 8, 3)
	if err != nil {
		t.Fatal(err)
	}
	if f.ran[1] != 8 {
		t.Errorf("ran %d tasks, want 8", f.ran[1])
	}
	if got, want := res.Extra["ns/op"], float64(res.T)/8; math.Abs(got-want) > want/100 {
		t.Errorf("%v ns/op, but 8 tasks took %v", got, res.T)
	}
}

func TestLeafFails(t *testing.T) {
	if _, err := measure(t, &fake{wrong: true}, workloads.Computing, 2, 10); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("a wrong checksum: error %v", err)
	}
	broken := errors.New("broken")
	if _, err := measure(t, &fake{err: broken}, workloads.Computing, 2, 10); !errors.Is(err, broken) {
		t.Errorf("a failing run: error %v", err)
	}
	if _, err := Open(workloads.Env{}).Measure(results.Cell{Family: "CPU", Work: "nothing"}, 1); err == nil {
		t.Error("an unknown cell was measured")
	}
}

func TestRoundUp(t *testing.T) {
	for _, tt := range []struct{ n, g, want int }{{1, 0, 1}, {5, 0, 5}, {5, 1, 5}, {1, 8, 8}, {8, 8, 8}, {9, 8, 16}, {1000, 512, 1024}} {
		if got := roundUp(tt.n, tt.g); got != tt.want {
			t.Errorf("roundUp(%d, %d) = %d, want %d", tt.n, tt.g, got, tt.want)
		}
	}
	for _, tt := range []struct {
		x       float64
		g, want int
	}{{0.2, 0, 1}, {6.9, 1, 7}, {3, 8, 8}, {12.1, 8, 16}, {11.9, 8, 8}, {3500, 512, 3584}} {
		if got := roundNearest(tt.x, tt.g); got != tt.want {
			t.Errorf("roundNearest(%v, %d) = %d, want %d", tt.x, tt.g, got, tt.want)
		}
	}
}

func TestCalibrateFindsTheNumberOfTasks(t *testing.T) {
	f := &fake{slow: 100 * time.Microsecond}
	s := Open(workloads.Env{CPUs: 1})
	c := results.Cell{Family: "CPU", Work: "primes", Axis: "goroutines", N: 8, Procs: 1}
	s.open[c.Series()] = f
	n, err := s.Calibrate(c, 40*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	// Sleeping overshoots, never undershoots, so 400 is the upper bound.
	if n%8 != 0 || n < 8 || n > 400 {
		t.Errorf("%d tasks", n)
	}
}

func TestCalibrateMakesSamplesSettle(t *testing.T) {
	for _, tt := range []struct {
		slow    time.Duration // a task
		settles int           // from how many tasks on
		want    int
	}{
		{time.Millisecond, 0, 40},
		{time.Millisecond, 40, 40},
		{time.Millisecond, 41, 80},
		{time.Millisecond, 160, 160},
		{time.Millisecond, 1000, 200}, // never, and a sample does not take longer
		{time.Second, 1000, 8},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := Open(workloads.Env{CPUs: 1})
			c := results.Cell{Family: "IO", Work: "nanosleep", Axis: "goroutines", N: 8, Procs: 1}
			f := &fake{slow: tt.slow, settles: tt.settles}
			s.open[c.Series()] = f
			n, err := s.Calibrate(c, 40*time.Millisecond)
			if err != nil || n != tt.want || len(f.prepared) != len(f.ran) {
				t.Errorf("%+v: %d tasks after trying %v, error %v", tt, n, f.ran, err)
			}
		})
	}
}

// Others that have the processor while it calibrates do not decide how much is
// measured, whenever that is.
func TestCalibrateSurvivesStalls(t *testing.T) {
	const want = 1_000_000
	for _, g := range []int{1, 8} {
		for stalled := range 9 {
			for _, stall := range []time.Duration{5 * time.Millisecond, 20 * time.Millisecond, time.Second} {
				synctest.Test(t, func(t *testing.T) {
					f := &fake{slow: 40, stalls: map[int]time.Duration{stalled: stall}} // none at 0
					n, err := calibrate(f, workloads.Sharing, g, 40*time.Millisecond)
					if err != nil || n < want/2 || n > 2*want || len(f.ran) > 9 || len(f.prepared) != len(f.ran) {
						t.Errorf("with %v in try %d: %d tasks after trying %v, error %v", stall, stalled, n, f.ran, err)
					}
				})
			}
		}
	}
}

// An exhibit's tasks are whole demonstrations, and not shared out. One that
// takes longer than a sample should is run once to find that out.
func TestCalibrateExhibits(t *testing.T) {
	for slow, most := range map[time.Duration]int{60 * time.Millisecond: 1, 3 * time.Millisecond: 13} {
		f := &fake{slow: slow}
		n, err := calibrate(f, workloads.Exhibit, 1000, 40*time.Millisecond)
		if err != nil || n < 1 || n > most || f.ran[0] != 1 || most == 1 && len(f.ran) > 1 {
			t.Errorf("tasks of %v: %d of them after trying %v, error %v; want at most %d", slow, n, f.ran, err, most)
		}
	}
}

// A sample of a single task is not warmed up: that would double its time.
func TestSingleTaskRunsOnce(t *testing.T) {
	f := &fake{}
	res, err := measure(t, f, workloads.Exhibit, 1, 1)
	if err != nil || len(f.ran) != 1 || res.N != 1 || res.Extra["delay-ns"] != 7 {
		t.Errorf("ran %v tasks: %v, error %v", f.ran, res, err)
	}
}
