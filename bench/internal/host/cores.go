package host

import (
	"slices"

	"conpar/results"
)

// smt: two threads of one core do far less than twice the work of one, and work
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
	return unreadable(err, "smt/active")
}

// unequalCores: with fast and slow cores, twice the cores are not twice as fast,
// and chance decides on which kind a thread runs.
func (s system) unequalCores() results.Hazard {
	if s.os != "linux" {
		return coreKinds()
	}
	texts, err := readFiles(s.files, "sys/devices/system/cpu/cpu*/cpu_capacity")
	var capacities []uint64
	for _, text := range texts {
		n, e := count(text)
		if e != nil || n == 0 {
			err = errNonsense
		}
		capacities = append(capacities, n)
	}
	if err != nil {
		return unreadable(err, "cpu_capacity")
	}
	least, most := float64(slices.Min(capacities)), float64(slices.Max(capacities))
	if least < alike*most {
		return warn("the slowest has %.0f%% of the speed of the fastest", 100*least/most)
	}
	return ok("all of one speed")
}

// alike is the smallest speed of the slowest core, as a fraction of the fastest
// core's: the best cores of a chip may be clocked a few percent higher.
const alike = 0.9
