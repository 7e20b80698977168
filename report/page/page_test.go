package page

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
	"conpar/results"
)

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.00001234: "1.23e-05", 0.000123: "0.00012", 0.0123: "0.012", 0.00998: "0.010", 0.001: "0.0010", 0.01: "0.010", 0.0947: "0.095", 0.0951: "0.10", 0.5: "0.50",
		1: "1.00", 1.984: "1.98", 9.994: "9.99", 9.996: "10.0", 56.34: "56.3", 99.96: "100", 812.4: "812", 999_400: "999400", 999_600: "1.00M", 1e6: "1.00M", 999_600_000: "1.00G", 5.6e10: "56.0G", 2e12: "2.00T", 1e15: "1e+15", -1.5: "-1.50",
		math.NaN(): words.Unknown, math.Inf(1): words.Unknown,
	} {
		if got := words.Number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
	if got := words.Number(math.NaN()); got != words.Unknown {
		t.Errorf("number(NaN) = %q", got)
	}
}

func TestWithInterval(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		i           stats.Interval
		plain, mult string
	}{
		{stats.Interval{Mid: 1.984, Lo: 1.97, Hi: 2, N: 16}, "1.98 (1.97–2.00)", "1.98× (1.97–2.00)"},
		{stats.Interval{Mid: 56.3, Lo: nan, Hi: nan, N: 3}, "56.3", "56.3×"},
		{stats.Interval{Mid: nan, Lo: nan, Hi: nan}, words.Unknown, words.Unknown},
	} {
		if got := words.Interval(tt.i).String(); got != tt.plain {
			t.Errorf("withInterval(%v) = %q, want %q", tt.i, got, tt.plain)
		}
		if got := words.Times(tt.i).String(); got != tt.mult {
			t.Errorf("times(%v) = %q, want %q", tt.i, got, tt.mult)
		}
	}
}

