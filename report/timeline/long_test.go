//go:build system

package timeline_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	exptrace "golang.org/x/exp/trace"

	"conpar/report/series"
	"conpar/report/timeline"
)

// However long a trace is, what is kept of it is bounded, and the sums are exact.
func TestLongTraces(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, goroutines := range map[string]int{"few goroutines": 3, "many goroutines": 3 * timeline.MostEnded} {
		s := &script{t: t}
		var now exptrace.Time
		var ran time.Duration
		for i := 0; len(s.events) < 3*timeline.MostSpans; i++ {
			g := exptrace.GoID(1 + i%goroutines)
			first := i < goroutines
			if first {
				s.state(now, g, gone, runnable)
			}
			d := exptrace.Time(1 + rng.IntN(100))
			s.state(now+1, g, runnable, running)
			s.state(now+1+d, g, running, runnable)
			now, ran = now+1+d, ran+time.Duration(d)
		}
		for g := range goroutines {
			s.state(now, exptrace.GoID(g+1), runnable, gone)
		}
		trace, err := timeline.LoadEvents(s.events)
		if err != nil {
			t.Fatal(err)
		}
		checkTrace(t, trace)
		lanes, left := trace.Busiest(math.MaxInt, 0)
		if trace.Times[series.Running] != ran || len(lanes)+left != goroutines || len(lanes) < min(goroutines, timeline.MostEnded) {
			t.Errorf("%s: ran for %v, want %v; %d lanes, %d left", name, trace.Times[series.Running], ran, len(lanes), left)
		}
		if coarse, _ := trace.Busiest(1, trace.Duration/10); len(coarse[0].Spans) > 21 {
			t.Errorf("%s: a tenth is the grain, and there are %d spans", name, len(coarse[0].Spans))
		}
	}
}
