package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"conpar/report/limiter"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// Outcome is what a measurement says about a claim.
type Outcome string

// The outcomes. Inconclusive says that more rounds would be needed, not
// measurable that this run or machine lacks something.
const (
	Supported     Outcome = "supported"
	Refuted       Outcome = "refuted"
	Inconclusive  Outcome = "inconclusive"
	NotMeasurable Outcome = "not measurable"
)

// Verdict is a claim as a run judges it. Its Holds has the bounds of the run's
// machine.
type Verdict struct {
	Claim
	Cells []results.Cell // that it rests on
	// Measured is the estimate with its interval: NaN where not measurable,
	// the median of the samples by the rules Always and Once.
	Measured  stats.Interval
	Corrected stats.Interval // with the wider interval that allows for the number of claims; bounds may be infinite
	Outcome   Outcome
	Reason    string // why it is not decided; of a decided one what is to be added, or ""
	// AllRounds is Measured over the disturbed rounds as well, where they were
	// set aside; else NaN.
	AllRounds   stats.Interval
	Rounds      int  // that it rests on; of Always and Once, samples
	Disturbed   int  // rounds with a disturbed sample, of all
	Undisturbed bool // those were set aside
	More        int  // rounds in all that would likely decide it; 0: unknown, or it is decided
	// Finds is how far from a predicted limit a figure must be for nine of ten runs
	// like this to decide it: as a fraction of the limit, or of shares in their unit.
	// NaN: unknown, or it is decided.
	Finds float64
	// Correlated says that it would be decided if rounds did not resemble their
	// neighbours.
	Correlated bool
	Absent     bool // the run did not set out to measure it
	// MostDisturbed says that it is not measurable because most of its rounds were
	// disturbed: further ones may not be.
	MostDisturbed bool
	// Look is the look at the run, from 1, that decided it; 0: none did. Confidence
	// is that of Measured: [stats.Confidence], or more if a look decided it. Early
	// says that the run would have measured on without this verdict.
	Look       int
	Confidence float64
	Early      bool

	later int            // the index of its first figure from after the first look; 0: without a look
	wider stats.Interval // Measured at the confidence of the look
}

// widest is how far a Covers interval may reach from the value that it covers:
// what covers more has found nothing.
const widest = 0.05

// Judge returns a verdict on every claim by a run, in the order of [All]. A
// source that is no run has no rounds to judge by, and gets none.
//
// All lines of the rules Median and Covers are judged together by
// [stats.Decide], but definitions, which are judged each alone, and controls,
// which are judged apart. Always and Once need no correction: they follow from
// single samples. A rule Covers supports if the corrected interval covers the
// value and lies within 0.05 of it, and refutes if the value is rejected.
//
// A run with looks is judged at each of them, by the rounds that it had then. A
// line that a look decides stays decided, and the next look is at the others.
func Judge(s *series.Source) []Verdict { return judge(s, All()) }

func judge(s *series.Source, all []Claim) []Verdict {
	if s.Run == nil {
		return nil
	}
	run := newReading(s)
	verdicts := make([]Verdict, len(all))
	var world, controls []int // those that are judged together
	for i, c := range all {
		switch {
		case c.Holds.Rule.bySample():
			v, figures := run.measure(c)
			if v.Outcome == "" {
				v.bySample(figures)
			}
			verdicts[i] = v
		case c.Definition:
			run.atLooks(all, verdicts, []int{i})
		case c.Control:
			controls = append(controls, i)
		default:
			world = append(world, i)
		}
	}
	run.atLooks(all, verdicts, controls)
	run.atLooks(all, verdicts, world)
	for i := range verdicts {
		run.witness(&verdicts[i])
	}
	return verdicts
}

// witness adds what stands beside a verdict: a lesson about blocked calls is taught
// only where the run has found them.
func (r reading) witness(v *Verdict) {
	if v.Outcome == NotMeasurable {
		return
	}
	if at := (Claim{Of: Estimate{Num: v.Blocked}}).cells(r.Run.Machine.CPUs, r.pinned()); len(at) > 0 {
		lesson := v.Teaches
		v.Teaches = ""
		if cell := r.Find(key(at[0])); cell != nil {
			found := limiter.Find(limiter.Of(cell, nil, r.Run.Machine.CPUs))[0]
			if found.Name == limiter.BlockedCalls {
				v.Teaches = fmt.Sprintf("%s Seen with %d goroutines: %s.", lesson, at[0].N, found.Evidence)
			}
		}
	}
	var beside []string
	for _, s := range v.Beside {
		shown, figures := r.measure(Claim{Of: s.Of})
		if i := s.Of.back(stats.HodgesLehmann(each(figures, s.Of.scale()))); shown.Outcome == "" && i.Known() {
			unit, suffix := 1.0, ""
			if s.Of.Ratio() {
				suffix = "×"
			} else if strings.HasSuffix(s.Of.Unit, "-sec") {
				unit, suffix = 1e-3, " ms"
			}
			beside = append(beside, fmt.Sprintf("%s %.3g%s (%.3g–%.3g)", s.Name, i.Mid/unit, suffix, i.Lo/unit,
				i.Hi/unit))
		}
	}
	if len(beside) > 0 {
		v.Reason = strings.TrimPrefix(v.Reason+"; beside it: "+strings.Join(beside, ", "), "; ")
	}
}

