package host

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"

	"conpar/results"
)

// Hazards checks once, before a run on the machine m, what may spoil it: on every
// system the same hazards in the same order. procs are the planned values of
// GOMAXPROCS of work that computes. It sleeps for some 30 ms, to see how exact sleeping is.
func Hazards(m results.Machine, procs []int) []results.Hazard {
	return thisSystem(m, procs).hazards()
}

// system is what the hazards of a run are judged by.
type system struct {
	os        string // as in GOOS
	files     fs.FS  // of the root folder
	getenv    func(string) string
	settings  map[string]string // that this program was built with
	machine   results.Machine
	procs     []int
	logical   int           // processors, as the operating system counts them; 0 unknown
	cores     int           // as the operating system counts them; 0 unknown
	detects   bool          // an empty machine.Virtual means that there is no hypervisor
	step      time.Duration // of the clock; 0 unknown
	overshoot time.Duration // of a short sleep
}

func thisSystem(m results.Machine, procs []int) system {
	s := system{
		os: runtime.GOOS, files: os.DirFS("/"), getenv: os.Getenv, settings: buildSettings(), machine: m, procs: procs,
		step: clockStep(sinceNow()), overshoot: sleepOvershoot(sinceNow(), time.Sleep),
	}
	_, s.detects = hypervisor()
	// An error leaves a zero, which is unknown.
	s.logical, _ = cpu.Counts(true)
	s.cores, _ = cpu.Counts(false)
	return s
}

// startChecks are the hazards of a run, in the order of the report.
var startChecks = []struct {
	name  string
	linux bool // read on Linux only
	// hardware hazards belong to the real machine. What a virtual machine is told
	// about them is its hypervisor's choice, so there they are never "ok".
	hardware bool
	check    func(system) results.Hazard
}{
	{"frequency governor", true, true, system.governor},
	{"turbo", true, true, system.turbo},
	{"SMT", false, true, system.smt},
	{"unequal cores", false, true, system.unequalCores},
	{"CPU quota", true, false, system.quota},
	{"CPU affinity", false, false, system.affinity},
	{"disk interrupts", true, false, system.diskInterrupts},
	{"virtual machine", false, false, system.virtualMachine},
	{"oversubscribed", false, false, system.oversubscribed},
	{"timer resolution", false, false, system.timerResolution},
	{"sleep overshoot", false, false, system.sleepOvershoot},
	{"instruction set", false, false, system.instructionSet},
	{"GOGC", false, false, variable("GOGC", "100")},
	{"GOMEMLIMIT", false, false, variable("GOMEMLIMIT", "off")},
	{"GODEBUG", false, false, variable("GODEBUG", "")},
	{"GOMAXPROCS", false, false, variable("GOMAXPROCS", "")},
}

func (s system) hazards() []results.Hazard {
	var all []results.Hazard
	for _, c := range startChecks {
		h := notRead(s.os)
		if !c.linux || s.os == "linux" {
			h = c.check(s)
		}
		if c.hardware && s.machine.Virtual != "" {
			h = distrust(h)
		}
		h.Name = c.name
		all = append(all, h)
	}
	return all
}

// distrust turns an ok that a virtual machine was told into unknown.
func distrust(h results.Hazard) results.Hazard {
	if h.State == results.OK {
		return unknown("%s, but of a virtual machine", h.Found)
	}
	return h
}

func ok(format string, args ...any) results.Hazard { return found(results.OK, format, args) }

func warn(format string, args ...any) results.Hazard { return found(results.Warn, format, args) }

func unknown(format string, args ...any) results.Hazard { return found(results.Unknown, format, args) }

func notRead(os string) results.Hazard { return unknown("not read on %s", os) }

func found(state results.HazardState, format string, args []any) results.Hazard {
	return results.Hazard{State: state, Found: fmt.Sprintf(format, args...)}
}

// clean makes a text from elsewhere safe to print: short printable ASCII.
func clean(text string) string {
	const longest = 60
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	if len(text) > longest {
		text = text[:longest] + "..."
	}
	return text
}

// virtualMachine: we see what a hypervisor gives to others only as far as it
// admits it as steal.
func (s system) virtualMachine() results.Hazard {
	switch {
	case s.machine.Virtual != "":
		return warn("%s", clean(s.machine.Virtual))
	case s.detects:
		return ok("none found")
	}
	return unknown("this processor does not say")
}

// affinity: those of all processors that we may use may be the busy ones.
func (s system) affinity() results.Hazard {
	if s.logical < 1 || s.machine.Available < 1 {
		return unknown("the processors cannot be counted")
	}
	if s.machine.Available < s.logical {
		return warn("%d of %d CPUs", s.machine.Available, s.logical)
	}
	return ok("all %d CPUs", s.logical)
}

// oversubscribed: with a GOMAXPROCS above the CPUs that we may use, threads which
// compute wait for each other, and the operating system's scheduling is measured
// too. Work that waits is not concerned.
func (s system) oversubscribed() results.Hazard {
	switch {
	case s.machine.Available < 1:
		return unknown("the CPUs cannot be counted")
	case len(s.procs) == 0:
		return ok("no work that computes")
	}
	cpus := float64(s.machine.Available)
	if s.machine.Quota != nil {
		cpus = min(cpus, *s.machine.Quota)
	}
	most, say := slices.Max(s.procs), ok
	if float64(most) > cpus {
		say = warn
	}
	return say("GOMAXPROCS up to %d on %.3g CPUs", most, cpus)
}
