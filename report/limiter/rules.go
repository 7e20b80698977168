package limiter

import (
	"fmt"
	"math"
)

// What a limiter has to explain to be named. They were fixed before any run was
// looked at with them.
const (
	// leastShare is small against what is worth acting on, as a limiter that
	// explains 10% leaves 11% to be gained, and large against the error of CPUs
	// busy, ±0.05 on samples of 100 ms.
	leastShare = 0.1
	// leastStall is twice that: with all of its processors busy a machine's
	// clock is often a tenth slower, which no program can help.
	leastStall = 0.2
	// allBusy is the share of the usable processors from which on they count as
	// all busy. The rest is the beginning and the end of a sample.
	allBusy = 0.9
	// regress is the gain below which more processors made the work slower. A
	// memory that is used to capacity makes it no faster, but no slower either.
	regress = 0.9
)

// rule is a row of the table. Its share is NaN where it cannot be known.
type rule struct {
	name     string
	least    float64 // share from which on it is named
	share    func(Figures) float64
	evidence func(Figures) string
	advice   string
}

var rules = []rule{
	{"waiting", leastShare, waiting, func(f Figures) string {
		return fmt.Sprintf("%s of %s in flight waited for something other than a processor or a lock; %s%s",
			number(f.elsewhere()), count(f.InFlight, "task", "tasks"), f.busy(), f.unmeasured())
	}, "have more tasks in flight: processors do not help, goroutines do"},
	{"lock wait", leastShare, lockWait, func(f Figures) string {
		return fmt.Sprintf("%s waited for a lock at any time; %s", count(f.LockWait, "goroutine", "goroutines"), f.busy())
	}, "hold the lock for less, split what it protects, or give each goroutine its own; " +
		"a mutex profile (-mutexprofile) names the lock"},
	{"scheduler latency", leastShare, schedulerLatency, schedulerEvidence,
		"raise GOMAXPROCS where the machine has more CPUs; where processors were idle, look for neighbours, quotas and wake-ups"},
	{"garbage collection", leastShare, func(f Figures) float64 { return f.ofWork(f.GC) }, func(f Figures) string {
		return "garbage collection took " + f.partOfBusy(f.GC)
	}, "allocate less (-benchmem, -memprofile), or let the heap grow (GOGC, GOMEMLIMIT)"},
	{"system time", leastShare, func(f Figures) float64 { return f.ofWork(f.System) }, func(f Figures) string {
		return "the operating system took " + f.partOfBusy(f.System)
	}, "make fewer and larger system calls: buffer, batch, keep files and connections open"},
	{"memory bandwidth", leastStall, func(f Figures) float64 { return onlyIf(f.Gain >= regress, f.stalled()) },
		stallEvidence,
		"touch less memory for each task, in order, and in parts that fit a cache; two threads of one core share its units, too"},
	{"contention", leastStall, func(f Figures) float64 { return onlyIf(f.Gain < regress, f.stalled()) }, stallEvidence,
		"they take cache lines from each other, or spin for a lock: share less between goroutines, and keep apart what each writes"},
	{"oversubscription", leastShare, func(f Figures) float64 { return 1 - f.CPUs/f.Procs }, func(f Figures) string {
		return fmt.Sprintf("GOMAXPROCS is %s, and %s worth using", number(f.Procs), count(f.CPUs, "CPU is", "CPUs are"))
	}, "set GOMAXPROCS to the CPUs at most: more of them only take turns"},
	{"too few tasks", leastShare, tooFewTasks, func(f Figures) string {
		return fmt.Sprintf("%s in flight for %s", count(f.InFlight, "task was", "tasks were"),
			count(f.usable(), "processor", "processors"))
	}, "use as many goroutines as processors, at least, and tasks enough for all of them"},
	{"idle processors", leastShare, idleProcessors, func(f Figures) string {
		return f.busy() + "; how many tasks were in flight is not known: too few, or they wait"
	}, "tell the gauge the tasks (Gauge.Tasks), which decides between the two"},
	{"neighbours", leastShare, func(f Figures) float64 { return f.Foreign }, func(f Figures) string {
		return fmt.Sprintf("others took %s of the machine", percent(f.Foreign))
	}, "measure again when the machine is quiet"},
}

