package pattern

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"

	"conpar/workloads"
)

func TestSums(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, length := range []int{1, 2, 3, 7, 100, 4567} {
		ints := integers(length)
		reference := 0
		for _, v := range ints {
			reference += v
		}
		if len(ints) != length || reference != sumOfAny {
			t.Errorf("%d integers for a length of %d come to %d, want %d", len(ints), length, reference, sumOfAny)
		}
		ints[length/2] += 1000 // so that no known answer helps
		for _, processors := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(processors)
			for name, sum := range map[string]func([]int) int{"loop": sumLoop, "two": sumTwo, "all": sumAll} {
				if got := sum(ints); got != reference+1000 {
					t.Errorf("%s, %d items: %d, want %d", name, length, got, reference+1000)
				}
			}
		}
	}
}

func TestSumsNeedTheirSlice(t *testing.T) {
	for _, name := range []string{"sum/by=loop", "sum/by=two", "sum/by=all", "crossover/of=sum"} {
		r := open(t, name)
		if err := r.(workloads.Preparer).Prepare(t.Context(), 0); err == nil {
			t.Errorf("%s: a slice of length 0 can be prepared", name)
		}
		if err := r.(workloads.Preparer).Prepare(t.Context(), 10); err != nil {
			t.Error(err)
		}
		if _, err := r.Run(t.Context(), 11, 1); err == nil {
			t.Errorf("%s: runs with another length than that prepared", name)
		}
	}
}

func TestCrossing(t *testing.T) {
	for _, c := range []struct {
		name  string
		times []timed
		want  float64
	}{
		{"in the middle, as both miss by the same factor", []timed{{100, 1, 4}, {1000, 10, 20}, {10_000, 100, 50}}, math.Sqrt(1000 * 10_000)},
		{"nearer to the length that misses by less", []timed{{1000, 1, 8}, {10_000, 2, 1}}, 1000 * math.Pow(10, 0.75)},
		{"exactly at a length", []timed{{100, 1, 2}, {1000, 1, 1}, {10_000, 2, 1}}, 1000},
		{"faster at one length in between counts for nothing", []timed{{10, 2, 1}, {100, 1, 2}, {1000, 2, 1}}, math.Sqrt(100 * 1000)},
		{"from the first length on", []timed{{10, 2, 1}, {100, 2, 1}}, 10},
		{"none", []timed{{10, 1, 2}, {100, 1, 1.1}}, 1000},
		{"none, as the longest is not faster", []timed{{10, 1, 2}, {100, 2, 1}, {1000, 1, 1}}, 10_000},
		{"one length, faster", []timed{{10, 2, 1}}, 10},
		{"one length, slower", []timed{{10, 1, 2}}, 100},
	} {
		if got := crossing(c.times); math.Abs(got/c.want-1) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLadder(t *testing.T) {
	for longest, want := range map[int][]int{
		1:         {1},
		10:        {10},
		11:        {10, 11},
		1000:      {10, 32, 100, 316, 1000},
		1_000_000: {10, 32, 100, 316, 1000, 3162, 10_000, 31_623, 100_000, 316_228, 1_000_000},
	} {
		if got := ladder(longest); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", longest, got, want)
		}
	}
}

// On one processor two goroutines have everything to do that the loop has.
func TestCrossoverIsBetweenItsBounds(t *testing.T) {
	r := open(t, "crossover/of=sum")
	for range 3 {
		items, ok := run(t, r, 3162, 2)["crossover-items"]
		if !ok || items < 10 || items > 31_620 {
			t.Errorf("crossover at %v items, %v", items, ok)
		}
	}
}

// In a bubble no time passes while anything runs: a clock that stands still gives
// an answer all the same.
func TestCrossoverWithACoarseClock(t *testing.T) {
	r := open(t, "crossover/of=sum")
	synctest.Test(t, func(t *testing.T) {
		if items := run(t, r, 1000, 1)["crossover-items"]; items != 10_000 {
			t.Errorf("crossover at %v items, want none", items)
		}
		if ns := timeOf(sumLoop, integers(10), 1); ns != 1 {
			t.Errorf("a sum takes %v ns, but no time at all has no logarithm", ns)
		}
	})
}

func TestCrossoverEndsWithTheCause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	c := &crossover{}
	if err := c.Prepare(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Run(ctx, 100, 1); err != cause {
		t.Errorf("error %v, want %v", err, cause)
	}
}

func TestSharedFlights(t *testing.T) {
	r := open(t, "singleflight/work=wait")
	for g, want := range map[int]float64{1: 0, 8: 100 * 7. / 8, 64: 100 * 7. / 8} {
		synctest.Test(t, func(t *testing.T) {
			if share := run(t, r, g, 128)["shared-%"]; share != want {
				t.Errorf("%d goroutines: %v%% shared, want %v%%", g, share, want)
			}
		})
	}
}
