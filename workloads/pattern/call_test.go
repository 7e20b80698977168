package pattern_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/workloads/pattern"
)

var errCause = errors.New("the user has gone")

// doers are the patterns that do tasks, at most limit at a time.
var doers = map[string]func(ctx context.Context, limit int, tasks iter.Seq[int], do func(int)) error{
	"Bounded": pattern.Bounded[int],
	"Pool": func(ctx context.Context, limit int, tasks iter.Seq[int], do func(int)) error {
		return pool(ctx, limit, 0, tasks, do)
	},
	"buffered Pool": func(ctx context.Context, limit int, tasks iter.Seq[int], do func(int)) error {
		return pool(ctx, limit, 8, tasks, do)
	},
}

// pool is a Pool whose workers each keep count of their own, which the race
// detector would see shared.
func pool(ctx context.Context, workers, buffer int, tasks iter.Seq[int], do func(int)) error {
	counts := make([]int, workers)
	return pattern.Pool(ctx, workers, buffer, tasks, func(worker, task int) {
		counts[worker]++
		do(task)
	})
}

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}

func TestEveryTaskIsDoneOnceWithinTheLimit(t *testing.T) {
	for name, run := range doers {
		for _, c := range []struct{ limit, tasks, seconds int }{
			{1, 0, 0}, {1, 7, 7}, {2, 7, 4}, {3, 9, 3}, {64, 7, 1}, {64, 640, 10},
		} {
			synctest.Test(t, func(t *testing.T) {
				done := make([]atomic.Int32, c.tasks)
				start := time.Now()
				err := run(t.Context(), c.limit, upTo(c.tasks), func(task int) {
					done[task].Add(1)
					time.Sleep(time.Second)
				})
				// Faster would be more than the limit at a time, slower less.
				if wall := time.Since(start); err != nil || wall != time.Duration(c.seconds)*time.Second {
					t.Errorf("%s: %d tasks, %d at a time: %v, %v; want %d s", name, c.tasks, c.limit, wall, err, c.seconds)
				}
				for task := range done {
					if times := done[task].Load(); times != 1 {
						t.Errorf("%s: task %d was done %d times", name, task, times)
					}
				}
			})
		}
	}
}

func TestCancelledTasksAreFinishedAndNoOthersBegun(t *testing.T) {
	for name, run := range doers {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer time.AfterFunc(1500*time.Millisecond, func() { cancel(errCause) }).Stop()
			var begun, finished atomic.Int32
			start := time.Now()
			err := run(ctx, 4, upTo(1000), func(int) {
				begun.Add(1)
				time.Sleep(time.Second)
				finished.Add(1)
			})
			if wall := time.Since(start); err != errCause || wall != 2*time.Second {
				t.Errorf("%s: error %v after %v, want %v after 2s", name, err, wall, errCause)
			}
			if begun.Load() != 8 || finished.Load() != 8 {
				t.Errorf("%s: %d tasks begun, %d finished, want 8", name, begun.Load(), finished.Load())
			}
		})
	}
}

// A select takes any of its cases that are ready, so that once is not enough.
func TestNothingIsBegunAfterTheEnd(t *testing.T) {
	for name, run := range doers {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errCause)
		for range 50 {
			if err := run(ctx, 3, upTo(10), func(int) { t.Errorf("%s: a task was begun", name) }); err != errCause {
				t.Errorf("%s: error %v, want %v", name, err, errCause)
			}
		}
	}
}

func TestPoolIsAheadByItsBuffer(t *testing.T) {
	for _, buffer := range []int{0, 1, 8} {
		synctest.Test(t, func(t *testing.T) {
			handedOut := 0
			stuck := make(chan struct{})
			go func() {
				_ = pattern.Pool(t.Context(), 3, buffer, func(yield func(int) bool) {
					for range 100 {
						handedOut++
						if !yield(0) {
							return
						}
					}
				}, func(int, int) { <-stuck })
			}()
			synctest.Wait()
			if want := 3 + buffer + 1; handedOut != want { // and the one that is in the sender's hands
				t.Errorf("buffer %d: %d tasks were made, want %d", buffer, handedOut, want)
			}
			close(stuck)
		})
	}
}

