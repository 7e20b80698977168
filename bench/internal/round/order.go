package round

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"conpar/results"
	"conpar/results/gotest"
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
		shared, pairs := make([]string, len(due)), make([]string, len(due))
		for i, cell := range due {
			shared[i] = cells[cell].ShareProcess
			if b, err := gotest.ParseBenchmark(cell); err == nil && shared[i] != "" {
				pairs[i] = b.Package
			} else if err == nil {
				pairs[i] = b.Pair()
			}
		}
		var groups []processGroup
		for _, indices := range order(run.Plan.Seed, n, shared, pairs) {
			if pairs[indices[0]] != "" {
				slices.Sort(indices) // as the binary has them
			}
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
// Cells of one of the pairs, "" for none, are measured one right after the other:
// what the machine does in that moment then hits them alike. The seed and the round
// shuffle the pairs, the processes in each, and the cells in these.
func order(seed uint64, round int, shared, pairs []string) [][]int {
	processes := group(shared)
	of := make([]string, len(processes))
	for i, p := range processes {
		of[i] = pairs[p[0]]
	}
	together := group(of)
	rng := rand.New(rand.NewPCG(seed, uint64(round)))
	shuffle := func(list []int) {
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	rng.Shuffle(len(together), func(i, j int) { together[i], together[j] = together[j], together[i] })
	var ordered [][]int
	for _, pair := range together {
		shuffle(pair)
		for _, i := range pair {
			ordered = append(ordered, processes[i])
		}
	}
	for _, p := range ordered {
		shuffle(p)
	}
	return ordered
}

// group returns the indices of the cells that have the same name, those without one
// alone, in the order in which each group begins.
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
