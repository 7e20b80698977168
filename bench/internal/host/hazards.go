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
	"github.com/shirou/gopsutil/v4/mem"

	"conpar/results"
)

// Hazards says of each thing that may spoil a run on the machine m, and that
// can be looked at once before it begins, whether it is there: always the same
// ones, in the same order, on every system. procs are the GOMAXPROCS that are
// planned. It sleeps for some 30 ms, to see how exact that is.
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
	cores     int           // likewise
	detects   bool          // that machine.Virtual is empty means that there is no hypervisor
	swap      *swapSpace    // nil unknown
	step      time.Duration // of the clock; 0 unknown
	overshoot time.Duration // of a short sleep
}

func thisSystem(m results.Machine, procs []int) system {
	s := system{os: runtime.GOOS, files: os.DirFS("/"), getenv: os.Getenv, settings: buildSettings(), machine: m, procs: procs,
		step: clockStep(sinceNow()), overshoot: sleepOvershoot(sinceNow(), time.Sleep)}
	_, s.detects = hypervisor()
	// An error leaves a zero, which is unknown.
	s.logical, _ = cpu.Counts(true)
	s.cores, _ = cpu.Counts(false)
	if v, err := mem.SwapMemory(); err == nil {
		s.swap = &swapSpace{total: v.Total, used: v.Used}
	}
	return s
}

// looks are the hazards of a run, in the order in which they are told.
var looks = []struct {
	name  string
	linux bool // is read on Linux only
	// hardware belongs to the real machine: a virtual one is told of it what
	// its hypervisor likes, so that there nothing of it is ever "ok".
	hardware bool
	look     func(system) results.Hazard
}{
	{"frequency governor", true, true, system.governor},
	{"turbo", true, true, system.turbo},
	{"thermal throttling", true, true, system.thermal},
	{"SMT", false, true, system.smt},
	{"unequal cores", false, true, system.unequalCores},
	{"CPU quota", true, false, system.quota},
	{"CPU affinity", false, false, system.affinity},
	{"battery", false, true, system.battery},
	{"virtual machine", false, false, system.virtualMachine},
	{"oversubscribed", false, false, system.oversubscribed},
	{"swap", false, false, system.swapInUse},
	{"timer resolution", false, false, system.timerResolution},
	{"sleep overshoot", false, false, system.sleepOvershoot},
	{"instruction set", false, false, system.instructionSet},
	{"GOGC", false, false, variable("GOGC", "100")},
	{"GOMEMLIMIT", false, false, variable("GOMEMLIMIT", "off")},
	{"GODEBUG", false, false, variable("GODEBUG", "")},
	{"GOMAXPROCS", false, false, variable("GOMAXPROCS", "")},
}

func (s system) hazards() []results.Hazard {
	all := make([]results.Hazard, 0, len(looks))
	for _, l := range looks {
		h := notRead(s.os)
		if !l.linux || s.os == "linux" {
			h = l.look(s)
		}
		if l.hardware {
			h = believed(h, s.machine.Virtual != "")
		}
		h.Name = l.name
		all = append(all, h)
	}
	return all
}

// believed returns what was found of the hardware, or, of what looks fine in a
// virtual machine, that it is unknown.
func believed(h results.Hazard, virtual bool) results.Hazard {
	if virtual && h.State == results.OK {
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

// clean makes a text that we did not write safe to print: short, and of
// printable ASCII only.
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

// virtualMachine: what a hypervisor gives to others, and when, is not ours to
// see, but for what it admits as steal.
func (s system) virtualMachine() results.Hazard {
	switch {
	case s.machine.Virtual != "":
		return warn("%s", clean(s.machine.Virtual))
	case s.detects:
		return ok("none found")
	}
	return unknown("this processor does not say")
}

// affinity: on fewer processors than there are, we may be given those that
// others use as well.
func (s system) affinity() results.Hazard {
	if s.logical < 1 || s.machine.Available < 1 {
		return unknown("the processors cannot be counted")
	}
	if s.machine.Available < s.logical {
		return warn("%d of %d CPUs", s.machine.Available, s.logical)
	}
	return ok("all %d CPUs", s.logical)
}

// oversubscribed: with a GOMAXPROCS above what we may use, threads wait for
// each other, and what the operating system does is measured as well.
func (s system) oversubscribed() results.Hazard {
	if len(s.procs) == 0 || s.machine.Available < 1 {
		return unknown("no GOMAXPROCS is planned")
	}
	cpus := float64(s.machine.Available)
	if s.machine.Quota != nil {
		cpus = min(cpus, *s.machine.Quota)
	}
	if most := slices.Max(s.procs); float64(most) > cpus {
		return warn("GOMAXPROCS up to %d on %.3g CPUs", most, cpus)
	}
	return ok("GOMAXPROCS up to %d on %.3g CPUs", slices.Max(s.procs), cpus)
}
