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

var nan = math.NaN()

// lab builds data cell by cell.
type lab struct {
	series.Data
	cells []*series.Measurement // as they were added
}

// run returns a lab with a recorded run on so many CPUs.
func run(cpus int, kinds map[string]string) *lab {
	return &lab{Data: series.Data{Sources: []series.Source{{Label: "run", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: cpus}}, Kinds: kinds}}}}}
}

// plain returns a lab with plain benchmark text.
func plain() *lab {
	return &lab{Data: series.Data{Sources: []series.Source{{Label: "text"}}}}
}

// wobble is noise of ±0.1% that differs by cell and round.
func wobble(g, p, round int) float64 { return 1 + 0.001*math.Sin(float64(17*g+5*p+3*round)) }

// cell adds a cell whose tasks take secs seconds, in so many rounds.
func (l *lab) cell(name string, g, p int, secs float64, rounds int) *series.Measurement {
	pt := &series.Measurement{Key: series.Key{Name: name, Goroutines: g, Procs: p}}
	units := map[string][]float64{}
	for r := range rounds {
		pt.Rounds = append(pt.Rounds, r)
		pt.Foreign = append(pt.Foreign, nan)
		units["sec/op"] = append(units["sec/op"], secs*wobble(g, p, r))
		units["inflight"] = append(units["inflight"], float64(g))
		units["cpus"] = append(units["cpus"], float64(min(g, p)))
	}
	pt.Units = series.UnitsOf(units)
	l.Sources[0].Add(pt)
	l.cells = append(l.cells, pt)
	return pt
}

// computing adds work that scales with the processors.
func (l *lab) computing(name string, rounds int, gs, ps []int) {
	for _, p := range ps {
		for _, g := range gs {
			l.cell(name, g, p, 1e-3/float64(max(min(g, p), 1)), rounds)
		}
	}
}

// waiting adds work that scales with the goroutines.
func (l *lab) waiting(name string, rounds int, gs, ps []int) {
	for _, p := range ps {
		for _, g := range gs {
			pt := l.cell(name, g, p, 10e-3/float64(max(g, 1)), rounds)
			for i := range pt.Units.Of("cpus") {
				pt.Units.Of("cpus")[i] = 0.01
			}
		}
	}
}

// disturb marks rounds from lo up to but not including hi as disturbed.
func disturb(p *series.Measurement, share float64, lo, hi int) {
	for i, r := range p.Rounds {
		p.Foreign[i] = 0.01
		if r >= lo && r < hi {
			p.Foreign[i] = share
		}
	}
}

// gain returns the only row.
func gain(t *testing.T, l *lab) scaling.Gain {
	t.Helper()
	rows := scaling.Gains(&l.Data)
	if len(rows) != 1 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	return rows[0]
}

// text writes an interval to two digits, within which the noise is not seen.
func text(i stats.Interval) string {
	if !i.Known() {
		return fmt.Sprintf("%.2g", i.Mid)
	}
	return fmt.Sprintf("%.2g [%.2g, %.2g]", i.Mid, i.Lo, i.Hi)
}

var kinds = map[string]string{"W": "waiting", "C": "computing", "M": "mixed", "S": "sharing", "T": "memory", "X": "exhibit"}

// gainsTest has data, and its gains as row writes them.
type gainsTest struct {
	name string
	data func() *lab
	want string
}

