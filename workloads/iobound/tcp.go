package iobound

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var _ = Set.Add(workloads.Workload{
	Name: "tcp",
	Doc:  "Sends 8 bytes over a connection and reads the reply, which comes 10 ms later.",
	Kind: workloads.Waiting,
	Axis: network,
	Open: func(ctx context.Context, _ workloads.Env) (workloads.Runner, error) {
		return openRemote(ctx, "tcp", func(s *server) client {
			return &tcp{addr: s.addr, patience: patience}
		})
	},
})

// tcp has a connection for each worker.
type tcp struct {
	addr     string
	patience time.Duration
	conns    []*conn
}

// connect dials what connections are missing, and proves each by a hello. All
// hellos are sent before the first reply is read, so that few replies have to be
// waited for: that takes a quarter off the time. The rest is the system's, and
// more dials at once don't make it shorter.
func (t *tcp) connect(ctx context.Context, g int) error {
	missing := g - len(t.conns)
	if missing <= 0 {
		return nil
	}
	dialled := make([]*conn, missing)
	// Few at a time: a burst of 512 does not fit every system's backlog.
	_, err := fan.Run(ctx, 8, missing, func(_, i int) (_ uint64, err error) {
		dialled[i], err = t.dial(ctx)
		return 0, err
	})
	for _, c := range dialled {
		if err == nil {
			err = c.proven()
		}
	}
	if err != nil {
		for _, c := range dialled {
			if c != nil {
				c.Close()
			}
		}
		return err
	}
	t.conns = append(t.conns, dialled...)
	return nil
}

func (t *tcp) ask(worker int, request uint64) (uint64, error) {
	return t.conns[worker].ask(request)
}

func (t *tcp) expire(at time.Time) {
	for _, c := range t.conns {
		c.SetDeadline(at)
		if at.IsZero() {
			c.deadline = at
		}
	}
}

func (t *tcp) close() {
	for _, c := range t.conns {
		c.Close()
	}
	t.conns = nil
}

// conn is one connection, used by one goroutine at a time.
type conn struct {
	net.Conn
	patience time.Duration
	buf      [frame]byte
	deadline time.Time
}

// dial connects, and says hello.
func (t *tcp) dial(ctx context.Context) (*conn, error) {
	tc, err := dial(ctx, t.addr)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: tc, patience: t.patience}
	if err := c.send(hello); err != nil {
		tc.Close()
		return nil, err
	}
	return c, nil
}

// proven waits for the reply to the hello.
func (c *conn) proven() error {
	reply, err := c.receive()
	if err == nil && reply != kernel.Mix(hello) {
		err = fmt.Errorf("%s is not a delay server", c.RemoteAddr())
	}
	return err
}

// ask fails when the reply takes longer than patience, or half of it at the
// least: see send.
func (c *conn) ask(request uint64) (uint64, error) {
	if err := c.send(request); err != nil {
		return 0, err
	}
	return c.receive()
}

// send moves the deadline only once half of it has gone: that costs more than a
// look at the clock.
func (c *conn) send(request uint64) error {
	if now := time.Now(); c.deadline.Sub(now) < c.patience/2 {
		c.deadline = now.Add(c.patience)
		if err := c.SetDeadline(c.deadline); err != nil {
			return err
		}
	}
	binary.BigEndian.PutUint64(c.buf[:], request)
	_, err := c.Write(c.buf[:])
	return err
}

func (c *conn) receive() (uint64, error) {
	if _, err := io.ReadFull(c, c.buf[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(c.buf[:]), nil
}
