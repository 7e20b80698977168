package pattern_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"conpar/workloads/pattern"
)

// A bubble of synctest fails where a goroutine of it is left blocked when its
// test ends, and its clock stands still while anything runs: so these tests see
// what is left behind, and times that are exact.

func same(v int) int { return v }

// streams are the patterns that pass values on, each as one that changes nothing.
var streams = map[string]func(ctx context.Context, in <-chan int) <-chan int{
	"Stage": func(ctx context.Context, in <-chan int) <-chan int { return pattern.Stage(ctx, in, same) },
	"FanOut": func(ctx context.Context, in <-chan int) <-chan int {
		return pattern.FanOut(ctx, in, 3, same)
	},
	"FanOut of one": func(ctx context.Context, in <-chan int) <-chan int {
		return pattern.FanOut(ctx, in, 1, same)
	},
	"Merge":  func(ctx context.Context, in <-chan int) <-chan int { return pattern.Merge(ctx, in, in) },
	"OrDone": pattern.OrDone[int],
	"Limit": func(ctx context.Context, in <-chan int) <-chan int {
		return pattern.Limit(ctx, in, time.Millisecond)
	},
	"Tee": func(ctx context.Context, in <-chan int) <-chan int {
		a, b := pattern.Tee(ctx, in)
		return alternately(a, b)
	},
	"Batch": func(ctx context.Context, in <-chan int) <-chan int {
		return flat(pattern.Batch(ctx, in, 3, time.Millisecond))
	},
}

// unordered are those that may change the order.
var unordered = []string{"FanOut", "Merge"}

// alternately returns what comes from a and also came from b.
func alternately(a, b <-chan int) <-chan int {
	out := make(chan int, 100)
	go func() {
		defer close(out)
		for v := range a {
			if v != <-b {
				panic("the two differ")
			}
			out <- v
		}
		if v, ok := <-b; ok {
			panic(fmt.Sprint("only one got ", v))
		}
	}()
	return out
}

func flat(batches <-chan []int) <-chan int {
	out := make(chan int, 100)
	go func() {
		defer close(out)
		for batch := range batches {
			for _, v := range batch {
				out <- v
			}
		}
	}()
	return out
}

// forStreams runs test for each of the streams.
func forStreams(t *testing.T, test func(t *testing.T, name string)) {
	for name := range streams {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, name) })
		})
	}
}

func TestEveryValueArrivesOnce(t *testing.T) {
	forStreams(t, func(t *testing.T, name string) {
		for _, n := range []int{0, 1, 2, 50} {
			want := make([]int, n)
			for i := range want {
				want[i] = i
			}
			var got []int
			for v := range streams[name](t.Context(), pattern.Generate(t.Context(), slices.Values(want))) {
				got = append(got, v)
			}
			if slices.Contains(unordered, name) {
				slices.Sort(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		}
	})
}

func TestStreamWithoutReceiverEndsWithItsContext(t *testing.T) {
	forStreams(t, func(t *testing.T, name string) {
		ctx, cancel := context.WithCancel(t.Context())
		in := make(chan int)
		go func() {
			for sent := true; sent; {
				select {
				case in <- 1:
				case <-ctx.Done():
					sent = false
				}
			}
		}()
		switch name {
		case "Tee": // without what reads it in the other tests
			a, _ := pattern.Tee(ctx, in)
			<-a
		case "Batch":
			pattern.Batch(ctx, in, 3, time.Millisecond)
		default:
			streams[name](ctx, in)
		}
		synctest.Wait() // until everybody is stuck
		cancel()
	})
}

func TestStreamWithoutSenderEndsWithItsContext(t *testing.T) {
	forStreams(t, func(t *testing.T, name string) {
		ctx, cancel := context.WithCancel(t.Context())
		out := streams[name](ctx, make(chan int))
		synctest.Wait()
		select {
		case v, ok := <-out:
			t.Fatal("before the end:", v, ok)
		default:
		}
		cancel()
		if v, ok := <-out; ok {
			t.Error("got", v)
		}
	})
}

func TestGenerator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		made := 0
		out := pattern.Generate(ctx, func(yield func(int) bool) {
			for {
				made++
				if !yield(made) {
					return
				}
			}
		})
		if got := []int{<-out, <-out, <-out}; !slices.Equal(got, []int{1, 2, 3}) {
			t.Error("got", got)
		}
		synctest.Wait()
		if made != 4 {
			t.Errorf("made %d values for three that were received, want one more", made)
		}
		cancel()
		synctest.Wait()
		if v, ok := <-out; ok {
			t.Error("got", v, "after the end")
		}
	})
}

