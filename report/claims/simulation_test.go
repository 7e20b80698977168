//go:build system

package claims_test

import "testing"

// Any verdict is wrong in at most 5% of reports, with every line on its bound.
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
			wrong, whole := w.wrongReports(s, uint64(i), 1000)
			t.Logf("wrong: %v; against the whole run %v", wrong, whole)
			if wrong.upper() > 0.06 {
				t.Errorf("wrong: %v, want at most 5%%", wrong)
			}
		})
	}
}
