package round

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"conpar/results"
)

// processGroup is what one process measures in a round: one cell, or several
// that share a process.
type processGroup struct {
	round int
	cells []results.PlannedCell
}

func (g processGroup) String() string {
	if len(g.cells) == 1 {
		return g.cells[0].Cell
	}
	return fmt.Sprintf("%s: %d cells", g.cells[0].ShareProcess, len(g.cells))
}

// cellsOf returns the names of the cells of rounds.
func cellsOf(rounds ...[]processGroup) (names []string) {
	for _, g := range slices.Concat(rounds...) {
		for _, c := range g.cells {
			names = append(names, c.Cell)
		}
	}
	return names
}

// todo returns what the run lacks, round by round, each in its own order.
func todo(run results.Run) [][]processGroup {
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
	var rounds [][]processGroup
	for n, due := range run.Plan.Due() {
		shared := make([]string, len(due))
		for i, cell := range due {
			shared[i] = cells[cell].ShareProcess
		}
		var groups []processGroup
		for _, indices := range order(run.Plan.Seed, n, shared) {
			g := processGroup{round: n}
			for _, i := range indices {
				if !have[key{n, due[i]}] {
					g.cells = append(g.cells, cells[due[i]])
				}
			}
			if len(g.cells) > 0 {
				groups = append(groups, g)
			}
		}
		if len(groups) > 0 {
			rounds = append(rounds, groups)
		}
	}
	return rounds
}

// order returns the order in which a round measures its cells: groups of indices,
// one for each process. shared is each cell's [results.PlannedCell.ShareProcess].
// The seed and the round shuffle both the groups and the cells in them.
func order(seed uint64, round int, shared []string) [][]int {
	groups := group(shared)
	rng := rand.New(rand.NewPCG(seed, uint64(round)))
	rng.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	for _, g := range groups {
		rng.Shuffle(len(g), func(i, j int) { g[i], g[j] = g[j], g[i] })
	}
	return groups
}

// group returns the indices of the cells that share a process, in the order in
// which each group begins.
func group(shared []string) [][]int {
	var groups [][]int
	at := map[string]int{}
	for i, name := range shared {
		if g, ok := at[name]; ok && name != "" {
			groups[g] = append(groups[g], i)
			continue
		}
		at[name] = len(groups)
		groups = append(groups, []int{i})
	}
	return groups
}
