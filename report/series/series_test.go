package series_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"conpar/report/series"
)

func data() *series.Data {
	nan := math.NaN()
	one := &series.Point{
		Key:     series.Key{Source: "a", Name: "CPU/work=primes", Goroutines: 1, Procs: 1},
		Rounds:  []int{0, 1, 2, 3},
		Foreign: []float64{nan, 0, series.DisturbedAbove, 0.051},
		Units: series.UnitsOf(map[string][]float64{
			"sec/op": {1, 2, 3, 4},
			"cpus":   {nan, 1, math.Inf(1), 0},
		}),
	}
	plain := &series.Point{Key: series.Key{Source: "b", Name: "Encode", Goroutines: -1, Procs: 4}}
	return &series.Data{
		Sources: []series.Source{{Label: "a", Run: &series.Run{CPUs: 2}}, {Label: "b"}},
		Points:  []*series.Point{one, plain},
	}
}

func TestFind(t *testing.T) {
	d := data()
	for _, want := range d.Points {
		if got := d.Find(want.Key); got != want {
			t.Errorf("Find(%v) = %v", want.Key, got)
		}
	}
	for _, k := range []series.Key{
		{},
		{Source: "b", Name: "CPU/work=primes", Goroutines: 1, Procs: 1},
		{Source: "a", Name: "CPU/work=primes", Goroutines: 1, Procs: 2},
	} {
		if got := d.Find(k); got != nil {
			t.Errorf("Find(%v) = %v, want nil", k, got)
		}
	}
}

func TestSource(t *testing.T) {
	d := data()
	if s := d.Source("a"); s != &d.Sources[0] {
		t.Errorf("Source(a) = %p, want %p: not a copy", s, &d.Sources[0])
	}
	if s := d.Source("c"); s != nil {
		t.Errorf("Source(c) = %v, want nil", s)
	}
}

func TestValues(t *testing.T) {
	p := data().Points[0]
	for unit, want := range map[string][]float64{
		"sec/op": {1, 2, 3, 4},
		"cpus":   {1, 0},
		"B/op":   nil,
	} {
		if got := p.Values(unit); !slices.Equal(got, want) {
			t.Errorf("Values(%s) = %v, want %v", unit, got, want)
		}
	}
}

// What is not known to be disturbed is not, and the limit itself is allowed.
func TestDisturbed(t *testing.T) {
	p := data().Points[0]
	for i, want := range []bool{false, false, false, true} {
		if got := p.Disturbed(i); got != want {
			t.Errorf("Disturbed(%d) = %v with a foreign share of %v", i, got, p.Foreign[i])
		}
	}
}

func ExampleData_Find() {
	d := &series.Data{Points: []*series.Point{{
		Key:   series.Key{Source: "laptop", Name: "CPU/work=primes", Goroutines: 8, Procs: 2},
		Units: series.UnitsOf(map[string][]float64{"sec/op": {1e-3, 1.1e-3}}),
	}}}
	p := d.Find(series.Key{Source: "laptop", Name: "CPU/work=primes", Goroutines: 8, Procs: 2})
	fmt.Println(p.Values("sec/op"))
	// Output: [0.001 0.0011]
}
