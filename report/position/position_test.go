package position_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"conpar/report/position"
)

// run plays a run of shuffled rounds whose samples near in time err alike. A sample is
// slower by late at the end of its round, and by after where one of kind 1 came before it.
func run(seed uint64, late, after float64) (rounds [][]position.Sample) {
	const cells, n = 60, 16
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		round := make([]position.Sample, cells)
		near, last := 0.0, -1
		for place, cell := range rng.Perm(cells) {
			near = 0.9*near + rng.NormFloat64()
			value := 100 + float64(cell) + near + 2*rng.NormFloat64() + late*float64(place)/cells
			if last%4 == 1 {
				value += after
			}
			round[place] = position.Sample{Cell: fmt.Sprint(cell), Kind: fmt.Sprint(cell % 4), Value: value}
			last = cell
		}
		rounds = append(rounds, round)
	}
	return rounds
}

func TestPosition(t *testing.T) {
	const runs = 200
	for name, test := range map[string]struct {
		late, after   float64
		place, before [2]int // in how many of the runs at least, and at most, a chance is below 5%
	}{
		"nothing":         {0, 0, [2]int{0, 20}, [2]int{0, 20}},
		"its place":       {3, 0, [2]int{150, 200}, [2]int{0, 20}},
		"what came first": {0, 1.5, [2]int{0, 20}, [2]int{150, 200}},
	} {
		place, before := 0, 0
		for seed := range runs {
			r := position.Of(run(uint64(seed), test.late, test.after))
			if r.Place < 0.05 {
				place++
			}
			if r.Before < 0.05 {
				before++
			}
		}
		t.Logf("%s: place %d, before %d of %d", name, place, before, runs)
		if place < test.place[0] || place > test.place[1] || before < test.before[0] || before > test.before[1] {
			t.Errorf("%s: place %d, before %d of %d", name, place, before, runs)
		}
	}
}

// Late is as large as it can be where all values ascend within their rounds.
func TestLate(t *testing.T) {
	if r := position.Of(run(1, 1e6, 0)); r.Late < 0.9 || r.Late > 1.1 || r.Place > 0.01 {
		t.Errorf("%+v", r)
	}
	if r := position.Of(run(1, -1e6, 0)); r.Late > -0.9 {
		t.Errorf("%+v", r)
	}
}

func TestNothingToTest(t *testing.T) {
	for name, rounds := range map[string][][]position.Sample{
		"nothing": nil, "one cell": {{{Cell: "a"}}, {{Cell: "a"}}}, "few rounds": run(1, 1e6, 0)[:5],
	} {
		if r := position.Of(rounds); r.Place != 1 || r.Before != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	equal := run(1, 0, 0)
	for _, round := range equal {
		for i := range round {
			round[i].Value = 7
		}
	}
	if r := position.Of(equal); r.Place < 1 || r.Before < 1 {
		t.Errorf("equal values: %+v", r)
	}
}
