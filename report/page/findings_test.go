package page

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// sampled is a cell whose rounds scatter by half a percent.
func sampled(rounds int, unit string, v float64) *series.Measurement {
	p := &series.Measurement{Key: series.Key{Goroutines: -1, Procs: 1}}
	var values []float64
	for r := range rounds {
		p.Rounds, p.Foreign = append(p.Rounds, r), append(p.Foreign, 0)
		values = append(values, v*(1+.0025*float64((r*7+int(math.Abs(math.Log(v))*1000))%5-2)))
	}
	p.Units = series.UnitsOf(map[string][]float64{unit: values})
	return p
}

// named puts a point where a benchmark's name does.
func named(p *series.Measurement, name string, goroutines, procs int) *series.Measurement {
	p.Name, p.Goroutines, p.Procs = name, goroutines, procs
	return p
}

// disturb makes neighbours take part of the machine during all of a point.
func disturb(p *series.Measurement) *series.Measurement {
	for i := range p.Foreign {
		p.Foreign[i] = .3
	}
	return p
}

// aRun is a run on so many CPUs that holds points.
func aRun(cpus int, points ...*series.Measurement) *drawing {
	for _, g := range []int{1, 2, 8} { // by which the number of CPUs is known
		points = append(points, named(sampled(12, "sec/op", 1), headComputing, g, 1))
	}
	s := series.Source{Label: "s", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: cpus}}}}
	s.Add(points...)
	r := New(&series.Data{Sources: []series.Source{s}})
	return &drawing{Report: r, source: "s", rows: r.of("s")}
}

