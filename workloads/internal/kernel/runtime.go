package kernel

import "runtime/metrics"

// Metric returns a whole number that package runtime/metrics knows by that name.
func Metric(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Settled reports whether no goroutine of this process but the caller runs or
// is ready to: each of the others waits for something.
func Settled() bool {
	state := []metrics.Sample{
		{Name: "/sched/goroutines/running:goroutines"},
		{Name: "/sched/goroutines/runnable:goroutines"},
	}
	metrics.Read(state) // both at once, lest one goes from the one to the other in between
	return state[0].Value.Uint64()+state[1].Value.Uint64() <= 1
}
