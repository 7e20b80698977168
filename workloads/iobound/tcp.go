package iobound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
)

var _ = Set.Add(workloads.Workload{
	Name: "tcp",
	Doc:  "Sends 8 bytes over a connection and reads the reply, which comes 10 ms later.",
	Kind: workloads.Waiting,
	Axis: goroutines,
	Open: func(ctx context.Context, _ workloads.Env) (workloads.Runner, error) {
		s, err := startServer(ctx)
		if err != nil {
			return nil, err
		}
		return &tcp{server: s, patience: 10 * time.Second}, nil
	},
})

// tcp has a connection for each worker, which it keeps from one Run to the
// next. An error leaves replies under way, so it then drops all of them.
type tcp struct {
	server   *server
	patience time.Duration // a server that doesn't answer for so long is taken for hung
	conns    []*client
	before   stats // of the server, while nothing is under way
}

// Prepare dials what connections are missing for g goroutines, and proves
// each by a hello.
func (t *tcp) Prepare(ctx context.Context, g int) error {
	missing := max(g, 1) - len(t.conns)
	if missing <= 0 {
		return nil
	}
	dialled := make([]*client, missing)
	// Few at a time: a burst of 512 does not fit every system's backlog.
	_, err := fan.Run(ctx, 8, missing, func(_, i int) (_ uint64, err error) {
		dialled[i], err = dial(ctx, t.server.addr, t.patience)
		return 0, err
	})
	for _, c := range dialled {
		if c != nil {
			t.conns = append(t.conns, c)
		}
	}
	if err == nil {
		t.before, err = t.server.stats()
	}
	if err != nil {
		return t.failed(ctx, err)
	}
	return nil
}

// Run dials first where Prepare has not. The server's stats are asked for
// once, at the end: those of the last end, or of Prepare, are still true.
func (t *tcp) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if err := t.Prepare(ctx, g); err != nil {
		return workloads.Result{}, err
	}
	release := t.follow(ctx)
	total, err := fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		return t.conns[worker].ask(uint64(task % kinds))
	})
	release()
	if err != nil {
		return workloads.Result{}, t.failed(ctx, err)
	}
	after, err := t.server.stats()
	if err != nil {
		return workloads.Result{}, t.failed(ctx, err)
	}
	before := t.before
	t.before = after
	if done := after.requests - before.requests; done != n {
		return workloads.Result{}, fmt.Errorf("tcp: the server has seen %d requests of %d", done, n)
	}
	return workloads.Result{
		Sum:       total.Sum,
		Residence: total.Residence,
		OtherCPU:  after.cpu - before.cpu,
		Metrics:   meanDelay(after.delay-before.delay, n),
	}, nil
}

// follow ends all reads when ctx ends, until the returned function is called.
func (t *tcp) follow(ctx context.Context) (release func()) {
	ended := make(chan struct{})
	detach := context.AfterFunc(ctx, func() {
		defer close(ended)
		for _, c := range t.conns {
			c.conn.SetDeadline(time.Unix(1, 0))
		}
	})
	return func() {
		if !detach() {
			<-ended
		}
	}
}

// failed drops all connections and says why err came about: because ctx ended,
// or because the server is gone, or else as it says itself.
func (t *tcp) failed(ctx context.Context, err error) error {
	t.drain()
	t.drop()
	if ctx.Err() != nil {
		return fmt.Errorf("tcp: %w", context.Cause(ctx))
	}
	select {
	case <-t.server.Done():
		_, died := t.server.Wait()
		return fmt.Errorf("tcp: the server is gone: %w", errors.Join(died, err))
	case <-time.After(100 * time.Millisecond): // its connections end before it does
		return fmt.Errorf("tcp: %w", err)
	}
}

// drain waits until the server is done with what is under way, so that it
// counts for no later Run: the server ends each connection after the last
// reply, 10 ms from now, unless it is hung.
func (t *tcp) drain() {
	deadline := time.Now().Add(100 * delay)
	for _, c := range t.conns {
		c.conn.SetDeadline(deadline)
		c.conn.(*net.TCPConn).CloseWrite()
	}
	for _, c := range t.conns {
		io.Copy(io.Discard, c.conn)
	}
}

func (t *tcp) drop() {
	for _, c := range t.conns {
		c.conn.Close()
	}
	t.conns = nil
}

func (t *tcp) Want(n int) uint64 { return want(n) }

// Close closes the connections and waits for the server's end.
func (t *tcp) Close() error {
	t.drop()
	_, err := t.server.Stop()
	return err
}

// client is one connection, used by one goroutine at a time.
type client struct {
	conn     net.Conn
	patience time.Duration
	buf      [frame]byte
	deadline time.Time // of conn
}

func dial(ctx context.Context, addr string, patience time.Duration) (*client, error) {
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{conn: conn, patience: patience}
	reply, err := c.ask(hello)
	if err == nil && reply != mix(hello) {
		err = fmt.Errorf("%s is not a delay server", addr)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// ask sends a request and returns the reply. It fails when that takes longer
// than patience, or half of it at the least: a deadline costs more than a look
// at the clock, so it is moved only once half of it has gone.
func (c *client) ask(request uint64) (uint64, error) {
	if now := time.Now(); c.deadline.Sub(now) < c.patience/2 {
		c.deadline = now.Add(c.patience)
		if err := c.conn.SetDeadline(c.deadline); err != nil {
			return 0, err
		}
	}
	binary.BigEndian.PutUint64(c.buf[:], request)
	if _, err := c.conn.Write(c.buf[:]); err != nil {
		return 0, err
	}
	if _, err := io.ReadFull(c.conn, c.buf[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(c.buf[:]), nil
}
