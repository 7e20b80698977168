package coord

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }

func open(t testing.TB, w workloads.Workload) workloads.Runner {
	t.Helper()
	r, err := w.Open(t.Context(), workloads.Env{CPUs: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestNames(t *testing.T) {
	var names []string
	for _, w := range Set.All() {
		names = append(names, w.Name)
	}
	want := strings.Fields(`
		counter/by=atomic counter/by=channel counter/by=falseshared counter/by=independent
		counter/by=mutex counter/by=rwmutex counter/by=sharded
		exit/main=returns exit/main=waits leak/by=blocked leak/by=context
		lock/share=5 lock/share=20 lock/share=50 lock/share=100
		race/by=atomic race/by=gosched race/by=loadstore race/by=mutex race/by=plain
		serial/share=0 serial/share=5 serial/share=20 serial/share=50 serial/share=100`)
	for _, lock := range []string{"mutex", "rwmutex", "cow"} {
		for _, section := range []string{"100ns", "10us"} {
			for _, writes := range []int{0, 1, 10} {
				want = append(want, fmt.Sprintf("readers/lock=%s/section=%s/writes=%d", lock, section, writes))
			}
		}
	}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("workloads %q, want %q", names, want)
	}
}

// More increments than one batch by goroutines that meet, and a remainder.
func TestNoIncrementIsLost(t *testing.T) {
	for _, w := range Set.All() {
		if !strings.HasPrefix(w.Name, "counter/") {
			continue
		}
		r := open(t, w)
		for _, g := range []int{0, 1, 2, 8} {
			const n = 50*increments + 17
			if result, err := r.Run(t.Context(), g, n); err != nil || result.Sum != n {
				t.Errorf("%s: %d goroutines counted to %d, %v; want %d", w.Name, g, result.Sum, err, n)
			}
		}
	}
}

// The share of tasks that write, in any hundred.
func TestWritesAreWhatTheNameSays(t *testing.T) {
	for _, percent := range []int{0, 1, 10} {
		r := newReaders(func() shelf { return newBook() }, 1, 1, percent)
		for first := range 100 {
			writes := 0
			for task := first; task < first+100; task++ {
				if r.writes(task) {
					writes++
				}
			}
			if writes != percent {
				t.Errorf("tasks %d to %d write %d times, want %d", first, first+99, writes, percent)
			}
		}
		if i := slices.Index(r.answers, aWrite); (i >= 0) != (percent > 0) {
			t.Errorf("%d%% writes: one answers task %d", percent, i)
		}
	}
}

func TestLostWriteIsNoticed(t *testing.T) {
	r := newReaders(func() shelf { return &forgetful{newBook()} }, 1, 8, 10)
	result, err := r.Run(t.Context(), 1, 1000)
	if err != nil || result.Sum == r.Want(1000) {
		t.Errorf("the shelf forgot a write, and the sum was right; %v", err)
	}
}

// forgetful does not keep the first write.
type forgetful struct{ *book }

func (f *forgetful) edition() uint64 { return f.book.edition() - 1 }

// Readers keep what they have got, and the values are the same throughout.
func TestCopyOnWriteLeavesReadersAlone(t *testing.T) {
	s := newCowShelf()
	before := s.current.Load()
	s.write(7)
	after := s.current.Load()
	if before == after || before.edition() != 0 || after.edition() != 1 {
		t.Errorf("editions %d and %d", before.edition(), after.edition())
	}
	if !maps.Equal(before.values, after.values) {
		t.Error("a write changed a value")
	}
	delete(before.values, 7)
	if after.values[7] != value(7) {
		t.Error("the copy shares the map")
	}
}

// The shares of a task add up to the whole, whatever the batch.
func TestSharesAreExact(t *testing.T) {
	for _, share := range []int{0, 5, 20, 50, 100} {
		s := newSerial(share)
		if s.alone*100 != serialIterations*share || s.alone+s.together != serialIterations {
			t.Errorf("serial: %d%% are %d of %d iterations", share, s.alone, serialIterations)
		}
		l := newLock(share)
		if l.locked*100 != lockIterations*share || l.locked+l.free != lockIterations {
			t.Errorf("lock: %d%% are %d of %d iterations", share, l.locked, lockIterations)
		}
	}
}

// Batches that are full, and one that isn't.
func TestSerialGoesOnAfterABatch(t *testing.T) {
	s := serial{alone: 3, together: 4}
	for _, n := range []int{0, 1, serialBatch, serialBatch + 1, 3*serialBatch - 1} {
		for _, g := range []int{0, 1, 3} {
			if result, err := s.Run(t.Context(), g, n); err != nil || result.Sum != s.Want(n) {
				t.Errorf("%d goroutines, %d tasks: sum %d, %v; want %d", g, n, result.Sum, err, s.Want(n))
			}
		}
	}
}

// BenchmarkTask shows what one task costs.
func BenchmarkTask(b *testing.B) {
	for _, w := range Set.All() {
		if w.Kind == workloads.Exhibit {
			continue
		}
		for _, g := range []int{1, 2, 8} {
			b.Run(fmt.Sprintf("work=%s/goroutines=%d", w.Name, g), func(b *testing.B) {
				r := open(b, w)
				b.ResetTimer()
				result, err := r.Run(context.Background(), g, b.N)
				if err != nil || result.Sum != r.Want(b.N) {
					b.Fatalf("sum %d, %v; want %d", result.Sum, err, r.Want(b.N))
				}
			})
		}
	}
}
