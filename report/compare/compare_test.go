package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"conpar/report/compare"
	"conpar/report/null"
	"conpar/report/series"
	"conpar/results"
)

// machine is a side that was never measured.
type machine struct {
	label, cpu string
	cpus       int
	ns         float64 // of a task alone
	noise      float64
	seed       uint64
	names      []string
	rounds     int
	procs      []int
}

func (m machine) add(d *series.Data) {
	rng := rand.New(rand.NewPCG(m.seed, 1))
	d.Sources = append(d.Sources, series.Source{
		Label: m.label, Path: m.label, Config: map[string]string{"cpu": m.cpu, "goos": "linux", "goarch": "amd64"},
		Run: &series.Run{Run: results.Run{Status: results.Complete, Machine: results.Machine{CPUs: m.cpus}, Plan: results.Plan{Rounds: m.rounds}}, Foreign: math.NaN(), Steal: math.NaN(), Kinds: map[string]string{"CPU/work=a": "computing"}},
	})
	for _, name := range m.names {
		for _, g := range []int{1, 2, 8} {
			for _, p := range m.procs {
				at := &series.Measurement{Key: series.Key{Name: name, Goroutines: g, Procs: p}}
				values := map[string][]float64{}
				for round := range m.rounds {
					t := m.ns / float64(min(g, p, m.cpus)) * math.Exp(m.noise*rng.NormFloat64())
					at.Rounds = append(at.Rounds, round)
					at.Foreign = append(at.Foreign, 0)
					values["sec/op"] = append(values["sec/op"], t)
					values["tasks/s"] = append(values["tasks/s"], 1/t)
				}
				at.Units = series.UnitsOf(values)
				d.Sources[len(d.Sources)-1].Add(at)
			}
		}
	}
}

func data(machines ...machine) *series.Data {
	d := &series.Data{}
	for _, m := range machines {
		m.add(d)
	}
	return d
}

var options = compare.Options{Units: []string{"sec/op"}, Margin: 0.03}