// pinned says whether the run kept samples to one CPU.
func (r reading) pinned() bool { return r.Run.Machine.OneCPU != nil }

// noiseFloors returns of each family the largest effect, as a factor of at
// least 1, that the interval of its A/A control allows: what two measurements of
// the same may differ by in this run. Under "" stands the largest of all, for
// families whose control was not measured.
func (r reading) noiseFloors(all []Claim) map[string]float64 {
	floors := map[string]float64{"": 1}
	for _, c := range all {
		if !c.SameThing {
			continue
		}
		v, figures := r.measure(c)
		if i := c.Of.back(stats.HodgesLehmann(each(figures, c.Of.scale()))); v.Outcome == "" && i.Known() {
			floor := max(1, i.Hi, 1/i.Lo)
			floors[c.Of.Den.Family] = floor
			floors[""] = max(floors[""], floor)
		}
	}
	return floors
}

// noiseFloor returns that of the families of the verdict's cells.
func (v *Verdict) noiseFloor(floors map[string]float64) float64 {
	floor := 1.0
	for _, c := range v.Cells {
		of, known := floors[c.Family]
		if !known {
			of = floors[""]
		}
		floor = max(floor, of)
	}
	return floor
}

// aboveNoise takes back a verdict that two cells differ, if they may do so by
// less than the noise floor.
func (v *Verdict) aboveNoise(floors func() map[string]float64) {
	if !v.Holds.Strict || !v.Of.Ratio() || !v.decided() || v.Slower {
		return
	}
	floor := v.noiseFloor(floors())
	if c := v.Corrected; c.Lo < floor && c.Hi > 1/floor {
		v.Outcome = Inconclusive
		v.Reason = fmt.Sprintf("the difference may be below the noise floor of this run, %.1f%%", 100*(floor-1))
	}
}

// reading is a run as the claims read it.
type reading struct {
	*series.Source
	part         bool // it set out to measure less than half of the cells that claims need
	partPractice bool // and of those that claims of the profile "practice" need
	rounds       int  // that are read
}

func newReading(s *series.Source) reading {
	r := reading{Source: s, rounds: math.MaxInt}
	r.part = r.fewOf(Needs(s.Run.Machine.CPUs, r.pinned()))
	r.partPractice = s.Run.Plan.Profile != practiceProfile || r.fewOf(PracticeCells(s.Run.Machine.CPUs, r.pinned()))
	return r
}

// fewOf says whether the run set out to measure less than half of the cells.
func (r reading) fewOf(cells []results.Cell) bool {
	planned := 0
	for _, cell := range cells {
		if r.planned(cell) {
			planned++
		}
	}
	return 2*planned < len(cells)
}

// planned says whether the run set out to measure a cell, as far as is known.
func (r reading) planned(c results.Cell) bool {
	_, dropped := r.Run.Dropped[c.String()]
	_, planned := r.Run.Cells[key(c)]
	return dropped || planned || r.Find(key(c)) != nil
}

// measure returns the claim with its bounds and cells on the run's machine, and
// one figure a round; without figures, the verdict says why.
func (r reading) measure(c Claim) (Verdict, []float64) {
	cpus, pinned := r.Run.Machine.CPUs, r.pinned()
	none := stats.MedianInterval(nil)
	v := Verdict{
		Claim: c, Measured: none, Corrected: none, AllRounds: none, Confidence: stats.Confidence, Finds: math.NaN(),
		Cells: c.cells(cpus, pinned),
	}
	v.Holds = c.Holds.on(cpus)
	if why := c.lacks(cpus, pinned); why != "" {
		v.none(why)
		if v.Absent = r.part; c.Practice {
			v.Absent = r.partPractice
		}
		return v, nil
	}
	var points []*series.Measurement
	planned, missing := false, ""
	for _, cell := range v.Cells {
		p := r.Find(key(cell))
		dropped, was := r.Run.Dropped[cell.String()]
		planned = planned || r.planned(cell)
		switch {
		case p != nil:
			points = append(points, p)
		case was && v.Reason == "":
			v.none(dropped)
		case missing == "":
			missing = cell.String()
		}
	}
	if len(points) < len(v.Cells) {
		if v.Reason == "" {
			v.none("the run has no cell " + missing)
		}
		// A copy or slower work, which comes first, is measured for nothing else.
		v.Absent = !planned || (c.SameThing || c.Slower) && !r.planned(v.Cells[0])
		return v, nil
	}
	for i, p := range points {
		took := stats.Median(p.Values(timePerOp)) * float64(r.Run.Cells[key(v.Cells[i])])
		if took < c.Time.Seconds() {
			v.none(fmt.Sprintf("its samples took %.3g ms, and %v at least are needed", 1e3*took, c.Time))
			return v, nil
		}
	}
	lacks := func(p *series.Measurement) bool { return stats.Median(p.Values(c.Given)) <= 0 }
	if c.Given != "" && slices.ContainsFunc(points, lacks) {
		v.none(c.Otherwise)
		return v, nil
	}
	return v, r.gather(&v, points)
}

