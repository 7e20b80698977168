package scaling_test

import (
	"fmt"
	"math"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
)

// stops makes points at values of an axis with so many rounds that scatter by
// half a percent, in an order that step makes.
func stops(rounds, step int, times map[int]float64) []scaling.SweepPoint {
	d := &series.Data{Sources: []series.Source{{Label: "s"}}}
	for n, t := range times {
		p := &series.Measurement{Key: series.Key{Name: fmt.Sprintf("w/length=%d", n), Goroutines: -1, Procs: 2}}
		var values []float64
		for r := range rounds {
			p.Rounds, p.Foreign = append(p.Rounds, r), append(p.Foreign, 0)
			values = append(values, t*(1+.005*float64((r*step+n)%5-2)))
		}
		p.Units = series.UnitsOf(map[string][]float64{"sec/op": values})
		d.Sources[0].Add(p)
	}
	return scaling.Sweep(d, "s", "w", "length", 2)
}

func TestAlong(t *testing.T) {
	d := &series.Data{Sources: []series.Source{{Label: "s"}, {Label: "t"}}}
	for _, k := range []series.Key{
		{Name: "w/length=1000", Goroutines: -1, Procs: 2}, {Name: "w/length=20", Goroutines: -1, Procs: 2},
		{Name: "w/length=30", Goroutines: -1, Procs: 1}, {Name: "w/length=50", Goroutines: 1, Procs: 2}, {Name: "w/length=", Goroutines: -1, Procs: 2},
		{Name: "w/length=0", Goroutines: -1, Procs: 2}, {Name: "w/length=6/more=1", Goroutines: -1, Procs: 2},
		{Name: "w2/length=70", Goroutines: -1, Procs: 2}, {Name: "w", Goroutines: -1, Procs: 2},
	} {
		d.Sources[0].Add(&series.Measurement{Key: k})
	}
	d.Sources[1].Add(&series.Measurement{Key: series.Key{Name: "w/length=40", Goroutines: -1, Procs: 2}})
	got := scaling.Sweep(d, "s", "w", "length", 2)
	if len(got) != 2 || got[0].N != 20 || got[1].N != 1000 || got[1].Point != d.Sources[0].Works[0].Cells[0] {
		t.Errorf("%+v", got)
	}
}

func TestCrossover(t *testing.T) {
	type times = map[int]float64
	loop := times{10: 1, 100: 10, 1000: 100, 10000: 1000}
	for _, tt := range []struct {
		name        string
		rounds      int
		two         times
		after, from int     // zero: none
		at          float64 // zero: none
	}{
		{"between two lengths", 12, times{10: 50, 100: 50, 1000: 100 / math.Sqrt(5), 10000: 500}, 100, 1000, 464.16}, // half as fast over 5 to √5
		{"not at the longest", 12, times{10: 50, 100: 50, 1000: 50, 10000: 1100}, 0, 0, 0},
		{"back and forth", 12, times{10: 50, 100: 5, 1000: 200, 10000: 500}, 1000, 10000, 3162.28},
		{"at all", 12, times{10: .5, 100: 5, 1000: 50, 10000: 500}, 0, 0, 0},
		{"equal everywhere", 12, loop, 0, 0, 0},
		{"faster, but not for certain", 12, times{1000: 99.9, 10000: 500}, 1000, 10000, 0},
		{"one length", 12, times{10000: 500}, 0, 0, 0},
		{"too few rounds", 3, times{10: 50, 10000: 500}, 0, 0, 0},
		{"no length in common", 12, times{7: 1}, 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after, from, at := scaling.Crossover(stops(tt.rounds, 7, loop), stops(tt.rounds, 3, tt.two))
			if after != tt.after || from != tt.from {
				t.Fatalf("%d, %d; want %d, %d", after, from, tt.after, tt.from)
			}
			if from == 0 {
				return
			}
			if tt.at == 0 && !math.IsNaN(at) || tt.at > 0 && !(math.Abs(at/tt.at-1) < .02) {
				t.Errorf("at %v, want %v", at, tt.at)
			}
		})
	}
}