func after(d time.Duration, value int, err error) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		select {
		case <-time.After(d):
			return value, err
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

func TestFirst(t *testing.T) {
	boom, bang := errors.New("boom"), errors.New("bang")
	for _, c := range []struct {
		name    string
		ask     []func(context.Context) (int, error)
		value   int
		errs    []error
		seconds time.Duration
	}{
		{"the only one", []func(context.Context) (int, error){after(2*time.Second, 1, nil)}, 1, nil, 2},
		{"the fastest", []func(context.Context) (int, error){after(time.Hour, 1, nil), after(time.Second, 2, nil), after(time.Minute, 3, nil)}, 2, nil, 1},
		{"an error is no answer", []func(context.Context) (int, error){after(time.Second, 1, boom), after(2*time.Second, 2, nil)}, 2, nil, 2},
		{"errors alone", []func(context.Context) (int, error){after(2*time.Second, 1, boom), after(time.Second, 2, bang)}, 0, []error{boom, bang}, 2},
		{"the caller leaves", []func(context.Context) (int, error){after(time.Hour, 1, nil), after(time.Hour, 2, nil)}, 0, []error{errCause}, 5},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer time.AfterFunc(5*time.Second, func() { cancel(errCause) }).Stop()
			start := time.Now()
			value, err := pattern.First(ctx, c.ask...)
			if wall := time.Since(start); value != c.value || wall != c.seconds*time.Second || (err != nil) != (c.errs != nil) {
				t.Errorf("%s: %d, %v after %v; want %d after %d s", c.name, value, err, wall, c.value, c.seconds)
			}
			for _, want := range c.errs {
				if !errors.Is(err, want) {
					t.Errorf("%s: error %v, want one that is %v", c.name, err, want)
				}
			}
		})
	}
}

// One who does not look at the context is not waited for, and finds an end.
func TestFirstDoesNotWaitForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := pattern.First(t.Context(), after(time.Second, 1, nil), func(context.Context) (int, error) {
			time.Sleep(time.Hour)
			return 2, nil
		})
		if wall := time.Since(start); err != nil || wall != time.Second {
			t.Errorf("%v after %v", err, wall)
		}
		time.Sleep(time.Hour)
	})
}

func TestAwaitAndTimeout(t *testing.T) {
	boom := errors.New("boom")
	deaf := func(context.Context) (int, error) {
		time.Sleep(time.Hour)
		return 9, nil
	}
	for _, c := range []struct {
		name  string
		f     func(context.Context) (int, error)
		limit time.Duration // 0: Await
		value int
		err   error
		after time.Duration
	}{
		{"an answer", after(time.Second, 7, nil), 0, 7, nil, time.Second},
		{"an answer in time", after(time.Second, 7, nil), 2 * time.Second, 7, nil, time.Second},
		{"an error", after(time.Second, 0, boom), 2 * time.Second, 0, boom, time.Second},
		{"too late", after(3*time.Second, 7, nil), 2 * time.Second, 0, context.DeadlineExceeded, 2 * time.Second},
		{"too late and deaf", deaf, 2 * time.Second, 0, context.DeadlineExceeded, 2 * time.Second},
		{"cancelled", after(time.Hour, 7, nil), 0, 0, errCause, 10 * time.Second},
		{"cancelled and deaf", deaf, time.Minute, 0, errCause, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer time.AfterFunc(10*time.Second, func() { cancel(errCause) }).Stop()
			start := time.Now()
			value, err := 0, error(nil)
			if c.limit == 0 {
				value, err = pattern.Await(ctx, c.f)
			} else {
				ctx, cancel := context.WithTimeout(ctx, c.limit)
				defer cancel()
				value, err = pattern.Await(ctx, c.f)
			}
			if wall := time.Since(start); value != c.value || !errors.Is(err, c.err) || wall != c.after {
				t.Errorf("%s: %d, %v after %v; want %d, %v after %v", c.name, value, err, wall, c.value, c.err, c.after)
			}
			time.Sleep(2 * time.Hour) // a deaf one ends by itself, or the bubble would complain
		})
	}
}

func TestFlightIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flights pattern.Flight[string, int]
		var calls, shared atomic.Int32
		ask := func(key string) {
			value, others, err := flights.Do(t.Context(), key, func() (int, error) {
				calls.Add(1)
				time.Sleep(time.Second)
				return len(key), nil
			})
			if value != len(key) || err != nil {
				t.Errorf("%s: %d, %v", key, value, err)
			}
			if others {
				shared.Add(1)
			}
		}
		start := time.Now()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { ask("a") })
			wg.Go(func() { ask("bb") })
		}
		wg.Wait()
		if wall := time.Since(start); calls.Load() != 2 || shared.Load() != 18 || wall != time.Second {
			t.Errorf("%d calls, %d shared, in %v; want 2, 18, 1s", calls.Load(), shared.Load(), wall)
		}
		if ask("a"); calls.Load() != 3 {
			t.Error("who asked later got an old answer")
		}
	})
}

func TestFlightFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flights pattern.Flight[string, int]
		boom := errors.New("boom")
		passengers := func(n int, want error) {
			for range n {
				go func() {
					_, shared, err := flights.Do(t.Context(), "a", func() (int, error) { return 0, nil })
					if !shared || err != want {
						t.Errorf("shared %v, error %v; want %v", shared, err, want)
					}
				}()
			}
		}
		_, shared, err := flights.Do(t.Context(), "a", func() (int, error) {
			passengers(3, boom)
			synctest.Wait()
			return 0, boom
		})
		if shared || err != boom {
			t.Errorf("shared %v, error %v; want %v", shared, err, boom)
		}
		synctest.Wait()
		func() {
			defer func() {
				if v := recover(); v != "crash" {
					t.Errorf("the caller saw %v instead of the panic", v)
				}
			}()
			_, _, _ = flights.Do(t.Context(), "a", func() (int, error) {
				passengers(3, pattern.ErrCrashed)
				synctest.Wait()
				panic("crash")
			})
		}()
		synctest.Wait()
		if value, shared, err := flights.Do(t.Context(), "a", func() (int, error) { return 5, nil }); value != 5 || shared || err != nil {
			t.Errorf("after a crash: %d, %v, %v", value, shared, err)
		}
	})
}

func TestPassengerLeavesTheFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flights pattern.Flight[string, int]
		go func() {
			value, _, err := flights.Do(t.Context(), "a", func() (int, error) {
				time.Sleep(time.Hour)
				return 1, nil
			})
			if value != 1 || err != nil {
				t.Errorf("the pilot got %d, %v", value, err)
			}
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errCause)
		defer cancel()
		start := time.Now()
		if _, shared, err := flights.Do(ctx, "a", nil); !shared || err != errCause || time.Since(start) != time.Second {
			t.Errorf("%v, %v after %v", shared, err, time.Since(start))
		}
		time.Sleep(time.Hour)
	})
}

func TestTopicReachesAllInOrder(t *testing.T) {
	for _, buffer := range []int{0, 4} {
		synctest.Test(t, func(t *testing.T) {
			var topic pattern.Topic[int]
			var wg sync.WaitGroup
			want := slices.Collect(upTo(50))
			for range 5 {
				messages := topic.Subscribe(t.Context(), buffer)
				wg.Go(func() {
					var got []int
					for v := range messages {
						got = append(got, v)
					}
					if !slices.Equal(got, want) {
						t.Errorf("buffer %d: got %v", buffer, got)
					}
				})
			}
			for _, v := range want {
				if err := topic.Publish(t.Context(), v); err != nil {
					t.Error(err)
				}
			}
			topic.Close()
			topic.Close()
			wg.Wait()
			if err := topic.Publish(t.Context(), 1); err != pattern.ErrClosed {
				t.Errorf("after Close: %v", err)
			}
			if v, ok := <-topic.Subscribe(t.Context(), 1); ok {
				t.Error("after Close: got", v)
			}
		})
	}
}

func TestSubscriberLeavesWhileItIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var topic pattern.Topic[int]
		ctx, cancel := context.WithCancel(t.Context())
		slow := topic.Subscribe(ctx, 1)
		fast := topic.Subscribe(t.Context(), 8)
		published := make(chan error)
		go func() {
			for v := range 3 {
				published <- topic.Publish(t.Context(), v)
			}
		}()
		if err := <-published; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		select {
		case err := <-published:
			t.Errorf("the slow subscriber was not waited for: %v", err)
		default:
		}
		cancel()
		if a, b := <-published, <-published; a != nil || b != nil {
			t.Error(a, b)
		}
		synctest.Wait() // until it is forgotten
		if err := topic.Publish(t.Context(), 3); err != nil {
			t.Error(err)
		}
		topic.Close()
		if got := slices.Collect(values(fast)); !slices.Equal(got, []int{0, 1, 2, 3}) {
			t.Errorf("who stayed got %v", got)
		}
		if got := slices.Collect(values(slow)); !slices.Equal(got, []int{0}) {
			t.Errorf("who left got %v", got)
		}
	})
}

