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

func TestSpansJoin(t *testing.T) {
	for _, test := range []struct {
		a, b span
		want string
	}{
		{span{}, span{2, 8, false}, "2–8"},
		{span{2, 2, false}, span{2, 2, false}, "2"},
		{span{2, 2, false}, span{64, 512, true}, "2–512 or more"},
		{span{512, 512, true}, span{8, 512, false}, "8–512 or more"},
		{span{64, 64, true}, span{8, 512, false}, "8–512"}, // more than 64 was measured
	} {
		if got := test.a.over(test.b).String(); got != test.want {
			t.Errorf("%v and %v: %q, want %q", test.a, test.b, got, test.want)
		}
		if got := test.b.over(test.a).String(); got != test.want {
			t.Errorf("%v and %v: %q, want %q", test.b, test.a, got, test.want)
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
		{"computing", advisedOn(2, "computing", gs, []int{1, 2, 4}, 0, computing), "computing 2, P 2: x 2, P 2, efficiency at 2: 1.00 (1.00–1.00)"},
		{"waiting, flat from 200 on", advisedOn(2, "waiting", gs, []int{1, 2}, 0, waiting), "waiting 512 or more, P 1: x 512 or more, P 1, efficiency at 2: 0.50 (0.50–0.50)"},
		{"waiting, still growing", advisedOn(2, "waiting", gs[:5], []int{1, 2}, 0, waiting), "waiting 64 or more, P 1: x 64 or more, P 1, efficiency at 2: 0.50 (0.50–0.50)"},
		{"on the edge of the efficiency", advisedOn(2, "memory", gs, []int{1, 2}, 0, half), "memory 2, P 1–2: x 2, P 1–2, efficiency at 2: 0.70 (0.70–0.70)"},
		{"one CPU", advisedOn(1, "waiting", gs[:5], []int{1}, 0, waiting), "waiting 64 or more, P –: x 64 or more, P –, "},
		{"two samples", few(2, advisedOn(2, "computing", gs, []int{1, 2}, 0, computing)), "computing 2, P 1–2: x 2, P 1–2, efficiency at 2: 1.00"},
		{"no kind", advisedOn(2, "", gs, []int{1, 2}, 0, computing), "of no predicted kind 2, P 2: x 2, P 2, efficiency at 2: 1.00 (1.00–1.00)"},
		{"neighbours", advisedOn(2, "computing", gs, []int{1, 2}, .3, computing), ""},
		{"one cell", advisedOn(2, "computing", gs[2:3], []int{2}, 0, computing), ""},
	} {
		var got []string
		for _, kind := range New(test.data).advice("run") {
			for _, work := range kind.works {
				got = append(got, fmt.Sprintf("%s %s, P %s: %s %s, P %s, %s", kind.kind, kind.goroutines, kind.procs, work.work, work.goroutines, work.procs, work.efficiency))
			}
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
