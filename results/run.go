// Package results is what a run leaves behind: its plan, its machine, its
// samples, and the name of a cell.
//
// The package measures nothing and judges nothing. Package rundir writes and
// reads a [Run].
package results

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"conpar/results/gotest"
)

// Status says how a run ended.
type Status string

// The ways in which a run ends. A run that goes on, or was killed, is Running.
const (
	Running     Status = "running"
	Complete    Status = "complete"
	Interrupted Status = "interrupted"
	OutOfBudget Status = "out of budget"
)

// Run is one run of the suite, or of `bench test`. The samples of a finished run are sorted by round
// and then by the plan's order, those of a journal by time. Each successful one
// is a result line of bench.txt.
type Run struct {
	Format  int          `json:"format"`
	Status  Status       `json:"status"`
	Started time.Time    `json:"started"`
	Ended   time.Time    `json:"ended,omitzero"`
	Machine Machine      `json:"machine"`
	Binary  string       `json:"binarySHA256"` // of the program that measured
	Plan    Plan         `json:"plan"`
	Test    *gotest.Test `json:"test,omitempty"` // of `bench test`; nil: it is a run of the suite
	Planned int          `json:"planned"`        // samples
	Actual  int          `json:"actual"`         // samples that gave a result
	Failed  int          `json:"failed"`         // samples that gave none
	// Foreign and Steal are the fractions of the machine's CPU time, 0 … 1, that
	// other processes and the hypervisor used during the run; null: unknown.
	Foreign     *float64 `json:"foreign"`
	Steal       *float64 `json:"steal"`
	BenchSHA256 string   `json:"benchSHA256,omitempty"`
	// Hazards are those of the machine when the run began, Conditions those of
	// its rounds.
	Hazards    []Hazard       `json:"hazards,omitempty"`
	Conditions []RoundHazards `json:"conditions,omitempty"`
	Forced     []Forced       `json:"forced,omitempty"`
	Traces     []Trace        `json:"traces,omitempty"`
	Profiles   []Profile      `json:"profiles,omitempty"` // of `bench test`
	Samples    []Sample       `json:"samples,omitempty"`
}

// Check says what is wrong with the head of a run that was read.
func (r Run) Check() error {
	if r.Test != nil && len(r.Test.Sides) == 0 {
		return errors.New("it is of `bench test` and has no side")
	}
	m := r.Machine
	for _, name := range []string{m.Name, m.CPU, m.OS, m.Arch, m.Go, m.Virtual, m.BusyClock, m.WhyOneCPU,
		r.Plan.Profile, r.Plan.Like} {
		if len(name) > maxName {
			return fmt.Errorf("it has a name of %d bytes, %.20q …; at most %d are read", len(name), name, maxName)
		}
	}
	if m.CPUs < 0 || m.Logical < 0 || m.Available < 0 || !fraction(r.Foreign) || !fraction(r.Steal) {
		return errors.New("a number of its machine is negative, or a fraction outside 0 to 1")
	}
	return r.Plan.Check()
}

// maxName is the longest name that is read: of machines, and of the suite's cells. What
// users call their benchmarks may be longer.
const (
	maxName      = 200
	maxBenchmark = 2000
)

// fraction says whether f is from 0 to 1, or unknown.
func fraction(f *float64) bool { return f == nil || *f >= 0 && *f <= 1 }

// Forced records that a run was continued although something had changed.
type Forced struct {
	At      time.Time `json:"at"`
	Samples int       `json:"samples"` // that the run had by then
	Changed []string  `json:"changed"` // as [Run.Changed] says it
}

// Trace is an execution trace of a cell, recorded outside the rounds in a file of
// the run's folder.
type Trace struct {
	Name   string `json:"name"` // of the file: words joined by hyphens, and ".trace" or, of a profile, ".pprof"
	Cell   string `json:"cell"`
	SHA256 string `json:"sha256"`
}

// Profile is a profile of a cell of `bench test`, taken after the rounds in a process of
// its own, in a file of the run's folder.
type Profile struct {
	Trace
	Kind string        `json:"kind"`   // "cpu", "mutex" or "block", as in the flag -test.cpuprofile
	Wall time.Duration `json:"wallNs"` // of the process
}

