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
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"conpar/workloads/internal/child"
)

const (
	patience = 20 * time.Second // for a reply, unless the program says otherwise; less than the runner has for a whole sample, so that it is the peer that is named
	grace    = 5 * time.Second  // for a peer to leave once its stdin is closed
	maxLine  = 64 << 10         // bytes of a reply
)

// Peer is a program that runs. It is asked one request at a time; its methods
// may be called by several goroutines, which then wait for each other. Close
// must be called: it releases the peer.
type Peer struct {
	name     string
	patience time.Duration
	cmd      *exec.Cmd
	stdin    *os.File
	stdout   *os.File
	lines    *bufio.Reader // of stdout
	stderr   child.Stderr
	done     chan struct{} // closed once the process is gone and waited for
	exit     error         // of cmd.Wait; to be read after done

	turn   chan struct{} // holds a token while a request is under way
	failed error         // why it can't be asked any more; owned by whose turn it is

	close  sync.Once
	closed error // what Close returns
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
		peer, err := p.start(p.command(home))
		if err == nil {
			return peer, nil
		}
		err = fmt.Errorf("%s: starting: %w", p.Name, err)
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

func (p Program) start(command *exec.Cmd) (*Peer, error) {
	theirIn, ourIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ourOut, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirIn.Close(), ourIn.Close())
	}
	peer := &Peer{
		name:     p.Name,
		patience: p.Patience,
		cmd:      command,
		stdin:    ourIn,
		stdout:   ourOut,
		lines:    bufio.NewReaderSize(ourOut, maxLine),
		done:     make(chan struct{}),
		turn:     make(chan struct{}, 1),
	}
	if peer.patience == 0 {
		peer.patience = patience
	}
	command.Stdin, command.Stdout, command.Stderr = theirIn, theirOut, &peer.stderr
	command.WaitDelay = grace // for whoever else has come to hold stderr
	started := make(chan error)
	go peer.live(started)
	err = <-started
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		return nil, errors.Join(err, ourIn.Close(), ourOut.Close())
	}
	return peer, nil
}

// environment returns env without GOMAXPROCS.
func environment(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		key, _, _ := strings.Cut(entry, "=")
		return strings.EqualFold(key, "GOMAXPROCS")
	})
}

// live starts the process and waits for it, and then kills what it may have
// left in its group. All of it is on one thread: see dieWithUs.
func (p *Peer) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	gone, err := child.Start(p.cmd)
	started <- err
	if err != nil {
		return
	}
	p.exit = p.cmd.Wait()
	gone()
	child.KillGroup(p.cmd.Process)
	close(p.done)
}

// kill kills the process with its group, and ends a reading from it that is
// under way: somebody outside the group may have come to hold the pipe.
func (p *Peer) kill() {
	select {
	case <-p.done:
	default:
		child.KillGroup(p.cmd.Process)
	}
	p.stdout.SetReadDeadline(time.Now()) // an error where pipes have none: the kill will do
}

// Refused is the error of a request that the program refused: the reason that
// it gave. The peer can be asked again.
type Refused struct{ Program, Reason string }

// Error names the program and the reason.
func (r *Refused) Error() string { return r.Program + ": " + r.Reason }

// Ask sends a request, one line, and returns the line that the program
// replies, or a [Refused].
//
// When ctx ends meanwhile, the peer is killed, since it would otherwise be busy
// with what nobody wants to know, and the error wraps ctx's. It is killed, too,
// when it says nothing for the program's patience, or says what is not a line
// of text of at most 64 KiB. After that, or after it died, every Ask fails with
// that reason, which names the program and has the end of its stderr.
func (p *Peer) Ask(ctx context.Context, request string) (reply string, err error) {
	err = p.inTurn(ctx, func() (err error) {
		reply, err = p.ask(ctx, request)
		return err
	})
	return reply, err
}