// gather returns the figures of the rounds that the verdict is to rest on. A
// single sample may decide by the rules Always and Once, so they look at all.
func (r reading) gather(v *Verdict, points []*series.Measurement) []float64 {
	bySample := v.Holds.Rule.bySample()
	all := series.Join(func(p *series.Measurement, sample int) bool {
		return p.Rounds[sample] < r.rounds && v.Of.counts(p, sample)
	}, points...)
	used := all
	if !bySample {
		used = all.Quiet()
	}
	v.Disturbed, v.Undisturbed, v.Rounds = all.Disturbed, used.Undisturbed, len(used.Used)
	switch why := all.TooFew(bySample); {
	case why != "":
		v.none(why)
		v.MostDisturbed = true
	case v.Rounds == 0 && len(points) > 1:
		v.none("its cells were never measured in the same round")
	case v.Rounds == 0:
		v.none("its samples have no " + v.Of.Unit)
	case v.Undisturbed:
		to := v.Of.scale()
		v.AllRounds = v.Of.back(stats.HodgesLehmann(each(v.Of.figures(points, all), to)))
	}
	v.later = r.Run.AfterFirstLook(used.Used)
	return v.Of.figures(points, used)
}

func (v *Verdict) none(reason string) { v.Outcome, v.Reason = NotMeasurable, reason }

// key is how the report calls a cell: a value that is not one of goroutines
// stays in its name.
func key(c results.Cell) series.Key {
	k := series.Key{Name: c.Series(), Goroutines: c.N, Procs: c.Procs, CPUs: c.CPUs}
	if c.Axis != "goroutines" {
		k.Name, k.Goroutines = fmt.Sprintf("%s/%s=%d", c.Series(), c.Axis, c.N), -1
	}
	return k
}

// value returns a sample's value of the estimate's unit; NaN where there is
// none.
func (e Estimate) value(p *series.Measurement, sample int) float64 {
	of := func(unit string) float64 {
		if values := p.Units.Of(unit); sample < len(values) {
			return values[sample]
		}
		return math.NaN()
	}
	if e.Unit != cpuPerTask {
		return of(e.Unit)
	}
	busy := of("cpus")
	if others := of("other-cpus"); others > 0 {
		busy += others
	}
	return busy * of(timePerOp)
}

// Share says whether the figure is a share or a number of what is left, lost or
// ready, which may be zero.
func (e Estimate) Share() bool {
	return e.SerialFraction || e.Unit == "run-wait" ||
		strings.HasSuffix(e.Unit, "-%") || strings.HasPrefix(e.Unit, "left-")
}

// counts says whether a sample can be used: figures that are no shares are
// above zero, as are the times that a serial fraction is made of.
func (e Estimate) counts(p *series.Measurement, sample int) bool {
	v := e.value(p, sample)
	return !math.IsNaN(v) && !math.IsInf(v, 0) && (v > 0 || e.Share() && !e.SerialFraction)
}

// figures returns one figure for each round that is used.
func (e Estimate) figures(points []*series.Measurement, j series.Rounds) []float64 {
	var out []float64
	for i := range j.Used {
		v := e.value(points[0], j.At[0][i])
		best := math.Inf(1) // of the others, mostly one
		for at, p := range points[1:] {
			best = min(best, e.value(p, j.At[1+at][i]))
		}
		if len(points) > 1 {
			v /= best
		}
		if e.SerialFraction {
			v = stats.KarpFlatt(v, float64(points[1].Procs))
		}
		out = append(out, v)
	}
	return out
}

