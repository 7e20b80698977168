package stats

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"golang.org/x/perf/benchmath"
)

// Pair is two samples that no round joins: of two runs, machines or commits.
// Each has at least one value; all are finite and none is negative.
type Pair struct{ A, B []float64 }

// Difference says how B compares with A.
type Difference string

const (
	Higher    Difference = "higher"    // by more than the margin
	Lower     Difference = "lower"     // likewise
	Same      Difference = "same"      // equivalent: within the margin
	Undecided Difference = "undecided" // too few values, or too much noise, for either
)

// Comparison is what two samples say together.
type Comparison struct {
	A, B Interval // medians, as [Median] returns them
	// Ratio is the typical B/A with its interval, whose bounds are NaN where
	// there are too few values. Where A has zeros it may be infinite.
	Ratio Interval
	// Corrected is Ratio with the bounds that decide, at the level at which the
	// pair was tested; they are 0 and +Inf where so few values have none.
	Corrected Interval
	P         float64 // of the Mann–Whitney test, two-sided: what benchstat prints, but never above 1
	Holm      float64 // P, corrected by Holm (1979) for the number of pairs
	Equal     bool    // all values of both are the same one; the test cannot be made, and P is 1 as benchstat has it
	// Correlated says that samples resemble those before them, so that the
	// verdict had to stand with an interval twice as wide.
	Correlated bool
	Verdict    Difference
}

// Compare compares unpaired samples together, such that the chance of any wrong
// verdict among them is [WrongVerdicts]. The margin is the smallest difference
// that counts, as a share: with 0.03, ratios from 1/1.03 to 1.03 count as the
// same, so that swapping A and B mirrors every verdict.
//
// P is that of the test of Mann and Whitney (1947) of whether the two differ at
// all, computed by benchmath, as benchstat does. The ratio is the estimate of
// Hodges and Lehmann (1963) for two samples: the median of B[j]/A[i] over all i
// and j. Its interval is bounded by the order statistics of those ratios that
// the same test would not reject, as Moses found (Hollander, Wolfe, Chicken:
// Nonparametric Statistical Methods, 4.2–4.3).
//
// Verdicts are made as in [Decide], with those ratios in the place of Walsh
// averages. A pair is Higher or Lower if the ratio is tested to lie beyond the
// margin, with p doubled as it may err on either side, and if moreover Holm is
// below WrongVerdicts. It is the Same if the ratio is tested to lie above the
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
// unseen: whoever can measures the two in turns.
func Compare(pairs []Pair, margin float64) []Comparison {
	if !(margin >= 0) || math.IsInf(margin, 1) {
		panic(fmt.Sprintf("stats.Compare: a margin of %v", margin))
	}
	out := make([]Comparison, len(pairs))
	tests := make([]pairTest, len(pairs))
	for _, p := range pairs {
		p.check()
	}
	known := uTests{p: map[string]float64{}}
	each(len(pairs), func(i int, r *ratios) {
		r.set(pairs[i])
		out[i], tests[i] = comparison(r, &known), newPairTest(r, math.Log1p(margin))
	})
	holmP(out)
	decidePairs(tests)
	resemble := correlated(pairs)
	each(len(pairs), func(i int, r *ratios) {
		// Once more, as to keep them would take ten times as much as the samples.
		r.set(pairs[i])
		c, t := &out[i], tests[i]
		c.Corrected, c.Correlated = r.interval(t.tail), resemble
		if t.decided && (t.likely == Same || c.Holm < WrongVerdicts) && (!resemble || c.clear(t.likely, 1+margin)) {
			c.Verdict = t.likely
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
			if !(v >= 0) || math.IsInf(v, 1) {
				panic(fmt.Sprintf("stats.Compare: a value of %v", v))
			}
		}
	}
}

// each calls do for 0 … n-1, on all processors, each with ratios of its own to
// be filled.
func each(n int, do func(i int, r *ratios)) {
	const share = 64 // fewer are not worth a goroutine
	var next atomic.Int64
	work := func() {
		var r ratios
		for from := int(next.Add(share)) - share; from < n; from = int(next.Add(share)) - share {
			for i := from; i < min(from+share, n); i++ {
				do(i, &r)
			}
		}
	}
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/share) - 1 {
		all.Go(work)
	}
	work()
	all.Wait()
}

// correlated says whether samples resemble those before them, each sample of a
// pair being a line.
func correlated(pairs []Pair) bool {
	n := 0
	for _, p := range pairs {
		n += len(p.A) + len(p.B)
	}
	return n >= minForSerial && serialCorrelation(func(yield func([]float64) bool) {
		for _, p := range pairs {
			if !yield(p.A) || !yield(p.B) {
				return
			}
		}
	}) > MaxSerialCorrelation
}

