package results

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Plan is what a run is to measure: every cell once in each round, cells of
// lesser weight only in some rounds; and the rounds added later.
type Plan struct {
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"` // of the shuffling of each round
	Rounds  int    `json:"rounds"`
	// Like is the earlier run, by its machine's alias and its folder's name, whose
	// numbers of tasks were kept where they fit; "": none.
	Like string `json:"like,omitempty"`
	// Looks are the numbers of rounds, without repeats, after which the run checks
	// its results and goes on if they do not suffice: Rounds, and more. After the
	// last one it ends in any case. Without Looks it never checks.
	Looks []int `json:"looks,omitempty"`
	// Taken are the looks that were taken; earlier versions did not record them.
	Taken []Look `json:"taken,omitempty"`
	// Precision is the largest half of a gain's interval that is wanted, as a
	// fraction of the gain; 0: not asked for.
	Precision float64       `json:"precision,omitempty"`
	Dropped   []DroppedCell `json:"dropped"` // what could not even be calibrated
	Added     []Added       `json:"added,omitempty"`
	Cells     []PlannedCell `json:"cells"`
}

// Look is a check of a run's results. What it decides stays decided.
type Look struct {
	Rounds int     `json:"rounds"` // that the run had, repeats included: it judges by these
	Level  float64 `json:"level"`  // the chance that any of the verdicts that it gives is wrong
	Lines  int     `json:"lines"`  // that could be measured
	// Undecided are the lines that it left open, and Needed the cells that they
	// need: further rounds measure these.
	Undecided []string `json:"undecided,omitempty"`
	Needed    []string `json:"needed,omitempty"`
	// Stopped are the cells that take no more samples, with the reason.
	Stopped []DroppedCell `json:"stopped,omitempty"`
}

// Added are rounds that were added to a run.
type Added struct {
	Rounds int `json:"rounds"`
	// Cells are measured in each of them, Halves in every second one, in turns. If
	// both are empty: the cells that the plan has for such a round, or those of the
	// repeated round.
	Cells  []string `json:"cells,omitempty"`
	Halves []string `json:"halves,omitempty"`
	// Repeats is the disturbed round, from 0, that it replaces; null: none.
	Repeats *int `json:"repeats,omitempty"`
	// Look is which of the plan's looks, from 1, they were added after; 0: they were
	// added by the user, or are a repeat.
	Look int `json:"look,omitempty"`
}

// Due returns the cells of each round, in the plan's order. A repeat measures
// what the round did that it repeats.
func (p Plan) Due() [][]string {
	var due [][]string
	for round := range p.Rounds {
		due = append(due, p.due(round))
	}
	for _, a := range p.Added {
		for k := range a.Rounds {
			cells := slices.Clip(a.Cells)
			for i, cell := range a.Halves {
				if (i+k)%2 == 0 {
					cells = append(cells, cell)
				}
			}
			switch {
			case len(a.Cells)+len(a.Halves) > 0:
			case a.Repeats != nil:
				cells = due[*a.Repeats]
			default:
				cells = p.due(len(due))
			}
			due = append(due, cells)
		}
	}
	return due
}

// due returns the cells of a planned round.
func (p Plan) due(round int) []string {
	var cells []string
	for i, c := range p.Cells {
		// It depends on the position too, so that rounds are about equally long.
		if every := max(1, c.Every); !c.Later && round%every == i%every {
			cells = append(cells, c.Cell)
		}
	}
	return cells
}

// maxRounds bounds a plan that was read: an absurd one would take all memory.
const maxRounds = 100_000

// Check says what is wrong with a plan that was read.
func (p Plan) Check() error {
	rounds := p.Rounds
	for _, a := range p.Added {
		badRepeat := a.Repeats != nil && (a.Rounds != 1 || *a.Repeats < 0 || *a.Repeats >= rounds)
		if a.Rounds < 1 || a.Rounds > maxRounds || badRepeat {
			return fmt.Errorf("its plan has %d rounds added after round %d", a.Rounds, rounds)
		}
		rounds += a.Rounds
	}
	if p.Rounds < 0 || rounds > maxRounds {
		return fmt.Errorf("its plan has %d rounds; at most %d are read", rounds, maxRounds)
	}
	last := 0
	for _, l := range p.Taken {
		if l.Rounds <= last || l.Rounds > rounds || !(l.Level > 0 && l.Level < 1) {
			return fmt.Errorf("its plan has a look after round %d, at level %v", l.Rounds, l.Level)
		}
		last = l.Rounds
	}
	return nil
}

// Looked returns how many of the plan's looks were taken; of a run that did not
// record them, those that were followed by more rounds.
func (p Plan) Looked() int {
	n := len(p.Taken)
	for _, a := range p.Added {
		n = max(n, a.Look)
	}
	return n
}

// Followed says whether rounds followed a look, by its number from 1.
func (p Plan) Followed(look int) bool {
	return slices.ContainsFunc(p.Added, func(a Added) bool { return a.Look == look })
}

// UserAdded says whether a user added rounds.
func (p Plan) UserAdded() bool {
	return slices.ContainsFunc(p.Added, func(a Added) bool { return a.Look == 0 && a.Repeats == nil })
}

// Repeated maps each repeated round to the round that repeats it.
func (p Plan) Repeated() map[int]int {
	by, round := map[int]int{}, p.Rounds
	for _, a := range p.Added {
		if a.Repeats != nil {
			by[*a.Repeats] = round
		}
		round += a.Rounds
	}
	return by
}

// Order returns how samples are put into the order of rounds, and of the plan
// within a round. They were taken in a shuffled one, which their Start tells,
// but tables are read from top to bottom.
func (p Plan) Order() func(a, b Sample) int {
	position := map[string]int{}
	for i, c := range p.Cells {
		position[c.Cell] = i
	}
	return func(a, b Sample) int { return cmp.Or(a.Round-b.Round, position[a.Cell]-position[b.Cell]) }
}

// Samples returns how many samples the plan is for.
func (p Plan) Samples() int { return len(slices.Concat(p.Due()...)) }

// DroppedCell is a cell that was left out of the plan.
type DroppedCell struct {
	Cell   string `json:"cell"`
	Reason string `json:"reason"`
	// Unavailable: the machine lacks what the workload needs; else it failed.
	Unavailable bool `json:"unavailable,omitempty"`
}

// PlannedCell is a cell with what was fixed about it before the first round.
type PlannedCell struct {
	Cell           string `json:"cell"`
	Kind           string `json:"kind"`            // predicted
	Tasks          int    `json:"tasks"`           // a sample; a multiple of the goroutines, except in exhibits
	Every          int    `json:"every,omitempty"` // measured in one of so many rounds; 0 and 1: in each round
	Later          bool   `json:"later,omitempty"` // no line needs it: measured after the first look
	Oversubscribed bool   `json:"oversubscribed,omitempty"`
	ShareProcess   string `json:"together,omitempty"` // cells with the same name share a process in a round
	// Expect is how long a sample will take, process and all; 0: not known yet.
	Expect time.Duration `json:"expectNs,omitempty"`
}
