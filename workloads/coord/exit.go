package coord

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
)

var (
	_ = addExit("returns", "returns from main")
	_ = addExit("waits", "waits for them with a WaitGroup")
)

func addExit(main, how string) workloads.Workload {
	return Set.AddReady("exit/main="+main,
		"Starts a program that starts goroutines and "+how+", and counts their tasks done by then.",
		workloads.Exhibit, workloads.Axis{Key: "tasks", Quick: []int{100}, Full: []int{100}}, exit{exitRole, main})
}

// exitRole is the program that is started: its arguments are what its main
// does at the end, the number of tasks and GOMAXPROCS.
const exitRole = "exit-exhibit"

func init() { reexec.Register(exitRole, exitMain) }

// exitIterations, 10 µs of work, are a task.
const exitIterations = 10_000

// exitMain is the main of the program. A task that is done writes one byte, in
// a system call of its own, which the exit cannot undo. A byte that cannot be
// written is a task not done.
func exitMain(args []string) int {
	var atEnd string
	var tasks, procs int
	if _, err := fmt.Sscan(strings.Join(args, " "), &atEnd, &tasks, &procs); err != nil {
		fmt.Fprintln(os.Stderr, "arguments:", err)
		return 2
	}
	runtime.GOMAXPROCS(procs)
	var wg sync.WaitGroup
	for task := range tasks {
		wg.Go(func() {
			x := kernel.Churn(kernel.Seed(task), exitIterations)
			os.Stdout.Write([]byte{byte(x)})
		})
	}
	if atEnd == "waits" {
		wg.Wait()
	}
	return 0
}

// exit starts one such program for each exhibit, and reads what its tasks
// write until it is gone.
type exit struct{ role, atEnd string }

// Run starts the programs with this one's GOMAXPROCS.
func (e exit) Run(ctx context.Context, tasks, n int) (workloads.Result, error) {
	return fan.Repeat(ctx, n, func() (workloads.Result, error) { return e.exhibit(ctx, tasks) })
}

// exhibit counts how many tasks were done when the program had ended.
func (e exit) exhibit(ctx context.Context, tasks int) (result workloads.Result, err error) {
	p, err := reexec.Start(ctx, e.role, e.atEnd, strconv.Itoa(tasks), strconv.Itoa(runtime.GOMAXPROCS(0)))
	if err != nil {
		return result, err
	}
	done, readErr := io.Copy(io.Discard, p.Stdout)
	state, err := p.Wait()
	switch {
	case err != nil:
		return result, err
	case readErr != nil:
		return result, fmt.Errorf("reading what the tasks wrote: %w", readErr)
	case done > int64(tasks):
		return result, fmt.Errorf("%d of %d tasks were done", done, tasks)
	}
	return workloads.Result{
		Sum:      1,
		OtherCPU: state.UserTime() + state.SystemTime(),
		Metrics:  []workloads.Metric{{Unit: "done-%", Value: 100 * float64(done) / float64(tasks)}},
	}, nil
}

func (e exit) Want(n int) uint64 { return uint64(n) }

func (e exit) Close() error { return nil }
