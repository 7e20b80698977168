package claims_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results"
)

// A simulation of runs with looks, on the lines and cells of the claims as they
// are for two CPUs: noise of a cell that two lines share is in both.

// lookRounds are when a run looks at its results.
var lookRounds = []int{12, 24, 48}

const allRounds = 48

// cellNoise is how a cell's figure varies, as a logarithm.
type cellNoise func(*rand.Rand) float64

func normalNoise(r *rand.Rand) float64    { return math.Log(1 + 0.02*r.NormFloat64()) }
func lognormalNoise(r *rand.Rand) float64 { return 0.3 * r.NormFloat64() }
func bimodalNoise(r *rand.Rand) float64 {
	return math.Log(1 + 0.1*float64(r.IntN(2)) + 0.01*r.NormFloat64())
}

// disturbedNoise meets a neighbour in every tenth sample, which takes half as long
// again or so.
func disturbedNoise(r *rand.Rand) float64 {
	v := 1 + 0.02*r.NormFloat64()
	if r.IntN(10) == 0 {
		v *= 1 + 0.5*r.ExpFloat64()
	}
	return math.Log(v)
}

// center returns the pseudo-median of noise.
func center(noise func(*rand.Rand) float64) float64 {
	rng := rand.New(rand.NewPCG(99, 100))
	means := make([]float64, 100_000)
	for i := range means {
		means[i] = (noise(rng) + noise(rng)) / 2
	}
	return stats.Median(means)
}

// world is the claims that are judged together, with their cells.
type world struct {
	claims []claims.Claim
	cells  []results.Cell
	at     [][]int // by claim: its cells
}

// newWorld takes the cells of the suite's claims, which are corrected together, and leaves their bounds, units and conditions to
// the simulation.
func newWorld() world {
	var w world
	for _, v := range claims.Judge(&newLab(2).Sources[0]) {
		c := v.Claim
		if c.Definition || c.Control || c.Practice || c.Holds.Rule > claims.Covers {
			continue
		}
		c.Given, c.Beside, c.Blocked, c.Of.SerialFraction, c.Of.Unit = "", nil, results.Cell{}, false, "sec/op"
		c.Of.Best = false
		var at []int
		for _, cell := range v.Cells[:min(2, len(v.Cells))] {
			k := slices.Index(w.cells, cell)
			if k < 0 {
				k, w.cells = len(w.cells), append(w.cells, cell)
			}
			at = append(at, k)
		}
		w.claims, w.at = append(w.claims, c), append(w.at, at)
	}
	return w
}

// scenario is what a simulated run is like.
type scenario struct {
	name     string
	noise    cellNoise
	oneSided bool    // half of the cells are undisturbed
	drift    float64 // over the run
	rho      float64 // the correlation of neighbours after the first look
	clear    bool    // four of five lines are far from their bounds
	looks    []results.Look
}

// looksAt returns looks at levels.
func looksAt(levels ...float64) []results.Look {
	var out []results.Look
	for i, level := range levels {
		out = append(out, results.Look{Rounds: lookRounds[i], Level: level})
	}
	return out
}

// asDesigned returns the looks as a run takes them.
func asDesigned() []results.Look {
	var levels []float64
	for i := range lookRounds {
		levels = append(levels, stats.WrongAtLook(i+1, len(lookRounds)))
	}
	return looksAt(levels...)
}

// cellsOf draws the figures of all cells, as logarithms.
func (w world) draw(rng *rand.Rand, s scenario) [][]float64 {
	out := make([][]float64, len(w.cells))
	for c := range out {
		noise := s.noise
		if s.oneSided && c%2 == 0 {
			noise = normalNoise
		}
		out[c] = make([]float64, allRounds)
		for i := range out[c] {
			e := noise(rng)
			if s.rho != 0 && i > lookRounds[0] {
				e = s.rho*out[c][i-1] + math.Sqrt(1-s.rho*s.rho)*e
			}
			out[c][i] = e
		}
	}
	return out
}

// centers are those of a line's noise: of one cell, or of two that are alike, or
// where the first or the second alone is disturbed.
type centers struct{ own, plain, mixed float64 }

func (s scenario) centers() centers {
	mixed := func(r *rand.Rand) float64 { return s.noise(r) - normalNoise(r) }
	return centers{center(s.noise), center(normalNoise), center(mixed)}
}

