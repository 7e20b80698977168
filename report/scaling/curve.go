package scaling

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"conpar/report/limiter"
	"conpar/report/scaling/fit"
	"conpar/report/series"
	"conpar/report/stats"
)

// Curve is how one benchmark scales along an axis: what was measured, the laws
// that fit it, what holds it back, and how much of the axis it is worth.
type Curve struct {
	series.Sweep
	CPUs int // worth using; 0 unknown
	// Status says in a word what the curve is like, by what was measured: "linear",
	// "saturated" and so on; "" of fewer than two rows.
	Status string
	// Rebased is the status without the smallest N, of a curve that is super-linear:
	// its baseline is the first suspect.
	Rebased string
	Rows    []Row            // by N; throughputs are per second, or in the unit that was asked for
	Busy    []stats.Interval // CPUs busy, by Rows; NaN where not measured
	// Fits are the laws; of a goroutine sweep those of its part up to the CPUs.
	Fits   fit.Result
	Spread *fit.Spread // of the chosen law, over rounds; see [Curve.Resample]
	Knee   kneeRange
	COST   Cost
	Limits [][]limiter.Limiter // by Rows
	Best   Advice
	// Void says that nothing follows from the curve, since there are Doubts: there is
	// no law and no advice.
	Void bool
	// Disturbed is how many samples others disturbed, and SetAside says that
	// they were left out, since enough others remain.
	Disturbed int
	SetAside  bool
	Unusable  int       // samples whose value is not above zero, left out
	Lacking   []float64 // N without any value of the unit above zero

	table   fit.Samples
	scatter float64 // of ln X about the mean of each N
	freedom int     // degrees of it
}

// kneeRange is from which N on more of them bring no more, with its interval
// over rounds, and what it should be from first principles.
type kneeRange struct {
	N      float64 // 0: the throughput does not flatten within the sweep
	Lo, Hi float64 // NaN: not known
	// Predicted is the time of a task alone × CPUs / CPU time of a task: with
	// more tasks in flight the processors are busy (the asymptotic bounds of P.
	// Denning and J. Buzen, 1978). CPU time is that of the process and of its
	// servers. NaN where CPUs busy were not measured.
	Predicted float64
	CPUPerOp  float64 // seconds, at the largest N; NaN unknown
}

// Advice is how much of the axis is worth using. Where intervals are known it
// goes by these.
type Advice struct {
	// Enough is the fewest that are surely within 5% of the best throughput, and
	// From the fewest that may be: they differ where samples scatter.
	From, Enough float64
	// Share is the throughput with Enough over the best, within rounds; 1 where
	// it is the best.
	Share     stats.Interval
	Efficient float64 // the most with an efficiency of at least 0.7; 0: none is known to have it
	At        float64 // of the best throughput

	// Beyond is a GOMAXPROCS above the CPUs that gains all the same, by more than
	// 1.1, as calls block: 0 none. Gain is its throughput over the most within them.
	// Where there is one, the figures above are of all that was measured.
	Beyond float64
	Gain   stats.Interval
}

// efficient is the efficiency that a processor should have to be worth its
// price.
const efficient = 0.7

// Analyse works out how a curve scales on a machine with that many CPUs worth
// using; 0 where they are not known. A sweep that was kept to fewer has those. It
// leaves out what takes most of the
// time: see [Curve.Resample].
func Analyse(c series.Sweep, cpus int) Curve {
	kept := c.Points[0].CPUs
	other := func(p *series.Measurement) bool { return p.CPUs != kept }
	if kept > 0 && !slices.ContainsFunc(c.Points, other) {
		cpus = kept
	}
	a := Curve{Sweep: c, CPUs: cpus}
	a.Confidence = cmp.Or(a.Confidence, stats.Confidence)
	a.table = a.samples()
	samples := a.table
	a.Rows = rowsOf(samples, a.Confidence)
	for _, n := range a.N {
		if !slices.ContainsFunc(a.Rows, func(r Row) bool { return r.N == n }) {
			a.Lacking = append(a.Lacking, n)
		}
	}
	if len(a.Rows) == 0 {
		return a
	}
	grows := a.grows()
	last := a.Rows[a.Last()]
	well := grows && (last.Efficiency.Mid >= efficient || last.Speedup.Mid >= 2)
	falls := last.Speedup.Hi < 1/stats.CountsAsGain
	a.Doubts = slices.DeleteFunc(slices.Clone(c.Doubts), func(d series.Doubt) bool { return d.Flat && (well || falls) })
	a.Void = slices.ContainsFunc(a.Doubts, func(d series.Doubt) bool { return d.Void || !grows })
	a.Knee = kneeRange{Lo: math.NaN(), Hi: math.NaN(), Predicted: math.NaN(), CPUPerOp: math.NaN()}
	if a.Void {
		a.Fits.Note = "doubtful: " + a.Doubts[0].Text
	} else {
		a.Fits = fit.Laws(samples.Points(), a.fitted())
		a.Knee = a.knee(samples)
	}
	if c.Plain != nil {
		a.COST = costOf(a.byRound(c.Plain, rounds(append(c.Points[:len(c.Points):len(c.Points)], c.Plain))), samples)
	}
	for i := range a.Rows {
		a.Busy = append(a.Busy, stats.MedianInterval(a.point(i).Values(unitCPUs)))
		a.Limits = append(a.Limits, limiter.Find(limiter.Of(a.point(i), a.before(i), a.CPUs)))
	}
	if a.Void {
		a.Status = statusDoubtful
		return a
	}
	a.Best = a.advice()
	a.judge()
	return a
}

