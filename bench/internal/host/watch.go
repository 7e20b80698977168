package host

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"time"

	"conpar/results"
)

// Watch tells what a machine was like while a run went on, round by round. It
// must be used by one goroutine at a time.
type Watch struct {
	os      string // as in GOOS
	files   fs.FS  // of the root folder
	virtual bool   // there is a hypervisor
	bare    bool   // there is certainly none
	now     func() time.Duration

	read   time.Duration // when the counters were read
	last   []reading
	limits map[string]float64 // of the frequencies, in GHz
}

// reading is what the counters of a hazard were at a time, or why they are
// unknown.
type reading struct {
	counters counters
	err      error
}

// interval is what has happened between two readings.
type interval struct {
	rise  map[string]float64
	after counters
	wall  time.Duration
}

// roundCheck judges a hazard of a round by the rise of kernel counters, which only
// Linux has. Where they cannot be read, file is named.
type roundCheck struct {
	name, file string
	read       func(fs.FS) (counters, error)
	judge      func(*Watch, interval) results.Hazard
}

// roundChecks are the hazards of a round, in the order of the report.
var roundChecks = []roundCheck{
	{"throttled periods", "nr_throttled", throttled, (*Watch).throttledPeriods},
	{"steal", "stat", cpuTicks, (*Watch).steal},
	{"CPU pressure", "pressure/cpu", stallTime, (*Watch).pressure},
}

// NewWatch begins to watch this machine.
func NewWatch() *Watch {
	name, known := hypervisor()
	w := &Watch{os: runtime.GOOS, files: os.DirFS("/"), now: sinceNow()}
	w.virtual, w.bare = name != "", known && name == ""
	w.Round()
	return w
}

// Round returns the hazards since the last call, or since NewWatch: on every
// system the same ones in the same order. It reads a few small files, which is
// cheap beside a round.
func (w *Watch) Round() []results.Hazard {
	now := w.now()
	wall := now - w.read
	w.read = now
	readings := make([]reading, len(roundChecks))
	var all []results.Hazard
	for n, c := range roundChecks {
		h := notRead(w.os)
		if w.os == "linux" {
			readings[n].counters, readings[n].err = c.read(w.files)
			if w.last != nil {
				h = w.judge(c, w.last[n], readings[n], wall)
			}
		}
		h.Name = c.name
		all = append(all, h)
	}
	w.last = readings
	h := notRead(w.os)
	if w.os == "linux" {
		h = w.frequency()
	}
	if w.virtual {
		h = distrust(h)
	}
	h.Name = "frequency"
	return append(all, h)
}

func (w *Watch) judge(c roundCheck, before, after reading, wall time.Duration) results.Hazard {
	if err := errors.Join(before.err, after.err); err != nil {
		return unreadable(err, c.file)
	}
	rise, err := rises(before.counters, after.counters)
	switch {
	case err != nil:
		return unknown("%v", err)
	case wall <= 0:
		return unknown("no time has passed")
	}
	return c.judge(w, interval{rise: rise, after: after.counters, wall: wall})
}
