package scaling

import (
	"math"
	"slices"

	"conpar/report/series"
	"conpar/report/stats"
)

// Spot is how many times faster a cell is than another one.
type Spot struct {
	G, P    int
	Speedup stats.Interval
	// Best says of a spot of a [Grid] that the cell is the fastest one, or that it is not shown to be
	// slower: the 95% interval of T(G,P)/T(best) reaches down to 1. Where the two
	// have too few rounds in common for one, as cells have that take turns, their
	// intervals of Speedup, over the rounds that each has in common with (1,1),
	// must lie apart instead.
	Best bool
}

// Grid is the speed-up of one kind of work over goroutines and GOMAXPROCS.
type Grid struct {
	Spots []Spot // by ascending GOMAXPROCS, then goroutines; cells that were not measured are not among them
	Top   int    // index of the fastest spot; -1 where no spot could be compared with it
}

// GridOf returns how many times faster the work called name is in each of its
// cells than with one goroutine at GOMAXPROCS 1: T(1,1)/T(G,P). The plain loop is not among
// them. It is empty where there is no cell (1, 1). Rounds are chosen as in
// [Gains], for each two cells that are compared. A cell that shares no round with
// (1, 1), as of lesser weight after a look, is compared by samples that are not paired.
func GridOf(d *series.Data, source, name string) Grid {
	w := find(d, source, name)
	out := Grid{Top: -1}
	base := w.Cell(1, 1)
	if base == nil {
		return out
	}
	var ps []int
	for _, c := range w.cells() {
		ps = append(ps, c.Procs)
	}
	slices.Sort(ps)
	gs := w.goroutines()
	top := math.Inf(-1)
	for _, p := range slices.Compact(ps) {
		for _, g := range gs {
			point := w.Cell(g, p)
			if g < 1 || point == nil {
				continue
			}
			s := Over(base, point)
			if s.N == 0 {
				s = apart(base, point)
			}
			if math.IsNaN(s.Mid) {
				continue
			}
			if s.Mid > top {
				top, out.Top = s.Mid, len(out.Spots)
			}
			out.Spots = append(out.Spots, Spot{G: g, P: p, Speedup: s})
		}
	}
	out.frame(w)
	return out
}

// frame marks the fastest spot and those that are not shown to be slower.
func (g *Grid) frame(w work) {
	if g.Top < 0 {
		return
	}
	top := g.Spots[g.Top]
	compared := false
	for i := range g.Spots {
		s := &g.Spots[i]
		s.Best = true
		if i == g.Top {
			continue
		}
		slower := Over(w.Cell(s.G, s.P), w.Cell(top.G, top.P))
		switch {
		case slower.Known():
			s.Best = slower.Lo <= 1
		case s.Speedup.Known() && top.Speedup.Known():
			s.Best = s.Speedup.Hi >= top.Speedup.Lo
		default:
			continue
		}
		compared = true
	}
	if !compared {
		g.Top = -1
		for i := range g.Spots {
			g.Spots[i].Best = false
		}
	}
}

// Over returns T(a)/T(b): how many times faster b is than a, as a ratio of
// times within rounds, chosen as in [Gains].
func Over(a, b *series.Measurement) stats.Interval {
	_, times := series.JoinTimes(a, b)
	return stats.Ratio(times[0], times[1])
}

// apart is [Over] for cells without a round in common.
func apart(a, b *series.Measurement) stats.Interval {
	_, ofA := series.JoinTimes(a)
	_, ofB := series.JoinTimes(b)
	if len(ofA[0]) == 0 || len(ofB[0]) == 0 {
		return stats.Interval{Lo: math.NaN(), Mid: math.NaN(), Hi: math.NaN()}
	}
	return stats.Compare([]stats.Pair{{A: ofB[0], B: ofA[0]}}, 0)[0].Ratio
}