// scale returns the scale on which the noise of an estimate is symmetric: the
// logarithm where figures are above zero by nature, as ratios, times and bytes
// are; none for shares.
func (e Estimate) scale() func(float64) float64 {
	if e.Share() {
		return func(v float64) float64 { return v }
	}
	return func(v float64) float64 {
		if v <= 0 { // an open lower bound
			return math.Inf(-1)
		}
		return math.Log(v)
	}
}

// back returns an interval from the estimate's scale.
func (e Estimate) back(i stats.Interval) stats.Interval {
	if !e.Share() {
		i.Mid, i.Lo, i.Hi = math.Exp(i.Mid), math.Exp(i.Lo), math.Exp(i.Hi)
	}
	return i
}

// take makes a decision the verdict.
func (v *Verdict) take(d stats.Decision) {
	v.Measured, v.wider, v.Corrected = v.Of.back(d.Center), v.Of.back(d.Wider), v.Of.back(d.Corrected)
	v.Outcome, v.More, v.Correlated = Inconclusive, d.More, d.Correlated
	if v.Finds = d.Finds; !v.Of.Share() {
		v.Finds = math.Expm1(d.Finds)
	}
	switch {
	case d.Supported:
		v.Outcome = Supported
	case d.Refuted:
		v.Outcome = Refuted
	}
}

// cover supports by the rule Covers, or says why it cannot: the corrected
// interval must hold the value and be narrow.
func (v *Verdict) cover(correlated bool) {
	below, above := v.Holds.Lo-v.Corrected.Lo, v.Corrected.Hi-v.Holds.Hi
	v.Outcome, v.More, v.Finds, v.Correlated = Inconclusive, 0, math.NaN(), correlated
	if !correlated && below >= 0 && above >= 0 && max(below, above) <= widest {
		v.Outcome = Supported
		v.Reason = fmt.Sprintf("the corrected interval reaches from %.1f points below it to %.1f above",
			100*below, 100*above)
	}
}

// undecided says why a verdict is inconclusive, among so many lines that are
// judged together.
func (v *Verdict) undecided(lines int) string {
	switch {
	case v.Rounds < stats.MinForVerdict:
		return fmt.Sprintf("%d rounds; a verdict needs %d", v.Rounds, stats.MinForVerdict)
	case v.Correlated:
		return "rounds resemble their neighbours, so that intervals are too narrow"
	case math.IsInf(v.Corrected.Lo, 0) || math.IsInf(v.Corrected.Hi, 0) || v.Corrected.Lo == 0:
		return fmt.Sprintf("%d rounds are too few for %d lines together", v.Rounds, lines)
	case v.Holds.Rule == Covers:
		return fmt.Sprintf("the corrected interval reaches more than %g points from it", 100*widest)
	case v.More > v.Rounds:
		return fmt.Sprintf("too close to the predicted limit; about %d rounds would decide it", v.More)
	}
	return "too close to the predicted limit"
}

// bySample judges by the rules Always and Once.
func (v *Verdict) bySample(figures []float64) {
	v.Measured = stats.MedianInterval(figures)
	inside := 0
	for _, f := range figures {
		if v.Holds.holds(f) {
			inside++
		}
	}
	outside := len(figures) - inside
	v.Outcome = Inconclusive
	switch {
	case v.Holds.Rule == Once && inside > 0:
		v.Outcome, v.Reason = Supported, fmt.Sprintf("seen in %d of %d samples", inside, len(figures))
	case v.Holds.Rule == Once:
		v.Reason = fmt.Sprintf("not seen in %d samples, which proves nothing", len(figures))
	case outside > 0:
		v.Outcome, v.Reason = Refuted, fmt.Sprintf("not so in %d of %d samples", outside, len(figures))
	case len(figures) < stats.MinForVerdict:
		v.Reason = fmt.Sprintf("so in all of %d samples; a verdict needs %d", len(figures), stats.MinForVerdict)
	default:
		v.Outcome = Supported
		// If the rate were 3/n, n samples without a case had a chance of 5% (the
		// rule of three; J. Hanley and A. Lippman-Hand, 1983).
		v.Reason = fmt.Sprintf("seen in all %d samples; at most %.2g%% of samples would differ (95%% confidence)",
			len(figures), 300/float64(len(figures)))
	}
}

// Counted returns how many verdicts have each outcome, without definitions and
// controls.
func Counted(verdicts []Verdict) map[Outcome]int {
	n := map[Outcome]int{}
	for _, v := range verdicts {
		if !v.Definition && !v.Control {
			n[v.Outcome]++
		}
	}
	return n
}

// Series returns the workloads that a verdict rests on, each once: what -work
// of the runner picks them by.
func (v *Verdict) Series() []string {
	var out []string
	for _, c := range v.Cells {
		if !slices.Contains(out, c.Series()) {
			out = append(out, c.Series())
		}
	}
	return out
}
