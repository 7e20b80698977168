package reexec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"conpar/workloads/internal/child"
)

// patience is how long a child may take to say a line.
const patience = 10 * time.Second

// Process is a child. Its methods, Kill apart, are to be called from one
// goroutine at a time. Stop or Wait must be called: they release it.
type Process struct{ *child.Process }

// Start starts this binary again as a child with that role, in a process
// group of its own where the system has them, so that Ctrl-C in a terminal
// reaches the parent alone. The child is killed when ctx ends. Its environment
// is ours without GOMAXPROCS: a server is to have the processors that it finds,
// in every cell of a sweep.
//
// It is an error to call Start in a process that did not call [Init]: the
// child would not know its role, and would do what this process does, which
// is to start a child.
func Start(ctx context.Context, role string, args ...string) (*Process, error) {
	cmd, err := Command(ctx, role, args...)
	if err == nil {
		var p *child.Process
		if p, err = child.Start(ctx, role, cmd, false); err == nil {
			return &Process{p}, nil
		}
	}
	return nil, fmt.Errorf("reexec: starting %s: %w", role, err)
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
	cmd.Env = append(child.Environment(roleVar), roleVar+"="+role)
	return cmd, nil
}

// ReadLine returns the child's next line on stdout, without its end. A child
// that says nothing for 10 s is killed.
func (p *Process) ReadLine() (string, error) { return p.line(p.Process.ReadLine(patience)) }

// Ask sends a request, one line, and returns the line that the child's
// [Answer] replies.
func (p *Process) Ask(request string) (string, error) {
	return p.line(p.Process.Ask(request, patience))
}

func (p *Process) line(line []byte, err error) (string, error) {
	return strings.TrimRight(string(line), "\r\n"), p.failure(err)
}

// failure says which child failed, and why.
func (p *Process) failure(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("reexec: %w", p.Explain(err))
}

// Wait waits for the child to leave by itself. What it writes to Stdout must
// have been read before. It returns the child's state, which holds its CPU
// time and that of its waited-for children (not on Windows), and an error with
// the end of its stderr unless it exited with 0.
func (p *Process) Wait() (*os.ProcessState, error) {
	err := p.Process.Wait()
	return p.Cmd.ProcessState, p.failure(err)
}

// Stop closes the child's stdin, which makes it exit, and waits. A child that
// is not gone after 5 s is killed, which is an error, as is a child that
// had failed before.
func (p *Process) Stop() (*os.ProcessState, error) {
	err := p.Process.Stop()
	return p.Cmd.ProcessState, p.failure(err)
}
