// Package host tells what machine this is, and how much of it others take.
//
// What cannot be read is left unknown, never guessed.
package host

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/mem"

	"conpar/results"
)

// Facts describes this machine under the alias name. An empty name gives one
// made of the CPU's model and count, never of the host's name.
func Facts(name string) results.Machine {
	m := results.Machine{
		CPU:       cpuName(),
		OS:        runtime.GOOS,
		Arch:      runtime.GOARCH,
		Go:        runtime.Version(),
		Available: runtime.NumCPU(),
		Quota:     quota("/"),
	}
	m.Logical = m.Available
	if n, err := cpu.Counts(true); err == nil && n > 0 {
		m.Logical = n
	}
	m.Physical = physical(m.Available)
	m.CPUs = worth(m.Physical, m.Quota)
	m.CacheBytes = cacheBytes()
	if v, err := mem.VirtualMemory(); err == nil {
		m.MemoryBytes = int64(v.Total)
	}
	if cpuid.CPU.Has(cpuid.HYPERVISOR) {
		m.Virtual = cpuid.CPU.HypervisorVendorID.String()
	} else if system, role, err := host.Virtualization(); err == nil && role == "guest" {
		m.Virtual = system
	}
	m.BusyClock = NewClock().Name
	m.Name = name
	if name == "" {
		m.Name = defaultName(m.CPU, m.Arch, m.Available)
	}
	return m
}

// worth returns P*: the physical cores, capped by the floor of the quota.
func worth(physical int, quota *float64) int {
	n := physical
	if quota != nil {
		n = min(n, int(math.Floor(*quota)))
	}
	return max(1, n)
}

// cpuName returns the model as the testing package prints it in its cpu line,
// so that files of both kinds land in one table.
func cpuName() string {
	if name := strings.TrimSpace(cpuid.CPU.BrandName); name != "" {
		return name
	}
	if info, err := cpu.Info(); err == nil && len(info) > 0 && info[0].ModelName != "" {
		return strings.TrimSpace(info[0].ModelName)
	}
	return "unknown"
}

var unwanted = regexp.MustCompile(`[^a-z0-9]+`)

// defaultName makes "amd-epyc-2cpu" of "AMD EPYC" and 2.
func defaultName(model, arch string, cpus int) string {
	model = strings.ToLower(model)
	for _, noise := range []string{"(r)", "(tm)", "processor", "cpu"} {
		model = strings.ReplaceAll(model, noise, " ")
	}
	model, _, _ = strings.Cut(model, "@") // the clock rate
	slug := strings.Trim(unwanted.ReplaceAllString(model, "-"), "-")
	if slug == "" || slug == "unknown" {
		slug = arch
	}
	return fmt.Sprintf("%.40s-%dcpu", slug, cpus)
}

// cacheBytes returns the size of the last-level cache, 0 where unknown.
func cacheBytes() int64 {
	if c := cpuid.CPU.Cache; max(c.L3, c.L2) > 0 {
		return int64(max(c.L3, c.L2))
	}
	var largest int64
	files, _ := filepath.Glob("/sys/devices/system/cpu/cpu0/cache/index*/size")
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(string(text)), "K"), 10, 64)
		if err == nil {
			largest = max(largest, kib<<10)
		}
	}
	return largest
}

// quota returns how many CPUs the control groups of this process allow it,
// nil where no limit is found. root is "/" but in tests.
func quota(root string) *float64 {
	text, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return nil
	}
	var least *float64
	for line := range strings.Lines(string(text)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 {
			continue
		}
		// Every group from ours up to the root may set a limit. In a container
		// the path may not exist below the mount; the mount's own then counts.
		for dir := part[2]; ; dir = filepath.Dir(dir) {
			for _, q := range []*float64{
				limitV2(filepath.Join(root, "sys/fs/cgroup", dir)),
				limitV1(filepath.Join(root, "sys/fs/cgroup/cpu", dir)),
			} {
				if q != nil && (least == nil || *q < *least) {
					least = q
				}
			}
			if dir == "/" || dir == "." {
				break
			}
		}
	}
	return least
}

// limitV2 reads cpu.max: "200000 100000", or "max 100000" without a limit.
func limitV2(dir string) *float64 {
	text, err := os.ReadFile(filepath.Join(dir, "cpu.max"))
	if err != nil {
		return nil
	}
	var quota, period float64
	if _, err := fmt.Sscan(string(text), &quota, &period); err != nil || quota <= 0 || period <= 0 {
		return nil
	}
	q := quota / period
	return &q
}

// limitV1 reads the two files of cgroup version 1; a quota of -1 is no limit.
func limitV1(dir string) *float64 {
	read := func(name string) float64 {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return 0
		}
		v, _ := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
		return v
	}
	quota, period := read("cpu.cfs_quota_us"), read("cpu.cfs_period_us")
	if quota <= 0 || period <= 0 {
		return nil
	}
	q := quota / period
	return &q
}
