package scaling_test

import (
	"math"
	"slices"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
)

// grid makes cells of one workload, each with so many rounds that scatter by
// some share.
func grid(rounds int, scatter float64, times map[[2]int]float64) *series.Data {
	d := &series.Data{Sources: []series.Source{{Label: "s"}}}
	for c, t := range times {
		p := &series.Measurement{Key: series.Key{Name: "w", Goroutines: c[0], Procs: c[1]}}
		var values []float64
		for r := range rounds {
			p.Rounds, p.Foreign = append(p.Rounds, r), append(p.Foreign, 0)
			values = append(values, t*(1+scatter*float64((r*7+c[0]*3+c[1])%5-2)))
		}
		p.Units = series.UnitsOf(map[string][]float64{"sec/op": values})
		d.Sources[0].Add(p)
	}
	return d
}

func TestGridOf(t *testing.T) {
	full := map[[2]int]float64{{0, 1}: .5, {1, 1}: 1, {2, 1}: 1, {8, 1}: 1, {1, 2}: 1, {2, 2}: .5, {8, 2}: .502}
	for _, tt := range []struct {
		name    string
		rounds  int
		scatter float64
		times   map[[2]int]float64
		spots   int
		top     [2]int   // zero: none
		best    [][2]int // with the top, by GOMAXPROCS, then goroutines
	}{
		{"a tie within the noise", 12, .01, full, 6, [2]int{2, 2}, [][2]int{{2, 2}, {8, 2}}},
		{"no tie without noise", 12, 1e-9, full, 6, [2]int{2, 2}, [][2]int{{2, 2}}},
		{"all equal", 12, .01, map[[2]int]float64{{1, 1}: 1, {2, 1}: 1, {1, 2}: 1}, 3, [2]int{-1, -1}, [][2]int{{1, 1}, {2, 1}, {1, 2}}},
		{"exactly equal", 12, 0, map[[2]int]float64{{1, 1}: 1, {2, 1}: 1}, 2, [2]int{1, 1}, [][2]int{{1, 1}, {2, 1}}},
		{"too few rounds", 3, .01, full, 6, [2]int{}, nil},
		{"one cell", 12, .01, map[[2]int]float64{{1, 1}: 1}, 1, [2]int{}, nil},
		{"no base", 12, .01, map[[2]int]float64{{2, 1}: 1, {2, 2}: .5}, 0, [2]int{}, nil},
		{"one CPU", 12, .001, map[[2]int]float64{{1, 1}: 1, {8, 1}: .125, {64, 1}: .1}, 3, [2]int{64, 1}, [][2]int{{64, 1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := scaling.GridOf(grid(tt.rounds, tt.scatter, tt.times), "s", "w")
			if len(g.Spots) != tt.spots {
				t.Fatalf("%d spots, want %d", len(g.Spots), tt.spots)
			}
			var best [][2]int
			for i, s := range g.Spots {
				if s.Best {
					best = append(best, [2]int{s.G, s.P})
				}
				if want := 1 / tt.times[[2]int{s.G, s.P}]; math.Abs(s.Speedup.Mid/want-1) > .05 {
					t.Errorf("(%d, %d): %v, want about %v", s.G, s.P, s.Speedup.Mid, want)
				}
				if i == g.Top && !s.Best {
					t.Error("the top is not among the best")
				}
			}
			if !slices.Equal(best, tt.best) {
				t.Errorf("best %v, want %v", best, tt.best)
			}
			switch {
			case (g.Top < 0) != (tt.top == [2]int{}):
				t.Errorf("top %d", g.Top)
			case g.Top >= 0 && tt.top[0] > 0 && tt.top != [2]int{g.Spots[g.Top].G, g.Spots[g.Top].P}:
				t.Errorf("top %+v, want %v", g.Spots[g.Top], tt.top)
			}
		})
	}
	if g := scaling.GridOf(grid(12, 0, full), "s", "another"); len(g.Spots) > 0 || g.Top != -1 {
		t.Error("a grid of nothing")
	}
}

// Cells that take turns share no round; they are compared by way of the base.
func TestGridOfCellsThatTakeTurns(t *testing.T) {
	d := grid(16, .01, map[[2]int]float64{{1, 1}: 1, {8, 1}: .125, {8, 2}: .124, {1, 2}: 1})
	for _, p := range d.Sources[0].Cells() {
		if p.Procs == 1 && p.Goroutines == 1 {
			continue
		}
		odd := p.Goroutines == 8 && p.Procs == 2
		var rounds []int
		var times []float64
		for i, r := range p.Rounds {
			if (r%2 == 1) == odd {
				rounds, times = append(rounds, r), append(times, p.Units.Of("sec/op")[i])
			}
		}
		p.Rounds, p.Foreign, p.Units = rounds, make([]float64, len(rounds)), series.UnitsOf(map[string][]float64{"sec/op": times})
	}
	var best []int
	for _, s := range scaling.GridOf(d, "s", "w").Spots {
		if s.Best {
			best = append(best, s.G, s.P)
		}
	}
	if want := []int{8, 1, 8, 2}; !slices.Equal(best, want) {
		t.Errorf("best %v, want %v", best, want)
	}
}

// A cell that was measured after the others, in rounds of its own, may be the fastest.
func TestGridOfCellsMeasuredLater(t *testing.T) {
	d := grid(16, .01, map[[2]int]float64{{1, 1}: 1, {8, 1}: .125, {64, 1}: .02})
	for _, p := range d.Sources[0].Cells() {
		late := p.Goroutines == 64
		first, last := 0, 8
		if late {
			first, last = 8, 16
		}
		times := p.Units.Of("sec/op")[first:last]
		p.Rounds, p.Foreign = p.Rounds[first:last], p.Foreign[first:last]
		p.Units = series.UnitsOf(map[string][]float64{"sec/op": times})
	}
	g := scaling.GridOf(d, "s", "w")
	if g.Top < 0 || g.Spots[g.Top].G != 64 {
		t.Fatalf("fastest %+v", g)
	}
	for _, s := range g.Spots {
		if s.Best != (s.G == 64) {
			t.Errorf("%+v", s)
		}
	}
	if s := g.Spots[g.Top].Speedup; math.Abs(s.Mid-50) > 1 || !s.Known() {
		t.Errorf("%+v, want 50", s)
	}
}

// Cells are compared in the rounds that both have: what happened to one alone
// is not held against it.
func TestOverPairsRounds(t *testing.T) {
	point := func(rounds []int, times ...float64) *series.Measurement {
		return &series.Measurement{Rounds: rounds, Foreign: make([]float64, len(rounds)), Units: series.UnitsOf(map[string][]float64{"sec/op": times})}
	}
	a := point([]int{0, 1, 2, 3, 4, 5, 6}, 2, 4, 2, 4, 2, 4, 900)
	b := point([]int{0, 1, 2, 3, 4, 5}, 1, 2, 1, 2, 1, 2)
	if i := scaling.Over(a, b); math.Abs(i.Mid-2) > 1e-9 || i.N != 6 || !i.Known() {
		t.Errorf("%+v, want 2 of six rounds", i)
	}
	if i := scaling.Over(a, point([]int{7}, 1)); i.N != 0 || !math.IsNaN(i.Mid) {
		t.Errorf("no common round: %+v", i)
	}
}