func (f Figures) partOfBusy(cpus float64) string {
	return fmt.Sprintf("%s of the %s busy (%s)", number(cpus), count(f.Busy, "CPU", "CPUs"), percent(cpus/f.Busy))
}

// onlyIf returns share where a rule applies, and 0 where it does not.
func onlyIf(applies bool, share float64) float64 {
	if applies {
		return share
	}
	return 0
}

// elsewhere is how many tasks in flight neither run nor wait for a processor or
// a lock. Where the latter are unknown, they are among them.
func (f Figures) elsewhere() float64 {
	return f.InFlight - f.Busy - known(f.LockWait) - known(f.RunWait)
}

func (f Figures) unmeasured() string {
	if math.IsNaN(f.LockWait) || math.IsNaN(f.RunWait) {
		return "; waits for locks and processors were not measured, and may be among them"
	}
	return ""
}

func waiting(f Figures) float64 { return min(f.elsewhere()/f.InFlight, f.idle()) }

// lockWait is the part of the tasks' time. Where tasks in flight are unknown,
// those who wait might have used as many processors as they are, no more.
func lockWait(f Figures) float64 {
	of := f.InFlight
	if math.IsNaN(of) {
		of = f.usable()
	}
	return min(f.LockWait/of, f.idle())
}

// schedulerLatency is the part of the tasks' time. More processors than
// GOMAXPROCS may help here; with all of the machine's CPUs busy nothing would.
func schedulerLatency(f Figures) float64 {
	of := f.InFlight
	if math.IsNaN(of) && 1-f.idle() >= allBusy {
		of = f.Busy + known(f.LockWait) + f.RunWait // all CPUs are busy: no long wait elsewhere
	}
	share := f.RunWait / of
	if there := f.there(); !math.IsNaN(there) {
		share = min(share, 1-f.Busy/max(there, f.Busy))
	}
	return share
}

func schedulerEvidence(f Figures) string {
	s := count(f.RunWait, "goroutine was", "goroutines were") + " ready to run and waited for a processor at any time; " + f.busy()
	if f.CPUs > f.Procs {
		s += fmt.Sprintf(", and the machine has %s", count(f.CPUs, "CPU", "CPUs"))
	}
	return s
}

// ofWork is the share that a part of the CPUs busy has of the time. Where all
// processors are busy it is its share of CPU time. Else it is that of the tasks'
// time that they do not spend waiting elsewhere: who has a lock, or waits to go
// on, is held up by it, and neighbours who leave fewer CPUs do not change that.
func (f Figures) ofWork(cpus float64) float64 {
	of := f.InFlight
	if math.IsNaN(of) {
		of = f.usable()
	}
	atWork := (f.Busy + known(f.LockWait) + known(f.RunWait)) / of
	return cpus / f.Busy * max(f.Busy/f.usable(), min(atWork, 1))
}

// stalled is the share of the last step in processors that was not gained
// although all of them were busy. A step beyond the CPUs is one to the CPUs; where
// it began there, it is oversubscription's.
func (f Figures) stalled() float64 {
	step := f.Step
	if f.CPUs < f.Procs {
		step = f.CPUs / min(f.CPUs, f.Procs/f.Step)
	}
	return onlyIf(step > 1 && 1-f.idle() >= allBusy, 1-f.Gain/step)
}

func stallEvidence(f Figures) string {
	return fmt.Sprintf("%s, but %s times the processors did %s times the work in the same time",
		f.busy(), number(f.Step), number(f.Gain))
}

// tooFewTasks does not count as lacking what is ready, but was not begun.
func tooFewTasks(f Figures) float64 {
	return 1 - (f.InFlight+known(f.RunWait))/f.usable()
}

func idleProcessors(f Figures) float64 {
	if !math.IsNaN(f.InFlight) {
		return 0
	}
	return f.idle() - known(f.LockWait)/f.usable()
}
