package host

import (
	"io/fs"
	"strings"

	"conpar/results"
)

// stallTime reads for how many microseconds at least one thread of the machine
// has waited for a processor:
//
//	some avg10=2.38 avg60=1.08 avg300=11.59 total=2648032850
func stallTime(files fs.FS) (counters, error) {
	text, err := readFile(files, "proc/pressure/cpu")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "some" {
			if total, ok := strings.CutPrefix(fields[len(fields)-1], "total="); ok {
				n, err := count(total)
				return counters{"some": n}, err
			}
		}
	}
	return nil, errNonsense
}

// pressure: where threads hardly wait for a CPU, no other process disturbs us.
// The reverse is not true: our own threads also wait for each other, as a server
// and its clients do, or with a GOMAXPROCS above the processors. So a high
// pressure is unknown; the CPU used by other processes tells more.
func (*Watch) pressure(i interval) results.Hazard {
	share := i.rise["some"] / 1e6 / i.wall.Seconds()
	switch {
	case share > 1.1: // it is read at another moment than the clock
		return unreadable(errNonsense, "pressure/cpu")
	case share > results.DisturbedAbove:
		return unknown("threads waited for a CPU %.1f%% of the time, ours among them", 100*share)
	}
	return ok("threads waited for a CPU %.1f%% of the time", 100*share)
}
