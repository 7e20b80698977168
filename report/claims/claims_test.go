package claims_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/results"
)

const label = "run"

// wobble is symmetric noise of about ±1%.
func wobble(round int) float64 { return 0.01 * math.Sin(float64(1+5*round*round+3*round)) }

// lab is a run of which each sample is made up.
type lab struct {
	series.Data
	cells []*series.Measurement // as they were added
}

// newLab is a run on a machine with so many CPUs, which kept samples to one.
func newLab(cpus int) *lab {
	l := newFreeLab(cpus)
	l.Sources[0].Run.Machine.OneCPU = new(int)
	return l
}

// newFreeLab is a run that kept no samples to one CPU.
func newFreeLab(cpus int) *lab {
	return &lab{Data: series.Data{Sources: []series.Source{{Label: label, Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: cpus}}, Dropped: map[string]string{}, Cells: map[series.Key]int{}}}}}}
}

// set gives a cell a unit's value in each round.
func (l *lab) set(c results.Cell, unit string, rounds int, value func(round int) float64) *series.Measurement {
	key := series.Key{Name: c.Series(), Goroutines: c.N, Procs: c.Procs, CPUs: c.CPUs}
	if c.Axis != "goroutines" {
		key.Name, key.Goroutines = fmt.Sprintf("%s/%s=%d", key.Name, c.Axis, c.N), -1
	}
	p := l.Sources[0].Find(key)
	if p == nil {
		p = &series.Measurement{Key: key}
		for round := range rounds {
			p.Rounds = append(p.Rounds, round)
			p.Foreign = append(p.Foreign, 0)
		}
		l.Sources[0].Add(p)
		l.cells = append(l.cells, p)
	}
	units := map[string][]float64{}
	for _, u := range p.Units.Names() {
		units[u] = p.Units.Of(u)
	}
	units[unit] = nil
	for round := range rounds {
		units[unit] = append(units[unit], value(round))
	}
	p.Units = series.UnitsOf(units)
	return p
}

// claim puts a verdict's figures into the lab: values of the estimate itself.
func (l *lab) claim(v claims.Verdict, rounds int, value func(round int) float64) {
	one := func(int) float64 { return 1 }
	numerator := value
	if v.Of.SerialFraction {
		p := float64(v.Cells[1].Procs)
		numerator = func(round int) float64 { return 1 / (value(round)*(1-1/p) + 1/p) }
	}
	unit := v.Of.Unit
	if unit == "cpu-sec/op" {
		unit = "sec/op"
		for _, c := range v.Cells {
			l.set(c, "cpus", rounds, one)
		}
	}
	if v.Given != "" {
		l.set(v.Cells[0], v.Given, rounds, one)
	}
	l.set(v.Cells[0], unit, rounds, numerator)
	for _, other := range v.Cells[1:] {
		l.set(other, unit, rounds, one)
	}
}

// verdicts judges, and returns the verdict on the i-th claim.
func (l *lab) verdict(i int) claims.Verdict { return claims.Judge(&l.Sources[0])[i] }

// far returns values inside and outside of a region, clear of its bounds by a
// tenth of the bound.
func far(h claims.Region) (inside, outside float64) {
	step := func(v float64) float64 {
		if v = math.Abs(v); v > 0 && v < 0.01 { // of seconds
			return v / 2
		}
		return max(0.1*v, 0.01)
	}
	switch {
	case math.IsInf(h.Hi, 1):
		return h.Lo + step(h.Lo), h.Lo - step(h.Lo)
	case math.IsInf(h.Lo, -1):
		return h.Hi - step(h.Hi), h.Hi + step(h.Hi)
	}
	return (h.Lo + h.Hi) / 2, h.Hi + step(h.Hi)
}

func TestClaimsAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	row, definition := 0, true
	for _, c := range claims.All() {
		name := c.ID + " " + c.Subject + ": " + c.Quantity
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		for i, r := range claims.Rows() {
			if r != c.Row {
				continue
			}
			if i < row {
				t.Errorf("%s stands out of order", name)
			}
			if i > row {
				row, definition = i, true
			}
		}
		if c.Definition && !definition {
			t.Errorf("%s, a definition, stands behind what is none", name)
		}
		definition = c.Definition
		if c.ID == "" || c.Subject == "" || c.Says == "" || c.Quantity == "" || c.Of.Unit == "" || !(c.Holds.Lo <= c.Holds.Hi) ||
			math.IsInf(c.Holds.Lo, -1) && math.IsInf(c.Holds.Hi, 1) || strings.HasSuffix(c.Says, ".") {
			t.Errorf("%s is incomplete: %+v", name, c)
		}
		if c.Blocked.Family != "" && c.Teaches == "" {
			t.Errorf("%s has a witness, and teaches nothing", name)
		}
		if c.Teaches != "" && !strings.HasSuffix(c.Teaches, ".") {
			t.Errorf("%s: what it teaches is no sentence", name)
		}
		// A line of a terminal has room for so much.
		if n := len(c.ID) + len(c.Subject) + len(c.Quantity); n > 48 {
			t.Errorf("%s is too long: %d", name, n)
		}
	}
	if row != len(claims.Rows())-1 {
		t.Errorf("the last row with claims is %q", claims.Rows()[row])
	}
}

