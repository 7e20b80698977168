package round

import (
	"bytes"
	"encoding/json"
	"testing"

	"conpar/results"
	"conpar/workloads"
	"conpar/workloads/affinity"
	"conpar/workloads/child"
)

// When a sample says what its server has used, the server has ended, so that its CPU time
// can be told from that on the sample's own CPU. What other processes of the sample used
// there does not count: they have no CPUs of their own.
func TestServersAreCounted(t *testing.T) {
	all, err := affinity.Allowed()
	if err != nil {
		t.Skip(err)
	}
	server := results.Cell{Family: "IO", Work: "tcp", Axis: "goroutines", N: 8, Procs: 1}
	alone := results.Cell{Family: "Coord", Work: "exit/main=waits", Axis: "tasks", N: 100, Procs: 1}
	for cell, want := range map[results.Cell]bool{server: true, alone: false} {
		var out bytes.Buffer
		before := child.Elsewhere()
		req := request{Samples: []sampleRequest{{Cell: cell, Tasks: 8}}, Env: workloads.Env{ServerCPUs: all}}
		if err := serveRequests(&out, req); err != nil {
			t.Fatal(err)
		}
		var rec record
		if err := json.Unmarshal(out.Bytes(), &rec); err != nil || rec.Error != "" {
			t.Fatal(err, rec.Error)
		}
		if got := rec.Servers > before; got != want {
			t.Errorf("%s: its servers used %v of CPU time", cell, rec.Servers-before)
		}
	}
}