func (c centers) of(s scenario, at []int) float64 {
	disturbed := func(k int) bool { return !s.oneSided || at[k]%2 == 1 }
	switch {
	case len(at) == 1 && disturbed(0):
		return c.own
	case len(at) == 1:
		return c.plain
	case disturbed(0) == disturbed(1):
		return 0
	case disturbed(0):
		return c.mixed
	}
	return -c.mixed
}

// source is a run with these figures.
func (w world) source(figures [][]float64, looks []results.Look, drift float64) *series.Source {
	run := &series.Run{Dropped: map[string]string{}, Cells: map[series.Key]int{}}
	run.Machine.CPUs, run.Machine.OneCPU = 2, new(int)
	run.Plan = results.Plan{Rounds: allRounds, Looks: lookRounds, Taken: looks}
	s := &series.Source{Run: run}
	rounds, foreign := make([]int, allRounds), make([]float64, allRounds)
	for i := range rounds {
		rounds[i] = i
	}
	for c, cell := range w.cells {
		values := make([]float64, allRounds)
		for i := range values {
			values[i] = math.Exp(figures[c][i] + drift*(float64(i)/(allRounds-1)-0.5)*w.drifts(c))
		}
		p := &series.Measurement{Rounds: rounds, Foreign: foreign, Units: series.UnitsOf(map[string][]float64{"sec/op": values})}
		p.Key = keyOf(cell)
		s.Add(p)
	}
	return s
}

// drifts is how much of the drift a cell has: all or half, as what slows one slows
// another too.
func (w world) drifts(cell int) float64 { return 1 - 0.5*float64(cell%3/2) }

func keyOf(c results.Cell) series.Key {
	key := series.Key{Name: c.Series(), Goroutines: c.N, Procs: c.Procs, CPUs: c.CPUs}
	if c.Axis != "goroutines" {
		key.Name, key.Goroutines = fmt.Sprintf("%s/%s=%d", key.Name, c.Axis, c.N), -1
	}
	return key
}

// driftOf is the part of a drift that a line has.
func (w world) driftOf(line int) float64 {
	at := w.at[line]
	d := w.drifts(at[0])
	if len(at) == 2 {
		d -= w.drifts(at[1])
	}
	return d
}

// shift is how far the centre of the first rounds lies from that of all.
func (w world) shift(line, rounds int, drift float64) float64 {
	return drift * w.driftOf(line) * (float64(rounds-1)/2/(allRounds-1) - 0.5)
}

// clearOf is a distance that every look decides.
const clearOf = 20

// wrongReports returns how many of so many reports have a wrong verdict. Each line
// has its truth on the bound: in one reading the bound belongs to the region, so
// that a refutation is wrong, and in the other support is. Of a drift, the truth is
// the centre of the rounds that a verdict rests on, and the bound that of one of the
// looks; whole counts against the centre of the whole run.
func (w world) wrongReports(s scenario, seed uint64, reports int) (wrong, whole share) {
	rng := rand.New(rand.NewPCG(seed, 1))
	centers := s.centers()
	rounds := func(look int) int {
		if look == 0 {
			return allRounds
		}
		return s.looks[look-1].Rounds
	}
	for range reports {
		all := slices.Clone(w.claims)
		bounds := map[claims.Estimate]float64{}
		for k := range all {
			c := &all[k]
			bound, known := bounds[c.Of]
			if !known {
				at := s.looks[rng.IntN(len(s.looks))].Rounds
				bound = centers.of(s, w.at[k]) + w.shift(k, at, s.drift)
				if s.clear && k%5 != 0 {
					bound += clearOf
				}
				bounds[c.Of] = bound
			}
			c.Holds = claims.Region{Lo: math.Exp(bound), Hi: math.Inf(1)}
			if w.at[k][0]%2 == 0 {
				c.Holds = claims.Region{Lo: math.Inf(-1), Hi: math.Exp(bound)}
			}
		}
		var refuted, supported, refutedWhole, supportedWhole bool
		for k, v := range claims.JudgeClaims(w.source(w.draw(rng, s), s.looks, s.drift), all) {
			if s.clear && k%5 != 0 {
				continue
			}
			center := centers.of(s, w.at[k])
			side := 1.0 // of the region
			bound := math.Log(v.Holds.Lo)
			if math.IsInf(v.Holds.Lo, -1) {
				side, bound = -1, math.Log(v.Holds.Hi)
			}
			inside := side * (center + w.shift(k, rounds(v.Look), s.drift) - bound)
			const onIt = 1e-9
			refuted = refuted || v.Outcome == claims.Refuted && inside > -onIt
			supported = supported || v.Outcome == claims.Supported && inside < onIt
			inside = side * (center - bound)
			refutedWhole = refutedWhole || v.Outcome == claims.Refuted && inside > -onIt
			supportedWhole = supportedWhole || v.Outcome == claims.Supported && inside < onIt
		}
		wrong.add(refuted)
		wrong.add(supported)
		whole.add(refutedWhole)
		whole.add(supportedWhole)
	}
	return wrong, whole
}

