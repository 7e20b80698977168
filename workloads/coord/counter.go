package coord

import (
	"context"
	"sync"
	"sync/atomic"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var (
	_ = addCounter("mutex", "Adds one to a counter under a Mutex.", workloads.Sharing, byMutex)
	_ = addCounter("rwmutex", "Adds one to a counter under an RWMutex, held for writing.", workloads.Sharing, byRWMutex)
	_ = addCounter("atomic", "Adds one to an atomic counter.", workloads.Sharing, byAtomic)
	_ = addCounter("channel",
		"Sends a one to the goroutine that owns the counter, through a channel with a buffer of 128.",
		workloads.Sharing, byChannel)
	_ = addCounter("sharded", "Adds one to the goroutine's own atomic counter, on cache lines of its own.",
		workloads.Sharing, sharded)
	_ = addCounter("falseshared", "Adds one to the goroutine's own atomic counter, beside those of the others.",
		workloads.Sharing, falseShared)
	_ = addCounter("independent", "Adds one to the goroutine's own plain counter.", workloads.Computing, independent)
)

func addCounter(by, doc string, kind workloads.Kind, start func(g int) tally) workloads.Workload {
	return Set.AddReady("counter/by="+by, doc, kind, goroutines, counter{start})
}

// A batch of increments takes 2 to 400 µs.
const increments = 8192

// counter is a number that goroutines count up together. What they come to is
// its final value, in which a lost increment is missing.
type counter struct{ start func(g int) tally }

// tally is one way of counting: numbers that come to the count together.
type tally struct {
	numbers []*uint64                  // one of each worker, or one that all share
	add     func(n *uint64, times int) // adds one that many times
	end     func()                     // waits for what was added to be in; nil: it is
}

// count adds one that many times, to the number of that worker.
func (t tally) count(worker, times int) { t.add(t.numbers[worker%len(t.numbers)], times) }

// total is called once, after all of count.
func (t tally) total() (sum uint64) {
	if t.end != nil {
		t.end()
	}
	for _, n := range t.numbers {
		sum += *n
	}
	return sum
}

// Run counts from 0. In the plain loop every counter is the plain one.
func (c counter) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	count := independent(1)
	if g > 0 {
		count = c.start(g)
	}
	result, err := fan.Batches(ctx, g, n, increments, func(worker, from, to int) uint64 {
		count.count(worker, to-from)
		return 0
	})
	result.Sum = count.total()
	return result, err
}

func (counter) Want(n int) uint64 { return uint64(n) }

func (counter) Close() error { return nil }

// guarded is a number beside its lock, on cache lines of their own. The loops of
// both locks are written out: in a generic one each call would be an indirect one.
type guarded[L any] struct {
	_    [kernel.LineLen]byte
	lock L
	n    uint64
	_    [kernel.LineLen]byte
}

func byMutex(int) tally {
	c := new(guarded[sync.Mutex])
	return tally{numbers: []*uint64{&c.n}, add: func(_ *uint64, times int) {
		for range times {
			c.lock.Lock()
			c.n++
			c.lock.Unlock()
		}
	}}
}

func byRWMutex(int) tally {
	c := new(guarded[sync.RWMutex])
	return tally{numbers: []*uint64{&c.n}, add: func(_ *uint64, times int) {
		for range times {
			c.lock.Lock()
			c.n++
			c.lock.Unlock()
		}
	}}
}

// byChannel has an owner of the counter, who ends when all is counted.
func byChannel(int) tally {
	ones, counted := make(chan uint64, 128), make(chan struct{})
	var n uint64
	go func() {
		defer close(counted)
		for one := range ones {
			n += one
		}
	}()
	return tally{
		numbers: []*uint64{&n},
		add: func(_ *uint64, times int) {
			for range times {
				ones <- 1
			}
		},
		end: func() {
			close(ones)
			<-counted
		},
	}
}

func byAtomic(int) tally { return tally{numbers: apart(1), add: atomically} }

func sharded(g int) tally { return tally{numbers: apart(g), add: atomically} }

// falseShared differs from sharded by nothing but where the counters lie.
func falseShared(g int) tally {
	t := tally{add: atomically}
	together := make([]uint64, g)
	for i := range together {
		t.numbers = append(t.numbers, &together[i])
	}
	return t
}

func atomically(n *uint64, times int) {
	for range times {
		atomic.AddUint64(n, 1)
	}
}

// independent counters stand in memory, as the others do: a loop over a
// variable in a register is one that a compiler may leave out.
func independent(g int) tally {
	return tally{numbers: apart(g), add: func(n *uint64, times int) {
		for range times {
			*n++
		}
	}}
}

// apart returns so many numbers on cache lines of their own.
func apart(numbers int) (all []*uint64) {
	for range numbers {
		n := new(struct {
			_ [kernel.LineLen]byte
			n uint64
			_ [kernel.LineLen - 8]byte
		})
		all = append(all, &n.n)
	}
	return all
}
