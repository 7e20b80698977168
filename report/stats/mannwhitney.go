package stats

import (
	"math"
	"slices"
	"sync"
)

// exactTiesUpTo is how many values a sample may have for the exact test where
// some are equal, as in benchmath: the number of ways grows with the fourth power.
const exactTiesUpTo = 25

// exactP returns p of the two-sided test of Mann and Whitney (1947), for what
// [tied] says of two samples of n and m values: of all ways to deal the values
// out again, to samples as large as these, the fraction whose statistic is at
// least as far from its mean. Equal values count half (Klotz: The Wilcoxon, Ties,
// and the Computer, 1966). It has no p where the ways are too many to count.
//
// With ties, the statistic of samples of unequal sizes is not distributed
// symmetrically. Then p depends on how the two tails are joined. This one is
// mirrored: it is the same for either order of the samples. Twice the tail below
// the smaller one of the two statistics, which benchmath takes, is not.
func (d *dealing) exactP(n, m int, equal []byte, twice int) (p float64, known bool) {
	off := abs(twice - n*m)
	switch {
	case len(equal) == n+m:
		return min(1, 2*rankSum(min(n, m), max(n, m)).p((n*m-off)/2)), true
	case max(n, m) > exactTiesUpTo:
		return 0, false
	case off == 0:
		return 1, true
	}
	half, dealt := 0, 0
	for ; dealt < (n+m)/2; half++ {
		dealt += int(equal[half])
	}
	low, high := d.low.deal(n, m, equal[:half]), d.high.deal(n, m, equal[half:])
	far, all := 0.0, 0.0
	for i := max(0, dealt-m); i <= min(n, dealt); i++ {
		to := cumulative(high[n-i]) // ways to a statistic of as much, or less
		last := len(to) - 1
		for u, ways := range low[i] {
			u += 2 * (n - i) * (dealt - i) // which the larger values are above
			all += ways * to[last]
			if at := min(n*m-off-u, last); at >= 0 {
				far += ways * to[at]
			}
			if at := min(n*m+off-1-u, last); at >= 0 {
				far += ways * (to[last] - to[at])
			} else {
				far += ways * to[last]
			}
		}
	}
	return far / all, true
}

// tied appends how many values of two sorted samples are equal to each other,
// from the smallest on. It returns twice the statistic as well: in how many pairs
// the value of a is the larger one, and once more, or is equal. Samples have at
// most exactPairsUpTo values.
func tied(equal []byte, a, b []float64) (_ []byte, twice int) {
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		v := math.Inf(1)
		if i < len(a) {
			v = a[i]
		}
		if j < len(b) {
			v = min(v, b[j])
		}
		fromA, fromB := i, j
		for i < len(a) && a[i] == v {
			i++
		}
		for j < len(b) && b[j] == v {
			j++
		}
		twice += (i - fromA) * (fromB + j)
		equal = append(equal, byte(i-fromA+j-fromB))
	}
	return equal, twice
}

// dealing is memory for the ways to deal the smaller and the larger half of values.
// To make one table of each and join them takes a tenth of one table of all.
type dealing struct{ low, high waysToDeal }

// waysToDeal is, by how many of some values the first sample gets, and by twice their
// statistic, in how many ways they can be dealt out.
type waysToDeal struct {
	room []float64
	ways [][]float64
}

// deal fills in the ways for values of which so many are equal to each other, from the
// smallest on, and samples of at most n and m. Each lot of equal ones follows what was
// dealt of the smaller ones: k of t go to the first sample in t over k ways.
func (w *waysToDeal) deal(n, m int, equal []byte) [][]float64 {
	all, total := 0, 0
	for _, lot := range equal {
		all += int(lot)
	}
	size := func(i int) int { return 2*i*max(0, min(m, all-i)) + 1 }
	for i := range n + 1 {
		total += size(i)
	}
	w.room, w.ways = slices.Grow(w.room[:0], total)[:total], w.ways[:0]
	clear(w.room)
	for i, from := 0, 0; i <= n; i++ {
		w.ways = append(w.ways, w.room[from:from+size(i)])
		from += size(i)
	}
	w.ways[0][0] = 1
	dealt := 0
	for _, lot := range equal {
		t := int(lot)
		chosen := binomials()[t]
		for i := min(n, dealt); i >= max(0, dealt-m); i-- {
			j := dealt - i
			for k := max(1, t-(m-j)); k <= min(t, n-i); k++ {
				over, to := chosen[k], w.ways[i+k][k*(2*j+t-k):]
				for u, ways := range w.ways[i][:2*i*j+1] {
					to[u] += over * ways
				}
			}
		}
		dealt += t
	}
	return w.ways
}

// binomials holds choose for as many values as two samples have.
var binomials = sync.OnceValue(func() [][]float64 {
	of := make([][]float64, 2*exactTiesUpTo+1)
	for t := range of {
		of[t] = choose(t)
	}
	return of
})

// choose returns in how many ways 0, 1, … of t can be chosen.
func choose(t int) []float64 {
	out := make([]float64, t+1)
	out[0] = 1
	for k := 1; k <= t; k++ {
		out[k] = out[k-1] * float64(t-k+1) / float64(k)
	}
	return out
}

func abs(n int) int { return max(n, -n) }
