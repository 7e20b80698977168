package scaling_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// tried is a cell that was kept to so many CPUs, 0 for all: how long a task takes,
// and how many CPUs are busy.
type tried struct {
	g, p, cpus int
	ms, busy   float64
}

// kept adds cells of twelve rounds.
func (l *lab) kept(name string, cells ...tried) {
	for _, c := range cells {
		l.one(name, c)
	}
}

func (l *lab) one(name string, c tried) *series.Measurement {
	pt := &series.Measurement{Key: series.Key{Name: name, Goroutines: c.g, Procs: c.p, CPUs: c.cpus}}
	units := map[string][]float64{}
	for r := range 12 {
		pt.Rounds, pt.Foreign = append(pt.Rounds, r), append(pt.Foreign, nan)
		units["sec/op"] = append(units["sec/op"], c.ms*1e-3*wobble(c.g, c.p+c.cpus, r))
		units["cpus"] = append(units["cpus"], c.busy*wobble(c.p, c.g, r))
	}
	pt.Units = series.UnitsOf(units)
	l.Sources[0].Add(pt)
	l.cells = append(l.cells, pt)
	return pt
}

// The times are those of a prototype on two CPUs, rounded.
var (
	computing = []tried{{1, 1, 1, 1, 1}, {2, 1, 1, 1, 1}, {2, 2, 1, 1, 1}, {2, 2, 0, 0.5, 2}}
	waiting   = []tried{{1, 1, 1, 64, .01}, {64, 1, 1, 1, .1}, {64, 2, 1, 1, .1}, {64, 2, 0, 1, .1}}
	nanosleep = []tried{
		{1, 1, 1, 50, .2}, {64, 1, 1, 6, .23}, {64, 2, 1, 2.4, .4}, {64, 64, 1, 1, .86},
		{1, 1, 0, 50, .2}, {64, 1, 0, 19, .3}, {64, 2, 0, 8, .5}, {64, 64, 0, .95, 1.06},
	}
	sharing = []tried{{1, 1, 1, 1, 1}, {2, 1, 1, 1.25, 1}, {2, 2, 0, 5, 1.8}}
)