func TestCoordinationTitle(t *testing.T) {
	type costs = map[string]map[int]*series.Measurement
	ns := func(v float64) *series.Measurement { return sampled(12, "sec/op", v*1e-9) }
	few := func(v float64) *series.Measurement { return sampled(3, "sec/op", v*1e-9) }
	const measured = "Time to add to a counter, over goroutines"
	for _, tt := range []struct {
		name, want string
		costs      costs
	}{
		{"a quick run", "An addition alone: atomic 2.1 ns, mutex 4.5 ns, channel 31 ns; 2 on one cache line: 4.0× as long",
			costs{"atomic": {1: ns(2.1)}, "mutex": {1: ns(4.5)}, "channel": {1: ns(31)}, "falseshared": {2: ns(4)}, "sharded": {2: ns(1)}}},
		{"a mutex under contention", "An addition alone: mutex 5.0 ns; 64 at one mutex: 10× as long", costs{"mutex": {1: ns(5), 2: ns(9), 64: ns(50)}}},
		{"a mutex that contention makes no dearer", "An addition alone: mutex 5.0 ns", costs{"mutex": {1: ns(5), 8: ns(5)}, "falseshared": {8: ns(2)}}},
		{"cheaper on one line", measured, costs{"falseshared": {2: ns(1)}, "sharded": {2: ns(1.2)}}},
		{"at different numbers", measured, costs{"falseshared": {8: ns(4)}, "sharded": {2: ns(1)}}},
		{"all equal", "An addition alone: atomic 5.0 ns, mutex 5.0 ns", costs{"atomic": {1: ns(5)}, "mutex": {1: ns(5), 2: ns(5)}}},
		{"no intervals", measured, costs{"mutex": {1: few(5), 2: few(50)}}},
		{"neighbours", measured, costs{"mutex": {1: disturb(ns(5)), 2: ns(50)}}},
		{"one CPU", "An addition alone: atomic 2.0 ns", costs{"atomic": {1: ns(2)}}},
		{"nothing", measured, nil},
	} {
		if got := coordinationTitle(tt.costs); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Costs are taken where each goroutine has a processor, as far as there are
// any and this was measured.
func TestCountersHaveAProcessorEach(t *testing.T) {
	at := func(g, p int) *series.Measurement {
		return named(sampled(12, "sec/op", 1e-9), counterWork+"mutex", g, p)
	}
	_, costs := aRun(4, at(1, 1), at(1, 4), at(2, 1), at(2, 4), at(8, 1), at(8, 4), at(8, 8), at(0, 1), at(3, 1)).counters()
	got := map[int]int{}
	for g, p := range costs["mutex"] {
		got[g] = p.Procs
	}
	if want := map[int]int{1: 1, 2: 4, 8: 4}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("GOMAXPROCS by goroutines: %v, want %v", got, want)
	}
}

func TestMemoryTitle(t *testing.T) {
	of := func(rounds int, units map[string]float64) *series.Measurement {
		p := sampled(rounds, "x", 1)
		all := map[string][]float64{}
		for unit, v := range units {
			all[unit] = sampled(rounds, unit, v).Units.Of(unit)
		}
		p.Units = series.UnitsOf(all)
		return p
	}
	goroutine := of(12, map[string]float64{unitResident: 2765})
	const measured = "Memory over the number of parked goroutines and threads"
	for _, tt := range []struct {
		name, want        string
		goroutine, thread *series.Measurement
	}{
		{"both", "Parked, a goroutine takes 2.7 KiB of memory, a thread 8.3 KiB, with 8.0 MiB reserved", goroutine, of(12, map[string]float64{unitResident: 8500, unitReserved: 8 << 20})},
		{"nothing reserved", "Parked, a goroutine takes 2.7 KiB of memory, a thread 8.3 KiB", goroutine, of(12, map[string]float64{unitResident: 8500, unitReserved: 0})},
		{"no threads", "A parked goroutine takes 2.7 KiB of memory", goroutine, nil},
		{"threads alone", "A parked thread takes 512 B of memory", nil, of(12, map[string]float64{unitResident: 512})},
		{"no intervals", measured, of(3, map[string]float64{unitResident: 2765}), nil},
		{"a slope below nothing", measured, of(12, map[string]float64{unitResident: -5}), nil},
		{"other units", measured, of(12, map[string]float64{"alive": 1}), nil},
		{"nothing", measured, nil, nil},
	} {
		if got := memoryTitle(tt.goroutine, tt.thread); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSumTitle(t *testing.T) {
	stop := func(n int, sec float64) scaling.SweepPoint {
		return scaling.SweepPoint{N: n, Point: sampled(12, "sec/op", sec)}
	}
	crossed := func(values ...float64) []scaling.SweepPoint {
		p := sampled(len(values), unitCrossover, 1)
		copy(p.Units.Of(unitCrossover), values)
		return []scaling.SweepPoint{{N: 1_000_000, Point: p}}
	}
	loop := []scaling.SweepPoint{stop(100, 1e-6), stop(1_000_000, 1)}
	none := 1e7
	const measured = "Time to sum a slice, by one loop and by goroutines"
	for _, tt := range []struct {
		name, want string
		found      []scaling.SweepPoint
		two        []scaling.SweepPoint
		marked     bool
	}{
		{"by the times", "On 2 CPUs two goroutines sum faster than one loop from between 100 and 1,000,000 items on", nil, []scaling.SweepPoint{stop(100, 2e-6), stop(1_000_000, .5)}, true},
		{"by what samples found", "On 2 CPUs two goroutines sum faster than one loop from about 200,000 items on",
			crossed(1e5, 1.5e5, 2e5, 2e5, 2e5, 2e5, 2e5, 2e5, 2.5e5, 3e5, 3e5, none), nil, true},
		{"most samples, not for certain", measured, crossed(1e5, 2e5, 2e5, 2e5, 2e5, 3e5, 3e5, none, none, none, none, none), nil, true},
		{"most found none", measured, crossed(1e5, 2e5, none, none, none, none, none, none), nil, false},
		{"too few samples", measured, crossed(1e5, 2e5, 3e5), nil, true},
		{"faster at the longest, no crossover", "On 2 CPUs two goroutines sum 1,000,000 items 1.6× as fast as one loop", nil, []scaling.SweepPoint{stop(1_000_000, .625)}, false},
		{"slower everywhere", measured, nil, []scaling.SweepPoint{stop(100, 2e-6), stop(1_000_000, 1.2)}, false},
		{"all equal", measured, nil, loop, false},
		{"other lengths", measured, nil, []scaling.SweepPoint{stop(500, .1)}, false},
		{"nothing", measured, nil, nil, false},
	} {
		c := crossingOf(loop, tt.two)
		if c.mark.X == 0 {
			c = crossingFound(tt.found)
		}
		if got := sumTitle(2, c, loop, tt.two); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if (c.mark.X > 0) != tt.marked {
			t.Errorf("%s: marked at %v, want %v", tt.name, c.mark.X, tt.marked)
		}
	}
	if got := sumTitle(1, crossing{}, loop, []scaling.SweepPoint{stop(1_000_000, .5)}); got != measured {
		t.Errorf("one CPU: %q", got)
	}
	if c := crossingFound([]scaling.SweepPoint{{N: 10, Point: disturb(crossed(1, 2, 3, 4, 5, 6)[0].Point)}}); c.mark.X != 0 {
		t.Error("a crossover that neighbours made")
	}
}

func TestLanguagesTitle(t *testing.T) {
	vague := stats.Interval{Mid: 1.3, Lo: .9, Hi: 2, N: 12}
	few := stats.Interval{Mid: 8, Lo: math.NaN(), Hi: math.NaN(), N: 3}
	of := func(name string, waiting, computing stats.Interval) langGain {
		return langGain{name, scaling.Factor{Interval: waiting}, scaling.Factor{Interval: computing}, true}
	}
	unfit := of("Java", known(8), known(2))
	unfit.titled = false
	const measured = "What languages gain from workers, waiting and computing"
	for _, tt := range []struct {
		name, want string
		gains      []langGain
		tones      []string
	}{
		{"as predicted", "Workers speed up both kinds of tasks in C++, Go and Java; in Python only tasks that wait",
			[]langGain{of("C++", known(8), known(2)), of("Go", known(8), known(1.9)), of("Java", known(7), known(1.8)), of("Python", known(8), known(1))},
			[]string{"mixed", "mixed", "mixed", "waiting"}},
		{"Python loses", "In Python workers speed up only tasks that wait", []langGain{of("Python", known(8), known(.7))}, []string{"waiting"}},
		{"undecided", measured, []langGain{of("Go", known(8), vague), of("Java", vague, known(2))}, []string{"", ""}},
		{"one decided", "Workers speed up both kinds of tasks in Go", []langGain{of("Go", known(8), known(2)), of("Java", vague, known(2))}, []string{"mixed", ""}},
		{"computing alone", measured, []langGain{of("Go", known(1), known(2))}, []string{"computing"}},
		{"neither", measured, []langGain{of("Go", known(1), known(1))}, []string{""}},
		{"too few rounds", measured, []langGain{of("Go", few, few)}, []string{""}},
		{"neighbours, or a name of somebody else's", measured, []langGain{unfit}, []string{"mixed"}},
		{"nothing", measured, nil, nil},
	} {
		if got := languagesTitle(tt.gains); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		for i, g := range tt.gains {
			if got := g.tone(); got != tt.tones[i] {
				t.Errorf("%s: %s is %q, want %q", tt.name, g.name, got, tt.tones[i])
			}
		}
	}
}

// The charts of special families are drawn from what is there, and not at all
// where there is nothing.
func TestFamilyCharts(t *testing.T) {
	lang := func(work, lang string, workers int, sec float64) *series.Measurement {
		return named(sampled(12, "sec/op", sec), fmt.Sprintf("Lang/work=%s/lang=%s/workers=%d", work, lang, workers), -1, 1)
	}
	sum := func(by string, length, procs int, sec float64) *series.Measurement {
		return named(sampled(12, "sec/op", sec), fmt.Sprintf("Pattern/work=sum/by=%s/length=%d", by, length), -1, procs)
	}
	parked := named(sampled(12, unitResident, 2765), "Thread/work=parked/of=goroutine/parked=100000", -1, 1)
	goLang := []*series.Measurement{lang("wait", "go", 1, .01), lang("wait", "go", 8, .00125), lang("compute", "go", 1, 1), lang("compute", "go", 2, .5)}
	other := []*series.Measurement{lang("wait", "cobol", 1, .01), lang("wait", "cobol", 8, .00125), lang("compute", "cobol", 1, 1), lang("compute", "cobol", 2, .5)}
	const none = ""
	for _, tt := range []struct {
		name                          string
		cpus                          int
		points                        []*series.Measurement
		coord, memory, sum, languages string // titles
	}{
		{"nothing", 2, nil, none, none, none, none},
		{"memory", 2, []*series.Measurement{parked}, none, "A parked goroutine takes 2.7 KiB of memory", none, none},
		{"memory below nothing", 2, []*series.Measurement{named(sampled(12, unitResident, -1), parked.Name, -1, 1)}, none, none, none, none},
		{"a sum", 2, []*series.Measurement{sum("loop", 100, 1, 1e-7), sum("two", 100, 1, 1e-6)}, none, none, "Time to sum a slice, by one loop and by goroutines", none},
		{"a sum at all CPUs", 2, []*series.Measurement{sum("loop", 100, 2, 1e-7), sum("two", 100, 2, 1e-6), sum("loop", 1000, 2, 1e-6), sum("two", 1000, 2, 6e-7)},
			none, none, "On 2 CPUs two goroutines sum faster than one loop from between 100 and 1,000 items on", none},
		{"a language", 2, goLang, none, none, none, "Workers speed up both kinds of tasks in Go"},
		{"somebody else's", 2, other, none, none, none, "What languages gain from workers, waiting and computing"},
		{"one gain of two", 2, goLang[:3], none, none, none, none},
		{"one CPU", 1, goLang, none, none, none, none},
		{"counters", 2, []*series.Measurement{named(sampled(12, "sec/op", 2e-9), counterWork+"atomic", 1, 1), named(sampled(12, "sec/op", 5e-9), counterWork+"new", 2, 2)},
			"An addition alone: atomic 2.0 ns", none, none, none},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := aRun(tt.cpus, tt.points...)
			for _, c := range []struct {
				draw func() (*chart.Figure, error)
				want string
			}{{d.coordination, tt.coord}, {d.memory, tt.memory}, {d.sum, tt.sum}, {d.languages, tt.languages}} {
				f, err := c.draw()
				if err != nil && !errors.Is(err, chart.ErrEmpty) {
					t.Fatal(err)
				}
				got := none
				if f != nil {
					got = f.Text().Title
					if how := howToRead()[f.Text().ID]; how[0] == "" || !strings.HasSuffix(how[1], ".") {
						t.Errorf("nothing says how to read %s", f.Text().ID)
					}
				}
				if got != c.want {
					t.Errorf("%q, want %q", got, c.want)
				}
			}
		})
	}
}
