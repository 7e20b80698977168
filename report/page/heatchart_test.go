package page

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/results"
)

func TestHeatPart(t *testing.T) {
	spot := func(g, p int, v float64, best bool) scaling.Spot {
		return scaling.Spot{G: g, P: p, Speedup: known(v), Best: best}
	}
	one := spot(1, 1, 1, false)
	for _, tt := range []struct {
		name, want string
		top        int
		spots      []scaling.Spot
	}{
		{"one cell is best", "w 3.9× at G=8, P=2", 3, []scaling.Spot{one, spot(8, 1, 2, false), spot(1, 2, 1, false), spot(8, 2, 3.9, true)}},
		{"goroutines matter", "w 8.0× at G=8", 1, []scaling.Spot{one, spot(8, 1, 8, true), spot(1, 2, 1, false), spot(8, 2, 7.9, true)}},
		{"processors matter", "w 2.0× at P=2", 3, []scaling.Spot{one, spot(8, 1, 1, false), spot(1, 2, 1.98, true), spot(8, 2, 2, true)}},
		{"some of both", "w 2.0× at G=2–8, P=2–4", 2, []scaling.Spot{one, spot(2, 2, 1.9, true), spot(8, 4, 2, true)}},
		{"the far corners", "w 2.0×", 1, []scaling.Spot{one, spot(1, 2, 2, true), spot(8, 1, 2, true)}},
		{"all equal", "w: no gain shown", 1, []scaling.Spot{spot(1, 1, 1, true), spot(8, 1, 1.02, true), spot(8, 2, 1.01, true)}},
		{"one CPU", "w 56× at G=64", 2, []scaling.Spot{one, spot(8, 1, 8, false), spot(64, 1, 56, true)}},
		{"not compared", "", -1, []scaling.Spot{one, spot(8, 1, 8, false)}},
		{"nothing", "", -1, nil},
	} {
		if got := heatPart("w", scaling.Grid{Spots: tt.spots, Top: tt.top}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// gridded is a run of workloads with so many rounds in each of some cells.
func gridded(rounds int, kinds map[string]string, cells map[string][][2]int) *series.Data {
	d := &series.Data{Sources: []series.Source{{Label: "s", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: 2}}, Kinds: kinds}}}}
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		for _, c := range cells[name] {
			p := &series.Measurement{Key: series.Key{Name: name, Goroutines: c[0], Procs: c[1]}}
			var times []float64
			for r := range rounds {
				p.Rounds, p.Foreign = append(p.Rounds, r), append(p.Foreign, math.NaN())
				times = append(times, (1+.001*float64((r*7+c[0])%5))/float64(min(c[0], c[1], 2)))
			}
			p.Units = series.UnitsOf(map[string][]float64{"sec/op": times})
			d.Sources[0].Add(p)
		}
	}
	return d
}

