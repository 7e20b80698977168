package lang

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/peer"
)

// client is a program that runs: a [conpar/workloads/peer.Peer], or that of a test.
type client interface {
	Ask(ctx context.Context, request string) (string, error)
	Numbers(ctx context.Context, request string, count int) ([]uint64, error)
	CPUTime() (time.Duration, bool)
	Close() error
}

// language is a language, and the peer that all its open workloads share.
//
// When the context of a request ends, the peer is killed, and another one is
// started and warmed up when it is next needed. That is simpler than to have
// programs in four languages stop their workers, or to ask for a few tasks at a
// time, at whose end workers would wait for each other; and no context ends in a
// measurement. After any other failure the language stays as it is, and all its
// workloads say why: for the rest of the process if it could not be made ready,
// since to wait for a compiler that hangs, for each of them, would take minutes;
// or else until the last of them is closed.
type language struct {
	name, threads string
	start         func(ctx context.Context, dir string) (client, error)
	needs         func(version string) error // nil: any version will do
	tick          time.Duration              // in which replies count CPU time; 0: finely

	mu     sync.Mutex // held for a whole request; it guards what follows
	users  int        // open workloads
	peer   client     // nil: to be started
	failed error      // why there won't be one
	lasts  bool       // failed does, even when the language is not used
	gil    int        // 1, 0; -1: nothing that this language has
	warm   map[string]warmth
}

// warmth is what warming a peer up for a job came to.
type warmth struct {
	took time.Duration
	each time.Duration // a task by one worker
}

// enter takes the language for the caller, unless ctx has ended. The caller leaves
// it again.
func (l *language) enter(ctx context.Context) error {
	l.mu.Lock()
	if ctx.Err() != nil {
		l.mu.Unlock()
		return fmt.Errorf("%s: %w", l.name, context.Cause(ctx))
	}
	return nil
}

func (l *language) leave() { l.mu.Unlock() }

// ready starts a peer, unless there is one, and warms it up for that job,
// unless it is warm. The caller holds the language.
func (l *language) ready(ctx context.Context, dir string, j job) error {
	if l.failed != nil {
		return l.failed
	}
	err := l.prepare(ctx, dir, j)
	if err != nil && ctx.Err() == nil {
		l.failed, l.lasts = err, true
	}
	return err
}

func (l *language) prepare(ctx context.Context, dir string, j job) error {
	if l.peer == nil {
		peer, err := l.start(ctx, dir) // which limits itself, and may compile
		if err != nil {
			return err
		}
		l.peer, l.warm = peer, nil
	}
	if _, done := l.warm[j.name]; done {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, readyTime, fmt.Errorf("it was not ready within %v", readyTime))
	defer cancel()
	if l.warm == nil {
		if err := l.meet(ctx); err != nil {
			return l.fail(ctx, err)
		}
		l.warm = map[string]warmth{}
	}
	w, err := l.warmUp(ctx, j)
	if err != nil {
		return err
	}
	l.warm[j.name] = w
	return nil
}

// meet asks a new peer about itself.
func (l *language) meet(ctx context.Context) error {
	about, err := l.peer.Ask(ctx, "about")
	if err != nil {
		return err
	}
	version, gil, said := strings.Cut(about, " ")
	switch {
	case !said:
		l.gil = -1
	case gil == "0", gil == "1":
		l.gil = int(gil[0] - '0')
	default:
		return fmt.Errorf("%s: it answered nonsense about itself: %.60q", l.name, about)
	}
	if l.needs != nil {
		return l.needs(version)
	}
	return nil
}

// fail ends a peer that can't be used any more because of err, for good unless
// it is because ctx ended.
func (l *language) fail(ctx context.Context, err error) error {
	l.peer.Close() // err tells how it failed
	l.peer = nil
	if cause := context.Cause(ctx); cause != nil {
		if errors.Is(err, cause) {
			return err // which has the end of its stderr, too
		}
		return fmt.Errorf("%s: %w", l.name, cause)
	}
	l.failed = err
	return err
}