// Resample adds the intervals over rounds of the chosen law and of the knee, by
// drawing the rounds again and again, which takes ten times as long as
// everything else.
func (a *Curve) Resample() {
	if len(a.Fits.Laws) > 0 && a.Fits.Laws[0].Solved {
		spread := fit.Bootstrap(a.table, a.Fits.Laws[0].Model, a.fitted())
		a.Spread = &spread
	}
	if a.Knee.N > 0 {
		a.Knee.Lo, a.Knee.Hi = kneeInterval(a.table)
	}
}

// fitted returns up to which N laws are fitted: the processors of the machine
// and of GOMAXPROCS, where these are known, or else 0.
func (a *Curve) fitted() int {
	if procs := a.Points[0].Procs; a.Axis != procsAxis && procs > 0 {
		return min(a.CPUs, procs)
	}
	return a.CPUs
}

// point returns the samples behind a row.
func (a *Curve) point(row int) *series.Measurement {
	return a.Points[slices.Index(a.N, a.Rows[row].N)]
}

// before returns the same work with fewer processors, or nil.
func (a *Curve) before(row int) *series.Measurement {
	if row == 0 || a.Axis != procsAxis {
		return nil
	}
	return a.point(row - 1)
}

const procsAxis = "gomaxprocs"

// samples returns the throughputs by round, without the disturbed ones if
// enough others remain of each N.
func (a *Curve) samples() fit.Samples {
	a.SetAside = true
	for _, p := range a.Points {
		quiet := 0
		for i := range p.Rounds {
			if p.Disturbed(i) {
				a.Disturbed++
			} else {
				quiet++
			}
		}
		a.SetAside = a.SetAside && quiet >= stats.EnoughUndisturbed
	}
	a.SetAside = a.SetAside && a.Disturbed > 0
	points := a.Points
	if a.Plain != nil {
		points = append(points[:len(points):len(points)], a.Plain)
	}
	all := rounds(points)
	s := fit.Samples{X: make([][]float64, len(all))}
	for i, p := range a.Points {
		s.N = append(s.N, a.N[i])
		for r, x := range a.byRound(p, all) {
			s.X[r] = append(s.X[r], x)
		}
	}
	return s
}

