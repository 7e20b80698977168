package host

import (
	"cmp"
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

var governors = regexp.MustCompile(`^[a-z_]{1,20}(, [a-z_]{1,20})*$`)

// governor: all but "performance" change the frequency with the load, so that a
// short sample still runs at the old one, and a sample after a pause is slower.
func (s system) governor() results.Hazard {
	texts, err := readFiles(s.files, policies+"scaling_governor")
	names := strings.Join(slices.Compact(slices.Sorted(maps.Values(texts))), ", ")
	switch {
	case err != nil || !governors.MatchString(names):
		return unreadable(cmp.Or(err, errNonsense), "scaling_governor")
	case names == "performance":
		return ok("performance")
	}
	return warn("%s", clean(names))
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
		values := slices.Collect(maps.Values(texts))
		nonsense := slices.ContainsFunc(values, func(v string) bool { return v != "0" && v != "1" })
		switch {
		case err != nil || nonsense:
			return unreadable(cmp.Or(err, errNonsense), path.Base(at.pattern))
		case slices.Contains(values, at.on):
			return warn("on")
		}
		return ok("off")
	}
	return unknown("no boost and no no_turbo")
}
