package child

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
	"sync/atomic"
	"time"

	"conpar/workloads/affinity"
)

const (
	// Grace is how long a child may take to leave once its stdin is closed:
	// thousands of connections take their time on a busy machine.
	Grace = 5 * time.Second

	// EndOfInput is the exit code of a child of ours whose stdin ended before it
	// was done. It is not 0, so that what was cut short is not mistaken for a
	// whole.
	EndOfInput = 3

	maxLine = 64 << 10 // bytes of a reply
)

// Process is a child in a process group of its own, whose stdin and stdout are
// pipes. Its methods, Kill apart, are to be called from one goroutine at a time.
// Stop or Wait must be called: they release it.
type Process struct {
	Name   string // for errors
	Cmd    *exec.Cmd
	Stdout *bufio.Reader // ends when the child does

	patience      time.Duration // for a line
	stdin, stdout *os.File
	stderr        Stderr
	done          chan struct{} // closed once the child is gone and waited for
	err           error         // of cmd.Wait; to be read after done
}

// Start starts cmd, which may take that long to say a line. If cmd was made with
// ctx, the child is killed when that ends. A child that is bound may not look at
// its stdin: see [Run]. Others may be kept to some CPUs, see [affinity.Start], or are
// started by start, which can set up what a child inherits.
func Start(
	ctx context.Context, name string, cmd *exec.Cmd, patience time.Duration, bound bool, start func(*exec.Cmd) error, cpus ...int,
) (*Process, error) {
	theirIn, ourIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourOut, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirIn.Close(), ourIn.Close())
	}
	p := &Process{
		Name: name, Cmd: cmd, Stdout: bufio.NewReaderSize(ourOut, maxLine),
		patience: patience, stdin: ourIn, stdout: ourOut, done: make(chan struct{}),
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirIn, theirOut, &p.stderr
	cmd.WaitDelay = Grace // for other processes that have come to hold stderr
	if cmd.Cancel != nil {
		cmd.Cancel = func() error { return KillGroup(cmd.Process) }
	}
	started := make(chan error)
	if start == nil {
		start = func(cmd *exec.Cmd) error { return affinity.Start(cmd, cpus) }
	}
	go p.live(ctx, started, bound, start, len(cpus) > 0)
	err = <-started
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		return nil, errors.Join(err, ourIn.Close(), ourOut.Close())
	}
	return p, nil
}

func (p *Process) live(ctx context.Context, started chan<- error, bound bool, start func(*exec.Cmd) error, kept bool) {
	defer close(p.done)
	if bound {
		p.err = Run(p.Cmd, started)
	} else {
		OwnGroup(p.Cmd)
		err := start(p.Cmd)
		started <- err
		if err != nil {
			return
		}
		p.err = p.Cmd.Wait()
		KillGroup(p.Cmd.Process)
		if kept {
			elsewhere.Add(int64(p.Cmd.ProcessState.UserTime() + p.Cmd.ProcessState.SystemTime()))
		}
	}
	if p.err != nil && ctx.Err() != nil {
		p.err = fmt.Errorf("%w (%w)", p.err, context.Cause(ctx))
	}
}

// elsewhere is what [Elsewhere] returns, in ns.
var elsewhere atomic.Int64

// Elsewhere returns the CPU time of the children that [Start] kept to some CPUs, of those
// that ended: other processes that this one started used the CPUs that it has itself.
func Elsewhere() time.Duration { return time.Duration(elsewhere.Load()) }

// Environment returns our environment without GOMAXPROCS, so that a child has
// the processors that it finds in every cell of a sweep, and without the others.
func Environment(others ...string) []string {
	dropped := append([]string{"GOMAXPROCS"}, others...)
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		key, _, _ := strings.Cut(entry, "=")
		return slices.ContainsFunc(dropped, func(name string) bool { return strings.EqualFold(key, name) })
	})
}

