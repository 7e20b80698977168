package iobound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// patience is how long a server may take over an answer before it is taken for
// hung, and grace how long once ctx has ended.
const (
	patience = 10 * time.Second
	grace    = 100 * delay
)

// client is a protocol, as its client sees it, over connections that are kept
// from one Run to the next.
type client interface {
	// send sends a request over a connection that worker has for itself until
	// receive has returned the answer. It is receive that fails, or send, when
	// the answer takes longer than about patience.
	send(worker int, request uint64) error
	receive(worker int) (uint64, error)
}

// protocol makes the client of a server, which has a connection for each worker.
type protocol func(addr string, conns []*conn, patience time.Duration) client

// remotely opens a workload whose tasks ask a server of the protocol of that name.
// Its connections are warmed up by that request.
func remotely(name string, p protocol, warmUp uint64) func(context.Context, workloads.Env) (workloads.Runner, error) {
	return func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
		s, err := startServer(ctx, name, env.ServerCPUs)
		if err != nil {
			return nil, err
		}
		return &remote{name: name, server: s, protocol: p, warmUp: warmUp, patience: patience}, nil
	}
}

// remote is a workload whose tasks ask a server.
//
// A Run whose ctx ends waits for the answers that are under way, 10 ms, and the
// server is then as it was. After any other failure it may have anything under
// way, and is given up.
type remote struct {
	name     string
	server   *server
	protocol protocol
	warmUp   uint64
	patience time.Duration
	conns    []*conn // of each worker
	client   client  // over conns
	before   stats   // of the server, while nothing is under way
	stale    bool    // before is
}

// conn is one connection, used by one goroutine at a time.
type conn struct {
	net.Conn
	deadline time.Time // as tcp has set it
	buf      [frame]byte
}

// Prepare connects what is missing for g goroutines.
func (r *remote) Prepare(ctx context.Context, g int) error {
	err := r.connect(ctx, max(g, 1))
	if err == nil && r.stale {
		r.before, err = r.server.stats()
		r.stale = err != nil
	}
	if err != nil {
		return r.why(ctx, err)
	}
	return nil
}

// connect begins anew if there are fewer connections: a client is made for a
// number of them.
func (r *remote) connect(ctx context.Context, workers int) error {
	if workers <= len(r.conns) {
		return nil
	}
	if err := checkDescriptors(workers); err != nil {
		return err
	}
	r.stale = true
	r.disconnect()
	err := r.dial(ctx, workers)
	if err == nil {
		r.client = r.protocol(r.server.addr, r.conns, r.patience)
		err = r.greet(ctx)
	}
	if err != nil {
		r.disconnect()
	}
	return err
}

// atOnce is how many connections are made at a time: a burst of 512 does not fit
// every system's backlog.
const atOnce = 8

func (r *remote) dial(ctx context.Context, workers int) error {
	r.conns = make([]*conn, workers)
	_, err := fan.Run(ctx, atOnce, workers, func(_, i int) (_ uint64, err error) {
		r.conns[i], err = dial(ctx, r.server.addr)
		return 0, err
	})
	return err
}

// greet proves each connection by a hello. All hellos are sent before the first
// reply is read. So few replies have to be waited for, which takes a quarter off
// the time; and a connection whose reply has not been read is taken, so that
// http, too, uses each of them. Nothing is under way afterwards, even if it fails.
func (r *remote) greet(ctx context.Context) error {
	sent := make([]bool, len(r.conns))
	_, err := fan.Run(ctx, atOnce, len(sent), func(_, i int) (uint64, error) {
		err := r.client.send(i, hello)
		sent[i] = err == nil
		return 0, err
	})
	if err != nil {
		r.disconnect() // so that the other replies are not waited for
	}
	for i := range sent {
		if !sent[i] {
			continue
		}
		reply, failure := r.client.receive(i)
		if failure == nil && reply != kernel.Mix(hello) {
			failure = fmt.Errorf("%s is not a delay server", r.server.addr)
		}
		if err == nil {
			err = failure
		}
	}
	return err
}

func (r *remote) disconnect() {
	for _, c := range r.conns {
		if c != nil {
			c.Close()
		}
	}
	r.conns = nil
}

