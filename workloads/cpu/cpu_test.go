package cpu

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

func TestConformance(t *testing.T) { workloadtest.Run(t, &Set) }

func TestConformanceOfSlower(t *testing.T) {
	var set workloads.Set
	set.Add(Slower(10))
	set.Add(Slower(3))
	workloadtest.Run(t, &set)
}

// SHA-256 works by blocks of 64 bytes, of which it needs at least nine bytes itself.
func TestSlowerIsSoMuchMoreWork(t *testing.T) {
	steps := func(bytes int) float64 { return float64((bytes + 9 + 63) / 64) }
	for _, percent := range []int{3, 10} {
		w := Slower(percent)
		r, err := w.Open(t.Context(), workloads.Env{})
		if err != nil {
			t.Fatal(err)
		}
		length := newHasher(blockLen + blockLen*percent/100).length
		if got := 100 * (steps(length)/steps(blockLen) - 1); math.Abs(got-float64(percent)) > 0.1 {
			t.Errorf("%s: %.2f%% more work", w.Name, got)
		}
		if original := open(t, "sha256", workloads.Env{}); r.Want(1) == original.Want(1) {
			t.Errorf("%s hashes the block of sha256", w.Name)
		}
	}
}

func open(t testing.TB, name string, env workloads.Env) workloads.Runner {
	t.Helper()
	r, err := workloadtest.Find(t, &Set, name).Open(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// The reference answers come from other code than the tasks, and from here on
// from elsewhere: π(2^20) = 82025 (OEIS A007053) and π(2^20 − 16384) = 80844,
// counted with a sieve in another language.
func TestPrimesAgainstPublishedCounts(t *testing.T) {
	p := &primes{divisors: primesBelow(sqrtLast)}
	if n := len(p.divisors); n != 172 {
		t.Errorf("%d primes below 1024, want 172", n)
	}
	var sum uint64
	for kind := range kernel.Kinds {
		count := p.count(window(kind))
		if count < 65 || count > 85 {
			t.Errorf("window %d has %d primes: the windows' costs differ", kind, count)
		}
		sum += count
	}
	if sum != 1181 {
		t.Errorf("%d primes in all windows, want 1181", sum)
	}
}

// Digests of Python's hashlib.
func TestSHA256AgainstAnotherImplementation(t *testing.T) {
	h := newHasher(blockLen)
	for kind, want := range map[int]uint64{0: 0x4b640d85ab3ba30f, 15: 0x4e47d876027b205b} {
		if got := h.hash(kind); got != want {
			t.Errorf("block %d: %#x, want %#x", kind, got, want)
		}
		if got := h.reference(kind); got != want {
			t.Errorf("reference of block %d: %#x, want %#x", kind, got, want)
		}
	}
}

// The number of steps at -3/4 + εi, times ε, tends to π (D. Boll, 1991): his
// counts, and those of the points that leave at once or never.
func TestMandelbrotAgainstPublishedCounts(t *testing.T) {
	for _, c := range []struct {
		x, y float64
		want int
	}{
		{-0.75, 0.1, 33}, {-0.75, 0.01, 315}, {-0.75, 0.001, 3143}, {-0.75, 0.0001, 31417},
		{0, 0, 100_000}, {-1, 0, 100_000}, {-2, 0, 100_000}, {0, 1, 100_000}, {3, 0, 1}, {1, 0, 3},
	} {
		for _, y := range []float64{c.y, -c.y} { // the set is symmetrical
			if got := steps(c.x, y, 100_000); got != c.want {
				t.Errorf("%v, %v: %d steps, want %d", c.x, y, got, c.want)
			}
			if got := escape(c.x, y, 100_000); got != c.want {
				t.Errorf("reference of %v, %v: %d steps, want %d", c.x, y, got, c.want)
			}
		}
	}
}

func TestMandelbrotTilesCostTheSame(t *testing.T) {
	least, most, inside := math.MaxInt, 0, 0
	for kind := range kernel.Kinds {
		cost := 0
		tile(kind, func(x, y float64, most int) int {
			n := steps(x, y, most)
			if cost += n; n == most {
				inside++
			}
			return n
		})
		least, most = min(least, cost), max(most, cost)
	}
	if float64(most) > 1.05*float64(least) {
		t.Errorf("the tiles take %d to %d steps", least, most)
	}
	if all := kernel.Kinds * tileSide * tileSide; inside < 6*all/10 || inside > 7*all/10 {
		t.Errorf("%d of %d points never escape, want about two thirds", inside, all)
	}
}

// The sum of a product's row is that row times the sums of the other's rows
// (R. Freivalds, 1977).
func TestMatmulKeepsRowSums(t *testing.T) {
	f := newFactors()
	for kind := range kernel.Kinds {
		var product matrix
		f.multiply(&product, kind)
		a, b := f.pair(kind)
		var sums [order]float64
		for i, element := range b {
			sums[i/order] += element
		}
		for row := range order {
			var got, want float64
			for k := range order {
				got += product[row*order+k]
				want += a[row*order+k] * sums[k]
			}
			if got != want {
				t.Fatalf("pair %d: row %d adds up to %v, want %v", kind, row, got, want)
			}
		}
	}
}

func TestSortSortsTheSameNumbers(t *testing.T) {
	l := newLists()
	for kind := range kernel.Kinds {
		before := *l.unsorted(kind)
		var sorted list
		l.sort(&sorted, kind)
		if !slices.IsSorted(sorted[:]) || *l.unsorted(kind) != before {
			t.Fatalf("list %d: the copy was not sorted, or the original was", kind)
		}
		times := map[int]int{}
		for i := range sorted {
			times[before[i]]++
			times[sorted[i]]--
		}
		for number, n := range times {
			if n != 0 {
				t.Fatalf("list %d: %d is there %d times less", kind, number, n)
			}
		}
	}
}

// The answer to task n is what it adds to the sum.
func TestTasksOfDifferentKindsDiffer(t *testing.T) {
	for _, w := range Set.All() {
		if w.Name == "primes" {
			continue // some windows have as many as others
		}
		r := open(t, w.Name, workloads.Env{CPUs: 1, CacheBytes: 1})
		answers := map[uint64]bool{}
		for n := range 1000 {
			answers[r.Want(n+1)-r.Want(n)] = true
		}
		if len(answers) != kernel.Kinds {
			t.Errorf("%s: %d different answers of %d kinds", w.Name, len(answers), kernel.Kinds)
		}
	}
}

func TestMemoryIsBoundedByWorkers(t *testing.T) {
	m := open(t, "sort", workloads.Env{}).(*ownMemory[list])
	for _, c := range [][2]int{{0, 1}, {1, 1}, {8, 8}, {2, 8}} {
		if result, err := m.Run(t.Context(), c[0], 1000); err != nil || result.Sum != m.Want(1000) {
			t.Errorf("%d goroutines: sum %d, %v; want %d", c[0], result.Sum, err, m.Want(1000))
		}
		if len(m.workers) != c[1] {
			t.Errorf("%d goroutines: memory for %d workers, want %d", c[0], len(m.workers), c[1])
		}
	}
}

func TestTasksDoNotAllocate(t *testing.T) {
	for _, w := range Set.All() {
		r := open(t, w.Name, workloads.Env{CPUs: 1, CacheBytes: 1})
		allocs := func(tasks int) float64 {
			return testing.AllocsPerRun(5, func() {
				if _, err := r.Run(context.Background(), 0, tasks); err != nil {
					t.Fatal(err)
				}
			})
		}
		if few, many := allocs(1), allocs(100); many > few {
			t.Errorf("%s: %v allocations for one task, %v for 100", w.Name, few, many)
		}
	}
}

func TestTriadSize(t *testing.T) {
	for _, c := range []struct{ cacheMiB, totalMiB int64 }{
		{0, 128}, {1, 64}, {16, 64}, {32, 128}, {96, 384}, {200, 512}, {256, 512},
	} {
		if total, err := triadBytes(c.cacheMiB << 20); total != c.totalMiB<<20 || err != nil {
			t.Errorf("a cache of %d MiB: arrays of %d MiB, %v; want %d", c.cacheMiB, total>>20, err, c.totalMiB)
		}
	}
	_, err := triadBytes(257 << 20)
	if _, ok := errors.AsType[workloads.Unavailable](err); !ok {
		t.Errorf("error %v, want Unavailable: the cache would hold half of the arrays", err)
	}
}

func TestTriadFillsItsArrays(t *testing.T) {
	r := open(t, "triad", workloads.Env{CPUs: 2, CacheBytes: 1}).(*triad)
	total := int64(len(r.a)+len(r.b)+len(r.c)) * 8
	if total > leastBytes || total < leastBytes-3*8*chunkLen || len(r.held)*chunkLen != len(r.a) {
		t.Errorf("%d bytes in %d chunks, want nearly %d", total, len(r.held), leastBytes)
	}
	for i := range r.b {
		if r.b[i] != contentB(i%chunkLen) || r.c[i] != contentC(i%chunkLen) {
			t.Fatalf("element %d: b %v, c %v", i, r.b[i], r.c[i])
		}
	}
}

func TestTriadRefusesMoreGoroutinesThanChunks(t *testing.T) {
	r := open(t, "triad", workloads.Env{CacheBytes: 1}).(*triad)
	for _, g := range []int{len(r.held) - 1, len(r.held)} {
		if result, err := r.Run(t.Context(), g, 1000); err != nil || result.Sum != r.Want(1000) {
			t.Errorf("%d goroutines: sum %d, %v; want %d", g, result.Sum, err, r.Want(1000))
		}
	}
	if _, err := r.Run(t.Context(), len(r.held)+1, 1000); err == nil {
		t.Error("more goroutines than chunks: no error")
	}
}

func TestTriadWritesEveryElement(t *testing.T) {
	r := open(t, "triad", workloads.Env{CacheBytes: 1}).(*triad)
	for _, g := range []int{0, 3} {
		clear(r.a)
		if _, err := r.Run(t.Context(), g, len(r.held)); err != nil {
			t.Fatal(err)
		}
		for i, got := range r.a {
			// Which goroutine got which chunk is open, but it left one of the
			// kinds' values.
			j := i % chunkLen
			s := (got - contentB(j)) / contentC(j)
			if s < factor(0) || s > factor(kernel.Kinds-1) || s != float64(int(s)) {
				t.Fatalf("%d goroutines: a[%d] = %v", g, i, got)
			}
		}
	}
}

// BenchmarkTask shows what one task costs in the plain loop.
func BenchmarkTask(b *testing.B) {
	for _, w := range Set.All() {
		for _, g := range []int{0, 2} {
			b.Run(fmt.Sprintf("work=%s/goroutines=%d", w.Name, g), func(b *testing.B) {
				r := open(b, w.Name, workloads.Env{CPUs: 2})
				b.ResetTimer()
				result, err := r.Run(context.Background(), g, b.N)
				if err != nil || result.Sum != r.Want(b.N) {
					b.Fatalf("sum %d, %v; want %d", result.Sum, err, r.Want(b.N))
				}
			})
		}
	}
}

// BenchmarkOpen shows what every sample's process pays before it measures.
func BenchmarkOpen(b *testing.B) {
	for _, w := range Set.All() {
		b.Run("work="+w.Name, func(b *testing.B) {
			for range b.N {
				r, err := w.Open(b.Context(), workloads.Env{CPUs: 2})
				if err != nil {
					b.Fatal(err)
				}
				r.Close()
			}
		})
	}
}
