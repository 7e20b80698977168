package compare

import (
	"math"
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results/gotest"
)

// pairing is what is known of sides that one run of `bench test` measured side by
// side, in rounds.
type pairing struct {
	// Paired says that the sides are of one run: they are compared within rounds.
	Paired bool
	// Control is the side that is a copy of the first one, whose differences are noise;
	// 0 without.
	Control int
	// Doubted is the cells, and speed-ups, in which the control differs from the first
	// side. With any, nothing else is decided.
	Doubted int
}

// sideOf returns what the run says of a side; nil of other sides.
func sideOf(s *series.Source) *gotest.Side {
	if s.Run == nil || s.Run.Test == nil {
		return nil
	}
	i := slices.IndexFunc(s.Run.Test.Sides, func(side gotest.Side) bool { return side.Name == s.Config["side"] })
	if i < 0 {
		return nil
	}
	return &s.Run.Test.Sides[i]
}

// pair finds out whether sides are of one run.
func pair(sides []*series.Source) (p pairing) {
	for i, s := range sides {
		side := sideOf(s)
		if side == nil || s.Run != sides[0].Run {
			return pairing{}
		}
		if side.Copy {
			p.Control = i
		}
	}
	p.Paired = true
	return p
}

// testUnits are what is compared of the sides of `bench test`. Time decides.
var testUnits = []string{unitTime, "B/op", "allocs/op"}

// unitsOf returns those of testUnits that a cell of the first side has.
func (p pairing) units(works []work) (units []string) {
	for _, unit := range testUnits {
		has := func(w work) bool {
			return w.of[0] != nil && slices.ContainsFunc(w.of[0].Cells, func(m *series.Measurement) bool {
				return len(m.Values(unit)) > 0
			})
		}
		if p.Paired && slices.ContainsFunc(works, has) {
			units = append(units, unit)
		}
	}
	return units
}

// equal says whether all values of all sides are the same one.
func equal(values [][]float64) bool {
	all := slices.Concat(values...)
	return !slices.ContainsFunc(all, func(v float64) bool { return v != all[0] })
}

// within returns the values of two cells in a unit in the rounds that both have,
// and which rounds these are.
func within(a, b *series.Measurement, unit string) (p stats.Pair, rounds []int) {
	r := series.Join(func(m *series.Measurement, sample int) bool {
		v := m.Units.Of(unit)
		return sample < len(v) && v[sample] >= 0 && !math.IsInf(v[sample], 1)
	}, a, b).Quiet()
	for k := range r.Used {
		p.A = append(p.A, a.Units.Of(unit)[r.At[0][k]])
		p.B = append(p.B, b.Units.Of(unit)[r.At[1][k]])
	}
	return p, r.Used
}

// compareAll compares the pairs of all units, each with how many of them are of the
// first one. Those of one run are paired by rounds, and the other units have a
// correction of their own.
func (r *Result) compareAll(pairs []stats.Pair, ofFirst int) []stats.Comparison {
	if !r.Paired {
		return stats.Compare(pairs, r.Margin)
	}
	return append(r.comparePaired(pairs[:ofFirst]), r.comparePaired(pairs[ofFirst:])...)
}

// comparePaired compares pairs of one run, at its looks.
func (r *Result) comparePaired(pairs []stats.Pair) []stats.Comparison {
	var levels []float64
	for _, l := range r.Sides[0].Run.Looks() {
		levels = append(levels, l.Level)
	}
	return stats.ComparePaired(pairs, r.Margin, levels...)
}

// atLooks returns a pair with what it was at the looks at the run, and its rounds. pair
// returns it as it was before a round, with its rounds.
func (r *Result) atLooks(pair func(before int) (stats.Pair, []int)) (p stats.Pair, rounds []int) {
	run := r.Sides[0].Run
	var earlier []stats.Pair
	for i, l := range run.Looks() {
		if i > 0 {
			earlier = append(earlier, p)
		}
		p, rounds = pair(l.Rounds)
		p.Later = run.AfterFirstLook(rounds)
	}
	p.Earlier = earlier
	return p, rounds
}

// Open says whether more rounds are to decide about the time of a side's cell: it is not
// known on which side of the margin it lies. The copy of the first side asks for none,
// as it is measured for the others.
func (r *Result) Open(row Row, side int) bool {
	of := row.Compared[side]
	return side != r.Control && of != nil && !of.Same && !of.Beyond
}

// doubt counts the cells in which the control differs from the first side, and takes
// back what was decided then: what differs there is noise, and may be so elsewhere.
func (r *Result) doubt() {
	if r.Control == 0 {
		return
	}
	for _, t := range r.Tables {
		n := t.Count(r.Control)
		r.Doubted += n[Worse] + n[Better] + n[Higher] + n[Lower]
	}
	r.doubtSpeedups()
	if r.Doubted == 0 {
		return
	}
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			for i := range row.Judged {
				if i != r.Control && row.Judged[i] != None {
					row.Judged[i] = Undecided
				}
			}
		}
	}
}

// regressions counts the cells whose time is confirmed to be worse by more than the
// margin.
func (r *Result) regressions() (n int) {
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			for i, of := range row.Compared {
				if t.Unit == unitTime && i != r.Control && row.Judged[i] == Worse && of.Beyond {
					n++
				}
			}
		}
	}
	return n
}

// means returns for each side the geometric mean of its ratios to the first one, over
// all cells: its interval is over the rounds in which every cell was compared.
func means(sides int, rounds [][]map[int]float64) []stats.Interval {
	out := make([]stats.Interval, sides)
	for side := range out {
		sum, n, cells := map[int]float64{}, map[int]int{}, 0
		for _, row := range rounds {
			if row[side] == nil {
				continue
			}
			cells++
			for round, log := range row[side] {
				sum[round] += log
				n[round]++
			}
		}
		var logs []float64
		for round, s := range sum {
			if n[round] == cells {
				logs = append(logs, s/float64(cells))
			}
		}
		of := stats.HodgesLehmann(logs)
		of.Mid, of.Lo, of.Hi = math.Exp(of.Mid), math.Exp(of.Lo), math.Exp(of.Hi)
		out[side] = of
	}
	return out
}

// logRatios returns the logarithms of B/A by round; those of zeros are left out.
func logRatios(p stats.Pair, rounds []int) map[int]float64 {
	out := map[int]float64{}
	for i, round := range rounds {
		if log := math.Log(p.B[i] / p.A[i]); !math.IsNaN(log) && !math.IsInf(log, 0) {
			out[round] = log
		}
	}
	return out
}
