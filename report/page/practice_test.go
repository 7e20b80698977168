package page

import (
	"fmt"
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
	for _, want := range []string{"## In practice", "| sha256 | sha256 | 1.94× (1.94–1.94) | 1.90× (1.90–1.90) |",
		"1.90 of 2: 0.06 by the hardware (clock, shared core, hypervisor), 0.04 by the program"} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is missing in\n%s", want, md)
		}
	}
	above := loss{all: 2, most: stats.Interval{Mid: 1.94}, gain: &stats.Interval{Mid: 1.99}}
	if got, want := above.says(), "1.99 of 2, and 1.94 by the processes: nothing is lost by the program"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	// What is lost adds up, to the digits that are shown.
	for gain := 1.5; gain < 1.9; gain += 0.013 {
		var got, hardware, program float64
		l := loss{all: 2, most: stats.Interval{Mid: 1.937}, gain: &stats.Interval{Mid: gain}}
		if _, err := fmt.Sscanf(strings.ReplaceAll(l.says(), "(clock, shared core, hypervisor), ", ""),
			"%f of 2: %f by the hardware %f by", &got, &hardware, &program); err != nil || math.Abs(got+hardware+program-2) > 1e-9 {
			t.Errorf("%s: %v", l.says(), err)
		}
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
	if md := r.practiceMarkdown("r", nil); !strings.Contains(md, "| timer | 3 | 1.50") || strings.Count(md, "| advised |") != 1 {
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
	if md := r.practiceMarkdown("r", nil); !strings.Contains(md, "| 1ms | none | 90% | 2 | 901 (900–902) | 12.0 (12.0–12.0) ms | 35.0 (35.0–35.1) ms | 0.20") {
		t.Error(md)
	}
}

// ofService are the metrics of a service at a load, with a generator that late.
func ofService(rate, p50, p99, late float64) map[string]float64 {
	return map[string]float64{"requests/s": rate, "p50-sec": p50, "p99-sec": p99, "late-sec": late, "sec/op": 1 / rate}
}

// The section's charts are drawn from the cells, each where its part stands.
func TestPracticeCharts(t *testing.T) {
	const ceiling, service = "Practice/work=ceiling/of=sha256/processes=", "Service/work=http/compute=1ms/limit="
	cells := map[series.Key]map[string]float64{
		cellKey("IO/work=mapped", 1, 1, 1):                                     {"sec/op": 1e-4, "cpus": 0.6},
		cellKey("IO/work=mapped", 64, 1, 1):                                    {"sec/op": 0.95e-4, "cpus": 0.6},
		cellKey("IO/work=mapped", 64, 8, 0):                                    {"sec/op": 0.3e-4, "cpus": 1.6},
		cellKey("IO/work=wait", 1, 1, 1):                                       {"sec/op": 1e-2, "cpus": 0.01},
		cellKey("IO/work=wait", 1, 1, 0):                                       {"sec/op": 9e-2, "cpus": 0.01},
		cellKey("IO/work=wait", 64, 1, 1):                                      {"sec/op": 1e-2 / 63, "cpus": 0.1},
		cellKey("IO/work=wait", 512, 1, 1):                                     {"sec/op": 1e-2 / 480, "cpus": 0.3},
		cellKey(ceiling+"1", -1, 1, 0):                                         {"process-sec": 0.95e-4},
		cellKey(ceiling+"2", -1, 1, 0):                                         {"process-sec": 1e-4},
		cellKey("CPU/work=sha256", 2, 2, 1):                                    {"sec/op": 1.8},
		cellKey("CPU/work=sha256", 2, 2, 0):                                    {"sec/op": 1},
		cellKey(service+"none/load=30", -1, 2, 0):                              ofService(300, 0.012, 0.017, 2e-4),
		cellKey(service+"none/load=90", -1, 2, 0):                              ofService(900, 0.018, 0.045, 2e-4),
		cellKey(service+"half/load=60", -1, 2, 0):                              ofService(600, 0.05, 0.08, 2e-3),
		cellKey("Service/work=http/compute=20us/limit=none/load=30", -1, 2, 0): ofService(1700, 0.01, 0.011, 2e-4),
	}
	r := inPracticeRun(cells)
	figures, err := r.Charts("r")
	if err != nil {
		t.Fatal(err)
	}
	page, err := r.HTML("r", figures)
	if err != nil {
		t.Fatal(err)
	}
	md := r.Markdown("r", figures)
	for id, want := range map[string][]string{
		idMapped: {"64 goroutines that read a mapped file gain 1.1× at GOMAXPROCS 1 and 3.3× at 8",
			"wait, GOMAXPROCS 1: 63.0× (63.0–63.0), 0.10 CPUs busy", "mapped, GOMAXPROCS 8: 3.33×"},
		idCeiling: {"sha256 on 2 CPUs: 1.9× in as many processes, 1.8× in one program", "processes: sha256, 2 CPUs: 1.90×",
			"1.80 of 2: 0.10 by the hardware (clock, shared core, hypervisor), 0.10 by the program."},
		idLatency: {"p99 is 17 ms at 30% of the capacity, and 45 ms at 90%", "saturation: 1001/s", "over 1 ms late",
			"p99 at 90% of the capacity, 901 requests a second: 45.0 (45.0–45.1) ms"},
	} {
		at := strings.Index(string(page), `<div id="`+id+`"`)
		if at < 0 || strings.Count(md, "charts/"+id+".png") != 1 || strings.Contains(md[strings.Index(md, "## Gains"):], "charts/"+id+".png") {
			t.Errorf("%s does not stand in its section", id)
			continue
		}
		part, _, _ := strings.Cut(string(page)[at:], "<table")
		for _, text := range want {
			if !strings.Contains(part, text) {
				t.Errorf("%s: %q is missing in\n%s", id, text, part)
			}
		}
		if strings.Contains(part, "1701") || strings.Contains(part, "480×") {
			t.Errorf("%s shows cells that it cannot compare", id)
		}
	}
}

// The smallest pool within 5% of the best is advised, and the chart marks the knee.
func TestPoolIsAdvised(t *testing.T) {
	cells := map[series.Key]map[string]float64{}
	for _, conns := range []int{1, 2, 4, 8, 16, 32, 64} {
		of := func(kind string, most float64) {
			name := fmt.Sprintf("Database/work=postgres/of=%s/conns=%d", kind, conns)
			cells[cellKey(name, -1, 1, 0)] = map[string]float64{"sec/op": 1e-3 / min(float64(conns), most)}
		}
		of("read", 2.5)
		of("commit", 10.5)
	}
	r := inPracticeRun(cells)
	figures, err := r.Charts("r")
	if err != nil {
		t.Fatal(err)
	}
	md := r.practiceMarkdown("r", figures)
	for _, want := range []string{"Connections for 95% of the best throughput: 4 for reads, 16 for commits.",
		"| reads | 1 | 2.50 (2.50–2.50) | 4 |", "| commits | 1 | 10.5 (10.5–10.5) | 16 |"} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is missing in\n%s", want, md)
		}
	}
	for _, f := range figures {
		if svg := string(f.Inline(wide)); f.Text().ID == idPool && strings.Count(svg, "Knee of ") != 2 {
			t.Errorf("not two knees in\n%s", svg)
		}
	}
	delete(cells, cellKey("Database/work=postgres/of=read/conns=64", -1, 1, 0))
	if md := inPracticeRun(cells).practiceMarkdown("r", nil); !strings.Contains(md, "| reads | 1 | – | – | ") {
		t.Errorf("a pool is advised without a knee:\n%s", md)
	}
}

