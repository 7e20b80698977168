package host

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
)

// Clock reads how long the processors of the whole machine have been busy
// with processes, whoever's they are; what the kernel's own threads do is left
// out. Its zero value can't be read. It must be read from one goroutine at a
// time.
type Clock struct {
	Name   string        // where it is read; "" nowhere
	Step   time.Duration // its resolution
	read   func() (time.Duration, bool)
	kernel *kernelThreads // nil where they cannot be told apart
}

// NewClock returns the finest clock that this machine has. It is a matter of
// resolution: a sample lasts some 50 ms, and the usual counters of the
// operating system move in steps of 10 ms.
func NewClock() Clock {
	c := newClock("/sys/fs/cgroup")
	if runtime.GOOS == "linux" {
		c.kernel = newKernelThreads("/proc")
	}
	return c
}

func newClock(cgroups string) Clock {
	if runtime.GOOS == "linux" {
		// Only the root group counts everybody. A container sees its own group
		// in the root's place; what tells them apart is release_agent
		// (version 1), and that the root has no cgroup.events (version 2).
		v1 := filepath.Join(cgroups, "cpuacct")
		if exists(filepath.Join(v1, "release_agent")) {
			c := Clock{Name: "cpuacct.usage", read: number(filepath.Join(v1, "cpuacct.usage"), "", time.Nanosecond)}
			if _, ok := c.read(); ok {
				return c
			}
		}
		if !exists(filepath.Join(cgroups, "cgroup.events")) {
			c := Clock{Name: "cpu.stat", Step: 10 * time.Millisecond, read: number(filepath.Join(cgroups, "cpu.stat"), "usage_usec ", time.Microsecond)}
			if _, ok := c.read(); ok {
				return c
			}
		}
	}
	if _, _, ok := times(); ok {
		step := 10 * time.Millisecond
		if runtime.GOOS == "windows" {
			step = 16 * time.Millisecond
		}
		return Clock{Name: "cpu times", Step: step, read: func() (time.Duration, bool) {
			busy, _, ok := times()
			return busy, ok
		}}
	}
	return Clock{}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// number returns a reader of the number that follows prefix in a file.
func number(file, prefix string, unit time.Duration) func() (time.Duration, bool) {
	return func() (time.Duration, bool) {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, false
		}
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				n, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
				return time.Duration(n) * unit, err == nil
			}
		}
		return 0, false
	}
}

// times returns how long the processors were busy, and taken by the
// hypervisor, since boot.
func times() (busy, steal time.Duration, ok bool) {
	t, err := cpu.Times(false)
	if err != nil || len(t) == 0 {
		return 0, 0, false
	}
	seconds := t[0].User + t[0].System + t[0].Nice + t[0].Irq + t[0].Softirq
	return time.Duration(seconds * 1e9), time.Duration(t[0].Steal * 1e9), true
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

// Steal returns how long the hypervisor has kept processors from us since
// boot. Only Linux tells.
func Steal() (time.Duration, bool) {
	_, steal, ok := times()
	return steal, ok && runtime.GOOS == "linux"
}

// Foreign returns the share of the machine, 0 … 1, that others certainly took
// in a window: busy − ours, less the clock's step, over wall × processors.
func (c Clock) Foreign(busy, ours, wall time.Duration, processors int) float64 {
	if wall <= 0 || processors < 1 {
		return 0
	}
	share := float64(busy-ours-c.Step) / (float64(wall) * float64(processors))
	return min(1, max(0, share))
}