var gainsTests = []gainsTest{
	{"computing", func() *lab {
		l := run(4, kinds)
		l.computing("C", 12, []int{0, 1, 2, 4, 8}, []int{1, 4})
		return l
	}, `run C computing (4, 4): goroutines 1 [1, 1] · GOMAXPROCS 4 [4, 4] = 4 [4, 4]; best 4; CPUs; 12 of 12 rounds
`},
	{"waiting", func() *lab {
		l := run(4, kinds)
		l.waiting("W", 12, []int{0, 1, 8, 64, 256}, []int{1, 4})
		return l
	}, `run W waiting (64, 4): goroutines 64 [64, 64] · GOMAXPROCS 1 [1, 1] = 64 [64, 64]; best 256; goroutines; 12 of 12 rounds
`},
	{"waiting without 64", func() *lab {
		l := run(2, kinds)
		l.waiting("W", 12, []int{1, 8, 32, 100}, []int{1, 2})
		return l
	}, `run W waiting (32, 2): goroutines 32 [32, 32] · GOMAXPROCS 1 [1, 1] = 32 [32, 32]; best 100; goroutines; 12 of 12 rounds
`},
	{"kinds choose the cell", func() *lab {
		l := run(3, kinds)
		for _, name := range []string{"M", "S", "T", "X"} {
			l.computing(name, 12, []int{1, 2, 4, 64}, []int{1, 3})
		}
		return l
	}, `run M mixed (64, 3): goroutines 1 [1, 1] · GOMAXPROCS 3 [3, 3] = 3 [3, 3]; best 4; CPUs; 12 of 12 rounds
run S sharing (4, 3): goroutines 1 [1, 1] · GOMAXPROCS 3 [3, 3] = 3 [3, 3]; best 4; CPUs; 12 of 12 rounds
run T memory (4, 3): goroutines 1 [1, 1] · GOMAXPROCS 3 [3, 3] = 3 [3, 3]; best 4; CPUs; 12 of 12 rounds
`},
	{"plain text: kind by measurement, P from the file", func() *lab {
		l := plain()
		l.computing("C", 8, []int{1, 2, 4}, []int{1, 2})
		l.waiting("W", 8, []int{1, 2, 4, 64}, []int{1, 2})
		l.cell("Foreign", -1, 16, 1, 8)
		return l
	}, `text C  (2, 2): goroutines 1 [1, 1] · GOMAXPROCS 2 [2, 2] = 2 [2, 2]; best 2; CPUs; 8 of 8 rounds; note: GOMAXPROCS 2 is the largest of the file; how many CPUs there were is not known
text W  (64, 2): goroutines 64 [64, 64] · GOMAXPROCS 1 [1, 1] = 64 [64, 64]; best 64; goroutines; 8 of 8 rounds; note: GOMAXPROCS 2 is the largest of the file; how many CPUs there were is not known
`},
	{"oversubscribed cells are not used", func() *lab {
		l := run(2, kinds)
		l.computing("C", 12, []int{1, 2, 8}, []int{1, 2, 8})
		return l
	}, `run C computing (2, 2): goroutines 1 [1, 1] · GOMAXPROCS 2 [2, 2] = 2 [2, 2]; best 2; CPUs; 12 of 12 rounds
`},
	{"one CPU", func() *lab {
		l := run(1, kinds)
		for _, g := range []int{1, 2, 4} {
			l.cell("C", g, 1, 1e-3, 12)
			l.cell("C", g, 2, 1e-3, 12)
		}
		l.waiting("W", 12, []int{1, 64}, []int{1})
		return l
	}, `run C computing (2, 2): concurrency 1 [1, 1] · blocking 1 [1, 1] · parallelism one CPU = 1 [1, 1]; best 1; not goroutines or GOMAXPROCS; 12 of 12 rounds
run W waiting (64, 1): concurrency 64 [64, 64] · blocking no cell above GOMAXPROCS 1 · parallelism one CPU = 64 [64, 64]; best 64; goroutines; 12 of 12 rounds
`},
	{"only GOMAXPROCS 1 in the text", func() *lab {
		l := plain()
		l.computing("C", 6, []int{1, 2}, []int{1})
		return l
	}, `text C  (2, 1): goroutines 1 [1, 1] · GOMAXPROCS no cell above GOMAXPROCS 1 = 1 [1, 1]; best 1; not goroutines; 6 of 6 rounds; note: GOMAXPROCS 1 is the largest of the file; how many CPUs there were is not known
`},
	{"cells that are missing", func() *lab {
		l := run(4, kinds)
		l.computing("C", 12, []int{1, 2}, []int{1, 4}) // no G ≥ 4
		l.waiting("W", 12, []int{1, 100}, []int{1, 4}) // no G from 2 to 64
		l.computing("S", 12, []int{4}, []int{1, 4})    // no (1, 1)
		l.computing("M", 12, []int{1, 64}, []int{1})   // no P = 4
		l.cell("T", 4, 2, 1, 12)                       // none of all
		return l
	}, `run C computing (0, 4): not measurable: no cell with 4 goroutines or more
run W waiting (0, 4): not measurable: no cell with 2 to 64 goroutines
run S sharing (4, 4): goroutines no cell with 1 goroutine at GOMAXPROCS 1 · GOMAXPROCS 4 [4, 4] = no cell with 1 goroutine at GOMAXPROCS 1; best 4; CPUs; 12 of 12 rounds
run M mixed (64, 4): goroutines 1 [1, 1] · GOMAXPROCS no cell with 64 goroutines at GOMAXPROCS 4 = no cell with 64 goroutines at GOMAXPROCS 4; best 0; not goroutines; 12 of 12 rounds
run T memory (4, 4): not measurable: no cell with 1 goroutine at GOMAXPROCS 1
`},
	{"too few rounds", func() *lab {
		l := run(2, kinds)
		l.computing("C", 5, []int{1, 2}, []int{1, 2})
		return l
	}, `run C computing (2, 2): goroutines 1 · GOMAXPROCS 2 = 2; best 2; too few rounds; 5 of 5 rounds
`},
	{"no common round", func() *lab {
		l := run(2, kinds)
		l.computing("C", 5, []int{1, 2}, []int{1, 2})
		l.cells[1].Rounds = []int{5, 6, 7, 8, 9}
		return l
	}, `run C computing (2, 2): not measurable: no round in which all cells were measured
`},
	{"a kind that the run does not know", func() *lab {
		l := run(2, nil)
		l.waiting("N", 12, []int{1, 64}, []int{1, 2})
		return l
	}, `run N  (64, 2): goroutines 64 [64, 64] · GOMAXPROCS 1 [1, 1] = 64 [64, 64]; best 64; goroutines; 12 of 12 rounds
`},
}

