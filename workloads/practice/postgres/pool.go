package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// pool is the Runner.
type pool struct {
	*server
	do    task
	conns *pgxpool.Pool
}

// Prepare makes a pool of so many connections, and opens them all.
func (p *pool) Prepare(ctx context.Context, conns int) error {
	conns = max(conns, 1)
	if p.conns != nil && int(p.conns.Config().MaxConns) == conns {
		return nil
	}
	p.drop()
	config, err := pgxpool.ParseConfig(p.dsn())
	if err != nil {
		return err
	}
	config.MaxConns = int32(conns)
	config.AfterConnect = prepare
	if p.conns, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), config); err != nil {
		return p.named(err)
	}
	all := make([]*pgxpool.Conn, 0, conns)
	for len(all) < conns && err == nil {
		var c *pgxpool.Conn
		if c, err = p.conns.Acquire(ctx); err == nil {
			all = append(all, c)
		}
	}
	for _, c := range all {
		c.Release()
	}
	if err != nil {
		p.drop()
		return fmt.Errorf("opening %d connections: %w", conns, p.named(err))
	}
	return nil
}

// Run has 64 goroutines share the pool. When ctx ends, a transaction that is under way
// is finished.
func (p *pool) Run(ctx context.Context, conns, n int) (workloads.Result, error) {
	if err := p.Prepare(ctx, conns); err != nil {
		return workloads.Result{}, err
	}
	before := p.cpu()
	result, err := fan.Run(ctx, goroutines, n, func(_, task int) (uint64, error) {
		c, err := p.conns.Acquire(ctx)
		if err != nil {
			return 0, err
		}
		defer c.Release()
		return p.do(context.WithoutCancel(ctx), c.Conn(), task)
	})
	if err != nil && ctx.Err() == nil {
		err = p.named(err)
	}
	result.OtherCPU = max(0, p.cpu()-before)
	return result, err
}

func (p *pool) Want(n int) uint64 { return kernel.WantMix(n) }

func (p *pool) drop() {
	if p.conns != nil {
		p.conns.Close()
		p.conns = nil
	}
}

// Close ends the server if nothing else uses it.
func (p *pool) Close() error {
	p.drop()
	return p.leave()
}
