package host

import (
	"maps"
	"slices"

	"conpar/results"
)

// smt: two threads of one core give far less than twice of one, and a neighbour
// on the other thread slows ours down.
func (s system) smt() results.Hazard {
	m := s.machine
	if m.Physical > 0 && m.Physical < m.Available {
		return warn("%d threads on %d cores", m.Available, m.Physical)
	}
	if s.os != "linux" {
		switch {
		case s.cores < 1 || s.logical < s.cores:
			return unknown("the cores cannot be counted")
		case s.cores < s.logical:
			return warn("%d threads on %d cores", s.logical, s.cores)
		}
		return ok("%d cores, one thread each", s.cores)
	}
	active, err := readFile(s.files, "sys/devices/system/cpu/smt/active")
	switch {
	case err == nil && active == "1":
		return warn("on; each of our %d cores has a thread that is not ours", m.Physical)
	case err == nil && active == "0":
		return ok("%d cores, one thread each", m.Physical)
	case err == nil:
		err = errNonsense
	}
	return unknown("%s", because(err, "smt/active"))
}

// unequalCores: with fast and slow cores, twice the cores are not twice the
// speed, and it is a matter of luck on which kind a thread runs.
func (s system) unequalCores() results.Hazard {
	switch s.os {
	case "linux":
	case "darwin":
		return coreKinds()
	default:
		return notRead(s.os)
	}
	capacities, err := countFiles(s.files, "sys/devices/system/cpu/cpu*/cpu_capacity")
	if err != nil {
		return unknown("%s", because(err, "cpu_capacity"))
	}
	values := slices.Collect(maps.Values(capacities))
	least, most := slices.Min(values), slices.Max(values)
	switch {
	case least == 0:
		return unknown("%s", because(errNonsense, "cpu_capacity"))
	case float64(least) < alike*float64(most):
		return warn("the slowest has %.0f%% of the speed of the fastest", 100*float64(least)/float64(most))
	}
	return ok("all of one speed")
}

// alike is what the slowest core may have of the fastest one's speed: the best
// cores of a chip may be clocked a few percent higher than their equals.
const alike = 0.9
