package scaling

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/report/words"
)

// The cells at which gains are taken were fixed before any run.
const (
	waitingGoroutines = 64  // G of waiting and mixed work
	waitingBelow      = 0.5 // CPUs busy at (1, 1), below which unlabelled work counts as waiting
)

// Factor is how many times as fast work gets by a change.
type Factor struct {
	stats.Interval        // NaN where it was not measured
	Why            string // why it is not measurable; "" where it is
}

// Helps says whether f was measured and lies above 1.1 with its whole interval.
func (f Factor) Helps() bool { return effectOf(f) == gains }

// Decided says whether it is clear what the change does: it is a gain, a loss or
// neither.
func (f Factor) Decided() bool { return effectOf(f) >= none }

// Gain is a row of the gains table: what one kind of work gains at its fixed
// cells. T(G,P,C) is the time per task with G goroutines at GOMAXPROCS=P on C
// CPUs.
type Gain struct {
	Source string // [series.Source] label
	Name   string // [series.Key] name
	Kind   string // predicted kind from the run; "" where there is no prediction

	G, P int // of the cells; G is 0 where none fits
	CPUs int // P*

	// OneCPU says that GOMAXPROCS and CPUs are told apart: cells (1,1,1) and
	// (G,1,1) were kept to one CPU, or the machine has no other. Then the gains
	// are called concurrency, blocking and parallelism, else goroutines and
	// GOMAXPROCS; see [Gain.Steps].
	OneCPU bool

	ByGoroutines Factor // T(1,1,1)/T(G,1,1)
	ByProcs      Factor // T(G,1,1)/T(G,P,1); without OneCPU T(G,1)/T(G,P)
	ByCPUs       Factor // T(G,P,1)/T(G,P,all), or T(G,1,1)/T(G,P,all) without a cell between; only with OneCPU
	Before       Factor // what is gained before any second CPU is used: T(1,1,1)/T(G,P,1)
	Both         Factor // of GOMAXPROCS and CPUs: T(G,1,1)/T(G,P,all)
	Total        Factor // T(1,1,1)/T(G,P,all)

	Sweep    []Rate         // throughput at P*, by ascending G; see [Throughput]
	Best     int            // G*: the smallest G within 5% of the best median throughput at P*; 0 unknown
	InFlight stats.Interval // median of tasks in flight at (G,P,all), in the rounds used
	Busy     Busy           // CPUs, in the rounds used
	From     string         // what it gains from, in words; "" when Why is not

	Rounds          int         // used
	Available       int         // in which every cell of the row has a time
	Disturbed       int         // of those, with a disturbed sample
	UsedUndisturbed bool        // disturbed rounds were set aside
	Foreign         float64     // median fraction of the CPUs that others used, over all samples; NaN unknown
	Timed           bool        // samples tell whether they were long enough
	Unsettled       []Unsettled // cells whose samples were not, on one CPU first

	// Why says why nothing of the row is measurable here: "neighbours took
	// 31%", "no cell with 64 goroutines". Then each factor has a reason too. When
	// neighbours are the reason, the figures stand there all the same, over all
	// rounds.
	Why string

	Note string // doubt about the row as a whole: where P* comes from, if not from a run
}

// Step is one of the gains of a row.
type Step struct {
	Name string
	Factor
}

// Steps returns the gains of a row by their names.
func (g Gain) Steps() []Step {
	if g.OneCPU {
		return []Step{{"concurrency", g.ByGoroutines}, {"blocking", g.ByProcs}, {"parallelism", g.ByCPUs}}
	}
	return []Step{{"goroutines", g.ByGoroutines}, {"GOMAXPROCS", g.ByProcs}}
}

// Last returns the last of them.
func (g Gain) Last() Step {
	steps := g.Steps()
	return steps[len(steps)-1]
}

