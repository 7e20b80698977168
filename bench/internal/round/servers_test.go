package round

import (
	"bytes"
	"encoding/json"
	"runtime"
	"testing"

	"conpar/results"
)

// The server of a sample has used CPU time when the sample says what it used, so
// that it can be told from the time on the sample's own CPU.
func TestServersAreCounted(t *testing.T) {
	var out bytes.Buffer
	cell := results.Cell{Family: "IO", Work: "tcp", Axis: "goroutines", N: 8, Procs: 1}
	if err := serveRequests(&out, request{Samples: []sampleRequest{{Cell: cell, Tasks: 8}}}); err != nil {
		t.Fatal(err)
	}
	var rec record
	if err := json.Unmarshal(out.Bytes(), &rec); err != nil || rec.Error != "" {
		t.Fatal(err, rec.Error)
	}
	if runtime.GOOS != "windows" && rec.Servers <= 0 {
		t.Error("its server used no CPU time")
	}
}