// rounds returns the rounds of any of the points, ascending.
func rounds(points []*series.Measurement) []int {
	var all []int
	for _, p := range points {
		all = append(all, p.Rounds...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// byRound returns a point's throughputs in these rounds, NaN where it has none.
func (a *Curve) byRound(p *series.Measurement, rounds []int) []float64 {
	out := make([]float64, len(rounds))
	for i := range out {
		out[i] = math.NaN()
	}
	for i, v := range p.Units.Of(a.Unit) {
		if a.SetAside && p.Disturbed(i) || math.IsNaN(v) {
			continue
		}
		if v <= 0 {
			a.Unusable++
			continue
		}
		if !a.Higher {
			v = 1 / v
		}
		at, _ := slices.BinarySearch(rounds, p.Rounds[i])
		out[at] = v
	}
	return out
}

// knee finds the knee of the medians.
func (a *Curve) knee(s fit.Samples) kneeRange {
	k := kneeRange{Lo: math.NaN(), Hi: math.NaN(), Predicted: math.NaN(), CPUPerOp: math.NaN()}
	if a.Axis == procsAxis {
		return k // processors end by themselves, at the CPUs there are
	}
	k.N = kneeOf(s.N, medians(s))
	if a.Unit == unitTime {
		k.Predicted, k.CPUPerOp = a.predicted()
	}
	return k
}

// kneeInterval returns the interval of the knee, by drawing rounds with
// replacement (B. Efron, 1979). It is NaN where it is not known, or where many
// of the draws have no knee.
func kneeInterval(s fit.Samples) (lo, hi float64) {
	if len(s.X) < stats.MinForInterval {
		return math.NaN(), math.NaN()
	}
	const draws = 1000
	rng := rand.New(rand.NewPCG(1, uint64(len(s.X)))) // the same samples give the same interval
	var found []float64
	drawn := fit.Samples{N: s.N, X: make([][]float64, len(s.X))}
	for range draws {
		for i := range drawn.X {
			drawn.X[i] = s.X[rng.IntN(len(s.X))]
		}
		if n := kneeOf(drawn.N, medians(drawn)); n > 0 {
			found = append(found, n)
		}
	}
	if len(found) < draws*95/100 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(found)
	return found[len(found)*25/1000], found[len(found)*975/1000]
}

// medians returns the median throughputs, as N.
func medians(s fit.Samples) []float64 {
	out := make([]float64, len(s.N))
	for i := range out {
		out[i] = stats.Median(columnOf(s, i))
	}
	return out
}

// predicted returns where the knee should be, and the CPU time of a task on
// which that rests.
func (a *Curve) predicted() (n, cpu float64) {
	first, last := a.Points[0], a.Points[len(a.Points)-1]
	cpus := float64(last.Procs)
	if a.CPUs > 0 {
		cpus = min(cpus, float64(a.CPUs))
	}
	busy := stats.Median(last.Values(unitCPUs))
	if others := last.Values("other-cpus"); len(others) > 0 {
		busy += stats.Median(others)
	}
	alone := stats.Median(first.Values(unitTime))
	cpu = busy * stats.Median(last.Values(unitTime))
	if a.N[0] != 1 || !(cpu > 0) || !(cpus > 0) {
		return math.NaN(), math.NaN()
	}
	return alone * cpus / cpu, cpu
}

// advice says how much of the axis is worth using, of what was measured. More
// processors than the machine has are not, unless they gain all the same.
func (a *Curve) advice() Advice {
	var best Advice
	rows := a.Rows[:a.Last()+1]
	within := rows[a.Last()]
	top := within
	for _, r := range a.Rows[len(rows):] {
		if a.over(r, top).Lo > stats.CountsAsGain {
			best.Beyond, best.Gain, top = r.N, a.ratio(r, within), r
		}
	}
	for _, r := range rows {
		if r.Efficiency.Lo >= efficient {
			best.Efficient = r.N
		}
	}
	if best.Beyond > 0 {
		rows = a.Rows
	}
	top = slices.MaxFunc(rows, func(x, y Row) int { return cmp.Compare(x.Throughput.Mid, y.Throughput.Mid) })
	best.At = top.N
	for _, r := range rows {
		share := a.over(r, top)
		if best.Enough == 0 && share.Lo >= stats.AsGood {
			best.Enough, best.Share = r.N, share
		}
		if best.From == 0 && share.Hi >= stats.AsGood {
			best.From = r.N
		}
	}
	return best
}

// beyond says whether a row asks for more processors than there are.
func (a *Curve) beyond(r Row) bool {
	return a.Axis == procsAxis && a.CPUs > 0 && r.N > float64(a.CPUs)
}

// over returns the throughput of a row over that of another, within rounds;
// where that has no interval, the ratio of the medians without any width.
func (a *Curve) over(r, other Row) stats.Interval {
	if r.N == other.N {
		return stats.Interval{Mid: 1, Lo: 1, Hi: 1}
	}
	ratio := a.ratio(r, other)
	if !ratio.Known() {
		ratio.Lo, ratio.Hi = ratio.Mid, ratio.Mid
	}
	return ratio
}

// ratio is over with its interval unknown where it is, and then of the medians.
func (a *Curve) ratio(r, other Row) stats.Interval {
	column := func(n float64) []float64 { return columnOf(a.table, slices.Index(a.table.N, n)) }
	ratio := stats.Ratio(column(r.N), column(other.N), a.Confidence)
	if !ratio.Known() {
		ratio.Mid = r.Throughput.Mid / other.Throughput.Mid
	}
	return ratio
}

// Last returns the row of the largest N that is not beyond the CPUs.
func (a *Curve) Last() int {
	for i, r := range slices.Backward(a.Rows) {
		if !a.beyond(r) {
			return i
		}
	}
	return 0
}

// tooWide is the upper over the lower end of a speed-up's interval above which
// it says too little to go by.
const tooWide = 1.5

// Gained says whether any speed-up is surely above 1, or, without intervals,
// seems to be by more than a tenth.
func (a *Curve) Gained() bool {
	return slices.ContainsFunc(a.Rows[1:], func(r Row) bool {
		return r.Speedup.Lo > 1 || !r.Speedup.Known() && r.Speedup.Mid > stats.CountsAsGain
	})
}

// grows says whether throughput gains more than a little and does not fall again,
// surely, or, without intervals, as it seems.
func (a *Curve) grows() bool {
	best := 0.0
	for _, r := range a.Rows {
		s := r.Speedup
		if s.Mid < best/stats.CountsAsGain {
			return false
		}
		if s.Known() {
			s.Mid = s.Lo
		}
		best = max(best, s.Mid)
	}
	return best > stats.CountsAsGain
}

// Limit returns what holds the largest N back that is not beyond the CPUs, most
// of all.
func (a *Curve) Limit() (n float64, l limiter.Limiter) {
	i := a.Last()
	return a.Rows[i].N, a.Limits[i][0]
}

// Collector returns the CPUs that the garbage collector kept busy at the N of
// [Curve.Limit], and all CPUs busy, both as [limiter.Of] has them: NaN where not
// measured.
func (a *Curve) Collector() (n, gc, busy float64) {
	i := a.Last()
	f := limiter.Of(a.point(i), nil, a.CPUs)
	return a.Rows[i].N, f.GC, f.Busy
}
