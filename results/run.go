// Package results is the file format of a run, and the name of a cell.
//
// A finished run is a folder with three files, and its traces:
//
//	bench.txt    the samples in the Go benchmark format; benchstat reads it as it is
//	run.json     a [Run]: plan, machine, and what is volatile about each sample
//	*.trace      execution traces of Go, recorded apart from the samples
//	SHA256SUMS   the digests of them all, written last
//
// While a run is going on, the folder holds journal.jsonl instead: a line with
// the Run, then a line a [Sample], each synced as it comes, so that a kill at
// any moment loses at most the sample in progress. [Read] reads either, and
// notices every truncation and alteration of a finished run. Of a journal it
// notices every flipped bit, and lines that are missing, moved or repeated. But
// one that lacks its end is what a kill leaves, and is read as that of a run
// that was killed when its last whole line had been written.
//
// The package measures nothing and judges nothing.
package results

import (
	"errors"
	"fmt"
	"time"
)

// Format is the version of the file format that this package writes. It reads
// those from 1 on as well. Up to version 3 no plan was like another run's; up to
// 2 a trace's name was a single word; version 1 had no hazards, its plans did
// not grow by themselves, and its journals' lines each stood by itself.
const Format = 4

// The names of a run's files.
const (
	BenchFile   = "bench.txt"
	RunFile     = "run.json"
	SumsFile    = "SHA256SUMS"
	JournalFile = "journal.jsonl"
	ReportDir   = "report" // generated pages; not part of the run
)

// ErrDamaged is wrapped by every error about a run whose files contradict
// each other or themselves.
var ErrDamaged = errors.New("the run is damaged")

// ErrNoRun is wrapped by Read's error for a folder that holds no run.
var ErrNoRun = errors.New("no run here")

// Status says how a run ended.
type Status string

// The ways in which a run ends. Running is what the journal of a run says
// that goes on, or was killed.
const (
	Running     Status = "running"
	Complete    Status = "complete"
	Interrupted Status = "interrupted"
	OutOfBudget Status = "out of budget"
)

// Run is one run of the suite. The samples of a finished run stand by round
// and then in the plan's order, those of a journal in the order in which they
// were taken; the successful ones are bench.txt's result lines, one each.
type Run struct {
	Format  int       `json:"format"`
	Status  Status    `json:"status"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	Machine Machine   `json:"machine"`
	Binary  string    `json:"binarySHA256"` // of the program that measured
	Plan    Plan      `json:"plan"`
	Planned int       `json:"planned"` // samples
	Actual  int       `json:"actual"`  // samples that gave a result
	Failed  int       `json:"failed"`  // samples that gave none
	// Foreign and Steal are the shares of the whole machine's CPU time, 0 … 1,
	// that other processes and the hypervisor took over the run; null where
	// unknown.
	Foreign     *float64 `json:"foreign"`
	Steal       *float64 `json:"steal"`
	BenchSHA256 string   `json:"benchSHA256,omitempty"`
	// Hazards are those of the machine when the run began, Conditions those of
	// its rounds.
	Hazards    []Hazard       `json:"hazards,omitempty"`
	Conditions []RoundHazards `json:"conditions,omitempty"`
	Forced     []Forced       `json:"forced,omitempty"`
	Traces     []Trace        `json:"traces,omitempty"`
	Samples    []Sample       `json:"samples,omitempty"`
}

// Forced records that a run was gone on with although something had changed.
type Forced struct {
	At      time.Time `json:"at"`
	Samples int       `json:"samples"` // that the run had by then
	Changed []string  `json:"changed"` // as [Run.Changed] says it
}

// Trace is an execution trace that was recorded of a cell, outside the rounds,
// in a file of the run's folder.
type Trace struct {
	Name   string `json:"name"` // of the file: words joined by hyphens, and ".trace"
	Cell   string `json:"cell"`
	SHA256 string `json:"sha256"`
}

// Machine is what a run was measured on.
type Machine struct {
	Name        string   `json:"name"` // an alias, never the host name
	CPU         string   `json:"cpu"`
	OS          string   `json:"os"`
	Arch        string   `json:"arch"`
	Go          string   `json:"go"`
	Logical     int      `json:"logical"`     // logical processors of the machine
	Available   int      `json:"available"`   // of those, in the affinity mask
	Physical    int      `json:"physical"`    // physical cores in the affinity mask; Available where unknown
	Quota       *float64 `json:"quota"`       // CPUs that the cgroup may use; null: no limit found
	CPUs        int      `json:"cpus"`        // P*: physical cores, capped by the floor of the quota
	CacheBytes  int64    `json:"cacheBytes"`  // last-level cache; 0 unknown
	MemoryBytes int64    `json:"memoryBytes"` // 0 unknown
	Virtual     string   `json:"virtual"`     // the hypervisor; "" none found
	BusyClock   string   `json:"busyClock"`   // where the machine's busy time was read; "" nowhere
}

// Plan is what a run set out to measure: every cell once in each round, but
// those of lesser weight in some rounds only; and what was added later.
type Plan struct {
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"` // of the shuffling of each round
	Rounds  int    `json:"rounds"`
	// Like is the earlier run, by its machine's alias and its folder's name, whose
	// numbers of tasks were kept where they fit; "" where none was.
	Like string `json:"like,omitempty"`
	// Looks are the numbers of rounds, repeats not counted, after which the run
	// looks at what it has and goes on if that does not suffice: Rounds, and
	// more. After the last one it ends in any case. None: it never looks.
	Looks []int `json:"looks,omitempty"`
	// Precision is what half the interval of a gain is to be at most, as a
	// share of the gain; 0: not asked for.
	Precision float64       `json:"precision,omitempty"`
	Dropped   []DroppedCell `json:"dropped"` // what could not even be calibrated
	Added     []Added       `json:"added,omitempty"`
	Cells     []PlannedCell `json:"cells"`
}

