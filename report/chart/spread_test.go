package chart_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"conpar/report/chart"
)

// samples returns a distribution of some values, the third of which was
// disturbed.
func samples(name string, tone chart.Tone, values ...float64) chart.Distribution {
	d := chart.Distribution{Name: name, Tone: tone, Label: "half within 2.0%"}
	for i, v := range values {
		d.Samples = append(d.Samples, chart.Sample{Value: v, Hollow: i == 2})
	}
	return d
}

// awkwardDistributions returns distributions that the chart has to cope with.
func awkwardDistributions() map[string][]chart.Distribution {
	with := func(d chart.Distribution, box [5]float64, density ...chart.Point) chart.Distribution {
		d.Box, d.Density, d.Tip = box, density, "the box"
		return d
	}
	equal := [5]float64{1, 1, 1, 1, 1}
	var crowd []float64
	for i := range 200 {
		crowd = append(crowd, 1+.0001*float64(i%7))
	}
	many := make([]chart.Distribution, 14)
	for i := range many {
		many[i] = samples(fmt.Sprintf("work%d/with=a name of some length", i), tones[i%len(tones)], .9, 1, 1.1+.1*float64(i))
	}
	return map[string][]chart.Distribution{
		"one sample": {samples("a", chart.Waiting, 1)},
		"two":        {samples("a", chart.Waiting, .99, 1.01), samples("b", chart.Computing, .5, 1.5)},
		"equal":      {with(samples("a", chart.Waiting, 1, 1, 1, 1, 1, 1, 1, 1), equal)},
		"crowd":      {samples("a", chart.Memory, crowd...)},
		"tiny":       {samples("a", chart.Memory, 1, 1.00001)},
		"extreme":    {samples("a", chart.Sharing, .01, 1, 1000), samples("b", chart.Neutral, 1, 1, 1)},
		"beyond":     {samples("a", chart.Sharing, 1e-12, 1, 1e15)},
		"shape": {with(samples("a", chart.Mixed, .8, .9, 1, 1.1, 1.2), [5]float64{.8, .9, 1, 1.1, 1.2},
			chart.Point{X: .7}, chart.Point{X: 1, Y: 3}, chart.Point{X: 1.3})},
		"flat":    {with(samples("a", chart.Mixed, .8, 1), [5]float64{}, chart.Point{X: .7}, chart.Point{X: 1.3})},
		"many":    many,
		"hostile": {samples(hostile, chart.Mixed, 1, 2), {Name: "b", Label: hostile, Tip: hostile, Box: equal, Samples: []chart.Sample{{Value: 1, Tip: hostile}}}},
		"no name": {samples("", "", 1, 1.5)},
	}
}

func TestDistributionRefusals(t *testing.T) {
	good := samples("bad", chart.Waiting, 1, 2)
	with := func(change func(d *chart.Distribution)) []chart.Distribution {
		d := good
		change(&d)
		return []chart.Distribution{samples("good", "", 1), d}
	}
	for name, ds := range map[string][]chart.Distribution{
		"none":            nil,
		"no samples":      with(func(d *chart.Distribution) { d.Samples = nil }),
		"zero":            {samples("bad", "", 1, 0)},
		"NaN":             {samples("bad", "", math.NaN())},
		"Inf":             {samples("bad", "", 1, math.Inf(1))},
		"box unsorted":    with(func(d *chart.Distribution) { d.Box = [5]float64{1, 2, 1, 3, 4} }),
		"box from zero":   with(func(d *chart.Distribution) { d.Box = [5]float64{0, 1, 1, 3, 4} }),
		"density back":    with(func(d *chart.Distribution) { d.Density = []chart.Point{{X: 2, Y: 1}, {X: 1, Y: 1}} }),
		"density below 0": with(func(d *chart.Distribution) { d.Density = []chart.Point{{X: 1, Y: -1}} }),
		"density NaN":     with(func(d *chart.Distribution) { d.Density = []chart.Point{{X: 1, Y: math.NaN()}} }),
	} {
		f, err := chart.Distributions(chart.Text{}, ds)
		if err == nil || f != nil {
			t.Errorf("%s: not refused", name)
		} else if len(ds) > 0 && !strings.Contains(err.Error(), `"bad"`) {
			t.Errorf("%s: %v does not name the distribution", name, err)
		}
	}
}

// Every sample has a mark with its tooltip, and the disturbed one is hollow.
func TestEverySampleIsDrawn(t *testing.T) {
	var values []float64
	for i := range 60 {
		values = append(values, 1+.001*float64(i))
	}
	f, err := chart.Distributions(chart.Text{ID: "x"}, []chart.Distribution{samples("a", chart.Waiting, values...)})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []chart.Width{chart.Wide, chart.Narrow} {
		svg := string(f.Inline(w))
		if n := strings.Count(svg, `<g class="pt">`); n != len(values) {
			t.Errorf("width %d: %d marks of %d samples", w, n, len(values))
		}
		if n := strings.Count(svg, "<title>1"); n != len(values) {
			t.Errorf("width %d: %d tooltips of values, want %d", w, n, len(values))
		}
		const stroke = 1 // of the hollow one in its row
		if n := strings.Count(svg, `r="2" fill="none"`); n != stroke {
			t.Errorf("width %d: %d hollow marks, want %d", w, n, stroke)
		}
	}
}

// Labels of an axis that spans a thousandth differ.
func TestLabelsAroundOne(t *testing.T) {
	for _, values := range [][]float64{{1, 1, 1}, {.9815, 1, 1.0135}, {.999, 1.0004}, {.7, 1, 1.8}, {.01, 1, 1000}} {
		f, err := chart.Distributions(chart.Text{ID: "x"}, []chart.Distribution{samples("a", chart.Waiting, values...)})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []chart.Width{chart.Wide, chart.Narrow} {
			boxes, _, _ := f.Boxes(w, false)
			labels := map[string]bool{}
			for _, b := range boxes {
				if _, err := strconv.ParseFloat(b.Text, 64); err != nil && b.Text != "1k" {
					continue
				}
				if labels[b.Text] {
					t.Errorf("%v, width %d: %s is there twice", values, w, b.Text)
				}
				labels[b.Text] = true
			}
			if len(labels) < 2 || !labels["1"] {
				t.Errorf("%v, width %d: labels %v", values, w, labels)
			}
		}
	}
}