func of(t *testing.T, d *series.Data, o compare.Options) *compare.Result {
	t.Helper()
	c, err := compare.Of(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func base(label string, seed uint64) machine {
	return machine{label: label, cpu: "X", cpus: 2, ns: 1e-3, noise: 0.005, seed: seed, names: []string{"CPU/work=a", "CPU/work=b"}, rounds: 12, procs: []int{1, 2}}
}

// counted returns how often each verdict was given.
func counted(c *compare.Result) map[compare.Judgement]int {
	n := map[compare.Judgement]int{}
	for _, t := range c.Tables {
		for _, r := range t.Rows {
			for i := 1; i < len(c.Sides); i++ {
				n[r.Judged[i]]++
			}
		}
	}
	return n
}

// What differs in the lengths of samples looks like a difference of the work, so
// that it is said.
func TestTasksASample(t *testing.T) {
	d := data(base("a", 1), base("b", 2), base("c", 3), base("text", 4))
	for i, tasks := range [][]int{{100, 100}, {129, 131}, {78, 100}} {
		cells := map[series.Key]int{}
		for k, n := range tasks {
			cells[series.Key{Name: "CPU/work=a", Procs: k + 1}] = n
		}
		d.Sources[i].Run = &series.Run{Cells: cells}
	}
	d.Sources[3].Run = nil
	for _, f := range of(t, d, options).Facts {
		if f.What != "tasks a sample" {
			continue
		}
		if want := []null.Text{"those that the others' are compared with", "1 of 2 cells over 30% apart", "the same", ""}; !slices.Equal(f.Values, want) || !f.Differ {
			t.Errorf("%q, differ %v; want %q", f.Values, f.Differ, want)
		}
		return
	}
	t.Error("nothing is said")
}

// A side compared with itself differs in nothing.
func TestWithItself(t *testing.T) {
	a, again := base("a", 1), base("a again", 1)
	c := of(t, data(a, again), options)
	for _, f := range c.Facts {
		if f.Differ {
			t.Errorf("%s differs: %v", f.What, f.Values)
		}
	}
	if n := counted(c); n[compare.Same] != 12 || len(n) != 1 {
		t.Errorf("verdicts %v, want 12 times the same", n)
	}
	for _, r := range c.Tables[0].Rows {
		if of := r.Compared[1]; of.P != 1 || of.Ratio.Mid != 1 {
			t.Errorf("%v: p %v, ratio %v", r.Key, of.P, of.Ratio)
		}
	}
	for _, s := range c.Scaled {
		if r := s.Ratios[1]; r.Mid != 1 {
			t.Errorf("%s P=%d: ratio of efficiencies %v", s.Name, s.P, r)
		}
	}
	if c.Machines || c.Regressions() != 0 || len(c.Lacking) != 0 {
		t.Errorf("machines %v, regressions %d, lacking %v", c.Machines, c.Regressions(), c.Lacking)
	}
}

// Whichever side comes first, the verdicts are the same, mirrored.
func TestMirrored(t *testing.T) {
	a, b := base("a", 1), base("b", 2)
	b.ns *= 1.1
	ab, ba := of(t, data(a, b), options), of(t, data(b, a), options)
	one, two := counted(ab), counted(ba)
	if one[compare.Worse] != 12 || two[compare.Better] != 12 {
		t.Errorf("verdicts %v and %v", one, two)
	}
	if ab.Regressions() != 12 || ba.Regressions() != 0 {
		t.Errorf("regressions %d and %d", ab.Regressions(), ba.Regressions())
	}
	for i, s := range ab.Scaled {
		if r, back := s.Ratios[1], ba.Scaled[i].Ratios[1]; math.Abs(r.Mid*back.Mid-1) > 1e-12 || math.Abs(r.Lo*back.Hi-1) > 1e-12 {
			t.Errorf("%s: ratios of efficiencies %v and %v", s.Name, r, back)
		}
	}
}

// Of rates, and of whatever the input says it of, more is better.
func TestHigherIsBetter(t *testing.T) {
	a, b := base("a", 1), base("b", 2)
	b.ns *= 1.1
	o := compare.Options{Units: []string{"sec/op", "tasks/s"}, Margin: 0.03}
	d := data(a, b)
	if n := counted(of(t, d, o)); n[compare.Worse] != 24 {
		t.Errorf("%v, want slower in either unit", n)
	}
	d.Sources[1].Higher = map[string]bool{"sec/op": true, "tasks/s": false}
	if n := counted(of(t, d, o)); n[compare.Better] != 24 {
		t.Errorf("%v with the units turned round", n)
	}
}

// Three machines of other sizes: nothing is called a regression, and speed-ups
// stand side by side at the same GOMAXPROCS and at the same share of the CPUs.
func TestThreeMachines(t *testing.T) {
	small, large, slow := base("small", 1), base("large", 2), base("slow", 3)
	large.cpu, large.cpus, large.procs = "Y", 8, []int{1, 2, 4, 8}
	slow.cpu, slow.ns, slow.names = "Z", 5e-3, []string{"CPU/work=a", "CPU/work=c"}
	c := of(t, data(small, large, slow), options)
	if !c.Machines || c.Regressions() != 0 || counted(c)[compare.Worse] != 0 {
		t.Errorf("machines %v, regressions %d", c.Machines, c.Regressions())
	}
	var differ []string
	for _, f := range c.Facts {
		if f.Differ {
			differ = append(differ, f.What)
		}
	}
	if want := []string{"cpu", "CPUs"}; !slices.Equal(differ, want) {
		t.Errorf("facts that differ: %v, want %v", differ, want)
	}
	at := func(rows []compare.Scaled, name string, g, p int, share float64) *compare.Scaled {
		for i, r := range rows {
			if first := r.Of[0]; r.Name == name && first != nil && first.G == g && r.P == p && r.CPUs == share {
				return &rows[i]
			}
		}
		t.Fatalf("no row %s G=%d P=%d %v", name, g, p, share)
		return nil
	}
	two := at(c.Scaled, "CPU/work=a", 2, 2, 0)
	for i, s := range two.Of {
		if s == nil || math.Abs(s.Efficiency.Mid-1) > 0.02 {
			t.Errorf("side %d at P=2: %+v", i, s)
		}
	}
	if r := two.Ratios[2]; math.Abs(r.Mid-1) > 0.02 || !r.Known() {
		t.Errorf("ratio of efficiencies %v", r)
	}
	// All CPUs of either: 2 of 2 with G=2, 8 of 8 with G=8.
	all := at(c.Shares, "CPU/work=a", 2, 0, 1)
	if all.Of[0].P != 2 || all.Of[1].P != 8 || all.Of[2].P != 2 || all.Of[0].G != 2 || all.Of[1].G != 8 {
		t.Errorf("with all CPUs: %+v, %+v, %+v", all.Of[0], all.Of[1], all.Of[2])
	}
	if math.Abs(all.Of[1].Speedup.Mid-8) > 0.2 {
		t.Errorf("speed-up %v", all.Of[1].Speedup)
	}
	if r := all.Ratios[1]; math.Abs(r.Mid-1) > 0.02 {
		t.Errorf("with all CPUs, the ratio of efficiencies is %v", r)
	}
	// What one side alone has is listed, and what two have is compared.
	lacking := map[string]string{}
	for _, l := range c.Lacking {
		lacking[fmt.Sprintf("%s G=%d P=%d", l.Name, l.Goroutines, l.Procs)] = fmt.Sprint(l.Has)
	}
	for cell, want := range map[string]string{
		"CPU/work=a G=8 P=4": "[false true false]",
		"CPU/work=b G=1 P=1": "[true true false]",
		"CPU/work=c G=1 P=1": "[false false true]",
	} {
		if lacking[cell] != want {
			t.Errorf("%s is on %s, want %s", cell, lacking[cell], want)
		}
	}
	if len(lacking) != 6+6+6+6 || len(c.Lacking) != len(lacking) { // a and b beyond P=2; b not on slow; c
		t.Errorf("%d cells are not on all sides: %v", len(c.Lacking), lacking)
	}
	for _, r := range c.Tables[0].Rows {
		if b := strings.HasSuffix(r.Name, "=b"); (r.Compared[1] == nil) || (r.Compared[2] == nil) != b {
			t.Errorf("%v: compared %v", r.Key, r.Compared)
		}
	}
}

// Where others disturbed most samples of either side, nothing is decided.
func TestDisturbed(t *testing.T) {
	for _, disturbed := range []int{6, 7} { // of 12
		a, b := base("a", 1), base("b", 2)
		b.ns *= 1.5
		d := data(a, b)
		for _, p := range d.Source("b").Cells() {
			for i := range disturbed {
				p.Foreign[i] = 0.5
			}
		}
		want := compare.Worse
		if disturbed == 7 {
			want = compare.Undecided
		}
		if n := counted(of(t, d, options)); n[want] != 12 {
			t.Errorf("%d of 12 disturbed: %v, want 12 times %s", disturbed, n, want)
		}
	}
}

// Machines are the same as far as is known.
func TestMachines(t *testing.T) {
	for _, test := range []struct {
		what   string
		change func(s *series.Source)
		other  bool
	}{
		{"nothing", func(*series.Source) {}, false},
		{"cpu", func(s *series.Source) { s.Config["cpu"] = "Y" }, true},
		{"CPUs", func(s *series.Source) { s.Run.Machine.CPUs = 1 }, true},
		{"goos", func(s *series.Source) { s.Config["goos"] = "darwin" }, true},
		{"go", func(s *series.Source) { s.Config["go"] = "go1.25" }, false},
		{"machine", func(s *series.Source) { s.Config["machine"] = "m" }, false},
		{"cpu", func(s *series.Source) { delete(s.Config, "cpu") }, false},
	} {
		d := data(base("a", 1), base("b", 2))
		test.change(&d.Sources[1])
		c := of(t, d, options)
		if c.Machines != test.other {
			t.Errorf("%s: other machines is %v", test.what, c.Machines)
		}
		for _, f := range c.Facts {
			if f.Differ != (f.What == test.what) {
				t.Errorf("%s: differs is %v of %s: %q", test.what, f.Differ, f.What, f.Values)
			}
		}
	}
}

// Over all cells of a comparison of two runs of the same, any difference is
// found in at most 5% of comparisons.
func TestFalseVerdicts(t *testing.T) {
	const comparisons = 200
	wrong := 0
	for i := range uint64(comparisons) {
		a, b := base("a", 2*i+1), base("b", 2*i+2)
		a.noise, b.noise = 0.1, 0.1
		if n := counted(of(t, data(a, b), options)); n[compare.Worse]+n[compare.Better] > 0 {
			wrong++
		}
	}
	t.Logf("%d of %d", wrong, comparisons)
	if most := comparisons * 5 / 100; wrong > most {
		t.Errorf("%d of %d comparisons of the same find a difference, at most %d should", wrong, comparisons, most)
	}
}

// Names of one package get it in front where another side has several.
func TestPackages(t *testing.T) {
	point := func(name string) *series.Measurement {
		return &series.Measurement{Key: series.Key{Name: name, Goroutines: -1, Procs: 1}, Rounds: []int{0}, Foreign: []float64{0}, Units: series.UnitsOf(map[string][]float64{"sec/op": {1}})}
	}
	d := &series.Data{Sources: []series.Source{{Label: "one", Config: map[string]string{"pkg": "p"}}, {Label: "two"}}}
	d.Sources[0].Add(point("A"))
	d.Sources[1].Add(point("p: A"), point("q: A"))
	c := of(t, d, options)
	if rows := c.Tables[0].Rows; len(rows) != 1 || rows[0].Name != "p: A" || len(c.Lacking) != 1 || c.Lacking[0].Name != "q: A" {
		t.Errorf("%+v, lacking %+v", c.Tables[0].Rows, c.Lacking)
	}
}

func TestNothingToCompare(t *testing.T) {
	a, b := base("a", 1), base("b", 2)
	if _, err := compare.Of(data(a), options); err == nil || !strings.Contains(err.Error(), "one side only") {
		t.Errorf("one side: %v", err)
	}
	b.names = []string{"IO/work=x"}
	_, err := compare.Of(data(a, b), options)
	if err == nil {
		t.Fatal("no common cell is no error")
	}
	for _, want := range []string{"no cell has values", "a has 12", "CPU/work=a", "b has 6", "IO/work=x"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v: does not say %q", err, want)
		}
	}
	b = base("b", 2)
	_, err = compare.Of(data(a, b), compare.Options{Units: []string{"B/op"}})
	if err == nil || !strings.Contains(err.Error(), "in B/op: ") || !strings.Contains(err.Error(), "sec/op, tasks/s") {
		t.Errorf("a unit that nobody has: %v", err)
	}
}
