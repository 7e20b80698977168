// Package lang has the same two workloads in several languages: one that
// computes and one that waits, each over a number of workers, which are
// goroutines in Go and threads in Python, Java and C++. Python has a third one,
// which computes in C code that releases the interpreter's lock.
//
// Each language is a process of its own that answers requests, Go too, so that
// all are timed by one clock, with the same costs beside the work: a line to the
// process and one back. All workloads of a language that are open in a process
// share one such peer. Its start and its warm-up (JIT compilers) are outside
// timing. GOMAXPROCS plays no part: peers have the processors that they find.
//
// What can be compared across languages is how each of them gains from more
// workers. Times are of one loop that each language compiles, or interprets,
// its own way, and rank nothing.
//
// On a machine with 2 CPUs, with Python 3.11 and Java 17 and 25, the gains were
//
//	                          Go  Python  Java  virtual  C++
//	computing, 2 workers     1.9     1.0   2.0      2.0  2.0
//	waiting, 8 workers       8.0     7.9   7.9      8.0  8.0
//
// # The spec
//
// The programs, in the folders python, java and cpp, and golang.go, follow
// one spec. A request is a line:
//
//	compute <workers> <tasks>
//	wait <workers> <tasks>
//	hash <workers> <tasks>     Python only
//
// The program starts that many workers, which take tasks 0 … tasks-1 through a
// shared index until all are taken. The kind k of a task is its number modulo
// 16. To compute is 15,000 times x ← (x xor x>>32)·a + c mod 2^64, from x = k+1 on,
// with the constants of func compute, and the answer is x. To wait is to sleep for
// 10 ms, and the answer is what func mix makes of k. To hash is SHA-256 of a byte k
// and 1 MiB of zeros, by the library of the language, and the answer is the first 8
// bytes of it as a big-endian number. The reply is a line of three numbers:
//
//	<sum of the answers mod 2^64> <CPU time of the process, ns> <residence, ns>
//
// the residence being the sum over the workers of the time from the start of
// their running to its end. The request about is answered by the language's
// version and, in Python, by whether there is a global interpreter lock, 1 or 0.
// The rest is what package peer asks of every program.
package lang

import (
	"sync"
	"time"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

// Set holds the workloads of this package.
var Set workloads.Set

// delay is how long a task waits.
const delay = 10 * time.Millisecond

// iterations make a task that takes Python a few milliseconds, and the others
// about 25 µs, long against handing it out.
const iterations = 15_000

var workers = workloads.Axis{
	Key:   "workers",
	Quick: []int{workloads.AllCPUs, 1, 8},
	Full:  []int{workloads.AllCPUs, 1, 2, 4, 8, 16},
}

func init() {
	for _, l := range languages {
		add(l, computing)
		add(l, waiting)
	}
}

// job is what a peer can be asked for.
type job struct {
	name, doc string // doc lacks the name of the language's threads
	kind      workloads.Kind
	want      func(tasks int) uint64 // the sum of the answers
	first     int                    // tasks of the first block of a warm-up
}

var (
	computing = job{"compute", "Computes for 15,000 iterations, by %s.", workloads.Computing, wantComputed, 8}
	waiting   = job{"wait", "Sleeps for 10 ms, by %s.", workloads.Waiting, kernel.WantMix, 1}
)

var computed = sync.OnceValue(func() []uint64 { return kernel.Answers(compute) })

func wantComputed(tasks int) uint64 { return workloads.CyclicSum(computed(), tasks) }

// compute needs each iteration for the next one, and nothing but a processor.
// Were it not for the shift, the loop would be a congruential generator, several
// of whose iterations come to a single one of other constants: Java 25 knows
// that, and did 20,000 of them in the time of 2,000.
func compute(task int) uint64 {
	x := uint64(task%kernel.Kinds) + 1
	for range iterations {
		x = (x^x>>32)*6364136223846793005 + 1442695040888963407
	}
	return x
}

func wait(task int) uint64 {
	time.Sleep(delay)
	return kernel.Mix(uint64(task % kernel.Kinds))
}
