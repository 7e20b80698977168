package scaling

import (
	"fmt"
	"math"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// The cells at which gains are taken were fixed before any run.
const (
	waitingGoroutines = 64  // G of waiting and mixed work
	waitingBelow      = 0.5 // CPUs busy at (1, 1), below which unlabelled work counts as waiting
)

// Gain is a row of the gains table: what one kind of work gains at its fixed
// cell (G, P).
type Gain struct {
	Source string // [series.Source] label
	Name   string // [series.Key] name
	Kind   string // predicted kind from the run; "" where there is no prediction

	G, P int // the fixed cell; P is P*. G is 0 where no cell fits

	// The gains, as ratios of times per task within rounds. Where one is not
	// measurable its figures are NaN and its Why, below, is not empty.
	Concurrency stats.Interval // T(1,1)/T(G,1)
	Parallelism stats.Interval // T(G,1)/T(G,P)
	Total       stats.Interval // T(1,1)/T(G,P)

	Sweep    []Rate         // throughput at P, by ascending G; see [Throughput]
	Best     int            // G*: the smallest G within 5% of the best median throughput at P; 0 unknown
	InFlight stats.Interval // median of tasks in flight at (G, P), in the rounds used
	CPUs     stats.Interval // median of CPUs busy at (G, P), in the rounds used
	From     string         // what it gains from, in words; "" when Why is not

	Rounds          int     // used
	Available       int     // in which every cell of the row has a time
	Disturbed       int     // of those, with a disturbed sample
	UsedUndisturbed bool    // disturbed rounds were set aside
	Foreign         float64 // median share of the machine that others took, over all samples; NaN unknown

	// Why says why nothing of the row is measurable here: "neighbours took
	// 31%", "no cell with 64 goroutines". The others say it of one gain, and
	// are never empty when Why is not. When neighbours are the reason, the
	// figures stand there all the same, over all rounds.
	Why, WhyConcurrency, WhyParallelism, WhyTotal string

	Note string // doubt about the row as a whole: where P comes from, if not from a run
}

// Gains returns the gains table of d: a row for each source and name with a
// goroutines key, in order of first appearance. Exhibits have none, nor has
// work that a run planned to measure in other cells only.
//
// Waiting and mixed work is taken at G=64, or else at the largest G from 2 to
// 64 of its grid. Other work is taken at the smallest G of its grid that is at
// least P*, and at least 2. Where no run predicted the kind, work that keeps
// less than half a CPU busy at (1, 1) counts as waiting.
//
// All three gains of a row use the same rounds, those in which each of its
// cells has a time. Disturbed ones are set aside if at least 12 others remain;
// when more than half are disturbed, the row is not measurable here.
func Gains(d *series.Data) []Gain {
	var rows []Gain
	for _, w := range works(d) {
		if w.kind() == "exhibit" {
			continue
		}
		if g := w.gain(); w.planned(g) {
			rows = append(rows, g)
		}
	}
	return rows
}

// planned says whether w's run set out to measure all that the row needs, as
// far as is known.
func (w work) planned(g Gain) bool {
	if w.source.Run == nil || w.source.Run.Cells == nil {
		return true
	}
	for _, c := range []cell{{1, 1}, {g.G, 1}, {g.G, g.P}} {
		if _, ok := w.source.Run.Cells[series.Key{Name: w.Name, Goroutines: c.g, Procs: c.p}]; !ok {
			return false
		}
	}
	return true
}

func (w work) kind() string {
	if w.source.Run == nil {
		return ""
	}
	return w.source.Run.Kinds[w.Name]
}

func (w work) gain() Gain {
	none := stats.MedianInterval(nil)
	sweep := w.throughput(w.cpus)
	r := Gain{
		Source: w.source.Label, Name: w.Name, Kind: w.kind(), P: w.cpus,
		Concurrency: none, Parallelism: none, Total: none, InFlight: none, CPUs: none,
		Sweep: sweep, Best: best(sweep), Foreign: math.NaN(),
	}
	if w.source.Run == nil || w.source.Run.Machine.CPUs < 1 {
		r.Note = fmt.Sprintf("GOMAXPROCS %d is the largest of the file; how many CPUs there were is not known", w.cpus)
	}
	var why string
	if r.G, why = w.fixed(); why != "" {
		r.Why, r.WhyConcurrency, r.WhyParallelism, r.WhyTotal = why, why, why, why
		return r
	}
	w.measure(&r)
	if r.Why == "" {
		r.From = from(r)
	}
	return r
}

// fixed returns the number of goroutines at which gains are taken, or why
// no cell fits.
func (w work) fixed() (g int, why string) {
	if w.waits() {
		for _, n := range w.goroutines() {
			if n > 1 && n <= waitingGoroutines {
				g = n
			}
		}
		if g == 0 {
			return 0, fmt.Sprintf("no cell with 2 to %d goroutines", waitingGoroutines)
		}
		return g, ""
	}
	least := max(w.cpus, 2)
	for _, n := range w.goroutines() {
		if n >= least {
			return n, ""
		}
	}
	return 0, fmt.Sprintf("no cell with %d goroutines or more", least)
}

// waits says at which of the two fixed cells w's gains are taken.
func (w work) waits() bool {
	switch w.kind() {
	case "waiting", "mixed":
		return true
	case "":
		one := w.Cell(1, 1)
		return one != nil && stats.Median(one.Values(unitCPUs)) < waitingBelow
	}
	return false
}

// measure fills in the figures of r, whose fixed cell is known.
func (w work) measure(r *Gain) {
	cells := [3]cell{{1, 1}, {r.G, 1}, {r.G, r.P}}
	var points []*series.Measurement
	for i, c := range cells {
		if p := w.Cell(c.g, c.p); p != nil && (i < 2 || r.P > 1) {
			points = append(points, p)
		}
	}
	if len(points) == 0 {
		r.Why = missing(cells[0])
		r.WhyConcurrency, r.WhyParallelism, r.WhyTotal = r.Why, r.Why, r.Why
		return
	}
	j, all := series.JoinTimes(points...)
	r.Rounds, r.Available, r.Disturbed, r.UsedUndisturbed = len(j.Used), j.Available, j.Disturbed, j.Undisturbed
	r.Foreign = medianForeign(points)

	times := map[cell][]float64{}
	for i, p := range points {
		times[cell{p.Goroutines, p.Procs}] = all[i]
	}
	r.Concurrency, r.WhyConcurrency = ratio(times, j, cells[0], cells[1])
	r.Total, r.WhyTotal = ratio(times, j, cells[0], cells[2])
	switch {
	case r.P > 1:
		r.Parallelism, r.WhyParallelism = ratio(times, j, cells[1], cells[2])
	case r.Note != "":
		r.WhyParallelism = "no cell above GOMAXPROCS 1"
	default:
		r.WhyParallelism = "one CPU"
	}
	if r.WhyConcurrency != "" && r.WhyParallelism != "" {
		r.Why = r.WhyConcurrency
	}
	if last := len(points) - 1; points[last] == w.Cell(r.G, r.P) {
		r.InFlight = medianOf(points[last], unitInFlight, j.At[last])
		r.CPUs = medianOf(points[last], unitCPUs, j.At[last])
	}
}

// medianOf returns the median of a unit's values in some samples.
func medianOf(p *series.Measurement, unit string, samples []int) stats.Interval {
	var values []float64
	if all := p.Units.Of(unit); all != nil {
		for _, i := range samples {
			values = append(values, all[i])
		}
	}
	return stats.MedianInterval(values)
}

// ratio returns T(num)/T(den), or why it is not measurable. When neighbours
// are the reason it returns both.
func ratio(times map[cell][]float64, j series.Rounds, num, den cell) (stats.Interval, string) {
	for _, c := range []cell{num, den} {
		if _, ok := times[c]; !ok {
			return stats.MedianInterval(nil), missing(c)
		}
	}
	i := stats.Ratio(times[num], times[den])
	switch {
	case i.N == 0:
		return i, "no round in which all cells were measured"
	case 2*j.Disturbed > j.Available:
		return i, fmt.Sprintf("neighbours took %.0f%%", 100*stats.Median(j.Foreign))
	}
	return i, ""
}

func missing(c cell) string {
	return fmt.Sprintf("no cell with %s at GOMAXPROCS %d", words.Count(c.g, "goroutine"), c.p)
}

func medianForeign(points []*series.Measurement) float64 {
	var shares []float64
	for _, p := range points {
		shares = append(shares, p.Foreign...)
	}
	return stats.Median(shares)
}

// best returns the smallest G within 5% of the best throughput; 0 if there is
// none.
func best(rates []Rate) int {
	top := 0.0
	for _, r := range rates {
		top = max(top, r.Throughput.Mid)
	}
	for _, r := range rates {
		if r.Throughput.Mid >= stats.AsGood*top {
			return r.G
		}
	}
	return 0
}