// Every row of the list is there: one letter a row, without a gap in
// its numbers.
func TestNoClaimIsMissing(t *testing.T) {
	have := map[string]bool{}
	for _, c := range claims.All() {
		have[c.ID] = true
	}
	for letter, last := range map[string]int{"D": 4, "E": 5, "R": 8, "U": 4, "K": 9, "L": 4, "G": 7, "M": 2, "P": 1, "S": 5, "W": 1, "Q": 4, "C": 3} {
		for n := 1; n <= last; n++ {
			if id := fmt.Sprint(letter, n); !have[id] {
				t.Errorf("there is no claim %s", id)
			}
		}
	}
}

func TestNeedsAreCells(t *testing.T) {
	for _, cpus := range []int{1, 2, 4, 64} {
		for _, of := range []struct {
			cells []results.Cell
			least int
		}{{claims.Needs(cpus, cpus > 1), 50}, {claims.PracticeCells(cpus, cpus > 1), 0}} {
			seen := map[results.Cell]bool{}
			for _, c := range of.cells {
				back, err := results.ParseCell(c.String())
				if err != nil || back != c || c.Procs > max(64, 4*cpus) || seen[c] {
					t.Errorf("%d CPUs: %+v is read back as %+v, %v (twice: %v)", cpus, c, back, err, seen[c])
				}
				seen[c] = true
			}
			if len(seen) < of.least {
				t.Errorf("%d CPUs: only %d cells are needed", cpus, len(seen))
			}
		}
	}
}

var update = flag.Bool("update", false, "rewrite the golden table of claims")

// The whole table, so that no line is lost and no prediction is changed without
// being seen.
func TestTableOfClaims(t *testing.T) {
	var b strings.Builder
	for _, machine := range []struct {
		name string
		lab  *lab
	}{
		{"2 CPUs", newLab(2)}, {"2 CPUs, no samples on one", newFreeLab(2)}, {"64 CPUs", newLab(64)}, {"one CPU", newFreeLab(1)},
	} {
		fmt.Fprintf(&b, "# %s\n", machine.name)
		for _, v := range claims.Judge(&machine.lab.Sources[0]) {
			fmt.Fprintf(&b, "%s | %s | %s | %s | %g … %g", v.ID, v.Row, v.Subject, v.Quantity, v.Holds.Lo, v.Holds.Hi)
			if v.Holds.Strict {
				b.WriteString(" strict")
			}
			fmt.Fprintf(&b, " | %s", []string{"median", "covers", "always", "once"}[v.Holds.Rule])
			if v.Definition {
				b.WriteString(", definition")
			}
			if v.Control {
				b.WriteString(", control")
			}
			fmt.Fprintf(&b, " | %s", v.Of.Unit)
			for _, c := range v.Cells {
				fmt.Fprintf(&b, " | %s", strings.TrimPrefix(c.String(), "Benchmark"))
			}
			if !strings.HasPrefix(v.Reason, "the run has no cell") {
				fmt.Fprintf(&b, " | %s", v.Reason)
			}
			b.WriteString("\n")
		}
	}
	const path = "testdata/claims.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-update rewrites it):\n%s", path, diff)
	}
}

// What stats holds by simulation is held for as many lines as a report has.
func TestAsManyLinesAsWereSimulated(t *testing.T) {
	lines := 0
	for _, c := range claims.All() {
		if rule := c.Holds.Rule; !c.Practice && !c.Definition && !c.Control && (rule == claims.Median || rule == claims.Covers) {
			lines++
		}
	}
	const simulated = 90 // by the tests of report/stats
	if lines > simulated || lines < simulated-10 {
		t.Errorf("%d lines are judged together, %d were simulated", lines, simulated)
	}
}

