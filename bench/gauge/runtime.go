package gauge

import (
	"math"
	"runtime/metrics"
	"sync"
)

// counters are what the runtime has counted since the process began, in
// seconds; NaN where this version of Go does not count it.
type counters struct {
	lockWait float64 // of goroutines for locks
	runWait  float64 // of goroutines for processors
	gc       float64 // of processors, collecting garbage
	busy     float64 // of processors, doing anything, as far as gc goes
}

// The metrics that counters are made of.
const (
	lockWait = iota
	runWait
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
	gcTotal:  {Name: "/cpu/classes/gc/total:cpu-seconds"},
	gcIdle:   {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"},
	cpuTotal: {Name: "/cpu/classes/total:cpu-seconds"},
	cpuIdle:  {Name: "/cpu/classes/idle:cpu-seconds"},
}}

func runtimeCounters() counters {
	samples.Lock()
	defer samples.Unlock()
	metrics.Read(samples.of)
	return counters{
		lockWait: number(lockWait),
		runWait:  oneIn * sum(samples.of[runWait].Value),
		gc:       number(gcTotal) - number(gcIdle),
		busy:     number(cpuTotal) - number(cpuIdle),
	}
}

func number(metric int) float64 {
	if v := samples.of[metric].Value; v.Kind() == metrics.KindFloat64 {
		return v.Float64()
	}
	return math.NaN()
}

// oneIn is how many waits for a processor there are for each that the runtime
// records (gTrackingPeriod in its source). It multiplies the waits for locks
// itself. A test compares both with what is known.
const oneIn = 8

// sum returns the sum of all values of a histogram, each taken for the middle
// of its bucket. The buckets of /sched/latencies are a quarter of their value
// wide, or less.
func sum(v metrics.Value) float64 {
	if v.Kind() != metrics.KindFloat64Histogram {
		return math.NaN()
	}
	h := v.Float64Histogram()
	var total float64
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
	}
	return total
}
