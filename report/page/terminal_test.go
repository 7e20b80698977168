package page

import (
	"math"
	"testing"

	"conpar/report/scaling"
	"conpar/report/stats"
)

func TestSparkline(t *testing.T) {
	for _, test := range []struct {
		throughputs []float64
		want        string
	}{
		{nil, ""},
		{[]float64{5}, ""},
		{[]float64{1, 1, 1}, "███"},
		{[]float64{1, 2, 2}, "▅██"},
		{[]float64{1, 8, 64, 512}, "▁▁▂█"},
		{[]float64{512, 1e-9}, "█▁"},
		{[]float64{1, math.Inf(1)}, ""},
	} {
		var sweep []scaling.Rate
		for i, x := range test.throughputs {
			sweep = append(sweep, scaling.Rate{G: i + 1, Throughput: stats.Interval{Mid: x}})
		}
		if got := sparkline(sweep); got != test.want {
			t.Errorf("%v: %q, want %q", test.throughputs, got, test.want)
		}
	}
}
