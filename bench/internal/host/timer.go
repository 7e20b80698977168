package host

import (
	"slices"
	"time"

	"conpar/results"
)

// finestStep is the longest step of the clock that is fine. Tasks of some
// microseconds are timed one by one, and would show a longer step.
const finestStep = time.Microsecond

// sinceNow returns a monotonic clock.
func sinceNow() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

// clockStep returns the smallest step of a clock in some hundred steps or 50 ms;
// 0 for a clock that stands still.
func clockStep(now func() time.Duration) time.Duration {
	var least time.Duration
	start := now()
	last := start
	for steps, reads := 0, 0; steps < 500 && reads < 1<<21 && last-start < 50*time.Millisecond; reads++ {
		t := now()
		if step := t - last; step > 0 {
			if least == 0 || step < least {
				least = step
			}
			steps++
		}
		last = t
	}
	return least
}

func (s system) timerResolution() results.Hazard {
	switch {
	case s.step <= 0:
		return unknown("the clock stands still")
	case s.step > finestStep:
		return warn("%v", s.step)
	}
	return ok("%v", s.step)
}

// asked is the length of the sleeps that are tried.
const asked = time.Millisecond

// longestOvershoot is how much longer they may last: 5% of the 10 ms for which
// the waiting workloads wait.
const longestOvershoot = 500 * time.Microsecond

// sleepOvershoot returns by how much sleeps last longer than asked, in the median.
func sleepOvershoot(now func() time.Duration, sleep func(time.Duration)) time.Duration {
	var over [21]time.Duration
	for i := range over {
		start := now()
		sleep(asked)
		over[i] = now() - start - asked
	}
	slices.Sort(over[:])
	return over[len(over)/2]
}

func (s system) sleepOvershoot() results.Hazard {
	switch over := s.overshoot.Round(time.Microsecond); {
	case over < 0:
		return unknown("sleeps end early")
	case over > longestOvershoot:
		return warn("%v beyond %v", over, asked)
	default:
		return ok("%v beyond %v", over, asked)
	}
}
