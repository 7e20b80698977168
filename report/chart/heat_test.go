package chart_test

import (
	"math"
	"strings"
	"testing"

	"conpar/report/chart"
)

// awkwardGrids returns grids that the chart has to cope with.
func awkwardGrids() map[string][]chart.Series {
	grid := func(name string, gs, ps []int, value func(g, p int) float64) chart.Series {
		out := chart.Series{Name: name}
		for _, p := range ps {
			for _, g := range gs {
				if v := value(g, p); v > 0 {
					out.Points = append(out.Points, chart.Point{X: float64(g), Y: float64(p), Value: v, Best: v >= 1.9, Tip: name})
				}
			}
		}
		return out
	}
	equal := func(int, int) float64 { return 1 }
	powers := []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096}
	long := "github.com/somebody/project/BenchmarkSomething/size=1048576"
	many := make([]int, 90)
	for i := range many {
		many[i] = i*1000 + 1
	}
	return map[string][]chart.Series{
		"one cell":  {grid("primes", []int{1}, []int{1}, equal)},
		"one CPU":   {grid("tcp", []int{1, 8, 64}, []int{1}, func(g, _ int) float64 { return float64(g) })},
		"equal":     {grid("primes", []int{1, 2, 8}, []int{1, 2}, equal)},
		"gaps":      {grid("oven", []int{1, 8, 64}, []int{1, 2}, func(g, p int) float64 { return float64((g + p) % 3) })},
		"extreme":   {grid("low", []int{1, 2}, []int{1, 2}, func(int, int) float64 { return 1e-12 }), grid("high", []int{1, 2}, []int{1, 2}, func(int, int) float64 { return 1e15 })},
		"64 CPUs":   {grid("wide", powers, []int{1, 2, 4, 8, 16, 32, 64, 128}, func(g, p int) float64 { return float64(min(g, p)) }), grid("b", powers, powers, equal)},
		"ninety":    {grid("many", many, []int{1, 2}, equal)},
		"hostile":   {grid(hostile, []int{1, 2}, []int{1, 2}, equal)},
		"long":      {grid(long, []int{1, 2}, []int{1}, equal), grid(long, []int{1}, []int{1, 2, 4}, equal), grid(long, []int{1, 100_000, 1_000_000}, []int{1}, equal)},
		"no name":   {grid("", []int{3}, []int{100_000}, equal)},
		"different": {grid("a", []int{1, 2, 8}, []int{1, 2, 4}, equal), grid("b", []int{1, 8, 64, 512}, []int{1, 2}, equal), grid("c", []int{1, 8}, []int{1, 2}, equal)},
	}
}

func TestHeatRefuses(t *testing.T) {
	with := func(cs ...chart.Point) []chart.Series {
		return []chart.Series{{Name: "good", Points: []chart.Point{{X: 1, Y: 1, Value: 1}}}, {Name: "bad", Points: cs}}
	}
	for name, gs := range map[string][]chart.Series{
		"no grids": {}, "no cells": with(), "a place twice": with(chart.Point{X: 1, Y: 1, Value: 1}, chart.Point{X: 1, Y: 1, Value: 2}),
		"no goroutine": with(chart.Point{Y: 1, Value: 1}), "half a goroutine": with(chart.Point{X: 1.5, Y: 1, Value: 1}), "no processor": with(chart.Point{X: 1, Value: 1}),
		"NaN": with(chart.Point{X: 1, Y: 1, Value: math.NaN()}), "nothing": with(chart.Point{X: 1, Y: 1}), "vast": with(chart.Point{X: 1, Y: 1, Value: 1e300}),
	} {
		f, err := chart.Heat(chart.Text{}, gs)
		if err == nil || f != nil {
			t.Errorf("%s: not refused", name)
		} else if len(gs) > 0 && !strings.Contains(err.Error(), `"bad"`) {
			t.Errorf("%s: %v does not name the grid", name, err)
		}
	}
}

// A frame is drawn around what the caller calls best, and nothing else.
func TestHeatFramesTheBest(t *testing.T) {
	cells := []chart.Point{{X: 1, Y: 1, Value: 1}, {X: 2, Y: 1, Value: 2}, {X: 1, Y: 2, Value: 5}}
	const frame = `stroke-width="1.6"`
	for best := range len(cells) + 1 {
		for i := range cells {
			cells[i].Best = i < best
		}
		f, err := chart.Heat(chart.Text{}, []chart.Series{{Name: "a", Points: cells}})
		if err != nil {
			t.Fatal(err)
		}
		want := best
		if best > 0 {
			want++ // in the key
		}
		if got := strings.Count(string(f.Inline(false)), frame); got != want {
			t.Errorf("%d frames of %d best cells", got, best)
		}
	}
}

func TestDeviationsRefuses(t *testing.T) {
	for name, c := range map[string]chart.Point{
		"no column": {Y: 1, Value: 1}, "no row": {X: 1, Value: 1}, "half a column": {X: 1.5, Y: 1, Value: 1},
		"beyond the columns": {X: 3, Y: 1, Value: 1}, "beyond the rows": {X: 1, Y: 2, Value: 1}, "nothing": {X: 1, Y: 1},
		"NaN": {X: 1, Y: 1, Value: math.NaN()},
	} {
		if f, err := chart.Deviations(chart.Text{}, []string{"row"}, []string{"a", "b"}, []chart.Point{c}); err == nil || f != nil {
			t.Errorf("%s: not refused", name)
		}
	}
	if _, err := chart.Deviations(chart.Text{}, nil, nil, nil); err == nil {
		t.Error("nothing at all is drawn")
	}
}

// Rows stand from the top, and texts of any kind stay text.
func TestDeviationsNames(t *testing.T) {
	f, err := chart.Deviations(chart.Text{}, []string{"first", hostile}, []string{"one"}, []chart.Point{{X: 1, Y: 1, Value: 1}, {X: 1, Y: 2, Value: .9}})
	if err != nil {
		t.Fatal(err)
	}
	drawn := string(f.Inline(false))
	for _, want := range []string{"one, first: 1×", "−10%", "+0%"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the drawing lacks %q:\n%s", want, drawn)
		}
	}
	if strings.Contains(drawn, "<script") {
		t.Error("a name became markup")
	}
}
