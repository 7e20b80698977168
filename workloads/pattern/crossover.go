package pattern

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
)

var _ = Set.Add(workloads.Workload{
	Name: "crossover/of=sum", Kind: workloads.Exhibit,
	Axis: workloads.Axis{Key: "length", Quick: []int{1_000_000}, Full: []int{1_000_000, 10_000_000}},
	Doc:  "Finds the length from which on two goroutines sum a slice faster than one loop.",
	Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return &crossover{}, nil },
})

// crossover times both ways at lengths from 10 to the axis' value. Its metric
// crossover-items is the shortest length from which on two goroutines are the
// faster ones at all that were tried, between two of them interpolated; ten times
// the longest where they are not faster even there. At GOMAXPROCS=1 both ways
// come to the same at long lengths, and chance may take one of them for a crossover.
type crossover struct{ sum }

// Run fails where the two ways disagree.
func (c *crossover) Run(ctx context.Context, longest, n int) (result workloads.Result, err error) {
	if len(c.ints) != longest {
		return result, fmt.Errorf("pattern: a slice of length %d was prepared, not %d", len(c.ints), longest)
	}
	return fan.Repeat(ctx, n, func() (workloads.Result, error) {
		times, err := c.times(ctx, longest)
		if err != nil {
			return result, err
		}
		return workloads.Result{
			Sum:     uint64(sumTwo(c.ints)),
			Metrics: []workloads.Metric{{Unit: "crossover-items", Value: crossing(times)}},
		}, nil
	})
}

// timed is how long both ways take for a length.
type timed struct {
	length    int
	loop, two float64 // of any unit
}

// repeats is the number of times that a length is timed, each way in turn: their
// medians ignore the few that a neighbour disturbed.
const repeats = 11

func (c *crossover) times(ctx context.Context, longest int) (all []timed, _ error) {
	for _, length := range ladder(longest) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		part := c.ints[:length]
		if a, b := sumLoop(part), sumTwo(part); a != b {
			return nil, fmt.Errorf("pattern: the sum of %d items is %d by a loop, %d by two goroutines", length, a, b)
		}
		calls := callsFor(length)
		var loop, two [repeats]float64
		for i := range repeats {
			if i%2 == 0 {
				loop[i], two[i] = timeOf(sumLoop, part, calls), timeOf(sumTwo, part, calls)
			} else {
				two[i], loop[i] = timeOf(sumTwo, part, calls), timeOf(sumLoop, part, calls)
			}
		}
		all = append(all, timed{length, median(loop[:]), median(two[:])})
	}
	return all, nil
}

// ladder returns the lengths that are tried: from 10 on two in each decade, and
// longest.
func ladder(longest int) (lengths []int) {
	for step := 2; ; step++ {
		length := int(math.Round(math.Pow(10, float64(step)/2)))
		if length >= longest {
			return append(lengths, longest)
		}
		lengths = append(lengths, length)
	}
}

// callsFor returns how many sums take about 0.1 ms, where an item takes 0.25 ns
// and two goroutines 0.5 µs.
func callsFor(length int) int { return max(1, 400_000/(length+2000)) }

// timeOf returns how long so many sums take, in nanoseconds; one before them
// wakes up who has fallen asleep meanwhile.
func timeOf(sum func([]int) int, ints []int, calls int) float64 {
	sum(ints)
	start := time.Now()
	for range calls {
		sum(ints)
	}
	return float64(max(1, time.Since(start))) // a coarse clock may have stood still
}

func median(times []float64) float64 {
	slices.Sort(times)
	return times[len(times)/2]
}

// crossing returns the shortest length from which on two is faster at all lengths,
// which ascend: where the logarithm of loop/two, taken as a straight line over
// that of the length, passes 0 on its way from the last length where it was not.
// It is the first length if two is faster at all of them, and ten times the last
// one if not even there.
func crossing(times []timed) float64 {
	gain := func(t timed) float64 { return math.Log(t.loop / t.two) }
	i := len(times)
	for i > 0 && gain(times[i-1]) > 0 {
		i--
	}
	switch i {
	case 0:
		return float64(times[0].length)
	case len(times):
		return 10 * float64(times[i-1].length)
	}
	before, after := times[i-1], times[i]
	share := gain(before) / (gain(before) - gain(after))
	return float64(before.length) * math.Pow(float64(after.length)/float64(before.length), share)
}