// Busy is how many CPUs were busy, as medians.
type Busy struct {
	stats.Interval                // at (G,P,all)
	Before         stats.Interval // at the cell that the last of the gains starts from
	Rise           stats.Interval // their ratio within rounds
	Many           stats.Interval // with G goroutines at GOMAXPROCS 1
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
// Of work with cells on one CPU, P is the largest with a cell (G,P) both there
// and on all CPUs; without any, the gain of blocking is not measured. The gain
// of CPUs is then T(G,1,1)/T(G,P*,all). Other work is taken at P*.
//
// All gains of a row use the same rounds, those in which each of its
// cells has a time. Disturbed ones are set aside if at least 12 others remain;
// when more than half are disturbed, the row is not measurable here.
func Gains(d *series.Data) []Gain { return gainsOf(works(d)) }

// GainsAsRun is [Gains] of work as it is usually run, on all CPUs: each row has
// the gains of goroutines and of GOMAXPROCS, for a source without cells on one
// CPU to be compared with.
func GainsAsRun(d *series.Data) []Gain {
	all := works(d)
	for i := range all {
		all[i].asRun = true
	}
	return gainsOf(all)
}

func gainsOf(all []work) []Gain {
	var rows []Gain
	for _, w := range all {
		if w.kind() == "exhibit" {
			continue
		}
		if g, cells := w.gain(); w.planned(cells) {
			rows = append(rows, g)
		}
	}
	return rows
}

// planned says whether w's run set out to measure cells, as far as is known.
func (w work) planned(cells []cell) bool {
	if w.source.Run == nil || w.source.Run.Cells == nil {
		return true
	}
	for _, c := range cells {
		_, ok := w.source.Run.Cells[series.Key{Name: w.Name, Goroutines: c.g, Procs: c.p, CPUs: c.cpus}]
		_, one := w.source.Run.Cells[series.Key{Name: w.Name, Goroutines: c.g, Procs: c.p, CPUs: 1}]
		if !ok && !(one && c.p == 1) {
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

// gain returns w's row and the cells that it needs.
func (w work) gain() (Gain, []cell) {
	unknown := stats.MedianInterval(nil)
	sweep := w.throughput(w.cpus)
	r := Gain{
		Source: w.source.Label, Name: w.Name, Kind: w.kind(), P: w.cpus, CPUs: w.cpus,
		InFlight: unknown, Busy: Busy{unknown, unknown, unknown, unknown},
		Sweep: sweep, Best: best(sweep), Foreign: math.NaN(),
	}
	g, why := w.fixed()
	r.G = g
	l := w.ladder(&r)
	if w.source.Run == nil || w.source.Run.Machine.CPUs < 1 {
		r.Note = fmt.Sprintf("GOMAXPROCS %d is the largest of the file; how many CPUs there were is not known", w.cpus)
		if r.OneCPU {
			r.Note = fmt.Sprintf("how many CPUs there were is not known: %d at least, by work that does not block",
				w.cpus)
		}
	}
	if why != "" {
		r.Why = why
		for _, f := range r.factors() {
			*f = Factor{unknown, why}
		}
		return r, l.cells()
	}
	w.measure(&r, l)
	if r.Why == "" {
		r.From = from(r)
	}
	return r, l.cells()
}

func (g *Gain) factors() []*Factor {
	return []*Factor{&g.ByGoroutines, &g.ByProcs, &g.ByCPUs, &g.Before, &g.Both, &g.Total}
}

// ladder is the cells of a row, from which knob to knob is turned: goroutines
// from one to many, GOMAXPROCS from there to middle, CPUs from there to last. A
// knob without cells of its own has the same cell before and after.
type ladder struct{ one, many, middle, last cell }

func (l ladder) cells() []cell {
	var all []cell
	for _, c := range []cell{l.one, l.many, l.middle, l.last} {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// ladder finds the cells of a row with G goroutines. It fills in P, and whether
// the row tells GOMAXPROCS and CPUs apart.
func (w work) ladder(r *Gain) ladder {
	on := 0
	if !w.asRun && slices.ContainsFunc(w.Cells, func(c *series.Measurement) bool { return c.CPUs == 1 }) {
		on = 1
	}
	r.OneCPU = on == 1 || !w.asRun && w.onlyCPU()
	l := ladder{one: cell{1, 1, on}, many: cell{r.G, 1, on}}
	l.middle, l.last = l.many, cell{r.G, w.cpus, 0}
	if !r.OneCPU {
		l.middle = l.last
		return l
	}
	for _, p := range w.procs(r.G) {
		if p > 1 && w.On(on, r.G, p) != nil {
			r.P, l.middle, l.last = p, cell{r.G, p, on}, cell{r.G, p, 0}
		}
	}
	if r.P == 1 {
		l.last = l.many
	}
	return l
}

// onlyCPU says whether w was measured on a machine with one CPU.
func (w work) onlyCPU() bool {
	return w.source.Run != nil && w.source.Run.Machine.CPUs == 1 && w.source.Run.Machine.Available <= 1
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

// at returns the cell c of w, or nil. Without gains of one CPU it is the work as
// it is usually run.
func (w work) at(r *Gain, c cell) *series.Measurement {
	if r.OneCPU {
		return w.On(c.cpus, c.g, c.p)
	}
	return w.Cell(c.g, c.p)
}

// measure fills in the figures of r, whose cells are known.
func (w work) measure(r *Gain, l ladder) {
	m := measured{at: map[cell]int{}}
	for _, c := range l.cells() {
		if p := w.at(r, c); p != nil {
			m.at[c], m.points = len(m.points), append(m.points, p)
		}
	}
	if len(m.points) > 0 {
		m.rounds, m.times = series.JoinTimes(m.points...)
	}
	j := m.rounds
	r.Rounds, r.Available, r.Disturbed, r.UsedUndisturbed = len(j.Used), j.Available, j.Disturbed, j.Undisturbed
	r.Foreign = medianForeign(m.points)

	r.ByGoroutines, r.Before = m.factor(l.one, l.many), m.factor(l.one, l.middle)
	r.ByProcs, r.ByCPUs = m.factor(l.many, l.middle), m.factor(l.middle, l.last)
	r.Both, r.Total = m.factor(l.many, l.last), m.factor(l.one, l.last)
	known := w.source.Run != nil && w.source.Run.Machine.CPUs == 1
	switch {
	case l.middle != l.many:
	case l.many.cpus == 1:
		r.ByProcs = absent("no middle cell, which has the same goroutines above GOMAXPROCS 1, still on one CPU")
	case known && !r.OneCPU:
		r.ByProcs = absent("one CPU")
	default:
		r.ByProcs = absent("no cell above GOMAXPROCS 1")
	}
	switch {
	case !r.OneCPU:
		r.ByCPUs, r.Before = absent("no cell on one CPU"), r.ByGoroutines
	case l.middle == l.last:
		r.ByCPUs = absent("one CPU")
	case l.middle == l.many && w.kind() == "waiting":
		// What waits may gain from a higher GOMAXPROCS alone: computing and sharing do not.
		r.ByCPUs = absent("no middle cell, which would tell what a higher GOMAXPROCS does alone")
	}
	if steps := r.Steps(); !slices.ContainsFunc(steps, func(s Step) bool { return s.Why == "" }) {
		r.Why = steps[0].Why
	}
	m.inside(r, l)
}

func absent(why string) Factor { return Factor{stats.MedianInterval(nil), why} }

// measured is the samples of a row's cells, in the rounds used.
type measured struct {
	at     map[cell]int // where a cell stands in the others
	points []*series.Measurement
	rounds series.Rounds
	times  [][]float64
}

// factor returns T(num)/T(den), or why it is not measurable. When neighbours
// are the reason it returns both.
func (m measured) factor(num, den cell) Factor {
	for _, c := range []cell{num, den} {
		if _, ok := m.at[c]; !ok {
			return absent(missing(c))
		}
	}
	f := Factor{Interval: stats.Ratio(m.times[m.at[num]], m.times[m.at[den]])}
	if f.Why = m.rounds.TooFew(false); f.Why == "" && f.N == 0 {
		f.Why = "no round in which all cells were measured"
	}
	return f
}

func missing(c cell) string {
	text := fmt.Sprintf("no cell with %s at GOMAXPROCS %d", words.Count(c.g, "goroutine"), c.p)
	if c.cpus == 1 {
		text += " on one CPU"
	}
	return text
}

// values returns a unit's values at a cell, by round used; nil of none.
func (m measured) values(c cell, unit string) []float64 {
	i, ok := m.at[c]
	if !ok {
		return nil
	}
	all := m.points[i].Units.Of(unit)
	if all == nil {
		return nil
	}
	var values []float64
	for _, sample := range m.rounds.At[i] {
		values = append(values, all[sample])
	}
	return values
}

// inside fills in what samples tell besides their time.
func (m measured) inside(r *Gain, l ladder) {
	before := l.middle
	if !r.OneCPU {
		before = l.many
	}
	at, from := m.values(l.last, unitCPUs), m.values(before, unitCPUs)
	r.InFlight = stats.MedianInterval(m.values(l.last, unitInFlight))
	r.Busy.Interval, r.Busy.Before = stats.MedianInterval(at), stats.MedianInterval(from)
	if len(at) == len(from) {
		r.Busy.Rise = stats.Ratio(at, from)
	}
	r.Busy.Many = stats.MedianInterval(m.values(l.many, unitCPUs))
	m.settle(r)
}

// Units by which a sample tells whether it was long enough.
const (
	unitSecondHalf = "second-half" // rate of its second half over that of its first
	unitNoTask     = "no-task"     // goroutines that have finished none
)

// Unsettled is a cell whose samples were too short: what is measured there is
// partly how work begins.
type Unsettled struct {
	Cell               *series.Measurement
	SecondHalf, NoTask float64 // medians; NaN unknown
}

// Drifts says whether the second half of a sample was further than 10% from the first.
func (u Unsettled) Drifts() bool { return math.Abs(u.SecondHalf-1) > 0.1 }

// settle tells by the medians over the rounds used whether samples were long
// enough: the second half of one is within 10% of the first, and every goroutine
// has finished a task.
func (m measured) settle(r *Gain) {
	for c, i := range m.at {
		half, none := m.values(c, unitSecondHalf), m.values(c, unitNoTask)
		u := Unsettled{m.points[i], stats.Median(half), stats.Median(none)}
		r.Timed = r.Timed || half != nil || none != nil
		if u.Drifts() || u.NoTask > 0 {
			r.Unsettled = append(r.Unsettled, u)
		}
	}
	slices.SortFunc(r.Unsettled, func(a, b Unsettled) int {
		return cmp.Or(a.Cell.Goroutines-b.Cell.Goroutines, a.Cell.Procs-b.Cell.Procs, b.Cell.CPUs-a.Cell.CPUs)
	})
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