// share is how many of some reports, or intervals, have a property.
type share struct{ hits, of int }

func (s *share) add(hit bool) {
	s.of++
	if hit {
		s.hits++
	}
}

func (s share) value() float64 { return float64(s.hits) / float64(s.of) }

// upper is the upper end of the share's 95% interval.
func (s share) upper() float64 {
	return s.value() + 1.96*math.Sqrt(s.value()*(1-s.value())/float64(s.of))
}

func (s share) String() string {
	return fmt.Sprintf("%.2f%% ±%.2f of %d", 100*s.value(), 100*(s.upper()-s.value()), s.of)
}

// Looks at the full level each time are wrong far more often than 5%, which the
// simulation must see; as designed, few reports are wrong. The tag system has the
// exact figures.
func TestFewReportsOfLooksAreWrong(t *testing.T) {
	w := newWorld()
	s := scenario{noise: normalNoise, looks: asDesigned()}
	designed, _ := w.wrongReports(s, 1, 60)
	s.looks = looksAt(0.05, 0.05, 0.05)
	naive, _ := w.wrongReports(s, 1, 60)
	t.Logf("%d lines, %d cells; wrong as designed: %v; each look at 5%%: %v", len(w.claims), len(w.cells), designed, naive)
	if designed.value() > 0.08 || naive.value() <= designed.value() {
		t.Errorf("wrong as designed: %v; each look at 5%%: %v", designed, naive)
	}
}

// What a look has decided stays so, with its rounds and the interval of its level;
// what a later look decides has all rounds until then; and the record alone says
// where the looks were.
func TestLooksAreReplayed(t *testing.T) {
	w := newWorld()
	rng := rand.New(rand.NewPCG(3, 1))
	s := scenario{noise: normalNoise, looks: asDesigned()}
	all := slices.Clone(w.claims)
	for k := range all {
		// 10% beyond the bound, which the first look decides, or 2%, which it does not.
		beyond := 0.1
		if k%10 == 0 {
			beyond = 0.02
		}
		all[k].Holds = claims.Region{Lo: math.Exp(-beyond), Hi: math.Inf(1)}
	}
	judged := claims.JudgeClaims(w.source(w.draw(rng, s), s.looks, 0), all)
	count := map[int]int{}
	for _, v := range judged {
		count[v.Look]++
		if v.Look == 0 {
			if v.Rounds != allRounds || v.Confidence != stats.Confidence || v.Early {
				t.Errorf("%s %s, undecided: %d rounds, at %v, early: %v", v.ID, v.Subject, v.Rounds, v.Confidence, v.Early)
			}
			continue
		}
		look := s.looks[v.Look-1]
		if v.Rounds != look.Rounds || v.Confidence != 1-look.Level || v.Early != (v.Look < 3) || v.Outcome != claims.Supported {
			t.Errorf("%s %s: %s at look %d, of %d rounds, at %v, early: %v",
				v.ID, v.Subject, v.Outcome, v.Look, v.Rounds, v.Confidence, v.Early)
		}
		if v.Early && !strings.Contains(v.Reason, "stopped early") {
			t.Errorf("%s %s: %q does not say that it stopped early", v.ID, v.Subject, v.Reason)
		}
		if v.Measured.Lo < v.Corrected.Lo || v.Measured.Hi > v.Corrected.Hi {
			t.Errorf("%s %s: %v is wider than %v", v.ID, v.Subject, v.Measured, v.Corrected)
		}
	}
	if count[1] < len(all)*8/10 || count[2]+count[3] == 0 {
		t.Errorf("decided by look: %v of %d", count, len(all))
	}
	// Without a record, all rounds are judged at once.
	for _, v := range claims.JudgeClaims(w.source(w.draw(rng, s), nil, 0), all) {
		if v.Look != 0 || v.Rounds != allRounds {
			t.Errorf("%s %s: look %d, %d rounds", v.ID, v.Subject, v.Look, v.Rounds)
		}
	}
}
