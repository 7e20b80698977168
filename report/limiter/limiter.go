// Package limiter says what holds a benchmark back, from what package gauge
// reported of it.
//
// Its model is Little's law. All figures are means over a sample's time: of the
// tasks in flight some run (CPUs busy), some are ready and wait for a processor of
// the runtime, some wait for a lock, and the rest waits for something else. CPUs
// that could have been used and were not, or were used for something else than the
// work, are what is lost. A processor of the runtime is no CPU: GOMAXPROCS says how
// many there are, and one may be held while its CPU is idle. Each limiter is a row
// of a table, [Find] applies all of them, and each says which share of the time it
// explains, at most: a share of 0.5 means that without it, and with nothing else in
// the way, the work would be done in half the time. Shares do not add up to 1,
// since several may explain the same idle CPU.
//
// The package looks at one cell at a time, and at the one with a smaller GOMAXPROCS
// before it. It does not know the work: it says where the time went, not whose
// fault it is.
package limiter

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Figures are what is known of a cell. NaN stands for unknown; fields that are
// zero are known to be zero.
type Figures struct {
	Procs    float64 // GOMAXPROCS
	CPUs     float64 // of the machine, or as many as are worth using
	Busy     float64 // CPUs busy
	System   float64 // of them, in the operating system
	GC       float64 // of them, collecting garbage
	Others   float64 // CPUs busy for the benchmark in other processes, such as its server
	InFlight float64 // tasks in flight
	LockWait float64 // goroutines that wait for a lock
	RunWait  float64 // goroutines that are ready and wait for a processor of the runtime
	Foreign  float64 // share of the machine that strangers took, 0 … 1
	Gain     float64 // throughput over that of the same work with a smaller GOMAXPROCS
	Step     float64 // GOMAXPROCS over that of the same
	Faults   float64 // page faults that waited for a disk, a task
	Whole    bool    // Busy is of the whole process of a sample, its start included
}

// Limiter is something that holds a cell back.
type Limiter struct {
	Name     string
	Share    float64 // of the time that it explains at most, 0 … 1; 0 where Name is [NoneFound] or [NotKnown]
	Evidence string  // in words, with figures
	Advice   string  // what to do about it
}

// The names of what is said when no limiter can be named.
const (
	NoneFound = "none found"
	NotKnown  = "unknown: gauge not used"
)

// BlockedCalls is the name of the limiter that calls are which block in the kernel,
// each with a processor of the runtime.
const BlockedCalls = "blocked calls"

// PageFaults is the name of the limiter that page faults are which wait for a disk: the
// goroutine keeps its processor of the runtime to their end.
const PageFaults = "page faults"

// Find returns what holds a cell back, the limiter that explains most first.
// There is always at least one: what could not be looked at is [NotKnown], and
// where all was looked at, and nothing was found, it is [NoneFound].
func Find(f Figures) []Limiter {
	var found []Limiter
	for _, r := range rules {
		// An unknown share is not at least anything.
		least := r.least
		if f.Whole {
			least = max(least, leastOfWhole)
		}
		if share := min(r.share(f), 1); share >= least {
			found = append(found, Limiter{r.name, share, r.evidence(f), r.advice})
		}
	}
	slices.SortStableFunc(found, func(a, b Limiter) int { return cmp.Compare(b.Share, a.Share) })
	switch {
	case math.IsNaN(f.Busy):
		found = append(found, Limiter{NotKnown, 0, "how many CPUs were busy was not measured", useGauge})
	case len(found) == 0 && f.Whole:
		found = append(found, Limiter{NotKnown, 0, f.busy() + "; more was not measured", useGauge})
	case len(found) == 0:
		found = append(found, noneFound(f))
	}
	return found
}

const useGauge = "add the line gauge.Start(b) to the benchmark, before its loop (conpar/bench/gauge)"

func noneFound(f Figures) Limiter {
	l := Limiter{NoneFound, 0, fmt.Sprintf("%s, and nothing explains %s of the time", f.busy(), percent(leastShare)),
		"the CPUs do the work itself: do less for each task, or use more CPUs"}
	if f.idle() >= leastShare {
		l.Advice = "several small waits share the idle CPUs: no single one is worth removing"
	}
	var missing []string
	for _, u := range []struct {
		value float64
		name  string
	}{
		{f.CPUs, "the machine's CPUs"}, {f.InFlight, "tasks in flight"},
		{f.LockWait, "lock wait"}, {f.RunWait, "scheduler latency"},
		{f.GC, "garbage collection"}, {f.System, "system time"}, {f.Gain, "the gain over a smaller GOMAXPROCS"},
	} {
		if math.IsNaN(u.value) {
			missing = append(missing, u.name)
		}
	}
	if len(missing) > 0 {
		l.Evidence += "; not known: " + strings.Join(missing, ", ")
	}
	return l
}

// there is how many CPUs the machine had for this process, beside strangers and
// its own helpers; NaN unknown.
func (f Figures) there() float64 { return f.CPUs*(1-known(f.Foreign)) - known(f.Others) }

// usable is how many CPUs could have been busy: as many as GOMAXPROCS, if the
// machine had them. It is never less than were busy.
func (f Figures) usable() float64 {
	n := f.Procs
	if there := f.there(); there < n {
		n = there
	}
	return max(n, f.Busy)
}

// idle is the share of what is usable that was not busy. No wait explains more
// than that: where all CPUs are busy, to wait less would gain nothing.
func (f Figures) idle() float64 { return 1 - f.Busy/f.usable() }

// busy says in words how many CPUs were.
func (f Figures) busy() string {
	s := fmt.Sprintf("%s busy at GOMAXPROCS %s", count(f.Busy, "CPU was", "CPUs were"), number(f.Procs))
	if u := f.usable(); u < f.Procs {
		s += fmt.Sprintf(", and %s there for it", count(u, "CPU was", "CPUs were"))
	}
	if f.Whole {
		s += " (of the whole process, its start included)"
	}
	return s
}

// known returns v, or 0 where it is unknown.
func known(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

func number(v float64) string { return fmt.Sprintf("%.3g", v) }

// count puts a number before its noun, and the noun's verb if it has one: the
// number is 1 only where that is what the reader sees.
func count(v float64, one, many string) string {
	if s := number(v); s != "1" {
		return s + " " + many
	}
	return "1 " + one
}

func percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }
