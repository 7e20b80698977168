package host

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/results"
)

// fake returns a root folder with some files.
func fake(texts map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// quiet is a real machine with four cores on which nothing is amiss, and of
// which no file can be read.
func quiet() system {
	return system{os: "linux", files: fake(nil), getenv: func(string) string { return "" },
		settings: map[string]string{"GOAMD64": "v1"},
		machine:  results.Machine{Logical: 4, Available: 4, Physical: 4},
		procs:    []int{1, 4}, logical: 4, cores: 4, detects: true,
		step: 40, overshoot: 90 * time.Microsecond}
}

func named(t *testing.T, hazards []results.Hazard, name string) results.Hazard {
	t.Helper()
	for _, h := range hazards {
		if h.Name == name {
			return h
		}
	}
	t.Fatalf("no hazard is called %q", name)
	return results.Hazard{}
}

const (
	policy0 = "sys/devices/system/cpu/cpufreq/policy0/"
	policy4 = "sys/devices/system/cpu/cpufreq/policy4/"
	cpu0    = "sys/devices/system/cpu/cpu0/"
	cpu1    = "sys/devices/system/cpu/cpu1/"
	group2  = "sys/fs/cgroup/user.slice/job/"

	interrupts = "proc/interrupts"
)

func TestHazardsInFiles(t *testing.T) {
	type files = map[string]string
	for _, tt := range []struct {
		hazard string
		files  files
		want   results.HazardState
		found  string
	}{
		{"frequency governor", nil, results.Unknown, "no scaling_governor"},
		{"frequency governor", files{policy0 + "scaling_governor": "performance\n", policy4 + "scaling_governor": "performance\n"}, results.OK, "performance"},
		{"frequency governor", files{policy0 + "scaling_governor": "schedutil\n", policy4 + "scaling_governor": "performance\n"}, results.Warn, "performance, schedutil"},
		{"frequency governor", files{policy0 + "scaling_governor": "performance\n", policy4 + "scaling_governor": "<b>\n"}, results.Unknown, "scaling_governor cannot be made sense of"},
		{"disk interrupts", nil, results.Unknown, "none are known as those of a disk"},
		{"disk interrupts", files{interrupts: " CPU0 CPU1\n 36: 0 98 PCI-MSIX 1-edge virtio1-req.0\n 37: 50 2 IO-APIC 9-fasteoi acpi\n"}, results.Warn, "100% of them go to CPU 1"},
		{"disk interrupts", files{interrupts: " CPU0 CPU2\n 36: 9 30 PCI-MSIX 1-edge nvme0q1\n 37: 10 11 PCI-MSIX 1-edge nvme0q2\n NMI: 0 0\n"}, results.OK, "68% of them go to CPU 2"},
		{"disk interrupts", files{interrupts: " CPU0 CPU1\n 36: 0 0 PCI-MSIX 1-edge virtio1-req.0\n"}, results.Unknown, "none are known as those of a disk"},
		{"disk interrupts", files{interrupts: " CPU0 CPU1\n 36: 1 x PCI-MSIX 1-edge virtio1-req.0\n"}, results.Unknown, "interrupts cannot be made sense of"},
		{"turbo", nil, results.Unknown, "no boost and no no_turbo"},
		{"turbo", files{"sys/devices/system/cpu/intel_pstate/no_turbo": "0\n"}, results.Warn, "on"},
		{"turbo", files{"sys/devices/system/cpu/intel_pstate/no_turbo": "1\n"}, results.OK, "off"},
		{"turbo", files{"sys/devices/system/cpu/cpufreq/boost": "1\n"}, results.Warn, "on"},
		{"turbo", files{"sys/devices/system/cpu/cpufreq/boost": "0\n"}, results.OK, "off"},
		{"turbo", files{policy0 + "boost": "0\n", policy4 + "boost": "1\n"}, results.Warn, "on"},
		{"turbo", files{policy0 + "boost": "1\n", policy4 + "boost": "0\n"}, results.Warn, "on"},
		{"turbo", files{policy0 + "boost": "0\n", policy4 + "boost": "2\n"}, results.Unknown, "boost cannot be made sense of"},
		{"SMT", nil, results.Unknown, "no smt/active"},
		{"SMT", files{"sys/devices/system/cpu/smt/active": "0\n"}, results.OK, "4 cores, one thread each"},
		{"SMT", files{"sys/devices/system/cpu/smt/active": "1\n"}, results.Warn, "on; each of our 4 cores has a thread that is not ours"},
		{"SMT", files{"sys/devices/system/cpu/smt/active": "on\n"}, results.Unknown, "smt/active cannot be made sense of"},
		{"unequal cores", nil, results.Unknown, "no cpu_capacity"},
		{"unequal cores", files{cpu0 + "cpu_capacity": "1024\n", cpu1 + "cpu_capacity": "980\n"}, results.OK, "all of one speed"},
		{"unequal cores", files{cpu0 + "cpu_capacity": "1024\n", cpu1 + "cpu_capacity": "512\n"}, results.Warn, "the slowest has 50% of the speed of the fastest"},
		{"unequal cores", files{cpu0 + "cpu_capacity": "1024\n", cpu1 + "cpu_capacity": "0\n"}, results.Unknown, "cpu_capacity cannot be made sense of"},
		{"CPU quota", nil, results.Unknown, "no cpu.max or cpu.cfs_quota_us"},
		{"CPU quota", files{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cgroup.controllers": "cpu\n"}, results.Unknown, "no cpu.max or cpu.cfs_quota_us"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "max 100000\n"}, results.OK, "none"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "150000 100000\n"}, results.Warn, "1.5 of 4 CPUs"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "800000 100000\n"}, results.OK, "8 CPUs for the 4 available"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "max 100000\n", "sys/fs/cgroup/user.slice/cpu.max": "what\n"}, results.Unknown, "cpu.max or cpu.cfs_quota_us cannot be made sense of"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "what\n", "sys/fs/cgroup/user.slice/cpu.max": "150000 100000\n"}, results.Warn, "1.5 of 4 CPUs"},
		{"CPU quota", files{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n", "sys/fs/cgroup/cgroup.events": "populated 1\n"}, results.Unknown, "none in the control groups that we see; those above are hidden"},
		{"CPU quota", files{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n", "sys/fs/cgroup/cgroup.events": "populated 1\n"}, results.Warn, "0.5 of 4 CPUs"},
		{"CPU quota", files{"proc/self/cgroup": "4:cpu,cpuacct:/job\n", "sys/fs/cgroup/cpu/release_agent": "", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n"}, results.OK, "none"},
		{"CPU quota", files{"proc/self/cgroup": "4:cpu,cpuacct:/job\n", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n"}, results.Unknown, "none in the control groups that we see; those above are hidden"},
		{"CPU quota", files{"proc/self/cgroup": "4:cpu:/job\n", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "250000\n", "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n"}, results.Warn, "2.5 of 4 CPUs"},
		{"CPU quota", files{"proc/self/cgroup": "4:cpu:/job\n", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "250000\n"}, results.Unknown, "cpu.max or cpu.cfs_quota_us cannot be made sense of"},
		{"CPU quota", files{"proc/self/cgroup": "4:memory:/job\n", "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "250000\n", "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n"}, results.Unknown, "no cpu.max or cpu.cfs_quota_us"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "0 100000\n"}, results.Unknown, "cpu.max or cpu.cfs_quota_us cannot be made sense of"},
		{"CPU quota", files{"proc/self/cgroup": "0::/user.slice/job\n", group2 + "cpu.max": "-2 100000\n"}, results.Unknown, "cpu.max or cpu.cfs_quota_us cannot be made sense of"},
	} {
		s := quiet()
		s.files = fake(tt.files)
		got := named(t, s.hazards(), tt.hazard)
		if got.State != tt.want || got.Found != tt.found {
			t.Errorf("%s with %q: %s, %q; want %s, %q", tt.hazard, tt.files, got.State, got.Found, tt.want, tt.found)
		}
	}
}

func TestHazardsOfTheMachine(t *testing.T) {
	half := 0.5
	set := func(name, value string) func(*system) {
		return func(s *system) {
			s.getenv = func(n string) string {
				if n == name {
					return value
				}
				return ""
			}
		}
	}
	for _, tt := range []struct {
		hazard string
		change func(*system)
		want   results.HazardState
		found  string
	}{
		{"SMT", func(s *system) { s.machine.Physical = 2 }, results.Warn, "4 threads on 2 cores"},
		{"SMT", func(s *system) { s.os, s.cores = "darwin", 2 }, results.Warn, "4 threads on 2 cores"},
		{"SMT", func(s *system) { s.os = "windows" }, results.OK, "4 cores, one thread each"},
		{"SMT", func(s *system) { s.os, s.cores = "windows", 0 }, results.Unknown, "the cores cannot be counted"},
		{"CPU affinity", nil, results.OK, "all 4 CPUs"},
		{"CPU affinity", func(s *system) { s.machine.Available = 2 }, results.Warn, "2 of 4 CPUs"},
		{"CPU affinity", func(s *system) { s.logical = 0 }, results.Unknown, "the processors cannot be counted"},
		{"virtual machine", nil, results.OK, "none found"},
		{"virtual machine", func(s *system) { s.machine.Virtual = "KVM" }, results.Warn, "KVM"},
		{"virtual machine", func(s *system) { s.detects = false }, results.Unknown, "this processor does not say"},
		{"oversubscribed", nil, results.OK, "GOMAXPROCS up to 4 on 4 CPUs"},
		{"oversubscribed", func(s *system) { s.procs = []int{1, 8, 4} }, results.Warn, "GOMAXPROCS up to 8 on 4 CPUs"},
		{"oversubscribed", func(s *system) { s.machine.Quota = &half }, results.Warn, "GOMAXPROCS up to 4 on 0.5 CPUs"},
		{"oversubscribed", func(s *system) { s.procs = nil }, results.OK, "no work that computes"},
		{"oversubscribed", func(s *system) { s.machine.Available = 0 }, results.Unknown, "the CPUs cannot be counted"},
		{"timer resolution", nil, results.OK, "40ns"},
		{"timer resolution", func(s *system) { s.step = 15 * time.Millisecond }, results.Warn, "15ms"},
		{"timer resolution", func(s *system) { s.step = 0 }, results.Unknown, "the clock stands still"},
		{"sleep overshoot", nil, results.OK, "90\u00b5s beyond 1ms"},
		{"sleep overshoot", func(s *system) { s.overshoot = 1100 * time.Microsecond }, results.Warn, "1.1ms beyond 1ms"},
		{"sleep overshoot", func(s *system) { s.overshoot = -time.Millisecond }, results.Unknown, "sleeps end early"},
		{"instruction set", nil, results.OK, "GOAMD64=v1"},
		{"instruction set", func(s *system) { s.settings = map[string]string{"GOAMD64": "v3"} }, results.Warn, "GOAMD64=v3"},
		{"instruction set", func(s *system) { s.settings = map[string]string{"GOARM64": "v8.0"} }, results.OK, "GOARM64=v8.0"},
		{"instruction set", func(s *system) { s.settings = nil }, results.Unknown, "no GOAMD64 or GOARM64 in this program's build settings"},
		{"GOGC", nil, results.OK, "as usual"},
		{"GOGC", set("GOGC", "100"), results.OK, "as usual"},
		{"GOGC", set("GOGC", "off"), results.Warn, "GOGC=off"},
		{"GOMEMLIMIT", set("GOMEMLIMIT", "off"), results.OK, "as usual"},
		{"GOMEMLIMIT", set("GOMEMLIMIT", "1GiB"), results.Warn, "GOMEMLIMIT=1GiB"},
		{"GODEBUG", nil, results.OK, "as usual"},
		{"GODEBUG", set("GODEBUG", "a=\x1b[31m\u202e\xff\n"+strings.Repeat("x", 1000)), results.Warn, "GODEBUG=a=?[31m???" + strings.Repeat("x", 50) + "..."},
		{"GOMAXPROCS", nil, results.OK, "as usual"},
		{"GOMAXPROCS", set("GOMAXPROCS", "2"), results.Warn, "GOMAXPROCS=2"},
	} {
		s := quiet()
		if tt.change != nil {
			tt.change(&s)
		}
		got := named(t, s.hazards(), tt.hazard)
		if got.State != tt.want || got.Found != tt.found {
			t.Errorf("%s: %s, %q; want %s, %q", tt.hazard, got.State, got.Found, tt.want, tt.found)
		}
	}
}

// What a virtual machine is told of the hardware may warn, but not reassure.
func TestVirtualMachineIsNotReassured(t *testing.T) {
	s := quiet()
	s.machine.Virtual = "KVM"
	s.files = fake(map[string]string{
		policy0 + "scaling_governor":                   "performance\n",
		"sys/devices/system/cpu/intel_pstate/no_turbo": "0\n",
		"sys/devices/system/cpu/smt/active":            "0\n",
		cpu0 + "cpu_capacity":                          "1024\n",
		"proc/self/cgroup":                             "0::/job\n",
		"sys/fs/cgroup/job/cpu.max":                    "max 100000\n",
	})
	want := map[string]results.HazardState{
		"frequency governor": results.Unknown, "turbo": results.Warn, "SMT": results.Unknown,
		"unequal cores": results.Unknown, "CPU quota": results.OK,
	}
	for name, state := range want {
		if got := named(t, s.hazards(), name); got.State != state {
			t.Errorf("%s: %+v, want %s", name, got, state)
		}
	}
	if got := named(t, s.hazards(), "SMT").Found; got != "4 cores, one thread each, but of a virtual machine" {
		t.Errorf("SMT: %q", got)
	}
}

// switchedOff fails as cpufreq does for a processor that is switched off.
type switchedOff struct {
	fstest.MapFS
	name string
}

func (s switchedOff) Open(name string) (fs.File, error) {
	if name == s.name {
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EBUSY}
	}
	return s.MapFS.Open(name)
}

func TestProcessorsSwitchedOffDoNotCount(t *testing.T) {
	s := quiet()
	files := fake(map[string]string{policy0 + "scaling_governor": "performance\n", policy4 + "scaling_governor": "powersave\n"})
	s.files = switchedOff{files, policy4 + "scaling_governor"}
	if got := named(t, s.hazards(), "frequency governor"); got.State != results.OK {
		t.Errorf("%+v", got)
	}
	delete(files, policy0+"scaling_governor")
	if got := named(t, s.hazards(), "frequency governor"); got.State != results.Unknown {
		t.Errorf("nothing but processors that are switched off: %+v", got)
	}
}

var (
	onceNames = []string{"frequency governor", "turbo", "SMT", "unequal cores", "CPU quota", "CPU affinity", "disk interrupts",
		"virtual machine", "oversubscribed", "timer resolution", "sleep overshoot", "instruction set", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOMAXPROCS"}
	roundNames = []string{"throttled periods", "steal", "CPU pressure", "frequency"}
)

func names(hazards []results.Hazard) []string {
	var all []string
	for _, h := range hazards {
		all = append(all, h.Name)
	}
	return all
}

func TestNamesAndOrderAreTheSameEverywhere(t *testing.T) {
	for _, system := range []string{"linux", "darwin", "windows", "plan9"} {
		s := quiet()
		s.os = system
		if diff := cmp.Diff(onceNames, names(s.hazards())); diff != "" {
			t.Errorf("%s: %s", system, diff)
		}
		w := Watch{os: system, files: fake(nil), now: sinceNow()}
		w.Round()
		if diff := cmp.Diff(roundNames, names(w.Round())); diff != "" {
			t.Errorf("%s: %s", system, diff)
		}
	}
	if diff := cmp.Diff(onceNames, names(Hazards(Facts(""), []int{1}))); diff != "" {
		t.Errorf("this system: %s", diff)
	}
	if diff := cmp.Diff(roundNames, names(NewWatch().Round())); diff != "" {
		t.Errorf("this system: %s", diff)
	}
}

// Elsewhere than on Linux, what is in Linux's files is not read, even if they
// are there.
func TestOtherSystemsSayThatTheyDoNotRead(t *testing.T) {
	s := quiet()
	s.os = "plan9"
	s.files = fake(kernelFiles("1\n"))
	for _, h := range s.hazards() {
		if slices.Contains(onceNames[:2], h.Name) && (h.State != results.Unknown || h.Found != "not read on plan9") {
			t.Errorf("%+v", h)
		}
	}
	w := Watch{os: "plan9", files: s.files, now: sinceNow()}
	w.Round()
	for _, h := range w.Round() {
		if h.State != results.Unknown || h.Found != "not read on plan9" {
			t.Errorf("%+v", h)
		}
	}
}

// Nothing of this machine and its user may be told but what is asked for.
func TestHazardsTellNoSecrets(t *testing.T) {
	const canary = "canary7731"
	for _, name := range []string{"HOME", "USER", "LOGNAME", "HOSTNAME", "PATH", "PWD", "SSH_CONNECTION", "GOFLAGS", "GOPATH", "GOAMD64",
		"GOEXPERIMENT", "LD_PRELOAD", "API_TOKEN", "CONPAR_SECRET"} {
		t.Setenv(name, canary)
	}
	t.Setenv("GODEBUG", "told=told8842")
	root := t.TempDir()
	for name, text := range map[string]string{
		"proc/self/cgroup":                                  "0::/" + canary + "\n4:cpu:/" + canary + "\n",
		"sys/fs/cgroup/" + canary + "/cpu.max":              canary,
		"sys/fs/cgroup/" + canary + "/cpu.stat":             "nr_throttled 1",
		"sys/fs/cgroup/cpu/" + canary + "/cpu.cfs_quota_us": canary,
		policy0 + "scaling_governor":                        "<" + canary + ">",
		"sys/devices/system/cpu/cpufreq/boost":              canary,
		cpu0 + "cpu_capacity":                               canary,
		"proc/stat":                                         canary,
		"proc/pressure/cpu":                                 "some total=" + canary,
	} {
		put(t, root, name, text)
	}
	s := thisSystem(Facts(""), []int{1})
	tell := func() string {
		w := &Watch{os: "linux", files: s.files, now: sinceNow()}
		w.Round()
		text, err := json.Marshal([][]results.Hazard{s.hazards(), w.Round()})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	here := tell()
	if !strings.Contains(here, "told8842") {
		t.Errorf("GODEBUG is not told in %s", here)
	}
	s.os, s.files = "linux", os.DirFS(root)
	planted := tell()
	host, _ := os.Hostname()
	for _, secret := range []string{canary, host, root} {
		if len(secret) > 3 && (strings.Contains(here, secret) || strings.Contains(planted, secret)) {
			t.Errorf("%q is in %s or %s", secret, here, planted)
		}
	}
}
