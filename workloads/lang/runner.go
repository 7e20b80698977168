package lang

import (
	"context"
	"errors"
	"fmt"

	"conpar/workloads"
)

// runner is one open workload.
type runner struct {
	lang   *language
	job    job
	dir    string
	closed bool
}

func add(l *language, j job) {
	Set.Add(workloads.Workload{
		Name: j.name + "/lang=" + l.name, Kind: j.kind, Doc: fmt.Sprintf(j.doc, l.threads),
		ShareProcess: "lang=" + l.name,
		Axis:         workers,
		// One peer of a language, which takes up to a second to start and to warm
		// up, answers all that is measured of it in a round.
		Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
			return open(ctx, env, l, j)
		},
	})
}

func open(ctx context.Context, env workloads.Env, l *language, j job) (workloads.Runner, error) {
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	l.users++
	l.leave()
	r := &runner{lang: l, job: j, dir: env.Dir}
	if err := r.Prepare(ctx, 0); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Prepare starts and warms up anew what an ended context has killed.
func (r *runner) Prepare(ctx context.Context, _ int) error {
	if err := r.lang.enter(ctx); err != nil {
		return err
	}
	defer r.lang.leave()
	return r.lang.ready(ctx, r.dir, r.job)
}

// Run is a single request, unless it is one of seconds.
func (r *runner) Run(ctx context.Context, workers, n int) (workloads.Result, error) {
	if workers < 1 || n < 0 {
		return workloads.Result{}, fmt.Errorf("%s: cannot do %d tasks by %d workers", r.lang.name, n, workers)
	}
	if err := r.lang.enter(ctx); err != nil {
		return workloads.Result{}, err
	}
	defer r.lang.leave()
	if err := r.lang.ready(ctx, r.dir, r.job); err != nil {
		return workloads.Result{}, err
	}
	var total workloads.Result
	for most := r.lang.whole(r.job, workers); n > 0; n -= most {
		part, err := r.lang.do(ctx, r.job, workers, min(n, most))
		if err != nil {
			return workloads.Result{}, err
		}
		total.Sum += part.Sum
		total.Residence += part.Residence
		total.OtherCPU += part.OtherCPU
	}
	total.Metrics = r.lang.metrics(r.job)
	return total, nil
}

func (r *runner) Want(n int) uint64 { return r.job.want(n) }

// Close ends the peer if no other workload uses it. It may be called again.
func (r *runner) Close() error {
	l := r.lang
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	if l.users--; l.users > 0 {
		return nil
	}
	peer := l.peer
	l.peer = nil
	if !l.lasts {
		l.failed = nil
	}
	if peer == nil {
		return nil
	}
	if err := peer.Close(); err != nil {
		return fmt.Errorf("%s: closing: %w", l.name, err)
	}
	return nil
}
