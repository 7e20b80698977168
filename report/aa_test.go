package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/perf/benchmath"

	"conpar/report/input"
	"conpar/report/series"
)

// An A/A test compares a program with itself: every difference that it finds is
// false. scripts/aa.sh measures the suite as two runs whose rounds take turns,
// and once in blocks, as go test -count does; this judges the times per task
// by what benchstat uses, the test of Mann and Whitney.
var aa = flag.String("aa", "", "the `folder` of scripts/aa.sh, which is to be judged")

// What is promised of rounds that take turns.
const (
	fewest    = 200  // comparisons that say something
	mostRaw   = 0.08 // of the comparisons are significant at 5%
	perClaim  = 20   // suites, or a part of so many, have at most one claim after Holm's correction
	wrongAt   = 0.05
	fewestOne = 4 // samples on either side of a comparison
)

func TestAA(t *testing.T) {
	if *aa == "" {
		t.Skip("scripts/aa.sh measures for it, which takes long")
	}
	suites, err := filepath.Glob(filepath.Join(*aa, "suite-*"))
	if err != nil || len(suites) == 0 {
		t.Fatalf("no suite in %s: %v", *aa, err)
	}
	turns, sees := tally{order: "in turns"}, sight{}
	for _, dir := range suites {
		a, b := read(t, filepath.Join(dir, "a"), filepath.Join(dir, "b"))
		turns.add(compare(a, b))
		sees.add(a)
		sees.add(b)
	}
	orders := []tally{turns}
	if files, _ := filepath.Glob(filepath.Join(*aa, "blocked-*.txt")); len(files) == 2 {
		blocked := tally{order: "in blocks"}
		blocked.add(compare(read(t, files[0], files[1])))
		orders = append(orders, blocked)
	}
	t.Log("one program compared with itself:\n" + render(orders))
	for _, c := range turns.claims {
		t.Logf("a false claim: %v", c)
	}
	t.Log(sees)
	if err := errors.Join(turns.broken(), sees.broken()); err != nil {
		t.Error(err)
	}
}

// comparison is of one cell, measured twice.
type comparison struct {
	cell  string
	ratio float64 // of the medians
	p     float64
}

func (c comparison) String() string { return fmt.Sprintf("%s: %.3g×, p=%.2g", c.cell, c.ratio, c.p) }

