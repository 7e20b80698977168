package timeline_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/trace"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/report/series"
	"conpar/report/timeline"
)

// shown is what [timeline.Watch] showed.
type shown struct {
	pieces []timeline.Piece
}

func (s *shown) see(p timeline.Piece) { s.pieces = append(s.pieces, p) }

// check holds what is true of the pieces of any trace: they are in order and don't
// overlap, on each goroutine and each processor, and regions nest. It returns their
// times.
func (s *shown) check(t testing.TB) (times timeline.Times) {
	t.Helper()
	until, ran, within := map[int64]time.Duration{}, map[int]time.Duration{}, map[int64][]string{}
	for _, p := range s.pieces {
		g := p.Goroutine
		if p.To < until[g] || p.What == timeline.InState && (p.From < until[g] || p.From >= p.To) {
			t.Errorf("%+v after %v", p, until[g])
		}
		until[g] = p.To
		last := ""
		if n := len(within[g]); n > 0 {
			last = within[g][n-1]
		}
		switch p.What {
		case timeline.InState:
			times[p.State] += p.To - p.From
			if p.Region != last {
				t.Errorf("%+v in %q", p, last)
			}
			if p.State == series.Running {
				if p.From < ran[p.Proc] {
					t.Errorf("%+v, but the processor was busy until %v", p, ran[p.Proc])
				}
				ran[p.Proc] = p.To
			}
		case timeline.RegionBegins:
			within[g] = append(within[g], p.Region)
		case timeline.RegionEnds:
			if last != p.Region {
				t.Errorf("%+v in %q", p, last)
			}
			within[g] = within[g][:max(0, len(within[g])-1)]
		case timeline.Ends:
			if last != "" {
				t.Errorf("%+v in %q", p, last)
			}
		}
	}
	return times
}

func watch(t *testing.T, data []byte) (*timeline.Summary, *shown) {
	t.Helper()
	var seen shown
	summary, err := timeline.Watch(bytes.NewReader(data), seen.see)
	if err != nil {
		t.Fatal(err)
	}
	checkTrace(t, summary)
	return summary, &seen
}

func TestWatch(t *testing.T) {
	recorded, err := os.ReadFile("testdata/kitchen-parallel.trace")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"kitchen": recorded, "generations": generations(t, 5),
		"one processor": record(t, 1, 8, func() { steps(); runtime.Gosched() }),
		"three":         record(t, 3, 12, func() { steps(); time.Sleep(time.Millisecond); steps() }),
	} {
		summary, seen := watch(t, data)
		if times := seen.check(t); times != summary.Times {
			t.Errorf("%s: what is shown comes to %v, want %v", name, times, summary.Times)
		}
		ended := 0
		for _, p := range seen.pieces {
			if p.What == timeline.Ends {
				ended++
			}
		}
		if ended != summary.Goroutines() {
			t.Errorf("%s: %d goroutines end, want %d", name, ended, summary.Goroutines())
		}
	}
}

// Regions are shown as they nest, and end with the trace.
func TestWatchRegions(t *testing.T) {
	data := record(t, 1, 1, func() {
		outer := trace.StartRegion(bg, "outer")
		count(1000)
		inner := trace.StartRegion(bg, "inner")
		count(1000)
		inner.End()
		count(1000)
		outer.End()
		trace.StartRegion(bg, "endless")
		count(1000)
	})
	_, seen := watch(t, data)
	seen.check(t)
	var got []string
	for _, p := range seen.pieces {
		switch p.What {
		case timeline.RegionBegins:
			got = append(got, "begin "+p.Region)
		case timeline.RegionEnds:
			got = append(got, "end "+p.Region)
		case timeline.InState:
			if p.Region != "" {
				got = append(got, fmt.Sprint("in ", p.Region))
			}
		}
	}
	want := []string{
		"begin outer", "in outer", "begin inner", "in inner", "end inner", "in outer", "end outer",
		"begin endless", "in endless", "end endless",
	}
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Error(diff)
	}
}