func TestHeatChart(t *testing.T) {
	full := [][2]int{{1, 1}, {2, 1}, {8, 1}, {1, 2}, {2, 2}, {8, 2}}
	kinds := map[string]string{"CPU/work=primes": "computing", "CPU/work=more": "computing", "Mixed/work=oven": "mixed", "IO/work=tcp": "waiting"}
	const plainTitle = "Speed-up over goroutines and GOMAXPROCS"
	for _, tt := range []struct {
		name   string
		rounds int
		cells  map[string][][2]int
		title  string // "": no chart
		names  string // of panels
		note   string // part of it
	}{
		{"one workload", 12, map[string][][2]int{"CPU/work=primes": full}, "Fastest cells: primes 2.0× at G=2–8, P=2", "primes", "No waiting or mixed workload"},
		{"the headline one, not the larger", 12, map[string][][2]int{"CPU/work=primes": full, "CPU/work=more": append([][2]int{{64, 1}, {64, 2}}, full...)},
			"Fastest cells: primes 2.0× at G=2–8, P=2", "primes", ""},
		{"two kinds", 12, map[string][][2]int{"CPU/work=more": full, "Mixed/work=oven": full},
			plainTitle, "more oven", "No waiting workload"},
		{"both headline ones", 12, map[string][][2]int{"CPU/work=primes": full, "IO/work=tcp": full},
			"Fastest cells: primes 2.0× at G=2–8, P=2; tcp 2.0× at G=2–8, P=2", "primes", "No mixed workload"},
		{"more Ps than CPUs", 12, map[string][][2]int{"CPU/work=primes": append([][2]int{{8, 4}}, full...)}, "Fastest cells: primes 2.0× at G=2–8, P=2–4", "primes", "GOMAXPROCS above 2 is more"},
		{"no interval", 3, map[string][][2]int{"CPU/work=primes": full}, plainTitle, "primes", ""},
		{"a cell missing", 12, map[string][][2]int{"CPU/work=primes": full[:5]}, "", "", ""},
		{"one CPU", 12, map[string][][2]int{"CPU/work=primes": {{1, 1}, {2, 1}, {8, 1}, {64, 1}}}, "", "", ""},
		{"no base", 12, map[string][][2]int{"CPU/work=primes": append([][2]int{{64, 1}, {64, 2}}, full[1:]...)}, "", "", ""},
		{"nothing", 12, nil, "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := New(gridded(tt.rounds, kinds, tt.cells))
			d := &drawing{Report: r, source: "s", rows: r.of("s")}
			f, err := d.heat()
			if err != nil && !errors.Is(err, chart.ErrEmpty) {
				t.Fatal(err)
			}
			if f == nil || tt.title == "" {
				if (f == nil) != (tt.title == "") {
					t.Fatalf("drawn: %v, want %v", f != nil, tt.title != "")
				}
				return
			}
			if got := f.Text().Title; got != tt.title {
				t.Errorf("title %q, want %q", got, tt.title)
			}
			if !strings.Contains(f.Text().Note, tt.note) {
				t.Errorf("note %q lacks %q", f.Text().Note, tt.note)
			}
			svg := string(f.SVG(false))
			for _, name := range []string{"primes", "more", "oven"} {
				want := strings.Contains(tt.names, name)
				if got := strings.Contains(svg, ">"+name+"</text>"); got != want {
					t.Errorf("panel of %s: %v, want %v", name, got, want)
				}
			}
		})
	}
}

// Of a workload whose rounds neighbours disturbed the title says nothing.
func TestHeatTitleOfADisturbedRun(t *testing.T) {
	d := gridded(12, map[string]string{"CPU/work=primes": "computing"}, map[string][][2]int{"CPU/work=primes": {{1, 1}, {2, 1}, {8, 1}, {1, 2}, {2, 2}, {8, 2}}})
	for _, p := range d.Sources[0].Cells() {
		for i := range p.Foreign {
			p.Foreign[i] = .3
		}
	}
	r := New(d)
	f, err := (&drawing{Report: r, source: "s", rows: r.of("s")}).heat()
	if err != nil || f == nil {
		t.Fatal(f, err)
	}
	if got := f.Text().Title; strings.Contains(got, "Fastest") {
		t.Errorf("title %q of a run whose rounds were all disturbed", got)
	}
}

// A workload with more rows or columns than can be read is not drawn.
func TestHeatIsBounded(t *testing.T) {
	var cells [][2]int
	for g := range heatSide + 1 {
		cells = append(cells, [2]int{g + 1, 1}, [2]int{g + 1, 2})
	}
	for n, want := range map[int]bool{2 * heatSide: true, len(cells): false} {
		r := New(gridded(6, nil, map[string][][2]int{"w": cells[:n]}))
		f, err := (&drawing{Report: r, source: "s", rows: r.of("s")}).heat()
		if err != nil && !errors.Is(err, chart.ErrEmpty) || (f != nil) != want {
			t.Errorf("%s: drawn %v, want %v; %v", fmt.Sprint(n/2, " columns"), f != nil, want, err)
		}
	}
}
