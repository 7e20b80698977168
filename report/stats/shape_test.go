package stats_test

import (
	"math"
	"slices"
	"testing"

	"conpar/report/stats"
)

func TestBoxOf(t *testing.T) {
	got, ok := stats.BoxOf([]float64{7, 1, 2, 3, 4, 5, 6, 100, math.NaN()})
	if want := (stats.Box{Q1: 2.5, Median: 4.5, Q3: 6.5, Lo: 1, Hi: 7}); !ok || got != want {
		t.Errorf("%+v, %v; want %+v: 100 lies more than 1.5×4 above 6.5", got, ok, want)
	}
	if _, ok := stats.BoxOf([]float64{1, 2, 3, 4, 5}); ok {
		t.Error("five values have a box")
	}
	if got, ok := stats.BoxOf(slices.Repeat([]float64{3}, 6)); !ok || got != (stats.Box{3, 3, 3, 3, 3}) {
		t.Errorf("equal values: %+v, %v", got, ok)
	}
}

func TestTypicalDeviation(t *testing.T) {
	if got := stats.TypicalDeviation([]float64{90, 99, 100, 102, 200}); math.Abs(got-.02) > 1e-12 {
		t.Errorf("%v, want 0.02: of 5 values 3 lie within 2 of 100", got)
	}
	if got := stats.TypicalDeviation([]float64{1}); !math.IsNaN(got) {
		t.Errorf("one value deviates by %v", got)
	}
}

// A density is one: nowhere negative, and 1 in all. It is the sum of one normal
// kernel a value, of the bandwidth that Silverman gives.
func TestDensity(t *testing.T) {
	values := []float64{0, 1, 2, 3, 4, 5, 6, 7}
	at, heights := stats.Density(values)
	// s = √6, IQR/1.34 = 4/1.34 = 2.985: s is the smaller one.
	h := .9 * math.Sqrt(6) * math.Pow(8, -.2)
	if math.Abs(at[0]+3*h) > 1e-12 || math.Abs(at[len(at)-1]-7-3*h) > 1e-12 {
		t.Errorf("from %v to %v, want %v beyond the values on either side", at[0], at[len(at)-1], 3*h)
	}
	mid, sum := len(at)/2, 0.0
	want := 0.0
	for _, v := range values {
		want += math.Exp(-(3.5-v)*(3.5-v)/(2*h*h)) / (8 * h * math.Sqrt(2*math.Pi))
	}
	if math.Abs(heights[mid]-want) > 1e-12 {
		t.Errorf("%v at %v, want %v", heights[mid], at[mid], want)
	}
	for i, y := range heights {
		if y < 0 {
			t.Errorf("%v at %v", y, at[i])
		}
		sum += y * (at[1] - at[0])
	}
	if math.Abs(sum-1) > .005 {
		t.Errorf("all of it is %v", sum)
	}
}

// One value far out makes the curve no flatter, where the quartiles tell how
// wide the rest is; where these are equal, there is a curve all the same.
func TestDensityBandwidth(t *testing.T) {
	bandwidth := func(values ...float64) float64 {
		at, _ := stats.Density(values)
		return (slices.Min(values) - at[0]) / 3
	}
	if got, want := bandwidth(0, 1, 2, 3, 4, 5, 6, 1000), .9*4/1.34*math.Pow(8, -.2); math.Abs(got-want) > 1e-9 {
		t.Errorf("one far out: %v, want %v", got, want)
	}
	if got, want := bandwidth(1, 1, 1, 1, 1, 1, 1, 9), .9*math.Sqrt(8)*math.Pow(8, -.2); math.Abs(got-want) > 1e-9 {
		t.Errorf("equal quartiles: %v, want %v", got, want)
	}
	for _, none := range [][]float64{nil, {1, 2, 3, 4, 5}, slices.Repeat([]float64{2}, 20)} {
		if at, heights := stats.Density(none); at != nil || heights != nil {
			t.Errorf("%v has the density %v", none, heights)
		}
	}
}