func TestGains(t *testing.T) { gainsAre(t, gainsTests) }

// gainsAre holds each table of gains against the one that is wanted.
func gainsAre(t *testing.T, tests []gainsTest) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got strings.Builder
			for _, r := range scaling.Gains(&test.data().Data) {
				fmt.Fprintln(&got, row(r))
			}
			if got.String() != test.want {
				t.Errorf("got\n%swant\n%s", &got, test.want)
			}
		})
	}
}

func row(r scaling.Gain) string {
	head := fmt.Sprintf("%s %s %s (%d, %d): ", r.Source, r.Name, r.Kind, r.G, r.P)
	if r.Why != "" {
		return head + "not measurable: " + r.Why
	}
	or := func(i stats.Interval, why string) string {
		if why != "" {
			return why
		}
		return text(i)
	}
	var steps []string
	for _, s := range r.Steps() {
		steps = append(steps, s.Name+" "+or(s.Interval, s.Why))
	}
	s := head + fmt.Sprintf("%s = %s; best %d; %s; %d of %d rounds", strings.Join(steps, " · "),
		or(r.Total.Interval, r.Total.Why), r.Best, r.From, r.Rounds, r.Available)
	if r.Note != "" {
		s += "; note: " + r.Note
	}
	return s
}

func TestDisturbedRounds(t *testing.T) {
	for _, test := range []struct {
		rounds, disturbed int
		used              int
		undisturbed       bool
		why               string
	}{
		{16, 0, 16, false, ""},
		{16, 4, 12, true, ""},  // twelve remain
		{16, 5, 16, false, ""}, // eleven would remain
		{16, 8, 16, false, ""}, // half
		{16, 9, 16, false, "neighbours took 31%"},
		{40, 21, 19, true, "neighbours took 31%"},
		{8, 2, 8, false, ""},
	} {
		t.Run(fmt.Sprintf("%d of %d", test.disturbed, test.rounds), func(t *testing.T) {
			l := run(2, map[string]string{"C": "computing"})
			l.computing("C", test.rounds, []int{1, 2}, []int{1, 2})
			other := l.cells[2] // (1, 2), which no gain involves
			disturb(other, 0.9, 0, test.rounds)
			disturb(l.cells[3], 0.31, 0, test.disturbed)
			for i := range test.disturbed {
				l.cells[3].Units.Of("sec/op")[i] *= 3
				l.cells[3].Units.Of("cpus")[i] = 1
			}
			r := gain(t, l)
			if r.Rounds != test.used || r.Available != test.rounds || r.Disturbed != test.disturbed || r.UsedUndisturbed != test.undisturbed {
				t.Errorf("%d of %d rounds used, %d disturbed, undisturbed only %v", r.Rounds, r.Available, r.Disturbed, r.UsedUndisturbed)
			}
			for _, why := range []string{r.Why, r.ByGoroutines.Why, r.ByProcs.Why, r.Total.Why} {
				if why != test.why {
					t.Errorf("why %q, want %q", why, test.why)
				}
			}
			if r.ByProcs.N != test.used || r.Busy.N != test.used {
				t.Errorf("figures over %d and %d rounds, want %d", r.ByProcs.N, r.Busy.N, test.used)
			}
			if test.undisturbed && math.Abs(r.ByProcs.Lo-2) > 0.05 {
				t.Errorf("parallelism %s: disturbed rounds were used", text(r.ByProcs.Interval))
			}
			if (r.From == "") != (test.why != "") {
				t.Errorf("from %q with why %q", r.From, r.Why)
			}
		})
	}
}

