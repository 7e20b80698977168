package host

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"conpar/results"
)

// Each policy is of one processor, or of some that share a clock.
const policies = "sys/devices/system/cpu/cpufreq/policy*/"

var governorName = regexp.MustCompile(`^[a-z_]{1,20}$`)

// governor: any but "performance" changes the frequency with the load, so that
// a short sample is still at the old one, and one after a pause is slower.
func (s system) governor() results.Hazard {
	texts, err := readFiles(s.files, policies+"scaling_governor")
	names := slices.Compact(slices.Sorted(maps.Values(texts)))
	for _, name := range names {
		if !governorName.MatchString(name) {
			err = errNonsense
		}
	}
	switch {
	case err != nil:
		return unknown("%s", because(err, "scaling_governor"))
	case len(names) == 1 && names[0] == "performance":
		return ok("performance")
	}
	return warn("%s", clean(strings.Join(names, ", ")))
}

// turbo: one busy processor runs faster than all of them together, which looks
// like a poor gain from parallelism.
func (s system) turbo() results.Hazard {
	for _, at := range []struct{ pattern, on string }{
		{"sys/devices/system/cpu/intel_pstate/no_turbo", "0"},
		{"sys/devices/system/cpu/cpufreq/boost", "1"},
		{policies + "boost", "1"},
	} {
		texts, err := readFiles(s.files, at.pattern)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		on := false
		for _, text := range texts {
			if text != "0" && text != "1" {
				err = errNonsense
			}
			on = on || text == at.on
		}
		switch {
		case err != nil:
			return unknown("%s", because(err, path.Base(at.pattern)))
		case on:
			return warn("on")
		}
		return ok("off")
	}
	return unknown("no boost and no no_turbo")
}

// steady is what a frequency may fall short by: readings of one that is held
// differ by a few percent.
const steady = 0.95

// frequencies judges the frequencies as they are now, in kHz, against the
// limits that the kernel had set before, and returns those that it sets now. A
// limit that changes is the kernel cooling the processor, or somebody saving
// power. A processor that is idle clocks down by itself, so that a low
// frequency alone shows nothing, and is unknown.
func frequencies(files fs.FS, before counters) (results.Hazard, counters) {
	limits, err := countFiles(files, policies+"scaling_max_freq")
	if err != nil {
		return unknown("%s", because(err, "scaling_max_freq")), nil
	}
	current, err := countFiles(files, policies+"scaling_cur_freq")
	if err != nil {
		return unknown("%s", because(err, "scaling_cur_freq")), limits
	}
	var limit, least uint64 // of the processor that runs slowest for its limit
	for _, name := range slices.Sorted(maps.Keys(current)) {
		now, max := current[name], limits[path.Join(path.Dir(name), "scaling_max_freq")]
		if max == 0 || now == 0 {
			return unknown("%s", because(errNonsense, "scaling_max_freq")), limits
		}
		if limit == 0 || float64(now)/float64(max) < float64(least)/float64(limit) {
			limit, least = max, now
		}
	}
	const perGHz = 1e6
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		was, known := before[name]
		if now := limits[name]; known && now != was {
			return warn("the limit went from %.2f to %.2f GHz", float64(was)/perGHz, float64(now)/perGHz), limits
		}
	}
	if float64(least) < steady*float64(limit) {
		return unknown("the slowest CPU at %.2f of %.2f GHz, perhaps idle", float64(least)/perGHz, float64(limit)/perGHz), limits
	}
	return ok("the slowest CPU at %.2f of %.2f GHz", float64(least)/perGHz, float64(limit)/perGHz), limits
}
