package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"conpar/report/chart"
)

// A strip is the mark of one line, on an axis that all lines share.
func TestStrips(t *testing.T) {
	inf := math.Inf(1)
	lines := []chart.Verdict{
		{ID: "R1", Label: "<tcp>", Lo: 48, Hi: inf, Mid: 60, Inner: [2]float64{59, 61}, Outer: [2]float64{58, 62}, Outcome: chart.Supported},
		{ID: "R2", Label: "none", Lo: 1, Hi: inf, Mid: math.NaN(), Outcome: chart.NotMeasurable},
		{ID: "R3", Label: "lost", Lo: -inf, Hi: 0, Mid: 3, Outcome: chart.Refuted},
	}
	axis, strips, err := chart.Strips(lines)
	if err != nil || len(strips) != len(lines) {
		t.Fatal(len(strips), err)
	}
	if strips[0].Ratio != 1.25 || !math.IsNaN(strips[1].Ratio) || !math.IsInf(strips[2].Ratio, 1) {
		t.Errorf("ratios %v, %v, %v", strips[0].Ratio, strips[1].Ratio, strips[2].Ratio)
	}
	if strips[1].SVG != nil {
		t.Error("something is drawn of what was not measured")
	}
	if !strings.Contains(string(axis), ">1×</text>") || !strings.Contains(string(strips[0].SVG), "<title>R1 &lt;tcp&gt;") {
		t.Errorf("axis %s\nstrip %s", axis, strips[0].SVG)
	}
	for _, svg := range [][]byte{axis, strips[0].SVG, strips[2].SVG} {
		if strings.Contains(string(svg), "id=") {
			t.Errorf("a strip has an id, which may stand on the page twice: %s", svg)
		}
		for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v: %s", err, svg)
			}
		}
	}
	lines[2].Mid = math.NaN()
	if _, _, err := chart.Strips(lines); err == nil || !strings.Contains(err.Error(), "R3") {
		t.Errorf("a refutation that was not measured is drawn: %v", err)
	}
}
