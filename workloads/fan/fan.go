// Package fan runs n tasks over g goroutines and counts how long the
// goroutines were at it.
//
// Tasks are handed out one by one through an atomic index, so that a goroutine
// that is ahead takes more of them. Other methods were measured and rejected: on
// a machine with 2 CPUs and with Go 1.26.8, the time per task where tasks do
// nothing, and the throughput as a share of twice the plain loop's where they
// take 1 µs and more:
//
//	                        empty   1 µs  10 µs  100 µs
//	atomic index: Run       10 ns    97%   100%    100%
//	a block for each         1 ns   100%   100%     99%
//	index under a mutex     17 ns    98%    99%    100%
//	channel, buffer 128     35 ns    70%    95%     99%
//	channel, unbuffered    121 ns    44%    55%     78%
//	errgroup, limit 2      306 ns    39%    95%     99%
//	a goroutine a task     232 ns    50%    93%     99%
//
// These are medians of 20 pairs of runs, good to about a percent, by
//
//	go test -run '^$' -bench HandOut -benchtime 20x ./workloads/fan
//
// Only blocks are cheaper, which tasks of 20 µs don't show, and which lose more
// elsewhere: see [Run]. The same with -bench Limit compares Run with a process
// for each CPU, which is all that the machine can give: on the same machine
// tasks of 50 µs had 99% of it, and those of 5 µs 97 to 100%, depending on how
// long a cache line then took from one CPU to the other, 0.05 to 0.2 µs.
//
// The package does not limit, queue, retry or time out: g goroutines are
// started, do the tasks, and end.
package fan

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// PanicError is the error of a [Run] one of whose tasks panicked.
type PanicError struct {
	Value any    // what the task panicked with
	Stack []byte // the stack of the goroutine at the panic
}

// Error returns the value and, below it, the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("fan: a task panicked: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns the value if it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// ErrGoexit is the error of a [Run] one of whose tasks called runtime.Goexit,
// as the FailNow of package testing does.
var ErrGoexit = errors.New("fan: a task called runtime.Goexit")

// Run does tasks 0 … tasks-1 over that many goroutines and waits for all of
// them. Each task is done once, by do, which is told its worker, 0 …
// goroutines-1: one worker does one task at a time, so do may keep state for
// each worker. With 0 goroutines Run is a plain loop in the caller's
// goroutine, without any goroutine, channel or atomic, as worker 0; where ctx
// can end, the loop looks at it between tasks.
//
// The first error of a task, its panic (a [PanicError]) or its runtime.Goexit
// ([ErrGoexit]; not in the plain loop, where it ends the caller) stops the
// handing out and is returned. When ctx ends, the handing out stops, tasks
// that are under way are waited for, and the error is [context.Cause] of ctx,
// even if the last task was just done.
//
// The Result has the wrapping sum of the tasks' values, in which their order
// does not matter. Its residence is the sum of the goroutines' spans, each from
// the start of its running to its end. With an error, both are of the tasks done
// until then. Whether the run had settled costs one look at the clock, by the
// goroutine that gets the first task of the second half.
//
// Nothing is allocated per task. What handing out costs was measured on a
// machine with 2 CPUs, in ns for an empty task and a context that can end, and
// so was the method that was rejected, a block of tasks for each goroutine
// fixed in advance:
//
//	goroutines    0     1     2     8
//	Run         2.9   6.5    10    10
//	blocks            2.5   1.4   1.2
//
// Where tasks do something, each has to fetch the index from another CPU, at up
// to 0.2 µs: that is 1% of 20 µs at most, and in runs of 40 ms at
// GOMAXPROCS=2 something else decides, in µs a task:
//
//	goroutines                          2      3      8     64
//	equal tasks               Run    14.7   14.6   14.6   14.8
//	                          blocks 14.6   16.9   14.7   14.6
//	costs rising from 0       Run    36.5   36.4   36.6   36.6
//	                          blocks 54.3   40.5   40.4   37.0
//
// Waits of 10 ms whose number is a multiple of the goroutines are shared evenly
// by both, and take the same time.
func Run(
	ctx context.Context, goroutines, tasks int, do func(worker, task int) (uint64, error),
) (workloads.Result, error) {
	if goroutines < 0 || tasks < 0 {
		return workloads.Result{}, fmt.Errorf("fan: cannot run %d tasks over %d goroutines", tasks, goroutines)
	}
	if ctx.Err() != nil {
		return workloads.Result{}, context.Cause(ctx)
	}
	if goroutines == 0 {
		total, err := loop(ctx, tasks, do)
		return total, outcome(ctx, err)
	}
	f := &run{ctx: ctx, canEnd: ctx.Done() != nil, tasks: uint64(tasks), do: do, start: time.Now()}
	var wg sync.WaitGroup
	for worker := range goroutines {
		wg.Go(func() { f.work(worker) })
	}
	wg.Wait()
	return workloads.Result{
		Sum: f.sum.Load(), Residence: time.Duration(f.residence.Load()),
		SecondHalf: f.secondHalf(time.Since(f.start)), NoTask: int(f.noTask.Load()),
	}, outcome(ctx, f.err)
}