// Each claim can be supported, can be refuted or (Once) not, and says so alone.
func TestEveryClaimCanGoEitherWay(t *testing.T) {
	for _, cpus := range []int{2, 4, 64} {
		blank := claims.Judge(&newLab(cpus).Sources[0])
		for i, v := range blank {
			if v.Least > cpus {
				continue
			}
			inside, outside := far(v.Holds)
			for _, try := range []struct {
				value float64
				want  claims.Outcome
			}{{inside, claims.Supported}, {outside, claims.Refuted}} {
				want := try.want
				if v.Holds.Rule == claims.Once && want == claims.Refuted {
					want = claims.Inconclusive
				}
				l := newLab(cpus)
				noise := 0.1
				if v.Holds.Rule == claims.Always {
					noise = 0
				}
				l.claim(v, 16, func(round int) float64 { return try.value * (1 + noise*wobble(round)) })
				got := l.verdict(i)
				if got.Outcome != want || math.Abs(got.Measured.Mid-try.value) > 0.01*math.Abs(try.value)+1e-12 {
					t.Errorf("%d CPUs: %s %s, %s at %v: %s, %v (%s); want %s", cpus, v.ID, v.Subject, v.Quantity, try.value, got.Outcome, got.Measured, got.Reason, want)
				}
			}
		}
	}
}

// What a run lacks is not measurable, and the verdict says what it lacks.
func TestNotMeasurable(t *testing.T) {
	find := func(vs []claims.Verdict, id, subject string) (int, claims.Verdict) {
		for i, v := range vs {
			if v.ID == id && v.Subject == subject {
				return i, v
			}
		}
		t.Fatalf("no claim %s %s", id, subject)
		return 0, claims.Verdict{}
	}
	at := func(round int) float64 { return 60 * (1 + wobble(round)) }
	for _, tt := range []struct {
		name, id, subject string
		cpus              int
		prepare           func(l *lab, v claims.Verdict)
		want              string
		outcome           claims.Outcome
		absent            bool
	}{
		{"nothing", "R1", "tcp", 2, func(*lab, claims.Verdict) {}, "BenchmarkIO/work=tcp/cpus=1/goroutines=1", claims.NotMeasurable, true},
		{"half", "R1", "tcp", 2, func(l *lab, v claims.Verdict) { l.set(v.Cells[0], "sec/op", 16, at) }, "BenchmarkIO/work=tcp/cpus=1/goroutines=64", claims.NotMeasurable, false},
		{"planned", "R1", "tcp", 2, func(l *lab, v claims.Verdict) {
			l.Sources[0].Run.Cells[series.Key{Name: "IO/work=tcp", Goroutines: 1, Procs: 1, CPUs: 1}] = 1
		}, "no cell", claims.NotMeasurable, false},
		{"dropped", "L3", "Java", 2, func(l *lab, v claims.Verdict) { l.Sources[0].Run.Dropped[v.Cells[0].String()] = "no javac" }, "no javac", claims.NotMeasurable, false},
		{"one CPU, a part", "R3", "primes", 1, func(l *lab, v claims.Verdict) { l.claim(v, 16, at) }, "one CPU", claims.NotMeasurable, true},
		{"one CPU", "R3", "primes", 1, func(l *lab, v claims.Verdict) {
			for _, c := range claims.Needs(1, true) {
				l.set(c, "sec/op", 16, at)
			}
		}, "one CPU", claims.NotMeasurable, false},
		{"another unit", "D3", "steps", 2, func(l *lab, v claims.Verdict) { l.set(v.Cells[0], "sec/op", 16, at) }, "no cpus", claims.NotMeasurable, false},
		{"no GIL", "L2", "Python", 2, func(l *lab, v claims.Verdict) {
			l.claim(v, 16, at)
			l.set(v.Cells[0], "gil", 16, func(int) float64 { return 0 })
		}, "without the GIL", claims.NotMeasurable, false},
		{"neighbours", "R1", "tcp", 2, func(l *lab, v claims.Verdict) {
			l.claim(v, 16, at)
			for round := range 9 {
				l.cells[0].Foreign[round] = 0.31
			}
		}, "neighbours took 31%", claims.NotMeasurable, false},
		{"five rounds", "R1", "tcp", 2, func(l *lab, v claims.Verdict) { l.claim(v, 5, at) }, "5 rounds; a verdict needs 10", claims.Inconclusive, false},
		{"nine rounds", "R1", "tcp", 2, func(l *lab, v claims.Verdict) { l.claim(v, 9, at) }, "9 rounds; a verdict needs 10", claims.Inconclusive, false},
		{"ten rounds", "R1", "tcp", 2, func(l *lab, v claims.Verdict) { l.claim(v, 10, at) }, "", claims.Supported, false},
		{"set aside", "R1", "tcp", 2, func(l *lab, v claims.Verdict) {
			l.claim(v, 18, func(round int) float64 {
				if round < 6 {
					return 1 // were they used, nothing would be clear
				}
				return at(round)
			})
			for round := range 6 {
				l.cells[1].Foreign[round] = 0.06
			}
		}, "", claims.Supported, false},
		{"on the bound", "R1", "tcp", 2, func(l *lab, v claims.Verdict) {
			l.claim(v, 16, func(round int) float64 { return 48 * (1 + wobble(round)) })
		}, "too close to the predicted limit", claims.Inconclusive, false},
		{"wide", "K6", "20% serial", 2, func(l *lab, v claims.Verdict) {
			l.claim(v, 16, func(round int) float64 { return 0.2 * (1 + 100*wobble(round)) })
		}, "more than 5 points", claims.Inconclusive, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(tt.cpus)
			i, v := find(claims.Judge(&l.Sources[0]), tt.id, tt.subject)
			if tt.id == "L2" {
				i++ // of Python's two lines the one about computing
				v = claims.Judge(&l.Sources[0])[i]
			}
			tt.prepare(l, v)
			got := l.verdict(i)
			if got.Outcome != tt.outcome || !strings.Contains(got.Reason, tt.want) || got.Absent != tt.absent {
				t.Errorf("%s: %q (absent: %v), want %s with %q", got.Outcome, got.Reason, got.Absent, tt.outcome, tt.want)
			}
			if tt.outcome == claims.Supported && got.Reason != "" {
				t.Errorf("supported, because %q", got.Reason)
			}
		})
	}
}

