package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/chart"
	"conpar/report/scaling"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// The IDs of the charts in the section "In practice".
const (
	idMapped  = "mapped"
	idLatency = "latency"
	idCeiling = "ceiling"
	idPool    = "pool"
)

// ofPractice says whether a chart stands in the section "In practice".
func ofPractice(id string) bool {
	return slices.Contains([]string{idMapped, idLatency, idCeiling, idPool}, id)
}

// besideMapped are reads of a mapped file, and what is shown beside them: reads of a disk
// by system calls, and a plain wait.
var besideMapped = []string{mappedWork, "IO/work=fileread/cache=direct", "IO/work=wait"}

const mappedWork = "IO/work=mapped"

// raised is a gain of many goroutines at a GOMAXPROCS over one goroutine at 1.
type raised struct {
	*series.Measurement
	gain stats.Interval
}

// raises returns what so many goroutines of a workload gain, by ascending GOMAXPROCS.
// At 1 the process is kept to one CPU where it was measured so.
func raises(w *series.Work, goroutines int) (all []raised) {
	var base *series.Measurement
	at := map[int]*series.Measurement{}
	for _, c := range w.Cells {
		onOne := c.CPUs == 1
		switch {
		case onOne && c.Procs > 1 || c.CPUs > 1:
		case c.Goroutines == 1 && c.Procs == 1 && (base == nil || onOne):
			base = c
		case c.Goroutines == goroutines && (at[c.Procs] == nil || onOne):
			at[c.Procs] = c
		}
	}
	for _, c := range at {
		if base == nil {
			break
		}
		if gain := scaling.Over(base, c); gain.Mid > 0 { // else no round has both
			all = append(all, raised{c, gain})
		}
	}
	slices.SortFunc(all, func(a, b raised) int { return cmp.Compare(a.Procs, b.Procs) })
	return all
}

// mostGoroutines is the largest number of goroutines that cells of a workload have.
func mostGoroutines(w *series.Work) (n int) {
	for _, c := range w.Cells {
		n = max(n, c.Goroutines)
	}
	return n
}

// mapped draws reads of a mapped file beside work that waits where the runtime sees it.
func (d *drawing) mapped() (*chart.Figure, error) {
	source := d.Data.Source(d.source)
	file := source.Work(mappedWork)
	if file == nil {
		return nil, nil
	}
	g := mostGoroutines(file)
	var ss []chart.Series
	for _, name := range besideMapped {
		w := source.Work(name)
		if w == nil {
			continue
		}
		s := chart.Series{Name: short(name), Kind: "waiting"}
		if name == mappedWork {
			s.Kind = "mixed"
		}
		for _, r := range raises(w, g) {
			s.Points = append(s.Points, at(float64(r.Procs), r.gain, "%s, GOMAXPROCS %d: %s, %s CPUs busy", s.Name,
				r.Procs,
				words.Times(r.gain), words.Number(stats.MedianInterval(r.Values("cpus")).Mid)))
		}
		ss = add(ss, s, 1)
	}
	if len(ss) == 0 || ss[0].Kind != "mixed" {
		return nil, nil
	}
	t := around(idMapped, mappedTitle(raises(file, g), g),
		fmt.Sprintf("Gain of %s over one at GOMAXPROCS 1 · both axes logarithmic · %s", words.Count(g, "goroutine"),
			bands(ss)),
		"Line chart of the gain from goroutines over GOMAXPROCS.",
		"At GOMAXPROCS 1 the process is kept to one CPU, above it has all.")
	t.X, t.Y = "GOMAXPROCS (log scale)", "↑ times as fast as one goroutine (log scale)"
	return chart.Lines(t, chart.Point{}, ss)
}

// mappedTitle says what the goroutines gain at the lowest and the highest GOMAXPROCS.
func mappedTitle(all []raised, goroutines int) string {
	if len(all) > 1 {
		few, many := all[0], all[len(all)-1]
		if few.gain.Known() && many.gain.Known() {
			return fmt.Sprintf("%s that read a mapped file gain %s at GOMAXPROCS %d and %s at %d",
				words.Count(goroutines, "goroutine"), factor(few.gain.Mid), few.Procs, factor(many.gain.Mid), many.Procs)
		}
	}
	return "Reads of a mapped file, over GOMAXPROCS"
}

// served is what a service does at a load, as far as it is drawn.
type served struct {
	compute, limit       string
	load                 float64 // as a fraction of the capacity
	rate, p50, p99, late stats.Interval
	*series.Measurement
}

// services returns the cells of services under open load.
func services(s *series.Source) (all []served) {
	for _, c := range s.Cells() {
		at := serviceCell().FindStringSubmatch(c.Name)
		if at == nil {
			continue
		}
		of := func(unit string) stats.Interval { return stats.MedianInterval(c.Values(unit)) }
		var percent float64
		fmt.Sscan(at[3], &percent) // the expression allows digits only
		all = append(all, served{at[1], at[2], percent / 100, of("requests/s"), of("p50-sec"), of("p99-sec"),
			of("late-sec"), c})
	}
	return all
}

