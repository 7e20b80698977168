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
	// leastStall is twice that: with all of its CPUs busy a machine's
	// clock is often a tenth slower, which no program can help.
	leastStall = 0.2
	// leastOfWhole is what a limiter has to explain where the CPUs busy are those of a
	// whole process: to start it takes some ms of a sample of 100 ms, on one CPU.
	leastOfWhole = 0.25
	// allBusy is the share of the usable CPUs from which on they count as all busy.
	// The rest is the beginning and the end of a sample.
	allBusy = 0.9
	// regress is the gain below which a higher GOMAXPROCS made the work slower. A
	// memory that is used to capacity makes it no faster, but no slower either.
	regress = 0.9
	// leastReady is the share of the tasks in flight that are ready beside idle
	// CPUs, from which on the calls of others hold their processors. It was chosen
	// by the suite: 512 connections that wake up in bursts reach 0.1, calls that
	// block 0.4 to 6.
	leastReady = 0.25
	// leastFaults is how many page faults that wait for a disk a task has, in the mean,
	// if they are what it waits for.
	leastFaults = 0.25
	// leastInSystem is the share of the CPUs busy that work spends in the operating
	// system if it consists of calls that block. Goroutines that hand items to each
	// other are ready beside idle CPUs, too, and spend a tenth of it there.
	leastInSystem = 0.5
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
	{PageFaults, leastShare, func(f Figures) float64 { return onlyIf(f.faulting(), max(waiting(f), f.notRun())) },
		func(f Figures) string {
			return fmt.Sprintf("it waits in page faults, which hold their processor: %s for each task; %s ready to run; %s",
				count(f.Faults, "major fault", "major faults"), count(f.RunWait, "goroutine was", "goroutines were"), f.busy())
		}, "raise GOMAXPROCS above the CPUs, at most to the goroutines, as each fault holds one; or read by calls, and ahead of use"},
	{"waiting", leastShare, func(f Figures) float64 { return onlyIf(!f.faulting(), waiting(f)) }, func(f Figures) string {
		return fmt.Sprintf("%s of %s in flight waited for something other than a turn to run or a lock; %s%s",
			number(f.elsewhere()), count(f.InFlight, "task", "tasks"), f.busy(), f.unmeasured())
	}, "have more tasks in flight: goroutines help, CPUs do not"},
	{"lock wait", leastShare, lockWait, func(f Figures) string {
		return fmt.Sprintf("%s waited for a lock at any time; %s", count(f.LockWait, "goroutine", "goroutines"), f.busy())
	}, "hold the lock for less, split what it protects, or give each goroutine its own; " +
		"a mutex profile (-mutexprofile) names the lock"},
	{BlockedCalls, leastShare, func(f Figures) float64 {
		return onlyIf(f.blocked() && !f.faulting(), f.notRun())
	}, func(f Figures) string {
		return "a blocked call holds its processor of the runtime: " + f.ready("one")
	}, "raise GOMAXPROCS, at most to the number of calls that block at once"},
	{"scheduler latency", leastShare, func(f Figures) float64 { return onlyIf(!f.blocked() && !f.faulting(), f.notRun()) },
		func(f Figures) string { return f.ready("a processor of the runtime") },
		"raise GOMAXPROCS where the machine has more CPUs; where CPUs were idle, look for neighbours, quotas and " +
			"wake-ups"},
	{"garbage collection", leastShare, func(f Figures) float64 { return f.ofWork(f.GC) }, func(f Figures) string {
		return "garbage collection took " + f.partOfBusy(f.GC)
	}, "allocate less (-benchmem, -memprofile), or let the heap grow (GOGC, GOMEMLIMIT)"},
	{"system time", leastShare, func(f Figures) float64 { return f.ofWork(f.System) }, func(f Figures) string {
		return "the operating system took " + f.partOfBusy(f.System)
	}, "make fewer and larger system calls: buffer, batch, keep files and connections open"},
	{"memory bandwidth", leastStall, func(f Figures) float64 { return onlyIf(f.Gain >= regress, f.stalled()) },
		stallEvidence,
		"touch less memory for each task, in order, and in parts that fit a cache; two threads of one core share " +
			"its units, too"},
	{"contention", leastStall, func(f Figures) float64 { return onlyIf(f.Gain < regress, f.stalled()) }, stallEvidence,
		"they take cache lines from each other, or spin for a lock: share less between goroutines, and keep apart " +
			"what each writes"},
	{"oversubscription", leastShare, oversubscription, func(f Figures) string {
		return fmt.Sprintf("GOMAXPROCS is %s, and %s worth using for work that computes",
			number(f.Procs), count(f.CPUs, "CPU is", "CPUs are"))
	}, "set GOMAXPROCS to the CPUs at most: more threads only take turns on them"},
	{"too few tasks", leastShare, tooFewTasks, func(f Figures) string {
		return fmt.Sprintf("%s in flight for %s", count(f.InFlight, "task was", "tasks were"),
			count(f.usable(), "CPU", "CPUs"))
	}, "use as many goroutines as CPUs, at least, and tasks enough for all of them"},
	{"idle CPUs", leastShare, idleCPUs, func(f Figures) string {
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

// elsewhere is how many tasks in flight neither run nor wait for their turn or
// a lock. Where the latter are unknown, they are among them.
func (f Figures) elsewhere() float64 {
	return f.InFlight - f.Busy - known(f.LockWait) - known(f.RunWait)
}

func (f Figures) unmeasured() string {
	if math.IsNaN(f.LockWait) || math.IsNaN(f.RunWait) {
		return "; waits for locks and for processors of the runtime were not measured, and may be among them"
	}
	return ""
}

// faulting says that tasks wait in page faults, as far as those are known.
func (f Figures) faulting() bool { return f.Faults >= leastFaults }

func waiting(f Figures) float64 { return min(f.elsewhere()/f.InFlight, f.idle()) }

// lockWait is the part of the tasks' time. Where tasks in flight are unknown,
// those who wait might have used as many CPUs as they are, no more.
func lockWait(f Figures) float64 {
	of := f.InFlight
	if math.IsNaN(of) {
		of = f.usable()
	}
	return min(f.LockWait/of, f.idle())
}

// blocked says that goroutines are ready beside idle CPUs, and that the CPUs that
// are busy mostly make system calls: then calls that block hold the processors of
// the runtime until its monitor takes them away. So do page faults that wait for a
// disk. Where there is one for each task, none can be lacking.
func (f Figures) blocked() bool {
	of := f.InFlight
	if math.IsNaN(of) {
		of = f.Busy + known(f.LockWait) + f.RunWait
	}
	return f.RunWait >= max(1, leastReady*of) && f.System >= leastInSystem*f.Busy && 1-f.idle() < allBusy &&
		f.Procs < max(of, f.RunWait)
}

// notRun is the part of the tasks' time in which they were ready and did not run.
// CPUs beyond GOMAXPROCS may help here; with all of the machine's busy nothing would.
func (f Figures) notRun() float64 {
	of := f.InFlight
	if math.IsNaN(of) && (f.blocked() || 1-f.idle() >= allBusy) {
		of = f.Busy + known(f.LockWait) + f.RunWait // no long wait elsewhere is known
	}
	share := f.RunWait / of
	if there := f.there(); !math.IsNaN(there) {
		share = min(share, 1-f.Busy/max(there, f.Busy))
	}
	return share
}

// ready says in words how many goroutines waited for what.
func (f Figures) ready(what string) string {
	s := fmt.Sprintf("%s ready to run and waited for %s at any time; %s",
		count(f.RunWait, "goroutine was", "goroutines were"), what, f.busy())
	if f.CPUs > f.Procs {
		s += fmt.Sprintf(", and the machine has %s", count(f.CPUs, "CPU", "CPUs"))
	}
	return s
}

// ofWork is the share that a part of the CPUs busy has of the time. Where all CPUs
// are busy it is its share of CPU time. Else it is that of the tasks' time that they
// do not spend waiting elsewhere: who has a lock, or waits to go on, is held up by
// it, and neighbours who leave fewer CPUs do not change that. Behind a blocked call
// a task does not wait for CPU time.
func (f Figures) ofWork(cpus float64) float64 {
	of := f.InFlight
	if math.IsNaN(of) {
		of = f.usable()
	}
	ready := known(f.RunWait)
	if f.blocked() {
		ready = 0
	}
	atWork := (f.Busy + known(f.LockWait) + ready) / of
	return cpus / f.Busy * max(f.Busy/f.usable(), min(atWork, 1))
}

// stalled is the share of the last step in GOMAXPROCS that was not gained although
// all CPUs were busy. A step beyond the CPUs is one to the CPUs; where
// it began there, it is oversubscription's.
func (f Figures) stalled() float64 {
	step := f.Step
	if f.CPUs < f.Procs {
		step = f.CPUs / min(f.CPUs, f.Procs/f.Step)
	}
	return onlyIf(step > 1 && 1-f.idle() >= allBusy, 1-f.Gain/step)
}

func stallEvidence(f Figures) string {
	return fmt.Sprintf("%s, but a GOMAXPROCS %s times as high did %s times the work in the same time",
		f.busy(), number(f.Step), number(f.Gain))
}

// oversubscription is said of work that computes: what waits in the kernel needs
// more processors of the runtime than there are CPUs. Without CPUs busy the evidence
// says so.
func oversubscription(f Figures) float64 {
	return onlyIf(math.IsNaN(f.Busy) || 1-f.idle() >= allBusy, 1-f.CPUs/f.Procs)
}

// tooFewTasks does not count as lacking what is ready, but was not begun.
func tooFewTasks(f Figures) float64 {
	return 1 - (f.InFlight+known(f.RunWait))/f.usable()
}

func idleCPUs(f Figures) float64 {
	if !math.IsNaN(f.InFlight) {
		return 0
	}
	return f.idle() - known(f.LockWait)/f.usable()
}
