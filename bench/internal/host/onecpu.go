package host

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"conpar/results"
	"conpar/results/lazy"
	"conpar/workloads/affinity"
)

// setOneCPU says in m to which CPU samples on one CPU are kept, or why there can
// be none. It is the same all run, because what a disk does depends on it.
func setOneCPU(m *results.Machine, files fs.FS) {
	allowed, err := affinity.Allowed()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		m.WhyOneCPU = "this system cannot keep a process to one CPU"
	case err != nil:
		m.WhyOneCPU = err.Error()
	case len(allowed) < 2 || m.CPUs < 2:
		m.WhyOneCPU = "there is one CPU"
	default:
		cpu, why := oneCPU(files, allowed)
		m.OneCPU, m.WhyOneCPU = &cpu, why
	}
}

// oneCPU returns the allowed CPU that most interrupts of disks go to, if one has
// more than half of them, or else the last one.
//
// On a machine with two CPUs, 64 goroutines gained 5.0 in syncing files on the CPU
// without those interrupts, and 2.1 on the other: an interrupt wakes what waits on
// its own CPU sooner.
func oneCPU(files fs.FS, allowed []int) (cpu int, why string) {
	cpu, share, _ := diskInterrupts(files)
	if share > 0.5 && slices.Contains(allowed, cpu) {
		return cpu, "the interrupts of the disk go to it"
	}
	return allowed[len(allowed)-1], "it is the last one"
}

// disk matches the names under which /proc/interrupts has what disks interrupt by.
var disk = lazy.Regexp(`nvme\d+q|virtio\d+-req|ahci|ata_piix|megasas|mpt\d*sas|hpsa|blkif|mmc\d|ufshcd`)

// diskInterrupts returns the CPU that most interrupts of disks went to since the
// machine started, and its share of them, 0 without any.
func diskInterrupts(files fs.FS) (cpu int, share float64, err error) {
	text, err := readFile(files, "proc/interrupts")
	if err != nil {
		return 0, 0, err
	}
	head, rest, _ := strings.Cut(text, "\n")
	names := strings.Fields(head) // CPU0 CPU1 …
	counts, all := make([]uint64, len(names)), uint64(0)
	for line := range strings.Lines(rest) {
		fields := strings.Fields(line)
		if len(fields) < len(names)+2 || !disk().MatchString(line) {
			continue
		}
		for i := range names {
			n, err := count(fields[1+i])
			if err != nil {
				return 0, 0, errNonsense
			}
			counts[i] += n
			all += n
		}
	}
	if all == 0 {
		return 0, 0, fs.ErrNotExist
	}
	most := slices.Index(counts, slices.Max(counts))
	if cpu, err = strconv.Atoi(strings.TrimPrefix(names[most], "CPU")); err != nil {
		return 0, 0, errNonsense
	}
	return cpu, float64(counts[most]) / float64(all), nil
}

// diskInterrupts: work on the CPU that they all go to waits for less, and is
// interrupted more, than work on another.
func (s system) diskInterrupts() results.Hazard {
	cpu, share, err := diskInterrupts(s.files)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return unknown("none are known as those of a disk")
	case err != nil:
		return unreadable(err, "interrupts")
	case share > 0.9 && s.machine.Available > 1:
		return warn("%.0f%% of them go to CPU %d", 100*share, cpu)
	}
	return ok("%.0f%% of them go to CPU %d", 100*share, cpu)
}