// tooLate is from which lateness at p99 on a generator measures itself, in seconds.
const tooLate = 1e-3

// latency draws what a service makes its clients wait, over the rate of requests: of
// the service that was measured at the most loads.
func (d *drawing) latency() (*chart.Figure, error) {
	all := services(d.Data.Source(d.source))
	group := func(v served) string { return fmt.Sprint(v.compute, v.Procs) }
	loads := map[string]int{}
	for _, v := range all {
		if v.limit == noLimit {
			loads[group(v)]++
		}
	}
	all = slices.DeleteFunc(all, func(v served) bool { return loads[group(v)] < 2 })
	if len(all) == 0 {
		return nil, nil
	}
	most := slices.MaxFunc(all, func(a, b served) int { return cmp.Compare(loads[group(a)], loads[group(b)]) })
	all = slices.DeleteFunc(all, func(v served) bool { return group(v) != group(most) })
	var capacities []float64
	p99, p50 := chart.Series{Name: "p99", Kind: "waiting"}, chart.Series{Name: "p50", Kind: "computing"}
	var limited []chart.Series
	hollow := ""
	for _, v := range all {
		for _, rate := range v.Values("requests/s") {
			capacities = append(capacities, rate/v.load)
		}
		point := func(s *chart.Series, latency stats.Interval) {
			p := at(v.rate.Mid, times(1e3, latency), "%s at %.0f%% of the capacity, %s requests a second: %s",
				s.Name, 100*v.load,
				words.Number(v.rate.Mid), milliseconds(latency))
			if p.Hollow = v.late.Mid > tooLate; p.Hollow {
				hollow = "Hollow: the generator of requests was over 1 ms late at p99, so that latency is partly its own."
			}
			s.Points = append(s.Points, p)
		}
		if v.limit != noLimit {
			one := chart.Series{Name: "p99, limit " + v.limit, Kind: "memory"}
			point(&one, v.p99)
			limited = append(limited, one)
			continue
		}
		point(&p99, v.p99)
		point(&p50, v.p50)
	}
	ss := add(add(nil, p99, 2), p50, 2)
	for _, s := range limited {
		ss = add(ss, s, 1)
	}
	capacity := stats.MedianInterval(capacities)
	cut := chart.Point{X: capacity.Mid, XLo: capacity.Lo, XHi: capacity.Hi,
		Label: "saturation: " + words.Number(capacity.Mid) + "/s"}
	cut.Tip = fmt.Sprintf("The capacity that was measured before each sample: %s requests a second",
		words.Interval(capacity))
	t := around(idLatency, latencyTitle(all), fmt.Sprintf("Latency of requests (compute=%s) over their rate, at GOMAXPROCS %d · "+
		"both axes logarithmic · %s", most.compute, most.Procs,
		bands(ss)), "Line chart of latency over the rate of requests.",
		"The dashed line is the rate at which the service is saturated: the capacity, by the median of all samples.", hollow)
	t.X, t.Y = "requests a second (log scale)", "↑ latency, ms (log scale)"
	return chart.Lines(t, cut, ss)
}

// noLimit is what cells without a limit of requests in progress say.
const noLimit = "none"

// latencyTitle says how p99 grows with the load, if the generator was on time.
func latencyTitle(all []served) string {
	open := slices.DeleteFunc(slices.Clone(all), func(v served) bool { return v.limit != noLimit })
	late := func(v served) bool { return v.late.Mid > tooLate || !v.p99.Known() }
	if slices.ContainsFunc(open, late) {
		return "What a service makes its clients wait, over the rate of requests"
	}
	slices.SortFunc(open, func(a, b served) int { return cmp.Compare(a.load, b.load) })
	least, most := open[0], open[len(open)-1]
	return fmt.Sprintf("p99 is %s ms at %.0f%% of the capacity, and %s ms at %.0f%%", rounded(1e3*least.p99.Mid),
		100*least.load,
		rounded(1e3*most.p99.Mid), 100*most.load)
}

// ceilings returns what as many processes as CPUs do, as lines from one CPU to all.
func (d *drawing) ceilings() (ss []chart.Series) {
	for _, l := range d.losses(d.Data.Source(d.source)) {
		name := "processes: " + l.processes
		ss = add(ss, fromOneCPU(name, "", l.all, l.most), 2)
	}
	return ss
}

// fromOneCPU is a line from one CPU to all.
func fromOneCPU(name, kind string, all float64, gain stats.Interval) chart.Series {
	return chart.Series{Name: name, Kind: kind, Points: []chart.Point{
		at(1, stats.Interval{Mid: 1}, "%s, 1 CPU: 1×", name),
		at(all, gain, "%s, %s: %s", name, words.Count(int(all), "CPU"), words.Times(gain)),
	}}
}

