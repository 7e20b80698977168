package page

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"conpar/report/null"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/words"
	"conpar/results"
)

// Work is advised by what it did, not by what was predicted of it: reads from
// the page cache are predicted to wait, and compute.
func TestAdviceGoesByTheMeasurement(t *testing.T) {
	for _, tt := range []struct {
		conc, par float64
		want      string
	}{{50, 1, "goroutines"}, {1, 2, "CPUs"}, {3, 2, "goroutines and CPUs"}, {1, 1, "neither, as far as is shown"}} {
		g := gain("IO/work=fileread/cache=page", 64, 2, known(tt.conc), known(tt.par))
		g.Kind = "waiting"
		if got := gainedFrom[gainedKind(g)].says; got != tt.want {
			t.Errorf("gains %v and %v: %q, want %q", tt.conc, tt.par, got, tt.want)
		}
	}
}

// advisedOn is a run of one workload, whose tasks take secs seconds.
func advisedOn(cpus int, kind string, gs, ps []int, foreign float64, secs func(g, p int) float64) *series.Data {
	const rounds = 16
	d := &series.Data{Sources: []series.Source{{Label: "run", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: cpus}}, Kinds: map[string]string{"X/work=x": kind}}}}}
	for _, g := range gs {
		for _, p := range ps {
			pt := &series.Measurement{Key: series.Key{Name: "X/work=x", Goroutines: g, Procs: p}}
			var times []float64
			for r := range rounds {
				pt.Rounds, pt.Foreign = append(pt.Rounds, r), append(pt.Foreign, foreign)
				times = append(times, secs(g, p)*(1+0.001*math.Sin(float64(17*g+5*p+3*r))))
			}
			pt.Units = series.UnitsOf(map[string][]float64{"sec/op": times})
			d.Sources[0].Add(pt)
		}
	}
	return d
}

// few leaves n rounds of d.
func few(n int, d *series.Data) *series.Data {
	for _, p := range d.Sources[0].Cells() {
		p.Rounds, p.Foreign = p.Rounds[:n], p.Foreign[:n]
		p.Units = series.UnitsOf(map[string][]float64{"sec/op": p.Values("sec/op")[:n]})
	}
	return d
}

func TestAdvice(t *testing.T) {
	computing := func(g, p int) float64 { return 1 / float64(max(min(g, p), 1)) }
	waiting := func(g, p int) float64 { return 1 / float64(min(max(g, 1), 200)) }
	half := func(g, p int) float64 { return 1 - float64(min(g, p)-1)*2/7 } // efficiency 0.7 at 2
	gs := []int{0, 1, 2, 8, 64, 512}
	for _, test := range []struct {
		name string
		data *series.Data
		want string
	}{
		{"computing", advisedOn(2, "computing", gs, []int{1, 2, 4}, 0, computing), "x 2, P 2, efficiency at 2: 1.00 (1.00–1.00), 0.50× with 1, 1.00× with 8"},
		{"waiting, flat from 200 on", advisedOn(2, "waiting", gs, []int{1, 2}, 0, waiting), "x 512 or more, P 1, efficiency at 2: 0.50 (0.50–0.50), 0.32× with 64, –"},
		{"waiting, still growing", advisedOn(2, "waiting", gs[:5], []int{1, 2}, 0, waiting), "x 64 or more, P 1, efficiency at 2: 0.50 (0.50–0.50), 0.12× with 8, –"},
		{"on the edge of the efficiency", advisedOn(2, "memory", gs, []int{1, 2}, 0, half), "x 2, P 1–2, efficiency at 2: 0.70 (0.70–0.70), 0.71× with 1, 1.00× with 8"},
		{"one CPU", advisedOn(1, "waiting", gs[:5], []int{1}, 0, waiting), "x 64 or more, P –, , 0.13× with 8, –"},
		{"two samples", few(2, advisedOn(2, "computing", gs, []int{1, 2}, 0, computing)), "x 2, P 1–2, efficiency at 2: 1.00, 0.50× with 1, 1.00× with 8"},
		{"no kind", advisedOn(2, "", gs, []int{1, 2}, 0, computing), "x 2, P 2, efficiency at 2: 1.00 (1.00–1.00), 0.50× with 1, 1.00× with 8"},
		{"neighbours", advisedOn(2, "computing", gs, []int{1, 2}, .3, computing), ""},
		{"one cell", advisedOn(2, "computing", gs[2:3], []int{2}, 0, computing), ""},
	} {
		var got []string
		for _, a := range New(test.data).advice("run") {
			got = append(got, fmt.Sprintf("%s %s, P %s, %s, %s, %s", a.work, a.goroutines, a.procs, a.efficiency, a.fewer, a.more))
		}
		if s := strings.Join(got, "\n"); s != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, s, test.want)
		}
	}
}

// What a program reads is what the page says.
func TestAdviceAsData(t *testing.T) {
	gs := []int{1, 2, 8}
	r := New(advisedOn(2, "computing", gs, []int{1, 2}, 0, func(g, p int) float64 { return 1 / float64(min(g, p)) }))
	worth := jsonGain(r.Gains[0], scaling.Recommendations(r.Data, r.Gains)[0]).Get("worth").(null.Object)
	text, err := words.JSON(worth)
	if err != nil {
		t.Fatal(err)
	}
	var w struct {
		Goroutines struct {
			From, Enough int
			More         bool
			Share        struct{ Lo float64 }
		}
		Procs struct {
			From, Enough, At int
			Efficiency       struct{ Mid float64 }
		} `json:"gomaxprocs"`
	}
	if err := json.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	if g := w.Goroutines; g.From != 2 || g.Enough != 2 || g.More || g.Share.Lo < .95 {
		t.Errorf("goroutines %+v", g)
	}
	if p := w.Procs; p.From != 2 || p.Enough != 2 || p.At != 2 || p.Efficiency.Mid < .99 {
		t.Errorf("gomaxprocs %+v", p)
	}
}
