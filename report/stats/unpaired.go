package stats

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/perf/benchmath"
	"golang.org/x/sync/errgroup"
)

// Pair is two samples that no round joins: of two runs, machines or commits.
// Each has at least one value; all are finite.
type Pair struct {
	A, B []float64
	// Of a run that looks at its results, whose samples are paired by rounds: the
	// index of the first values from after the first look, 0 without any, and what
	// there was at each look but the last.
	Later   int
	Earlier []Pair
}

// Comparison is what two samples say together.
type Comparison struct {
	A, B Interval // medians, as [MedianInterval] returns them
	// Ratio is the typical B/A with its interval, whose bounds are NaN where
	// there are too few values. Where A has zeros it may be infinite. It has no
	// figures where Signed is set.
	Ratio Interval
	// Corrected is Ratio with the bounds that decide, at the level at which the
	// pair was tested; they are 0 and +Inf where so few values have none.
	Corrected Interval
	P         float64 // of the Mann–Whitney test, two-sided: the same for A and B as for B and A
	Benchstat float64 // P as benchstat prints it; where it is another one, that depends on the order
	Holm      float64 // P, corrected by Holm (1979) for the number of pairs
	Equal     bool    // all values of both are the same one; the test cannot be made, and P is 1 as benchstat has it
	Signed    bool    // a value is negative: no ratio is formed, and there is no verdict
	// Correlated says that samples resemble those before them, so that the
	// verdict had to stand with an interval twice as wide.
	Correlated bool
	// Look is the look at the run, from 1, that decided it; 0: none did. Confidence is
	// that of Ratio, at least [Confidence]: where the decision came early, near its bound,
	// 95% would cover too rarely.
	Look       int
	Confidence float64
	// Same says that they are equivalent, within the margin; Higher and Lower
	// that B is so, and Beyond that it is by more than the margin. None of them: too few
	// values, or too much noise, to tell.
	Same, Higher, Lower, Beyond bool
	// of none of them, what the samples could have told; see Finds
	noise noise
}

// Compare compares unpaired samples together, such that the chance of any wrong
// verdict among them is 5%. The margin is the smallest difference
// that counts, as a share: with 0.03, ratios from 1/1.03 to 1.03 count as the
// same, so that swapping A and B mirrors every verdict.
//
// P is that of the test of Mann and Whitney (1947) of whether the two differ at
// all. It is exact where benchstat's is: for at most 50 values a side, and 25 if
// some are equal. benchstat's own is another one where values are equal and the
// samples of unequal sizes. The ratio is the estimate of
// Hodges and Lehmann (1963) for two samples: the median of B[j]/A[i] over all i
// and j. Its interval is bounded by the order statistics of those ratios that
// the same test would not reject, as Moses found (Hollander, Wolfe, Chicken:
// Nonparametric Statistical Methods, 4.2–4.3).
//
// Verdicts are made as in [Decide], with those ratios in the place of Walsh
// averages. A pair is Higher or Lower if the ratio is tested to lie beyond the
// margin, with p doubled as it may err on either side, and if moreover Holm is
// below that chance. It is the Same if the ratio is tested to lie above the
// lower and below the upper end of the margin (Schuirmann, 1987): not seeing a
// difference is not enough. The correction is Holm's, over all pairs and either
// verdict; a verdict and the Corrected interval always agree. Two samples of
// equal values are the Same, if they are many enough.
//
// Where values are tied, pairs on the margin count for it, and p is never too
// small. The test supposes that values of a sample are independent; they are to
// stand in the order in which they were taken. Where [SerialCorrelation] over
// all samples exceeds MaxSerialCorrelation, only those verdicts stay that an
// interval twice as wide would give, as in [Decide]. A machine that was faster
// throughout one of the samples, and a process whose memory lay better, remain
// unseen: measure the two in turns to avoid both.
func Compare(pairs []Pair, margin float64) []Comparison {
	if !(margin >= 0) || math.IsInf(margin, 1) {
		panic(fmt.Sprintf("stats.Compare: a margin of %v", margin))
	}
	out := make([]Comparison, len(pairs))
	tests := make([]test, len(pairs))
	samples := make([]neighbours, 2*len(pairs))
	for _, p := range pairs {
		p.check()
	}
	known := uTests{p: map[string][2]float64{}}
	reach := math.Log1p(margin)
	each(len(pairs), func(i int, r *ratios) {
		r.set(pairs[i])
		samples[2*i], samples[2*i+1] = neighboursIn(pairs[i].A, r.a.Values), neighboursIn(pairs[i].B, r.b.Values)
		if out[i] = comparison(r, &known); out[i].Signed {
			tests[i] = test{p: 1, ways: 1, few: true} // it counts as one without a verdict
			return
		}
		tests[i] = newTest(&r.ordered, -reach, reach)
	})
	holmP(out)
	holm(tests, wrongVerdicts)
	resemble := correlated(samples)
	each(len(pairs), func(i int, r *ratios) {
		c, t := &out[i], tests[i]
		if c.Signed {
			return
		}
		c.Corrected, c.Correlated = Interval{Mid: c.Ratio.Mid, Hi: math.Inf(1), N: c.Ratio.N}, resemble
		if r.size(len(pairs[i].A), len(pairs[i].B)); r.of.order(t.tail) > 0 {
			// Once more, as to keep them would take ten times as much as the samples.
			r.set(pairs[i])
			lo, hi := r.bounds(t.tail)
			c.Corrected.Lo, c.Corrected.Hi = math.Exp(lo), math.Exp(hi)
		}
		if t.decided && (!t.refutes || c.Holm < wrongVerdicts) && (!resemble || c.clear(t, 1+margin, 2)) {
			c.Same, c.Higher, c.Lower, c.Beyond = !t.refutes, t.refutes && t.above, t.refutes && !t.above, t.refutes
		} else {
			c.noise = noise{of: &pairs[i], tail: t.tail * t.ways / 2, reach: reach}
		}
	})
	return out
}

