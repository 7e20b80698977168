package thread

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// parked is the Runner of the exhibits: an op is to park so many, in steps, to
// measure the memory after each, and to wake all of them up.
//
// It happens in a process of its own for each op. A runtime keeps what it has
// once got, stacks and descriptors, for those that are created later: the
// second exhibit in a process would grow by nothing.
type parked struct {
	stage func(ctx context.Context, counts []int) (report, error)
}

// report is what happened in the process of an exhibit.
type report struct {
	Steps []step        // one for each count
	Sum   uint64        // of the numbers 1 … of those that were woken up
	CPU   time.Duration // of that process, for all of its answers
}

// step is the state after parking.
type step struct {
	Alive  int       // how many were parked at that time, counted by themselves
	Memory footprint // zero where the system doesn't tell
	Stack  uint64    // bytes of goroutines' stacks, by the runtime
}

// fewest is the smallest number that a slope can be told from.
const fewest = 10

// counts returns how many are parked at each step: none, and then more and
// more. The first is for what the exhibit has grown by in total. The slope is
// of the others, since what is there only once, for any number, comes with the
// first of them.
func counts(all int) []int {
	return []int{0, max(1, all/100), all / 10, all / 10 * 4, all / 10 * 7, all}
}

func (p parked) Run(ctx context.Context, g, n int) (result workloads.Result, err error) {
	if g < fewest {
		return result, fmt.Errorf("%d are too few to be parked for a slope", g)
	}
	steps := counts(g)
	return fan.Repeat(ctx, n, func() (workloads.Result, error) {
		r, err := p.stage(ctx, steps)
		if ctx.Err() != nil {
			return result, context.Cause(ctx)
		}
		if err == nil {
			err = r.check(steps)
		}
		if err != nil {
			return result, err
		}
		return workloads.Result{Sum: 1, OtherCPU: r.CPU, Metrics: r.metrics(steps)}, nil
	})
}

// Want is one for each exhibit: what those who were parked did has been checked.
func (parked) Want(n int) uint64 { return uint64(n) }

func (parked) Close() error { return nil }

// check returns what is wrong with a report.
func (r report) check(counts []int) error {
	if len(r.Steps) != len(counts) {
		return fmt.Errorf("%d steps were reported instead of %d", len(r.Steps), len(counts))
	}
	told := r.Steps[0].Memory != (footprint{})
	for i, s := range r.Steps {
		switch {
		case s.Alive != counts[i]:
			return fmt.Errorf("%d of %d were parked", s.Alive, counts[i])
		case (s.Memory != footprint{}) != told:
			return errors.New("the memory was not reported at every step")
		case max(s.Memory.Resident, s.Memory.Reserved, s.Stack) > maxBytes:
			return errors.New("more memory was reported than there can be")
		}
	}
	if all := counts[len(counts)-1]; r.Sum != kernel.Triangle(all) {
		return fmt.Errorf("those who were parked came to %d instead of %d: not all did their part once",
			r.Sum, kernel.Triangle(all))
	}
	return nil
}

// metrics returns the figures of a report that has as many steps as counts.
func (r report) metrics(counts []int) []workloads.Metric {
	slopeOf := func(value func(step) uint64) float64 {
		values := make([]float64, len(r.Steps))
		for i, s := range r.Steps {
			values[i] = float64(value(s))
		}
		return slope(counts[1:], values[1:])
	}
	first, last := r.Steps[0], r.Steps[len(r.Steps)-1]
	metrics := []workloads.Metric{{Unit: "alive", Value: float64(last.Alive)}}
	if first.Memory != (footprint{}) {
		metrics = append(metrics,
			workloads.Metric{Unit: "resident-B", Value: float64(last.Memory.Resident) - float64(first.Memory.Resident)},
			workloads.Metric{Unit: "resident-B/each", Value: slopeOf(func(s step) uint64 { return s.Memory.Resident })},
			workloads.Metric{Unit: "reserved-B/each", Value: slopeOf(func(s step) uint64 { return s.Memory.Reserved })})
	}
	if first.Stack > 0 {
		metrics = append(metrics,
			workloads.Metric{Unit: "stack-B/each", Value: slopeOf(func(s step) uint64 { return s.Stack })})
	}
	return metrics
}

// slope returns by how much y grows for each x: that of the line with the
// least squares. The values of x must not be all the same.
func slope(x []int, y []float64) float64 {
	var meanX, meanY float64
	for i := range x {
		meanX += float64(x[i]) / float64(len(x))
		meanY += y[i] / float64(len(x))
	}
	var xy, xx float64
	for i := range x {
		dx := float64(x[i]) - meanX
		xy += dx * (y[i] - meanY)
		xx += dx * dx
	}
	return xy / xx
}
