package scaling

import "math"

// The rule by which a throughput has flattened. It was fixed before any run.
const (
	kneeRates   = 3   // numbers of goroutines below which growth and plateau cannot both be seen
	kneeStep    = 0.5 // of linear growth, below which the last step counts as flat
	kneeSharper = 0.5 // of min(X(1)·G, plateau), below which there is no bend but a gradual slope
)

// Knee returns the number of goroutines from which on more of them bring no
// more, for a sweep as [Throughput] returns it: where linear growth X(1)·G
// crosses the plateau, which is the best median throughput. A sweep of
// goroutines over a fixed number of processors follows min(N/R, cap), the
// asymptotic bounds of a closed system (Denning and Buzen, 1978), not the USL.
//
// It returns 0 where the throughput does not flatten within the sweep:
//
//   - with one goroutine, or with fewer than three numbers of them, nothing was measured;
//   - the last step grew by at least half of what linear growth would have;
//   - on the way to its best the throughput stays below half of min(X(1)·G,
//     plateau). The softest knee known, the hyperbola G/(1+G/K), just reaches
//     half of it at its knee K; what stays lower, such as √G, grows at the
//     same pace everywhere and bends nowhere;
//   - the crossing lies beyond the most goroutines that were measured.
//
// So a knee always lies between 1 and the largest G of the sweep. It need not
// be a whole number: 1.3 says that a second goroutine is worth a third of the
// first.
func Knee(rates []Rate) float64 {
	n, x := make([]float64, len(rates)), make([]float64, len(rates))
	for i, r := range rates {
		n[i], x[i] = float64(r.G), r.Throughput.Mid
	}
	return kneeOf(n, x)
}

// kneeOf is Knee of throughputs x with n.
func kneeOf(n, x []float64) float64 {
	last := len(n) - 1
	if len(n) < kneeRates || n[0] != 1 {
		return 0
	}
	top := 0
	for i, v := range x {
		if !(v > 0) || math.IsInf(v, 1) {
			return 0
		}
		if v > x[top] {
			top = i
		}
	}
	if x[last]/x[last-1]-1 >= kneeStep*(n[last]/n[last-1]-1) {
		return 0 // still growing
	}
	for i := range top {
		if x[i] < kneeSharper*min(x[0]*n[i], x[top]) {
			return 0
		}
	}
	knee := x[top] / x[0]
	if knee > n[last] {
		return 0
	}
	return knee
}
