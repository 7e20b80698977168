package page

import (
	"math"
	"slices"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

// Where a gain comes from is said with the figures that tell it.
func TestWhose(t *testing.T) {
	busy := func(g scaling.Gain, before, at, many float64) scaling.Gain {
		g.Busy = scaling.Busy{Interval: known(at), Before: known(before), Many: known(many), Rise: known(at / before)}
		return g
	}
	work := func(parallelism float64) scaling.Gain { return gain("w", 64, 2, known(2), known(parallelism)) }
	lost := busy(work(1.5), 1, 1.9, 1)
	lost.Both = scaling.Factor{Interval: known(0.6)}
	disturbed := busy(work(1.5), .5, .5, .5)
	disturbed.Why = "neighbours took 31%"
	for _, tt := range []struct {
		name string
		g    scaling.Gain
		want []string
	}{
		{"from CPUs", busy(work(1.9), 1, 1.9, 1), nil},
		{"no busier", busy(work(1.5), .5, .5, .5), []string{"parallelism 1.50× (1.48–1.52), but with 0.50 CPUs busy instead of 0.50: not from CPUs"}},
		{"they make up for a loss", lost, []string{"parallelism 1.50× (1.48–1.52), but GOMAXPROCS 2 on all CPUs is only 0.60× (0.59–0.61) as fast as 1 on one"}},
		{"disturbed", disturbed, nil},
		{"as it is run, more busy", busy(asRun(work(1.9)), 1, 1.9, 1), []string{"the gain of GOMAXPROCS is ascribed to CPUs, as more of them were busy"}},
		{"as it is run, blocked calls", busy(asRun(work(1.9)), .3, .53, .3), []string{"a gain of GOMAXPROCS, though CPUs busy stayed at 0.53: blocked calls, not CPUs"}},
		{"as it is run, CPUs at GOMAXPROCS 1", busy(asRun(work(1)), 1.8, 1.8, 1.8), []string{"at GOMAXPROCS 1 with 64 goroutines, 1.80 CPUs were busy: part of their gain is from CPUs"}},
		{"as it is run, no gain", busy(asRun(work(1)), 1, 1, 1), nil},
		{"as it is run, CPUs busy not known", func() scaling.Gain {
			g := asRun(work(1.9))
			none := stats.MedianInterval(nil)
			g.Busy = scaling.Busy{Interval: none, Before: none, Many: none, Rise: none}
			return g
		}(), nil},
	} {
		if got := whose(tt.g); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestUnsettledSaysWhy(t *testing.T) {
	at := &series.Measurement{Key: series.Key{Goroutines: 64, Procs: 1, CPUs: 1}}
	for want, u := range map[string]scaling.Unsettled{
		"not settled at G=64 P=1 C=1: the second half of a sample did 1.24 times as much as the first":                                {Cell: at, SecondHalf: 1.24},
		"not settled at G=64 P=1 C=1: 47 goroutines finished no task":                                                                 {Cell: at, SecondHalf: 1.05, NoTask: 47},
		"not settled at G=64 P=1 C=1: 1 goroutine finished no task":                                                                   {Cell: at, SecondHalf: math.NaN(), NoTask: 1},
		"not settled at G=64 P=1 C=1: the second half of a sample did 0.73 times as much as the first, 4 goroutines finished no task": {Cell: at, SecondHalf: .73, NoTask: 4},
	} {
		if got := unsettled(u); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
