package cpu

import (
	"math/rand/v2"
	"slices"

	"conpar/workloads"
	"conpar/workloads/internal/kernel"
)

var _ = add("sort", "Sorts a copy of 1,024 numbers.", func() workloads.Runner {
	l := newLists()
	return &ownMemory[list]{answers: kernel.Answers(l.reference), do: l.sort}
})

// Some of a list's numbers, which are below limit, are equal.
const limit = 1 << 14

type list [1024]int

// lists holds the numbers that the unsorted lists are cut from. Those of the
// different kinds overlap, each beginning 64 numbers after the other. They are
// only read.
type lists struct{ numbers []int }

func newLists() *lists {
	random := rand.NewPCG(3, 4)
	l := &lists{make([]int, len(list{})+kernel.Kinds*64)}
	for i := range l.numbers {
		l.numbers[i] = int(random.Uint64() % limit)
	}
	return l
}

func (l *lists) unsorted(kind int) *list { return (*list)(l.numbers[kind*64:]) }

// sort returns the sum of the numbers, each times its rank, which is 1 for the
// smallest: the largest of all such sums, and that of no other order.
func (l *lists) sort(sorted *list, kind int) (sum uint64) {
	*sorted = *l.unsorted(kind)
	slices.Sort(sorted[:])
	for i, number := range sorted {
		sum += uint64(i+1) * uint64(number)
	}
	return sum
}

// reference returns what sort does, without comparing numbers: it counts how
// often each of them occurs, and gives out the ranks from the smallest on.
func (l *lists) reference(kind int) (sum uint64) {
	var times [limit]int
	for _, number := range l.unsorted(kind) {
		times[number]++
	}
	rank := 0
	for number, n := range times {
		for range n {
			rank++
			sum += uint64(rank) * uint64(number)
		}
	}
	return sum
}
