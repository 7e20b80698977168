package limiter

import (
	"math"

	"conpar/report/series"
	"conpar/report/stats"
	"conpar/results/gotest"
)

// Of returns the figures of a point: medians over its samples. Disturbed ones
// are set aside as in [series.Rounds.Quiet]. The point before it is the
// same work with a smaller GOMAXPROCS, or nil; the gain is that within rounds. CPUs
// are those of the machine that are worth using; 0 where they are not known,
// and only the benchmark may have said that it had fewer than GOMAXPROCS. A point on
// one CPU has that one, and its server has others.
func Of(p, before *series.Measurement, cpus int) Figures {
	used := series.Join(func(*series.Measurement, int) bool { return true }, p).Quiet().At[0]
	of := func(values []float64) float64 {
		var counted []float64
		for _, sample := range used {
			if sample < len(values) {
				counted = append(counted, values[sample])
			}
		}
		return stats.Median(counted)
	}
	f := Figures{
		Procs:    float64(p.Procs),
		CPUs:     float64(cpus),
		Busy:     of(p.Units.Of("cpus")),
		System:   of(p.Units.Of("system-cpus")),
		GC:       of(p.Units.Of("gc-cpus")),
		Others:   of(p.Units.Of("other-cpus")),
		InFlight: of(p.Units.Of("inflight")),
		LockWait: of(p.Units.Of("lock-wait")),
		RunWait:  of(p.Units.Of("run-wait")),
		Faults:   of(p.Units.Of("major-faults/op")),
		Foreign:  of(p.Foreign),
		Gain:     math.NaN(),
		Step:     math.NaN(),
	}
	if math.IsNaN(f.Busy) {
		f.Busy = of(p.Units.Of(gotest.UnitBusy))
		f.Whole = !math.IsNaN(f.Busy)
	}
	switch {
	case p.CPUs > 0:
		f.CPUs, f.Others = float64(p.CPUs), 0
	case cpus < 1:
		f.CPUs = f.Procs / of(p.Units.Of("oversubscribed"))
	}
	if before != nil && before.Procs < p.Procs {
		f.Step = float64(p.Procs) / float64(before.Procs)
		_, times := series.JoinTimes(before, p)
		f.Gain = stats.Ratio(times[0], times[1]).Mid // NaN where no round has both times
	}
	return f
}
