package series_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"conpar/report/series"
	"conpar/results"
)

func data() *series.Data {
	nan := math.NaN()
	one := &series.Measurement{
		Key:     series.Key{Name: "CPU/work=primes", Goroutines: 1, Procs: 1},
		Rounds:  []int{0, 1, 2, 3},
		Foreign: []float64{nan, 0, results.DisturbedAbove, 0.051},
		Units: series.UnitsOf(map[string][]float64{
			"sec/op": {1, 2, 3, 4},
			"cpus":   {nan, 1, math.Inf(1), 0},
		}),
	}
	plain := &series.Measurement{Key: series.Key{Name: "Encode", Goroutines: -1, Procs: 4}}
	d := &series.Data{Sources: []series.Source{{Label: "a", Run: &series.Run{Run: results.Run{Machine: results.Machine{CPUs: 2}}}}, {Label: "b"}}}
	d.Sources[0].Add(one)
	d.Sources[1].Add(plain)
	return d
}

func TestFind(t *testing.T) {
	d := data()
	for i := range d.Sources {
		for _, want := range d.Sources[i].Cells() {
			if got := d.Sources[i].Find(want.Key); got != want {
				t.Errorf("Find(%v) = %v", want.Key, got)
			}
		}
	}
	for _, k := range []series.Key{
		{},
		{Name: "Encode", Goroutines: -1, Procs: 4},
		{Name: "CPU/work=primes", Goroutines: 1, Procs: 2},
	} {
		if got := d.Source("a").Find(k); got != nil {
			t.Errorf("Find(%v) = %v, want nil", k, got)
		}
	}
	if d.Source("c").Work("Encode") != nil || d.Source("c").Find(series.Key{Name: "Encode"}) != nil {
		t.Error("a source that there is not has a work")
	}
}

// Works stand as they came, and the cells of each by goroutines, then by
// GOMAXPROCS.
func TestAdd(t *testing.T) {
	var s series.Source
	for _, k := range []series.Key{{"b", 8, 2, 0}, {"b", 8, 2, 1}, {"a", -1, 1, 0}, {"b", 1, 4, 0}, {"b", 8, 1, 0}, {"a", -1, 0, 0}} {
		s.Add(&series.Measurement{Key: k})
	}
	var got []series.Key
	for _, c := range s.Cells() {
		got = append(got, c.Key)
	}
	if want := []series.Key{{"b", 1, 4, 0}, {"b", 8, 1, 0}, {"b", 8, 2, 1}, {"b", 8, 2, 0}, {"a", -1, 0, 0}, {"a", -1, 1, 0}}; !slices.Equal(got, want) {
		t.Errorf("the cells are %v, want %v", got, want)
	}
}

// A cell on one CPU stands in for one on all of them at GOMAXPROCS 1 alone.
func TestOneCPU(t *testing.T) {
	var s series.Source
	for _, k := range []series.Key{{"a", 1, 1, 1}, {"a", 8, 1, 1}, {"a", 8, 1, 0}, {"a", 8, 8, 1}, {"a", 64, 8, 1}, {"a", 64, 8, 0}} {
		s.Add(&series.Measurement{Key: k})
	}
	w := s.Work("a")
	var free []series.Key
	for _, c := range w.Free() {
		free = append(free, c.Key)
	}
	if want := []series.Key{{"a", 1, 1, 1}, {"a", 8, 1, 0}, {"a", 64, 8, 0}}; !slices.Equal(free, want) {
		t.Errorf("on all CPUs are %v, want %v", free, want)
	}
	if c := w.Cell(8, 8); c != nil {
		t.Errorf("Cell(8, 8) is %v, which is on one CPU", c.Key)
	}
	if c := w.On(1, 8, 8); c == nil || c.Key != (series.Key{"a", 8, 8, 1}) {
		t.Errorf("On(1, 8, 8) is %v", c)
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
	p := data().Sources[0].Cells()[0]
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
	p := data().Sources[0].Cells()[0]
	for i, want := range []bool{false, false, false, true} {
		if got := p.Disturbed(i); got != want {
			t.Errorf("Disturbed(%d) = %v with a foreign share of %v", i, got, p.Foreign[i])
		}
	}
}

func ExampleSource_Find() {
	var s series.Source
	s.Add(&series.Measurement{
		Key:   series.Key{Name: "CPU/work=primes", Goroutines: 8, Procs: 2},
		Units: series.UnitsOf(map[string][]float64{"sec/op": {1e-3, 1.1e-3}}),
	})
	c := s.Find(series.Key{Name: "CPU/work=primes", Goroutines: 8, Procs: 2})
	fmt.Println(c.Values("sec/op"))
	// Output: [0.001 0.0011]
}
