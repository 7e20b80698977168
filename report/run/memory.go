package run

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// frugal makes the garbage collector run when half of what is in use is garbage
// beside it, not as much again, and more often when all of it comes near
// memoryLimit. A report is mostly data that stay, and there may be much of them.
// undo restores the settings; GOGC and GOMEMLIMIT go first.
func frugal() (undo func()) {
	if collectorSet() {
		return func() {}
	}
	percent, limit := debug.SetGCPercent(50), debug.SetMemoryLimit(memoryLimit)
	return func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }
}

// collectorSet says whether the environment has set the collector.
func collectorSet() bool { return os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" }

// memoryLimit is how much memory is in use before the collector takes more time
// to keep it within 256 MiB, with what it does not count.
const memoryLimit = 232 << 20

// littleData is how much may be in use after reading for the rest of a report
// to be generous with memory.
const littleData = 12 << 20

// generous undoes frugal once all is read, if it is little: nearly all of a
// picture is garbage soon, and looking for it that often would take a third of
// the time. Of much data, so many percent may be garbage.
func generous(percent int) {
	inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(inUse)
	switch {
	case collectorSet():
	case inUse[0].Value.Uint64() < littleData:
		debug.SetGCPercent(200)
	default:
		debug.SetGCPercent(percent)
	}
}
