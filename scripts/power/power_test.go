// Package power has ten benchmarks of different kinds, whose work grows by a few
// percent on request. scripts/power.sh asks which changes are found.
package power

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// units returns how many equal pieces an op does: 100, and what POWER adds, such as
// "Compute:03.Sort:10".
func units(name string) int {
	found := regexp.MustCompile(`(?:^|\.)` + name + `:([0-9]{2})(?:\.|$)`).FindStringSubmatch(os.Getenv("POWER"))
	if found == nil {
		return 100
	}
	more, _ := strconv.Atoi(found[1])
	return 100 + more
}

func compute(x uint64) uint64 {
	for range 400 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

var sink uint64

func BenchmarkCompute(b *testing.B) {
	n, x := units("Compute"), uint64(1)
	for range b.N {
		for range n {
			x = compute(x)
		}
	}
	sink = x
}

func BenchmarkLoop(b *testing.B) {
	n, text := units("Loop"), bytes.Repeat([]byte("a few words, "), 100)
	for b.Loop() {
		for range n {
			sink += uint64(bytes.Count(text, []byte("words")))
		}
	}
}

func BenchmarkSort(b *testing.B) {
	var mixed, sorted [64]uint64
	for i := range mixed {
		mixed[i] = compute(uint64(i + 1))
	}
	n := units("Sort")
	for range b.N {
		for range n {
			sorted = mixed
			slices.Sort(sorted[:])
		}
	}
}

func BenchmarkMap(b *testing.B) {
	n := units("Map")
	for b.Loop() {
		for range n {
			m := map[uint64]uint64{}
			for i := range uint64(24) {
				m[i*7919] += i
			}
			sink += m[7919]
		}
	}
}

var kept [512][]byte

func BenchmarkAllocate(b *testing.B) {
	n := units("Allocate")
	for range b.N {
		for i := range n {
			for k := range 4 {
				kept[(4*i+k)%len(kept)] = make([]byte, 256<<k)
			}
		}
	}
}

func BenchmarkChannel(b *testing.B) {
	n, ask, answer := units("Channel"), make(chan int), make(chan int)
	go func() {
		for i := range ask {
			answer <- i
		}
	}()
	for range b.N {
		for i := range n {
			ask <- i
			<-answer
		}
	}
	close(ask)
}

func BenchmarkSystemCall(b *testing.B) {
	n := units("SystemCall")
	for b.Loop() {
		for range 4 * n {
			syscall.Getppid()
		}
	}
}

func BenchmarkParallel(b *testing.B) {
	n := units("Parallel")
	b.RunParallel(func(pb *testing.PB) {
		x := uint64(1)
		for pb.Next() {
			for range n {
				x = compute(x)
			}
		}
	})
}

func BenchmarkLock(b *testing.B) {
	n := units("Lock")
	var mu sync.Mutex
	var shared uint64
	b.RunParallel(func(pb *testing.PB) {
		x := uint64(1)
		for pb.Next() {
			for range n {
				x = compute(x)
				mu.Lock()
				shared++
				mu.Unlock()
			}
		}
	})
}

func BenchmarkFile(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	n, block := units("File"), make([]byte, 4096)
	for range b.N {
		for i := range n {
			_, err := f.WriteAt(block, int64(i%8)*4096)
			if err == nil {
				_, err = f.ReadAt(block, int64((i+4)%8)*4096)
			}
			if err != nil && i >= 8 {
				b.Fatal(err)
			}
		}
	}
}
