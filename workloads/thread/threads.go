package thread

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"conpar/workloads"
	"conpar/workloads/peer"
)

var _ = Set.Add(workloads.Workload{
	Name: "parked/of=thread",
	Doc:  "Parks threads at a condition variable, all at once in a C++ program of their own, and wakes them up.",
	Kind: workloads.Exhibit,
	Axis: one("parked", 1000),
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
	return func(ctx context.Context, counts []int) (r report, err error) {
		p, err := peer.Start(ctx, dir, program)
		if err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
		for _, count := range counts {
			reply, cpu, err := ask(ctx, p, program.Name, fmt.Sprintf("park %d", count), 3)
			if err != nil {
				return r, err
			}
			memory, err := memoryOfChild(reply[1])
			if err != nil {
				return r, fmt.Errorf("%s: %w", program.Name, err)
			}
			r.Steps = append(r.Steps, step{Alive: int(reply[0]), Memory: memory})
			r.CPU += cpu
		}
		reply, cpu, err := ask(ctx, p, program.Name, "wake", 2)
		if err != nil {
			return r, err
		}
		r.Sum = reply[0]
		r.CPU += cpu
		return r, nil
	}
}
