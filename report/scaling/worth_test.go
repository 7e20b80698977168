package scaling_test

import (
	"fmt"
	"slices"
	"testing"

	"conpar/report/scaling"
)

func TestWorths(t *testing.T) {
	gs := []int{0, 1, 2, 8, 64}
	tests := []struct {
		name              string
		lab               func() *lab
		goroutines, procs string
	}{
		{"computing", func() *lab {
			l := run(2, map[string]string{"work": "computing"})
			l.computing("work", 16, gs, []int{1, 2, 4})
			return l
		}, "[1 2 8 64]: 2 to 2", "[1 2 4]: 2 to 2, efficient 2"},
		{"waiting", func() *lab {
			l := run(2, map[string]string{"work": "waiting"})
			l.waiting("work", 16, gs, []int{1, 2})
			return l
		}, "[1 2 8 64]: 64 to 64", "[1 2]: 1 to 1, efficient 1"},
		{"one CPU", func() *lab {
			l := run(1, map[string]string{"work": "waiting"})
			l.waiting("work", 16, gs, []int{1})
			return l
		}, "[1 2 8 64]: 64 to 64", "none"},
		{"one number of goroutines", func() *lab {
			l := run(2, map[string]string{"work": "computing"})
			l.computing("work", 16, []int{2}, []int{1, 2})
			return l
		}, "none", "[1 2]: 2 to 2, efficient 2"},
	}
	for _, test := range tests {
		l := test.lab()
		worth := scaling.Recommendations(&l.Data, []scaling.Gain{gain(t, l)})[0]
		over, on := worth.Goroutines, worth.Procs
		got := []string{"none", "none"}
		if over != nil {
			got[0] = fmt.Sprintf("%v: %v to %v", over.N, over.Best.From, over.Best.Enough)
		}
		if on != nil {
			got[1] = fmt.Sprintf("%v: %v to %v, efficient %v", on.N, on.Best.From, on.Best.Enough, on.Best.Efficient)
		}
		if want := []string{test.goroutines, test.procs}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", test.name, got, want)
		}
	}
}

// Nothing of the data changes: other charts are made from the same points.
func TestWorthsLeaveTheData(t *testing.T) {
	l := run(2, map[string]string{"work": "waiting"})
	l.waiting("work", 6, []int{1, 8}, []int{1, 2})
	scaling.Recommendations(&l.Data, []scaling.Gain{gain(t, l)})
	for _, p := range l.cells {
		if p.Goroutines < 0 {
			t.Errorf("a point lost its goroutines: %+v", p.Key)
		}
	}
}

// A GOMAXPROCS above the CPUs is worth using only where it gains: where calls block.
func TestWorthBeyondTheCPUs(t *testing.T) {
	for _, test := range []struct {
		ms     [3]float64 // at GOMAXPROCS 2, 8 and 64
		beyond int
		gain   string
	}{
		{[3]float64{8, 1, .95}, 8, "8 [8, 8]"},
		{[3]float64{8, 4, 1}, 64, "8 [8, 8]"},
		{[3]float64{8, 7.6, 7.4}, 0, "0 [0, 0]"},
		{[3]float64{8, 9, 9}, 0, "0 [0, 0]"},
	} {
		l := run(2, kinds)
		l.kept("W", tried{1, 1, 0, 50, .2}, tried{64, 1, 0, 19, .3}, tried{64, 2, 0, test.ms[0], .5},
			tried{64, 8, 0, test.ms[1], .5}, tried{64, 64, 0, test.ms[2], .5})
		best := scaling.Recommendations(&l.Data, []scaling.Gain{gain(t, l)})[0].Procs.Best
		if best.Beyond != float64(test.beyond) || text(best.Gain) != test.gain {
			t.Errorf("%v: %v, %s", test.ms, best.Beyond, text(best.Gain))
		}
	}
}
