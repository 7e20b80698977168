package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"conpar/report/chart"
	"conpar/report/series"
	"conpar/results"
)

const ms = time.Millisecond

// dishes are cooked from begins on: worked at for 2 ms, baked for 5, worked at
// for 1.
func dishes(begins ...time.Duration) []series.Lane {
	var lanes []series.Lane
	for i, at := range begins {
		lanes = append(lanes, series.Lane{Name: fmt.Sprintf("dish %d", i+1), Spans: []series.Span{
			{From: 0, To: at, State: series.Ready},
			{From: at, To: at + 2*ms, State: series.Running}, {From: at + 2*ms, To: at + 7*ms, State: series.Waiting}, {From: at + 7*ms, To: at + 8*ms, State: series.Running},
		}})
	}
	return lanes
}

// kitchenOf is a run's trace of a kitchen.
func kitchenOf(procs int, lanes []series.Lane) series.Timeline {
	return series.Timeline{Trace: results.Trace{Cell: "BenchmarkMixed/work=kitchen/menu=stew/goroutines=8"}, Procs: procs, Lanes: lanes}
}

// timed returns a report of a run with traces.
func timed(traces ...series.Timeline) *drawing {
	data := &series.Data{Sources: []series.Source{{Label: "run", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: 2}}, Traces: traces, Kinds: map[string]string{"CPU/work=primes": "computing"}}}}}
	return &drawing{Report: New(data), source: "run"}
}

func TestKitchenTitle(t *testing.T) {
	one, two := dishes(0, 8*ms, 16*ms), dishes(0, 2*ms, 4*ms)
	for name, tt := range map[string]struct {
		traces []series.Timeline
		want   string
	}{
		"three ways": {[]series.Timeline{kitchenOf(2, dishes(0, 0, 2*ms)), kitchenOf(1, two), kitchenOf(1, one)},
			"Cooking 3 dishes took 24 ms one after another, 12 ms with one cook switching, 10 ms with 2 cooks"},
		"one CPU":       {[]series.Timeline{kitchenOf(1, one), kitchenOf(1, two)}, "Cooking 3 dishes took 24 ms one after another, 12 ms with one cook switching"},
		"64 cooks":      {[]series.Timeline{kitchenOf(64, dishes(0, 0, 0))}, "Cooking 3 dishes took 8.0 ms with 64 cooks"},
		"one dish":      {[]series.Timeline{kitchenOf(1, dishes(0))}, "Cooking 1 dish took 8.0 ms one after another"},
		"by what it is": {[]series.Timeline{kitchenOf(2, one)}, "Cooking 3 dishes took 24 ms one after another"}, // cooks who took turns
		"other dishes":  {[]series.Timeline{kitchenOf(1, one), kitchenOf(1, dishes(0, 2*ms))}, "Dishes in a kitchen, and who cooked them when"},
		"the same way":  {[]series.Timeline{kitchenOf(1, one), kitchenOf(1, one)}, "Dishes in a kitchen, and who cooked them when"},
	} {
		f, err := timed(tt.traces...).kitchen()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := f.Text().Title; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// The figures beside a panel are those of all its dishes, drawn or not.
func TestKitchenPanels(t *testing.T) {
	f, err := timed(kitchenOf(1, dishes(0, 2*ms, 4*ms))).kitchen()
	if err != nil {
		t.Fatal(err)
	}
	svg := string(f.SVG(false))
	for _, want := range []string{">One cook, many dishes<", ">12 ms · 0.75 CPUs busy<", ">8 goroutines, GOMAXPROCS 1<", ">dish 3<", ">waiting<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s", want)
		}
	}
	pinned := kitchenOf(1, dishes(0, 2*ms))
	pinned.Cell = "BenchmarkMixed/work=kitchen/menu=stew/cpus=1/goroutines=8"
	if f, err = timed(pinned).kitchen(); err != nil || !strings.Contains(string(f.SVG(false)), ">8 goroutines, GOMAXPROCS 1, one CPU<") {
		t.Errorf("a trace on one CPU: error %v", err)
	}
	var begins []time.Duration
	for i := range 15 {
		begins = append(begins, time.Duration(i)*8*ms)
	}
	if f, err = timed(kitchenOf(1, dishes(begins...))).kitchen(); err != nil {
		t.Fatal(err)
	}
	svg = string(f.SVG(false))
	for _, want := range []string{">dish 12<", ">and 3 more<", ">120 ms · 0.38 CPUs busy<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Contains(svg, ">dish 13<") {
		t.Error("a thirteenth dish is drawn")
	}
}

func TestTracesTitle(t *testing.T) {
	of := func(cell string, procs int, took time.Duration) series.Timeline {
		return series.Timeline{Trace: results.Trace{Cell: cell}, Procs: procs, Lanes: []series.Lane{{Name: "goroutine 1", Spans: []series.Span{{From: ms, To: ms + took}}}}}
	}
	const primes, tcp = "BenchmarkCPU/work=primes/goroutines=8", "BenchmarkIO/work=tcp/goroutines=8"
	for want, traces := range map[string][]series.Timeline{
		"Computing (primes) took 82 ms at GOMAXPROCS 1, 41 ms at 2; tcp 85 ms at 1, 84 ms at 2": {
			of(tcp, 1, 85*ms), of(tcp, 2, 84*ms), of(primes, 2, 41*ms), of(primes, 1, 82*ms)},
		"tcp took 0.85 ms at GOMAXPROCS 4": {of(tcp, 4, 850*time.Microsecond)},
	} {
		f, err := timed(traces...).traces()
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Text().Title; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if !strings.Contains(string(f.SVG(true)), ">and 7 more that did not run<") {
			t.Errorf("%q does not tell of goroutines without a lane", want)
		}
	}
}

// What cannot be drawn is left out, and never an error: a trace illustrates.
func TestTracesThatShowNothing(t *testing.T) {
	lanes := dishes(0)
	for name, traces := range map[string][]series.Timeline{
		"none":          nil,
		"not read":      {kitchenOf(0, nil)},
		"no processors": {kitchenOf(0, lanes)},
		"an empty lane": {kitchenOf(1, []series.Lane{{Name: "dish 1"}})},
		"no time":       {kitchenOf(1, []series.Lane{{Name: "dish 1", Spans: []series.Span{{From: ms, To: ms}}}})},
		"no cell":       {{Trace: results.Trace{Cell: "nonsense"}, Procs: 1, Lanes: lanes}},
	} {
		d := timed(traces...)
		for _, draw := range []func() (*chart.Figure, error){d.kitchen, d.traces} {
			if f, err := draw(); f != nil || err != nil {
				t.Errorf("%s: %v, error %v", name, f, err)
			}
		}
	}
	if f, err := (&drawing{Report: New(&series.Data{Sources: []series.Source{{Label: "text"}}}), source: "text"}).kitchen(); f != nil || err != nil {
		t.Errorf("no run: %v, error %v", f, err)
	}
}

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 µs", 1: "0.001 µs", 830: "0.83 µs", 30 * time.Microsecond: "30 µs", 99 * time.Microsecond: "99 µs", 100 * time.Microsecond: "0.10 ms",
		7550 * time.Microsecond: "7.5 ms", 9960 * time.Microsecond: "10 ms", 104 * ms: "104 ms", 2465 * ms: "2465 ms", 12 * time.Second: "12 s", time.Hour: "3600 s",
	} {
		if got := lasting(d); got != want {
			t.Errorf("%d ns: %q, want %q", d, got, want)
		}
	}
}