// clear says whether an interval twice as wide, in logarithms, gives the verdict
// with that margin as well.
func (c *Comparison) clear(d Difference, margin float64) bool {
	wider := func(bound float64) float64 {
		if bound == c.Ratio.Mid {
			return bound // which may be 0 or infinite
		}
		return bound * bound / c.Ratio.Mid
	}
	lo, hi := wider(c.Corrected.Lo), wider(c.Corrected.Hi)
	switch d {
	case Higher:
		return lo > margin
	case Lower:
		return hi < 1/margin
	}
	return lo >= 1/margin && hi <= margin
}

// comparison makes the comparison of r's pair, but for what depends on others.
func comparison(r *ratios, known *uTests) Comparison {
	a := benchmath.NewSample(r.sorted.A, &benchmath.DefaultThresholds)
	b := benchmath.NewSample(r.sorted.B, &benchmath.DefaultThresholds)
	least, most := min(a.Values[0], b.Values[0]), max(a.Values[len(a.Values)-1], b.Values[len(b.Values)-1])
	c := Comparison{A: medianOf(a), B: medianOf(b), P: min(1, known.of(a, b)), Equal: least == most, Verdict: Undecided}
	c.Ratio = r.interval((1 - Confidence) / 2)
	if c.Ratio.Lo == 0 && math.IsInf(c.Ratio.Hi, 1) && r.order((1-Confidence)/2) == 0 {
		c.Ratio.Lo, c.Ratio.Hi = math.NaN(), math.NaN()
	}
	return c
}

// uTests remembers what benchmath said of samples. It is what depends on nothing
// but how many values there are, which of them are equal, and the statistic;
// where some are equal it takes benchmath as long as all the rest together.
type uTests struct {
	mu sync.Mutex
	p  map[string]float64
}

// of returns the p of the test of Mann and Whitney, as benchmath has it.
func (u *uTests) of(a, b *benchmath.Sample) float64 {
	if max(len(a.Values), len(b.Values)) > exactPairsUpTo {
		return benchmath.AssumeNothing.Compare(a, b).P // by the normal limit
	}
	const most = 1 << 16
	var buf [2*exactPairsUpTo + 1 + 2*binary.MaxVarintLen16]byte
	key := uTestKey(buf[:0], a.Values, b.Values)
	u.mu.Lock()
	p, ok := u.p[string(key)]
	u.mu.Unlock()
	if !ok {
		p = benchmath.AssumeNothing.Compare(a, b).P
		u.mu.Lock()
		if len(u.p) < most {
			u.p[string(key)] = p
		}
		u.mu.Unlock()
	}
	return p
}

// uTestKey appends what the test of two sorted samples depends on: how many are
// of a, how many are equal to each other, from the smallest on, and twice the
// statistic, which is the smaller one of the two that there are.
func uTestKey(key []byte, a, b []float64) []byte {
	key = append(key, byte(len(a)))
	i, j, twice := 0, 0, 0
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
		key = append(key, byte(i-fromA+j-fromB))
	}
	return binary.AppendUvarint(key, uint64(min(twice, 2*len(a)*len(b)-twice)))
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

// pairTest is a pair under test.
type pairTest struct {
	likely  Difference // the verdict that it is tested for
	p       float64    // one-sided, of likely
	ways    float64    // on how many sides likely could be wrong
	tail    float64    // the level of either side after the correction
	decided bool
}

func newPairTest(r *ratios, margin float64) pairTest {
	below, above := r.below(-margin), r.count()-r.atMost(margin)
	t := pairTest{likely: Same, p: r.p(max(below, above)), ways: 1}
	for _, other := range []struct {
		verdict Difference
		against int // ratios that speak against it
	}{{Higher, r.count() - above}, {Lower, r.count() - below}} {
		if p := r.p(other.against); p < t.p {
			t.likely, t.p, t.ways = other.verdict, p, 2
		}
	}
	return t
}

// decidePairs is Holm's procedure, as of lines.
func decidePairs(tests []pairTest) {
	order := make([]*pairTest, len(tests))
	for i := range tests {
		order[i] = &tests[i]
	}
	slices.SortStableFunc(order, func(a, b *pairTest) int { return cmp.Compare(a.ways*a.p, b.ways*b.p) })
	left := len(tests)
	failed := false
	for _, t := range order {
		t.tail = min(WrongVerdicts/float64(left)/t.ways, (1-Confidence)/2)
		failed = failed || t.p > t.tail
		if !failed {
			t.decided = true
			left--
		}
	}
}

// ratios are the logarithms of all B[j]/A[i], ascending. Many of them are not
// made: those of two samples of 10,000 values would take 800 MB.
type ratios struct {
	sorted Pair
	a, b   []float64 // logarithms, ascending
	all    []float64 // empty if they are more than sortRatiosUpTo
}

// sortRatiosUpTo is the number of ratios up to which sorting all of them is
// faster than looking for those few that are asked for.
const sortRatiosUpTo = 1024

