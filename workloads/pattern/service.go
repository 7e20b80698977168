package pattern

import (
	"context"
	"sync"

	"conpar/workloads"
)

// serviceLife is the number of tasks after which a service is shut down.
const serviceLife = 64

var _ = Set.AddReady("shutdown",
	"Gives a task to a service of as many workers as goroutines, which is shut down after every 64.",
	workloads.Sharing, scaled, numbered(runShutdown))

func runShutdown(ctx context.Context, g, n int) (sum uint64) {
	sums := make([]padded, g)
	for from := 0; from < n && ctx.Err() == nil; from += serviceLife {
		s := Serve(ctx, g, func(_ context.Context, worker int, v uint64) { sums[worker].n += v })
		for v := range numbers(from, min(n, from+serviceLife)) {
			if s.Submit(ctx, v) != nil {
				break
			}
		}
		_ = s.Shutdown(ctx) // the run ends with ctx
	}
	for _, s := range sums {
		sum += s.n
	}
	return sum
}

// Service does tasks until it is shut down, and then those that it has begun.
type Service[T any] struct {
	tasks   chan T
	closing chan struct{} // closed when no more tasks are taken
	close   func()        // closes it, once
	ended   chan struct{} // closed when all workers have
	abort   context.CancelFunc
}

// Serve starts a service of that many workers, 0 … workers-1; each of them does
// one task at a time. The context that do is given ends when ctx does, or a
// shutdown runs out of patience. ctx's end does not shut the service down.
func Serve[T any](ctx context.Context, workers int, do func(ctx context.Context, worker int, task T)) *Service[T] {
	if workers < 1 {
		panic("pattern: Serve without workers")
	}
	ctx, abort := context.WithCancel(ctx)
	s := &Service[T]{tasks: make(chan T), closing: make(chan struct{}), ended: make(chan struct{}), abort: abort}
	s.close = sync.OnceFunc(func() { close(s.closing) })
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() { s.work(func(task T) { do(ctx, worker, task) }) })
	}
	go func() {
		defer close(s.ended)
		wg.Wait()
		abort()
	}()
	return s
}

// work does tasks until the service is closing. There is no queue: a task that
// was taken is a worker's, so that none can be forgotten in between.
func (s *Service[T]) work(do func(T)) {
	for {
		select {
		case task := <-s.tasks:
			do(task)
		case <-s.closing:
			return
		}
	}
}

// Submit waits until a worker takes the task. With nil as its error the task
// will be done; with ErrClosed, or ctx's cause, it will not.
func (s *Service[T]) Submit(ctx context.Context, task T) error {
	select {
	case s.tasks <- task:
		return nil
	case <-s.closing:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Shutdown has no more tasks taken, and waits until those that were are done and
// all workers have ended. When ctx ends before, the context of the tasks that are
// under way ends as well, and they are waited for all the same; the error is then
// ctx's cause. It may be called more than once.
func (s *Service[T]) Shutdown(ctx context.Context) error {
	s.close()
	select {
	case <-s.ended:
		return nil
	case <-ctx.Done():
		s.abort()
		<-s.ended
		return context.Cause(ctx)
	}
}
