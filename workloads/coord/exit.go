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
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/reexec"
)

var (
	_ = addExit("returns", "Starts a program that starts goroutines and returns from main, and counts their tasks done by then.")
	_ = addExit("waits", "Starts a program that starts goroutines and waits for them with a WaitGroup, and counts their tasks done by then.")
)

func addExit(main, doc string) workloads.Workload {
	return Set.Add(workloads.Workload{
		Name: "exit/main=" + main,
		Doc:  doc,
		Kind: workloads.Exhibit,
		Axis: workloads.Axis{Key: "tasks", Quick: []int{100}, Full: []int{100}},
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
			return exit{exitRole, main}, nil
		},
	})
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
	var result workloads.Result
	done := 0
	for range n {
		if ctx.Err() != nil {
			return workloads.Result{}, context.Cause(ctx)
		}
		one, cpu, err := e.exhibit(ctx, tasks)
		if err != nil {
			return workloads.Result{}, err
		}
		done += one
		result.OtherCPU += cpu
		result.Sum++
	}
	if all := float64(n) * float64(tasks); all > 0 {
		result.Metrics = []workloads.Metric{{Unit: "done-%", Value: 100 * float64(done) / all}}
	}
	return result, nil
}

// exhibit returns how many tasks were done when the program had ended, and the
// CPU time that it took.
func (e exit) exhibit(ctx context.Context, tasks int) (done int, cpu time.Duration, err error) {
	p, err := reexec.Start(ctx, e.role, e.atEnd, strconv.Itoa(tasks), strconv.Itoa(runtime.GOMAXPROCS(0)))
	if err != nil {
		return 0, 0, err
	}
	bytes, readErr := io.Copy(io.Discard, p.Stdout)
	state, err := p.Wait()
	switch {
	case err != nil:
		return 0, 0, err
	case readErr != nil:
		return 0, 0, fmt.Errorf("reading what the tasks wrote: %w", readErr)
	case bytes > int64(tasks):
		return 0, 0, fmt.Errorf("%d of %d tasks were done", bytes, tasks)
	}
	return int(bytes), state.UserTime() + state.SystemTime(), nil
}

func (e exit) Want(n int) uint64 { return uint64(n) }

func (e exit) Close() error { return nil }
