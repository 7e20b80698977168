package host

import (
	"io/fs"
	"maps"
	"slices"

	"conpar/results"
)

// throttleCounts reads how often each core, and each package, was slowed down
// because it was hot. All processors of a package tell its count.
func throttleCounts(files fs.FS) (counters, error) {
	return countFiles(files, "sys/devices/system/cpu/cpu*/thermal_throttle/*_throttle_count")
}

// thermal: a machine that has been too hot before will be again, under our
// load; whether it was, the rounds tell.
func (s system) thermal() results.Hazard {
	counts, err := throttleCounts(s.files)
	if err != nil {
		return unknown("%s", because(err, "thermal_throttle"))
	}
	if most := slices.Max(slices.Collect(maps.Values(counts))); most > 0 {
		return warn("up to %d times on one CPU since it was started", most)
	}
	return ok("never since it was started")
}

// overheated: once is enough, it takes longer than a sample.
func overheated(i interval) results.Hazard {
	if most := slices.Max(slices.Collect(maps.Values(i.rise))); most > 0 {
		return warn("up to %.0f times on one CPU", most)
	}
	return ok("never")
}
