package input_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conpar/report/input"
	"conpar/report/series"
	"conpar/results"
)

// drawCurves writes curves as lines: what each is, then n and its samples in
// the curve's unit.
func drawCurves(curves []series.Sweep) string {
	var b strings.Builder
	for _, c := range curves {
		fmt.Fprintf(&b, "%s", c.Line)
		if c.Facet != "" {
			fmt.Fprintf(&b, " [%s]", c.Facet)
		}
		fmt.Fprintf(&b, " over %s, %s", c.Axis, c.Unit)
		if c.Higher {
			b.WriteString(" higher")
		}
		for i, p := range c.Points {
			fmt.Fprintf(&b, "; %v: %v", c.N[i], p.Values(c.Unit))
		}
		if c.Plain != nil {
			fmt.Fprintf(&b, "; plain: %v", c.Plain.Values(c.Unit))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func lines(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

var curveTests = []struct {
	name  string
	text  string
	query input.Query
	want  string // the curves
	warn  string // in the warnings; "" for none at all
}{
	{"GOMAXPROCS is the axis, and 1 without a suffix",
		lines("BenchmarkA-4 1 1 x/s", "BenchmarkA 1 3 x/s", "BenchmarkA-2 1 2 x/s", "BenchmarkA 1 4 x/s"), input.Query{},
		lines("A over gomaxprocs, x/s higher; 1: [3 4]; 2: [2]; 4: [1]"), ""},
	{"time goes before rates",
		lines("BenchmarkA 1 2000000000 ns/op 5 x/s", "BenchmarkA-2 1 1000000000 ns/op 7 x/s"), input.Query{},
		lines("A over gomaxprocs, sec/op; 1: [2]; 2: [1]"), ""},
	{"a unit that was asked for",
		lines("BenchmarkA 1 2 ns/op 5 x/s", "BenchmarkA-2 1 1 ns/op 7 x/s"), input.Query{Unit: "x/s"},
		lines("A over gomaxprocs, x/s higher; 1: [5]; 2: [7]"), ""},
	{"the input says which values are better",
		lines("Unit score better=higher", "Unit stalls/s better=lower", "BenchmarkA 1 5 score", "BenchmarkA-2 1 7 score"), input.Query{Unit: "score"},
		lines("A over gomaxprocs, score higher; 1: [5]; 2: [7]"), ""},
	{"a rate that is better lower",
		lines("Unit stalls/s better=lower", "BenchmarkA 1 5 stalls/s", "BenchmarkA-2 1 7 stalls/s"), input.Query{},
		lines("A over gomaxprocs, stalls/s; 1: [5]; 2: [7]"), ""},
	{"the first rate, where there is no time",
		lines("BenchmarkA 1 1 a 6 q/s 5 p/s", "BenchmarkA-2 1 2 a 8 q/s 7 p/s"), input.Query{},
		lines("A over gomaxprocs, p/s higher; 1: [5]; 2: [7]"), ""},
	{"another axis leaves GOMAXPROCS in the name",
		lines("BenchmarkA/workers=1/size=9-2 1 1 x/s", "BenchmarkA/workers=8/size=9-2 1 5 x/s", "BenchmarkA/workers=8/size=9-4 1 6 x/s"), input.Query{X: "/workers"},
		lines("A/size=9-2 over workers, x/s higher; 1: [1]; 8: [5]", "A/size=9-4 over workers, x/s higher; 8: [6]"), ""},
	{"a filter",
		lines("BenchmarkA/k=a 1 1 x/s", "BenchmarkA/k=b 1 2 x/s", "BenchmarkA/k=b-2 1 3 x/s"), input.Query{Filter: "/k:b"},
		lines("A/k=b over gomaxprocs, x/s higher; 1: [2]; 2: [3]"), ""},
	{"keys of the line pool what they leave out",
		lines("BenchmarkA/k=a/m=1 1 1 x/s", "BenchmarkA/k=a/m=2 1 2 x/s", "BenchmarkA/k=b/m=1-2 1 3 x/s"), input.Query{Line: ".name,/k"},
		lines("A a over gomaxprocs, x/s higher; 1: [1 2]", "A b over gomaxprocs, x/s higher; 2: [3]"), "no benchmark has two values of /gomaxprocs; keys with several numbers are /m (-x)"},
	{"facets stay apart",
		lines("note: old", "BenchmarkA 1 1 x/s", "BenchmarkA-2 1 2 x/s", "note: new", "BenchmarkA 1 3 x/s", "BenchmarkA-2 1 4 x/s"), input.Query{Facet: "note"},
		lines("A [note:old] over gomaxprocs, x/s higher; 1: [1]; 2: [2]", "A [note:new] over gomaxprocs, x/s higher; 1: [3]; 2: [4]"), ""},
	{"equal names in two packages",
		lines("pkg: p", "BenchmarkA 1 1 x/s", "BenchmarkA-2 1 2 x/s", "pkg: q", "BenchmarkA 1 3 x/s", "BenchmarkA-2 1 4 x/s"), input.Query{},
		lines("p: A over gomaxprocs, x/s higher; 1: [1]; 2: [2]", "q: A over gomaxprocs, x/s higher; 1: [3]; 2: [4]"), ""},
	{"the plain loop on the axis",
		lines("BenchmarkA/goroutines=0 1 9 x/s", "BenchmarkA/goroutines=1 1 7 x/s", "BenchmarkA/goroutines=2 1 12 x/s"), input.Query{X: "/goroutines"},
		lines("A over goroutines, x/s higher; 1: [7]; 2: [12]; plain: [9]"), ""},
	{"the plain loop beside the axis",
		lines("BenchmarkA/goroutines=0 1 9 x/s", "BenchmarkA/goroutines=0-2 1 10 x/s", "BenchmarkA/goroutines=8 1 7 x/s", "BenchmarkA/goroutines=8-2 1 12 x/s"), input.Query{Filter: "/goroutines:(0 OR 8)"},
		lines("A/goroutines=0 over gomaxprocs, x/s higher; 1: [9]; 2: [10]", "A/goroutines=8 over gomaxprocs, x/s higher; 1: [7]; 2: [12]; plain: [9]"), ""},
	{"GOMAXPROCS 1 on one CPU only, with the plain loop there",
		lines("BenchmarkC/work=a/cpus=1/goroutines=0 1 9 x/s", "BenchmarkC/work=a/cpus=1/goroutines=8 1 7 x/s",
			"BenchmarkC/work=a/cpus=1/goroutines=8-2 1 6 x/s", "BenchmarkC/work=a/goroutines=8-2 1 12 x/s"), input.Query{},
		lines("C/work=a/cpus=1/goroutines=0 over gomaxprocs, x/s higher; 1: [9]",
			"C/work=a/cpus=1/goroutines=8 over gomaxprocs, x/s higher; 1: [7]; 2: [6]; plain: [9]",
			"C/work=a/goroutines=8 over gomaxprocs, x/s higher; 1: [7]; 2: [12]; plain: [9]"), ""},
	{"GOMAXPROCS 1 on one CPU and on all",
		lines("BenchmarkC/work=a/cpus=1/goroutines=8 1 5 x/s", "BenchmarkC/work=a/goroutines=8 1 7 x/s", "BenchmarkC/work=a/goroutines=8-2 1 12 x/s"), input.Query{},
		lines("C/work=a/cpus=1/goroutines=8 over gomaxprocs, x/s higher; 1: [5]", "C/work=a/goroutines=8 over gomaxprocs, x/s higher; 1: [7]; 2: [12]"), ""},
	{"somebody else's number of CPUs",
		lines("BenchmarkC/cpus=1/goroutines=8 1 5 x/s", "BenchmarkC/goroutines=8-2 1 12 x/s"), input.Query{},
		lines("C/cpus=1/goroutines=8 over gomaxprocs, x/s higher; 1: [5]", "C/goroutines=8 over gomaxprocs, x/s higher; 2: [12]"), ""},
	{"values that are no numbers are listed",
		lines("BenchmarkA/n=1 1 1 x/s", "BenchmarkA/n=2 1 1 x/s", "BenchmarkA/n=many 1 1 x/s", "BenchmarkA/n=1.5 1 1 x/s", "BenchmarkA/n=+3 1 1 x/s", "BenchmarkA/n=0 1 1 x/s"), input.Query{X: "/n"},
		lines("A over n, x/s higher; 1: [1]; 1.5: [1]; 2: [1]"), "left out: results whose /n is no number above 0: +3, 0, many; numbers are such as 8, 01"},
	{"numbers as names spell them",
		lines("BenchmarkA/n=01 1 1 x/s", "BenchmarkA/n=1_000 1 2 x/s", "BenchmarkA/n=10k 1 3 x/s", "BenchmarkA/n=0.5 1 4 x/s", "BenchmarkA/n=1e4x 1 4 x/s",
			"BenchmarkA/n=2e3 1 5 x/s", "BenchmarkA/n=4KiB 1 6 x/s", "BenchmarkA/n=4KB-2 1 7 x/s", "BenchmarkA/n=3M 1 8 x/s"), input.Query{X: "/n"},
		lines("A over n, x/s higher; 0.5: [4]; 1: [1]; 1000: [2]; 2000: [5]; 4096: [6]; 10000: [3]; 3e+06: [8]",
			"A-2 over n, x/s higher; 4000: [7]"), "no number above 0: 1e4x;"},
	{"one number in two spellings",
		lines("BenchmarkA/n=1000 1 1 x/s", "BenchmarkA/n=1k 1 2 x/s", "BenchmarkA/n=2k 1 3 x/s"), input.Query{X: "/n"},
		lines("A over n, x/s higher; 1000: [1 2]; 2000: [3]"), "a number of /n in several spellings is one point: 1000 and 1k"},
	{"a pattern with a group",
		lines("BenchmarkDo9With2-8 1 1 x/s", "BenchmarkDo9With10-8 1 2 x/s", "BenchmarkDo9With4-8 1 3 x/s"), input.Query{X: `With(\d+)`},
		lines("Do9With#-8 over With, x/s higher; 2: [1]; 4: [3]; 10: [2]"), ""},
	{"a pattern in the middle, and what does not match",
		lines("BenchmarkPool8Workers/size=9 1 1 x/s", "BenchmarkPool16Workers/size=9 1 2 x/s", "BenchmarkOther 1 3 x/s"), input.Query{X: `Pool(\d+)W`},
		lines("Pool#Workers/size=9 over Pool, x/s higher; 8: [1]; 16: [2]"), "left out: 1 result without Pool(\\d+)W"},
	{"a pattern with a unit in the name",
		lines("BenchmarkHash8K 1 1 x/s", "BenchmarkHash1M 1 2 x/s"), input.Query{X: "^Hash(.*)$"},
		lines("Hash# over Hash, x/s higher; 8000: [1]; 1e+06: [2]"), ""},
	{"keys that commas separate",
		lines("BenchmarkT/agents=1,still=0-16 1 1 x/s", "BenchmarkT/agents=20,still=0-16 1 2 x/s", "BenchmarkT/agents=20,still=5-16 1 3 x/s"), input.Query{X: "/agents"},
		lines("T/still=0-16 over agents, x/s higher; 1: [1]; 20: [2]", "T/still=5-16 over agents, x/s higher; 20: [3]"), ""},
	{"the last of keys that commas separate",
		lines("BenchmarkT/agents=1,still=3-16 1 1 x/s", "BenchmarkT/agents=1,still=20-16 1 2 x/s", "BenchmarkT/agents=1,still=20/a=b-16 1 3 x/s"), input.Query{X: "/still"},
		lines("T/agents=1-16 over still, x/s higher; 3: [1]; 20: [2]", "T/agents=1/a=b-16 over still, x/s higher; 20: [3]"), ""},
	{"commas in another key",
		lines("BenchmarkT/n=1/of=a,b 1 1 x/s", "BenchmarkT/n=2/of=a,b 1 2 x/s"), input.Query{X: "/n"},
		lines("T/of=a,b over n, x/s higher; 1: [1]; 2: [2]"), ""},
	{"what was in flight, by the name",
		lines("BenchmarkS/clients=1-2 1 10 x/s 0.9 inflight", "BenchmarkS/clients=9-2 1 30 x/s 4.5 inflight", "BenchmarkS/clients=1-2 1 11 x/s 1.1 inflight",
			"BenchmarkS/clients=9-4 1 50 x/s 7 inflight"), input.Query{X: "inflight"},
		lines("S-2 over inflight, x/s higher; 1: [10 11]; 4.5: [30]", "S-4 over inflight, x/s higher; 7: [50]"), ""},
	{"what was in flight, of one name",
		lines("BenchmarkS 1 10 x/s 0.9 inflight", "BenchmarkS 1 30 x/s 4.5 inflight", "BenchmarkS 1 11 x/s 0.9 inflight", "BenchmarkS 1 0 x/s 0 inflight", "BenchmarkS 1 7 x/s"), input.Query{X: "inflight"},
		lines("S over inflight, x/s higher; 0.9: [10 11]; 4.5: [30]"), "left out: S: samples whose inflight is not above 0: 1"},
	{"the axis is not what is measured, and is tidied",
		lines("BenchmarkS/c=1 1 3 load/s 10 x/s", "BenchmarkS/c=2 1 5 load/s 30 x/s"), input.Query{X: "load/s"},
		lines("S over load/s, x/s higher; 3: [10]; 5: [30]"), ""},
	{"two names with as much in flight",
		lines("BenchmarkS/c=1 1 10 x/s 2 inflight", "BenchmarkS/c=2 1 30 x/s 2 inflight"), input.Query{X: "inflight"},
		lines("S over inflight, x/s higher; 2: [10]"), "left out: S: samples that have the inflight 2, as others have, whose name differs: 1"},
	{"units as they are written",
		lines("BenchmarkA 1 2000000000 ns/op 3 MB/s 4000000000 p99-ns", "BenchmarkA-2 1 1000000000 ns/op 6 MB/s 2000000000 p99-ns"), input.Query{Unit: " p99-ns"},
		lines("A over gomaxprocs, p99-sec; 1: [4]; 2: [2]"), ""},
	{"megabytes",
		lines("BenchmarkA 1 2000000000 ns/op 3 MB/s", "BenchmarkA-2 1 1000000000 ns/op 6 MB/s"), input.Query{Unit: "MB/s"},
		lines("A over gomaxprocs, B/s higher; 1: [3e+06]; 2: [6e+06]"), ""},
	{"results without the axis are counted",
		lines("BenchmarkA/n=1 1 1 x/s", "BenchmarkA/n=2 1 1 x/s", "BenchmarkB 1 1 x/s"), input.Query{X: "/n"},
		lines("A over n, x/s higher; 1: [1]; 2: [1]"), "left out: 1 result without /n"},
	{"one of two has another unit",
		lines("BenchmarkA 1 1 x/s", "BenchmarkA-2 1 2 x/s", "BenchmarkB 1 5 B/op"), input.Query{},
		lines("A over gomaxprocs, x/s higher; 1: [1]; 2: [2]"), "left out: B has no unit sec/op and no rate; it has B/op"},
	{"an axis with one value",
		lines("BenchmarkA/n=1 1 1 x/s", "BenchmarkA/n=2 1 2 x/s"), input.Query{},
		lines("A/n=1 over gomaxprocs, x/s higher; 1: [1]", "A/n=2 over gomaxprocs, x/s higher; 1: [2]"), "keys with several numbers are /n (-x)"},
}

func TestCurves(t *testing.T) {
	for _, tt := range curveTests {
		t.Run(tt.name, func(t *testing.T) {
			d, curves, err := input.Curves([]string{input.Stdin}, strings.NewReader(tt.text), tt.query)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, drawCurves(curves)); diff != "" {
				t.Error(diff)
			}
			var warned []string
			for _, w := range d.Warnings {
				warned = append(warned, w.Text)
			}
			if all := strings.Join(warned, "\n"); tt.warn == "" && all != "" || !strings.Contains(all, tt.warn) {
				t.Errorf("warnings %q, want %q", all, tt.warn)
			}
			if len(cellsOf(d)) > 0 {
				t.Errorf("%d points beside the curves", len(cellsOf(d)))
			}
		})
	}
}

// A curve's points say on how many CPUs they were, where they all were on as many.
func TestCurvesSayCPUs(t *testing.T) {
	text := lines("BenchmarkIO/work=tcp/cpus=1/goroutines=1 1 1 x/s", "BenchmarkIO/work=tcp/cpus=1/goroutines=8 1 1 x/s",
		"BenchmarkIO/work=tcp/goroutines=1 1 1 x/s", "BenchmarkA/cpus=1/goroutines=1 1 1 x/s")
	for line, want := range map[string]string{
		"":            "IO/work=tcp/cpus=1 [1 1] IO/work=tcp [0] A/cpus=1 [0]",
		".name,/work": "IO tcp [0 1] A [0]",
	} {
		_, curves, err := input.Curves([]string{input.Stdin}, strings.NewReader(text), input.Query{X: "/goroutines", Line: line})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range curves {
			var cpus []int
			for _, p := range c.Points {
				cpus = append(cpus, p.CPUs)
			}
			got = append(got, fmt.Sprint(c.Line, " ", cpus))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("lines %q: %s, want %s", line, s, want)
		}
	}
}

// What cannot be drawn is an error that says what could be.
func TestNoCurves(t *testing.T) {
	const text = "BenchmarkA/workers=1/kind=x 1 1 B/op\nBenchmarkA/workers=2/kind=y-2 1 1 B/op\n"
	for _, tt := range []struct {
		name, text string
		query      input.Query
		want       string
	}{
		{"a key that is written wrong", text, input.Query{X: "/worker"}, "no benchmark has a number as /worker; keys with numbers are /gomaxprocs, /workers; did you mean /workers?"},
		{"a key that is nothing like any", text, input.Query{X: "/q"}, "no benchmark has a number as /q; keys with numbers are /gomaxprocs, /workers"},
		{"a key without numbers", text, input.Query{X: "/kind"}, "no benchmark has a number as /kind"},
		{"no key with numbers", "BenchmarkA/kind=x/sort=y 1 1 x/s\n", input.Query{X: "/n"}, "no key has numbers as values: the keys are /kind, /sort"},
		{"no key at all", "BenchmarkA/x 1 1 x/s\n", input.Query{X: "/n"}, "these names have no keys (key=value)"},
		{"no such unit", text, input.Query{Unit: "y/s"}, "no benchmark has the unit y/s; there are B/op: -unit B/op takes that"},
		{"neither time nor a rate", text, input.Query{}, "no benchmark has the unit sec/op, or a rate"},
		{"a filter that lets nothing pass", text, input.Query{Filter: ".name:B"}, "-filter .name:B lets no result pass"},
		{"a filter that is none", text, input.Query{Filter: "workers"}, "-filter workers: "},
		{"a line that is none", text, input.Query{Line: "a@b@c"}, "-line a@b@c: "},
		{"a facet that is none", text, input.Query{Facet: "("}, "-facet (: "},
		{"an axis of two keys", text, input.Query{X: "/a,/b"}, "a key of benchmarks' names is expected"},
		{"an axis without a slash", text, input.Query{X: "workers"}, "no benchmark has a number as workers; keys with numbers are /gomaxprocs, /workers; did you mean /workers?; units are B/op"},
		{"a pattern that matches nothing", text, input.Query{X: `With(\d+)`}, `no benchmark has a number as With(\d+); keys with numbers are`},
		{"a pattern without a group", text, input.Query{X: `(?:A)`}, "a pattern needs one group"},
		{"a pattern with two groups", text, input.Query{X: `(A)(B)`}, "a pattern needs one group"},
		{"a pattern that is none", text, input.Query{X: `(`}, "-x (: error parsing regexp"},
		{"other units", "BenchmarkA 1 5 ms/op 3 B/op\n", input.Query{Unit: "ns/op"}, "no benchmark has the unit ns/op; there are B/op, ms/op: -unit ms/op takes that"},
		{"an axis without a name", text, input.Query{X: "/"}, "a key of benchmarks' names is expected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, curves, err := input.Curves([]string{input.Stdin}, strings.NewReader(tt.text), tt.query)
			if !errors.Is(err, input.ErrBadInput) || !strings.Contains(err.Error(), tt.want) || curves != nil {
				t.Errorf("%v, and %d curves, want %q", err, len(curves), tt.want)
			}
			if tt.name == "a key that is nothing like any" && strings.Contains(err.Error(), "mean") {
				t.Errorf("a suggestion: %v", err)
			}
		})
	}
}

// The samples of a run stand in its rounds, with what others took meanwhile.
func TestCurvesOfARun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	busy, run := share(.4), aRun()
	run.Plan.Rounds, run.Plan.Cells = 4, []results.PlannedCell{
		{Cell: "BenchmarkCPU/work=a/goroutines=2", Tasks: 10}, {Cell: "BenchmarkCPU/work=a/goroutines=2-2", Tasks: 10},
	}
	writeRun(t, dir, results.Complete, run, []results.Sample{
		sampleOf(1, "BenchmarkCPU/work=a/goroutines=2", "1 ns/op", nil), sampleOf(3, "BenchmarkCPU/work=a/goroutines=2", "3 ns/op", busy),
		sampleOf(3, "BenchmarkCPU/work=a/goroutines=2-2", "2 ns/op", nil),
	})
	d, curves, err := input.Curves([]string{dir}, nil, input.Query{})
	if err != nil || len(curves) != 1 || d.Sources[0].Run == nil {
		t.Fatal(curves, err)
	}
	one, two := curves[0].Points[0], curves[0].Points[1]
	if diff := cmp.Diff([][]int{{1, 3}, {3}}, [][]int{one.Rounds, two.Rounds}); diff != "" {
		t.Error(diff)
	}
	if one.Disturbed(0) || !one.Disturbed(1) {
		t.Errorf("shares of others: %v", one.Foreign)
	}
}

// What is there as curves is there as points: the same samples, as often.
func TestCurvesHoldWhatPointsHold(t *testing.T) {
	text, err := os.ReadFile("../testdata/foreign/sync.txt")
	if err != nil {
		t.Fatal(err)
	}
	data := read(t, string(text))
	_, curves, err := input.Curves([]string{input.Stdin}, strings.NewReader(string(text)), input.Query{})
	if err != nil {
		t.Fatal(err)
	}
	sum := func(points []*series.Measurement) (n int, sum float64) {
		for _, p := range points {
			for _, v := range p.Values("sec/op") {
				n, sum = n+1, sum+v
			}
		}
		return n, sum
	}
	var all []*series.Measurement
	for _, c := range curves {
		all = append(all, c.Points...)
	}
	n, s := sum(cellsOf(data))
	m, r := sum(all)
	if n != m || n != 270 || math.Abs(r/s-1) > 1e-12 {
		t.Errorf("curves hold %d samples of %v in sum, points %d of %v", m, r, n, s)
	}
}

// Whatever the text and whatever is asked of it, there are curves that keep
// the model's promises or an error about the input, and all that would be
// printed can be.
func FuzzCurves(f *testing.F) {
	for _, tt := range curveTests {
		f.Add([]byte(tt.text), tt.query.X, tt.query.Line, tt.query.Facet, tt.query.Filter, tt.query.Unit)
	}
	for _, seed := range textSeeds {
		f.Add([]byte(seed), "/goroutines", "", "pkg", "", "")
	}
	f.Add([]byte("BenchmarkS 1 10 x/s 0.9 inflight\nBenchmarkS 1 30 x/s 4.5 inflight\nBenchmarkS 1 0 light\n"),
		"inflight", "", "", "", "")
	f.Fuzz(func(t *testing.T, text []byte, x, line, facet, filter, unit string) {
		q := input.Query{X: x, Line: line, Facet: facet, Filter: filter, Unit: unit}
		d, curves, err := input.Curves([]string{input.Stdin}, strings.NewReader(string(text)), q)
		if err != nil {
			if !errors.Is(err, input.ErrBadInput) {
				t.Fatalf("not about the input: %v", err)
			}
			return
		}
		if len(curves) == 0 {
			t.Fatal("neither curves nor an error")
		}
		for _, w := range d.Warnings {
			printable(t, w.Text)
		}
		for _, c := range curves {
			printable(t, c.Line+c.Facet)
			if len(c.N) == 0 || len(c.N) != len(c.Points) || c.Unit == "" {
				t.Fatalf("%d values, %d points, unit %q", len(c.N), len(c.Points), c.Unit)
			}
			for i, p := range c.Points {
				checkSamples(t, p, false)
				if !(c.N[i] > 0) || i > 0 && c.N[i] <= c.N[i-1] {
					t.Fatalf("the axis has the values %v", c.N)
				}
			}
		}
	})
}
