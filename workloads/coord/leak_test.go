package coord

import (
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestLeaksAreCountedAndGone(t *testing.T) {
	for by, want := range map[string]float64{"blocked": 1, "context": 0} {
		for _, procs := range []int{1, 2, 4} {
			before := goleak.IgnoreCurrent()
			if left := exhibited(t, "leak/by="+by, procs, 100, 3, "left-goroutines"); left != want {
				t.Errorf("%s, GOMAXPROCS=%d: %v goroutines are left per operation, want %v", by, procs, left, want)
			}
			if err := goleak.Find(before); err != nil {
				t.Errorf("%s: after the exhibits: %v", by, err)
			}
		}
	}
}

// A sender that was there already is not the exhibit's.
func TestOthersAreNotCounted(t *testing.T) {
	answers := make(chan struct{})
	done := make(chan struct{})
	blocked(t.Context(), answers, func() { close(done) })
	if left := exhibited(t, "leak/by=context", 2, 10, 1, "left-goroutines"); left != 0 {
		t.Errorf("%v goroutines are left per operation", left)
	}
	<-answers
	<-done
}

func TestBlockedSenderHoldsItsStack(t *testing.T) {
	size := runtimeBytes("/gc/stack/starting-size:bytes")
	left := exhibited(t, "leak/by=blocked", 1, 100, 3, "left-B")
	later := runtimeBytes("/gc/stack/starting-size:bytes") // a collection may have changed it
	if left < min(size, later) || left > 2*max(size, later) {
		t.Errorf("%v bytes are left per operation, of which %v, or %v, are the stack", left, size, later)
	}
	if left := exhibited(t, "leak/by=context", 1, 100, 3, "left-B"); left > size/4 {
		t.Errorf("%v bytes are left per operation although no goroutine is", left)
	}
}

// Of many, the stacks can be told from those that the runtime keeps in store.
func TestStackIsNotOutgrown(t *testing.T) {
	const many = 5000
	size, before := runtimeBytes("/gc/stack/starting-size:bytes"), runtimeBytes("/memory/classes/heap/stacks:bytes")
	var ended atomic.Int64
	answers := make(chan struct{})
	for range many {
		blocked(t.Context(), answers, func() { ended.Add(1) })
	}
	settled := settle()
	grown := runtimeBytes("/memory/classes/heap/stacks:bytes") - before
	later := runtimeBytes("/gc/stack/starting-size:bytes") // a collection may have changed it
	for range many {
		<-answers
	}
	for ended.Load() < many {
		runtime.Gosched()
	}
	if settled != nil {
		t.Fatal(settled)
	}
	if each := grown / many; each < 0.8*min(size, later) || each > 1.2*max(size, later) {
		t.Errorf("a sender's stack has %.0f bytes, taken for %v, or %v", each, size, later)
	}
}

func runtimeBytes(name string) float64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64())
}

func TestSettleWaitsForAll(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 4} {
		runtime.GOMAXPROCS(procs)
		var ended atomic.Int64
		for range 100 {
			go func() {
				for range 10 {
					runtime.Gosched()
				}
				ended.Add(1)
			}()
		}
		err := settle()
		if n := ended.Load(); n != 100 || err != nil {
			t.Errorf("GOMAXPROCS=%d: %d of 100 goroutines had ended, %v", procs, n, err)
		}
	}
}
