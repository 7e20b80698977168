package chart_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"conpar/report/chart"
)

// awkwardRatios returns lines that the chart has to cope with.
func awkwardRatios() map[string][]chart.Ratio {
	nan := math.NaN()
	all := []chart.Change{chart.Improved, chart.Worsened, chart.Unchanged, chart.Open, chart.Unjudged}
	var many []chart.Ratio
	for i := range 60 {
		mid := math.Exp(float64(i-30) / 40)
		many = append(many, chart.Ratio{Label: fmt.Sprintf("%s/%d G=64 P=2", strings.Repeat("work", 1+i%15), i), Mid: mid, Change: all[i%len(all)],
			Inner: [2]float64{mid * .9, mid * 1.1}, Outer: [2]float64{mid * .5, mid * 2}, Text: "1.05× (0.95–1.15)"})
	}
	return map[string][]chart.Ratio{
		"one":     {{Label: "a", Mid: 1, Change: chart.Unjudged}},
		"equal":   {{Label: "a", Mid: 1, Change: chart.Unchanged, Inner: [2]float64{1, 1}, Outer: [2]float64{1, 1}, Text: "1.00×"}},
		"open":    {{Label: "a", Mid: 1.01, Change: chart.Open, Inner: [2]float64{nan, nan}, Outer: [2]float64{0, math.Inf(1)}, Text: "1.01×"}},
		"extreme": {{Label: "up", Mid: 1000, Change: chart.Worsened}, {Label: "down", Mid: .01, Change: chart.Improved}},
		"beyond":  {{Label: "up", Mid: 1e15, Change: chart.Worsened}, {Label: "down", Mid: 1e-12, Change: chart.Improved}},
		"far":     {{Label: "up", Mid: 1000, Change: chart.Worsened, Outer: [2]float64{1e6, 1e7}}},
		"many":    many,
		"hostile": {{Label: hostile, Mid: 2, Change: chart.Open, Text: hostile, Tip: hostile}, {Mid: 1, Change: chart.Open}},
	}
}

func TestRatioRefusals(t *testing.T) {
	line := func(change func(*chart.Ratio)) []chart.Ratio {
		bad := chart.Ratio{Label: "bad", Mid: 1.5, Change: chart.Open, Inner: [2]float64{1, 2}, Outer: [2]float64{.5, 3}}
		change(&bad)
		return []chart.Ratio{{Label: "good", Mid: 1, Change: chart.Open}, bad}
	}
	for name, lines := range map[string][]chart.Ratio{
		"none":         nil,
		"zero":         line(func(r *chart.Ratio) { r.Mid = 0 }),
		"NaN":          line(func(r *chart.Ratio) { r.Mid = math.NaN() }),
		"infinite":     line(func(r *chart.Ratio) { r.Mid = math.Inf(1) }),
		"outside":      line(func(r *chart.Ratio) { r.Mid = 3 }),
		"outer turned": line(func(r *chart.Ratio) { r.Outer = [2]float64{3, 2} }),
		"change":       line(func(r *chart.Ratio) { r.Change = "unheard of" }),
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
		f, err := chart.Ratios(chart.Text{ID: "x"}, margin, nil, []chart.Ratio{{Label: "a", Mid: 1.2, Change: chart.Open, Outer: outer}})
		if err != nil {
			t.Fatal(err)
		}
		return string(f.Inline(chart.Wide))
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
