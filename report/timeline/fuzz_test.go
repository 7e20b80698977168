package timeline_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"conpar/report/timeline"
)

var bg = context.Background()

// Whatever the bytes, reading them gives shares that come to one, or an error
// that says that the trace is bad.
func FuzzRead(f *testing.F) {
	recorded, err := os.ReadFile("testdata/steps.trace")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(recorded)
	f.Add(recorded[:len(recorded)/2])
	for _, name := range []string{"sequential", "concurrent", "parallel"} {
		kitchen, err := os.ReadFile("testdata/kitchen-" + name + ".trace")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(kitchen)
		f.Add(kitchen[:len(kitchen)-100])
	}
	f.Add(asOf125(recorded))
	f.Add(append([]byte("4 of 5\n"), recorded...))
	f.Add([]byte("go 1.26 trace\x00\x00\x00"))
	f.Add([]byte("go 1.22 trace\x00\x00\x00\x01\x01\x00\x00\x00"))
	f.Add([]byte("go 1.11 trace\x00\x00\x00"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var seen shown
		trace, err := timeline.Watch(bytes.NewReader(data), seen.see)
		if err == nil {
			seen.check(t)
			checkTrace(t, trace)
			if regions, most, makespan, err := trace.Together("step"); err == nil && (most < 1 || regions < 1 || makespan > trace.Duration) {
				t.Errorf("%d regions, %d at once, %v", regions, most, makespan)
			}
		} else if !errors.Is(err, timeline.ErrBadTrace) {
			t.Errorf("not about the trace: %v", err)
		}
	})
}
