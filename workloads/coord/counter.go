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
	return Set.Add(workloads.Workload{
		Name: "counter/by=" + by,
		Doc:  doc,
		Kind: kind,
		Axis: goroutines,
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return counter{start}, nil },
	})
}

// A batch of increments takes 2 to 400 µs.
const increments = 8192

// counter is a number that goroutines count up together. What they come to is
// its final value, in which a lost increment is missing.
type counter struct{ start func(g int) tally }

// tally is one way of counting.
type tally struct {
	add   func(worker, times int) // adds one that many times
	total func() uint64           // called once, after all of add
}

// Run counts from 0. In the plain loop every counter is the plain one.
func (c counter) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	count := independent(1)
	if g > 0 {
		count = c.start(g)
	}
	result, err := fan.Batches(ctx, g, n, increments, func(worker, from, to int) uint64 {
		count.add(worker, to-from)
		return 0
	})
	result.Sum = count.total()
	return result, err
}

func (counter) Want(n int) uint64 { return uint64(n) }

func (counter) Close() error { return nil }

func byMutex(int) tally {
	var c struct {
		_  [kernel.LineLen]byte
		mu sync.Mutex
		n  uint64
		_  [kernel.LineLen]byte
	}
	return tally{
		add: func(_, times int) {
			for range times {
				c.mu.Lock()
				c.n++
				c.mu.Unlock()
			}
		},
		total: func() uint64 { return c.n },
	}
}

func byRWMutex(int) tally {
	var c struct {
		_  [kernel.LineLen]byte
		mu sync.RWMutex
		n  uint64
		_  [kernel.LineLen]byte
	}
	return tally{
		add: func(_, times int) {
			for range times {
				c.mu.Lock()
				c.n++
				c.mu.Unlock()
			}
		},
		total: func() uint64 { return c.n },
	}
}

// byChannel has an owner of the counter, who ends when all is counted.
func byChannel(int) tally {
	ones, count := make(chan uint64, 128), make(chan uint64)
	go func() {
		var n uint64
		for one := range ones {
			n += one
		}
		count <- n
	}()
	return tally{
		add: func(_, times int) {
			for range times {
				ones <- 1
			}
		},
		total: func() uint64 {
			close(ones)
			return <-count
		},
	}
}

func byAtomic(int) tally {
	one := new(padded[atomic.Uint64])
	return tally{
		add:   func(_, times int) { addAtomically(&one.n, times) },
		total: one.n.Load,
	}
}

func addAtomically(n *atomic.Uint64, times int) {
	for range times {
		n.Add(1)
	}
}

func sharded(g int) tally {
	shards := make([]padded[atomic.Uint64], g)
	return tally{
		add: func(worker, times int) { addAtomically(&shards[worker].n, times) },
		total: func() (sum uint64) {
			for i := range shards {
				sum += shards[i].n.Load()
			}
			return sum
		},
	}
}

// falseShared differs from sharded by nothing but where the counters lie.
func falseShared(g int) tally {
	shards := make([]atomic.Uint64, g)
	return tally{
		add: func(worker, times int) { addAtomically(&shards[worker], times) },
		total: func() (sum uint64) {
			for i := range shards {
				sum += shards[i].Load()
			}
			return sum
		},
	}
}

// padded is a number on cache lines of its own.
type padded[N any] struct {
	_ [kernel.LineLen]byte
	n N
	_ [kernel.LineLen - 8]byte
}

// independent counters stand in memory, as the others do: a loop over a
// variable in a register is one that a compiler may leave out.
func independent(g int) tally {
	counters := make([]padded[uint64], g)
	return tally{
		add: func(worker, times int) {
			n := &counters[worker].n
			for range times {
				*n++
			}
		},
		total: func() (sum uint64) {
			for i := range counters {
				sum += counters[i].n
			}
			return sum
		},
	}
}
