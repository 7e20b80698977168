// Package service has a web service under open load: requests come when they come,
// and not when earlier ones are answered, as from many clients. Latency counts from
// when a request was due. Where the generator itself is late, the figures say so. It
// shares the CPUs with the service, and goes first where the system lets it.
package service

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"runtime"
	"time"

	"conpar/workloads"
	"conpar/workloads/affinity"
	"conpar/workloads/reexec"
)

// Set holds the workloads of this package. Their axis is the load in percent of the
// capacity, which each process measures first, at a GOMAXPROCS of all CPUs.
var Set workloads.Set

var axis = workloads.Axis{Key: "load", Quick: []int{30, 60, 90}, Full: []int{30, 60, 90}}

// limits are of requests in progress, over those that the rule for mixed work gives:
// capacity × time in progress, and a third more. 0: there is none.
var limits = map[string]float64{"none": 0, "rule": 1, "half": 1.0 / 2, "eighth": 1.0 / 8}

func init() {
	for limit := range limits {
		add("1ms", 1_000_000, limit)
	}
	add("20us", 20_000, "none")
}

func add(compute string, iterations int, limit string) {
	sample := time.Second
	if limit == "eighth" {
		sample = 4 * time.Second // of which requests come for a second, and then wait their turn
	}
	Set.Add(workloads.Workload{
		Name: "http/compute=" + compute + "/limit=" + limit,
		Doc: "Asks a web service, which waits 10 ms and computes " + compute + "; requests come at random times, and its limit of those " +
			"in progress is: " + limit + ".",
		Kind: workloads.Waiting, Axis: axis, Sample: sample, ByName: true,
		Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
			return open(ctx, env.CPUs, iterations, limits[limit])
		},
	})
}

// service is the Runner: a task is a request.
type service struct {
	*reexec.Process
	*generator
	cpus, iterations int
	limit            float64
	capacity         float64 // requests a second; 0: not measured yet
	set              string  // what the server was told last
	procs            int     // its GOMAXPROCS when it was asked last
}

// startServer has the service leave its CPUs to the generator. On a machine that is busy
// with other things it then gets hardly any.
var startServer = affinity.StartBehind

func open(ctx context.Context, cpus, iterations int, limit float64) (*service, error) {
	return openBy(ctx, startServer, cpus, iterations, limit)
}

func openBy(ctx context.Context, start func(*exec.Cmd) error, cpus, iterations int, limit float64) (*service, error) {
	p, err := reexec.StartBy(context.WithoutCancel(ctx), start, role)
	if err != nil {
		return nil, err
	}
	s := &service{Process: p, cpus: cpus, iterations: iterations, limit: limit}
	address, err := p.ReadLine()
	if err != nil {
		_, stopping := p.Stop()
		return nil, errors.Join(err, stopping)
	}
	s.generator = newGenerator(address)
	return s, nil
}

// Prepare measures the capacity once, and sets the service up: it gets the GOMAXPROCS
// of this process.
func (s *service) Prepare(ctx context.Context, _ int) error {
	if s.capacity == 0 {
		err := s.tell(s.cpus, 0)
		if err == nil {
			s.capacity, err = s.generator.capacity(ctx, clients, measuring)
		}
		if err != nil {
			s.capacity = 0
			return fmt.Errorf("measuring the capacity of the service: %w", err)
		}
	}
	inProgress := backend + time.Duration(s.iterations) // about 1 ns each
	rule := s.capacity * inProgress.Seconds() * 4 / 3
	return s.tell(runtime.GOMAXPROCS(0), int(math.Ceil(s.limit*rule)))
}

// tell sets the service up.
func (s *service) tell(procs, limit int) error {
	set := fmt.Sprintf("set %d %d %d", procs, limit, s.iterations)
	if set == s.set {
		return nil
	}
	if reply, err := s.Ask(set); err != nil || reply != "ready" {
		return fmt.Errorf("setting up the service: %q, %w", reply, err)
	}
	s.set = set
	return nil
}
