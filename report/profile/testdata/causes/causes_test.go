// Package causes has a benchmark for each known cause of not scaling, and one that scales.
package causes

import (
	"sync"
	"testing"
)

//go:noinline
func work(n int) int {
	sum := 0
	for i := range n {
		sum += i ^ sum
	}
	return sum
}

type counter struct {
	mu sync.Mutex
	n  int
}

//go:noinline
func (c *counter) add() {
	c.mu.Lock()
	c.n += work(10_000)
	c.mu.Unlock()
}

func BenchmarkMutex(b *testing.B) {
	var c counter
	parallel(b, func() { c.add() })
}

type store struct {
	mu sync.RWMutex
	of map[int]int
}

//go:noinline
func (s *store) take(key int) int {
	s.mu.RLock()
	v := s.of[key]
	s.mu.RUnlock()
	return v
}

func BenchmarkReaders(b *testing.B) {
	s := store{of: map[int]int{1: 1}}
	parallel(b, func() {
		s.take(1)
		work(50)
	})
}

type queue chan int

//go:noinline
func (q queue) put(n int) { q <- n }

func BenchmarkChannel(b *testing.B) {
	q, done := make(queue, 64), make(chan bool)
	go func() {
		for range q {
			work(10_000)
		}
		close(done)
	}()
	parallel(b, func() {
		work(100)
		q.put(1)
	})
	close(q)
	<-done
}

//go:noinline
func fill(n int) []byte { return make([]byte, n) }

func BenchmarkAllocator(b *testing.B) {
	parallel(b, func() {
		fill(8 << 10)
		work(5000)
	})
}

func BenchmarkScales(b *testing.B) {
	parallel(b, func() { work(1000) })
}

func parallel(b *testing.B, op func()) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			op()
		}
	})
}
