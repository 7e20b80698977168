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

// client is a protocol, as its client sees it: connections to a server, which
// are kept from one Run to the next.
type client interface {
	// connect makes sure of a connection for each of g workers. It leaves
	// nothing under way, even if it fails.
	connect(ctx context.Context, g int) error

	// ask sends a request over a connection that worker has for itself
	// meanwhile, and returns the answer. It fails when that takes longer than
	// about patience.
	ask(worker int, request uint64) (uint64, error)

	// expire makes what is waiting at that time fail. The zero time, for which
	// nothing may be under way, takes that back.
	expire(at time.Time)

	// close closes all connections. connect may be called again.
	close()
}

// openRemote opens a workload whose tasks ask a server of that protocol.
func openRemote(ctx context.Context, protocol string, client func(*server) client) (workloads.Runner, error) {
	s, err := startServer(ctx, protocol)
	if err != nil {
		return nil, err
	}
	return &remote{name: protocol, server: s, client: client(s)}, nil
}

// remote is a workload whose tasks ask a server.
//
// A Run whose ctx ends waits for the answers that are under way, 10 ms, and the
// server is then as it was. After any other failure it may have anything under
// way, and is given up.
type remote struct {
	name      string
	server    *server
	client    client
	connected int   // workers
	before    stats // of the server, while nothing is under way
	stale     bool  // before is
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

func (r *remote) connect(ctx context.Context, workers int) error {
	if workers <= r.connected {
		return nil
	}
	if err := checkDescriptors(workers); err != nil {
		return err
	}
	r.connected, r.stale = 0, true
	if err := r.client.connect(ctx, workers); err != nil {
		return err
	}
	r.connected = workers
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
		reply, err := r.client.ask(worker, uint64(task%kernel.Kinds))
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
		r.client.expire(time.Now().Add(grace))
	})
	return func() {
		if !detach() {
			<-expired
			r.client.expire(time.Time{})
		}
	}
}

// giveUp ends the server and says why err came about.
func (r *remote) giveUp(ctx context.Context, err error) error {
	err = r.why(ctx, err)
	r.server.Kill()
	r.client.close()
	r.connected = 0
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
	case <-time.After(100 * time.Millisecond): // its connections end before it does
		return fmt.Errorf("%s: %w", r.name, err)
	}
}

func (r *remote) Want(n int) uint64 { return kernel.WantMix(n) }

// Close waits for the server's end, and closes the connections. That order is
// the easier one for the server: it would otherwise be busy with the ends of
// thousands of connections first.
func (r *remote) Close() error {
	_, err := r.server.Stop()
	r.client.close()
	return err
}

// dial connects to a server. A connection is reset when it is closed: nothing
// that matters is under way then, and thousands of them would otherwise linger
// in the system for a minute, beside the measurements that follow.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: patience, KeepAlive: -1}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
