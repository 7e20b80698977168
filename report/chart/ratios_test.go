package chart_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"strings"
	"testing"

	"conpar/report/chart"
)

var markNames = map[chart.Mark]string{chart.Bad: "slower", chart.Good: "faster", chart.Same: "the same", chart.Open: "undecided"}

// awkwardRatios returns lines that the chart has to cope with.
func awkwardRatios() map[string][]chart.Row {
	nan := math.NaN()
	all := []chart.Mark{chart.Good, chart.Bad, chart.Same, chart.Open, chart.Plain}
	var many []chart.Row
	for i := range 60 {
		mid := math.Exp(float64(i-30) / 40)
		many = append(many, chart.Row{Label: fmt.Sprintf("%s/%d G=64 P=2", strings.Repeat("work", 1+i%15), i), Mid: mid, Mark: all[i%len(all)],
			Inner: [2]float64{mid * .9, mid * 1.1}, Outer: [2]float64{mid * .5, mid * 2}, Text: "1.05× (0.95–1.15)"})
	}
	return map[string][]chart.Row{
		"one":     {{Label: "a", Mid: 1, Mark: chart.Plain}},
		"equal":   {{Label: "a", Mid: 1, Mark: chart.Same, Inner: [2]float64{1, 1}, Outer: [2]float64{1, 1}, Text: "1.00×"}},
		"open":    {{Label: "a", Mid: 1.01, Mark: chart.Open, Inner: [2]float64{nan, nan}, Outer: [2]float64{0, math.Inf(1)}, Text: "1.01×"}},
		"extreme": {{Label: "up", Mid: 1000, Mark: chart.Bad}, {Label: "down", Mid: .01, Mark: chart.Good}},
		"beyond":  {{Label: "up", Mid: 1e15, Mark: chart.Bad}, {Label: "down", Mid: 1e-12, Mark: chart.Good}},
		"far":     {{Label: "up", Mid: 1000, Mark: chart.Bad, Outer: [2]float64{1e6, 1e7}}},
		"many":    many,
		"hostile": {{Label: hostile, Mid: 2, Mark: chart.Open, Text: hostile, Tip: hostile}, {Mid: 1, Mark: chart.Open}},
	}
}

func TestRatioRefusals(t *testing.T) {
	line := func(change func(*chart.Row)) []chart.Row {
		bad := chart.Row{Label: "bad", Mid: 1.5, Mark: chart.Open, Inner: [2]float64{1, 2}, Outer: [2]float64{.5, 3}}
		change(&bad)
		return []chart.Row{{Label: "good", Mid: 1, Mark: chart.Open}, bad}
	}
	for name, lines := range map[string][]chart.Row{
		"none":         nil,
		"zero":         line(func(r *chart.Row) { r.Mid = 0 }),
		"NaN":          line(func(r *chart.Row) { r.Mid = math.NaN() }),
		"infinite":     line(func(r *chart.Row) { r.Mid = math.Inf(1) }),
		"outside":      line(func(r *chart.Row) { r.Mid = 3 }),
		"outer turned": line(func(r *chart.Row) { r.Outer = [2]float64{3, 2} }),
		"change":       line(func(r *chart.Row) { r.Mark = 99 }),
	} {
		f, err := chart.Ratios(chart.Text{}, 0, nil, lines)
		if err == nil || f != nil {
			t.Errorf("%s: not refused", name)
		} else if len(lines) > 0 && !strings.Contains(err.Error(), `line 2, "bad"`) {
			t.Errorf("%s: %v does not name the line", name, err)
		}
	}
	for _, margin := range []float64{-.1, math.NaN(), 2} {
		if _, err := chart.Ratios(chart.Text{}, margin, nil, awkwardRatios()["one"]); err == nil {
			t.Errorf("a margin of %v: not refused", margin)
		}
	}
}

// An interval that goes on beyond the axis has an arrowhead there, and one that
// ends on it has none. Without a margin or intervals, keys explain neither.
func TestRatioIntervals(t *testing.T) {
	draw := func(margin float64, outer [2]float64) string {
		f, err := chart.Ratios(chart.Text{ID: "x"}, margin, nil, []chart.Row{{Label: "a", Mid: 1.2, Mark: chart.Open, Outer: outer}})
		if err != nil {
			t.Fatal(err)
		}
		return string(f.Inline(false))
	}
	heads := func(svg string) int {
		n := 0
		for line := range strings.Lines(svg) {
			if strings.Contains(line, `fill="none"`) && strings.Count(line, "L") == 2 {
				n++
			}
		}
		return n
	}
	for _, tt := range []struct {
		outer [2]float64
		heads int
	}{{[2]float64{0, math.Inf(1)}, 2}, {[2]float64{1.1, math.Inf(1)}, 1}, {[2]float64{0, 1.2}, 1}, {[2]float64{1.1, 1.2}, 0}, {[2]float64{}, 0}} {
		svg := draw(.03, tt.outer)
		if n := heads(svg); n != tt.heads {
			t.Errorf("%v: %d arrowheads, want %d", tt.outer, n, tt.heads)
		}
		if got, want := strings.Contains(svg, "corrected interval"), tt.outer != [2]float64{}; got != want {
			t.Errorf("%v: explained: %v", tt.outer, got)
		}
	}
	if !strings.Contains(draw(.03, [2]float64{}), "within 3%") || strings.Contains(draw(0, [2]float64{}), "within") {
		t.Error("the margin is explained where there is none, or not where there is one")
	}
}

// TestPNGHeight looks at the outermost rows of pixels, which drawings of most heights cover only in part.
func TestPNGHeight(t *testing.T) {
	rows := awkwardRatios()["many"]
	for n := 1; n < 5; n++ {
		f, err := chart.Ratios(chart.Text{Title: "A title", Note: strings.Repeat("A note ", 30*(n%2))}, .03, markNames, rows[:n])
		if err != nil {
			t.Fatal(err)
		}
		for _, dark := range []bool{false, true} {
			b, err := f.PNG(dark)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			for _, y := range []int{0, img.Bounds().Dy() - 1} {
				if l := luminance(img.At(0, y)); dark && l > .01 || !dark && l < 1 {
					t.Errorf("%d rows, dark %v: pixel row %d has a luminance of %.2f", n, dark, y, l)
				}
			}
		}
	}
}
