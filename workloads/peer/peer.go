// Package peer runs programs in other languages that answer requests: a line
// on stdin, a line on stdout. So the same work can be done by threads of C++,
// Java or Python, and be timed by the one clock of the process that asks.
//
// A [Program] is sources, which are embedded in this binary, and commands.
// [Start] compiles it into a cache the first time ([Program.Build]), starts it
// and gives back a [Peer].
//
// # What a program has to do
//
// It answers each line that it reads on stdin with one line on stdout, and
// flushes that. A reply that begins with "error: " refuses the request, for the
// reason that follows. It says nothing else on stdout; what it writes to stderr
// becomes part of the error if it fails.
//
// When stdin ends, the program exits at once with 0, even in the middle of a
// request: that is how it dies with its parent, however the parent dies, and on
// every operating system. (Linux kills it besides, so that even one that is deaf
// does not live on.) So it reads stdin in one thread, which exits at the
// end of it, and answers in another. There is never more than one request under
// way: starting a thread for each is the simplest.
//
// The package does not restart what failed, and interprets nothing but numbers
// ([Peer.Numbers]).
package peer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"conpar/workloads/child"
)

// defaultPatience is for a reply, unless the program says otherwise. It is less than the
// runner has for a whole sample, so that it is the peer that is named.
const defaultPatience = 20 * time.Second

// Peer is a program that runs. One goroutine at a time asks it, one request at
// a time. Close must be called: it releases the peer. Close may also be called
// in the middle of a request, which then fails.
type Peer struct {
	process *child.Process

	mu     sync.Mutex // guards what follows
	failed error      // why it can't be asked any more
	closed bool
}

// Start compiles the program, if it has not been yet, and starts it, in a
// process group of its own where the system has them. Its environment is ours
// without GOMAXPROCS, so that it is the same in every cell of a sweep.
//
// dir is the folder, which must exist, that the compiled program is kept in. If
// what is kept there turns out to be damaged, it is compiled once more. ctx is
// for the starting alone. The error is a [workloads.Unavailable] when the
// program needs a tool that is not installed, does not work or is too old.
func Start(ctx context.Context, dir string, p Program) (*Peer, error) {
	for mended := false; ; mended = true {
		home, err := p.prepare(ctx, dir)
		if err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, context.Cause(ctx))
		}
		peer, err := StartCommand(p.Name, p.command(home), p.Patience)
		if err == nil {
			return peer, nil
		}
		if mended || !damaged(err) {
			return nil, err
		}
		if removing := discard(dir, home); removing != nil {
			return nil, errors.Join(err, removing)
		}
	}
}

// damaged reports whether a program can't be started for an error that comes
// from what was compiled being empty, cut off or gone.
func damaged(err error) bool {
	return errors.Is(err, syscall.ENOEXEC) || errors.Is(err, fs.ErrNotExist)
}

// StartCommand starts a program that need not be compiled; patience is how long
// a reply may take, 0 meaning 20 s.
func StartCommand(name string, command *exec.Cmd, patience time.Duration) (*Peer, error) {
	process, err := child.Start(context.Background(), name, command, cmp.Or(patience, defaultPatience), true, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: starting: %w", name, err)
	}
	return &Peer{process: process}, nil
}

// PID returns the number of the peer's process.
func (p *Peer) PID() int { return p.process.Cmd.Process.Pid }

// Refused is the error of a request that the program refused: the reason that
// it gave. The peer can be asked again.
type Refused struct{ Program, Reason string }

// Error names the program and the reason.
func (r *Refused) Error() string { return r.Program + ": " + r.Reason }

// Ask sends a request, one line, and returns the line that the program
// replies, or a [Refused].
//
// When ctx ends meanwhile, the peer is killed, since it would otherwise be busy
// with what is no longer wanted, and the error wraps ctx's. It is killed, too,
// when it says nothing for the program's patience, or says what is not a line
// of text of at most 64 KiB. After that, or after it died, every Ask fails with
// that reason, which names the program and has the end of its stderr.
func (p *Peer) Ask(ctx context.Context, request string) (string, error) {
	failed := p.failure()
	switch {
	case ctx.Err() != nil: // nothing is under way for it, and the peer as good as ever
		return "", fmt.Errorf("%s: %w", p.process.Name, context.Cause(ctx))
	case failed != nil:
		return "", failed
	case strings.ContainsAny(request, "\r\n"):
		return "", fmt.Errorf("%s: the request %q is not a line", p.process.Name, request)
	case p.process.Stdout.Buffered() > 0:
		return "", p.giveUp(errors.New("it said something that it was not asked for"))
	}
	ended := context.AfterFunc(ctx, p.process.Abandon)
	reply, err := p.process.Ask(request)
	if !ended() {
		p.giveUp(fmt.Errorf("it was killed in the middle of a request: %v", context.Cause(ctx)))
		return "", p.process.Explain(context.Cause(ctx))
	}
	if err != nil {
		return "", p.fail(err)
	}
	if err := checkText(reply); err != nil {
		return "", p.nonsense(err)
	}
	if reason, refused := strings.CutPrefix(reply, "error: "); refused {
		return "", &Refused{p.process.Name, reason}
	}
	return reply, nil
}

// Numbers is [Peer.Ask] where the reply is to be so many unsigned decimal
// numbers with a blank between them. A peer that replies anything else is
// killed as well.
func (p *Peer) Numbers(ctx context.Context, request string, count int) ([]uint64, error) {
	reply, err := p.Ask(ctx, request)
	if err != nil {
		return nil, err
	}
	numbers, err := ParseNumbers(reply, count)
	if err != nil {
		return nil, p.nonsense(err)
	}
	return numbers, nil
}

func (p *Peer) nonsense(err error) error {
	return p.giveUp(fmt.Errorf("it answered nonsense: %w", err))
}

// giveUp kills the peer, waits until it is gone, and returns reason, with the
// end of its stderr, as the error of this request and of those to come.
func (p *Peer) giveUp(reason error) error {
	return p.fail(p.process.Fail(reason))
}

func (p *Peer) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

// fail keeps err as the error of the requests to come, and returns it.
func (p *Peer) fail(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = err
	return err
}

// Close closes the peer's stdin, upon which it exits, and waits. A peer that
// is not gone after 5 s is killed, which is an error, as is one that fails at
// its end. A failure before that is no error of Close: it was told. Close may be
// called again.
func (p *Peer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	told := p.failed != nil
	if !told {
		p.failed = fmt.Errorf("%s: it was closed", p.process.Name)
	}
	if p.closed {
		return nil
	}
	p.closed = true
	if _, err := p.process.Stop(); !told {
		return err
	}
	return nil
}
