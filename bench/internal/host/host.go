// Package host tells what machine this is, and how much of it other processes use.
//
// What cannot be read is unknown, never guessed.
package host

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/mem"

	"conpar/results"
	"conpar/results/lazy"
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
	}
	m.Quota = Quota()
	m.Logical = m.Available
	if n, err := cpu.Counts(true); err == nil && n > 0 {
		m.Logical = n
	}
	m.Physical = physical(m.Available)
	m.CPUs = worth(m.Physical, m.Quota)
	setOneCPU(&m, os.DirFS("/"))
	m.CacheBytes = cacheBytes()
	if v, err := mem.VirtualMemory(); err == nil {
		m.MemoryBytes = int64(v.Total)
	}
	m.Virtual, _ = hypervisor()
	m.BusyClock = NewClock().Name
	m.Name = name
	if name == "" {
		m.Name = defaultName(m.CPU, m.Arch, m.Available)
	}
	return m
}

// Quota returns how many CPUs the control groups allow this process and its children
// now; nil without a limit.
func Quota() *float64 {
	cpus, _, _ := quota(os.DirFS("/"))
	if math.IsInf(cpus, 1) {
		return nil
	}
	return &cpus
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

var unwanted = lazy.Regexp(`[^a-z0-9]+`)

// defaultName makes "amd-epyc-2cpu" of "AMD EPYC" and 2.
func defaultName(model, arch string, cpus int) string {
	model = strings.ToLower(model)
	for _, noise := range []string{"(r)", "(tm)", "processor", "cpu"} {
		model = strings.ReplaceAll(model, noise, " ")
	}
	model, _, _ = strings.Cut(model, "@") // the clock rate
	slug := strings.Trim(unwanted().ReplaceAllString(model, "-"), "-")
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
	texts, _ := readFiles(os.DirFS("/"), "sys/devices/system/cpu/cpu0/cache/index*/size")
	for _, text := range texts {
		if kib, err := count(strings.TrimSuffix(text, "K")); err == nil {
			largest = max(largest, int64(kib)<<10)
		}
	}
	return largest
}
