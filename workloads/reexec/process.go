package reexec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"conpar/workloads/child"
)

// patience is how long a child may take to say a line.
const patience = 10 * time.Second

// Process is a child. Its methods, Kill apart, are to be called from one
// goroutine at a time. Stop or Wait must be called: they release it. A child
// that says nothing for 10 s when a line is expected is killed.
type Process = child.Process

// Start starts this binary again as a child with that role, in a process
// group of its own where the system has them, so that Ctrl-C in a terminal
// reaches the parent alone. The child is killed when ctx ends. Its environment
// is ours without GOMAXPROCS: a server is to have the processors that it finds,
// in every cell of a sweep.
//
// Start keeps the child to the CPUs that this process may use, and StartOn to
// some of them: see package affinity.
//
// It is an error to call Start in a process that did not call [Init]: the
// child would not know its role, and would do what this process does, which
// is to start a child.
func Start(ctx context.Context, role string, args ...string) (*Process, error) {
	return StartOn(ctx, nil, role, args...)
}

// StartOn is [Start] of a child that may use these CPUs only; without any, those
// that this process may use.
func StartOn(ctx context.Context, cpus []int, role string, args ...string) (*Process, error) {
	return start(ctx, nil, cpus, role, args)
}

// StartBy is [Start] of a child that by starts: what the calling thread has by then,
// such as a policy of the scheduler, the child has from its first instruction on.
func StartBy(ctx context.Context, by func(*exec.Cmd) error, role string, args ...string) (*Process, error) {
	return start(ctx, by, nil, role, args)
}

func start(ctx context.Context, by func(*exec.Cmd) error, cpus []int, role string, args []string) (*Process, error) {
	cmd, err := Command(ctx, role, args...)
	if err != nil {
		return nil, fmt.Errorf("reexec: starting %s: %w", role, err)
	}
	p, err := child.Start(ctx, role, cmd, patience, false, by, cpus...)
	if err != nil {
		return nil, fmt.Errorf("reexec: starting %s: %w", role, err)
	}
	return p, nil
}

// Command returns the command that [Start] starts.
func Command(ctx context.Context, role string, args ...string) (*exec.Cmd, error) {
	if !initialised.Load() {
		return nil, errors.New("main or TestMain did not call reexec.Init")
	}
	if roles[role] == nil {
		return nil, errors.New("unknown role")
	}
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	// On Linux that is this program, also if another was put into its place since.
	// Elsewhere it may be there as well: Wine shows it to Windows programs.
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err == nil && runtime.GOOS == "linux" {
		cmd.Path = self
	}
	cmd.Env = append(child.Environment(roleVar), roleVar+"="+role)
	return cmd, nil
}
