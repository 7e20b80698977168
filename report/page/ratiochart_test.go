package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"conpar/report/chart"
	"conpar/report/compare"
	"conpar/report/series"
)

// pointOf returns a cell with those times and shares that others took.
func pointOf(times, foreign []float64) *series.Measurement {
	p := &series.Measurement{Units: series.UnitsOf(map[string][]float64{"sec/op": times})}
	for i := range times {
		p.Rounds = append(p.Rounds, i)
		p.Foreign = append(p.Foreign, math.NaN())
	}
	copy(p.Foreign, foreign)
	return p
}

// sidesOf returns the comparison of two files with the same cells, whose times
// are given by cell; machines are told apart by their names.
func sidesOf(t *testing.T, machines [2]string, cells map[string][2][]float64) *SideBySide {
	t.Helper()
	d := &series.Data{}
	for side, label := range []string{"before", "after"} {
		d.Sources = append(d.Sources, series.Source{Label: label, Path: label, Config: map[string]string{"cpu": machines[side]}})
		for name, times := range cells {
			p := pointOf(times[side], nil)
			p.Key = series.Key{Name: name, Goroutines: -1, Procs: 1}
			d.Sources[side].Add(p)
		}
	}
	of, err := compare.Of(d, compare.Options{Units: []string{"sec/op"}, Margin: .03})
	if err != nil {
		t.Fatal(err)
	}
	return &SideBySide{Result: of, Data: d}
}

// aboutTime returns times that scatter a little around one.
func aboutTime(mid float64) []float64 {
	var out []float64
	for i := range 16 {
		out = append(out, mid*(1+.001*float64((i*7)%16-8)))
	}
	return out
}

func TestRatioTitle(t *testing.T) {
	slower := [2][]float64{aboutTime(1), aboutTime(1.5)}
	faster := [2][]float64{aboutTime(1), aboutTime(.5)}
	same := [2][]float64{aboutTime(1), aboutTime(1)}
	few := [2][]float64{{1, 1, 1}, {9, 9, 9}}
	same1 := [2]string{"cpu", "cpu"}
	for _, tt := range []struct {
		machines [2]string
		cells    map[string][2][]float64
		want     string
	}{
		{same1, map[string][2][]float64{"a": slower, "b": faster, "c": same}, "after ÷ before: of 3 cells, 1 is slower and 1 faster"},
		{same1, map[string][2][]float64{"a": slower, "b": slower}, "after ÷ before: of 2 cells, 2 are slower and none faster"},
		{same1, map[string][2][]float64{"b": faster, "c": few}, "after ÷ before: of 2 cells, none is slower and 1 faster"},
		{same1, map[string][2][]float64{"c": few}, "after ÷ before: of 1 cell, none is shown to differ"},
		{[2]string{"this", "that"}, map[string][2][]float64{"a": slower, "b": faster, "c": same}, "In the median of 3 cells, the time of after is 1.0× that of before"},
	} {
		c := sidesOf(t, tt.machines, tt.cells)
		if got := c.ratioTitle(c.Tables[0], 1); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
		page := c.sheet()
		figures, err := page.draw()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range figures {
			for _, o := range f.Overlaps() {
				t.Error(o)
			}
		}
	}
}

// What cannot be drawn is counted, and of many cells those that are shown to
// differ are drawn first.
func TestRatioLines(t *testing.T) {
	c := sidesOf(t, [2]string{"cpu", "cpu"}, map[string][2][]float64{
		"gone": {aboutTime(1), slices.Repeat([]float64{0}, 16)}, "slower": {aboutTime(1), aboutTime(1.5)}})
	lines, left := c.ratioLines(c.Tables[0], 1)
	if len(lines) != 1 || left != 1 || lines[0].Label != "slower P=1" || lines[0].Mark != chart.Bad || lines[0].Inner[0] < 1.49 || lines[0].Outer[0] <= 1.03 {
		t.Errorf("%d left out of %+v", left, lines)
	}
	cells := map[string][2][]float64{"slower": {aboutTime(1), aboutTime(1.1)}}
	for i := range maxRatios + 20 {
		cells[fmt.Sprintf("few%d", i)] = [2][]float64{{1, 1}, {2, 2}}
	}
	c = sidesOf(t, [2]string{"cpu", "cpu"}, cells)
	f, err := c.ratioChart(c.Tables[0], 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	svg := string(f.SVG(false))
	if n := strings.Count(svg, `<g class="pt">`); n != maxRatios || !strings.Contains(svg, "<title>slower P=1: ") || !strings.Contains(f.Text().Note, "40 of 61 cells") {
		t.Errorf("%d marks; slower among them: %v; %q", n, strings.Contains(svg, "slower P=1"), f.Text().Note)
	}
}
