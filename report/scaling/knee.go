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
	n := len(rates)
	if n < kneeRates || rates[0].G != 1 {
		return 0
	}
	one, top := rates[0].Throughput.Mid, 0
	for i, r := range rates {
		if !(r.Throughput.Mid > 0) || math.IsInf(r.Throughput.Mid, 1) {
			return 0
		}
		if r.Throughput.Mid > rates[top].Throughput.Mid {
			top = i
		}
	}
	if rates[n-2].grows(rates[n-1]) {
		return 0
	}
	plateau := rates[top].Throughput.Mid
	for _, r := range rates[:top] {
		if r.Throughput.Mid < kneeSharper*min(one*float64(r.G), plateau) {
			return 0
		}
	}
	knee := plateau / one
	if knee > float64(rates[n-1].G) {
		return 0
	}
	return knee
}

// grows says whether the step from r to next brings at least kneeStep of what
// linear growth would.
func (r Rate) grows(next Rate) bool {
	linear := float64(next.G)/float64(r.G) - 1
	return next.Throughput.Mid/r.Throughput.Mid-1 >= kneeStep*linear
}
