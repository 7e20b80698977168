package stats

import "math"

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
func exactP(n, m int, equal []byte, twice int) (p float64, known bool) {
	off := abs(twice - n*m)
	switch {
	case len(equal) == n+m:
		return min(1, 2*rankSum(min(n, m), max(n, m)).p((n*m-off)/2)), true
	case max(n, m) > exactTiesUpTo:
		return 0, false
	}
	far, all := 0.0, 0.0
	for u, ways := range waysToDeal(n, m, equal) {
		all += ways
		if abs(u-n*m) >= off {
			far += ways
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

// waysToDeal returns, by twice the statistic, in how many ways values can be
// dealt out to a sample of n and one of m, where so many of them are equal to each
// other, from the smallest on. Each lot of equal ones follows what was dealt of
// the smaller ones: k of t go to the first sample in t over k ways.
func waysToDeal(n, m int, equal []byte) []float64 {
	ways := make([][]float64, n+1) // by how many the first sample has
	for i := range ways {
		ways[i] = make([]float64, 2*i*m+1)
	}
	ways[0][0] = 1
	dealt := 0
	for _, lot := range equal {
		t := int(lot)
		over := choose(t)
		for i := min(n, dealt); i >= max(0, dealt-m); i-- {
			j := dealt - i
			for k := max(1, t-(m-j)); k <= min(t, n-i); k++ {
				to := ways[i+k][k*(2*j+t-k):]
				for u, w := range ways[i][:2*i*j+1] {
					to[u] += over[k] * w
				}
			}
		}
		dealt += t
	}
	return ways[n]
}

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
