package practice

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"conpar/workloads"
	"conpar/workloads/cgroup"
	"conpar/workloads/cpu"
	"conpar/workloads/fan"
	"conpar/workloads/iobound"
	"conpar/workloads/reexec"
)

// Another package's work is done in a process of its own, in a control group with a
// quota of CPU time. The axis is the GOMAXPROCS of that process; 0: as Go chooses it.
const quotaRole = "practice-quota"

// quotaWork is what is done, by its name.
var quotaWork = map[string]struct {
	set        *workloads.Set
	name       string
	tasks      int // of that work in one task
	goroutines int
}{
	"computing": {&cpu.Set, "primes", 16, 8}, // 1 to 2 ms
	"waiting":   {&iobound.Set, "wait", 1, 64},
}

func init() {
	reexec.Register(quotaRole, func([]string) int {
		reexec.Answer(workInQuota)
		fmt.Println("ready")
		select {} // package reexec ends the process when stdin ends
	})
	for _, limit := range cgroup.Limits {
		addQuota("computing", limit, "Counts the primes among 16,384 numbers", workloads.Computing)
		addQuota("waiting", limit, "Sleeps for 10 ms", workloads.Waiting)
	}
}

func addQuota(of string, limit cgroup.Limit, does string, kind workloads.Kind) {
	Set.Add(workloads.Workload{
		Name: "quota/of=" + of + "/limit=" + limit.Name, Doc: does + ", in a process that may use " + limit.Doc + ".", Kind: kind,
		Axis: cgroup.Axis, Sample: 5 * cgroup.Period, ByName: true,
		Open: func(_ context.Context, env workloads.Env) (workloads.Runner, error) {
			group, err := limit.New(env.CPUs, false)
			if err != nil {
				return nil, err
			}
			return &quota{group: group, of: of}, nil
		},
	})
}

// workInQuota answers a request: what to do, GOMAXPROCS, and how many tasks. The answer
// is their sum, the time they were in progress, the CPU time, how many a second were done
// in whole periods, and GOMAXPROCS.
func workInQuota(request string) string {
	var of string
	var procs, n int
	_, err := fmt.Sscan(request, &of, &procs, &n)
	work, known := quotaWork[of]
	if err != nil || !known || procs < 0 || n < 0 {
		return "error: not a request: " + request
	}
	cgroup.SetProcs(procs)
	before, err := reexec.CPUTime()
	runners := make([]workloads.Runner, work.goroutines)
	for i := range runners {
		r, failed := openFor(of)
		runners[i], err = r, errors.Join(err, failed)
	}
	if err != nil {
		return "error: " + err.Error()
	}
	meter := cgroup.NewMeter()
	result, err := fan.Run(context.Background(), work.goroutines, n, func(worker, _ int) (uint64, error) {
		one, err := runners[worker].Run(context.Background(), 0, work.tasks)
		meter.Done()
		return one.Sum, err
	})
	after, failed := reexec.CPUTime()
	if err := errors.Join(err, failed); err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(result.Sum, int64(result.Residence), int64(after-before), meter.Rate(), runtime.GOMAXPROCS(0))
}

// openFor opens the work behind a name. It needs nothing of the machine.
func openFor(of string) (workloads.Runner, error) {
	work := quotaWork[of]
	for _, w := range work.set.All() {
		if w.Name == work.name {
			return w.Open(context.Background(), workloads.Env{})
		}
	}
	return nil, fmt.Errorf("no work is called %s", of)
}