// Three stages that take a second each have the first value after three, and
// then one a second.
func TestStagesWorkAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(v int) int {
			time.Sleep(time.Second)
			return v + 1
		}
		out := pattern.Generate(t.Context(), slices.Values([]int{0, 10, 20, 30}))
		for range 3 {
			out = pattern.Stage(t.Context(), out, slow)
		}
		checkTimes(t, out, map[int]time.Duration{3: 3, 13: 4, 23: 5, 33: 6})
	})
}

func TestFanOutWorksAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := pattern.Generate(t.Context(), slices.Values([]int{4, 3, 2, 1}))
		out := pattern.FanOut(t.Context(), in, 4, func(v int) int {
			time.Sleep(time.Duration(v) * time.Second)
			return v
		})
		checkTimes(t, out, map[int]time.Duration{4: 4, 3: 3, 2: 2, 1: 1})
	})
}

// checkTimes looks after how many seconds which value comes.
func checkTimes(t *testing.T, out <-chan int, want map[int]time.Duration) {
	t.Helper()
	start := time.Now()
	got := map[int]time.Duration{}
	for v := range out {
		got[v] = time.Since(start) / time.Second
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMergeOfNothingIsClosed(t *testing.T) {
	if v, ok := <-pattern.Merge[int](t.Context()); ok {
		t.Error("got", v)
	}
}

func TestTeeKeepsThePaceOfTheSlower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pattern.Tee(t.Context(), pattern.Generate(t.Context(), slices.Values([]int{1, 2})))
		if v := <-a; v != 1 {
			t.Error("got", v)
		}
		synctest.Wait()
		select {
		case v := <-a:
			t.Errorf("one got %d before the other got the one before", v)
		default:
		}
		if v := <-b; v != 1 {
			t.Error("got", v)
		}
		if v, w := <-b, <-a; v != 2 || w != 2 {
			t.Error("got", v, w)
		}
	})
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := make(chan int)
		out := pattern.Limit(t.Context(), in, time.Second)
		go func() {
			defer close(in)
			for v := range 3 {
				in <- v
			}
			time.Sleep(10500 * time.Millisecond) // until 12.5 s: the third was taken when the second left, at 2 s
			for v := range 3 {
				in <- 10 + v
			}
		}()
		// A tick that nobody took was kept, so that the first one after the pause,
		// at 12.5 s, need not wait.
		checkTimes(t, out, map[int]time.Duration{0: 1, 1: 2, 2: 3, 10: 12, 11: 13, 12: 14})
	})
}

func TestBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := make(chan int)
		go func() {
			defer close(in)
			for _, pause := range []time.Duration{0, 0, 0, 0, 4, 10, 3, 3, 20} {
				time.Sleep(pause * time.Second)
				in <- int(pause)
			}
		}()
		type batch struct {
			Values []int
			After  time.Duration
		}
		var got []batch
		start := time.Now()
		for values := range pattern.Batch(t.Context(), in, 3, 5*time.Second) {
			got = append(got, batch{values, time.Since(start) / time.Second})
		}
		want := []batch{
			{[]int{0, 0, 0}, 0},
			{[]int{0, 4}, 5},   // the first has waited for 5 s
			{[]int{10, 3}, 19}, // which comes at 14 s; the wait is the first one's, not the last one's
			{[]int{3}, 25},     // at 20 s
			{[]int{20}, 40},    // in is closed
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Were a batch's memory used again, its receiver would see it change.
func TestBatchesAreTheReceivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var batches [][]int
		for batch := range pattern.Batch(t.Context(), pattern.Generate(t.Context(), slices.Values([]int{1, 2, 3, 4, 5})), 2, time.Second) {
			batches = append(batches, batch)
		}
		if diff := cmp.Diff([][]int{{1, 2}, {3, 4}, {5}}, batches); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestWrongParametersPanic(t *testing.T) {
	ctx, in := t.Context(), make(chan int)
	for name, call := range map[string]func(){
		"FanOut":  func() { pattern.FanOut(ctx, in, 0, same) },
		"Pool":    func() { _ = pattern.Pool(ctx, 0, 1, slices.Values([]int{1}), func(int, int) {}) },
		"Bounded": func() { _ = pattern.Bounded(ctx, 0, slices.Values([]int{1}), func(int) {}) },
		"First":   func() { _, _ = pattern.First[int](ctx) },
		"Batch":   func() { pattern.Batch(ctx, in, 0, time.Second) },
		"Serve":   func() { pattern.Serve(ctx, 0, func(context.Context, int, int) {}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			call()
		}()
	}
}
