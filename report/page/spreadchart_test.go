package page

import (
	"math"
	"slices"
	"strings"
	"testing"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
)

// scatteredRow returns a row whose samples are times with the median 1.
func scatteredRow(t *testing.T, name string, times ...float64) scatter {
	t.Helper()
	s, ok := scatterOf(scaling.Gain{Name: name}, pointOf(times, nil))
	if !ok {
		t.Fatalf("%s: no row of %v", name, times)
	}
	return s
}

// pointOf returns a cell with those times and shares that others took.
func pointOf(times, foreign []float64) *series.Point {
	p := &series.Point{Units: series.UnitsOf(map[string][]float64{"sec/op": times})}
	for i := range times {
		p.Rounds = append(p.Rounds, i)
		p.Foreign = append(p.Foreign, math.NaN())
	}
	copy(p.Foreign, foreign)
	return p
}

// "Within" is true of the samples as it is written.
func TestSpreadTitle(t *testing.T) {
	narrow := scatteredRow(t, "CPU/work=primes", .98, .99, 1, 1, 1.004, 1.01, 1.02)
	wide := scatteredRow(t, "CPU/work=triad", .8, .9, .95, 1, 1.0612, 1.1, 1.3)
	few := scatteredRow(t, "CPU/work=sort", .9, 1, 1.1)
	equal := scatteredRow(t, "CPU/work=sha256", 2, 2, 2, 2, 2, 2)
	mostly := scatteredRow(t, "CPU/work=matmul", 2, 2, 2, 2, 2, 3)
	for _, tt := range []struct {
		rows []scatter
		want string
	}{
		{[]scatter{narrow}, "Half of these samples lie within 1.0% of their median"},
		{[]scatter{narrow, wide}, "Half of these samples lie within 2.0% of their median; widest: triad, 10%"},
		{[]scatter{wide, narrow}, "Half of these samples lie within 2.0% of their median; widest: triad, 10%"},
		{[]scatter{wide, wide}, "Half of these samples lie within 10% of their median"},
		{[]scatter{narrow, few}, "Every sample beside the median of its cell"},
		{[]scatter{equal, equal}, "All of these samples equal their median"},
		{[]scatter{equal, mostly}, "At least half of these samples equal their median"},
	} {
		if got := spreadTitle(tt.rows); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	long := scatteredRow(t, strings.Repeat("name", 15), .8, .9, .95, 1, 1.0612, 1.1, 1.3)
	if title := spreadTitle([]scatter{narrow, long}); len([]rune(title)) > 95 {
		t.Errorf("%q has more than two lines on a phone", title)
	}
}

func TestUpTo(t *testing.T) {
	for share, want := range map[float64]string{0: "0%", .0096: "0.96%", .00961: "0.97%", .01: "1.0%", .02: "2.0%", .0999: "10.0%", .1: "10%", .123: "13%", 1.5: "150%", .00001: "0.0010%"} {
		if got := upTo(share); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
}

// What cannot stand on a logarithmic axis makes no row, and a missing value is
// no sample.
func TestScatterOf(t *testing.T) {
	for name, times := range map[string][]float64{"one": {1}, "none": nil, "zeros": {0, 0, 0}, "one zero": {1, 0, 1}, "vast": {1, 1, 1e300}} {
		if _, ok := scatterOf(scaling.Gain{}, pointOf(times, nil)); ok {
			t.Errorf("%s: has a row", name)
		}
	}
	s, ok := scatterOf(scaling.Gain{Name: "IO/work=tcp"}, pointOf([]float64{3, math.NaN(), 2, 1}, []float64{.2, 0, 0, 0}))
	if !ok || len(s.samples) != 3 || len(s.relative) != 3 {
		t.Fatalf("%v, %+v", ok, s)
	}
	want := []chart.Sample{{Value: .5, Tip: "tcp, sample 4: 0.500× the median"}, {Value: 1, Tip: "tcp, sample 3: 1.000× the median"},
		{Value: 1.5, Hollow: true, Tip: "tcp, sample 1: 1.500× the median, disturbed"}}
	if !slices.Equal(s.samples, want) {
		t.Errorf("%+v", s.samples)
	}
}

// Of thousands of samples a hundred are drawn, and the figures are those of all.
func TestThinned(t *testing.T) {
	var times []float64
	for i := range 5001 {
		times = append(times, 1+float64(i)/5000)
	}
	s := scatteredRow(t, "CPU/work=primes", times...)
	d := s.drawn()
	if n := len(d.Samples); n != maxSamples || d.Samples[0].Value != 1/1.5 || d.Samples[n-1].Value != 2/1.5 {
		t.Errorf("%d samples from %v to %v", n, d.Samples[0].Value, d.Samples[n-1].Value)
	}
	if !slices.IsSortedFunc(d.Samples, func(a, b chart.Sample) int { return int(math.Copysign(1, a.Value-b.Value)) }) {
		t.Error("a sample is drawn twice, or they are not in order")
	}
	if d.Box[2] != 1 || math.Abs(d.Box[1]-1.25/1.5) > .001 {
		t.Errorf("the box is %v", d.Box)
	}
}
