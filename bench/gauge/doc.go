// Package gauge lets a benchmark measure how concurrent and how parallel it
// was, and what may have held it back. One line adopts it, for any benchmark:
//
//	func BenchmarkAnything(b *testing.B) {
//		gauge.Start(b) // right before the loop
//		for range b.N {
//			…
//		}
//	}
//
// Every figure is a mean over the window from [Start] to [Gauge.Stop] or the
// benchmark's return: how many there were at a time. So they add up (Little,
// 1961): of the tasks in flight, some run, some are ready and wait for a
// processor, some wait for a lock, and the rest waits for something else. The
// gauge prints all figures, zeros too, so that each sample has each unit. It omits
// those that this system or this version of Go does not tell.
//
//	cpus            CPUs busy: CPU time of the process, user and system, over
//	                wall time. From getrusage or its like.
//	system-cpus     Of them, busy within the operating system.
//	gc-cpus         Of them, busy collecting garbage: the fraction of garbage
//	                collection in /cpu/classes of runtime/metrics, times cpus.
//	                Collection on idle CPUs does not count: it delays
//	                nothing.
//	lock-wait       Goroutines that wait for a sync.Mutex or sync.RWMutex, or
//	                for a lock inside the runtime, such as a channel's:
//	                /sync/mutex/wait/total of runtime/metrics over wall time.
//	run-wait        Goroutines that are ready to run and wait for a processor
//	                of the runtime, as GOMAXPROCS counts them: the sum of the waits in /sched/latencies over wall time.
//	inflight        Tasks in progress: the sum of their residence times over
//	                wall time. Needs [Gauge.Tasks].
//	tasks/s         Tasks over wall time. Needs [Gauge.Tasks].
//	gomaxprocs      GOMAXPROCS, as it was at the end of the window. A benchmark's name
//	                may say another one: see golang/go#49980. The report command
//	                believes this one.
//	oversubscribed  GOMAXPROCS over the CPUs that the process may use. Printed
//	                only where it is above 1 and the CPUs are busy: work that
//	                waits in the operating system needs such a GOMAXPROCS.
//
// Reading takes a few microseconds at either end, outside of the window but not
// of the benchmark's own timer, and does not allocate. Start itself makes two
// small allocations, which -benchmem shares out over all operations.
//
// Package conpar/report/limiter derives from these figures what limits a
// benchmark.
//
// # What the figures cannot say
//
// They are of the whole process; processes that it started do not count. A
// window should last 10 ms or more: some operating systems account for CPU time
// in steps of up to 4 ms. Most kernels tell system from user time by what they
// find at such steps: system-cpus of a window of less than ten of them is coarse,
// and in a millisecond it can be 0 or all of cpus.
//
// The runtime records one in eight of the moments at which a goroutine stops
// running, so lock-wait and run-wait are estimates, right on average. Of 100
// waits each, they are within about 30% two times out of three; with fewer
// than eight, a sample often shows 0 and now and then far too much. Of the first
// waits of goroutines it records more, which is allowed for. Go 1.25 does not count
// goroutines, so run-wait is up to 1.9 times too high there if each task has one of
// its own. Waits that did not end within the window are not in them, and for
// run-wait lengths are known to within an eighth. A goroutine that spins for a lock
// is not waiting, but keeps a CPU busy. Waits for a channel, a sync.WaitGroup or a
// sync.Cond are no lock-wait.
//
// The runtime brings /cpu/classes up to date at the end of a garbage collection
// only. So gc-cpus is 0 where none ended within the window, and otherwise it is
// the share between the last end before it and the last end within it. The
// testing package collects garbage right before it calls the benchmark; a long
// preparation after that, without a collection, makes the fraction smaller.
//
// The runtime does not know when the operating system gives its CPUs to others.
// Tasks that wait then are neither ready nor locked in these figures, but in
// flight; and oversubscribed does not show a quota.
package gauge