// Machine is what a run was measured on.
type Machine struct {
	Name        string   `json:"name"` // an alias, never the host name
	CPU         string   `json:"cpu"`
	OS          string   `json:"os"`
	Arch        string   `json:"arch"`
	Go          string   `json:"go"`
	Logical     int      `json:"logical"`             // logical processors of the machine
	Available   int      `json:"available"`           // of those, in the affinity mask
	Physical    int      `json:"physical"`            // physical cores in the affinity mask; Available where unknown
	Quota       *float64 `json:"quota"`               // CPUs that the cgroup may use; null: no limit found
	CPUs        int      `json:"cpus"`                // P*: physical cores, capped by the floor of the quota
	OneCPU      *int     `json:"oneCPU"`              // to which samples on one CPU are kept; null: the run has none
	WhyOneCPU   string   `json:"whyOneCPU,omitempty"` // why it is that one, or why no CPU is
	CacheBytes  int64    `json:"cacheBytes"`          // last-level cache; 0 unknown
	MemoryBytes int64    `json:"memoryBytes"`         // 0 unknown
	Virtual     string   `json:"virtual"`             // the hypervisor; "" none found
	BusyClock   string   `json:"busyClock"`           // where the machine's busy time was read; "" nowhere
}

// Changed returns a line for each difference between what measured r and a
// program, by its digest, on a machine. Without differences r may be continued.
// The size of the memory and the alias do not count.
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
	cpu := func(m Machine) string {
		if m.OneCPU == nil {
			return "none"
		}
		return fmt.Sprint(*m.OneCPU)
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
	differ("CPU of samples on one", cpu(then), cpu(now))
	differ("cache", then.CacheBytes, now.CacheBytes)
	return lines
}

// Sample is one measurement of one cell, in a process of its own or, if the plan
// says so, in a process with others. The time of a shared process is divided
// where one sample ends and the next begins: the first sample holds its start,
// the last one its end. Its CPU time is divided in proportion to Wall, and
// Foreign is that of the whole process.
type Sample struct {
	Round    int             `json:"round"` // from 0
	Cell     string          `json:"cell"`
	Start    time.Time       `json:"start"`
	Wall     time.Duration   `json:"wallNs"`            // from the process' start to its end
	Timed    time.Duration   `json:"timedNs"`           // of that, the measurement
	CPU      time.Duration   `json:"cpuNs"`             // of the process and its own children, over wall
	RunDelay *int64          `json:"runDelay"`          // ns that busy threads were runnable but not running; null unknown
	OneCPU   *int            `json:"oneCPU,omitempty"`  // the only one that the process could use; null: all
	CPUs     int             `json:"cpus,omitempty"`    // how many the process could use; 0: unknown
	Process  *gotest.Process `json:"process,omitempty"` // of `bench test`
	Foreign  *float64        `json:"foreign"`           // fraction of the machine, or of OneCPU, that other processes used, 0 … 1; null unknown
	// DisturbedBy says what disturbed the sample other than the CPU use of other
	// processes, "the runner stood still for 33s"; "": nothing is known.
	DisturbedBy string `json:"disturbedBy,omitempty"`
	Error       string `json:"error,omitempty"`
	Line        string `json:"line,omitempty"` // the result line; in run.json it stands in bench.txt instead
}

// Check says what is wrong with a sample. In names it keeps, by cell, the name that
// result lines begin with, since the samples of all rounds have the same ones.
func (s Sample) Check(names map[string]string) error {
	name, known := names[s.Cell]
	if !known {
		var err error
		if name, err = printedName(s.Cell); err != nil {
			return err
		}
		names[s.Cell] = name
	}
	most := maxName
	if name != s.Cell {
		most = maxBenchmark
	}
	switch {
	case len(s.Cell) > most:
		return fmt.Errorf("it has a name of %d bytes, %.20q …; at most %d are read", len(s.Cell), s.Cell, most)
	case s.Wall < 0 || s.Timed < 0 || s.CPU < 0 || s.CPUs < 0 || !fraction(s.Foreign):
		return fmt.Errorf("a time of %s in round %d is negative, or its fraction outside 0 to 1", s.Cell, s.Round+1)
	}
	rest, fine := strings.CutPrefix(s.Line, name)
	fine = fine && strings.HasPrefix(rest, "\t") && strings.IndexByte(rest, '\n') < 0 &&
		strings.IndexByte(rest, '\r') < 0
	if s.Error == "" && !fine {
		return fmt.Errorf("the result line of %s is %.80q", s.Cell, s.Line)
	}
	return nil
}

// printedName returns the name that the result lines of a cell begin with.
func printedName(cell string) (string, error) {
	if strings.Contains(cell, " ") {
		b, err := gotest.ParseBenchmark(cell)
		return b.Printed(), err
	}
	_, err := ParseCell(cell)
	return cell, err
}
