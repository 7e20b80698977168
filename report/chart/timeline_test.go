package chart_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"conpar/report/chart"
	"conpar/report/series"
)

const us, ms = time.Microsecond, time.Millisecond

// lasting returns a time in seconds.
func lasting(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

// lane is one of so many spans, of which each has another state.
func lane(name string, end float64, spans, procs int) series.Lane {
	l := series.Lane{Name: name}
	each := end / float64(spans)
	for i := range spans {
		l.Spans = append(l.Spans, series.Span{
			From: lasting(float64(i) * each), To: lasting(min(end, float64(i+1)*each)), State: series.State(i % 4), Proc: i / 4 % procs,
		})
	}
	return l
}

func awkwardPanels() map[string][]chart.Panel {
	panel := func(name string, end float64, lanes, stretches, procs int) chart.Panel {
		p := chart.Panel{Name: name, Sub: "8 goroutines, GOMAXPROCS 2", Value: "12 ms · 1.85 CPUs busy", To: lasting(end)}
		for i := range lanes {
			p.Lanes = append(p.Lanes, lane(fmt.Sprintf("%s %d", name, i), end, stretches, procs))
		}
		return p
	}
	long := strings.Repeat("github.com/somebody/project.(*Thing).Do", 3)
	left := panel("more", 1, 12, 9, 2)
	left.Left = "and 1,000,000 further goroutines"
	bare := panel("", 1, 1, 1, 1)
	bare.Sub, bare.Value, bare.Lanes[0].Name, bare.Lanes[0].Spans = "", "", "", nil
	return map[string][]chart.Panel{
		"one":       {panel("one", .012, 1, 1, 1)},
		"three":     {panel("sequential", .1, 8, 5, 1), panel("concurrent", .05, 8, 5, 1), panel("parallel", .02, 8, 9, 2)},
		"64 CPUs":   {panel("wide", 3, 64, 300, 64)},
		"dense":     {panel("dense", 1e-3, 12, 1500, 2)},
		"long name": {panel(long, 12, 3, 9, 2), panel("short", 12, 3, 9, 2)},
		"hostile":   {panel(hostile, 12, 2, 9, 2)},
		"left":      {left, left},
		"bare":      {bare},
		"lengths":   {panel("longest", 1e6, 2, 9, 2), panel("shortest", 1e-9, 2, 9, 2)},
		"tiny":      {panel("tiny", 3e-9, 2, 9, 2)},
		"eight":     {left, left, left, left, left, left, left, left},
	}
}

func TestTimelineRefuses(t *testing.T) {
	good := func() []chart.Panel {
		return []chart.Panel{{Name: "p", To: 1, Lanes: []series.Lane{{Name: "l", Spans: []series.Span{{From: 0, To: 1}}}}}}
	}
	if _, err := chart.Timeline(chart.Text{}, good()); err != nil {
		t.Fatal(err)
	}
	span := func(s series.Span) func([]chart.Panel) []chart.Panel {
		return func(ps []chart.Panel) []chart.Panel { ps[0].Lanes[0].Spans[0] = s; return ps }
	}
	for name, spoil := range map[string]func([]chart.Panel) []chart.Panel{
		"no panel":     func([]chart.Panel) []chart.Panel { return nil },
		"many panels":  func(ps []chart.Panel) []chart.Panel { return append(ps, awkwardPanels()["eight"]...) },
		"no lane":      func(ps []chart.Panel) []chart.Panel { ps[0].Lanes = nil; return ps },
		"many lanes":   func(ps []chart.Panel) []chart.Panel { ps[0].Lanes = make([]series.Lane, 65); return ps },
		"many spans":   func(ps []chart.Panel) []chart.Panel { ps[0].Lanes[0] = lane("l", 1, 20_001, 1); return ps },
		"no time":      func(ps []chart.Panel) []chart.Panel { ps[0].To = 0; return ps },
		"backwards":    span(series.Span{From: 1, To: 0}),
		"before":       span(series.Span{From: -1, To: 0}),
		"after":        span(series.Span{From: 0, To: 2}),
		"no state":     span(series.Span{To: 1, State: 4}),
		"no processor": span(series.Span{To: 1, Proc: -1}),
	} {
		if _, err := chart.Timeline(chart.Text{}, spoil(good())); err == nil || !strings.HasPrefix(err.Error(), "chart: timeline: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// What is drawn says what it is on hovering, and however short a time something ran for, it is drawn.
func TestTimelineTooltips(t *testing.T) {
	f, err := chart.Timeline(chart.Text{ID: "x"}, []chart.Panel{{Name: "p", To: 10 * ms, Lanes: []series.Lane{{Name: "dish 1", Spans: []series.Span{
		{From: 0, To: 2 * ms, State: series.Ready},
		{From: 2 * ms, To: 5 * ms, State: series.Running, Proc: 7},
		{From: 5 * ms, To: 9 * ms, State: series.Waiting},
		{From: 9 * ms, To: 10 * ms, State: series.Syscall},
	}}}}})
	if err != nil {
		t.Fatal(err)
	}
	svg := string(f.SVG(false))
	for _, want := range []string{
		"<title>dish 1: ready, waits for a processor, 1 time, 2 ms in all</title>", "<title>dish 1: running on P7 for 3 ms, from 2 ms</title>",
		"<title>dish 1: waiting, 1 time, 4 ms in all</title>", "<title>dish 1: in a system call, 1 time, 1 ms in all</title>",
		"<title>p: 10 ms</title>", ">running on P7</text>", ">P7</text>", ">milliseconds</text>",
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s", want)
		}
	}
	f, err = chart.Timeline(chart.Text{ID: "x"}, []chart.Panel{{Name: "p", To: time.Second, Lanes: []series.Lane{{Name: "tcp", Spans: []series.Span{
		{From: 100 * ms, To: 100_001 * us, Proc: 1}, {From: 200 * ms, To: 200_002 * us, Proc: 1}, {From: 300 * ms, To: 300_004 * us},
	}}}}})
	if err != nil {
		t.Fatal(err)
	}
	svg = string(f.SVG(true))
	for _, want := range []string{"<title>tcp: running on P0, 1 time, 4 µs in all</title>", "<title>tcp: running on P1, 2 times, 3 µs in all</title>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestTimelineNoOverlapAtRandom(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 2))
		ps := make([]chart.Panel, 1+rng.IntN(5))
		for i := range ps {
			end := math.Exp(12*rng.Float64() - 9)
			ps[i] = chart.Panel{
				Name: strings.Repeat("name", 1+rng.IntN(9)), Sub: strings.Repeat("sub ", rng.IntN(30)), Value: strings.Repeat("value", rng.IntN(5)), To: lasting(end),
			}
			for j := range 1 + rng.IntN(14) {
				ps[i].Lanes = append(ps[i].Lanes, lane(strings.Repeat("lane", 1+rng.IntN(9))+fmt.Sprint(j), end, 1+rng.IntN(40), 1+rng.IntN(9)))
			}
			if rng.IntN(2) == 0 {
				ps[i].Left = "and more"
			}
		}
		f, err := chart.Timeline(chart.Text{ID: "x", Title: "Random"}, ps)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, o := range f.Overlaps() {
			t.Errorf("seed %d: %s", seed, o)
		}
	}
}

func ExampleTimeline() {
	chop := func(from time.Duration, proc int) series.Span {
		return series.Span{From: from * ms, To: (from + 2) * ms, State: series.Running, Proc: proc}
	}
	plate := func(from time.Duration, proc int) series.Span {
		return series.Span{From: from * ms, To: (from + 1) * ms, State: series.Running, Proc: proc}
	}
	line := func(state series.State, from, to time.Duration) series.Span {
		return series.Span{From: from * ms, To: to * ms, State: state}
	}
	const ready, bake = series.Ready, series.Waiting
	f, err := chart.Timeline(chart.Text{
		ID:    "timeline",
		Title: "Cooking 3 dishes took 24 ms one after another, 12 ms with one cook switching, 10 ms with two cooks",
		Sub:   "Each row is a dish · a block: a cook works at it; a thin line: it bakes, and needs no cook",
		Note:  "From execution traces, each recorded once.",
		Alt:   "A timeline in three panels, with a row for each dish: when a cook worked at it, when it baked, and when it was ready.",
	}, []chart.Panel{
		{Name: "One dish after another", Sub: "1 goroutine, GOMAXPROCS 1", Value: "24 ms · 0.38 CPUs busy", To: 24 * ms, Lanes: []series.Lane{
			{Name: "dish 1", Spans: []series.Span{chop(0, 0), line(bake, 2, 7), plate(7, 0)}},
			{Name: "dish 2", Spans: []series.Span{chop(8, 0), line(bake, 10, 15), plate(15, 0)}},
			{Name: "dish 3", Spans: []series.Span{chop(16, 0), line(bake, 18, 23), plate(23, 0)}},
		}},
		{Name: "One cook, many dishes", Sub: "3 goroutines, GOMAXPROCS 1", Value: "12 ms · 0.75 CPUs busy", To: 12 * ms, Lanes: []series.Lane{
			{Name: "dish 1", Spans: []series.Span{chop(0, 0), line(bake, 2, 7), plate(7, 0)}},
			{Name: "dish 2", Spans: []series.Span{line(ready, 0, 2), chop(2, 0), line(bake, 4, 9), plate(9, 0)}},
			{Name: "dish 3", Spans: []series.Span{line(ready, 0, 4), chop(4, 0), line(bake, 6, 11), plate(11, 0)}},
		}},
		{Name: "Two cooks, many dishes", Sub: "3 goroutines, GOMAXPROCS 2", Value: "10 ms · 0.90 CPUs busy", To: 10 * ms, Lanes: []series.Lane{
			{Name: "dish 1", Spans: []series.Span{chop(0, 0), line(bake, 2, 7), plate(7, 1)}},
			{Name: "dish 2", Spans: []series.Span{chop(0, 1), line(bake, 2, 7), plate(7, 0)}},
			{Name: "dish 3", Spans: []series.Span{line(ready, 0, 2), chop(2, 1), line(bake, 4, 9), plate(9, 1)}},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	golden(f)
	// Output: testdata/timeline.svg
}
