package round

import (
	"context"
	"strings"
	"testing"
	"time"

	"conpar/results"
)

// The wall clock may be set while a run goes on, forwards and back, so that what
// a process says of the time is an hour off: no duration comes from it.
func TestClockSteps(t *testing.T) {
	for name, steps := range map[string][]time.Duration{
		"forwards":     {time.Hour},
		"back":         {-time.Hour},
		"both":         {time.Hour, -time.Hour},
		"now and then": {0, 0, time.Hour, 0, -time.Hour},
		"far":          {1 << 62, -1 << 62},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			cfg, q, _ := inGroup(t, func(a sampleRequest) (string, error) {
				out, err := well(a)
				n++
				ended, _ := time.Now().Add(steps[n%len(steps)]).MarshalJSON()
				return strings.TrimSuffix(out, "}\n") + `,"ended":` + string(ended) + "}\n", err
			})
			cfg.Budget = time.Minute
			began := time.Now()
			r, err := Run(context.Background(), cfg, plan(), peers())
			took := time.Since(began)
			if err != nil || r.Status != results.Complete || r.Actual != 15 || r.Failed > 0 || len(q.said) > 0 {
				t.Fatalf("%s: %d samples, %d failed, error %v, said %q", r.Status, r.Actual, r.Failed, err, q.said)
			}
			var all time.Duration
			for _, s := range r.Samples {
				all += s.Wall
				if s.Wall < 0 || s.CPU < 0 || s.Start.Before(began.Add(-time.Second)) || s.Start.After(began.Add(took+time.Second)) {
					t.Errorf("%+v", s)
				}
			}
			if all > took {
				t.Errorf("the samples of a run of %v took %v", took, all)
			}
		})
	}
}

// A wall clock that is set back, or that goes on while the machine is suspended, is a
// hazard of the round, and no run ends before it began.
func TestWallClockIsSet(t *testing.T) {
	for by, want := range map[time.Duration]string{
		-time.Hour: "set back by 1h0m0s", time.Hour: "set forward by 1h0m0s, or the machine was suspended for so long", 0: "",
	} {
		cfg, _ := config(t, well)
		n := 0
		cfg.wallClock = func() time.Time {
			if n++; n >= 2 {
				return time.Now().Add(by)
			}
			return time.Now()
		}
		r, err := Run(context.Background(), cfg, plan(), cells)
		if err != nil || r.Ended.Before(r.Started) {
			t.Fatalf("from %v to %v, %v", r.Started, r.Ended, err)
		}
		for _, c := range r.Conditions {
			h := c.Hazards[len(c.Hazards)-1]
			if warned := h.State == results.Warn; warned != (want != "" && c.Round == 1) || warned && h.Found != want {
				t.Errorf("set by %v, round %d: %+v", by, c.Round, h)
			}
		}
	}
}
