package page

import (
	"strings"
	"testing"

	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/results"
)

// cellWith is a cell whose six samples have the same values.
func cellWith(k series.Key, units map[string]float64) *series.Measurement {
	p, values := &series.Measurement{Key: k}, map[string][]float64{}
	for round := range 6 {
		p.Rounds, p.Foreign = append(p.Rounds, round), append(p.Foreign, 0)
		for unit, v := range units {
			values[unit] = append(values[unit], v)
		}
	}
	p.Units = series.UnitsOf(values)
	return p
}

// What blocked calls hold back at GOMAXPROCS 1 is said, though the curve goes on:
// its gain looks like one of CPUs.
func TestBlockedCallsAreNamedAtGOMAXPROCS1(t *testing.T) {
	// A system call of 100 µs by 64 goroutines, on two CPUs.
	blocked := map[string]float64{"sec/op": 64e-6, "cpus": 0.39, "system-cpus": 0.24, "inflight": 59.7, "run-wait": 67.5, "lock-wait": 0, "gc-cpus": 0}
	further := map[string]float64{"sec/op": 27e-6, "cpus": 0.86, "system-cpus": 0.6, "inflight": 60, "run-wait": 2, "lock-wait": 0, "gc-cpus": 0}
	lines := func(one, two map[string]float64) string {
		c := scaling.Analyse(series.Sweep{Line: "Sleep", Axis: "gomaxprocs", Unit: "sec/op", N: []float64{1, 2}, Points: []*series.Measurement{
			cellWith(series.Key{Goroutines: -1, Procs: 1}, one), cellWith(series.Key{Goroutines: -1, Procs: 2}, two),
		}}, 2)
		return strings.Join(scaleLines(&c), "\n")
	}
	const says = "held back at 1: blocked calls: a blocked call holds its processor of the runtime: 67.5 goroutines were ready to run " +
		"and waited for one at any time; 0.39 CPUs were busy at GOMAXPROCS 1, and the machine has 2 CPUs; " +
		"a gain from there on may be one of GOMAXPROCS, for which one CPU would do"
	if got := lines(blocked, further); !strings.Contains(got, says) || !strings.Contains(got, "held back at 2: waiting") {
		t.Errorf("says\n%s\nwant\n%s", got, says)
	}
	// Once is enough where the last one says the same.
	if got := lines(blocked, blocked); strings.Count(got, "blocked calls") != 1 || !strings.Contains(got, "held back at 2: blocked calls") {
		t.Error(got)
	}
	if got := lines(further, further); strings.Contains(got, "blocked") {
		t.Error(got)
	}
}

// A GOMAXPROCS above the CPUs is too many for work that computes, not for calls
// that block.
func TestOversubscribed(t *testing.T) {
	run := &series.Run{Run: results.Run{Machine: results.Machine{CPUs: 2}},
		Kinds: map[string]string{"CPU/work=primes": "computing", "IO/work=nanosleep": "waiting"}}
	for name, tt := range map[string]struct {
		key  series.Key
		busy float64
		want bool
	}{
		"computes":         {series.Key{Name: "CPU/work=primes", Goroutines: 8, Procs: 4}, 1.97, true},
		"with all CPUs":    {series.Key{Name: "CPU/work=primes", Goroutines: 8, Procs: 2}, 1.97, false},
		"on one CPU":       {series.Key{Name: "CPU/work=primes", Goroutines: 4, Procs: 4, CPUs: 1}, 1, false},
		"blocks":           {series.Key{Name: "IO/work=nanosleep", Goroutines: 64, Procs: 64}, 1.97, false},
		"waits, it seems":  {series.Key{Name: "Mixed/work=kitchen/menu=oven", Goroutines: 64, Procs: 4}, 0.3, false},
		"nothing is known": {series.Key{Name: "X", Goroutines: 64, Procs: 4}, -1, true},
	} {
		units := map[string]float64{"sec/op": 1}
		if tt.busy >= 0 {
			units["cpus"] = tt.busy
		}
		if got := oversubscribed(run, cellWith(tt.key, units)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// How to show blocked calls is said once, where it can be done: not of what was kept
// to one CPU, nor of a run of ours, which has cells on one CPU.
func TestHintToKeepToOneCPU(t *testing.T) {
	blocked := map[string]float64{"sec/op": 64e-6, "cpus": 0.39, "system-cpus": 0.24, "inflight": 59.7, "run-wait": 67.5, "lock-wait": 0, "gc-cpus": 0}
	for _, tt := range []struct {
		name string
		kept int
		run  *series.Run
		want bool
	}{{"free", 0, nil, true}, {"kept to one CPU", 1, nil, false}, {"a run", 0, &series.Run{}, false}} {
		sweep := series.Sweep{Source: "a", Line: "Sleep", Axis: "gomaxprocs", Unit: "sec/op", N: []float64{1, 2}, Points: []*series.Measurement{
			cellWith(series.Key{Goroutines: -1, Procs: 1, CPUs: tt.kept}, blocked), cellWith(series.Key{Goroutines: -1, Procs: 2, CPUs: tt.kept}, blocked),
		}}
		s := Scale{Data: &series.Data{Sources: []series.Source{{Label: "a", Run: tt.run}}}, Curves: []scaling.Curve{scaling.Analyse(sweep, 2)}}
		text := strings.Join(append(s.hints(), scaleLines(&s.Curves[0])...), "\n")
		if n := strings.Count(text, "taskset"); n > 1 || (n > 0) != tt.want {
			t.Errorf("%s: taskset is named %d times:\n%s", tt.name, n, text)
		}
	}
}
