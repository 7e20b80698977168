package pattern

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"conpar/workloads"
)

var _ = Set.AddReady("pubsub", "Publishes a message to as many subscribers as goroutines, each with a buffer of 16.",
	workloads.Sharing, scaled, numbered(runPubSub))

func runPubSub(ctx context.Context, g, n int) uint64 {
	var topic Topic[uint64]
	var sum atomic.Uint64
	var wg sync.WaitGroup
	for range g {
		messages := topic.Subscribe(ctx, 16)
		wg.Go(func() { sum.Add(total(messages)) })
	}
	for v := range numbers(0, n) {
		if topic.Publish(ctx, v) != nil {
			break
		}
	}
	topic.Close()
	wg.Wait()
	return sum.Load() / uint64(g) // less if any of them lacks a message
}

// ErrClosed is the error of what was given to a [Topic] or a [Service] that is
// closed.
var ErrClosed = errors.New("pattern: closed")

// Topic passes each message on to all who have subscribed. Its zero value is
// ready. Its methods may be called from many goroutines at once.
type Topic[T any] struct {
	mu          sync.Mutex // held while a message is sent, so that all get them in the same order
	closed      bool
	subscribers []*subscriber[T]
}

type subscriber[T any] struct {
	ctx      context.Context
	messages chan T
	watched  func() bool // stops the watching of ctx
}

// Subscribe returns a channel, with that buffer, of the messages that are
// published from now on. It is closed when ctx ends or the topic is closed.
func (t *Topic[T]) Subscribe(ctx context.Context, buffer int) <-chan T {
	s := &subscriber[T]{ctx: ctx, messages: make(chan T, buffer)}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		close(s.messages)
		return s.messages
	}
	t.subscribers = append(t.subscribers, s)
	s.watched = context.AfterFunc(ctx, func() { t.remove(s) })
	return s.messages
}

func (t *Topic[T]) remove(s *subscriber[T]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(t.subscribers, s); i >= 0 { // or Close was faster
		t.subscribers = slices.Delete(t.subscribers, i, i+1)
		close(s.messages)
	}
}

// Publish sends v to all subscribers, and waits for those whose buffer is full:
// the slowest sets the pace, and no message is dropped unless a subscriber's
// context ends, or ctx does, whose cause is then the error. Publishers take turns;
// while one waits for its turn it does not look at its context.
func (t *Topic[T]) Publish(ctx context.Context, v T) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return ErrClosed
	}
	if ctx.Err() != nil { // there may be no subscriber to wait for
		return context.Cause(ctx)
	}
	for _, s := range t.subscribers {
		select {
		case s.messages <- v:
		case <-s.ctx.Done():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Close closes the subscribers' channels, after what is being published is.
func (t *Topic[T]) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, s := range t.subscribers {
		s.watched()
		close(s.messages)
	}
	t.subscribers = nil
}
