package page

import (
	"math"
	"strings"
	"testing"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// inPracticeRun is a run of the profile "practice" in which each cell has these values of its
// units in each of 12 rounds.
func inPracticeRun(cells map[series.Key]map[string]float64) *Report {
	d := &series.Data{Sources: []series.Source{{Label: "r", Run: &series.Run{
		Run: results.Run{Machine: results.Machine{CPUs: 2, OneCPU: new(int)}, Plan: results.Plan{Profile: "practice"}},
	}}}}
	for key, units := range cells {
		c := &series.Measurement{Key: key}
		values := map[string][]float64{}
		for round := range 12 {
			c.Rounds, c.Foreign = append(c.Rounds, round), append(c.Foreign, 0)
			for unit, v := range units {
				values[unit] = append(values[unit], v*(1+0.001*float64(round%3)))
			}
		}
		c.Units = series.UnitsOf(values)
		d.Sources[0].Add(c)
	}
	return New(d)
}

func cellKey(name string, g, procs, cpus int) series.Key {
	return series.Key{Name: name, Goroutines: g, Procs: procs, CPUs: cpus}
}

// What the processes lose is the hardware's, and what a program loses beyond it its own.
func TestCeilingSplitsWhatIsLost(t *testing.T) {
	const processes = "Practice/work=ceiling/of=sha256/processes="
	r := inPracticeRun(map[series.Key]map[string]float64{
		cellKey(processes+"1", -1, 1, 0):    {"process-sec": 0.97e-4},
		cellKey(processes+"2", -1, 1, 0):    {"process-sec": 1e-4},
		cellKey("CPU/work=sha256", 2, 2, 1): {"sec/op": 1.9},
		cellKey("CPU/work=sha256", 2, 2, 0): {"sec/op": 1},
	})
	md := r.Markdown("r", nil)
	for _, want := range []string{"## In practice", "| sha256 | 1.94× (1.94–1.94) | sha256 | 1.90× (1.90–1.90) |",
		"1.90 of 2: 0.06 by the hardware, 0.04 by the program"} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is missing in\n%s", want, md)
		}
	}
	if got, want := split(2, 1.94, 1.99), "1.99 of 2: 0.06 by the hardware, 0.00 by the program"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The GOMAXPROCS of the shortest wait is advised, unless it costs throughput.
func TestAdviceLooksAtWaits(t *testing.T) {
	about := func(v float64) stats.Interval { return stats.Interval{Mid: v, Lo: 0.98 * v, Hi: 1.02 * v} }
	at := func(procs int, wait, rate float64) sleeping { return sleeping{procs, about(wait), about(rate)} }
	unsure := at(3, 0.0015, 1000)
	unsure.wait.Lo, unsure.wait.Hi = math.NaN(), math.NaN()
	for _, tt := range []struct {
		all  []sleeping
		want int
	}{
		{[]sleeping{at(2, 0.02, 1000), at(3, 0.0015, 990)}, 3},
		{[]sleeping{at(2, 0.02, 1000), at(3, 0.0015, 900)}, 2},
		{[]sleeping{at(2, 0.001, 1000), at(3, 0.0015, 1040)}, 2},
		{[]sleeping{at(2, 0.00149, 1000), at(3, 0.0015, 1000)}, 0},
		{[]sleeping{at(2, 0.02, 1000), unsure}, 0},
	} {
		if got := advisedSleeping(tt.all); got != tt.want {
			t.Errorf("%+v: %d is advised, want %d", tt.all, got, tt.want)
		}
	}
	const timer = "Practice/work=sleepers/wait=timer"
	r := inPracticeRun(map[series.Key]map[string]float64{
		cellKey(timer, 2, 2, 0): {"wait-sec": 0.02, "tasks/s": 1000, "sec/op": 1e-3},
		cellKey(timer, 2, 3, 0): {"wait-sec": 0.0015, "tasks/s": 1000, "sec/op": 1e-3},
	})
	if md := r.practiceMarkdown("r"); !strings.Contains(md, "| timer | 3 | 1.50") || strings.Count(md, "| advised |") != 1 {
		t.Error(md)
	}
}

func TestNoSectionWithoutPractice(t *testing.T) {
	if md := inPracticeRun(map[series.Key]map[string]float64{cellKey("CPU/work=primes", 1, 1, 1): {"sec/op": 1}}).Markdown("r", nil); strings.Contains(md, "In practice") {
		t.Error(md)
	}
}

func TestServiceTable(t *testing.T) {
	r := inPracticeRun(map[series.Key]map[string]float64{
		cellKey("Service/work=http/compute=1ms/limit=none/load=90", -1, 2, 0): {
			"p50-sec": 0.012, "p99-sec": 0.035, "late-sec": 0.0002, "requests/s": 900, "sec/op": 1e-3},
	})
	if md := r.practiceMarkdown("r"); !strings.Contains(md, "| 1ms | none | 90% | 2 | 901 (900–902) | 12.0 (12.0–12.0) ms | 35.0 (35.0–35.1) ms | 0.20") {
		t.Error(md)
	}
}