var knobTests = []gainsTest{
	{"CPUs are all that computing gains from", func() *lab {
		l := run(2, kinds)
		l.kept("C", computing...)
		return l
	}, `run C computing (2, 2): concurrency 1 [1, 1] · blocking 1 [1, 1] · parallelism 2 [2, 2] = 2 [2, 2]; best 2; CPUs; 12 of 12 rounds
`},
	{"waiting", func() *lab {
		l := run(2, kinds)
		l.kept("W", waiting...)
		return l
	}, `run W waiting (64, 2): concurrency 64 [64, 64] · blocking 1 [1, 1] · parallelism 1 [1, 1] = 64 [64, 64]; best 64; goroutines; 12 of 12 rounds
`},
	{"work that blocks is taken at the largest GOMAXPROCS that has both cells", func() *lab {
		l := run(2, kinds)
		l.kept("W", nanosleep...)
		return l
	}, `run W waiting (64, 64): concurrency 8.3 [8.3, 8.3] · blocking 6 [6, 6] · parallelism 1.1 [1.1, 1.1] = 53 [53, 53]; best 64; goroutines and GOMAXPROCS; 12 of 12 rounds
`},
	{"work that shares has no middle cell", func() *lab {
		l := run(2, kinds)
		l.kept("S", sharing...)
		return l
	}, `run S sharing (2, 2): concurrency 0.8 [0.8, 0.8] · blocking no middle cell, which has the same goroutines above GOMAXPROCS 1, still on one CPU · parallelism 0.25 [0.25, 0.25] = 0.2 [0.2, 0.2]; best 2; nothing, loses with goroutines, loses with CPUs; 12 of 12 rounds
`},
	{"nor is it the CPUs that work gains from which waits, without that cell", func() *lab {
		l := run(2, kinds)
		l.kept("W", sharing...)
		return l
	}, `run W waiting (2, 2): concurrency 0.8 [0.8, 0.8] · blocking no middle cell, which has the same goroutines above GOMAXPROCS 1, still on one CPU · parallelism no middle cell, which would tell what a higher GOMAXPROCS does alone = 0.2 [0.2, 0.2]; best 2; loses with goroutines; 12 of 12 rounds
`},
	{"no cell on all CPUs", func() *lab {
		l := run(2, kinds)
		l.kept("C", computing[:3]...)
		return l
	}, `run C computing (2, 2): concurrency 1 [1, 1] · blocking no middle cell, which has the same goroutines above GOMAXPROCS 1, still on one CPU · parallelism no cell with 2 goroutines at GOMAXPROCS 2 = no cell with 2 goroutines at GOMAXPROCS 2; best 0; not goroutines; 12 of 12 rounds
`},
	{"no cell (1,1) on one CPU", func() *lab {
		l := run(2, kinds)
		l.kept("C", computing[1:]...)
		return l
	}, `run C computing (2, 2): concurrency no cell with 1 goroutine at GOMAXPROCS 1 on one CPU · blocking 1 [1, 1] · parallelism 2 [2, 2] = no cell with 1 goroutine at GOMAXPROCS 1 on one CPU; best 2; CPUs; 12 of 12 rounds
`},
	{"without one CPU, blocked calls are not CPUs", func() *lab {
		l := run(2, kinds)
		l.kept("W", tried{1, 1, 0, 2, .2}, tried{64, 1, 0, 1, .3}, tried{64, 2, 0, .5, .6})
		l.kept("M", tried{1, 1, 0, 14, 1}, tried{64, 1, 0, 1, 1}, tried{64, 2, 0, .5, 2})
		l.kept("C", tried{1, 1, 0, 1, 1}, tried{2, 1, 0, 1, 1.8}, tried{2, 2, 0, .5, 1.8}) // a fixed number of them is busy
		return l
	}, `run W waiting (64, 2): goroutines 2 [2, 2] · GOMAXPROCS 2 [2, 2] = 4 [4, 4]; best 64; goroutines and GOMAXPROCS; 12 of 12 rounds
run M mixed (64, 2): goroutines 14 [14, 14] · GOMAXPROCS 2 [2, 2] = 28 [28, 28]; best 64; goroutines and CPUs; 12 of 12 rounds
run C computing (2, 2): goroutines 1 [1, 1] · GOMAXPROCS 2 [2, 2] = 2 [2, 2]; best 2; GOMAXPROCS; 12 of 12 rounds
`},
	{"a machine with one CPU", func() *lab {
		l := run(1, kinds)
		l.kept("W", tried{1, 1, 0, 50, .2}, tried{64, 1, 0, 6, .23}, tried{64, 64, 0, 1, .86})
		l.kept("C", tried{1, 1, 0, 1, 1}, tried{2, 1, 0, 1, 1})
		return l
	}, `run W waiting (64, 64): concurrency 8.3 [8.3, 8.3] · blocking 6 [6, 6] · parallelism one CPU = 50 [50, 50]; best 64; goroutines and GOMAXPROCS; 12 of 12 rounds
run C computing (2, 1): concurrency 1 [1, 1] · blocking no cell above GOMAXPROCS 1 · parallelism one CPU = 1 [1, 1]; best 1; not goroutines; 12 of 12 rounds
`},
	{"one CPU is worth using, of two that may be used", func() *lab {
		l := run(1, kinds)
		l.Sources[0].Run.Machine.Available = 2
		l.kept("C", tried{1, 1, 0, 1, 1}, tried{2, 1, 0, 1, 1})
		return l
	}, `run C computing (2, 1): goroutines 1 [1, 1] · GOMAXPROCS one CPU = 1 [1, 1]; best 1; not goroutines; 12 of 12 rounds
`},
	{"a file alone: as many CPUs as the work has that never blocks", func() *lab {
		l := plain()
		l.kept("C", computing...)
		l.kept("W", nanosleep...)
		return l
	}, `text C  (2, 2): concurrency 1 [1, 1] · blocking 1 [1, 1] · parallelism 2 [2, 2] = 2 [2, 2]; best 2; CPUs; 12 of 12 rounds; note: how many CPUs there were is not known: 2 at least, by work that does not block
text W  (64, 64): concurrency 8.3 [8.3, 8.3] · blocking 6 [6, 6] · parallelism 1.1 [1.1, 1.1] = 53 [53, 53]; best 64; goroutines and GOMAXPROCS; 12 of 12 rounds; note: how many CPUs there were is not known: 2 at least, by work that does not block
`},
}

