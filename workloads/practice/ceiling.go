package practice

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/peer"
	"conpar/workloads/reexec"
)

// Processes share neither memory, nor a scheduler of Go, nor a garbage collector. So
// what each loses when all CPUs are busy is lost by the machine.
const ceilingRole = "practice-ceiling"

func init() {
	reexec.Register(ceilingRole, func([]string) int {
		reexec.Answer(computeAlone)
		select {} // package reexec ends the process when stdin ends
	})
	addCeiling("chain", "Computes for 100 µs, each step from the one before, in one of so many processes.")
	addCeiling("sha256", "Hashes a block of 64 KiB in one of so many processes.")
}

func addCeiling(of, doc string) {
	Set.Add(workloads.Workload{
		Name: "ceiling/of=" + of, Doc: doc, Kind: workloads.Computing,
		// Processes that wake up at once share a CPU for some milliseconds, until the
		// system moves one. In samples of 20 ms they seemed to lose a fifth by it.
		Sample: 300 * time.Millisecond,
		Axis: workloads.Axis{Key: "processes", Quick: []int{workloads.AllCPUs, 1},
			Full: []int{workloads.AllCPUs, 1, 2}},
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			return &ceiling{of: of, answers: kernel.Answers(ceilingWork[of])}, nil
		},
	})
}

// ceiling is the Runner, which has a process for each place on the axis.
type ceiling struct {
	of        string
	answers   []uint64
	processes []*peer.Peer
}

// Prepare starts what processes are missing.
func (c *ceiling) Prepare(ctx context.Context, processes int) error {
	for len(c.processes) < max(processes, 1) {
		command, err := reexec.Command(context.WithoutCancel(ctx), ceilingRole)
		if err != nil {
			return err
		}
		p, err := peer.StartCommand(ceilingRole, command, 0)
		if err != nil {
			return err
		}
		c.processes = append(c.processes, p)
		if _, err := p.Numbers(ctx, c.of+" 0 1", 3); err != nil { // it is ready
			return c.giveUp(ctx, err)
		}
	}
	return nil
}

// Run has each process do as many tasks in a row, all at once. The metric process-ns
// is the time of a task within a process: the end of the slowest does not count.
func (c *ceiling) Run(ctx context.Context, processes, n int) (workloads.Result, error) {
	if err := c.Prepare(ctx, processes); err != nil {
		return workloads.Result{}, err
	}
	processes = max(processes, 1)
	numbers := make([][]uint64, processes)
	failed := make([]error, processes)
	var wg sync.WaitGroup
	for i, p := range c.processes[:processes] {
		from, to := i*n/processes, (i+1)*n/processes
		wg.Go(func() { numbers[i], failed[i] = p.Numbers(ctx, fmt.Sprint(c.of, " ", from, " ", to-from), 3) })
	}
	wg.Wait()
	if err := errors.Join(failed...); err != nil {
		return workloads.Result{}, c.giveUp(ctx, err)
	}
	total := workloads.Result{}
	for _, of := range numbers {
		total.Sum += of[0]
		total.Residence += time.Duration(of[1])
		total.OtherCPU += time.Duration(of[2])
	}
	each := float64(total.Residence) / float64(max(n, 1))
	total.Metrics = []workloads.Metric{{Unit: "process-ns", Value: each}}
	return total, nil
}

// giveUp ends the processes, which are started anew when they are needed.
func (c *ceiling) giveUp(ctx context.Context, err error) error {
	c.Close()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return fmt.Errorf("ceiling: %w", err)
}

func (c *ceiling) Want(n int) uint64 { return workloads.CyclicSum(c.answers, n) }

// Close ends the processes.
func (c *ceiling) Close() error {
	var errs []error
	for _, p := range c.processes {
		errs = append(errs, p.Close())
	}
	c.processes = nil
	return errors.Join(errs...)
}
