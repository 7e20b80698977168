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
	bare    bool   // there certainly is none
	now     func() time.Duration

	read   time.Duration // when the counters were read
	last   []reading
	limits counters // of the frequencies
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

// watched are the hazards of a round that the kernel's counters tell, in the
// order in which they are told; the battery and the frequency follow.
var watched = []struct {
	name, file string
	hardware   bool // as of looks
	read       func(fs.FS) (counters, error)
	judge      func(*Watch, interval) results.Hazard
}{
	{"throttled periods", "nr_throttled", false, throttled, (*Watch).stopped},
	{"thermal throttling", "thermal_throttle", true, throttleCounts, always(overheated)},
	{"steal", "stat", false, cpuTicks, (*Watch).steal},
	{"CPU pressure", "pressure/cpu", false, stallTime, always(pressure)},
	{"swapping", "vmstat", false, swappedPages, always(swapping)},
}

func always(judge func(interval) results.Hazard) func(*Watch, interval) results.Hazard {
	return func(_ *Watch, i interval) results.Hazard { return judge(i) }
}

// NewWatch begins to watch this machine.
func NewWatch() *Watch {
	name, known := hypervisor()
	w := &Watch{os: runtime.GOOS, files: os.DirFS("/"), virtual: name != "", bare: known && name == "", now: sinceNow()}
	w.begin()
	return w
}

// begin takes the first readings.
func (w *Watch) begin() {
	w.Round()
}

// Round says of each hazard that comes and goes what it was since the last
// call, or since NewWatch: always the same ones, in the same order, on every
// system. It reads a dozen small files, and some more for each processor, which
// takes half a millisecond with two: 0.005% of a round.
func (w *Watch) Round() []results.Hazard {
	now := w.now()
	wall := now - w.read
	w.read = now
	readings := make([]reading, len(watched))
	all := make([]results.Hazard, 0, len(watched)+2)
	for n, look := range watched {
		h := notRead(w.os)
		if w.os == "linux" {
			readings[n].counters, readings[n].err = look.read(w.files)
			if w.last != nil {
				h = w.since(w.last[n], readings[n], wall, look.file, look.judge)
			}
		}
		if look.hardware {
			h = believed(h, w.virtual)
		}
		h.Name = look.name
		all = append(all, h)
	}
	w.last = readings
	return append(all, w.battery(), w.frequency())
}

func (w *Watch) since(before, after reading, wall time.Duration, file string, judge func(*Watch, interval) results.Hazard) results.Hazard {
	if err := errors.Join(before.err, after.err); err != nil {
		return unknown("%s", because(err, file))
	}
	rise, err := rises(before.counters, after.counters)
	switch {
	case err != nil:
		return unknown("%v", err)
	case wall <= 0:
		return unknown("no time has passed")
	}
	return judge(w, interval{rise: rise, after: after.counters, wall: wall})
}

// battery tells what it is now, at the end of a round.
func (w *Watch) battery() results.Hazard {
	h := believed(battery(w.os, w.files), w.virtual)
	h.Name = "battery"
	return h
}

func (w *Watch) frequency() results.Hazard {
	h := notRead(w.os)
	if w.os == "linux" {
		h, w.limits = frequencies(w.files, w.limits)
	}
	h = believed(h, w.virtual)
	h.Name = "frequency"
	return h
}
