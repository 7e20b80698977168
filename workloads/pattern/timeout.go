package pattern

import (
	"context"
	"errors"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var (
	_ = Set.AddReady("timeout/end=answer", "Calls a function with a timeout of a minute, which answers at once.",
		workloads.Sharing, scaled, called(number, func(ctx context.Context, task int) (uint64, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			return Await(ctx, func(context.Context) (uint64, error) { return number(task), nil })
		}))
	_ = Set.AddReady("timeout/end=deadline", "Calls a function that never answers, with a timeout of 5 ms.",
		workloads.Waiting, waiting, called(sleeping, func(ctx context.Context, task int) (uint64, error) {
			ctx, cancel := context.WithTimeout(ctx, shortWait)
			defer cancel()
			_, err := Await(ctx, untilDone)
			return givenUp(err, context.DeadlineExceeded, task)
		}))
	_ = Set.AddReady("timeout/end=cancel", "Calls a function that never answers, and cancels it at once.",
		workloads.Sharing, scaled, called(number, func(ctx context.Context, task int) (uint64, error) {
			ctx, cancel := context.WithCancelCause(ctx)
			defer cancel(nil)
			_, err := Await(ctx, func(ctx context.Context) (uint64, error) {
				cancel(errCancelled)
				return untilDone(ctx)
			})
			return givenUp(err, errCancelled, task)
		}))
)

// called is a runner each of whose tasks is a call.
func called(plain func(task int) uint64, call func(ctx context.Context, task int) (uint64, error)) runner {
	return runner{
		plain: plain,
		run: func(ctx context.Context, g, n int) (workloads.Result, error) {
			return fan.Run(ctx, g, n, func(_, task int) (uint64, error) { return call(ctx, task) })
		},
		want: kernel.Triangle,
	}
}

func sleeping(task int) uint64 {
	time.Sleep(shortWait)
	return number(task)
}

func untilDone(ctx context.Context) (uint64, error) {
	<-ctx.Done()
	return 0, context.Cause(ctx)
}

var errCancelled = errors.New("pattern: cancelled by the exhibit")

// givenUp returns the answer to a task that was to end with that error.
func givenUp(err, want error, task int) (uint64, error) {
	if !errors.Is(err, want) {
		return 0, err
	}
	return number(task), nil
}

// Await calls f in a goroutine of its own and returns what f does, or, if ctx
// ends before, ctx's cause; a timeout is a context that has one. So the caller can leave a call that does not look at
// its context. Its goroutine is left to end by itself: an answer that comes too
// late blocks nothing.
func Await[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	answers := make(chan answer[T], 1)
	go func() { answers <- answerOf(f(ctx)) }()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