// read reads two runs or files.
func read(t *testing.T, a, b string) (*series.Source, *series.Source) {
	t.Helper()
	data, err := input.Read([]string{a, b}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(data.Sources) != 2 {
		t.Fatalf("%s and %s hold %d runs or files", a, b, len(data.Sources))
	}
	return &data.Sources[0], &data.Sources[1]
}

// compare compares the cells that both of two sources have.
func compare(a, b *series.Source) []comparison {
	var all []comparison
	for _, p := range a.Cells() {
		if other := b.Find(p.Key); other != nil {
			all = append(all, times(p, other)...)
		}
	}
	return all
}

// times compares two cells that have enough samples.
func times(p, other *series.Measurement) []comparison {
	x, y := p.Values("sec/op"), other.Values("sec/op")
	n := min(len(x), len(y)) // one more where a kill came between a round and its record
	if n < fewestOne {
		return nil
	}
	return []comparison{mannWhitney(fmt.Sprintf("%s G=%d P=%d", p.Name, p.Goroutines, p.Procs), x[:n], y[:n])}
}

// sight counts, by the percentage of more work, in how many runs slower work was
// found, by the same test as false differences are.
type sight [len(more)]struct{ found, runs int }

// more are the percentages; the first is demanded.
var more = [2]int{10, 3}

// add adds a run.
func (s *sight) add(run *series.Source) {
	for _, p := range run.Cells() {
		if p.Name != "CPU/work=sha256" || p.Goroutines != 1 || p.Procs != 1 {
			continue
		}
		for i, percent := range more {
			slower := p.Key
			slower.Name = fmt.Sprintf("Control/work=slower/more=%d", percent)
			other := run.Find(slower)
			if other == nil {
				continue
			}
			for _, c := range times(p, other) {
				s[i].runs++
				if c.p < wrongAt && c.ratio > 1 {
					s[i].found++
				}
			}
		}
	}
}

func (s sight) String() string {
	return fmt.Sprintf("work that is slower on purpose: %d%% found in %d of %d runs, %d%% in %d of %d",
		more[0], s[0].found, s[0].runs, more[1], s[1].found, s[1].runs)
}

// broken says whether more runs than one in so many did not see what is demanded.
func (s sight) broken() error {
	if of := s[0]; of.runs-of.found > (of.runs+perClaim-1)/perClaim {
		return errors.New(s.String())
	}
	return nil
}

func mannWhitney(cell string, x, y []float64) comparison {
	of := func(v []float64) *benchmath.Sample {
		return benchmath.NewSample(slices.Clone(v), &benchmath.DefaultThresholds)
	}
	a, b, test := of(x), of(y), benchmath.AssumeNothing
	ratio := test.Summary(b, 1-wrongAt).Center / test.Summary(a, 1-wrongAt).Center
	return comparison{cell, ratio, test.Compare(a, b).P}
}

// tally is what the comparisons of an order come to, over its suites.
type tally struct {
	order                    string
	suites, comparisons, raw int
	claims                   []comparison // that stand after Holm's correction, within their suites
}

// add adds the comparisons of a suite.
func (a *tally) add(suite []comparison) {
	slices.SortFunc(suite, func(x, y comparison) int { return cmp.Compare(x.p, y.p) })
	stands := true
	for i, c := range suite {
		if c.p < wrongAt {
			a.raw++
		}
		if stands = stands && c.p <= wrongAt/float64(len(suite)-i); stands {
			a.claims = append(a.claims, c)
		}
	}
	a.suites++
	a.comparisons += len(suite)
}

func (a *tally) rate() float64 { return float64(a.raw) / float64(a.comparisons) }

// broken says which of the promises do not hold.
func (a *tally) broken() error {
	var errs []error
	if a.comparisons < fewest {
		errs = append(errs, fmt.Errorf("%d comparisons are too few to say anything, which takes %d", a.comparisons, fewest))
	} else if a.rate() > mostRaw {
		errs = append(errs, fmt.Errorf("%.1f%% of %d comparisons are significant, want at most %.0f%%", 100*a.rate(), a.comparisons, 100*mostRaw))
	}
	if most := (a.suites + perClaim - 1) / perClaim; len(a.claims) > most {
		errs = append(errs, fmt.Errorf("%d false claims in %d suites, want at most %d", len(a.claims), a.suites, most))
	}
	return errors.Join(errs...)
}

func render(orders []tally) string {
	tw := table.NewWriter()
	tw.SetStyle(table.StyleLight)
	tw.Style().Format.Header = text.FormatDefault
	tw.AppendHeader(table.Row{"measured", "suites", "comparisons", "p < 5%", "of all", "95% interval", "false claims"})
	for _, a := range orders {
		lo, hi := binomial(a.raw, a.comparisons)
		tw.AppendRow(table.Row{a.order, a.suites, a.comparisons, a.raw, fmt.Sprintf("%.1f%%", 100*a.rate()),
			fmt.Sprintf("%.1f–%.1f%%", 100*lo, 100*hi), len(a.claims)})
	}
	return tw.Render()
}

// binomial returns the exact 95% interval of a share of which k in n were seen
// (Clopper, Pearson, 1934): beyond it, so many or so few have a chance of 2.5%.
func binomial(k, n int) (lo, hi float64) {
	// The chance of from … to hits in n.
	chance := func(share float64, from, to int) (sum float64) {
		for i := from; i <= to; i++ {
			all, _ := math.Lgamma(float64(n + 1))
			hits, _ := math.Lgamma(float64(i + 1))
			others, _ := math.Lgamma(float64(n - i + 1))
			sum += math.Exp(all - hits - others + float64(i)*math.Log(share) + float64(n-i)*math.Log1p(-share))
		}
		return sum
	}
	// The share from which on below is false.
	bisect := func(below func(share float64) bool) float64 {
		lo, hi := 0.0, 1.0
		for range 60 {
			if mid := (lo + hi) / 2; below(mid) {
				lo = mid
			} else {
				hi = mid
			}
		}
		return lo
	}
	const tail = (1 - 0.95) / 2
	lo, hi = 0, 1
	if k > 0 {
		lo = bisect(func(share float64) bool { return chance(share, k, n) < tail })
	}
	if k < n {
		hi = bisect(func(share float64) bool { return chance(share, 0, k) > tail })
	}
	return lo, hi
}

// suite plays the comparisons of n cells, of which the first few differ.
func suite(rng *rand.Rand, n, different int) (all []comparison) {
	for i := range n {
		x, y := make([]float64, 10), make([]float64, 10)
		for k := range x {
			x[k], y[k] = 1+0.02*rng.NormFloat64(), 1+0.02*rng.NormFloat64()
			if i < different {
				y[k] *= 1.2
			}
		}
		all = append(all, mannWhitney(fmt.Sprint("cell ", i), x, y))
	}
	return all
}

// The judge finds noise to be noise, and whatever is more.
func TestAAJudge(t *testing.T) {
	for _, tt := range []struct {
		suites, cells, different int
		says                     []string
	}{
		{20, 100, 0, nil},
		{1, 199, 0, []string{"199 comparisons are too few"}},
		{2, 200, 1, []string{"2 false claims in 2 suites, want at most 1"}},
		{1, 200, 60, []string{"of 200 comparisons are significant", "60 false claims"}},
	} {
		rng := rand.New(rand.NewPCG(1, 1))
		var a tally
		for range tt.suites {
			a.add(suite(rng, tt.cells, tt.different))
		}
		err := a.broken()
		if (err == nil) != (tt.says == nil) {
			t.Errorf("%+v: %v", tt, err)
		}
		for _, want := range tt.says {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v, want %q", tt, err, want)
			}
		}
		if out := render([]tally{a}); !strings.Contains(out, fmt.Sprint(a.comparisons)) {
			t.Error(out)
		}
	}
}

