//go:build system

package fit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"conpar/report/scaling/fit"
	"conpar/report/stats"
)

// coverage counts how often an interval holds the truth.
type coverage struct {
	what              string
	covers, known, of int
}

func (c *coverage) add(lo, hi float64, known bool, truth float64) {
	c.of++
	if known {
		c.known++
		if lo <= truth && truth <= hi {
			c.covers++
		}
	}
}

// within holds the fraction to 93 to 97%, up to most where the interval has only
// one end; of few trials to what chance allows around that.
func (c *coverage) within(t *testing.T, most float64) {
	t.Helper()
	share := float64(c.covers) / float64(c.of)
	slack := 0.0
	if c.of < 1000 {
		slack = 3 * math.Sqrt(.05*.95/float64(c.of))
	}
	t.Logf("%s: covers %.1f%% of %d", c.what, 100*share, c.of)
	if share < .93-slack || share > most+slack {
		t.Errorf("%s: covers %.1f%%", c.what, 100*share)
	}
}

const oneSided = .985

// The intervals of Student's t cover 95% of cases, whether κ is far from its
// bound, near it, or on it. On the bound the interval of κ has one end only,
// and covers 97.5%.
func TestStudentCovers(t *testing.T) {
	for _, n := range []int{4, 8, 16, 64} {
		for _, kappa := range []float64{.005, .0005, 0} {
			for _, of := range []struct {
				on   fit.Scale
				free bool
			}{{fit.LnX, false}, {fit.LnX, true}, {fit.X, false}, {fit.X, true}} {
				t.Run(fmt.Sprintf("points=%d/κ=%v/%s/free=%v", n, kappa, of.on, of.free), func(t *testing.T) {
					t.Parallel()
					rng := rand.New(rand.NewPCG(1, uint64(n)))
					c := [3]coverage{{what: "λ"}, {what: "σ"}, {what: "κ"}}
					peak := coverage{what: "peak"}
					for range 2000 {
						points := on(law(100, .05, kappa), grid(n)...)
						for i := range points {
							if of.on == fit.X {
								points[i].X += 3 * rng.NormFloat64()
							} else {
								points[i].X *= math.Exp(.02 * rng.NormFloat64())
							}
						}
						k := find(t, fit.Laws(points, 0), fit.USL, of.on, !of.free)
						for i, p := range []stats.Interval{k.Lambda, k.Sigma, k.Kappa} {
							c[i].add(p.Lo, p.Hi, p.Known(), []float64{100, .05, kappa}[i])
						}
						if kappa == .005 && n >= 16 { // fewer points have no bounded one
							lo, hi := fit.PeakInterval(&k)
							peak.add(lo, hi, !math.IsNaN(lo), math.Sqrt(.95/kappa))
						}
					}
					if peak.of > 0 {
						peak.within(t, .97)
					}
					for i := range c {
						if c[i].what == "κ" && kappa == 0 && !of.free {
							c[i].within(t, oneSided)
						} else {
							c[i].within(t, .97)
						}
					}
				})
			}
		}
	}
}

// So do those of rounds, though samples of a round and of a cell share their
// noise: 1% of each round, 1% of each cell, and 1% of their own.
func TestBootstrapCovers(t *testing.T) {
	for _, n := range []int{4, 8, 16, 64} {
		for _, kappa := range []float64{.005, 0} {
			t.Run(fmt.Sprintf("points=%d/κ=%v", n, kappa), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(2, uint64(n)))
				c := [3]coverage{{what: "λ"}, {what: "σ"}, {what: "κ"}}
				count := 1000
				if n == 64 {
					count = 400
				}
				for range count {
					s := rounds(rng, grid(n), 10, law(100, .05, kappa), .014)
					for _, row := range s.X {
						shared := math.Exp(.01 * rng.NormFloat64())
						for i := range row {
							row[i] *= shared
						}
					}
					b := fit.Refit(s, fit.USL, 0, 400)
					for i, r := range []stats.Interval{b.Lambda, b.Sigma, b.Kappa} {
						c[i].add(r.Lo, r.Hi, r.Known(), []float64{100, .05, kappa}[i])
					}
				}
				for i := range c {
					if c[i].what == "κ" && kappa == 0 {
						c[i].within(t, oneSided)
					} else {
						c[i].within(t, .97)
					}
				}
			})
		}
	}
}

// What rounds are for: where a cell's samples share 1%, Student's t over all
// samples covers far too little.
func TestSamplesOfACellAreNotIndependent(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	c := coverage{what: "σ"}
	for range 1000 {
		s := rounds(rng, grid(8), 10, law(100, .05, .005), .01)
		for i := range s.N {
			shared := math.Exp(.01 * rng.NormFloat64())
			for _, row := range s.X {
				row[i] *= shared
			}
		}
		k := find(t, fit.Laws(s.Points(), 0), fit.USL, fit.LnX, true)
		c.add(k.Sigma.Lo, k.Sigma.Hi, k.Sigma.Known(), .05)
	}
	t.Logf("covers %d of %d", c.covers, c.of)
	if float64(c.covers) > .75*float64(c.of) {
		t.Errorf("covers %d of %d", c.covers, c.of)
	}
}

// Where there is no peak, one is claimed in at most 2.5% of cases: that of the
// upper end of a 95% interval.
func TestFalsePeaks(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	claimed, count := 0, 4000
	for range count {
		points := on(law(100, .05, 0), 1, 2, 4, 8, 16, 32)
		for i := range points {
			points[i].X *= math.Exp(.02 * rng.NormFloat64())
		}
		if find(t, fit.Laws(points, 0), fit.USL, fit.LnX, true).Peak != nil {
			claimed++
		}
	}
	share := float64(claimed) / float64(count)
	t.Logf("%.2f%% of %d", 100*share, count)
	if share > .025+3*math.Sqrt(.025/float64(count)) {
		t.Errorf("%.2f%% of %d", 100*share, count)
	}
}
