package scaling

import (
	"cmp"
	"math"
	"slices"

	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

// What [Curve.Status] says: the first of these that holds. All are about what was
// measured, up to the CPUs that there are, or beyond where it still gains. Intervals
// are those of [Curve.between]. A law has a say only where there is one sample of
// each N, and only if it is not in doubt: then the scatter about it stands in.
const (
	// There are doubts about the samples: see [Curve.Void].
	statusDoubtful = "doubtful"
	// The last speed-up has a wide interval, or no speed-up is surely above 1 and
	// one may be above 1.1.
	statusNoisy = "noisy"
	// No speed-up reaches 1.1.
	statusFlat = "does not scale"
	// An efficiency is above 1.05, and its interval above 1.
	statusSuperLinear = "super-linear"
	// Every efficiency is at least 0.95.
	statusLinear = "linear"
	// Throughput falls by 5% or more, surely, and comes back.
	statusUneven = "uneven"
	// The last throughput is below the best, by 5% or more, and surely.
	statusRetrograde = "retrograde"
	// Some N before the last has 95% of the best throughput.
	statusSaturated = "saturated"
	// It grows to the end, slower and slower, as a law does that was not refused.
	statusAmdahl = "Amdahl-like"
	// It grows to the end by less than in proportion, by no law that is known.
	statusSubLinear = "sub-linear"
)

// farther is how much larger the last N must be than one that has 95% of the best
// throughput, for the curve to count as flat between them, without an interval.
const farther = 1.5

// seen is some rows of a curve, whose throughputs are compared within rounds.
type seen struct {
	*Curve
	rows []Row
	law  *fit.Law // nil where no law has a say
}

// judged returns the rows that the status is about.
func (a *Curve) judged() []Row {
	if a.Best.Beyond > 0 {
		return a.Rows
	}
	return a.Rows[:a.Last()+1]
}

// End returns the row of the largest N that the status is about.
func (a *Curve) End() Row {
	rows := a.judged()
	return rows[len(rows)-1]
}

// judge fills in what the curve is like.
func (a *Curve) judge() {
	a.scattered()
	s := seen{a, a.judged(), nil}
	if f := a.Fits; len(f.Laws) > 0 && f.Laws[0].Doubt == "" && f.Points[len(f.Points)-1].N == a.End().N {
		s.law = &f.Laws[0]
	}
	a.Status = s.status()
	if a.Status == statusSuperLinear && len(s.rows) > 2 {
		rest := fit.Samples{X: make([][]float64, len(a.table.X))}
		for i, n := range a.table.N {
			if n <= s.rows[0].N || n > s.rows[len(s.rows)-1].N {
				continue
			}
			rest.N = append(rest.N, n)
			for round, row := range a.table.X {
				rest.X[round] = append(rest.X[round], row[i])
			}
		}
		a.Rebased = seen{a, rowsOf(rest, a.Confidence), nil}.status()
	}
}

func (s seen) status() string {
	last := len(s.rows) - 1
	if last < 1 {
		return ""
	}
	_, noisy := s.unclear()
	top := s.top(last)
	switch {
	case noisy:
		return statusNoisy
	case slices.MaxFunc(s.rows, bySpeedup).Speedup.Mid < stats.CountsAsGain:
		return statusFlat
	case slices.ContainsFunc(s.rows, s.above):
		return statusSuperLinear
	case !slices.ContainsFunc(s.rows, func(r Row) bool { return r.Efficiency.Mid < stats.AsGood }):
		return statusLinear
	case s.uneven():
		return statusUneven
	case s.fell(top, s.rows[last]):
		return statusRetrograde
	case s.saturated():
		return statusSaturated
	case s.law != nil && last > 1:
		return statusAmdahl
	}
	return statusSubLinear
}

func bySpeedup(a, b Row) int { return cmp.Compare(a.Speedup.Mid, b.Speedup.Mid) }

// top returns the row with the best throughput up to one.
func (s seen) top(upTo int) Row {
	return slices.MaxFunc(s.rows[:upTo+1], func(x, y Row) int {
		return cmp.Compare(x.Throughput.Mid, y.Throughput.Mid)
	})
}

// unclear returns a row whose speed-up says too little to go by, if that is so of
// the curve.
func (s seen) unclear() (Row, bool) {
	gained := false
	var unsure Row
	for _, r := range slices.Backward(s.rows[1:]) {
		r.Speedup = s.between(r, s.rows[0])
		if x := r.Speedup; r.N == s.rows[len(s.rows)-1].N && x.Hi > tooWide*x.Lo && x.Hi >= 1 {
			return r, true
		}
		gained = gained || r.Speedup.Lo > 1
		if r.Speedup.Lo <= 1 && r.Speedup.Hi >= stats.CountsAsGain {
			unsure = r
		}
	}
	return unsure, !gained && unsure.N > 0
}

// above says whether the efficiency of a row is surely above 1, and by more than
// 5%.
func (s seen) above(r Row) bool {
	ideal := r.N / s.rows[0].N
	switch x := s.between(r, s.rows[0]); {
	case r.N == s.rows[0].N || !(r.Efficiency.Mid > 2-stats.AsGood):
		return false
	case x.Known():
		return x.Lo > ideal
	default:
		return s.law != nil && s.law.Above(r.N)
	}
}

// fell says whether the throughput of a row is surely below that of one before it,
// and by 5% or more.
func (s seen) fell(before, r Row) bool {
	switch ratio := s.between(r, before); {
	case !(ratio.Mid < stats.AsGood):
		return false
	case ratio.Known():
		return ratio.Hi < 1
	default:
		return s.law != nil && s.law.Past(r.N)
	}
}

// uneven says whether throughput falls at an N and comes back at a later one.
// Without intervals a fall by a tenth counts.
func (s seen) uneven() bool {
	for i := 1; i < len(s.rows)-1; i++ {
		top := s.top(i - 1)
		ratio := s.between(s.rows[i], top)
		if !s.fell(top, s.rows[i]) && (ratio.Known() || ratio.Mid > 1/stats.CountsAsGain) {
			continue
		}
		least := stats.AsGood * top.Throughput.Mid
		if slices.ContainsFunc(s.rows[i+1:], func(r Row) bool { return r.Throughput.Mid >= least }) {
			return true
		}
	}
	return false
}

// saturated says whether the end of the curve is flat: an N before the last is as
// good as the best, and far enough from the last; or the last step is a plateau
// that gains less than a tenth of what growth in proportion would.
func (s seen) saturated() bool {
	last := len(s.rows) - 1
	end, before, least := s.rows[last], s.rows[last-1], stats.AsGood*s.top(last).Throughput.Mid
	if end.Throughput.Mid < least {
		return true // too few samples to tell whether it falls
	}
	if end.Step == stepPlateau && end.Throughput.Mid/before.Throughput.Mid-1 <= (end.N/before.N-1)/10 {
		return true
	}
	return slices.ContainsFunc(s.rows[:last], func(r Row) bool {
		return r.Throughput.Mid >= least && end.N >= farther*r.N
	})
}

// between returns the throughput of a row over that of another, within rounds. Of
// too few rounds for an interval of their own it has that of Student's t on the
// logarithms, with the scatter that the samples of all N have about their means: as
// if noise were the same fraction at every N. It is wider by as many comparisons as
// there are N (C. Bonferroni, 1936). Of one sample each no interval is made.
func (a *Curve) between(r, other Row) stats.Interval {
	ratio := a.ratio(r, other)
	if ratio.Known() || a.freedom < 2 || r.N == other.N {
		return ratio
	}
	samples := 1/float64(r.Throughput.N) + 1/float64(other.Throughput.N)
	tail := (1 - stats.Confidence) / 2 / float64(len(a.Rows)-1)
	half := fit.TQuantile(1-tail, a.freedom) * a.scatter * math.Sqrt(samples)
	ratio.Lo, ratio.Hi = ratio.Mid*math.Exp(-half), ratio.Mid*math.Exp(half)
	return ratio
}

// scattered fills in the scatter of ln X about the mean of each N, and its degrees of
// freedom.
func (a *Curve) scattered() {
	sum := 0.0
	for i := range a.table.N {
		var logs []float64
		for _, x := range columnOf(a.table, i) {
			if x > 0 {
				logs = append(logs, math.Log(x))
			}
		}
		mean := 0.0
		for _, y := range logs {
			mean += y / float64(len(logs))
		}
		for _, y := range logs {
			sum += (y - mean) * (y - mean)
		}
		a.freedom += max(len(logs)-1, 0)
	}
	a.scatter = math.Sqrt(sum / float64(max(a.freedom, 1)))
}

// Unclear returns the row whose speed-up scatters too much to tell how the
// benchmark scales, if the curve is noisy.
func (a *Curve) Unclear() (Row, bool) { return seen{a, a.judged(), nil}.unclear() }

// Open says whether more rounds would tell how the benchmark scales: it is noisy, or
// a step is unclear.
func (a *Curve) Open() bool {
	if len(a.Rows) < 2 || a.Void {
		return false
	}
	return a.Noisy() || slices.ContainsFunc(a.judged(), func(r Row) bool { return r.Step == stepUnclear })
}

// Noisy says that the samples scatter too much to tell how the benchmark scales.
func (a *Curve) Noisy() bool {
	_, noisy := a.Unclear()
	return noisy
}
