package host

import (
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	gopsutil "github.com/shirou/gopsutil/v4/cpu"
)

// Clock reads how long the processors of the machine have been busy with the
// processes of all users, without the kernel's own threads. Its zero value can't
// be read. It must be read from one goroutine at a time.
type Clock struct {
	Name   string        // where it is read; "" nowhere
	Step   time.Duration // its resolution
	read   func() (time.Duration, bool)
	kernel *kernelThreads // nil where they cannot be told apart
}

// NewClock returns the finest clock that this machine has: a sample lasts some
// 50 ms, and the usual counters of the operating system move in steps of 10 ms.
func NewClock() Clock {
	return withoutKernel(newClock("/sys/fs/cgroup"))
}

// withoutKernel returns c without the time of the kernel's threads, where it is told.
func withoutKernel(c Clock) Clock {
	if runtime.GOOS == "linux" {
		c.kernel = newKernelThreads("/proc")
	}
	return c
}

// NewClockOf returns the finest clock of one CPU. Where the kernel's threads run
// is not told, so that all of their time counts as spent there.
func NewClockOf(cpu int) Clock {
	return withoutKernel(newClockOf(os.DirFS("/sys/fs/cgroup"), cpu))
}

func newClockOf(cgroups fs.FS, cpu int) Clock {
	v1 := Clock{Name: "cpuacct.usage_percpu", read: func() (time.Duration, bool) {
		text, err := readFile(cgroups, "cpuacct/cpuacct.usage_percpu")
		all := strings.Fields(text)
		if err != nil || cpu >= len(all) {
			return 0, false
		}
		n, err := count(all[cpu])
		return time.Duration(n), err == nil
	}}
	if _, ok := v1.read(); ok && has(cgroups, "cpuacct/release_agent") {
		return v1
	}
	one := Clock{Name: "cpu times", Step: tick, read: func() (time.Duration, bool) {
		all, err := gopsutil.Times(true)
		at := slices.IndexFunc(all, func(t gopsutil.TimesStat) bool { return t.CPU == "cpu"+strconv.Itoa(cpu) })
		if err != nil || at < 0 {
			return 0, false
		}
		return busyOf(all[at]), true
	}}
	if _, ok := one.read(); !ok {
		return Clock{}
	}
	return one
}

const tick = 10 * time.Millisecond

func newClock(cgroups string) Clock {
	if runtime.GOOS == "linux" {
		// Only the root group counts all processes. A container sees its own group in
		// the root's place. The root alone has release_agent (version 1), and has no
		// cgroup.events (version 2).
		files := os.DirFS(cgroups)
		v1 := Clock{Name: "cpuacct.usage", read: number(files, "cpuacct/cpuacct.usage", "", time.Nanosecond)}
		if _, ok := v1.read(); ok && has(files, "cpuacct/release_agent") {
			return v1
		}
		v2 := Clock{Name: "cpu.stat", Step: tick, read: number(files, "cpu.stat", "usage_usec", time.Microsecond)}
		if _, ok := v2.read(); ok && !has(files, "cgroup.events") {
			return v2
		}
	}
	all := Clock{Name: "cpu times", Step: tick, read: func() (time.Duration, bool) {
		busy, _, ok := times()
		return busy, ok
	}}
	if runtime.GOOS == "windows" {
		all.Step = 16 * time.Millisecond
	}
	if _, ok := all.read(); !ok {
		return Clock{}
	}
	return all
}

// number returns a reader of the number in a file, or behind a key in it.
func number(files fs.FS, name, key string, unit time.Duration) func() (time.Duration, bool) {
	return func() (time.Duration, bool) {
		text, err := readFile(files, name)
		n, err2 := keyed(text, key)
		return time.Duration(n) * unit, err == nil && err2 == nil
	}
}

// times returns how long the processors were busy, and taken by the
// hypervisor, since boot.
func times() (busy, steal time.Duration, ok bool) {
	t, err := gopsutil.Times(false)
	if err != nil || len(t) == 0 {
		return 0, 0, false
	}
	return busyOf(t[0]), time.Duration(t[0].Steal * 1e9), true
}

func busyOf(t gopsutil.TimesStat) time.Duration {
	return time.Duration((t.User + t.System + t.Nice + t.Irq + t.Softirq) * 1e9)
}

// Read returns how long the machine's processors have been busy with
// processes since some moment in the past, stolen time not included.
func (c Clock) Read() (time.Duration, bool) {
	if c.read == nil {
		return 0, false
	}
	busy, ok := c.read()
	if ok && c.kernel != nil {
		busy -= c.kernel.read()
	}
	return busy, ok
}

// Steal returns how long the hypervisor has kept processors from us since boot.
// Only Linux tells it.
func Steal() (time.Duration, bool) {
	_, steal, ok := times()
	return steal, ok && runtime.GOOS == "linux"
}

// OtherCPU returns the fraction of the machine, 0 … 1, that other processes used
// at least during wall: busy − ours, less the clock's step, over wall × processors.
func (c Clock) OtherCPU(busy, ours, wall time.Duration, processors int) float64 {
	if wall <= 0 || processors < 1 {
		return 0
	}
	fraction := float64(busy-ours-c.Step) / (float64(wall) * float64(processors))
	return min(1, max(0, fraction))
}
