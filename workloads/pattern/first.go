package pattern

import (
	"context"
	"errors"
	"sync"

	"conpar/workloads"
	"conpar/workloads/fan"
)

var _ = Set.AddReady("first",
	"Asks all goroutines the same, takes the first answer, and waits until the others have given up.",
	workloads.Sharing, scaled, numbered(runFirst))

// runFirst asks g rivals. Another one of them answers each time, while the
// others wait to be told that it is too late.
func runFirst(ctx context.Context, g, n int) uint64 {
	var wg sync.WaitGroup
	var question int
	rivals := make([]func(context.Context) (uint64, error), g)
	for i := range rivals {
		rivals[i] = func(ctx context.Context) (uint64, error) {
			defer wg.Done()
			if question%g != i {
				<-ctx.Done()
				return 0, ctx.Err()
			}
			return number(question), nil
		}
	}
	total, _ := fan.Run(ctx, 0, n, func(_, task int) (uint64, error) {
		question = task
		wg.Add(g)
		answer, err := First(ctx, rivals...)
		wg.Wait()
		return answer, err
	})
	return total.Sum
}

// First calls all functions at the same time, each in a goroutine of its own,
// and returns the first answer that is not an error. The context that they were
// given then ends, so that the others can give up; they are not waited for. If
// none has an answer, the error joins theirs; if ctx ends, it is ctx's cause.
func First[T any](ctx context.Context, ask ...func(context.Context) (T, error)) (T, error) {
	if len(ask) == 0 {
		panic("pattern: First of nothing")
	}
	rivals, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer[T], len(ask)) // so that late ones don't wait for ever
	for _, f := range ask {
		go func() { answers <- answerOf(f(rivals)) }()
	}
	var none T
	var errs []error
	for range ask {
		select {
		case a := <-answers:
			if a.err == nil {
				return a.value, nil
			}
			errs = append(errs, a.err)
		case <-ctx.Done():
			return none, context.Cause(ctx)
		}
	}
	return none, errors.Join(errs...)
}

// answer is what a function returned, as a value that a channel can carry.
type answer[T any] struct {
	value T
	err   error
}

func answerOf[T any](value T, err error) answer[T] { return answer[T]{value, err} }
