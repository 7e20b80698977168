package words_test

import (
	"math"
	"testing"

	"conpar/report/stats"
	"conpar/report/words"
)

func TestRatioFromNothing(t *testing.T) {
	for want, i := range map[string]stats.Interval{
		"from 0":         {Mid: math.Inf(1), Lo: math.Inf(1), Hi: math.Inf(1), N: 8},
		"2.00× (1.50–∞)": {Mid: 2, Lo: 1.5, Hi: math.Inf(1), N: 8},
		"0× (0–0)":       {N: 8},
		words.Unknown:    {Mid: math.NaN()},
	} {
		if got := words.Ratio(i).String(); got != want {
			t.Errorf("%v: %s, want %s", i, got, want)
		}
	}
}

func TestP(t *testing.T) {
	for p, want := range map[float64]string{0: "<0.001", 0.00049: "<0.001", 0.0006: "0.001", 0.0423: "0.042", 1: "1.000"} {
		if got := words.P(p); got != want {
			t.Errorf("%v: %s, want %s", p, got, want)
		}
	}
}
