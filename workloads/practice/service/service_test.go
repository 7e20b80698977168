package service

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) {
	startServer, behind = (*exec.Cmd).Start, false // tests of other packages run at the same time
	clients, measuring, closing = 4, time.Millisecond, 10*time.Millisecond
	workloadtest.Main(m)
}

// At one load: others differ in when requests come.
func TestConformance(t *testing.T) {
	var set workloads.Set
	for _, name := range []string{"http/compute=20us/limit=none", "http/compute=1ms/limit=rule"} {
		w := workloadtest.Find(t, &Set, name)
		w.Axis.Quick, w.Axis.Full = []int{60}, []int{60}
		set.Add(w)
	}
	set.Add(workloadtest.Find(t, &Set, "quota/limit=one"))
	workloadtest.Run(t, &set)
}

func opened(t *testing.T, limit float64) *service {
	t.Helper()
	s, err := open(t.Context(), 2, 0, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func byUnit(r workloads.Result) map[string]float64 {
	all := map[string]float64{}
	for _, m := range r.Metrics {
		all[m.Unit] = m.Value
	}
	return all
}

// Latency counts from when a request was due, not from when it was sent: where the service
// stands still, those that would have come meanwhile are late too.
func TestLatencyCountsFromWhenDue(t *testing.T) {
	o := &observed{latency: newHistogram(), late: newHistogram()}
	now := time.Now()
	o.record(7, nil, now.Add(-time.Second), now.Add(-time.Millisecond))
	if got := quantile(o.latency, 50); got < 1e9 || got > 1.1e9 {
		t.Errorf("the latency is %g ns", got)
	}
	if o.asking < time.Millisecond || o.asking > 100*time.Millisecond || o.sum != 7 {
		t.Errorf("%v, %d", o.asking, o.sum)
	}
}

// One place for requests that come together lets them wait for one another.
func TestALimitQueues(t *testing.T) {
	s := opened(t, 0)
	s.capacity = 2000
	free, err := s.Run(t.Context(), 60, 20)
	if err != nil {
		t.Fatal(err)
	}
	s.limit = 1e-9 // one place
	one, err := s.Run(t.Context(), 60, 20)
	if err != nil {
		t.Fatal(err)
	}
	// 20 requests of 10 ms one after another take 200 ms.
	if p99 := byUnit(one)["p99-ns"]; p99 < 100e6 {
		t.Errorf("p99 is %g ns with one place", p99)
	}
	for _, r := range []workloads.Result{free, one} {
		// What the service counts in progress is part of what the client waits for.
		if m := byUnit(r); m["little"] <= 0 || m["little"] > 1.01 || m["p50-ns"] < 10e6 {
			t.Errorf("%v", m)
		}
	}
}

func TestServiceRefusesNonsense(t *testing.T) {
	s := opened(t, 0)
	for _, request := range []string{"", "set", "set -1 1 1", "set 1 -1 1", "set x 1 1"} {
		if reply, err := s.Ask(request); err != nil || reply != "error: not a request: "+request {
			t.Errorf("%q: %q, %v", request, reply, err)
		}
	}
	if _, err := s.Run(t.Context(), 60, 4); err != nil {
		t.Errorf("after nonsense: %v", err)
	}
}

func TestAServiceThatDiedIsNamed(t *testing.T) {
	s := opened(t, 0)
	if err := s.Prepare(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	<-s.Done()
	if _, err := s.Run(t.Context(), 60, 4); err == nil || !strings.Contains(err.Error(), "the service") {
		t.Errorf("%v", err)
	}
}
