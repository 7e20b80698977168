package page

import (
	"math"
	"strings"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
)

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.00001234: "1.23e-05", 0.000123: "0.00012", 0.0123: "0.012", 0.0947: "0.095", 0.0951: "0.10", 0.5: "0.50",
		1: "1.00", 1.984: "1.98", 9.994: "9.99", 9.996: "10.0", 56.34: "56.3", 99.96: "100", 812.4: "812", 1e6: "1e+06", -1.5: "-1.50",
		math.NaN(): unknown, math.Inf(1): unknown,
	} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
	if got := number(math.NaN()); got != unknown {
		t.Errorf("number(NaN) = %q", got)
	}
}

func TestWithInterval(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		i           stats.Interval
		plain, mult string
	}{
		{stats.Interval{Mid: 1.984, Lo: 1.97, Hi: 2, N: 16}, "1.98 (1.97–2.00)", "1.98× (1.97–2.00)"},
		{stats.Interval{Mid: 56.3, Lo: nan, Hi: nan, N: 3}, "56.3", "56.3×"},
		{stats.Interval{Mid: nan, Lo: nan, Hi: nan}, unknown, unknown},
	} {
		if got := withInterval(tt.i); got != tt.plain {
			t.Errorf("withInterval(%v) = %q, want %q", tt.i, got, tt.plain)
		}
		if got := times(tt.i); got != tt.mult {
			t.Errorf("times(%v) = %q, want %q", tt.i, got, tt.mult)
		}
	}
}

func TestPlainIsInert(t *testing.T) {
	for in, want := range map[string]string{
		"tcp": "tcp", "größer": "größer", "a\x1b[31mb": "a�[31mb", "a\u202eb": "a�b", "a\nb": "a�b", "\xff": "�",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
	if got := inCell("<img src=x>|`a`"); strings.ContainsAny(got, "<>") || strings.Contains(got, "\\|") {
		t.Errorf("inCell gives %q", got)
	}
}

func gain(name string, g, p int, conc, par stats.Interval) scaling.Gain {
	one := stats.Interval{Mid: float64(g), Lo: float64(g), Hi: float64(g), N: conc.N}
	cpus := stats.Interval{Mid: 1.98, Lo: 1.97, Hi: 1.99, N: conc.N}
	return scaling.Gain{Source: "s", Name: name, G: g, P: p, Concurrency: conc, Parallelism: par, InFlight: one, CPUs: cpus}
}

func known(v float64) stats.Interval {
	return stats.Interval{Mid: v, Lo: 0.99 * v, Hi: 1.01 * v, N: 16}
}

// A title must say what its figures say, and nothing when they are missing.
func TestTitles(t *testing.T) {
	nan := math.NaN()
	few := func(v float64) stats.Interval { return stats.Interval{Mid: v, Lo: nan, Hi: nan, N: 3} }
	tcp, primes := gain(headWaiting, 64, 2, known(56.3), known(1.01)), gain(headComputing, 2, 2, known(0.7), known(1.98))
	oneCPU := gain(headComputing, 2, 1, known(1), stats.Interval{Mid: nan, Lo: nan, Hi: nan})
	oneCPU.WhyParallelism = "one CPU"
	bad := primes
	bad.Why = "neighbours took 31%"
	tests := []struct {
		name                                  string
		gains                                 []scaling.Gain
		headline, plane, throughput, speedups string
	}{
		{"both", []scaling.Gain{primes, tcp},
			"Waiting tasks (tcp) gain 56× from 64 goroutines and 1.0× from 2 CPUs; computing tasks (primes) gain 0.70× from 2 goroutines and 2.0× from 2 CPUs",
			"Waiting work keeps 64 tasks in flight on 1.98 CPUs; computing work keeps 1.98 CPUs busy",
			"With one processor, 64 goroutines make waiting tasks 56× as fast; 2 make computing tasks 0.70×",
			"2 CPUs make computing tasks 2.0× as fast; waiting tasks 1.0×"},
		{"one CPU", []scaling.Gain{oneCPU},
			"Computing tasks (primes) gain 1.0× from 2 goroutines",
			"Tasks in flight and CPUs busy", "Throughput over goroutines", "Speed-up over GOMAXPROCS"},
		{"neighbours", []scaling.Gain{bad},
			"Concurrency and parallelism, as measured",
			"Tasks in flight and CPUs busy", "Throughput over goroutines", "Speed-up over GOMAXPROCS"},
		{"too few rounds", []scaling.Gain{gain(headWaiting, 64, 2, few(56), few(1)), gain(headComputing, 2, 2, few(1), few(2))},
			"Concurrency and parallelism, as measured",
			"Tasks in flight and CPUs busy", "Throughput over goroutines", "Speed-up over GOMAXPROCS"},
		{"others only", []scaling.Gain{gain("CPU/work=sha256", 2, 2, known(1), known(2))},
			"Concurrency and parallelism, as measured",
			"Tasks in flight and CPUs busy", "Throughput over goroutines", "Speed-up over GOMAXPROCS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &Report{Data: &series.Data{}, Gains: tt.gains}
			for what, pair := range map[string][2]string{
				"headline":   {r.Headline("s"), tt.headline},
				"plane":      {r.planeTitle("s"), tt.plane},
				"throughput": {r.throughputTitle("s"), tt.throughput},
				"speed-up":   {r.speedupTitle("s"), tt.speedups},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
				}
			}
		})
	}
}

func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"IO/work=tcp": "tcp", "Coord/work=serial/share=20": "serial/share=20", "Sort/size=10": "Sort/size=10", "/work=x": "/work=x",
	} {
		if got := short(in); got != want {
			t.Errorf("short(%q) = %q, want %q", in, got, want)
		}
	}
}