// Added are rounds that were added to a run.
type Added struct {
	Rounds int `json:"rounds"`
	// Cells are measured in each of them. None: those that would be due, were it
	// a round of the plan, or of a repeat those of the other round.
	Cells []string `json:"cells,omitempty"`
	// Repeats is the round, from 0, that it is to replace, because that one was
	// disturbed; null where it does not repeat any.
	Repeats *int `json:"repeats,omitempty"`
	// Look is which of the plan's looks, from 1, they were added after; 0: after
	// none, but by the user, or as a repeat.
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
		for range a.Rounds {
			cells := a.Cells
			switch {
			case a.Repeats != nil:
				cells = due[*a.Repeats]
			case len(cells) == 0:
				cells = p.due(len(due))
			}
			due = append(due, cells)
		}
	}
	return due
}

// due returns the cells of a round that measures all, but for their weight.
func (p Plan) due(round int) []string {
	var cells []string
	for i, c := range p.Cells {
		// By position too, so that rounds are about equally long.
		if every := max(1, c.Every); round%every == i%every {
			cells = append(cells, c.Cell)
		}
	}
	return cells
}

// maxRounds bounds a plan that was read, so that a nonsensical one does not
// take all memory.
const maxRounds = 100_000

func (p Plan) check() error {
	rounds := p.Rounds
	for _, a := range p.Added {
		if a.Rounds < 1 || a.Rounds > maxRounds || a.Repeats != nil && (a.Rounds != 1 || *a.Repeats < 0 || *a.Repeats >= rounds) {
			return fmt.Errorf("its plan has %d rounds added after round %d", a.Rounds, rounds)
		}
		rounds += a.Rounds
	}
	if p.Rounds < 0 || rounds > maxRounds {
		return fmt.Errorf("its plan has %d rounds; at most %d are read", rounds, maxRounds)
	}
	return nil
}

// with returns the plan with more rounds. It shares no list with p.
func (p Plan) with(a Added) Plan {
	p.Added = append(p.Added[:len(p.Added):len(p.Added)], a)
	return p
}

func (p Plan) rounds() int {
	n := p.Rounds
	for _, a := range p.Added {
		n += a.Rounds
	}
	return n
}

// Looked returns how many of the plan's looks were followed by more rounds.
func (p Plan) Looked() int {
	n := 0
	for _, a := range p.Added {
		n = max(n, a.Look)
	}
	return n
}

// Repeated returns the rounds that are repeated, each with the one that
// repeats it.
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

// Samples returns how many samples the plan is for.
func (p Plan) Samples() int {
	n := 0
	for _, cells := range p.Due() {
		n += len(cells)
	}
	return n
}

// DroppedCell is a cell that was left out of the plan.
type DroppedCell struct {
	Cell   string `json:"cell"`
	Reason string `json:"reason"`
	// Unavailable says that the machine lacks what the workload needs; else
	// the attempt failed.
	Unavailable bool `json:"unavailable,omitempty"`
}

// PlannedCell is a cell with what was fixed about it before the first round.
type PlannedCell struct {
	Cell           string `json:"cell"`
	Kind           string `json:"kind"`            // predicted
	Tasks          int    `json:"tasks"`           // a sample; of no exhibit, a multiple of the goroutines
	Every          int    `json:"every,omitempty"` // measured in one of so many rounds; 0 and 1: in each
	Oversubscribed bool   `json:"oversubscribed,omitempty"`
	Together       string `json:"together,omitempty"` // cells that share it were measured by one process a round; "": by its own
}

// Changed says what differs between what measured r and a program, by its
// digest, on a machine: one line each, none where r may be gone on with. Size
// of memory and alias are no reason not to.
func (r Run) Changed(now Machine, binary string) []string {
	var lines []string
	differ := func(what string, then, now any) {
		if then != now {
			lines = append(lines, fmt.Sprintf("%s: %v then, %v now", what, then, now))
		}
	}
	quota := func(q *float64) string {
		if q == nil {
			return "none"
		}
		return fmt.Sprint(*q)
	}
	then := r.Machine
	differ("program (SHA-256)", r.Binary, binary)
	differ("Go", then.Go, now.Go)
	differ("operating system", then.OS+"/"+then.Arch, now.OS+"/"+now.Arch)
	differ("CPU", then.CPU, now.CPU)
	differ("processors", then.Logical, now.Logical)
	differ("processors available", then.Available, now.Available)
	differ("physical cores available", then.Physical, now.Physical)
	differ("CPU quota", quota(then.Quota), quota(now.Quota))
	differ("cache", then.CacheBytes, now.CacheBytes)
	return lines
}

// Sample is one measurement of one cell, in a process of its own or, as the
// plan says, in one with others. A shared process' time is divided where one
// sample ends and the next begins: the first one's holds its start, the last
// one's its end. Its CPU time is shared out in proportion to Wall, and Foreign
// is that of all the process' time.
type Sample struct {
	Round    int           `json:"round"` // from 0
	Cell     string        `json:"cell"`
	Start    time.Time     `json:"start"`
	Wall     time.Duration `json:"wallNs"`   // from the process' start to its end
	Timed    time.Duration `json:"timedNs"`  // of that, the measurement
	CPU      time.Duration `json:"cpuNs"`    // of the process and its own children, over wall
	RunDelay *int64        `json:"runDelay"` // ns that busy threads were runnable but not running; null unknown
	Foreign  *float64      `json:"foreign"`  // share of the machine that others took over wall, 0 … 1; null unknown
	Error    string        `json:"error,omitempty"`
	Line     string        `json:"line,omitempty"` // the result line; in run.json it stands in bench.txt instead
}
