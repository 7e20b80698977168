package page

import (
	"fmt"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

const (
	idCoordination = "coordination"

	counterWork = "Coord/work=counter/by="
)

// counters is what an addition costs, by the way of counting and the number of
// goroutines that count: at as many processors as goroutines, up to all CPUs,
// or where that was not measured at all CPUs, so that each has a processor of
// its own if there is one.
func (d *drawing) counters() (ways []string, costs map[string]map[int]*series.Measurement) {
	costs = map[string]map[int]*series.Measurement{}
	all := d.cpus(d.source)
	for _, p := range d.points(d.source) {
		way, ok := strings.CutPrefix(p.Name, counterWork)
		if !ok || p.Goroutines < 1 || p.Procs != min(p.Goroutines, all) && p.Procs != all {
			continue
		}
		if costs[way] == nil {
			costs[way] = map[int]*series.Measurement{}
			ways = append(ways, way)
		}
		if had := costs[way][p.Goroutines]; had == nil || p.Procs < had.Procs {
			costs[way][p.Goroutines] = p
		}
	}
	return ways, costs
}

// coordination shows what it costs to share a counter.
func (d *drawing) coordination() (*chart.Figure, error) {
	ways, costs := d.counters()
	var ss []chart.Series
	for _, way := range ways {
		s := chart.Series{Name: counterNames[way].name, Kind: counterNames[way].kind}
		if s.Name == "" {
			s.Name, s.Kind = words.Sanitize(way), "sharing"
		}
		for g, p := range costs[way] {
			t := nanoseconds(p)
			s.Points = append(s.Points, at(float64(g), t, "%s, %s, GOMAXPROCS %d: %s ns", s.Name,
				words.Count(g, "goroutine"), p.Procs, words.Interval(t)))
		}
		slices.SortFunc(s.Points, func(a, b chart.Point) int { return int(a.X) - int(b.X) })
		ss = add(ss, s, 1)
	}
	t := d.text(idCoordination, coordinationTitle(costs),
		fmt.Sprintf("Time for each addition to a counter, wall time ÷ all additions · a processor for each goroutine, up to %d · %s",
			d.cpus(d.source), bands(ss)),
		"Line chart of the time for each addition over the goroutines that count.",
		"Own: each goroutine counts for itself, with an atomic or plainly, and the counters are added up at the end.",
		"A point without a line was measured with this number of goroutines only.")
	t.X, t.Y = "goroutines that count (log scale)", "↑ ns for each addition (log scale)"
	return chart.Lines(t, chart.Point{}, ss)
}

// counterNames are the names of the ways of counting. Colours tell goroutines
// that share a counter, a cache line, or nothing at all.
var counterNames = map[string]struct{ name, kind string }{
	"mutex": {"mutex", "sharing"}, "rwmutex": {"RWMutex", "sharing"},
	"atomic": {"atomic", "sharing"}, "channel": {"channel", "sharing"},
	"sharded": {"own, cache lines apart", "memory"}, "falseshared": {"own, one cache line", "memory"},
	"independent": {"own, plain", "computing"},
}

// nanoseconds is a cell's time per operation.
func nanoseconds(p *series.Measurement) stats.Interval {
	t := stats.MedianInterval(p.Values("sec/op"))
	return stats.Interval{Mid: 1e9 * t.Mid, Lo: 1e9 * t.Lo, Hi: 1e9 * t.Hi, N: t.N}
}

// quiet says that no more than half the samples of each point are known to
// have been disturbed.
func quiet(points ...*series.Measurement) bool {
	for _, p := range points {
		disturbed := 0
		for i := range p.Foreign {
			if p.Disturbed(i) {
				disturbed++
			}
		}
		if 2*disturbed > len(p.Foreign) {
			return false
		}
	}
	return true
}

// coordinationTitle says what an addition costs without anybody in the way,
// and how much dearer contention makes it: that for a mutex with the most
// goroutines, or else that for a cache line, where an interval shows it.
func coordinationTitle(costs map[string]map[int]*series.Measurement) string {
	var alone []string
	for _, way := range []string{"atomic", "mutex", "channel"} {
		p := costs[way][1]
		if p == nil || !quiet(p) {
			continue
		}
		if t := nanoseconds(p); t.Known() {
			alone = append(alone, fmt.Sprintf("%s %s ns", way, rounded(t.Mid)))
		}
	}
	var parts []string
	if len(alone) > 0 {
		parts = append(parts, "An addition alone: "+strings.Join(alone, ", "))
	}
	if dearer := contention(costs); dearer != "" {
		parts = append(parts, dearer)
	}
	if len(parts) == 0 {
		return "Time to add to a counter, over goroutines"
	}
	return strings.Join(parts, "; ")
}

// contention is the second half of that title; "" where nothing is shown.
func contention(costs map[string]map[int]*series.Measurement) string {
	for _, c := range []struct {
		at, than, name string
		alone          bool // than is of one goroutine
	}{{"mutex", "mutex", "%d at one mutex: %s as long", true},
		{"falseshared", "sharded", "%d on one cache line: %s as long", false}} {
		most := 1
		for g := range costs[c.at] {
			most = max(most, g)
		}
		other := most
		if c.alone {
			other = 1
		}
		slow, fast := costs[c.at][most], costs[c.than][other]
		if most == 1 || fast == nil || !quiet(slow, fast) {
			continue
		}
		if i := scaling.Over(slow, fast); i.Lo > 1 {
			return fmt.Sprintf(c.name, most, factor(i.Mid))
		}
	}
	return ""
}