// check panics if a pair is not as it is to be.
func (p Pair) check() {
	if len(p.A) == 0 || len(p.B) == 0 {
		panic("stats.Compare: an empty sample")
	}
	for _, values := range [...][]float64{p.A, p.B} {
		for _, v := range values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				panic(fmt.Sprintf("stats.Compare: a value of %v", v))
			}
		}
	}
}

// each calls do for 0 … n-1, on all processors. Calls one after the other share
// ratios to be filled.
func each(n int, do func(i int, r *ratios)) {
	procs := runtime.GOMAXPROCS(0)
	share := n/(8*procs) + 1 // there is little to wait for at the end
	var all errgroup.Group
	all.SetLimit(procs)
	for from := 0; from < n; from += share {
		all.Go(func() error {
			r := newRatios()
			for i := from; i < min(from+share, n); i++ {
				do(i, r)
			}
			return nil
		})
	}
	_ = all.Wait() // none fails
}

// clear says whether an interval so many times as wide, in logarithms, gives the
// verdict with that margin as well.
func (c *Comparison) clear(t test, margin, times float64) bool {
	if times == 1 {
		return true
	}
	wider := func(bound float64) float64 {
		if bound == c.Ratio.Mid {
			return bound // which may be 0 or infinite
		}
		return c.Ratio.Mid * math.Pow(bound/c.Ratio.Mid, times)
	}
	lo, hi := wider(c.Corrected.Lo), wider(c.Corrected.Hi)
	switch {
	case t.refutes && t.above:
		return lo > margin
	case t.refutes:
		return hi < 1/margin
	}
	return lo >= 1/margin && hi <= margin
}

// comparison makes the comparison of r's pair, but for what depends on others.
func comparison(r *ratios, known *uTests) Comparison {
	a, b := &r.a, &r.b
	least, most := min(a.Values[0], b.Values[0]), max(a.Values[len(a.Values)-1], b.Values[len(b.Values)-1])
	c := Comparison{A: medianOf(a), B: medianOf(b), Equal: least == most, Signed: least < 0}
	c.P, c.Benchstat = known.of(a, b, &r.dealing)
	if c.Ratio = unknown(r.n); c.Signed {
		c.Corrected = c.Ratio
	} else {
		c.Ratio = r.center().exp()
	}
	return c
}

// uTests remembers what was found of samples with equal values. It is what depends
// on nothing but how many values there are, which of them are equal, and the
// statistic; it takes as long as all the rest together.
type uTests struct {
	mu sync.Mutex
	p  map[string][2]float64
}

// of returns the p of the test of Mann and Whitney, and the one that benchstat has.
func (u *uTests) of(a, b *benchmath.Sample, d *dealing) (p, benchstats float64) {
	const most = 1 << 14
	n, m := len(a.Values), len(b.Values)
	byBenchmath := func() float64 { return min(1, benchmath.AssumeNothing.Compare(a, b).P) }
	if max(n, m) > exactPairsUpTo {
		p = byBenchmath() // by the normal limit
		return p, p
	}
	var buf [2*exactPairsUpTo + 1 + 2*binary.MaxVarintLen16]byte
	key, twice := tied(append(buf[:0], byte(n)), a.Values, b.Values)
	equal := key[1:]
	if len(equal) == n+m {
		p, _ = d.exactP(n, m, equal, twice)
		return p, p
	}
	key = binary.AppendUvarint(key, uint64(min(twice, 2*n*m-twice)))
	u.mu.Lock()
	both, ok := u.p[string(key)]
	u.mu.Unlock()
	if ok {
		return both[0], both[1]
	}
	p, known := d.exactP(n, m, equal, twice)
	switch {
	case !known:
		p = byBenchmath()
		benchstats = p
	case n == m:
		benchstats = p
	default:
		benchstats = byBenchmath()
	}
	u.mu.Lock()
	if len(u.p) < most {
		u.p[string(key)] = [2]float64{p, benchstats}
	}
	u.mu.Unlock()
	return p, benchstats
}