// set makes them those of p.
func (r *ratios) set(p Pair) {
	r.sorted.A, r.sorted.B = append(r.sorted.A[:0], p.A...), append(r.sorted.B[:0], p.B...)
	slices.Sort(r.sorted.A)
	slices.Sort(r.sorted.B)
	logs := func(out, values []float64) []float64 {
		for _, v := range values {
			out = append(out, math.Log(v))
		}
		slices.Sort(out)
		return out
	}
	r.a, r.b, r.all = logs(r.a[:0], r.sorted.A), logs(r.b[:0], r.sorted.B), r.all[:0]
	if r.count() <= sortRatiosUpTo {
		for i := range r.a {
			for j := range r.b {
				r.all = append(r.all, r.of(j, i))
			}
		}
		slices.Sort(r.all)
	}
}

// of returns a ratio's logarithm. That of two zeros is 0: they are the same.
func (r *ratios) of(j, i int) float64 {
	if r.a[i] == r.b[j] {
		return 0
	}
	return r.b[j] - r.a[i]
}

func (r *ratios) count() int { return len(r.a) * len(r.b) }

// atMost returns how many are at most x. They ascend with j and descend with i,
// zeros among them too.
func (r *ratios) atMost(x float64) int {
	if len(r.all) > 0 {
		return sort.Search(len(r.all), func(i int) bool { return r.all[i] > x })
	}
	n, j := 0, 0
	for i := range r.a {
		for j < len(r.b) && r.of(j, i) <= x {
			j++
		}
		n += j
	}
	return n
}

func (r *ratios) below(x float64) int { return r.atMost(math.Nextafter(x, math.Inf(-1))) }

// kth returns the k-th smallest, k from 1; where they are many, by halving the
// range of floats.
func (r *ratios) kth(k int) float64 {
	if len(r.all) > 0 {
		return r.all[k-1]
	}
	return bisect(r.of(0, len(r.a)-1), r.of(len(r.b)-1, 0), func(x float64) bool { return r.atMost(x) >= k })
}

// interval returns the median ratio with the bounds beyond which the typical
// one lies with a chance of at most tail on either side.
func (r *ratios) interval(tail float64) Interval {
	n := r.count()
	// Halved first, as the logarithms of zeros are infinite.
	mid := r.kth((n + 1) / 2)
	if upper := r.kth(n/2 + 1); upper != mid {
		mid = mid/2 + upper/2
	}
	out := Interval{Mid: math.Exp(mid), Lo: 0, Hi: math.Inf(1), N: min(len(r.a), len(r.b))}
	if k := r.order(tail); k > 0 {
		out.Lo, out.Hi = math.Exp(r.kth(k)), math.Exp(r.kth(n-k+1))
	}
	return out
}

// The Mann–Whitney statistic of up to this many values on either side has its
// exact distribution here, as in benchmath; above, the normal limit is as good.
const exactPairsUpTo = 50

// p returns the chance that no more than k ratios lie on the one side of the
// typical one.
func (r *ratios) p(k int) float64 {
	n, m := len(r.a), len(r.b)
	if max(n, m) > exactPairsUpTo {
		mean, sd := rankSumNormal(n, m)
		return math.Erfc((mean-float64(k)-0.5)/(sd*math.Sqrt2)) / 2
	}
	return rankSum(n, m)[k]
}

// order returns the largest k such that the typical ratio lies below the k-th
// smallest, or above the k-th largest, with a chance of at most tail.
func (r *ratios) order(tail float64) int {
	n, m := len(r.a), len(r.b)
	if max(n, m) > exactPairsUpTo {
		mean, sd := rankSumNormal(n, m)
		return max(0, int(math.Floor(mean-normalQuantile(tail)*sd+0.5)))
	}
	p := rankSum(n, m)
	k, _ := slices.BinarySearchFunc(p, tail, func(p, tail float64) int {
		if p <= tail {
			return -1
		}
		return 1
	})
	return k
}

func rankSumNormal(n, m int) (mean, sd float64) {
	a, b := float64(n), float64(m)
	return a * b / 2, math.Sqrt(a * b * (a + b + 1) / 12)
}

// rankSums holds what rankSum has computed, by the two numbers of values.
var rankSums sync.Map

// rankSum returns the distribution of the Mann–Whitney statistic of n and m
// values without ties: element u is the chance that in at most u of the n·m
// pairs the one of the n is the larger. The largest of all is one of the n with
// the chance n/(n+m), and then larger than all m.
func rankSum(n, m int) []float64 {
	if p, ok := rankSums.Load([2]int{n, m}); ok {
		return p.([]float64)
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
	p := rows[m]
	for u := 1; u < len(p); u++ {
		p[u] += p[u-1]
	}
	rankSums.Store([2]int{n, m}, p)
	return p
}