// A round counts as disturbed when any of the row's cells was.
func TestDisturbedInAnyCell(t *testing.T) {
	l := run(2, map[string]string{"C": "computing"})
	l.computing("C", 20, []int{1, 2}, []int{1, 2})
	disturb(l.cells[0], 0.2, 0, 2)
	disturb(l.cells[1], 0.3, 1, 4)
	disturb(l.cells[3], 0.4, 4, 5)
	r := gain(t, l)
	if r.Disturbed != 5 || r.Rounds != 15 || r.Foreign != 0.01 {
		t.Errorf("%d disturbed, %d used, foreign %v", r.Disturbed, r.Rounds, r.Foreign)
	}
}

// Cells that were measured in every second round only are compared in those.
func TestPairsByRound(t *testing.T) {
	l := run(2, map[string]string{"C": "computing"})
	drift := func(p *series.Measurement) {
		for i, r := range p.Rounds {
			p.Units.Of("sec/op")[i] *= float64(1 + r)
		}
	}
	l.computing("C", 24, []int{1, 2}, []int{1, 2})
	half := l.cells[1]
	for i := range half.Rounds[:12] {
		half.Rounds[i] = 2 * i
		half.Units.Of("sec/op")[i] = 1e-3 * wobble(2, 1, 2*i)
	}
	half.Rounds, half.Foreign = half.Rounds[:12], half.Foreign[:12]
	half.Units = series.UnitsOf(map[string][]float64{"sec/op": half.Units.Of("sec/op")[:12]})
	half.Units.Of("sec/op")[3] = nan
	for _, p := range l.cells {
		drift(p)
	}
	r := gain(t, l)
	if r.Rounds != 11 || text(r.ByGoroutines.Interval) != "1 [1, 1]" || text(r.Total.Interval) != "2 [2, 2]" {
		t.Errorf("%d rounds, concurrency %s, total %s", r.Rounds, text(r.ByGoroutines.Interval), text(r.Total.Interval))
	}
}

func TestInside(t *testing.T) {
	l := run(2, map[string]string{"C": "computing"})
	l.computing("C", 12, []int{1, 2}, []int{1, 2})
	r := gain(t, l)
	if text(r.InFlight) != "2 [2, 2]" || text(r.Busy.Interval) != "2 [2, 2]" || !math.IsNaN(r.Foreign) {
		t.Errorf("in flight %s, CPUs %s, foreign %v", text(r.InFlight), text(r.Busy.Interval), r.Foreign)
	}
	l.cells[3].Units = series.UnitsOf(map[string][]float64{"sec/op": l.cells[3].Units.Of("sec/op"), "cpus": l.cells[3].Units.Of("cpus")})
	if r := gain(t, l); r.InFlight.N != 0 || r.InFlight.Known() {
		t.Errorf("in flight without the unit: %+v", r.InFlight)
	}
}

