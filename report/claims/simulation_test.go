//go:build system

package claims_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"conpar/report/claims"
	"conpar/report/stats"
)

// A thousand reports take minutes: go test -tags system -run Looks ./report/claims -reports 1000
var reports = flag.Int("reports", 200, "of each simulated scenario")

// Any verdict is wrong in at most 5% of reports, with every line on its bound: surely
// in at most 6% of a thousand, and in not surely more than 5% of fewer.
func TestWrongReportsOfLooks(t *testing.T) {
	w, looks := newWorld(), asDesigned()
	for i, s := range []scenario{
		{name: "normal", noise: normalNoise},
		{name: "lognormal", noise: lognormalNoise},
		{name: "bimodal", noise: bimodalNoise},
		{name: "disturbed", noise: disturbedNoise},
		{name: "one-sided", noise: disturbedNoise, oneSided: true},
		{name: "normal, drift", noise: normalNoise, drift: 0.03},
		{name: "normal, falling", noise: normalNoise, drift: -0.03},
		{name: "lognormal, drift", noise: lognormalNoise, drift: 0.03},
		{name: "bimodal, drift", noise: bimodalNoise, drift: 0.03},
		{name: "one-sided, drift", noise: disturbedNoise, oneSided: true, drift: 0.03},
		{name: "correlated .1", noise: normalNoise, rho: 0.1},
		{name: "correlated .2", noise: normalNoise, rho: 0.2},
		{name: "normal, four of five clear", noise: normalNoise, clear: true},
		{name: "one-sided, four of five clear", noise: disturbedNoise, oneSided: true, clear: true},
		{name: "correlated .1, four of five clear", noise: normalNoise, rho: 0.1, clear: true},
		{name: "correlated .2, four of five clear", noise: normalNoise, rho: 0.2, clear: true},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.looks = looks
			wrong, whole := w.wrongReports(s, uint64(i), *reports)
			t.Logf("wrong: %v; against the whole run %v", wrong, whole)
			if lower := 2*wrong.value() - wrong.upper(); lower > 0.05 || *reports >= 1000 && wrong.upper() > 0.06 {
				t.Errorf("wrong: %v, want at most 5%%", wrong)
			}
		})
	}
}

// Intervals cover the truth at every distance from the bound, over all looks: those
// at 95% in 93 to 97% of cases. Printed are those of the looks, which cover no less,
// also where lines stop early near their bound, where those at 95% do not.
func TestCoverageOfLooks(t *testing.T) {
	w, looks := newWorld(), asDesigned()
	distances := []float64{0, 0.2, 0.4, 0.6, 0.8, 1, 1.3, 2} // in standard deviations
	for i, s := range []scenario{
		{name: "normal", noise: normalNoise},
		{name: "lognormal", noise: lognormalNoise},
		{name: "bimodal", noise: bimodalNoise},
		{name: "disturbed", noise: disturbedNoise},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.looks = looks
			plain, printed, early := w.coverage(s, distances, uint64(i), max(500, *reports/4))
			for k, d := range distances {
				t.Logf("%.1f standard deviations from the bound: 95%% intervals cover %v, printed ones %v, "+
					"of lines that stopped early %v", d, plain[k], printed[k], early[k])
				if up := plain[k].upper(); up < 0.93 || 2*plain[k].value()-up > 0.97 { // the ends of what was simulated
					t.Errorf("%.1f standard deviations from the bound: 95%% intervals cover %v", d, plain[k])
				}
				if v := printed[k].value(); v < plain[k].value() {
					t.Errorf("%.1f standard deviations from the bound: printed intervals cover %v", d, printed[k])
				}
			}
		})
	}
}

// coverage returns by distance how often the intervals at 95% of the rounds that a
// verdict rests on cover the truth, how often the printed ones do, and of these those
// of lines that stopped early. Ratios of two cells are looked at, a third of them at
// some distance from their bound and the others far from it.
func (w world) coverage(s scenario, distances []float64, seed uint64, reports int) (plain, printed, early []share) {
	plain, printed, early = make([]share, len(distances)), make([]share, len(distances)), make([]share, len(distances))
	rng := rand.New(rand.NewPCG(seed, 2))
	noise := make([]float64, 10_000)
	for i := range noise {
		noise[i] = 1 + s.noise(rng) - s.noise(rng)
	}
	sd := stats.Spread(noise)
	for range reports {
		all := slices.Clone(w.claims)
		for k := range all {
			bound := -float64(clearOf)
			if k%3 == 0 {
				bound = -sd * distances[k/3%len(distances)]
			}
			all[k].Holds = claims.Region{Lo: math.Exp(bound), Hi: math.Inf(1)}
		}
		figures := w.draw(rng, s)
		for k, v := range claims.JudgeClaims(w.source(figures, s.looks, 0), all) {
			at := w.at[k]
			if k%3 != 0 || len(at) != 2 {
				continue
			}
			ratios := make([]float64, v.Rounds)
			for i := range ratios {
				ratios[i] = figures[at[0]][i] - figures[at[1]][i]
			}
			d, own := k/3%len(distances), stats.HodgesLehmann(ratios)
			covers := v.Measured.Lo <= 1 && v.Measured.Hi >= 1
			plain[d].add(own.Lo <= 0 && own.Hi >= 0)
			printed[d].add(covers)
			if v.Early {
				early[d].add(covers)
			}
		}
	}
	return plain, printed, early
}
