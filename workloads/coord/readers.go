package coord

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

// init adds every combination of a lock, a read section's length and a
// percentage of writes.
func init() {
	for _, lock := range []struct {
		name, doc string
		open      func() shelf
	}{
		{"mutex", "under a Mutex", func() shelf { return &mutexShelf{book: *newBook()} }},
		{"rwmutex", "under an RWMutex", func() shelf { return &rwMutexShelf{book: *newBook()} }},
		{"cow", "that writers copy", func() shelf { return newCowShelf() }},
	} {
		for _, section := range []struct {
			name, doc         string
			iterations, batch int
		}{
			{"100ns", "100 ns", 90, 64}, // and 10 ns to look it up
			{"10us", "10 µs", 10_000, 1},
		} {
			for _, percent := range []int{0, 1, 10} {
				Set.Add(workloads.Workload{
					Name: fmt.Sprintf("readers/lock=%s/section=%s/writes=%d", lock.name, section.name, percent),
					Kind: workloads.Sharing, Axis: goroutines,
					Doc: fmt.Sprintf("Reads a map %s for %s; %d%% of the tasks write to it instead.",
						lock.doc, section.doc, percent),
					Open: func(context.Context, workloads.Env) (workloads.Runner, error) {
						return newReaders(lock.open, section.iterations, section.batch, percent), nil
					},
				})
			}
		}
	}
}

// shelf is a map of numbers, in one of the ways to share it.
type shelf interface {
	// read looks the key up and makes so many iterations from its value on,
	// all of it before a writer may change what it reads.
	read(key uint64, iterations int) uint64

	// write rewrites the value that the key has, and counts up the edition. It
	// is short, however long a read is.
	write(key uint64)

	// edition returns how often the map was written to.
	edition() uint64
}

// readers is the Runner: task i is about key i mod entries. A read comes to
// what its iterations do. So that it doesn't depend on what was written before
// it, writes change nothing but the edition, in which a lost one is missing.
type readers struct {
	open              func() shelf
	iterations, batch int
	every             int      // so many tasks make one write; 0: none do
	answers           []uint64 // to the tasks; a write's is aWrite
}

// entries is a multiple of every.
const entries = 100

// aWrite is what a write comes to: any number that reads don't.
const aWrite = 0x9e3779b97f4a7c15

func newReaders(open func() shelf, iterations, batch, percentWrites int) *readers {
	r := &readers{open: open, iterations: iterations, batch: batch}
	if percentWrites > 0 {
		r.every = 100 / percentWrites
	}
	for task := range entries {
		answer := kernel.Jump(value(uint64(task)), iterations)
		if r.writes(task) {
			answer = aWrite
		}
		r.answers = append(r.answers, answer)
	}
	return r
}

// writes tells whether a task is a write; those are spread evenly.
func (r *readers) writes(task int) bool { return r.every > 0 && task%r.every == r.every-1 }

func (r *readers) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	var s shelf = newBook()
	if g > 0 {
		s = r.open()
	}
	result, err := fan.Batches(ctx, g, n, r.batch, func(_, from, to int) (sum uint64) {
		for task := from; task < to; task++ {
			key := uint64(task % entries)
			if r.writes(task) {
				s.write(key)
			} else {
				sum += s.read(key, r.iterations)
			}
		}
		return sum
	})
	result.Sum += aWrite * s.edition()
	return result, err
}

func (r *readers) Want(n int) uint64 { return workloads.CyclicSum(r.answers, n) }

func (r *readers) Close() error { return nil }

// book is the map, and how often it was written to: the shelf of the plain
// loop, which needs no lock.
type book struct {
	values  map[uint64]uint64
	written uint64
}

func value(key uint64) uint64 { return key*key + 1 }

func newBook() *book {
	b := &book{values: make(map[uint64]uint64, entries)}
	for key := range uint64(entries) {
		b.values[key] = value(key)
	}
	return b
}

func (b *book) read(key uint64, iterations int) uint64 {
	return kernel.Churn(b.values[key], iterations)
}

func (b *book) write(key uint64) {
	b.values[key] = value(key)
	b.written++
}

func (b *book) edition() uint64 { return b.written }

type mutexShelf struct {
	_  [kernel.LineLen]byte
	mu sync.Mutex
	_  [kernel.LineLen]byte
	book
}

func (s *mutexShelf) read(key uint64, iterations int) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.book.read(key, iterations)
}

func (s *mutexShelf) write(key uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.book.write(key)
}

type rwMutexShelf struct {
	_  [kernel.LineLen]byte
	mu sync.RWMutex
	_  [kernel.LineLen]byte
	book
}

func (s *rwMutexShelf) read(key uint64, iterations int) uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.book.read(key, iterations)
}

func (s *rwMutexShelf) write(key uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.book.write(key)
}

// cowShelf is copied on write, so that what readers have is never changed.
type cowShelf struct {
	_       [kernel.LineLen]byte
	current atomic.Pointer[book]
	_       [kernel.LineLen]byte
	writing sync.Mutex // one writer at a time, or editions would be lost
}

func newCowShelf() *cowShelf {
	s := &cowShelf{}
	s.current.Store(newBook())
	return s
}

func (s *cowShelf) read(key uint64, iterations int) uint64 {
	return s.current.Load().read(key, iterations)
}

func (s *cowShelf) write(key uint64) {
	s.writing.Lock()
	defer s.writing.Unlock()
	next := *s.current.Load()
	next.values = maps.Clone(next.values)
	next.write(key)
	s.current.Store(&next)
}

func (s *cowShelf) edition() uint64 { return s.current.Load().edition() }
