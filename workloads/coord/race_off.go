//go:build !race

package coord

import (
	"runtime"

	"conpar/workloads/internal/kernel"
)

const fewer = 1 // see race_on.go

// The rest of this file races on purpose, and nothing else uses it. The Go
// memory model lets a compiler make one store of many where nothing
// synchronises. So that each update is made, each is a call of a function that
// is not inlined, or has such a call in it.

// plain is one instruction on amd64, which one processor does whole. Several
// processors each read, add and write, and don't wait for one another.
func plain(int) tally {
	return tally{numbers: apart(1), add: func(x *uint64, times int) {
		for range times {
			plusPlus(x)
		}
	}}
}

//go:noinline
func plusPlus(x *uint64) { *x++ }

// loadStoreIterations are what is done between load and store. A goroutine
// spends nearly all of its time there, so that this is where the scheduler
// interrupts it. It also gives way where a function is entered,
// which does no harm between batches: with batches of 550 nothing was lost in one
// exhibit of four, with those of 5,000 in one of a hundred.
const loadStoreIterations = 100

func loadStore(int) tally {
	return tally{numbers: apart(1), add: func(x *uint64, times int) {
		for range times {
			loaded := *x
			runtime.KeepAlive(kernel.Churn(loaded, loadStoreIterations))
			*x = loaded + 1
		}
	}}
}

// loadYieldStore lets every other goroutine load the same number before any
// stores the next.
func loadYieldStore(int) tally {
	return tally{numbers: apart(1), add: func(x *uint64, times int) {
		for range times {
			loaded := *x
			runtime.Gosched()
			*x = loaded + 1
		}
	}}
}
