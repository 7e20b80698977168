package round

import (
	"fmt"
	"math/rand/v2"

	"conpar/results"
)

// unit is what one process measures in a round: one cell or, of those that are
// together, several.
type unit struct {
	round int
	cells []results.PlannedCell
}

func (u unit) String() string {
	if len(u.cells) == 1 {
		return u.cells[0].Cell
	}
	return fmt.Sprintf("%s: %d cells", u.cells[0].ShareProcess, len(u.cells))
}

func samplesOf(units []unit) int {
	n := 0
	for _, u := range units {
		n += len(u.cells)
	}
	return n
}

// todo returns what the run lacks, round by round, each round in its own
// order.
func todo(run results.Run) [][]unit {
	type key struct {
		round int
		cell  string
	}
	have := map[key]bool{}
	for _, s := range run.Samples {
		have[key{s.Round, s.Cell}] = true
	}
	cells := map[string]results.PlannedCell{}
	for _, c := range run.Plan.Cells {
		cells[c.Cell] = c
	}
	var rounds [][]unit
	for n, due := range run.Plan.Due() {
		together := make([]string, len(due))
		for i, cell := range due {
			together[i] = cells[cell].ShareProcess
		}
		var units []unit
		for _, group := range order(run.Plan.Seed, n, together) {
			u := unit{round: n}
			for _, i := range group {
				if !have[key{n, due[i]}] {
					u.cells = append(u.cells, cells[due[i]])
				}
			}
			if len(u.cells) > 0 {
				units = append(units, u)
			}
		}
		if len(units) > 0 {
			rounds = append(rounds, units)
		}
	}
	return rounds
}

// order returns the order in which a round measures its cells, of each of
// which it is told with which others it is together: the units, and in them
// the cells by index. It is a permutation of both that the seed and the round
// determine.
func order(seed uint64, round int, together []string) [][]int {
	units := group(together)
	rng := rand.New(rand.NewPCG(seed, uint64(round)))
	rng.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	for _, u := range units {
		rng.Shuffle(len(u), func(i, j int) { u[i], u[j] = u[j], u[i] })
	}
	return units
}

// group returns the indices of what is together, in the order in which each
// group begins.
func group(together []string) [][]int {
	var units [][]int
	at := map[string]int{}
	for i, name := range together {
		if u, ok := at[name]; ok && name != "" {
			units[u] = append(units[u], i)
			continue
		}
		at[name] = len(units)
		units = append(units, []int{i})
	}
	return units
}
