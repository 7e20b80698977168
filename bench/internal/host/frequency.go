package host

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"conpar/results"
	"conpar/results/lazy"
)

// Each policy is of one processor, or of some that share a clock.
const policies = "sys/devices/system/cpu/cpufreq/policy*/"

var governors = lazy.Regexp(`^[a-z_]{1,20}(, [a-z_]{1,20})*$`)

// governor: all but "performance" change the frequency with the load, so that a
// short sample still runs at the old one, and a sample after a pause is slower.
func (s system) governor() results.Hazard {
	texts, err := readFiles(s.files, policies+"scaling_governor")
	names := strings.Join(slices.Compact(slices.Sorted(maps.Values(texts))), ", ")
	switch {
	case err != nil || !governors().MatchString(names):
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

// steady is the least fraction of its limit that a steady frequency is read at:
// readings differ by a few percent.
const steady = 0.95

// frequency judges a round by the CPUs' frequencies at its end and by their
// limits. A limit changes when the kernel cools the CPU or saves power. An idle
// CPU slows down by itself, so a low frequency alone is unknown.
func (w *Watch) frequency() results.Hazard {
	limits, err := frequencies(w.files, "scaling_max_freq")
	before := w.limits
	w.limits = limits
	if err != nil {
		return unreadable(err, "scaling_max_freq")
	}
	current, err := frequencies(w.files, "scaling_cur_freq")
	if err != nil {
		return unreadable(err, "scaling_cur_freq")
	}
	slowest, fraction := "", math.Inf(1)
	for _, policy := range slices.Sorted(maps.Keys(current)) {
		if limits[policy] == 0 {
			return unreadable(errNonsense, "scaling_max_freq")
		}
		if f := current[policy] / limits[policy]; f < fraction {
			slowest, fraction = policy, f
		}
	}
	for _, policy := range slices.Sorted(maps.Keys(limits)) {
		if was, known := before[policy]; known && was != limits[policy] {
			return warn("the limit went from %.2f to %.2f GHz", was, limits[policy])
		}
	}
	found := fmt.Sprintf("the slowest CPU at %.2f of %.2f GHz", current[slowest], limits[slowest])
	if fraction < steady {
		return unknown("%s, perhaps idle", found)
	}
	return ok("%s", found)
}

// frequencies reads a file of each policy, in GHz, by policy.
func frequencies(files fs.FS, file string) (map[string]float64, error) {
	texts, err := readFiles(files, policies+file)
	ghz := map[string]float64{}
	for name, text := range texts {
		khz, e := count(text)
		if e != nil || khz == 0 {
			return nil, errNonsense
		}
		ghz[path.Dir(name)] = float64(khz) / 1e6
	}
	return ghz, err
}
