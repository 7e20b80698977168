package host

import (
	"io/fs"
	"strings"

	"conpar/results"
)

// cpuTicks reads the CPU time since the system was started, in all and what was
// stolen. The unit does not matter, because only fractions are used.
//
//	cpu  771715 306 200464 1309632 16831 0 6628 370 0 0
func cpuTicks(files fs.FS) (counters, error) {
	text, err := readFile(files, "proc/stat")
	if err != nil {
		return nil, err
	}
	line, _, _ := strings.Cut(text, "\n")
	// user nice system idle iowait irq softirq steal; time of guests of ours comes
	// behind, and is part of user.
	const used = 8
	fields := strings.Fields(line)
	if len(fields) < 1+used || fields[0] != "cpu" {
		return nil, errNonsense
	}
	c := counters{}
	for _, field := range fields[1 : 1+used] {
		n, err := count(field)
		if err != nil || n > 1<<58 { // the sum must fit
			return nil, errNonsense
		}
		c["total"] += n
		c["steal"] = n
	}
	return c, nil
}

// stolen is the fraction of the CPU time that a hypervisor may give to others. In
// a round of ten seconds 1% is as long as two samples.
const stolen = 0.01

func (w *Watch) steal(i interval) results.Hazard {
	total := i.rise["total"]
	switch share := i.rise["steal"] / total; {
	case total == 0:
		return unreadable(errNonsense, "stat")
	case i.after["steal"] == 0 && !w.bare:
		return unknown("this hypervisor has never admitted any")
	case share >= stolen:
		return warn("%.1f%% of the CPU time", 100*share)
	default:
		return ok("%.1f%% of the CPU time", 100*share)
	}
}

// OtherCPU returns the hazard for the fraction of the machine, 0 … 1, that other
// processes used; nil is unknown. See [Clock.OtherCPU].
func OtherCPU(fraction *float64) results.Hazard {
	h := unknown("no clock counts all that runs on this machine")
	switch {
	case fraction == nil:
	case !(*fraction >= 0 && *fraction <= 1):
		h = unknown("a fraction outside 0 to 1")
	case *fraction > results.DisturbedAbove:
		h = warn("%.1f%% of the CPU time", 100**fraction)
	default:
		h = ok("%.1f%% of the CPU time", 100**fraction)
	}
	h.Name = "foreign CPU"
	return h
}