// ReadLine returns the child's next line on stdout, without its end. A child that
// says nothing for its patience, or more than 64 KiB, is killed.
func (p *Process) ReadLine() (string, error) {
	errLate := fmt.Errorf("it did not answer for %v", p.patience)
	within := Within(context.Background(), p.patience, errLate)
	defer within.Stop()
	defer context.AfterFunc(within, p.Abandon)()
	line, err := p.Stdout.ReadSlice('\n')
	switch {
	case err != nil && context.Cause(within) != nil:
		return "", p.Fail(errLate)
	case errors.Is(err, bufio.ErrBufferFull):
		return "", p.Fail(fmt.Errorf("it answered nonsense: a line of more than %d bytes", maxLine))
	case err != nil:
		return "", p.gone(err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
}

// EndInput closes the child's stdin, for a child that is to read nothing.
func (p *Process) EndInput() { _ = p.stdin.Close() }

// Ask sends a request, one line, and returns the line that the child replies,
// as [Process.ReadLine] does.
func (p *Process) Ask(request string) (string, error) {
	if _, err := io.WriteString(p.stdin, request+"\n"); err != nil {
		return "", p.gone(err)
	}
	return p.ReadLine()
}

// gone says why talking to the child failed: mostly because it is gone, by its
// own doing, for which it is given the time.
func (p *Process) gone(talking error) error {
	select {
	case <-p.done:
	case <-time.After(Grace):
		return p.Fail(fmt.Errorf("talking to it: %w", talking))
	}
	if p.err != nil {
		return p.Explain(fmt.Errorf("it died: %w", p.err))
	}
	return p.Explain(errors.New("it ended without an answer"))
}

// Fail kills the child, waits until it is gone, and returns reason as
// [Process.Explain] does.
func (p *Process) Fail(reason error) error {
	p.Kill()
	<-p.done
	return p.Explain(reason)
}

// Explain names the child that failed, and adds both ends of its stderr.
func (p *Process) Explain(reason error) error {
	if said := p.stderr.String(); said != "" {
		return fmt.Errorf("%s: %w; its stderr:\n%s", p.Name, reason, said)
	}
	return fmt.Errorf("%s: %w", p.Name, reason)
}

// Done is closed once the child is gone.
func (p *Process) Done() <-chan struct{} { return p.done }

// Kill kills the child and, on Unix, its process group. It may be called at
// any time, and does not wait.
func (p *Process) Kill() {
	select {
	case <-p.done:
	default:
		KillGroup(p.Cmd.Process)
	}
}

// Abandon kills the child and ends a reading from it that is under way: a
// process outside the group may have come to hold the pipe.
func (p *Process) Abandon() {
	p.Kill()
	p.stdout.SetReadDeadline(time.Now()) // an error where pipes have none: the kill will do
}

// Wait waits for the child to leave by itself. What it writes to Stdout must
// have been read before. It returns the child's state, which holds its CPU
// time and that of its waited-for children (not on Windows), and an error with
// both ends of its stderr unless it exited with 0.
func (p *Process) Wait() (*os.ProcessState, error) {
	<-p.done
	p.stdin.Close()
	p.stdout.Close()
	if p.err != nil {
		return p.Cmd.ProcessState, p.Explain(p.err)
	}
	return p.Cmd.ProcessState, nil
}

// Stop closes the child's stdin, which makes it exit, and waits. A child that
// is not gone after 5 s is killed, which is an error, as is a child that had
// failed before.
func (p *Process) Stop() (*os.ProcessState, error) {
	p.stdin.Close()
	select {
	case <-p.done:
	case <-time.After(Grace):
		p.Kill()
		state, _ := p.Wait()
		return state, p.Explain(fmt.Errorf("it did not leave within %v, and was killed", Grace))
	}
	state, err := p.Wait()
	if state.ExitCode() == EndOfInput {
		return state, nil
	}
	return state, err
}
