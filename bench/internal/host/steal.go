package host

import (
	"io/fs"
	"strings"

	"conpar/results"
)

// cpuTicks reads what the processors did since the system was started, all of
// it and what was stolen. The unit is the kernel's; we take shares.
//
//	cpu  771715 306 200464 1309632 16831 0 6628 370 0 0
func cpuTicks(files fs.FS) (counters, error) {
	text, err := readFile(files, "proc/stat")
	if err != nil {
		return nil, err
	}
	line, _, _ := strings.Cut(text, "\n")
	// user nice system idle iowait irq softirq steal; what runs in a guest of
	// ours is part of user, and comes behind.
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

// stolen is the share of the CPU time that a hypervisor may give to others.
// Of a round of ten seconds 1% is as long as two samples.
const stolen = 0.01

func (w *Watch) steal(i interval) results.Hazard {
	total := i.rise["total"]
	switch share := i.rise["steal"] / total; {
	case total == 0:
		return unknown("%s", because(errNonsense, "stat"))
	case i.after["steal"] == 0 && !w.bare:
		return unknown("this hypervisor has never admitted any")
	case share >= stolen:
		return warn("%.1f%% of the CPU time", 100*share)
	default:
		return ok("%.1f%% of the CPU time", 100*share)
	}
}

// ForeignCPU puts into words which share of the machine, 0 … 1, others took;
// nil is unknown. See [Clock.Foreign].
func ForeignCPU(share *float64) results.Hazard {
	h := unknown("no clock counts all that runs on this machine")
	switch {
	case share == nil:
	case !(*share >= 0 && *share <= 1):
		h = unknown("a share that cannot be")
	case *share > results.DisturbedAbove:
		h = warn("%.1f%% of the CPU time", 100**share)
	default:
		h = ok("%.1f%% of the CPU time", 100**share)
	}
	h.Name = "foreign CPU"
	return h
}