// Where no sample was kept to one CPU, as in older runs, claims are judged at
// GOMAXPROCS 1; what such a run cannot tell apart is not measurable.
func TestWithoutSamplesOnOneCPU(t *testing.T) {
	for _, tt := range []struct {
		id, subject, quantity string
		cpus                  int
		cells                 []string
		outcome               claims.Outcome
		reason                string
	}{
		{"R1", "tcp", "gain of 64 goroutines", 2, []string{"IO/work=tcp/goroutines=1", "IO/work=tcp/goroutines=64"}, claims.Supported, ""},
		{"R3", "primes", "gain of all CPUs", 2, []string{"CPU/work=primes/goroutines=2", "CPU/work=primes/goroutines=2-2"}, claims.Supported, ""},
		{"K1", "independent", "gain of all CPUs", 2,
			[]string{"Coord/work=counter/by=independent/goroutines=2", "Coord/work=counter/by=independent/goroutines=2-2"}, claims.Supported, ""},
		{"U2", "page cache", "gain of all CPUs", 2,
			[]string{"IO/work=fileread/cache=page/goroutines=64", "IO/work=fileread/cache=page/goroutines=64-2"}, claims.Supported, ""},
		{"U2", "fsync", "gain of a P each, one CPU", 2, []string{"IO/work=filesync/cpus=1/goroutines=64", "IO/work=filesync/cpus=1/goroutines=64-64"},
			claims.NotMeasurable, "no samples on one CPU"},
		// A machine with one CPU keeps all of them there.
		{"U2", "fsync", "gain of a P each, one CPU", 1, []string{"IO/work=filesync/goroutines=64", "IO/work=filesync/goroutines=64-64"}, claims.Supported, ""},
		{"U2", "page cache", "gain of all CPUs", 1, nil, claims.NotMeasurable, "one CPU"},
	} {
		l := newFreeLab(tt.cpus)
		at := slices.IndexFunc(claims.Judge(&l.Sources[0]), func(v claims.Verdict) bool {
			return v.ID == tt.id && v.Subject == tt.subject && v.Quantity == tt.quantity
		})
		if at < 0 {
			t.Errorf("no claim %s %s, %s", tt.id, tt.subject, tt.quantity)
			continue
		}
		v := l.verdict(at)
		if inside, _ := far(v.Holds); tt.outcome == claims.Supported {
			l.claim(v, 16, func(round int) float64 { return inside * (1 + 0.1*wobble(round)) })
			v = l.verdict(at)
		}
		var cells []string
		for _, c := range v.Cells {
			cells = append(cells, strings.TrimPrefix(c.String(), "Benchmark"))
		}
		if v.Outcome != tt.outcome || !strings.Contains(v.Reason, tt.reason) || tt.cells != nil && !slices.Equal(cells, tt.cells) {
			t.Errorf("%s %s: %s, %q, by %q; want %s, %q, by %q", tt.id, tt.subject, v.Outcome, v.Reason, cells, tt.outcome, tt.reason, tt.cells)
		}
	}
}

