package host

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"conpar/results"
)

// kernelFiles returns one text in all the files that are ever read, but the one
// that leads to others.
func kernelFiles(text string) map[string]string {
	texts := map[string]string{"proc/self/cgroup": "0::/user.slice/job\n4:cpu:/job\n"}
	for _, name := range []string{
		"proc/stat", "proc/pressure/cpu",
		group2 + "cpu.max", group2 + "cpu.stat", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "sys/fs/cgroup/cpu/job/cpu.cfs_period_us",
		"sys/fs/cgroup/cpu/job/cpu.stat", "sys/fs/cgroup/cpu/release_agent",
		policy0 + "scaling_governor", policy0 + "scaling_max_freq", policy0 + "scaling_cur_freq", policy0 + "boost",
		"sys/devices/system/cpu/cpufreq/boost", "sys/devices/system/cpu/intel_pstate/no_turbo", "sys/devices/system/cpu/smt/active",
		cpu0 + "cpu_capacity",
	} {
		texts[name] = text
	}
	return texts
}

// inFiles are the hazards that are read from nothing but the kernel's files.
var inFiles = []string{"frequency governor", "turbo", "SMT", "unequal cores", "CPU quota"}

// tell returns all hazards in the kernel's files: of a run, and of a round in
// which they became others.
func tell(before, after fs.FS) (once, round []results.Hazard) {
	var at time.Duration
	w := &Watch{os: "linux", files: before, bare: true, now: func() time.Duration { return at }}
	w.Round()
	at += 10 * time.Second
	w.files = after
	s := quiet()
	s.files = after
	return s.hazards(), w.Round()
}

func TestNonsenseIsUnknown(t *testing.T) {
	for _, nonsense := range []string{
		"", "\n", " ", "-1", "-7 zero", "NaN", "+Inf", "1e9", "0x10", "1.5", "4 4 4 4", "99999999999999999999", "4611686018427387904",
		"\x00\x01\xff\xfe", "\ufeff0", "cpu", "cpu -1 0 0 0 0 0 0 0", "cpu 1 1 1 1 1 1 1 9999999999999999999", "nr_throttled", "nr_throttled -1",
		"some total=-1", "some total=", "some", "performance ok", "max", "max max", "0\n0", "\u202e0",
		strings.Repeat("0", readAtMost+1), strings.Repeat("a\n", 1<<19), strings.Repeat("/", 5000),
	} {
		short := nonsense[:min(len(nonsense), 60)]
		files := fake(kernelFiles(nonsense))
		once, round := tell(files, files)
		for _, name := range inFiles {
			if h := named(t, once, name); h.State != results.Unknown && !(name == "frequency governor" && h.State == results.Warn) {
				t.Errorf("%q: %+v", short, h)
			}
		}
		for _, h := range round {
			if h.State != results.Unknown {
				t.Errorf("%q: %+v", short, h)
			}
		}
		// Nonsense that leads to other files leads nowhere.
		texts := kernelFiles("max 100000\n")
		texts["proc/self/cgroup"] = nonsense
		once, _ = tell(fake(texts), fake(texts))
		if h := named(t, once, "CPU quota"); h.State != results.Unknown {
			t.Errorf("%q in proc/self/cgroup: %+v", short, h)
		}
	}
}

// A path of control groups stays below the mount.
func TestGroupsStayBelowTheMount(t *testing.T) {
	for _, group := range []string{"/../../../job", "../../../job", "job", "//job/."} {
		cpus, _, err := quota(fake(map[string]string{
			"proc/self/cgroup":          "0::" + group + "\n",
			"sys/fs/cgroup/job/cpu.max": "200000 100000\n",
			"job/cpu.max":               "100000 100000\n",
		}))
		if cpus != 2 || err != nil {
			t.Errorf("%s: a quota of %v, %v", group, cpus, err)
		}
	}
}

func FuzzKernelFiles(f *testing.F) {
	for _, seed := range []string{
		"", "0\n", "1\n", "1024\n", "3400000\n", "performance\n", "max 100000\n", "150000 100000\n", "-1\n",
		"0::/user.slice/job\n4:cpu,cpuacct:/job\n", "cpu  771715 306 200464 1309632 16831 0 6628 370 0 0\ncpu0 1 2 3\n",
		"some avg10=2.38 avg60=1.08 avg300=11.59 total=2648032850\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
		"nr_periods 9\nnr_throttled 3\nthrottled_usec 70\n", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n",
	} {
		f.Add(seed, seed, false)
		f.Add(seed, "9"+seed, true)
	}
	f.Fuzz(func(t *testing.T, before, after string, groups bool) {
		first, second := kernelFiles(before), kernelFiles(after)
		if groups {
			first["proc/self/cgroup"], second["proc/self/cgroup"] = before, after
		}
		once, round := tell(fake(first), fake(second))
		for _, h := range append(once, round...) {
			if h.State != results.OK && h.State != results.Warn && h.State != results.Unknown {
				t.Errorf("the state of %+v", h)
			}
			if !wellSaid.MatchString(h.Found) || strings.Contains(h.Found, "%!") || strings.Contains(h.Found, "NaN") || strings.Contains(h.Found, "Inf") {
				t.Errorf("what was found of %+v", h)
			}
		}
	})
}

// wellSaid is printable, short ASCII, but for the sign of a microsecond.
var wellSaid = regexp.MustCompile(`^[ -~\x{b5}]{1,120}$`)
