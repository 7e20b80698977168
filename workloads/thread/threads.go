package thread

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"conpar/workloads"
	"conpar/workloads/peer"
)

var _ = Set.Add(workloads.Workload{
	Name: "parked/of=thread", Kind: workloads.Exhibit, Axis: one("parked", 1000),
	Doc:  "Parks threads at a condition variable, all at once in a C++ program of their own, and wakes them up.",
	Open: openThreads,
})

// openThreads has the program compiled, which is not to be timed.
func openThreads(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
	if _, err := memoryOf("self"); errors.Is(err, fs.ErrNotExist) {
		return nil, workloads.Unavailable("the system does not tell how much memory a process has")
	}
	p, err := peer.Start(ctx, env.Dir, program)
	if err != nil {
		return nil, err
	}
	return parked{stageThreads(env.Dir, program)}, p.Close()
}

// stageThreads returns the exhibit in a process of that program. Threads have
// stacks of the system's default size.
func stageThreads(dir string, program peer.Program) func(context.Context, []int) (report, error) {
	return stage(program.Name, func(ctx context.Context) (*peer.Peer, error) {
		return peer.Start(ctx, dir, program)
	})
}

// stage returns the exhibit in a process that start starts, and that answers as
// the program in C++ does.
func stage(
	name string, start func(context.Context) (*peer.Peer, error),
) func(context.Context, []int) (report, error) {
	return func(ctx context.Context, counts []int) (r report, err error) {
		p, err := start(ctx)
		if err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
		_, untold := memoryOf("self")
		for _, count := range counts {
			reply, cpu, err := ask(ctx, p, name, fmt.Sprintf("park %d", count), 3)
			if err != nil {
				return r, err
			}
			s := step{Alive: int(reply[0]), Stack: reply[1]}
			if !errors.Is(untold, fs.ErrNotExist) {
				if s.Memory, err = memoryOf(strconv.Itoa(p.PID())); err != nil {
					return r, fmt.Errorf("%s: %w", name, err)
				}
			}
			r.Steps = append(r.Steps, s)
			r.CPU += cpu
		}
		reply, cpu, err := ask(ctx, p, name, "wake", 2)
		if err != nil {
			return r, err
		}
		r.Sum = reply[0]
		r.CPU += cpu
		return r, nil
	}
}