// No cell of a gain of CPUs differs from the other in more than it says, and
// nothing but threads and other languages has a cell at GOMAXPROCS 1 on all CPUs.
func TestCellsSayCPUs(t *testing.T) {
	for _, c := range claims.All() {
		for _, cell := range []results.Cell{c.Of.Num, c.Of.Den} {
			if free := cell.Family == "Thread" || cell.Family == "Practice" || cell.Family == "Service" || cell.Family == "Database" || cell.Family == "Lang" || strings.Contains(cell.Work, "switch") || strings.Contains(cell.Work, "lang="); cell.Procs == 1 && (cell.CPUs == 0) != free {
				t.Errorf("%s %s: %+v", c.ID, c.Subject, cell)
			}
		}
		if n, d := c.Of.Num, c.Of.Den; d.Family != "" && n.CPUs != d.CPUs && n.Procs != d.Procs && n.Procs != 1 {
			t.Errorf("%s %s compares GOMAXPROCS and CPUs at once: %+v, %+v", c.ID, c.Subject, n, d)
		}
	}
}

// A lesson that names blocked calls is taught only where the run has found them,
// and with their figures.
func TestLessonsHaveAWitness(t *testing.T) {
	for name, tt := range map[string]struct {
		figures map[string]float64 // of 64 system calls at GOMAXPROCS 2
		says    string
	}{
		"blocked calls": {map[string]float64{"cpus": 0.52, "system-cpus": 0.33, "inflight": 62.68, "run-wait": 58.7, "lock-wait": 0, "gc-cpus": 0},
			"takes their processors away. Seen with 64 goroutines: a blocked call holds its processor of the runtime: 58.7 goroutines were ready to run " +
				"and waited for one at any time; 0.52 CPUs were busy at GOMAXPROCS 2."},
		"something else": {map[string]float64{"cpus": 0.52, "system-cpus": 0.33, "inflight": 62.68, "run-wait": 1, "lock-wait": 0, "gc-cpus": 0}, ""},
		"not measured":   {nil, ""},
	} {
		l := newLab(2)
		at := slices.IndexFunc(claims.Judge(&l.Sources[0]), func(v claims.Verdict) bool { return v.ID == "U4" })
		v := l.verdict(at)
		l.claim(v, 16, func(round int) float64 { return 8.4 * (1 + wobble(round)) })
		for unit, value := range tt.figures {
			l.set(v.Cells[0], unit, 16, func(int) float64 { return value })
		}
		got := l.verdict(at)
		if got.Outcome != claims.Refuted || !strings.HasSuffix(got.Teaches, tt.says) || tt.says == "" && got.Teaches != "" {
			t.Errorf("%s: %s, teaches %q, want %q", name, got.Outcome, got.Teaches, tt.says)
		}
	}
}

// What stands beside a verdict does not decide, and what of it was not measured is
// left out.
func TestBeside(t *testing.T) {
	l := newLab(2)
	at := slices.IndexFunc(claims.Judge(&l.Sources[0]), func(v claims.Verdict) bool { return v.ID == "U2" && v.Subject == "uncached" })
	v := l.verdict(at)
	steady := func(value float64) func(int) float64 {
		return func(round int) float64 { return value * (1 + wobble(round)) }
	}
	l.claim(v, 16, func(int) float64 { return 4 }) // against 1
	if got := l.verdict(at); got.Outcome != claims.Supported || got.Reason != "" {
		t.Errorf("%s: %q", got.Outcome, got.Reason)
	}
	between := v.Cells[1]
	between.Procs = 1
	l.set(between, "sec/op", 16, steady(1.25))
	l.set(between, "run-wait", 16, func(int) float64 { return 63.6 })
	for jobs, rate := range map[int]float64{1: 1000, 64: 3400} {
		cell := results.Cell{Family: "Peer", Work: "fio/of=direct", Axis: "jobs", N: jobs, Procs: 1, CPUs: 1}
		l.set(cell, "fio-ops/s", 16, func(int) float64 { return rate })
	}
	got := l.verdict(at)
	if want := "beside it: concurrency 3.21× (3.19–3.22), blocking 1.25× (1.24–1.25), run-wait at P=1 63.6 (63.6–63.6), 64 threads of fio 3.4× (3.4–3.4)"; got.Outcome != claims.Supported || got.Reason != want {
		t.Errorf("%s: %q, want %q", got.Outcome, got.Reason, want)
	}
}

