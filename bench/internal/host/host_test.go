package host

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func put(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestQuota(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  float64 // +Inf: no limit found
	}{
		{"no control groups", nil, math.Inf(1)},
		{"version 2, no limit", map[string]string{
			"proc/self/cgroup": "0::/user/job\n", "sys/fs/cgroup/user/job/cpu.max": "max 100000\n"}, math.Inf(1)},
		{"version 2", map[string]string{
			"proc/self/cgroup": "0::/user/job\n", "sys/fs/cgroup/user/job/cpu.max": "150000 100000\n"}, 1.5},
		{"a parent's limit is lower", map[string]string{
			"proc/self/cgroup": "0::/user/job\n", "sys/fs/cgroup/user/job/cpu.max": "400000 100000\n",
			"sys/fs/cgroup/user/cpu.max": "200000 100000\n"}, 2},
		{"a parent's limit is higher", map[string]string{
			"proc/self/cgroup": "0::/user/job\n", "sys/fs/cgroup/user/job/cpu.max": "200000 100000\n",
			"sys/fs/cgroup/user/cpu.max": "400000 100000\n"}, 2},
		{"in a container the mount is the group", map[string]string{
			"proc/self/cgroup": "0::/docker/abc\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 0.5},
		{"version 1", map[string]string{
			"proc/self/cgroup":                        "4:cpu,cpuacct:/job\n",
			"sys/fs/cgroup/cpu/job/cpu.cfs_quota_us":  "300000\n",
			"sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n"}, 3},
		{"version 1, no limit", map[string]string{
			"proc/self/cgroup":                        "4:cpu,cpuacct:/job\n",
			"sys/fs/cgroup/cpu/job/cpu.cfs_quota_us":  "-1\n",
			"sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n"}, math.Inf(1)},
		{"nonsense", map[string]string{
			"proc/self/cgroup": "what\n0::/\n", "sys/fs/cgroup/cpu.max": "-7 zero"}, math.Inf(1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range tt.files {
				put(t, root, name, text)
			}
			got, _, _ := quota(os.DirFS(root))
			if got != tt.want {
				t.Errorf("quota %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWorth(t *testing.T) {
	q := func(v float64) *float64 { return &v }
	for _, tt := range []struct {
		physical int
		quota    *float64
		want     int
	}{{4, nil, 4}, {4, q(2.9), 2}, {4, q(0.5), 1}, {4, q(16), 4}, {0, nil, 1}} {
		if got := worth(tt.physical, tt.quota); got != tt.want {
			t.Errorf("worth(%d, %v) = %d, want %d", tt.physical, tt.quota, got, tt.want)
		}
	}
}

func TestDefaultName(t *testing.T) {
	for _, tt := range []struct {
		model string
		cpus  int
		want  string
	}{
		{"AMD EPYC", 2, "amd-epyc-2cpu"},
		{"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 28, "intel-xeon-e5-2680-v4-28cpu"},
		{"unknown", 4, "arm64-4cpu"},
		{"", 4, "arm64-4cpu"},
		{"../../etc\n", 1, "etc-1cpu"},
	} {
		if got := defaultName(tt.model, "arm64", tt.cpus); got != tt.want {
			t.Errorf("defaultName(%q) = %q, want %q", tt.model, got, tt.want)
		}
	}
}

func TestFactsHoldNoHostName(t *testing.T) {
	name, err := os.Hostname()
	if err != nil || len(name) < 4 {
		t.Skip("no host name to look for")
	}
	m := Facts("")
	if strings.Contains(m.Name, name) {
		t.Errorf("the alias %q holds the host's name", m.Name)
	}
	if m.CPUs < 1 || m.CPUs > m.Available || m.Available > m.Logical {
		t.Errorf("%d CPUs used of %d available of %d", m.CPUs, m.Available, m.Logical)
	}
	if got := Facts("mine").Name; got != "mine" {
		t.Errorf("the alias is %q", got)
	}
}

func TestClockTellsTheRootFromAContainer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("control groups are Linux's")
	}
	root := t.TempDir()
	put(t, root, "cpuacct/cpuacct.usage", "123456789\n")
	put(t, root, "cpuacct/release_agent", "")
	put(t, root, "cpu.stat", "usage_usec 5000\nuser_usec 1\n")
	if c := newClock(root); c.Name != "cpuacct.usage" || c.Step != 0 {
		t.Errorf("version 1: %+v", c)
	} else if busy, ok := c.Read(); !ok || busy != 123456789 {
		t.Errorf("version 1 reads %d, %v", busy, ok)
	}
	if err := os.Remove(filepath.Join(root, "cpuacct/release_agent")); err != nil {
		t.Fatal(err)
	}
	if c := newClock(root); c.Name != "cpu.stat" {
		t.Errorf("version 2: %+v", c)
	} else if busy, ok := c.Read(); !ok || busy != 5*time.Millisecond {
		t.Errorf("version 2 reads %v, %v", busy, ok)
	}
	put(t, root, "cgroup.events", "populated 1\n")
	if c := newClock(root); c.Name != "cpu times" || c.Step == 0 {
		t.Errorf("in a container: %+v", c)
	}
}

func TestOtherCPUOfAWindow(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		step, busy, ours, wall time.Duration
		cpus                   int
		want                   float64
	}{
		{0, 60 * ms, 50 * ms, 50 * ms, 2, 0.1},
		{0, 50 * ms, 50 * ms, 50 * ms, 2, 0},
		{0, 40 * ms, 50 * ms, 50 * ms, 2, 0}, // never negative
		{10 * ms, 60 * ms, 50 * ms, 50 * ms, 2, 0},
		{10 * ms, 80 * ms, 50 * ms, 50 * ms, 2, 0.2},
		{0, 900 * ms, 0, 50 * ms, 2, 1}, // a burst that was booked late
		{0, 60 * ms, 50 * ms, 0, 2, 0},
	} {
		c := Clock{Step: tt.step}
		if got := c.OtherCPU(tt.busy, tt.ours, tt.wall, tt.cpus); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%+v: %v", tt, got)
		}
	}
	if _, ok := (Clock{}).Read(); ok {
		t.Error("a clock that is nowhere was read")
	}
}

func TestClockOfOneCPU(t *testing.T) {
	files := fake(map[string]string{"cpuacct/cpuacct.usage_percpu": "7 5000000 \n", "cpuacct/release_agent": ""})
	c := newClockOf(files, 1)
	if busy, ok := c.Read(); !ok || busy != 5*time.Millisecond || c.Name != "cpuacct.usage_percpu" {
		t.Errorf("%s reads %v, %v", c.Name, busy, ok)
	}
	if c := newClockOf(fake(nil), 10_000); c.Name != "" {
		t.Errorf("CPU 10000 is read in %s", c.Name)
	}
}

func TestClockCountsOurOwnWork(t *testing.T) {
	c := NewClock()
	before, ok := c.Read()
	if !ok {
		t.Skip("this system does not tell")
	}
	x := 1
	for deadline := time.Now().Add(60 * time.Millisecond); time.Now().Before(deadline); {
		x *= 3
	}
	after, _ := c.Read()
	if after <= before {
		t.Errorf("the clock stood still at %v while a processor was busy (%d)", before, x)
	}
}
