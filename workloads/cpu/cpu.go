// Package cpu has the workloads that need a processor all the time: what more
// goroutines cannot speed up and more processors can. One of them, triad, is
// the control: it keeps processors just as busy, but they wait for memory,
// which they share.
//
// Tasks cost 20 to 200 µs, so that handing them out doesn't show, allocate
// nothing, and share nothing that is written to. Their answers repeat with the
// task's number, so that a Runner knows what they should add up to.
package cpu

import (
	"context"

	"conpar/workloads"
	"conpar/workloads/fan"
)

// Set holds the workloads of this package.
var Set workloads.Set

// The axis of computing work. Many more goroutines than processors are there
// to show that they gain nothing, and cost nothing either.
var goroutines = workloads.Axis{
	Key:   "goroutines",
	Quick: []int{workloads.AllCPUs, 0, 1, 2, 8},
	Full:  []int{workloads.AllCPUs, 0, 1, 2, 8, 64, 512},
}

// add adds a workload that computes.
func add(name, doc string, open func() workloads.Runner) workloads.Workload {
	return Set.Add(computing(name, doc, open))
}

func computing(name, doc string, open func() workloads.Runner) workloads.Workload {
	return workloads.Workload{
		Name: name, Doc: doc, Kind: workloads.Computing, Axis: goroutines,
		Open: func(context.Context, workloads.Env) (workloads.Runner, error) { return open(), nil },
	}
}

// cycle is the Runner of tasks that need no state.
type cycle struct {
	answers []uint64 // of each kind, by other means than do
	do      func(kind int) uint64
}

func (c *cycle) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	return fan.Run(ctx, g, n, func(_, task int) (uint64, error) {
		return c.do(task % len(c.answers)), nil
	})
}

func (c *cycle) Want(n int) uint64 { return workloads.CyclicSum(c.answers, n) }

func (c *cycle) Close() error { return nil }

// ownMemory is the Runner of tasks that need memory to work in: each worker has
// a T of its own, which is kept from one Run to the next.
type ownMemory[T any] struct {
	answers []uint64 // of each kind, by other means than do
	do      func(own *T, kind int) uint64
	workers []*T // a T fills cache lines of its own
}

// Prepare does a task in what memory it adds: the first touch of a page costs
// more than the rest.
func (m *ownMemory[T]) Prepare(_ context.Context, g int) error {
	for len(m.workers) < max(g, 1) {
		own := new(T)
		m.do(own, 0)
		m.workers = append(m.workers, own)
	}
	return nil
}

// Run prepares first where Prepare was not called.
func (m *ownMemory[T]) Run(ctx context.Context, g, n int) (workloads.Result, error) {
	if err := m.Prepare(ctx, g); err != nil {
		return workloads.Result{}, err
	}
	return fan.Run(ctx, g, n, func(worker, task int) (uint64, error) {
		return m.do(m.workers[worker], task%len(m.answers)), nil
	})
}

func (m *ownMemory[T]) Want(n int) uint64 { return workloads.CyclicSum(m.answers, n) }

// Close leaves the memory to the garbage collector.
func (m *ownMemory[T]) Close() error {
	m.workers = nil
	return nil
}
