package coord

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var (
	_ = addLeak("blocked", "", blocked)
	_ = addLeak("context", " until a context ends", untilCancelled)
)

func addLeak(by, until string, ask operation) workloads.Workload {
	return Set.AddReady("leak/by="+by,
		"Abandons goroutines that send to a channel without a reader"+until+", and counts what is left of them.",
		workloads.Exhibit, workloads.Axis{Key: "operations", Quick: []int{100}, Full: []int{100, 1000}}, leak{ask})
}

// An operation starts a goroutine that sends an answer and then calls ended,
// and loses interest in the answer.
type operation func(ctx context.Context, answers chan<- struct{}, ended func())

func blocked(_ context.Context, answers chan<- struct{}, ended func()) {
	go func() {
		defer ended()
		answers <- struct{}{}
	}()
}

func untilCancelled(ctx context.Context, answers chan<- struct{}, ended func()) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer ended()
		select {
		case answers <- struct{}{}:
		case <-ctx.Done():
		}
	}()
}

// leak counts what operations leave behind, and then reads the answers after
// all, so that nothing is left of an exhibit. Its operations share one channel,
// for something to read them from; one each would be 0.1 KB more to leave.
type leak struct{ ask operation }

// Run reports means over all operations.
func (l leak) Run(ctx context.Context, operations, n int) (workloads.Result, error) {
	var goroutines, heap int
	result, err := fan.Repeat(ctx, n, func() (workloads.Result, error) {
		one, err := l.exhibit(ctx, operations)
		goroutines += one.goroutines
		heap += one.heapBytes
		return workloads.Result{Sum: uint64(one.ended / operations)}, err
	})
	if asked := float64(n) * float64(operations); asked > 0 {
		result.Metrics = []workloads.Metric{
			{Unit: "left-goroutines", Value: float64(goroutines) / asked},
			{Unit: "left-B", Value: float64(max(0, heap)+goroutines*stackBytes()) / asked},
		}
	}
	return result, err
}

// left is what an exhibit has left before it cleaned up, and how many of its
// goroutines had ended when it had.
type left struct{ goroutines, heapBytes, ended int }

// exhibit cleans up even if it fails.
func (l leak) exhibit(ctx context.Context, operations int) (left, error) {
	var ended atomic.Int64
	end := func() { ended.Add(1) }
	answers := make(chan struct{})
	before, err := heapBytes()
	if err != nil {
		return left{}, err
	}
	for range operations {
		l.ask(ctx, answers, end)
	}
	after, err := heapBytes() // which waits until everything has come to rest
	found := left{goroutines: operations - int(ended.Load()), heapBytes: after - before}
	for int(ended.Load()) < operations {
		select {
		case <-answers:
		default:
			runtime.Gosched()
		}
	}
	found.ended = int(ended.Load())
	return found, err
}

// stackBytes is the size of the stack that a goroutine is given, which is enough
// for a send. What the runtime says of stacks does not tell what goroutines have
// left: it counts spans of 32 KB, and keeps the stacks of goroutines that have
// ended, scattered over such spans, for the next ones.
func stackBytes() int { return int(kernel.Metric("/gc/stack/starting-size:bytes")) }

// settle waits until no goroutine of this process but the caller runs or is
// ready to: those that have not ended by then wait for something. No time would
// tell, for a thread may be kept from its processor for long. After about a
// second, in which other goroutines were busy, it gives up: one that has not
// ended by then may be one of them, and is not to be counted as left.
func settle() error {
	for range 1000 {
		if kernel.Settled() {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return errors.New("other goroutines kept running")
}

// heapBytes returns the bytes in use on the heap, garbage not included. The
// runtime's record of a goroutine, 0.4 KB, is kept for the next one: it is only
// in the first exhibit of a process that it is new.
func heapBytes() (int, error) {
	if err := settle(); err != nil {
		return 0, err
	}
	runtime.GC()
	return int(kernel.Metric("/memory/classes/heap/objects:bytes")), nil
}

func (l leak) Want(n int) uint64 { return uint64(n) }

func (l leak) Close() error { return nil }
