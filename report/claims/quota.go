package claims

import (
	"fmt"
	"slices"

	"conpar/results"
)

// quota is a limit of CPU time, as workloads have it in their names.
type quota struct {
	limit, subject, says string

	at     int // the GOMAXPROCS that it stands for
	others []int
	least  int // CPUs from which on it is another than that of one
}

// The quotas. GOMAXPROCS 1, the quota, twice the quota and all CPUs are one another's
// equals in part: half a CPU and twice that stand for 1, and twice the half is all.
var limits = []quota{
	{"0.5", "0.5 CPUs", "half a CPU", 1, []int{allCPUs}, 2},
	{"one", "one CPU", "one CPU", 1, []int{2, allCPUs}, 2},
	{"half", "half", "half of the CPUs", halfCPUs, []int{1, allCPUs}, 3},
}

const (
	steady = "steady/s" // tasks a second in whole periods of a quota
	byGo   = 0          // GOMAXPROCS as Go chooses it
)

// inQuota is the cell of work, or of the service, under a quota.
func inQuota(work string, q quota, procs int) results.Cell {
	if work == "service" {
		return on("Service", "quota/limit="+q.limit, "procs", procs, allCPUs)
	}
	return on("Practice", "quota/of="+work+"/limit="+q.limit, "procs", procs, 1)
}

// quotas is what is said of work under a quota of CPU time.
func quotas() []Claim {
	var q1, q2, q3, q4 []Claim
	for _, q := range limits {
		for _, work := range []string{"computing", "service"} {
			for _, other := range q.others {
				c := q.claim("Q1", work, "throughput is best at a GOMAXPROCS of the quota: at least 2% above others", other)
				c.Quantity, c.Holds = "throughput, P=quota to "+named(other), atLeast(1.02)
				c.Of = ratio(steady, inQuota(work, q, q.at), inQuota(work, q, other))
				c.Teaches = "A quota is CPU time in each period of 100 ms. More processors use it up sooner, and then all wait; " +
					"for throughput it is the same."
				q1 = append(q1, c)
			}
			for _, other := range append([]int{q.at}, q.others...) {
				c := q.claim("Q3", work, "Go's own default picks the best GOMAXPROCS", other)
				c.Quantity, c.Holds = "throughput, default to "+named(other), atLeast(0.95)
				c.Of = ratio(steady, inQuota(work, q, byGo), inQuota(work, q, other))
				if work == "service" {
					c.Quantity, c.Holds = "p99, default to "+named(other), atMost(1.1)
					c.Of = ratio(p99, c.Of.Num, c.Of.Den)
				}
				c.Teaches = "Go rounds a quota up, and takes two processors at least."
				q3 = append(q3, c)
			}
		}
		c := q.claim("Q2", "service", "p99 at a GOMAXPROCS of all CPUs is at least twice that at the quota", allCPUs)
		c.Quantity, c.Holds = "p99, P=all to quota", atLeast(2)
		c.Of = ratio(p99, inQuota("service", q, allCPUs), inQuota("service", q, q.at))
		q2 = append(q2, c)
		c = q.claim("Q4", "waiting", "waiting work does not care for GOMAXPROCS", allCPUs)
		c.Quantity, c.Holds = "throughput, P=all to quota", within(0.95, 1.05)
		c.Of = ratio(steady, inQuota("waiting", q, allCPUs), inQuota("waiting", q, q.at))
		q4 = append(q4, c)
	}
	return slices.Concat(q1, q2, q3, q4)
}

// claim returns a claim about work under the quota, at another GOMAXPROCS than that of
// the quota.
func (q quota) claim(id, work, says string, other int) Claim {
	c := Claim{ID: id, Subject: work + ", " + q.subject, Says: fmt.Sprintf("Under a quota of %s, %s", q.says, says), Least: q.least}
	if other == 2 { // on two CPUs that is all of them
		c.Least = 3
	}
	if work == "service" && id != "Q1" { // which asks again at once
		c.Given, c.Otherwise = punctual, late
	}
	return c
}

// named returns what a GOMAXPROCS is called.
func named(procs int) string {
	switch procs {
	case allCPUs:
		return "all"
	case halfCPUs:
		return "half"
	}
	return fmt.Sprint(procs)
}
