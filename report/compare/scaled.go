package compare

import (
	"maps"
	"math"
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
)

const unitTime = "sec/op"

// Scaled is how much faster the sides do some work with more processors, all at
// the same GOMAXPROCS or all with the same fraction of their CPUs.
type Scaled struct {
	Name string
	P    int     // GOMAXPROCS; 0 in Shares
	CPUs float64 // GOMAXPROCS as a fraction of the CPUs; 0 in Scaled
	Of   []*Speedup
	// Ratios are each side's efficiency over that of the first side, within rounds
	// where both are of one run, else unpaired; nil where either is missing.
	Ratios []*stats.Interval
}

// Speedup is one side's, at GOMAXPROCS=P over the same at 1.
type Speedup struct {
	G, P       int     // G is -1 where the name has no goroutines
	CPUs       float64 // P as a fraction of those worth using; NaN unknown
	Speedup    stats.Interval
	Efficiency stats.Interval // Speedup / P
	// Change compares it with that of the first side, and Judged says what came of it;
	// nil and [None] where it is not judged.
	Change  *stats.Comparison
	Judged  Judgement
	rounds  []float64 // efficiencies
	one, at *series.Measurement
}

// speedups fills in Scaled, and Shares where sides have different numbers of
// CPUs.
func (r *Result) speedups(works []work) {
	at := map[string][]int{} // goroutines of the sides' gains, by name; 0 where a side has none
	for _, row := range r.Gains {
		at[row.Name] = make([]int, len(r.Sides))
		for i, g := range row.Of {
			if g != nil {
				at[row.Name][i] = max(0, g.G)
			}
		}
	}
	unequal := r.unequalCPUs()
	for _, w := range works {
		rows := r.speedupsOf(w, at[w.name])
		for _, row := range rows {
			if row.compare() > 0 {
				r.Scaled = append(r.Scaled, row)
			}
		}
		if unequal {
			r.Shares = append(r.Shares, r.byFraction(rows, at[w.name])...)
		}
	}
}

// speedupsOf returns a row for each number of goroutines and GOMAXPROCS. Of a
// workload with a goroutines key, only those numbers of goroutines count at
// which a side takes its gains: all of them would say the same many times.
func (r *Result) speedupsOf(w work, goroutines []int) []Scaled {
	if !slices.ContainsFunc(w.of, func(of *series.Work) bool { return of != nil && len(of.Cells) > 1 }) {
		return nil // each side has one cell, as go test without -cpu
	}
	if slices.ContainsFunc(w.of, (*series.Work).OpenLoad) {
		return nil // its tasks come at the rate that was chosen
	}
	var rows []Scaled
	base := make([]*series.Measurement, len(r.Sides)) // the last cells at GOMAXPROCS 1
	for k, points := range w.cells() {
		switch {
		case k.Goroutines == 0 || k.Goroutines > 0 && !slices.Contains(goroutines, k.Goroutines):
			continue
		case k.CPUs > 0 && k.Procs > 1:
			continue // of the gains of one CPU
		case k.Procs == 1:
			base = points
			continue
		}
		row := Scaled{Name: w.name, P: k.Procs, Of: make([]*Speedup, len(r.Sides))}
		for i, at := range points {
			if one := base[i]; at != nil && one != nil && one.Goroutines == at.Goroutines {
				row.Of[i] = speedup(r.Sides[i].Run, one, at)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// byFraction puts the speed-ups of one workload into rows by the fraction of the
// CPUs that they use, each side with the goroutines of its own gains.
func (r *Result) byFraction(rows []Scaled, goroutines []int) []Scaled {
	at := map[float64]Scaled{}
	for _, row := range rows {
		for i, s := range row.Of {
			if s == nil || math.IsNaN(s.CPUs) || s.G >= 0 && s.G != goroutines[i] {
				continue
			}
			if _, known := at[s.CPUs]; !known {
				at[s.CPUs] = Scaled{Name: row.Name, CPUs: s.CPUs, Of: make([]*Speedup, len(r.Sides))}
			}
			at[s.CPUs].Of[i] = s
		}
	}
	var out []Scaled
	for _, fraction := range slices.Sorted(maps.Keys(at)) {
		if row := at[fraction]; row.compare() > 1 {
			out = append(out, row)
		}
	}
	return out
}

// unequalCPUs says whether two sides are known to have different numbers of
// CPUs.
func (r *Result) unequalCPUs() bool {
	known := map[int]bool{}
	for _, s := range r.Sides {
		if s.Run != nil && s.Run.Machine.CPUs > 0 {
			known[s.Run.Machine.CPUs] = true
		}
	}
	return len(known) > 1
}

// speedup returns how much faster at is than one, by rounds; nil if no round
// has both.
func speedup(run *series.Run, one, at *series.Measurement) *Speedup {
	p := float64(at.Procs)
	s := &Speedup{G: at.Goroutines, P: at.Procs, CPUs: math.NaN(), one: one, at: at}
	if run != nil && run.Machine.CPUs > 0 {
		s.CPUs = p / float64(run.Machine.CPUs)
	}
	rounds, times := series.JoinTimes(one, at)
	if len(rounds.Used) == 0 {
		return nil
	}
	for i, base := range times[0] {
		s.rounds = append(s.rounds, base/times[1][i]/p)
	}
	s.Speedup = stats.Ratio(times[0], times[1])
	s.Efficiency = stats.Interval{Mid: s.Speedup.Mid / p, Lo: s.Speedup.Lo / p, Hi: s.Speedup.Hi / p, N: s.Speedup.N}
	return s
}

// compare fills in the ratios, and returns how many sides have a speed-up.
func (s *Scaled) compare() int {
	n := 0
	s.Ratios = make([]*stats.Interval, len(s.Of))
	for i, of := range s.Of {
		if of == nil {
			continue
		}
		n++
		if i > 0 && s.Of[0] != nil {
			// Compare's verdict is not used: with it, the margin would be too.
			c := stats.Compare([]stats.Pair{{A: s.Of[0].rounds, B: of.rounds}}, 0)
			s.Ratios[i] = &c[0].Ratio
		}
	}
	return n
}