// The table of quotas has a line for each limit and GOMAXPROCS.
func TestQuotaTable(t *testing.T) {
	const computing, service = "Practice/work=quota/of=computing/limit=", "Service/work=quota/limit="
	of := func(rate, p99, procs float64) map[string]float64 {
		return map[string]float64{"steady/s": rate, "p99-sec": p99, "procs": procs, "periods": 8, "throttled": 3, "sec/op": 1 / rate}
	}
	r := inPracticeRun(map[series.Key]map[string]float64{
		cellKey(computing+"one/procs=2", -1, 1, 0): of(500, 0, 2),
		cellKey(computing+"0.5/procs=0", -1, 1, 0): of(250, 0, 2),
		cellKey(service+"one/procs=2", -1, 1, 0):   of(900, 0.05, 2),
		cellKey(service+"one/procs=1", -1, 1, 0):   of(950, 0.02, 1),
	})
	md := r.practiceMarkdown("r", nil)
	at := 0
	for _, want := range []string{"### A quota of CPU time",
		"| 0.5 | Go's own (2", "| 250 (250–250) | – | – | – | – |",
		"| one | 1 | – | – | 951 (950–952) | 20.0 (20.0–20.0) ms | 3",
		"| one | 2 | 500 (500–501) | – | 901 (900–902) | 50.0 (50.0–50.1) ms | 3"} {
		next := strings.Index(md[at:], want)
		if next < 0 {
			t.Errorf("%q is missing, or stands before others, in\n%s", want, md)
			continue
		}
		at += next
	}
}