func TestPlainIsInert(t *testing.T) {
	for in, want := range map[string]string{
		"tcp": "tcp", "größer": "größer", "a\x1b[31mb": "a�[31mb", "a\u202eb": "a�b", "a\nb": "a�b", "\xff": "�",
	} {
		if got := words.Sanitize(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
	if got := words.Markdown("<img src=x>`a`"); strings.ContainsAny(got, "<>") {
		t.Errorf("Markdown gives %q", got)
	}
}

func gain(name string, g, p int, conc, par stats.Interval) scaling.Gain {
	one := stats.Interval{Mid: float64(g), Lo: float64(g), Hi: float64(g), N: conc.N}
	cpus := stats.Interval{Mid: 1.98, Lo: 1.97, Hi: 1.99, N: conc.N}
	of := func(i stats.Interval) scaling.Factor { return scaling.Factor{Interval: i} }
	return scaling.Gain{
		Source: "s", Name: name, G: g, P: p, CPUs: p, OneCPU: true,
		ByGoroutines: of(conc), ByProcs: of(known(1)), ByCPUs: of(par), Before: of(conc), Both: of(par),
		InFlight: one, Busy: scaling.Busy{Interval: cpus, Rise: par},
	}
}

// asRun is a row of a run that kept nothing to one CPU.
func asRun(g scaling.Gain) scaling.Gain {
	g.OneCPU, g.ByProcs, g.ByCPUs = false, g.Both, scaling.Factor{Interval: stats.MedianInterval(nil), Why: "no cell on one CPU"}
	return g
}

func known(v float64) stats.Interval {
	return stats.Interval{Mid: v, Lo: 0.99 * v, Hi: 1.01 * v, N: 16}
}

// A title must say what its figures say, and nothing when they are missing.
func TestTitles(t *testing.T) {
	nan := math.NaN()
	few := func(v float64) stats.Interval { return stats.Interval{Mid: v, Lo: nan, Hi: nan, N: 3} }
	vague := stats.Interval{Mid: 1.3, Lo: 0.9, Hi: 2, N: 16}
	tcp, primes := gain(headWaiting, 64, 2, known(56.3), known(1.01)), gain(headComputing, 2, 2, known(0.7), known(1.98))
	oneCPU := func(g scaling.Gain) scaling.Gain {
		none := scaling.Factor{Interval: stats.MedianInterval(nil), Why: "one CPU"}
		g.P, g.CPUs, g.ByProcs, g.ByCPUs, g.Both = 1, 1, none, none, none
		return g
	}
	bad := primes
	bad.Why, bad.ByGoroutines.Why, bad.ByCPUs.Why = "neighbours took 31%", "neighbours took 31%", "neighbours took 31%"
	const (
		measured = "Concurrency and parallelism, as measured"
		inFlight = "Waiting: 64 tasks in flight on 1.98 CPUs; computing: 1.98 CPUs busy"
		plane    = "Tasks in flight and CPUs busy"
		speedups = "Speed-up over GOMAXPROCS"
	)
	for _, tt := range []struct {
		name                      string
		gains                     []scaling.Gain
		headline, plane, speedups string
	}{
		{"both", []scaling.Gain{primes, tcp},
			"64 goroutines raise the throughput of waiting (tcp) 56×; 2 CPUs that of computing (primes) 2.0×", inFlight,
			"GOMAXPROCS 2: computing (primes) 2.0×, waiting (tcp) 1.0×"},
		{"nothing on one CPU", []scaling.Gain{asRun(primes), asRun(tcp)},
			"64 goroutines raise the throughput of waiting (tcp) 56×; GOMAXPROCS 2 that of computing (primes) 2.0×", inFlight,
			"GOMAXPROCS 2: computing (primes) 2.0×, waiting (tcp) 1.0×"},
		{"computing alone, and nothing on one CPU", []scaling.Gain{asRun(primes)},
			"GOMAXPROCS 2 raises the throughput of computing (primes) 2.0×", plane, speedups},
		{"one CPU", []scaling.Gain{oneCPU(primes), oneCPU(tcp)},
			"At GOMAXPROCS 1, 64 goroutines raise the throughput of waiting (tcp) 56×; 2 that of computing (primes) 0.70×", inFlight, speedups},
		{"one CPU, computing", []scaling.Gain{oneCPU(primes)}, measured, plane, speedups},
		{"computing alone", []scaling.Gain{primes}, "2 CPUs raise the throughput of computing (primes) 2.0×", plane, speedups},
		{"waiting alone", []scaling.Gain{tcp}, "64 goroutines raise the throughput of waiting (tcp) 56×", plane, speedups},
		{"neighbours", []scaling.Gain{bad}, measured, plane, speedups},
		{"neighbours of one", []scaling.Gain{bad, tcp}, "64 goroutines raise the throughput of waiting (tcp) 56×", plane, speedups},
		{"too few rounds", []scaling.Gain{gain(headWaiting, 64, 2, few(56), few(1)), gain(headComputing, 2, 2, few(1), few(2))},
			measured, inFlight, speedups},
		{"undecided", []scaling.Gain{gain(headWaiting, 64, 2, vague, vague), gain(headComputing, 2, 2, known(1), vague)},
			measured, inFlight, speedups},
		{"undecided by CPUs", []scaling.Gain{gain(headWaiting, 64, 2, known(56), vague), gain(headComputing, 2, 2, known(1), vague)},
			"At GOMAXPROCS 1, 64 goroutines raise the throughput of waiting (tcp) 56×; 2 that of computing (primes) 1.0×", inFlight, speedups},
		{"others only", []scaling.Gain{gain("CPU/work=sha256", 2, 2, known(1), known(2))}, measured, plane, speedups},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Report{Data: &series.Data{}, Gains: tt.gains}
			for what, pair := range map[string][2]string{
				"headline": {r.Headline("s"), tt.headline},
				"plane":    {r.planeTitle("s"), tt.plane},
				"speed-up": {r.speedupTitle("s"), tt.speedups},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
				}
			}
		})
	}
}

