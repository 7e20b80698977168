package compare

import (
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
)

// judgeSpeedups compares each side's speed-ups with those of the first side, with a
// correction for all of them together. Those of one run of `bench test` are compared
// within rounds. Those of several such runs are not paired. Of files it is not known
// which samples belong to a round, so that what is called a speed-up there may be drift;
// and runs of the suite have claims for it.
func (r *Result) judgeSpeedups() {
	if r.Machines || slices.ContainsFunc(r.Sides, func(s *series.Source) bool { return sideOf(s) == nil }) {
		return
	}
	var pairs []stats.Pair
	var of []*Speedup
	for _, row := range r.Scaled {
		first := row.Of[0]
		for i, s := range row.Of {
			if i == 0 || first == nil || s == nil {
				continue
			}
			p := stats.Pair{A: first.rounds, B: s.rounds}
			if r.Paired {
				p, _ = r.atLooks(func(before int) (stats.Pair, []int) { return speedupsWithin(first, s, before) })
				if len(p.A) == 0 {
					continue
				}
			}
			pairs, of = append(pairs, p), append(of, s)
		}
	}
	for i, c := range r.compareAll(pairs, len(pairs)) {
		of[i].Change, of[i].Judged = &c, judgement(&c, true)
	}
	for _, row := range r.Scaled {
		for i, s := range row.Of {
			if s != nil && s.Change != nil {
				row.Ratios[i] = &s.Change.Ratio
			}
		}
	}
}

// speedupsWithin returns two sides' speed-ups in the rounds before one that have all four
// samples, and these rounds.
func speedupsWithin(a, b *Speedup, before int) (p stats.Pair, rounds []int) {
	of, times := series.JoinTimes(a.one.Before(before), a.at.Before(before), b.one.Before(before), b.at.Before(before))
	for i := range times[0] {
		p.A = append(p.A, times[0][i]/times[1][i])
		p.B = append(p.B, times[2][i]/times[3][i])
	}
	return p, of.Used
}

// JudgesSpeedups says whether any change of a speed-up is judged.
func (r *Result) JudgesSpeedups() bool {
	return slices.ContainsFunc(r.Scaled, func(row Scaled) bool {
		return slices.ContainsFunc(row.Of, func(s *Speedup) bool { return s != nil && s.Change != nil })
	})
}

// ScalesWorse counts the speed-ups that [Result.Regressed] says of.
func (r *Result) ScalesWorse() (n int) {
	for _, row := range r.Scaled {
		for i := range row.Of {
			if r.Regressed(row, i) {
				n++
			}
		}
	}
	return n
}

// Regressed says whether a side's speed-up is confirmed to be smaller than on the first
// side, by more than the margin, and what is slower is the cell with more processors. A
// speed-up also falls where that at GOMAXPROCS 1 got faster; that is no regression.
func (r *Result) Regressed(row Scaled, side int) bool {
	s := row.Of[side]
	if s == nil || s.Judged != Worse || r.Paired && (side == r.Control || !s.Change.Beyond) {
		return false
	}
	return slices.ContainsFunc(r.Tables, func(t Table) bool {
		return t.Unit == unitTime && slices.ContainsFunc(t.Rows, func(o Row) bool {
			return o.Name == row.Name && o.Key.Procs == row.P && o.Goroutines == s.G && o.Judged[side] == Worse
		})
	})
}

// doubtSpeedups counts the speed-ups of the control that differ from those of the first
// side. If any cell is in doubt, it takes back what was decided.
func (r *Result) doubtSpeedups() {
	each := func(do func(i int, s *Speedup)) {
		for _, row := range r.Scaled {
			for i, s := range row.Of {
				if s != nil && s.Change != nil {
					do(i, s)
				}
			}
		}
	}
	each(func(i int, s *Speedup) {
		if i == r.Control && (s.Judged == Worse || s.Judged == Better) {
			r.Doubted++
		}
	})
	each(func(i int, s *Speedup) {
		if r.Doubted > 0 && i != r.Control {
			s.Judged = Undecided
		}
	})
}
