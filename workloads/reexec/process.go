package reexec

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"conpar/workloads/internal/child"
)

const (
	grace    = 5 * time.Second  // for a child to leave once its stdin is closed; thousands of connections take their time on a busy machine
	patience = 10 * time.Second // for a child to say a line
)

// Process is a child. Its methods, Kill apart, are to be called from one
// goroutine at a time. Stop or Wait must be called: they release it.
type Process struct {
	Pid    int
	Stdout *bufio.Reader // ends when the child does

	role   string
	stdin  *os.File
	stdout *os.File
	stderr child.Stderr
	cmd    *exec.Cmd
	done   chan struct{} // closed once the child is gone and waited for
	err    error         // of cmd.Wait; to be read after done
}

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
	p, err := start(ctx, role, args)
	if err != nil {
		return nil, fmt.Errorf("reexec: starting %s: %w", role, err)
	}
	return p, nil
}

func start(ctx context.Context, role string, args []string) (*Process, error) {
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
	theirIn, ourIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourOut, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirIn.Close(), ourIn.Close())
	}
	p := &Process{
		Stdout: bufio.NewReader(ourOut),
		role:   role,
		stdin:  ourIn,
		stdout: ourOut,
		cmd:    exec.CommandContext(ctx, path, args...),
		done:   make(chan struct{}),
	}
	p.cmd.Env = environment(os.Environ(), role)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = theirIn, theirOut, &p.stderr
	p.cmd.Cancel = func() error { return child.KillGroup(p.cmd.Process) }
	p.cmd.WaitDelay = grace // for whoever else has come to hold stderr
	child.OwnGroup(p.cmd)
	err = p.cmd.Start()
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		return nil, errors.Join(err, ourIn.Close(), ourOut.Close())
	}
	p.Pid = p.cmd.Process.Pid
	go p.reap(ctx)
	return p, nil
}

// environment returns env for a child with that role.
func environment(env []string, role string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		key, _, _ := strings.Cut(entry, "=")
		return strings.EqualFold(key, "GOMAXPROCS") || strings.EqualFold(key, roleVar)
	})
	return append(env, roleVar+"="+role)
}

// reap waits for the child, and then kills what it may have left in its group.
func (p *Process) reap(ctx context.Context) {
	p.err = p.cmd.Wait()
	if p.err != nil && ctx.Err() != nil {
		p.err = fmt.Errorf("%w (%w)", p.err, context.Cause(ctx))
	}
	child.KillGroup(p.cmd.Process)
	close(p.done)
}

// ReadLine returns the child's next line on stdout, without its end. A child
// that says nothing for 10 s is killed.
func (p *Process) ReadLine() (string, error) {
	impatient := time.AfterFunc(patience, p.Kill)
	line, err := p.Stdout.ReadString('\n')
	if !impatient.Stop() {
		err = fmt.Errorf("no answer for %v", patience)
	}
	if err != nil {
		return "", p.explain(err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// Ask sends a request, one line, and returns the line that the child's
// [Answer] replies.
func (p *Process) Ask(request string) (string, error) {
	if _, err := io.WriteString(p.stdin, request+"\n"); err != nil {
		return "", p.explain(err)
	}
	return p.ReadLine()
}

// explain says why talking to the child failed: mostly because it is gone.
func (p *Process) explain(err error) error {
	select {
	case <-p.done:
		err = errors.Join(err, p.failure())
	case <-time.After(grace):
	}
	return fmt.Errorf("reexec: talking to %s: %w", p.role, err)
}

// failure returns how the child, which is gone, failed; nil if it didn't.
func (p *Process) failure() error {
	if p.err == nil {
		return nil
	}
	if said := p.stderr.String(); said != "" {
		return fmt.Errorf("reexec: %s: %w; its stderr:\n%s", p.role, p.err, said)
	}
	return fmt.Errorf("reexec: %s: %w", p.role, p.err)
}

// Done is closed once the child is gone.
func (p *Process) Done() <-chan struct{} { return p.done }

// Kill kills the child and, on Unix, its process group. It may be called at
// any time, and does not wait.
func (p *Process) Kill() {
	select {
	case <-p.done:
	default:
		child.KillGroup(p.cmd.Process)
	}
}

// Wait waits for the child to leave by itself. What it writes to Stdout must
// have been read before. It returns the child's state, which holds its CPU
// time and that of its waited-for children (not on Windows), and an error with
// the end of its stderr unless it exited with 0.
func (p *Process) Wait() (*os.ProcessState, error) {
	<-p.done
	p.stdin.Close()
	p.stdout.Close()
	return p.cmd.ProcessState, p.failure()
}

// Stop closes the child's stdin, which makes it exit, and waits. A child that
// is not gone after 5 s is killed, which is an error, as is a child that
// had failed before.
func (p *Process) Stop() (*os.ProcessState, error) {
	p.stdin.Close()
	select {
	case <-p.done:
	case <-time.After(grace):
		p.Kill()
		state, _ := p.Wait()
		return state, fmt.Errorf("reexec: %s did not leave within %v, and was killed", p.role, grace)
	}
	state, err := p.Wait()
	if state.ExitCode() == endOfInput {
		err = nil
	}
	return state, err
}
