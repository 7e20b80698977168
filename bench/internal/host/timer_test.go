package host

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestClockStep(t *testing.T) {
	for _, tt := range []struct {
		name  string
		reads int // for which the clock stands still
		steps []time.Duration
		want  time.Duration
	}{
		{"even steps", 1, []time.Duration{30}, 30},
		{"the smallest counts", 1, []time.Duration{90, 30, 4000}, 30},
		{"coarse", 1000, []time.Duration{16 * time.Millisecond}, 16 * time.Millisecond},
		{"backwards now and then", 1, []time.Duration{500, -200}, 500},
		{"stands still", 1, []time.Duration{0}, 0},
	} {
		n := 0
		var at time.Duration
		got := clockStep(func() time.Duration {
			if n++; n%tt.reads == 0 {
				at += tt.steps[n/tt.reads%len(tt.steps)]
			}
			return at
		})
		if got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSleepOvershootIsTheMedian(t *testing.T) {
	n := 0
	var at time.Duration
	got := sleepOvershoot(func() time.Duration { return at }, func(d time.Duration) {
		at += d + 100*time.Microsecond
		if n++; n%3 == 2 { // somebody disturbs a third of them, the middle one too
			at += 20 * time.Millisecond
		}
	})
	if got != 100*time.Microsecond {
		t.Errorf("%v", got)
	}
	synctest.Test(t, func(t *testing.T) {
		if got := sleepOvershoot(sinceNow(), time.Sleep); got != 0 {
			t.Errorf("%v with a clock that is exact", got)
		}
	})
}