func TestSpeedup(t *testing.T) {
	l := run(4, nil)
	l.computing("C", 14, []int{1, 8}, []int{8, 4, 2, 1})
	disturb(l.Sources[0].Find(series.Key{Name: "C", Goroutines: 8, Procs: 2}), 0.5, 0, 2)
	want := "1 14 1 [1, 1]\n2 12 2 [2, 2]\n4 14 4 [4, 4]\n8 14 8 [8, 8]\n"
	var got strings.Builder
	for _, s := range scaling.Speedup(&l.Data, "run", "C", 8) {
		fmt.Fprintln(&got, s.P, s.Speedup.N, text(s.Speedup))
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
	if s := scaling.Speedup(&l.Data, "run", "C", 8)[0].Speedup; s.Mid != 1 || s.Lo != 1 || s.Hi != 1 {
		t.Errorf("at P=1: %+v", s)
	}
	for _, none := range [][]scaling.Spot{
		scaling.Speedup(&l.Data, "run", "C", 3),
		scaling.Speedup(&l.Data, "run", "D", 8),
		scaling.Speedup(&l.Data, "text", "C", 8),
	} {
		if len(none) != 0 {
			t.Errorf("of nothing: %+v", none)
		}
	}
}

func TestThroughput(t *testing.T) {
	l := plain()
	l.waiting("W", 6, []int{64, 0, 1, 8}, []int{1})
	l.cell("W", 16, 1, 0, 6)
	l.cell("W", 32, 1, 1e-3, 3)
	var got strings.Builder
	for _, r := range scaling.Throughput(&l.Data, "text", "W", 1) {
		fmt.Fprintln(&got, r.G, r.Throughput.N, text(r.Throughput))
	}
	want := "1 6 1e+02 [1e+02, 1e+02]\n8 6 8e+02 [8e+02, 8e+02]\n32 3 1e+03\n64 6 6.4e+03 [6.4e+03, 6.4e+03]\n"
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
	if rates := scaling.Throughput(&l.Data, "text", "W", 2); len(rates) != 0 {
		t.Errorf("at a GOMAXPROCS without cells: %+v", rates)
	}
}

// Rows cost time in proportion to the data: 20,000 names are nothing.
func TestManyNames(t *testing.T) {
	var cells []*series.Measurement
	for i := range 20_000 {
		cells = append(cells, plain().cell(fmt.Sprint("N", i), 1, 1, 1, 1))
	}
	l := plain()
	l.Sources[0].Add(cells...)
	if rows := scaling.Gains(&l.Data); len(rows) != 20_000 {
		t.Errorf("%d rows", len(rows))
	}
}

func ExampleGains() {
	d := &series.Data{Sources: []series.Source{{
		Label: "laptop",
		Run:   &series.Run{Run: results.Run{Machine: results.Machine{CPUs: 2}}, Kinds: map[string]string{"CPU/work=primes": "computing"}},
	}}}
	for _, c := range []struct {
		g, p, cpus int
		ms, busy   float64
	}{{1, 1, 1, 10, 1}, {2, 1, 1, 10.1, 1}, {2, 2, 1, 10.1, 1}, {2, 2, 0, 5.1, 1.98}} {
		p := &series.Measurement{Key: series.Key{Name: "CPU/work=primes", Goroutines: c.g, Procs: c.p, CPUs: c.cpus}}
		var times, busy []float64
		for round := range 10 {
			p.Rounds = append(p.Rounds, round)
			p.Foreign = append(p.Foreign, 0.01)
			times, busy = append(times, c.ms*1e-3), append(busy, c.busy)
		}
		p.Units = series.UnitsOf(map[string][]float64{"sec/op": times, "cpus": busy})
		d.Sources[0].Add(p)
	}
	for _, r := range scaling.Gains(d) {
		fmt.Print(r.Name)
		for _, s := range r.Steps() {
			fmt.Printf(", %s %.2f", s.Name, s.Mid)
		}
		fmt.Println("; gains from", r.From)
	}
	// Output: CPU/work=primes, concurrency 0.99, blocking 1.00, parallelism 1.98; gains from CPUs
}