// A disturbance cannot take back what a single sample shows.
func TestDisturbedSamplesStillDecide(t *testing.T) {
	l := newLab(2)
	for i, v := range claims.Judge(&l.Sources[0]) {
		if v.ID != "K5" || v.Subject != "mutex" {
			continue
		}
		l.claim(v, 16, func(round int) float64 {
			if round == 3 {
				return 5
			}
			return 0
		})
		l.cells[0].Foreign[3] = 0.5
		if got := l.verdict(i); got.Outcome != claims.Refuted {
			t.Errorf("%s: %s", got.Outcome, got.Reason)
		}
	}
}

// A strict bound is not part of the region, and a difference that is smaller
// than what the same thing differs by is none.
func TestDifferences(t *testing.T) {
	for _, tt := range []struct {
		name      string
		effect    float64
		control   float64 // 0: not measured
		want      claims.Outcome
		reason    string
		noise     float64
		noControl bool
	}{
		{"none at all", 1, 0, claims.Refuted, "", 0, true},
		{"small", 1.02, 0, claims.Supported, "", 0.1, true},
		{"above the floor", 1.02, 1.01, claims.Supported, "", 0.1, false},
		{"below the floor", 1.02, 1.03, claims.Inconclusive, "noise floor", 0.1, false},
		{"below it on the other side", 1.02, 0.96, claims.Inconclusive, "noise floor", 0.1, false},
		{"below another family's, its own is lower", 1.02, 1.03, claims.Supported, "", 0.1, false},
		{"below another family's, its own is unknown", 1.02, 1.03, claims.Inconclusive, "noise floor", 0.1, false},
	} {
		l := newLab(2)
		blank := claims.Judge(&l.Sources[0])
		at := slices.IndexFunc(blank, func(v claims.Verdict) bool { return v.ID == "K7" })
		family := blank[at].Of.Den.Family
		for i, v := range blank {
			if i == at {
				l.claim(v, 16, func(round int) float64 { return tt.effect * (1 + tt.noise*wobble(round)) })
			}
			if !v.SameThing || tt.noControl {
				continue
			}
			control, its := tt.control, v.Of.Den.Family == family
			switch {
			case strings.Contains(tt.name, "lower") && its:
				control = 1.01
			case strings.Contains(tt.name, "unknown") && its:
				continue
			}
			l.claim(v, 16, func(int) float64 { return control })
		}
		if got := l.verdict(at); got.Outcome != tt.want || !strings.Contains(got.Reason, tt.reason) {
			t.Errorf("%s: %s, %q; want %s", tt.name, got.Outcome, got.Reason, tt.want)
		}
	}
}

// Rounds that are set aside are told of, with what would come out with them.
func TestBothReadingsOfDisturbedRounds(t *testing.T) {
	l := newLab(2)
	for i, v := range claims.Judge(&l.Sources[0]) {
		if v.ID != "R3" || v.Subject != "primes" {
			continue
		}
		l.claim(v, 16, func(round int) float64 {
			if round < 3 {
				return 1.5
			}
			return 1.98 * (1 + 0.1*wobble(round))
		})
		for round := range 3 {
			l.cells[0].Foreign[round] = 0.2
		}
		got := l.verdict(i)
		if got.Rounds != 13 || got.Disturbed != 3 || !got.Undisturbed || got.AllRounds.N != 16 || !(got.AllRounds.Lo < 1.8) || !(got.Measured.Lo > 1.9) {
			t.Errorf("%d rounds, %d disturbed, set aside %v; %v, and %v with all", got.Rounds, got.Disturbed, got.Undisturbed, got.Measured, got.AllRounds)
		}
	}
}

// A round in which a sample was disturbed by something else than the CPU use of other
// processes is never used. Where most are, there is no verdict, and the reason says why.
func TestRoundsSetAsideGiveNoVerdict(t *testing.T) {
	for aside, want := range map[int]claims.Outcome{0: claims.Supported, 6: claims.Supported, 8: claims.Inconclusive, 9: claims.NotMeasurable} {
		l := newLab(2)
		for i, v := range claims.Judge(&l.Sources[0]) {
			if v.ID != "R3" || v.Subject != "primes" {
				continue
			}
			l.claim(v, 16, func(round int) float64 { return 1.98 * (1 + 0.01*wobble(round)) })
			all := l.cells[0]
			all.SetAside = map[int]string{}
			for round := 16 - aside; round < 16; round++ {
				all.SetAside[round] = "1 CPU instead of 2"
			}
			all.Rounds, all.Foreign = all.Rounds[:16-aside], all.Foreign[:16-aside]
			got := l.verdict(i)
			if got.Outcome != want || got.Rounds != 16-aside || want == claims.NotMeasurable && got.Reason != "1 CPU instead of 2" {
				t.Errorf("%d set aside: %d rounds, %s: %s, want %s", aside, got.Rounds, got.Outcome, got.Reason, want)
			}
		}
	}
}