// ceilingTitle compares processes with a program.
func ceilingTitle(l loss) string {
	if l.gain == nil || !l.gain.Known() || !l.most.Known() {
		return "What processes and programs gain from all CPUs"
	}
	return fmt.Sprintf("%s on %s: %s in as many processes, %s in one program", l.program,
		words.Count(int(l.all), "CPU"),
		factor(l.most.Mid), factor(l.gain.Mid))
}

// ceiling draws what programs gain from all CPUs below what as many processes do.
func (d *drawing) ceiling() (*chart.Figure, error) {
	losses := d.losses(d.Data.Source(d.source))
	if len(losses) == 0 || losses[0].all < 2 {
		return nil, nil
	}
	ss := d.ceilings()
	var says []string
	for _, l := range losses {
		if l.gain != nil {
			ss = add(ss, fromOneCPU(l.program, "computing", l.all, *l.gain), 2)
			says = append(says, l.program+": "+l.says()+".")
		}
	}
	t := around(idCeiling, ceilingTitle(losses[len(losses)-1]), "Times as fast as on one CPU · "+bands(ss),
		"Line chart of speed-up over CPUs with the ideal line.", strings.Join(says, " "))
	t.X, t.Y = "CPUs", "↑ times as fast as on one CPU"
	return chart.Speedup(t, int(losses[0].all), ss)
}

// pooled is a kind of transactions over a pool of connections.
type pooled struct {
	name   string // as claims call it: "reads"
	procs  int
	points []scaling.SweepPoint
	knee   stats.Interval // connections beyond which more bring no more; NaN: not known
}

// pools returns the transactions of PostgreSQL that were measured with several pools.
// Their knees are those of the claims DB5.
func (r *Report) pools(s *series.Source) (all []pooled) {
	for _, of := range [][2]string{{"read", "reads"}, {"commit", "commits"}, {"think", "thinking"}} {
		p := pooled{name: of[1], procs: 1, knee: stats.Interval{Mid: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}}
		p.points = scaling.Sweep(r.Data, s.Label, "Database/work=postgres/of="+of[0], "conns", p.procs)
		if len(p.points) < 2 {
			continue
		}
		if v := r.judgedAs(s.Label, "DB5", of[1]); v != nil {
			p.knee = v.Measured
		}
		all = append(all, p)
	}
	return all
}

// rate is how many transactions a second there are with a pool.
func rate(of scaling.SweepPoint) stats.Interval {
	return stats.MedianInterval(of.Point.Values("sec/op")).Inverse()
}

// pool draws transactions a second over the connections of a pool, with the knees.
func (d *drawing) pool() (*chart.Figure, error) {
	all := d.pools(d.Data.Source(d.source))
	var ss []chart.Series
	knee := ""
	for i, p := range all {
		s := chart.Series{Name: p.name, Kind: []string{"computing", "waiting", "mixed"}[i%3]}
		for _, point := range p.points {
			x := rate(point)
			s.Points = append(s.Points, at(float64(point.N), x, "%s, %s: %s a second", p.name,
				words.Count(point.N, "connection"), words.Interval(x)))
		}
		if n := len(p.points); p.knee.Mid >= float64(p.points[0].N) && p.knee.Mid <= float64(p.points[n-1].N) &&
			len(drawable(s.Points...)) == n {
			s.Knee = p.knee.Mid
			knee = "A diamond is where growth in proportion to the connections would reach the best throughput."
		}
		ss = add(ss, s, 2)
	}
	if len(ss) == 0 {
		return nil, nil
	}
	t := around(idPool, poolTitle(all), fmt.Sprintf("Transactions a second over the connections of a pool that 64 goroutines share, at GOMAXPROCS %d · %s",
		all[0].procs, bands(ss)), "Line chart of throughput over connections.", knee)
	t.X, t.Y = "connections (log scale)", "↑ transactions a second (log scale)"
	return chart.Lines(t, chart.Point{}, ss)
}

// advised is the smallest tried pool within 5% of the best throughput; 0: this run
// cannot tell.
func (p pooled) advised() int {
	if !p.knee.Known() {
		return 0
	}
	best := 0.0
	for _, of := range p.points {
		best = max(best, rate(of).Mid)
	}
	at := slices.IndexFunc(p.points, func(of scaling.SweepPoint) bool { return rate(of).Mid >= stats.AsGood*best })
	return p.points[at].N
}

// poolTitle says how many connections are worth it, if that is known of all.
func poolTitle(all []pooled) string {
	var parts []string
	for _, p := range all {
		if p.advised() == 0 {
			return "Transactions over the connections of a pool"
		}
		parts = append(parts, fmt.Sprintf("%d for %s", p.advised(), p.name))
	}
	return "Connections for 95% of the best throughput: " + strings.Join(parts, ", ")
}