func TestThreeKnobs(t *testing.T) { gainsAre(t, knobTests) }

// Within a round the gains multiply to the total.
func TestGainsMultiply(t *testing.T) {
	l := run(2, kinds)
	l.kept("W", nanosleep...)
	r := gain(t, l)
	if product := r.ByGoroutines.Mid * r.ByProcs.Mid * r.ByCPUs.Mid; math.Abs(product/r.Total.Mid-1) > 0.01 {
		t.Errorf("the product of the gains is %.3f, the total %.3f", product, r.Total.Mid)
	}
	if text(r.Before.Interval) != "50 [50, 50]" || text(r.Both.Interval) != "6.3 [6.3, 6.3]" {
		t.Errorf("on one CPU %s, by GOMAXPROCS and CPUs %s", text(r.Before.Interval), text(r.Both.Interval))
	}
}

// As it is usually run, work has two gains, which older runs have too.
func TestGainsAsRun(t *testing.T) {
	l := run(2, kinds)
	l.kept("C", computing...)
	l.kept("W", nanosleep...)
	var got strings.Builder
	for _, r := range scaling.GainsAsRun(&l.Data) {
		fmt.Fprintln(&got, row(r))
	}
	const want = `run C computing (2, 2): goroutines 1 [1, 1] · GOMAXPROCS 2 [2, 2] = 2 [2, 2]; best 2; CPUs; 12 of 12 rounds
run W waiting (64, 2): goroutines 2.6 [2.6, 2.6] · GOMAXPROCS 2.4 [2.4, 2.4] = 6.2 [6.2, 6.3]; best 64; goroutines and GOMAXPROCS; 12 of 12 rounds
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
}

// A row is one of a run only if its plan has all that the row needs.
func TestPlannedOnOneCPU(t *testing.T) {
	for _, test := range []struct {
		planned []tried
		rows    int
	}{{computing, 1}, {computing[:3], 0}, {computing[1:], 0}} {
		l := run(2, kinds)
		l.Sources[0].Run.Cells = map[series.Key]int{}
		for _, c := range test.planned {
			l.Sources[0].Run.Cells[series.Key{Name: "C", Goroutines: c.g, Procs: c.p, CPUs: c.cpus}] = 1
		}
		l.kept("C", test.planned...)
		if rows := scaling.Gains(&l.Data); len(rows) != test.rows {
			t.Errorf("%v: %d rows", test.planned, len(rows))
		}
	}
}

func TestUnsettled(t *testing.T) {
	for _, test := range []struct {
		name         string
		half, noTask float64
		timed        bool
		cells        int
	}{
		{"no figure", nan, nan, false, 0},
		{"settled", 1.09, 0, true, 0},
		{"speeds up", 1.24, 0, true, 1},
		{"slows down", 0.73, 0, true, 1},
		{"goroutines without a task", 1, 4, true, 1},
	} {
		l := run(2, kinds)
		l.kept("W", nanosleep...)
		for _, c := range l.cells {
			units := map[string][]float64{"sec/op": c.Units.Of("sec/op"), "cpus": c.Units.Of("cpus")}
			if c.Key == (series.Key{Name: "W", Goroutines: 64, Procs: 1, CPUs: 1}) && test.timed {
				for range c.Rounds {
					units["second-half"], units["no-task"] = append(units["second-half"], test.half), append(units["no-task"], test.noTask)
				}
			}
			if c.CPUs == 0 && c.Procs == 1 { // which the row does not use
				units["second-half"] = []float64{2}
			}
			c.Units = series.UnitsOf(units)
		}
		r := gain(t, l)
		if r.Timed != test.timed || len(r.Unsettled) != test.cells {
			t.Errorf("%s: timed %v, %+v", test.name, r.Timed, r.Unsettled)
		}
		if test.cells > 0 && (r.Unsettled[0].SecondHalf != test.half || r.Unsettled[0].NoTask != test.noTask) {
			t.Errorf("%s: %+v", test.name, r.Unsettled)
		}
	}
}

func span(lo, hi float64) stats.Interval {
	return stats.Interval{Mid: (lo + hi) / 2, Lo: lo, Hi: hi, N: 10}
}

var (
	helps, nothing, loss, vague = span(1.11, 2), span(0.9, 1.09), span(0.5, 0.89), span(1.05, 1.2)
	few                         = stats.Interval{Mid: 2, Lo: nan, Hi: nan, N: 5}
)

func TestFrom(t *testing.T) {
	for _, test := range []struct {
		goroutines, procs, cpus stats.Interval
		why                     [3]string
		want                    string
	}{
		{helps, helps, helps, [3]string{}, "goroutines, GOMAXPROCS and CPUs"},
		{helps, nothing, helps, [3]string{}, "goroutines and CPUs"},
		{helps, nothing, nothing, [3]string{}, "goroutines"},
		{nothing, nothing, helps, [3]string{}, "CPUs"},
		{nothing, helps, nothing, [3]string{}, "GOMAXPROCS"},
		{nothing, nothing, nothing, [3]string{}, "nothing"},
		{vague, nothing, helps, [3]string{}, "CPUs, perhaps goroutines"},
		{vague, vague, vague, [3]string{}, "perhaps goroutines, perhaps GOMAXPROCS, perhaps CPUs"},
		{nothing, loss, helps, [3]string{}, "CPUs, loses with GOMAXPROCS"},
		{loss, nothing, loss, [3]string{}, "nothing, loses with goroutines, loses with CPUs"},
		{helps, helps, nothing, [3]string{"", "", "one CPU"}, "goroutines and GOMAXPROCS"},
		{nothing, nothing, nothing, [3]string{"", "", "one CPU"}, "not goroutines or GOMAXPROCS"},
		{nothing, nothing, nothing, [3]string{"", "no middle cell", ""}, "nothing"},
		{nothing, nothing, nothing, [3]string{"no cell", "", ""}, "not GOMAXPROCS or CPUs"},
		{loss, nothing, nothing, [3]string{"", "no cell", "one CPU"}, "loses with goroutines"},
		{nothing, nothing, nothing, [3]string{"no cell", "no cell", "no cell"}, ""},
		{few, few, few, [3]string{}, "too few rounds"},
		{few, nothing, nothing, [3]string{"", "", "one CPU"}, "too few rounds"},
		{few, nothing, helps, [3]string{"no cell", "", ""}, "CPUs"},
		// On a threshold it is unclear; from 0.9 on, a loss is not one.
		{span(1.1, 2), nothing, nothing, [3]string{}, "perhaps goroutines"},
		{span(0.5, 1.1), nothing, nothing, [3]string{}, "perhaps goroutines"},
		{span(0.5, 0.9), nothing, nothing, [3]string{}, "nothing"},
	} {
		f := func(i int, of stats.Interval) scaling.Factor { return scaling.Factor{Interval: of, Why: test.why[i]} }
		got := scaling.From(scaling.Gain{
			OneCPU: true, ByGoroutines: f(0, test.goroutines), ByProcs: f(1, test.procs), ByCPUs: f(2, test.cpus),
			Both: f(2, helps), Busy: scaling.Busy{Rise: helps},
		})
		if got != test.want {
			t.Errorf("%+v: got %q, want %q", test, got, test.want)
		}
	}
}

// More CPUs are what work gains from only if more of them get busy, and if it is
// faster then than with GOMAXPROCS 1.
func TestFromCPUs(t *testing.T) {
	for _, test := range []struct {
		name       string
		both, rise stats.Interval
		want       string
		doubted    bool
	}{
		{"as they do", helps, helps, "CPUs", false},
		{"no busier", helps, nothing, "nothing", true},
		{"less busy", helps, loss, "nothing", true},
		{"perhaps busier", helps, vague, "perhaps CPUs", false},
		{"nothing tells", helps, stats.MedianInterval(nil), "perhaps CPUs", false},
		{"they make up for a loss", nothing, helps, "nothing", true},
		{"they perhaps do", vague, helps, "perhaps CPUs", false},
	} {
		g := scaling.Gain{
			OneCPU: true, ByGoroutines: scaling.Factor{Interval: nothing}, ByProcs: scaling.Factor{Interval: nothing},
			ByCPUs: scaling.Factor{Interval: helps}, Both: scaling.Factor{Interval: test.both}, Busy: scaling.Busy{Rise: test.rise},
		}
		_, _, cpus := g.Helps()
		if got := scaling.From(g); got != test.want || g.Doubted() != test.doubted || cpus != (test.want == "CPUs") {
			t.Errorf("%s: got %q, doubted %v, helps %v", test.name, got, g.Doubted(), cpus)
		}
	}
}

// Without cells on one CPU, a gain is ascribed by the CPUs busy.
func TestAscribed(t *testing.T) {
	for _, test := range []struct {
		name             string
		procs, busy, ris stats.Interval
		want             string
		ascribed         bool
	}{
		{"two are busy", helps, span(1.8, 2), span(1.8, 2), "CPUs", true},
		{"one would do", helps, span(.85, .95), span(1.8, 2), "GOMAXPROCS", false},
		{"little more than one", helps, span(1.05, 1.15), span(1.8, 2), "GOMAXPROCS", false},
		{"more than they can explain", span(2.2, 2.4), span(1.3, 1.4), span(1.8, 2), "GOMAXPROCS and CPUs", true},
		{"no busier", helps, span(1.8, 2), nothing, "GOMAXPROCS", false},
		{"perhaps two", vague, span(1.8, 2), span(1.8, 2), "perhaps CPUs", true},
		{"nothing tells", helps, stats.MedianInterval(nil), stats.MedianInterval(nil), "GOMAXPROCS", false},
		{"a loss is one by GOMAXPROCS", loss, span(1.8, 2), span(1.8, 2), "nothing, loses with GOMAXPROCS", false},
		{"no gain", nothing, span(1.8, 2), span(1.8, 2), "nothing", false},
	} {
		g := scaling.Gain{
			ByGoroutines: scaling.Factor{Interval: nothing}, ByProcs: scaling.Factor{Interval: test.procs},
			ByCPUs: scaling.Factor{Interval: stats.MedianInterval(nil), Why: "no cell on one CPU"},
			Busy:   scaling.Busy{Interval: test.busy, Rise: test.ris},
		}
		if got := scaling.From(g); got != test.want || g.Ascribed() != test.ascribed {
			t.Errorf("%s: got %q, ascribed %v", test.name, got, g.Ascribed())
		}
	}
}

// Every row has a reason for what it lacks, with whatever cells.
func TestSteps(t *testing.T) {
	names := func(g scaling.Gain) (s []string) {
		for _, step := range g.Steps() {
			s = append(s, step.Name)
		}
		return s
	}
	for _, g := range []scaling.Gain{{OneCPU: true}, {}} {
		if got := names(g); got[len(got)-1] != g.Last().Name {
			t.Errorf("%v end with %s", got, g.Last().Name)
		}
	}
	for mask := range 1 << len(nanosleep) {
		l := &lab{Data: series.Data{Sources: []series.Source{{Label: "run", Run: &series.Run{
			Run: results.Run{Machine: results.Machine{CPUs: 2}}, Kinds: kinds}}}}}
		for i, c := range nanosleep {
			if mask>>i&1 == 1 {
				l.one("W", c)
			}
		}
		for _, r := range scaling.Gains(&l.Data) {
			for _, f := range append(r.Steps(), scaling.Step{Name: "total", Factor: r.Total}) {
				if (f.Why == "") == math.IsNaN(f.Mid) {
					t.Errorf("%b: %s is %v, why %q", mask, f.Name, f.Mid, f.Why)
				}
			}
			if (r.Why == "") == (r.From == "") {
				t.Errorf("%b: why %q, from %q", mask, r.Why, r.From)
			}
		}
	}
}
