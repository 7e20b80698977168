package page

import (
	"fmt"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

const (
	idMemory = "memory"

	unitResident = "resident-B/each"
	unitReserved = "reserved-B/each"
)

// parkedOf is who was parked, in the order of the chart.
var parkedOf = []struct {
	work, name, kind string
}{
	{"goroutine", "goroutines", "mixed"}, {"locked", "locked goroutines", ""}, {"thread", "threads", "memory"},
}

// memory shows what goroutines and threads take while they are parked.
func (d *drawing) memory() (*chart.Figure, error) {
	var ss []chart.Series
	largest := map[string]*series.Measurement{}
	for _, of := range parkedOf {
		stops := scaling.Sweep(d.Data, d.source, "Thread/work=parked/of="+of.work, "parked", 1)
		for _, unit := range []string{unitResident, unitReserved} {
			s := chart.Series{Name: of.name + ", " + strings.TrimSuffix(unit, "-B/each"), Kind: of.kind}
			for _, stop := range stops {
				each := stats.MedianInterval(stop.Point.Values(unit))
				n := float64(stop.N)
				all := stats.Interval{Mid: n * each.Mid, Lo: n * each.Lo, Hi: n * each.Hi}
				p := at(n, all, "%s %s, %s: %s each", words.Grouped(int64(stop.N)), of.name,
					strings.TrimSuffix(unit, "-B/each"), inBytes(each.Mid))
				p.Hollow = unit == unitReserved
				s.Points = append(s.Points, p)
				largest[of.work] = stop.Point
			}
			if n := len(s.Points); n > 0 {
				last := s.Points[n-1]
				slope := []chart.Point{{X: last.X / parkedFrom, Y: last.Y / parkedFrom}, {X: last.X, Y: last.Y}}
				if s.Law = drawable(slope...); len(s.Law) < 2 {
					s.Law = nil
				}
			}
			ss = add(ss, s, 1)
		}
	}
	t := d.text(idMemory, memoryTitle(largest["goroutine"], largest["thread"]),
		"Bytes that all of them take together while parked · filled: resident, in memory; hollow: reserved, addresses set aside",
		"Line chart of bytes over the number of parked goroutines and threads.",
		"Dotted lines are slopes: what each further one takes, fitted over several numbers of them, each in its own process.",
		"They leave out what is there only once.")
	t.X, t.Y = "parked at once (log scale)", "↑ bytes for all of them (log scale)"
	return chart.Lines(t, chart.Point{}, ss)
}

// parkedFrom is the share of the number at which the exhibit's slope begins.
const parkedFrom = 100

// inBytes writes a number of bytes: "2.7 KiB".
func inBytes(v float64) string {
	unit, suffix := bytesNear(v)
	return words.Exact(v/unit) + suffix
}

// memoryTitle says what each of the parked takes.
func memoryTitle(goroutine, thread *series.Measurement) string {
	each := func(p *series.Measurement, unit string) string {
		if p == nil {
			return ""
		}
		i := stats.MedianInterval(p.Values(unit))
		if !i.Known() || i.Mid <= 0 {
			return ""
		}
		u, suffix := bytesNear(i.Mid)
		return rounded(i.Mid/u) + suffix
	}
	g, t, r := each(goroutine, unitResident), each(thread, unitResident), each(thread, unitReserved)
	switch {
	case g != "" && t != "" && r != "":
		return fmt.Sprintf("Parked, a goroutine takes %s of memory, a thread %s, with %s reserved", g, t, r)
	case g != "" && t != "":
		return fmt.Sprintf("Parked, a goroutine takes %s of memory, a thread %s", g, t)
	case g != "":
		return fmt.Sprintf("A parked goroutine takes %s of memory", g)
	case t != "":
		return fmt.Sprintf("A parked thread takes %s of memory", t)
	}
	return "Memory over the number of parked goroutines and threads"
}