// The figures of an estimate are those of its formula.
func TestEstimates(t *testing.T) {
	first := func(id, subject string, prepare func(l *lab, cells []results.Cell)) claims.Verdict {
		l := newLab(2)
		for i, v := range claims.Judge(&l.Sources[0]) {
			if v.ID == id && v.Subject == subject {
				prepare(l, v.Cells)
				return l.verdict(i)
			}
		}
		t.Fatalf("no claim %s %s", id, subject)
		return claims.Verdict{}
	}
	constant := func(v float64) func(int) float64 { return func(int) float64 { return v } }
	// 64 goroutines: 0.1 CPUs and 0.2 of the server for 0.1 ms; one: 0.01 and
	// 0.02 for 10 ms.
	r5 := first("R5", "tcp", func(l *lab, cells []results.Cell) {
		for i, f := range [][3]float64{{0.1e-3, 0.1, 0.2}, {10e-3, 0.01, 0.02}} {
			l.set(cells[i], "sec/op", 12, constant(f[0]))
			l.set(cells[i], "cpus", 12, constant(f[1]))
			l.set(cells[i], "other-cpus", 12, constant(f[2]))
		}
	})
	if math.Abs(r5.Measured.Mid-0.1) > 1e-12 {
		t.Errorf("CPU time per task fell to %v, want 0.1", r5.Measured.Mid)
	}
	// A speed-up of 1.6 on two processors: (1/1.6 − 1/2)/(1 − 1/2) = 0.25.
	k6 := first("K6", "20% serial", func(l *lab, cells []results.Cell) {
		l.set(cells[0], "sec/op", 12, constant(1.6))
		l.set(cells[1], "sec/op", 12, constant(1))
	})
	if math.Abs(k6.Measured.Mid-0.25) > 1e-12 || k6.Outcome != claims.Refuted {
		t.Errorf("serial fraction %v is %s, want 0.25 and refuted", k6.Measured.Mid, k6.Outcome)
	}
}

// One sample decides by the rules Always and Once.
func TestOneSampleDecides(t *testing.T) {
	but := func(usual, once float64) func(int) float64 {
		return func(round int) float64 {
			if round == 7 {
				return once
			}
			return usual
		}
	}
	for _, tt := range []struct {
		id, subject string
		values      func(int) float64
		rounds      int
		want        claims.Outcome
		reason      string
	}{
		{"K5", "mutex", but(0, 0), 16, claims.Supported, "seen in all 16 samples; at most 19% of samples would differ (95% confidence)"},
		{"K5", "mutex", but(0, 1e-6), 16, claims.Refuted, "not so in 1 of 16"},
		{"K5", "mutex", but(0, 0), 9, claims.Inconclusive, "so in all of 9"},
		{"K5", "x++", but(0, 1e-6), 16, claims.Supported, "seen in 1 of 16"},
		{"K5", "x++", but(0, 0), 16, claims.Inconclusive, "not seen in 16"},
		{"G4", "blocked send", but(1, 1), 16, claims.Supported, "16 samples"},
		{"G4", "blocked send", but(1, 0.99), 16, claims.Refuted, "1 of 16"},
		{"G7", "main waits", but(100, 99), 16, claims.Refuted, "1 of 16"},
		{"G7", "main returns", but(100, 99), 16, claims.Supported, "1 of 16"},
		{"G7", "main returns", but(100, 100), 16, claims.Inconclusive, "not seen"},
	} {
		l := newLab(2)
		for i, v := range claims.Judge(&l.Sources[0]) {
			if v.ID != tt.id || v.Subject != tt.subject {
				continue
			}
			l.claim(v, tt.rounds, tt.values)
			if got := l.verdict(i); got.Outcome != tt.want || !strings.Contains(got.Reason, tt.reason) {
				t.Errorf("%s %s: %s, %q; want %s, %q", tt.id, tt.subject, got.Outcome, got.Reason, tt.want, tt.reason)
			}
		}
	}
}

