package gauge

import (
	"math"
	"runtime/metrics"
	"sync"
)

// counters are what the runtime has counted since the process began, times in
// seconds; NaN where this version of Go does not count it.
type counters struct {
	lockWait float64 // of goroutines for locks
	runWait  float64 // of goroutines for processors, as far as it is recorded
	waits    float64 // how many of these are recorded
	created  float64 // goroutines; NaN before Go 1.26
	gc       float64 // of processors, collecting garbage
	busy     float64 // of processors, doing anything, as far as gc goes
}

// The metrics that counters are made of.
const (
	lockWait = iota
	runWait
	created
	gcTotal
	gcIdle
	cpuTotal
	cpuIdle
)

// samples is one buffer for all, since the runtime fills a histogram that it
// was given before without allocating.
var samples = struct {
	sync.Mutex
	of []metrics.Sample
}{of: []metrics.Sample{
	lockWait: {Name: "/sync/mutex/wait/total:seconds"},
	runWait:  {Name: "/sched/latencies:seconds"},
	created:  {Name: "/sched/goroutines-created:goroutines"},
	gcTotal:  {Name: "/cpu/classes/gc/total:cpu-seconds"},
	gcIdle:   {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"},
	cpuTotal: {Name: "/cpu/classes/total:cpu-seconds"},
	cpuIdle:  {Name: "/cpu/classes/idle:cpu-seconds"},
}}

func runtimeCounters() counters {
	samples.Lock()
	defer samples.Unlock()
	metrics.Read(samples.of)
	waited, waits := sum(samples.of[runWait].Value)
	return counters{
		lockWait: number(lockWait),
		runWait:  waited,
		waits:    waits,
		created:  number(created),
		gc:       number(gcTotal) - number(gcIdle),
		busy:     number(cpuTotal) - number(cpuIdle),
	}
}

func number(metric int) float64 {
	switch v := samples.of[metric].Value; v.Kind() {
	case metrics.KindFloat64:
		return v.Float64()
	case metrics.KindUint64:
		return float64(v.Uint64())
	}
	return math.NaN()
}

// oneIn is how many waits for a processor there are for each that the runtime
// records (gTrackingPeriod in its source). It multiplies the waits for locks
// itself. A test compares both with what is known.
const oneIn = 8

// waitsFor returns how long goroutines waited for processors between two moments,
// in seconds. The runtime records one in eight waits, but 15 in 64 of the first
// waits of goroutines: one that ended with its mark on hands it on to the one that
// uses its memory again (newproc1 and casgstatus of Go 1.26.8 and 1.27.3). The
// waits of new goroutines count as being as long as those of others.
func waitsFor(from, to counters) float64 {
	waits, factor := to.waits-from.waits, float64(oneIn)
	if waits == 0 {
		return 0
	}
	if born := to.created - from.created; born > 0 {
		const most = 15. / 64 // of the first waits
		factor = max(1/most, oneIn-(oneIn*most-1)*born/waits)
	}
	return factor * (to.runWait - from.runWait)
}

// sum returns the sum of all values of a histogram, each taken for the middle
// of its bucket, and how many they are. The buckets of /sched/latencies are a
// quarter of their value wide, or less.
func sum(v metrics.Value) (total, count float64) {
	if v.Kind() != metrics.KindFloat64Histogram {
		return math.NaN(), math.NaN()
	}
	h := v.Float64Histogram()
	for i, n := range h.Counts {
		if n == 0 {
			continue
		}
		lo, hi := h.Buckets[i], h.Buckets[i+1]
		if math.IsInf(lo, -1) {
			lo = 0
		}
		if math.IsInf(hi, 1) {
			hi = lo
		}
		total += float64(n) * (lo + hi) / 2
		count += float64(n)
	}
	return total, count
}
