package fan_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"conpar/workloads/fan"
	"conpar/workloads/reexec"
)

// BenchmarkLimit holds Run against what the machine can give: as many
// processes as GOMAXPROCS, single-threaded and knowing nothing of each other,
// that each do a plain loop over their share of the tasks. An op is a pair of
// runs, of Run over as many goroutines and of the processes, which take turns.
// share-% is Run's throughput over theirs.
//
// A run takes 0.1 s, after one of 10 ms that is not counted: threads that have
// slept, as those of one side do during the other's turn, may be woken on the
// same CPU, and the system needs up to 4 ms to tell them apart. Runs of 50 ms
// without it had 1% less.
func BenchmarkLimit(b *testing.B) {
	for _, name := range []string{"chain", "sha256"} {
		for _, cost := range []time.Duration{5 * time.Microsecond, 50 * time.Microsecond} {
			b.Run(fmt.Sprintf("kernel=%s/task=%dus", name, cost.Microseconds()), func(b *testing.B) {
				l := startLoops(b, name, runtime.GOMAXPROCS(0))
				size := sizeOf(kernels[name], cost)
				each := int(100 * time.Millisecond / cost) // so many tasks for each processor
				share := pairs(b, func() float64 { return l.run(b, size, each) },
					func() float64 { return l.inOneProcess(b, size, each) })
				b.ReportMetric(share, "share-%")
			})
		}
	}
}

// A kernel does a task of that size. The value depends on all of its steps.
type kernel func(size, task int) uint64

var kernels = map[string]kernel{"chain": chain, "sha256": hash}

// chain is a chain of operations each of which needs the one before
// (xorshift: G. Marsaglia, 2003). It needs nothing but a processor.
func chain(size, task int) uint64 {
	x := uint64(task) + 1
	for range size {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// hash reads size lines of 64 bytes.
func hash(size, task int) uint64 {
	digest := sha256.Sum256(bytes[task%64*64:][:size*64])
	return binary.BigEndian.Uint64(digest[:])
}

// bytes are only read.
var bytes = func() *[1 << 20]byte {
	var b [1 << 20]byte
	for i := range b {
		b[i] = byte(i % 251)
	}
	return &b
}()

// sizeOf returns the size of a task of k that takes about as long as cost. Its
// error is that of both runs of a pair.
func sizeOf(k kernel, cost time.Duration) int {
	const probe = 10_000
	least := time.Hour
	for range 20 {
		start := time.Now()
		sink.Store(k(probe, 0))
		least = min(least, time.Since(start))
	}
	return int(probe * cost / least)
}

// pairs takes b.N pairs of measurements, each a time per task in ns, and
// alternates which of the two comes first. It reports the median of actual and
// returns that of ideal/actual in percent.
func pairs(b *testing.B, ideal, actual func() float64) float64 {
	ideal()
	actual()
	times, shares := make([]float64, b.N), make([]float64, b.N)
	for i := range b.N {
		var best float64
		if i%2 == 0 {
			best = ideal()
		}
		times[i] = actual()
		if i%2 == 1 {
			best = ideal()
		}
		shares[i] = 100 * best / times[i]
	}
	slices.Sort(times)
	slices.Sort(shares)
	b.ReportMetric(0, "ns/op") // of a pair: it tells nothing
	b.ReportMetric(median(times), "ns/task")
	b.ReportMetric(shares[b.N*3/4]-shares[b.N/4], "iqr-%")
	return median(shares)
}

func median(sorted []float64) float64 {
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// warmUp is how many times longer a run is than the one before it.
const warmUp = 10

// loops are the processes.
type loops struct {
	kernel   string
	children []*reexec.Process
	sum      uint64 // of the tasks' values, in the last run
}

func init() { reexec.Register("fan-loop", loop) }

// loop is one process. A request, a kernel with its size and the first and
// last task but one, is replied to with the tasks' sum and the time in ns.
func loop([]string) int {
	runtime.GOMAXPROCS(1)
	reexec.Answer(func(request string) string {
		var name string
		var size, from, to int
		if _, err := fmt.Sscan(request, &name, &size, &from, &to); err != nil {
			return err.Error()
		}
		do := kernels[name]
		tasks := func(n int) (sum uint64) {
			for task := from; task < from+n; task++ {
				sum += do(size, task)
			}
			return sum
		}
		sink.Store(tasks((to - from) / warmUp))
		start := time.Now()
		sum := tasks(to - from)
		return fmt.Sprint(sum, time.Since(start).Nanoseconds())
	})
	fmt.Println("ready")
	select {}
}

func startLoops(b *testing.B, kernel string, n int) *loops {
	b.Helper()
	l := &loops{kernel: kernel}
	for range n {
		p, err := reexec.Start(context.Background(), "fan-loop")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if _, err := p.Stop(); err != nil {
				b.Error(err)
			}
		})
		l.children = append(l.children, p)
	}
	for _, p := range l.children {
		if line, err := p.ReadLine(); line != "ready" || err != nil {
			b.Fatalf("%q, %v", line, err)
		}
	}
	return l
}

// run has each process do its share of the tasks, all at the same time, and
// returns the time per task at the sum of their rates. Each takes its own time,
// so that they pay neither for the pipes nor for waiting for one another: a
// stricter limit than the time until the last is done.
func (l *loops) run(b *testing.B, size, each int) float64 {
	replies, errs := make([]string, len(l.children)), make([]error, len(l.children))
	var wg sync.WaitGroup
	for i, p := range l.children {
		wg.Go(func() {
			replies[i], errs[i] = p.Ask(fmt.Sprint(l.kernel, " ", size, i*each, (i+1)*each))
		})
	}
	wg.Wait()
	var perNs float64
	l.sum = 0
	for i := range l.children {
		var sum uint64
		var ns float64
		if _, err := fmt.Sscan(replies[i], &sum, &ns); err != nil || errs[i] != nil {
			b.Fatalf("reply %q, %v, %v", replies[i], err, errs[i])
		}
		l.sum += sum
		perNs += float64(each) / ns
	}
	return 1 / perNs
}

// inOneProcess has fan.Run do the same tasks here.
func (l *loops) inOneProcess(b *testing.B, size, each int) float64 {
	kernel, tasks := kernels[l.kernel], each*len(l.children)
	do := func(_, task int) (uint64, error) { return kernel(size, task), nil }
	if _, err := fan.Run(context.Background(), len(l.children), tasks/warmUp, do); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	total, err := fan.Run(context.Background(), len(l.children), tasks, do)
	elapsed := time.Since(start)
	if err != nil || total.Sum != l.sum {
		b.Fatalf("sum %d, %v; the processes' is %d", total.Sum, err, l.sum)
	}
	return float64(elapsed) / float64(tasks)
}