// Warming up ends once two blocks one after the other, each long enough to be
// compared, take the same time a task within 5%.
const (
	block     = 10 * time.Millisecond
	alike     = 0.05
	wholeTime = 2 * time.Second // what a request may take by one worker
)

// readyTime is how long a new peer may take to say what it is and to be warmed
// up, and patience how long a reply of another one may.
const (
	readyTime = 10 * time.Second
	patience  = 10*time.Second + wholeTime
)

// warmEnd is when a warm-up ends in any case.
var warmEnd = 3 * time.Second

// warmUp has the peer do the job in blocks until it is as fast as before, by
// one worker: what is compiled is the same for any number.
func (l *language) warmUp(ctx context.Context, j job) (warmth, error) {
	start, tasks, previous := time.Now(), j.first, 0.0
	for {
		began := time.Now()
		if _, err := l.do(ctx, j, 1, tasks); err != nil {
			return warmth{}, err
		}
		took := time.Since(began)
		each := float64(took) / float64(tasks)
		if math.Abs(each-previous) <= alike*previous || time.Since(start) >= warmEnd {
			return warmth{time.Since(start), time.Duration(each)}, nil
		}
		if previous = each; took < block {
			tasks, previous = 2*tasks, 0 // too short to be compared
		}
	}
}

// do has the peer do tasks 0 … tasks-1 in one request. It checks the sum, for
// a peer that sums wrong is as broken as one that says nothing.
func (l *language) do(ctx context.Context, j job, workers, tasks int) (workloads.Result, error) {
	before, _ := l.peer.CPUTime()
	began := time.Now()
	numbers, err := l.peer.Numbers(ctx, fmt.Sprintf("%s %d %d", j.name, workers, tasks), 3)
	if err != nil {
		return workloads.Result{}, l.fail(ctx, err)
	}
	wall := time.Since(began)
	cpu, residence := time.Duration(numbers[1]), time.Duration(numbers[2])
	want := j.want(tasks)
	possible := cpu >= 0 && residence >= 0 && cpu <= peer.MostCPU(wall) && residence <= mostResidence(workers, wall)
	if numbers[0] != want || !possible {
		return workloads.Result{}, l.fail(ctx, fmt.Errorf(
			"%s: it answered nonsense: %s, where the sum of %d tasks is %d, and the whole took %v",
			l.name, strings.Trim(fmt.Sprint(numbers), "[]"), tasks, want, wall))
	}
	// The kernel's count is of the process that we started: a script perhaps that
	// runs the program as one of its own, and uses nothing itself.
	if after, known := l.peer.CPUTime(); known && cpu <= after-before+l.tick {
		cpu = after - before
	}
	return workloads.Result{Sum: numbers[0], Residence: residence, OtherCPU: cpu}, nil
}

// mostResidence is the most that so many workers can have been at work.
func mostResidence(workers int, wall time.Duration) time.Duration {
	return time.Duration(1.1*float64(workers)*float64(wall)) + 10*time.Millisecond
}

// whole returns how many tasks there may be in one request: a run of normal
// length is one, but none is so long that a peer that is busy would be taken for
// hung. It is a multiple of the kinds, so that each request begins with the
// first.
func (l *language) whole(j job, workers int) int {
	tasks := int(wholeTime / max(l.warm[j.name].each, 1))
	if j.kind == workloads.Waiting {
		tasks *= workers
	}
	return max(1, tasks/kernel.Kinds) * kernel.Kinds
}

// metrics are of the peer, and the same for all that it does.
func (l *language) metrics(j job) []workloads.Metric {
	all := []workloads.Metric{{Unit: "warmup-ns", Value: float64(l.warm[j.name].took)}}
	if l.gil >= 0 {
		all = append(all, workloads.Metric{Unit: "gil", Value: float64(l.gil)})
	}
	return all
}