// expire makes what is waiting at that time fail. The zero time, for which
// nothing may be under way, takes that back.
func (r *remote) expire(at time.Time) {
	for _, c := range r.conns {
		c.SetDeadline(at)
		if at.IsZero() {
			c.deadline = at
		}
	}
}

func (r *remote) ask(worker int, request uint64) (uint64, error) {
	if err := r.client.send(worker, request); err != nil {
		return 0, err
	}
	return r.client.receive(worker)
}

// Warm has each worker ask once. What that costs the server counts nowhere.
func (r *remote) Warm(ctx context.Context, g int) error {
	r.stale = true
	_, err := fan.Run(ctx, g, max(g, 1), func(worker, _ int) (uint64, error) { return r.ask(worker, r.warmUp) })
	if err != nil {
		return r.giveUp(ctx, err)
	}
	return nil
}

// Run connects first where Prepare has not. The server's stats are asked for
// once, at the end: those of the last end, or of Prepare, are still true.
func (r *remote) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if err := r.Prepare(ctx, g); err != nil {
		return workloads.Result{}, err
	}
	var broken atomic.Bool
	release := r.follow(ctx)
	result, err := fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		reply, err := r.ask(worker, uint64(task%kernel.Kinds))
		if err != nil {
			broken.Store(true)
		}
		return reply, err
	})
	release()
	if err != nil && ctx.Err() != nil && !broken.Load() {
		r.stale = true
		return workloads.Result{}, fmt.Errorf("%s: %w", r.name, err)
	}
	if err != nil {
		return workloads.Result{}, r.giveUp(ctx, err)
	}
	after, err := r.server.stats()
	if err != nil {
		return workloads.Result{}, r.giveUp(ctx, err)
	}
	before := r.before
	r.before = after
	if done := after.requests - before.requests; done != n {
		return workloads.Result{}, fmt.Errorf("%s: the server has seen %d requests of %d", r.name, done, n)
	}
	result.OtherCPU = after.cpu - before.cpu
	result.Metrics = meanDelay(after.delay-before.delay, n)
	return result, nil
}

// follow has all that is under way fail soon after ctx ends, until the returned
// function is called. The requests themselves don't have ctx: looking after it
// would cost each of them something, and they end soon enough.
func (r *remote) follow(ctx context.Context) (release func()) {
	expired := make(chan struct{})
	detach := context.AfterFunc(ctx, func() {
		defer close(expired)
		r.expire(time.Now().Add(grace))
	})
	return func() {
		if !detach() {
			<-expired
			r.expire(time.Time{})
		}
	}
}

// giveUp ends the server and says why err came about.
func (r *remote) giveUp(ctx context.Context, err error) error {
	err = r.why(ctx, err)
	r.server.Kill()
	r.disconnect()
	return err
}

// why says why err came about: because ctx ended, or because the server is
// gone, or else as it says itself.
func (r *remote) why(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", r.name, context.Cause(ctx))
	}
	select {
	case <-r.server.Done():
		_, died := r.server.Wait()
		return fmt.Errorf("%s: the server is gone: %w", r.name, errors.Join(died, err))
	case <-time.After(time.Second): // its connections end before it does, and a busy machine notices late
		return fmt.Errorf("%s: %w", r.name, err)
	}
}

func (r *remote) Want(n int) uint64 { return kernel.WantMix(n) }

// Close waits for the server's end, and closes the connections. That order is
// the easier one for the server: it would otherwise be busy with the ends of
// thousands of connections first.
func (r *remote) Close() error {
	_, err := r.server.Stop()
	r.disconnect()
	return err
}

// dial connects to a server. A connection is reset when it is closed: nothing
// that matters is under way then, and thousands of them would otherwise linger
// in the system for a minute, beside the measurements that follow.
func dial(ctx context.Context, addr string) (*conn, error) {
	dialer := net.Dialer{Timeout: patience, KeepAlive: -1}
	c, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := c.(*net.TCPConn).SetLinger(0); err != nil {
		c.Close()
		return nil, err
	}
	return &conn{Conn: c}, nil
}
