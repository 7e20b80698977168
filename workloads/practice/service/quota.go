package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conpar/workloads"
	"conpar/workloads/cgroup"
)

// The same service in a control group with a quota of CPU time, without a limit of
// requests in progress. The axis is its GOMAXPROCS; 0: as Go chooses it. Requests come at
// so many a second that computing them alone takes 60% of the quota, in each cell alike.
const quotaLoad = 0.6

func init() {
	for _, limit := range cgroup.Limits {
		Set.Add(workloads.Workload{
			Name: "quota/limit=" + limit.Name,
			Doc: "Asks a web service, which waits 10 ms and computes 1 ms, in a process that may use " + limit.Doc +
				"; requests come at random times.",
			Kind: workloads.Waiting, Axis: cgroup.Axis, Sample: 800 * time.Millisecond, ByName: true,
			Open: func(ctx context.Context, env workloads.Env) (workloads.Runner, error) {
				return openQuota(ctx, limit, env.CPUs)
			},
		})
	}
}

// inQuota is the Runner: a task is a request.
type inQuota struct {
	*service
	group *cgroup.Group
	cpus  float64

	rate       float64 // of requests that come, a second
	measuredAt string  // what the service was told when its capacity was measured
}

// behind is what startServer is, for a service in a group.
var behind = true

func openQuota(ctx context.Context, limit cgroup.Limit, all int) (*inQuota, error) {
	group, err := limit.New(all, behind)
	if err != nil {
		return nil, err
	}
	s, err := openBy(ctx, group.Start, all, 1_000_000, 0)
	if err != nil {
		group.Close()
		return nil, err
	}
	return &inQuota{service: s, group: group, cpus: limit.CPUs(all)}, nil
}

// Prepare sets the service up, and measures its throughput as far as the quota lets it:
// all ask again at once, for some whole periods.
func (q *inQuota) Prepare(ctx context.Context, procs int) error {
	if q.rate == 0 {
		q.rate = quotaLoad * q.cpus / computing(q.iterations).Seconds()
	}
	if err := q.tell(procs, 0); err != nil || q.measuredAt == q.set {
		return err
	}
	rate, err := q.saturated(ctx, 32*cgroup.Rounded(q.cpus)) // thrice those that are in progress then
	if err != nil {
		return fmt.Errorf("measuring the throughput of the service: %w", err)
	}
	q.capacity, q.measuredAt = rate, q.set
	time.Sleep(cgroup.Period) // what comes next has a quota of its own
	return nil
}

// Run sends n requests. Beside latencies it tells the throughput that Prepare measured.
func (q *inQuota) Run(ctx context.Context, procs, n int) (workloads.Result, error) {
	if err := q.Prepare(ctx, procs); err != nil {
		return workloads.Result{}, err
	}
	before, err := q.group.Throttled()
	if err != nil {
		return workloads.Result{}, err
	}
	r, _, err := q.send(ctx, q.rate, n)
	if err != nil {
		return workloads.Result{}, fmt.Errorf("the service under a quota: %w", err)
	}
	after, err := q.group.Throttled()
	if err != nil {
		return workloads.Result{}, err
	}
	r.Metrics = append(r.Metrics, workloads.Metric{Unit: "steady/s", Value: q.capacity})
	r.Metrics = append(r.Metrics, cgroup.Metrics(after.Minus(before), q.procs)...)
	return r, nil
}

// Close ends the service and removes the group.
func (q *inQuota) Close() error { return errors.Join(q.service.Close(), q.group.Close()) }