// holmP corrects each P for the number of them: the smallest counts as often as
// there are, the next once less, and none less than one before it.
func holmP(all []Comparison) {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(all[i].P, all[j].P) })
	least := 0.0
	for at, i := range order {
		least = max(least, min(1, float64(len(all)-at)*all[i].P))
		all[i].Holm = least
	}
}

// ratios are the logarithms of all B[j]/A[i]. They serve pair after pair.
type ratios struct {
	ordered
	a, b       benchmath.Sample // sorted
	logA, logB []float64        // ascending
	spare      []float64
	dealing    dealing
	sizes      [2]int // of the samples that the distribution is of
}

func newRatios() *ratios {
	r := new(ratios)
	r.a.Thresholds, r.b.Thresholds = &benchmath.DefaultThresholds, &benchmath.DefaultThresholds
	r.counted, r.within = r.atMostOf, r.between
	return r
}

// size finds the distribution for samples of n and m values.
func (r *ratios) size(n, m int) {
	if sizes := [2]int{n, m}; sizes != r.sizes {
		r.sizes, r.of = sizes, rankSum(n, m)
	}
}

// set makes them those of p.
func (r *ratios) set(p Pair) {
	const sortUpTo = 1024 // ratios, up to which sorting all of them is faster than looking for some
	r.a.Values, r.b.Values = append(r.a.Values[:0], p.A...), append(r.b.Values[:0], p.B...)
	slices.Sort(r.a.Values)
	slices.Sort(r.b.Values)
	logs := func(out, values []float64) []float64 {
		for _, v := range values {
			out = append(out, math.Log(v))
		}
		slices.Sort(out)
		return out
	}
	r.logA, r.logB = logs(r.logA[:0], r.a.Values), logs(r.logB[:0], r.b.Values)
	n, m := len(r.logA), len(r.logB)
	r.size(n, m)
	r.n, r.count, r.all = min(n, m), n*m, r.all[:0]
	r.least, r.most = r.log(0, n-1), r.log(m-1, 0)
	if r.count <= sortUpTo {
		for i := range r.logA {
			for j := range r.logB {
				r.all = append(r.all, r.log(j, i))
			}
		}
		r.all, r.spare = mergeRuns(r.all, r.spare, m)
	}
}

// mergeRuns sorts numbers that ascend in runs of n. It returns them and memory to
// be used again, which are all and spare in any order.
func mergeRuns(all, spare []float64, n int) (sorted, other []float64) {
	for ; n < len(all); n *= 2 {
		spare = spare[:0]
		for rest := all; len(rest) > 0; {
			a, b := rest[:min(n, len(rest))], rest[min(n, len(rest)):min(2*n, len(rest))]
			rest = rest[len(a)+len(b):]
			for len(a) > 0 && len(b) > 0 {
				if b[0] < a[0] {
					spare, b = append(spare, b[0]), b[1:]
				} else {
					spare, a = append(spare, a[0]), a[1:]
				}
			}
			spare = append(append(spare, a...), b...)
		}
		all, spare = spare, all
	}
	return all, spare
}

// log returns a ratio's logarithm. That of two zeros is 0: they are the same.
func (r *ratios) log(j, i int) float64 {
	d := r.logB[j] - r.logA[i]
	if math.IsNaN(d) {
		return 0
	}
	return d
}

// atMostOf counts the ratios. They ascend with j and descend with i, zeros among
// them too.
func (r *ratios) atMostOf(x float64) int {
	n, j := 0, 0
	for i := range r.logA {
		for j < len(r.logB) && r.log(j, i) <= x {
			j++
		}
		n += j
	}
	return n
}

// between appends the ratios above lo and at most hi.
func (r *ratios) between(out []float64, lo, hi float64) []float64 {
	from := 0
	for i := range r.logA {
		for from < len(r.logB) && r.log(from, i) <= lo {
			from++
		}
		for j := from; j < len(r.logB) && r.log(j, i) <= hi; j++ {
			out = append(out, r.log(j, i))
		}
	}
	return out
}
