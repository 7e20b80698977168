package stats

import (
	"math"
	"sort"
	"sync"
)

// distribution is that of a rank statistic.
type distribution struct {
	chances  []float64 // that it is at most 0, 1, …; nil where its normal limit is as good
	mean, sd float64   // of the limit
}

// p returns the chance that the statistic is at most k.
func (d distribution) p(k int) float64 {
	if d.chances == nil {
		return math.Erfc((d.mean-float64(k)-0.5)/(d.sd*math.Sqrt2)) / 2
	}
	return d.chances[k]
}

// order returns the largest k such that the centre lies below the k-th smallest
// number, or above the k-th largest, with a chance of at most tail; 0 where
// there is no such k. The limit is taken with continuity correction.
func (d distribution) order(tail float64) int {
	if d.chances == nil {
		return max(0, int(math.Floor(d.mean-normalQuantile(tail)*d.sd+0.5)))
	}
	return sort.Search(len(d.chances), func(k int) bool { return d.chances[k] > tail })
}

// normalQuantile returns z such that a normal value exceeds z standard
// deviations with the chance tail.
func normalQuantile(tail float64) float64 { return math.Sqrt2 * math.Erfcinv(2*tail) }

// Up to so many values the exact distributions are computed: of the signed-rank
// statistic, and of that of Mann and Whitney, as in benchmath.
const (
	exactUpTo      = 100
	exactPairsUpTo = 50
)

// signedRanks and rankSums hold what was computed, the latter by the two numbers
// of values.
var (
	signedRanks [exactUpTo + 1]struct {
		once sync.Once
		p    []float64
	}
	rankSums sync.Map
)

// signedRank returns the distribution of Wilcoxon's signed-rank statistic of n
// values without ties: the chance that a random subset of the ranks 1 … n sums
// to at most v. Each rank is in the subset or not, with equal chances. Its p and
// order are R's psignrank and qsignrank.
func signedRank(n int) distribution {
	f := float64(n)
	d := distribution{mean: f * (f + 1) / 4, sd: math.Sqrt(f * (f + 1) * (2*f + 1) / 24)}
	if n > exactUpTo {
		return d
	}
	s := &signedRanks[n]
	s.once.Do(func() {
		p := make([]float64, n*(n+1)/2+1)
		p[0] = 1
		for rank := 1; rank <= n; rank++ {
			for v := rank * (rank + 1) / 2; v >= 0; v-- {
				p[v] /= 2
				if v >= rank {
					p[v] += p[v-rank] / 2
				}
			}
		}
		s.p = cumulative(p)
	})
	d.chances = s.p
	return d
}

func cumulative(p []float64) []float64 {
	for v := 1; v < len(p); v++ {
		p[v] += p[v-1]
	}
	return p
}

// rankSum returns the distribution of the Mann–Whitney statistic of n and m
// values without ties: the chance that in at most u of the n·m pairs the one of
// the n is the larger. The largest of all is one of the n with the chance
// n/(n+m), and then larger than all m.
func rankSum(n, m int) distribution {
	a, b := float64(n), float64(m)
	d := distribution{mean: a * b / 2, sd: math.Sqrt(a * b * (a + b + 1) / 12)}
	if max(n, m) > exactPairsUpTo {
		return d
	}
	if p, ok := rankSums.Load([2]int{n, m}); ok {
		d.chances = p.([]float64)
		return d
	}
	rows := make([][]float64, m+1) // of i values with 0, 1, … m others
	for j := range rows {
		rows[j] = []float64{1}
	}
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ {
			p := make([]float64, i*j+1)
			all := float64(i + j)
			for u, q := range rows[j] {
				p[u+j] += q * float64(i) / all
			}
			for u, q := range rows[j-1] {
				p[u] += q * float64(j) / all
			}
			rows[j] = p
		}
	}
	d.chances = cumulative(rows[m])
	rankSums.Store([2]int{n, m}, d.chances)
	return d
}
