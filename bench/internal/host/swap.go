package host

import (
	"io/fs"
	"os"

	"conpar/results"
)

type swapSpace struct{ total, used uint64 }

// swappedOut is the share of the memory that may be swapped out. Every machine
// that has run for long has swapped out a little that nobody needs; that much
// says that memory was short.
const swappedOut = 0.1

const perMiB = 1 << 20

func (s system) swapInUse() results.Hazard {
	if s.swap == nil {
		return unknown("cannot be read")
	}
	total, used, memory := float64(s.swap.total), float64(s.swap.used), float64(s.machine.MemoryBytes)
	switch {
	case used > total:
		return unknown("more in use than there is")
	case total == 0:
		return ok("none")
	case memory <= 0:
		return unknown("%.0f MiB in use of a memory of unknown size", used/perMiB)
	case used >= swappedOut*memory:
		return warn("%.0f of %.0f MiB in use", used/perMiB, total/perMiB)
	}
	return ok("%.0f of %.0f MiB in use", used/perMiB, total/perMiB)
}

// swappedPages reads how many pages were read from the disk, and written to it.
func swappedPages(files fs.FS) (counters, error) {
	return countKeys(files, "proc/vmstat", "pswpin", "pswpout")
}

// pagesPerSecond is how many may be swapped. If each costs a tenth of a
// millisecond, that is 1% of the time.
const pagesPerSecond = 100

// swapping: whoever needs a page that was swapped out waits for the disk.
func swapping(i interval) results.Hazard {
	in, out := i.rise["pswpin"], i.rise["pswpout"]
	page := float64(os.Getpagesize())
	if (in+out)/i.wall.Seconds() >= pagesPerSecond {
		return warn("%.1f MiB in, %.1f MiB out", in*page/perMiB, out*page/perMiB)
	}
	return ok("%.1f MiB in, %.1f MiB out", in*page/perMiB, out*page/perMiB)
}