// Definitions and controls count nowhere, and do not weigh on the correction.
func TestCounted(t *testing.T) {
	l := newLab(2)
	blank := claims.Judge(&l.Sources[0])
	want := map[claims.Outcome]int{}
	for _, v := range blank {
		inside, _ := far(v.Holds)
		if v.Definition || v.Control {
			l.claim(v, 16, func(int) float64 { return inside })
			continue
		}
		want[claims.NotMeasurable]++
	}
	// Some definitions' cells are those of other claims, which are judged now.
	got := claims.Counted(claims.Judge(&l.Sources[0]))
	total := 0
	for _, n := range got {
		total += n
	}
	if total != want[claims.NotMeasurable] || got[claims.NotMeasurable] == 0 {
		t.Errorf("counted %v of %d", got, want[claims.NotMeasurable])
	}
}

// Benchmark text that is no run was not measured in rounds.
func TestPlainTextIsNotJudged(t *testing.T) {
	l := newLab(2)
	l.Sources[0].Run = nil
	if v := claims.Judge(&l.Sources[0]); v != nil {
		t.Errorf("%d verdicts", len(v))
	}
}

// Slower work is found by its test alone: the noise floor does not hide it. Runs
// from before there was such work did not set out to measure it.
func TestSlowerWorkIsFound(t *testing.T) {
	for _, tt := range []struct {
		name        string
		more, noise float64
		want        claims.Outcome
		copies      float64
	}{
		{"clear", 1.1, 0.01, claims.Supported, 1},
		{"below the noise floor", 1.1, 0.01, claims.Supported, 1.2},
		{"not to be seen", 1, 0.5, claims.Inconclusive, 1},
		{"faster", 0.9, 0.01, claims.Refuted, 1},
	} {
		l := newLab(2)
		at := -1
		for i, v := range claims.Judge(&l.Sources[0]) {
			switch {
			case v.SameThing:
				l.claim(v, 16, func(int) float64 { return tt.copies })
			case v.ID == "C4":
				at = i
				l.claim(v, 16, func(round int) float64 { return tt.more * (1 + tt.noise*wobble(round)) })
			}
		}
		got := l.verdict(at)
		if got.Outcome != tt.want || got.Absent || !got.Control || !got.Slower {
			t.Errorf("%s: %s, %q, absent: %v; want %s", tt.name, got.Outcome, got.Reason, got.Absent, tt.want)
		}
	}
	old := newLab(2)
	old.set(results.Cell{Family: "CPU", Work: "sha256", Axis: "goroutines", N: 1, Procs: 1, CPUs: 1}, "sec/op", 16, func(int) float64 { return 1 })
	found := 0
	for _, v := range claims.Judge(&old.Sources[0]) {
		if v.Slower {
			if found++; v.Outcome != claims.NotMeasurable || !v.Absent {
				t.Errorf("%s of a run without slower work: %s, absent: %v", v.ID, v.Outcome, v.Absent)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d lines on slower work, want 2", found)
	}
}

// Where a pool stops to gain is taken from the best of all that were tried, in each round.
func TestKneeIsOfTheBest(t *testing.T) {
	l := newLab(2)
	commits := func(c claims.Claim) bool { return c.ID == "DB5" && c.Subject == "commits" }
	at := slices.IndexFunc(claims.All(), commits)
	for _, cell := range l.verdict(at).Cells {
		// It grows in proportion up to 8, and falls from there.
		l.set(cell, "sec/op", 16, func(int) float64 { return max(1/float64(cell.N), float64(cell.N)/64) })
	}
	if v := l.verdict(at); math.Abs(v.Measured.Mid-8) > 1e-9 || v.Outcome != claims.Refuted || len(v.Cells) != 7 {
		t.Errorf("%v, %s, of %v", v.Measured, v.Outcome, v.Cells)
	}
}

// Processes that run beside each other for a few milliseconds only say nothing: they
// may share a CPU for as long.
func TestShortSamplesOfProcesses(t *testing.T) {
	for tasks, want := range map[int]claims.Outcome{200: claims.NotMeasurable, 2000: claims.Supported} {
		l := newLab(2)
		at := slices.IndexFunc(claims.Judge(&l.Sources[0]), func(v claims.Verdict) bool { return v.ID == "P1" })
		v := claims.Judge(&l.Sources[0])[at]
		l.claim(v, 16, func(round int) float64 { return 1 + 0.001*wobble(round) })
		for _, c := range v.Cells {
			l.set(c, "sec/op", 16, func(int) float64 { return 1e-4 })
		}
		for _, c := range l.Sources[0].Cells() {
			l.Sources[0].Run.Cells[c.Key] = tasks
		}
		if got := l.verdict(at); got.Outcome != want || want == claims.NotMeasurable && !strings.Contains(got.Reason, "took 20 ms") {
			t.Errorf("%d tasks: %s, %q", tasks, got.Outcome, got.Reason)
		}
	}
}