func TestGainsTitle(t *testing.T) {
	vague := stats.Interval{Mid: 1.3, Lo: 0.9, Hi: 2, N: 16}
	few := stats.Interval{Mid: 2, Lo: math.NaN(), Hi: math.NaN(), N: 3}
	a, b := gain("a", 2, 2, known(1), known(1.9)), gain("b", 64, 2, known(50), known(1.9))
	idle := gain("e", 2, 2, known(1), known(1.9)) // which keeps no more CPUs busy
	idle.Busy.Rise = known(1)
	for _, tt := range []struct {
		rows []scaling.Gain
		want string
	}{
		{[]scaling.Gain{a, b}, "Of 2 workloads, 1 gains on one CPU, 2 from more CPUs"},
		{[]scaling.Gain{b, b, a}, "Of 3 workloads, 2 gain on one CPU, 3 from more CPUs"},
		{[]scaling.Gain{gain("c", 2, 2, vague, vague)}, "Of 1 workload, none gains on one CPU, none from more CPUs"},
		{[]scaling.Gain{idle, b}, "Of 2 workloads, 1 gains on one CPU, 1 from more CPUs"},
		{[]scaling.Gain{a, gain("d", 2, 2, few, few)}, "Gains on one CPU and from more CPUs"},
		{[]scaling.Gain{asRun(a), asRun(b)}, "Of 2 workloads, 1 gains from more goroutines, 2 from a higher GOMAXPROCS"},
		{[]scaling.Gain{asRun(gain("d", 2, 2, few, few))}, "Gains from more goroutines and from a higher GOMAXPROCS"},
	} {
		if got := gainsTitle(tt.rows); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestThroughputTitle(t *testing.T) {
	rate := func(g int, v, share float64) scaling.Rate {
		return scaling.Rate{G: g, Throughput: stats.Interval{Mid: v, Lo: v * (1 - share), Hi: v * (1 + share), N: 16}}
	}
	grows := []scaling.Rate{rate(1, 100, .01), rate(8, 790, .01), rate(512, 40_000, .01)}
	flat := []scaling.Rate{rate(1, 100, .01), rate(2, 198, .01), rate(8, 197, .01)}
	late := []scaling.Rate{rate(1, 100, .01), rate(64, 6400, .01), rate(512, 23_456, .01)}
	level := []scaling.Rate{rate(1, 100, .01), rate(2, 101, .01), rate(8, 100, .01)}
	noisy := []scaling.Rate{rate(1, 100, .01), rate(8, 790, .9), rate(64, 6000, .9)}
	few := []scaling.Rate{rate(1, 100, .01), rate(2, 198, math.NaN()), rate(8, 197, .01)}
	const drawn = "Throughput over goroutines"
	for _, tt := range []struct {
		waiting, computing []scaling.Rate
		want               string
	}{
		{grows, flat, "tcp still gains at 512 goroutines; primes gains up to about 2 goroutines"},
		{late, grows, "tcp gains up to about 230 goroutines; primes still gains at 512 goroutines"},
		{grows, level, "tcp still gains at 512 goroutines; primes gains nothing from more goroutines"},
		{noisy, flat, drawn},
		{grows, few, drawn},
		{grows, nil, drawn},
		{grows[:1], flat, drawn},
	} {
		if got := throughputTitle(tt.waiting, tt.computing); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	for knee, want := range map[float64]string{0.4: "1", 1: "1", 1.26: "1", 1.98: "2", 9.96: "10", 12.3: "12", 234.5: "230", 1950: "2000", 104.9: "100"} {
		if got := whole(knee); got != want {
			t.Errorf("whole(%v) = %q, want %q", knee, got, want)
		}
	}
}

// Whatever the figures, a title takes two lines at most, on a phone too.
func TestTitlesTakeTwoLines(t *testing.T) {
	for _, v := range []float64{0.00012, 0.0123, 0.567, 1, 9.99, 99.9, 999.9, 123456} {
		for _, n := range []int{1, 64, 4096} {
			r := &Report{Data: &series.Data{}, Gains: []scaling.Gain{
				gain(headWaiting, n, 64, known(v), known(v)), gain(headComputing, n, 64, known(v), known(v)),
			}}
			rates := []scaling.Rate{{G: 1, Throughput: known(1)}, {G: 4096 * n, Throughput: known(4096 * float64(n))}}
			for _, title := range []string{
				gainsTitle(r.Gains), r.planeTitle("s"), throughputTitle(rates, rates), r.speedupTitle("s"),
			} {
				f, err := chart.Lines(chart.Text{ID: "x", Title: title}, chart.Point{}, []chart.Series{{Points: []chart.Point{{X: 1, Y: 1}}}})
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range []bool{false, true} {
					if n := strings.Count(string(f.SVG(w)), `font-weight="600" font-size="14"`); n < 1 || n > 2 {
						t.Errorf("%d lines (narrow: %v): %s", n, w, title)
					}
				}
			}
		}
	}
}

// The words of the "gains from" column have one line in the terminal.
func TestBrief(t *testing.T) {
	for in, want := range map[string]string{
		"goroutines": "goroutines", "CPUs": "CPUs", "GOMAXPROCS": "GOMAXPROCS", "goroutines and CPUs": "G, C",
		"goroutines, GOMAXPROCS and CPUs": "G, P, C", "goroutines, perhaps CPUs": "G, C?", "perhaps GOMAXPROCS": "GOMAXPROCS?",
		"perhaps goroutines, perhaps GOMAXPROCS, perhaps CPUs": "G?, P?, C?", "nothing": "nothing",
		"nothing, loses with CPUs": "−CPUs", "nothing, loses with goroutines, loses with CPUs": "−G, −C",
		"CPUs, loses with GOMAXPROCS": "C, −P", "perhaps CPUs, loses with goroutines": "C?, −G", "loses with goroutines": "−goroutines",
		"not goroutines": "not goroutines", "not goroutines or GOMAXPROCS": "not G or P", "too few rounds": "too few rounds",
	} {
		row := gainsRow(scaling.Gain{From: in})
		if got := row[len(row)-1].Brief; got != want || len([]rune(got)) > 14 {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	row := gainsRow(scaling.Gain{Why: "no cell"})
	if got := row[len(row)-1].Brief; got != "see below" {
		t.Errorf("without any figure: %q", got)
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"one two", []string{"one two"}},
		{"one two three", []string{"one two", "three"}},
		{"- one two three", []string{"- one two", "  three"}},
		{"unbreakable", []string{"unbreakab", "le"}},
		{"an unbreakable", []string{"an", "unbreakab", "le"}},
		{"- unbreakable", []string{"- unbreak", "  able"}},
		{"漢字漢字漢字", []string{"漢字漢字", "漢字"}},
	} {
		got := words.Wrap(tt.in, 9)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFailuresArePutTogether(t *testing.T) {
	got := failures([]series.Failure{{Cell: "A", Round: 2, Reason: "killed"}, {Cell: "B", Round: 3, Reason: "no java"},
		{Cell: "A", Round: 4, Reason: "killed"}, {Cell: "A", Round: 5, Reason: "timed out"}})
	want := []string{"A, round 3, 5: killed", "B, round 4: no java", "A, round 6: timed out"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestCodeAndArgument(t *testing.T) {
	for in, want := range map[string]string{
		"results/x_y": "`results/x_y`", "my run": "`'my run'`", "it's": "`'it'\\''s'`", "a`b": "`` 'a`b' ``", "a``b\n": "``` 'a``b�' ```",
	} {
		if got := words.Code(words.ShellWord(in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// JSON has every field, null for what is unknown, and nothing that a terminal
// would obey.
func TestJSON(t *testing.T) {
	hostile := "Evil/\x1b[31m\u202e<b>\U000e0001=x"
	unknown := stats.MedianInterval(nil)
	no := scaling.Factor{Interval: unknown, Why: "no cell"}
	missing := scaling.Gain{Source: "s", Name: hostile, P: 2, Why: "no cell", ByGoroutines: no, ByProcs: no, ByCPUs: no, Total: no,
		InFlight: unknown, Busy: scaling.Busy{Interval: unknown, Before: unknown}}
	few := stats.Interval{Mid: 2, Lo: math.NaN(), Hi: math.NaN(), N: 3}
	r := &Report{
		Data: &series.Data{Sources: []series.Source{
			{Label: "s", Run: &series.Run{Run: results.Run{Status: results.Complete, Machine: results.Machine{CPUs: 2}}, Foreign: math.NaN()}}, {Label: "text"},
		}},
		Gains: []scaling.Gain{missing, gain("B", 2, 2, few, known(2)), asRun(gain("C", 2, 2, known(1), known(2)))},
	}
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.String() {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Errorf("holds %U", c)
		}
	}
	var back struct {
		Format  int
		Sources []struct {
			Label string
			CPUs  *int
			Run   map[string]any
			Gains []map[string]any
		}
	}
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil {
		t.Fatal(err)
	}
	s := back.Sources[0]
	if back.Format != 2 || *s.CPUs != 2 || s.Run["foreign"] != nil || back.Sources[1].Run != nil || back.Sources[1].Gains == nil {
		t.Errorf("%+v", back)
	}
	if s.Gains[0]["work"] != hostile || s.Gains[0]["notMeasurable"] != "no cell" || s.Gains[0]["concurrency"] != nil || s.Gains[0]["g"] != nil {
		t.Errorf("%v", s.Gains[0])
	}
	if got := fmt.Sprint(s.Gains[1]["concurrency"]); got != "map[hi:<nil> lo:<nil> mid:2]" {
		t.Errorf("too few rounds: %s", got)
	}
	if g := s.Gains[1]; g["blocking"] == nil || g["parallelism"] == nil || g["goroutines"] != nil || g["gomaxprocs"] != nil {
		t.Errorf("on one CPU: %v", g)
	}
	if g := s.Gains[2]; g["concurrency"] != nil || g["parallelism"] != nil || g["goroutines"] == nil || g["gomaxprocs"] == nil {
		t.Errorf("as it is run: %v", g)
	}
	if len(s.Gains[0]) != 20 || len(s.Gains[1]) != 20 {
		t.Errorf("%d fields", len(s.Gains[0]))
	}
}

func TestCSV(t *testing.T) {
	r := &Report{Data: &series.Data{Sources: []series.Source{{Label: "=s", Config: map[string]string{"cpu": "@home", "machine": "a,\"b\""}}, {Label: "none"}}}}
	for _, name := range []string{"=HYPERLINK(\"x\")", "+1", "-1", "@a", "a=b", "＝x"} {
		g := gain(name, 2, 2, known(2), known(0.01))
		g.Source, g.From = "=s", "-"
		r.Gains = append(r.Gains, g)
	}
	var b strings.Builder
	if err := r.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(lines) != 7 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	column := func(line int, name string) string { return lines[line][slices.Index(lines[0], name)] }
	for i, want := range []string{"'=HYPERLINK(\"x\")", "'+1", "'-1", "'@a", "a=b", "'＝x"} {
		if got := column(i+1, "work"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for name, want := range map[string]string{"label": "'=s", "config.cpu": "'@home", "config.machine": "a,\"b\"", "gainsFrom": "'-",
		"concurrency.mid": "2", "parallelism.lo": "0.0099", "run.status": "", "cpus": "", "kind": "", "total.mid": "0"} {
		if got := column(1, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A summary has no escape codes unless it goes to a terminal.
func TestColor(t *testing.T) {
	r := &Report{Data: &series.Data{Sources: []series.Source{{Label: "s", Run: &series.Run{Run: results.Run{Status: results.Interrupted, Machine: results.Machine{CPUs: 2}}}}}}}
	for _, color := range []bool{false, true} {
		var b strings.Builder
		if err := r.WriteTerminal(&b, Terminal{Color: color}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "\x1b") != color || !strings.Contains(b.String(), "! Not complete (interrupted): 0 of 0 samples.") {
			t.Errorf("colour %v: %q", color, b.String())
		}
	}
}

func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"IO/work=tcp": "tcp", "Coord/work=serial/share=20": "serial/share=20", "Sort/size=10": "Sort/size=10", "/work=x": "/work=x",
	} {
		if got := short(in); got != want {
			t.Errorf("short(%q) = %q, want %q", in, got, want)
		}
	}
}
