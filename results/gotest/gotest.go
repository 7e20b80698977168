// Package gotest is what a run of `bench test` is of: benchmarks of any package,
// and the sides that are compared by them.
package gotest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Benchmark names what one sample of `bench test` measures: a benchmark of any
// package on one of the sides, at one GOMAXPROCS. It is comparable.
type Benchmark struct {
	Package string // import path
	Name    string // "BenchmarkEncode/size=4k", without GOMAXPROCS
	Procs   int    // GOMAXPROCS, at least 1
	Side    string // [Side.Name]
}

// String returns the name of the cell: "example.com/codec BenchmarkEncode P=2 new".
// None of its four words holds a blank. GOMAXPROCS has a word of its own, because
// a benchmark's name may end in -2 too.
func (b Benchmark) String() string { return b.Pair() + " " + b.Side }

// Pair returns the part of the name that all sides share.
func (b Benchmark) Pair() string { return fmt.Sprintf("%s %s P=%d", b.Package, b.Name, b.Procs) }

// Printed returns the name as the testing package prints it: "BenchmarkEncode-2",
// and at GOMAXPROCS 1 without a suffix.
func (b Benchmark) Printed() string {
	if b.Procs > 1 {
		return b.Name + "-" + strconv.Itoa(b.Procs)
	}
	return b.Name
}

// ParseBenchmark is the inverse of [Benchmark.String].
func ParseBenchmark(cell string) (Benchmark, error) {
	words := strings.Split(cell, " ")
	if len(words) == 4 && words[0] != "" && words[3] != "" && strings.HasPrefix(words[1], "Benchmark") {
		digits, found := strings.CutPrefix(words[2], "P=")
		procs, err := strconv.Atoi(digits)
		if b := (Benchmark{words[0], words[1], procs, words[3]}); found && err == nil && procs > 0 &&
			b.String() == cell {
			return b, nil
		}
	}
	return Benchmark{}, fmt.Errorf("%.80q is not the name of a cell such as %q", cell,
		Benchmark{"example.com/codec", "BenchmarkEncode", 2, "new"})
}

// Test is what a run of `bench test` is of.
type Test struct {
	Packages  []string      `json:"packages"` // as the user named them: "./..."
	Bench     string        `json:"bench"`    // regular expression for the names of benchmarks
	BenchTime time.Duration `json:"benchTimeNs"`
	Timeout   time.Duration `json:"timeoutNs"`       // of a sample
	Sides     []Side        `json:"sides"`           // the first one is what the others are compared with
	Pprof     bool          `json:"pprof,omitempty"` // profiles are taken after the rounds
	// What the report was to judge by, as the user wrote it: it holds for -resume too.
	Margin string   `json:"margin,omitempty"`
	Strict bool     `json:"strict,omitempty"`
	Floors []string `json:"floors,omitempty"`
}

// Side is one of the programs that a run of `bench test` compares: test binaries
// of the same packages, built from a commit or from the files as they were, with
// an environment and build flags.
type Side struct {
	Name      string   `json:"name"`
	Copy      bool     `json:"copy,omitempty"`      // the first side once more, as a control: its differences are noise
	Rev       string   `json:"rev,omitempty"`       // as the user named the commit; "": the files as they were
	Commit    string   `json:"commit,omitempty"`    // its hash, or that which the files were based on; "": unknown
	Dirty     bool     `json:"dirty,omitempty"`     // the files differed from Commit
	Env       []string `json:"env,omitempty"`       // "GOGC=50", while building and measuring
	Toolchain string   `json:"toolchain,omitempty"` // GOTOOLCHAIN; "": as it was
	Go        string   `json:"go"`                  // the version that built it
	Tags      string   `json:"tags,omitempty"`
	GCFlags   string   `json:"gcflags,omitempty"`
	PGO       string   `json:"pgo,omitempty"`
	// Identical are packages whose test binary, environment and test data are those
	// of the first side. They are not measured here.
	Identical []string `json:"identical,omitempty"`
	Binaries  []Binary `json:"binaries"`
}

// Unchanged says whether every test binary, with its environment and test data, is the
// same on all sides, so that nothing can differ.
func Unchanged(sides []Side) bool {
	others := 0
	for _, s := range sides[1:] {
		if s.Copy {
			continue
		}
		if others++; len(s.Identical) != len(s.Binaries) || len(s.Binaries) != len(sides[0].Binaries) {
			return false
		}
	}
	return others > 0 && len(sides[0].Binaries) > 0
}

// Binary is the test binary of a package.
type Binary struct {
	Package string `json:"package"`
	SHA256  string `json:"sha256"`
}

// Process is what the system says of the whole process of a sample, its start
// included. What it does not tell is null.
type Process struct {
	Voluntary   *int64 `json:"voluntary"`   // context switches, because it waited
	Involuntary *int64 `json:"involuntary"` // context switches, because others had their turn
	MajorFaults *int64 `json:"majorFaults"` // page faults that read from a disk
	PeakBytes   *int64 `json:"peakBytes"`   // resident memory
}

// UnitBusy is the unit of the CPUs that the whole process of a sample kept busy.
const UnitBusy = "process-cpus-busy"

// Units returns what is known of a process as the end of a result line. cpu is the CPU
// time that it used in the time wall.
func (p Process) Units(cpu, wall time.Duration) string {
	var b strings.Builder
	if wall > 0 {
		fmt.Fprintf(&b, "\t%.4g %s", float64(cpu)/float64(wall), UnitBusy)
	}
	for _, of := range []struct {
		value *int64
		unit  string
	}{
		{p.Voluntary, "process-voluntary-switches"}, {p.Involuntary, "process-involuntary-switches"},
		{p.MajorFaults, "process-major-faults"}, {p.PeakBytes, "process-peak-bytes"},
	} {
		if of.value != nil {
			fmt.Fprintf(&b, "\t%d %s", *of.value, of.unit)
		}
	}
	return b.String()
}

// LeftOut says what a run of `bench test` left out and why, a line each, of the reasons
// by cell or benchmark. Sub-benchmarks of one benchmark that share a reason share a line.
func LeftOut(reasons map[string]string) []string {
	groups := map[string][]string{}
	for cell, reason := range reasons {
		words := strings.SplitN(cell, " ", 3) // the package, the benchmark, and where
		if len(words) > 1 {
			if parent, _, sub := strings.Cut(words[1], "/"); sub {
				words[1] = parent + "/…"
			}
		}
		key := strings.Join(words, " ") + "\n" + reason
		groups[key] = append(groups[key], cell)
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		what, reason, _ := strings.Cut(key, "\n")
		if n := len(groups[key]); n == 1 {
			what = groups[key][0]
		} else {
			what += fmt.Sprintf(" (%d of them)", n)
		}
		lines = append(lines, what+": "+reason)
	}
	return lines
}
