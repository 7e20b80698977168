package timeline_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/trace"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	exptrace "golang.org/x/exp/trace"

	"conpar/report/series"
	"conpar/report/timeline"
)

func load(t testing.TB, name string) *timeline.Summary {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := timeline.Load(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// checkTrace holds what is true of every trace, however damaged.
func checkTrace(t testing.TB, trace *timeline.Summary) {
	t.Helper()
	sum, busy := 0.0, 0.0
	for k, share := range trace.Share {
		if share < 0 {
			t.Errorf("a share of %v", share)
		}
		sum += share
		busy += float64(k) * share
	}
	if trace.Duration <= 0 || math.Abs(sum-1) > 1e-9 || math.Abs(busy-trace.CPUsBusy()) > 1e-6*max(1, busy) {
		t.Errorf("%v long, shares %v come to %v, %v CPUs busy", trace.Duration, trace.Share, sum, trace.CPUsBusy())
	}
	var times timeline.Times
	for _, g := range trace.Groups {
		for s, d := range g.Times {
			if times[s] += d; d < 0 || g.N < 1 {
				t.Errorf("%+v", g)
			}
		}
	}
	if times != trace.Times {
		t.Errorf("the groups come to %v, all to %v", times, trace.Times)
	}
	lanes, _ := trace.Busiest(math.MaxInt, trace.Duration/100)
	if len(lanes) == 0 {
		t.Error("no lane")
	}
	for _, lane := range append(lanes, trace.Regions("dish", 0)...) {
		at := time.Duration(0)
		for _, s := range lane.Spans {
			if s.From < at || s.To <= s.From || s.To > trace.Duration || s.State > series.Syscall || s.Proc < 0 {
				t.Errorf("%s of %v: %+v after %v", lane.Name, trace.Duration, s, at)
			}
			at = s.To
		}
		if len(lane.Spans) == 0 {
			t.Errorf("%s is empty", lane.Name)
		}
	}
	if spans, goroutines, regions := trace.Kept(); spans > timeline.MostSpans || goroutines > 2*timeline.MostEnded || regions > timeline.MostRegions {
		t.Errorf("it keeps %d spans of %d goroutines, and %d regions", spans, goroutines, regions)
	}
}

// The kitchen as the runner records it: eight dishes, each chopped and plated by
// a goroutine that runs, and in the oven meanwhile.
func TestKitchens(t *testing.T) {
	for name, want := range map[string]struct{ procs, most, goroutines int }{
		"kitchen-sequential.trace": {1, 1, 1},
		"kitchen-concurrent.trace": {1, 1, 8},
		"kitchen-parallel.trace":   {2, 2, 8},
	} {
		trace := load(t, name)
		checkTrace(t, trace)
		dishes := trace.Regions("dish", 0)
		if trace.Procs != want.procs || len(trace.Share)-1 != want.most || len(dishes) != 8 {
			t.Errorf("%s: GOMAXPROCS %d, %d at once, %d dishes", name, trace.Procs, len(trace.Share)-1, len(dishes))
		}
		workers := 0
		for _, g := range trace.Groups {
			if strings.HasPrefix(g.Func, "conpar/workloads/fan.") || strings.HasPrefix(g.Func, "sync.(*WaitGroup).Go.") { // the latter did no task
				workers += g.N
			}
		}
		if trace.Groups[0].Func != "conpar/workloads/fan.Run.func1" || workers != want.goroutines {
			t.Errorf("%s: most ran %s; %d goroutines at the tasks", name, trace.Groups[0].Func, workers)
		}
		for _, dish := range dishes {
			var times timeline.Times
			for _, s := range dish.Spans {
				times[s.State] += s.To - s.From
			}
			if times[series.Running] < 2*time.Millisecond || times[series.Waiting] < 5*time.Millisecond {
				t.Errorf("%s, %s: it was worked at for %v, and baked for %v", name, dish.Name, times[series.Running], times[series.Waiting])
			}
			if last := dish.Spans[len(dish.Spans)-1]; last.State != series.Running {
				t.Errorf("%s, %s: it ends with %+v", name, dish.Name, last)
			}
		}
	}
}

// A dish bakes for as long as it is to bake. After that it waits for the cook, who is
// at another dish: the runtime sees only then that its time is over.
func TestBakedDishesWaitForTheCook(t *testing.T) {
	dishes := load(t, "kitchen-waits.trace").Regions("dish", 0)
	if len(dishes) != 8 {
		t.Fatalf("%d dishes", len(dishes))
	}
	late := 0
	for _, dish := range dishes {
		var baked, ready time.Duration
		for _, s := range dish.Spans {
			switch s.State {
			case series.Waiting:
				baked += s.To - s.From
			case series.Ready:
				ready += s.To - s.From
			}
		}
		if baked < 4900*time.Microsecond || baked > 5*time.Millisecond {
			t.Errorf("%s baked for %v", dish.Name, baked)
		}
		if ready > time.Millisecond {
			late++
		}
	}
	if late < 4 {
		t.Errorf("%d dishes waited for the cook for more than 1 ms", late)
	}
}

// What a region waits beyond the time in its type is ready, and no other wait.
func TestOverdueWaits(t *testing.T) {
	s := &script{t: t}
	s.state(1000, 1, undetermined, running)
	s.region(1000, 1, exptrace.EventRegionBegin, "dish")
	s.state(1010, 1, running, waiting) // for an oven
	s.state(1020, 1, waiting, runnable)
	s.state(1030, 1, runnable, running)
	s.region(1040, 1, exptrace.EventRegionBegin, "bake 50ns")
	s.state(1040, 1, running, waiting)
	s.state(1120, 1, waiting, runnable)
	s.state(1130, 1, runnable, running)
	s.region(1130, 1, exptrace.EventRegionEnd, "bake 50ns")
	s.region(1150, 1, exptrace.EventRegionEnd, "dish")
	s.state(1160, 1, running, gone)
	trace, err := timeline.LoadEvents(s.events)
	if err != nil {
		t.Fatal(err)
	}
	got := trace.Regions("dish", 0)[0].Spans
	want := []series.Span{
		{From: 0, To: 10}, {From: 10, To: 20, State: series.Waiting}, {From: 20, To: 30, State: series.Ready},
		{From: 30, To: 40}, {From: 40, To: 90, State: series.Waiting}, {From: 90, To: 130, State: series.Ready},
		{From: 130, To: 150},
	}
	for i := range want {
		want[i].Proc = 1
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const (
	running, runnable, waiting, syscall = exptrace.GoRunning, exptrace.GoRunnable, exptrace.GoWaiting, exptrace.GoSyscall
	gone, undetermined                  = exptrace.GoNotExist, exptrace.GoUndetermined
)

func TestTimesOfGoroutines(t *testing.T) {
	s := &script{t: t}
	s.state(1000, 1, undetermined, running)
	s.state(1000, 2, gone, runnable)
	s.state(1010, 1, running, waiting)
	s.state(1010, 2, runnable, running)
	s.state(1030, 2, running, syscall)
	s.state(1045, 2, syscall, running)
	s.state(1050, 3, undetermined, waiting) // all the while
	s.state(1060, 1, waiting, runnable)
	s.state(1070, 1, runnable, running)
	s.state(1080, 2, running, gone)
	s.state(1100, 1, running, gone)
	trace, err := timeline.LoadEvents(s.events)
	if err != nil {
		t.Fatal(err)
	}
	checkTrace(t, trace)
	want := timeline.Times{series.Running: 10 + 20 + 35 + 30, series.Ready: 10 + 10, series.Waiting: 50 + 100, series.Syscall: 15}
	if trace.Times != want || trace.Duration != 100 {
		t.Errorf("%v, %v; want %v", trace.Duration, trace.Times, want)
	}
	if diff := cmp.Diff([]float64{.15, .75, .1}, trace.Share); diff != "" {
		t.Error(diff)
	}
	lanes, left := trace.Busiest(1, 0)
	if diff := cmp.Diff([]series.Lane{{Name: " 2", Spans: []series.Span{
		{From: 0, To: 10, State: series.Ready, Proc: 0}, {From: 10, To: 30, State: series.Running, Proc: 1},
		{From: 30, To: 45, State: series.Syscall, Proc: 1}, {From: 45, To: 80, State: series.Running, Proc: 1},
	}}}, lanes); diff != "" || left != 2 {
		t.Errorf("%d left\n%s", left, diff)
	}
}

// A region's lane begins with the time for which it was ready to begin, if it
// was, but not with what its goroutine did before.
func TestRegionsBeginWhenTheyAreReady(t *testing.T) {
	s := &script{t: t}
	s.state(0, 1, gone, runnable)
	s.state(10, 1, runnable, running)
	s.begin(20, 1)
	s.end(30, 1)
	s.begin(30, 1) // at once
	s.state(35, 1, running, waiting)
	s.state(45, 1, waiting, runnable)
	s.state(50, 1, runnable, running)
	s.end(60, 1)
	s.state(70, 1, running, waiting)
	s.state(80, 1, waiting, runnable)
	s.state(90, 1, runnable, running)
	s.begin(95, 1)
	s.end(100, 1)
	s.begin(110, 1) // does not end
	s.state(120, 1, running, gone)
	trace, err := timeline.LoadEvents(s.events)
	if err != nil {
		t.Fatal(err)
	}
	at := func(from, to time.Duration, state series.State) series.Span {
		proc := 1
		if from == 0 {
			proc = 0 // it had none yet
		}
		return series.Span{From: from, To: to, State: state, Proc: proc}
	}
	want := []series.Lane{
		{Name: "step 1", Spans: []series.Span{at(0, 10, series.Ready), at(20, 30, series.Running)}},
		{Name: "step 2", Spans: []series.Span{at(30, 35, series.Running), at(35, 45, series.Waiting), at(45, 50, series.Ready), at(50, 60, series.Running)}},
		{Name: "step 3", Spans: []series.Span{at(80, 90, series.Ready), at(95, 100, series.Running)}},
	}
	if diff := cmp.Diff(want, trace.Regions("step", 0)); diff != "" {
		t.Error(diff)
	}
	if got := trace.Regions("other", 0); got != nil {
		t.Errorf("regions of another type: %v", got)
	}
}

func TestCoarse(t *testing.T) {
	at := func(from, to time.Duration, state series.State, proc int) series.Span {
		return series.Span{From: from, To: to, State: state, Proc: proc}
	}
	for name, tt := range map[string]struct{ spans, want []series.Span }{
		"nothing": {},
		"long ones stay": {
			[]series.Span{at(0, 20, series.Running, 1), at(20, 21, series.Ready, 1), at(21, 50, series.Running, 1)},
			[]series.Span{at(0, 20, series.Running, 1), at(20, 21, series.Ready, 1), at(21, 50, series.Running, 1)}},
		"the same is one": {
			[]series.Span{at(0, 20, series.Waiting, 0), at(20, 50, series.Waiting, 0)},
			[]series.Span{at(0, 50, series.Waiting, 0)}},
		"the longer one counts": {
			[]series.Span{at(0, 4, series.Running, 1), at(4, 9, series.Ready, 1), at(9, 12, series.Running, 1), at(12, 40, series.Waiting, 1)},
			[]series.Span{at(0, 12, series.Ready, 1), at(12, 40, series.Waiting, 1)}},
		"nothing that ran is lost": {
			[]series.Span{at(0, 30, series.Waiting, 0), at(30, 31, series.Ready, 0), at(31, 32, series.Running, 3), at(32, 35, series.Syscall, 3), at(35, 60, series.Waiting, 3)},
			[]series.Span{at(0, 30, series.Waiting, 0), at(30, 35, series.Running, 3), at(35, 60, series.Waiting, 3)}},
		"at the end": {
			[]series.Span{at(0, 30, series.Waiting, 0), at(30, 31, series.Running, 2), at(31, 35, series.Syscall, 2)},
			[]series.Span{at(0, 30, series.Waiting, 0), at(30, 35, series.Running, 2)}},
	} {
		before := slices.Clone(tt.spans)
		if diff := cmp.Diff(tt.want, timeline.Coarse(tt.spans, 10)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if !slices.Equal(before, tt.spans) {
			t.Errorf("%s: it changed what it was given", name)
		}
	}
}

func TestManyRegions(t *testing.T) {
	s := &script{t: t}
	s.state(0, 1, undetermined, running)
	for i := range exptrace.Time(2 * timeline.MostRegions) {
		s.begin(2*i+1, 1)
		s.end(2*i+2, 1)
	}
	s.state(10*timeline.MostRegions, 1, running, waiting)
	trace, err := timeline.LoadEvents(s.events)
	if err != nil {
		t.Fatal(err)
	}
	checkTrace(t, trace)
	if n := len(trace.Regions("step", 0)); n != timeline.MostRegions {
		t.Errorf("%d regions are kept", n)
	}
}

// What starts goroutines for others is not what they do.
func TestFunctionsOfGoroutines(t *testing.T) {
	data := record(t, 2, 3, func() { count(1000); trace.Log(bg, "", "") })
	got, err := timeline.Load(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range got.Groups {
		if strings.HasSuffix(g.Func, "TestFunctionsOfGoroutines.func1") {
			if g.N != 3 {
				t.Errorf("%+v", g)
			}
			return
		}
	}
	t.Errorf("not found among %+v", got.Groups)
}

func TestLoadRefuses(t *testing.T) {
	whole := record(t, 1, 2, steps)
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":     {nil, "it is empty"},
		"text":        {[]byte("goos: linux\ngoarch: amd64\n"), "goos: linux"},
		"an old one":  {[]byte("go 1.21 trace\x00\x00\x00\x81\x02"), "Go 1.22"},
		"half":        {whole[:len(whole)/2], "record it again"},
		"header only": {whole[:16], "no more than its header"},
	} {
		if trace, err := timeline.Load(bytes.NewReader(tt.data)); !errors.Is(err, timeline.ErrBadTrace) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %+v, error %v; want %q", name, trace, err, tt.says)
		}
	}
	s := &script{t: t}
	s.state(10, 1, undetermined, waiting)
	s.state(20, 2, undetermined, waiting)
	if _, err := timeline.LoadEvents(s.events); err == nil || !strings.Contains(err.Error(), "no goroutine runs") {
		t.Errorf("a trace in which nothing runs: error %v", err)
	}
	broken := errors.New("the disk is gone")
	if _, err := timeline.Load(io.MultiReader(bytes.NewReader(whole), iotest.ErrReader(broken))); !errors.Is(err, broken) || errors.Is(err, timeline.ErrBadTrace) {
		t.Errorf("broken: error %v", err)
	}
}

// BenchmarkLoad shows what a trace of a kitchen takes.
func BenchmarkLoad(b *testing.B) {
	recorded, err := os.ReadFile("testdata/kitchen-parallel.trace")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(recorded)))
	for b.Loop() {
		if _, err := timeline.Load(bytes.NewReader(recorded)); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleLoad() {
	f, err := os.Open("testdata/kitchen-sequential.trace")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	trace, err := timeline.Load(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d dishes at GOMAXPROCS %d: at most %d goroutine ran at once, %.2f in the mean\n",
		len(trace.Regions("dish", 0)), trace.Procs, len(trace.Share)-1, trace.CPUsBusy())
	// Output: 8 dishes at GOMAXPROCS 1: at most 1 goroutine ran at once, 0.43 in the mean
}