func values(in <-chan int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range in {
			if !yield(v) {
				return
			}
		}
	}
}

// A loop that publishes has to end, even if all subscribers left before it.
func TestPublisherLeavesWithoutSubscribers(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	var topic pattern.Topic[int]
	if err := topic.Publish(ctx, 1); err != errCause {
		t.Errorf("error %v, want %v", err, errCause)
	}
}

func TestPublisherLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var topic pattern.Topic[int]
		messages := topic.Subscribe(t.Context(), 0)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errCause)
		defer cancel()
		if err := topic.Publish(ctx, 1); err != errCause {
			t.Errorf("error %v, want %v", err, errCause)
		}
		topic.Close()
		if v, ok := <-messages; ok {
			t.Error("got", v)
		}
	})
}

// service is one whose tasks take so many seconds, or end with their context.
func service(t *testing.T, workers int, log *[]string) *pattern.Service[int] {
	var mu sync.Mutex
	start := time.Now()
	say := func(what string, seconds int) {
		mu.Lock()
		defer mu.Unlock()
		*log = append(*log, fmt.Sprintf("%v: %s %d", time.Since(start), what, seconds))
	}
	return pattern.Serve(t.Context(), workers, func(ctx context.Context, _, seconds int) {
		select {
		case <-time.After(time.Duration(seconds) * time.Second):
			say("done", seconds)
		case <-ctx.Done():
			say("aborted", seconds)
		}
	})
}

func TestShutdown(t *testing.T) {
	for _, c := range []struct {
		name     string
		patience time.Duration
		err      error
		log      []string
	}{
		{"patient", time.Hour, nil, []string{"2s: done 2", "9s: done 9"}},
		{"impatient", 5 * time.Second, errCause, []string{"2s: done 2", "5s: aborted 9"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log []string
			s := service(t, 2, &log)
			for _, seconds := range []int{2, 9} {
				if err := s.Submit(t.Context(), seconds); err != nil {
					t.Error(err)
				}
			}
			refused := make(chan error)
			go func() { refused <- s.Submit(t.Context(), 1) }() // both workers are busy
			synctest.Wait()
			ctx, cancel := context.WithTimeoutCause(t.Context(), c.patience, errCause)
			defer cancel()
			go func() {
				if err := <-refused; err != pattern.ErrClosed {
					t.Errorf("%s: who waited for a worker: %v", c.name, err)
				}
			}()
			if err := s.Shutdown(ctx); err != c.err {
				t.Errorf("%s: %v, want %v", c.name, err, c.err)
			}
			if diff := cmp.Diff(c.log, log); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
			if err := s.Submit(t.Context(), 1); err != pattern.ErrClosed {
				t.Errorf("%s: after Shutdown: %v", c.name, err)
			}
			if err := s.Shutdown(t.Context()); err != nil {
				t.Errorf("%s: a second Shutdown: %v", c.name, err)
			}
		})
	}
}

func TestSubmitterLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []string
		s := service(t, 1, &log)
		if err := s.Submit(t.Context(), 60); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errCause)
		defer cancel()
		if err := s.Submit(ctx, 1); err != errCause {
			t.Errorf("error %v, want %v", err, errCause)
		}
		if err := s.Shutdown(t.Context()); err != nil || !slices.Equal(log, []string{"1m0s: done 60"}) {
			t.Errorf("%v, %v", err, log)
		}
	})
}

// Whatever the moment of the shutdown, what was accepted is done and what was
// refused is not.
func TestAcceptedIsDone(t *testing.T) {
	for range 100 {
		var accepted, done atomic.Int64
		s := pattern.Serve(t.Context(), 3, func(context.Context, int, int) { done.Add(1) })
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for s.Submit(t.Context(), 1) == nil {
					accepted.Add(1)
				}
			})
		}
		for done.Load() < 20 {
			time.Sleep(10 * time.Microsecond)
		}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if accepted.Load() != done.Load() {
			t.Fatalf("%d tasks were accepted, %d done", accepted.Load(), done.Load())
		}
	}
}
