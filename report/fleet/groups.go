package fleet

import (
	"math"
	"slices"

	"conpar/report/claims"
	"conpar/report/stats"
)

// Claim is how far the nodes of a group agree on a claim.
type Claim struct {
	claims.Claim
	Of map[claims.Outcome]int
	// Agree is the fraction of the nodes that decided it which decided it as most did;
	// NaN where none decided it.
	Agree float64
}

// Decided returns how many nodes decided the claim, and how most of them did.
func (c Claim) Decided() (n int, as claims.Outcome) {
	as = claims.Supported
	if c.Of[claims.Refuted] > c.Of[claims.Supported] {
		as = claims.Refuted
	}
	return c.Of[claims.Supported] + c.Of[claims.Refuted], as
}

// agreement counts the verdicts of nodes, claim by claim. Claims that no node set out to
// measure are left out.
func agreement(nodes []*Node) []Claim {
	var out []Claim
	for i, claim := range claims.All() {
		c := Claim{Claim: claim, Of: map[claims.Outcome]int{}, Agree: math.NaN()}
		for _, n := range nodes {
			if i < len(n.outcomes) {
				c.Of[n.outcomes[i]]++
			}
		}
		n, as := c.Decided()
		if n > 0 {
			c.Agree = float64(c.Of[as]) / float64(n)
		}
		if n+c.Of[claims.Inconclusive] > 0 {
			out = append(out, c)
		}
	}
	return out
}

// Gains is what one kind of work gains on the nodes of a group, as medians over the
// nodes. Intervals are known from [stats.MinForInterval] nodes on.
type Gains struct {
	Name, Kind string
	From       string // what it gains from on most nodes, in words
	Nodes      int
	Total      stats.Interval // of all knobs together
	Last       stats.Interval // of parallelism, or of GOMAXPROCS where nothing was kept to one CPU
	Efficiency stats.Interval // Last over the number of CPUs
	Ceiling    stats.Interval // the fastest cell over one goroutine at GOMAXPROCS 1
	Workers    float64        // goroutines that are surely enough for 95% of the best throughput; NaN unknown
	Procs      float64        // the largest GOMAXPROCS that is worth its CPUs, or gains where calls block; NaN unknown
}

func gainsBetween(nodes []*Node) []Gains {
	index := map[string]int{}
	var of [][]workGain
	for _, n := range nodes {
		for _, w := range n.gains {
			at, known := index[w.name]
			if !known {
				at = len(of)
				index[w.name], of = at, append(of, nil)
			}
			of[at] = append(of[at], w)
		}
	}
	var out []Gains
	for _, all := range of {
		over := func(value func(workGain) float64) stats.Interval {
			values := make([]float64, len(all))
			for i, w := range all {
				values[i] = value(w)
			}
			return stats.MedianInterval(values)
		}
		out = append(out, Gains{
			Name: all[0].name, Kind: all[0].kind, From: most(all), Nodes: len(all),
			Total:      over(func(w workGain) float64 { return w.total }),
			Last:       over(func(w workGain) float64 { return w.last }),
			Efficiency: over(func(w workGain) float64 { return w.efficiency }),
			Ceiling:    over(func(w workGain) float64 { return w.ceiling }),
			Workers:    over(func(w workGain) float64 { return w.workers }).Mid,
			Procs:      over(func(w workGain) float64 { return w.procs }).Mid,
		})
	}
	return out
}

// most returns what most nodes gain from.
func most(all []workGain) string {
	n := map[string]int{}
	for _, w := range all {
		n[w.from]++
	}
	return slices.MaxFunc(all, func(a, b workGain) int { return n[a.from] - n[b.from] }).from
}