// Of five p-values the first two are at most .05/5 and .05/4; the third exceeds
// .05/3, and ends it.
func TestAAHolm(t *testing.T) {
	var a tally
	a.add([]comparison{{p: 0.03}, {p: 0.012}, {p: 0.001}, {p: 0.026}, {p: 0.2}})
	if len(a.claims) != 2 || a.raw != 4 {
		t.Errorf("%+v", a)
	}
}

func TestAAInterval(t *testing.T) {
	for _, tt := range []struct {
		k, n   int
		lo, hi float64
	}{{0, 10, 0, .3085}, {5, 10, .1871, .8129}, {1, 20, .0013, .2487}, {10, 10, .6915, 1}, {10, 200, .0242, .0900}} {
		if lo, hi := binomial(tt.k, tt.n); math.Abs(lo-tt.lo) > 6e-5 || math.Abs(hi-tt.hi) > 6e-5 {
			t.Errorf("%d of %d: %.4f–%.4f, want %.4f–%.4f", tt.k, tt.n, lo, hi, tt.lo, tt.hi)
		}
	}
}

// The script refuses what it does not understand before it measures anything.
func TestAAScript(t *testing.T) {
	refuses(t, "aa.sh", []refusal{
		{[]string{"-h"}, 0, "Usage"},
		{[]string{"-nonsense"}, 2, "-nonsense"},
		{[]string{"-suites"}, 2, "-suites"},
		{[]string{"-suites", "0"}, 2, "-suites"},
		{[]string{"-rounds", "x"}, 2, "-rounds"},
		{[]string{"-rounds", "3"}, 2, "-rounds"},
		{[]string{"-out", ""}, 2, "-out"},
	})
}

// refusal is how a script ends at once, with a message.
type refusal struct {
	args []string
	code int
	says string
}

// refuses holds a script to what it says of arguments.
func refuses(t *testing.T, script string, tests []refusal) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	for _, tt := range tests {
		cmd := exec.Command("bash", append([]string{"../scripts/" + script}, tt.args...)...)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.Contains(string(out), tt.says) {
			t.Errorf("%s %v: exit code %d, want %d and %q:\n%s", script, tt.args, code, tt.code, tt.says, out)
		}
	}
}

// Slower work counts as found where the test says so, and in the right direction.
func TestAASight(t *testing.T) {
	for _, tt := range []struct {
		ratio [len(more)]float64
		found [len(more)]int // of 40 runs
		holds bool
	}{{[2]float64{1.1, 1.0001}, [2]int{40, 0}, true}, {[2]float64{0.9, 1.1}, [2]int{0, 40}, false}} {
		var s sight
		for range 40 {
			run := series.Source{}
			cell := func(name string, factor float64) {
				p := &series.Measurement{Key: series.Key{Name: name, Goroutines: 1, Procs: 1, CPUs: 1}}
				var values []float64
				for i := range 10 {
					p.Rounds, values = append(p.Rounds, i), append(values, factor*(1+0.01*float64(i*7%10)))
				}
				p.Units = series.UnitsOf(map[string][]float64{"sec/op": values})
				run.Add(p)
			}
			cell("CPU/work=sha256", 1)
			for i, percent := range more {
				cell(fmt.Sprintf("Control/work=slower/more=%d", percent), tt.ratio[i])
			}
			s.add(&run)
		}
		for i, of := range s {
			if of.runs != 40 || of.found != tt.found[i] {
				t.Errorf("%v: %d%% found in %d of %d runs, want %d", tt.ratio, more[i], of.found, of.runs, tt.found[i])
			}
		}
		if err := s.broken(); (err == nil) != tt.holds {
			t.Errorf("%v: %v", tt.ratio, err)
		}
	}
	if err := (sight{}).broken(); err != nil {
		t.Errorf("runs without slower work: %v", err)
	}
}