// Numbers is [Peer.Ask] where the reply is to be so many unsigned decimal
// numbers with a blank between them. A peer that replies anything else is
// killed as well.
func (p *Peer) Numbers(ctx context.Context, request string, count int) (numbers []uint64, err error) {
	err = p.inTurn(ctx, func() error {
		reply, err := p.ask(ctx, request)
		if err != nil {
			return err
		}
		if numbers, err = ParseNumbers(reply, count); err != nil {
			return p.giveUp(fmt.Errorf("it answered nonsense: %w", err))
		}
		return nil
	})
	return numbers, err
}

// inTurn calls do once no other request is under way.
func (p *Peer) inTurn(ctx context.Context, do func() error) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil { // nothing is under way for it, and the peer as good as ever
		return fmt.Errorf("%s: %w", p.name, context.Cause(ctx))
	}
	if p.failed != nil {
		return p.failed
	}
	return do()
}

// ask has its turn.
func (p *Peer) ask(ctx context.Context, request string) (string, error) {
	if strings.ContainsAny(request, "\r\n") {
		return "", fmt.Errorf("%s: the request %q is not a line", p.name, request)
	}
	if p.lines.Buffered() > 0 {
		return "", p.giveUp(errors.New("it said something that it was not asked for"))
	}
	ended := context.AfterFunc(ctx, p.kill)
	impatient := time.AfterFunc(p.patience, p.kill)
	_, err := io.WriteString(p.stdin, request+"\n")
	var line []byte
	if err == nil {
		line, err = p.lines.ReadSlice('\n')
	}
	lived, answered := ended(), impatient.Stop()
	switch {
	case !lived:
		p.giveUp(fmt.Errorf("it was killed in the middle of a request: %v", context.Cause(ctx)))
		return "", p.explain(context.Cause(ctx))
	case !answered:
		return "", p.giveUp(fmt.Errorf("it did not answer for %v", p.patience))
	case errors.Is(err, bufio.ErrBufferFull):
		return "", p.giveUp(fmt.Errorf("it answered nonsense: a line of more than %d bytes", maxLine))
	case err != nil:
		return "", p.died(err)
	}
	reply, err := parse(line)
	if err != nil {
		return "", p.giveUp(fmt.Errorf("it answered nonsense: %w", err))
	}
	if reason, refused := strings.CutPrefix(reply, "error: "); refused {
		return "", &Refused{p.name, reason}
	}
	return reply, nil
}

// died says why the peer, which can't be talked to any more, is gone: mostly
// by its own doing, for which it is given the time.
func (p *Peer) died(talking error) error {
	select {
	case <-p.done:
	case <-time.After(grace):
		return p.giveUp(fmt.Errorf("talking to it: %w", talking))
	}
	if p.exit != nil {
		return p.giveUp(fmt.Errorf("it died: %w", p.exit))
	}
	return p.giveUp(errors.New("it ended without an answer"))
}

// giveUp kills the peer, waits until it is gone, and returns reason, with the
// end of its stderr, as the error of this request and of those to come.
func (p *Peer) giveUp(reason error) error {
	p.kill()
	<-p.done
	p.failed = p.explain(reason)
	return p.failed
}

// explain names the program that failed, and adds the end of its stderr.
func (p *Peer) explain(reason error) error {
	if said := p.stderr.String(); said != "" {
		return fmt.Errorf("%s: %w; its stderr:\n%s", p.name, reason, said)
	}
	return fmt.Errorf("%s: %w", p.name, reason)
}

// Close closes the peer's stdin, upon which it exits, and waits. A peer that
// is not gone after 5 s is killed, which is an error, as is one that fails at
// its end. A peer that had failed before is none: that was told. Close may be
// called again.
func (p *Peer) Close() error {
	p.close.Do(func() {
		p.stdin.Close()
		select {
		case <-p.done:
		case <-time.After(grace):
			p.kill()
			<-p.done
			p.closed = p.explain(fmt.Errorf("it did not leave within %v, and was killed", grace))
		}
		p.turn <- struct{}{} // whoever is still asking fails now
		defer func() { <-p.turn }()
		p.stdout.Close()
		if p.failed == nil {
			if p.closed == nil && p.exit != nil {
				p.closed = p.explain(fmt.Errorf("it failed at its end: %w", p.exit))
			}
			p.failed = fmt.Errorf("%s: it was closed", p.name)
		}
	})
	return p.closed
}
