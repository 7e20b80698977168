package cpu

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"conpar/workloads"
	"conpar/workloads/fan"
	"conpar/workloads/internal/kernel"
)

var _ = Set.Add(workloads.Workload{
	Name: "triad", Kind: workloads.Memory,
	Doc:  "Computes a[i] = b[i] + s·c[i] over 32,768 numbers that come from main memory.",
	Open: openTriad,
	Axis: workloads.Axis{
		Key:   "goroutines",
		Quick: []int{workloads.AllCPUs, 0, 1, 2, 8},
		Full:  []int{workloads.AllCPUs, 0, 1, 2, 8, 64},
	},
})

// A chunk is one task's share of the arrays: three times 256 KiB, which takes
// 20 µs at 40 GB/s and 80 µs at 10.
const chunkLen = 32 << 10

// The three arrays come to four times the last-level cache, which is STREAM's
// rule (J. D. McCalpin, "Memory Bandwidth and Machine Balance in Current High
// Performance Computers", 1995). They are at least 64 MiB, because a virtual
// machine may see less cache than it has, and at most 512 MiB, which small
// machines have to spare and which are filled in about 0.1 s: every sample's
// process pays that.
const (
	leastBytes   = 64 << 20
	mostBytes    = 512 << 20
	assumedCache = 32 << 20 // where it is unknown
)

// triad is the control: more processors gain little, as they wait for the same
// memory.
//
// Tasks walk the chunks in one order that all goroutines share. A region for
// each would not do: at GOMAXPROCS=1 one goroutine runs at a time, and would go
// round and round in its own, which may fit the cache. With one order, a
// goroutine that is preempted within a chunk may be lapped by the others, so a
// chunk is held by one goroutine at a time. All chunks have the same contents,
// so that the answer doesn't depend on which one a task gets.
type triad struct {
	answers []uint64
	a, b, c []float64
	held    []atomic.Bool // for each chunk
}

// triadBytes returns the size of the three arrays, given that of the cache.
func triadBytes(cache int64) (int64, error) {
	if cache <= 0 {
		cache = assumedCache
	}
	total := min(max(4*cache, leastBytes), mostBytes)
	if total < 2*cache {
		return 0, workloads.Unavailable(fmt.Sprintf(
			"a cache of %d MiB would hold most of the %d MiB that triad uses", cache>>20, total>>20))
	}
	return total, nil
}

func openTriad(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
	total, err := triadBytes(env.CacheBytes)
	if err != nil {
		return nil, err
	}
	chunks := int(total / (3 * 8 * chunkLen))
	t := &triad{
		answers: kernel.Answers(reference),
		a:       make([]float64, chunks*chunkLen),
		b:       make([]float64, chunks*chunkLen),
		c:       make([]float64, chunks*chunkLen),
		held:    make([]atomic.Bool, chunks),
	}
	populate(t.a, t.b, t.c)
	// The first touch of a page costs more than the rest: all of the
	// processors share it, and it is done for a, too.
	_, err = fan.Run(ctx, max(env.CPUs, 1), chunks, func(_, chunk int) (uint64, error) {
		a, b, c := t.chunk(chunk)
		for i := range a {
			a[i], b[i], c[i] = 0, contentB(i), contentC(i)
		}
		return 0, nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// All values are small whole numbers: sums and products are exact, fused or not.
func contentB(i int) float64  { return float64(i) }
func contentC(i int) float64  { return float64(2*i + 1) }
func factor(kind int) float64 { return float64(kind + 3) }

// samples are the elements of a chunk that the answer is made of. Each stands
// for a different way of losing a part of the work.
var samples = [...]int{0, 1, chunkLen / 3, chunkLen - 1}

func answer(element func(i int) float64) uint64 {
	var sum uint64
	for n, i := range samples {
		sum = sum*31 + math.Float64bits(element(i)) + uint64(n)
	}
	return sum
}

// reference returns the answer of a task, from the formula alone.
func reference(kind int) uint64 {
	return answer(func(i int) float64 { return contentB(i) + factor(kind)*contentC(i) })
}

func (t *triad) chunk(n int) (a, b, c []float64) {
	from, to := n*chunkLen, (n+1)*chunkLen
	return t.a[from:to], t.b[from:to], t.c[from:to]
}

// compute does one task on that chunk, which the caller holds.
func (t *triad) compute(chunk, task int) uint64 {
	a, b, c := t.chunk(chunk)
	b, c = b[:len(a)], c[:len(a)] // no bounds are checked within the loop
	s := factor(task % kernel.Kinds)
	for i := range a {
		a[i] = b[i] + s*c[i]
	}
	return answer(func(i int) float64 { return a[i] })
}

// Run refuses more goroutines than there are chunks, since one that finds
// none free would spin.
func (t *triad) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if g > len(t.held) {
		return workloads.Result{}, fmt.Errorf("triad: %d goroutines, but %d chunks of memory", g, len(t.held))
	}
	do := t.hold
	if g == 0 {
		do = t.alone
	}
	return fan.Run(ctx, g, n, do)
}

// alone does a task of the plain loop, which holds all chunks.
func (t *triad) alone(_, task int) (uint64, error) {
	return t.compute(task%len(t.held), task), nil
}

// hold does a task on the next chunk that is free: mostly the first it tries.
func (t *triad) hold(_, task int) (uint64, error) {
	chunk := task % len(t.held)
	for !t.held[chunk].CompareAndSwap(false, true) {
		chunk = (chunk + 1) % len(t.held)
	}
	sum := t.compute(chunk, task)
	t.held[chunk].Store(false)
	return sum, nil
}

func (t *triad) Want(n int) uint64 { return workloads.CyclicSum(t.answers, n) }

// Close leaves the arrays to the garbage collector.
func (t *triad) Close() error {
	t.a, t.b, t.c, t.held = nil, nil, nil, nil
	return nil
}
