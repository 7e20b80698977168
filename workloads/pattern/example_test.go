package pattern_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"conpar/workloads/pattern"
)

func ExampleGenerate() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // ends the generator, which has more to say
	for word := range pattern.Generate(ctx, slices.Values([]string{"one", "two", "three"})) {
		if word == "three" {
			break
		}
		fmt.Println(word)
	}
	// Output:
	// one
	// two
}

func ExampleStage() {
	ctx := context.Background()
	lengths := pattern.Generate(ctx, slices.Values([]int{3, 4, 5}))
	squares := pattern.Stage(ctx, lengths, func(n int) int { return n * n })
	lines := pattern.Stage(ctx, squares, func(n int) string { return fmt.Sprint("an area of ", n) })
	for line := range lines {
		fmt.Println(line)
	}
	// Output:
	// an area of 9
	// an area of 16
	// an area of 25
}

func ExampleFanOut() {
	ctx := context.Background()
	words := pattern.Generate(ctx, slices.Values([]string{"goroutine", "channel", "select"}))
	for n := range pattern.FanOut(ctx, words, 4, func(word string) int { return len(word) }) {
		fmt.Println(n)
	}
	// Unordered output:
	// 6
	// 7
	// 9
}

func ExampleMerge() {
	ctx := context.Background()
	odd := pattern.Generate(ctx, slices.Values([]int{1, 3}))
	even := pattern.Generate(ctx, slices.Values([]int{2, 4}))
	for n := range pattern.Merge(ctx, odd, even) {
		fmt.Println(n)
	}
	// Unordered output:
	// 1
	// 2
	// 3
	// 4
}

func ExamplePool() {
	const workers = 4
	var counts [workers]int // each worker has its own, so that no lock is needed
	err := pattern.Pool(context.Background(), workers, 16, slices.Values([]string{"a", "bb", "ccc"}),
		func(worker int, word string) { counts[worker] += len(word) })
	total := 0
	for _, count := range counts {
		total += count
	}
	fmt.Println(total, err)
	// Output: 6 <nil>
}

func ExampleBounded() {
	var total atomic.Int64
	err := pattern.Bounded(context.Background(), 2, slices.Values([]int64{1, 2, 3, 4}), func(n int64) { total.Add(n) })
	fmt.Println(total.Load(), err)
	// Output: 10 <nil>
}

func ExampleFirst() {
	mirror := func(name string, latency time.Duration) func(context.Context) (string, error) {
		return func(ctx context.Context) (string, error) {
			select {
			case <-time.After(latency):
				return name, nil
			case <-ctx.Done(): // another one was first
				return "", ctx.Err()
			}
		}
	}
	answer, err := pattern.First(context.Background(), mirror("far", time.Hour), mirror("near", time.Millisecond))
	fmt.Println(answer, err)
	// Output: near <nil>
}

func ExampleOrDone() {
	ctx, cancel := context.WithCancel(context.Background())
	events := make(chan int) // that nobody ever closes
	go func() {
		events <- 1
		events <- 2
		cancel()
	}()
	for event := range pattern.OrDone(ctx, events) {
		_ = event // the last one may be lost to the cancellation
	}
	fmt.Println("done:", ctx.Err())
	// Output: done: context canceled
}

func ExampleTee() {
	ctx := context.Background()
	numbers, copies := pattern.Tee(ctx, pattern.Generate(ctx, slices.Values([]int{1, 2, 3})))
	for n := range numbers {
		fmt.Println(n, <-copies)
	}
	// Output:
	// 1 1
	// 2 2
	// 3 3
}

func ExampleTopic() {
	ctx := context.Background()
	var news pattern.Topic[string]
	var readers sync.WaitGroup
	for _, reader := range []string{"Ann", "Bob"} {
		paper := news.Subscribe(ctx, 1)
		readers.Go(func() {
			for headline := range paper {
				fmt.Println(reader, "reads:", headline)
			}
		})
	}
	if err := news.Publish(ctx, "gophers dig"); err != nil {
		fmt.Println(err)
	}
	news.Close()
	readers.Wait()
	fmt.Println(news.Publish(ctx, "nobody reads this"))
	// Unordered output:
	// Ann reads: gophers dig
	// Bob reads: gophers dig
	// pattern: closed
}

func ExampleLimit() {
	ctx := context.Background()
	start := time.Now()
	for n := range pattern.Limit(ctx, pattern.Generate(ctx, slices.Values([]int{1, 2, 3})), 10*time.Millisecond) {
		fmt.Println(n)
	}
	fmt.Println(time.Since(start) >= 30*time.Millisecond)
	// Output:
	// 1
	// 2
	// 3
	// true
}

func ExampleAwait_timeout() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := pattern.Await(ctx, func(context.Context) (int, error) {
		time.Sleep(50 * time.Millisecond) // does not look at its context
		return 1, nil
	})
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

func ExampleAwait() {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("the user has gone"))
	_, err := pattern.Await(ctx, func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, context.Cause(ctx)
	})
	fmt.Println(err)
	// Output: the user has gone
}

func ExampleBatch() {
	ctx := context.Background()
	rows := pattern.Generate(ctx, slices.Values([]int{1, 2, 3, 4, 5}))
	for batch := range pattern.Batch(ctx, rows, 2, time.Minute) {
		fmt.Println(batch)
	}
	// Output:
	// [1 2]
	// [3 4]
	// [5]
}

func ExampleFlight() {
	var prices pattern.Flight[string, int]
	var lookups atomic.Int64
	lookup := func() (int, error) {
		lookups.Add(1)
		time.Sleep(50 * time.Millisecond) // so that the others come meanwhile
		return 42, nil
	}
	var callers sync.WaitGroup
	for range 3 {
		callers.Go(func() {
			price, _, err := prices.Do(context.Background(), "tea", lookup)
			fmt.Println(price, err)
		})
	}
	callers.Wait()
	fmt.Println("fewer lookups than callers:", lookups.Load() < 3)
	// Output:
	// 42 <nil>
	// 42 <nil>
	// 42 <nil>
	// fewer lookups than callers: true
}

func ExampleService() {
	ctx := context.Background()
	var done atomic.Int64
	service := pattern.Serve(ctx, 2, func(_ context.Context, _ int, amount int64) { done.Add(amount) })
	for amount := range int64(4) {
		if err := service.Submit(ctx, amount); err != nil {
			fmt.Println(err)
		}
	}
	patience, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	fmt.Println(service.Shutdown(patience), done.Load())
	fmt.Println(service.Submit(ctx, 5))
	// Output:
	// <nil> 6
	// pattern: closed
}