// outcome returns the error of a run whose tasks ended with err. Tasks that
// watch ctx themselves return its error, but the caller wants the cause.
func outcome(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil && (err == nil || errors.Is(err, ended)) {
		return context.Cause(ctx)
	}
	return err
}

// loop is Run without goroutines.
func loop(
	ctx context.Context, tasks int, do func(worker, task int) (uint64, error),
) (total workloads.Result, err error) {
	start := time.Now()
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
		total.Residence = time.Since(start)
	}()
	canEnd := ctx.Done() != nil
	for task := range tasks {
		if canEnd && ctx.Err() != nil {
			return total, ctx.Err()
		}
		value, err := do(0, task)
		if err != nil {
			return total, err
		}
		total.Sum += value
	}
	return total, nil
}

// run is the state that the goroutines of one Run share. The index, which every
// task writes to, is kept apart from what every task reads: a cache line would
// be fetched from another processor for the one and then again for the other.
// That was 0.6% of tasks of 5 µs, where fetching it took 0.2 µs.
type run struct {
	ctx    context.Context
	canEnd bool // ctx can
	tasks  uint64
	do     func(worker, task int) (uint64, error)

	_    [kernel.LineLen]byte
	next atomic.Uint64 // the next task to be handed out; tasks and more: none
	_    [kernel.LineLen]byte

	sum       atomic.Uint64
	residence atomic.Int64 // ns
	begun     atomic.Int64 // goroutines
	noTask    atomic.Int64 // goroutines

	start time.Time
	half  struct { // when the first task of the second half was handed out
		after time.Duration
		done  float64 // tasks: each goroutine that had begun, but one, was at another
	}

	once sync.Once
	err  error // the first
}

// fail keeps the first error and ends the handing out, for which a flag beside
// the index would be one more atomic to look at for each task. A goroutine goes
// past the last task once at most, so next, being unsigned, cannot wrap.
func (f *run) fail(err error) {
	f.once.Do(func() { f.err = err })
	f.next.Store(f.tasks)
}

// claim returns the next task, and whether there is one.
//
// It asks ctx each time. A flag set by context.AfterFunc is no cheaper (both
// are one atomic load), and is set by a goroutine, which has to wait for its
// turn behind the very goroutines that it is to stop: 5 s were seen with 512 of
// them at GOMAXPROCS=1.
func (f *run) claim() (task int, ok bool) {
	if f.canEnd && f.ctx.Err() != nil {
		return 0, false
	}
	next := f.next.Add(1) - 1
	return int(next), next < f.tasks
}

// halfway notes that the first task of the second half was handed out.
func (f *run) halfway() {
	f.half.after = time.Since(f.start)
	f.half.done = float64(f.tasks/2) - float64(f.begun.Load()-1)
}

// secondHalf returns the rate of the second half over that of the first, after a
// run that took so long; 0: not known.
func (f *run) secondHalf(took time.Duration) float64 {
	if f.half.done <= 0 || f.half.after <= 0 || took <= f.half.after {
		return 0
	}
	first := f.half.done / float64(f.half.after)
	return (float64(f.tasks) - f.half.done) / float64(took-f.half.after) / first
}

// work is one goroutine. Its err is ErrGoexit for as long as do might call
// runtime.Goexit, which runs the deferred function and nothing else.
func (f *run) work(worker int) {
	start := time.Now()
	f.begun.Add(1)
	var sum uint64
	err := ErrGoexit
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
		if err != nil {
			f.fail(err)
		}
		f.sum.Add(sum)
		f.residence.Add(int64(time.Since(start)))
	}()
	task, ok := f.claim()
	if !ok {
		f.noTask.Add(1)
	}
	for ; ok; task, ok = f.claim() {
		if uint64(task) == f.tasks/2 {
			f.halfway()
		}
		value, failure := f.do(worker, task)
		if failure != nil {
			err = failure
			return
		}
		sum += value
	}
	err = nil
}
