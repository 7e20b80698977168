package chart_test

import (
	"math"
	"strings"
	"testing"

	"conpar/report/chart"
)

func TestLinesRefuseABadCut(t *testing.T) {
	ss := []chart.Series{{Name: "a", Points: []chart.Point{{X: 1, Y: 1}}}}
	for name, cut := range map[string]chart.Point{
		"NaN": {X: math.NaN()}, "negative": {X: -1}, "outside its interval": {X: 1, XLo: 2, XHi: 3},
		"an interval of nothing": {XLo: 1, XHi: 2}, "from zero": {X: 1, XHi: 2},
	} {
		if f, err := chart.Lines(chart.Text{}, cut, ss); err == nil || f != nil || !strings.Contains(err.Error(), "cut") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A cut that lies beyond the lines widens the axis; one without a label, or
// none at all, draws no text.
func TestLinesCut(t *testing.T) {
	ss := []chart.Series{{Name: "a", Points: []chart.Point{{X: 10, Y: 1}, {X: 100, Y: 2}}}}
	for name, tt := range map[string]struct {
		cut   chart.Point
		drawn bool
	}{
		"none": {}, "far": {chart.Point{X: 5000, Label: "here"}, true}, "without a label": {chart.Point{X: 50}, false},
	} {
		f, err := chart.Lines(chart.Text{}, tt.cut, ss)
		if err != nil {
			t.Fatal(err)
		}
		boxes, width, _ := f.Boxes(false, false)
		found := false
		for _, b := range boxes {
			if b.Text == "here" {
				found = b.X1 <= width && b.X0 >= 0
			}
		}
		if found != tt.drawn {
			t.Errorf("%s: drawn %v, want %v", name, found, tt.drawn)
		}
	}
}
